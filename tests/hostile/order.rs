//! RPCs in any order, with whatever Terraform would never make of the answers.

use aura_simulator::Simulator;
use aura_test_support::value::{encode, known, unknown, with};
use fastrand::Rng;
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::victim::Victim;
use crate::wire::{Terraform, URL, WEBHOOK, errors, rules};

/// What can be asked in any order. Each answer has to be one, and no gRPC error.
const STEPS: &[(&str, Step)] = &[
    ("validate", Step::Validate),
    ("configure", Step::Configure),
    ("configure wrongly", Step::ConfigureWrongly),
    (
        "plan a creation",
        Step::Plan(Before::Nothing, After::Simple),
    ),
    ("plan an update", Step::Plan(Before::Stored, After::Moved)),
    (
        "plan a destruction",
        Step::Plan(Before::Stored, After::Nothing),
    ),
    ("plan nothing", Step::Plan(Before::Nothing, After::Nothing)),
    ("create", Step::Apply(Before::Nothing, After::Simple)),
    ("update", Step::Apply(Before::Stored, After::Moved)),
    ("destroy", Step::Apply(Before::Stored, After::Nothing)),
    (
        "apply nothing",
        Step::Apply(Before::Nothing, After::Nothing),
    ),
    ("read", Step::Read),
    ("upgrade", Step::Upgrade),
    ("import", Step::Import),
    ("stop", Step::Stop),
];

#[derive(Clone, Copy)]
enum Step {
    Validate,
    Configure,
    ConfigureWrongly,
    Plan(Before, After),
    Apply(Before, After),
    Read,
    Upgrade,
    Import,
    Stop,
}

#[derive(Clone, Copy)]
enum Before {
    Nothing,
    Stored,
}

#[derive(Clone, Copy)]
enum After {
    Nothing,
    Simple,
    Moved,
}

impl Before {
    fn state(self, terraform: &Terraform) -> Value {
        match self {
            Self::Nothing => Value::Nil,
            Self::Stored => stored(terraform),
        }
    }
}

impl After {
    fn config(self, terraform: &Terraform) -> Value {
        match self {
            Self::Nothing => Value::Nil,
            Self::Simple => terraform.simple(),
            Self::Moved => with(
                terraform.simple(),
                "url",
                "https://moved.example.com".into(),
            ),
        }
    }
}

fn stored(terraform: &Terraform) -> Value {
    terraform.webhook(json!({
        "url": URL,
        "events": ["NEW_CALLOUT"],
        "method": "webhook",
        "id": "staging-panic.aura.services/default",
        "registered_at": "2026-01-01T00:00:00Z",
    }))
}

impl Step {
    /// Takes the step and returns the titles of the errors.
    async fn take(self, terraform: &Terraform, simulator: &Simulator) -> Vec<String> {
        let told = match self {
            Self::Validate => terraform.validate(&terraform.simple()).await,
            Self::Configure => {
                terraform.configure_for(simulator, json!({})).await;
                Vec::new()
            }
            Self::ConfigureWrongly => {
                let wrong = json!({"base_url": "ftp://nowhere", "token": "t"});
                terraform.configure(&terraform.block(wrong)).await
            }
            Self::Plan(before, after) => {
                let (prior, config) = (before.state(terraform), after.config(terraform));
                let request = terraform.plan_request(&prior, b"private", &config);
                terraform.ask_plan(request).await.diagnostics
            }
            Self::Apply(before, after) => {
                let (prior, config) = (before.state(terraform), after.config(terraform));
                apply(terraform, &prior, &config, &config).await
            }
            Self::Read => terraform.read(&stored(terraform), b"p").await.diagnostics,
            Self::Upgrade => terraform.upgrade(0, None).await.diagnostics,
            Self::Import => terraform.import(URL).await.diagnostics,
            Self::Stop => {
                terraform.stop().await;
                Vec::new()
            }
        };
        errors(&told).into_iter().map(str::to_owned).collect()
    }
}

/// Applies whatever is said to have been planned.
async fn apply(
    terraform: &Terraform,
    prior: &Value,
    planned: &Value,
    config: &Value,
) -> Vec<pb::Diagnostic> {
    let request = pb::apply_resource_change::Request {
        type_name: WEBHOOK.to_owned(),
        prior_state: Some(encode(prior)),
        planned_state: Some(encode(planned)),
        config: Some(encode(config)),
        planned_private: (&b"\xff\x00private"[..]).into(),
        ..Default::default()
    };
    let answer = terraform.ask_apply(request).await.expect("no gRPC error");
    let told = rules::well_formed(answer.diagnostics);
    let failed = !errors(&told).is_empty();
    assert_eq!(answer.new_state.is_none(), failed, "{told:?}");
    told
}

#[tokio::test]
async fn before_configure_there_is_an_error_wherever_it_is_missed() {
    let simulator = Simulator::http().unwrap();
    let victim = Victim::start().await;
    for (what, step) in STEPS {
        let expected: &[&str] = match step {
            Step::Configure => continue,
            Step::ConfigureWrongly => &["Invalid Base URL"],
            Step::Plan(Before::Nothing, After::Nothing)
            | Step::Apply(Before::Nothing, After::Nothing)
            | Step::Validate
            | Step::Read
            | Step::Stop => &[],
            Step::Upgrade => &["Unreadable Data from Terraform"],
            _ => &["Provider Not Configured"],
        };
        let told = step.take(&victim.terraform, &simulator).await;
        assert_eq!(told, expected, "{what}");
        victim.survives(what).await;
    }
    assert_eq!(simulator.total_requests(), 0);
    victim.ends("RPCs before the provider is configured").await;
}

#[tokio::test]
async fn any_order_is_answered() {
    let mut rng = Rng::with_seed(0x41_55_52_41);
    let simulator = Simulator::http().unwrap();
    let victim = Victim::start().await;
    for _ in 0..300 {
        let (what, step) = rng.choice(STEPS).expect("a step");
        step.take(&victim.terraform, &simulator).await;
        victim.answers(what).await;
    }
    // Configured anew, it is as good as new.
    victim.terraform.configure_for(&simulator, json!({})).await;
    let created = victim.terraform.create(&victim.terraform.simple()).await;
    assert_eq!(created.answer.diagnostics, []);
    drop(simulator);
    victim.survives("the connections to AURA").await;
    victim.ends("RPCs in any order").await;
}

#[tokio::test]
async fn a_plan_that_is_none_of_ours_registers_nothing_by_half() {
    let simulator = Simulator::http().unwrap();
    let victim = Victim::at(&simulator).await;
    let terraform = &victim.terraform;
    let config = terraform.simple();
    let planned = |name: &str, value: Value| with(config.clone(), name, value);
    for (what, planned, config) in [
        ("an unknown URL", planned("url", unknown()), config.clone()),
        ("no URL", planned("url", Value::Nil), config.clone()),
        (
            "unknown events",
            planned("events", unknown()),
            config.clone(),
        ),
        (
            "an unknown event",
            planned("events", Value::Array(vec![unknown()])),
            config.clone(),
        ),
        (
            "unknown headers",
            planned("headers", unknown()),
            config.clone(),
        ),
        (
            "an unknown header",
            planned("headers", with(known(json!({})), "X", unknown())),
            config.clone(),
        ),
        (
            "an unknown source",
            planned("customer_source", unknown()),
            config.clone(),
        ),
        (
            "a source unheard of",
            planned("customer_source", "x".into()),
            config.clone(),
        ),
        (
            "unknown write-only headers",
            config.clone(),
            with(config.clone(), "headers_wo", unknown()),
        ),
        ("no configuration", config.clone(), Value::Nil),
    ] {
        for prior in [Value::Nil, stored(terraform)] {
            let told = apply(terraform, &prior, &planned, &config).await;
            assert_eq!(errors(&told).len(), 1, "{what}: {told:?}");
            victim.survives(what).await;
        }
    }
    assert_eq!(simulator.total_requests(), 0);
    victim.ends("plans that are none of ours").await;
}
