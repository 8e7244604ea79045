//! Terraform's side of go-plugin: start a provider, shake hands, connect with mutual TLS, call its services.
//!
//! ```no_run
//! # async fn example() {
//! use aura_test_support::host::Host;
//! use terraform_provider_aura::proto::tfplugin6::get_provider_schema::Request;
//!
//! let host = Host::builder("target/debug/terraform-provider-aura").start().await;
//! let schema = host.provider().get_provider_schema(Request {}).await.unwrap();
//! assert!(schema.into_inner().diagnostics.is_empty());
//! assert!(host.shutdown().await.status.success());
//! # }
//! ```

mod attempt;
mod builder;
mod certificate;
mod connection;
mod footprint;
mod handshake;
mod process;
mod raw;

use std::io;
use std::time::Instant;

use http::Uri;
use terraform_provider_aura::proto::health::health_client::HealthClient;
use terraform_provider_aura::proto::plugin::Empty;
use terraform_provider_aura::proto::plugin::grpc_broker_client::GrpcBrokerClient;
use terraform_provider_aura::proto::plugin::grpc_controller_client::GrpcControllerClient;
use terraform_provider_aura::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use terraform_provider_aura::proto::tfplugin6::provider_client::ProviderClient;

pub use attempt::Attempt;
pub use builder::HostBuilder;
pub use certificate::Identity;
pub use connection::{Agreed, Connection, Socket};
pub use footprint::Footprint;
pub use handshake::{Address, Handshake};
pub use process::{Exit, StartError};
pub use raw::RawAnswer;
#[cfg(unix)]
pub use rustix::process::Signal;

use builder::IdleStreams;
use process::Process;

/// What Terraform accepts as the answer to `GetProviderSchema` (its `plugin6/grpc_provider.go`).
const LARGEST_ANSWER: usize = 64 << 20;

/// What requests are addressed to; the connection decides where they go.
fn origin() -> Uri {
    Uri::from_static("http://localhost")
}

/// A running provider with the connection Terraform would have to it. Dropping it kills the process.
pub struct Host {
    process: Process,
    handshake: Handshake,
    identity: Identity,
    connection: Connection,
    streams: IdleStreams,
}

impl Host {
    /// What Terraform does with the binary, to be altered where a test needs it.
    pub fn builder(binary: impl Into<std::path::PathBuf>) -> HostBuilder {
        HostBuilder::new(binary.into())
    }

    /// What the provider said about itself on its first line.
    pub fn handshake(&self) -> &Handshake {
        &self.handshake
    }

    /// The certificate this host made for itself.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The provider's own service.
    pub fn provider(&self) -> ProviderClient<Connection> {
        ProviderClient::with_origin(self.connection.clone(), origin())
            .max_decoding_message_size(LARGEST_ANSWER)
            .max_encoding_message_size(usize::MAX)
    }

    /// go-plugin's service to end the process.
    pub fn controller(&self) -> GrpcControllerClient<Connection> {
        GrpcControllerClient::with_origin(self.connection.clone(), origin())
    }

    /// go-plugin's service for what the plugin prints.
    pub fn stdio(&self) -> GrpcStdioClient<Connection> {
        GrpcStdioClient::with_origin(self.connection.clone(), origin())
    }

    /// go-plugin's service for further connections.
    pub fn broker(&self) -> GrpcBrokerClient<Connection> {
        GrpcBrokerClient::with_origin(self.connection.clone(), origin())
    }

    /// gRPC's health service.
    pub fn health(&self) -> HealthClient<Connection> {
        HealthClient::with_origin(self.connection.clone(), origin())
    }

    /// Another bare connection, to send whatever bytes on. Terraform's own stays open.
    ///
    /// # Errors
    ///
    /// If the provider no longer listens.
    pub async fn open(&self) -> io::Result<Box<dyn Socket>> {
        connection::open(&self.handshake.address).await
    }

    /// What came over `StreamStdio`, which Terraform reports as unexpected data.
    pub fn stdio_received(&self) -> Vec<u8> {
        self.streams.received()
    }

    /// Standard error so far.
    pub fn stderr(&self) -> String {
        self.process.stderr()
    }

    /// Standard output after the handshake line so far: nothing, if the provider keeps the contract.
    pub fn stdout_rest(&self) -> String {
        self.process.stdout()
    }

    /// When the process was started: just before its program was executed.
    pub fn started(&self) -> Instant {
        self.process.started()
    }

    /// The process id, until the process has ended.
    pub fn pid(&self) -> Option<u32> {
        self.process.id()
    }

    /// Sends the process a signal.
    ///
    /// # Panics
    ///
    /// If there is no such process any more.
    #[cfg(unix)]
    pub fn signal(&self, signal: Signal) {
        signal_process(self.pid().expect("the provider is running"), signal);
    }

    /// Kills the process, as the system would when memory runs out.
    pub async fn kill(mut self) -> Exit {
        self.process.kill().expect("the provider can be killed");
        self.process.exit().await
    }

    /// Ends the provider as Terraform does: `Shutdown`, whose answer doesn't matter, then wait. The time it took is
    /// counted from the call.
    ///
    /// # Panics
    ///
    /// If the process hasn't ended after ten seconds.
    pub async fn shutdown(self) -> Exit {
        let begun = Instant::now();
        _ = self.controller().shutdown(Empty {}).await;
        let mut exit = self.exit().await;
        exit.took = begun.elapsed();
        exit
    }

    /// Waits for the provider to end by itself, for example after a signal.
    ///
    /// # Panics
    ///
    /// If the process hasn't ended after ten seconds.
    pub async fn exit(self) -> Exit {
        // The connection and the streams stay open until the process has ended, as Terraform's do.
        self.process.exit().await
    }
}

/// Sends a process a signal.
///
/// # Panics
///
/// If there is no such process any more.
#[cfg(unix)]
pub fn signal_process(process: u32, signal: Signal) {
    let id = i32::try_from(process).ok();
    let id = id.and_then(rustix::process::Pid::from_raw);
    let id = id.expect("it is the id of a process");
    rustix::process::kill_process(id, signal).expect("the process can be signalled");
}
