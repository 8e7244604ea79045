//! What one run has claimed and registered, slot by slot. A slot holds one webhook: whoever registers last wins,
//! so two resources that claim one slot for different webhooks must not get as far as registering.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::aura::Registration;

/// The slots of one run.
#[derive(Debug, Default)]
pub(in crate::provider) struct Slots(Mutex<HashMap<String, Arc<Slot>>>);

/// One slot.
#[derive(Debug, Default)]
pub(in crate::provider) struct Slot {
    claim: Mutex<Option<Registration>>,
    registered: AtomicBool,
    kept: AtomicBool,
    to_be_replaced: AtomicBool,
    turn: RwLock<()>,
}

impl Slots {
    /// The slot of this name.
    pub(in crate::provider) fn slot(&self, name: &str) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match slots.get(name) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(slots.entry(name.to_owned()).or_default()),
        }
    }
}

impl Slot {
    /// Claims the slot for a webhook. Returns whether it was free or claimed for the very same webhook before:
    /// Terraform plans one resource several times over.
    pub(in crate::provider) fn claim(&self, registration: Registration) -> bool {
        let mut claim = self.claim.lock().unwrap_or_else(PoisonError::into_inner);
        *claim.get_or_insert_with(|| registration.clone()) == registration
    }

    /// A turn to register a resource's webhook. Several may have one at once.
    pub(in crate::provider) async fn turn_to_register(&self) -> RwLockReadGuard<'_, ()> {
        self.turn.read().await
    }

    /// A turn to register what is to remain after a resource is gone. Nobody registers meanwhile.
    pub(in crate::provider) async fn turn_to_replace(&self) -> RwLockWriteGuard<'_, ()> {
        self.turn.write().await
    }

    /// Notes that a plan leaves this slot's webhook as it is: nothing will register it in this run.
    pub(in crate::provider) fn note_kept(&self) {
        self.kept.store(true, Ordering::Release);
    }

    /// Whether a plan leaves this slot's webhook as it is.
    pub(in crate::provider) fn is_kept(&self) -> bool {
        self.kept.load(Ordering::Acquire)
    }

    /// Notes that a plan destroys a resource and registers something else here in its place.
    pub(in crate::provider) fn note_to_be_replaced(&self) {
        self.to_be_replaced.store(true, Ordering::Release);
    }

    /// Whether a plan registers something else here in place of a destroyed resource.
    pub(in crate::provider) fn is_to_be_replaced(&self) -> bool {
        self.to_be_replaced.load(Ordering::Acquire)
    }

    /// Notes that a resource's webhook was registered here in this run.
    pub(in crate::provider) fn note_registered(&self) {
        self.registered.store(true, Ordering::Release);
    }

    /// Whether a resource's webhook was registered here in this run.
    pub(in crate::provider) fn is_registered(&self) -> bool {
        self.registered.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration(url: &str) -> Registration {
        Registration {
            url: url.to_owned(),
            events: ["NEW_CALLOUT".to_owned()].into(),
            method: "webhook".to_owned(),
            headers: Default::default(),
        }
    }

    #[test]
    fn a_slot_is_claimed_for_one_webhook_however_often() {
        let slots = Slots::default();
        let (a, b) = (
            registration("https://a.example"),
            registration("https://b.example"),
        );
        assert!(slots.slot("host/x").claim(a.clone()));
        assert!(slots.slot("host/x").claim(a.clone()));
        assert!(!slots.slot("host/x").claim(b.clone()));
        assert!(slots.slot("host/x").claim(a), "the first claim stands");
        assert!(slots.slot("host/y").claim(b));
    }

    #[tokio::test]
    async fn registering_waits_while_something_is_being_replaced() {
        let slot = Slot::default();
        let (first, second) = (slot.turn_to_register().await, slot.turn_to_register().await);
        drop((first, second));
        let _replacing = slot.turn_to_replace().await;
        assert!(slot.turn.try_read().is_err());
    }
}
