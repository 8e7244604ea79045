//! Bringing a provider up.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::stream;
use terraform_provider_aura::proto::plugin::grpc_broker_client::GrpcBrokerClient;
use terraform_provider_aura::proto::plugin::grpc_stdio_client::GrpcStdioClient;

use super::certificate::Identity;
use super::connection::{self, Agreed, Caller, Connection};
use super::handshake::Handshake;
use super::process::{Process, StartError};
use super::{Host, origin};

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const MULTIPLEX: &str = "PLUGIN_MULTIPLEX_GRPC";

/// How to start a provider: as Terraform does, except for what is changed here.
pub struct HostBuilder {
    binary: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, Option<OsString>)>,
    tls: bool,
    patience: Duration,
}

impl HostBuilder {
    pub(super) fn new(binary: PathBuf) -> Self {
        Self {
            binary,
            arguments: Vec::new(),
            variables: Vec::new(),
            tls: true,
            // go-plugin's own patience with a starting plugin.
            patience: Duration::from_secs(60),
        }
    }

    /// Sets an environment variable, also one that Terraform sets.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), Some(value.into())));
        self
    }

    /// Leaves an environment variable out, also one that Terraform sets.
    pub fn env_remove(mut self, name: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), None));
        self
    }

    /// Passes an argument; Terraform passes none.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Speaks without TLS, as Terraform does with `TF_DISABLE_PLUGIN_TLS`.
    pub fn plaintext(mut self) -> Self {
        self.tls = false;
        self
    }

    /// Waits for the handshake line this long instead of a minute.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Starts the provider and connects to it.
    ///
    /// # Panics
    ///
    /// If Terraform could not use it, with everything it said.
    pub async fn start(self) -> Host {
        match self.try_start().await {
            Ok(host) => host,
            Err(error) => panic!("{error}"),
        }
    }

    /// Starts the provider and connects to it.
    ///
    /// # Errors
    ///
    /// If Terraform could not use it: what went wrong, and everything the provider said.
    pub async fn try_start(self) -> Result<Host, StartError> {
        let identity = Identity::generate();
        let variables = self.all_variables(&identity);
        let (process, line) =
            Process::start(&self.binary, &self.arguments, &variables, self.patience).await?;
        let connected = async {
            let handshake = Handshake::parse(&line)
                .map_err(|reason| format!("Terraform can't use its handshake line: {reason}."))?;
            if handshake.multiplex.is_some() && !variables.iter().any(|(name, _)| name == MULTIPLEX)
            {
                return Err(
                    "Its handshake line has a seventh field, which hosts that didn't ask for it \
                     take for part of the certificate."
                        .to_owned(),
                );
            }
            let connection = connect(&handshake, self.tls.then_some(&identity)).await?;
            Ok((handshake, connection))
        };
        match connected.await {
            Ok((handshake, connection)) => Ok(Host {
                process,
                handshake,
                identity,
                streams: IdleStreams::open(&connection),
                connection,
            }),
            Err(reason) => Err(process.failed(&reason, &format!("{line}\n")).await),
        }
    }

    /// What Terraform's go-plugin sets, then what the test wants.
    fn all_variables(&self, identity: &Identity) -> Vec<(OsString, Option<OsString>)> {
        let mut variables = vec![
            ("TF_PLUGIN_MAGIC_COOKIE", COOKIE),
            ("PLUGIN_PROTOCOL_VERSIONS", "5,6"),
            ("PLUGIN_MIN_PORT", "10000"),
            ("PLUGIN_MAX_PORT", "25000"),
        ];
        if self.tls {
            variables.push(("PLUGIN_CLIENT_CERT", identity.pem()));
        }
        variables
            .into_iter()
            .map(|(name, value)| (name.into(), Some(value.into())))
            .chain(self.variables.iter().cloned())
            .collect()
    }
}

async fn connect(handshake: &Handshake, identity: Option<&Identity>) -> Result<Connection, String> {
    let socket = connection::open(&handshake.address)
        .await
        .map_err(|error| format!("Its socket can't be connected to: {error}."))?;
    let connection = match (identity, &handshake.certificate) {
        (None, None) => Connection::over(socket).await,
        (None, Some(_)) => return Err("It wants TLS although the host has none.".to_owned()),
        (Some(_), None) => return Err("It has no TLS although the host wants it.".to_owned()),
        (Some(identity), Some(certificate)) => {
            let stream = Caller::terraform(identity)
                .secure(socket, certificate)
                .await
                .map_err(|error| format!("The TLS handshake failed: {error}."))?;
            if Agreed::on(&stream).alpn.as_deref() != Some("h2") {
                return Err("It chose no ALPN protocol: missing selected ALPN property.".to_owned());
            }
            Connection::over(stream).await
        }
    };
    connection.map_err(|error| format!("HTTP/2 could not begin: {error}."))
}

/// The two streams that Terraform opens right after connecting and never closes. Whether the provider serves them
/// makes no difference to Terraform.
pub(super) struct IdleStreams {
    stdio: Arc<Mutex<Vec<u8>>>,
}

impl IdleStreams {
    fn open(connection: &Connection) -> Self {
        let mut stdio = GrpcStdioClient::with_origin(connection.clone(), origin());
        let mut broker = GrpcBrokerClient::with_origin(connection.clone(), origin());
        let received = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&received);
        tokio::spawn(async move {
            let Ok(answer) = stdio.stream_stdio(()).await else {
                return;
            };
            let mut printed = answer.into_inner();
            while let Ok(Some(chunk)) = printed.message().await {
                sink.lock()
                    .expect("no reader panics")
                    .extend_from_slice(&chunk.data);
            }
        });
        tokio::spawn(async move {
            let Ok(answer) = broker.start_stream(stream::pending()).await else {
                return;
            };
            let mut offers = answer.into_inner();
            while let Ok(Some(_)) = offers.message().await {}
        });
        Self { stdio: received }
    }

    pub(super) fn received(&self) -> Vec<u8> {
        self.stdio.lock().expect("no reader panics").clone()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::*;

    /// A program that plays a provider. What it returns must outlive it.
    fn fake(script: &str) -> (TempDir, HostBuilder) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("provider");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        (directory, Host::builder(path))
    }

    async fn failure(script: &str, alter: fn(HostBuilder) -> HostBuilder) -> StartError {
        let (_directory, builder) = fake(script);
        match alter(builder).try_start().await {
            Ok(_) => panic!("the fake was taken for a provider"),
            Err(error) => error,
        }
    }

    #[tokio::test]
    async fn junk_instead_of_a_handshake_is_reported_with_both_streams() {
        let error = failure("echo hello; echo more; echo why >&2; exit 3", |b| b).await;
        assert_eq!(
            error.to_string(),
            "Terraform can't use its handshake line: it has 1 fields instead of 6 or 7.\n\
             exit: exit status: 3\n\
             stdout:\nhello\nmore\n\nstderr:\nwhy\n\n"
        );
    }

    #[tokio::test]
    async fn an_end_before_the_handshake_is_reported() {
        let error = failure("printf half; echo why >&2; exit 1", |b| b).await;
        assert_eq!(error.reason, "It printed no handshake line.");
        assert_eq!(error.status.and_then(|status| status.code()), Some(1));
        assert_eq!((&*error.stdout, &*error.stderr), ("half", "why\n"));
    }

    #[tokio::test]
    async fn silence_is_not_waited_for_for_ever() {
        let brief = |b: HostBuilder| b.patience(Duration::from_millis(50));
        let error = failure("exec sleep 60", brief).await;
        assert_eq!(error.reason, "It printed no handshake line in 50ms.");
        assert_eq!(error.status, None);
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let error = Host::builder("/nowhere/provider").try_start().await;
        let error = error.err().expect("it can't be started");
        assert!(error.reason.contains("/nowhere/provider"), "{error}");
    }

    #[tokio::test]
    async fn a_seventh_field_nobody_asked_for_is_refused() {
        let error = failure("echo '1|6|unix|/nowhere|grpc||false'", |b| b).await;
        assert!(error.reason.contains("a seventh field"), "{error}");
    }

    #[tokio::test]
    async fn a_seventh_field_is_accepted_from_whoever_was_asked() {
        let asking = |b: HostBuilder| b.env(MULTIPLEX, "true");
        let error = failure("echo '1|6|unix|/nowhere|grpc||false'", asking).await;
        assert!(error.reason.contains("can't be connected to"), "{error}");
    }

    #[tokio::test]
    async fn the_provider_gets_what_terraform_sets_and_nothing_else_of_that_kind() {
        let script = "env | grep -E '^(AURA|PLUGIN|TF)_' | sort; echo \"stdin: $(cat)\"";
        let altered = |b: HostBuilder| {
            b.plaintext()
                .env("AURA_TOKEN", "t")
                .env_remove("PLUGIN_MAX_PORT")
        };
        let error = failure(script, altered).await;
        assert_eq!(
            error.stdout,
            format!(
                "AURA_TOKEN=t\nPLUGIN_MIN_PORT=10000\nPLUGIN_PROTOCOL_VERSIONS=5,6\n\
                 TF_PLUGIN_MAGIC_COOKIE={COOKIE}\nstdin: \n"
            )
        );
        let error = failure("printf %s \"$PLUGIN_CLIENT_CERT\"", |b| b).await;
        assert!(
            error.stdout.starts_with("-----BEGIN CERTIFICATE-----\n"),
            "{error}"
        );
    }
}
