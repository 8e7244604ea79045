//! A resource block, judged alone.

use aura_test_support::value::{encode, known, with};
use serde_json::{Value as Json, json};
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::transcript::Transcript;
use crate::wire::{TERRAFORM, Terraform, URL, WEBHOOK};

const RPC: &str = "ValidateResourceConfig";

/// Hears every mistake that a resource block can have.
pub(crate) async fn hear(transcript: &mut Transcript) {
    let terraform = Terraform::start().await;
    let attributes = urls().into_iter().chain(events()).chain(headers());
    for (what, name, value) in attributes {
        let told = terraform
            .validate(&with(terraform.simple(), name, known(value)))
            .await;
        transcript.note(RPC, what, &told);
    }
    for (what, on_destroy) in on_destroys() {
        let config = with(terraform.simple(), "on_destroy", known(on_destroy));
        transcript.note(RPC, what, &terraform.validate(&config).await);
    }
    let both = terraform.webhook(json!({
        "url": URL, "events": ["NEW_CALLOUT"], "headers": {"x-key": "v"}, "headers_wo": {"X-Key": "v"},
    }));
    let what = "one header in headers and headers_wo";
    transcript.note(RPC, what, &terraform.validate(&both).await);
    write_only_elsewhere(transcript, &terraform).await;
}

type Mistake = (&'static str, &'static str, Json);

fn urls() -> Vec<Mistake> {
    let url = |what, url: &str| (what, "url", json!(url));
    vec![
        url("a URL over plain HTTP", "http://alerts.example.com"),
        url("a URL without a scheme", "alerts.example.com"),
        url("a URL without a host", "https://"),
        url("a URL with a password", "https://me:pw@alerts.example.com"),
        url("a URL with a fragment", "https://alerts.example.com/#top"),
        url("a URL with a line break", "https://alerts.example.com/\n"),
        url(
            "a URL with a port that is none",
            "https://alerts.example.com:https",
        ),
        url("a malformed URL", "https://[::1"),
        url("a private host", "https://10.1.2.3/aura"),
        url("a local name", "https://nas.local/aura"),
    ]
}

fn events() -> Vec<Mistake> {
    let events = |what, events: Json| (what, "events", events);
    vec![
        events("no events", json!([])),
        events("events that are null", Json::Null),
        ("an id of one's own", "id", json!("mine")),
        (
            "a customer_source without a name",
            "customer_source",
            json!(""),
        ),
        events("an event that is null", json!([null])),
        events("an event that is empty", json!([""])),
        events("an event with spaces around", json!([" NEW_CALLOUT"])),
        events("a misspelt event", json!(["NEW_CALOUT"])),
        events("an event unlike any", json!(["xyz"])),
        events(
            "a deprecated event",
            json!(["RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA"]),
        ),
        ("another method", "method", json!("email")),
    ]
}

fn headers() -> Vec<Mistake> {
    let headers = |what, headers: Json| (what, "headers", headers);
    vec![
        headers("a header name with a space", json!({"X Key": "v"})),
        headers("a header without a name", json!({"": "v"})),
        headers("a header that is null", json!({"X-Key": null})),
        headers("a header value with a line break", json!({"X-Key": "v\n"})),
        headers(
            "a header value that is not ASCII",
            json!({"X-Key": "schl\u{fc}ssel"}),
        ),
        headers("a header of the transport", json!({"Host": "v"})),
        headers("one header twice", json!({"X-Key": "v", "x-key": "w"})),
        (
            "a write-only header value with a line break",
            "headers_wo",
            json!({"X-Key": "v\n"}),
        ),
    ]
}

fn on_destroys() -> Vec<(&'static str, Json)> {
    let retired = |url: &str, events: Json, headers: Json| json!({"url": url, "events": events, "headers": headers});
    let url = "https://retired.example.com/aura";
    vec![
        (
            "an on_destroy over plain HTTP",
            retired(
                "http://retired.example.com",
                json!(["NEW_CALLOUT"]),
                json!(null),
            ),
        ),
        (
            "an on_destroy without events",
            retired(url, json!([]), json!(null)),
        ),
        (
            "an on_destroy with a misspelt event",
            retired(url, json!(["NEW_CALOUT"]), json!(null)),
        ),
        (
            "an on_destroy with a broken header",
            retired(url, json!(["NEW_CALLOUT"]), json!({"X-Key": "v\n"})),
        ),
    ]
}

/// On a host that would store write-only values, and for another type.
async fn write_only_elsewhere(transcript: &mut Transcript, terraform: &Terraform) {
    let config = with(
        terraform.simple(),
        "headers_wo",
        known(json!({"X-Key": "v"})),
    );
    for (what, type_name, write_only_attributes_allowed) in [
        ("headers_wo on an older Terraform", WEBHOOK, false),
        ("an unknown resource type", "aura_siren", true),
    ] {
        let request = pb::validate_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(&config)),
            client_capabilities: Some(pb::ClientCapabilities {
                write_only_attributes_allowed,
                ..TERRAFORM
            }),
        };
        let answer = terraform
            .host
            .provider()
            .validate_resource_config(request)
            .await;
        let answer = answer.expect("no gRPC error").into_inner();
        transcript.note(RPC, what, &answer.diagnostics);
    }
}
