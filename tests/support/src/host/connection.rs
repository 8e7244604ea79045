//! A connection to a provider: the socket, TLS around it, HTTP/2 on it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{
    ClientConfig, ProtocolVersion, RootCertStore, SupportedCipherSuite, SupportedProtocolVersion,
};
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::body::Body;
use tower_service::Service;

use super::certificate::Identity;
use super::handshake::Address;

/// What the gRPC clients of this crate send their requests on; clones share the connection.
#[derive(Clone)]
pub struct Connection(SendRequest<Body>);

impl Connection {
    pub(super) async fn over(stream: impl Socket + 'static) -> Result<Self, hyper::Error> {
        let (sender, driver) = Builder::new(TokioExecutor::new())
            .handshake(TokioIo::new(stream))
            .await?;
        // It ends with an error when the provider is killed, which is no news to whoever did it.
        tokio::spawn(async { _ = driver.await });
        Ok(Self(sender))
    }
}

impl Service<http::Request<Body>> for Connection {
    type Response = http::Response<Incoming>;
    type Error = hyper::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

/// A bidirectional stream of bytes.
pub trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// A bare connection to the address.
pub(super) async fn open(address: &Address) -> io::Result<Box<dyn Socket>> {
    match address {
        #[cfg(unix)]
        Address::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
        #[cfg(not(unix))]
        Address::Unix(path) => panic!("{} is out of reach on this system", path.display()),
        Address::Tcp(address) => Ok(Box::new(tokio::net::TcpStream::connect(address).await?)),
    }
}

/// How a caller presents itself in the TLS handshake.
pub(super) struct Caller<'a> {
    pub(super) identity: Option<&'a Identity>,
    pub(super) versions: &'a [&'static SupportedProtocolVersion],
    pub(super) alpn: Vec<Vec<u8>>,
}

impl<'a> Caller<'a> {
    /// As Terraform does: its own certificate, TLS 1.2 or 1.3, HTTP/2.
    pub(super) fn terraform(identity: &'a Identity) -> Self {
        Self {
            identity: Some(identity),
            versions: rustls::ALL_VERSIONS,
            alpn: vec![b"h2".to_vec()],
        }
    }

    /// Speaks TLS on the socket and trusts the server as Go does: only with the certificate of the handshake line,
    /// which must be valid now and for `localhost`.
    pub(super) async fn secure(
        self,
        socket: Box<dyn Socket>,
        expected: &CertificateDer<'static>,
    ) -> io::Result<TlsStream<Box<dyn Socket>>> {
        let mut roots = RootCertStore::empty();
        roots.add(expected.clone()).map_err(io::Error::other)?;
        let config = ClientConfig::builder_with_provider(Arc::new(as_go_prefers()))
            .with_protocol_versions(self.versions)
            .map_err(io::Error::other)?
            .with_root_certificates(roots);
        let mut config = match self.identity {
            Some(identity) => config.with_client_cert_resolver(identity.certified()),
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = self.alpn;
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, socket)
            .await?;
        let shown = stream.get_ref().1.peer_certificates();
        if shown != Some(std::slice::from_ref(expected)) {
            return Err(io::Error::other(
                "the provider showed another certificate than in its handshake line",
            ));
        }
        Ok(stream)
    }
}

/// Go's crypto/tls asks for AES-128 first, where the CPU has AES.
fn as_go_prefers() -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    let is_aes_128 =
        |suite: &SupportedCipherSuite| format!("{:?}", suite.suite()).contains("AES_128");
    provider
        .cipher_suites
        .sort_by_key(|suite| !is_aes_128(suite));
    provider
}

/// What a TLS handshake agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The version of TLS.
    pub version: ProtocolVersion,
    /// The protocol on top of it, if the provider chose one.
    pub alpn: Option<String>,
}

impl Agreed {
    pub(super) fn on(stream: &TlsStream<Box<dyn Socket>>) -> Self {
        let session = stream.get_ref().1;
        Self {
            version: session
                .protocol_version()
                .expect("a finished handshake has a version"),
            alpn: session
                .alpn_protocol()
                .map(|name| String::from_utf8_lossy(name).into_owned()),
        }
    }
}
