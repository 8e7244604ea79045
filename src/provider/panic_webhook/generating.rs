//! Configuration for an imported webhook that has none yet.

use crate::terraform::{Attr, Diagnostic, Object, Outcome, Reply, Value};

use super::{events, importing};

/// A block that is valid as it stands. What AURA can't be asked for is chosen so that no event is missed: a block with
/// too few events would silence the others when it is applied.
pub(super) fn config(state: &Object) -> Outcome<Object> {
    let Attr::Known(url) = Attr::text(state, "url") else {
        return Err(vec![no_url()]);
    };
    let mut known = vec![("url", Value::from(url))];
    for name in ["customer_source", "headers", "triggers", "on_destroy"] {
        known.push((name, state.get(name).cloned().unwrap_or_default()));
    }
    let (events, warnings) = match state.get("events") {
        Some(events @ Value::List(_)) => (events.clone(), Vec::new()),
        _ => (every_event(), vec![to_be_completed()]),
    };
    known.push(("events", events));
    Ok(Reply {
        value: importing::webhook(&known),
        warnings,
    })
}

fn every_event() -> Value {
    let mut events: Vec<_> = events::known().map(Value::from).collect();
    events.sort_unstable();
    Value::List(events)
}

fn to_be_completed() -> Diagnostic {
    Diagnostic::warning(
        "Generated Without Reading",
        "AURA can't be asked for events and headers. The generated block subscribes to every event type that this \
         provider knows, so that none is missed, and has no headers. Apply replaces what is registered by it: before \
         that, reduce \"events\" to those that your endpoint expects, and add the \"headers\" that it needs.",
    )
}

/// A made-up URL would have AURA deliver personal data to nowhere, or to somebody else.
fn no_url() -> Diagnostic {
    Diagnostic::error(
        "No URL to Generate From",
        "AURA can't be asked for the URL of a webhook, and without it no configuration can be generated. Import the \
         webhook by its URL, which AURA's portal shows (Integration, Webhooks): write \"id\" in place of \"identity\" in \
         the import block. Or write the resource block yourself.",
    )
}
