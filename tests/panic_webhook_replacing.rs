//! One webhook in place of another: the last word at AURA is always that of the one that stays.

mod acceptance;
mod observed;

use std::time::Duration;

use aura_simulator::{Endpoint, Fault, Simulator, Source};
use aura_test_support::terraform::Feature;
use http::StatusCode;
use serde_json::json;

use acceptance::Story;
use observed::{
    ON_DESTROY, RETIRED_URL, URL, planned_actions, posted, private_state, stored_objects, webhook,
    webhook_to,
};

const CREATE_BEFORE_DESTROY: &str = "  lifecycle {\n    create_before_destroy = true\n  }\n";
const SKIPPED: &str = "Warning: on_destroy Not Registered";
const STAYS: &str = "Webhook Stays Active at AURA";
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

fn action(address: &str, action: &str) -> (String, String) {
    (format!("aura_panic_webhook.{address}"), action.to_owned())
}

/// Checks that AURA was asked for these URLs in this order since the last `clear`, and delivers to the last one.
#[track_caller]
fn assert_posted(story: &Story, urls: &[&str]) {
    assert_eq!(posted(story.aura()), urls);
    assert_eq!(story.registered_url().as_deref(), urls.last().copied());
}

/// A story with two customer sources, `north` and `south`.
fn north_and_south() -> Story {
    let aura = Simulator::builder()
        .source(Source::new("north").token("north-token"))
        .source(Source::new("south").token("south-token"));
    let story = Story::with(aura.start().expect("an AURA can be simulated"));
    let base_url = story.base_url();
    story.provider(&format!(
        "base_url = {base_url:?}\nmax_retries = 0\n\
         customer_sources = {{ north = {{ token = \"north-token\" }}, south = {{ token = \"south-token\" }} }}"
    ));
    story
}

/// A webhook of one of them, to this URL.
fn webhook_of(source: &str, name: &str, url: &str, more: &str) -> String {
    let more = format!("  customer_source = {source:?}\n{ON_DESTROY}{more}");
    webhook_to(name, url, &more)
}

/// Checks what AURA delivers to now, for `north` and `south`.
#[track_caller]
fn assert_north_and_south(story: &Story, urls: [&str; 2]) {
    let registered = ["north", "south"].map(|source| {
        let registration = story.aura().registration(source);
        registration.expect("a webhook").url
    });
    assert_eq!(registered, urls);
}

#[test]
fn a_deposed_object_does_not_conflict_and_goes_in_the_next_run() {
    let story = north_and_south();
    write(
        &story,
        &[webhook_of("north", "this", URL, CREATE_BEFORE_DESTROY)],
    );
    story.apply().ok();

    // The new one is made, but the old one can't go: what remains of it is deposed.
    write(
        &story,
        &[webhook_of(
            "south",
            "this",
            OTHER_URL,
            CREATE_BEFORE_DESTROY,
        )],
    );
    story.aura().fault(
        Fault::status(StatusCode::BAD_REQUEST)
            .on(Endpoint::Webhook)
            .for_source("north"),
    );
    story
        .apply()
        .fails()
        .says("Error: Unable to Register on_destroy")
        .says("aura_panic_webhook.this (deposed object");
    assert_eq!(stored_objects(&story).len(), 2);

    story.apply().ok().says("0 added, 0 changed, 1 destroyed");
    assert_north_and_south(&story, [RETIRED_URL, OTHER_URL]);
    story.has_no_changes();
}

#[test]
fn two_webhooks_may_swap_their_slots() {
    let story = north_and_south();
    let webhooks = |one: &str, two: &str| {
        let one = webhook_of(one, "one", URL, "");
        write(&story, &[one, webhook_of(two, "two", OTHER_URL, "")]);
    };
    webhooks("north", "south");
    story.apply().ok().says("2 added");
    webhooks("south", "north");
    story.apply().ok().says("2 added, 0 changed, 2 destroyed");
    // Whatever the order of destroys and creates: no on_destroy of an old one may be the last word.
    assert_north_and_south(&story, [OTHER_URL, URL]);
    story.has_no_changes();
}

#[test]
fn what_create_before_destroy_made_is_not_overwritten_by_on_destroy() {
    let more = format!("{ON_DESTROY}{CREATE_BEFORE_DESTROY}");
    let story = with(&[webhook("this", &more)]);
    story.apply().ok();
    let replaced = story.run(&["apply", "-auto-approve", "-replace=aura_panic_webhook.this"]);
    replaced
        .ok()
        .says("1 added, 0 changed, 1 destroyed")
        .says(SKIPPED)
        .says("it would have replaced the new webhook")
        .never_says(STAYS);
    assert_posted(&story, &[URL, URL]);
    story.has_no_changes();
}

#[test]
fn a_replacement_registers_on_destroy_and_then_the_new_webhook() {
    let story = with(&[webhook("this", ON_DESTROY)]);
    story.apply().ok();
    write(&story, &[webhook_to("this", OTHER_URL, ON_DESTROY)]);
    let replaced = story.run(&["apply", "-auto-approve", "-replace=aura_panic_webhook.this"]);
    replaced
        .ok()
        .says("1 added, 0 changed, 1 destroyed")
        .never_says(SKIPPED);
    assert_posted(&story, &[URL, RETIRED_URL, OTHER_URL]);
    story.has_no_changes();
}

#[test]
fn a_replacement_that_fails_leaves_the_slot_to_on_destroy_and_the_next_apply_mends_it() {
    let story = with(&[webhook("this", ON_DESTROY)]);
    story.apply().ok();
    story
        .aura()
        .fault(Fault::delay(Duration::ZERO).on(Endpoint::Webhook));
    let refusal = Fault::status(StatusCode::BAD_REQUEST).on(Endpoint::Webhook);
    story.aura().fault(refusal);
    story
        .run(&["apply", "-auto-approve", "-replace=aura_panic_webhook.this"])
        .fails()
        .says("Error: Unable to Register Webhook");
    assert_eq!(story.registered_url().as_deref(), Some(RETIRED_URL));
    assert_eq!(story.resources(), [json!(null); 0]);
    story.apply().ok().says("1 added");
    assert_posted(&story, &[URL, RETIRED_URL, URL, URL]);
}

#[test]
fn a_webhook_renamed_without_moved_stays_whatever_comes_first() {
    let story = with(&[webhook("old", ON_DESTROY)]);
    story.apply().ok();
    write(&story, &[webhook_to("new", OTHER_URL, ON_DESTROY)]);
    assert_eq!(
        planned_actions(&story),
        [action("new", "create"), action("old", "delete")]
    );
    let applied = story.apply_planned();
    applied.ok().says("1 added, 0 changed, 1 destroyed");
    assert_eq!(story.registered_url().as_deref(), Some(OTHER_URL));
    // Terraform does both at once: on_destroy comes first, or not at all.
    match &posted(story.aura())[1..] {
        [new] if new == OTHER_URL => applied.says(SKIPPED),
        [retired, new] if retired == RETIRED_URL && new == OTHER_URL => applied.never_says(SKIPPED),
        urls => panic!("{urls:?}"),
    };
    story.has_no_changes();
}

#[test]
fn a_webhook_renamed_with_moved_is_left_alone() {
    let hashed = Story::new().version().has(Feature::WRITE_ONLY);
    let more = match hashed {
        true => format!("{ON_DESTROY}  headers_wo = {{ X-Key = \"canary\" }}\n"),
        false => ON_DESTROY.to_owned(),
    };
    let story = with(&[webhook("old", &more)]);
    story.apply().ok();
    let private = private_state(&story, "old");
    let moved = "moved {\n  from = aura_panic_webhook.old\n  to   = aura_panic_webhook.new\n}\n";
    write(&story, &[webhook("new", &more), moved.to_owned()]);
    assert_eq!(planned_actions(&story), [action("new", "move")]);
    story
        .apply_planned()
        .ok()
        .says("0 added, 0 changed, 0 destroyed");
    assert_posted(&story, &[URL]);
    assert_eq!(private_state(&story, "new"), private);
    story.has_no_changes();
}

#[test]
fn a_changed_trigger_registers_the_same_again_once_and_in_place() {
    let story = with(&[webhook("this", "triggers = { ticket = \"1\" }")]);
    story.apply().ok();
    let body = story.last_body();
    for more in ["triggers = { ticket = \"2\" }", "triggers = {}", ""] {
        story.aura().clear();
        write(&story, &[webhook("this", more)]);
        assert_eq!(planned_actions(&story), [action("this", "update")]);
        story
            .apply_planned()
            .ok()
            .says("0 added, 1 changed, 0 destroyed");
        assert_posted(&story, &[URL]);
        assert_eq!(story.last_body(), body);
        story.has_no_changes();
    }
}

// The next two say what must be: that the webhook which stays has the last word, be it that on_destroy is skipped or
// that the plan is refused.

#[test]
fn of_two_webhooks_that_agree_the_one_that_stays_outlives_the_other_s_on_destroy() {
    let story = with(&[webhook("one", ON_DESTROY), webhook("two", ON_DESTROY)]);
    story.apply().ok();
    write(&story, &[webhook("one", ON_DESTROY)]);
    story
        .apply()
        .fails()
        .says("Error: on_destroy Would Replace Another Webhook");
    assert_eq!(story.registered_url().as_deref(), Some(URL));
}

#[test]
fn a_webhook_renamed_in_two_runs_outlives_the_old_one_s_on_destroy() {
    let story = with(&[webhook("old", ON_DESTROY)]);
    story.apply().ok();
    write(&story, &[webhook_to("new", OTHER_URL, ON_DESTROY)]);
    let first = ["apply", "-auto-approve", "-target=aura_panic_webhook.new"];
    story.run(&first).ok().says("1 added");
    story
        .apply()
        .fails()
        .says("Remove the one to be destroyed from state instead, with \"terraform state rm\"");
    assert_eq!(story.registered_url().as_deref(), Some(OTHER_URL));
}
