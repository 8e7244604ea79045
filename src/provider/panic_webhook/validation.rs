//! What can be said about a configuration offline. Unknown values are skipped: they are judged when they are
//! known, at the latest when Terraform validates again before it applies.

use crate::terraform::{Attr, AttributePath, Diagnostic, Diagnostics, Object, Value};

use super::events::Event;
use super::{METHOD, endpoint, headers};

/// Every error and warning about one resource block.
pub(super) fn check(config: &Object) -> Diagnostics {
    let mut diagnostics = check_target(config, &AttributePath::default());
    diagnostics.extend(check_method(config));
    diagnostics.extend(headers::check(&[
        ("headers".into(), Attr::map_of(config, "headers")),
        ("headers_wo".into(), Attr::map_of(config, "headers_wo")),
    ]));
    diagnostics.extend(check_customer_source(config));
    if let Attr::Known(on_destroy) = Attr::map_of(config, "on_destroy") {
        let path = AttributePath::from("on_destroy");
        diagnostics.extend(check_target(on_destroy, &path));
        let headers = Attr::map_of(on_destroy, "headers");
        diagnostics.extend(headers::check(&[(path.attribute("headers"), headers)]));
    }
    diagnostics
}

/// Whether there is such a source is known when the provider is configured, and said at plan.
fn check_customer_source(config: &Object) -> Option<Diagnostic> {
    let name = Attr::text(config, "customer_source").known()?;
    name.is_empty().then(|| {
        Diagnostic::error(
            "Invalid Customer Source",
            "\"customer_source\" is empty. Name a key of the provider's \"customer_sources\", or remove it to use the \
             provider's own credentials.",
        )
        .at("customer_source")
    })
}

/// Where to and what for: `url` and `events`.
fn check_target(object: &Object, path: &AttributePath) -> Diagnostics {
    let mut diagnostics = Vec::new();
    if let Attr::Known(url) = Attr::text(object, "url") {
        diagnostics.extend(endpoint::check(url, path.clone().attribute("url")));
    }
    if let Attr::Known(events) = Attr::list(object, "events") {
        diagnostics.extend(check_events(events, &path.clone().attribute("events")));
    }
    diagnostics
}

/// A set's elements have no address, so each diagnostic points at the set and names its element.
fn check_events(events: &[Value], path: &AttributePath) -> Diagnostics {
    if events.is_empty() {
        return vec![
            Diagnostic::error(
                "No Events",
                "A webhook without events would never be called. Name at least one event type, such as \
                 \"NEW_CALLOUT\".",
            )
            .at(path.clone()),
        ];
    }
    let found = events.iter().filter_map(|event| match event {
        Value::Null => Some(invalid_event("An event is null")),
        Value::String(name) => check_event(name),
        _ => None,
    });
    found
        .map(|diagnostic| diagnostic.at(path.clone()))
        .collect()
}

fn check_event(name: &str) -> Option<Diagnostic> {
    if name.is_empty() {
        return Some(invalid_event("An event is empty"));
    }
    if name.trim() != name || name.contains(char::is_control) {
        let shown = name.escape_debug();
        return Some(invalid_event(&format!(
            "\"{shown}\" has spaces around it or line breaks in it"
        )));
    }
    match Event::named(name) {
        Event::Known => None,
        Event::Deprecated { successor } => Some(Diagnostic::warning(
            "Deprecated Event Type",
            format!("AURA has deprecated \"{name}\"; it still works. Use \"{successor}\" instead."),
        )),
        Event::Unknown { nearest } => Some(unknown_event(name, nearest)),
    }
}

fn unknown_event(name: &str, nearest: Option<&str>) -> Diagnostic {
    let suggestion = match nearest {
        Some(nearest) => format!("Did you mean \"{nearest}\"?"),
        None => "Check its spelling in AURA's documentation.".to_owned(),
    };
    Diagnostic::warning(
        "Unknown Event Type",
        format!(
            "\"{}\" is none of the event types this provider knows. {suggestion} If AURA doesn't know it either, \
             apply will fail; if it is new at AURA, ignore this.",
            name.escape_debug()
        ),
    )
}

fn invalid_event(problem: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid Event Type",
        format!("{problem}. Name event types as AURA does, such as \"NEW_CALLOUT\"."),
    )
}

fn check_method(config: &Object) -> Option<Diagnostic> {
    let method = Attr::text(config, "method").known()?;
    (method != METHOD).then(|| {
        Diagnostic::error(
            "Unsupported Delivery Method",
            format!(
                "\"{}\" is no delivery method of AURA's. Remove \"method\", or set it to \"{METHOD}\".",
                method.escape_debug()
            ),
        )
        .at("method")
    })
}
