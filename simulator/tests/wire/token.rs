use std::time::Duration;

use aura_simulator::{Simulator, Source};
use http::{Method, StatusCode};
use serde_json::json;

use crate::support::{TOKEN, ask_token, issued_token, post, register_as, request, send, webhook};

#[tokio::test]
async fn client_credentials_are_exchanged_for_a_bearer_token() {
    let simulator = Simulator::http().unwrap();
    let (status, body) = ask_token(&simulator).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"].as_u64(), Some(3600));
    assert_eq!(body.as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn an_issued_token_looks_like_a_jwt_and_registers_for_its_source() {
    let simulator = Simulator::http().unwrap();
    let token = issued_token(&simulator).await;
    assert_eq!(token.split('.').count(), 3);
    let (status, _) = register_as(&simulator, &token, webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
    assert!(simulator.registration("demo").is_some());
}

#[tokio::test]
async fn no_two_tokens_are_alike() {
    let simulator = Simulator::http().unwrap();
    assert_ne!(
        issued_token(&simulator).await,
        issued_token(&simulator).await
    );
}

#[tokio::test]
async fn the_lifetime_of_a_source_is_what_its_tokens_announce() {
    let source = Source::demo().token_lifetime(Duration::from_secs(60));
    let simulator = Simulator::builder().source(source).start().unwrap();
    let (_, body) = ask_token(&simulator).await;
    assert_eq!(body["expires_in"].as_u64(), Some(60));
}

#[tokio::test]
async fn an_expired_token_is_refused_with_401() {
    let source = Source::demo().token_lifetime(Duration::ZERO);
    let simulator = Simulator::builder().source(source).start().unwrap();
    let token = issued_token(&simulator).await;
    let (status, body) = register_as(&simulator, &token, webhook()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body, json!({"message": "The token has expired."}));
    let posts = simulator.webhook_posts();
    assert_eq!(posts[0].source.as_deref(), Some("demo"));
}

#[tokio::test]
async fn wrong_credentials_are_refused_with_401() {
    let simulator = Simulator::http().unwrap();
    for credentials in [
        json!({"clientId": "demo-client", "clientSecret": "wrong"}),
        json!({"clientId": "wrong", "clientSecret": "demo-secret"}),
    ] {
        let (status, body) = send(post(&simulator, TOKEN, credentials)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            body,
            json!({"message": "clientId or clientSecret is wrong."})
        );
    }
    let requests = simulator.token_requests();
    assert_eq!(requests[0].source.as_deref(), Some("demo"));
    assert_eq!(requests[1].source, None);
}

#[tokio::test]
async fn malformed_credentials_are_refused_with_400() {
    let simulator = Simulator::http().unwrap();
    for (body, message) in [
        ("[]", "The body must be a JSON object."),
        (r#"{"clientSecret":"x"}"#, "clientId is missing."),
        (r#"{"clientId":"x"}"#, "clientSecret is missing."),
        (
            r#"{"clientId":7,"clientSecret":"x"}"#,
            "clientId must be a non-empty string.",
        ),
        (
            r#"{"clientId":"x","clientSecret":""}"#,
            "clientSecret must be a non-empty string.",
        ),
    ] {
        let (status, answer) = send(post(&simulator, TOKEN, body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer, json!({"message": message}));
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_with_400() {
    let simulator = Simulator::http().unwrap();
    let (status, body) = send(post(&simulator, TOKEN, "{")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let message = body["message"].as_str().unwrap();
    assert!(message.starts_with("The body is not JSON"), "{message}");
}

#[tokio::test]
async fn json_sent_as_something_else_is_refused_with_400() {
    let simulator = Simulator::http().unwrap();
    let credentials = json!({"clientId": "demo-client", "clientSecret": "demo-secret"});
    let unlabelled = request(&simulator, Method::POST, TOKEN).body(credentials.to_string());
    let (status, body) = send(unlabelled).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        body,
        json!({"message": "Content-Type must be application/json."})
    );
}

#[tokio::test]
async fn revoked_tokens_are_refused_while_static_ones_stay() {
    let simulator = Simulator::http().unwrap();
    let token = issued_token(&simulator).await;
    simulator.revoke_tokens();
    let (status, _) = register_as(&simulator, &token, webhook()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = register_as(&simulator, "demo-token", webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
}
