//! The resource `aura_panic_webhook`: the one webhook of a customer source.
//!
//! - `schema`: its attributes
//! - `validation`, with `endpoint`, `events`, `headers`: what can be said about a configuration offline
//! - `planning`, with `rotation`: what would change
//! - `registration`: what AURA is asked to register
//! - `on_destroy`: what remains when it is destroyed
//! - `importing`, `generating`: a webhook that exists, and configuration for it
//! - `moving`: a webhook that another provider's resource registered
//! - `identity`: the slot, as Terraform's resource identity

mod endpoint;
pub(super) mod events;
mod generating;
mod headers;
mod identity;
mod importing;
mod moving;
mod on_destroy;
mod planning;
mod registration;
mod rotation;
mod schema;
mod validation;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::{Timestamp, Unit};

use crate::terraform::{
    Apply, Attr, Delete, Diagnostic, Diagnostics, Foreign, Object, Outcome, Plan, Planned, Reply,
    Resource, Schema, Stored, Value,
};

use super::failure::{self, Attempted};
use super::session::{CurrentSession, CustomerSource, Session, not_known};

/// AURA's one delivery method (API reference, "Register a webhook").
const METHOD: &str = "webhook";

/// The resource type.
pub(super) struct PanicWebhook {
    session: CurrentSession,
}

impl PanicWebhook {
    pub(super) fn new(session: CurrentSession) -> Self {
        Self { session }
    }

    /// Creating and updating are one thing to AURA, and one function here: register, and store what was planned.
    async fn register(&self, apply: Apply) -> Outcome<Stored> {
        let Apply {
            planned,
            config,
            interrupt,
            ..
        } = apply;
        let session = self.session.current().map_err(|error| vec![error])?;
        let (source, slot) = target(&session, &planned).map_err(|error| vec![error])?;
        let client = source.client().map_err(|error| vec![error])?;
        let registration =
            registration::of_webhook(&planned, &config).map_err(|error| vec![error])?;
        let registered = {
            let slot = session.slots().slot(&slot);
            let _turn = slot.turn_to_register().await;
            let registered = client.register(&registration, &interrupt).await;
            registered.inspect(|_| slot.note_registered())
        };
        let registered = registered
            .map_err(|error| vec![failure::diagnostic(Attempted::Register, &error, source)])?;
        let private = rotation::remember(&config).await;
        let warnings = failure::echo_warning(&registered.differences)
            .into_iter()
            .collect();
        Ok(Reply {
            value: Stored {
                state: registered_state(planned, slot),
                private,
            },
            warnings,
        })
    }
}

/// Where a planned webhook is to be registered.
fn target<'a>(
    session: &'a Session,
    planned: &Object,
) -> Result<(&'a CustomerSource, String), Diagnostic> {
    let source = session.source(Attr::text(planned, "customer_source"))?;
    let source = source.known().ok_or_else(not_known)?;
    let slot = source.slot().known().ok_or_else(not_known)?;
    Ok((source, slot))
}

/// The planned webhook with its computed values filled in: never AURA's echo, which Terraform would take for an
/// inconsistent result.
fn registered_state(planned: Object, slot: String) -> Object {
    let mut state = planned;
    state.insert("id".to_owned(), slot.into());
    state.insert("registered_at".to_owned(), now().into());
    state
}

fn now() -> String {
    let now = Timestamp::now();
    now.round(Unit::Second).unwrap_or(now).to_string()
}

/// Claims the slot of a planned webhook, if both are known.
fn claim(session: &Session, slot: &Attr<String>, planned: &Object, config: &Object) -> Diagnostics {
    let registration = registration::of_webhook(planned, config);
    let (Attr::Known(slot), Ok(registration)) = (slot, registration) else {
        return Vec::new();
    };
    if session.slots().slot(slot).claim(registration) {
        return Vec::new();
    }
    vec![Diagnostic::error(
        "Two Webhooks for One Slot",
        format!(
            "Another aura_panic_webhook in this configuration claims the slot \"{slot}\" too, with different content. A \
             customer source has one active webhook: whichever is applied last would silently replace the other, and \
             its endpoint would receive nothing. Keep one of them, or give each a customer source of its own."
        ),
    )]
}

#[async_trait]
impl Resource for PanicWebhook {
    fn type_name(&self) -> &'static str {
        "aura_panic_webhook"
    }

    fn schema(&self) -> &'static Schema {
        &schema::SCHEMA
    }

    fn validate(&self, config: &Object) -> Diagnostics {
        validation::check(config)
    }

    fn upgrade(&self, version: i64, _: Value) -> Outcome<Object> {
        Err(vec![Diagnostic::error(
            "Unknown State Version",
            format!(
                "The stored webhook has schema version {version}, which this version of the provider doesn't know. \
                 Upgrade the provider; or remove the webhook with \"terraform state rm\" and import it again."
            ),
        )])
    }

    /// AURA can't be asked, so what is stored is what is known.
    async fn read(&self, stored: Stored) -> Outcome<Option<Stored>> {
        Ok(Some(stored).into())
    }

    async fn plan(&self, request: Plan) -> Outcome<Planned> {
        let Plan {
            prior,
            config,
            proposed,
        } = request;
        let session = self.session.current().map_err(|error| vec![error])?;
        let source = session.source(Attr::text(&proposed, "customer_source"));
        let slot = match source.map_err(|error| vec![error])? {
            Attr::Known(source) => source.slot(),
            Attr::Null | Attr::Unknown => Attr::Unknown,
        };
        let (prior, private) = match prior {
            Some(Stored { state, private }) => (Some(state), private),
            None => (None, Bytes::new()),
        };
        let rotation = rotation::compare(&config, &private).await;
        let change = planning::change(prior.as_ref(), proposed, slot.clone(), rotation);
        let conflict = claim(&session, &slot, &change.planned, &config);
        if !conflict.is_empty() {
            return Err(conflict);
        }
        let stays = !Attr::of(&change.planned, "registered_at").is_unknown();
        if let (true, Attr::Known(slot)) = (stays, &slot) {
            let slot = session.slots().slot(slot);
            if slot.is_to_be_replaced() {
                return Err(vec![on_destroy::would_replace()]);
            }
            slot.note_kept();
        }
        Ok(Reply {
            value: Planned {
                state: change.planned,
                private,
                requires_replace: change.requires_replace,
            },
            warnings: change.warnings,
        })
    }

    async fn plan_destroy(&self, prior: Stored) -> Outcome<Bytes> {
        let session = self.session.current().map_err(|error| vec![error])?;
        on_destroy::plan(&session, prior)
    }

    async fn create(&self, request: Apply) -> Outcome<Stored> {
        self.register(request).await
    }

    async fn update(&self, _prior: Object, request: Apply) -> Outcome<Stored> {
        self.register(request).await
    }

    async fn delete(&self, request: Delete) -> Outcome<()> {
        let session = self.session.current().map_err(|error| vec![error])?;
        on_destroy::carry_out(&session, request).await
    }

    async fn import(&self, id: &str) -> Outcome<Stored> {
        let session = self.session.current().map_err(|error| vec![error])?;
        importing::by_url(&session, id)
    }

    async fn import_by_identity(&self, identity: Object) -> Outcome<Stored> {
        let session = self.session.current().map_err(|error| vec![error])?;
        importing::by_identity(&session, &identity)
    }

    fn identity_schema(&self) -> &'static Schema {
        &identity::SCHEMA
    }

    fn identity(&self, state: &Object) -> Option<Object> {
        identity::of(state)
    }

    async fn take_over(&self, foreign: Foreign) -> Outcome<Stored> {
        moving::take_over(&foreign)
    }

    async fn generate_config(&self, state: Object) -> Outcome<Object> {
        generating::config(&state)
    }
}
