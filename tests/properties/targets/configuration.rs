//! What a user may write into a resource block, and what Terraform then plans with it. The input is the block in JSON.

use terraform_provider_aura::terraform::{Attr, Attribute, Object, Presence, Schema, Type, Value};

use super::host::{Host, Planned, webhook};
use super::{memory, value};

/// Whatever the block says: the diagnostics show nothing sensitive; the same plan is made twice; it promises what was
/// written and keeps nothing write-only; once applied and stored, it is read as it was, and there is nothing left to
/// plan.
pub fn check(json: &[u8]) {
    let schema = value::webhook_schema();
    let Some(config) = value::block(json, schema) else {
        return;
    };
    let host = Host::start_configured();
    memory::bounded(json, || {
        let told = host.validate(&config);
        assert!(told.has_errors() || is_present(&config, schema.attributes));
        assert!(!value::leaks(&told.text(), json), "{}", told.text());
        let planned = plan_creation(&host, json, &config);
        if told.has_errors() || planned.told.has_errors() {
            return;
        }
        let planned = webhook(planned.state, schema);
        check_promise(&config, &planned, schema);
        check_rest(&host, json, &config, applied(planned));
    });
}

/// Whether nothing that is required is null, and nothing that is read-only is set.
fn is_present(object: &Object, attributes: &[Attribute]) -> bool {
    attributes.iter().all(|attribute| {
        let value = &object[attribute.name];
        let nested = match (value, attribute.kind) {
            (Value::Map(object), Type::Object(attributes)) => is_present(object, attributes),
            _ => true,
        };
        nested
            && match attribute.presence {
                Presence::Required => !value.is_null(),
                Presence::Computed => value.is_null(),
                Presence::Optional | Presence::OptionalComputed => true,
            }
    })
}

fn plan_creation(host: &Host, json: &[u8], config: &Object) -> Planned {
    let planned = host.plan(None, b"", Some((config, config)));
    assert!(!value::leaks(&planned.told.text(), json));
    assert!(!planned.replaces, "there is nothing to replace");
    assert_eq!(host.plan(None, b"", Some((config, config))), planned);
    planned
}

fn check_promise(config: &Object, planned: &Object, schema: &Schema) {
    for attribute in schema.attributes {
        let (written, planned) = (&config[attribute.name], &planned[attribute.name]);
        if attribute.write_only {
            assert!(planned.is_null(), "{} is in the plan", attribute.name);
        } else if !written.is_null() {
            assert!(planned == written, "{} is planned as other", attribute.name);
        }
    }
}

/// The planned object as an apply would leave it.
fn applied(planned: Object) -> Object {
    let mut state = planned;
    let registered_at = Value::from("2026-01-01T00:00:00Z");
    state.insert("registered_at".to_owned(), registered_at);
    state
}

fn check_rest(host: &Host, json: &[u8], config: &Object, state: Object) {
    if !state.values().all(Value::is_wholly_known) {
        return;
    }
    let schema = value::webhook_schema();
    let mut proposed = state.clone();
    proposed.insert("headers_wo".to_owned(), config["headers_wo"].clone());
    let again = host.plan(Some(&state), b"", Some((config, &proposed)));
    assert!(!again.told.has_errors() && !again.replaces);
    assert!(!value::leaks(&again.told.text(), json));
    let mut planned = webhook(again.state, schema);
    if rotates(config) {
        planned.insert("registered_at".to_owned(), state["registered_at"].clone());
    }
    assert!(planned == state, "a second plan is not empty");

    if let Some(stored) = value::to_json(&Value::Map(state.clone())) {
        let read = host.upgrade(0, stored.to_string().as_bytes());
        assert!(read == Ok(state.clone()), "stored state reads as other");
    }

    let destroyed = host.plan(Some(&state), b"", None);
    // Refused after a plan that keeps it, in the same run: its on_destroy would replace what stays.
    assert!(destroyed.state.is_null());
    assert!(!value::leaks(&destroyed.told.text(), json));
}

/// Whether write-only headers count as changed: nothing is remembered of them here.
fn rotates(config: &Object) -> bool {
    !config["headers_wo"].is_null() && Attr::of(config, "headers_wo_version").is_null()
}
