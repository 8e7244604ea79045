//! Ephemeral resources: validated, opened, renewed and closed.

use std::collections::HashMap;

use prost_types::Timestamp;
use tokio_util::sync::CancellationToken;

use super::convert::{self, required_block};
use super::lifecycle::misplaced;
use super::unsupported::unsupported;
use crate::proto::tfplugin6 as pb;
use crate::terraform::{AttributePath, Diagnostics, EphemeralResource, Reply, Value};

use pb::close_ephemeral_resource::{Request as CloseRequest, Response as CloseResponse};
use pb::open_ephemeral_resource::{Request as OpenRequest, Response as OpenResponse};
use pb::renew_ephemeral_resource::{Request as RenewRequest, Response as RenewResponse};
use pb::validate_ephemeral_resource_config::{
    Request as ValidateRequest, Response as ValidateResponse,
};

type Resources<'a> = &'a [Box<dyn EphemeralResource>];

pub(super) fn names(resources: Resources<'_>) -> impl Iterator<Item = String> {
    resources.iter().map(|it| it.type_name().to_owned())
}

pub(super) fn declare(resources: Resources<'_>) -> HashMap<String, pb::Schema> {
    let declare = |it: &dyn EphemeralResource| {
        let schema = convert::schema(it.schema());
        (it.type_name().to_owned(), schema)
    };
    resources.iter().map(|it| declare(&**it)).collect()
}

pub(super) fn find<'a>(
    resources: Resources<'a>,
    type_name: &str,
) -> Result<&'a dyn EphemeralResource, Diagnostics> {
    let found = resources.iter().find(|it| it.type_name() == type_name);
    found
        .map(|it| &**it)
        .ok_or_else(|| unsupported("the ephemeral resource", type_name))
}

pub(super) fn validate(
    resource: &dyn EphemeralResource,
    request: &ValidateRequest,
) -> Result<ValidateResponse, Diagnostics> {
    let schema = resource.schema();
    let config = required_block(request.config.as_ref(), schema, "the configuration")?;
    let mut diagnostics = misplaced(schema.attributes, &config, &AttributePath::default());
    diagnostics.extend(resource.validate(&config));
    Ok(ValidateResponse {
        diagnostics: convert::diagnostics(diagnostics),
    })
}

pub(super) async fn open(
    resource: &dyn EphemeralResource,
    request: OpenRequest,
    interrupt: CancellationToken,
) -> Result<OpenResponse, Diagnostics> {
    let schema = resource.schema();
    let config = required_block(request.config.as_ref(), schema, "the configuration")?;
    let Reply {
        value: opened,
        warnings,
    } = resource.open(config, interrupt).await?;
    Ok(OpenResponse {
        result: Some(convert::dynamic_value(&Value::Map(opened.value))),
        renew_at: opened.lease.renew_at.map(Timestamp::from),
        private: Some(opened.lease.private),
        diagnostics: convert::diagnostics(warnings),
        ..Default::default()
    })
}

pub(super) async fn renew(
    resource: &dyn EphemeralResource,
    request: RenewRequest,
    interrupt: CancellationToken,
) -> Result<RenewResponse, Diagnostics> {
    let private = request.private.unwrap_or_default();
    let Reply {
        value: renewed,
        warnings,
    } = resource.renew(private, interrupt).await?;
    Ok(RenewResponse {
        renew_at: renewed.renew_at.map(Timestamp::from),
        private: Some(renewed.private),
        diagnostics: convert::diagnostics(warnings),
    })
}

pub(super) async fn close(
    resource: &dyn EphemeralResource,
    request: CloseRequest,
) -> Result<CloseResponse, Diagnostics> {
    let private = request.private.unwrap_or_default();
    let Reply {
        value: (),
        warnings,
    } = resource.close(private).await?;
    Ok(CloseResponse {
        diagnostics: convert::diagnostics(warnings),
    })
}
