use tokio_util::sync::CancellationToken;

use super::{
    client, registration,
    server::{Reply, TestServer, json},
    token,
};
use crate::aura::ErrorKind;

const LATER: &str = "retry-after: 60\r\n";

fn later() -> Reply {
    Reply::Answer(503, LATER.to_owned(), r#"{"message":"busy"}"#.to_owned())
}

#[tokio::test]
async fn nothing_is_sent_after_an_interrupt() {
    let server = TestServer::start(|_, _| json(200, "{}")).await;
    let interrupt = CancellationToken::new();
    interrupt.cancel();
    for credentials in [token(), client()] {
        let client = server.client(credentials);
        let error = client.register(&registration(), &interrupt).await;
        let error = error.expect_err("an interrupt");
        assert_eq!(*error.kind(), ErrorKind::Interrupted);
        assert_eq!(error.attempts(), 0);
        assert!(!error.ambiguous());
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn an_interrupt_ends_a_wait_at_once() {
    // Were the wait not ended, the second attempt would succeed, a minute later.
    let server = TestServer::start(|number, _| match number {
        0 => later(),
        _ => json(200, "{}"),
    })
    .await;
    let client = server.client(token());
    let interrupt = CancellationToken::new();
    let registration = registration();
    let register = client.register(&registration, &interrupt);
    let interrupted = async {
        while server.received().is_empty() {
            tokio::task::yield_now().await;
        }
        // Long enough for the answer to arrive: then this interrupts the wait, else what comes before it.
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        interrupt.cancel();
    };
    let (outcome, ()) = tokio::join!(register, interrupted);
    let error = outcome.expect_err("an interrupt");
    assert_eq!(*error.kind(), ErrorKind::Interrupted);
    assert!(error.ambiguous());
    assert_eq!(
        error.to_string().replace(server.base.host(), "HOST"),
        "interrupted after 1 attempt at HOST/panic-api/v2/notifiers/webhooks; the last one failed: AURA answered \
         503 Service Unavailable to POST HOST/panic-api/v2/notifiers/webhooks: \"busy\""
    );
}

#[tokio::test]
async fn a_request_under_way_is_awaited() {
    let interrupt = CancellationToken::new();
    let answer = CancellationToken::new();
    let held = answer.clone();
    let server = TestServer::start(move |_, _| {
        Reply::Held(held.clone(), 200, r#"{"message":"done"}"#.to_owned())
    })
    .await;
    let client = server.client(token());
    let registration = registration();
    let register = client.register(&registration, &interrupt);
    let interrupted = async {
        while server.received().is_empty() {
            tokio::task::yield_now().await;
        }
        interrupt.cancel();
        tokio::task::yield_now().await;
        answer.cancel();
    };
    let (outcome, ()) = tokio::join!(register, interrupted);
    assert_eq!(outcome.unwrap().message.as_deref(), Some("done"));
}

#[tokio::test]
async fn after_a_token_fetched_during_an_interrupt_nothing_is_registered() {
    let interrupt = CancellationToken::new();
    let during = interrupt.clone();
    let server = TestServer::start(move |_, _| {
        during.cancel();
        json(200, r#"{"access_token":"late","expires_in":3600}"#)
    })
    .await;
    let client = server.client(client());
    let error = client.register(&registration(), &interrupt).await;
    assert_eq!(
        *error.expect_err("an interrupt").kind(),
        ErrorKind::Interrupted
    );
    assert_eq!(server.counts(), (1, 0));
    // The token was not fetched in vain.
    let kept = client.token(&CancellationToken::new()).await.unwrap();
    assert_eq!(kept.value.expose(), "late");
    assert_eq!(server.counts(), (1, 0));
}

#[tokio::test]
async fn an_interrupt_before_a_renewal_keeps_the_refusal() {
    let interrupt = CancellationToken::new();
    let during = interrupt.clone();
    let server = TestServer::start(move |_, request| {
        if request.is_token() {
            return json(200, r#"{"access_token":"f1rst"}"#);
        }
        during.cancel();
        json(401, r#"{"message":"too old"}"#)
    })
    .await;
    let error = server
        .client(client())
        .register(&registration(), &interrupt)
        .await;
    let error = error.expect_err("an interrupt");
    assert_eq!(*error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.attempts(), 1);
    assert!(error.to_string().ends_with(": \"too old\""), "{error}");
    assert_eq!(server.counts(), (1, 1));
}

#[tokio::test]
async fn who_was_not_interrupted_fetches_in_place_of_who_was() {
    let server = TestServer::start(|number, request| match (number, request.is_token()) {
        (0, _) => later(),
        (_, true) => json(200, r#"{"access_token":"second"}"#),
        _ => json(200, "{}"),
    })
    .await;
    let client = server.client(client());
    let (interrupt, never) = (CancellationToken::new(), CancellationToken::new());
    let registration = registration();
    let first = client.register(&registration, &interrupt);
    let second = client.register(&registration, &never);
    let interrupted = async {
        while server.received().is_empty() {
            tokio::task::yield_now().await;
        }
        interrupt.cancel();
    };
    let (first, second, ()) = tokio::join!(first, second, interrupted);
    assert_eq!(
        *first.expect_err("an interrupt").kind(),
        ErrorKind::Interrupted
    );
    second.unwrap();
}

#[tokio::test]
async fn who_waits_for_a_token_is_interrupted_at_once() {
    let server = TestServer::start(|_, _| Reply::Silence).await;
    let client = server.client(client());
    let (interrupt, never) = (CancellationToken::new(), CancellationToken::new());
    let registration = registration();
    let fetching = client.register(&registration, &never);
    let waiting = client.register(&registration, &interrupt);
    let interrupted = async {
        while server.received().is_empty() {
            tokio::task::yield_now().await;
        }
        interrupt.cancel();
    };
    let waiting = async { tokio::join!(waiting, interrupted).0 };
    tokio::select! {
        biased;
        _ = fetching => panic!("the server is silent"),
        outcome = waiting => {
            let error = outcome.expect_err("an interrupt");
            assert_eq!(*error.kind(), ErrorKind::Interrupted);
        }
    }
    assert_eq!(server.counts(), (1, 0));
}
