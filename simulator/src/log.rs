//! The latest requests, in the order they were answered.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::received::Received;

/// A bounded log: the oldest entry makes room for a new one.
pub(crate) struct Log {
    entries: VecDeque<Arc<Received>>,
    keep: usize,
    total: u64,
}

impl Log {
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            keep,
            total: 0,
        }
    }

    pub(crate) fn push(&mut self, received: Received) {
        self.total += 1;
        if self.keep == 0 {
            return;
        }
        if self.entries.len() == self.keep {
            self.entries.pop_front();
        }
        self.entries.push_back(Arc::new(received));
    }

    pub(crate) fn entries(&self) -> Vec<Arc<Received>> {
        self.entries.iter().cloned().collect()
    }

    /// All requests since the start or the last [`clear`](Self::clear), also those no longer kept.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.total = 0;
    }
}
