use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::aura::{
    AccessToken, BaseUrl, Credentials, Error, ErrorKind, Registered, Registration, Secret,
    Transport,
    attempts::Attempts,
    echo,
    endpoint::Endpoint,
    failure::Failure,
    model,
    redaction::Redaction,
    token::{Bearer, TokenCache},
};

/// The Panic API as one customer source sees it.
#[derive(Debug)]
pub struct Client {
    transport: Arc<Transport>,
    credentials: Credentials,
    tokens: TokenCache,
    webhooks: Endpoint,
    oauth_token: Endpoint,
}

impl Client {
    /// A client that has not asked for anything yet.
    pub fn new(transport: Arc<Transport>, base: BaseUrl, credentials: Credentials) -> Self {
        Self {
            transport,
            credentials,
            tokens: TokenCache::default(),
            webhooks: Endpoint::new(&base, "notifiers/webhooks"),
            oauth_token: Endpoint::new(&base, "oauth/token"),
        }
    }

    /// Makes this the customer source's webhook (API reference, "Register a webhook"), in place of any other.
    ///
    /// Transient failures are tried again, which is harmless: the same registration replaces itself. A 401 is
    /// tried again once, with a new token, if there is a client to get one with.
    ///
    /// After an `interrupt` no request is sent; one that is under way is awaited, within its timeout, so that
    /// its outcome is known.
    ///
    /// # Errors
    ///
    /// What [`ErrorKind`] lists; [`Error::ambiguous`] says whether AURA may hold the registration all the same.
    pub async fn register(
        &self,
        registration: &Registration,
        interrupt: &CancellationToken,
    ) -> Result<Registered, Error> {
        let body = registration.to_json();
        let mut attempts = Attempts::new(&self.webhooks, &self.transport, interrupt);
        let mut refused: Option<Arc<Bearer>> = None;
        loop {
            let bearer = self.bearer(interrupt, refused.as_ref()).await;
            let bearer = bearer.map_err(|error| attempts.without_token(error))?;
            let redaction = self.redaction(Some(&bearer.token.value), Some(registration));
            let attempt = attempts.begin()?;
            let answer = self
                .transport
                .post(
                    &self.webhooks,
                    attempt,
                    Some(&bearer.header),
                    body.clone(),
                    &redaction,
                )
                .await;
            match answer {
                Ok(answer) => {
                    return Ok(Registered {
                        message: answer.message(&redaction),
                        differences: echo::differences(registration, &answer.body, &redaction),
                    });
                }
                Err(failure) if refused.is_none() && self.may_renew(&failure) => {
                    attempts.failed(failure);
                    refused = Some(bearer);
                }
                Err(failure) => attempts.failed_for_now(failure).await?,
            }
        }
    }

    /// A token of this customer source: the configured one, else the one that requests are sent with now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Token`], [`ErrorKind::UnusableToken`] or [`ErrorKind::Interrupted`].
    pub async fn token(&self, interrupt: &CancellationToken) -> Result<AccessToken, Error> {
        let bearer = self.bearer(interrupt, None).await?;
        Ok(bearer.token.clone())
    }

    /// A token that was exchanged for the client's credentials just now, and that requests are sent with from now on.
    /// A configured token is what it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Token`], [`ErrorKind::UnusableToken`] or [`ErrorKind::Interrupted`].
    pub async fn new_token(&self, interrupt: &CancellationToken) -> Result<AccessToken, Error> {
        let Credentials::Client { id, secret } = &self.credentials else {
            return self.token(interrupt).await;
        };
        let Some(turn) = interrupt.run_until_cancelled(self.tokens.turn()).await else {
            return Err(Attempts::new(&self.oauth_token, &self.transport, interrupt).interrupted());
        };
        let bearer = turn.settle(self.fetch(id, secret, interrupt).await)?;
        Ok(bearer.token.clone())
    }

    fn may_renew(&self, failure: &Failure) -> bool {
        let renewable = matches!(self.credentials, Credentials::Client { .. });
        renewable && failure.kind == ErrorKind::Unauthorized
    }

    /// The token to send, other than `refused`.
    async fn bearer(
        &self,
        interrupt: &CancellationToken,
        refused: Option<&Arc<Bearer>>,
    ) -> Result<Arc<Bearer>, Error> {
        let (id, secret) = match &self.credentials {
            Credentials::Token(token) => return self.fixed(token, interrupt),
            Credentials::Client { id, secret } => (id, secret),
        };
        let Some(mut turn) = interrupt.run_until_cancelled(self.tokens.turn()).await else {
            return Err(Attempts::new(&self.oauth_token, &self.transport, interrupt).interrupted());
        };
        if let Some(refused) = refused {
            turn.discard(refused);
        }
        match turn.outcome() {
            Some(outcome) => outcome,
            None => turn.settle(self.fetch(id, secret, interrupt).await),
        }
    }

    fn fixed(&self, token: &Secret, interrupt: &CancellationToken) -> Result<Arc<Bearer>, Error> {
        let bearer = Bearer::fixed(token.clone()).map_err(|kind| {
            Attempts::new(&self.webhooks, &self.transport, interrupt).given_up(Failure::new(kind))
        })?;
        Ok(Arc::new(bearer))
    }

    /// Exchanges the client for a token (AURA's documentation, "Authentication").
    async fn fetch(
        &self,
        id: &str,
        secret: &Secret,
        interrupt: &CancellationToken,
    ) -> Result<Bearer, Error> {
        let body = token_request(id, secret);
        let redaction = self.redaction(None, None);
        let mut attempts = Attempts::new(&self.oauth_token, &self.transport, interrupt);
        let fetched = async {
            loop {
                let attempt = attempts.begin()?;
                let asked = Instant::now();
                let answer = self
                    .transport
                    .post(&self.oauth_token, attempt, None, body.clone(), &redaction)
                    .await;
                match answer {
                    Ok(answer) => {
                        return Bearer::parse(answer.body, asked).map_err(|kind| {
                            attempts.given_up(Failure::answered(kind, answer.status))
                        });
                    }
                    Err(failure) => attempts.failed_for_now(failure).await?,
                }
            }
        };
        fetched.await.map_err(Error::for_token)
    }

    fn redaction<'a>(
        &'a self,
        token: Option<&'a Secret>,
        registration: Option<&'a Registration>,
    ) -> Redaction<'a> {
        Redaction {
            credentials: &self.credentials,
            token,
            headers: registration.map(|registration| &registration.headers),
        }
    }
}

fn token_request(id: &str, secret: &Secret) -> Bytes {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire<'a> {
        client_id: &'a str,
        client_secret: &'a str,
    }
    model::wiped(&Wire {
        client_id: id,
        client_secret: secret.expose(),
    })
}
