//! A customer source and the credentials that stand for it.

use std::fmt;
use std::time::Duration;

/// A customer source: what AURA calls the holder of credentials, and of one active webhook.
///
/// It may have client credentials, any number of static tokens, or both.
#[derive(Clone)]
pub struct Source {
    pub(crate) name: String,
    pub(crate) client: Option<Client>,
    pub(crate) tokens: Vec<String>,
    pub(crate) token_lifetime: Duration,
}

/// The pair that is exchanged for a token.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Source {
    /// The name of [`Source::demo`].
    pub const DEMO_NAME: &str = "demo";
    /// The client id of [`Source::demo`].
    pub const DEMO_CLIENT_ID: &str = "demo-client";
    /// The client secret of [`Source::demo`]; public, so no secret.
    pub const DEMO_CLIENT_SECRET: &str = "demo-secret";
    /// The static token of [`Source::demo`]; public, so no secret.
    pub const DEMO_TOKEN: &str = "demo-token";
    /// How long an issued token lives unless told otherwise: the `expires_in` of AURA's documentation.
    pub const DEFAULT_TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

    /// A source without credentials: add [`client`](Self::client) or [`token`](Self::token).
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            client: None,
            tokens: Vec::new(),
            token_lifetime: Self::DEFAULT_TOKEN_LIFETIME,
        }
    }

    /// The source a simulator has when it is given none, with well-known credentials.
    pub fn demo() -> Self {
        Self::new(Self::DEMO_NAME)
            .client(Self::DEMO_CLIENT_ID, Self::DEMO_CLIENT_SECRET)
            .token(Self::DEMO_TOKEN)
    }

    /// Client credentials, to be exchanged for tokens; replaces earlier ones.
    #[must_use]
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client = Some(Client {
            id: id.into(),
            secret: secret.into(),
        });
        self
    }

    /// One more static token, which never expires of itself.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.tokens.push(token.into());
        self
    }

    /// How long issued tokens live; answered in whole seconds as `expires_in`. Zero issues tokens that have expired.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// The name, which registrations, requests and faults refer to.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("client_id", &self.client.as_ref().map(|client| &client.id))
            .field("tokens", &self.tokens.len())
            .field("token_lifetime", &self.token_lifetime)
            .finish_non_exhaustive()
    }
}
