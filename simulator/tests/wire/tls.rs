use std::error::Error as _;

use aura_simulator::{Certificate, Fault, Moment, Simulator, Tls, Versions};
use http::StatusCode;
use reqwest::{Client, ClientBuilder};

use crate::support::{WEBHOOKS, webhook};

/// Trusts the simulator's authority and nothing else.
fn trusting(simulator: &Simulator) -> ClientBuilder {
    let ca = reqwest::Certificate::from_pem(simulator.ca_pem().unwrap().as_bytes()).unwrap();
    Client::builder().no_proxy().tls_certs_only([ca])
}

async fn register(client: ClientBuilder, simulator: &Simulator) -> reqwest::Result<StatusCode> {
    let url = format!("{}{WEBHOOKS}", simulator.base_url());
    let request = client
        .build()?
        .post(url)
        .bearer_auth("demo-token")
        .header("content-type", "application/json")
        .body(webhook().to_string());
    let response = request.send().await?;
    let status = response.status();
    response.bytes().await?;
    Ok(status)
}

/// The whole chain of causes, as the TLS library's words are at its end.
fn story(error: &reqwest::Error) -> String {
    let mut story = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        story += &format!(": {error}");
        cause = error.source();
    }
    story
}

fn showing(certificate: Certificate) -> Simulator {
    let tls = Tls {
        certificate,
        ..Tls::default()
    };
    Simulator::builder().tls(tls).start().unwrap()
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_is_served() {
    let simulator = Simulator::https().unwrap();
    assert!(simulator.base_url().starts_with("https://127.0.0.1:"));
    let status = register(trusting(&simulator), &simulator).await.unwrap();
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_client_that_trusts_another_authority_hangs_up() {
    let simulator = Simulator::https().unwrap();
    let stranger = Simulator::https().unwrap();
    let error = register(trusting(&stranger), &simulator).await.unwrap_err();
    assert!(error.is_connect(), "{}", story(&error));
    assert_eq!(simulator.total_requests(), 0);
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused_for_that() {
    let simulator = showing(Certificate::WrongHost);
    let error = register(trusting(&simulator), &simulator)
        .await
        .unwrap_err();
    let story = story(&error);
    assert!(story.contains("not valid for name"), "{story}");
}

#[tokio::test]
async fn an_expired_certificate_is_refused_for_that() {
    let simulator = showing(Certificate::Expired);
    let error = register(trusting(&simulator), &simulator)
        .await
        .unwrap_err();
    let story = story(&error);
    assert!(story.contains("expired"), "{story}");
}

#[tokio::test]
async fn tls_12_only_is_no_newer() {
    let tls = Tls {
        versions: Versions::Only12,
        ..Tls::default()
    };
    let simulator = Simulator::builder().tls(tls).start().unwrap();
    let status = register(trusting(&simulator), &simulator).await.unwrap();
    assert_eq!(status, StatusCode::CREATED);
    let modern = trusting(&simulator).tls_version_min(reqwest::tls::Version::TLS_1_3);
    assert!(register(modern, &simulator).await.unwrap_err().is_connect());
}

#[tokio::test]
async fn faults_break_encrypted_connections_too() {
    let simulator = Simulator::https().unwrap();
    for fault in [
        Fault::reset(Moment::AfterReading),
        Fault::reset(Moment::InHead),
        Fault::reset(Moment::InBody),
        Fault::truncate(),
    ] {
        simulator.fault(fault);
        register(trusting(&simulator), &simulator)
            .await
            .unwrap_err();
    }
    assert_eq!(simulator.total_requests(), 4);
    assert_eq!(simulator.waiting_faults(), 0);
}

#[test]
fn plain_http_has_no_authority_to_trust() {
    assert_eq!(Simulator::http().unwrap().ca_pem(), None);
}
