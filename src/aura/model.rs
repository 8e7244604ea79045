use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use bytes::Bytes;
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::aura::{EchoDifference, Secret};

/// A webhook as AURA is to hold it (API reference, "Register a webhook").
#[derive(Clone, PartialEq, Eq)]
pub struct Registration {
    /// The HTTPS endpoint that AURA posts events to.
    pub url: String,
    /// The event types to deliver.
    pub events: BTreeSet<String>,
    /// The delivery method; AURA knows `webhook`.
    pub method: String,
    /// Sent by AURA with each delivery. An empty map is sent too: it replaces earlier headers.
    pub headers: BTreeMap<String, Secret>,
}

impl Registration {
    /// The request's body. It holds secrets, so its memory is wiped after the last use.
    pub(super) fn to_json(&self) -> Bytes {
        #[derive(Serialize)]
        struct Wire<'a> {
            url: &'a str,
            events: &'a BTreeSet<String>,
            method: &'a str,
            #[serde(serialize_with = "expose")]
            headers: &'a BTreeMap<String, Secret>,
        }
        fn expose<S: Serializer>(
            headers: &BTreeMap<String, Secret>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            serializer.collect_map(headers.iter().map(|(name, value)| (name, value.expose())))
        }
        wiped(&Wire {
            url: &self.url,
            events: &self.events,
            method: &self.method,
            headers: &self.headers,
        })
    }
}

/// JSON in memory that is wiped when the last request that uses it is done.
pub(super) fn wiped(body: &impl Serialize) -> Bytes {
    // Large enough for nearly every body: a buffer that grows leaves copies of the secrets behind.
    let mut json = Zeroizing::new(Vec::with_capacity(4096));
    serde_json::to_writer(&mut *json, body).expect("maps with string keys always have a JSON form");
    Bytes::from_owner(json)
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("url", &self.url)
            .field("events", &self.events)
            .field("method", &self.method)
            .field("headers", &self.headers.keys())
            .finish()
    }
}

/// AURA has accepted a [`Registration`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registered {
    /// AURA's own words, made safe to show.
    pub message: Option<String>,
    /// What AURA says it holds and was not sent; empty if it holds what was sent, or doesn't say.
    pub differences: Vec<EchoDifference>,
}

#[cfg(test)]
mod tests {
    use super::Registration;
    use crate::aura::Secret;

    fn registration() -> Registration {
        Registration {
            url: "https://example.com/aura".to_owned(),
            events: ["NEW_CALLOUT", "CALLOUT_CLOSED"].map(str::to_owned).into(),
            method: "webhook".to_owned(),
            headers: [("X-Key", "k3y"), ("Authorization", "Bearer t0k3n")]
                .map(|(name, value)| (name.to_owned(), Secret::from(value.to_owned())))
                .into(),
        }
    }

    #[test]
    fn a_registration_is_sent_sorted() {
        assert_eq!(
            registration().to_json(),
            concat!(
                r#"{"url":"https://example.com/aura","events":["CALLOUT_CLOSED","NEW_CALLOUT"],"#,
                r#""method":"webhook","headers":{"Authorization":"Bearer t0k3n","X-Key":"k3y"}}"#
            )
        );
    }

    #[test]
    fn debug_shows_the_names_of_headers_but_not_their_values() {
        let debug = format!("{:?}", registration());
        assert!(debug.contains("X-Key"), "{debug}");
        assert!(!debug.contains("k3y"), "{debug}");
        assert!(!debug.contains("t0k3n"), "{debug}");
    }
}
