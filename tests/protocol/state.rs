//! Stored objects: upgraded and read.

use aura_simulator::Simulator;
use aura_test_support::value::{attribute, decode, encode, known, to_json};
use rmpv::Value;
use serde_json::{Value as Json, json};
use terraform_provider_aura::proto::tfplugin6::{RawState, read_resource, upgrade_resource_state};

use crate::wire::{TERRAFORM, Terraform, URL, WEBHOOK, errors};

fn raw(text: impl Into<String>) -> Option<RawState> {
    Some(RawState {
        json: text.into().into(),
        ..RawState::default()
    })
}

/// A webhook as Terraform stores it.
fn stored(terraform: &Terraform) -> Json {
    to_json(&terraform.webhook(json!({
        "url": URL,
        "events": ["CALLOUT_CLOSED", "NEW_CALLOUT"],
        "method": "webhook",
        "headers": {"X-Key": "k"},
        "id": "staging-panic.aura.services/default",
        "registered_at": "2026-01-01T00:00:00Z",
    })))
}

#[track_caller]
fn upgraded(answer: &upgrade_resource_state::Response) -> Value {
    assert_eq!(answer.diagnostics, []);
    decode(answer.upgraded_state.as_ref())
}

#[tokio::test]
async fn state_of_this_version_comes_back_as_it_was_stored() {
    let terraform = Terraform::start().await;
    let stored = stored(&terraform);
    let compact = terraform.upgrade(0, raw(stored.to_string())).await;
    assert_eq!(to_json(&upgraded(&compact)), stored);
    let pretty = serde_json::to_string_pretty(&stored).unwrap();
    let pretty = terraform.upgrade(0, raw(pretty)).await;
    assert_eq!(to_json(&upgraded(&pretty)), stored);
}

#[tokio::test]
async fn an_attribute_that_is_not_stored_is_null_and_one_unheard_of_is_dropped() {
    let terraform = Terraform::start().await;
    let mut changed = stored(&terraform);
    let members = changed.as_object_mut().unwrap();
    members.remove("headers");
    members.insert("weight".to_owned(), json!(0.1));
    members.insert("count".to_owned(), json!([1, 1e30, {"deep": null}]));
    let state = upgraded(&terraform.upgrade(0, raw(changed.to_string())).await);
    assert_eq!(attribute(&state, "headers"), &Value::Nil);
    let names = state.as_map().unwrap().len();
    assert_eq!(names, terraform.webhook_attributes().len());
}

#[tokio::test]
async fn state_that_can_t_be_read_is_an_error_and_never_null() {
    let terraform = Terraform::start().await;
    let unreadable = "Unreadable Data from Terraform";
    let flatmap = RawState {
        flatmap: [("url".to_owned(), URL.to_owned())].into(),
        ..RawState::default()
    };
    for (what, version, state, summary) in [
        ("flatmap", 0, Some(flatmap), "State Too Old"),
        ("nothing", 0, None, unreadable),
        ("empty", 0, raw(""), unreadable),
        ("null", 0, raw("null"), unreadable),
        ("a list", 0, raw("[]"), unreadable),
        ("half", 0, raw(r#"{"url": "canary"#), unreadable),
        ("two", 0, raw("{} {}"), unreadable),
        ("a number for a text", 0, raw(r#"{"url": 1}"#), unreadable),
        (
            "a text for a map",
            0,
            raw(r#"{"headers": "canary"}"#),
            unreadable,
        ),
        ("a deep one", 0, raw("[".repeat(100_000)), unreadable),
        ("another version", 7, raw("{}"), "Unknown State Version"),
    ] {
        let answer = terraform.upgrade(version, state).await;
        assert_eq!(errors(&answer.diagnostics), [summary], "{what}");
        assert_eq!(answer.upgraded_state, None, "{what}");
        let detail = &answer.diagnostics[0].detail;
        assert!(!detail.contains("canary"), "{what}: {detail}");
    }
    terraform.assert_alive().await;
}

#[tokio::test]
async fn a_read_gives_back_state_and_private_state_and_asks_nobody() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let state = known(stored(&terraform));
    let answer = terraform.read(&state, b"\x00private\xff").await;
    assert_eq!(answer.diagnostics, []);
    assert_eq!(to_json(&decode(answer.new_state.as_ref())), to_json(&state));
    assert_eq!(answer.private, &b"\x00private\xff"[..]);
    assert_eq!(answer.deferred, None);
    assert_eq!(simulator.total_requests(), 0);
}

#[tokio::test]
async fn a_read_of_nothing_is_an_error() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    for current_state in [None, Some(encode(&Value::Nil))] {
        let request = read_resource::Request {
            type_name: WEBHOOK.to_owned(),
            current_state,
            client_capabilities: Some(TERRAFORM),
            ..Default::default()
        };
        let answer = terraform.host.provider().read_resource(request).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(
            errors(&answer.diagnostics),
            ["Unreadable Data from Terraform"]
        );
    }
}
