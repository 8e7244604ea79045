//! One fault, and what is expected of a provider that meets it.

use std::time::Duration;

use aura_simulator::{Endpoint, Fault, Tls};

/// Which request the fault hits, and with it which credentials are configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// The registration, made with a configured token.
    Webhook,
    /// The exchange of client credentials for a token, before the registration.
    Token,
}

impl At {
    pub(crate) fn endpoint(self) -> Endpoint {
        match self {
            Self::Webhook => Endpoint::Webhook,
            Self::Token => Endpoint::Token,
        }
    }
}

/// Ways in which AURA misbehaves, given a text with the request's secrets.
pub(crate) type Faults = fn(&str) -> Vec<Fault>;

/// What goes wrong.
#[derive(Clone)]
pub(crate) enum Hazard {
    /// AURA misbehaves in these ways, at the row's endpoint.
    Faults(Faults),
    /// AURA misbehaves in these ways, wherever they say.
    Placed(fn() -> Vec<Fault>),
    /// AURA answers this status, and quotes the request's secrets; so often, or for good.
    Status { code: u16, times: Option<u64> },
    /// AURA answers 429 with this `Retry-After`, once.
    RetryAfter(fn() -> String),
    /// Nobody is at AURA's address.
    Nobody,
    /// Someone with TLS is, whose authority is trusted or not.
    Tls { tls: Tls, trusted: bool },
    /// Someone is who speaks nothing newer than TLS 1.0.
    OldTls,
    /// AURA at an `https` address speaks plain HTTP.
    NoTls,
    /// AURA is behind a proxy, which answers this in place of letting through; nothing stands for nobody there.
    Proxy(Option<&'static str>),
    /// AURA's name doesn't resolve.
    Unresolved,
}

impl Hazard {
    /// Whether AURA, when all is well, is reached through a proxy and by name.
    pub(crate) fn is_remote(&self) -> bool {
        matches!(self, Self::Proxy(_) | Self::Unresolved)
    }
}

/// A row of a table.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) at: At,
    pub(crate) hazard: Hazard,
    /// In the provider block.
    pub(crate) settings: &'static str,
    pub(crate) succeeds: bool,
    /// Whether the failure says that AURA may hold the registration.
    pub(crate) ambiguous: bool,
    /// What the user reads: `{host}`, `{endpoint}` (host and path) and `{quoted}` (AURA's own words, without the
    /// secrets in them) are filled in.
    pub(crate) says: Vec<String>,
    /// How many requests AURA gets, for tokens and for registrations.
    pub(crate) requests: (usize, usize),
    /// What lies at least between the first two requests.
    pub(crate) waits: Duration,
}

/// One attempt.
pub(crate) const ONCE: &str = "max_retries = 0";
/// Two attempts.
pub(crate) const TWICE: &str = "max_retries = 1";
/// One attempt of a second: long enough for any answer that comes.
pub(crate) const BRIEFLY: &str = "max_retries = 0\nrequest_timeout = \"1s\"";
/// Two attempts of a second each.
pub(crate) const TWICE_BRIEFLY: &str = "max_retries = 1\nrequest_timeout = \"1s\"";

impl Row {
    fn new(name: &str, at: At, hazard: Hazard, settings: &'static str) -> Self {
        Self {
            name: match at {
                At::Webhook => format!("{name}, registering"),
                At::Token => format!("{name}, getting a token"),
            },
            at,
            hazard,
            settings,
            succeeds: false,
            ambiguous: false,
            says: Vec::new(),
            requests: (0, 0),
            waits: Duration::ZERO,
        }
    }

    /// A fault that ends the operation after so many requests to the endpoint it is at.
    pub(crate) fn fails(
        name: &str,
        at: At,
        hazard: Hazard,
        settings: &'static str,
        requests: usize,
    ) -> Self {
        let requests = match at {
            At::Webhook => (0, requests),
            At::Token => (requests, 0),
        };
        Self {
            requests,
            ..Self::new(name, at, hazard, settings)
        }
    }

    /// A fault that is overcome with so many requests to the endpoint it is at.
    pub(crate) fn succeeds(
        name: &str,
        at: At,
        hazard: Hazard,
        settings: &'static str,
        requests: usize,
    ) -> Self {
        let requests = match at {
            At::Webhook => (0, requests),
            At::Token => (requests, 1),
        };
        Self {
            succeeds: true,
            requests,
            ..Self::new(name, at, hazard, settings)
        }
    }

    /// The user reads this.
    pub(crate) fn saying(mut self, sentence: impl Into<String>) -> Self {
        self.says.push(sentence.into());
        self
    }

    /// The registration may have been made, if it is one that fails.
    pub(crate) fn ambiguous(mut self) -> Self {
        self.ambiguous = self.at == At::Webhook;
        self
    }

    /// In all, so many requests for tokens and for registrations.
    pub(crate) fn requests(mut self, tokens: usize, registrations: usize) -> Self {
        self.requests = (tokens, registrations);
        self
    }

    /// So much time lies between the first two requests, or more.
    pub(crate) fn waits(mut self, at_least: Duration) -> Self {
        self.waits = at_least;
        self
    }
}
