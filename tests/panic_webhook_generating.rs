//! Configuration that Terraform generates for an imported webhook.

mod acceptance;

use aura_test_support::terraform::Feature;

use acceptance::{Story, WEBHOOK};

const PLAN: [&str; 2] = ["plan", "-generate-config-out=generated.tf"];

/// A story that imports the webhook `this`, which has no configuration.
fn importing(by: &str) -> Story {
    let story = Story::new();
    story.write(
        "import.tf",
        &format!("import {{\n  to = aura_panic_webhook.this\n  {by}\n}}\n"),
    );
    story
}

#[test]
fn an_import_by_url_generates_a_block_that_misses_no_event_and_applies() {
    let story = importing("id = \"https://alerts.example.com/aura\"");
    if !story.version().has(Feature::GENERATED_CONFIG) {
        return;
    }
    story
        .run(&PLAN)
        .ok()
        .says("Warning: Imported Without Reading")
        .says("it subscribes to every event type that this provider knows")
        .says("1 to import, 0 to add, 1 to change");
    let generated = story.text("generated.tf").expect("it is generated");
    assert!(
        generated.contains("https://alerts.example.com/aura"),
        "{generated}"
    );
    assert!(!generated.contains("_WITH_ETA"), "{generated}");
    story
        .run(&["validate"])
        .ok()
        .never_says("with aura_panic_webhook");
    story.apply().ok().says("1 imported, 0 added, 1 changed");
    let body = story.last_body();
    assert_eq!(body["url"], "https://alerts.example.com/aura");
    assert_eq!(body["events"].as_array().map(Vec::len), Some(15), "{body}");
    story.has_no_changes();
}

#[test]
fn an_import_by_identity_knows_no_url_to_generate_from() {
    let story = Story::new();
    if !story.version().has(Feature::GENERATED_CONFIG) {
        return;
    }
    let identity = format!(
        "identity = {{ api_host = {:?}, customer = \"default\" }}",
        story.host()
    );
    story.write(
        "import.tf",
        &format!("import {{\n  to = aura_panic_webhook.this\n  {identity}\n}}\n"),
    );
    story
        .run(&PLAN)
        .fails()
        .says("Error: No URL to Generate From");
    assert_eq!(story.text("generated.tf"), None);
    story.webhook(WEBHOOK);
    story.apply().ok().says("1 imported, 0 added, 1 changed");
}

#[test]
fn a_program_that_generates_by_itself_leaves_the_events_to_the_user() {
    let story = importing("id = \"https://alerts.example.com/aura\"");
    let version = story.version();
    if !version.has(Feature::IMPORT_BLOCK) || version.has(Feature::GENERATED_CONFIG) {
        return;
    }
    story
        .run(&PLAN)
        .fails()
        .says("Missing Required Attribute")
        .says("events is required, but it is null");
    assert_eq!(story.aura().total_requests(), 0);
}
