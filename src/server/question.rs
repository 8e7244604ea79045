//! What an RPC is asked with.

use bytes::Bytes;
use prost::Message;
use tonic::Status;

use super::function::Called;
use super::provider::Stopped;
use super::rpc::Answer;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::invoke_action::event::Completed;

/// A request, and what answers it.
pub(super) trait Question: Message + Default + 'static {
    type Answer: Answer + Default + 'static;

    /// What `type_name` is the type of, in the words of an error: "the action".
    const FEATURE: &str = "the resource";

    /// The type that is asked about; nothing when it is the provider as a whole.
    fn type_name(&self) -> &str {
        ""
    }
}

/// # Errors
///
/// When these bytes are not such a request.
pub(super) fn decode<Q: Question>(message: Bytes) -> Result<Q, Status> {
    Q::decode(message).map_err(|error| Status::internal(error.to_string()))
}

macro_rules! questions {
    ($($rpc:ident $(-> $answer:ty)? $(, $type_name:ident $(, $feature:literal)?)?;)*) => {
        $(impl Question for pb::$rpc::Request {
            type Answer = answer!($rpc $($answer)?);
            $(
                $(const FEATURE: &str = $feature;)?

                fn type_name(&self) -> &str {
                    &self.$type_name
                }
            )?
        })*
    };
}

macro_rules! answer {
    ($rpc:ident) => {
        pb::$rpc::Response
    };
    ($rpc:ident $answer:ty) => {
        $answer
    };
}

questions! {
    get_metadata;
    get_provider_schema;
    get_resource_identity_schemas;
    validate_provider_config;
    configure_provider;
    stop_provider -> Stopped;
    get_functions;
    call_function -> Called;
    validate_resource_config, type_name;
    plan_resource_change, type_name;
    apply_resource_change, type_name;
    upgrade_resource_state, type_name;
    read_resource, type_name;
    import_resource_state, type_name;
    upgrade_resource_identity, type_name;
    move_resource_state, target_type_name;
    generate_resource_config, type_name;
    validate_ephemeral_resource_config, type_name;
    open_ephemeral_resource, type_name;
    renew_ephemeral_resource, type_name;
    close_ephemeral_resource, type_name;
    validate_data_resource_config, type_name, "the data source";
    read_data_source, type_name, "the data source";
    plan_action, action_type, "the action";
    invoke_action -> Completed, action_type, "the action";
    validate_action_config, type_name, "the action";
}
