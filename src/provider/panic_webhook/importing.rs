//! A webhook that exists at AURA, taken under management. AURA can't be asked, so little of it is known.

use bytes::Bytes;

use crate::provider::session::{CustomerSource, Session};
use crate::terraform::{Attr, Diagnostic, Object, Outcome, Reply, Stored, Value};

use super::{endpoint, identity, schema};

/// State for the webhook that delivers to this URL.
pub(super) fn by_url(session: &Session, url: &str) -> Outcome<Stored> {
    if let Some(error) = endpoint::check(url, "url".into()).filter(Diagnostic::is_error) {
        return Err(vec![Diagnostic::error(
            "Invalid Import ID",
            format!(
                "The id of a webhook is the URL that AURA now delivers to; AURA's portal shows it (Integration, \
                 Webhooks). {}",
                error.detail
            ),
        )]);
    }
    // Of a fleet it isn't known which source this webhook belongs to: the next apply knows.
    let source = session.source(Attr::Null).ok().and_then(Attr::known);
    let slot = source.and_then(|source| source.slot().known());
    let known = [
        ("url", Value::from(url)),
        ("id", slot.map_or(Value::Null, Value::from)),
    ];
    Ok(imported(
        &known,
        "only the URL is known",
        " If Terraform generates that configuration, it subscribes to every event type that this provider knows, so that \
         none is missed, and has no headers: before you apply, reduce \"events\" to those that your endpoint expects, and \
         add the headers that it needs.",
    ))
}

/// State for the webhook in this slot.
pub(super) fn by_identity(session: &Session, identity: &Object) -> Outcome<Stored> {
    let Some(slot) = identity::slot(identity) else {
        return Err(vec![incomplete()]);
    };
    let source = session.source_at(&slot).map_err(|error| vec![error])?;
    let name = source.known().and_then(CustomerSource::name);
    let known = [
        ("id", Value::from(slot)),
        ("customer_source", name.map_or(Value::Null, Value::from)),
    ];
    Ok(imported(&known, "only its slot is known", ""))
}

fn imported(known: &[(&str, Value)], what: &str, advice: &str) -> Reply<Stored> {
    let warning = Diagnostic::warning(
        "Imported Without Reading",
        format!(
            "AURA can't be asked what is registered, so {what}. Apply registers the webhook as it is configured, in \
             place.{advice}"
        ),
    );
    Reply {
        value: Stored {
            state: webhook(known),
            private: Bytes::new(),
        },
        warnings: vec![warning],
    }
}

/// A webhook of which only this is known; the rest is null.
pub(super) fn webhook(known: &[(&str, Value)]) -> Object {
    let attributes = schema::SCHEMA.attributes.iter();
    let mut webhook: Object = attributes
        .map(|attribute| (attribute.name.to_owned(), Value::Null))
        .collect();
    let known = known
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    webhook.extend(known);
    webhook
}

fn incomplete() -> Diagnostic {
    Diagnostic::error(
        "Incomplete Identity",
        "The identity of a webhook is \"api_host\" and \"customer\", and both must be known and not null. Set both, or \
         import the webhook by its URL.",
    )
}
