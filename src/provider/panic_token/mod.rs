//! The ephemeral resource `aura_panic_token`: a bearer token for what calls the Panic API beside this provider.
//!
//! - `schema`: its attributes
//! - `lease`: what is remembered of a token that was handed out

mod lease;
mod schema;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use tokio_util::sync::CancellationToken;

use crate::aura::AccessToken;
use crate::terraform::{
    Attr, Diagnostic, Diagnostics, EphemeralResource, Object, Opened, Outcome, Renewed, Reply,
    Schema, Severity, Value,
};

use super::failure::{self, Attempted};
use super::session::{CurrentSession, CustomerSource, Session, not_known};
use lease::Lease;

/// How long before its end a token is renewed, unless a tenth of its lifetime is less.
const MAX_MARGIN: Duration = Duration::from_secs(60);

/// The shortest life of a token that is renewed.
const MIN_LIFETIME: Duration = Duration::from_secs(1);

/// The ephemeral resource type.
pub(super) struct PanicToken {
    session: CurrentSession,
}

impl PanicToken {
    pub(super) fn new(session: CurrentSession) -> Self {
        Self { session }
    }

    fn session(&self) -> Result<Arc<Session>, Diagnostics> {
        self.session.current().map_err(|error| vec![error])
    }
}

#[async_trait]
impl EphemeralResource for PanicToken {
    fn type_name(&self) -> &'static str {
        "aura_panic_token"
    }

    fn schema(&self) -> &'static Schema {
        &schema::SCHEMA
    }

    fn validate(&self, _: &Object) -> Diagnostics {
        Vec::new()
    }

    /// Always exchanges the credentials anew: a token from the cache could be near its end.
    async fn open(&self, config: Object, interrupt: CancellationToken) -> Outcome<Opened> {
        let session = self.session()?;
        let name = Attr::text(&config, "customer_source");
        let source = exchangeable(&session, name).map_err(|error| vec![error])?;
        let token = fetch(source, &interrupt).await?;
        let lease = Lease {
            customer_source: name.known().map(str::to_owned),
            expires_at: token.expires_at.map(to_the_second),
        };
        let opened = Opened {
            value: filled_in(config, &token),
            lease: Renewed {
                renew_at: renew_at(&token, SystemTime::now()),
                private: lease.to_private(),
            },
        };
        Ok(opened.into())
    }

    /// AURA can't prolong a token, and Terraform can't be given another one. So the credentials are exchanged for
    /// what the provider itself sends; if the token handed out is needed for too long, `close` says so.
    async fn renew(&self, private: Bytes, interrupt: CancellationToken) -> Outcome<Renewed> {
        let lease = Lease::from_private(&private).map_err(|error| vec![error])?;
        let session = self.session()?;
        let name = lease.customer_source.as_deref();
        let source = exchangeable(&session, name.map_or(Attr::Null, Attr::Known))
            .map_err(|error| vec![error])?;
        let (renew_at, warnings) = match fetch(source, &interrupt).await {
            Ok(token) => (renew_at(&token, SystemTime::now()), Vec::new()),
            // What was handed out works on until its end: no reason to fail the run.
            Err(errors) => (None, errors.into_iter().map(as_warning).collect()),
        };
        let value = Renewed { renew_at, private };
        Ok(Reply { value, warnings })
    }

    /// Revokes nothing, because AURA can't. Terraform (seen on 1.11.4) loses what a renewal says, so this is where the
    /// user is told that the token ran out.
    async fn close(&self, private: Bytes) -> Outcome<()> {
        let lease = Lease::from_private(&private).map_err(|error| vec![error])?;
        let ran_out = lease.ran_out(Timestamp::now());
        Ok(Reply {
            value: (),
            warnings: ran_out.into_iter().map(token_ran_out).collect(),
        })
    }
}

/// The source of this name, which must have client credentials.
fn exchangeable<'a>(
    session: &'a Session,
    name: Attr<&str>,
) -> Result<&'a CustomerSource, Diagnostic> {
    let source = session.source(name)?;
    let source = source.known().ok_or_else(not_known)?;
    source.client()?;
    match source.has_client_credentials() {
        true => Ok(source),
        false => Err(no_client(source)),
    }
}

async fn fetch(
    source: &CustomerSource,
    interrupt: &CancellationToken,
) -> Result<AccessToken, Diagnostics> {
    let client = source.client().map_err(|error| vec![error])?;
    let token = client.new_token(interrupt).await;
    token.map_err(|error| vec![failure::diagnostic(Attempted::GetToken, &error, source)])
}

fn filled_in(config: Object, token: &AccessToken) -> Object {
    let mut value = config;
    let expires_at = token.expires_at.map(to_the_second);
    value.insert("token".to_owned(), token.value.expose().into());
    value.insert("token_type".to_owned(), token.token_type.as_str().into());
    value.insert(
        "expires_at".to_owned(),
        expires_at.map_or(Value::Null, |end| end.to_string().into()),
    );
    value
}

/// To the second, and never later than it is.
fn to_the_second(time: SystemTime) -> Timestamp {
    let timestamp = Timestamp::try_from(time).unwrap_or(Timestamp::MAX);
    let seconds = TimestampRound::new()
        .smallest(Unit::Second)
        .mode(RoundMode::Trunc);
    timestamp.round(seconds).unwrap_or(timestamp)
}

/// Shortly before the token's end, if that is known. A token that has hardly any life is not worth it: Terraform
/// would ask for the next renewal at once.
fn renew_at(token: &AccessToken, now: SystemTime) -> Option<SystemTime> {
    let expires_at = token.expires_at?;
    let lifetime = expires_at.duration_since(now).ok()?;
    let margin = MAX_MARGIN.min(lifetime / 10);
    (lifetime > MIN_LIFETIME).then(|| expires_at - margin)
}

fn no_client(source: &CustomerSource) -> Diagnostic {
    let whose = match source.name() {
        Some(name) => format!("The customer source \"{}\"", name.escape_debug()),
        None => "The provider block".to_owned(),
    };
    let variables = match source.name() {
        Some(_) => "",
        None => " (or AURA_CLIENT_ID and AURA_CLIENT_SECRET)",
    };
    Diagnostic::error(
        "No Client Credentials to Exchange",
        format!(
            "aura_panic_token exchanges client credentials for a token. {whose} is configured with a token, from {}, \
             which can't be exchanged. Set \"client_id\" and \"client_secret\"{variables} in place of the token, or \
             choose another source with \"customer_source\".",
            source.origin()
        ),
    )
    .at("customer_source")
}

fn token_ran_out(expires_at: Timestamp) -> Diagnostic {
    Diagnostic::warning(
        "Panic API Token Ran Out",
        format!(
            "The token that aura_panic_token handed out was good until {expires_at}, and it was in use after that. AURA \
             can't prolong a token, and Terraform can't exchange it within a run: what called AURA with it later was \
             refused. If that matters, apply again, which takes a new token."
        ),
    )
}

fn as_warning(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.severity = Severity::Warning;
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(lifetime: Option<u64>) -> AccessToken {
        let mut token = AccessToken {
            value: "s3cret".to_owned().into(),
            token_type: "Bearer".to_owned(),
            expires_at: None,
        };
        token.expires_at =
            lifetime.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        token
    }

    #[test]
    fn a_token_is_renewed_a_minute_or_a_tenth_of_its_life_before_its_end() {
        let renewed = |lifetime| {
            let at = renew_at(&token(lifetime), SystemTime::UNIX_EPOCH)?;
            Some(at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs())
        };
        assert_eq!(renewed(Some(3600)), Some(3540));
        assert_eq!(renewed(Some(100)), Some(90));
        assert_eq!(renewed(Some(1)), None);
        assert_eq!(renewed(None), None);
    }

    #[test]
    fn an_end_that_aura_does_not_tell_is_null() {
        let value = filled_in(Object::new(), &token(None));
        assert_eq!(value["expires_at"], Value::Null);
        let value = filled_in(Object::new(), &token(Some(60)));
        assert_eq!(value["expires_at"], "1970-01-01T00:01:00Z".into());
    }
}
