//! The event names that can be registered.

/// AURA's list of mid 2026; the last of the callout events is deprecated, which registering it doesn't show.
const KNOWN: &[&str] = &[
    "NEW_CALLOUT",
    "RESPONDER_MANUALLY_DISPATCHED",
    "RESPONDER_ACKNOWLEDGED_CALLOUT",
    "RESPONDER_ARRIVED_ON_SCENE",
    "RESPONDER_COMPLETED",
    "CALLOUT_OWNED",
    "CALLOUT_EVENTS_CHANGED",
    "CALLOUT_SOFT_CANCELLED_BY_CUSTOMER",
    "CALLOUT_NO_LONGER_REQUIRES_RESPONSE",
    "CALLOUT_CLOSED",
    "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA",
    "SUBSCRIPTION_CREATED",
    "SUBSCRIPTION_UPDATED",
    "SUBSCRIPTION_CANCELLED",
    "SUBSCRIPTION_CANCELLED_FAILED",
    "CREATED_CUSTOMER",
];

pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}
