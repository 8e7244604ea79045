//! The gRPC service: every RPC that Terraform or OpenTofu calls, in the same beats: decode → ask → encode.
//!
//! - [`ProviderServer`]: the service
//! - [`GrpcService`]: the same, over gRPC
//! - [`Control`]: what the process may ask of it
//! - `rpcs`: every RPC by its name
//! - `question`: what each is asked with
//! - `rpc`: the frame around every handler: log, panic floor, failures as diagnostics
//! - `provider`: the provider as a whole, its schemas, its configuration
//! - `lifecycle`: validate, plan, and create, update or delete
//! - `state`: upgrade, read, import
//! - `identity`: what tells objects apart
//! - `moving`: objects of other providers taken over, configuration generated for imported ones
//! - `function`: functions, called
//! - `ephemeral`: ephemeral resources, opened, renewed and closed
//! - `unsupported`: what we are never asked for, answered clearly all the same
//! - `convert`: protobuf ↔ our types

mod control;
mod convert;
mod ephemeral;
mod function;
mod grpc;
mod identity;
mod lifecycle;
mod moving;
mod provider;
mod question;
mod rpc;
mod rpcs;
mod state;
mod unsupported;

use crate::proto::tfplugin6 as pb;
use crate::terraform::{Diagnostic, Diagnostics, EphemeralResource, Object, Provider, Resource};

pub use control::Control;
pub use grpc::GrpcService;
pub use rpc::note_panic;

/// Largest message taken or sent, in bytes: what Go's providers allow.
pub const MAX_MESSAGE_SIZE: usize = 256 << 20;

/// A provider as the protocol sees it.
pub struct ProviderServer<P> {
    provider: P,
    control: Control,
}

impl<P: Provider> ProviderServer<P> {
    /// Serves a provider.
    pub fn new(provider: P) -> Self {
        Self {
            provider,
            control: Control::default(),
        }
    }

    /// What the process may ask of this server.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    fn resource(&self, type_name: &str) -> Result<&dyn Resource, Diagnostics> {
        let mut resources = self.provider.resources().iter();
        let found = resources.find(|resource| resource.type_name() == type_name);
        found
            .map(|resource| &**resource)
            .ok_or_else(|| self.unknown_type(type_name))
    }

    fn unknown_type(&self, type_name: &str) -> Diagnostics {
        let known: Vec<_> = self
            .provider
            .resources()
            .iter()
            .map(|r| r.type_name())
            .collect();
        vec![Diagnostic::error(
            "Unknown Resource Type",
            format!(
                "This provider has no resource type \"{type_name}\"; it has {}. Correct the name, or upgrade the \
                 provider if a later version has it.",
                known.join(", ")
            ),
        )]
    }

    fn ephemeral(&self, type_name: &str) -> Result<&dyn EphemeralResource, Diagnostics> {
        ephemeral::find(self.provider.ephemeral_resources(), type_name)
    }

    fn provider_config(&self, sent: Option<&pb::DynamicValue>) -> Result<Object, Diagnostics> {
        convert::required_block(sent, self.provider.schema(), "the provider configuration")
    }
}
