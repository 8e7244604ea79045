//! How an `aura_panic_webhook` comes under Terraform's management, is replaced, and leaves it.

mod acceptance;

use aura_test_support::terraform::Feature;
use serde_json::json;

use acceptance::{HEADER, Story, WEBHOOK, aura};

const ADDRESS: &str = "aura_panic_webhook.this";

#[test]
fn an_imported_webhook_is_registered_in_place_by_the_next_apply() {
    let story = Story::new();
    story.webhook(&format!("{WEBHOOK}\nheaders = {{ X-Key = {HEADER:?} }}"));
    story
        .run(&["import", ADDRESS, "https://old.example.com/aura"])
        .ok()
        .says("Imported Without Reading")
        .says("AURA can't be asked what is registered");
    assert_eq!(story.aura().total_requests(), 0);
    assert_eq!(story.stored()["url"], "https://old.example.com/aura");
    assert_eq!(story.stored()["id"], format!("{}/default", story.host()));

    assert_eq!(story.planned()["actions"], json!(["update"]));
    story.apply_planned().ok().says("1 changed");
    assert_eq!(story.posts().len(), 1);
    story.has_no_changes();
}

#[test]
fn an_import_block_does_the_same() {
    let story = Story::new();
    if !story.version().has(Feature::IMPORT_BLOCK) {
        return;
    }
    story.webhook(WEBHOOK);
    story.write(
        "import.tf",
        "import {\n  to = aura_panic_webhook.this\n  id = \"https://alerts.example.com/aura\"\n}\n",
    );
    let change = story.planned();
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(change["importing"]["id"], "https://alerts.example.com/aura");
    story
        .apply_planned()
        .ok()
        .says("1 imported, 0 added, 1 changed, 0 destroyed");
    assert_eq!(story.posts().len(), 1);
    story.has_no_changes();
}

#[test]
fn only_a_webhooks_url_can_be_imported() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story
        .run(&["import", ADDRESS, "127.0.0.1/default"])
        .fails()
        .says("Invalid Import ID")
        .says("The id of a webhook is the URL that AURA now delivers to");
    assert_eq!(story.resources(), [json!(null); 0]);
}

#[test]
fn destroying_warns_that_aura_goes_on_and_sends_nothing() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    story
        .run(&["plan", "-destroy"])
        .ok()
        .says("Warning: Webhook Stays Active at AURA")
        .says("goes on delivering events, with personal data in them, to https://alerts.example.com/aura");
    story
        .run(&["destroy", "-auto-approve"])
        .ok()
        .says("1 destroyed");
    assert_eq!(story.resources(), [json!(null); 0]);
    assert_eq!(story.posts().len(), 1);
}

#[test]
fn removing_the_block_destroys_with_the_same_warning() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    story.write("webhook.tf", "");
    story
        .apply()
        .ok()
        .says("Warning: Webhook Stays Active at AURA");
    assert_eq!(story.resources(), [json!(null); 0]);
    assert_eq!(story.posts().len(), 1);
}

#[test]
fn a_replacement_registers_once() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    story
        .run(&["apply", "-auto-approve", "-replace", ADDRESS])
        .ok()
        .says("1 added, 0 changed, 1 destroyed");
    assert_eq!(story.posts().len(), 2);

    story.run(&["taint", ADDRESS]).ok();
    story
        .apply()
        .ok()
        .says("aura_panic_webhook.this is tainted, so must be replaced")
        .says("1 added, 0 changed, 1 destroyed");
    assert_eq!(story.posts().len(), 3);
    story.has_no_changes();
}

#[test]
fn a_replacement_made_before_the_old_one_goes_leaves_the_new_registration() {
    let story = Story::new();
    story.webhook(&format!(
        "{WEBHOOK}\nlifecycle {{ create_before_destroy = true }}"
    ));
    story.apply().ok();
    story
        .run(&["apply", "-auto-approve", "-replace", ADDRESS])
        .ok()
        .says("1 added, 0 changed, 1 destroyed");
    assert_eq!(story.posts().len(), 2);
    assert_eq!(
        story.registered_url().as_deref(),
        Some("https://alerts.example.com/aura")
    );
    story.has_no_changes();
}

#[test]
fn a_plan_needs_no_aura_and_an_apply_says_that_there_is_none() {
    let mut story = Story::new();
    story.webhook(WEBHOOK);
    story.stop_aura();
    story.plan().ok().says("1 to add");
    story
        .apply()
        .fails()
        .says("Error: Unable to Register Webhook")
        .says(&format!("Cannot connect to {}", story.host()))
        .says("Nothing was sent.");
    assert_eq!(story.resources(), [json!(null); 0]);

    story.restart_aura();
    story.apply().ok();
    story.stop_aura();
    story.has_no_changes();
}

#[test]
fn a_webhook_follows_its_provider_to_another_aura() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    story.apply().ok();
    let old = format!("{}/default", story.host());

    let other = aura();
    let new = format!("{}/default", other.address());
    story.write(
        "provider_override.tf",
        &format!(
            "provider \"aura\" {{\n  base_url = {:?}\n}}\n",
            other.base_url()
        ),
    );
    let change = story.planned();
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(
        (&change["before"]["id"], &change["after"]["id"]),
        (&json!(old), &json!(new))
    );
    story
        .plan()
        .ok()
        .says("Warning: Webhook Moves to Another Slot")
        .says(&format!("{old:?} keeps its webhook"));
    story.apply_planned().ok().says("1 changed");
    assert_eq!((story.posts().len(), other.webhook_posts().len()), (1, 1));
    assert_eq!(story.stored()["id"], new);
    story.has_no_changes();
}
