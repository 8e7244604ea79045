//! `aura_panic_webhook` from its creation through its changes, with the real Terraform.

mod acceptance;

use serde_json::json;

use acceptance::{HEADER, MOVED_WEBHOOK, Story, TOKEN, WEBHOOK};

/// A webhook with everything a user can set.
fn full() -> String {
    format!("{WEBHOOK}\n  method  = \"webhook\"\n  headers = {{ X-Key = {HEADER:?} }}")
}

#[test]
fn creating_registers_what_is_configured_once() {
    let story = Story::new();
    story.webhook(&full());
    let change = story.planned();
    assert_eq!(change["actions"], json!(["create"]));
    assert_eq!(change["after"]["id"], format!("{}/default", story.host()));
    assert_eq!(change["after_unknown"]["registered_at"], true);
    assert_eq!(
        story.aura().total_requests(),
        0,
        "a plan says nothing to AURA"
    );

    story.apply_planned().ok().says("1 added");
    let posts = story.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(
        (posts[0].method.as_str(), &*posts[0].path),
        ("POST", "/panic-api/v2/notifiers/webhooks")
    );
    assert_eq!(posts[0].headers["content-type"], "application/json");
    assert_eq!(posts[0].headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(
        posts[0].body,
        json!({
            "url": "https://alerts.example.com/aura",
            "events": ["CALLOUT_CLOSED", "NEW_CALLOUT"],
            "method": "webhook",
            "headers": {"X-Key": HEADER},
        })
    );
}

#[test]
fn the_state_holds_the_webhook_and_a_second_plan_is_empty() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    story.has_no_changes();
    let stored = story.stored();
    assert_eq!(stored["id"], format!("{}/default", story.host()));
    assert_eq!(stored["url"], "https://alerts.example.com/aura");
    assert_eq!(stored["events"], json!(["CALLOUT_CLOSED", "NEW_CALLOUT"]));
    assert_eq!(stored["method"], "webhook");
    assert_eq!(stored["headers"], json!(null));
    let registered_at = stored["registered_at"].as_str().expect("a text");
    let registered_at: jiff::Timestamp = registered_at.parse().expect("RFC 3339");
    let age = jiff::Timestamp::now().duration_since(registered_at);
    assert!(age.as_mins().abs() < 10, "registered {age} ago");
    assert_eq!(story.posts().len(), 1);
}

#[test]
fn the_order_of_events_does_not_matter() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    story.webhook(&WEBHOOK.replace(
        r#""NEW_CALLOUT", "CALLOUT_CLOSED""#,
        r#""CALLOUT_CLOSED", "NEW_CALLOUT", "CALLOUT_CLOSED""#,
    ));
    story.has_no_changes();
    assert_eq!(story.posts().len(), 1);
}

#[test]
fn each_change_registers_everything_again_in_place() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    let mut body = story.last_body();
    let changes = [
        (
            MOVED_WEBHOOK.to_owned(),
            "url",
            json!("https://moved.example.com/aura"),
        ),
        (
            MOVED_WEBHOOK.replace("NEW_CALLOUT", "CALLOUT_OWNED"),
            "events",
            json!(["CALLOUT_CLOSED", "CALLOUT_OWNED"]),
        ),
    ];
    for (webhook, field, value) in changes {
        story.webhook(&webhook);
        body[field] = value;
        updates_once_to(&story, &body);
    }
}

#[test]
fn headers_are_added_changed_and_removed_in_place() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    let mut body = story.last_body();
    let rotated = format!("{HEADER}-2");
    for headers in [json!({"X-Key": HEADER}), json!({"X-Key": rotated})] {
        story.webhook(&format!("{WEBHOOK}\nheaders = {headers}"));
        body["headers"] = headers;
        updates_once_to(&story, &body);
    }
    story.webhook(WEBHOOK);
    body["headers"] = json!({});
    updates_once_to(&story, &body);
    assert_eq!(story.stored()["headers"], json!(null));
}

/// The configuration plans one update in place, which registers `body` and leaves nothing to do.
#[track_caller]
fn updates_once_to(story: &Story, body: &serde_json::Value) {
    let posts = story.posts().len();
    let before = story.stored()["id"].clone();
    let change = story.planned();
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(change["after_unknown"]["registered_at"], true);
    assert_eq!(change["after"]["id"], before);
    story
        .apply_planned()
        .ok()
        .says("0 added, 1 changed, 0 destroyed");
    assert_eq!(story.posts().len(), posts + 1);
    assert_eq!(&story.last_body(), body);
    story.has_no_changes();
}

#[test]
fn header_values_are_hidden_wherever_terraform_shows_them() {
    // Story::run looks for the value in everything that is printed.
    let story = Story::new();
    story.webhook(&full());
    let change = story.planned();
    assert_eq!(change["after_sensitive"]["headers"], true);
    story
        .run(&["show", "plan.bin"])
        .ok()
        .says("(sensitive value)");
    story.apply_planned().ok();
    story.run(&["show"]).ok().says("(sensitive value)");
    let state = story.state_json();
    let webhook = &state["values"]["root_module"]["resources"][0];
    assert_eq!(webhook["sensitive_values"]["headers"], true);
    assert_eq!(webhook["values"]["headers"], json!({"X-Key": HEADER}));

    story.webhook(&full().replace(HEADER, &format!("{HEADER}-2")));
    story.plan().ok().says("(sensitive value)");
    story.webhook(&full().replace("X-Key", "X-Other"));
    story.plan().ok().says("1 to change");
}

#[test]
fn a_log_of_everything_holds_no_secret() {
    let mut story = Story::new();
    story.env("TF_LOG_PROVIDER", "TRACE");
    story.webhook(&full());
    let output = story.apply();
    // On standard error, and Story::run looks there too.
    assert!(output.ok().stderr.contains("TRACE"), "no log in {output}");
}

#[test]
fn without_tls_between_terraform_and_the_provider_it_works_too() {
    let mut story = Story::new();
    story.env("TF_DISABLE_PLUGIN_TLS", "1");
    story.webhook(WEBHOOK);
    story.apply().ok();
    assert_eq!(story.posts().len(), 1);
}

#[test]
fn webhooks_that_agree_share_a_slot() {
    let story = Story::new();
    story.webhook(&format!("count = 2\n{WEBHOOK}"));
    story.apply().ok().says("2 added");
    story.has_no_changes();
    assert_eq!(story.posts().len(), 2);
}

#[test]
fn a_url_that_turns_out_wrong_during_apply_is_never_registered() {
    let story = Story::new();
    story.write(
        "later.tf",
        "resource \"terraform_data\" \"url\" {\n  input = \"http://alerts.example.com\"\n}\n",
    );
    story.webhook("url = terraform_data.url.output\nevents = [\"NEW_CALLOUT\"]");
    story.plan().ok().says("2 to add");
    story.apply().fails().says("Error: Invalid Webhook URL");
    assert_eq!(story.aura().total_requests(), 0);
}
