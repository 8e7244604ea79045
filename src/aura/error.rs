use std::{fmt, time::Duration};

use http::StatusCode;

use crate::aura::{endpoint::Endpoint, failure::Failure};

/// Why a call to AURA failed. Its `Display` is one line for a person, without secrets.
#[derive(Debug, Clone)]
pub struct Error(Box<Data>);

#[derive(Debug, Clone)]
struct Data {
    kind: ErrorKind,
    failure: Failure,
    endpoint: String,
    host: String,
    attempts: u32,
    ambiguous: bool,
    /// How long each attempt was given.
    timeout: Duration,
    /// The last failure in words, when an interrupt ended the call.
    last: Option<String>,
}

/// The kinds of [`Error`], for those who have advice to give.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Refused with a status that has no kind of its own; 400 and 409 above all.
    Rejected {
        /// The HTTP status.
        status: u16,
    },
    /// 401: AURA doesn't take the token or, as [`Token`](Self::Token), the client's secret.
    Unauthorized,
    /// 403: the customer source may not do this.
    Forbidden,
    /// 404: there is no such endpoint at this base URL, or not for this customer source.
    NotFound,
    /// 429, after every retry.
    RateLimited,
    /// 5xx, after every retry.
    ServerError {
        /// The HTTP status.
        status: u16,
    },
    /// No complete answer in time.
    Timeout,
    /// No connection: nothing was sent.
    Connect,
    /// The connection broke before the answer was complete.
    ConnectionLost,
    /// The server's certificate is not trusted: nothing was sent.
    Certificate,
    /// A redirect, which is not followed.
    Redirect {
        /// The host it leads to, with a port unless it is the scheme's default.
        host: Option<String>,
    },
    /// A 2xx whose body is no JSON object.
    NotJson,
    /// An answer of more than 1 MiB.
    TooLarge,
    /// A 2xx of the token endpoint without a token.
    NoToken,
    /// A token that can't be put into a header.
    UnusableToken,
    /// Connections can't be made at all: no trust store, or an unreadable CA certificate.
    Setup,
    /// No token could be had, for this reason.
    Token(Box<ErrorKind>),
    /// An interrupt came before the call was done.
    Interrupted,
}

impl Error {
    pub(super) fn new(
        failure: Failure,
        endpoint: &Endpoint,
        attempts: u32,
        timeout: Duration,
    ) -> Self {
        Self(Box::new(Data {
            kind: failure.kind.clone(),
            failure,
            endpoint: endpoint.name.clone(),
            host: endpoint.host.clone(),
            attempts,
            ambiguous: false,
            timeout,
            last: None,
        }))
    }

    /// The same, as the reason why there is no token. An interrupt remains an interrupt, and nothing was registered.
    pub(super) fn for_token(mut self) -> Self {
        self.0.ambiguous = false;
        if self.0.kind != ErrorKind::Interrupted {
            self.0.kind = ErrorKind::Token(Box::new(self.0.kind));
        }
        self
    }

    pub(super) fn ambiguous_if(mut self, ambiguous: bool) -> Self {
        self.0.ambiguous |= ambiguous;
        self
    }

    pub(super) fn with_last(mut self, last: Option<String>) -> Self {
        self.0.last = last;
        self
    }

    /// What kind of error it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The HTTP status of the last answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.failure.status.as_ref().map(StatusCode::as_u16)
    }

    /// AURA's own `message`, without secrets and control characters, at most 300 characters.
    pub fn message(&self) -> Option<&str> {
        self.0.failure.message.as_deref()
    }

    /// How many requests were sent, or tried to be, to [`endpoint`](Self::endpoint).
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether AURA may hold the registration all the same: in at least one attempt it was sent, and not refused.
    pub fn ambiguous(&self) -> bool {
        self.0.ambiguous
    }

    /// Host and path of what was called.
    pub fn endpoint(&self) -> &str {
        &self.0.endpoint
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ErrorKind::Interrupted => return self.0.write_interrupted(f),
            ErrorKind::Token(kind) => {
                f.write_str("cannot get an access token: ")?;
                self.0.write(f, kind)?;
            }
            kind => self.0.write(f, kind)?,
        }
        match self.0.attempts {
            0 | 1 => Ok(()),
            attempts => write!(f, " ({attempts} attempts)"),
        }
    }
}

impl Data {
    fn write(&self, f: &mut fmt::Formatter<'_>, kind: &ErrorKind) -> fmt::Result {
        let Self { endpoint, host, .. } = self;
        match kind {
            ErrorKind::Timeout => write!(f, "no answer from {endpoint} within {:?}", self.timeout),
            ErrorKind::Connect => write!(f, "cannot connect to {host}{}", self.cause()),
            ErrorKind::ConnectionLost => write!(
                f,
                "the connection to {host} was lost before AURA's answer was complete{}",
                self.cause()
            ),
            ErrorKind::Certificate => write!(
                f,
                "the certificate of {host} is not trusted{}",
                self.cause()
            ),
            ErrorKind::Redirect { host } => write!(
                f,
                "{endpoint} answered {}, a redirect to {}, which is not followed because the access token would be \
                 sent there",
                self.status(),
                host.as_deref().unwrap_or("another address")
            ),
            ErrorKind::NotJson => write!(
                f,
                "{endpoint} answered {} with something that is not AURA's JSON{}; it may come from a proxy or a \
                 login page",
                self.status(),
                self.cause()
            ),
            ErrorKind::TooLarge => write!(
                f,
                "{endpoint} answered {} with more than 1 MiB",
                self.status()
            ),
            ErrorKind::NoToken => {
                write!(f, "{endpoint} answered {} without an access_token", self.status())
            }
            ErrorKind::UnusableToken => f.write_str(
                "the access token can't be sent: it is empty, or has line breaks or other characters that no token has",
            ),
            ErrorKind::Setup => write!(f, "cannot set up connections{}", self.cause()),
            _ => {
                write!(f, "AURA answered {} to POST {endpoint}", self.status())?;
                match &self.failure.message {
                    Some(message) => write!(f, ": \"{message}\""),
                    None => Ok(()),
                }
            }
        }
    }

    fn write_interrupted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = &self.endpoint;
        match self.attempts {
            0 => write!(f, "interrupted before anything was sent to {endpoint}")?,
            1 => write!(f, "interrupted after 1 attempt at {endpoint}")?,
            attempts => write!(f, "interrupted after {attempts} attempts at {endpoint}")?,
        }
        match &self.last {
            Some(last) => write!(f, "; the last one failed: {last}"),
            None => Ok(()),
        }
    }

    fn cause(&self) -> String {
        match &self.failure.cause {
            Some(cause) => format!(": {cause}"),
            None => String::new(),
        }
    }

    fn status(&self) -> String {
        match self.failure.status {
            Some(status) => match status.canonical_reason() {
                Some(reason) => format!("{} {reason}", status.as_u16()),
                None => status.as_u16().to_string(),
            },
            None => "something".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
