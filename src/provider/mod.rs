//! What the user configures: the provider block and its resources. Here Terraform's side and AURA's side meet.
//!
//! - [`AuraProvider`]: the provider block
//! - `schema`, `options`, `source`: what may be in it, and what it means together with the environment
//! - `session`: what a configure call sets up: customer sources, and the slots they occupy
//! - `failure`: AURA's errors, told to Terraform's users with the way out
//! - `panic_webhook`: the resource `aura_panic_webhook`
//! - `panic_token`: the ephemeral resource `aura_panic_token`
//! - `event_types`: the function `event_types`

mod event_types;
mod failure;
mod options;
mod panic_token;
mod panic_webhook;
mod schema;
mod session;
mod source;

use async_trait::async_trait;

use crate::terraform::{
    AttributePath, Configure, Diagnostics, EphemeralResource, Function, Object, Provider, Resource,
    Schema,
};

use event_types::EventTypes;
use options::Options;
use panic_token::PanicToken;
use panic_webhook::PanicWebhook;
use session::{CurrentSession, Session};
use source::Source;

/// The address under which Terraform and OpenTofu know this provider, on their default registry.
pub const ADDRESS: &str = "registry.terraform.io/aura/aura";

/// The same on OpenTofu's.
pub const OPENTOFU_ADDRESS: &str = "registry.opentofu.org/aura/aura";

/// Name and version for people and servers.
const NAME_AND_VERSION: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

type Variable = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The AURA provider.
pub struct AuraProvider {
    variable: Box<Variable>,
    session: CurrentSession,
    resources: [Box<dyn Resource>; 1],
    functions: [Box<dyn Function>; 1],
    ephemeral_resources: [Box<dyn EphemeralResource>; 1],
}

impl AuraProvider {
    /// A provider that looks environment variables up through `variable`.
    pub fn new(variable: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        let session = CurrentSession::default();
        let resources: [Box<dyn Resource>; 1] = [Box::new(PanicWebhook::new(session.clone()))];
        Self {
            variable: Box::new(variable),
            resources,
            functions: [Box::new(EventTypes)],
            ephemeral_resources: [Box::new(PanicToken::new(session.clone()))],
            session,
        }
    }

    /// As Terraform's own providers do it, with what the user wants appended.
    fn user_agent(&self, terraform_version: &str) -> String {
        let mut agent =
            format!("{NAME_AND_VERSION} (+https://registry.terraform.io/providers/aura/aura)");
        if !terraform_version.is_empty() {
            agent = format!("Terraform/{terraform_version} {agent}");
        }
        match (self.variable)("TF_APPEND_USER_AGENT") {
            Some(appendix) if !appendix.trim().is_empty() => format!("{agent} {}", appendix.trim()),
            _ => agent,
        }
    }
}

#[async_trait]
impl Provider for AuraProvider {
    fn schema(&self) -> &'static Schema {
        &schema::SCHEMA
    }

    fn resources(&self) -> &[Box<dyn Resource>] {
        &self.resources
    }

    fn functions(&self) -> &[Box<dyn Function>] {
        &self.functions
    }

    fn ephemeral_resources(&self) -> &[Box<dyn EphemeralResource>] {
        &self.ephemeral_resources
    }

    fn validate(&self, config: &Object) -> Diagnostics {
        let mut diagnostics = Source::check(config, &AttributePath::default());
        diagnostics.extend(session::check_named_sources(config));
        diagnostics.extend(Options::parse(config).err().into_iter().flatten());
        diagnostics
    }

    async fn configure(&self, request: Configure) -> Diagnostics {
        let user_agent = self.user_agent(&request.terraform_version);
        match Session::new(&request.config, &*self.variable, user_agent) {
            Ok(session) => {
                self.session.replace(session);
                Vec::new()
            }
            Err(diagnostics) => diagnostics,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_both_sides_and_what_the_user_appends() {
        let appendix = |name: &str| (name == "TF_APPEND_USER_AGENT").then(|| " ci/7 ".to_owned());
        let agent = AuraProvider::new(appendix).user_agent("1.11.4");
        assert!(
            agent.starts_with("Terraform/1.11.4 terraform-provider-aura/"),
            "{agent}"
        );
        assert!(agent.ends_with(" ci/7"), "{agent}");
        assert!(
            !AuraProvider::new(|_| None)
                .user_agent("")
                .contains("Terraform/")
        );
    }
}
