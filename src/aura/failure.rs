use std::time::Duration;

use http::StatusCode;

use crate::aura::{ErrorKind, cause};

/// What went wrong in one attempt.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    /// AURA's answer, if there was one.
    pub(super) status: Option<StatusCode>,
    /// AURA's own words, made safe to show.
    pub(super) message: Option<String>,
    /// What is behind the failure, if it was not AURA that refused.
    pub(super) cause: Option<String>,
    /// How long AURA asked to wait.
    pub(super) retry_after: Option<Duration>,
}

impl Failure {
    pub(super) fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            status: None,
            message: None,
            cause: None,
            retry_after: None,
        }
    }

    pub(super) fn answered(kind: ErrorKind, status: StatusCode) -> Self {
        Self {
            status: Some(status),
            ..Self::new(kind)
        }
    }

    pub(super) fn because(self, cause: String) -> Self {
        Self {
            cause: Some(cause),
            ..self
        }
    }

    /// Whether the same request may succeed a moment later.
    pub(super) fn is_transient(&self) -> bool {
        match self.kind {
            ErrorKind::Connect
            | ErrorKind::ConnectionLost
            | ErrorKind::Timeout
            | ErrorKind::RateLimited
            | ErrorKind::ServerError { .. } => true,
            ErrorKind::Rejected { status } => status == StatusCode::REQUEST_TIMEOUT.as_u16(),
            _ => false,
        }
    }

    /// Whether AURA may have done what was asked all the same: the request was sent, and what came back doesn't
    /// say that it was refused.
    pub(super) fn is_ambiguous(&self) -> bool {
        match self.kind {
            ErrorKind::ConnectionLost
            | ErrorKind::Timeout
            | ErrorKind::ServerError { .. }
            | ErrorKind::NotJson
            | ErrorKind::TooLarge => true,
            ErrorKind::Rejected { status } => status == StatusCode::REQUEST_TIMEOUT.as_u16(),
            _ => false,
        }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        if let Some(refusal) = cause::certificate(&error) {
            return Self::new(ErrorKind::Certificate).because(refusal);
        }
        let kind = if error.is_connect() {
            ErrorKind::Connect
        } else if error.is_timeout() {
            return Self::new(ErrorKind::Timeout);
        } else if error.is_builder() {
            ErrorKind::Setup
        } else {
            ErrorKind::ConnectionLost
        };
        Self::new(kind).because(cause::root(&error))
    }
}
