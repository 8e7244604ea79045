//! A webhook that is planned.

use aura_simulator::Simulator;
use aura_test_support::value::{known, unknown, with};
use rmpv::Value;
use serde_json::{Value as Json, json};

use crate::transcript::Transcript;
use crate::wire::Terraform;

const RPC: &str = "PlanResourceChange";

/// Hears everything that a plan of a webhook to be made or changed can say.
pub(crate) async fn hear(transcript: &mut Transcript) {
    let terraform = Terraform::start().await;
    let told = plan(&terraform, &Value::Nil, &terraform.simple()).await;
    transcript.note(RPC, "a plan before the provider is configured", &told);
    customer_sources(transcript, &terraform).await;
    claims(transcript, &terraform).await;
    known_later(transcript, &terraform).await;
}

async fn plan(
    terraform: &Terraform,
    prior: &Value,
    config: &Value,
) -> Vec<terraform_provider_aura::proto::tfplugin6::Diagnostic> {
    let request = terraform.plan_request(prior, b"", config);
    terraform.ask_plan(request).await.diagnostics
}

async fn configured(terraform: &Terraform, block: Json) {
    assert_eq!(terraform.configure(&terraform.block(block)).await, []);
}

async fn customer_sources(transcript: &mut Transcript, terraform: &Terraform) {
    let entry = json!({
        "environment": null, "base_url": null, "token": "t", "client_id": null, "client_secret": null
    });
    let west = with(terraform.simple(), "customer_source", known(json!("west")));
    let fleet = |keys: &[String]| {
        let entries: serde_json::Map<_, _> = keys
            .iter()
            .map(|key| (key.clone(), entry.clone()))
            .collect();
        json!({"customer_sources": entries})
    };
    let named = ["north", "south"].map(str::to_owned);
    configured(terraform, fleet(&named)).await;
    let told = plan(terraform, &Value::Nil, &terraform.simple()).await;
    transcript.note(
        RPC,
        "no customer_source, and no credentials of the block's own",
        &told,
    );
    let told = plan(terraform, &Value::Nil, &west).await;
    transcript.note(RPC, "an unknown customer_source", &told);
    let many: Vec<_> = (0..45).map(|site| format!("site-{site:02}")).collect();
    configured(terraform, fleet(&many)).await;
    let told = plan(terraform, &Value::Nil, &west).await;
    transcript.note(RPC, "an unknown customer_source among many", &told);
    configured(terraform, json!({"token": "t"})).await;
    let told = plan(terraform, &Value::Nil, &west).await;
    transcript.note(RPC, "a customer_source without customer_sources", &told);
}

async fn claims(transcript: &mut Transcript, terraform: &Terraform) {
    configured(terraform, json!({"token": "t"})).await;
    assert_eq!(plan(terraform, &Value::Nil, &terraform.simple()).await, []);
    let other = with(
        terraform.simple(),
        "url",
        known(json!("https://other.example.com/aura")),
    );
    let told = plan(terraform, &Value::Nil, &other).await;
    transcript.note(RPC, "two webhooks for one slot", &told);
}

async fn known_later(transcript: &mut Transcript, terraform: &Terraform) {
    let aura = Simulator::http().expect("an AURA can be simulated");
    terraform.configure_for(&aura, json!({})).await;
    let stored = terraform.create(&terraform.simple()).await.state;
    let open = with(terraform.simple(), "headers_wo", unknown());
    let told = plan(terraform, &stored, &open).await;
    transcript.note(RPC, "headers_wo that are not known yet", &told);
    configured(
        terraform,
        json!({"token": "t", "environment": "production"}),
    )
    .await;
    let told = plan(terraform, &stored, &terraform.simple()).await;
    transcript.note(RPC, "a provider that points elsewhere", &told);
}
