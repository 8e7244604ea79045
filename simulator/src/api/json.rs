//! A JSON object as a request body.

use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde_json::{Map, Value};

use crate::reply::Reply;

/// The object a request's body has to be.
pub(crate) fn object(head: &Parts, body: &[u8]) -> Result<Map<String, Value>, Malformed> {
    if !is_json(head) {
        return Err(malformed("Content-Type must be application/json."));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(malformed("The body must be a JSON object.")),
        Err(error) => Err(malformed(format!("The body is not JSON: {error}."))),
    }
}

/// What is wrong with a body: the message of a 400.
pub(crate) struct Malformed(String);

pub(crate) fn malformed(message: impl Into<String>) -> Malformed {
    Malformed(message.into())
}

impl From<Malformed> for Reply {
    fn from(Malformed(message): Malformed) -> Self {
        Self::message(StatusCode::BAD_REQUEST, &message)
    }
}

fn is_json(head: &Parts) -> bool {
    head.headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}
