//! The function `event_types`, called by the real Terraform.

mod acceptance;

use acceptance::{Story, WEBHOOK};
use aura_test_support::terraform::Feature;

const NEEDED: Feature = Feature::FUNCTIONS;

fn webhook(events: &str) -> String {
    format!("url = \"https://alerts.example.com/aura\"\nevents = {events}")
}

#[test]
fn the_events_of_a_group_can_be_registered_and_stay_as_they_are() {
    let story = Story::new();
    if !story.version().has(NEEDED) {
        return;
    }
    story.webhook(&webhook(
        r#"provider::aura::event_types("customers", "subscriptions")"#,
    ));
    story.apply().ok().says("1 added").never_says("Event Type");
    let body = story.last_body();
    let events = body["events"].as_array().expect("events");
    assert_eq!(events.len(), 5, "{events:?}");
    assert!(events.contains(&"CREATED_CUSTOMER".into()), "{events:?}");
    story.has_no_changes();
}

#[test]
fn without_a_group_every_known_event_is_there_and_no_deprecated_one() {
    let story = Story::new();
    if !story.version().has(NEEDED) {
        return;
    }
    story.webhook(&webhook("provider::aura::event_types()"));
    story.apply().ok().never_says("Event Type");
    let body = story.last_body();
    assert_eq!(body["events"].as_array().expect("events").len(), 15);
}

#[test]
fn an_unknown_group_is_an_error_at_that_argument() {
    let story = Story::new();
    if !story.version().has(NEEDED) {
        return;
    }
    story.webhook(&webhook(
        r#"provider::aura::event_types("customers", "callout")"#,
    ));
    let output = story.run(&["validate"]);
    output
        .fails()
        .says("\"callout\" is no group of event types");
    output.says("Did you mean \"callouts\"?");
    story.webhook(&webhook("provider::aura::event_types(null)"));
    story
        .run(&["validate"])
        .fails()
        .says("argument must not be null");
}

#[test]
fn a_terraform_without_functions_is_not_disturbed_by_them() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok().says("1 added");
    if !story.version().has(NEEDED) {
        story.webhook(&webhook("provider::aura::event_types()"));
        story.run(&["validate"]).fails();
    }
}
