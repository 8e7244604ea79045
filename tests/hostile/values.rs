//! Values that are none, wherever one is sent: what is broken is told, never quoted, and does no harm.

use aura_simulator::Simulator;
use aura_test_support::value::{encode, known, unknown, unknown_but_not_null, with};
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::victim::Victim;
use crate::wire::{TERRAFORM, Terraform, WEBHOOK, errors, rules};

const UNREADABLE: &str = "Unreadable Data from Terraform";

fn msgpack(bytes: impl Into<Vec<u8>>) -> pb::DynamicValue {
    pb::DynamicValue {
        msgpack: bytes.into().into(),
        ..Default::default()
    }
}

fn in_json(text: impl Into<String>) -> pb::DynamicValue {
    pb::DynamicValue {
        json: text.into().into(),
        ..Default::default()
    }
}

/// A configuration of a webhook, its members in reach to be spoilt.
fn members(terraform: &Terraform) -> Vec<(Value, Value)> {
    let Value::Map(members) = terraform.simple() else {
        panic!("a webhook is an object")
    };
    members
}

/// Everything that is one msgpack value but no webhook.
fn not_webhooks(terraform: &Terraform) -> Vec<(&'static str, pb::DynamicValue)> {
    let whole = terraform.simple();
    let spoilt = |name: &str, value: Value| encode(&with(whole.clone(), name, value));
    let without_url = members(terraform)
        .into_iter()
        .filter(|(name, _)| name.as_str() != Some("url"));
    let extra = with(whole.clone(), "canary", Value::Nil);
    let twice = [members(terraform), vec![("url".into(), "canary".into())]].concat();
    let numbered = [members(terraform), vec![(1.into(), Value::Nil)]].concat();
    let invalid_text = Value::String(rmpv::Utf8String::from(
        String::from_utf8(b"canary".to_vec()).unwrap(),
    ));
    let mut not_utf8 = encode(&with(whole.clone(), "url", invalid_text))
        .msgpack
        .to_vec();
    let place = not_utf8.windows(6).position(|at| at == b"canary").unwrap();
    not_utf8[place] = 0xff;
    vec![
        ("an unknown block", encode(&unknown())),
        ("a text", encode(&Value::from("canary"))),
        ("a list", encode(&Value::Array(vec![whole.clone()]))),
        ("an empty object", encode(&Value::Map(Vec::new()))),
        (
            "a missing attribute",
            encode(&Value::Map(without_url.collect())),
        ),
        ("an extra attribute", encode(&extra)),
        ("an attribute twice", encode(&Value::Map(twice))),
        ("a key that is a number", encode(&Value::Map(numbered))),
        ("a number for a text", spoilt("url", 1.into())),
        ("a list for a text", spoilt("url", known(json!(["canary"])))),
        ("a text for a set", spoilt("events", "canary".into())),
        (
            "a map for a set",
            spoilt("events", known(json!({"canary": "canary"}))),
        ),
        (
            "a number in a set",
            spoilt("events", known(json!(["canary", 1]))),
        ),
        (
            "a list for a map",
            spoilt("headers", known(json!(["canary"]))),
        ),
        (
            "a bool in a map",
            spoilt("headers", known(json!({"X": true}))),
        ),
        (
            "binary data",
            spoilt("url", Value::Binary(b"canary".to_vec())),
        ),
        ("text that is not UTF-8", msgpack(not_utf8)),
        (
            "a value and more",
            msgpack([&encode(&whole).msgpack[..], b"\xc0"].concat()),
        ),
    ]
}

/// Bytes that are no msgpack value.
fn not_msgpack() -> Vec<(&'static str, pb::DynamicValue)> {
    vec![
        ("a reserved byte", msgpack(*b"\xc1")),
        (
            "random bytes",
            msgpack(*b"\xf3\x9c\x81\xd9\xffcanary\x00\xde"),
        ),
        ("lists in lists", msgpack(vec![0x91; 200_000])),
        ("maps in maps", msgpack(b"\x81\xa1a".repeat(200_000))),
        (
            "a list said to be 4 GiB",
            msgpack(*b"\xdd\xff\xff\xff\xff\xc0"),
        ),
        (
            "a map said to be 4 GiB",
            msgpack(*b"\xdf\xff\xff\xff\xff\xa1a\xc0"),
        ),
        (
            "a text said to be 4 GiB",
            msgpack(*b"\xdb\xff\xff\xff\xffcanary"),
        ),
        (
            "an unknown said to be 4 GiB",
            msgpack(*b"\xc9\xff\xff\xff\xff\x0c\x81"),
        ),
        ("half a JSON object", in_json(r#"{"url": "canary"#)),
        ("JSON lists in lists", in_json("[".repeat(200_000))),
        ("a JSON list", in_json(r#"["canary"]"#)),
        (
            "JSON that is not UTF-8",
            pb::DynamicValue {
                json: vec![b'"', 0xff, b'"'].into(),
                ..Default::default()
            },
        ),
    ]
}

/// Where a value is sent.
#[derive(Clone, Copy, Debug)]
enum Place {
    Validated,
    ProviderValidated,
    ProviderConfigured,
    PlannedFrom,
    Proposed,
    PlannedFor,
    AppliedTo,
    Planned,
    Applied,
    Read,
}

impl Place {
    const ALL: [Self; 10] = [
        Self::Validated,
        Self::ProviderValidated,
        Self::ProviderConfigured,
        Self::PlannedFrom,
        Self::Proposed,
        Self::PlannedFor,
        Self::AppliedTo,
        Self::Planned,
        Self::Applied,
        Self::Read,
    ];

    /// Sends the value there and returns what is said of it; with that, nothing must be planned, stored or read.
    async fn send(self, terraform: &Terraform, sent: pb::DynamicValue) -> Vec<pb::Diagnostic> {
        let mut provider = terraform.host.provider();
        let config = Some(sent.clone());
        match self {
            Self::Validated => terraform.ask_validate(sent).await,
            Self::ProviderValidated => {
                let request = pb::validate_provider_config::Request { config };
                let answer = provider.validate_provider_config(request).await;
                answer.expect("no gRPC error").into_inner().diagnostics
            }
            Self::ProviderConfigured => {
                let request = pb::configure_provider::Request {
                    config,
                    ..Default::default()
                };
                let answer = provider.configure_provider(request).await;
                answer.expect("no gRPC error").into_inner().diagnostics
            }
            Self::PlannedFrom | Self::Proposed | Self::PlannedFor => {
                self.plan(terraform, sent).await
            }
            Self::AppliedTo | Self::Planned | Self::Applied => self.apply(terraform, sent).await,
            Self::Read => {
                let request = pb::read_resource::Request {
                    type_name: WEBHOOK.to_owned(),
                    current_state: config,
                    client_capabilities: Some(TERRAFORM),
                    ..Default::default()
                };
                let answer = provider.read_resource(request).await;
                let answer = answer.expect("no gRPC error").into_inner();
                assert_eq!(answer.new_state, None);
                answer.diagnostics
            }
        }
    }

    async fn plan(self, terraform: &Terraform, sent: pb::DynamicValue) -> Vec<pb::Diagnostic> {
        let mut request = terraform.plan_request(&Value::Nil, b"", &terraform.simple());
        match self {
            Self::PlannedFrom => request.prior_state = Some(sent),
            Self::Proposed => request.proposed_new_state = Some(sent),
            _ => request.config = Some(sent),
        }
        let answer = terraform.ask_plan(request).await;
        assert_eq!(answer.planned_state, None);
        answer.diagnostics
    }

    async fn apply(self, terraform: &Terraform, sent: pb::DynamicValue) -> Vec<pb::Diagnostic> {
        let config = Some(encode(&terraform.simple()));
        let mut request = pb::apply_resource_change::Request {
            type_name: WEBHOOK.to_owned(),
            prior_state: Some(encode(&Value::Nil)),
            planned_state: config.clone(),
            config,
            ..Default::default()
        };
        match self {
            Self::AppliedTo => request.prior_state = Some(sent),
            Self::Planned => request.planned_state = Some(sent),
            _ => request.config = Some(sent),
        }
        let answer = terraform.ask_apply(request).await.expect("no gRPC error");
        assert_eq!(answer.new_state, None);
        answer.diagnostics
    }
}

#[tokio::test]
async fn what_can_t_be_read_is_a_diagnostic_wherever_it_is_sent() {
    let simulator = Simulator::http().unwrap();
    let victim = Victim::at(&simulator).await;
    let terraform = &victim.terraform;
    for (what, sent) in not_webhooks(terraform).into_iter().chain(not_msgpack()) {
        for place in Place::ALL {
            let told = place.send(terraform, sent.clone()).await;
            assert_unreadable(&format!("{what}, {place:?}"), &told);
            victim.survives(what).await;
        }
    }
    assert_eq!(simulator.total_requests(), 0);
    // The last configuration that was one still holds.
    let created = terraform.create(&terraform.simple()).await;
    assert_eq!(created.answer.diagnostics, []);
    victim.ends("values that are none").await;
}

#[track_caller]
fn assert_unreadable(what: &str, diagnostics: &[pb::Diagnostic]) {
    rules::well_formed(diagnostics.to_vec());
    assert_eq!(errors(diagnostics), [UNREADABLE], "{what}");
    let detail = &diagnostics[0].detail;
    // The name of an attribute is no secret.
    let quoted = detail.contains("canary") && !what.starts_with("an extra attribute");
    assert!(!quoted, "{what}: {detail}");
}

#[tokio::test]
async fn a_value_cut_off_anywhere_is_a_diagnostic() {
    let victim = Victim::start().await;
    let terraform = &victim.terraform;
    let config = with(
        terraform.simple(),
        "headers",
        known(json!({"X-Key": "canary"})),
    );
    let config = with(config, "method", unknown_but_not_null());
    let whole = encode(&config).msgpack;
    assert_eq!(terraform.ask_validate(msgpack(whole.clone())).await, []);
    for length in 0..whole.len() {
        let cut = whole.slice(..length);
        let diagnostics = terraform.ask_validate(msgpack(cut)).await;
        assert_unreadable(&format!("{length} bytes"), &diagnostics);
        victim.survives("a value cut off").await;
    }
    victim.ends("values cut off").await;
}
