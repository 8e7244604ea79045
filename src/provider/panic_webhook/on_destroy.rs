//! What remains at AURA when a webhook is destroyed. AURA can't unregister: what is left is to register something
//! else in its place, or to say that the webhook stays.

use std::sync::Arc;

use crate::aura::Registration;
use bytes::Bytes;

use crate::terraform::{Attr, Delete, Diagnostic, Object, Outcome, Reply, Stored, Value};

use super::registration;
use crate::provider::failure::{self, Attempted};
use crate::provider::session::{CustomerSource, Session, Slot, not_known};

/// Plans what remains. A slot may belong to another resource too, with the same content: a webhook that stays must not
/// be overwritten, whichever of the two is planned first.
pub(super) fn plan(session: &Session, prior: Stored) -> Outcome<Bytes> {
    let Stored { state, private } = prior;
    let replacement = Replacement::of(session, &state).map_err(|error| vec![error])?;
    let Some(replacement) = replacement else {
        let warnings = vec![stays_active(&state)];
        return Ok(Reply {
            value: private,
            warnings,
        });
    };
    if let Attr::Known(target) = replacement.target {
        if target.slot.is_kept() {
            return Err(vec![would_replace()]);
        }
        target.slot.note_to_be_replaced();
    }
    Ok(private.into())
}

/// The error for a plan that keeps one webhook of a slot and destroys another that has something else registered.
pub(super) fn would_replace() -> Diagnostic {
    Diagnostic::error(
        "on_destroy Would Replace Another Webhook",
        "This plan destroys an aura_panic_webhook with \"on_destroy\" and keeps another one for the same customer source. \
         Registering the \"on_destroy\" would silently replace the webhook that stays. Remove the one to be destroyed from \
         state instead, with \"terraform state rm\": what is registered at AURA is the one that stays.",
    )
}

/// Registers what is to remain, if anything. On failure the resource stays in state.
pub(super) async fn carry_out(session: &Session, request: Delete) -> Outcome<()> {
    let replacement = Replacement::of(session, &request.prior).map_err(|error| vec![error])?;
    let Some(Replacement {
        registration,
        target,
    }) = replacement
    else {
        return Ok(().into());
    };
    let Attr::Known(Target { source, slot }) = target else {
        return Err(vec![not_known()]);
    };
    let client = source.client().map_err(|error| vec![error])?;
    let _turn = slot.turn_to_replace().await;
    if slot.is_registered() {
        return Ok(Reply {
            value: (),
            warnings: vec![skipped()],
        });
    }
    let registered = client.register(&registration, &request.interrupt).await;
    let registered = registered.map_err(|error| {
        vec![failure::diagnostic(
            Attempted::RegisterOnDestroy,
            &error,
            source,
        )]
    })?;
    let warnings = failure::echo_warning(&registered.differences)
        .into_iter()
        .collect();
    Ok(Reply {
        value: (),
        warnings,
    })
}

/// What is to take a webhook's place.
struct Replacement<'a> {
    registration: Registration,
    /// Unknown while the provider's configuration is.
    target: Attr<Target<'a>>,
}

struct Target<'a> {
    source: &'a CustomerSource,
    slot: Arc<Slot>,
}

impl<'a> Replacement<'a> {
    fn of(session: &'a Session, prior: &Object) -> Result<Option<Self>, Diagnostic> {
        let Some(on_destroy) = Attr::map_of(prior, "on_destroy").known() else {
            return Ok(None);
        };
        let registration = registration::of_on_destroy(on_destroy)?;
        let name = Attr::text(prior, "customer_source");
        let target = match session
            .source(name)
            .map_err(|_| source_gone(name.known()))?
        {
            Attr::Known(source) => target(session, source, prior)?,
            Attr::Null | Attr::Unknown => Attr::Unknown,
        };
        Ok(Some(Self {
            registration,
            target,
        }))
    }
}

fn target<'a>(
    session: &'a Session,
    source: &'a CustomerSource,
    prior: &Object,
) -> Result<Attr<Target<'a>>, Diagnostic> {
    let Attr::Known(name) = source.slot() else {
        return Ok(Attr::Unknown);
    };
    match prior.get("id").and_then(Value::as_str) {
        Some(stored) if stored != name => Err(elsewhere(stored, &name)),
        _ => Ok(Attr::Known(Target {
            source,
            slot: session.slots().slot(&name),
        })),
    }
}

/// The natural thing to do in a fleet: remove a source together with its webhook.
fn source_gone(name: Option<&str>) -> Diagnostic {
    let (whose, what) = match name {
        Some(name) => (
            format!("of customer source \"{name}\""),
            "that source in \"customer_sources\"",
        ),
        None => (
            "of the provider block itself".to_owned(),
            "these credentials",
        ),
    };
    Diagnostic::error(
        "Credentials for on_destroy Missing",
        format!(
            "This webhook's \"on_destroy\" must be registered with the credentials {whose}, which the provider no longer \
             has. Put back {what}, destroy the webhook, and remove the credentials then."
        ),
    )
    .at("on_destroy")
}

fn elsewhere(stored: &str, slot: &str) -> Diagnostic {
    Diagnostic::error(
        "Webhook Registered Elsewhere",
        format!(
            "This webhook is registered at \"{stored}\", but the provider now points at \"{slot}\", so its \"on_destroy\" \
             can't be registered in its place. Point the provider at \"{stored}\" again and destroy it then; or apply the \
             move first and destroy it after that; or, to leave the webhook active there, remove it from state with \
             \"terraform state rm\"."
        ),
    )
    .at("on_destroy")
}

fn stays_active(prior: &Object) -> Diagnostic {
    let url = prior
        .get("url")
        .and_then(Value::as_str)
        .unwrap_or("its URL");
    Diagnostic::warning(
        "Webhook Stays Active at AURA",
        format!(
            "AURA has no way to unregister a webhook. After this destroy Terraform no longer manages it, and AURA goes \
             on delivering events, with personal data in them, to {url}. To stop that, set \"on_destroy\" and apply \
             before you destroy, register another webhook for the same customer source, or remove it in AURA's portal \
             (Integration, Webhooks)."
        ),
    )
}

fn skipped() -> Diagnostic {
    Diagnostic::warning(
        "on_destroy Not Registered",
        "Another aura_panic_webhook was registered for the same customer source in this run, so the \"on_destroy\" of the \
         destroyed one was not: it would have replaced the new webhook.",
    )
    .at("on_destroy")
}
