//! How a value travels, and what becomes of it on the way.

use serde_json::Value as Json;
use terraform_provider_aura::provider::AuraProvider;
use terraform_provider_aura::terraform::{
    Number, Object, Provider, Schema, Type, Value, json, msgpack,
};

/// Stands for an unknown value in JSON, which has none.
const UNKNOWN: &str = "(unknown)";

/// Put behind every sensitive value, to be recognized where it must not be.
const CANARY: &str = "-c4n4ry";

/// The schema of the provider block.
pub(super) fn provider_schema() -> &'static Schema {
    AuraProvider::new(|_| None).schema()
}

/// The schema of the one resource.
pub(super) fn webhook_schema() -> &'static Schema {
    let provider = AuraProvider::new(|_| None);
    provider.resources().first().expect("a resource").schema()
}

/// A value that was read must be written so that it reads the same again.
pub(super) fn check_round_trip(value: &Value) {
    let written = msgpack::to_vec(value);
    let again = msgpack::from_slice(&written).expect("what we write can be read");
    assert!(again == as_written(value.clone()), "{value:?} has changed");
    assert_eq!(msgpack::to_vec(&again), written, "{value:?} has two forms");
}

/// What a schema takes must be of that schema afterwards, and still be on the far side of the wire.
pub(super) fn check_schemas(value: &Value) {
    for schema in [provider_schema(), webhook_schema()] {
        let taken = [schema.conform(value.clone()), schema.adapt(value.clone())];
        for object in taken.into_iter().flatten().flatten() {
            let sent = msgpack::to_vec(&Value::Map(object.clone()));
            let received = msgpack::from_slice(&sent).expect("what we write can be read");
            let received = schema.conform(received).expect("a block of the schema");
            assert!(received == Some(object), "{value:?} has changed");
        }
    }
}

/// The wire has no form for a number that is neither an integer nor a double: it travels as text.
fn as_written(value: Value) -> Value {
    match value {
        Value::Number(number @ Number::Decimal(_)) => number.to_text().into(),
        Value::List(elements) => Value::List(elements.into_iter().map(as_written).collect()),
        Value::Map(elements) => Value::Map(
            elements
                .into_iter()
                .map(|(key, value)| (key, as_written(value)))
                .collect(),
        ),
        other => other,
    }
}

/// A block from JSON, as a user might have written it: what is left out is null, `"(unknown)"` is unknown, and each
/// sensitive value carries a canary. `None` if the schema has no place for something in it.
pub(super) fn block(json: &[u8], schema: &Schema) -> Option<Object> {
    let written = with_unknowns(json::from_slice(json).ok()?);
    let mut block = schema.adapt(written).ok()??;
    for attribute in schema.attributes {
        if let Some(value) = block.get_mut(attribute.name) {
            mark(value, attribute.kind, attribute.sensitive);
        }
    }
    Some(block)
}

/// Whether a text gives away a value that [`block`] has marked. Text that had the mark before proves nothing.
pub(super) fn leaks(text: &str, json: &[u8]) -> bool {
    text.contains(CANARY) && !String::from_utf8_lossy(json).contains("c4n4ry")
}

/// A known value as Terraform stores it. `None` for what JSON has no form for, an infinity, and for a key that
/// serde_json, with its feature `arbitrary_precision`, takes for its own.
pub(super) fn to_json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => Json::Null,
        Value::Unknown => return None,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Number(number) => serde_json::from_str(&number.to_text()).ok()?,
        Value::String(text) => Json::String(text.clone()),
        Value::List(elements) => Json::Array(elements.iter().map(to_json).collect::<Option<_>>()?),
        Value::Map(elements) if elements.contains_key("$serde_json::private::Number") => {
            return None;
        }
        Value::Map(elements) => {
            let members = elements.iter();
            let members = members.map(|(key, value)| Some((key.clone(), to_json(value)?)));
            Json::Object(members.collect::<Option<_>>()?)
        }
    })
}

fn with_unknowns(value: Value) -> Value {
    match value {
        Value::String(text) if text == UNKNOWN => Value::Unknown,
        Value::List(elements) => Value::List(elements.into_iter().map(with_unknowns).collect()),
        Value::Map(elements) => Value::Map(
            elements
                .into_iter()
                .map(|(key, value)| (key, with_unknowns(value)))
                .collect(),
        ),
        other => other,
    }
}

fn mark(value: &mut Value, kind: Type, sensitive: bool) {
    match (value, kind) {
        (Value::String(text), _) if sensitive => text.push_str(CANARY),
        (Value::Map(object), Type::Object(attributes)) => {
            for attribute in attributes {
                if let Some(value) = object.get_mut(attribute.name) {
                    mark(value, attribute.kind, attribute.sensitive);
                }
            }
        }
        (Value::Map(elements), Type::Map(kind)) => {
            let marked = elements.values_mut();
            marked.for_each(|value| mark(value, *kind, sensitive));
        }
        _ => {}
    }
}
