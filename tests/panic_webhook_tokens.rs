//! How `aura_panic_webhook` comes by the access tokens that its registrations carry.

mod acceptance;

use aura_simulator::{Endpoint, Fault};
use http::StatusCode;
use serde_json::json;

use acceptance::{CLIENT_ID, CLIENT_SECRET, Story, WEBHOOK};

/// A story whose provider has client credentials instead of a token.
fn story() -> Story {
    let story = Story::new();
    client(&story, CLIENT_SECRET);
    story.webhook(WEBHOOK);
    story
}

fn client(story: &Story, secret: &str) {
    story.provider(&format!(
        "base_url = {:?}\nclient_id = {CLIENT_ID:?}\nclient_secret = {secret:?}\nmax_retries = 0",
        story.base_url()
    ));
}

#[test]
fn client_credentials_are_exchanged_once_per_apply() {
    let story = story();
    story.webhook(&format!("count = 3\n{WEBHOOK}"));
    story.plan().ok();
    assert_eq!(story.aura().total_requests(), 0);
    story.apply().ok().says("3 added");
    let tokens = story.aura().token_requests();
    assert_eq!(tokens.len(), 1);
    assert_eq!(
        tokens[0].body,
        json!({"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET})
    );
    assert_eq!(story.posts().len(), 3);
}

#[test]
fn the_client_names_the_slot() {
    let story = story();
    story.apply().ok();
    assert_eq!(
        story.stored()["id"],
        format!("{}/{CLIENT_ID}", story.host())
    );
    story.has_no_changes();
}

#[test]
fn a_token_that_aura_has_forgotten_is_renewed_once() {
    let story = story();
    story
        .aura()
        .fault(Fault::expire_token().on(Endpoint::Webhook));
    story.apply().ok();
    assert_eq!(
        (story.aura().token_requests().len(), story.posts().len()),
        (2, 2)
    );
}

#[test]
fn a_client_that_aura_keeps_refusing_is_told_after_one_renewal() {
    let story = story();
    let refusal = Fault::status(StatusCode::UNAUTHORIZED);
    story.aura().fault(refusal.on(Endpoint::Webhook).forever());
    story
        .apply()
        .fails()
        .says("AURA answered 401 Unauthorized to POST")
        .says(
            "The credentials came from the attribute \"client_id\" and the attribute \"client_secret\". Check that \
             they belong to this environment",
        )
        .says("a token that was issued for a single callout is refused here too");
    assert_eq!(
        (story.aura().token_requests().len(), story.posts().len()),
        (2, 2)
    );
}

#[test]
fn a_wrong_client_secret_says_which_attributes_to_check() {
    let story = story();
    client(&story, "wrong-secret");
    story
        .apply()
        .fails()
        .says("Error: Unable to Register Webhook")
        .says(&format!(
            "Cannot get an access token: AURA answered 401 Unauthorized to POST {}/panic-api/v2/oauth/token: \
             \"clientId or clientSecret is wrong.\"",
            story.host()
        ))
        .says("came from the attribute \"client_id\" and the attribute \"client_secret\"")
        .says("Check that id and secret belong together and to this environment.")
        .never_says("wrong-secret");
    assert_eq!(
        (story.aura().token_requests().len(), story.posts().len()),
        (1, 0)
    );
    assert!(story.resources().is_empty());

    client(&story, CLIENT_SECRET);
    story.apply().ok();
}

#[test]
fn a_fetched_token_is_in_no_log_and_no_state() {
    let mut story = story();
    story.env("TF_LOG_PROVIDER", "TRACE");
    let output = story.apply();
    assert!(output.ok().stderr.contains("TRACE"), "no log in {output}");
    let authorization = story.posts()[0].headers["authorization"].clone();
    let authorization = authorization.to_str().expect("ASCII");
    let token = authorization.strip_prefix("Bearer ").expect("a token");
    output.never_says(token);
    let state = serde_json::to_string(&story.resources()).expect("JSON");
    assert!(!state.contains(token) && !state.contains(CLIENT_SECRET));
}
