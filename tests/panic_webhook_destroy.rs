//! Destroying: AURA can't unregister, so something takes the webhook's place, or the user is told that it stays.

mod acceptance;
mod observed;

use aura_simulator::{Endpoint, Fault, Simulator, Source};
use http::StatusCode;
use serde_json::json;

use acceptance::{Story, TOKEN, aura};
use observed::{ON_DESTROY, RETIRED_URL, URL, posted, stored_objects, webhook};

const STAYS: &str = "Warning: Webhook Stays Active at AURA";

/// A story in which this webhook has been applied.
fn applied(more: &str) -> Story {
    let story = Story::new();
    story.write("webhook.tf", &webhook("this", more));
    story.apply().ok();
    story
}

#[track_caller]
fn destroy(story: &Story) -> aura_test_support::terraform::Output {
    story.run(&["destroy", "-auto-approve"])
}

#[test]
fn on_destroy_takes_the_webhooks_place() {
    let story = applied(
        r#"
  headers    = { X-Key = "live" }
  on_destroy = {
    url     = "https://retired.example.com/aura"
    events  = ["NEW_CALLOUT", "CALLOUT_CLOSED"]
    headers = { X-Retired = "canary-header-value" }
  }
"#,
    );
    assert_eq!(posted(story.aura()), [URL]);
    story
        .run(&["plan", "-destroy"])
        .ok()
        .says("1 to destroy")
        .never_says("Warning: Webhook");
    assert_eq!(story.posts().len(), 1, "a plan says nothing to AURA");
    destroy(&story).ok().says("1 destroyed").never_says(STAYS);
    assert_eq!(
        story.last_body(),
        json!({
            "url": RETIRED_URL,
            "events": ["CALLOUT_CLOSED", "NEW_CALLOUT"],
            "method": "webhook",
            "headers": {"X-Retired": "canary-header-value"},
        })
    );
    assert_eq!(posted(story.aura()), [URL, RETIRED_URL]);
    assert_eq!(story.resources(), [json!(null); 0]);
}

#[test]
fn removing_the_block_from_the_configuration_does_the_same() {
    let story = applied(ON_DESTROY);
    story.write("webhook.tf", "");
    story.apply().ok().says("1 destroyed").never_says(STAYS);
    assert_eq!(story.registered_url().as_deref(), Some(RETIRED_URL));
}

#[test]
fn what_was_applied_counts_and_not_what_is_written_now() {
    let story = applied("");
    story.write("webhook.tf", &webhook("this", ON_DESTROY));
    story
        .run(&["plan", "-destroy"])
        .ok()
        .says(STAYS)
        .says("set \"on_destroy\" and apply before you destroy");
    // Applying it changes nothing at AURA but the time: it registers, as every change does.
    story.apply().ok().says("1 changed");
    assert_eq!(posted(story.aura()), [URL, URL]);
    destroy(&story).ok().never_says(STAYS);
    assert_eq!(story.registered_url().as_deref(), Some(RETIRED_URL));
}

#[test]
fn without_on_destroy_the_plan_warns_and_nothing_is_sent() {
    let story = applied(ON_DESTROY);
    story.write("webhook.tf", &webhook("this", ""));
    story.apply().ok();
    story.aura().clear();
    destroy(&story)
        .ok()
        .says(STAYS)
        .says(&format!("with personal data in them, to {URL}."));
    assert_eq!(story.aura().total_requests(), 0);
    assert_eq!(story.resources(), [json!(null); 0]);
}

#[test]
fn an_on_destroy_that_fails_keeps_the_webhook_in_state_until_it_works() {
    let story = applied(ON_DESTROY);
    story.settings("max_retries = 1");
    let before = stored_objects(&story);
    story.aura().clear();
    let broken = Fault::status(StatusCode::INTERNAL_SERVER_ERROR).on(Endpoint::Webhook);
    story.aura().fault(broken.forever());
    destroy(&story)
        .fails()
        .says("Error: Unable to Register on_destroy")
        .says("AURA answered 500 Internal Server Error")
        .says("(2 attempts)")
        .says("The webhook stays in Terraform's state: destroy it again when this is mended.");
    assert_eq!(posted(story.aura()), [RETIRED_URL, RETIRED_URL]);
    assert_eq!(stored_objects(&story), before);
    story.has_no_changes();

    story.aura().clear();
    destroy(&story).ok().says("1 destroyed");
    assert_eq!(posted(story.aura()), [RETIRED_URL]);
    assert_eq!(story.registered_url().as_deref(), Some(RETIRED_URL));
    assert_eq!(story.resources(), [json!(null); 0]);
}

#[test]
fn an_aura_that_can_t_be_reached_keeps_the_webhook_in_state_too() {
    let mut story = applied(ON_DESTROY);
    let before = stored_objects(&story);
    story.stop_aura();
    destroy(&story)
        .fails()
        .says("Error: Unable to Register on_destroy")
        .says("Nothing was sent. The webhook stays in Terraform's state");
    assert_eq!(stored_objects(&story), before);
    story.restart_aura();
    destroy(&story).ok().says("1 destroyed");
}

#[test]
fn without_on_destroy_a_webhook_leaves_even_when_aura_can_t_be_reached() {
    let mut story = applied("");
    story.stop_aura();
    destroy(&story).ok().says("1 destroyed");
}

#[test]
fn on_destroy_is_not_registered_anywhere_but_in_the_webhooks_own_slot() {
    let story = applied(ON_DESTROY);
    let other = aura();
    let (here, there) = (story.host(), other.address());
    let elsewhere = other.base_url();
    story.provider(&format!("base_url = {elsewhere:?}\ntoken = {TOKEN:?}"));
    for arguments in [&["plan", "-destroy"][..], &["destroy", "-auto-approve"]] {
        story
            .run(arguments)
            .fails()
            .says("Error: Webhook Registered Elsewhere")
            .says(&format!(
                "This webhook is registered at \"{here}/default\", but the provider now points at \"{there}/default\""
            ))
            .says(&format!("Point the provider at \"{here}/default\" again"));
    }
    assert_eq!(other.total_requests(), 0);
    assert_eq!(posted(story.aura()), [URL]);
    assert_eq!(stored_objects(&story).len(), 1);

    story.settings("");
    destroy(&story).ok();
    assert_eq!(story.registered_url().as_deref(), Some(RETIRED_URL));
}

#[test]
fn on_destroy_needs_its_customer_source_until_it_is_registered() {
    let aura = Simulator::builder().source(Source::new("north").token("north-token"));
    let story = Story::with(aura.start().expect("an AURA can be simulated"));
    let base_url = story.base_url();
    let customer_sources = |sources: &str| {
        story.provider(&format!(
            "base_url = {base_url:?}\ncustomer_sources = {sources}"
        ));
    };
    let north = "{ north = { token = \"north-token\" } }";
    customer_sources(north);
    let more = format!("customer_source = \"north\"\n{ON_DESTROY}");
    story.write("webhook.tf", &webhook("this", &more));
    story.apply().ok();

    customer_sources("{}");
    story.write("webhook.tf", "");
    story
        .apply()
        .fails()
        .says("Error: Credentials for on_destroy Missing")
        .says("must be registered with the credentials of customer source \"north\"");
    assert_eq!(stored_objects(&story).len(), 1);

    customer_sources(north);
    story.apply().ok().says("1 destroyed");
    assert_eq!(posted(story.aura()), [URL, RETIRED_URL]);
}

#[test]
fn what_is_to_remain_is_judged_as_a_webhook_is() {
    let story = Story::new();
    let block = |body: &str| {
        let block = format!("  on_destroy = {{ {body} }}\n");
        story.write("webhook.tf", &webhook("this", &block));
        story.run(&["validate"])
    };
    block("url = \"http://retired.example.com\", events = [\"NEW_CALLOUT\"]")
        .fails()
        .says("Error: Invalid Webhook URL")
        .says("The URL is not HTTPS");
    block("url = \"https://retired.example.com\", events = []")
        .fails()
        .says("Error: No Events");
    block("url = \"https://retired.example.com\", events = [\"\"]")
        .fails()
        .says("Error: Invalid Event Type");
    block("url = \"https://nas.local\", events = [\"NEW_CALOUT\"]")
        .ok()
        .says("Warning: Webhook URL Not Reachable for AURA")
        .says("Did you mean \"NEW_CALLOUT\"?");
    block(
        "url = \"https://retired.example.com\", events = [\"NEW_CALLOUT\"], \
         headers = { X-Key = \"a\", x-key = \"b\" }",
    )
    .fails()
    .says("Error: Duplicate Header");
}
