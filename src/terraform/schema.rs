//! What a block may contain. A schema is data: tables of attributes, made at compile time.

use super::{Object, Value};

/// The schema of a provider block or a resource.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Raised when stored state must be converted to be read.
    pub version: i64,
    /// What the block is for, in Markdown.
    pub description: &'static str,
    /// The attributes, in the order a reader should meet them.
    pub attributes: &'static [Attribute],
}

/// One attribute of a block or nested object.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Its name, in lower snake case.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Type,
    /// Who gives it its value.
    pub presence: Presence,
    /// Hidden in Terraform's output, though stored.
    pub sensitive: bool,
    /// Only in configuration, never in plan or state (Terraform and OpenTofu 1.11).
    pub write_only: bool,
    /// What it means, in Markdown.
    pub description: &'static str,
}

/// Who gives an attribute its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The user must.
    Required,
    /// The user may.
    Optional,
    /// The user may, else the provider does.
    OptionalComputed,
    /// The provider does.
    Computed,
}

/// The type of a value.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A number of any size.
    Number,
    /// Text.
    String,
    /// Elements in order.
    List(&'static Type),
    /// Distinct elements without order.
    Set(&'static Type),
    /// Elements by key.
    Map(&'static Type),
    /// A fixed set of attributes, each with its own schema.
    Object(&'static [Attribute]),
}

impl Attribute {
    /// An attribute the user must set.
    pub const fn required(name: &'static str, kind: Type, description: &'static str) -> Self {
        Self::new(name, kind, Presence::Required, description)
    }

    /// An attribute the user may set.
    pub const fn optional(name: &'static str, kind: Type, description: &'static str) -> Self {
        Self::new(name, kind, Presence::Optional, description)
    }

    /// An attribute with a default.
    pub const fn optional_computed(
        name: &'static str,
        kind: Type,
        description: &'static str,
    ) -> Self {
        Self::new(name, kind, Presence::OptionalComputed, description)
    }

    /// An attribute the provider sets.
    pub const fn computed(name: &'static str, kind: Type, description: &'static str) -> Self {
        Self::new(name, kind, Presence::Computed, description)
    }

    const fn new(
        name: &'static str,
        kind: Type,
        presence: Presence,
        description: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            presence,
            sensitive: false,
            write_only: false,
            description,
        }
    }

    /// The same, hidden in Terraform's output.
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The same, never stored.
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }
}

impl Schema {
    /// Takes every write-only value out of an object, as plans and states must be.
    pub fn clear_write_only(&self, object: &mut Object) {
        for attribute in self
            .attributes
            .iter()
            .filter(|attribute| attribute.write_only)
        {
            if let Some(value) = object.get_mut(attribute.name) {
                *value = Value::Null;
            }
        }
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }
}

impl Type {
    /// What a value of this type is called.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Number => "number",
            Self::String => "string",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Map(_) => "map",
            Self::Object(_) => "object",
        }
    }
}
