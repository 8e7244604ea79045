//! What would change, told without asking AURA, which couldn't say.

use crate::terraform::{Attr, AttributePath, Diagnostic, Diagnostics, Object, Value};

use super::METHOD;
use super::rotation::Rotation;

/// A planned webhook.
pub(super) struct Change {
    pub(super) planned: Object,
    pub(super) requires_replace: Vec<AttributePath>,
    pub(super) warnings: Diagnostics,
}

/// Plans a webhook for a slot. Any difference means registering again: in place, unless it is for another
/// customer source.
pub(super) fn change(
    prior: Option<&Object>,
    proposed: Object,
    slot: Attr<String>,
    rotation: Rotation,
) -> Change {
    let mut planned = proposed;
    fill(&mut planned, "method", || METHOD.into());
    let other_source = other_source(prior, &planned);
    let mut warnings: Diagnostics = match other_source {
        Some(_) => left_behind(prior).into_iter().collect(),
        None => moved_slot(prior, &slot).into_iter().collect(),
    };
    let id = match slot {
        Attr::Known(slot) => slot.into(),
        Attr::Null | Attr::Unknown => Value::Unknown,
    };
    planned.insert("id".to_owned(), id);
    let registered_before = prior.and_then(|prior| prior.get("registered_at"));
    planned.insert(
        "registered_at".to_owned(),
        registered_before.cloned().unwrap_or_default(),
    );
    let changed = prior != Some(&planned) || !is_registered(prior);
    if changed || rotation == Rotation::Changed {
        planned.insert("registered_at".to_owned(), Value::Unknown);
    } else if rotation == Rotation::Unknown {
        warnings.push(unknown_headers());
    }
    Change {
        planned,
        requires_replace: other_source.into_iter().collect(),
        warnings,
    }
}

/// Gives an attribute that the user left out its default.
fn fill(object: &mut Object, name: &str, default: impl FnOnce() -> Value) {
    if object.get(name).is_none_or(Value::is_null) {
        object.insert(name.to_owned(), default());
    }
}

/// Whether the stored webhook was ever registered by us. An imported one wasn't.
fn is_registered(prior: Option<&Object>) -> bool {
    prior.is_some_and(|prior| !Attr::of(prior, "registered_at").is_null())
}

/// Another customer source is another webhook, and the old one is to be destroyed; but an import doesn't know the
/// source yet, and learns it in place.
fn other_source(prior: Option<&Object>, planned: &Object) -> Option<AttributePath> {
    let source = |object: &Object| object.get("customer_source").cloned().unwrap_or_default();
    let differs = is_registered(prior) && source(prior?) != source(planned);
    differs.then(|| "customer_source".into())
}

/// The webhook goes to another customer source. Terraform doesn't ask about the destroy in a replacement, so what
/// remains at the old one is said here.
fn left_behind(prior: Option<&Object>) -> Option<Diagnostic> {
    let prior = prior?;
    let stored = prior.get("id")?.as_str()?;
    Attr::of(prior, "on_destroy").is_null().then(|| {
        Diagnostic::warning(
            "Webhook Stays Active at AURA",
            format!(
                "This webhook moves to another customer source. AURA can't unregister: \"{stored}\" keeps its webhook \
                 and goes on delivering to it until another one is registered in its place, or AURA's portal \
                 (Integration, Webhooks) removes it. To have something else registered there, set \"on_destroy\" and \
                 apply before you change \"customer_source\"."
            ),
        )
        .at("customer_source")
    })
}

/// The provider now points somewhere else than when this webhook was registered. Without a plan to register there,
/// switching from staging to production would show no changes, and production would never hear of it.
fn moved_slot(prior: Option<&Object>, slot: &Attr<String>) -> Option<Diagnostic> {
    let stored = prior?.get("id")?.as_str()?;
    let Attr::Known(slot) = slot else {
        return None;
    };
    (stored != slot).then(|| {
        Diagnostic::warning(
            "Webhook Moves to Another Slot",
            format!(
                "This webhook is registered at \"{stored}\", and the provider now points at \"{slot}\". Apply registers \
                 it there. AURA can't unregister: \"{stored}\" keeps its webhook and goes on delivering to it until \
                 another one is registered in its place, or AURA's portal (Integration, Webhooks) removes it."
            ),
        )
        .at("id")
    })
}

fn unknown_headers() -> Diagnostic {
    Diagnostic::warning(
        "Write-Only Headers Not Known Yet",
        "The value of \"headers_wo\" is known only during apply, so the plan can't tell whether it changed and takes it \
         for unchanged. To register a changed value for certain, set \"headers_wo_version\" and change it along.",
    )
    .at("headers_wo")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(pairs: &[(&str, Value)]) -> Object {
        let mut object = Object::from([
            ("url".to_owned(), "https://a.example".into()),
            ("events".to_owned(), Value::List(vec!["NEW_CALLOUT".into()])),
            ("method".to_owned(), "webhook".into()),
            ("headers".to_owned(), Value::Null),
            ("customer_source".to_owned(), Value::Null),
            ("id".to_owned(), "api.example/c".into()),
            ("registered_at".to_owned(), "2026-01-01T00:00:00Z".into()),
        ]);
        object.extend(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        object
    }

    fn slot(slot: &str) -> Attr<String> {
        Attr::Known(slot.to_owned())
    }

    /// A plan for the stored webhook with some attributes changed.
    fn changed(pairs: &[(&str, Value)], slot: Attr<String>, rotation: Rotation) -> Change {
        change(Some(&webhook(&[])), webhook(pairs), slot, rotation)
    }

    #[test]
    fn nothing_changed_plans_nothing() {
        let change = changed(&[], slot("api.example/c"), Rotation::Unchanged);
        assert!(change.planned == webhook(&[]) && change.warnings.is_empty());
    }

    #[test]
    fn any_change_registers_again_in_place() {
        for pair in [
            ("url", "https://b.example".into()),
            ("headers", Value::Map(Object::new())),
        ] {
            let change = changed(&[pair], slot("api.example/c"), Rotation::Unchanged);
            assert_eq!(change.planned["registered_at"], Value::Unknown);
            assert_eq!(change.planned["id"], "api.example/c".into());
            assert!(change.requires_replace.is_empty());
        }
    }

    #[test]
    fn rotated_headers_register_again_and_unknown_ones_warn() {
        let rotated = changed(&[], slot("api.example/c"), Rotation::Changed);
        assert_eq!(rotated.planned["registered_at"], Value::Unknown);
        let unknown = changed(&[], slot("api.example/c"), Rotation::Unknown);
        assert!(unknown.planned == webhook(&[]));
        assert_eq!(unknown.warnings[0].attribute, "headers_wo".into());
    }

    #[test]
    fn another_slot_is_planned_in_place_with_a_warning() {
        let change = changed(&[], slot("api.example/d"), Rotation::Unchanged);
        assert_eq!(change.planned["id"], "api.example/d".into());
        assert_eq!(change.planned["registered_at"], Value::Unknown);
        assert!(change.requires_replace.is_empty());
        let [warning] = change.warnings.try_into().expect("a warning");
        assert!(
            warning
                .detail
                .contains("\"api.example/c\" keeps its webhook")
        );
    }

    #[test]
    fn an_unknown_slot_may_be_another_one() {
        let change = changed(&[], Attr::Unknown, Rotation::Unchanged);
        assert_eq!(change.planned["id"], Value::Unknown);
        assert_eq!(change.planned["registered_at"], Value::Unknown);
        assert!(change.warnings.is_empty());
    }

    #[test]
    fn another_customer_source_replaces_but_an_import_learns_its_source_in_place() {
        let source = ("customer_source", Value::from("north"));
        let replaced = changed(
            std::slice::from_ref(&source),
            slot("api.example/n"),
            Rotation::Unchanged,
        );
        assert_eq!(replaced.requires_replace, ["customer_source".into()]);
        let imported = webhook(&[("registered_at", Value::Null), ("id", Value::Null)]);
        let learnt = change(
            Some(&imported),
            webhook(&[source]),
            slot("api.example/n"),
            Rotation::Changed,
        );
        assert!(learnt.requires_replace.is_empty() && learnt.warnings.is_empty());
        assert_eq!(learnt.planned["registered_at"], Value::Unknown);
    }

    #[test]
    fn a_new_webhook_knows_its_slot_and_its_method() {
        let open = ["method", "id", "registered_at"].map(|name| (name, Value::Null));
        let change = change(
            None,
            webhook(&open),
            slot("api.example/c"),
            Rotation::Unchanged,
        );
        assert_eq!(change.planned["method"], "webhook".into());
        assert_eq!(change.planned["id"], "api.example/c".into());
        assert_eq!(change.planned["registered_at"], Value::Unknown);
    }
}
