use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use icu_normalizer::ComposingNormalizerBorrowed;
use serde_json::{Map, Value};
use url::Url;

use crate::aura::{Registration, redaction::Redaction};

/// How many entries of an answer are compared. There should be one; 1 MiB has room for a hundred thousand.
const COMPARED: usize = 100;
/// How many names of a list are shown, for the same reason.
const SHOWN: usize = 20;

/// In what AURA's answer differs from what was sent. Values of headers are never part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EchoDifference {
    /// AURA lists no webhook at all.
    Nothing,
    /// Another URL.
    Url {
        /// As it was sent.
        sent: String,
        /// As AURA has it.
        echoed: String,
    },
    /// Other events.
    Events {
        /// As they were sent.
        sent: Names,
        /// As AURA has them.
        echoed: Names,
    },
    /// Another delivery method.
    Method {
        /// As it was sent.
        sent: String,
        /// As AURA has it.
        echoed: String,
    },
    /// Other headers, by name.
    Headers {
        /// Sent, and not in the answer.
        missing: Names,
        /// In the answer, and not sent.
        added: Names,
        /// In the answer with another value.
        changed: Names,
    },
}

impl fmt::Display for EchoDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("AURA's answer lists no webhook"),
            Self::Url { sent, echoed } => {
                write!(f, "URL: sent \"{sent}\", AURA holds \"{echoed}\"")
            }
            Self::Events { sent, echoed } => {
                write!(f, "events: sent {sent}, AURA holds {echoed}")
            }
            Self::Method { sent, echoed } => {
                write!(f, "method: sent \"{sent}\", AURA holds \"{echoed}\"")
            }
            Self::Headers {
                missing,
                added,
                changed,
            } => {
                let parts = [
                    ("missing", missing),
                    ("not sent", added),
                    ("with another value", changed),
                ];
                let parts = parts.iter().filter(|(_, names)| !names.is_empty());
                let parts: Vec<_> = parts
                    .map(|(what, names)| format!("{what}: {names}"))
                    .collect();
                write!(f, "headers {}", parts.join("; "))
            }
        }
    }
}

/// The first of some names, made safe to show, and how many more there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    first: Vec<String>,
    more: usize,
}

impl Names {
    fn new<T: AsRef<str>>(names: &BTreeSet<T>, clean: impl Fn(&str) -> String) -> Self {
        let first = names.iter().take(SHOWN).map(|name| clean(name.as_ref()));
        Self {
            first: first.collect(),
            more: names.len().saturating_sub(SHOWN),
        }
    }

    fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.more {
            _ if self.is_empty() => f.write_str("none"),
            0 => f.write_str(&self.first.join(", ")),
            more => write!(f, "{} and {more} more", self.first.join(", ")),
        }
    }
}

/// What differs between `sent` and the entry of `notifier.config` that is most like it.
///
/// Fields that an entry doesn't have, or has in another form than documented, are taken as not said.
pub(super) fn differences(
    sent: &Registration,
    answer: &Map<String, Value>,
    redaction: &Redaction<'_>,
) -> Vec<EchoDifference> {
    let config = answer
        .get("notifier")
        .and_then(|notifier| notifier.get("config"))
        .and_then(Value::as_array);
    let Some(config) = config else {
        return Vec::new();
    };
    config
        .iter()
        .take(COMPARED)
        .map(|entry| entry_differences(sent, entry, redaction))
        .min_by_key(Vec::len)
        .unwrap_or_else(|| vec![EchoDifference::Nothing])
}

fn entry_differences(
    sent: &Registration,
    entry: &Value,
    redaction: &Redaction<'_>,
) -> Vec<EchoDifference> {
    [
        url(sent, entry, redaction),
        events(sent, entry, redaction),
        method(sent, entry, redaction),
        headers(sent, entry, redaction),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn url(sent: &Registration, entry: &Value, redaction: &Redaction<'_>) -> Option<EchoDifference> {
    let echoed = entry.get("url")?.as_str()?;
    // `https://example.com` and `https://example.com/` are one address.
    let parsed = |url: &str| Url::parse(url).ok();
    let same = same(&sent.url, echoed)
        || parsed(&sent.url).is_some_and(|sent| Some(sent) == parsed(echoed));
    (!same).then(|| EchoDifference::Url {
        sent: sent.url.clone(),
        echoed: redaction.clean(echoed),
    })
}

fn events(sent: &Registration, entry: &Value, redaction: &Redaction<'_>) -> Option<EchoDifference> {
    let echoed = entry.get("events")?.as_array()?.iter().map(Value::as_str);
    let echoed: BTreeSet<_> = echoed.collect::<Option<_>>()?;
    let composed = |names: &BTreeSet<&str>| names.iter().map(|name| nfc(name)).collect();
    let ours: BTreeSet<String> = composed(&sent.events.iter().map(String::as_str).collect());
    let theirs: BTreeSet<String> = composed(&echoed);
    (ours != theirs).then(|| EchoDifference::Events {
        sent: Names::new(&sent.events, str::to_owned),
        echoed: Names::new(&echoed, |name| redaction.clean(name)),
    })
}

fn method(sent: &Registration, entry: &Value, redaction: &Redaction<'_>) -> Option<EchoDifference> {
    let echoed = entry.get("method")?.as_str()?;
    (!same(&sent.method, echoed)).then(|| EchoDifference::Method {
        sent: sent.method.clone(),
        echoed: redaction.clean(echoed),
    })
}

/// Names are compared as HTTP does, whatever their case.
fn headers(
    sent: &Registration,
    entry: &Value,
    redaction: &Redaction<'_>,
) -> Option<EchoDifference> {
    let echoed = entry.get("headers")?.as_object()?;
    let mut echoed: BTreeMap<_, _> = echoed
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), (name, value)))
        .collect();
    let (mut missing, mut changed) = (BTreeSet::new(), BTreeSet::new());
    for (name, value) in &sent.headers {
        match echoed.remove(&name.to_ascii_lowercase()) {
            None => {
                missing.insert(name);
            }
            Some((_, Value::String(echoed))) if same(value.expose(), echoed) => {}
            Some(_) => {
                changed.insert(name);
            }
        }
    }
    let added: BTreeSet<_> = echoed.into_values().map(|(name, _)| name).collect();
    let differs = !(missing.is_empty() && changed.is_empty() && added.is_empty());
    differs.then(|| EchoDifference::Headers {
        missing: Names::new(&missing, str::to_owned),
        added: Names::new(&added, |name| redaction.clean(name)),
        changed: Names::new(&changed, str::to_owned),
    })
}

/// Equal to a reader: one text may have been composed (NFC) on its way and the other not.
fn same(a: &str, b: &str) -> bool {
    a == b || nfc(a) == nfc(b)
}

fn nfc(text: &str) -> String {
    const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
    NFC.normalize(text).into_owned()
}

#[cfg(test)]
mod tests;
