//! Every RPC by its name: what it decodes, whom it asks.

use std::pin::Pin;

use async_trait::async_trait;
use futures_util::Stream;
use tonic::{Request, Response, Status};

use super::{
    ProviderServer, convert, ephemeral, function, identity, lifecycle, moving, state, unsupported,
};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::get_metadata::{
    EphemeralMetadata, FunctionMetadata, ResourceMetadata,
};
use crate::terraform::{Configure, Provider};

fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}

#[async_trait]
impl<P: Provider> pb::provider_server::Provider for ProviderServer<P> {
    async fn get_metadata(
        &self,
        _: Request<pb::get_metadata::Request>,
    ) -> Result<Response<pb::get_metadata::Response>, Status> {
        let handler = async {
            let names = self
                .provider
                .resources()
                .iter()
                .map(|resource| resource.type_name());
            Ok(pb::get_metadata::Response {
                server_capabilities: Some(capabilities()),
                resources: names
                    .map(|name| ResourceMetadata {
                        type_name: name.to_owned(),
                    })
                    .collect(),
                functions: function::names(self.provider.functions())
                    .map(|name| FunctionMetadata { name })
                    .collect(),
                ephemeral_resources: ephemeral::names(self.provider.ephemeral_resources())
                    .map(|type_name| EphemeralMetadata { type_name })
                    .collect(),
                ..Default::default()
            })
        };
        self.answer("GetMetadata", "", handler).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Result<Response<pb::get_provider_schema::Response>, Status> {
        let handler = async {
            let resources = self.provider.resources().iter();
            let schemas = resources.map(|resource| {
                (
                    resource.type_name().to_owned(),
                    convert::schema(resource.schema()),
                )
            });
            Ok(pb::get_provider_schema::Response {
                provider: Some(convert::schema(self.provider.schema())),
                resource_schemas: schemas.collect(),
                functions: function::declare(self.provider.functions()),
                ephemeral_resource_schemas: ephemeral::declare(self.provider.ephemeral_resources()),
                server_capabilities: Some(capabilities()),
                ..Default::default()
            })
        };
        self.answer("GetProviderSchema", "", handler).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Result<Response<pb::get_resource_identity_schemas::Response>, Status> {
        let handler = async { Ok(identity::schemas(self.provider.resources())) };
        self.answer("GetResourceIdentitySchemas", "", handler).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Result<Response<pb::validate_provider_config::Response>, Status> {
        let request = request.into_inner();
        let handler = async {
            let config = self.provider_config(request.config.as_ref())?;
            let diagnostics = convert::diagnostics(self.provider.validate(&config));
            Ok(pb::validate_provider_config::Response { diagnostics })
        };
        self.answer("ValidateProviderConfig", "", handler).await
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Result<Response<pb::configure_provider::Response>, Status> {
        let request = request.into_inner();
        let handler = async {
            let config = self.provider_config(request.config.as_ref())?;
            let configure = Configure {
                config,
                terraform_version: request.terraform_version,
            };
            let diagnostics = convert::diagnostics(self.provider.configure(configure).await);
            Ok(pb::configure_provider::Response { diagnostics })
        };
        self.answer("ConfigureProvider", "", handler).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Result<Response<pb::validate_resource_config::Response>, Status> {
        let request = request.into_inner();
        let handler = async { lifecycle::validate(self.resource(&request.type_name)?, &request) };
        self.answer("ValidateResourceConfig", &request.type_name, handler)
            .await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Result<Response<pb::plan_resource_change::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let handler = async { lifecycle::plan(self.resource(&type_name)?, request).await };
        self.answer("PlanResourceChange", &type_name, handler).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Result<Response<pb::apply_resource_change::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let interrupt = self.control.interrupt();
        let handler =
            async { lifecycle::apply(self.resource(&type_name)?, request, interrupt).await };
        self.answer("ApplyResourceChange", &type_name, handler)
            .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Result<Response<pb::upgrade_resource_state::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let handler = async { state::upgrade(self.resource(&type_name)?, request) };
        self.answer("UpgradeResourceState", &type_name, handler)
            .await
    }

    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> Result<Response<pb::read_resource::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let handler = async { state::read(self.resource(&type_name)?, request).await };
        self.answer("ReadResource", &type_name, handler).await
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Result<Response<pb::import_resource_state::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let handler = async { state::import(self.resource(&type_name)?, request).await };
        self.answer("ImportResourceState", &type_name, handler)
            .await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Result<Response<pb::upgrade_resource_identity::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let handler = async { identity::upgrade(self.resource(&type_name)?, request) };
        self.answer("UpgradeResourceIdentity", &type_name, handler)
            .await
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Result<Response<pb::move_resource_state::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.target_type_name.clone();
        let handler = async { moving::take_over(self.resource(&type_name)?, request).await };
        self.answer("MoveResourceState", &type_name, handler).await
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Result<Response<pb::generate_resource_config::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let handler = async { moving::generate_config(self.resource(&type_name)?, request).await };
        self.answer("GenerateResourceConfig", &type_name, handler)
            .await
    }

    async fn stop_provider(
        &self,
        _: Request<pb::stop_provider::Request>,
    ) -> Result<Response<pb::stop_provider::Response>, Status> {
        tracing::debug!(
            tf_rpc = "StopProvider",
            "asked to stop: waits between retries end, attempts in flight finish"
        );
        self.control.stop();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }

    async fn get_functions(
        &self,
        _: Request<pb::get_functions::Request>,
    ) -> Result<Response<pb::get_functions::Response>, Status> {
        let handler = async {
            Ok(pb::get_functions::Response {
                functions: function::declare(self.provider.functions()),
                ..Default::default()
            })
        };
        self.answer("GetFunctions", "", handler).await
    }

    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Result<Response<pb::call_function::Response>, Status> {
        let request = request.into_inner();
        let functions = self.provider.functions();
        let handler = async { Ok(function::call(functions, &request)) };
        let called = self.answer("CallFunction", "", handler).await?;
        Ok(Response::new(called.into_inner().into_response()))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Result<Response<pb::validate_ephemeral_resource_config::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let handler = async { ephemeral::validate(self.ephemeral(&type_name)?, &request) };
        self.answer("ValidateEphemeralResourceConfig", &type_name, handler)
            .await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Result<Response<pb::open_ephemeral_resource::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let interrupt = self.control.interrupt();
        let handler =
            async { ephemeral::open(self.ephemeral(&type_name)?, &request, interrupt).await };
        self.answer("OpenEphemeralResource", &type_name, handler)
            .await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Result<Response<pb::renew_ephemeral_resource::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let interrupt = self.control.interrupt();
        let handler =
            async { ephemeral::renew(self.ephemeral(&type_name)?, request, interrupt).await };
        self.answer("RenewEphemeralResource", &type_name, handler)
            .await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Result<Response<pb::close_ephemeral_resource::Response>, Status> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let handler = async { ephemeral::close(self.ephemeral(&type_name)?, request).await };
        self.answer("CloseEphemeralResource", &type_name, handler)
            .await
    }

    type InvokeActionStream =
        Pin<Box<dyn Stream<Item = Result<pb::invoke_action::Event, Status>> + Send>>;

    async fn invoke_action(
        &self,
        request: Request<pb::invoke_action::Request>,
    ) -> Result<Response<Self::InvokeActionStream>, Status> {
        let event = unsupported::action_event(&request.into_inner().action_type);
        Ok(Response::new(Box::pin(futures_util::stream::iter([Ok(
            event,
        )]))))
    }

    unsupported::rpcs! {
        validate_data_resource_config "ValidateDataResourceConfig" "the data source" type_name,
        read_data_source "ReadDataSource" "the data source" type_name,
        plan_action "PlanAction" "the action" action_type,
        validate_action_config "ValidateActionConfig" "the action" type_name,
    }
}
