//! How an answer leaves when a fault wants it otherwise.

use std::convert::Infallible;
use std::future::pending;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use crate::connection::{Breaker, Cut, Ending, Place};
use crate::fault::{Kind, Moment};
use crate::reply::Reply;

/// An answer and its way out.
pub(crate) struct Delivery {
    reply: Reply,
    kind: Option<Kind>,
}

impl Delivery {
    pub(crate) fn new(usual: Reply, kind: Option<Kind>) -> Self {
        let (reply, kind) = match kind {
            Some(Kind::Reply(reply)) => (reply, None),
            Some(Kind::ExpireToken) => (expired(), None),
            kind => (usual, kind),
        };
        Self { reply, kind }
    }

    /// The status the client will see, if it sees a whole status line.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self.kind {
            Some(Kind::Stall) => None,
            Some(Kind::Reset(moment)) if moment != Moment::InBody => None,
            Some(Kind::BigBody(_)) => Some(StatusCode::OK),
            _ => Some(self.reply.status),
        }
    }

    pub(crate) async fn send(self, breaker: &Breaker) -> Response {
        match self.kind {
            None | Some(Kind::WrongEcho(_) | Kind::Reply(_) | Kind::ExpireToken) => {}
            Some(Kind::Delay(delay)) => tokio::time::sleep(delay).await,
            Some(Kind::Stall) => pending().await,
            Some(Kind::BigBody(bytes)) => return big(bytes),
            Some(Kind::Truncate) => breaker.cut(Cut {
                place: Place::Body,
                ending: Ending::Close,
            }),
            Some(Kind::Reset(Moment::InBody)) => breaker.cut(Cut {
                place: Place::Body,
                ending: Ending::Reset,
            }),
            Some(Kind::Reset(Moment::InHead)) => breaker.cut(Cut {
                place: Place::Head,
                ending: Ending::Reset,
            }),
            Some(Kind::Reset(Moment::BeforeReading | Moment::AfterReading)) => {
                breaker.reset();
                pending().await
            }
        }
        self.reply.into_response()
    }
}

fn expired() -> Reply {
    Reply::message(StatusCode::UNAUTHORIZED, "The token has expired.")
}

/// `{"message":"xxx…"}` of this many bytes, made as it is sent; too few for that are just `x`.
fn big(bytes: u64) -> Response {
    const OPENING: &[u8] = br#"{"message":""#;
    const CLOSING: &[u8] = br#""}"#;
    const FILLING: &[u8] = &[b'x'; 64 * 1024];

    let frame = (OPENING.len() + CLOSING.len()) as u64;
    let (opening, filling, closing) = match bytes.checked_sub(frame) {
        Some(filling) => (OPENING, filling, CLOSING),
        None => (&b""[..], bytes, &b""[..]),
    };
    let filling = stream::unfold(filling, |left| async move {
        let length = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(FILLING.len());
        let chunk = FILLING.get(..length).filter(|chunk| !chunk.is_empty())?;
        Some((chunk, left - length as u64))
    });
    let all = stream::iter([opening])
        .chain(filling)
        .chain(stream::iter([closing]))
        .map(|chunk| Ok::<_, Infallible>(Bytes::from_static(chunk)));
    let json = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, json)], Body::from_stream(all)).into_response()
}
