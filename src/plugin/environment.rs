//! What the host says in environment variables.

use std::fmt;
use std::path::{Path, PathBuf};

/// Not a secret: it only tells a host from a person who runs the binary by hand.
const MAGIC_COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// The host's side of the handshake.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    client_certificate: Option<String>,
    socket_directory: Option<PathBuf>,
    ports: (u16, u16),
    multiplexing_asked: bool,
}

/// The binary was run by hand: there is no magic cookie. The text is go-plugin's own, known to every user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotStartedByHost;

impl fmt::Display for NotStartedByHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "This binary is a plugin. These are not meant to be executed directly.\n\
             Please execute the program that consumes these plugins, which will\n\
             load any plugins automatically",
        )
    }
}

impl std::error::Error for NotStartedByHost {}

impl Environment {
    /// Reads the host's variables, through the look-up given.
    ///
    /// `PLUGIN_PROTOCOL_VERSIONS` is not among them: we speak one version, and a host that doesn't says so best
    /// itself.
    ///
    /// # Errors
    ///
    /// When the magic cookie isn't there: no host started this process.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, NotStartedByHost> {
        let (name, value) = MAGIC_COOKIE;
        if variable(name).as_deref() != Some(value) {
            return Err(NotStartedByHost);
        }
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let port = |name| set(name).and_then(|port| port.parse().ok()).unwrap_or(0);
        Ok(Self {
            client_certificate: set("PLUGIN_CLIENT_CERT"),
            socket_directory: set("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            ports: (port("PLUGIN_MIN_PORT"), port("PLUGIN_MAX_PORT")),
            multiplexing_asked: set("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }

    /// The host's certificate in PEM. Without one the host speaks plaintext, because its user asked for it.
    pub(super) fn client_certificate(&self) -> Option<&str> {
        self.client_certificate.as_deref()
    }

    /// Where the socket should be, if the host cares.
    pub(super) fn socket_directory(&self) -> Option<&Path> {
        self.socket_directory.as_deref()
    }

    /// The TCP ports to choose from, lowest and highest; 0 and 0 is any.
    pub(super) fn ports(&self) -> (u16, u16) {
        self.ports
    }

    /// Whether the host can do multiplexing, and so reads a seventh field in the handshake.
    pub(super) fn multiplexing_asked(&self) -> bool {
        self.multiplexing_asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, NotStartedByHost> {
        Environment::read(|name| {
            let found = variables
                .iter()
                .chain([&MAGIC_COOKIE])
                .find(|(n, _)| *n == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_the_exact_cookie_nobody_started_us() {
        assert!(Environment::read(|_| None).is_err());
        assert!(read(&[(MAGIC_COOKIE.0, "D602BF8F")]).is_err());
        assert!(read(&[]).is_ok());
    }

    #[test]
    fn an_empty_variable_is_an_unset_one() {
        let environment = read(&[("PLUGIN_CLIENT_CERT", ""), ("PLUGIN_MIN_PORT", "")]).unwrap();
        assert_eq!(environment.client_certificate(), None);
        assert_eq!(environment.ports(), (0, 0));
        assert!(!environment.multiplexing_asked());
    }
}
