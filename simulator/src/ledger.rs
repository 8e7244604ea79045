//! All that the simulator knows, behind one lock.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::directory::Directory;
use crate::fault::Queue;
use crate::log::Log;
use crate::registration::{Registration, Webhook};

/// The simulator's knowledge, shared by its connections and its owner.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Ledger>>);

impl Shared {
    pub(crate) fn new(ledger: Ledger) -> Self {
        Self(Arc::new(Mutex::new(ledger)))
    }

    /// Held for the length of a look-up or two, never across an await.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shared {
    /// Shows nothing: the ledger is full of credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

pub(crate) struct Ledger {
    pub(crate) directory: Directory,
    pub(crate) faults: Queue,
    pub(crate) log: Log,
    registrations: BTreeMap<Arc<str>, Registration>,
}

impl Ledger {
    pub(crate) fn new(directory: Directory, keep_requests: usize) -> Self {
        Self {
            directory,
            faults: Queue::default(),
            log: Log::new(keep_requests),
            registrations: BTreeMap::new(),
        }
    }

    /// Puts a webhook in the source's one slot.
    pub(crate) fn register(&mut self, source: Arc<str>, webhook: Webhook) {
        let count = self.registrations.get(&source).map_or(0, |old| old.count) + 1;
        let registration = Registration::new(&source, webhook, count);
        self.registrations.insert(source, registration);
    }

    pub(crate) fn registration(&self, source: &str) -> Option<&Registration> {
        self.registrations.get(source)
    }

    /// By source name.
    pub(crate) fn registrations(&self) -> impl Iterator<Item = &Registration> {
        self.registrations.values()
    }

    pub(crate) fn clear_registrations(&mut self) {
        self.registrations.clear();
    }

    /// Forgets registrations, requests and faults; credentials and issued tokens stay.
    pub(crate) fn clear(&mut self) {
        self.clear_registrations();
        self.log.clear();
        self.faults.clear();
    }
}
