//! What the provider itself has stored beside an object, and somebody may have changed since.

use terraform_provider_aura::terraform::{Object, Value};

use super::host::{Host, webhook};
use super::{memory, value};

const REGISTERED_AT: &str = "2026-01-01T00:00:00Z";

/// It never stands in the way of a plan: at worst the webhook is registered once too often. It comes back as it was,
/// and a hash of another cost than ours is not computed (libFuzzer's `-malloc_limit_mb` would notice).
pub fn check(private: &[u8]) {
    let (host, schema) = (Host::start_configured(), value::webhook_schema());
    let (state, config) = (state(), config());
    memory::bounded(private, || {
        let (_, read) = host.read(&state, private);
        assert_eq!(read, private, "a refresh changes private state");

        let planned = host.plan(Some(&state), private, Some((&config, &state)));
        assert!(!planned.told.has_errors(), "{}", planned.told.text());
        assert_eq!(planned.private, private, "a plan changes private state");
        let mut planned = webhook(planned.state, schema);
        if planned["registered_at"].is_unknown() {
            planned.insert("registered_at".to_owned(), REGISTERED_AT.into());
        }
        assert!(planned == state, "more than a registration is planned");
    });
}

fn state() -> Object {
    let mut state = config();
    for (name, value) in [
        ("id", "staging-panic.aura.services/default"),
        ("method", "webhook"),
        ("registered_at", REGISTERED_AT),
    ] {
        state.insert(name.to_owned(), value.into());
    }
    state.insert("headers_wo".to_owned(), Value::Null);
    state
}

fn config() -> Object {
    let config = Value::Map(
        [
            ("url".to_owned(), "https://example.com/aura".into()),
            ("events".to_owned(), Value::List(vec!["NEW_CALLOUT".into()])),
            (
                "headers_wo".to_owned(),
                Value::Map([("x-key".to_owned(), "old".into())].into()),
            ),
        ]
        .into(),
    );
    let block = value::webhook_schema().adapt(config);
    block.expect("a block").expect("no null")
}
