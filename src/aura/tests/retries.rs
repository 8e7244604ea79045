use std::time::Duration;

use tokio::net::TcpListener;

use super::{
    register,
    server::{Reply, TestServer, json, options},
    token,
};
use crate::aura::{BaseUrl, Client, ErrorKind, Retry, Transport, TransportOptions};

#[tokio::test]
async fn a_transient_failure_is_tried_again() {
    for status in [408, 429, 500, 502, 503, 504] {
        let server = TestServer::start(move |number, _| match number {
            0 | 1 => json(status, r#"{"message":"later"}"#),
            _ => json(200, "{}"),
        })
        .await;
        register(&server.client(token())).await.unwrap();
        assert_eq!(server.received().len(), 3, "{status}");
    }
}

#[tokio::test]
async fn every_attempt_sends_the_same_body() {
    let server = TestServer::start(|number, _| match number {
        0 => json(500, ""),
        _ => json(200, "{}"),
    })
    .await;
    register(&server.client(token())).await.unwrap();
    let received = server.received();
    assert_eq!(received[0].body, received[1].body);
}

#[tokio::test]
async fn after_the_last_retry_the_last_answer_is_the_error() {
    let server = TestServer::start(|number, _| json(500 + number as u16, "")).await;
    let error = register(&server.client(token()))
        .await
        .expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::ServerError { status: 502 });
    assert_eq!(error.attempts(), 3);
    assert!(error.ambiguous());
    assert!(
        error.to_string().ends_with("webhooks (3 attempts)"),
        "{error}"
    );
}

#[tokio::test]
async fn a_rate_limit_is_not_ambiguous() {
    let server = TestServer::start(|_, _| json(429, "")).await;
    let error = register(&server.client(token()))
        .await
        .expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.attempts(), 3);
    assert!(!error.ambiguous());
}

#[tokio::test]
async fn one_ambiguous_attempt_makes_the_call_ambiguous() {
    let server = TestServer::start(|number, _| match number {
        0 => Reply::Close,
        _ => json(400, ""),
    })
    .await;
    let error = register(&server.client(token()))
        .await
        .expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Rejected { status: 400 });
    assert!(error.ambiguous());
}

#[tokio::test]
async fn a_lost_connection_is_tried_again() {
    for cut in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-",
        "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"message\":",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{\"mess",
    ] {
        let server = TestServer::start(move |number, _| match number {
            0 => Reply::Raw(cut.to_owned()),
            _ => json(200, "{}"),
        })
        .await;
        register(&server.client(token())).await.unwrap();
        assert_eq!(server.received().len(), 2, "{cut}");
    }
}

#[tokio::test]
async fn connections_that_are_always_lost_are_an_ambiguous_error() {
    let server = TestServer::start(|_, _| Reply::Close).await;
    let error = register(&server.client(token()))
        .await
        .expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::ConnectionLost);
    assert!(error.ambiguous());
    assert_eq!(
        error.to_string().replace(server.base.host(), "HOST"),
        "the connection to HOST was lost before AURA's answer was complete: connection closed before message \
         completed (3 attempts)"
    );
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_and_never_ambiguous() {
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = unused.local_addr().unwrap().to_string();
    drop(unused);
    let base: BaseUrl = format!("http://{host}").parse().unwrap();
    let transport = Transport::new(options());
    let error = register(&Client::new(transport.into(), base, token()))
        .await
        .expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Connect);
    assert!(!error.ambiguous());
    assert_eq!(
        error.to_string(),
        format!("cannot connect to {host}: connection refused (3 attempts)")
    );
}

#[tokio::test]
async fn a_silent_server_is_given_up_after_the_timeout() {
    let server = TestServer::start(|_, _| Reply::Silence).await;
    let options = TransportOptions {
        request_timeout: Duration::from_millis(400),
        retry: Retry {
            max_retries: 1,
            ..options().retry
        },
        ..options()
    };
    let error = register(&server.client_with(token(), options))
        .await
        .expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Timeout);
    assert!(error.ambiguous());
    let text = error.to_string();
    assert!(text.starts_with("no answer from "), "{text}");
    assert!(
        text.ends_with("/webhooks within 400ms (2 attempts)"),
        "{text}"
    );
}

#[tokio::test]
async fn without_retries_there_is_one_attempt() {
    let server = TestServer::start(|_, _| json(503, "")).await;
    let options = TransportOptions {
        retry: Retry {
            max_retries: 0,
            ..Retry::default()
        },
        ..options()
    };
    let error = register(&server.client_with(token(), options))
        .await
        .expect_err("an error");
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn connections_are_reused() {
    let server = TestServer::start(|_, _| json(200, "{}")).await;
    let client = server.client(token());
    for _ in 0..5 {
        register(&client).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}
