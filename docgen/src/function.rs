//! A function as Markdown, in the words of tfplugindocs (`internal/functionmd/render.go` there).

use std::fmt::Write as _;

use terraform_provider_aura::terraform::{Function, Parameter, Type};

use crate::schema;

/// The sections "Signature" and "Arguments" of a page.
pub fn render(function: &dyn Function) -> String {
    let signature = function.signature();
    let variadic = signature.variadic.iter();
    let parameters = signature.parameters.iter().map(|it| (it, ""));
    let all: Vec<_> = parameters.chain(variadic.map(|it| (it, "..."))).collect();
    let written: Vec<_> = all
        .iter()
        .map(|(it, dots)| format!("{} {}{dots}", it.name, kind(it.kind)))
        .collect();
    let mut markdown = format!(
        "## Signature\n\n```text\n{}({}) {}\n```\n",
        function.name(),
        written.join(", "),
        kind(signature.returns)
    );
    if !all.is_empty() {
        markdown.push_str("\n## Arguments\n\n");
    }
    for (place, (parameter, dots)) in all.into_iter().enumerate() {
        argument(&mut markdown, place, parameter, !dots.is_empty());
    }
    markdown
}

fn argument(markdown: &mut String, place: usize, parameter: &Parameter, is_variadic: bool) {
    let variadic = if is_variadic { "Variadic, " } else { "" };
    let _ = writeln!(
        markdown,
        "{}. `{}` ({variadic}{}) {}",
        place + 1,
        parameter.name,
        schema::kind(parameter.kind),
        parameter.description.trim()
    );
}

fn kind(kind: Type) -> String {
    schema::kind(kind).to_lowercase()
}
