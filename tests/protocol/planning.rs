//! Plans: what Terraform's rules allow, and what this provider makes of them.

use aura_simulator::Simulator;
use aura_test_support::value::{
    attribute, is_unknown, known, to_json, unknown, unknown_but_not_null, with,
};
use rmpv::Value;
use serde_json::{Value as Json, json};

use crate::wire::{Terraform, URL, rules, warnings};

/// A provider with a webhook that is registered.
async fn registered() -> (Simulator, Terraform, Value) {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let created = terraform.create(&terraform.simple()).await;
    (simulator, terraform, created.state)
}

#[tokio::test]
async fn a_new_webhook_is_planned_with_its_slot_and_its_default_method() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let planned = terraform.plan(&Value::Nil, &terraform.simple()).await;
    assert_eq!(planned.answer.diagnostics, []);
    assert_eq!(planned.answer.requires_replace, []);
    let state = to_json(&planned.state);
    assert_eq!(state["url"], URL);
    assert_eq!(state["events"], json!(["NEW_CALLOUT"]));
    assert_eq!(state["method"], "webhook");
    assert_eq!(state["headers"], Json::Null);
    assert_eq!(state["id"], format!("{}/default", simulator.address()));
    assert_eq!(state["registered_at"], "(unknown)");
    assert_eq!(simulator.total_requests(), 0, "a plan asks nobody");
}

#[tokio::test]
async fn the_same_configuration_again_is_no_change() {
    let (_simulator, terraform, stored) = registered().await;
    let planned = terraform.plan(&stored, &terraform.simple()).await;
    assert_eq!(planned.state, stored);
    assert_eq!(planned.answer.diagnostics, []);
}

#[tokio::test]
async fn the_order_of_events_is_no_change() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let in_order = |events: Json| terraform.webhook(json!({"url": URL, "events": events}));
    let config = in_order(json!(["NEW_CALLOUT", "CALLOUT_CLOSED", "CALLOUT_OWNED"]));
    let stored = terraform.create(&config).await.state;
    let turned = in_order(json!(["CALLOUT_OWNED", "NEW_CALLOUT", "CALLOUT_CLOSED"]));
    let planned = terraform.plan(&stored, &turned).await;
    assert!(rules::same(&planned.state, &stored), "{}", planned.state);
}

#[tokio::test]
async fn any_change_is_planned_in_place_as_a_registration() {
    let (_simulator, terraform, stored) = registered().await;
    for (name, value) in [
        ("url", json!("https://other.example.com")),
        ("events", json!(["CALLOUT_CLOSED", "NEW_CALLOUT"])),
        ("headers", json!({"X-Key": "a"})),
        ("headers", json!({})),
    ] {
        let config = with(terraform.simple(), name, known(value));
        let planned = terraform.plan(&stored, &config).await;
        let id = attribute(&planned.state, "id");
        assert_eq!(id, attribute(&stored, "id"), "{name}");
        assert!(
            is_unknown(attribute(&planned.state, "registered_at")),
            "{name}"
        );
        assert_eq!(planned.answer.requires_replace, [], "{name}");
    }
}

#[tokio::test]
async fn headers_that_are_null_and_headers_that_are_empty_are_two_things() {
    let (_simulator, terraform, without) = registered().await;
    assert_eq!(attribute(&without, "headers"), &Value::Nil);
    let no_headers = terraform.simple();
    let empty_headers = with(no_headers.clone(), "headers", known(json!({})));

    let with_empty = terraform.change(&without, &empty_headers).await.state;
    assert_eq!(attribute(&with_empty, "headers"), &known(json!({})));
    let unchanged = terraform.plan(&with_empty, &empty_headers).await;
    assert_eq!(unchanged.state, with_empty);
    let back = terraform.change(&with_empty, &no_headers).await.state;
    assert_eq!(attribute(&back, "headers"), &Value::Nil);
}

#[tokio::test]
async fn what_is_unknown_stays_unknown_wherever_it_is() {
    let (_simulator, terraform, stored) = registered().await;
    let element = Value::Map(vec![
        ("X-Known".into(), "a".into()),
        ("X-Later".into(), unknown()),
    ]);
    let events = Value::Array(vec!["NEW_CALLOUT".into(), unknown()]);
    for (name, value) in [
        ("url", unknown()),
        ("url", unknown_but_not_null()),
        ("headers", unknown()),
        ("headers", element),
        ("events", unknown()),
        ("events", events),
        ("method", unknown()),
    ] {
        let config = with(terraform.simple(), name, value.clone());
        assert_eq!(terraform.validate(&config).await, [], "{name} = {value}");
        for prior in [&Value::Nil, &stored] {
            // The rules hold the planned value to the configured one.
            let planned = terraform.plan(prior, &config).await;
            assert_eq!(planned.answer.diagnostics, [], "{name} = {value}");
            let registered_at = attribute(&planned.state, "registered_at");
            assert!(is_unknown(registered_at), "{name} = {value}");
        }
    }
}

#[tokio::test]
async fn a_destroy_plan_is_null_with_a_warning_and_keeps_private_state() {
    let (simulator, terraform, stored) = registered().await;
    let before = simulator.total_requests();
    let planned = terraform.plan_stored(&stored, b"kept", &Value::Nil).await;
    assert_eq!(planned.state, Value::Nil);
    assert_eq!(planned.answer.planned_private, &b"kept"[..]);
    assert_eq!(
        warnings(&planned.answer.diagnostics),
        ["Webhook Stays Active at AURA"]
    );
    assert!(planned.answer.diagnostics[0].detail.contains(URL));
    assert_eq!(simulator.total_requests(), before);
}

#[tokio::test]
async fn a_provider_that_points_elsewhere_plans_a_move_with_a_warning() {
    let (_first, terraform, stored) = registered().await;
    let second = Simulator::http().unwrap();
    terraform.configure_for(&second, json!({})).await;
    let planned = terraform.plan(&stored, &terraform.simple()).await;
    assert_eq!(
        warnings(&planned.answer.diagnostics),
        ["Webhook Moves to Another Slot"]
    );
    assert_eq!(planned.answer.requires_replace, []);
    let moved = terraform
        .apply(&stored, &planned, &terraform.simple())
        .await;
    let slot = format!("{}/default", second.address());
    assert_eq!(attribute(&moved.state, "id"), &Value::from(slot));
    assert_eq!(second.registrations().len(), 1);
}
