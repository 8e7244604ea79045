//! What goes to stderr: nothing unless asked for, JSON that Terraform reads, and never a secret.

mod wire;

use std::collections::{HashMap, HashSet};

use aura_simulator::{Endpoint, Fault, Reply, Simulator, Source};
use aura_test_support::host::HostBuilder;
use aura_test_support::value::{known, with};
use http::StatusCode;
use rmpv::Value;
use serde_json::{Map, Value as Json, json};

use wire::{Terraform, errors};

const CLIENT_SECRET: &str = "canary-client-secret-5d1c";
const TOKEN: &str = "canary-token-77aa";
const HEADER: &str = "Bearer canary-header-0b3e";
const SECOND_HEADER: &str = "canary-second-header-91fe";

fn simulator() -> Simulator {
    let source = Source::new("canary")
        .client("canary-client", CLIENT_SECRET)
        .token(TOKEN);
    Simulator::builder().source(source).start().unwrap()
}

fn credentials(simulator: &Simulator) -> [Json; 2] {
    let base_url = simulator.base_url();
    [
        json!({"base_url": base_url, "client_id": "canary-client", "client_secret": CLIENT_SECRET}),
        json!({"base_url": base_url, "token": TOKEN, "max_retries": 1}),
    ]
}

/// A run with everything in it that could leak: a create, a failing update whose answer quotes what was sent, a
/// refused token, a retry, invalid configuration, unreadable data, a stop and a destroy.
async fn cycle(terraform: &Terraform, simulator: &Simulator) {
    for (block, secret) in credentials(simulator)
        .into_iter()
        .zip([CLIENT_SECRET, TOKEN])
    {
        let block = terraform.block(block);
        assert_eq!(terraform.validate_provider(&block).await, []);
        assert_eq!(terraform.configure(&block).await, []);
        let config = with(
            terraform.simple(),
            "headers",
            known(json!({"Authorization": HEADER})),
        );
        let created = terraform.create(&config).await;
        assert_eq!(created.answer.diagnostics, []);

        let changed = with(
            config.clone(),
            "headers",
            known(json!({"X-Key": SECOND_HEADER})),
        );
        let message =
            json!({"message": format!("No: {HEADER}, {SECOND_HEADER}, {TOKEN}, {CLIENT_SECRET}")});
        for status in [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED] {
            let refusal = Reply::new(status).body(message.to_string());
            simulator.fault(Fault::reply(refusal).on(Endpoint::Webhook).times(2));
            let failed = terraform.change(&created.state, &changed).await;
            assert_eq!(
                errors(&failed.answer.diagnostics),
                ["Unable to Register Webhook"]
            );
            for it in &failed.answer.diagnostics {
                for sent in [SECOND_HEADER, secret] {
                    assert!(!it.detail.contains(sent), "{}", it.detail);
                }
            }
            simulator.clear();
        }
        simulator.fault(Fault::status(StatusCode::BAD_GATEWAY));
        let updated = terraform.change(&created.state, &changed).await;
        assert_eq!(updated.answer.diagnostics, []);

        let invalid = with(
            config,
            "headers",
            known(json!({"X Key": HEADER, "Y": "canary-\n"})),
        );
        assert_eq!(errors(&terraform.validate(&invalid).await).len(), 2);
        let stored = format!(r#"{{"headers": {{"X-Key": "{HEADER}"#);
        let stored = terraform_provider_aura::proto::tfplugin6::RawState {
            json: stored.into(),
            ..Default::default()
        };
        terraform.upgrade(0, Some(stored)).await;
        terraform.stop().await;
        terraform.read(&created.state, HEADER.as_bytes()).await;
        let destroyed = terraform.change(&created.state, &Value::Nil).await;
        assert_eq!(destroyed.state, Value::Nil);
    }
}

async fn logged(variables: &[(&str, &str)]) -> String {
    let simulator = simulator();
    let builder = variables.iter().fold(
        Terraform::builder(),
        |builder: HostBuilder, (name, value)| builder.env(*name, *value),
    );
    let terraform = Terraform::with(builder).await;
    cycle(&terraform, &simulator).await;
    let exit = terraform.shutdown().await;
    assert_eq!(exit.status.code(), Some(0));
    exit.stderr
}

#[track_caller]
fn lines(stderr: &str) -> Vec<Map<String, Json>> {
    let parse = |line: &str| match serde_json::from_str(line) {
        Ok(Json::Object(line)) => line,
        _ => panic!("not one JSON object: {line}"),
    };
    stderr.lines().map(parse).collect()
}

#[track_caller]
fn text<'a>(line: &'a Map<String, Json>, key: &str) -> &'a str {
    let text = line.get(key).and_then(Json::as_str);
    text.unwrap_or_else(|| panic!("{key} is no text in {line:?}"))
}

#[tokio::test]
async fn nothing_is_written_unless_asked_for() {
    assert_eq!(logged(&[]).await, "");
    assert_eq!(
        logged(&[("TF_LOG", ""), ("TF_LOG_CORE", "TRACE")]).await,
        ""
    );
}

#[tokio::test]
async fn every_line_is_one_that_terraform_takes_for_a_log_entry() {
    let stderr = logged(&[("TF_LOG", "TRACE")]).await;
    assert!(stderr.ends_with('\n'));
    for line in stderr.lines() {
        assert!(line.len() < 64 << 10, "Terraform cuts longer lines");
    }
    let lines = lines(&stderr);
    assert!(!lines.is_empty());
    for line in &lines {
        assert!(!text(line, "@message").is_empty(), "{line:?}");
        let level = text(line, "@level");
        let levels = ["trace", "debug", "info", "warn", "error"];
        assert!(levels.contains(&level), "{level}");
        assert_timestamp(text(line, "@timestamp"));
        assert!(text(line, "@module").starts_with("provider"), "{line:?}");
        assert_eq!(
            text(line, "tf_provider_addr"),
            "registry.terraform.io/aura/aura"
        );
    }
}

/// `2006-01-02T15:04:05.000000Z`: with any other precision Terraform takes the line for plain text.
#[track_caller]
fn assert_timestamp(timestamp: &str) {
    let shape: String = timestamp
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z", "{timestamp}");
}

#[tokio::test]
async fn every_call_is_named_and_numbered() {
    let stderr = logged(&[("TF_LOG", "TRACE")]).await;
    let lines = lines(&stderr);
    let mut calls: HashMap<u64, HashSet<&str>> = HashMap::new();
    for line in lines.iter().filter(|line| line.contains_key("tf_req_id")) {
        let id = line["tf_req_id"].as_u64().expect("a number");
        calls.entry(id).or_default().insert(text(line, "tf_rpc"));
    }
    let names: HashSet<&str> = calls.values().flatten().copied().collect();
    for rpc in [
        "GetProviderSchema",
        "ValidateProviderConfig",
        "ConfigureProvider",
        "ValidateResourceConfig",
        "PlanResourceChange",
        "ApplyResourceChange",
        "UpgradeResourceState",
        "ReadResource",
    ] {
        assert!(names.contains(rpc), "{rpc} is not among {names:?}");
    }
    assert!(calls.values().all(|names| names.len() == 1), "{calls:?}");
    // What happens inside a call says which: the requests to AURA above all.
    let requests = lines
        .iter()
        .filter(|line| line["@message"] == "request done");
    let mut within = requests.map(|line| text(line, "tf_rpc"));
    assert!(within.all(|rpc| rpc == "ApplyResourceChange"));
    let applies = lines
        .iter()
        .filter(|line| line["@message"] == "request done");
    assert!(applies.count() > 4, "{stderr}");
}

#[tokio::test]
async fn a_call_of_what_is_not_supported_is_named_as_the_protocol_names_it() {
    let terraform = Terraform::with(Terraform::builder().env("TF_LOG", "TRACE")).await;
    let request = terraform_provider_aura::proto::tfplugin6::read_data_source::Request::default();
    let answer = terraform.host.provider().read_data_source(request).await;
    assert!(answer.is_ok());
    let stderr = terraform.shutdown().await.stderr;
    let lines = lines(&stderr);
    let last = lines.iter().rev().find(|line| line.contains_key("tf_rpc"));
    assert_eq!(
        text(last.expect("a line of the call"), "tf_rpc"),
        "ReadDataSource"
    );
}

#[tokio::test]
async fn the_most_specific_variable_decides() {
    let off = [("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER_AURA", "OFF")];
    assert_eq!(logged(&off).await, "");
    let on = [
        ("TF_LOG", "OFF"),
        ("TF_LOG_PROVIDER", "ERROR"),
        ("TF_LOG_PROVIDER_AURA", "debug"),
    ];
    let stderr = logged(&on).await;
    let levels: HashSet<String> = lines(&stderr)
        .iter()
        .map(|line| text(line, "@level").to_owned())
        .collect();
    assert!(
        levels.contains("debug") && !levels.contains("trace"),
        "{levels:?}"
    );
}

#[tokio::test]
async fn no_secret_is_ever_logged() {
    let simulator = simulator();
    let terraform = Terraform::with(Terraform::builder().env("TF_LOG", "TRACE")).await;
    cycle(&terraform, &simulator).await;
    let posts = simulator.webhook_posts();
    let tokens: HashSet<String> = posts
        .iter()
        .map(|post| post.headers["authorization"].to_str().unwrap().to_owned())
        .collect();
    let stderr = terraform.shutdown().await.stderr;
    assert!(stderr.contains("request done"), "{stderr}");
    for secret in [
        CLIENT_SECRET,
        TOKEN,
        HEADER,
        SECOND_HEADER,
        "canary-header",
        "canary-second",
    ] {
        assert!(!stderr.contains(secret), "{secret} is in\n{stderr}");
    }
    for token in tokens {
        let token = token.trim_start_matches("Bearer ");
        assert!(!stderr.contains(token), "{token} is in\n{stderr}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_stderr_that_nobody_reads_does_no_harm() {
    let simulator = simulator();
    // stderr is a pipe whose reader has gone; stdout goes past it.
    let script = r#"{ "$0" 2>&1 >&3 | true; } 3>&1"#;
    let shell = aura_test_support::host::Host::builder("/bin/sh");
    let builder = shell.arg("-c").arg(script).arg(wire::BINARY);
    let terraform = Terraform::with(builder.env("TF_LOG", "TRACE")).await;
    cycle(&terraform, &simulator).await;
    let exit = terraform.shutdown().await;
    assert_eq!(exit.stdout, "");
}
