//! Where a customer source's API is: `environment` or `base_url`, in the block or the environment.

use crate::aura::{BaseUrl, Environment};
use crate::terraform::{Attr, AttributePath, Diagnostic, Diagnostics, Object};

use super::{Place, is_known};

/// Judges what the block says, as far as it is known.
pub(super) fn check(block: &Object, path: &AttributePath) -> Diagnostics {
    let conflict = conflict(block, path);
    conflict
        .into_iter()
        .chain(in_block(block, path).err())
        .collect()
}

fn conflict(block: &Object, path: &AttributePath) -> Option<Diagnostic> {
    let both = is_known(block, "environment") && is_known(block, "base_url");
    both.then(|| {
        Diagnostic::error(
            "Conflicting Endpoint",
            "\"environment\" and \"base_url\" both say where the Panic API is. Remove one of them.",
        )
        .at(path.clone().attribute("base_url"))
    })
}

/// What the block itself says; null leaves it to others.
pub(super) fn in_block(block: &Object, path: &AttributePath) -> Result<Attr<BaseUrl>, Diagnostic> {
    match (
        Attr::text(block, "base_url"),
        Attr::text(block, "environment"),
    ) {
        (Attr::Known(text), _) => parse_base_url(text, "\"base_url\"")
            .map(Attr::Known)
            .map_err(|error| error.at(path.clone().attribute("base_url"))),
        (_, Attr::Known(name)) => parse_environment(name, "\"environment\"")
            .map(Attr::Known)
            .map_err(|error| error.at(path.clone().attribute("environment"))),
        (Attr::Unknown, _) | (_, Attr::Unknown) => Ok(Attr::Unknown),
        (Attr::Null, Attr::Null) => Ok(Attr::Null),
    }
}

/// What the block says, else the environment, else staging; `None` while unknown.
pub(super) fn resolve(block: &Object, place: &Place<'_>) -> Result<Option<BaseUrl>, Diagnostic> {
    match in_block(block, &place.path)? {
        Attr::Known(base_url) => return Ok(Some(base_url)),
        Attr::Unknown => return Ok(None),
        Attr::Null => {}
    }
    match (
        place.variable("AURA_BASE_URL"),
        place.variable("AURA_ENVIRONMENT"),
    ) {
        (Some(_), Some(_)) => Err(Diagnostic::error(
            "Conflicting Endpoint",
            "The environment variables AURA_ENVIRONMENT and AURA_BASE_URL both say where the Panic API is. Unset one \
             of them, or set \"environment\" or \"base_url\" in the provider block.",
        )),
        (Some(text), None) => {
            parse_base_url(&text, "The environment variable AURA_BASE_URL").map(Some)
        }
        (None, Some(name)) => {
            parse_environment(&name, "The environment variable AURA_ENVIRONMENT").map(Some)
        }
        (None, None) => Ok(Some(Environment::Staging.base_url())),
    }
}

fn parse_base_url(text: &str, what: &str) -> Result<BaseUrl, Diagnostic> {
    text.parse().map_err(|error| {
        Diagnostic::error(
            "Invalid Base URL",
            format!(
                "{what} can't be used: {error}. Write it like \"https://panic.aura.services\"."
            ),
        )
    })
}

fn parse_environment(name: &str, what: &str) -> Result<BaseUrl, Diagnostic> {
    let environment: Result<Environment, _> = name.parse();
    environment.map(Environment::base_url).map_err(|_| {
        let known = Environment::ALL.map(|environment| format!("\"{}\"", environment.name()));
        Diagnostic::error(
            "Unknown Environment",
            format!(
                "{what} is \"{}\"; it can be {}. For another installation of the API, set \"base_url\" instead.",
                name.escape_debug(),
                known.join(" or ")
            ),
        )
    })
}
