//! The JSON form of a value: stored state, and what a host may send instead of msgpack.

use serde::de::Error;
use serde_json::Value as Json;

use super::text::nfc;
use super::{Number, Value};

/// Reads one value. Numbers keep every digit.
///
/// # Errors
///
/// When the bytes are not JSON; the text names line and column, never content.
pub fn from_slice(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    from_json(serde_json::from_slice(bytes)?)
}

fn from_json(json: Json) -> Result<Value, serde_json::Error> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => Number::parse(number.as_str())
            .map(Value::Number)
            .ok_or_else(|| Error::custom("a number's exponent is out of any range"))?,
        Json::String(text) => Value::String(nfc(&text)),
        Json::Array(elements) => {
            let elements: Result<_, _> = elements.into_iter().map(from_json).collect();
            Value::List(elements?)
        }
        Json::Object(members) => {
            let member = |(key, value): (String, Json)| Ok((nfc(&key), from_json(value)?));
            let members: Result<_, serde_json::Error> = members.into_iter().map(member).collect();
            Value::Map(members?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_state_reads_without_losing_a_digit() {
        let value = from_slice(
            br#"{"a": 0.1, "b": 12345678901234567890123, "c": [null, true, "e\u0301"]}"#,
        );
        let Ok(Value::Map(members)) = value else {
            panic!("an object")
        };
        assert_eq!(members["a"].as_number(), Number::parse("0.1").as_ref());
        assert_eq!(
            members["b"].as_number().unwrap().to_text(),
            "12345678901234567890123"
        );
        assert_eq!(
            members["c"],
            Value::List(vec![Value::Null, Value::Bool(true), "\u{e9}".into()])
        );
    }

    #[test]
    fn a_number_beyond_any_range_is_refused() {
        assert!(from_slice(b"1e99999999999999999999").is_err());
    }

    #[test]
    fn an_error_tells_the_place_and_not_the_content() {
        let error = from_slice(br#"{"token": "s3cret"#).unwrap_err().to_string();
        assert!(
            error.contains("line 1") && !error.contains("s3cret"),
            "{error}"
        );
    }
}
