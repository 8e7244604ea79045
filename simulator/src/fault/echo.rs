//! An answer that doesn't tell the truth.

use std::collections::BTreeMap;
use std::fmt;

/// What the answer to a registration claims was registered; a `None` is echoed truthfully.
#[derive(Clone, Default)]
pub struct Echo {
    /// Instead of the registered URL.
    pub url: Option<String>,
    /// Instead of the registered events.
    pub events: Option<Vec<String>>,
    /// Instead of the registered method.
    pub method: Option<String>,
    /// Instead of all registered headers.
    pub headers: Option<BTreeMap<String, String>>,
}

impl fmt::Debug for Echo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Echo")
            .field("url", &self.url)
            .field("events", &self.events)
            .field("method", &self.method)
            .field("headers", &self.headers.as_ref().map(BTreeMap::keys))
            .finish()
    }
}
