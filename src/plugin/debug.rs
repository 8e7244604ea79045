//! Debug mode: a process that a developer starts, perhaps in a debugger, and that many commands attach to.
//!
//! The host that attaches checks nothing and ends nothing (go-plugin's test mode): no cookie, no handshake line, no
//! TLS, no Shutdown. The socket is in a directory that only its owner can enter.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::connection;
use super::environment::Environment;
use super::error::Error;
use super::listener::{Address, Listener};
use super::services::Services;
use super::signals::Interrupts;
use super::{APP_PROTOCOL, GRACE, run};
use crate::server::ProviderServer;
use crate::terraform::Provider;

/// Where to find this provider, for people: its name on a host's default registry.
#[derive(Clone, Copy, Debug)]
pub struct Attachment {
    /// For Terraform, as `registry.terraform.io/NAMESPACE/NAME`.
    pub terraform: &'static str,
    /// For OpenTofu, as `registry.opentofu.org/NAMESPACE/NAME`.
    pub opentofu: &'static str,
}

/// Serves a provider to every command that attaches, until Ctrl-C.
///
/// # Errors
///
/// When there is no socket to be had, or nobody to tell about it.
pub fn serve_debug(attachment: Attachment, provider: impl Provider) -> Result<(), Error> {
    run(serve_until_interrupted(attachment, provider))
}

async fn serve_until_interrupted(
    attachment: Attachment,
    provider: impl Provider,
) -> Result<(), Error> {
    let listener = Listener::bind(&Environment::default())?;
    let mut interrupts = Interrupts::install()?;
    announce(&instructions(
        attachment,
        listener.address(),
        std::process::id(),
    ))?;
    let done = CancellationToken::new();
    let server = ProviderServer::new(provider);
    let control = server.control();
    // A Shutdown, which a host that attached doesn't send, ends nothing.
    let services = Services::new(server, CancellationToken::new());
    let ended = async {
        interrupts.next().await;
        control.stop();
        // A registration in flight is awaited, unless its user insists.
        tokio::select! {
            () = control.idle() => {}
            () = interrupts.next() => {}
        }
        done.cancel();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = connection::serve_all(listener, None, services, done.clone(), GRACE) => {}
        () = ended => {}
    }
    Ok(())
}

fn announce(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// What Terraform reads to attach (`internal/getproviders/reattach` there).
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reattach {
    protocol: &'static str,
    protocol_version: u8,
    pid: u32,
    /// The host neither ends nor kills a plugin in test mode.
    test: bool,
    addr: Addr,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Addr {
    network: &'static str,
    string: String,
}

/// In the words of every Go provider, which editors and scripts look for; then the same for OpenTofu.
fn instructions(attachment: Attachment, address: &Address, pid: u32) -> String {
    let line = |provider| assignment(&variable(provider, address, pid));
    format!(
        "Provider started. To attach Terraform CLI, set the TF_REATTACH_PROVIDERS environment variable with the \
         following:\n\n{}\nTo attach OpenTofu, set it to this instead:\n\n{}\n",
        line(attachment.terraform),
        line(attachment.opentofu)
    )
}

fn variable(provider: &'static str, address: &Address, pid: u32) -> String {
    let reattach = Reattach {
        protocol: "grpc",
        protocol_version: APP_PROTOCOL,
        pid,
        test: true,
        addr: Addr {
            network: address.network(),
            string: address.to_string(),
        },
    };
    let providers = BTreeMap::from([(provider, reattach)]);
    serde_json::to_string(&providers).unwrap_or_default()
}

/// To be typed into a shell.
#[cfg(not(windows))]
fn assignment(value: &str) -> String {
    format!(
        "\tTF_REATTACH_PROVIDERS='{}'\n",
        value.replace('\'', r#"'"'"'"#)
    )
}

/// To be typed into either shell.
#[cfg(windows)]
fn assignment(value: &str) -> String {
    format!(
        "\tCommand Prompt:\tset \"TF_REATTACH_PROVIDERS={value}\"\n\tPowerShell:\t$env:TF_REATTACH_PROVIDERS='{}'\n",
        value.replace('\'', "''")
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const ATTACHMENT: Attachment = Attachment {
        terraform: "registry.terraform.io/a/b",
        opentofu: "registry.opentofu.org/a/b",
    };

    #[test]
    fn the_instructions_are_those_of_every_provider() {
        let address = Address::Unix("/tmp/plugin1/socket".into());
        let text = instructions(ATTACHMENT, &address, 42);
        let expected = concat!(
            "Provider started. To attach Terraform CLI, set the TF_REATTACH_PROVIDERS environment variable with the ",
            "following:\n\n",
            "\tTF_REATTACH_PROVIDERS='{\"registry.terraform.io/a/b\":{\"Protocol\":\"grpc\",\"ProtocolVersion\":6,",
            "\"Pid\":42,\"Test\":true,\"Addr\":{\"Network\":\"unix\",\"String\":\"/tmp/plugin1/socket\"}}}'\n\n",
        );
        assert!(text.starts_with(expected), "{text}");
        assert!(
            text.contains("\n\tTF_REATTACH_PROVIDERS='{\"registry.opentofu.org/a/b\":"),
            "{text}"
        );
    }

    #[test]
    fn a_quote_in_the_path_does_not_end_the_shells() {
        assert_eq!(
            assignment("o'clock"),
            "\tTF_REATTACH_PROVIDERS='o'\"'\"'clock'\n"
        );
    }
}
