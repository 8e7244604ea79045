//! `StopProvider`, which is what Ctrl-C comes to, at each point: what ends at once, and what is waited for.

use std::time::{Duration, Instant};

use aura_simulator::{Endpoint, Fault, Reply, Simulator, Source};
use aura_test_support::value::{attribute, decode};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::wire::{Terraform, URL, apply_request, errors, eventually};

/// The promise is 200 ms; a machine under load may take longer, but nowhere near the minute that the wait would take.
const AT_ONCE: Duration = Duration::from_secs(10);

fn later() -> Fault {
    let busy = Reply::new(StatusCode::SERVICE_UNAVAILABLE);
    Fault::reply(busy.header(RETRY_AFTER, HeaderValue::from_static("60"))).forever()
}

/// A provider that gets its tokens from AURA.
async fn with_client(simulator: &Simulator) -> Terraform {
    let terraform = Terraform::start().await;
    let block = terraform.block(json!({
        "base_url": simulator.base_url(),
        "client_id": Source::DEMO_CLIENT_ID,
        "client_secret": Source::DEMO_CLIENT_SECRET,
    }));
    assert_eq!(terraform.configure(&block).await, []);
    terraform
}

/// Applies a new webhook, stops the provider when AURA has been asked, and gives the answer and how long after the
/// stop it came.
async fn stopped(
    terraform: &Terraform,
    simulator: &Simulator,
) -> (pb::apply_resource_change::Response, Duration) {
    let config = terraform.simple();
    let planned = terraform.plan(&Value::Nil, &config).await;
    let apply = tokio::spawn(terraform.ask_apply(apply_request(&Value::Nil, &planned, &config)));
    eventually("AURA is asked", || simulator.total_requests() == 1).await;
    // The answer has to arrive, if there is one.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stop = Instant::now();
    terraform.stop().await;
    let answer = apply.await.unwrap().expect("no gRPC error");
    let took = stop.elapsed();
    println!("answered {took:?} after the stop");
    (answer, took)
}

#[tokio::test]
async fn a_wait_for_the_next_attempt_ends_at_once() {
    let simulator = Simulator::http().unwrap();
    simulator.fault(later());
    let terraform = Terraform::at(&simulator).await;
    let (answer, took) = stopped(&terraform, &simulator).await;
    assert_eq!(errors(&answer.diagnostics), ["Unable to Register Webhook"]);
    assert_eq!(answer.new_state, None);
    assert!(took < AT_ONCE, "{took:?}");
}

#[tokio::test]
async fn a_wait_for_the_next_attempt_at_a_token_ends_at_once() {
    let simulator = Simulator::http().unwrap();
    simulator.fault(later());
    let terraform = with_client(&simulator).await;
    let (answer, took) = stopped(&terraform, &simulator).await;
    assert_eq!(errors(&answer.diagnostics), ["Unable to Register Webhook"]);
    let detail = &answer.diagnostics[0].detail;
    assert!(detail.contains("nterrupted after 1 attempt"), "{detail}");
    assert_eq!(answer.new_state, None);
    assert!(took < AT_ONCE, "{took:?}");
    assert_eq!(simulator.webhook_posts().len(), 0);
}

#[tokio::test]
async fn after_a_token_in_flight_nothing_is_registered_until_the_next_apply() {
    let simulator = Simulator::http().unwrap();
    simulator.fault(Fault::delay(Duration::from_millis(800)).on(Endpoint::Token));
    let terraform = with_client(&simulator).await;
    let (answer, _) = stopped(&terraform, &simulator).await;
    assert_eq!(errors(&answer.diagnostics), ["Unable to Register Webhook"]);
    let detail = &answer.diagnostics[0].detail;
    assert!(detail.contains("before anything was sent"), "{detail}");
    assert_eq!(answer.new_state, None);
    assert_eq!(simulator.webhook_posts().len(), 0);

    let created = terraform.create(&terraform.simple()).await;
    assert_eq!(created.answer.diagnostics, []);
}

#[tokio::test]
async fn a_registration_in_flight_is_recorded() {
    let simulator = Simulator::http().unwrap();
    simulator.fault(Fault::delay(Duration::from_millis(800)));
    let terraform = Terraform::at(&simulator).await;
    let (answer, _) = stopped(&terraform, &simulator).await;
    assert_eq!(answer.diagnostics, []);
    let state = decode(answer.new_state.as_ref());
    assert_eq!(attribute(&state, "url"), &Value::from(URL));
}

#[tokio::test]
async fn a_registration_in_flight_that_stalls_ends_with_its_timeout() {
    let simulator = Simulator::http().unwrap();
    simulator.fault(Fault::stall().forever());
    let terraform = Terraform::start().await;
    terraform
        .configure_for(&simulator, json!({"request_timeout": "1s"}))
        .await;
    let (answer, _) = stopped(&terraform, &simulator).await;
    assert_eq!(errors(&answer.diagnostics), ["Unable to Register Webhook"]);
    let detail = &answer.diagnostics[0].detail;
    assert!(detail.contains("AURA may hold"), "{detail}");
    assert_eq!(simulator.total_requests(), 1, "no other attempt is made");
}
