//! An object in somebody's state file. The input is its JSON.

use terraform_provider_aura::terraform::{Object, Value};

use super::host::Host;
use super::memory;

/// It is read into an object of the schema without anything write-only, or refused, never dropped; a refresh leaves it
/// as it is; it can be planned with, and destroyed.
pub fn check(json: &[u8]) {
    let host = Host::start_configured();
    memory::bounded(json, || {
        let told = host.upgrade(1, json).expect_err("there is no version 1");
        assert!(told.has_errors(), "dropped without a word");
        match host.upgrade(0, json) {
            Err(told) => assert!(told.has_errors(), "dropped without a word"),
            Ok(state) => check_state(&host, state),
        }
    });
}

fn check_state(host: &Host, state: Object) {
    assert!(state["headers_wo"].is_null(), "write-only values are read");
    let (read, _) = host.read(&state, b"");
    assert!(read == state, "a refresh changes it");

    let mut config = state.clone();
    config.insert("id".to_owned(), Value::Null);
    config.insert("registered_at".to_owned(), Value::Null);
    host.plan(Some(&state), b"", Some((&config, &state)));
    let destroyed = host.plan(Some(&state), b"", None);
    assert!(destroyed.state.is_null(), "a destroy leaves something");
}
