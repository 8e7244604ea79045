//! Objects that weren't ours before: moved from another provider, imported by identity, without configuration.

use serde_json::{Value, json};

use crate::transcript::Transcript;
use crate::wire::Terraform;

const RESTAPI: &str = "registry.terraform.io/mastercard/restapi";
const TERRACURL: &str = "registry.terraform.io/devops-rob/terracurl";
const PATH: &str = "/panic-api/v2/notifiers/webhooks";

/// Hears what is said of moves, identities and generated configuration.
pub(crate) async fn hear(transcript: &mut Transcript) {
    let terraform = Terraform::start().await;
    moves(transcript, &terraform).await;
    bodies(transcript, &terraform).await;
    let block = terraform.block(json!({"token": "t"}));
    assert_eq!(terraform.configure(&block).await, []);
    identities(transcript, &terraform).await;
    let state = terraform.webhook(json!({}));
    let told = terraform.generate_config(&state);
    transcript.note(
        "GenerateResourceConfig",
        "a webhook imported by its identity",
        &told.await.diagnostics,
    );
}

async fn moves(transcript: &mut Transcript, terraform: &Terraform) {
    let body = r#"{"url": "https://alerts.example.com/aura", "events": ["NEW_CALLOUT"]}"#;
    let object = |path: &str| json!({"path": path, "data": body}).to_string();
    let request = |method: &str| {
        let url = format!("https://panic.aura.services{PATH}");
        json!({"url": url, "method": method, "request_body": body}).to_string()
    };
    for (what, provider, type_name, state) in [
        ("a restapi_object", RESTAPI, "restapi_object", object(PATH)),
        (
            "a terracurl_request",
            TERRACURL,
            "terracurl_request",
            request("POST"),
        ),
        (
            "a terracurl_request that gets",
            TERRACURL,
            "terracurl_request",
            request("GET"),
        ),
        (
            "a restapi_object of another endpoint",
            RESTAPI,
            "restapi_object",
            object("/users?key=canary"),
        ),
        (
            "a restapi_object without state",
            RESTAPI,
            "restapi_object",
            "null".to_owned(),
        ),
        (
            "a resource of another provider",
            "registry.terraform.io/hashicorp/null",
            "null_resource",
            "{}".to_owned(),
        ),
        (
            "state that breaks off",
            RESTAPI,
            "restapi_object",
            "{\"path\": \"canary".to_owned(),
        ),
    ] {
        let told = terraform.take_over(provider, type_name, &state).await;
        transcript.note("MoveResourceState", what, &told.diagnostics);
    }
}

async fn bodies(transcript: &mut Transcript, terraform: &Terraform) {
    let url = "https://alerts.example.com/aura";
    for (what, body) in [
        ("a body that is not JSON", Value::from("{\"url\": canary")),
        ("a body that is a list", json!([])),
        ("a body without url", json!({"events": ["NEW_CALLOUT"]})),
        ("a body without events", json!({"url": url, "events": []})),
        (
            "a body of another method",
            json!({"url": url, "events": ["A"], "method": "canary"}),
        ),
        (
            "a body with a number as header",
            json!({"url": url, "events": ["A"], "headers": {"X-Key": 7}}),
        ),
    ] {
        let body = body
            .as_str()
            .map_or_else(|| body.to_string(), str::to_owned);
        let state = json!({"path": PATH, "data": body}).to_string();
        let told = terraform.take_over(RESTAPI, "restapi_object", &state).await;
        transcript.note("MoveResourceState", what, &told.diagnostics);
    }
}

async fn identities(transcript: &mut Transcript, terraform: &Terraform) {
    const HOST: &str = "staging-panic.aura.services";
    for (what, identity) in [
        (
            "an import by identity",
            json!({"api_host": HOST, "customer": "default"}),
        ),
        (
            "an import by another slot's identity",
            json!({"api_host": HOST, "customer": "c"}),
        ),
        (
            "an import by half an identity",
            json!({"api_host": HOST, "customer": null}),
        ),
    ] {
        let told = terraform.import_by_identity(identity).await;
        transcript.note("ImportResourceState", what, &told.diagnostics);
    }
    for (what, version, stored) in [
        ("an identity of a later provider", 7, "{}"),
        ("an identity that is null", 0, "null"),
        ("an identity that breaks off", 0, "{"),
    ] {
        let told = terraform.upgrade_identity(version, stored).await;
        transcript.note("UpgradeResourceIdentity", what, &told.diagnostics);
    }
}
