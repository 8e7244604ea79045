//! The provider as a whole: what it has, and how it is configured.

use bytes::Bytes;
use prost::Message;

use super::rpc::Answer;
use super::{ProviderServer, convert, ephemeral, function, identity};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::get_metadata::{
    EphemeralMetadata, FunctionMetadata, ResourceMetadata,
};
use crate::terraform::{Configure, Diagnostics, Provider, Resource};

impl<P: Provider> ProviderServer<P> {
    pub(super) fn metadata(&self, _: pb::get_metadata::Request) -> pb::get_metadata::Response {
        let resources = self.provider.resources().iter();
        let resource = |name: &str| ResourceMetadata {
            type_name: name.to_owned(),
        };
        pb::get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: resources.map(|it| resource(it.type_name())).collect(),
            functions: function::names(self.provider.functions())
                .map(|name| FunctionMetadata { name })
                .collect(),
            ephemeral_resources: ephemeral::names(self.provider.ephemeral_resources())
                .map(|type_name| EphemeralMetadata { type_name })
                .collect(),
            ..Default::default()
        }
    }

    pub(super) fn schemas(
        &self,
        _: pb::get_provider_schema::Request,
    ) -> pb::get_provider_schema::Response {
        let resources = self.provider.resources().iter();
        let schema = |resource: &dyn Resource| {
            let schema = convert::schema(resource.schema());
            (resource.type_name().to_owned(), schema)
        };
        pb::get_provider_schema::Response {
            provider: Some(convert::schema(self.provider.schema())),
            resource_schemas: resources.map(|it| schema(&**it)).collect(),
            functions: function::declare(self.provider.functions()),
            ephemeral_resource_schemas: ephemeral::declare(self.provider.ephemeral_resources()),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        }
    }

    pub(super) fn identity_schemas(
        &self,
        _: pb::get_resource_identity_schemas::Request,
    ) -> pb::get_resource_identity_schemas::Response {
        identity::schemas(self.provider.resources())
    }

    pub(super) fn validate(
        &self,
        request: &pb::validate_provider_config::Request,
    ) -> Result<pb::validate_provider_config::Response, Diagnostics> {
        let config = self.provider_config(request.config.as_ref())?;
        let diagnostics = convert::diagnostics(self.provider.validate(&config));
        Ok(pb::validate_provider_config::Response { diagnostics })
    }

    pub(super) async fn configure(
        &self,
        request: pb::configure_provider::Request,
    ) -> Result<pb::configure_provider::Response, Diagnostics> {
        let configure = Configure {
            config: self.provider_config(request.config.as_ref())?,
            terraform_version: request.terraform_version,
        };
        let diagnostics = convert::diagnostics(self.provider.configure(configure).await);
        Ok(pb::configure_provider::Response { diagnostics })
    }

    pub(super) fn functions(&self, _: pb::get_functions::Request) -> pb::get_functions::Response {
        pb::get_functions::Response {
            functions: function::declare(self.provider.functions()),
            ..Default::default()
        }
    }

    pub(super) fn call_function(&self, request: &pb::call_function::Request) -> function::Called {
        function::call(self.provider.functions(), request)
    }

    pub(super) fn stop(&self, _: pb::stop_provider::Request) -> Stopped {
        tracing::debug!("asked to stop: waits between retries end, attempts in flight finish");
        self.control.stop();
        Stopped::default()
    }
}

fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}

/// The answer to a request to stop. The response has one text for what went wrong: that of the frame around it.
#[derive(Default)]
pub(super) struct Stopped {
    diagnostics: Vec<pb::Diagnostic>,
}

impl Answer for Stopped {
    fn diagnostics(&mut self) -> &mut Vec<pb::Diagnostic> {
        &mut self.diagnostics
    }

    fn encode(self: Box<Self>) -> Bytes {
        let failure = self.diagnostics.into_iter().next();
        let error = failure.map(|it| it.detail).unwrap_or_default();
        pb::stop_provider::Response { error }.encode_to_vec().into()
    }
}
