use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
};

use tracing::{Event, Subscriber, field::Field};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
};

use super::{
    CLIENT_SECRET, HEADER, TOKEN, client, register, registration,
    server::{TestServer, json},
    token,
};

const ISSUED: &str = "1ssued-token";

#[track_caller]
fn assert_no_secret(text: &str) {
    for secret in [TOKEN, CLIENT_SECRET, HEADER, ISSUED] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// Refuses everything but the client, and repeats all it was sent.
async fn parrot() -> TestServer {
    TestServer::start(|_, request| {
        if request.is_token() {
            return json(200, &format!(r#"{{"access_token":"{ISSUED}"}}"#));
        }
        let message = format!("{} {}", request.head, request.body);
        let body = serde_json::json!({ "message": message });
        json(400, &body.to_string())
    })
    .await
}

#[tokio::test]
async fn what_a_server_repeats_is_redacted() {
    let server = parrot().await;
    for credentials in [token(), client()] {
        let error = register(&server.client(credentials))
            .await
            .expect_err("an error");
        let message = error.message().expect("a message");
        assert!(message.contains("[redacted]"), "{message}");
        assert_no_secret(message);
        assert_no_secret(&format!("{error} {error:?}"));
    }
}

#[tokio::test]
async fn a_client_secret_repeated_by_the_token_endpoint_is_redacted() {
    let server = TestServer::start(|_, request| {
        let body = serde_json::json!({ "message": request.body });
        json(401, &body.to_string())
    })
    .await;
    let error = register(&server.client(client()))
        .await
        .expect_err("an error");
    assert_eq!(
        error.message(),
        Some(r#"{"clientId":"the-client","clientSecret":"[redacted]"}"#)
    );
}

#[tokio::test]
async fn a_message_of_success_is_redacted() {
    let server =
        TestServer::start(|_, _| json(200, &format!(r#"{{"message":"kept {HEADER}"}}"#))).await;
    let registered = register(&server.client(token())).await.unwrap();
    assert_eq!(registered.message.as_deref(), Some("kept [redacted]"));
}

#[tokio::test]
async fn debug_of_no_type_shows_a_secret() {
    let server = parrot().await;
    let never = tokio_util::sync::CancellationToken::new();
    for credentials in [token(), client()] {
        let client = server.client(credentials.clone());
        let token = client.token(&never).await.unwrap();
        assert_no_secret(&format!("{client:?} {credentials:?} {token:?}"));
        assert_no_secret(&format!("{client:#?} {:?}", registration()));
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().contains("::aura") {
            return;
        }
        let mut log = self.0.lock().unwrap();
        log.push_str(metadata.level().as_str());
        event.record(&mut |field: &Field, value: &dyn Debug| {
            log.push_str(&format!(" {}={value:?}", field.name()));
        });
        log.push('\n');
    }
}

#[tokio::test]
async fn each_attempt_is_logged_without_secrets() {
    let log = Log::default();
    let subscriber = tracing_subscriber::registry().with(log.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = TestServer::start(|number, request| match number {
        0 => json(503, ""),
        _ if request.is_token() => json(200, &format!(r#"{{"access_token":"{ISSUED}"}}"#)),
        _ => json(400, r#"{"message":"h3ader-value"}"#),
    })
    .await;
    register(&server.client(client()))
        .await
        .expect_err("an error");
    let log = log.0.lock().unwrap().clone();
    assert_no_secret(&log);
    let lines: Vec<_> = log.lines().collect();
    let [first, wait, second, third] = lines.as_slice() else {
        panic!("{log}")
    };
    for (line, parts) in [
        (first, ["oauth/token", "attempt=1", "status=503"]),
        (wait, ["oauth/token", "attempt=1", "wait_ms="]),
        (second, ["oauth/token", "attempt=2", "status=200"]),
        (third, ["notifiers/webhooks", "attempt=1", "status=400"]),
    ] {
        assert!(line.starts_with("DEBUG "), "{line}");
        for part in parts {
            assert!(line.contains(part), "{line} lacks {part}");
        }
    }
    assert!(first.contains("duration_ms="), "{first}");
}
