//! A value as Terraform has it: null, unknown or known, at any depth.

use std::collections::BTreeMap;
use std::fmt;

use super::Number;

/// The attributes of a block or object by name, or the elements of a map by key.
pub type Object = BTreeMap<String, Value>;

/// Any value of a configuration, plan or state.
///
/// The kinds are those the wire tells apart: lists, sets and tuples are all [`Value::List`], maps and objects
/// all [`Value::Map`]; a [`Schema`](super::Schema) knows which is meant.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Not set, or explicitly `null`: Terraform doesn't tell these apart.
    #[default]
    Null,
    /// Known only after apply.
    Unknown,
    /// `true` or `false`.
    Bool(bool),
    /// A number of any size.
    Number(Number),
    /// Text in Unicode normalization form C, as Terraform has all text.
    String(String),
    /// The elements of a list, set or tuple.
    List(Vec<Value>),
    /// The elements of a map, or the attributes of an object.
    Map(Object),
}

impl Value {
    /// Whether nothing was set.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this value itself is unknown; its elements may be even if it is not.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether neither this value nor anything inside it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::List(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Map(elements) => elements.values().all(Self::is_wholly_known),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
        }
    }

    /// The text, if this is known text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is a known number.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The elements, if this is a known list, set or tuple.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// The elements or attributes, if this is a known map or object.
    pub fn as_map(&self) -> Option<&Object> {
        match self {
            Self::Map(elements) => Some(elements),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Number(integer.into())
    }
}

impl From<Object> for Value {
    fn from(elements: Object) -> Self {
        Self::Map(elements)
    }
}

/// Shows the shape and never the content: any value may hold a credential, and a `{:?}` may end up in a log.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Unknown => f.write_str("unknown"),
            Self::Bool(_) => f.write_str("bool"),
            Self::Number(_) => f.write_str("number"),
            Self::String(_) => f.write_str("string"),
            Self::List(elements) => f.debug_list().entries(elements).finish(),
            Self::Map(elements) => write!(f, "map of {}", elements.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_no_content() {
        let headers = Value::Map([("x-key".to_owned(), "s3cret".into())].into());
        let shown = format!(
            "{:?}",
            Value::List(vec!["s3cret".into(), headers, Value::Unknown])
        );
        assert_eq!(shown, "[string, map of 1, unknown]");
    }

    #[test]
    fn an_unknown_element_makes_the_whole_not_wholly_known() {
        let list = Value::List(vec!["a".into(), Value::Unknown]);
        assert!(!list.is_unknown());
        assert!(!Value::Map([("k".to_owned(), list)].into()).is_wholly_known());
    }
}
