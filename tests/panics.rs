//! A provider that panics wherever it is asked to, as a process of its own: this same binary, which plays the
//! provider when a host starts it and the test otherwise. Hence no test harness: it would print before the handshake.

use std::process::ExitCode;

use async_trait::async_trait;
use aura_test_support::host::{Exit, Host, HostBuilder};
use aura_test_support::value::{encode, known};
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::plugin::{self, Environment};
use terraform_provider_aura::proto::tfplugin6 as pb;
use terraform_provider_aura::terraform::{
    Apply, Attribute, Configure, Delete, Diagnostics, Foreign, Object, Outcome, Plan, Planned,
    Provider, Resource, Schema, Stored, Type, Value as TerraformValue,
};

const SECRET: &str = "canary-in-a-panic";

fn main() -> ExitCode {
    match Environment::read(variable) {
        Ok(environment) => provide(&environment),
        Err(_) => test(),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// As `main.rs` does it.
fn provide(environment: &Environment) -> ExitCode {
    plugin::logging::install("registry.terraform.io/aura/panicking", variable);
    plugin::panics::install_hook();
    let provider = Panicking {
        resources: [Box::new(PanickingResource)],
    };
    match plugin::serve(environment, provider) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => panic!("{error}"),
    }
}

static SCHEMA: Schema = Schema {
    version: 0,
    description: "",
    attributes: &[Attribute::required("where", Type::String, "")],
};

struct Panicking {
    resources: [Box<dyn Resource>; 1],
}

#[async_trait]
impl Provider for Panicking {
    fn schema(&self) -> &'static Schema {
        &SCHEMA
    }

    fn resources(&self) -> &[Box<dyn Resource>] {
        &self.resources
    }

    fn validate(&self, _: &Object) -> Diagnostics {
        panic!("{SECRET}")
    }

    async fn configure(&self, _: Configure) -> Diagnostics {
        panic!("{SECRET}")
    }
}

struct PanickingResource;

#[async_trait]
impl Resource for PanickingResource {
    fn type_name(&self) -> &'static str {
        "panicking"
    }

    fn schema(&self) -> &'static Schema {
        &SCHEMA
    }

    fn validate(&self, _: &Object) -> Diagnostics {
        Vec::new()
    }

    fn upgrade(&self, _: i64, _: TerraformValue) -> Outcome<Object> {
        panic!("{SECRET}")
    }

    /// Panics beside the handler.
    async fn read(&self, stored: Stored) -> Outcome<Option<Stored>> {
        let beside = tokio::spawn(async { panic!("nobody handles this") });
        assert!(beside.await.is_err());
        Ok(Some(stored).into())
    }

    /// Panics in the middle.
    async fn plan(&self, _: Plan) -> Outcome<Planned> {
        tokio::task::yield_now().await;
        panic!("{SECRET}")
    }

    async fn plan_destroy(&self, _: Stored) -> Outcome<bytes::Bytes> {
        panic!("{SECRET}")
    }

    async fn create(&self, _: Apply) -> Outcome<Stored> {
        panic!("{SECRET}")
    }

    async fn update(&self, _: Object, _: Apply) -> Outcome<Stored> {
        tokio::task::yield_now().await;
        panic!("{SECRET}")
    }

    async fn delete(&self, _: Delete) -> Outcome<()> {
        panic!("{SECRET}")
    }

    async fn import(&self, _: &str) -> Outcome<Stored> {
        panic!("{SECRET}")
    }

    async fn import_by_identity(&self, _: Object) -> Outcome<Stored> {
        panic!("{SECRET}")
    }

    fn identity_schema(&self) -> &'static Schema {
        &SCHEMA
    }

    fn identity(&self, _: &Object) -> Option<Object> {
        None
    }

    async fn take_over(&self, _: Foreign) -> Outcome<Stored> {
        panic!("{SECRET}")
    }

    async fn generate_config(&self, _: Object) -> Outcome<Object> {
        panic!("{SECRET}")
    }
}

fn test() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    // A failed assertion ends the process with an error.
    runtime.block_on(async {
        a_panic_in_a_handler_is_a_diagnostic_that_names_the_place().await;
        a_panic_in_a_handler_is_logged_without_its_message().await;
        a_panic_beside_a_handler_is_printed_as_go_would().await;
    });
    ExitCode::SUCCESS
}

fn builder() -> HostBuilder {
    Host::builder(std::env::current_exe().expect("this binary"))
}

fn config() -> pb::DynamicValue {
    encode(&known(json!({"where": "everywhere"})))
}

/// Calls one RPC, which must answer that the provider panicked, and gives its answer.
macro_rules! assert_panicked {
    ($host:ident.$rpc:ident($request:expr)) => {{
        let answer = $host.provider().$rpc($request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        assert_panic_told(&answer.diagnostics);
        answer
    }};
}

#[track_caller]
fn assert_panic_told(diagnostics: &[pb::Diagnostic]) {
    let [diagnostic] = diagnostics else {
        panic!("one diagnostic, not {diagnostics:?}")
    };
    assert_eq!(diagnostic.summary, "Provider Panicked");
    let detail = &diagnostic.detail;
    assert!(detail.contains("tests/panics.rs:"), "{detail}");
    assert!(!detail.contains(SECRET), "{detail}");
}

async fn panic_everywhere(host: &Host) {
    let null = || Some(encode(&Value::Nil));
    let there = || Some(config());
    let type_name = || "panicking".to_owned();
    assert_panicked!(
        host.validate_provider_config(pb::validate_provider_config::Request { config: there() })
    );
    assert_panicked!(host.configure_provider(pb::configure_provider::Request {
        config: there(),
        ..Default::default()
    }));
    let upgraded = assert_panicked!(host.upgrade_resource_state(
        pb::upgrade_resource_state::Request {
            type_name: type_name(),
            version: 1,
            raw_state: Some(pb::RawState {
                json: "{}".into(),
                ..Default::default()
            }),
        }
    ));
    assert_eq!(upgraded.upgraded_state, None);
    for (prior, new) in [(null(), there()), (there(), there()), (there(), null())] {
        let planned = assert_panicked!(host.plan_resource_change(
            pb::plan_resource_change::Request {
                type_name: type_name(),
                prior_state: prior.clone(),
                proposed_new_state: new.clone(),
                config: new.clone(),
                ..Default::default()
            }
        ));
        assert_eq!(planned.planned_state, None);
        let applied = assert_panicked!(host.apply_resource_change(
            pb::apply_resource_change::Request {
                type_name: type_name(),
                prior_state: prior,
                planned_state: new.clone(),
                config: new,
                ..Default::default()
            }
        ));
        // Terraform keeps what it has.
        assert_eq!(applied.new_state, None);
    }
    let imported = assert_panicked!(host.import_resource_state(
        pb::import_resource_state::Request {
            type_name: type_name(),
            ..Default::default()
        }
    ));
    assert_eq!(imported.imported_resources, []);
}

#[track_caller]
fn assert_clean(exit: &Exit) {
    assert_eq!(exit.status.code(), Some(0));
    assert_eq!(exit.stdout, "", "nothing follows the handshake");
}

async fn a_panic_in_a_handler_is_a_diagnostic_that_names_the_place() {
    let host = builder().start().await;
    panic_everywhere(&host).await;
    let exit = host.shutdown().await;
    assert_clean(&exit);
    assert_eq!(exit.stderr, "");
}

async fn a_panic_in_a_handler_is_logged_without_its_message() {
    let host = builder().env("TF_LOG", "TRACE").start().await;
    panic_everywhere(&host).await;
    let exit = host.shutdown().await;
    assert_clean(&exit);
    assert!(
        exit.stderr.contains("panic in a handler"),
        "{}",
        exit.stderr
    );
    assert!(!exit.stderr.contains(SECRET), "{}", exit.stderr);
    for line in exit.stderr.lines() {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(line);
        assert!(parsed.is_ok(), "{line}");
    }
}

async fn a_panic_beside_a_handler_is_printed_as_go_would() {
    let host = builder().start().await;
    let request = pb::read_resource::Request {
        type_name: "panicking".to_owned(),
        current_state: Some(config()),
        ..Default::default()
    };
    let answer = host.provider().read_resource(request).await;
    assert_eq!(answer.expect("no gRPC error").into_inner().diagnostics, []);
    let exit = host.shutdown().await;
    assert_clean(&exit);
    // Terraform shows what follows this prefix when the command fails.
    let place = exit.stderr.strip_prefix("panic: nobody handles this\n\n");
    let place = place.unwrap_or_else(|| panic!("{}", exit.stderr));
    assert!(place.starts_with("tests/panics.rs:"), "{place}");
}
