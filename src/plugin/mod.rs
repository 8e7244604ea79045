//! go-plugin's contract with the process: how Terraform starts a plugin, finds it, trusts it and ends it.
//!
//! - [`Environment`]: what the host says in environment variables; the magic cookie
//! - [`HostCertificate`]: the one certificate whose owner is let in
//! - `tls`: mutual TLS with exactly that one
//! - `self_signed`: our own certificate
//! - `listener`: the socket, in a private place, gone when we are
//! - `connection`: TLS, HTTP/2 and the end of both
//! - `services`: paths to services; controller, stdio, broker and health
//! - `handshake`: the one line on stdout
//! - `debug`: a process for many commands, in place of the handshake
//! - `signals`: interrupts are the host's business, termination and a lost host are ours
//! - [`logging`], [`panics`]: what goes to stderr, in the forms the host understands

mod connection;
mod debug;
mod environment;
mod error;
mod handshake;
mod host_certificate;
mod listener;
pub mod logging;
pub mod panics;
mod self_signed;
mod services;
mod signals;
mod tls;

use std::time::Duration;

use tokio::runtime;
use tokio_util::sync::CancellationToken;

use crate::server::ProviderServer;
use crate::terraform::Provider;

pub use debug::{Attachment, serve_debug};
pub use environment::{Environment, NotStartedByHost};
pub use error::Error;
pub use host_certificate::HostCertificate;

use listener::Listener;
use services::Services;
use signals::Signals;
use tls::Identity;

/// Terraform's plugin protocol, the only version served. A host that offers others only is told this one and
/// explains the mismatch to its user.
const APP_PROTOCOL: u8 = 6;

/// How long open connections may take to end once asked to. The host kills the process after 2 s.
const GRACE: Duration = Duration::from_millis(500);

/// Serves a provider until the host says it is done, or is gone.
///
/// # Errors
///
/// When the process can't be set up: no socket, or a client certificate that isn't one.
pub fn serve(environment: &Environment, provider: impl Provider) -> Result<(), Error> {
    run(serve_until_done(environment, provider))
}

fn run(serving: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    // One thread: a provider mostly waits, and a pool would cost each of the several starts per command.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(serving);
    // A name look-up that still hangs in its thread must not hold up the exit.
    runtime.shutdown_background();
    outcome
}

async fn serve_until_done(environment: &Environment, provider: impl Provider) -> Result<(), Error> {
    let identity = environment
        .client_certificate()
        .map(Identity::for_client)
        .transpose()?;
    let listener = Listener::bind(environment)?;
    let signals = Signals::install()?;
    handshake::announce(environment, listener.address(), identity.as_ref())?;

    let done = CancellationToken::new();
    let server = ProviderServer::new(provider);
    let control = server.control();
    let services = Services::new(server, done.clone());
    let acceptor = identity.map(Identity::into_acceptor);
    tokio::select! {
        () = connection::serve_all(listener, acceptor, services, done.clone(), GRACE) => {}
        () = signals.end_of_process(control, done) => {}
    }
    Ok(())
}
