//! One provider process, called as Terraform calls it.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use aura_simulator::{Simulator, Source};
use aura_test_support::host::Host;
use aura_test_support::value::{encode, known};
use rmpv::Value;
use serde_json::{Value as Json, json};
use terraform_provider_aura::proto::tfplugin6 as pb;
use terraform_provider_aura::proto::tfplugin6::diagnostic::Severity;

pub(crate) const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
pub(crate) const URL: &str = "https://alerts.example.com/aura";
pub(crate) const EVENTS: [&str; 2] = ["CALLOUT_CLOSED", "NEW_CALLOUT"];
const WEBHOOK: &str = "aura_panic_webhook";

/// What a Terraform with write-only attributes says of itself.
const TERRAFORM: pb::ClientCapabilities = pb::ClientCapabilities {
    deferral_allowed: true,
    write_only_attributes_allowed: true,
    store_planned_private: false,
    computed_blocks_allowed: false,
};

/// What its user asked the provider to log.
#[derive(Clone, Copy)]
pub(crate) enum Log {
    Off,
    Trace,
}

/// A provider that runs and has told its schema.
pub(crate) struct Provider {
    host: Host,
    schema: pb::get_provider_schema::Response,
    plan: pb::plan_resource_change::Request,
    /// The time from exec to the answer.
    pub(crate) schema_answered: Duration,
}

impl Provider {
    pub(crate) async fn start(binary: &Path, scratch: &Path, log: Log) -> Self {
        let mut builder = Host::builder(binary).env("TMPDIR", scratch);
        if let Log::Trace = log {
            builder = builder.env("TF_LOG", "TRACE");
        }
        let host = builder.start().await;
        let request = pb::get_provider_schema::Request {};
        let answer = host.provider().get_provider_schema(request).await;
        let schema_answered = host.started().elapsed();
        let schema = answer.expect("a schema").into_inner();
        let config = object(
            attributes(schema.resource_schemas.get(WEBHOOK)),
            &json!({"url": URL, "events": EVENTS, "headers": {"X-Api-Key": "a-key-of-some-length"}}),
        );
        let plan = pb::plan_resource_change::Request {
            type_name: WEBHOOK.to_owned(),
            prior_state: Some(encode(&Value::Nil)),
            proposed_new_state: Some(encode(&config)),
            config: Some(encode(&config)),
            client_capabilities: Some(TERRAFORM),
            ..Default::default()
        };
        Self {
            host,
            schema,
            plan,
            schema_answered,
        }
    }

    /// For the simulator's demo source.
    pub(crate) async fn configure(&self, simulator: &Simulator) {
        let block = object(
            attributes(self.schema.provider.as_ref()),
            &json!({"base_url": simulator.base_url(), "token": Source::DEMO_TOKEN}),
        );
        let request = pb::configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config: Some(encode(&block)),
            client_capabilities: Some(TERRAFORM),
        };
        let answer = self.host.provider().configure_provider(request).await;
        no_errors(&answer.expect("no gRPC error").into_inner().diagnostics);
    }

    /// A new webhook.
    pub(crate) async fn plan(&self) -> pb::plan_resource_change::Response {
        let request = self.plan.clone();
        let answer = self.host.provider().plan_resource_change(request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        no_errors(&answer.diagnostics);
        answer
    }

    pub(crate) async fn apply(&self, planned: &pb::plan_resource_change::Response) {
        let request = pb::apply_resource_change::Request {
            type_name: WEBHOOK.to_owned(),
            prior_state: self.plan.prior_state.clone(),
            planned_state: planned.planned_state.clone(),
            config: self.plan.config.clone(),
            planned_private: planned.planned_private.clone(),
            ..Default::default()
        };
        let answer = self.host.provider().apply_resource_change(request).await;
        no_errors(&answer.expect("no gRPC error").into_inner().diagnostics);
    }

    pub(crate) async fn shutdown(self) {
        self.host.shutdown().await;
    }

    /// What the process has computed so far, in seconds: the sum over its threads, to the nanosecond.
    pub(crate) fn cpu(&self) -> io::Result<f64> {
        let mut nanoseconds = 0.0;
        for task in fs::read_dir(self.proc("task"))? {
            let text = fs::read_to_string(task?.path().join("schedstat"))?;
            let running = text
                .split(' ')
                .next()
                .and_then(|field| field.parse::<f64>().ok());
            nanoseconds += running.unwrap_or_default();
        }
        Ok(nanoseconds / 1e9)
    }

    /// A line of `/proc/…/status`, in KiB.
    pub(crate) fn memory(&self, field: &str) -> io::Result<f64> {
        let status = fs::read_to_string(self.proc("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        kib.ok_or_else(|| io::Error::other(format!("no {field} in /proc")))
    }

    fn proc(&self, file: &str) -> String {
        format!(
            "/proc/{}/{file}",
            self.host.pid().expect("the provider runs")
        )
    }
}

fn attributes(schema: Option<&pb::Schema>) -> &[pb::schema::Attribute] {
    let block = schema.and_then(|schema| schema.block.as_ref());
    &block.expect("a schema with a block").attributes
}

/// An object of these attributes, as Terraform proposes it for a new resource: what isn't given is null.
fn object(attributes: &[pb::schema::Attribute], given: &Json) -> Value {
    let member = |attribute: &pb::schema::Attribute| {
        let value = given.get(&attribute.name).cloned().unwrap_or_default();
        (Value::from(attribute.name.as_str()), known(value))
    };
    Value::Map(attributes.iter().map(member).collect())
}

#[track_caller]
fn no_errors(diagnostics: &[pb::Diagnostic]) {
    let error = diagnostics
        .iter()
        .find(|it| it.severity() == Severity::Error);
    assert_eq!(error, None);
}
