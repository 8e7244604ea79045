//! A customer source: where its API is and with which credentials, from the block and the environment.
//!
//! - [`Place`]: where a source is configured: the provider block, or an entry of `customer_sources`
//! - `endpoint`: `environment` and `base_url`
//! - `access`: `token`, `client_id` and `client_secret`

mod access;
mod endpoint;

use crate::aura::{BaseUrl, Credentials};
use crate::terraform::{Attr, AttributePath, Diagnostic, Diagnostics, Object};

use access::Access;

/// Looks up an environment variable.
pub(super) type Variable<'a> = &'a (dyn Fn(&str) -> Option<String> + Send + Sync);

/// What is known of a customer source. During plan some of it may still be unknown.
#[derive(Debug)]
pub(super) struct Source {
    /// Where its API is; `None` while unknown.
    pub(super) base_url: Option<BaseUrl>,
    /// Who it is to AURA; `None` while unknown.
    pub(super) identity: Option<Identity>,
    /// What proves it; `None` while unknown.
    pub(super) credentials: Option<Credentials>,
    /// Where the credentials came from, for the user to find them: `the attribute "token"`.
    pub(super) origin: String,
}

/// Who a customer source is, as far as the configuration tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// Its OAuth client.
    Client(String),
    /// Whoever the token belongs to: a token doesn't say in a way that we could rely on.
    Token,
}

/// Where a source is configured, and what stands in for what is left open there.
pub(super) struct Place<'a> {
    path: AttributePath,
    /// Environment variables stand in for the provider block's own attributes only.
    variable: Option<Variable<'a>>,
}

impl<'a> Place<'a> {
    /// The provider block itself.
    pub(super) fn provider_block(variable: Variable<'a>) -> Self {
        Self {
            path: AttributePath::default(),
            variable: Some(variable),
        }
    }

    /// An entry of a map of sources.
    pub(super) fn entry(path: AttributePath) -> Self {
        Self {
            path,
            variable: None,
        }
    }

    fn attribute(&self, name: &'static str) -> AttributePath {
        self.path.clone().attribute(name)
    }

    /// An attribute as a text names it.
    fn named(&self, name: &'static str) -> String {
        if self.path.is_empty() {
            format!("\"{name}\"")
        } else {
            self.attribute(name).to_string()
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variable?(name).filter(|value| !value.is_empty())
    }

    /// Completes a sentence that says what to set, for a place where a variable would do too.
    fn or_variable(&self, name: &str) -> String {
        match self.variable {
            Some(_) => format!(", or the environment variable {name}"),
            None => String::new(),
        }
    }
}

impl Source {
    /// Judges what the block says on its own, as far as it is known.
    pub(super) fn check(block: &Object, path: &AttributePath) -> Diagnostics {
        let mut diagnostics = endpoint::check(block, path);
        diagnostics.extend(access::check(block, path));
        diagnostics
    }

    /// Takes the block, and the environment where the block leaves something open. `inherited` is the endpoint of
    /// a source that names none; it may be unknown.
    pub(super) fn resolve(
        block: &Object,
        place: &Place<'_>,
        inherited: Option<BaseUrl>,
    ) -> Result<Self, Diagnostics> {
        let diagnostics = Self::check(block, &place.path);
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let base_url = match endpoint::in_block(block, &place.path).map_err(|error| vec![error])? {
            Attr::Known(base_url) => Some(base_url),
            Attr::Unknown => None,
            Attr::Null => inherited,
        };
        let Access {
            identity,
            credentials,
            origin,
        } = Access::resolve(block, place).map_err(|error| vec![error])?;
        Ok(Self {
            base_url,
            identity,
            credentials,
            origin,
        })
    }

    /// Whether neither the block nor the environment says anything about credentials.
    pub(super) fn is_absent(block: &Object, place: &Place<'_>) -> bool {
        access::is_absent(block, place)
    }
}

/// The endpoint of a provider block: its own, else the environment's, else staging. `None` while unknown.
pub(super) fn provider_endpoint(
    block: &Object,
    place: &Place<'_>,
) -> Result<Option<BaseUrl>, Diagnostic> {
    endpoint::resolve(block, place)
}

fn is_known(block: &Object, name: &str) -> bool {
    Attr::of(block, name).known().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::Value;

    type Pairs<'a> = &'a [(&'a str, &'a str)];

    fn block(pairs: Pairs<'_>) -> Object {
        pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).into()))
            .collect()
    }

    fn resolve(block: &Object, variables: Pairs<'_>) -> Result<Source, String> {
        let variables: Vec<_> = variables
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        let lookup = move |name: &str| {
            variables
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, value)| value.clone())
        };
        let place = Place::provider_block(&lookup);
        let endpoint = provider_endpoint(block, &place).map_err(|d| d.summary.into_owned())?;
        Source::resolve(block, &place, endpoint)
            .map_err(|diagnostics| diagnostics[0].summary.clone().into_owned())
    }

    #[track_caller]
    fn source(pairs: Pairs<'_>, variables: Pairs<'_>) -> Source {
        resolve(&block(pairs), variables).expect("a source")
    }

    #[track_caller]
    fn refused(pairs: Pairs<'_>, variables: Pairs<'_>) -> String {
        resolve(&block(pairs), variables).expect_err("refused")
    }

    const CLIENT: [(&str, &str); 2] = [("AURA_CLIENT_ID", "c"), ("AURA_CLIENT_SECRET", "s")];

    #[test]
    fn nothing_configured_says_what_to_set() {
        assert_eq!(refused(&[], &[]), "Missing Credentials");
        assert_eq!(refused(&[], &[("AURA_TOKEN", "")]), "Missing Credentials");
    }

    #[test]
    fn staging_is_the_default_and_the_block_beats_the_environment() {
        let host = |s: Source| s.base_url.unwrap().host().to_owned();
        let token = ("token", "t");
        assert_eq!(host(source(&[token], &[])), "staging-panic.aura.services");
        let production = [("AURA_ENVIRONMENT", "production")];
        assert_eq!(host(source(&[token], &production)), "panic.aura.services");
        let staging = [token, ("environment", "staging")];
        assert_eq!(
            host(source(&staging, &production)),
            "staging-panic.aura.services"
        );
        assert_eq!(
            host(source(&staging, &[("AURA_BASE_URL", "https://x.example")])),
            "staging-panic.aura.services"
        );
    }

    #[test]
    fn a_token_in_the_block_shuts_out_a_client_in_the_environment() {
        let source = source(&[("token", "t")], &CLIENT);
        assert_eq!(source.identity, Some(Identity::Token));
        assert_eq!(source.origin, "the attribute \"token\"");
    }

    #[test]
    fn the_secret_may_come_from_the_environment_alone() {
        let variables = [("AURA_CLIENT_SECRET", "s"), ("AURA_TOKEN", "t")];
        let source = source(&[("client_id", "c")], &variables);
        assert_eq!(source.identity, Some(Identity::Client("c".to_owned())));
        assert_eq!(
            source.origin,
            "the attribute \"client_id\" and the environment variable AURA_CLIENT_SECRET"
        );
    }

    #[test]
    fn conflicts_and_halves_are_refused() {
        assert_eq!(
            refused(&[("token", "t"), ("client_id", "c")], &[]),
            "Conflicting Credentials"
        );
        assert_eq!(
            refused(&[], &[("AURA_TOKEN", "t"), CLIENT[0]]),
            "Conflicting Credentials"
        );
        assert_eq!(
            refused(&[("client_id", "c")], &[]),
            "Incomplete Credentials"
        );
        assert_eq!(
            refused(&[("client_secret", "s")], &[]),
            "Incomplete Credentials"
        );
        assert_eq!(refused(&[], &CLIENT[..1]), "Incomplete Credentials");
        assert_eq!(refused(&[], &CLIENT[1..]), "Incomplete Credentials");
        let both = [
            ("token", "t"),
            ("environment", "staging"),
            ("base_url", "https://x.example"),
        ];
        assert_eq!(refused(&both, &[]), "Conflicting Endpoint");
        let both = [
            ("AURA_ENVIRONMENT", "staging"),
            ("AURA_BASE_URL", "https://x.example"),
        ];
        assert_eq!(refused(&[("token", "t")], &both), "Conflicting Endpoint");
    }

    #[test]
    fn wrong_endpoints_and_empty_credentials_are_refused() {
        assert_eq!(
            refused(&[("token", "t"), ("environment", "prod")], &[]),
            "Unknown Environment"
        );
        assert_eq!(
            refused(&[("token", "t"), ("base_url", "http://x.example")], &[]),
            "Invalid Base URL"
        );
        assert_eq!(refused(&[("token", "t\n")], &[]), "Invalid Credential");
        assert_eq!(refused(&[("token", "")], &[]), "Invalid Credential");
        assert_eq!(refused(&[], &[("AURA_TOKEN", "t\n")]), "Invalid Credential");
    }

    #[test]
    fn what_is_unknown_during_plan_is_no_error() {
        let mut unknown = block(&[("client_id", "c")]);
        unknown.insert("client_secret".to_owned(), Value::Unknown);
        unknown.insert("base_url".to_owned(), Value::Unknown);
        let source = resolve(&unknown, &[]).unwrap();
        assert!(source.base_url.is_none() && source.credentials.is_none());
        assert_eq!(source.identity, Some(Identity::Client("c".to_owned())));
        let token = Object::from([("token".to_owned(), Value::Unknown)]);
        assert_eq!(resolve(&token, &CLIENT).unwrap().identity, None);
    }

    #[test]
    fn an_entry_stands_on_its_own_and_is_named_in_full() {
        let place = || Place::entry(AttributePath::from("customer_sources").key("north"));
        let error = Source::resolve(&block(&[("client_id", "c")]), &place(), None).unwrap_err();
        assert_eq!(
            error[0].attribute.to_string(),
            r#"customer_sources["north"].client_secret"#
        );
        assert!(!error[0].detail.contains("AURA_"), "{}", error[0].detail);
        let source = Source::resolve(&block(&[("token", "t")]), &place(), None).unwrap();
        assert_eq!(
            source.origin,
            r#"the attribute customer_sources["north"].token"#
        );
    }
}
