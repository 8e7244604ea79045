//! One attribute's value, typed: null, unknown or known.

use super::{Object, Value};

/// What a configuration says about one attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attr<T> {
    /// Not set.
    Null,
    /// Set to something that will be known only during apply; perhaps to null.
    Unknown,
    /// Set.
    Known(T),
}

impl<'a> Attr<&'a Value> {
    /// The attribute of this name; one that isn't there is null.
    pub fn of(object: &'a Object, name: &str) -> Self {
        match object.get(name) {
            None | Some(Value::Null) => Self::Null,
            Some(Value::Unknown) => Self::Unknown,
            Some(value) => Self::Known(value),
        }
    }
}

impl<'a> Attr<&'a str> {
    /// The text attribute of this name.
    pub fn text(object: &'a Object, name: &str) -> Self {
        Attr::of(object, name).and_then(Value::as_str)
    }
}

impl<'a> Attr<&'a Object> {
    /// The map or object attribute of this name.
    pub fn map_of(object: &'a Object, name: &str) -> Self {
        Attr::of(object, name).and_then(Value::as_map)
    }
}

impl<'a> Attr<&'a [Value]> {
    /// The list or set attribute of this name.
    pub fn list(object: &'a Object, name: &str) -> Self {
        Attr::of(object, name).and_then(Value::as_list)
    }
}

impl<T> Attr<T> {
    /// Applies a function to a known value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Attr<U> {
        self.and_then(|value| Some(f(value)))
    }

    /// Applies a function to a known value; what it has no answer for counts as null.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Option<U>) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => f(value).map_or(Attr::Null, Attr::Known),
        }
    }

    /// The value, if it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// Whether nothing was set.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether only the apply can tell.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}
