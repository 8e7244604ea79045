//! The active webhook of a customer source.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde_json::{Value, json};

/// What a webhook registration asks for, and what a source's slot then holds.
#[derive(Clone)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
    pub(crate) method: String,
    pub(crate) headers: BTreeMap<String, String>,
}

/// The one active webhook of a customer source, as last registered.
///
/// `Debug` shows the names of the headers, not their values.
#[derive(Clone, PartialEq, Eq)]
pub struct Registration {
    /// The customer source's name.
    pub source: String,
    /// Where AURA would deliver to, as sent.
    pub url: String,
    /// The event types, in the order sent.
    pub events: Vec<String>,
    /// The delivery method; `webhook` also when none was sent.
    pub method: String,
    /// The headers of each delivery; empty when none were sent.
    pub headers: BTreeMap<String, String>,
    /// How often this source has registered a webhook, this one included.
    pub count: u64,
    /// When this one was registered.
    pub at: Timestamp,
}

impl Registration {
    pub(crate) fn new(source: &str, webhook: Webhook, count: u64) -> Self {
        Self {
            source: source.to_owned(),
            url: webhook.url,
            events: webhook.events,
            method: webhook.method,
            headers: webhook.headers,
            count,
            at: Timestamp::now(),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "source": self.source,
            "url": self.url,
            "events": self.events,
            "method": self.method,
            "headers": self.headers,
            "count": self.count,
            "at": self.at.to_string(),
        })
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("source", &self.source)
            .field("url", &self.url)
            .field("events", &self.events)
            .field("method", &self.method)
            .field("headers", &self.headers.keys())
            .field("count", &self.count)
            .field("at", &format_args!("{}", self.at))
            .finish()
    }
}
