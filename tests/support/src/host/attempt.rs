//! Callers that are not Terraform, or a Terraform of another kind.

use std::error::Error;
use std::io;
use std::slice;
use std::time::Duration;

use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use tokio::time::timeout;
use tower_service::Service;

use super::Host;
use super::certificate::Identity;
use super::connection::{Agreed, Caller, Connection};

const PATIENCE: Duration = Duration::from_secs(10);

/// One try to reach a running provider, as Terraform would unless told otherwise. Send it with [`Host::attempt`].
pub struct Attempt {
    certificate: Certificate,
    version: Option<&'static SupportedProtocolVersion>,
    alpn: Vec<Vec<u8>>,
}

enum Certificate {
    Hosts,
    Strangers(Identity),
    None,
    /// Not even TLS.
    Plaintext,
}

impl Attempt {
    fn with(certificate: Certificate) -> Self {
        Self {
            certificate,
            version: None,
            alpn: vec![b"h2".to_vec()],
        }
    }

    /// With the certificate the provider was told to expect.
    pub fn as_host() -> Self {
        Self::with(Certificate::Hosts)
    }

    /// With a certificate that looks the same, of another key.
    pub fn as_stranger() -> Self {
        Self::with(Certificate::Strangers(Identity::generate()))
    }

    /// With TLS but no certificate.
    pub fn without_certificate() -> Self {
        Self::with(Certificate::None)
    }

    /// With HTTP/2 straight on the socket.
    pub fn in_plaintext() -> Self {
        Self::with(Certificate::Plaintext)
    }

    /// With TLS 1.2 only.
    pub fn over_tls12(mut self) -> Self {
        self.version = Some(&TLS12);
        self
    }

    /// With TLS 1.3 only.
    pub fn over_tls13(mut self) -> Self {
        self.version = Some(&TLS13);
        self
    }

    /// Offering these protocols on top of TLS; none leaves the extension out, as old Terraforms don't insist on it.
    pub fn offering(mut self, protocols: &[&str]) -> Self {
        self.alpn = protocols.iter().map(|name| (*name).into()).collect();
        self
    }
}

impl Host {
    /// Makes the attempt: connect, shake hands, and ask for the provider's metadata, since TLS 1.3 tells a refused
    /// client so only when it reads. Says what was agreed on (`None` in plaintext) if any answer came.
    ///
    /// # Errors
    ///
    /// Why no answer came; [`io::ErrorKind::TimedOut`] if the provider neither answered nor refused in ten seconds.
    pub async fn attempt(&self, attempt: Attempt) -> io::Result<Option<Agreed>> {
        timeout(PATIENCE, self.attempt_unbounded(attempt)).await?
    }

    async fn attempt_unbounded(&self, attempt: Attempt) -> io::Result<Option<Agreed>> {
        let socket = self.open().await?;
        let identity = match &attempt.certificate {
            Certificate::Hosts => Some(&self.identity),
            Certificate::Strangers(identity) => Some(identity),
            Certificate::None => None,
            Certificate::Plaintext => {
                ask_metadata(Connection::over(socket).await).await?;
                return Ok(None);
            }
        };
        let caller = Caller {
            identity,
            versions: match &attempt.version {
                Some(version) => slice::from_ref(version),
                None => rustls::ALL_VERSIONS,
            },
            alpn: attempt.alpn,
        };
        let expected = self.handshake.certificate.as_ref();
        let expected = expected.ok_or_else(|| io::Error::other("the provider speaks no TLS"))?;
        let stream = caller.secure(socket, expected).await?;
        let agreed = Agreed::on(&stream);
        ask_metadata(Connection::over(stream).await).await?;
        Ok(Some(agreed))
    }
}

async fn ask_metadata(connection: Result<Connection, hyper::Error>) -> io::Result<()> {
    let mut connection = connection.map_err(with_cause)?;
    let request = http::Request::post("http://localhost/tfplugin6.Provider/GetMetadata")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        // A gRPC message of no bytes.
        .body(tonic::body::Body::new(http_body_util::Full::from(
            &[0_u8; 5][..],
        )))
        .expect("the request is well-formed");
    connection.call(request).await.map_err(with_cause)?;
    Ok(())
}

/// hyper's own text is "connection error"; the alert that says why is its cause.
pub(super) fn with_cause(error: hyper::Error) -> io::Error {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    io::Error::other(text)
}
