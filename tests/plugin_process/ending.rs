//! What ends the process, what doesn't, and what is left behind: nothing.

use std::path::Path;
use std::time::Duration;

use aura_simulator::{Fault, Simulator, Source};
use aura_test_support::host::{Exit, Signal};
use aura_test_support::value::{attribute, decode};
use rmpv::Value;
use terraform_provider_aura::proto::plugin::Empty;

use super::starting::socket;
use crate::wire::{Terraform, URL, apply_request, eventually};

#[track_caller]
pub(super) fn assert_gone(socket: &Path) {
    let directory = socket.parent().expect("a directory");
    assert!(!socket.exists(), "{} is still there", socket.display());
    assert!(
        !directory.exists(),
        "{} is still there",
        directory.display()
    );
}

#[track_caller]
fn assert_clean(exit: &Exit, socket: &Path) {
    assert_eq!(exit.status.code(), Some(0), "{exit:?}");
    assert_eq!((&*exit.stdout, &*exit.stderr), ("", ""));
    assert_gone(socket);
}

#[tokio::test]
async fn a_shutdown_ends_the_process_although_streams_are_open() {
    let terraform = Terraform::start().await;
    let socket = socket(&terraform.host);
    // Terraform's own two are open anyway; these are known to be.
    let stdio = terraform.host.stdio().stream_stdio(()).await.unwrap();
    let never = futures_util::stream::pending();
    let broker = terraform.host.broker().start_stream(never).await.unwrap();
    let exit = terraform.shutdown().await;
    assert_clean(&exit, &socket);
    // Terraform kills after two seconds.
    assert!(exit.took < Duration::from_secs(1), "{:?}", exit.took);
    drop((stdio, broker));
}

#[tokio::test]
async fn a_shutdown_is_answered_and_its_streams_end_without_an_error() {
    let terraform = Terraform::start().await;
    let stdio = terraform.host.stdio().stream_stdio(()).await.unwrap();
    let never = futures_util::stream::pending();
    let broker = terraform.host.broker().start_stream(never).await.unwrap();
    let answer = terraform.host.controller().shutdown(Empty {}).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(stdio.into_inner().message().await.unwrap(), None);
    assert_eq!(broker.into_inner().message().await.unwrap(), None);
    assert_eq!(terraform.host.exit().await.status.code(), Some(0));
}

#[tokio::test]
async fn ctrl_c_is_left_to_the_host() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let socket = socket(&terraform.host);
    for _ in 0..3 {
        terraform.host.signal(Signal::INT);
        let created = terraform.create(&terraform.simple()).await;
        assert_eq!(created.answer.diagnostics, []);
    }
    assert_clean(&terraform.shutdown().await, &socket);
}

#[tokio::test]
async fn a_termination_or_a_hang_up_ends_the_process() {
    for signal in [Signal::TERM, Signal::HUP] {
        let terraform = Terraform::start().await;
        let socket = socket(&terraform.host);
        terraform.host.signal(signal);
        assert_clean(&terraform.host.exit().await, &socket);
    }
}

#[tokio::test]
async fn a_termination_waits_for_a_registration_in_flight() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let socket = socket(&terraform.host);
    let config = terraform.simple();
    let planned = terraform.plan(&Value::Nil, &config).await;
    simulator.fault(Fault::delay(Duration::from_millis(600)));
    let request = apply_request(&Value::Nil, &planned, &config);
    let apply = tokio::spawn(terraform.ask_apply(request));
    eventually("the registration is at AURA", || {
        simulator.registration(Source::DEMO_NAME).is_some()
    })
    .await;
    terraform.host.signal(Signal::TERM);
    let applied = apply.await.unwrap().expect("its answer arrives");
    assert_eq!(applied.diagnostics, []);
    let state = decode(applied.new_state.as_ref());
    assert_eq!(attribute(&state, "url"), &Value::from(URL));
    assert_clean(&terraform.host.exit().await, &socket);
}

#[tokio::test]
async fn a_termination_during_the_wait_for_a_retry_is_told_and_ends_the_process() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let socket = socket(&terraform.host);
    let config = terraform.simple();
    let planned = terraform.plan(&Value::Nil, &config).await;
    let busy = aura_simulator::Reply::new(http::StatusCode::SERVICE_UNAVAILABLE).header(
        http::header::RETRY_AFTER,
        http::HeaderValue::from_static("60"),
    );
    simulator.fault(Fault::reply(busy).forever());
    let request = apply_request(&Value::Nil, &planned, &config);
    let apply = tokio::spawn(terraform.ask_apply(request));
    eventually("the first attempt is made", || {
        simulator.total_requests() == 1
    })
    .await;
    terraform.host.signal(Signal::TERM);
    let applied = apply.await.unwrap().expect("its answer arrives");
    assert!(applied.diagnostics[0].detail.contains("nterrupted"));
    assert_clean(&terraform.host.exit().await, &socket);
}
