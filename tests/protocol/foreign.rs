//! Objects that weren't ours before: moved from another provider, imported by identity, without configuration.

use aura_simulator::Simulator;
use aura_test_support::value::{attribute, decode, known, to_json};
use serde_json::{Value as Json, json};
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::wire::{Terraform, URL, WEBHOOK, errors, warnings};

const PATH: &str = "/panic-api/v2/notifiers/webhooks";
const BODY: &str =
    r#"{"url":"https://alerts.example.com/aura","events":["B","A","B"],"headers":{"X-Key":"k"}}"#;

#[track_caller]
fn identity(sent: Option<&pb::ResourceIdentityData>) -> Json {
    let sent = sent.expect("an identity");
    to_json(&decode(sent.identity_data.as_ref()))
}

/// What a move of this `restapi_object` gives.
async fn moved(terraform: &Terraform, state: Json) -> pb::move_resource_state::Response {
    let provider = "registry.example.com/mastercard/restapi";
    let state = state.to_string();
    terraform
        .take_over(provider, "restapi_object", &state)
        .await
}

#[tokio::test]
async fn a_moved_webhook_has_what_its_request_had_and_nothing_of_the_old_provider() {
    let terraform = Terraform::start().await;
    let answer = moved(&terraform, json!({"path": PATH, "data": BODY})).await;
    assert_eq!(warnings(&answer.diagnostics), ["Moved Without Reading"]);
    assert_eq!(answer.target_private, &b""[..]);
    assert_eq!(answer.target_identity, None);
    let expected = json!({"url": URL, "events": ["A", "B"], "headers": {"X-Key": "k"}});
    let expected = to_json(&terraform.webhook(expected));
    assert_eq!(to_json(&decode(answer.target_state.as_ref())), expected);
}

#[tokio::test]
async fn the_endpoint_is_known_however_it_is_written() {
    let terraform = Terraform::start().await;
    for state in [
        json!({"path": format!("{PATH}/")}),
        json!({"path": &PATH[1..], "create_method": "post"}),
        json!({"path": format!("/gateway{PATH}?dry=0")}),
        json!({"path": "/notifiers/webhooks"}),
        json!({"path": "/elsewhere", "create_path": PATH, "create_method": ""}),
    ] {
        let mut given = state.clone();
        given["data"] = BODY.into();
        let answer = moved(&terraform, given).await;
        assert_eq!(errors(&answer.diagnostics), [""; 0], "{state}");
    }
    for state in [
        json!({"path": "/v1/notifiers/webhooks"}),
        json!({"path": format!("{PATH}/7")}),
        json!({"path": format!("/x?{PATH}")}),
        json!({"path": PATH, "create_method": "PUT"}),
        json!({"path": PATH, "create_path": "/users"}),
        json!({"path": 7}),
        json!({}),
    ] {
        let mut given = state.clone();
        given["data"] = BODY.into();
        let answer = moved(&terraform, given).await;
        let told = errors(&answer.diagnostics);
        assert_eq!(told, ["Not a Webhook Registration"], "{state}");
        assert_eq!(answer.target_state, None, "{state}");
    }
}

#[tokio::test]
async fn only_the_two_resources_can_be_moved_from_whatever_registry() {
    let terraform = Terraform::start().await;
    let url = format!("https://panic.aura.services{PATH}");
    let state = json!({"url": url, "method": "POST", "request_body": BODY}).to_string();
    for (provider, type_name, moves) in [
        (
            "registry.opentofu.org/devops-rob/terracurl",
            "terracurl_request",
            true,
        ),
        (
            "mirror.example.com/infra/terracurl",
            "terracurl_request",
            true,
        ),
        (
            "registry.terraform.io/devops-rob/terracurl",
            "terracurl_other",
            false,
        ),
        (
            "registry.terraform.io/mastercard/restapi",
            "terracurl_request",
            false,
        ),
        ("", "", false),
    ] {
        let answer = terraform.take_over(provider, type_name, &state).await;
        let told = errors(&answer.diagnostics);
        match moves {
            true => assert_eq!(told, [""; 0], "{provider}"),
            false => assert_eq!(told, ["Unsupported Move"], "{provider}"),
        }
    }
}

#[tokio::test]
async fn no_error_about_a_move_quotes_what_was_sent() {
    let terraform = Terraform::start().await;
    for data in [
        "canary",
        "{\"url\": \"canary",
        "{\"canary\": 1}",
        r#"{"url": "https://a.example", "events": "canary"}"#,
        r#"{"url": "https://a.example", "events": ["A"], "method": "canary"}"#,
        r#"{"url": "https://a.example", "events": ["A"], "headers": {"canary": ["canary"]}}"#,
    ] {
        let answer = moved(&terraform, json!({"path": PATH, "data": data})).await;
        assert_eq!(errors(&answer.diagnostics), ["Not a Webhook Registration"]);
        let detail = &answer.diagnostics[0].detail;
        assert!(!detail.contains("canary"), "{detail}");
    }
}

#[tokio::test]
async fn the_identity_is_the_slot_in_every_answer() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let expected = json!({"api_host": simulator.address().to_string(), "customer": "default"});
    let config = terraform.simple();
    let planned = terraform.plan(&rmpv::Value::Nil, &config).await;
    assert_eq!(identity(planned.answer.planned_identity.as_ref()), expected);
    let applied = terraform.apply(&rmpv::Value::Nil, &planned, &config).await;
    assert_eq!(identity(applied.answer.new_identity.as_ref()), expected);
    let read = terraform.read(&applied.state, b"").await;
    assert_eq!(identity(read.new_identity.as_ref()), expected);

    let imported = terraform.import(URL).await.imported_resources.remove(0);
    assert_eq!(identity(imported.identity.as_ref()), expected);
    let imported = terraform.import_by_identity(expected.clone()).await;
    let imported = &imported.imported_resources[0];
    assert_eq!(identity(imported.identity.as_ref()), expected);
    let state = decode(imported.state.as_ref());
    assert!(attribute(&state, "url").is_nil());
    let upgraded = terraform.upgrade_identity(0, &expected.to_string()).await;
    assert_eq!(identity(upgraded.upgraded_identity.as_ref()), expected);
}

#[tokio::test]
async fn the_identity_of_a_webhook_whose_source_isn_t_known_is_not_known() {
    let terraform = Terraform::start().await;
    let source = json!({
        "token": "t", "environment": null, "base_url": null, "client_id": null, "client_secret": null,
    });
    let block = terraform.block(json!({"customer_sources": {"north": source}}));
    assert_eq!(terraform.configure(&block).await, []);
    let imported = terraform.import(URL).await.imported_resources.remove(0);
    assert_eq!(imported.identity, None);
    let given = json!({"api_host": "staging-panic.aura.services", "customer": "north"});
    let imported = terraform.import_by_identity(given).await;
    let state = decode(imported.imported_resources[0].state.as_ref());
    assert_eq!(attribute(&state, "customer_source"), &known(json!("north")));
}

#[tokio::test]
async fn the_identity_schema_names_what_an_import_needs() {
    let terraform = Terraform::start().await;
    let request = pb::get_resource_identity_schemas::Request {};
    let mut provider = terraform.host.provider();
    let answer = provider.get_resource_identity_schemas(request).await;
    let schemas = answer.unwrap().into_inner().identity_schemas;
    let attributes = &schemas[WEBHOOK].identity_attributes;
    let names: Vec<_> = attributes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["api_host", "customer"]);
    for it in attributes {
        assert_eq!(&it.r#type[..], b"\"string\"");
        assert!(it.required_for_import && !it.optional_for_import);
        assert!(!it.description.is_empty());
    }
}

#[tokio::test]
async fn generated_configuration_validates_without_a_remark() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let imported = terraform.import(URL).await.imported_resources.remove(0);
    let answer = terraform
        .generate_config(&decode(imported.state.as_ref()))
        .await;
    assert_eq!(answer.diagnostics, []);
    let config = decode(answer.config.as_ref());
    assert_eq!(terraform.validate(&config).await, []);
    for computed in ["id", "registered_at", "method"] {
        assert!(attribute(&config, computed).is_nil(), "{computed}");
    }
    let events = json!(["NEW_CALLOUT"]);
    let stored = terraform.webhook(json!({"url": URL, "events": events, "id": "h/c"}));
    let config = decode(terraform.generate_config(&stored).await.config.as_ref());
    assert_eq!(to_json(attribute(&config, "events")), events);
}
