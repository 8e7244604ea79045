//! Does a value fit its schema? Asked once, where values come in; behind that nobody checks again.

use std::fmt;

use super::{Attribute, AttributePath, Number, Object, Schema, Type, Value};

/// A value that its schema doesn't allow: a fault of whoever sent it, not of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaMismatch {
    /// Where.
    pub path: AttributePath,
    /// What is the matter there.
    pub problem: Problem,
}

/// What a [`SchemaMismatch`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A value of another type; the text names the one wanted.
    Expected(&'static str),
    /// An attribute of the schema is not there.
    Missing,
    /// An attribute that the schema doesn't have.
    Unsupported,
}

impl fmt::Display for SchemaMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        match &self.problem {
            Problem::Expected(kind @ "object") => write!(f, "an {kind} is expected here"),
            Problem::Expected(kind) => write!(f, "a {kind} is expected here"),
            Problem::Missing => f.write_str("this attribute is missing"),
            Problem::Unsupported => f.write_str("there is no such attribute"),
        }
    }
}

impl std::error::Error for SchemaMismatch {}

/// How to take an object whose attributes are not exactly the schema's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Refuse it: a host that sends it has another schema than ours.
    Exact,
    /// Drop what we don't know, fill in null for what isn't there: state of a neighbouring version.
    Adapt,
}

impl Schema {
    /// Checks a value from the host and puts it into the form the provider works with: sets in order.
    /// A null block is `None`.
    ///
    /// # Errors
    ///
    /// When the value isn't of this schema.
    pub fn conform(&self, value: Value) -> Result<Option<Object>, SchemaMismatch> {
        self.fit(value, Fit::Exact)
    }

    /// The same for stored state of this version, which may lack attributes added since and may hold
    /// attributes removed since.
    ///
    /// # Errors
    ///
    /// When an attribute it does hold is of another type.
    pub fn adapt(&self, value: Value) -> Result<Option<Object>, SchemaMismatch> {
        self.fit(value, Fit::Adapt)
    }

    fn fit(&self, value: Value, fit: Fit) -> Result<Option<Object>, SchemaMismatch> {
        let path = AttributePath::default();
        match value {
            Value::Null => Ok(None),
            Value::Map(mut object) => {
                conform_object(&mut object, self.attributes, &path, fit)?;
                Ok(Some(object))
            }
            _ => Err(mismatch(&path, Problem::Expected("object"))),
        }
    }
}

impl Type {
    /// Checks a value from the host that belongs to no block: an argument of a function.
    ///
    /// # Errors
    ///
    /// When the value isn't of this type.
    pub fn conform(self, mut value: Value) -> Result<Value, SchemaMismatch> {
        conform(&mut value, self, &AttributePath::default, Fit::Exact)?;
        Ok(value)
    }
}

fn conform_object(
    object: &mut Object,
    attributes: &'static [Attribute],
    path: &AttributePath,
    fit: Fit,
) -> Result<(), SchemaMismatch> {
    let place = |name: &'static str| path.clone().attribute(name);
    for attribute in attributes {
        let name = attribute.name;
        match object.get_mut(name) {
            Some(value) => conform(value, attribute.kind, &|| place(name), fit)?,
            None if fit == Fit::Adapt => _ = object.insert(name.to_owned(), Value::Null),
            None => return Err(mismatch(&place(name), Problem::Missing)),
        }
    }
    // All are there, so what is more is not the schema's.
    if object.len() == attributes.len() {
        return Ok(());
    }
    let belongs = |name: &str| attributes.iter().any(|attribute| attribute.name == name);
    match object.keys().find(|name| !belongs(name)) {
        Some(name) if fit == Fit::Exact => {
            let path = path.clone().attribute(name.clone());
            Err(mismatch(&path, Problem::Unsupported))
        }
        _ => {
            object.retain(|name, _| belongs(name));
            Ok(())
        }
    }
}

/// `path` is asked for only when there is something to descend into or to report.
fn conform(
    value: &mut Value,
    kind: Type,
    path: &dyn Fn() -> AttributePath,
    fit: Fit,
) -> Result<(), SchemaMismatch> {
    match (&mut *value, kind) {
        (Value::Null | Value::Unknown, _)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => Ok(()),
        // A number that msgpack can't carry exactly is sent as decimal text.
        (Value::String(text), Type::Number) => {
            let number = Number::parse(text);
            let number = number.ok_or_else(|| mismatch(&path(), Problem::Expected("number")))?;
            *value = Value::Number(number);
            Ok(())
        }
        (Value::List(elements), Type::List(kind)) => conform_elements(elements, *kind, path, fit),
        (Value::List(elements), Type::Set(kind)) => {
            conform_elements(elements, *kind, path, fit)?;
            elements.sort_unstable();
            // Two unknown elements may turn out to be two different ones.
            elements.dedup_by(|a, b| a == b && a.is_wholly_known());
            Ok(())
        }
        (Value::Map(elements), Type::Map(kind)) => elements
            .iter_mut()
            .try_for_each(|(key, value)| conform(value, *kind, &|| path().key(key.clone()), fit)),
        (Value::Map(object), Type::Object(attributes)) => {
            conform_object(object, attributes, &path(), fit)
        }
        (_, kind) => Err(mismatch(&path(), Problem::Expected(kind.noun()))),
    }
}

fn conform_elements(
    elements: &mut [Value],
    kind: Type,
    path: &dyn Fn() -> AttributePath,
    fit: Fit,
) -> Result<(), SchemaMismatch> {
    let mut elements = elements.iter_mut().enumerate();
    elements.try_for_each(|(index, value)| conform(value, kind, &|| path().index(index), fit))
}

fn mismatch(path: &AttributePath, problem: Problem) -> SchemaMismatch {
    SchemaMismatch {
        path: path.clone(),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SCHEMA: Schema = Schema {
        version: 0,
        description: "",
        attributes: &[
            Attribute::required("name", Type::String, ""),
            Attribute::optional("tags", Type::Set(&Type::String), ""),
            Attribute::optional("weight", Type::Number, ""),
            Attribute::optional(
                "inner",
                Type::Map(&Type::Object(&[Attribute::optional(
                    "secret",
                    Type::String,
                    "",
                )])),
                "",
            ),
            Attribute::optional("once", Type::String, "").write_only(),
        ],
    };

    fn whole(changes: &[(&str, Value)]) -> Value {
        let mut object: Object = SCHEMA
            .attributes
            .iter()
            .map(|a| (a.name.to_owned(), Value::Null))
            .collect();
        object.extend(
            changes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        Value::Map(object)
    }

    #[test]
    fn sets_are_put_in_order_and_unknown_elements_kept() {
        let tags = Value::List(vec![
            "b".into(),
            Value::Unknown,
            "a".into(),
            Value::Unknown,
            "b".into(),
        ]);
        let object = SCHEMA.conform(whole(&[("tags", tags)])).unwrap().unwrap();
        let expected = vec![Value::Unknown, Value::Unknown, "a".into(), "b".into()];
        assert_eq!(object["tags"], Value::List(expected));
    }

    #[test]
    fn a_wrong_type_is_named_with_its_place() {
        let inner =
            Value::Map([("k".into(), Value::Map([("secret".into(), 1.into())].into()))].into());
        let error = SCHEMA.conform(whole(&[("inner", inner)])).unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"inner["k"].secret: a string is expected here"#
        );
    }

    #[test]
    fn an_object_must_have_exactly_the_attributes() {
        let error = SCHEMA
            .conform(whole(&[("other", Value::Null)]))
            .unwrap_err();
        assert_eq!(error.to_string(), "other: there is no such attribute");
        let error = SCHEMA.conform(Value::Map(Object::new())).unwrap_err();
        assert_eq!(error.to_string(), "name: this attribute is missing");
    }

    #[test]
    fn stored_state_may_lack_and_exceed_the_attributes() {
        let stored = Value::Map([("name".into(), "a".into()), ("gone".into(), 1.into())].into());
        let object = SCHEMA.adapt(stored).unwrap().unwrap();
        assert_eq!(object.len(), SCHEMA.attributes.len());
        assert_eq!(object["tags"], Value::Null);
    }

    #[test]
    fn a_number_sent_as_text_is_a_number() {
        let object = SCHEMA
            .conform(whole(&[("weight", "0.1".into())]))
            .unwrap()
            .unwrap();
        assert_eq!(object["weight"].as_number().unwrap().to_text(), "1e-1");
        assert!(
            SCHEMA
                .conform(whole(&[("weight", "heavy".into())]))
                .is_err()
        );
    }

    #[test]
    fn write_only_values_are_taken_out() {
        let mut object = SCHEMA
            .conform(whole(&[("once", "s3cret".into())]))
            .unwrap()
            .unwrap();
        SCHEMA.clear_write_only(&mut object);
        assert_eq!(object["once"], Value::Null);
    }
}
