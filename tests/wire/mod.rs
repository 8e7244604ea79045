//! Terraform's side of one provider process with one `aura_panic_webhook`, call by call.
//!
//! Every answer is held to Terraform's rules ([`rules`]) as it comes in, so a test says only what it is about.

#![allow(dead_code, reason = "each test file uses the part it needs")]

mod foreign;
pub(crate) mod rules;

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use aura_simulator::{Simulator, Source};
use aura_test_support::host::{Address, Exit, Host, HostBuilder};
use aura_test_support::value::{decode, encode, known, with};
use rmpv::Value;
use serde_json::{Value as Json, json};
use terraform_provider_aura::proto::tfplugin6 as pb;
use terraform_provider_aura::proto::tfplugin6::diagnostic::Severity;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-aura");
pub(crate) const WEBHOOK: &str = "aura_panic_webhook";
pub(crate) const URL: &str = "https://alerts.example.com/aura";

/// What a stable Terraform says of itself during an apply walk.
pub(crate) const TERRAFORM: pb::ClientCapabilities = pb::ClientCapabilities {
    deferral_allowed: true,
    write_only_attributes_allowed: true,
    store_planned_private: false,
    computed_blocks_allowed: false,
};

/// A provider process and what Terraform knows of it.
pub(crate) struct Terraform {
    pub(crate) host: Host,
    pub(crate) schema: pb::get_provider_schema::Response,
    configured: RefCell<Option<Value>>,
    leftover: Leftover,
}

/// What a provider that was killed leaves behind, as one is when its test ends without a shutdown.
struct Leftover(Option<PathBuf>);

impl Drop for Leftover {
    fn drop(&mut self) {
        if let Some(directory) = &self.0 {
            _ = fs::remove_dir_all(directory);
        }
    }
}

impl Leftover {
    fn of(host: &Host) -> Self {
        Self(match &host.handshake().address {
            Address::Unix(socket) => socket.parent().map(Into::into),
            Address::Tcp(_) => None,
        })
    }
}

impl Terraform {
    pub(crate) fn builder() -> HostBuilder {
        Host::builder(BINARY)
    }

    /// With a provider that is not configured yet.
    pub(crate) async fn start() -> Self {
        Self::with(Self::builder()).await
    }

    pub(crate) async fn with(builder: HostBuilder) -> Self {
        let host = builder.start().await;
        let request = pb::get_provider_schema::Request {};
        let answer = host.provider().get_provider_schema(request).await;
        Self {
            schema: answer.expect("a schema").into_inner(),
            leftover: Leftover::of(&host),
            configured: RefCell::default(),
            host,
        }
    }

    /// With a provider configured for the simulator's demo source and its token.
    pub(crate) async fn at(simulator: &Simulator) -> Self {
        let terraform = Self::start().await;
        terraform.configure_for(simulator, json!({})).await;
        terraform
    }

    /// Configures for the simulator's demo source, with further attributes.
    pub(crate) async fn configure_for(&self, simulator: &Simulator, more: Json) {
        let block = json!({"base_url": simulator.base_url(), "token": Source::DEMO_TOKEN});
        let mut block = self.block(block);
        for (name, value) in more.as_object().expect("attributes") {
            block = with(block, name, known(value.clone()));
        }
        assert_eq!(self.configure(&block).await, []);
    }

    /// A provider block; what isn't given is null.
    pub(crate) fn block(&self, given: Json) -> Value {
        object(rules::attributes(self.schema.provider.as_ref()), given)
    }

    /// A webhook's configuration or state; what isn't given is null.
    pub(crate) fn webhook(&self, given: Json) -> Value {
        object(self.webhook_attributes(), given)
    }

    /// A webhook's configuration with what is required.
    pub(crate) fn simple(&self) -> Value {
        self.webhook(json!({"url": URL, "events": ["NEW_CALLOUT"]}))
    }

    pub(crate) fn webhook_attributes(&self) -> &[pb::schema::Attribute] {
        rules::attributes(self.schema.resource_schemas.get(WEBHOOK))
    }

    pub(crate) async fn validate_provider(&self, block: &Value) -> Vec<pb::Diagnostic> {
        let request = pb::validate_provider_config::Request {
            config: Some(encode(block)),
        };
        let answer = self.host.provider().validate_provider_config(request).await;
        rules::well_formed(answer.expect("no gRPC error").into_inner().diagnostics)
    }

    pub(crate) async fn configure(&self, block: &Value) -> Vec<pb::Diagnostic> {
        *self.configured.borrow_mut() = Some(block.clone());
        let request = pb::configure_provider::Request {
            terraform_version: "1.15.0".to_owned(),
            config: Some(encode(block)),
            client_capabilities: Some(TERRAFORM),
        };
        let answer = self.host.provider().configure_provider(request).await;
        rules::well_formed(answer.expect("no gRPC error").into_inner().diagnostics)
    }

    pub(crate) async fn validate(&self, config: &Value) -> Vec<pb::Diagnostic> {
        self.ask_validate(encode(config)).await
    }

    /// Validates whatever bytes.
    pub(crate) async fn ask_validate(&self, config: pb::DynamicValue) -> Vec<pb::Diagnostic> {
        let request = pb::validate_resource_config::Request {
            type_name: WEBHOOK.to_owned(),
            config: Some(config),
            client_capabilities: Some(TERRAFORM),
        };
        let answer = self.host.provider().validate_resource_config(request).await;
        rules::well_formed(answer.expect("no gRPC error").into_inner().diagnostics)
    }

    /// Plans in a walk of its own: the provider is configured again first, as it is for each of Terraform's.
    pub(crate) async fn plan(&self, prior: &Value, config: &Value) -> Planned {
        self.plan_stored(prior, b"", config).await
    }

    /// The same for an object that is stored with private state.
    pub(crate) async fn plan_stored(
        &self,
        prior: &Value,
        private: &[u8],
        config: &Value,
    ) -> Planned {
        let configured = self.configured.borrow().clone();
        if let Some(block) = configured {
            assert_eq!(errors(&self.configure(&block).await), [""; 0]);
        }
        let request = self.plan_request(prior, private, config);
        let answer = self.ask_plan(request.clone()).await;
        let again = self.ask_plan(request).await;
        let planned = decode(answer.planned_state.as_ref());
        assert_eq!(
            decode(again.planned_state.as_ref()),
            planned,
            "a second plan differs"
        );
        if errors(&answer.diagnostics).is_empty() {
            rules::assert_valid_plan(self.webhook_attributes(), prior, config, &planned);
        }
        Planned {
            state: planned,
            answer,
        }
    }

    pub(crate) fn plan_request(
        &self,
        prior: &Value,
        private: &[u8],
        config: &Value,
    ) -> pb::plan_resource_change::Request {
        let proposed = rules::proposed(self.webhook_attributes(), prior, config);
        pb::plan_resource_change::Request {
            type_name: WEBHOOK.to_owned(),
            prior_state: Some(encode(prior)),
            proposed_new_state: Some(encode(&proposed)),
            config: Some(encode(config)),
            prior_private: private.to_vec().into(),
            client_capabilities: Some(TERRAFORM),
            ..Default::default()
        }
    }

    pub(crate) async fn ask_plan(
        &self,
        request: pb::plan_resource_change::Request,
    ) -> pb::plan_resource_change::Response {
        let answer = self.host.provider().plan_resource_change(request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        rules::well_formed(answer.diagnostics.clone());
        assert_eq!(answer.deferred, None, "stable Terraform refuses a deferral");
        assert!(
            !answer.legacy_type_system,
            "the legacy type system is not for us"
        );
        answer
    }

    /// Applies what was planned.
    pub(crate) async fn apply(&self, prior: &Value, planned: &Planned, config: &Value) -> Applied {
        let answer = self
            .ask_apply(apply_request(prior, planned, config))
            .await
            .expect("no gRPC error");
        rules::well_formed(answer.diagnostics.clone());
        let state = decode(answer.new_state.as_ref());
        if errors(&answer.diagnostics).is_empty() {
            rules::assert_consistent_result(&planned.state, &state);
        }
        Applied { state, answer }
    }

    /// Applies whatever is asked for. The future is independent, so that others can be asked meanwhile.
    pub(crate) fn ask_apply(
        &self,
        request: pb::apply_resource_change::Request,
    ) -> impl Future<Output = Result<pb::apply_resource_change::Response, tonic::Status>> + Send + 'static
    {
        let mut provider = self.host.provider();
        async move {
            let answer = provider.apply_resource_change(request).await?;
            Ok(answer.into_inner())
        }
    }

    /// Plans and applies a new webhook.
    pub(crate) async fn create(&self, config: &Value) -> Applied {
        self.change(&Value::Nil, config).await
    }

    /// Plans and applies a change.
    pub(crate) async fn change(&self, prior: &Value, config: &Value) -> Applied {
        let planned = self.plan(prior, config).await;
        assert_eq!(errors(&planned.answer.diagnostics), [""; 0]);
        self.apply(prior, &planned, config).await
    }

    pub(crate) async fn read(&self, state: &Value, private: &[u8]) -> pb::read_resource::Response {
        let request = pb::read_resource::Request {
            type_name: WEBHOOK.to_owned(),
            current_state: Some(encode(state)),
            private: private.to_vec().into(),
            client_capabilities: Some(TERRAFORM),
            ..Default::default()
        };
        let answer = self.host.provider().read_resource(request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        rules::well_formed(answer.diagnostics.clone());
        answer
    }

    pub(crate) async fn upgrade(
        &self,
        version: i64,
        stored: Option<pb::RawState>,
    ) -> pb::upgrade_resource_state::Response {
        let request = pb::upgrade_resource_state::Request {
            type_name: WEBHOOK.to_owned(),
            version,
            raw_state: stored,
        };
        let answer = self.host.provider().upgrade_resource_state(request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        rules::well_formed(answer.diagnostics.clone());
        answer
    }

    pub(crate) async fn import(&self, id: &str) -> pb::import_resource_state::Response {
        let request = pb::import_resource_state::Request {
            type_name: WEBHOOK.to_owned(),
            id: id.to_owned(),
            client_capabilities: Some(TERRAFORM),
            identity: None,
        };
        let answer = self.host.provider().import_resource_state(request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        rules::well_formed(answer.diagnostics.clone());
        answer
    }

    /// What Ctrl-C comes to.
    pub(crate) async fn stop(&self) {
        let request = pb::stop_provider::Request {};
        let answer = self.host.provider().stop_provider(request).await;
        assert_eq!(answer.expect("no gRPC error").into_inner().error, "");
    }

    /// Whether the service still answers as it should.
    pub(crate) async fn assert_alive(&self) {
        assert_eq!(self.validate(&self.simple()).await, []);
    }

    pub(crate) async fn shutdown(mut self) -> Exit {
        // Now the provider has to clean up itself.
        self.leftover.0 = None;
        self.host.shutdown().await
    }
}

/// A plan and its answer.
pub(crate) struct Planned {
    pub(crate) state: Value,
    pub(crate) answer: pb::plan_resource_change::Response,
}

/// What came of an apply.
pub(crate) struct Applied {
    pub(crate) state: Value,
    pub(crate) answer: pb::apply_resource_change::Response,
}

pub(crate) fn apply_request(
    prior: &Value,
    planned: &Planned,
    config: &Value,
) -> pb::apply_resource_change::Request {
    pb::apply_resource_change::Request {
        type_name: WEBHOOK.to_owned(),
        prior_state: Some(encode(prior)),
        planned_state: Some(encode(&planned.state)),
        config: Some(encode(config)),
        planned_private: planned.answer.planned_private.clone(),
        ..Default::default()
    }
}

/// An object of these attributes; what isn't given is null.
fn object(attributes: &[pb::schema::Attribute], given: Json) -> Value {
    let names = attributes.iter().map(|attribute| attribute.name.as_str());
    let empty = names.map(|name| (Value::from(name), Value::Nil)).collect();
    let given = given.as_object().expect("attributes").clone();
    given
        .into_iter()
        .fold(Value::Map(empty), |object, (name, value)| {
            let known_name = attributes.iter().any(|attribute| attribute.name == name);
            assert!(known_name, "the schema has no attribute {name:?}");
            with(object, &name, known(value))
        })
}

/// The summaries of the errors.
pub(crate) fn errors(diagnostics: &[pb::Diagnostic]) -> Vec<&str> {
    summaries(diagnostics, Severity::Error)
}

/// The summaries of the warnings.
pub(crate) fn warnings(diagnostics: &[pb::Diagnostic]) -> Vec<&str> {
    summaries(diagnostics, Severity::Warning)
}

fn summaries(diagnostics: &[pb::Diagnostic], severity: Severity) -> Vec<&str> {
    let wanted = diagnostics.iter().filter(|d| d.severity() == severity);
    wanted.map(|d| d.summary.as_str()).collect()
}

/// Waits until something outside has come about.
#[track_caller]
pub(crate) fn eventually(
    what: &'static str,
    mut condition: impl FnMut() -> bool,
) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let begun = Instant::now();
        while !condition() {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "{caller}: ten seconds on, it is still not so that {what}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
