//! What goes wrong, with which requests and how often.

mod echo;
mod queue;

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};

use crate::received::Endpoint;
use crate::reply::Reply;

pub use echo::Echo;
pub(crate) use queue::Queue;

/// Something that goes wrong with the next matching request.
///
/// A fault strikes once, any endpoint, any customer source, unless told otherwise. Of the faults that match a request
/// the one added first strikes, until it is used up.
///
/// ```
/// use aura_simulator::{Endpoint, Fault, Simulator};
/// use http::StatusCode;
///
/// let simulator = Simulator::http()?;
/// simulator.fault(Fault::status(StatusCode::SERVICE_UNAVAILABLE).on(Endpoint::Webhook).times(2));
/// # Ok::<(), aura_simulator::StartError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) source: Option<String>,
    /// `None`: forever.
    pub(crate) times: Option<u64>,
    pub(crate) applies: Option<bool>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Reply(Reply),
    Delay(Duration),
    Stall,
    Reset(Moment),
    Truncate,
    BigBody(u64),
    WrongEcho(Echo),
    ExpireToken,
}

/// When a connection is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After the request's head, which says which endpoint is meant, and before its body is read. Such a request
    /// never takes effect. The token endpoint learns its customer source from the body: limited to a source there,
    /// the reset comes after reading.
    BeforeReading,
    /// After the request has been read, before a byte of the answer.
    AfterReading,
    /// In the middle of the status line and headers.
    InHead,
    /// In the middle of the body.
    InBody,
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            endpoint: None,
            source: None,
            times: Some(1),
            applies: None,
        }
    }

    /// Answers this instead.
    pub fn reply(reply: Reply) -> Self {
        Self::new(Kind::Reply(reply))
    }

    /// Answers this status with a JSON `message`.
    pub fn status(status: StatusCode) -> Self {
        Self::reply(Reply::new(status))
    }

    /// Answers 200 with this body, as a proxy's login page would.
    pub fn body(content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        Self::reply(
            Reply::new(StatusCode::OK)
                .header(CONTENT_TYPE, content_type)
                .body(body),
        )
    }

    /// Answers a redirect of this status to `location`.
    pub fn redirect(status: StatusCode, location: HeaderValue) -> Self {
        Self::reply(Reply::new(status).header(LOCATION, location))
    }

    /// Answers as usual, but only after this long. What the request asks for takes effect at once.
    pub fn delay(delay: Duration) -> Self {
        Self::new(Kind::Delay(delay))
    }

    /// Reads the request and never answers.
    pub fn stall() -> Self {
        Self::new(Kind::Stall)
    }

    /// Resets the connection (TCP RST).
    pub fn reset(moment: Moment) -> Self {
        Self::new(Kind::Reset(moment))
    }

    /// Announces the usual answer's length, sends half of its body and closes the connection.
    pub fn truncate() -> Self {
        Self::new(Kind::Truncate)
    }

    /// Answers 200 with a streamed JSON object of this many bytes, its length not announced.
    pub fn big_body(bytes: u64) -> Self {
        Self::new(Kind::BigBody(bytes))
    }

    /// Answers a registration with success, but claims that something else was registered. Any other answer is as usual.
    pub fn wrong_echo(echo: Echo) -> Self {
        Self::new(Kind::WrongEcho(echo))
    }

    /// Answers 401 and forgets the bearer token presented, a static one included.
    pub fn expire_token() -> Self {
        Self::new(Kind::ExpireToken)
    }

    /// Strikes at this endpoint only.
    #[must_use]
    pub fn on(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Strikes requests of this customer source only; see [`Received::source`](crate::Received::source).
    #[must_use]
    pub fn for_source(mut self, name: impl Into<String>) -> Self {
        self.source = Some(name.into());
        self
    }

    /// Strikes this many requests; none if zero.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Strikes every matching request until the faults are cleared.
    #[must_use]
    pub fn forever(mut self) -> Self {
        self.times = None;
        self
    }

    /// Whether the request takes effect nevertheless: a valid registration is made, a token issued.
    ///
    /// By default it does where the usual answer is sent in whole or part (delay, truncate, wrong echo, a reset in the
    /// head or body) and doesn't where something else is answered or nothing. Without effect the usual answer is still
    /// what would have been answered; a token in it opens nothing.
    #[must_use]
    pub fn applies(mut self, applies: bool) -> Self {
        self.applies = Some(applies);
        self
    }

    pub(crate) fn takes_effect(&self) -> bool {
        self.applies.unwrap_or(match self.kind {
            Kind::Delay(_) | Kind::Truncate | Kind::WrongEcho(_) => true,
            Kind::Reset(moment) => matches!(moment, Moment::InHead | Moment::InBody),
            Kind::Reply(_) | Kind::Stall | Kind::BigBody(_) | Kind::ExpireToken => false,
        })
    }

    pub(crate) fn strikes_before_reading(&self) -> bool {
        matches!(self.kind, Kind::Reset(Moment::BeforeReading))
    }
}
