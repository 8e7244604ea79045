//! Every spelling of a value is the same value.

use aura_simulator::{Endpoint, Fault, Simulator, Source};
use aura_test_support::value::{attribute, decode, encode, to_json, unknown_but_not_null, with};
use http::StatusCode;
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::in_json;
use crate::wire::{Terraform, URL, errors};

#[tokio::test]
async fn text_is_planned_and_stored_in_normalization_form_c() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let composed = "https://alerts.example.com/caf\u{e9}";
    let decomposed = terraform.webhook(json!({
        "url": "https://alerts.example.com/cafe\u{301}",
        "events": ["NEW_CALLOUT"],
        "headers": {},
    }));
    let request = terraform.plan_request(&Value::Nil, b"", &decomposed);
    let planned = decode(terraform.ask_plan(request).await.planned_state.as_ref());
    assert_eq!(attribute(&planned, "url"), &Value::from(composed));

    let config = with(decomposed.clone(), "url", composed.into());
    let stored = terraform.create(&config).await.state;
    let request = terraform.plan_request(&stored, b"", &decomposed);
    let unchanged = decode(terraform.ask_plan(request).await.planned_state.as_ref());
    assert_eq!(unchanged, stored);
}

#[tokio::test]
async fn every_extension_code_is_unknown_and_goes_back_as_the_plain_one() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let prefix = Value::Ext(12, b"\x82\x01\xc2\x02\xa8https://".to_vec());
    for sent in [
        Value::Ext(0, vec![0]),
        Value::Ext(0, Vec::new()),
        unknown_but_not_null(),
        prefix,
        Value::Ext(99, vec![7; 300]),
        Value::Ext(-1, vec![0; 16]),
    ] {
        let config = with(terraform.simple(), "url", sent.clone());
        let config = with(config, "headers", Value::Map(vec![("X".into(), sent)]));
        assert_eq!(terraform.validate(&config).await, []);
        let planned = terraform.plan(&Value::Nil, &config).await;
        let bytes = planned.answer.planned_state.expect("a plan").msgpack;
        for literal in [&b"\xa3url\xd4\x00\x00"[..], b"\x81\xa1X\xd4\x00\x00"] {
            let found = bytes.windows(literal.len()).any(|window| window == literal);
            assert!(found, "{literal:02x?} is not in {bytes:02x?}");
        }
    }
}

#[tokio::test]
async fn a_number_is_the_same_in_every_spelling() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::start().await;
    let block = terraform.block(json!({
        "base_url": simulator.base_url(),
        "token": Source::DEMO_TOKEN,
    }));
    simulator.fault(
        Fault::status(StatusCode::SERVICE_UNAVAILABLE)
            .on(Endpoint::Webhook)
            .forever(),
    );
    for spelling in [
        Value::from(1),
        Value::from("1"),
        Value::from("1.0"),
        Value::from("10e-1"),
        Value::F64(1.0),
        Value::F32(1.0),
    ] {
        let block = with(block.clone(), "max_retries", spelling.clone());
        assert_eq!(terraform.validate_provider(&block).await, [], "{spelling}");
        assert_eq!(terraform.configure(&block).await, [], "{spelling}");
        let before = simulator.webhook_posts().len();
        terraform.create(&terraform.simple()).await;
        let attempts = simulator.webhook_posts().len() - before;
        assert_eq!(attempts, 2, "{spelling}: one attempt and one retry");
    }
}

#[tokio::test]
async fn a_number_that_makes_no_sense_is_the_users_error() {
    let terraform = Terraform::start().await;
    let block = terraform.block(json!({"token": "t"}));
    for number in [
        Value::from(-1),
        Value::from(101),
        Value::from(u64::MAX),
        Value::from("1.5"),
        Value::F64(1.5),
        Value::F64(f64::INFINITY),
        Value::from("1e400"),
        Value::from("123456789012345678901234567890"),
    ] {
        let block = with(block.clone(), "max_retries", number.clone());
        for diagnostics in [
            terraform.validate_provider(&block).await,
            terraform.configure(&block).await,
        ] {
            assert_eq!(
                errors(&diagnostics),
                ["Invalid Number of Retries"],
                "{number}"
            );
        }
    }
}

#[tokio::test]
async fn json_in_place_of_msgpack_is_read_and_answered_in_msgpack() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::start().await;
    let block = terraform.block(json!({
        "base_url": simulator.base_url(),
        "token": Source::DEMO_TOKEN,
        "max_retries": 3,
    }));
    let as_json = |value: &Value| in_json(to_json(value).to_string());
    let configure = pb::configure_provider::Request {
        config: Some(as_json(&block)),
        ..Default::default()
    };
    let configured = terraform
        .host
        .provider()
        .configure_provider(configure)
        .await;
    assert_eq!(configured.unwrap().into_inner().diagnostics, []);

    let config = terraform.simple();
    assert_eq!(terraform.ask_validate(as_json(&config)).await, []);
    let mut request = terraform.plan_request(&Value::Nil, b"", &config);
    request.prior_state = Some(in_json("null"));
    request.proposed_new_state = Some(as_json(&config));
    request.config = Some(as_json(&config));
    let answer = terraform.ask_plan(request).await;
    assert_eq!(answer.diagnostics, []);
    // Decoding insists on msgpack.
    let planned = decode(answer.planned_state.as_ref());
    assert_eq!(attribute(&planned, "url"), &Value::from(URL));
}

#[tokio::test]
async fn null_has_three_spellings() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let config = terraform.simple();
    for null in [
        None,
        Some(pb::DynamicValue::default()),
        Some(encode(&Value::Nil)),
    ] {
        let mut create = terraform.plan_request(&Value::Nil, b"", &config);
        create.prior_state = null.clone();
        let created = terraform.ask_plan(create).await;
        assert_eq!(created.diagnostics, []);
        let mut destroy = terraform.plan_request(&config, b"", &Value::Nil);
        destroy.proposed_new_state = null.clone();
        destroy.config = null;
        let destroyed = terraform.ask_plan(destroy).await;
        assert_eq!(decode(destroyed.planned_state.as_ref()), Value::Nil);
    }
}
