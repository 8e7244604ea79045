//! Secrets: none is ever shown, and write-only headers are never stored.

mod acceptance;
mod observed;
mod wire;

use aura_simulator::{Endpoint, Fault, Reply, Simulator, Source};
use aura_test_support::terraform::{Feature, Output};
use aura_test_support::value::{encode, known, unknown, with};
use http::StatusCode;
use serde_json::{Value, json};
use terraform_provider_aura::proto::tfplugin6 as pb;

use acceptance::{CLIENT_ID, CLIENT_SECRET, Story, TOKEN};
use observed::{Log, private_state, provider_lines, webhook};
use wire::Terraform;

/// What every secret here has in it. Nothing that Terraform prints may hold it.
const CANARY: &str = "canary";
/// In `headers`, which the state holds.
const STORED: &str = "canary-stored-header";
/// In `headers_wo`, which nothing holds.
const WRITE_ONLY: &str = "canary-write-only-header";
/// In `on_destroy.headers`, which the state holds.
const ON_DESTROY: &str = "canary-on-destroy-header";

/// One customer source with a token, and one with a client.
fn two_sources() -> Simulator {
    let aura = Simulator::builder()
        .source(Source::new("fleet").token(TOKEN))
        .source(Source::new("north").client(CLIENT_ID, CLIENT_SECRET));
    aura.start().expect("an AURA can be simulated")
}

/// Two webhooks with a secret in every attribute that takes one. The secrets are locals, whose values Terraform
/// never shows of itself: whatever is shown was shown for want of `sensitive` or by the provider.
fn secretive() -> Story {
    let story = Story::with(two_sources());
    let base_url = story.base_url();
    story.provider(&format!(
        "base_url = {base_url:?}\ntoken = local.token\nmax_retries = 0\n\
         customer_sources = {{ north = {{ client_id = {CLIENT_ID:?}, client_secret = local.client_secret }} }}"
    ));
    write_secrets(&story, WRITE_ONLY);
    let block = r#"
  headers    = { X-Stored = local.stored }
  headers_wo = { X-Write-Only = local.write_only }
  on_destroy = {
    url     = "https://retired.example.com/aura"
    events  = ["CALLOUT_CLOSED"]
    headers = { X-On-Destroy = local.on_destroy }
  }
"#;
    let north = format!("  customer_source = \"north\"\n{block}");
    story.write(
        "webhooks.tf",
        &format!("{}{}", webhook("own", block), webhook("north", &north)),
    );
    story
}

fn write_secrets(story: &Story, write_only: &str) {
    story.write(
        "secrets.tf",
        &format!(
            "locals {{\n  token = {TOKEN:?}\n  client_secret = {CLIENT_SECRET:?}\n  stored = {STORED:?}\n  \
             write_only = {write_only:?}\n  on_destroy = {ON_DESTROY:?}\n}}\n"
        ),
    );
}

/// Runs a command that must not print a secret, all its diagnostics included.
#[track_caller]
fn discreet(story: &Story, arguments: &[&str]) -> Output {
    let output = story.run(arguments);
    output.never_says(CANARY);
    output
}

#[test]
fn no_command_ever_shows_a_secret() {
    let mut story = secretive();
    if !story.version().has(Feature::WRITE_ONLY) {
        return;
    }
    let log = Log::of(&mut story);
    discreet(&story, &["validate"]).ok();
    discreet(&story, &["plan", "-out=plan.bin"])
        .ok()
        .says("2 to add");
    discreet(&story, &["show", "plan.bin"])
        .ok()
        .says("(write-only attribute)");
    discreet(&story, &["apply", "plan.bin"]).ok();
    discreet(&story, &["show"]).ok();
    discreet(&story, &["state", "show", "aura_panic_webhook.own"])
        .ok()
        .says("(sensitive value)");
    assert_all_sent(&story, WRITE_ONLY);

    let rotated = format!("{WRITE_ONLY}-2");
    write_secrets(&story, &rotated);
    discreet(&story, &["plan"]).ok().says("2 to change");
    // What AURA answers may quote what it was sent.
    let quotes = |endpoint, source: &str, secrets: &[&str]| {
        let message = json!({"message": format!("Bad: {}", secrets.join(" "))});
        let reply = Reply::new(StatusCode::BAD_REQUEST).body(message.to_string());
        let fault = Fault::reply(reply).on(endpoint).for_source(source);
        story.aura().fault(fault);
    };
    quotes(Endpoint::Webhook, "fleet", &[TOKEN, STORED, &rotated]);
    quotes(Endpoint::Token, "north", &[CLIENT_SECRET]);
    discreet(&story, &["apply", "-auto-approve"])
        .fails()
        .says("AURA answered 400 Bad Request")
        .says("\"Bad: [redacted] [redacted] [redacted]\"")
        .says("\"Bad: [redacted]\"");
    write_secrets(&story, WRITE_ONLY);
    discreet(&story, &["apply", "-auto-approve"]).ok();

    discreet(&story, &["destroy", "-auto-approve"]).ok();
    let last = story.posts();
    let last = last.last().expect("AURA was asked");
    assert_eq!(last.body["headers"], json!({"X-On-Destroy": ON_DESTROY}));

    // Terraform's own lines are Terraform's matter.
    let log = log.text();
    let lines = provider_lines(&log);
    for wanted in ["ApplyResourceChange", "token", "Unable to Register Webhook"] {
        let found = lines.iter().any(|line| line.contains(wanted));
        assert!(found, "nothing about {wanted} in the provider's log");
    }
    for line in lines {
        assert!(!line.contains(CANARY), "{line}");
    }
}

#[track_caller]
fn assert_all_sent(story: &Story, write_only: &str) {
    let posts = story.posts();
    assert_eq!(posts.len(), 2);
    for post in posts {
        let headers = json!({"X-Stored": STORED, "X-Write-Only": write_only});
        assert_eq!(post.body["headers"], headers);
        if post.source.as_deref() == Some("fleet") {
            assert_eq!(post.headers["authorization"], format!("Bearer {TOKEN}"));
        }
    }
    let token = &story.aura().token_requests()[0];
    assert_eq!(token.body["clientSecret"], CLIENT_SECRET);
}

#[test]
fn write_only_headers_are_in_no_plan_and_in_no_state() {
    let story = secretive();
    if !story.version().has(Feature::WRITE_ONLY) {
        return;
    }
    let nowhere = |arguments: &[&str]| {
        let output = story.run(arguments);
        let text = output.ok().never_says(WRITE_ONLY).stdout.clone();
        assert!(
            text.contains(STORED),
            "the stored header is to be found in {output}"
        );
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    story.run(&["plan", "-out=plan.bin"]).ok();
    nowhere(&["show", "-json", "plan.bin"]);
    story.run(&["apply", "plan.bin"]).ok();
    let state = nowhere(&["show", "-json"]);
    let webhook = &state["values"]["root_module"]["resources"][0];
    assert_eq!(webhook["values"]["headers_wo"], json!(null));
    // terraform.tfstate as it is.
    nowhere(&["state", "pull"]);

    let hashes = ["own", "north"].map(|name| private_state(&story, name));
    for private in &hashes {
        assert!(
            private.starts_with(r#"{"version":1,"headers_wo":"$argon2id$v=19$"#),
            "{private}"
        );
        assert!(!private.contains(CANARY), "{private}");
    }
    assert_ne!(
        hashes[0], hashes[1],
        "the hashes of one value must not tell that it is one"
    );
}

/// Validates a webhook with these lines.
#[track_caller]
fn validated(story: &Story, more: &str) -> Output {
    story.write("webhook.tf", &webhook("this", more));
    discreet(story, &["validate"])
}

#[test]
fn one_header_in_both_maps_is_an_error_that_names_both_places() {
    let story = Story::new();
    if !story.version().has(Feature::WRITE_ONLY) {
        return;
    }
    let more = "headers = { x-key = \"1\" }\nheaders_wo = { X-Key = \"2\" }";
    validated(&story, more)
        .fails()
        .says("Error: Duplicate Header")
        .says("headers[\"x-key\"] and headers_wo[\"X-Key\"] are one header");
}

#[test]
fn write_only_headers_are_judged_as_all_headers_are() {
    let story = Story::new();
    if !story.version().has(Feature::WRITE_ONLY) {
        return;
    }
    // Terraform quotes the line that it points at: the value is on another one.
    story.write(
        "secrets.tf",
        &format!("locals {{\n  broken = \"{WRITE_ONLY}\\n\"\n}}\n"),
    );
    validated(&story, "headers_wo = { X-Key = local.broken }")
        .fails()
        .says("Error: Invalid Header Value")
        .says("The value of header \"X-Key\" has a line break in it.");
    validated(&story, "headers_wo = { \"X Key\" = \"v\", Host = \"v\" }")
        .fails()
        .says("Error: Invalid Header Name")
        .says("Warning: Header Set by the Transport");
}

#[tokio::test]
async fn a_host_without_write_only_attributes_is_told_so_at_the_attribute() {
    let terraform = Terraform::start().await;
    let config = with(
        terraform.simple(),
        "headers_wo",
        known(json!({"X-Key": WRITE_ONLY})),
    );
    let validate = async |config: &rmpv::Value, capabilities| {
        let request = pb::validate_resource_config::Request {
            type_name: wire::WEBHOOK.to_owned(),
            config: Some(encode(config)),
            client_capabilities: capabilities,
        };
        let answer = terraform
            .host
            .provider()
            .validate_resource_config(request)
            .await;
        answer.expect("no gRPC error").into_inner().diagnostics
    };
    let unable = pb::ClientCapabilities {
        write_only_attributes_allowed: false,
        ..wire::TERRAFORM
    };
    // Terraform up to 1.8 says nothing about itself.
    for capabilities in [Some(unable), None] {
        for config in [&config, &with(config.clone(), "headers_wo", unknown())] {
            let told = validate(config, capabilities).await;
            assert_eq!(wire::errors(&told), ["Write-Only Attribute Not Supported"]);
            assert!(!told[0].detail.contains(CANARY), "{}", told[0].detail);
            let steps = told[0].attribute.clone().expect("a place").steps;
            let place = pb::attribute_path::step::Selector::AttributeName("headers_wo".to_owned());
            assert_eq!(steps.len(), 1);
            assert_eq!(steps[0].selector, Some(place));
        }
        assert_eq!(validate(&terraform.simple(), capabilities).await, []);
    }
    assert_eq!(validate(&config, Some(wire::TERRAFORM)).await, []);
}
