//! The pure parts of a `PlanResourceChange`, each by itself: `cargo bench --package aura-bench`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use serde_json::{Value as Json, json};
use terraform_provider_aura::provider::AuraProvider;
use terraform_provider_aura::terraform::{
    Configure, Object, Plan, Planned, Provider, Resource, Schema, Value, json as terraform_json,
    msgpack,
};

/// As Terraform sends one: every attribute, null if it isn't set.
fn object(schema: &Schema, given: &Json) -> Object {
    let given = terraform_json::from_slice(given.to_string().as_bytes()).expect("JSON");
    let object = schema.adapt(given).expect("of this schema");
    object.expect("not null")
}

fn webhook(resource: &dyn Resource) -> Object {
    object(
        resource.schema(),
        &json!({
            "url": "https://alerts.example.com/aura",
            "events": ["CALLOUT_CLOSED", "NEW_CALLOUT"],
            "headers": {"X-Api-Key": "a-key-of-some-length"},
        }),
    )
}

fn configured() -> AuraProvider {
    let provider = AuraProvider::new(|_| None);
    let configure = Configure {
        config: object(provider.schema(), &json!({"token": "a-token"})),
        terraform_version: "1.11.4".to_owned(),
    };
    let diagnostics = provider.configure(configure).now_or_never();
    assert_eq!(
        diagnostics,
        Some(Vec::new()),
        "configuring waits for nothing"
    );
    provider
}

fn plan(resource: &dyn Resource, config: Object) -> Planned {
    let plan = Plan {
        prior: None,
        proposed: config.clone(),
        config,
    };
    let planned = resource.plan(plan).now_or_never();
    let planned = planned.expect("planning waits for nothing");
    planned.unwrap_or_else(|errors| panic!("{errors:?}")).value
}

fn hot_paths(criterion: &mut Criterion) {
    let provider = configured();
    let resource = &*provider.resources()[0];
    let config = webhook(resource);
    let value = Value::Map(config.clone());
    let bytes = msgpack::to_vec(&value);
    criterion.bench_function("decode", |bencher| {
        bencher.iter(|| msgpack::from_slice(black_box(&bytes)));
    });
    criterion.bench_function("conform", |bencher| {
        bencher.iter(|| resource.schema().conform(black_box(&value).clone()));
    });
    criterion.bench_function("plan", |bencher| {
        bencher.iter(|| plan(resource, black_box(&config).clone()));
    });
    criterion.bench_function("encode", |bencher| {
        bencher.iter(|| msgpack::to_vec(black_box(&value)));
    });
}

criterion_group!(benches, hot_paths);
criterion_main!(benches);
