//! The slot: a customer source has one webhook. Who claims it is told before anything is sent.

mod acceptance;
mod observed;
mod wire;

use std::time::Duration;

use aura_simulator::{Endpoint, Fault, Simulator, Source};
use aura_test_support::terraform::Feature;
use aura_test_support::value::{decode, known, unknown, with as with_value};
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6::apply_resource_change;

use acceptance::{Story, TOKEN, aura};
use observed::{ON_DESTROY, RETIRED_URL, URL, posted, stored_objects, webhook, webhook_to};
use wire::{Planned, Terraform, apply_request, errors, eventually, warnings};

const CREATE_BEFORE_DESTROY: &str = "  lifecycle {\n    create_before_destroy = true\n  }\n";
const TWO_CLAIMS: &str = "Error: Two Webhooks for One Slot";
const OTHER_URL: &str = "https://other.example.com/aura";

/// A story with these resources.
fn with(resources: &[String]) -> Story {
    let story = Story::new();
    write(&story, resources);
    story
}

fn write(story: &Story, resources: &[String]) {
    story.write("webhooks.tf", &resources.concat());
}

/// Checks that AURA was asked for these URLs in this order since the last `clear`, and delivers to the last one.
#[track_caller]
fn assert_posted(story: &Story, urls: &[&str]) {
    assert_eq!(posted(story.aura()), urls);
    assert_eq!(story.registered_url().as_deref(), urls.last().copied());
}

#[test]
fn an_environment_that_is_switched_and_switched_back_registers_in_each() {
    let story = with(&[webhook("this", "")]);
    story.apply().ok();
    let other = aura();
    let here = format!("{}/default", story.host());
    let there = format!("{}/default", other.address());

    for (base_url, from, to) in [
        (other.base_url(), &here, &there),
        (story.base_url(), &there, &here),
    ] {
        story.provider(&format!("base_url = {base_url:?}\ntoken = {TOKEN:?}"));
        let plan = story.plan();
        plan.ok()
            .says("Warning: Webhook Moves to Another Slot")
            .says(&format!(
                "This webhook is registered at {from:?}, and the provider now points at {to:?}."
            ))
            .says(&format!("{from:?} keeps its webhook"))
            .says(&format!("~ id = {from:?} -> {to:?}"))
            .says("0 to add, 1 to change, 0 to destroy");
        let change = story.planned();
        assert_eq!(change["actions"], json!(["update"]));
        assert_eq!(change["after_unknown"]["registered_at"], true);
        story.apply_planned().ok().says("1 changed");
        assert_eq!(story.stored()["id"], **to);
        story.has_no_changes();
    }
    assert_posted(&story, &[URL, URL]);
    assert_eq!(posted(&other), [URL]);
}

#[test]
fn two_webhooks_for_one_slot_are_an_error_of_the_plan_that_names_the_slot() {
    let story = with(&[webhook("one", ""), webhook_to("two", OTHER_URL, "")]);
    for arguments in [&["plan"][..], &["apply", "-auto-approve"]] {
        let output = story.run(arguments);
        output
            .fails()
            .says(TWO_CLAIMS)
            .says(&format!("claims the slot \"{}/default\"", story.host()));
        assert_eq!(output.text().matches(TWO_CLAIMS).count(), 1, "{output}");
    }
    assert_eq!(story.aura().total_requests(), 0);
    assert_eq!(story.resources(), [json!(null); 0]);
}

#[test]
fn every_part_of_what_is_registered_counts_as_a_claim() {
    let story = Story::new();
    let mut differences = vec!["headers = { X-Key = \"2\" }"];
    if story.version().has(Feature::WRITE_ONLY) {
        differences.push("headers_wo = { X-Key = \"2\" }");
    }
    let one = webhook("one", "headers = { X-Other = \"1\" }");
    for more in differences {
        write(&story, &[one.clone(), webhook("two", more)]);
        story.plan().fails().says(TWO_CLAIMS);
    }
    let events =
        webhook("two", "headers = { X-Other = \"1\" }").replace("NEW_CALLOUT", "CALLOUT_CLOSED");
    write(&story, &[one, events]);
    story.plan().fails().says(TWO_CLAIMS);
}

#[test]
fn a_second_webhook_that_comes_later_is_noticed_too() {
    let story = with(&[webhook("one", "")]);
    story.apply().ok();
    write(
        &story,
        &[webhook("one", ""), webhook_to("two", OTHER_URL, "")],
    );
    story.apply().fails().says(TWO_CLAIMS);
    assert_posted(&story, &[URL]);
}

#[test]
fn two_claims_that_show_only_during_apply_stop_the_second_one() {
    let late = "resource \"terraform_data\" \"host\" {\n  input = \"other.example.com\"\n}\n";
    let two = webhook_to("two", "https://${terraform_data.host.output}/aura", "");
    let story = with(&[late.to_owned(), webhook("one", ""), two]);
    story.plan().ok();
    story.apply().fails().says(TWO_CLAIMS);
    assert_eq!(story.posts().len(), 1, "one of them is registered");
    assert_eq!(stored_objects(&story).len(), 1);
}

#[test]
fn the_same_content_twice_is_no_conflict() {
    let story = with(&[
        webhook("one", "headers = { X-Key = \"1\" }"),
        webhook(
            "two",
            "headers = { X-Key = \"1\" }\n  triggers = { why = \"else\" }",
        ),
    ]);
    story.apply().ok().says("2 added");
    story.has_no_changes();
    story
        .run(&["destroy", "-auto-approve"])
        .ok()
        .says("2 destroyed");
}

#[test]
fn a_webhook_that_is_replaced_or_tainted_does_not_conflict_with_itself() {
    for more in ["", CREATE_BEFORE_DESTROY] {
        let story = with(&[webhook("this", more)]);
        story.apply().ok();
        // With another content than the old one has.
        write(&story, &[webhook_to("this", OTHER_URL, more)]);
        let replace = ["apply", "-auto-approve", "-replace=aura_panic_webhook.this"];
        story
            .run(&replace)
            .ok()
            .says("1 added, 0 changed, 1 destroyed");
        story.run(&["taint", "aura_panic_webhook.this"]).ok();
        write(&story, &[webhook("this", more)]);
        story.apply().ok().says("1 added, 0 changed, 1 destroyed");
        assert_posted(&story, &[URL, OTHER_URL, URL]);
        story.has_no_changes();
    }
}

#[test]
fn values_that_are_not_known_yet_claim_nothing() {
    let late = "resource \"terraform_data\" \"host\" {\n  input = \"alerts.example.com\"\n}\n";
    let url = "https://${terraform_data.host.output}/aura";
    let story = with(&[
        late.to_owned(),
        webhook_to("one", url, ""),
        webhook("two", ""),
    ]);
    story.plan().ok().says("3 to add");
    story.apply().ok().says("3 added");
    story.has_no_changes();
}

#[test]
fn destroying_claims_nothing() {
    let story = with(&[webhook("this", ON_DESTROY)]);
    story.apply().ok();
    // What is configured differs from what is stored, and neither matters.
    write(&story, &[webhook_to("this", OTHER_URL, ON_DESTROY)]);
    story
        .run(&["destroy", "-auto-approve"])
        .ok()
        .says("1 destroyed");
    assert_posted(&story, &[URL, RETIRED_URL]);
}

#[tokio::test]
async fn a_process_that_is_configured_again_has_forgotten_the_claims_before() {
    let aura = Simulator::http().expect("an AURA can be simulated");
    let terraform = Terraform::at(&aura).await;
    let prior = Value::Nil;
    let plan = async |url: &str| {
        let config = with_url(&terraform, url);
        let request = terraform.plan_request(&prior, b"", &config);
        terraform.ask_plan(request).await.diagnostics
    };
    assert_eq!(plan(URL).await, []);
    let conflict = plan(OTHER_URL).await;
    assert_eq!(errors(&conflict), ["Two Webhooks for One Slot"]);
    assert_eq!(plan(URL).await, [], "the first claim stands");

    terraform.configure_for(&aura, json!({})).await;
    assert_eq!(plan(OTHER_URL).await, []);
    assert_eq!(errors(&plan(URL).await), ["Two Webhooks for One Slot"]);
}

#[tokio::test]
async fn a_process_that_is_configured_again_has_forgotten_what_it_registered() {
    let aura = Simulator::http().expect("an AURA can be simulated");
    let terraform = Terraform::at(&aura).await;
    let on_destroy =
        known(json!({"url": RETIRED_URL, "events": ["CALLOUT_CLOSED"], "headers": null}));
    let config = with_value(with_url(&terraform, URL), "on_destroy", on_destroy);
    let created = terraform.create(&config).await;
    // The next command on the same process, as under a debugger. Each plan here configures anew.
    let planned = terraform.plan(&created.state, &Value::Nil).await;
    let destroyed = terraform.apply(&created.state, &planned, &Value::Nil).await;
    assert_eq!(destroyed.answer.diagnostics, []);
    assert_eq!(posted(&aura), [URL, RETIRED_URL]);
}

fn with_url(terraform: &Terraform, url: &str) -> Value {
    with_value(terraform.simple(), "url", known(json!(url)))
}

#[tokio::test]
async fn unknown_write_only_headers_claim_nothing() {
    let aura = Simulator::http().expect("an AURA can be simulated");
    let terraform = Terraform::at(&aura).await;
    let open = with_value(terraform.simple(), "headers_wo", unknown());
    for config in [open, terraform.simple(), with_url(&terraform, URL)] {
        let request = terraform.plan_request(&Value::Nil, b"", &config);
        assert_eq!(
            errors(&terraform.ask_plan(request).await.diagnostics),
            [""; 0]
        );
    }
}

/// A slot with a webhook whose `on_destroy` is [`RETIRED_URL`], and an AURA that answers the next two registrations
/// late. What it is asked for takes effect at once.
async fn slow_slot() -> (Simulator, Terraform, Value) {
    let aura = Simulator::http().expect("an AURA can be simulated");
    let terraform = Terraform::at(&aura).await;
    let on_destroy = json!({"url": RETIRED_URL, "events": ["CALLOUT_CLOSED"], "headers": null});
    let config = with_value(with_url(&terraform, URL), "on_destroy", known(on_destroy));
    let stored = terraform.create(&config).await.state;
    // Another command.
    terraform.configure_for(&aura, json!({})).await;
    let late = Fault::delay(Duration::from_millis(200)).on(Endpoint::Webhook);
    aura.fault(late.times(2));
    (aura, terraform, stored)
}

async fn is_registered(aura: &Simulator, url: &str) {
    let registered = || {
        aura.registration(Source::DEMO_NAME)
            .is_some_and(|it| it.url == url)
    };
    eventually("AURA has it", registered).await;
}

/// The calls that make a webhook to [`OTHER_URL`] and that destroy what is stored.
async fn create_and_destroy(
    terraform: &Terraform,
    stored: &Value,
) -> [apply_resource_change::Request; 2] {
    let config = with_url(terraform, OTHER_URL);
    let request = terraform.plan_request(&Value::Nil, b"", &config);
    let answer = terraform.ask_plan(request).await;
    let planned = Planned {
        state: decode(answer.planned_state.as_ref()),
        answer,
    };
    let gone = Planned {
        state: Value::Nil,
        answer: Default::default(),
    };
    [
        apply_request(&Value::Nil, &planned, &config),
        apply_request(stored, &gone, &Value::Nil),
    ]
}

#[tokio::test]
async fn on_destroy_waits_for_a_registration_under_way_and_is_skipped() {
    let (aura, terraform, stored) = slow_slot().await;
    let [create, destroy] = create_and_destroy(&terraform, &stored).await;
    let create = tokio::spawn(terraform.ask_apply(create));
    is_registered(&aura, OTHER_URL).await;
    let destroyed = terraform.ask_apply(destroy).await.expect("no gRPC error");
    assert_eq!(
        warnings(&destroyed.diagnostics),
        ["on_destroy Not Registered"]
    );
    let created = create.await.expect("it ends").expect("no gRPC error");
    assert_eq!(created.diagnostics, []);
    assert_eq!(posted(&aura), [URL, OTHER_URL]);
}

#[tokio::test]
async fn a_registration_waits_for_an_on_destroy_under_way() {
    let (aura, terraform, stored) = slow_slot().await;
    let [create, destroy] = create_and_destroy(&terraform, &stored).await;
    let destroy = tokio::spawn(terraform.ask_apply(destroy));
    is_registered(&aura, RETIRED_URL).await;
    let created = terraform.ask_apply(create).await.expect("no gRPC error");
    assert_eq!(created.diagnostics, []);
    let destroyed = destroy.await.expect("it ends").expect("no gRPC error");
    assert_eq!(destroyed.diagnostics, []);
    assert_eq!(posted(&aura), [URL, RETIRED_URL, OTHER_URL]);
}
