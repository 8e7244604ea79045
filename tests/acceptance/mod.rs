//! What an acceptance test begins with: an AURA, a real Terraform, and a webhook called `this`.
#![allow(
    dead_code,
    reason = "each test binary has its own copy and uses part of it"
)]

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use aura_simulator::{Received, Simulator, Source};
use aura_test_support::terraform::{Output, Running, Version, Workspace};
use serde_json::Value;

/// The bearer token of [`source`]. Nothing that Terraform prints may hold it.
pub(crate) const TOKEN: &str = "canary-token";
/// The client id of [`source`].
pub(crate) const CLIENT_ID: &str = "fleet-client";
/// The client secret of [`source`]. Nothing that Terraform prints may hold it.
pub(crate) const CLIENT_SECRET: &str = "canary-client-secret";
/// The value to give headers. Nothing that Terraform prints may hold it.
pub(crate) const HEADER: &str = "canary-header-value";

/// A webhook, for [`Story::webhook`].
pub(crate) const WEBHOOK: &str = r#"
  url    = "https://alerts.example.com/aura"
  events = ["NEW_CALLOUT", "CALLOUT_CLOSED"]
"#;
/// The same webhook somewhere else.
pub(crate) const MOVED_WEBHOOK: &str = r#"
  url    = "https://moved.example.com/aura"
  events = ["NEW_CALLOUT", "CALLOUT_CLOSED"]
"#;

const REQUIRED_PROVIDERS: &str = r#"
terraform {
  required_providers {
    aura = { source = "aura/aura" }
  }
}
"#;

/// The customer source that the credentials above belong to.
pub(crate) fn source() -> Source {
    Source::new("fleet")
        .client(CLIENT_ID, CLIENT_SECRET)
        .token(TOKEN)
}

/// One AURA and one workspace, whose provider is configured with [`TOKEN`] and makes no retries.
pub(crate) struct Story {
    aura: Option<Simulator>,
    address: SocketAddr,
    base_url: String,
    terraform: Workspace,
}

impl Story {
    /// A story with an AURA over plain HTTP.
    pub(crate) fn new() -> Self {
        Self::with(aura())
    }

    /// A story with this AURA.
    pub(crate) fn with(aura: Simulator) -> Self {
        let story = Self {
            address: aura.address(),
            base_url: aura.base_url().to_owned(),
            aura: Some(aura),
            terraform: Workspace::new(env!("CARGO_BIN_EXE_terraform-provider-aura")),
        };
        story.settings("max_retries = 0");
        story
    }

    /// The AURA, which must not be stopped.
    #[track_caller]
    pub(crate) fn aura(&self) -> &Simulator {
        self.aura.as_ref().expect("AURA is running")
    }

    /// Whether the AURA has not been stopped.
    pub(crate) fn is_aura_running(&self) -> bool {
        self.aura.is_some()
    }

    /// Where the AURA listens, if it does.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the AURA is, running or not.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Host and port of the AURA, as messages and ids have them.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// From now on connections to AURA are refused.
    pub(crate) fn stop_aura(&mut self) {
        self.aura = None;
    }

    /// A fresh AURA at the same address.
    pub(crate) fn restart_aura(&mut self) {
        let aura = Simulator::builder().listen(self.address).source(source());
        self.aura = Some(aura.start().expect("the address is still free"));
    }

    /// The program that runs.
    pub(crate) fn version(&self) -> Version {
        self.terraform.version()
    }

    /// Where the configuration and the state are.
    pub(crate) fn directory(&self) -> PathBuf {
        self.terraform.directory()
    }

    /// Starts the provider as a developer does, for commands to attach to.
    pub(crate) fn debug_provider(&self) -> Running {
        self.terraform.debug_provider()
    }

    /// Sockets and other files that providers left behind.
    pub(crate) fn leftovers(&self) -> Vec<OsString> {
        self.terraform.leftovers()
    }

    /// Sets an environment variable for all later commands.
    pub(crate) fn env(&mut self, name: &str, value: &str) {
        self.terraform.env(name, value);
    }

    /// Writes a file of the configuration.
    pub(crate) fn write(&self, name: &str, text: &str) {
        self.terraform.write(name, text);
    }

    /// Has a stand-in for another provider, whose resources are in the state.
    pub(crate) fn stand_in(&self, source: &str) {
        self.terraform.stand_in(source);
    }

    /// The text of a file in the configuration's directory, if it is there.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.terraform.directory().join(name)).ok()
    }

    /// Gives the provider block this content.
    pub(crate) fn provider(&self, block: &str) {
        let text = format!("{REQUIRED_PROVIDERS}\nprovider \"aura\" {{\n{block}\n}}\n");
        self.write("provider.tf", &text);
    }

    /// Gives the provider block the AURA's address, the token, and these settings.
    pub(crate) fn settings(&self, settings: &str) {
        let base_url = &self.base_url;
        self.provider(&format!(
            "base_url = {base_url:?}\ntoken = {TOKEN:?}\n{settings}"
        ));
    }

    /// Declares `aura_panic_webhook.this` with this content.
    pub(crate) fn webhook(&self, block: &str) {
        let text = format!("resource \"aura_panic_webhook\" \"this\" {{\n{block}\n}}\n");
        self.write("webhook.tf", &text);
    }

    /// Runs a command whose output no secret may be in, and checks that.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let output = self.terraform.run(arguments);
        for secret in [TOKEN, CLIENT_SECRET, HEADER] {
            output.never_says(secret);
        }
        output
    }

    /// Plans.
    #[track_caller]
    pub(crate) fn plan(&self) -> Output {
        self.run(&["plan"])
    }

    /// Checks that there is nothing to apply.
    #[track_caller]
    pub(crate) fn has_no_changes(&self) {
        self.run(&["plan", "-detailed-exitcode"])
            .ok()
            .says("No changes.");
    }

    /// Applies.
    #[track_caller]
    pub(crate) fn apply(&self) -> Output {
        self.run(&["apply", "-auto-approve"])
    }

    /// Plans, keeps the plan for [`apply_planned`](Self::apply_planned), and gives what it has for
    /// `aura_panic_webhook.this`: `actions`, `before`, `after` and so on.
    #[track_caller]
    pub(crate) fn planned(&self) -> Value {
        self.run(&["plan", "-out=plan.bin"]).ok();
        let plan = self.terraform.run(&["show", "-json", "plan.bin"]);
        let mut plan: Value = serde_json::from_str(&plan.ok().stdout).expect("the plan is JSON");
        plan["resource_changes"]
            .as_array_mut()
            .into_iter()
            .flatten()
            .find(|change| change["address"] == "aura_panic_webhook.this")
            .expect("the webhook is in the plan")["change"]
            .take()
    }

    /// Applies what [`planned`](Self::planned) planned.
    #[track_caller]
    pub(crate) fn apply_planned(&self) -> Output {
        self.run(&["apply", "plan.bin"])
    }

    /// The state as `show -json` tells it, secrets included.
    #[track_caller]
    pub(crate) fn state_json(&self) -> Value {
        self.terraform.state_json()
    }

    /// Starts a command, to be interrupted. What it prints is for the caller to check.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Running {
        self.terraform.spawn(arguments)
    }

    /// Every managed resource in the state, as it is stored, with the paths of sensitive attributes in order:
    /// Terraform writes these in any.
    #[track_caller]
    pub(crate) fn resources(&self) -> Vec<Value> {
        // Terraform writes none while there is nothing to store, and an empty one before that if it is killed.
        let path = self.directory().join("terraform.tfstate");
        if !path.metadata().is_ok_and(|file| file.len() > 0) {
            return Vec::new();
        }
        let mut state = self.terraform.stored_state();
        let resources = state["resources"].as_array_mut();
        let mut resources = std::mem::take(resources.expect("a state has resources"));
        let instances = resources
            .iter_mut()
            .filter_map(|resource| resource["instances"].as_array_mut());
        for instance in instances.flatten() {
            if let Some(paths) = instance["sensitive_attributes"].as_array_mut() {
                paths.sort_by_key(Value::to_string);
            }
        }
        resources
    }

    /// The stored attributes of `aura_panic_webhook.this`.
    #[track_caller]
    pub(crate) fn stored(&self) -> Value {
        self.resources()
            .into_iter()
            .find(|resource| resource["type"] == "aura_panic_webhook" && resource["name"] == "this")
            .expect("the webhook is in the state")["instances"][0]["attributes"]
            .take()
    }

    /// The registrations that AURA was asked for, whatever it answered.
    #[track_caller]
    pub(crate) fn posts(&self) -> Vec<Arc<Received>> {
        self.aura().webhook_posts()
    }

    /// The body of the last registration that AURA was asked for.
    #[track_caller]
    pub(crate) fn last_body(&self) -> Value {
        let posts = self.posts();
        posts.last().expect("AURA was asked").body.clone()
    }

    /// The URL that AURA delivers to now.
    #[track_caller]
    pub(crate) fn registered_url(&self) -> Option<String> {
        Some(self.aura().registration("fleet")?.url)
    }
}

/// Another AURA with the same customer source.
pub(crate) fn aura() -> Simulator {
    let aura = Simulator::builder().source(source()).start();
    aura.expect("an AURA can be simulated")
}
