//! Terraform's own rules for what a provider answers, in the words of its source: `objchange/plan_valid.go`,
//! `objchange/compatible.go`, `objchange/objchange.go`, `configschema/internal_validate.go`.

use aura_test_support::value::{attribute, is_unknown};
use rmpv::Value;
use terraform_provider_aura::proto::tfplugin6 as pb;
use terraform_provider_aura::proto::tfplugin6::diagnostic::Severity;

/// The attributes of a schema that must be there.
#[track_caller]
pub(crate) fn attributes(schema: Option<&pb::Schema>) -> &[pb::schema::Attribute] {
    let block = schema.and_then(|schema| schema.block.as_ref());
    &block.expect("a schema with a block").attributes
}

/// What Terraform proposes: the configuration, with prior values where it leaves computed attributes open.
pub(crate) fn proposed(
    attributes: &[pb::schema::Attribute],
    prior: &Value,
    config: &Value,
) -> Value {
    if config.is_nil() {
        return Value::Nil;
    }
    let propose = |it: &pb::schema::Attribute| {
        let configured = attribute(config, &it.name);
        let value = match configured {
            Value::Nil if it.computed && !prior.is_nil() => attribute(prior, &it.name),
            configured => configured,
        };
        (Value::from(it.name.as_str()), value.clone())
    };
    Value::Map(attributes.iter().map(propose).collect())
}

/// `AssertPlanValid`: what may be planned for a configuration.
#[track_caller]
pub(crate) fn assert_valid_plan(
    attributes: &[pb::schema::Attribute],
    prior: &Value,
    config: &Value,
    planned: &Value,
) {
    if config.is_nil() {
        return assert_eq!(planned, &Value::Nil, "planned a non-null destroy value");
    }
    let names = planned.as_map().expect("an object is planned").len();
    assert_eq!(names, attributes.len(), "the planned object conforms");
    for it in attributes {
        let planned = attribute(planned, &it.name);
        if it.write_only {
            assert_eq!(planned, &Value::Nil, "{} is write-only", it.name);
            continue;
        }
        let config = attribute(config, &it.name);
        let prior = match prior {
            Value::Nil => &Value::Nil,
            prior => attribute(prior, &it.name),
        };
        let allowed = same(planned, config)
            || (!prior.is_nil() && !config.is_nil() && same(planned, prior))
            || (it.computed && config.is_nil());
        assert!(
            allowed,
            "{}: planned {planned}, configured {config}, prior {prior}",
            it.name
        );
    }
}

/// `AssertObjectCompatible`: what was planned came about, and nothing is unknown any more.
#[track_caller]
pub(crate) fn assert_consistent_result(planned: &Value, result: &Value) {
    assert!(
        is_wholly_known(result),
        "still unknown after apply: {result}"
    );
    assert!(
        came_about(planned, result),
        "planned {planned}, result {result}"
    );
}

fn came_about(planned: &Value, result: &Value) -> bool {
    match (planned, result) {
        (Value::Ext(..), _) => true,
        (Value::Map(planned), Value::Map(members)) => {
            let matches = |(name, value): &(Value, Value)| {
                let name = name.as_str().expect("a key is a string");
                came_about(value, attribute(result, name))
            };
            planned.len() == members.len() && planned.iter().all(matches)
        }
        _ => !is_wholly_known(planned) || same(planned, result),
    }
}

/// Whether two values are the same to Terraform: unknown is unknown, whatever else is known of it.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    normal(a) == normal(b)
}

/// Members by name; elements in some order, since this provider has sets and no lists.
fn normal(value: &Value) -> String {
    let joined = |mut parts: Vec<String>| {
        parts.sort_unstable();
        parts.join(",")
    };
    match value {
        Value::Ext(..) => "(unknown)".to_owned(),
        Value::Array(elements) => format!("[{}]", joined(elements.iter().map(normal).collect())),
        Value::Map(members) => {
            let member = |(name, value): &(Value, Value)| format!("{name}:{}", normal(value));
            format!("{{{}}}", joined(members.iter().map(member).collect()))
        }
        value => value.to_string(),
    }
}

fn is_wholly_known(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().all(is_wholly_known),
        Value::Map(members) => members.iter().all(|(_, value)| is_wholly_known(value)),
        value => !is_unknown(value),
    }
}

/// What makes a diagnostic one that Terraform can show.
#[track_caller]
pub(crate) fn well_formed(diagnostics: Vec<pb::Diagnostic>) -> Vec<pb::Diagnostic> {
    for it in &diagnostics {
        assert_ne!(it.severity(), Severity::Invalid, "{it:?}");
        assert!(
            !it.summary.is_empty() && !it.summary.ends_with('.'),
            "{it:?}"
        );
        assert!(it.detail.ends_with(['.', '?']), "{it:?}");
        // Terraform would look for a source range that isn't there.
        let steps = it.attribute.as_ref().map(|path| path.steps.len());
        assert_ne!(steps, Some(0), "{it:?}");
    }
    diagnostics
}

/// `InternalValidate`: what makes a schema one that Terraform takes.
#[track_caller]
pub(crate) fn assert_valid_schema(attributes: &[pb::schema::Attribute]) {
    for it in attributes {
        let name = &it.name;
        let lower_snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(!name.is_empty() && name.chars().all(lower_snake), "{name}");
        assert!(it.required ^ (it.optional || it.computed), "{name}");
        assert!(!(it.write_only && it.computed), "{name}");
        assert!(!it.description.is_empty(), "{name}");
        assert_eq!(it.description_kind(), pb::StringKind::Markdown, "{name}");
        match &it.nested_type {
            Some(object) => {
                assert!(it.r#type.is_empty(), "{name} has two types");
                assert_valid_schema(&object.attributes);
            }
            None => {
                let kind: Result<serde_json::Value, _> = serde_json::from_slice(&it.r#type);
                assert!(kind.is_ok(), "the type of {name} is not JSON");
            }
        }
    }
}
