//! A schema as Markdown, in the words and the order of tfplugindocs (`internal/schemamd/render.go` there).

use std::fmt::Write as _;

use terraform_provider_aura::terraform::{Attribute, Presence, Schema, Type};

const WRITE_ONLY: &str =
    "https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments";

/// The section "Schema" of a page.
pub fn render(schema: &Schema) -> String {
    let mut markdown = "## Schema\n\n".to_owned();
    block(&mut markdown, &[], schema.attributes);
    format!("{}\n", markdown.trim_end())
}

/// The section "Identity Schema" of a page: what `identity = { … }` of an `import` block takes.
pub fn render_identity(schema: &Schema) -> String {
    let mut markdown = "### Identity Schema\n\n".to_owned();
    let mut attributes: Vec<_> = schema.attributes.iter().collect();
    attributes.sort_by_key(|attribute| attribute.name);
    for (group, title) in [(Group::Required, "Required"), (Group::Optional, "Optional")] {
        let members = attributes
            .iter()
            .filter(|attribute| Group::of(attribute) == group);
        let members: Vec<_> = members.copied().collect();
        if !members.is_empty() {
            let _ = write!(markdown, "#### {title}\n\n");
            list(&mut markdown, &[], &members);
        }
    }
    format!("{}\n", markdown.trim_end())
}

/// Attributes by who sets them, then the objects among them.
fn block(markdown: &mut String, parents: &[&str], attributes: &[Attribute]) {
    let mut attributes: Vec<_> = attributes.iter().collect();
    attributes.sort_by_key(|attribute| attribute.name);
    for group in [Group::Required, Group::Optional, Group::ReadOnly] {
        let members = attributes
            .iter()
            .filter(|attribute| Group::of(attribute) == group);
        let members: Vec<_> = members.copied().collect();
        if !members.is_empty() {
            group.heading(markdown, parents.is_empty());
            list(markdown, parents, &members);
        }
    }
    for group in [Group::Required, Group::Optional, Group::ReadOnly] {
        for attribute in attributes
            .iter()
            .filter(|attribute| Group::of(attribute) == group)
        {
            if let Some((_, children)) = nested(attribute.kind) {
                let path = [parents, &[attribute.name]].concat();
                nested_section(markdown, &path, children);
            }
        }
    }
}

fn list(markdown: &mut String, parents: &[&str], attributes: &[&Attribute]) {
    let at_root = parents.is_empty();
    if at_root && attributes.iter().any(|attribute| attribute.write_only) {
        let _ = writeln!(
            markdown,
            "> **NOTE**: [Write-only arguments]({WRITE_ONLY}) are supported in Terraform 1.11 and later.\n"
        );
    }
    for attribute in attributes {
        let path = [parents, &[attribute.name]].concat();
        item(markdown, &path, attribute);
    }
    markdown.push('\n');
}

fn item(markdown: &mut String, path: &[&str], attribute: &Attribute) {
    let _ = write!(markdown, "- `{}` ({}", attribute.name, kind(attribute.kind));
    if attribute.sensitive {
        markdown.push_str(", Sensitive");
    }
    if attribute.write_only {
        let _ = write!(markdown, ", [Write-only]({WRITE_ONLY})");
    }
    let _ = write!(markdown, ") {}", attribute.description.trim());
    if nested(attribute.kind).is_some() {
        let _ = write!(
            markdown,
            " (see [below for nested schema](#{}))",
            anchor(path)
        );
    }
    markdown.push('\n');
}

fn nested_section(markdown: &mut String, path: &[&str], attributes: &[Attribute]) {
    let _ = write!(
        markdown,
        "<a id=\"{}\"></a>\n### Nested Schema for `{}`\n\n",
        anchor(path),
        path.join(".")
    );
    block(markdown, path, attributes);
    markdown.push('\n');
}

fn anchor(path: &[&str]) -> String {
    format!("nestedatt--{}", path.join("--"))
}

/// Who sets an attribute, as far as readers care.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Required,
    Optional,
    ReadOnly,
}

impl Group {
    fn of(attribute: &Attribute) -> Self {
        match attribute.presence {
            Presence::Required => Self::Required,
            Presence::Optional | Presence::OptionalComputed => Self::Optional,
            Presence::Computed => Self::ReadOnly,
        }
    }

    fn heading(self, markdown: &mut String, at_root: bool) {
        let title = match self {
            Self::Required => "Required",
            Self::Optional => "Optional",
            Self::ReadOnly => "Read-Only",
        };
        let _ = match at_root {
            true => write!(markdown, "### {title}\n\n"),
            false => write!(markdown, "{title}:\n\n"),
        };
    }
}

/// A type in words: `List of String`.
pub(crate) fn kind(kind: Type) -> String {
    if let Some((nesting, _)) = nested(kind) {
        return format!("Attributes{nesting}");
    }
    match kind {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::List(element) => format!("List of {}", self::kind(*element)),
        Type::Set(element) => format!("Set of {}", self::kind(*element)),
        Type::Map(element) => format!("Map of {}", self::kind(*element)),
        Type::Object(_) => "Object".to_owned(),
    }
}

/// An object, or a collection of objects: how they are nested, and their attributes.
fn nested(kind: Type) -> Option<(&'static str, &'static [Attribute])> {
    let (nesting, object) = match kind {
        Type::Object(attributes) => return Some(("", attributes)),
        Type::List(element) => (" List", element),
        Type::Set(element) => (" Set", element),
        Type::Map(element) => (" Map", element),
        Type::Bool | Type::Number | Type::String => return None,
    };
    match object {
        Type::Object(attributes) => Some((nesting, attributes)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ADDRESS: Type = Type::Object(&[
        Attribute::optional("port", Type::Number, "Port."),
        Attribute::required("host", Type::String, "Host.").sensitive(),
        Attribute::optional(
            "tls",
            Type::Object(&[Attribute::optional(
                "on",
                Type::Bool,
                "Whether it is spoken.",
            )]),
            "TLS.",
        ),
    ]);

    static SCHEMA: Schema = Schema {
        version: 0,
        description: "",
        attributes: &[
            Attribute::required("url", Type::String, "Where."),
            Attribute::required("events", Type::Set(&Type::String), "What for."),
            Attribute::optional(
                "secret",
                Type::Map(&Type::List(&Type::String)),
                "Not stored.",
            )
            .sensitive()
            .write_only(),
            Attribute::optional_computed("addresses", Type::Map(&ADDRESS), "Where else."),
            Attribute::computed("id", Type::String, "Which."),
        ],
    };

    /// Written by hand after `internal/schemamd/testdata` of tfplugindocs.
    const EXPECTED: &str = r#"## Schema

### Required

- `events` (Set of String) What for.
- `url` (String) Where.

### Optional

> **NOTE**: [Write-only arguments](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments) are supported in Terraform 1.11 and later.

- `addresses` (Attributes Map) Where else. (see [below for nested schema](#nestedatt--addresses))
- `secret` (Map of List of String, Sensitive, [Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)) Not stored.

### Read-Only

- `id` (String) Which.

<a id="nestedatt--addresses"></a>
### Nested Schema for `addresses`

Required:

- `host` (String, Sensitive) Host.

Optional:

- `port` (Number) Port.
- `tls` (Attributes) TLS. (see [below for nested schema](#nestedatt--addresses--tls))

<a id="nestedatt--addresses--tls"></a>
### Nested Schema for `addresses.tls`

Optional:

- `on` (Boolean) Whether it is spoken.
"#;

    #[test]
    fn an_identity_is_listed_below_the_import_it_is_for() {
        static IDENTITY: Schema = Schema {
            version: 0,
            description: "",
            attributes: &[
                Attribute::optional("region", Type::String, "Where."),
                Attribute::required("name", Type::String, "Which."),
            ],
        };
        assert_eq!(
            render_identity(&IDENTITY),
            "### Identity Schema\n\n#### Required\n\n- `name` (String) Which.\n\n#### Optional\n\n- `region` (String) \
             Where.\n"
        );
    }

    #[test]
    fn a_schema_reads_as_the_registrys_own_generator_writes_it() {
        assert_eq!(render(&SCHEMA), EXPECTED);
    }
}
