//! Configuration for an imported webhook that has none yet.

use crate::terraform::{Attr, Diagnostic, Object, Outcome, Value};

use super::{events, importing};

/// A block that is valid as it stands. What AURA can't be asked for is chosen so that no event is missed: a block with
/// too few events would silence the others when it is applied. The import has said so already; Terraform 1.15 doesn't
/// show warnings from here.
pub(super) fn config(state: &Object) -> Outcome<Object> {
    let Attr::Known(url) = Attr::text(state, "url") else {
        return Err(vec![no_url()]);
    };
    let mut known = vec![("url", Value::from(url))];
    for name in ["customer_source", "headers", "triggers", "on_destroy"] {
        known.push((name, state.get(name).cloned().unwrap_or_default()));
    }
    let events = match state.get("events") {
        Some(events @ Value::List(_)) => events.clone(),
        _ => every_event(),
    };
    known.push(("events", events));
    Ok(importing::webhook(&known).into())
}

fn every_event() -> Value {
    let mut events: Vec<_> = events::known().map(Value::from).collect();
    events.sort_unstable();
    Value::List(events)
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
