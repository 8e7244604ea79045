//! The one place where protobuf messages and our own types meet.

use bytes::Bytes;

use crate::proto::tfplugin6 as pb;
use crate::terraform::{
    Attribute, AttributePath, Diagnostic, Diagnostics, FunctionError, Object, Parameter, Presence,
    Schema, Severity, Signature, Step, Type, Value, json, msgpack,
};

/// Reads a value sent by the host: msgpack, else JSON, else null.
///
/// # Errors
///
/// When the bytes are no value. `what` names it to the reader: "the prior state".
pub(super) fn value(sent: Option<&pb::DynamicValue>, what: &str) -> Result<Value, Diagnostics> {
    let Some(sent) = sent else {
        return Ok(Value::Null);
    };
    if !sent.msgpack.is_empty() {
        return msgpack::from_slice(&sent.msgpack).map_err(|error| unreadable(what, &error));
    }
    if !sent.json.is_empty() {
        return json::from_slice(&sent.json).map_err(|error| unreadable(what, &error));
    }
    Ok(Value::Null)
}

/// Reads a block sent by the host and checks it against its schema; null is `None`.
pub(super) fn block(
    sent: Option<&pb::DynamicValue>,
    schema: &Schema,
    what: &str,
) -> Result<Option<Object>, Diagnostics> {
    schema
        .conform(value(sent, what)?)
        .map_err(|error| unreadable(what, &error))
}

/// Reads a block that can't be null.
pub(super) fn required_block(
    sent: Option<&pb::DynamicValue>,
    schema: &Schema,
    what: &str,
) -> Result<Object, Diagnostics> {
    block(sent, schema, what)?.ok_or_else(|| unreadable(what, &"it is not there"))
}

/// What the user reads when the host sends something that can't be read: not their fault, nor the provider's
/// alone.
pub(super) fn unreadable(what: &str, problem: &dyn std::fmt::Display) -> Diagnostics {
    vec![Diagnostic::error(
        "Unreadable Data from Terraform",
        format!(
            "The provider could not read {what} that it was sent: {problem}. Terraform and the provider seem to \
             disagree about the schema: run \"terraform init -upgrade\" and try again. If that doesn't help, please \
             report it to the provider's developers."
        ),
    )]
}

/// Writes a value for the host, in msgpack, the only form every host reads.
pub(super) fn dynamic_value(value: &Value) -> pb::DynamicValue {
    pb::DynamicValue {
        msgpack: msgpack::to_vec(value).into(),
        json: Bytes::new(),
    }
}

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => pb::diagnostic::Severity::Error,
        Severity::Warning => pb::diagnostic::Severity::Warning,
    };
    pb::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary.into_owned(),
        detail: diagnostic.detail,
        // A path without steps would have Terraform look for a source range that isn't there.
        attribute: (!diagnostic.attribute.is_empty()).then(|| attribute_path(diagnostic.attribute)),
    }
}

pub(super) fn attribute_path(path: AttributePath) -> pb::AttributePath {
    use pb::attribute_path::step::Selector;
    let step = |step: &Step| pb::attribute_path::Step {
        selector: Some(match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone().into_owned()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(*index),
        }),
    };
    pb::AttributePath {
        steps: path.steps().iter().map(step).collect(),
    }
}

pub(super) fn schema(schema: &Schema) -> pb::Schema {
    pb::Schema {
        version: schema.version,
        block: Some(pb::schema::Block {
            version: schema.version,
            attributes: attributes(schema.attributes),
            description: schema.description.to_owned(),
            description_kind: pb::StringKind::Markdown.into(),
            ..Default::default()
        }),
    }
}

pub(super) fn function(signature: &Signature) -> pb::Function {
    pb::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        r#return: Some(pb::function::Return {
            r#type: type_json(signature.returns).into(),
        }),
        summary: signature.summary.to_owned(),
        description: signature.description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        ..Default::default()
    }
}

fn parameter(parameter: &Parameter) -> pb::function::Parameter {
    pb::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: type_json(parameter.kind).into(),
        description: parameter.description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        ..Default::default()
    }
}

pub(super) fn function_error(error: FunctionError) -> pb::FunctionError {
    pb::FunctionError {
        text: error.text,
        function_argument: error
            .argument
            .map(|index| i64::try_from(index).unwrap_or(i64::MAX)),
    }
}

fn attributes(attributes: &[Attribute]) -> Vec<pb::schema::Attribute> {
    attributes.iter().map(attribute).collect()
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    let nested_type = nested(attribute.kind);
    let plain_type = if nested_type.is_none() {
        type_json(attribute.kind)
    } else {
        String::new()
    };
    pb::schema::Attribute {
        name: attribute.name.to_owned(),
        r#type: plain_type.into(),
        nested_type,
        description: attribute.description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        required: attribute.presence == Presence::Required,
        optional: matches!(
            attribute.presence,
            Presence::Optional | Presence::OptionalComputed
        ),
        computed: matches!(
            attribute.presence,
            Presence::Computed | Presence::OptionalComputed
        ),
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        ..Default::default()
    }
}

/// An object, or a collection of objects, whose attributes have schemas of their own.
fn nested(kind: Type) -> Option<pb::schema::Object> {
    use pb::schema::object::NestingMode;
    let (nesting, object) = match kind {
        Type::Object(_) => (NestingMode::Single, kind),
        Type::List(element) => (NestingMode::List, *element),
        Type::Set(element) => (NestingMode::Set, *element),
        Type::Map(element) => (NestingMode::Map, *element),
        Type::Bool | Type::Number | Type::String => return None,
    };
    match object {
        Type::Object(members) => Some(pb::schema::Object {
            attributes: attributes(members),
            nesting: nesting.into(),
            ..Default::default()
        }),
        _ => None,
    }
}

/// A type as Terraform writes types: compact JSON, `["map","string"]`.
pub(super) fn type_json(kind: Type) -> String {
    match kind {
        Type::Bool => r#""bool""#.to_owned(),
        Type::Number => r#""number""#.to_owned(),
        Type::String => r#""string""#.to_owned(),
        Type::List(element) => format!(r#"["list",{}]"#, type_json(*element)),
        Type::Set(element) => format!(r#"["set",{}]"#, type_json(*element)),
        Type::Map(element) => format!(r#"["map",{}]"#, type_json(*element)),
        Type::Object(members) => {
            let member = |a: &Attribute| format!(r#""{}":{}"#, a.name, type_json(a.kind));
            let members: Vec<_> = members.iter().map(member).collect();
            format!(r#"["object",{{{}}}]"#, members.join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_about_the_whole_block_has_no_path() {
        assert_eq!(diagnostic(Diagnostic::error("A", "b")).attribute, None);
        let path = diagnostic(Diagnostic::error("A", "b").at("url"))
            .attribute
            .unwrap();
        assert_eq!(path.steps.len(), 1);
    }

    #[test]
    fn msgpack_is_preferred_then_json_then_null() {
        let sent = |msgpack: &'static [u8], json: &'static [u8]| pb::DynamicValue {
            msgpack: msgpack.into(),
            json: json.into(),
        };
        assert_eq!(value(Some(&sent(b"\xa1a", b"\"b\"")), "it"), Ok("a".into()));
        assert_eq!(value(Some(&sent(b"", b"\"b\"")), "it"), Ok("b".into()));
        assert_eq!(value(Some(&sent(b"", b"")), "it"), Ok(Value::Null));
        assert_eq!(value(None, "it"), Ok(Value::Null));
        assert!(value(Some(&sent(b"\xc1", b"")), "it").is_err());
    }

    #[test]
    fn types_are_compact_json() {
        assert_eq!(
            type_json(Type::Map(&Type::Set(&Type::String))),
            r#"["map",["set","string"]]"#
        );
    }

    #[test]
    fn a_map_of_objects_is_a_nested_type() {
        const TOKEN: Attribute = Attribute::optional("token", Type::String, "").sensitive();
        static OBJECT: Type = Type::Object(&[TOKEN]);
        let nested = nested(Type::Map(&OBJECT)).unwrap();
        assert_eq!(
            nested.nesting,
            i32::from(pb::schema::object::NestingMode::Map)
        );
        assert!(nested.attributes[0].sensitive);
    }
}
