//! Terraform's calls, without a process and a socket in between.

use bytes::Bytes;
use terraform_provider_aura::proto::tfplugin6 as pb;
use terraform_provider_aura::proto::tfplugin6::provider_client::ProviderClient;
use terraform_provider_aura::provider::AuraProvider;
use terraform_provider_aura::server::{GrpcService, ProviderServer};
use terraform_provider_aura::terraform::{Object, Schema, Value, msgpack};
use tokio::runtime::{Builder, Runtime};
use tonic::{Response, Status};

const TYPE_NAME: &str = "aura_panic_webhook";

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
}

/// Waits for something on this thread.
pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// A provider as Terraform has one: freshly started.
pub(super) struct Host(ProviderClient<GrpcService<AuraProvider>>);

/// A plan as it was answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Planned {
    pub(super) state: Value,
    pub(super) private: Bytes,
    pub(super) replaces: bool,
    pub(super) told: Told,
}

/// Diagnostics, each of which is something a user can read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told(Vec<pb::Diagnostic>);

impl Told {
    fn new(diagnostics: Vec<pb::Diagnostic>) -> Self {
        for diagnostic in &diagnostics {
            let pb::Diagnostic {
                summary, detail, ..
            } = diagnostic;
            assert_ne!(summary, "Provider Panicked", "{detail}");
            assert_ne!(diagnostic.severity(), pb::diagnostic::Severity::Invalid);
            assert!(!summary.is_empty() && !detail.is_empty(), "{diagnostic:?}");
        }
        Self(diagnostics)
    }

    pub(super) fn has_errors(&self) -> bool {
        let mut severities = self.0.iter().map(pb::Diagnostic::severity);
        severities.any(|severity| severity == pb::diagnostic::Severity::Error)
    }

    /// Every word of it.
    pub(super) fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}

impl Host {
    pub(super) fn start() -> Self {
        let server = ProviderServer::new(AuraProvider::new(|_| None));
        Self(ProviderClient::new(GrpcService::new(server)))
    }

    /// With a provider block that is in order.
    pub(super) fn start_configured() -> Self {
        let host = Self::start();
        let schema = super::value::provider_schema();
        let block = Value::Map([("token".to_owned(), "a-token".into())].into());
        let block = schema.adapt(block).expect("a block").expect("no null");
        assert!(!host.configure(&block).has_errors());
        host
    }

    /// A call borrows its client mutably. Clones share one provider.
    fn calls(&self) -> ProviderClient<GrpcService<AuraProvider>> {
        self.0.clone()
    }

    pub(super) fn validate_provider(&self, config: &Object) -> Told {
        let config = Some(sent(config));
        let request = pb::validate_provider_config::Request { config };
        Told::new(answer(self.calls().validate_provider_config(request)).diagnostics)
    }

    pub(super) fn configure(&self, config: &Object) -> Told {
        let request = pb::configure_provider::Request {
            config: Some(sent(config)),
            ..Default::default()
        };
        Told::new(answer(self.calls().configure_provider(request)).diagnostics)
    }

    pub(super) fn validate(&self, config: &Object) -> Told {
        let request = pb::validate_resource_config::Request {
            type_name: TYPE_NAME.to_owned(),
            config: Some(sent(config)),
            client_capabilities: Some(pb::ClientCapabilities {
                write_only_attributes_allowed: true,
                ..Default::default()
            }),
        };
        Told::new(answer(self.calls().validate_resource_config(request)).diagnostics)
    }

    /// `None` plans a destroy.
    pub(super) fn plan(
        &self,
        prior: Option<&Object>,
        private: &[u8],
        change: Option<(&Object, &Object)>,
    ) -> Planned {
        let request = pb::plan_resource_change::Request {
            type_name: TYPE_NAME.to_owned(),
            prior_state: Some(prior.map_or_else(null, sent)),
            config: Some(change.map_or_else(null, |(config, _)| sent(config))),
            proposed_new_state: Some(change.map_or_else(null, |(_, proposed)| sent(proposed))),
            prior_private: Bytes::copy_from_slice(private),
            ..Default::default()
        };
        let planned = answer(self.calls().plan_resource_change(request));
        Planned {
            state: received(planned.planned_state.as_ref()),
            private: planned.planned_private,
            replaces: !planned.requires_replace.is_empty(),
            told: Told::new(planned.diagnostics),
        }
    }

    /// Stored state in JSON, read; `Err` with what was said instead.
    pub(super) fn upgrade(&self, version: i64, json: &[u8]) -> Result<Object, Told> {
        let request = pb::upgrade_resource_state::Request {
            type_name: TYPE_NAME.to_owned(),
            version,
            raw_state: Some(pb::RawState {
                json: Bytes::copy_from_slice(json),
                ..Default::default()
            }),
        };
        let upgraded = answer(self.calls().upgrade_resource_state(request));
        let told = Told::new(upgraded.diagnostics);
        match received(upgraded.upgraded_state.as_ref()) {
            Value::Null => Err(told),
            state => {
                assert!(!told.has_errors(), "a state and an error");
                Ok(webhook(state, super::value::webhook_schema()))
            }
        }
    }

    /// What a refresh makes of an object and its private state.
    pub(super) fn read(&self, state: &Object, private: &[u8]) -> (Object, Bytes) {
        let request = pb::read_resource::Request {
            type_name: TYPE_NAME.to_owned(),
            current_state: Some(sent(state)),
            private: Bytes::copy_from_slice(private),
            ..Default::default()
        };
        let read = answer(self.calls().read_resource(request));
        Told::new(read.diagnostics);
        let state = received(read.new_state.as_ref());
        (webhook(state, super::value::webhook_schema()), read.private)
    }
}

/// A failure is told in diagnostics, never as an error of gRPC.
fn answer<T>(call: impl Future<Output = Result<Response<T>, Status>>) -> T {
    wait(call).expect("an answer").into_inner()
}

fn sent(object: &Object) -> pb::DynamicValue {
    pb::DynamicValue {
        msgpack: msgpack::to_vec(&Value::Map(object.clone())).into(),
        json: Bytes::new(),
    }
}

fn null() -> pb::DynamicValue {
    pb::DynamicValue {
        msgpack: msgpack::to_vec(&Value::Null).into(),
        json: Bytes::new(),
    }
}

fn received(value: Option<&pb::DynamicValue>) -> Value {
    value.map_or(Value::Null, |value| {
        msgpack::from_slice(&value.msgpack).expect("a value")
    })
}

/// The object in a value, of the resource's schema.
pub(super) fn webhook(value: Value, schema: &Schema) -> Object {
    let object = schema.conform(value).expect("an object of the schema");
    object.expect("an object, not null")
}
