//! Applies: create, update, delete, and what Terraform is left with when they fail.

use std::time::Duration;

use aura_simulator::{Endpoint, Fault, Reply, Simulator, Source};
use aura_test_support::value::{attribute, decode, known, to_json, with};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use rmpv::Value;
use serde_json::json;

use crate::wire::{Terraform, URL, apply_request, errors, eventually, warnings};

#[tokio::test]
async fn a_webhook_is_created_as_it_was_planned() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let config = terraform.webhook(json!({
        "url": URL,
        "events": ["NEW_CALLOUT", "CALLOUT_CLOSED"],
        "headers": {"X-Key": "k"},
    }));
    let created = terraform.create(&config).await;
    assert_eq!(created.answer.diagnostics, []);
    let state = to_json(&created.state);
    let registered_at = state["registered_at"].as_str().expect("a time");
    assert!(registered_at.ends_with('Z'), "{registered_at}");

    let registered = simulator
        .registration(Source::DEMO_NAME)
        .expect("it is registered");
    assert_eq!(registered.url, URL);
    assert_eq!(registered.events, ["CALLOUT_CLOSED", "NEW_CALLOUT"]);
    assert_eq!(registered.headers["X-Key"], "k");
    assert_eq!(registered.count, 1);
}

#[tokio::test]
async fn an_update_registers_again_and_remembers_nothing_without_write_only_headers() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let stored = terraform.create(&terraform.simple()).await.state;
    let config = with(
        terraform.simple(),
        "url",
        "https://other.example.com".into(),
    );
    let planned = terraform.plan_stored(&stored, b"kept", &config).await;
    let updated = terraform.apply(&stored, &planned, &config).await;
    assert_eq!(updated.answer.diagnostics, []);
    assert_eq!(planned.answer.planned_private, "kept");
    assert_eq!(updated.answer.private, "");
    let registered = simulator
        .registration(Source::DEMO_NAME)
        .expect("it is registered");
    assert_eq!(registered.url, "https://other.example.com");
    assert_eq!(registered.count, 2);
}

#[tokio::test]
async fn a_delete_leaves_nothing_in_state_and_asks_nobody() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let stored = terraform.create(&terraform.simple()).await.state;
    let before = simulator.total_requests();
    let planned = terraform.plan(&stored, &Value::Nil).await;
    let deleted = terraform.apply(&stored, &planned, &Value::Nil).await;
    assert_eq!(deleted.answer.diagnostics, []);
    assert_eq!(deleted.state, Value::Nil);
    assert_eq!(simulator.total_requests(), before);
}

#[tokio::test]
async fn a_failed_create_records_no_object() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    for status in [
        StatusCode::BAD_REQUEST,
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::NOT_FOUND,
    ] {
        simulator.fault(Fault::status(status).on(Endpoint::Webhook));
        let failed = terraform.create(&terraform.simple()).await;
        assert_eq!(
            errors(&failed.answer.diagnostics),
            ["Unable to Register Webhook"]
        );
        let detail = &failed.answer.diagnostics[0].detail;
        assert!(detail.contains(status.as_str()), "{detail}");
        assert_eq!(failed.answer.new_state, None, "{status}");
        assert!(failed.answer.private.is_empty(), "{status}");
    }
    let created = terraform.create(&terraform.simple()).await;
    assert_eq!(created.answer.diagnostics, []);
}

#[tokio::test]
async fn a_failed_update_leaves_terraform_what_it_has() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let stored = terraform.create(&terraform.simple()).await.state;
    simulator.fault(Fault::status(StatusCode::BAD_REQUEST).on(Endpoint::Webhook));
    let config = with(
        terraform.simple(),
        "url",
        "https://other.example.com".into(),
    );
    let failed = terraform.change(&stored, &config).await;
    assert_eq!(
        errors(&failed.answer.diagnostics),
        ["Unable to Register Webhook"]
    );
    // Without a new state Terraform keeps the prior one, with its private state.
    assert_eq!(failed.answer.new_state, None);
    assert!(failed.answer.private.is_empty());
    let registered = simulator
        .registration(Source::DEMO_NAME)
        .expect("it is registered");
    assert_eq!((registered.url.as_str(), registered.count), (URL, 1));
}

#[tokio::test]
async fn an_unknown_value_that_slips_into_an_apply_is_not_registered_by_half() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let headers = Value::Map(vec![(
        "X-Later".into(),
        aura_test_support::value::unknown(),
    )]);
    let config = with(terraform.simple(), "headers", headers);
    let planned = terraform.plan(&Value::Nil, &config).await;
    let failed = terraform.apply(&Value::Nil, &planned, &config).await;
    assert_eq!(errors(&failed.answer.diagnostics), ["Value Not Known"]);
    assert_eq!(simulator.total_requests(), 0);
}

#[tokio::test]
async fn an_imported_webhook_is_registered_in_place_and_then_settled() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let answer = terraform.import(URL).await;
    assert_eq!(errors(&answer.diagnostics), [""; 0]);
    assert_eq!(warnings(&answer.diagnostics).len(), 1);
    assert_eq!(simulator.total_requests(), 0, "an import asks nobody");
    let [imported] = &answer.imported_resources[..] else {
        panic!("one resource, not {}", answer.imported_resources.len())
    };
    assert_eq!(imported.type_name, crate::wire::WEBHOOK);
    let imported_state = decode(imported.state.as_ref());
    assert_eq!(attribute(&imported_state, "url"), &Value::from(URL));
    let read = terraform.read(&imported_state, &imported.private).await;
    assert_eq!(decode(read.new_state.as_ref()), imported_state);

    let config = with(terraform.simple(), "headers", known(json!({"X-Key": "k"})));
    let applied = terraform.change(&imported_state, &config).await;
    assert_eq!(applied.answer.diagnostics, []);
    assert_eq!(simulator.webhook_posts().len(), 1);
    let settled = terraform.plan(&applied.state, &config).await;
    assert_eq!(settled.state, applied.state);
}

#[tokio::test]
async fn an_import_of_what_is_no_url_is_refused() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    for id in [
        "",
        "demo",
        "http://alerts.example.com",
        "https://u:canary@alerts.example.com",
    ] {
        let answer = terraform.import(id).await;
        assert_eq!(errors(&answer.diagnostics), ["Invalid Import ID"], "{id}");
        assert_eq!(answer.imported_resources, [], "{id}");
        assert!(!answer.diagnostics[0].detail.contains("canary"), "{id}");
    }
}

#[tokio::test]
async fn ten_applies_run_at_once_and_each_gets_its_own_answer() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let planned = terraform.plan(&Value::Nil, &terraform.simple()).await;
    simulator.fault(Fault::delay(Duration::from_millis(1500)).forever());
    let applies: Vec<_> = (0..10)
        .map(|number| {
            let url = Value::from(format!("https://alerts.example.com/{number}"));
            let mut request = apply_request(&Value::Nil, &planned, &terraform.simple());
            for object in [&mut request.planned_state, &mut request.config] {
                let value = with(decode(object.as_ref()), "url", url.clone());
                *object = Some(aura_test_support::value::encode(&value));
            }
            (url, tokio::spawn(terraform.ask_apply(request)))
        })
        .collect();
    eventually("all ten are at AURA", || {
        simulator.webhook_posts().len() == 10
    })
    .await;
    assert!(applies.iter().all(|(_, apply)| !apply.is_finished()));
    for (url, apply) in applies {
        let applied = apply.await.unwrap().unwrap();
        assert_eq!(applied.diagnostics, []);
        assert_eq!(attribute(&decode(applied.new_state.as_ref()), "url"), &url);
    }
}

#[tokio::test]
async fn a_stop_ends_the_wait_for_a_retry_and_says_so() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let busy = Reply::new(StatusCode::SERVICE_UNAVAILABLE)
        .header(RETRY_AFTER, HeaderValue::from_static("60"));
    simulator.fault(Fault::reply(busy).forever());
    let config = terraform.simple();
    let planned = terraform.plan(&Value::Nil, &config).await;
    let apply = tokio::spawn(terraform.ask_apply(apply_request(&Value::Nil, &planned, &config)));
    eventually("the first attempt is made", || {
        simulator.total_requests() == 1
    })
    .await;
    terraform.stop().await;
    let stopped = tokio::time::timeout(Duration::from_secs(20), apply).await;
    let stopped = stopped
        .expect("the wait of a minute is cut short")
        .unwrap()
        .unwrap();
    assert_eq!(errors(&stopped.diagnostics), ["Unable to Register Webhook"]);
    let detail = &stopped.diagnostics[0].detail;
    assert!(detail.contains("nterrupted after 1 attempt"), "{detail}");
    assert_eq!(stopped.new_state, None);
    assert_eq!(simulator.total_requests(), 1);
}

#[tokio::test]
async fn a_stop_lets_an_attempt_in_flight_finish_and_be_recorded() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    simulator.fault(Fault::delay(Duration::from_millis(300)));
    let config = terraform.simple();
    let planned = terraform.plan(&Value::Nil, &config).await;
    let apply = tokio::spawn(terraform.ask_apply(apply_request(&Value::Nil, &planned, &config)));
    eventually("the attempt is made", || simulator.total_requests() == 1).await;
    terraform.stop().await;
    let applied = apply.await.unwrap().unwrap();
    assert_eq!(applied.diagnostics, []);
    let state = decode(applied.new_state.as_ref());
    assert_eq!(attribute(&state, "url"), &Value::from(URL));
}

#[tokio::test]
async fn after_a_stop_an_apply_works_as_ever() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    terraform.stop().await;
    terraform.stop().await;
    let created = terraform.create(&terraform.simple()).await;
    assert_eq!(created.answer.diagnostics, []);
    // A wait between retries, too, is not cut short by a stop of before.
    let flaky = Fault::status(StatusCode::SERVICE_UNAVAILABLE).times(1);
    simulator.fault(flaky);
    let config = with(
        terraform.simple(),
        "url",
        "https://other.example.com".into(),
    );
    let updated = terraform.change(&created.state, &config).await;
    assert_eq!(updated.answer.diagnostics, []);
    assert_eq!(simulator.webhook_posts().len(), 3);
}
