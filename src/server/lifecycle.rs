//! What becomes of a resource: validate, plan, then create, update or delete.

use tokio_util::sync::CancellationToken;

use super::convert::{self, block, required_block};
use super::identity;
use crate::proto::tfplugin6 as pb;
use crate::terraform::{
    Apply, Attribute, AttributePath, Delete, Diagnostic, Diagnostics, Object, Plan, Presence,
    Reply, Resource, Schema, Stored, Type, Value,
};

use pb::apply_resource_change::{Request as ApplyRequest, Response as ApplyResponse};
use pb::plan_resource_change::{Request as PlanRequest, Response as PlanResponse};
use pb::validate_resource_config::{Request as ValidateRequest, Response as ValidateResponse};

pub(super) fn validate(
    resource: &dyn Resource,
    request: &ValidateRequest,
) -> Result<ValidateResponse, Diagnostics> {
    let config = required_block(
        request.config.as_ref(),
        resource.schema(),
        "the configuration",
    )?;
    let path = AttributePath::default();
    let mut diagnostics = misplaced(resource.schema().attributes, &config, &path);
    diagnostics.extend(resource.validate(&config));
    let capabilities = request.client_capabilities.unwrap_or_default();
    if !capabilities.write_only_attributes_allowed {
        diagnostics.extend(unsupported_write_only(resource.schema(), &config));
    }
    Ok(ValidateResponse {
        diagnostics: convert::diagnostics(diagnostics),
    })
}

/// Required attributes that are null, and read-only ones that are set: Terraform leaves both to the provider.
pub(super) fn misplaced(
    attributes: &[Attribute],
    object: &Object,
    path: &AttributePath,
) -> Diagnostics {
    let mut diagnostics = Vec::new();
    for attribute in attributes {
        let path = path.clone().attribute(attribute.name);
        match (object.get(attribute.name), attribute.kind) {
            (Some(Value::Map(nested)), Type::Object(attributes)) => {
                diagnostics.extend(misplaced(attributes, nested, &path));
            }
            (None | Some(Value::Null), _) if attribute.presence == Presence::Required => {
                diagnostics.push(missing_attribute(path));
            }
            (Some(value), _) if attribute.presence == Presence::Computed && !value.is_null() => {
                diagnostics.push(read_only_attribute(path));
            }
            _ => {}
        }
    }
    diagnostics
}

fn missing_attribute(path: AttributePath) -> Diagnostic {
    Diagnostic::error(
        "Missing Required Attribute",
        format!(
            "{path} is required, but it is null. Give it a value, or check where its value comes from: a variable \
             without a value, or a reference to something that has none."
        ),
    )
    .at(path)
}

fn read_only_attribute(path: AttributePath) -> Diagnostic {
    Diagnostic::error(
        "Read-Only Attribute",
        format!("{path} is set by the provider and can't be configured. Remove it."),
    )
    .at(path)
}

/// A host that doesn't know write-only attributes would store their values and then refuse our plan.
fn unsupported_write_only(schema: &Schema, config: &Object) -> Diagnostics {
    let is_set = |name: &str| config.get(name).is_some_and(|value| !value.is_null());
    let refusal = |name: &'static str| {
        Diagnostic::error(
            "Write-Only Attribute Not Supported",
            format!(
                "Write-only attributes need Terraform 1.11 or OpenTofu 1.11, or later; this host would store the \
                 value of \"{name}\" in its state. Upgrade, or remove \"{name}\"."
            ),
        )
        .at(name)
    };
    let attributes = schema.attributes.iter();
    let set = attributes.filter(|attribute| attribute.write_only && is_set(attribute.name));
    set.map(|attribute| refusal(attribute.name)).collect()
}

pub(super) async fn plan(
    resource: &dyn Resource,
    request: PlanRequest,
) -> Result<PlanResponse, Diagnostics> {
    let schema = resource.schema();
    let prior = block(request.prior_state.as_ref(), schema, "the prior state")?;
    let Some(mut proposed) = block(
        request.proposed_new_state.as_ref(),
        schema,
        "the proposed new state",
    )?
    else {
        return plan_destroy(resource, prior, request).await;
    };
    let config = required_block(request.config.as_ref(), schema, "the configuration")?;
    schema.clear_write_only(&mut proposed);
    let prior = prior.map(|state| Stored {
        state,
        private: request.prior_private,
    });
    let Reply {
        value: planned,
        warnings,
    } = resource
        .plan(Plan {
            prior,
            config,
            proposed,
        })
        .await?;
    Ok(PlanResponse {
        planned_identity: identity::of(resource, &planned.state),
        planned_state: Some(convert::dynamic_value(&Value::Map(planned.state))),
        requires_replace: paths(planned.requires_replace),
        planned_private: planned.private,
        diagnostics: convert::diagnostics(warnings),
        ..Default::default()
    })
}

async fn plan_destroy(
    resource: &dyn Resource,
    prior: Option<Object>,
    request: PlanRequest,
) -> Result<PlanResponse, Diagnostics> {
    let private = request.prior_private;
    let Reply {
        value: planned_private,
        warnings,
    } = match prior {
        Some(state) => resource.plan_destroy(Stored { state, private }).await?,
        None => Reply::from(private),
    };
    Ok(PlanResponse {
        planned_state: Some(convert::dynamic_value(&Value::Null)),
        planned_private,
        planned_identity: request.prior_identity,
        diagnostics: convert::diagnostics(warnings),
        ..Default::default()
    })
}

/// Each attribute once: Terraform wants no duplicates.
fn paths(mut paths: Vec<AttributePath>) -> Vec<pb::AttributePath> {
    paths.sort_unstable();
    paths.dedup();
    paths.into_iter().map(convert::attribute_path).collect()
}

/// On failure the response names no state at all, and Terraform keeps what it has: nothing for a creation,
/// the prior object with its private state for an update or a deletion.
pub(super) async fn apply(
    resource: &dyn Resource,
    request: ApplyRequest,
    interrupt: CancellationToken,
) -> Result<ApplyResponse, Diagnostics> {
    let schema = resource.schema();
    let prior = block(request.prior_state.as_ref(), schema, "the prior state")?;
    let planned = block(request.planned_state.as_ref(), schema, "the planned state")?;
    let (stored, warnings) = match (prior, planned) {
        (Some(prior), None) => {
            let Reply {
                value: (),
                warnings,
            } = resource
                .delete(Delete {
                    prior,
                    planned_private: request.planned_private,
                    interrupt,
                })
                .await?;
            (None, warnings)
        }
        (prior, Some(planned)) => {
            let config = required_block(request.config.as_ref(), schema, "the configuration")?;
            let planned_private = request.planned_private;
            let apply = Apply {
                planned,
                config,
                planned_private,
                interrupt,
            };
            let reply = match prior {
                None => resource.create(apply).await?,
                Some(prior) => resource.update(prior, apply).await?,
            };
            (Some(reply.value), reply.warnings)
        }
        (None, None) => (None, Vec::new()),
    };
    Ok(applied(resource, stored, warnings))
}

fn applied(
    resource: &dyn Resource,
    stored: Option<Stored>,
    warnings: Diagnostics,
) -> ApplyResponse {
    let diagnostics = convert::diagnostics(warnings);
    let new_identity = stored
        .as_ref()
        .and_then(|stored| identity::of(resource, &stored.state));
    let (state, private) = match stored {
        Some(stored) => (Value::Map(stored.state), stored.private),
        None => (Value::Null, Default::default()),
    };
    ApplyResponse {
        new_state: Some(convert::dynamic_value(&state)),
        private,
        diagnostics,
        new_identity,
        ..Default::default()
    }
}
