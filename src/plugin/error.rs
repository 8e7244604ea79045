//! Why the process could not be set up.

use std::fmt;
use std::io;

/// A failure before the first request.
#[derive(Debug)]
pub struct Error(Kind);

#[derive(Debug)]
pub(super) enum Kind {
    Io(io::Error),
    Certificate,
    Tls(rustls::Error),
    ClientCertificate(&'static str),
    Ports { min: u16, max: u16 },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Io(error) => write!(f, "could not set up the plugin process: {error}"),
            Kind::Certificate => {
                f.write_str("could not make a TLS certificate: no randomness to be had")
            }
            Kind::Tls(error) => write!(f, "could not set up TLS: {error}"),
            Kind::ClientCertificate(problem) => write!(
                f,
                "PLUGIN_CLIENT_CERT, by which the host and nobody else is let in, {problem}"
            ),
            Kind::Ports { min, max } => {
                write!(
                    f,
                    "no port from PLUGIN_MIN_PORT={min} to PLUGIN_MAX_PORT={max} is free"
                )
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self(Kind::Io(error))
    }
}
