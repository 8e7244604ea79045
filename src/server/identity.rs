//! Resource identity: what tells objects apart, without the rest of their state.

use super::convert::{self, unreadable};
use crate::proto::tfplugin6 as pb;
use crate::terraform::{
    Attribute, Diagnostic, Diagnostics, Object, Presence, Resource, Schema, Value, json,
};

use pb::resource_identity_schema::IdentityAttribute;
use pb::upgrade_resource_identity::{Request as UpgradeRequest, Response as UpgradeResponse};

pub(super) fn schemas(
    resources: &[Box<dyn Resource>],
) -> pb::get_resource_identity_schemas::Response {
    let schemas = resources.iter().map(|resource| {
        (
            resource.type_name().to_owned(),
            schema(resource.identity_schema()),
        )
    });
    pb::get_resource_identity_schemas::Response {
        identity_schemas: schemas.collect(),
        diagnostics: Vec::new(),
    }
}

fn schema(schema: &Schema) -> pb::ResourceIdentitySchema {
    let attribute = |attribute: &Attribute| IdentityAttribute {
        name: attribute.name.to_owned(),
        r#type: convert::type_json(attribute.kind).into(),
        required_for_import: attribute.presence == Presence::Required,
        optional_for_import: attribute.presence == Presence::Optional,
        description: attribute.description.to_owned(),
    };
    pb::ResourceIdentitySchema {
        version: schema.version,
        identity_attributes: schema.attributes.iter().map(attribute).collect(),
    }
}

/// The identity of an object, for the host; nothing while it isn't known.
pub(super) fn of(resource: &dyn Resource, state: &Object) -> Option<pb::ResourceIdentityData> {
    resource.identity(state).map(data)
}

fn data(identity: Object) -> pb::ResourceIdentityData {
    pb::ResourceIdentityData {
        identity_data: Some(convert::dynamic_value(&Value::Map(identity))),
    }
}

/// Reads the identity that a user names an object by.
pub(super) fn given(
    resource: &dyn Resource,
    sent: &pb::ResourceIdentityData,
) -> Result<Object, Diagnostics> {
    let schema = resource.identity_schema();
    convert::required_block(sent.identity_data.as_ref(), schema, "the identity")
}

/// Asked only for identities of another version than ours, and there was never another one. An answer for our own
/// version all the same costs nothing.
pub(super) fn upgrade(
    resource: &dyn Resource,
    request: UpgradeRequest,
) -> Result<UpgradeResponse, Diagnostics> {
    let schema = resource.identity_schema();
    if request.version != schema.version {
        return Err(vec![unknown_version(resource, request.version)]);
    }
    let raw = request.raw_identity.unwrap_or_default();
    let stored =
        json::from_slice(&raw.json).map_err(|error| unreadable("the stored identity", &error))?;
    let identity = schema
        .adapt(stored)
        .map_err(|error| unreadable("the stored identity", &error))?;
    let identity = identity.ok_or_else(|| unreadable("the stored identity", &"it is null"))?;
    Ok(UpgradeResponse {
        upgraded_identity: Some(data(identity)),
        diagnostics: Vec::new(),
    })
}

fn unknown_version(resource: &dyn Resource, version: i64) -> Diagnostic {
    Diagnostic::error(
        "Unknown Identity Version",
        format!(
            "The stored identity of this {} has version {version}, which this version of the provider doesn't know. \
             Upgrade the provider; or remove the resource with \"terraform state rm\" and import it again.",
            resource.type_name()
        ),
    )
}
