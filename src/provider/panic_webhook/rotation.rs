//! Notices that `headers_wo` changed, without storing them.
//!
//! What was last sent is remembered in private state as a salted Argon2id hash. Private state is stored in clear
//! wherever the user keeps their state, so it must not help anyone to guess a token: hence a slow, salted hash.

mod hash;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::terraform::{Attr, Object, Value};

/// The version of what we write into private state.
const PRIVATE_VERSION: u32 = 1;

/// How the write-only headers of a configuration compare with what was last sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rotation {
    /// The same, or `headers_wo_version` decides.
    Unchanged,
    /// Others.
    Changed,
    /// They are not known yet.
    Unknown,
}

/// Compares a configuration with what private state remembers.
pub(super) async fn compare(config: &Object, private: &Bytes) -> Rotation {
    if !Attr::of(config, "headers_wo_version").is_null() {
        return Rotation::Unchanged;
    }
    let remembered = Remembered::read(private).headers_wo;
    match (content(config), remembered) {
        (Attr::Unknown, _) => Rotation::Unknown,
        (Attr::Null, None) => Rotation::Unchanged,
        (Attr::Known(content), Some(hash)) => match hash::is_of(content, hash).await {
            true => Rotation::Unchanged,
            false => Rotation::Changed,
        },
        (Attr::Known(_), None) | (Attr::Null, Some(_)) => Rotation::Changed,
    }
}

/// Private state that remembers the write-only headers of a configuration as the ones last sent.
pub(super) async fn remember(config: &Object) -> Bytes {
    let decided_by_version = !Attr::of(config, "headers_wo_version").is_null();
    let headers_wo = match content(config) {
        Attr::Known(content) if !decided_by_version => hash::of(content).await,
        _ => None,
    };
    Remembered {
        version: PRIVATE_VERSION,
        headers_wo,
    }
    .write()
}

/// What private state holds: a version, and the hash in PHC form.
#[derive(Default, Deserialize, Serialize)]
struct Remembered {
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    headers_wo: Option<String>,
}

impl Remembered {
    /// What can't be read is not remembered: the worst that follows is a registration too many.
    fn read(private: &[u8]) -> Self {
        let remembered: Option<Self> = serde_json::from_slice(private).ok();
        remembered
            .filter(|read| read.version == PRIVATE_VERSION)
            .unwrap_or_default()
    }

    /// Nothing to remember is nothing to store.
    fn write(&self) -> Bytes {
        match self.headers_wo {
            Some(_) => serde_json::to_vec(self)
                .map(Bytes::from)
                .unwrap_or_default(),
            None => Bytes::new(),
        }
    }
}

/// The write-only headers in one unambiguous form.
fn content(config: &Object) -> Attr<Zeroizing<Vec<u8>>> {
    let headers = Attr::map_of(config, "headers_wo");
    if headers
        .known()
        .is_some_and(|map| !map.values().all(Value::is_wholly_known))
    {
        return Attr::Unknown;
    }
    headers.and_then(|headers| {
        let pairs: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name, value.as_str()))
            .collect();
        serde_json::to_vec(&pairs).ok().map(Zeroizing::new)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(headers_wo: Value, version: Value) -> Object {
        [
            ("headers_wo".to_owned(), headers_wo),
            ("headers_wo_version".to_owned(), version),
        ]
        .into()
    }

    fn headers(value: &str) -> Value {
        Value::Map([("x-key".to_owned(), value.into())].into())
    }

    #[tokio::test]
    async fn a_rotated_value_is_noticed_and_the_same_one_is_not() {
        let private = remember(&config(headers("old"), Value::Null)).await;
        let compare_with = async |value| compare(&config(value, Value::Null), &private).await;
        assert_eq!(compare_with(headers("old")).await, Rotation::Unchanged);
        assert_eq!(compare_with(headers("new")).await, Rotation::Changed);
        assert_eq!(compare_with(Value::Null).await, Rotation::Changed);
        assert_eq!(compare_with(Value::Unknown).await, Rotation::Unknown);
        let element = Value::Map([("x-key".to_owned(), Value::Unknown)].into());
        assert_eq!(compare_with(element).await, Rotation::Unknown);
    }

    #[tokio::test]
    async fn the_version_alone_decides_and_then_nothing_is_remembered() {
        let versioned = config(headers("old"), 1.into());
        assert_eq!(remember(&versioned).await, Bytes::new());
        let private = remember(&config(headers("other"), Value::Null)).await;
        assert_eq!(compare(&versioned, &private).await, Rotation::Unchanged);
    }

    #[tokio::test]
    async fn private_state_is_versioned_salted_and_free_of_the_value() {
        let config = config(headers("s3cret"), Value::Null);
        let (first, second) = (remember(&config).await, remember(&config).await);
        let text = String::from_utf8(first.to_vec()).unwrap();
        assert!(
            text.starts_with(r#"{"version":1,"headers_wo":"$argon2id$v=19$m=7168,t=5,p=1$"#),
            "{text}"
        );
        assert!(!text.contains("s3cret"));
        assert_ne!(first, second);
    }

    #[tokio::test]
    async fn private_state_that_is_not_ours_counts_as_nothing_remembered() {
        let costly = r#"{"version":1,"headers_wo":"$argon2id$v=19$m=4194304,t=5,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"}"#;
        for private in [
            "",
            "{",
            "null",
            r#"{"version":2,"headers_wo":"x"}"#,
            r#"{"version":1,"headers_wo":"x"}"#,
            costly,
        ] {
            let private = Bytes::from_static(private.as_bytes());
            let config = config(headers("a"), Value::Null);
            assert_eq!(
                compare(&config, &private).await,
                Rotation::Changed,
                "{private:?}"
            );
        }
        let none = config(Value::Null, Value::Null);
        assert_eq!(compare(&none, &Bytes::new()).await, Rotation::Unchanged);
    }
}
