//! Every RPC by its name: what it decodes, whom it asks.

use std::future::ready;

use bytes::Bytes;
use tonic::Status;

use super::question::{Question, decode};
use super::rpc::Rpc;
use super::{ProviderServer, ephemeral, identity, lifecycle, moving, state, unsupported};
use crate::proto::tfplugin6 as pb;
use crate::terraform::{Diagnostics, EphemeralResource, Provider, Resource};

/// Asks an RPC with its request in protobuf.
pub(super) type Ask<P> = for<'a> fn(&'a ProviderServer<P>, Bytes) -> Result<Rpc<'a>, Status>;

/// The RPC `name` of the service `tfplugin6.Provider`, if there is one.
#[rustfmt::skip]
pub(super) fn find<P: Provider>(name: &str) -> Option<Ask<P>> {
    let ask: Ask<P> = match name {
        "GetMetadata" => |it, q| of_provider(q, |q| ready(Ok(it.metadata(q)))),
        "GetProviderSchema" => |it, q| of_provider(q, |q| ready(Ok(it.schemas(q)))),
        "GetResourceIdentitySchemas" => |it, q| of_provider(q, |q| ready(Ok(it.identity_schemas(q)))),
        "ValidateProviderConfig" => |it, q| of_provider(q, |q| ready(it.validate(&q))),
        "ConfigureProvider" => |it, q| of_provider(q, |q| it.configure(q)),
        "StopProvider" => |it, q| of_provider(q, |q| ready(Ok(it.stop(q)))),
        "GetFunctions" => |it, q| of_provider(q, |q| ready(Ok(it.functions(q)))),
        "CallFunction" => |it, q| of_provider(q, |q| ready(Ok(it.call_function(&q)))),

        "ValidateResourceConfig" => |it, q| of_resource(it, q, |to, q| ready(lifecycle::validate(to, &q))),
        "PlanResourceChange" => |it, q| of_resource(it, q, lifecycle::plan),
        "ApplyResourceChange" => |it, q| of_resource(it, q, |to, q| lifecycle::apply(to, q, it.control.interrupt())),
        "UpgradeResourceState" => |it, q| of_resource(it, q, |to, q| ready(state::upgrade(to, q))),
        "ReadResource" => |it, q| of_resource(it, q, state::read),
        "ImportResourceState" => |it, q| of_resource(it, q, state::import),
        "UpgradeResourceIdentity" => |it, q| of_resource(it, q, |to, q| ready(identity::upgrade(to, q))),
        "MoveResourceState" => |it, q| of_resource(it, q, moving::take_over),
        "GenerateResourceConfig" => |it, q| of_resource(it, q, moving::generate_config),

        "ValidateEphemeralResourceConfig" => |it, q| of_ephemeral(it, q, |to, q| ready(ephemeral::validate(to, &q))),
        "OpenEphemeralResource" => |it, q| of_ephemeral(it, q, |to, q| ephemeral::open(to, q, it.control.interrupt())),
        "RenewEphemeralResource" => |it, q| of_ephemeral(it, q, |to, q| ephemeral::renew(to, q, it.control.interrupt())),
        "CloseEphemeralResource" => |it, q| of_ephemeral(it, q, ephemeral::close),

        "ValidateDataResourceConfig" => missing::<P, pb::validate_data_resource_config::Request>,
        "ReadDataSource" => missing::<P, pb::read_data_source::Request>,
        "PlanAction" => missing::<P, pb::plan_action::Request>,
        "InvokeAction" => missing::<P, pb::invoke_action::Request>,
        "ValidateActionConfig" => missing::<P, pb::validate_action_config::Request>,
        _ => return None,
    };
    Some(ask)
}

/// An RPC about the provider as a whole.
fn of_provider<'a, Q: Question, F>(
    message: Bytes,
    ask: impl FnOnce(Q) -> F + Send + 'a,
) -> Result<Rpc<'a>, Status>
where
    F: Future<Output = Result<Q::Answer, Diagnostics>> + Send + 'a,
{
    let question = decode(message)?;
    Ok(Rpc::new("", async { ask(question).await }))
}

fn of_resource<'a, P: Provider, Q: Question, F>(
    server: &'a ProviderServer<P>,
    message: Bytes,
    ask: impl FnOnce(&'a dyn Resource, Q) -> F + Send + 'a,
) -> Result<Rpc<'a>, Status>
where
    F: Future<Output = Result<Q::Answer, Diagnostics>> + Send + 'a,
{
    of_type(message, |type_name| server.resource(type_name), ask)
}

fn of_ephemeral<'a, P: Provider, Q: Question, F>(
    server: &'a ProviderServer<P>,
    message: Bytes,
    ask: impl FnOnce(&'a dyn EphemeralResource, Q) -> F + Send + 'a,
) -> Result<Rpc<'a>, Status>
where
    F: Future<Output = Result<Q::Answer, Diagnostics>> + Send + 'a,
{
    of_type(message, |type_name| server.ephemeral(type_name), ask)
}

/// An RPC about a type. That there is none of this name is for the answer to say, in its frame.
fn of_type<'a, T: Send + 'a, Q: Question, F>(
    message: Bytes,
    find: impl FnOnce(&str) -> Result<T, Diagnostics>,
    ask: impl FnOnce(T, Q) -> F + Send + 'a,
) -> Result<Rpc<'a>, Status>
where
    F: Future<Output = Result<Q::Answer, Diagnostics>> + Send + 'a,
{
    let question: Q = decode(message)?;
    let found = find(question.type_name());
    let type_name = question.type_name().to_owned();
    Ok(Rpc::new(type_name, async { ask(found?, question).await }))
}

/// An RPC for what this provider doesn't have.
fn missing<P, Q: Question>(_: &ProviderServer<P>, message: Bytes) -> Result<Rpc<'_>, Status> {
    let question: Q = decode(message)?;
    let refusal = unsupported::unsupported(Q::FEATURE, question.type_name());
    let type_name = question.type_name().to_owned();
    Ok(Rpc::new(type_name, ready(Err::<Q::Answer, _>(refusal))))
}
