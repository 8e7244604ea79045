//! A TCP stream that can be reset, or cut at a chosen byte of an answer.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_rustls::server::TlsStream;

/// What a handler holds of the connection its request came on.
#[derive(Clone, Default)]
pub(crate) struct Breaker(Arc<Plan>);

#[derive(Default)]
struct Plan {
    cut: Mutex<Option<Cut>>,
    reset: Notify,
}

/// How the answer about to be written ends early.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    pub(crate) place: Place,
    pub(crate) ending: Ending,
}

/// Where the last byte to leave is.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Head,
    Body,
}

/// What follows the last byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// TCP FIN, with TLS a `close_notify` before it: as if all was well.
    Close,
    /// TCP RST.
    Reset,
}

impl Breaker {
    /// Resets the connection now.
    pub(crate) fn reset(&self) {
        self.0.reset.notify_one();
    }

    /// Cuts the answer that the handler is about to return.
    pub(crate) fn cut(&self, cut: Cut) {
        *self.0.cut.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut);
    }

    /// Waits for [`reset`](Self::reset).
    pub(crate) async fn broken(&self) {
        self.0.reset.notified().await;
    }

    fn planned(&self) -> Option<Cut> {
        *self.0.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A byte stream with a TCP socket underneath.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// The stream as the HTTP server sees it. It sits above TLS, because a cut counts bytes of HTTP.
pub(crate) struct Connection<S> {
    stream: S,
    breaker: Breaker,
    progress: Progress,
}

/// How far a planned cut has come.
#[derive(Clone, Copy)]
enum Progress {
    Head,
    Body,
    /// This many bytes may still leave.
    Left(usize),
}

impl<S: Socket> Connection<S> {
    pub(crate) fn new(stream: S, breaker: Breaker) -> Self {
        Self {
            stream,
            breaker,
            progress: Progress::Head,
        }
    }

    /// Ends a connection that a reset was asked for: with RST rather than FIN.
    pub(crate) fn reset(self) {
        // Fails only on a socket that is already gone.
        let _ = self.stream.tcp().set_zero_linger();
    }

    /// Whether a cut is planned that ends in a reset.
    pub(crate) fn ends_in_reset(&self) -> bool {
        self.breaker
            .planned()
            .is_some_and(|cut| cut.ending == Ending::Reset)
    }

    /// Writes what may still leave before the cut, or ends the stream.
    fn write_until(
        &mut self,
        cut: Cut,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let left = match self.progress {
            Progress::Left(left) => left,
            Progress::Body => bytes.len().div_ceil(2),
            Progress::Head => match first_part(cut.place, bytes) {
                Some(left) => left,
                None => return self.write_head(cx, bytes),
            },
        };
        self.progress = Progress::Left(left);
        if left == 0 {
            return self.end(cut.ending, cx);
        }
        let part = bytes.get(..left).unwrap_or(bytes);
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, part))?;
        self.progress = Progress::Left(left - written);
        Poll::Ready(Ok(written))
    }

    /// The head came without a byte of body: all of it leaves.
    fn write_head(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        if written == bytes.len() {
            self.progress = Progress::Body;
        }
        Poll::Ready(Ok(written))
    }

    fn end(&mut self, ending: Ending, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        if ending == Ending::Close {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }
}

/// How many of an answer's first bytes leave; `None` if they are all head and the cut is in the body.
fn first_part(place: Place, bytes: &[u8]) -> Option<usize> {
    /// Shorter than any status line with a header, long enough to be recognised as HTTP.
    const PART_OF_HEAD: usize = 20;
    match place {
        Place::Head => Some(PART_OF_HEAD.min(bytes.len().saturating_sub(1))),
        Place::Body => {
            let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
            let body = bytes.len() - head;
            (body > 0).then(|| head + body / 2)
        }
    }
}

impl<S: Socket> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: Socket> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.breaker.planned() {
            Some(cut) => self.write_until(cut, cx, bytes),
            None => Pin::new(&mut self.stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
