//! A token that is opened and renewed.

use aura_simulator::{Endpoint, Fault, Simulator, Source};
use aura_test_support::value::{decode, encode, known, unknown, with};
use http::StatusCode;
use rmpv::Value;
use serde_json::{Value as Json, json};
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::transcript::Transcript;
use crate::wire::Terraform;

const TYPE: &str = "aura_panic_token";
const OPEN: &str = "OpenEphemeralResource";
const RENEW: &str = "RenewEphemeralResource";

/// Hears everything that a token can say.
pub(crate) async fn hear(transcript: &mut Transcript) {
    let aura = Simulator::http().expect("an AURA can be simulated");
    let terraform = Terraform::start().await;
    let told = validate(&terraform, config(json!({"token": "t"}))).await;
    transcript.note(
        "ValidateEphemeralResourceConfig",
        "a token that is set",
        &told,
    );
    refusals(transcript, &aura, &terraform).await;
    renewals(transcript, &aura, &terraform).await;
}

async fn refusals(transcript: &mut Transcript, aura: &Simulator, terraform: &Terraform) {
    let endpoint = aura.base_url();
    for (what, block, given) in [
        (
            "a provider with a token",
            json!({"base_url": endpoint, "token": "t"}),
            json!({}),
        ),
        (
            "a customer source with a token",
            json!({"base_url": endpoint, "customer_sources": {"north": {
                "environment": null, "base_url": null, "token": "t", "client_id": null, "client_secret": null,
            }}}),
            json!({"customer_source": "north"}),
        ),
        (
            "a client secret that AURA refuses",
            json!({
                "base_url": endpoint, "client_id": Source::DEMO_CLIENT_ID, "client_secret": "wrong", "max_retries": 0,
            }),
            json!({}),
        ),
    ] {
        assert_eq!(terraform.configure(&terraform.block(block)).await, []);
        let opened = open(terraform, config(given)).await;
        transcript.note(OPEN, what, &opened.diagnostics);
    }
    let block = with(client(terraform, aura), "client_secret", unknown());
    assert_eq!(terraform.configure(&block).await, []);
    let opened = open(terraform, config(json!({}))).await;
    transcript.note(
        OPEN,
        "a client secret that is not known yet",
        &opened.diagnostics,
    );
}

async fn renewals(transcript: &mut Transcript, aura: &Simulator, terraform: &Terraform) {
    let block = client(terraform, aura);
    assert_eq!(terraform.configure(&block).await, []);
    let opened = open(terraform, config(json!({}))).await;
    assert_eq!(opened.diagnostics, []);
    assert!(opened.renew_at.is_some());
    let private = opened.private.expect("private data");
    let token = decode(opened.result.as_ref());
    let token = aura_test_support::value::attribute(&token, "token");
    let token = token.as_str().expect("a token").to_owned();
    assert!(!String::from_utf8_lossy(&private).contains(&token));

    let renewed = renew(terraform, private.to_vec()).await;
    assert_eq!(renewed.diagnostics, []);
    assert!(renewed.renew_at.is_some());
    let again = renewed.private.expect("private data").to_vec();
    assert_eq!(close(terraform, again).await, [], "in time");
    assert_eq!(
        aura.token_requests().len(),
        3,
        "one refused, one opened, one renewed"
    );

    let told = renew(terraform, b"{}".to_vec()).await.diagnostics;
    transcript.note(RENEW, "private data of something else", &told);
    aura.fault(Fault::status(StatusCode::FORBIDDEN).on(Endpoint::Token));
    let told = renew(terraform, private.to_vec()).await.diagnostics;
    transcript.note(RENEW, "a client that AURA no longer likes", &told);
    let old = r#"{"version":1,"customer_source":null,"expires_at":"2024-01-01T00:00:00Z"}"#;
    let told = close(terraform, old.into()).await;
    transcript.note(
        "CloseEphemeralResource",
        "a token that is past its end",
        &told,
    );
}

fn client(terraform: &Terraform, aura: &Simulator) -> Value {
    terraform.block(json!({
        "base_url": aura.base_url(), "client_id": Source::DEMO_CLIENT_ID,
        "client_secret": Source::DEMO_CLIENT_SECRET,
    }))
}

fn config(given: Json) -> pb::DynamicValue {
    let mut whole =
        json!({"customer_source": null, "token": null, "token_type": null, "expires_at": null});
    for (name, value) in given.as_object().expect("attributes") {
        whole[name] = value.clone();
    }
    encode(&known(whole))
}

async fn validate(terraform: &Terraform, config: pb::DynamicValue) -> Vec<pb::Diagnostic> {
    let request = pb::validate_ephemeral_resource_config::Request {
        type_name: TYPE.to_owned(),
        config: Some(config),
    };
    let answer = terraform
        .host
        .provider()
        .validate_ephemeral_resource_config(request)
        .await;
    answer.expect("no gRPC error").into_inner().diagnostics
}

async fn open(
    terraform: &Terraform,
    config: pb::DynamicValue,
) -> pb::open_ephemeral_resource::Response {
    let request = pb::open_ephemeral_resource::Request {
        type_name: TYPE.to_owned(),
        config: Some(config),
        ..Default::default()
    };
    let answer = terraform
        .host
        .provider()
        .open_ephemeral_resource(request)
        .await;
    answer.expect("no gRPC error").into_inner()
}

async fn renew(terraform: &Terraform, private: Vec<u8>) -> pb::renew_ephemeral_resource::Response {
    let request = pb::renew_ephemeral_resource::Request {
        type_name: TYPE.to_owned(),
        private: Some(private.into()),
    };
    let answer = terraform
        .host
        .provider()
        .renew_ephemeral_resource(request)
        .await;
    answer.expect("no gRPC error").into_inner()
}

async fn close(terraform: &Terraform, private: Vec<u8>) -> Vec<pb::Diagnostic> {
    let request = pb::close_ephemeral_resource::Request {
        type_name: TYPE.to_owned(),
        private: Some(private.into()),
    };
    let answer = terraform
        .host
        .provider()
        .close_ephemeral_resource(request)
        .await;
    answer.expect("no gRPC error").into_inner().diagnostics
}
