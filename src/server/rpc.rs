//! The frame of every RPC: a log line, a name in the logs of what happens inside, and a floor under panics.

use std::any::Any;
use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use futures_util::FutureExt;
use prost::Message;
use tracing::Instrument;

use super::convert;
use crate::proto::tfplugin6 as pb;
use crate::terraform::{Diagnostic, Diagnostics};

tokio::task_local! {
    /// Where the handler now running panicked, if it did. Set only while a handler runs.
    static PANICKED_AT: RefCell<Option<String>>;
}

/// Notes where an RPC handler panicked. Returns `false` outside of any handler.
///
/// The panic hook calls this: inside a handler a panic becomes a diagnostic, elsewhere it must be printed.
pub fn note_panic(location: &str) -> bool {
    PANICKED_AT
        .try_with(|cell| cell.replace(Some(location.to_owned())))
        .is_ok()
}

/// A response that can carry diagnostics.
pub(super) trait Answer: Send {
    fn diagnostics(&mut self) -> &mut Vec<pb::Diagnostic>;

    /// The message, in protobuf.
    fn encode(self: Box<Self>) -> Bytes;
}

type Handler<'a> = Pin<Box<dyn Future<Output = Result<Box<dyn Answer>, Diagnostics>> + Send + 'a>>;

/// An RPC that was asked for, not yet answered: the same type for each, so that the frame is compiled once.
pub(super) struct Rpc<'a> {
    type_name: String,
    handler: Handler<'a>,
    /// An answer that says nothing happened. Terraform takes one with an error the way a failure should be taken:
    /// nothing planned, nothing created, the prior state (with its private state) kept.
    blank: fn() -> Box<dyn Answer>,
}

impl<'a> Rpc<'a> {
    /// `type_name` is for the logs; nothing when it is not about a type.
    pub(super) fn new<A: Answer + Default + 'static>(
        type_name: impl Into<String>,
        handler: impl Future<Output = Result<A, Diagnostics>> + Send + 'a,
    ) -> Self {
        Self {
            type_name: type_name.into(),
            handler: Box::pin(async { Ok(Box::new(handler.await?) as _) }),
            blank: || Box::<A>::default(),
        }
    }

    /// Runs the handler of the RPC `name`. Failures, panics among them, are diagnostics: a gRPC error would only be
    /// shown as "Plugin error".
    pub(super) async fn answer(self, name: &str) -> Bytes {
        static REQUESTS: AtomicU64 = AtomicU64::new(1);
        let id = REQUESTS.fetch_add(1, Ordering::Relaxed);
        let span = tracing::info_span!(
            "rpc",
            tf_rpc = name,
            tf_req_id = id,
            tf_resource_type = self.type_name
        );
        self.framed(name).instrument(span).await
    }

    async fn framed(self, name: &str) -> Bytes {
        tracing::trace!("request");
        let started = Instant::now();
        let mut answer = match unpanicked(self.handler).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(diagnostics)) => failed(self.blank, diagnostics),
            Err(location) => failed(self.blank, vec![panicked(name, &location)]),
        };
        let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
        for diagnostic in answer.diagnostics().iter() {
            tracing::debug!(
                diagnostic_severity = diagnostic.severity().as_str_name(),
                diagnostic_summary = diagnostic.summary,
                "diagnostic"
            );
        }
        tracing::trace!(tf_req_duration_ms = milliseconds, "response");
        answer.encode()
    }
}

fn failed(blank: fn() -> Box<dyn Answer>, diagnostics: Diagnostics) -> Box<dyn Answer> {
    let mut answer = blank();
    *answer.diagnostics() = convert::diagnostics(diagnostics);
    answer
}

/// Runs a future; a panic in it is `Err` with the place in the source where it happened.
async fn unpanicked<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let caught = async {
        let outcome: Result<T, Box<dyn Any + Send>> = AssertUnwindSafe(future).catch_unwind().await;
        outcome.map_err(|_| {
            let location = PANICKED_AT.with(RefCell::take);
            location.unwrap_or_else(|| "an unknown place".to_owned())
        })
    };
    PANICKED_AT.scope(RefCell::default(), caught).await
}

/// The panic's message is left out: it may quote any text, a secret included.
fn panicked(rpc: &str, location: &str) -> Diagnostic {
    Diagnostic::error(
        "Provider Panicked",
        format!(
            "The provider hit a bug while it handled {rpc} (at {location}). Nothing of this request was recorded; \
             applying again is safe, because registering a webhook replaces whatever is registered. Please report \
             this to the provider's developers, with the output of the same command under TF_LOG=DEBUG."
        ),
    )
}

macro_rules! answers {
    ($($message:ident)*) => {
        $(impl Answer for pb::$message::Response {
            fn diagnostics(&mut self) -> &mut Vec<pb::Diagnostic> {
                &mut self.diagnostics
            }

            fn encode(self: Box<Self>) -> Bytes {
                self.encode_to_vec().into()
            }
        })*
    };
}

answers! {
    apply_resource_change close_ephemeral_resource configure_provider generate_resource_config get_functions
    get_metadata get_provider_schema get_resource_identity_schemas import_resource_state move_resource_state
    open_ephemeral_resource plan_action plan_resource_change read_data_source read_resource
    renew_ephemeral_resource upgrade_resource_identity upgrade_resource_state validate_action_config
    validate_data_resource_config validate_ephemeral_resource_config validate_provider_config
    validate_resource_config
}

#[cfg(test)]
mod tests {
    use super::*;

    type Plan = pb::plan_resource_change::Response;

    #[tokio::test]
    async fn a_panic_becomes_a_diagnostic_without_its_message() {
        let handler = async { panic!("s3cret") };
        let rpc = Rpc::new::<Plan>("t", handler);
        let answer = Plan::decode(rpc.answer("PlanResourceChange").await).unwrap();
        let [diagnostic] = answer.diagnostics.as_slice() else {
            panic!("one diagnostic")
        };
        assert_eq!(diagnostic.summary, "Provider Panicked");
        assert!(
            diagnostic.detail.contains("PlanResourceChange"),
            "{}",
            diagnostic.detail
        );
        assert!(
            !diagnostic.detail.contains("s3cret"),
            "{}",
            diagnostic.detail
        );
    }

    #[tokio::test]
    async fn a_panic_is_noted_only_while_a_handler_runs() {
        assert!(!note_panic("here"));
        let noted = unpanicked(async { note_panic("there") }).await;
        assert_eq!(noted, Ok(true));
    }
}
