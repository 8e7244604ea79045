//! Which credential stands for which customer source, and the tokens issued so far.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::json;

use crate::source::Source;
use crate::start_error::StartError;

/// All customer sources, found by what a request presents.
pub(crate) struct Directory {
    clients: HashMap<String, Member>,
    tokens: HashMap<String, Grant>,
    /// Expired tokens are swept when this many are held, so that issuing stays cheap and memory bounded.
    sweep_at: usize,
    issued: u64,
}

struct Member {
    source: Arc<str>,
    secret: String,
    token_lifetime: Duration,
}

struct Grant {
    source: Arc<str>,
    /// `None` for static tokens.
    expires: Option<Instant>,
}

/// A token as the token endpoint hands it out.
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) expires_in: u64,
}

/// Why a presented credential isn't taken.
#[derive(Clone, Copy)]
pub(crate) enum Denied {
    Unknown,
    Expired,
}

impl Directory {
    const FEWEST_TO_SWEEP: usize = 1024;
    /// A century: any longer and the clock might not reach that far.
    const LONGEST_LIFETIME: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

    pub(crate) fn new(sources: Vec<Source>) -> Result<Self, StartError> {
        let mut directory = Self {
            clients: HashMap::new(),
            tokens: HashMap::new(),
            sweep_at: Self::FEWEST_TO_SWEEP,
            issued: 0,
        };
        let mut names = HashSet::new();
        for source in sources {
            if !names.insert(source.name.clone()) {
                return Err(StartError::DuplicateSource(source.name));
            }
            directory.add(source)?;
        }
        Ok(directory)
    }

    fn add(&mut self, source: Source) -> Result<(), StartError> {
        let name: Arc<str> = source.name.into();
        if let Some(client) = source.client {
            let member = Member {
                source: name.clone(),
                secret: client.secret,
                token_lifetime: source.token_lifetime,
            };
            if self.clients.insert(client.id.clone(), member).is_some() {
                return Err(StartError::DuplicateClient(client.id));
            }
        }
        for token in source.tokens {
            let grant = Grant {
                source: name.clone(),
                expires: None,
            };
            if self.tokens.insert(token, grant).is_some() {
                return Err(StartError::DuplicateToken(name.to_string()));
            }
        }
        Ok(())
    }

    /// The source a client id belongs to, whether or not the secret is right.
    pub(crate) fn source_of_client(&self, client_id: &str) -> Option<Arc<str>> {
        Some(self.clients.get(client_id)?.source.clone())
    }

    /// The source a token belongs to, even if it has expired.
    pub(crate) fn source_of_token(&self, token: &str) -> Option<Arc<str>> {
        Some(self.tokens.get(token)?.source.clone())
    }

    /// The source that may act with this token now.
    pub(crate) fn admit(&self, token: &str) -> Result<Arc<str>, Denied> {
        let grant = self.tokens.get(token).ok_or(Denied::Unknown)?;
        match grant.expires {
            Some(expires) if expires <= Instant::now() => Err(Denied::Expired),
            _ => Ok(grant.source.clone()),
        }
    }

    /// A fresh token. With `applies` false it is answered but not remembered, so it opens nothing.
    pub(crate) fn issue(
        &mut self,
        client_id: &str,
        client_secret: &str,
        applies: bool,
    ) -> Result<Issued, Denied> {
        let member = self
            .clients
            .get(client_id)
            .filter(|member| member.secret == client_secret)
            .ok_or(Denied::Unknown)?;
        self.issued += 1;
        let access_token = jwt_lookalike(&member.source, member.token_lifetime, self.issued);
        let issued = Issued {
            access_token: access_token.clone(),
            expires_in: member.token_lifetime.as_secs(),
        };
        if applies {
            let now = Instant::now();
            let grant = Grant {
                source: member.source.clone(),
                expires: Some(now + member.token_lifetime.min(Self::LONGEST_LIFETIME)),
            };
            self.sweep(now);
            self.tokens.insert(access_token, grant);
        }
        Ok(issued)
    }

    fn sweep(&mut self, now: Instant) {
        if self.tokens.len() < self.sweep_at {
            return;
        }
        self.tokens
            .retain(|_, grant| grant.expires.is_none_or(|expires| expires > now));
        self.sweep_at = Self::FEWEST_TO_SWEEP.max(self.tokens.len() * 2);
    }

    /// Makes one token unknown, static ones included.
    pub(crate) fn forget(&mut self, token: &str) {
        self.tokens.remove(token);
    }

    /// Makes every issued token unknown; static ones stay.
    pub(crate) fn revoke_issued(&mut self) {
        self.tokens.retain(|_, grant| grant.expires.is_none());
    }
}

/// Three base64url parts, as a client that peeks into JWTs would expect; the signature is random, which makes it unique.
fn jwt_lookalike(source: &str, lifetime: Duration, serial: u64) -> String {
    let issued_at = Timestamp::now().as_second();
    let expires_at = issued_at.saturating_add_unsigned(lifetime.as_secs());
    let header = json!({"alg": "HS256", "typ": "JWT"}).to_string();
    let claims = json!({"sub": source, "iat": issued_at, "exp": expires_at, "jti": serial});
    let mut signature = [0; 32];
    aws_lc_rs::rand::fill(&mut signature).expect("the system has a random source");
    [
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims.to_string()),
        URL_SAFE_NO_PAD.encode(signature),
    ]
    .join(".")
}
