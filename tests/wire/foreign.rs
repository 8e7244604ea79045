//! Terraform's calls for objects that weren't ours before: moved, imported by identity, without configuration.

use aura_test_support::value::{encode, known};
use rmpv::Value;
use serde_json::Value as Json;
use terraform_provider_aura::proto::tfplugin6 as pb;

use super::{TERRAFORM, Terraform, WEBHOOK, rules};

impl Terraform {
    /// A move of another provider's resource with this state.
    pub(crate) async fn take_over(
        &self,
        provider: &str,
        type_name: &str,
        state: &str,
    ) -> pb::move_resource_state::Response {
        let request = pb::move_resource_state::Request {
            source_provider_address: provider.to_owned(),
            source_type_name: type_name.to_owned(),
            source_state: Some(pb::RawState {
                json: state.to_owned().into(),
                ..Default::default()
            }),
            source_private: b"theirs"[..].into(),
            target_type_name: WEBHOOK.to_owned(),
            ..Default::default()
        };
        let answer = self.host.provider().move_resource_state(request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        rules::well_formed(answer.diagnostics.clone());
        answer
    }

    pub(crate) async fn import_by_identity(
        &self,
        identity: Json,
    ) -> pb::import_resource_state::Response {
        let request = pb::import_resource_state::Request {
            type_name: WEBHOOK.to_owned(),
            client_capabilities: Some(TERRAFORM),
            identity: Some(pb::ResourceIdentityData {
                identity_data: Some(encode(&known(identity))),
            }),
            ..Default::default()
        };
        let answer = self.host.provider().import_resource_state(request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        rules::well_formed(answer.diagnostics.clone());
        answer
    }

    pub(crate) async fn upgrade_identity(
        &self,
        version: i64,
        stored: &str,
    ) -> pb::upgrade_resource_identity::Response {
        let request = pb::upgrade_resource_identity::Request {
            type_name: WEBHOOK.to_owned(),
            version,
            raw_identity: Some(pb::RawState {
                json: stored.to_owned().into(),
                ..Default::default()
            }),
        };
        let mut provider = self.host.provider();
        let answer = provider.upgrade_resource_identity(request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        rules::well_formed(answer.diagnostics.clone());
        answer
    }

    pub(crate) async fn generate_config(
        &self,
        state: &Value,
    ) -> pb::generate_resource_config::Response {
        let request = pb::generate_resource_config::Request {
            type_name: WEBHOOK.to_owned(),
            state: Some(encode(state)),
        };
        let mut provider = self.host.provider();
        let answer = provider.generate_resource_config(request).await;
        let answer = answer.expect("no gRPC error").into_inner();
        rules::well_formed(answer.diagnostics.clone());
        answer
    }
}
