//! What a user reads when something is wrong, and where in their configuration it points.

use std::borrow::Cow;

/// An error or warning shown by Terraform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether Terraform goes on.
    pub severity: Severity,
    /// What is the matter: a short phrase in title case, without a full stop.
    pub summary: Cow<'static, str>,
    /// Why, and what to type next, in full sentences. Never a secret value: Terraform shows it as it is.
    pub detail: String,
    /// The attribute at fault; empty for the whole block.
    pub attribute: AttributePath,
}

/// Several diagnostics, in the order they should be read.
pub type Diagnostics = Vec<Diagnostic>;

/// How much a [`Diagnostic`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation goes on; the user should know.
    Warning,
}

impl Diagnostic {
    /// An error about the whole block.
    pub fn error(summary: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary, detail)
    }

    /// A warning about the whole block.
    pub fn warning(summary: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary, detail)
    }

    fn new(
        severity: Severity,
        summary: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        let attribute = AttributePath::default();
        Self {
            severity,
            summary: summary.into(),
            detail: detail.into(),
            attribute,
        }
    }

    /// The same, pointing at an attribute.
    pub fn at(mut self, attribute: impl Into<AttributePath>) -> Self {
        self.attribute = attribute.into();
        self
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A place in a configuration: attribute names, then keys and indexes. The default is the whole block.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributePath {
    steps: Vec<Step>,
}

/// One step of an [`AttributePath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into the attribute of this name.
    Attribute(Cow<'static, str>),
    /// Into the map element of this key.
    Key(String),
    /// Into the list element of this index.
    Index(i64),
}

impl AttributePath {
    /// The steps from the block inwards.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether this is the whole block.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The place of an attribute inside this object.
    pub fn attribute(self, name: impl Into<Cow<'static, str>>) -> Self {
        self.step(Step::Attribute(name.into()))
    }

    /// The place of an element inside this map.
    pub fn key(self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// The place of an element inside this list.
    pub fn index(self, index: usize) -> Self {
        self.step(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)))
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

impl From<&'static str> for AttributePath {
    fn from(name: &'static str) -> Self {
        Self::default().attribute(name)
    }
}

/// As a user would write it: `headers["x-key"]`.
impl std::fmt::Display for AttributePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(f, "{name}")?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_its_user_wrote_it() {
        let path = AttributePath::from("customer_sources")
            .key("guards-north")
            .attribute("token");
        assert_eq!(
            path.to_string(),
            r#"customer_sources["guards-north"].token"#
        );
        assert_eq!(
            AttributePath::from("events").index(2).to_string(),
            "events[2]"
        );
    }
}
