//! What is served beside the provider, and what is left alone meanwhile.

use aura_simulator::{Fault, Simulator};
use aura_test_support::host::Host;
use http::{Request, StatusCode};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::proto::health::HealthCheckRequest;
use terraform_provider_aura::proto::health::health_check_response::ServingStatus;
use tonic::Code;
use tonic::body::Body;

use crate::wire::{BINARY, Terraform};

#[tokio::test]
async fn the_health_of_the_plugin_is_told() {
    let host = Terraform::builder().start().await;
    for service in ["plugin", ""] {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        let health = host.health().check(request).await.unwrap().into_inner();
        assert_eq!(health.status(), ServingStatus::Serving);
    }
    let request = HealthCheckRequest {
        service: "tfplugin6.Provisioner".to_owned(),
    };
    let unknown = host.health().check(request).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
    host.shutdown().await;
}

/// The gRPC status of calls without a message, to each of these paths.
async fn statuses(paths: impl IntoIterator<Item = String>) -> Vec<(String, Code)> {
    let host = Terraform::builder().plaintext().start().await;
    let socket = TokioIo::new(host.open().await.unwrap());
    let executor = TokioExecutor::new();
    let (mut sender, connection) = http2::handshake(executor, socket).await.unwrap();
    tokio::spawn(connection);
    let mut statuses = Vec::new();
    for path in paths {
        let request = Request::post(format!("http://localhost{path}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Body::empty())
            .unwrap();
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let status = answer.headers().get("grpc-status").unwrap();
        statuses.push((path, Code::from_bytes(status.as_bytes())));
    }
    host.shutdown().await;
    statuses
}

#[tokio::test]
async fn a_service_or_method_that_is_not_served_is_unimplemented() {
    let paths = [
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/tfplugin5.Provider/GetSchema",
        "/tfplugin6.Provider/ReadStateBytes",
        "/tfplugin6.Provider/Old/GetMetadata",
        "/tfplugin6.Provider",
        "/plugin.GRPCController/Restart",
        "/",
    ];
    for (path, status) in statuses(paths.map(str::to_owned)).await {
        assert_eq!(status, Code::Unimplemented, "{path}");
    }
}

#[tokio::test]
async fn every_rpc_that_the_protocol_declares_is_served() {
    let protocol = include_str!("../../proto/tfplugin6.proto").lines();
    let rpcs = protocol.filter_map(|line| line.trim().strip_prefix("rpc ")?.split('(').next());
    let paths: Vec<_> = rpcs
        .map(|rpc| format!("/tfplugin6.Provider/{rpc}"))
        .collect();
    assert!(paths.len() > 20, "{paths:?}");
    for (path, status) in statuses(paths).await {
        // What is missing is the message.
        assert_eq!(status, Code::Internal, "{path}");
    }
}

/// What Terraform does in a run, with some of it going wrong.
async fn whole_cycle(terraform: &Terraform, simulator: &Simulator) {
    terraform
        .configure_for(simulator, json!({"max_retries": 0}))
        .await;
    let config = terraform.simple();
    terraform.validate(&terraform.webhook(json!({}))).await;
    simulator.fault(Fault::status(StatusCode::INTERNAL_SERVER_ERROR));
    let failed = terraform.create(&config).await;
    assert_eq!(failed.answer.diagnostics.len(), 1);
    let created = terraform.create(&config).await;
    assert_eq!(created.answer.diagnostics, []);
    terraform.read(&created.state, b"").await;
    terraform.upgrade(0, None).await;
    terraform.import("nonsense").await;
    let planned = terraform.plan(&created.state, &Value::Nil).await;
    terraform.apply(&created.state, &planned, &Value::Nil).await;
    terraform.stop().await;
}

#[tokio::test]
async fn nothing_follows_the_handshake_on_stdout_nor_comes_over_stdio() {
    let simulator = Simulator::http().unwrap();
    let builder = Terraform::builder().env("TF_LOG", "TRACE");
    let terraform = Terraform::with(builder).await;
    whole_cycle(&terraform, &simulator).await;
    assert_eq!(terraform.host.stdio_received(), b"");
    let exit = terraform.shutdown().await;
    assert_eq!(exit.stdout, "");
    assert_eq!(exit.status.code(), Some(0));
}

#[tokio::test]
async fn stdin_is_terraforms_own_and_never_read() {
    let simulator = Simulator::http().unwrap();
    // Whatever the provider leaves in the pipe, cat shows.
    let script = r#"echo "for Terraform" | { "$0"; cat >&2; }"#;
    let builder = Host::builder("/bin/sh").arg("-c").arg(script).arg(BINARY);
    let terraform = Terraform::with(builder).await;
    whole_cycle(&terraform, &simulator).await;
    assert_eq!(terraform.shutdown().await.stderr, "for Terraform\n");
}
