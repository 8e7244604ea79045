use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use http::HeaderValue;
use serde_json::{Map, Value};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::Instant,
};
use zeroize::Zeroizing;

use crate::aura::{Error, ErrorKind, Secret};

/// How long a token is used if AURA doesn't say.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Longer than any token lives, and short enough to be added to any time.
const MAX_LIFETIME: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// How long before its end a token is renewed, unless a tenth of its lifetime is less.
const MAX_MARGIN: Duration = Duration::from_secs(60);

/// A token that AURA takes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessToken {
    /// The token.
    pub value: Secret,
    /// What AURA calls it, normally `Bearer`. It is sent as a bearer token whatever this says.
    pub token_type: String,
    /// When AURA stops taking it; `None` if that is not known.
    pub expires_at: Option<SystemTime>,
}

/// An [`AccessToken`] ready for use.
#[derive(Debug)]
pub(super) struct Bearer {
    pub(super) token: AccessToken,
    /// The value of `Authorization`, marked as sensitive.
    pub(super) header: HeaderValue,
    renew_at: Option<Instant>,
}

impl Bearer {
    /// A token whose end is not known. `Err` if it can't be put into a header.
    pub(super) fn fixed(value: Secret) -> Result<Self, ErrorKind> {
        let header = header(&value)?;
        let token = AccessToken {
            value,
            token_type: "Bearer".to_owned(),
            expires_at: None,
        };
        Ok(Self {
            token,
            header,
            renew_at: None,
        })
    }

    /// The token in an answer to a request that was sent at `asked`: its life began then or later.
    pub(super) fn parse(mut body: Map<String, Value>, asked: Instant) -> Result<Self, ErrorKind> {
        let Some(Value::String(value)) = body.remove("access_token") else {
            return Err(ErrorKind::NoToken);
        };
        // AURA's documentation spells it both ways.
        let expires_in = body.get("expires_in").or_else(|| body.get("expiresIn"));
        let told = expires_in.and_then(lifetime);
        let lifetime = told.unwrap_or(DEFAULT_LIFETIME);
        let since = asked.elapsed();
        let token_type = body.get("token_type").and_then(Value::as_str);
        let bearer = Self::fixed(value.into())?;
        Ok(Self {
            token: AccessToken {
                token_type: token_type.unwrap_or("Bearer").to_owned(),
                expires_at: told.map(|told| SystemTime::now() + told.saturating_sub(since)),
                ..bearer.token
            },
            renew_at: Some(asked + (lifetime - MAX_MARGIN.min(lifetime / 10))),
            ..bearer
        })
    }

    fn is_fresh(&self) -> bool {
        self.renew_at.is_none_or(|at| Instant::now() < at)
    }
}

fn header(token: &Secret) -> Result<HeaderValue, ErrorKind> {
    let token = token.expose();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ErrorKind::UnusableToken);
    }
    let header = Zeroizing::new(format!("Bearer {token}"));
    let mut header = HeaderValue::from_str(&header).map_err(|_| ErrorKind::UnusableToken)?;
    header.set_sensitive(true);
    Ok(header)
}

/// Seconds, as a number or as a text that is one. Anything else is taken as not said.
fn lifetime(value: &Value) -> Option<Duration> {
    let seconds: f64 = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(number) => number.trim().parse().ok()?,
        _ => return None,
    };
    // Not `min`, which would make a lifetime of NaN.
    if seconds > MAX_LIFETIME.as_secs_f64() {
        return Some(MAX_LIFETIME);
    }
    Duration::try_from_secs_f64(seconds).ok()
}

/// The token of one customer source.
///
/// Whoever needs it takes a [`Turn`]; the first one fetches while the others wait, and they share the outcome,
/// a failure too. A turn that is dropped leaves the fetch to the next in line.
#[derive(Debug, Default)]
pub(super) struct TokenCache {
    state: Mutex<State>,
    /// How many fetches have come to an end. Changed only while `state` is locked.
    settled: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Arc<Bearer>>,
    /// The outcome of the last fetch, if it was this.
    failure: Option<Error>,
}

/// The right to look at the token, and to fetch it.
pub(super) struct Turn<'a> {
    state: MutexGuard<'a, State>,
    settled: &'a AtomicU64,
    /// `settled` when this turn was asked for.
    asked: u64,
}

impl TokenCache {
    /// Waits until nobody else fetches. May be dropped at any time.
    pub(super) async fn turn(&self) -> Turn<'_> {
        let asked = self.settled.load(Ordering::Acquire);
        Turn {
            state: self.state.lock().await,
            settled: &self.settled,
            asked,
        }
    }
}

impl Turn<'_> {
    /// Forgets this token, which AURA has refused. One that has taken its place stays.
    pub(super) fn discard(&mut self, refused: &Arc<Bearer>) {
        self.state
            .token
            .take_if(|token| Arc::ptr_eq(token, refused));
    }

    /// The token, or the failure of the fetch that this turn has waited for. `None`: it is this turn's to fetch.
    pub(super) fn outcome(&self) -> Option<Result<Arc<Bearer>, Error>> {
        let waited = self.settled.load(Ordering::Acquire) > self.asked;
        match (&self.state.token, &self.state.failure) {
            // A token so short-lived that it is never fresh still serves those who waited for it.
            (Some(token), _) if waited || token.is_fresh() => Some(Ok(Arc::clone(token))),
            (_, Some(failure)) if waited => Some(Err(failure.clone())),
            _ => None,
        }
    }

    /// Ends the turn with what was fetched. An interrupt concerns only the one who was interrupted.
    pub(super) fn settle(mut self, fetched: Result<Bearer, Error>) -> Result<Arc<Bearer>, Error> {
        let outcome = fetched.map(Arc::new);
        match &outcome {
            Err(error) if *error.kind() == ErrorKind::Interrupted => return outcome,
            Err(error) => {
                self.state.token = None;
                self.state.failure = Some(error.clone());
            }
            Ok(token) => {
                self.state.token = Some(Arc::clone(token));
                self.state.failure = None;
            }
        }
        self.settled.fetch_add(1, Ordering::Release);
        outcome
    }
}

#[cfg(test)]
mod tests;
