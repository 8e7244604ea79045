//! The event types AURA documents, and the nearest of them to what a user wrote.

/// Known event types by the group that AURA's documentation lists them under ("Event types", mid 2026). The
/// list grows at AURA, so an event that isn't here may well exist.
pub(in crate::provider) const GROUPS: &[(&str, &[&str])] = &[
    (
        "callouts",
        &[
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
        ],
    ),
    (
        "subscriptions",
        &[
            "SUBSCRIPTION_CREATED",
            "SUBSCRIPTION_UPDATED",
            "SUBSCRIPTION_CANCELLED",
            "SUBSCRIPTION_CANCELLED_FAILED",
        ],
    ),
    ("customers", &["CREATED_CUSTOMER"]),
];

/// Event types that work on but have a successor: (old, new).
const DEPRECATED: &[(&str, &str)] = &[(
    "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA",
    "RESPONDER_ACKNOWLEDGED_CALLOUT",
)];

/// Below this likeness (Jaro-Winkler, from 0 to 1) a suggestion would only confuse.
const LIKE_ENOUGH: f64 = 0.75;

/// What is known of an event type.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    Known,
    Deprecated { successor: &'static str },
    Unknown { nearest: Option<&'static str> },
}

impl Event {
    /// Looks a name up.
    pub(super) fn named(name: &str) -> Self {
        if known().any(|known| known == name) {
            return Self::Known;
        }
        match DEPRECATED
            .iter()
            .find(|(deprecated, _)| *deprecated == name)
        {
            Some((_, successor)) => Self::Deprecated { successor },
            None => Self::Unknown {
                nearest: nearest(name),
            },
        }
    }
}

/// Every event type that is known and not deprecated.
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(|(_, events)| events.iter().copied())
}

fn nearest(name: &str) -> Option<&'static str> {
    let written = name.to_ascii_uppercase().replace(['-', ' ', '.'], "_");
    most_like(&written, known())
}

/// The group that a user probably meant.
pub(in crate::provider) fn nearest_group(name: &str) -> Option<&'static str> {
    let groups = GROUPS.iter().map(|(group, _)| *group);
    most_like(&name.to_ascii_lowercase(), groups)
}

fn most_like(written: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let likeness = |name: &'static str| (strsim::jaro_winkler(written, name), name);
    let (likeness, nearest) = names
        .map(likeness)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (likeness >= LIKE_ENOUGH).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_finds_its_event() {
        let nearest = |name| match Event::named(name) {
            Event::Unknown { nearest } => nearest,
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(nearest("NEW_CALOUT"), Some("NEW_CALLOUT"));
        assert_eq!(nearest("callout-closed"), Some("CALLOUT_CLOSED"));
        assert_eq!(
            nearest("RESPONDER_ARRIVED"),
            Some("RESPONDER_ARRIVED_ON_SCENE")
        );
        assert_eq!(nearest("xyz"), None);
    }

    #[test]
    fn a_deprecated_event_names_its_successor() {
        let event = Event::named("RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA");
        assert_eq!(
            event,
            Event::Deprecated {
                successor: "RESPONDER_ACKNOWLEDGED_CALLOUT"
            }
        );
        assert_eq!(Event::named("NEW_CALLOUT"), Event::Known);
    }
}
