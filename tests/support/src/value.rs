//! Terraform values as they travel in a `DynamicValue`, built and read with `rmpv` so that a mistake in the
//! provider's own codec can't hide behind itself.
//!
//! The rules are those of go-cty's MessagePack encoding: an object has every attribute, an unknown value is an
//! extension, a number that is neither an integer nor an exact float is a decimal string.

use rmpv::Value;
use serde_json::Value as Json;
use terraform_provider_aura::proto::tfplugin6::DynamicValue;

const PLAIN_UNKNOWN: i8 = 0;
const REFINED_UNKNOWN: i8 = 12;

/// A value that is wholly known, written as JSON: an object for an object or a map, an array for a list, set or
/// tuple.
pub fn known(json: Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => Value::Boolean(truth),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::from(integer),
            None => Value::from(number.to_string()),
        },
        Json::String(text) => Value::from(text),
        Json::Array(items) => Value::Array(items.into_iter().map(known).collect()),
        Json::Object(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(name, value)| (Value::from(name), known(value)))
                .collect(),
        ),
    }
}

/// A value that isn't known yet: `d4 00 00`.
pub fn unknown() -> Value {
    Value::Ext(PLAIN_UNKNOWN, vec![0])
}

/// A value of which it is only known that it won't be null, as Terraform ≥ 1.6 sends for references to computed
/// attributes: `c7 03 0c 81 01 c2`.
pub fn unknown_but_not_null() -> Value {
    Value::Ext(REFINED_UNKNOWN, vec![0x81, 0x01, 0xc2])
}

/// Whether the value is unknown, refined or not.
pub fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::Ext(..))
}

/// The object or map with the named entry set to another value, or added.
///
/// # Panics
///
/// If `object` is neither an object nor a map.
#[track_caller]
pub fn with(object: Value, name: &str, value: Value) -> Value {
    let Value::Map(mut entries) = object else {
        panic!("{object} has no entries, so {name:?} can't be set");
    };
    match entries
        .iter_mut()
        .find(|(key, _)| key.as_str() == Some(name))
    {
        Some(entry) => entry.1 = value,
        None => entries.push((Value::from(name), value)),
    }
    Value::Map(entries)
}

/// The named attribute of an object, or element of a map.
///
/// # Panics
///
/// If `object` has no such entry, or more than one.
#[track_caller]
pub fn attribute<'a>(object: &'a Value, name: &str) -> &'a Value {
    let found: Vec<&Value> = object
        .as_map()
        .unwrap_or_else(|| panic!("{object} has no attributes, so no {name:?}"))
        .iter()
        .filter(|(key, _)| key.as_str() == Some(name))
        .map(|(_, value)| value)
        .collect();
    match found[..] {
        [value] => value,
        _ => panic!("{object} has {} attributes {name:?}", found.len()),
    }
}

/// The value as the wire carries it, in MessagePack, which is all Terraform sends.
pub fn encode(value: &Value) -> DynamicValue {
    let mut msgpack = Vec::new();
    rmpv::encode::write_value(&mut msgpack, value).expect("writing to memory succeeds");
    DynamicValue {
        msgpack: msgpack.into(),
        ..DynamicValue::default()
    }
}

/// The value in an answer; a missing message is null, as Terraform reads it.
///
/// # Panics
///
/// If the provider answered in JSON, which Terraform doesn't consistently support, or anything but one value.
#[track_caller]
pub fn decode(answer: Option<&DynamicValue>) -> Value {
    let Some(answer) = answer else {
        return Value::Nil;
    };
    assert!(
        answer.json.is_empty(),
        "the provider answered in JSON: {:?}",
        answer.json
    );
    let mut rest = &answer.msgpack[..];
    let value = rmpv::decode::read_value(&mut rest)
        .unwrap_or_else(|error| panic!("{error} in {:02x?}", answer.msgpack));
    assert!(
        rest.is_empty(),
        "{} bytes after the value {value}",
        rest.len()
    );
    value
}

/// The value as JSON, to compare with `json!`; unknown reads `"(unknown)"`.
///
/// # Panics
///
/// If the value holds what Terraform has no type for: binary data, or a map with a key that isn't a string.
#[track_caller]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Boolean(truth) => Json::from(*truth),
        Value::Integer(integer) => match integer.as_i64() {
            Some(integer) => Json::from(integer),
            None => Json::from(integer.as_u64()),
        },
        Value::F32(float) => Json::from(*float),
        Value::F64(float) => Json::from(*float),
        Value::String(text) => Json::from(text.as_str().expect("a string is UTF-8")),
        Value::Array(items) => items.iter().map(to_json).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| (key.as_str().expect("a key is a string"), to_json(value)))
            .collect(),
        Value::Ext(..) => Json::from("(unknown)"),
        Value::Binary(_) => panic!("{value} is binary"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_encoded_as_terraform_does() {
        let object = with(known(json!({"a": null, "b": [true, "x"]})), "c", unknown());
        assert_eq!(
            encode(&object).msgpack[..],
            *b"\x83\xa1a\xc0\xa1b\x92\xc3\xa1x\xa1c\xd4\x00\x00"
        );
    }

    #[test]
    fn an_unknown_that_is_not_null_has_terraforms_bytes() {
        assert_eq!(
            encode(&unknown_but_not_null()).msgpack[..],
            *b"\xc7\x03\x0c\x81\x01\xc2"
        );
    }

    #[test]
    fn a_fraction_is_a_decimal_string_and_an_integer_is_not() {
        assert_eq!(
            encode(&known(json!([0.1, 4]))).msgpack[..],
            *b"\x92\xa30.1\x04"
        );
    }

    #[test]
    fn a_value_comes_back_as_it_went() {
        let value = known(json!({"events": ["A", "B"], "headers": {"x": null}, "retries": -4}));
        assert_eq!(decode(Some(&encode(&value))), value);
        assert_eq!(known(to_json(&value)), value);
    }

    #[test]
    fn a_missing_answer_is_null() {
        assert_eq!(decode(None), Value::Nil);
    }

    #[test]
    #[should_panic(expected = "2 bytes after the value")]
    fn an_answer_with_trailing_bytes_is_refused() {
        decode(Some(&DynamicValue {
            msgpack: vec![0xc0, 0xc0, 0xc0].into(),
            ..DynamicValue::default()
        }));
    }

    #[test]
    #[should_panic(expected = "2 attributes \"a\"")]
    fn an_attribute_sent_twice_is_noticed() {
        let twice = Value::Map(vec![
            ("a".into(), Value::Nil),
            ("a".into(), Value::from(true)),
        ]);
        attribute(&twice, "a");
    }
}
