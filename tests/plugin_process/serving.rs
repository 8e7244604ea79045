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

#[tokio::test]
async fn a_service_or_method_that_is_not_served_is_unimplemented() {
    let host = Terraform::builder().plaintext().start().await;
    let socket = TokioIo::new(host.open().await.unwrap());
    let executor = TokioExecutor::new();
    let (mut sender, connection) = http2::handshake(executor, socket).await.unwrap();
    tokio::spawn(connection);
    for path in [
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/tfplugin5.Provider/GetSchema",
        "/tfplugin6.Provider/ReadStateBytes",
        "/tfplugin6.Provider",
        "/plugin.GRPCController/Restart",
        "/",
    ] {
        let request = Request::post(format!("http://localhost{path}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Body::empty())
            .unwrap();
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let status = answer.headers().get("grpc-status");
        let unimplemented = (Code::Unimplemented as i32).to_string();
        assert_eq!(status.unwrap(), unimplemented.as_str(), "{path}");
    }
    host.shutdown().await;
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
