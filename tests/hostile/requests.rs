//! Every RPC without anything in its request, and with the name of a type unheard of.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use terraform_provider_aura::proto::tfplugin6 as pb;
use terraform_provider_aura::proto::tfplugin6::provider_client::ProviderClient;
use tonic::Status;

use aura_test_support::host::Connection;

use crate::victim::Victim;
use crate::wire::{errors, rules};

type Client = ProviderClient<Connection>;
type Asked = BoxFuture<'static, Result<Vec<pb::Diagnostic>, Status>>;

/// An RPC whose answer has diagnostics.
struct Rpc {
    name: &'static str,
    ask: fn(Client, &str) -> Asked,
}

/// The RPCs that ask for a type by this field; `-` for those that ask for none.
macro_rules! rpcs {
    ($($rpc:ident $($field:ident)?,)*) => {
        &[$(Rpc {
            name: stringify!($rpc),
            ask: |mut client, _type_name| {
                #[allow(clippy::needless_update, reason = "some requests have no other field, some none")]
                let request = pb::$rpc::Request {
                    $($field: _type_name.to_owned(),)?
                    ..Default::default()
                };
                async move { Ok(client.$rpc(request).await?.into_inner().diagnostics) }.boxed()
            },
        }),*]
    };
}

/// Those that know the one resource.
const RESOURCES: &[Rpc] = rpcs! {
    validate_resource_config type_name,
    plan_resource_change type_name,
    apply_resource_change type_name,
    upgrade_resource_state type_name,
    read_resource type_name,
    import_resource_state type_name,
    upgrade_resource_identity type_name,
    move_resource_state target_type_name,
    generate_resource_config type_name,
};

/// Those that know nothing.
const UNSUPPORTED: &[Rpc] = rpcs! {
    validate_data_resource_config type_name,
    read_data_source type_name,
    validate_ephemeral_resource_config type_name,
    open_ephemeral_resource type_name,
    renew_ephemeral_resource type_name,
    close_ephemeral_resource type_name,
    plan_action action_type,
    validate_action_config type_name,
};

/// Those that want a block.
const BLOCKS: &[Rpc] = rpcs! {
    validate_provider_config,
    configure_provider,
};

/// Those that want nothing.
const QUESTIONS: &[Rpc] = rpcs! {
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    get_functions,
};

async fn asked(victim: &Victim, rpc: &Rpc, type_name: &str) -> Vec<pb::Diagnostic> {
    let asked = (rpc.ask)(victim.terraform.host.provider(), type_name).await;
    let asked = asked.unwrap_or_else(|status| panic!("{}: {status}", rpc.name));
    rules::well_formed(asked)
}

#[tokio::test]
async fn an_unknown_type_or_feature_is_a_diagnostic_in_every_rpc() {
    let victim = Victim::start().await;
    let long = "x".repeat(1 << 20);
    let names = [
        "",
        "aura_nothing",
        "AURA_PANIC_WEBHOOK",
        "aura_panic_webhook ",
        "\u{0}\u{202e}",
        &long,
    ];
    for name in names {
        let resources = RESOURCES.iter().map(|rpc| (rpc, "Unknown Resource Type"));
        let others = UNSUPPORTED.iter().map(|rpc| (rpc, "Unsupported Feature"));
        for (rpc, summary) in resources.chain(others) {
            let told = asked(&victim, rpc, name).await;
            assert_eq!(errors(&told), [summary], "{}", rpc.name);
            if name == "aura_nothing" {
                let detail = &told[0].detail;
                assert!(
                    detail.contains("\"aura_nothing\""),
                    "{}: {detail}",
                    rpc.name
                );
            }
            victim.survives(rpc.name).await;
        }
    }
    victim.ends("RPCs for types unheard of").await;
}

#[tokio::test]
async fn a_request_for_the_webhook_that_says_nothing_more_is_answered() {
    let victim = Victim::start().await;
    for rpc in RESOURCES {
        let told = asked(&victim, rpc, crate::wire::WEBHOOK).await;
        // Nothing before and nothing after is nothing to do.
        let nothing_to_do = ["plan_resource_change", "apply_resource_change"];
        let fails = !nothing_to_do.contains(&rpc.name);
        assert_eq!(!errors(&told).is_empty(), fails, "{}: {told:?}", rpc.name);
        victim.survives(rpc.name).await;
    }
    for rpc in BLOCKS {
        let told = asked(&victim, rpc, "").await;
        assert_eq!(
            errors(&told),
            ["Unreadable Data from Terraform"],
            "{}",
            rpc.name
        );
        victim.survives(rpc.name).await;
    }
    for rpc in QUESTIONS {
        assert_eq!(asked(&victim, rpc, "").await, [], "{}", rpc.name);
        victim.survives(rpc.name).await;
    }
    victim.ends("RPCs without anything").await;
}

#[tokio::test]
async fn functions_actions_and_stops_are_answered_without_anything_too() {
    let victim = Victim::start().await;
    let mut provider = victim.terraform.host.provider();
    let called = provider
        .call_function(pb::call_function::Request::default())
        .await;
    assert!(called.expect("an answer").into_inner().error.is_some());
    victim.survives("call_function").await;

    let invoked = provider
        .invoke_action(pb::invoke_action::Request::default())
        .await;
    let mut events = invoked.expect("events").into_inner();
    let event = events
        .message()
        .await
        .expect("no gRPC error")
        .expect("an event");
    let Some(pb::invoke_action::event::Type::Completed(completed)) = event.r#type else {
        panic!("the action completes at once")
    };
    assert_eq!(errors(&completed.diagnostics), ["Unsupported Feature"]);
    victim.survives("invoke_action").await;

    for _ in 0..100 {
        victim.terraform.stop().await;
    }
    victim.survives("a hundred stops").await;
    victim.ends("RPCs of other kinds").await;
}
