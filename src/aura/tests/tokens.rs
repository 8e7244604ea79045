use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{FutureExt, future::join_all};
use tokio_util::sync::CancellationToken;

use super::{
    CLIENT_SECRET, client, register,
    server::{Received, Reply, TestServer, json},
    token,
};
use crate::aura::{AccessToken, Credentials, ErrorKind, Secret};

/// Hands out `token-1`, `token-2` …, and takes those `is_valid` says.
async fn issuer(is_valid: impl Fn(&str) -> bool + Send + Sync + 'static) -> TestServer {
    let issued = AtomicUsize::new(0);
    TestServer::start(move |_, request: &Received| {
        if request.is_token() {
            let number = issued.fetch_add(1, Ordering::Relaxed) + 1;
            let body = format!(
                r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":3600}}"#
            );
            return json(200, &body);
        }
        let token = request.header("authorization").unwrap_or_default();
        match is_valid(token.trim_start_matches("Bearer ")) {
            true => json(200, "{}"),
            false => json(401, r#"{"message":"who are you?"}"#),
        }
    })
    .await
}

#[tokio::test]
async fn a_client_is_exchanged_for_a_token_as_documented() {
    let server = issuer(|token| token == "token-1").await;
    register(&server.client(client())).await.unwrap();
    let received = server.received();
    let request = &received[0];
    assert!(request.is_token());
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.body,
        format!(r#"{{"clientId":"the-client","clientSecret":"{CLIENT_SECRET}"}}"#)
    );
}

#[tokio::test]
async fn a_hundred_registrations_fetch_one_token() {
    let server = issuer(|token| token == "token-1").await;
    let client = server.client(client());
    for outcome in join_all((0..100).map(|_| register(&client))).await {
        outcome.unwrap();
    }
    assert_eq!(server.counts(), (1, 100));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let server = issuer(|token| token == "token-2").await;
    let client = server.client(client());
    register(&client).await.unwrap();
    assert_eq!(server.counts(), (2, 2));
    register(&client).await.unwrap();
    assert_eq!(server.counts(), (2, 3));
}

#[tokio::test]
async fn a_hundred_refused_registrations_renew_the_token_once() {
    let server = issuer(|token| token == "token-2").await;
    let client = server.client(client());
    for outcome in join_all((0..100).map(|_| register(&client))).await {
        outcome.unwrap();
    }
    assert_eq!(server.counts().0, 2);
}

#[tokio::test]
async fn a_renewed_token_that_is_refused_is_the_end() {
    let server = issuer(|_| false).await;
    let error = register(&server.client(client()))
        .await
        .expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.message(), Some("who are you?"));
    assert_eq!(error.attempts(), 2);
    assert_eq!(server.counts(), (2, 2));
}

#[tokio::test]
async fn a_configured_token_is_not_renewed() {
    let server = issuer(|_| false).await;
    let error = register(&server.client(token()))
        .await
        .expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Unauthorized);
    assert_eq!(server.counts(), (0, 1));
}

#[tokio::test]
async fn a_refused_client_is_an_error_of_the_token() {
    let server = TestServer::start(|_, _| json(401, r#"{"message":"unknown client"}"#)).await;
    let error = register(&server.client(client()))
        .await
        .expect_err("an error");
    assert_eq!(
        *error.kind(),
        ErrorKind::Token(Box::new(ErrorKind::Unauthorized))
    );
    assert_eq!(
        error.to_string().replace(server.base.host(), "HOST"),
        "cannot get an access token: AURA answered 401 Unauthorized to POST HOST/panic-api/v2/oauth/token: \
         \"unknown client\""
    );
    assert_eq!(server.counts(), (1, 0));
}

#[tokio::test]
async fn who_waits_for_a_token_that_can_t_be_had_shares_the_failure() {
    let server = TestServer::start(|_, _| json(503, "")).await;
    let client = server.client(client());
    for outcome in join_all((0..100).map(|_| register(&client))).await {
        let error = outcome.expect_err("an error");
        assert_eq!(
            *error.kind(),
            ErrorKind::Token(Box::new(ErrorKind::ServerError { status: 503 }))
        );
        assert_eq!(error.attempts(), 3);
        assert!(!error.ambiguous());
    }
    assert_eq!(server.counts(), (3, 0));
}

#[tokio::test]
async fn a_failed_fetch_is_not_remembered() {
    let server = TestServer::start(|number, request| match (number, request.is_token()) {
        (0, _) => json(400, ""),
        (_, true) => json(200, r#"{"access_token":"late"}"#),
        _ => json(200, "{}"),
    })
    .await;
    let client = server.client(client());
    register(&client).await.expect_err("an error");
    register(&client).await.unwrap();
    assert_eq!(server.counts(), (2, 1));
}

#[tokio::test]
async fn a_token_answer_without_a_token_is_an_error() {
    for (body, kind) in [
        ("", ErrorKind::NoToken),
        ("{}", ErrorKind::NoToken),
        (r#"{"access_token":"a\nb"}"#, ErrorKind::UnusableToken),
        ("<html>", ErrorKind::NotJson),
    ] {
        let server = TestServer::start(move |_, _| json(200, body)).await;
        let error = register(&server.client(client()))
            .await
            .expect_err("an error");
        assert_eq!(*error.kind(), ErrorKind::Token(Box::new(kind)), "{body}");
        assert!(!error.ambiguous());
        assert_eq!(server.counts(), (1, 0));
    }
}

#[tokio::test]
async fn a_configured_token_that_no_header_can_hold_is_never_sent() {
    let server = issuer(|_| true).await;
    let credentials = Credentials::Token(Secret::from("t0k3n\n".to_owned()));
    let error = register(&server.client(credentials))
        .await
        .expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::UnusableToken);
    assert_eq!(error.attempts(), 0);
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn an_abandoned_fetch_is_taken_over_by_who_waits() {
    let server = TestServer::start(|number, request| match (number, request.is_token()) {
        (0, _) => Reply::Silence,
        (_, true) => json(200, r#"{"access_token":"second"}"#),
        _ => json(200, "{}"),
    })
    .await;
    let client = server.client(client());
    let mut first = Box::pin(register(&client));
    while server.received().is_empty() {
        assert!(first.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    let mut second = Box::pin(register(&client));
    assert!(second.as_mut().now_or_never().is_none());
    drop(first);
    second.await.unwrap();
    assert_eq!(server.counts(), (2, 1));
}

#[tokio::test]
async fn a_token_can_be_asked_for() {
    let never = CancellationToken::new();
    let server = issuer(|token| token == "token-1").await;
    let client = server.client(client());
    let AccessToken {
        value,
        token_type,
        expires_at,
    } = client.token(&never).await.unwrap();
    assert_eq!(value.expose(), "token-1");
    assert_eq!(token_type, "Bearer");
    assert!(expires_at.is_some());
    register(&client).await.unwrap();
    assert_eq!(server.counts(), (1, 1));

    let configured = server.client(token()).token(&never).await.unwrap();
    assert_eq!(configured.value.expose(), super::TOKEN);
    assert_eq!(configured.expires_at, None);
}
