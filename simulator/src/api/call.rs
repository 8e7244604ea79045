//! What an endpoint is, to the road that leads to it.

use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::directory::Directory;
use crate::fault::Echo;
use crate::ledger::Ledger;
use crate::received::Endpoint;
use crate::reply::Reply;

/// A request to one endpoint, parsed without the ledger and answered with it.
pub(crate) trait Call: Send + 'static {
    const ENDPOINT: Endpoint;

    /// Never fails: what is wrong with the request is part of the call, as its answer may depend on who asks.
    fn parse(head: &Parts, body: &[u8]) -> Self;

    /// The customer source of the credential presented.
    fn source(&self, directory: &Directory) -> Option<Arc<str>>;

    /// The answer AURA would give, with its effect if the terms allow it.
    fn answer(self, ledger: &mut Ledger, terms: &Terms<'_>) -> Reply;
}

/// What a fault makes of a call.
pub(crate) struct Terms<'a> {
    /// Whether a valid call takes effect.
    pub(crate) applies: bool,
    /// What a registration's answer claims instead of the truth.
    pub(crate) echo: Option<&'a Echo>,
}

/// The token of an `Authorization: Bearer …`, the scheme in any case.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
