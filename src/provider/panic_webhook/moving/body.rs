//! The webhook in the body of a request. No text here quotes the body, which may hold credentials.

use crate::terraform::{Object, Value, json};

use super::super::METHOD;

/// The attributes of the webhook that a body registers, or why it registers none.
pub(super) fn read(body: &str) -> Result<Vec<(&'static str, Value)>, String> {
    let parsed = json::from_slice(body.as_bytes());
    let parsed = parsed.map_err(|error| format!("its body is not JSON ({error})"))?;
    let Value::Map(body) = parsed else {
        return Err("its body is no JSON object".to_owned());
    };
    let url = body.get("url").filter(|url| url.as_str().is_some());
    let url = url.ok_or("its body has no \"url\" that is text")?;
    Ok(vec![
        ("url", url.clone()),
        ("events", events(&body)?),
        ("method", method(&body)?),
        ("headers", headers(&body)?),
    ])
}

fn events(body: &Object) -> Result<Value, &'static str> {
    const PROBLEM: &str = "its body has no \"events\" that are a list of texts";
    let Some(Value::List(events)) = body.get("events") else {
        return Err(PROBLEM);
    };
    if events.is_empty() || events.iter().any(|event| event.as_str().is_none()) {
        return Err(PROBLEM);
    }
    let mut events = events.clone();
    events.sort_unstable();
    events.dedup();
    Ok(Value::List(events))
}

fn method(body: &Object) -> Result<Value, String> {
    match body.get("method") {
        None | Some(Value::Null) => Ok(Value::Null),
        Some(Value::String(method)) if method == METHOD => Ok(METHOD.into()),
        Some(_) => Err(format!("the \"method\" in its body is not \"{METHOD}\"")),
    }
}

fn headers(body: &Object) -> Result<Value, &'static str> {
    match body.get("headers") {
        None | Some(Value::Null) => Ok(Value::Null),
        Some(Value::Map(headers)) if headers.is_empty() => Ok(Value::Null),
        Some(headers @ Value::Map(entries))
            if entries.values().all(|value| value.as_str().is_some()) =>
        {
            Ok(headers.clone())
        }
        Some(_) => Err("the \"headers\" in its body are not a map of texts"),
    }
}
