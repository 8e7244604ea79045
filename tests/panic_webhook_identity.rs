//! The identity of a webhook: the slot it occupies. Where a program has no identities nothing is missing.

mod acceptance;

use aura_simulator::{Simulator, Source};
use aura_test_support::terraform::Feature;
use serde_json::{Value, json};

use acceptance::{Story, WEBHOOK, aura};

/// The stored identity of the webhook: null in a program that has none.
fn identity(story: &Story) -> Value {
    story.resources()[0]["instances"][0]["identity"].take()
}

fn slot(host: &str, customer: &str) -> Value {
    json!({"api_host": host, "customer": customer})
}

fn import_by_identity(story: &Story, host: &str, customer: &str) {
    story.write(
        "import.tf",
        &format!(
            "import {{\n  to = aura_panic_webhook.this\n  identity = {{\n    api_host = {host:?}\n    \
             customer = {customer:?}\n  }}\n}}\n"
        ),
    );
}

#[test]
fn an_applied_webhook_is_identified_by_its_slot() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    let expected = match story.version().has(Feature::RESOURCE_IDENTITY) {
        true => slot(&story.host(), "default"),
        false => Value::Null,
    };
    assert_eq!(identity(&story), expected);
    story.has_no_changes();
    story.run(&["destroy", "-auto-approve"]).ok();
}

#[test]
fn a_webhook_that_moves_to_another_slot_in_place_has_another_identity() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    let other = aura();
    story.write(
        "provider_override.tf",
        &format!(
            "provider \"aura\" {{\n  base_url = {:?}\n}}\n",
            other.base_url()
        ),
    );
    story
        .apply()
        .ok()
        .says("Warning: Webhook Moves to Another Slot")
        .says("0 added, 1 changed, 0 destroyed");
    if story.version().has(Feature::RESOURCE_IDENTITY) {
        let there = other.address().to_string();
        assert_eq!(identity(&story), slot(&there, "default"));
    }
    story.has_no_changes();
}

#[test]
fn a_webhook_stored_before_there_were_identities_gets_its_own() {
    let story = Story::new();
    if !story.version().has(Feature::RESOURCE_IDENTITY) {
        return;
    }
    story.webhook(WEBHOOK);
    story.apply().ok();
    let text = story.text("terraform.tfstate").expect("a state is stored");
    let mut state: Value = serde_json::from_str(&text).expect("the state is JSON");
    let instance = state["resources"][0]["instances"][0].as_object_mut();
    let instance = instance.expect("an instance");
    instance.remove("identity");
    instance.remove("identity_schema_version");
    story.write("terraform.tfstate", &state.to_string());
    story
        .run(&["plan", "-refresh=false", "-detailed-exitcode"])
        .ok();
    story.run(&["apply", "-auto-approve", "-refresh-only"]).ok();
    assert_eq!(identity(&story), slot(&story.host(), "default"));
    assert_eq!(story.posts().len(), 1);
}

#[test]
fn a_webhook_imported_by_its_slot_is_registered_in_place_by_the_same_apply() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    import_by_identity(&story, &story.host(), "default");
    if !story.version().has(Feature::RESOURCE_IDENTITY) {
        story.plan().fails().says("identity");
        return;
    }
    let change = story.planned();
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(change["before"]["url"], Value::Null);
    story
        .plan()
        .ok()
        .says("Warning: Imported Without Reading")
        .says("so only its slot is known");
    assert_eq!(story.aura().total_requests(), 0);
    story
        .apply_planned()
        .ok()
        .says("1 imported, 0 added, 1 changed, 0 destroyed");
    assert_eq!(story.posts().len(), 1);
    story.has_no_changes();
}

#[test]
fn a_slot_that_the_provider_isn_t_configured_for_is_refused() {
    let story = Story::new();
    if !story.version().has(Feature::RESOURCE_IDENTITY) {
        return;
    }
    story.webhook(WEBHOOK);
    import_by_identity(&story, "panic.aura.services", "default");
    story
        .plan()
        .fails()
        .says("Error: No Such Slot")
        .says(&format!("are for \"{}/default\"", story.host()));
    story.run(&["validate"]).ok();
}

/// A fleet with clients, whose one webhook belongs to the source `north`.
fn fleet() -> Story {
    let names = ["north", "south"];
    let aura = names.iter().fold(Simulator::builder(), |aura, name| {
        aura.source(Source::new(*name).client(format!("{name}-client"), "secret"))
    });
    let story = Story::with(aura.start().expect("an AURA can be simulated"));
    let sources = names.map(|name| {
        format!("{name} = {{ client_id = \"{name}-client\", client_secret = \"secret\" }}\n")
    });
    story.provider(&format!(
        "base_url = {:?}\ncustomer_sources = {{\n{}}}",
        story.base_url(),
        sources.concat()
    ));
    story.webhook(&format!("{WEBHOOK}\ncustomer_source = \"north\""));
    story
}

#[test]
fn in_a_fleet_the_identity_tells_whose_webhook_it_is() {
    let story = fleet();
    if !story.version().has(Feature::RESOURCE_IDENTITY) {
        return;
    }
    import_by_identity(&story, &story.host(), "north-client");
    let change = story.planned();
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(change["before"]["customer_source"], "north");
    story.apply_planned().ok();
    assert_eq!(identity(&story), slot(&story.host(), "north-client"));
}

#[test]
fn in_a_fleet_a_webhook_imported_by_url_learns_its_identity_when_it_is_registered() {
    let story = fleet();
    story
        .run(&[
            "import",
            "aura_panic_webhook.this",
            "https://alerts.example.com/aura",
        ])
        .ok();
    assert_eq!(story.stored()["id"], Value::Null);
    story.apply().ok().says("1 changed");
    if story.version().has(Feature::RESOURCE_IDENTITY) {
        assert_eq!(identity(&story), slot(&story.host(), "north-client"));
    }
    story.has_no_changes();
}
