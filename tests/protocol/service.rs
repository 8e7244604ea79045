//! What the service says of itself, and that it answers whatever it is asked.

use aura_simulator::Simulator;
use aura_test_support::value::{attribute, encode, unknown, with};
use rmpv::Value;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::wire::{Terraform, WEBHOOK, errors, rules};

#[tokio::test]
async fn the_schema_is_one_that_terraform_takes() {
    let terraform = Terraform::start().await;
    let schema = &terraform.schema;
    assert_eq!(schema.diagnostics, []);
    rules::assert_valid_schema(rules::attributes(schema.provider.as_ref()));
    assert_eq!(
        schema.resource_schemas.keys().collect::<Vec<_>>(),
        [WEBHOOK]
    );
    rules::assert_valid_schema(terraform.webhook_attributes());
}

#[tokio::test]
async fn the_schema_says_who_sets_what_and_what_is_secret() {
    let terraform = Terraform::start().await;
    let provider = rules::attributes(terraform.schema.provider.as_ref());
    for (name, kind, sensitive) in [
        ("environment", r#""string""#, false),
        ("base_url", r#""string""#, false),
        ("token", r#""string""#, true),
        ("client_id", r#""string""#, false),
        ("client_secret", r#""string""#, true),
        ("request_timeout", r#""string""#, false),
        ("max_retries", r#""number""#, false),
        ("ca_certificate", r#""string""#, false),
    ] {
        let it = find(provider, name);
        assert_eq!(it.r#type, kind, "{name}");
        assert!(it.optional && !it.computed, "{name}");
        assert_eq!(it.sensitive, sensitive, "{name}");
    }
    let webhook = terraform.webhook_attributes();
    for (name, kind, required, optional, computed) in [
        ("url", r#""string""#, true, false, false),
        ("events", r#"["set","string"]"#, true, false, false),
        ("method", r#""string""#, false, true, true),
        ("headers", r#"["map","string"]"#, false, true, false),
        ("id", r#""string""#, false, false, true),
        ("registered_at", r#""string""#, false, false, true),
    ] {
        let it = find(webhook, name);
        assert_eq!(it.r#type, kind, "{name}");
        let presence = (it.required, it.optional, it.computed);
        assert_eq!(presence, (required, optional, computed), "{name}");
        assert_eq!(it.sensitive, name == "headers", "{name}");
    }
}

#[track_caller]
fn find<'a>(attributes: &'a [pb::schema::Attribute], name: &str) -> &'a pb::schema::Attribute {
    let found = attributes.iter().find(|it| it.name == name);
    found.unwrap_or_else(|| panic!("the schema has no {name}"))
}

#[tokio::test]
async fn it_wants_to_see_destroy_plans_and_needs_no_schema_call() {
    let terraform = Terraform::start().await;
    let expected = pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    };
    assert_eq!(terraform.schema.server_capabilities, Some(expected));
}

#[tokio::test]
async fn the_metadata_names_what_the_schema_names() {
    let terraform = Terraform::start().await;
    let request = pb::get_metadata::Request {};
    let metadata = terraform.host.provider().get_metadata(request).await;
    let metadata = metadata.unwrap().into_inner();
    let names: Vec<_> = metadata.resources.iter().map(|r| &r.type_name).collect();
    assert_eq!(names, [WEBHOOK]);
    assert_eq!(
        metadata.server_capabilities,
        terraform.schema.server_capabilities
    );
    let functions: Vec<_> = metadata.functions.iter().map(|it| &it.name).collect();
    let declared: Vec<_> = terraform.schema.functions.keys().collect();
    assert_eq!((&functions, functions.len()), (&declared, 1));
    let ephemeral = metadata.ephemeral_resources.iter();
    let ephemeral: Vec<_> = ephemeral.map(|it| &it.type_name).collect();
    let declared: Vec<_> = terraform.schema.ephemeral_resource_schemas.keys().collect();
    assert_eq!((&ephemeral, ephemeral.len()), (&declared, 1));
    let others = metadata.data_sources.len()
        + metadata.list_resources.len()
        + metadata.state_stores.len()
        + metadata.actions.len();
    assert_eq!(others, 0);
}

#[tokio::test]
async fn functions_and_actions_are_answered_in_their_own_ways() {
    let terraform = Terraform::start().await;
    let mut provider = terraform.host.provider();
    let functions = provider.get_functions(pb::get_functions::Request {}).await;
    let functions = functions.unwrap().into_inner().functions;
    assert_eq!(functions, terraform.schema.functions);

    let call = pb::call_function::Request {
        name: "slot".to_owned(),
        arguments: vec![encode(&Value::Nil)],
    };
    let called = provider.call_function(call).await.unwrap().into_inner();
    let error = called.error.expect("a function error");
    assert!(error.text.contains("\"slot\""), "{}", error.text);
    for (wrong, text) in [
        (Value::Nil, "can't be null"),
        (Value::from(1), "wrong type"),
        (Value::from("guards"), "is no group of event types"),
    ] {
        let call = pb::call_function::Request {
            name: "event_types".to_owned(),
            arguments: vec![encode(&Value::from("customers")), encode(&wrong)],
        };
        let called = provider.call_function(call).await.unwrap().into_inner();
        assert_eq!(called.result, None);
        let error = called.error.expect("a function error");
        assert_eq!(error.function_argument, Some(1), "{}", error.text);
        assert!(error.text.contains(text), "{}", error.text);
    }

    let invoke = pb::invoke_action::Request {
        action_type: "aura_ring".to_owned(),
        ..Default::default()
    };
    let mut events = provider.invoke_action(invoke).await.unwrap().into_inner();
    let event = events
        .message()
        .await
        .unwrap()
        .and_then(|event| event.r#type);
    let Some(pb::invoke_action::event::Type::Completed(completed)) = event else {
        panic!("the action completes at once, not {event:?}")
    };
    assert_eq!(errors(&completed.diagnostics), ["Unsupported Feature"]);
    assert_eq!(events.message().await.unwrap(), None);
}

#[tokio::test]
async fn work_before_configure_is_refused_and_validation_is_not() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::start().await;
    let config = terraform.simple();
    assert_eq!(terraform.validate(&config).await, []);

    let planned = terraform.plan(&Value::Nil, &config).await;
    let refused = ["Provider Not Configured"];
    assert_eq!(errors(&planned.answer.diagnostics), refused);
    assert_eq!(planned.state, Value::Nil);
    let applied = crate::wire::apply_request(&Value::Nil, &planned, &config);
    let applied = terraform.ask_apply(pb::apply_resource_change::Request {
        planned_state: Some(encode(&config)),
        ..applied
    });
    assert_eq!(errors(&applied.await.unwrap().diagnostics), refused);
    let imported = terraform.import("https://alerts.example.com").await;
    assert_eq!(errors(&imported.diagnostics), refused);
    assert_eq!(imported.imported_resources, []);

    terraform.configure_for(&simulator, json!({})).await;
    let created = terraform.create(&config).await;
    assert_eq!(created.answer.diagnostics, []);
}

#[tokio::test]
async fn the_second_of_two_configure_calls_wins() {
    let (first, second) = (Simulator::http().unwrap(), Simulator::http().unwrap());
    let terraform = Terraform::at(&first).await;
    terraform.configure_for(&second, json!({})).await;
    let created = terraform.create(&terraform.simple()).await;
    let slot = format!("{}/default", second.address());
    assert_eq!(attribute(&created.state, "id"), &Value::from(slot));
    assert_eq!((first.total_requests(), second.total_requests()), (0, 1));
}

#[tokio::test]
async fn nothing_configured_at_all_is_an_error_that_says_what_to_set() {
    let terraform = Terraform::start().await;
    let diagnostics = terraform.configure(&terraform.block(json!({}))).await;
    let [error] = &diagnostics[..] else {
        panic!("one error, not {diagnostics:?}")
    };
    assert!(error.detail.contains("AURA_TOKEN"), "{}", error.detail);
    terraform.assert_alive().await;
}

#[tokio::test]
async fn an_unknown_provider_block_is_good_enough_for_a_plan_and_not_for_an_apply() {
    let terraform = Terraform::start().await;
    let block = with(
        terraform.block(json!({"token": "t"})),
        "base_url",
        unknown(),
    );
    assert_eq!(terraform.validate_provider(&block).await, []);
    assert_eq!(terraform.configure(&block).await, []);
    let config = terraform.simple();
    let planned = terraform.plan(&Value::Nil, &config).await;
    assert_eq!(planned.answer.diagnostics, []);
    assert_eq!(attribute(&planned.state, "id"), &unknown());
    let applied = terraform.apply(&Value::Nil, &planned, &config).await;
    assert_eq!(
        errors(&applied.answer.diagnostics),
        ["Provider Configuration Not Known"]
    );
}

#[tokio::test]
async fn a_message_of_20_mb_is_taken_and_answered() {
    let simulator = Simulator::http().unwrap();
    let terraform = Terraform::at(&simulator).await;
    let headers = json!({"X-Big": "x".repeat(20_000_000)});
    let big = json!({"url": crate::wire::URL, "events": ["NEW_CALLOUT"], "headers": headers});
    let config = terraform.webhook(big);
    assert_eq!(terraform.validate(&config).await, []);
    let planned = terraform.plan(&Value::Nil, &config).await;
    assert_eq!(
        attribute(&planned.state, "headers"),
        attribute(&config, "headers")
    );
}
