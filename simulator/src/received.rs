//! A request as it came in.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `POST /panic-api/v2/oauth/token`.
    Token,
    /// `POST /panic-api/v2/notifiers/webhooks`.
    Webhook,
    /// Any other method or path, which AURA's reference doesn't have.
    Other,
}

impl Endpoint {
    /// `token`, `webhook` or `other`, as the control interface spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Webhook => "webhook",
            Self::Other => "other",
        }
    }
}

/// A request as it came in, and what it was answered with. Those to `/_control/` are not among them.
///
/// Headers and body are verbatim, credentials included; `Debug` shows neither.
#[derive(Clone)]
pub struct Received {
    /// What the request was for.
    pub endpoint: Endpoint,
    /// The customer source of the credential: of the bearer token, even an expired one, or at the token endpoint of
    /// the client id, even with a wrong secret. `None` for an unknown credential or none.
    pub source: Option<Arc<str>>,
    /// The status answered; `None` when a fault kept the whole status line from leaving.
    pub status: Option<StatusCode>,
    /// The method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The headers, names in lower case.
    pub headers: HeaderMap,
    /// The body as JSON; `Null` when it isn't JSON.
    pub body: Value,
    /// The body's bytes; empty when a fault struck before it was read.
    pub raw_body: Bytes,
    /// When the request had been read.
    pub at: Timestamp,
}

impl Received {
    pub(crate) fn new(
        endpoint: Endpoint,
        source: Option<Arc<str>>,
        status: Option<StatusCode>,
        head: &Parts,
        body: &[u8],
    ) -> Self {
        Self {
            endpoint,
            source,
            status,
            method: head.method.clone(),
            path: head.uri.to_string(),
            headers: copied(&head.headers),
            body: serde_json::from_slice(body).unwrap_or_default(),
            raw_body: Bytes::copy_from_slice(body),
            at: Timestamp::now(),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let headers: Vec<Value> = self
            .headers
            .iter()
            .map(|(name, value)| json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())]))
            .collect();
        json!({
            "at": self.at.to_string(),
            "method": self.method.as_str(),
            "path": self.path,
            "endpoint": self.endpoint.name(),
            "source": self.source.as_deref(),
            "status": self.status.map(|status| status.as_u16()),
            "headers": headers,
            "body": self.body,
            "raw_body": String::from_utf8_lossy(&self.raw_body),
        })
    }
}

/// A clone would share its bytes with the connection's read buffer, and keep all of that in memory for a few of them.
fn copied(headers: &HeaderMap) -> HeaderMap {
    headers
        .iter()
        .map(|(name, value)| {
            let copy = HeaderValue::from_bytes(value.as_bytes());
            (name.clone(), copy.unwrap_or_else(|_| value.clone()))
        })
        .collect()
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("endpoint", &self.endpoint)
            .field("source", &self.source)
            .field("status", &self.status)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("at", &format_args!("{}", self.at))
            .finish_non_exhaustive()
    }
}
