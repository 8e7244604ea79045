//! What no configuration of ours leads to: other hosts, and features of other providers.

use aura_test_support::value::encode;
use rmpv::Value;
use terraform_provider_aura::proto::tfplugin6 as pb;

use crate::transcript::Transcript;
use crate::wire::Terraform;

/// Hears what is said of features that this provider doesn't have.
pub(crate) async fn hear(transcript: &mut Transcript) {
    let terraform = Terraform::start().await;
    let unreadable = terraform.ask_validate(encode(&Value::from(1))).await;
    transcript.note(
        "ValidateResourceConfig",
        "a configuration that is no object",
        &unreadable,
    );
    let mut provider = terraform.host.provider();
    let name = "aura_siren".to_owned();

    let request = pb::read_data_source::Request {
        type_name: name.clone(),
        ..Default::default()
    };
    let answer = provider.read_data_source(request).await;
    note(
        transcript,
        "ReadDataSource",
        "a data source",
        answer.map(|it| it.into_inner().diagnostics),
    );

    let request = pb::open_ephemeral_resource::Request {
        type_name: name.clone(),
        ..Default::default()
    };
    let answer = provider.open_ephemeral_resource(request).await;
    note(
        transcript,
        "OpenEphemeralResource",
        "an ephemeral resource",
        answer.map(|it| it.into_inner().diagnostics),
    );

    let request = pb::plan_action::Request {
        action_type: name,
        ..Default::default()
    };
    let answer = provider.plan_action(request).await;
    note(
        transcript,
        "PlanAction",
        "an action",
        answer.map(|it| it.into_inner().diagnostics),
    );
}

#[track_caller]
fn note(
    transcript: &mut Transcript,
    rpc: &'static str,
    what: &str,
    answer: Result<Vec<pb::Diagnostic>, tonic::Status>,
) {
    transcript.note(rpc, what, &answer.expect("no gRPC error"));
}
