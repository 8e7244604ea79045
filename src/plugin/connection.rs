//! Connections: TLS, then HTTP/2, then an end that waits for nobody long.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::listener::{Listener, Stream};
use super::services::Services;
use crate::terraform::Provider;

/// How long a peer may take to prove that it is the host.
const TLS_TIMEOUT: Duration = Duration::from_secs(10);

/// What a peer may send ahead of our reading it, per stream and connection, in bytes.
const WINDOW: u32 = 1 << 20;

/// More than any `-parallelism`. hyper's default of 200 would make Terraform's calls wait in line.
const MAX_CONCURRENT_STREAMS: u32 = 1 << 16;

/// Serves connections until `done` is cancelled, then gives those open `grace` to end.
pub(super) async fn serve_all<P: Provider>(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    services: Services<P>,
    done: CancellationToken,
    grace: Duration,
) {
    let connections = TaskTracker::new();
    loop {
        let stream = tokio::select! {
            () = done.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(stream) => stream,
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    // Out of file descriptors, say: some may be free in a moment.
                    time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // A task each: a peer that stalls in the TLS handshake keeps nobody else waiting.
        connections.spawn(serve_one(
            stream,
            tls.clone(),
            services.clone(),
            done.clone(),
        ));
    }
    // The socket's file goes first: nobody new can come.
    drop(listener);
    connections.close();
    if time::timeout(grace, connections.wait()).await.is_err() {
        tracing::debug!("connections still open, closing them");
    }
}

async fn serve_one<P: Provider>(
    stream: Box<dyn Stream>,
    tls: Option<TlsAcceptor>,
    services: Services<P>,
    done: CancellationToken,
) {
    let secured = tokio::select! {
        () = done.cancelled() => return,
        secured = secure(stream, tls) => secured,
    };
    let stream = match secured {
        Ok(stream) => stream,
        Err(error) => return tracing::warn!(%error, "refused a connection"),
    };
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        .serve_connection(TokioIo::new(Whole(stream)), services);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = done.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn secure(stream: Box<dyn Stream>, tls: Option<TlsAcceptor>) -> io::Result<Box<dyn Stream>> {
    let Some(tls) = tls else {
        return Ok(stream);
    };
    let accepted = time::timeout(TLS_TIMEOUT, tls.accept(stream)).await;
    accepted
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
        .map(|stream| Box::new(stream) as _)
}

/// A stream that takes one buffer at a time, and says so. To one that takes several, HTTP/2 hands an answer in two
/// parts, and each would be a TLS record, a write and a wake-up of the host by itself.
struct Whole(Box<dyn Stream>);

impl AsyncRead for Whole {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Whole {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
