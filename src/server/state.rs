//! Stored objects: read them in from any schema version, refresh them, take over what exists already.

use super::convert::{self, required_block, unreadable};
use super::identity;
use crate::proto::tfplugin6 as pb;
use crate::terraform::{Diagnostic, Diagnostics, Object, Reply, Resource, Stored, Value, json};

use pb::import_resource_state::{
    ImportedResource, Request as ImportRequest, Response as ImportResponse,
};
use pb::read_resource::{Request as ReadRequest, Response as ReadResponse};
use pb::upgrade_resource_state::{Request as UpgradeRequest, Response as UpgradeResponse};

/// Asked for every stored object, of this version or an earlier one. Attributes may be missing that were
/// added without a new version.
pub(super) fn upgrade(
    resource: &dyn Resource,
    request: UpgradeRequest,
) -> Result<UpgradeResponse, Diagnostics> {
    let schema = resource.schema();
    let stored = stored_value(request.raw_state)?;
    let Reply {
        value: mut state,
        warnings,
    } = if request.version == schema.version {
        Reply::from(adapted(resource, stored)?)
    } else {
        resource.upgrade(request.version, stored)?
    };
    schema.clear_write_only(&mut state);
    Ok(UpgradeResponse {
        upgraded_state: Some(convert::dynamic_value(&Value::Map(state))),
        diagnostics: convert::diagnostics(warnings),
    })
}

fn stored_value(raw: Option<pb::RawState>) -> Result<Value, Diagnostics> {
    let raw = raw.unwrap_or_default();
    if !raw.flatmap.is_empty() {
        return Err(vec![Diagnostic::error(
            "State Too Old",
            "This object was stored by Terraform 0.11 or earlier, in a format that no version of this provider ever \
             wrote. Remove it with \"terraform state rm\" and import it again.",
        )]);
    }
    if raw.json.is_empty() {
        return Err(unreadable("the stored state", &"it is empty"));
    }
    json::from_slice(&raw.json).map_err(|error| unreadable("the stored state", &error))
}

/// An answer of null would have Terraform drop the object without a word.
fn adapted(resource: &dyn Resource, stored: Value) -> Result<Object, Diagnostics> {
    let state = resource.schema().adapt(stored);
    let state = state.map_err(|error| unreadable("the stored state", &error))?;
    state.ok_or_else(|| unreadable("the stored state", &"it is null"))
}

pub(super) async fn read(
    resource: &dyn Resource,
    request: ReadRequest,
) -> Result<ReadResponse, Diagnostics> {
    let state = required_block(
        request.current_state.as_ref(),
        resource.schema(),
        "the state",
    )?;
    let Reply {
        value: stored,
        warnings,
    } = resource
        .read(Stored {
            state,
            private: request.private,
        })
        .await?;
    // One that was stored before there were identities gets its own now.
    let identity = stored
        .as_ref()
        .and_then(|stored| identity::of(resource, &stored.state));
    let (state, private) = match stored {
        Some(stored) => (Value::Map(stored.state), stored.private),
        None => (Value::Null, Default::default()),
    };
    Ok(ReadResponse {
        new_state: Some(convert::dynamic_value(&state)),
        private,
        new_identity: identity.or(request.current_identity),
        diagnostics: convert::diagnostics(warnings),
        ..Default::default()
    })
}

pub(super) async fn import(
    resource: &dyn Resource,
    request: ImportRequest,
) -> Result<ImportResponse, Diagnostics> {
    let Reply {
        value: stored,
        warnings,
    } = match &request.identity {
        Some(sent) => {
            let identity = identity::given(resource, sent)?;
            resource.import_by_identity(identity).await?
        }
        None => resource.import(&request.id).await?,
    };
    Ok(ImportResponse {
        imported_resources: vec![ImportedResource {
            type_name: resource.type_name().to_owned(),
            identity: identity::of(resource, &stored.state),
            state: Some(convert::dynamic_value(&Value::Map(stored.state))),
            private: stored.private,
        }],
        diagnostics: convert::diagnostics(warnings),
        deferred: None,
    })
}
