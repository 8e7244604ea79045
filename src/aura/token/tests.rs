use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::time::{Instant, advance};

use super::{Bearer, DEFAULT_LIFETIME, MAX_LIFETIME, TokenCache};
use crate::aura::{Environment, Error, ErrorKind, endpoint::Endpoint, failure::Failure};

fn bearer(expires_in: Value) -> Bearer {
    let body = json!({"access_token": "t0k3n", "expires_in": expires_in});
    let Value::Object(body) = body else {
        panic!("an object")
    };
    Bearer::parse(body, Instant::now()).expect("a token")
}

#[track_caller]
fn refusal(body: Value) -> ErrorKind {
    let body = body.as_object().expect("an object").clone();
    Bearer::parse(body, Instant::now()).expect_err("no token")
}

fn error(kind: ErrorKind) -> Error {
    let endpoint = Endpoint::new(&Environment::Staging.base_url(), "oauth/token");
    Error::new(Failure::new(kind), &endpoint, 1, Duration::from_secs(30))
}

/// How long a token is used.
fn use_of(bearer: &Bearer) -> Duration {
    bearer.renew_at.expect("an end") - Instant::now()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_a_minute_before_its_end() {
    let cache = TokenCache::default();
    let token = cache.turn().await.settle(Ok(bearer(json!(3600)))).unwrap();
    advance(Duration::from_secs(3539)).await;
    let cached = cache.turn().await.outcome().expect("a fresh token");
    assert!(Arc::ptr_eq(&token, &cached.unwrap()));
    advance(Duration::from_secs(1)).await;
    assert!(cache.turn().await.outcome().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_short_lived_token_is_renewed_after_nine_tenths_of_its_life() {
    assert_eq!(use_of(&bearer(json!(100))), Duration::from_secs(90));
    assert_eq!(use_of(&bearer(json!(0))), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_lifetime_counts_from_the_request() {
    let asked = Instant::now();
    advance(Duration::from_secs(10)).await;
    let body = json!({"access_token": "t", "expires_in": 100});
    let bearer = Bearer::parse(body.as_object().unwrap().clone(), asked).unwrap();
    assert_eq!(use_of(&bearer), Duration::from_secs(80));
}

#[tokio::test(start_paused = true)]
async fn a_lifetime_is_a_number_or_a_text_that_is_one() {
    for hour in [json!(3600), json!(3600.0), json!("3600"), json!(" 3600 ")] {
        assert_eq!(use_of(&bearer(hour.clone())).as_secs(), 3540, "{hour}");
    }
    let spelt = json!({"access_token": "t", "expiresIn": "3600"});
    let spelt = Bearer::parse(spelt.as_object().unwrap().clone(), Instant::now()).unwrap();
    assert_eq!(use_of(&spelt).as_secs(), 3540);
}

#[tokio::test(start_paused = true)]
async fn an_absurd_lifetime_is_taken_as_not_said() {
    let unsaid = DEFAULT_LIFETIME * 9 / 10;
    for absurd in [
        json!(null),
        json!(-5),
        json!("soon"),
        json!("NaN"),
        json!([]),
    ] {
        let bearer = bearer(absurd.clone());
        assert_eq!(use_of(&bearer), unsaid, "{absurd}");
        assert_eq!(bearer.token.expires_at, None);
    }
    for endless in [json!(u64::MAX), json!("1e300"), json!("inf")] {
        let most = MAX_LIFETIME - Duration::from_secs(60);
        assert_eq!(use_of(&bearer(endless)), most);
    }
}

#[tokio::test]
async fn an_answer_without_a_usable_token_is_refused() {
    assert_eq!(refusal(json!({})), ErrorKind::NoToken);
    assert_eq!(refusal(json!({"access_token": 5})), ErrorKind::NoToken);
    for unusable in ["", "a b", "a\nb", "a\u{0}", "é"] {
        let body = json!({"access_token": unusable});
        assert_eq!(refusal(body), ErrorKind::UnusableToken, "{unusable:?}");
    }
}

#[tokio::test]
async fn who_waited_for_a_failure_shares_it_and_who_comes_later_does_not() {
    let cache = TokenCache::default();
    let first = cache.turn().await;
    assert!(first.outcome().is_none());
    let mut waiting = polled(cache.turn());
    assert!(waiting.poll().is_none());
    first
        .settle(Err(error(ErrorKind::Unauthorized)))
        .expect_err("the failure");
    let second = waiting.poll().expect("its turn");
    let shared = second
        .outcome()
        .expect("an outcome")
        .expect_err("a failure");
    assert_eq!(*shared.kind(), ErrorKind::Unauthorized);
    drop(second);
    assert!(cache.turn().await.outcome().is_none());
}

#[tokio::test]
async fn who_waited_for_a_token_of_no_lifetime_may_use_it() {
    let cache = TokenCache::default();
    let first = cache.turn().await;
    let mut waiting = polled(cache.turn());
    assert!(waiting.poll().is_none());
    let token = first.settle(Ok(bearer(json!(0)))).unwrap();
    let second = waiting.poll().expect("its turn");
    let shared = second.outcome().expect("an outcome").unwrap();
    assert!(Arc::ptr_eq(&token, &shared));
    drop(second);
    assert!(cache.turn().await.outcome().is_none());
}

#[tokio::test]
async fn an_abandoned_or_interrupted_fetch_is_left_to_the_next_in_line() {
    let cache = TokenCache::default();
    let first = cache.turn().await;
    let mut second = polled(cache.turn());
    let mut third = polled(cache.turn());
    assert!(second.poll().is_none());
    assert!(third.poll().is_none());
    drop(first);
    let second = second.poll().expect("its turn");
    assert!(second.outcome().is_none());
    second
        .settle(Err(error(ErrorKind::Interrupted)))
        .expect_err("the interrupt");
    let third = third.poll().expect("its turn");
    assert!(third.outcome().is_none());
}

#[tokio::test]
async fn a_refused_token_is_forgotten_but_not_its_successor() {
    let cache = TokenCache::default();
    let old = cache.turn().await.settle(Ok(bearer(json!(60)))).unwrap();
    let mut turn = cache.turn().await;
    turn.discard(&old);
    assert!(turn.outcome().is_none());
    let new = turn.settle(Ok(bearer(json!(60)))).unwrap();
    let mut turn = cache.turn().await;
    turn.discard(&old);
    let kept = turn.outcome().expect("a token").unwrap();
    assert!(Arc::ptr_eq(&new, &kept));
}

#[tokio::test]
async fn debug_shows_no_token() {
    let cache = TokenCache::default();
    let token = cache.turn().await.settle(Ok(bearer(json!(60)))).unwrap();
    let debug = format!("{cache:?} {token:?}");
    assert!(!debug.contains("t0k3n"), "{debug}");
}

/// A future that a test polls by hand, to see it wait.
struct Polled<F>(std::pin::Pin<Box<F>>);

fn polled<F: Future>(future: F) -> Polled<F> {
    Polled(Box::pin(future))
}

impl<F: Future> Polled<F> {
    fn poll(&mut self) -> Option<F::Output> {
        futures_util::FutureExt::now_or_never(self.0.as_mut())
    }
}
