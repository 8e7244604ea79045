use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use aura_simulator::{Echo, Endpoint, Fault, Moment, Reply, Simulator, Source};
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::json;

use crate::support::{
    Ending, Heard, WEBHOOKS, ask_token, converse, issued_token, listen, post, raw_head,
    raw_registration, register, register_as, request, send, wait_until, webhook,
};

const BUSY: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

fn simulator_with(fault: Fault) -> Simulator {
    let simulator = Simulator::http().unwrap();
    simulator.fault(fault);
    simulator
}

fn registered(simulator: &Simulator) -> bool {
    simulator.registration("demo").is_some()
}

/// The announced length and the bytes of body that came.
fn announced_and_sent(heard: &Heard) -> (usize, usize) {
    let (head, body) = heard.text.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    (length.parse().unwrap(), body.len())
}

#[tokio::test]
async fn a_status_is_answered_once_and_nothing_is_registered() {
    let simulator = simulator_with(Fault::status(BUSY));
    let (status, body) = register(&simulator, webhook()).await;
    assert_eq!(status, BUSY);
    assert_eq!(
        body,
        json!({"message": "Simulated answer: 503 Service Unavailable."})
    );
    assert!(!registered(&simulator));
    assert_eq!(simulator.webhook_posts()[0].status, Some(BUSY));
    let (status, _) = register(&simulator, webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_status_may_take_effect_nevertheless() {
    let simulator = simulator_with(Fault::status(BUSY).applies(true));
    let (status, _) = register(&simulator, webhook()).await;
    assert_eq!(status, BUSY);
    assert!(registered(&simulator));
}

#[tokio::test]
async fn an_invalid_request_takes_no_effect_whatever_the_fault() {
    let simulator = simulator_with(Fault::status(BUSY).applies(true));
    register(&simulator, json!({"url": "http://hooks.example.com"})).await;
    assert!(!registered(&simulator));
}

#[tokio::test]
async fn a_reply_carries_its_headers_and_body() {
    let reply = Reply::new(StatusCode::TOO_MANY_REQUESTS)
        .header(header::RETRY_AFTER, HeaderValue::from_static("7"))
        .body("slow down");
    let simulator = simulator_with(Fault::reply(reply));
    let response = post(&simulator, WEBHOOKS, webhook()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(response.bytes().await.unwrap(), "slow down");
}

#[tokio::test]
async fn a_body_is_answered_as_a_success_of_its_type() {
    let html = HeaderValue::from_static("text/html");
    let simulator = simulator_with(Fault::body(html, "<h1>Log in</h1>"));
    let response = post(&simulator, WEBHOOKS, webhook()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/html");
    assert_eq!(response.bytes().await.unwrap(), "<h1>Log in</h1>");
    assert!(!registered(&simulator));
}

#[tokio::test]
async fn a_redirect_names_its_location() {
    let location = HeaderValue::from_static("https://elsewhere.example.com/");
    let simulator = simulator_with(Fault::redirect(StatusCode::TEMPORARY_REDIRECT, location));
    let response = post(&simulator, WEBHOOKS, webhook()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(
        response.headers()["location"],
        "https://elsewhere.example.com/"
    );
}

#[tokio::test]
async fn a_big_body_is_streamed_json_of_exactly_that_size() {
    for size in [5, 14, 15, 3_000_000] {
        let simulator = simulator_with(Fault::big_body(size));
        let response = post(&simulator, WEBHOOKS, webhook()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.content_length(), None);
        let body = response.bytes().await.unwrap();
        assert_eq!(body.len() as u64, size);
        let is_json = serde_json::from_slice::<serde_json::Value>(&body).is_ok();
        assert_eq!(is_json, size >= 14, "{size} bytes");
    }
}

#[tokio::test]
async fn a_wrong_echo_claims_what_was_not_registered() {
    let simulator = simulator_with(Fault::wrong_echo(Echo {
        url: Some("https://elsewhere.example.com/".into()),
        headers: Some(BTreeMap::new()),
        ..Echo::default()
    }));
    let (status, body) = register(&simulator, webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
    let config = &body["notifier"]["config"][0];
    assert_eq!(config["url"], "https://elsewhere.example.com/");
    assert_eq!(config["headers"], json!({}));
    assert_eq!(config["events"], webhook()["events"]);
    assert_eq!(
        simulator.registration("demo").unwrap().url,
        "https://hooks.example.com/aura"
    );
}

#[tokio::test]
async fn an_expired_token_stays_refused() {
    let simulator = simulator_with(Fault::expire_token().on(Endpoint::Webhook));
    let token = issued_token(&simulator).await;
    for message in ["The token has expired.", "The token is invalid."] {
        let (status, body) = register_as(&simulator, &token, webhook()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(body, json!({"message": message}));
    }
    let fresh = issued_token(&simulator).await;
    let (status, _) = register_as(&simulator, &fresh, webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_token_issued_without_effect_opens_nothing() {
    let simulator = simulator_with(Fault::delay(Duration::ZERO).applies(false));
    let token = issued_token(&simulator).await;
    let (status, _) = register_as(&simulator, &token, webhook()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_delayed_answer_comes_late_and_as_usual() {
    let delay = Duration::from_millis(50);
    let simulator = simulator_with(Fault::delay(delay));
    let asked = Instant::now();
    let (status, _) = register(&simulator, webhook()).await;
    assert!(asked.elapsed() >= delay);
    assert_eq!(status, StatusCode::CREATED);
}

#[test]
fn a_delayed_registration_takes_effect_at_once() {
    let simulator = simulator_with(Fault::delay(Duration::from_secs(3600)));
    let mut stream = TcpStream::connect(simulator.address()).unwrap();
    stream.write_all(raw_registration().as_bytes()).unwrap();
    wait_until(|| registered(&simulator));
}

#[test]
fn a_stalled_request_is_read_and_never_answered() {
    let simulator = simulator_with(Fault::stall());
    let mut stream = TcpStream::connect(simulator.address()).unwrap();
    stream.write_all(raw_registration().as_bytes()).unwrap();
    wait_until(|| simulator.total_requests() == 1);
    stream
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let heard = listen(stream);
    assert_eq!(heard.ending, Ending::Silent);
    assert_eq!(heard.text, "");
    assert_eq!(simulator.webhook_posts()[0].status, None);
    assert_eq!(simulator.webhook_posts()[0].body, webhook());
    assert!(!registered(&simulator));
}

#[test]
fn a_reset_before_reading_comes_though_the_body_never_does() {
    let simulator = simulator_with(Fault::reset(Moment::BeforeReading).applies(true));
    let heard = converse(&simulator, &raw_head(100));
    assert_eq!(heard.ending, Ending::Reset);
    assert_eq!(heard.text, "");
    let post = &simulator.webhook_posts()[0];
    assert_eq!(post.source.as_deref(), Some("demo"));
    assert_eq!(post.status, None);
    assert!(post.raw_body.is_empty());
    assert!(!registered(&simulator));
}

#[test]
fn a_reset_after_reading_has_seen_the_body_and_sends_nothing() {
    let simulator = simulator_with(Fault::reset(Moment::AfterReading));
    let heard = converse(&simulator, &raw_registration());
    assert_eq!(heard.ending, Ending::Reset);
    assert_eq!(heard.text, "");
    assert_eq!(simulator.webhook_posts()[0].body, webhook());
    assert!(!registered(&simulator));
}

#[test]
fn a_reset_after_reading_may_leave_the_registration_in_place() {
    let simulator = simulator_with(Fault::reset(Moment::AfterReading).applies(true));
    let heard = converse(&simulator, &raw_registration());
    assert_eq!(heard.ending, Ending::Reset);
    assert!(registered(&simulator));
}

#[test]
fn a_reset_in_the_head_sends_the_start_of_a_status_line() {
    let simulator = simulator_with(Fault::reset(Moment::InHead));
    let heard = converse(&simulator, &raw_registration());
    assert_eq!(
        heard,
        Heard {
            text: "HTTP/1.1 201 Created".into(),
            ending: Ending::Reset,
        }
    );
    assert_eq!(simulator.webhook_posts()[0].status, None);
    assert!(registered(&simulator));
}

#[test]
fn a_reset_in_the_body_sends_the_head_and_half_of_the_body() {
    let simulator = simulator_with(Fault::reset(Moment::InBody));
    let heard = converse(&simulator, &raw_registration());
    assert_eq!(heard.ending, Ending::Reset);
    assert!(heard.text.starts_with("HTTP/1.1 201 Created\r\n"));
    let (announced, sent) = announced_and_sent(&heard);
    assert_eq!(sent, announced / 2);
    assert_eq!(
        simulator.webhook_posts()[0].status,
        Some(StatusCode::CREATED)
    );
    assert!(registered(&simulator));
}

#[test]
fn a_truncated_answer_announces_more_than_it_sends_and_closes_as_if_all_was_well() {
    let simulator = simulator_with(Fault::truncate());
    let heard = converse(&simulator, &raw_registration());
    assert_eq!(heard.ending, Ending::Closed);
    let (announced, sent) = announced_and_sent(&heard);
    assert_eq!(sent, announced / 2);
    assert!(registered(&simulator));
}

#[test]
fn a_truncated_answer_may_have_had_no_effect() {
    let simulator = simulator_with(Fault::truncate().applies(false));
    let heard = converse(&simulator, &raw_registration());
    assert!(heard.text.starts_with("HTTP/1.1 201 Created\r\n"));
    assert!(!registered(&simulator));
}

#[tokio::test]
async fn a_connection_kept_alive_is_reset_at_the_fault_and_not_before() {
    let simulator = Simulator::http().unwrap();
    let client = crate::support::client();
    let url = format!("{}{WEBHOOKS}", simulator.base_url());
    let ask = || {
        client
            .post(&url)
            .header("content-type", "application/json")
            .bearer_auth("demo-token")
            .body(webhook().to_string())
            .send()
    };
    let answer = ask().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.bytes().await.unwrap();
    simulator.fault(Fault::reset(Moment::InHead));
    ask().await.unwrap_err();
    assert_eq!(ask().await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_fault_strikes_as_often_as_told() {
    let simulator = simulator_with(Fault::status(BUSY).times(2));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(register(&simulator, webhook()).await.0);
    }
    assert_eq!(statuses, [BUSY, BUSY, StatusCode::CREATED]);
    assert_eq!(simulator.waiting_faults(), 0);
}

#[tokio::test]
async fn a_fault_of_no_times_never_strikes() {
    let simulator = simulator_with(Fault::status(BUSY).times(0));
    assert_eq!(simulator.waiting_faults(), 0);
    assert_eq!(register(&simulator, webhook()).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn a_fault_forever_strikes_until_cleared() {
    let simulator = simulator_with(Fault::status(BUSY).forever());
    for _ in 0..5 {
        assert_eq!(register(&simulator, webhook()).await.0, BUSY);
    }
    assert_eq!(simulator.waiting_faults(), 1);
    simulator.clear();
    assert_eq!(register(&simulator, webhook()).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn a_fault_strikes_at_its_endpoint_only() {
    let simulator = simulator_with(Fault::status(BUSY).on(Endpoint::Token));
    assert_eq!(register(&simulator, webhook()).await.0, StatusCode::CREATED);
    assert_eq!(ask_token(&simulator).await.0, BUSY);
}

#[tokio::test]
async fn a_fault_of_any_endpoint_strikes_unknown_paths_too() {
    let simulator = simulator_with(Fault::status(BUSY));
    let (status, _) = send(request(&simulator, Method::GET, "/")).await;
    assert_eq!(status, BUSY);
}

#[tokio::test]
async fn a_fault_strikes_its_source_only_at_either_endpoint() {
    let simulator = Simulator::builder()
        .source(Source::demo())
        .source(Source::new("other").token("other-token"))
        .start()
        .unwrap();
    simulator.fault(Fault::status(BUSY).for_source("demo").times(2));
    let (status, _) = register_as(&simulator, "other-token", webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(register(&simulator, webhook()).await.0, BUSY);
    assert_eq!(ask_token(&simulator).await.0, BUSY);
}

#[tokio::test]
async fn faults_strike_in_the_order_added_whatever_their_limits() {
    let statuses = [500, 502, 503, 504].map(|code| StatusCode::from_u16(code).unwrap());
    let simulator = Simulator::http().unwrap();
    simulator.fault(Fault::status(statuses[0]).for_source("demo"));
    simulator.fault(Fault::status(statuses[1]));
    simulator.fault(
        Fault::status(statuses[2])
            .on(Endpoint::Webhook)
            .for_source("demo"),
    );
    simulator.fault(Fault::status(statuses[3]).on(Endpoint::Webhook));
    for status in statuses {
        assert_eq!(register(&simulator, webhook()).await.0, status);
    }
}

#[tokio::test]
async fn a_reset_before_reading_waits_for_the_faults_before_it() {
    let simulator = simulator_with(Fault::status(BUSY));
    simulator.fault(Fault::reset(Moment::BeforeReading));
    assert_eq!(register(&simulator, webhook()).await.0, BUSY);
    post(&simulator, WEBHOOKS, webhook())
        .send()
        .await
        .unwrap_err();
}
