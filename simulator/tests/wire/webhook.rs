use std::collections::BTreeMap;

use aura_simulator::{Endpoint, Simulator, Source};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    TOKEN, WEBHOOKS, issued_token, post, register, register_as, request, send, webhook,
};

#[tokio::test]
async fn a_registration_is_answered_as_documented_and_kept() {
    let simulator = Simulator::http().unwrap();
    let (status, body) = register(&simulator, webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(
        body,
        json!({"message": "Webhook registered", "notifier": {"config": [webhook()]}})
    );
    let registration = simulator.registration("demo").unwrap();
    assert_eq!(registration.url, "https://hooks.example.com/aura");
    assert_eq!(registration.events, ["NEW_CALLOUT", "CALLOUT_CLOSED"]);
    assert_eq!(registration.method, "webhook");
    assert_eq!(
        registration.headers,
        BTreeMap::from([("authorization".into(), "Bearer of-the-hook".into())])
    );
    assert_eq!(registration.count, 1);
}

#[tokio::test]
async fn method_and_headers_may_be_left_out() {
    let simulator = Simulator::http().unwrap();
    let short = json!({"url": "https://hooks.example.com/", "events": ["NEW_CALLOUT"]});
    let (status, body) = register(&simulator, short).await;
    assert_eq!(status, StatusCode::CREATED);
    let config = &body["notifier"]["config"][0];
    assert_eq!(config["method"], "webhook");
    assert_eq!(config["headers"], json!({}));
}

#[tokio::test]
async fn registering_again_replaces_the_webhook_of_the_source() {
    let simulator = Simulator::http().unwrap();
    register(&simulator, webhook()).await;
    let other = json!({"url": "https://other.example.com/", "events": ["CALLOUT_OWNED"]});
    register(&simulator, other).await;
    let registrations = simulator.registrations();
    assert_eq!(registrations.len(), 1);
    assert_eq!(registrations[0].url, "https://other.example.com/");
    assert_eq!(registrations[0].events, ["CALLOUT_OWNED"]);
    assert!(registrations[0].headers.is_empty());
    assert_eq!(registrations[0].count, 2);
}

#[tokio::test]
async fn each_source_has_a_webhook_of_its_own() {
    let simulator = Simulator::builder()
        .source(Source::new("north").token("n"))
        .source(Source::new("south").token("s"))
        .start()
        .unwrap();
    register_as(&simulator, "s", webhook()).await;
    register_as(&simulator, "n", webhook()).await;
    let sources: Vec<_> = simulator
        .registrations()
        .into_iter()
        .map(|registration| registration.source)
        .collect();
    assert_eq!(sources, ["north", "south"]);
}

#[tokio::test]
async fn a_deprecated_event_is_accepted() {
    let simulator = Simulator::http().unwrap();
    let mut body = webhook();
    body["events"] = json!(["RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA"]);
    let (status, _) = register(&simulator, body).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_missing_or_unknown_token_is_refused_with_401_before_the_body_is_judged() {
    let simulator = Simulator::http().unwrap();
    let (status, body) = send(post(&simulator, WEBHOOKS, "{")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body, json!({"message": "A bearer token is missing."}));
    let (status, body) = register_as(&simulator, "made-up", "{").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body, json!({"message": "The token is invalid."}));
}

#[tokio::test]
async fn another_scheme_than_bearer_is_no_token() {
    let simulator = Simulator::http().unwrap();
    let request = post(&simulator, WEBHOOKS, webhook());
    let (status, _) = send(request.header("authorization", "Basic demo-token")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_invalid_field_is_refused_with_400_and_changes_nothing() {
    let simulator = Simulator::http().unwrap();
    register(&simulator, webhook()).await;
    let not_strings = "headers must be a map of strings to strings.";
    for (field, value, message) in [
        ("url", json!(7), "url must be a string."),
        (
            "url",
            json!("http://hooks.example.com/"),
            "url must be an https URL.",
        ),
        (
            "url",
            json!("hooks.example.com"),
            "url is not a URL: relative URL without a base.",
        ),
        ("events", Value::Null, "events must be a list of strings."),
        ("events", json!([]), "events must name at least one event."),
        ("events", json!([7]), "events must be a list of strings."),
        (
            "events",
            json!(["NEW_CALLOUT", "NEW_CALOUT"]),
            "Unknown event \"NEW_CALOUT\".",
        ),
        ("method", json!("email"), "method must be \"webhook\"."),
        ("headers", json!([]), not_strings),
        ("headers", json!({"x-retries": 3}), not_strings),
    ] {
        let mut body = webhook();
        body[field] = value;
        let (status, answer) = register(&simulator, &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer, json!({"message": message}));
    }
    assert_eq!(simulator.registration("demo").unwrap().count, 1);
}

#[tokio::test]
async fn url_and_events_may_not_be_left_out() {
    let simulator = Simulator::http().unwrap();
    for field in ["url", "events"] {
        let mut body = webhook();
        body.as_object_mut().unwrap().remove(field);
        let (status, _) = register(&simulator, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{field}");
    }
}

#[tokio::test]
async fn other_methods_and_paths_are_refused_in_json() {
    let simulator = Simulator::http().unwrap();
    for (method, path, status) in [
        (Method::GET, WEBHOOKS, StatusCode::METHOD_NOT_ALLOWED),
        (Method::DELETE, WEBHOOKS, StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, TOKEN, StatusCode::METHOD_NOT_ALLOWED),
        (
            Method::POST,
            "/panic-api/v2/notifiers",
            StatusCode::NOT_FOUND,
        ),
        (Method::GET, "/", StatusCode::NOT_FOUND),
    ] {
        let message = format!("There is no {method} {path}.");
        let answer = send(request(&simulator, method, path)).await;
        assert_eq!(answer, (status, json!({"message": message})));
    }
    assert!(
        simulator
            .requests()
            .iter()
            .all(|received| received.endpoint == Endpoint::Other)
    );
}

#[tokio::test]
async fn a_refused_method_says_which_one_is_allowed() {
    let simulator = Simulator::http().unwrap();
    let response = request(&simulator, Method::PUT, WEBHOOKS)
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["allow"], "POST");
}

#[tokio::test]
async fn requests_are_kept_verbatim_and_in_order() {
    let simulator = Simulator::http().unwrap();
    let token = issued_token(&simulator).await;
    register_as(&simulator, &token, webhook()).await;
    register_as(&simulator, &token, "{").await;

    let requests = simulator.requests();
    let summary: Vec<_> = requests
        .iter()
        .map(|received| (received.path.as_str(), received.status.unwrap().as_u16()))
        .collect();
    assert_eq!(summary, [(TOKEN, 200), (WEBHOOKS, 201), (WEBHOOKS, 400)]);
    assert_eq!(requests[0].body["clientSecret"], "demo-secret");
    assert_eq!(requests[1].method, Method::POST);
    assert_eq!(requests[1].source.as_deref(), Some("demo"));
    assert_eq!(
        requests[1].headers["authorization"],
        format!("Bearer {token}")
    );
    assert_eq!(requests[1].body, webhook());
    assert_eq!(requests[2].body, Value::Null);
    assert_eq!(requests[2].raw_body, "{");
    assert!(requests.is_sorted_by_key(|received| received.at));
}

#[tokio::test]
async fn a_body_past_one_mebibyte_is_refused_with_413() {
    let simulator = Simulator::http().unwrap();
    let (status, _) = register(&simulator, "x".repeat(1024 * 1024 + 1)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}
