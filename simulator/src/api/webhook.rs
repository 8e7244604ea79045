//! `POST /panic-api/v2/notifiers/webhooks`: register a webhook, in place of the source's last one.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use http::request::Parts;
use serde_json::{Map, Value, json};
use url::Url;

use crate::api::call::{Call, Terms, bearer};
use crate::api::event;
use crate::api::json::{Malformed, malformed, object};
use crate::directory::{Denied, Directory};
use crate::fault::Echo;
use crate::ledger::Ledger;
use crate::received::Endpoint;
use crate::registration::Webhook;
use crate::reply::Reply;

/// A token and a webhook, or what is wrong with the latter.
pub(crate) struct Register {
    token: Option<String>,
    webhook: Result<Webhook, Malformed>,
}

impl Call for Register {
    const ENDPOINT: Endpoint = Endpoint::Webhook;

    fn parse(head: &Parts, body: &[u8]) -> Self {
        Self {
            token: bearer(&head.headers).map(str::to_owned),
            webhook: object(head, body).and_then(webhook),
        }
    }

    fn source(&self, directory: &Directory) -> Option<Arc<str>> {
        directory.source_of_token(self.token.as_deref()?)
    }

    fn answer(self, ledger: &mut Ledger, terms: &Terms<'_>) -> Reply {
        let Some(token) = self.token else {
            return unauthorized("A bearer token is missing.");
        };
        let source = match ledger.directory.admit(&token) {
            Ok(source) => source,
            Err(Denied::Unknown) => return unauthorized("The token is invalid."),
            Err(Denied::Expired) => return unauthorized("The token has expired."),
        };
        let webhook = match self.webhook {
            Ok(webhook) => webhook,
            Err(malformed) => return malformed.into(),
        };
        let reply = registered(&webhook, terms.echo);
        if terms.applies {
            ledger.register(source, webhook);
        }
        reply
    }
}

/// The documented answer to a success.
fn registered(webhook: &Webhook, echo: Option<&Echo>) -> Reply {
    let truth = Echo::default();
    let echo = echo.unwrap_or(&truth);
    Reply::json(
        StatusCode::CREATED,
        &json!({
            "message": "Webhook registered",
            "notifier": {"config": [{
                "url": echo.url.as_ref().unwrap_or(&webhook.url),
                "events": echo.events.as_ref().unwrap_or(&webhook.events),
                "method": echo.method.as_ref().unwrap_or(&webhook.method),
                "headers": echo.headers.as_ref().unwrap_or(&webhook.headers),
            }]},
        }),
    )
}

fn unauthorized(message: &str) -> Reply {
    Reply::message(StatusCode::UNAUTHORIZED, message)
}

fn webhook(mut fields: Map<String, Value>) -> Result<Webhook, Malformed> {
    Ok(Webhook {
        url: url(fields.remove("url"))?,
        events: events(fields.remove("events"))?,
        method: method(fields.remove("method"))?,
        headers: headers(fields.remove("headers"))?,
    })
}

fn url(field: Option<Value>) -> Result<String, Malformed> {
    let Some(Value::String(text)) = field else {
        return Err(malformed("url must be a string."));
    };
    match Url::parse(&text) {
        Ok(url) if url.scheme() == "https" => Ok(text),
        Ok(_) => Err(malformed("url must be an https URL.")),
        Err(error) => Err(malformed(format!("url is not a URL: {error}."))),
    }
}

fn events(field: Option<Value>) -> Result<Vec<String>, Malformed> {
    let Some(Value::Array(names)) = field else {
        return Err(malformed("events must be a list of strings."));
    };
    if names.is_empty() {
        return Err(malformed("events must name at least one event."));
    }
    names.into_iter().map(event_name).collect()
}

fn event_name(name: Value) -> Result<String, Malformed> {
    match name {
        Value::String(name) if event::is_known(&name) => Ok(name),
        Value::String(name) => Err(malformed(format!("Unknown event {name:?}."))),
        _ => Err(malformed("events must be a list of strings.")),
    }
}

fn method(field: Option<Value>) -> Result<String, Malformed> {
    match field {
        None => Ok("webhook".to_owned()),
        Some(Value::String(method)) if method == "webhook" => Ok(method),
        Some(_) => Err(malformed("method must be \"webhook\".")),
    }
}

fn headers(field: Option<Value>) -> Result<BTreeMap<String, String>, Malformed> {
    let wrong = || malformed("headers must be a map of strings to strings.");
    match field {
        None => Ok(BTreeMap::new()),
        Some(Value::Object(headers)) => headers
            .into_iter()
            .map(|(name, value)| match value {
                Value::String(value) => Ok((name, value)),
                _ => Err(wrong()),
            })
            .collect(),
        Some(_) => Err(wrong()),
    }
}
