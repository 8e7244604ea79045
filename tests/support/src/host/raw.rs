//! Calls written out by hand, for what no client would send.

use std::io;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use tokio::time::timeout;
use tonic::body::Body;
use tower_service::Service;

use super::attempt::with_cause;
use super::connection::{self, Caller, Connection, Socket};
use super::{Host, origin};

/// Long enough for 256 MiB on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came back for a call.
#[derive(Debug)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// `grpc-status`, from wherever it came.
    pub grpc_status: Option<i32>,
    /// The message that came with it, frame and all.
    pub body: Vec<u8>,
}

impl Host {
    /// Another connection, through TLS with this host's own certificate, to send whatever bytes on.
    ///
    /// # Errors
    ///
    /// If the provider doesn't let its host in.
    pub async fn open_secured(&self) -> io::Result<Box<dyn Socket>> {
        let socket = connection::open(&self.handshake.address).await?;
        let Some(expected) = &self.handshake.certificate else {
            return Ok(socket);
        };
        let caller = Caller::terraform(&self.identity);
        Ok(Box::new(caller.secure(socket, expected).await?))
    }

    /// Sends a request of any kind, on a connection of its own. A gRPC message in its body has five bytes in front:
    /// whether it is compressed, and its length.
    ///
    /// # Errors
    ///
    /// If no answer came.
    pub async fn call_raw(&self, request: http::Request<Vec<u8>>) -> io::Result<RawAnswer> {
        timeout(PATIENCE, self.call_raw_unbounded(request)).await?
    }

    async fn call_raw_unbounded(&self, request: http::Request<Vec<u8>>) -> io::Result<RawAnswer> {
        let socket = self.open_secured().await?;
        let mut connection = Connection::over(socket).await.map_err(with_cause)?;
        let (mut head, body) = request.into_parts();
        let mut uri = origin().into_parts();
        uri.path_and_query = head.uri.path_and_query().cloned();
        head.uri = http::Uri::from_parts(uri).map_err(io::Error::other)?;
        let body = Body::new(Full::from(body));
        let request = http::Request::from_parts(head, body);
        let answer = connection.call(request).await.map_err(with_cause)?;
        let (head, body) = answer.into_parts();
        let collected = body.collect().await.map_err(with_cause)?;
        let trailers = collected.trailers().cloned().unwrap_or_default();
        let status = trailers
            .get("grpc-status")
            .or(head.headers.get("grpc-status"));
        Ok(RawAnswer {
            status: head.status.as_u16(),
            grpc_status: status.and_then(|code| code.to_str().ok()?.parse().ok()),
            body: collected.to_bytes().to_vec(),
        })
    }
}
