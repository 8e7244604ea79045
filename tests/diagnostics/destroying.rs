//! A webhook that is destroyed.

use aura_simulator::{Endpoint, Fault, Simulator, Source};
use aura_test_support::value::{known, with};
use http::StatusCode;
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::transcript::Transcript;
use crate::wire::Terraform;

const PLAN: &str = "PlanResourceChange";
const APPLY: &str = "ApplyResourceChange";

/// Hears everything that a destroy can say.
pub(crate) async fn hear(transcript: &mut Transcript) {
    let aura = Simulator::http().expect("an AURA can be simulated");
    let terraform = Terraform::at(&aura).await;
    let retired = known(json!({
        "url": "https://retired.example.com/aura", "events": ["CALLOUT_CLOSED"], "headers": null
    }));
    let config = with(terraform.simple(), "on_destroy", retired);
    let stored = terraform.create(&config).await.state;

    let plain = with(stored.clone(), "on_destroy", Value::Nil);
    let told = terraform.plan(&plain, &Value::Nil).await.answer.diagnostics;
    transcript.note(PLAN, "a destroy without on_destroy", &told);
    elsewhere(transcript, &aura, &terraform, &stored).await;

    terraform
        .configure_for(&aura, json!({"max_retries": 0}))
        .await;
    aura.fault(Fault::status(StatusCode::SERVICE_UNAVAILABLE).on(Endpoint::Webhook));
    let told = destroy(&terraform, &stored).await;
    transcript.note(APPLY, "an on_destroy that AURA fails to register", &told);
    aura.fault(Fault::status(StatusCode::BAD_REQUEST).on(Endpoint::Webhook));
    let told = destroy(&terraform, &stored).await;
    transcript.note(APPLY, "an on_destroy that AURA refuses", &told);

    // One process, one run: a webhook is registered, then an older one of the same slot goes.
    terraform.create(&config).await;
    let planned = destroyed();
    let told = terraform.apply(&stored, &planned, &Value::Nil).await;
    transcript.note(
        APPLY,
        "an on_destroy after a registration in the same run",
        &told.answer.diagnostics,
    );
}

async fn elsewhere(
    transcript: &mut Transcript,
    aura: &Simulator,
    terraform: &Terraform,
    stored: &Value,
) {
    let host = aura.address().to_string();
    let there = known(json!("panic.example.com/fleet"));
    assert_ne!(host, "panic.example.com");
    let moved = with(stored.clone(), "id", there);
    let told = plan_destroy(terraform, &moved).await;
    transcript.note(
        PLAN,
        "a destroy with on_destroy while the provider points elsewhere",
        &told,
    );
    let gone = with(stored.clone(), "customer_source", known(json!("north")));
    let told = plan_destroy(terraform, &gone).await;
    transcript.note(
        PLAN,
        "a destroy with on_destroy whose customer source is gone",
        &told,
    );

    let token = aura_test_support::value::unknown();
    let block = terraform.block(json!({"base_url": aura.base_url()}));
    assert_eq!(terraform.configure(&with(block, "token", token)).await, []);
    let told = destroy(terraform, stored).await;
    transcript.note(APPLY, "an on_destroy while the token is not known", &told);
    let token = json!({"base_url": aura.base_url(), "token": Source::DEMO_TOKEN});
    assert_eq!(terraform.configure(&terraform.block(token)).await, []);
}

async fn plan_destroy(terraform: &Terraform, stored: &Value) -> Vec<pb::Diagnostic> {
    let request = terraform.plan_request(stored, b"", &Value::Nil);
    terraform.ask_plan(request).await.diagnostics
}

async fn destroy(terraform: &Terraform, stored: &Value) -> Vec<pb::Diagnostic> {
    let told = terraform.apply(stored, &destroyed(), &Value::Nil).await;
    told.answer.diagnostics
}

/// What every destroy is planned as.
fn destroyed() -> crate::wire::Planned {
    crate::wire::Planned {
        state: Value::Nil,
        answer: pb::plan_resource_change::Response::default(),
    }
}
