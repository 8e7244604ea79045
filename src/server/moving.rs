//! Objects that weren't ours: taken over from another provider, or imported without configuration.

use super::convert::{self, required_block, unreadable};
use super::identity;
use crate::proto::tfplugin6 as pb;
use crate::terraform::{Diagnostics, Foreign, Reply, Resource, Value, json};

use pb::generate_resource_config::{Request as GenerateRequest, Response as GenerateResponse};
use pb::move_resource_state::{Request as MoveRequest, Response as MoveResponse};

/// Asked by a `moved` block from a resource of another type. Private state is the other provider's, and stays behind.
pub(super) async fn take_over(
    resource: &dyn Resource,
    request: MoveRequest,
) -> Result<MoveResponse, Diagnostics> {
    let raw = request.source_state.unwrap_or_default();
    let state = json::from_slice(&raw.json)
        .map_err(|error| unreadable("the state of the resource to be moved", &error))?;
    let Reply {
        value: mut stored,
        warnings,
    } = resource
        .take_over(Foreign {
            provider: request.source_provider_address,
            type_name: request.source_type_name,
            state,
        })
        .await?;
    resource.schema().clear_write_only(&mut stored.state);
    Ok(MoveResponse {
        target_identity: identity::of(resource, &stored.state),
        target_state: Some(convert::dynamic_value(&Value::Map(stored.state))),
        target_private: stored.private,
        diagnostics: convert::diagnostics(warnings),
    })
}

/// Asked by `plan -generate-config-out` after an import.
pub(super) async fn generate_config(
    resource: &dyn Resource,
    request: GenerateRequest,
) -> Result<GenerateResponse, Diagnostics> {
    let state = required_block(request.state.as_ref(), resource.schema(), "the state")?;
    let Reply {
        value: config,
        warnings,
    } = resource.generate_config(state).await?;
    Ok(GenerateResponse {
        config: Some(convert::dynamic_value(&Value::Map(config))),
        diagnostics: convert::diagnostics(warnings),
    })
}
