//! What becomes of an apply when AURA answers something else than success, or nothing: what the user reads, what
//! AURA was asked, what Terraform remembers, and that applying again is the cure.

mod acceptance;

use std::collections::BTreeMap;

use aura_simulator::{Echo, Endpoint, Fault, Moment, Reply};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use acceptance::{HEADER, MOVED_WEBHOOK, Story, TOKEN, WEBHOOK, aura};

const TRY_ONCE: &str = "max_retries = 0";
const TRY_TWICE: &str = "max_retries = 1";

/// Fails a creation and an update in this way, forever until AURA is repaired.
///
/// `says` is what the user reads, with `{host}` for AURA's host and port; `posts` is how many requests each makes.
#[track_caller]
fn fails(settings: &str, fault: Fault, posts: usize, says: &[&str]) {
    let story = Story::new();
    story.webhook(WEBHOOK);
    fails_and_heals(&story, settings, &fault, posts, says);
    story.webhook(MOVED_WEBHOOK);
    fails_and_heals(&story, settings, &fault, posts, says);
    let url = "https://moved.example.com/aura";
    assert_eq!(story.stored()["url"], url);
    assert_eq!(story.registered_url().as_deref(), Some(url));
}

#[track_caller]
fn fails_and_heals(story: &Story, settings: &str, fault: &Fault, posts: usize, says: &[&str]) {
    let before = story.resources();
    story.aura().clear();
    story
        .aura()
        .fault(fault.clone().on(Endpoint::Webhook).forever());
    story.settings(settings);
    let output = story.apply();
    output.fails().says("Error: Unable to Register Webhook");
    for sentence in says {
        output.says(&sentence.replace("{host}", &story.host()));
    }
    assert_eq!(story.posts().len(), posts, "requests of {output}");
    assert_eq!(story.resources(), before, "the state after {output}");

    story.aura().clear();
    story.settings(TRY_ONCE);
    story.apply().ok().says("Apply complete!");
    assert_eq!(story.posts().len(), 1);
}

/// Creates and updates although AURA fails in this way once, and gives the story for a closer look.
#[track_caller]
fn succeeds_at_the_second_attempt(fault: Fault) -> Story {
    let story = Story::new();
    story.settings(TRY_TWICE);
    for webhook in [WEBHOOK, MOVED_WEBHOOK] {
        story.webhook(webhook);
        story.aura().clear();
        story.aura().fault(fault.clone().on(Endpoint::Webhook));
        story.apply().ok();
        let posts = story.posts();
        assert_eq!(posts.len(), 2);
        assert_eq!(posts[0].raw_body, posts[1].raw_body);
        story.has_no_changes();
    }
    story
}

fn refusal(status: StatusCode, message: &str) -> Fault {
    Fault::reply(Reply::new(status).body(json!({"message": message}).to_string()))
}

#[test]
fn a_rejection_quotes_aura() {
    fails(
        TRY_TWICE,
        refusal(StatusCode::BAD_REQUEST, "Unknown event \"NEW_CALLOUT\"."),
        1,
        &[
            "AURA answered 400 Bad Request to POST {host}/panic-api/v2/notifiers/webhooks: \"Unknown event \
             \"NEW_CALLOUT\".\"",
            "Correct the configuration as AURA's answer says, and apply again.",
        ],
    );
}

#[test]
fn what_aura_says_is_shown_without_the_secrets_in_it() {
    let story = Story::new();
    story.webhook(&format!("{WEBHOOK}\nheaders = {{ X-Key = {HEADER:?} }}"));
    let message = format!("{TOKEN} may not send \"X-Key: {HEADER}\"");
    story
        .aura()
        .fault(refusal(StatusCode::BAD_REQUEST, &message));
    // Story::run looks for both.
    story
        .apply()
        .fails()
        .says("[redacted] may not send \"X-Key: [redacted]\"");
}

#[test]
fn a_refused_token_says_where_it_came_from() {
    fails(
        TRY_TWICE,
        refusal(StatusCode::UNAUTHORIZED, "The token has expired."),
        1,
        &[
            "AURA answered 401 Unauthorized to POST {host}/panic-api/v2/notifiers/webhooks: \"The token has expired.\"",
            "The credentials came from the attribute \"token\".",
        ],
    );
}

#[test]
fn a_forbidden_registration_says_whom_to_ask() {
    fails(
        TRY_TWICE,
        Fault::status(StatusCode::FORBIDDEN),
        1,
        &[
            "AURA answered 403 Forbidden",
            "from the attribute \"token\", are valid but don't allow this. Ask AURA to permit webhook registration",
        ],
    );
}

#[test]
fn a_missing_endpoint_says_which_setting_to_check() {
    fails(
        TRY_TWICE,
        Fault::status(StatusCode::NOT_FOUND),
        1,
        &[
            "AURA answered 404 Not Found",
            "Check \"environment\" or \"base_url\"",
        ],
    );
}

#[test]
fn a_server_error_is_tried_again_and_then_told_with_the_number_of_attempts() {
    fails(
        TRY_TWICE,
        Fault::status(StatusCode::INTERNAL_SERVER_ERROR),
        2,
        &[
            "AURA answered 500 Internal Server Error",
            "(2 attempts)",
            "apply again in a while, or raise \"max_retries\"",
            "AURA may hold the new registration although it was not confirmed; applying again is safe",
        ],
    );
}

#[test]
fn one_server_error_goes_unnoticed() {
    succeeds_at_the_second_attempt(Fault::status(StatusCode::INTERNAL_SERVER_ERROR));
}

#[test]
fn one_lost_connection_goes_unnoticed() {
    succeeds_at_the_second_attempt(Fault::reset(Moment::InBody));
}

#[test]
fn a_rate_limit_is_waited_for_as_long_as_aura_asks() {
    let limit = Reply::new(StatusCode::TOO_MANY_REQUESTS)
        .header(RETRY_AFTER, HeaderValue::from_static("1"));
    let story = succeeds_at_the_second_attempt(Fault::reply(limit));
    let posts = story.posts();
    let wait = posts[1].at.duration_since(posts[0].at);
    assert!(wait.as_secs() >= 1, "tried again after {wait}");
}

#[test]
fn no_answer_in_time_says_that_aura_may_have_registered() {
    fails(
        "max_retries = 0\nrequest_timeout = \"300ms\"",
        Fault::stall(),
        1,
        &[
            "No answer from {host}/panic-api/v2/notifiers/webhooks within 300ms.",
            "raise \"request_timeout\" or \"max_retries\"",
            "AURA may hold the new registration although it was not confirmed; applying again is safe",
        ],
    );
}

#[test]
fn a_lost_connection_says_that_aura_may_have_registered() {
    fails(
        TRY_ONCE,
        Fault::truncate(),
        1,
        &[
            "The connection to {host} was lost before AURA's answer was complete",
            "AURA may hold the new registration although it was not confirmed; applying again is safe",
        ],
    );
}

#[test]
fn a_refused_connection_says_that_nothing_was_sent() {
    let mut story = Story::new();
    for webhook in [WEBHOOK, MOVED_WEBHOOK] {
        story.webhook(webhook);
        let before = story.resources();
        story.stop_aura();
        story
            .apply()
            .fails()
            .says("Error: Unable to Register Webhook")
            .says(&format!(
                "Cannot connect to {}: connection refused.",
                story.host()
            ))
            .says("HTTPS_PROXY and NO_PROXY. Nothing was sent.")
            .never_says("AURA may hold");
        assert_eq!(story.resources(), before);
        story.restart_aura();
        story.apply().ok();
        assert_eq!(story.posts().len(), 1);
    }
}

#[test]
fn a_redirect_is_told_and_never_followed() {
    let elsewhere = aura();
    let location = format!("{}/panic-api/v2/notifiers/webhooks", elsewhere.base_url());
    let location = HeaderValue::from_str(&location).expect("a URL is a header value");
    let target = format!(
        "a redirect to {}, which is not followed",
        elsewhere.address()
    );
    for status in [StatusCode::FOUND, StatusCode::TEMPORARY_REDIRECT] {
        fails(
            TRY_TWICE,
            Fault::redirect(status, location.clone()),
            1,
            &[&target, "Set \"base_url\" (or AURA_BASE_URL)"],
        );
    }
    assert_eq!(elsewhere.total_requests(), 0);
}

#[test]
fn a_login_page_is_not_taken_for_success() {
    fails(
        TRY_TWICE,
        Fault::body(
            HeaderValue::from_static("text/html"),
            "<html>Please log in</html>",
        ),
        1,
        &[
            "{host}/panic-api/v2/notifiers/webhooks answered 200 OK with something that is not AURA's JSON",
            "whether a proxy answers in AURA's place",
        ],
    );
}

#[test]
fn an_answer_without_end_is_cut_off() {
    fails(
        TRY_TWICE,
        Fault::big_body(2 << 20),
        1,
        &["answered 200 OK with more than 1 MiB"],
    );
}

#[test]
fn an_answer_that_tells_of_another_webhook_is_a_warning() {
    let story = Story::new();
    let echo = Echo {
        url: Some("https://other.example.com".to_owned()),
        events: Some(vec!["CALLOUT_OWNED".to_owned()]),
        headers: Some(BTreeMap::from([("X-Key".to_owned(), "none".to_owned())])),
        ..Echo::default()
    };
    for webhook in [WEBHOOK, MOVED_WEBHOOK] {
        story.webhook(&format!("{webhook}\nheaders = {{ X-Key = {HEADER:?} }}"));
        story.aura().fault(Fault::wrong_echo(echo.clone()));
        story
            .apply()
            .ok()
            .says("Warning: AURA Registered Something Else")
            .says("AURA holds \"https://other.example.com\"")
            .says("events: sent CALLOUT_CLOSED, NEW_CALLOUT, AURA holds CALLOUT_OWNED")
            .says("headers with another value: X-Key");
        story.has_no_changes();
    }
    assert_eq!(story.stored()["url"], "https://moved.example.com/aura");
    assert_eq!(story.posts().len(), 2);
}
