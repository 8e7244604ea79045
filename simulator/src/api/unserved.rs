//! What AURA's reference doesn't have.

use std::sync::Arc;

use http::header::ALLOW;
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use crate::api::call::{Call, Terms, bearer};
use crate::directory::Directory;
use crate::ledger::Ledger;
use crate::received::Endpoint;
use crate::reply::Reply;

/// A path that is served, by another method.
pub(crate) struct Method(Unserved);

/// A path that isn't served.
pub(crate) struct Path(Unserved);

struct Unserved {
    token: Option<String>,
    request: String,
}

impl Unserved {
    fn parse(head: &Parts) -> Self {
        Self {
            token: bearer(&head.headers).map(str::to_owned),
            request: format!("{} {}", head.method, head.uri.path()),
        }
    }

    fn source(&self, directory: &Directory) -> Option<Arc<str>> {
        directory.source_of_token(self.token.as_deref()?)
    }

    fn refusal(&self, status: StatusCode) -> Reply {
        Reply::message(status, &format!("There is no {}.", self.request))
    }
}

impl Call for Method {
    const ENDPOINT: Endpoint = Endpoint::Other;

    fn parse(head: &Parts, _body: &[u8]) -> Self {
        Self(Unserved::parse(head))
    }

    fn source(&self, directory: &Directory) -> Option<Arc<str>> {
        self.0.source(directory)
    }

    fn answer(self, _ledger: &mut Ledger, _terms: &Terms<'_>) -> Reply {
        self.0
            .refusal(StatusCode::METHOD_NOT_ALLOWED)
            .header(ALLOW, HeaderValue::from_static("POST"))
    }
}

impl Call for Path {
    const ENDPOINT: Endpoint = Endpoint::Other;

    fn parse(head: &Parts, _body: &[u8]) -> Self {
        Self(Unserved::parse(head))
    }

    fn source(&self, directory: &Directory) -> Option<Arc<str>> {
        self.0.source(directory)
    }

    fn answer(self, _ledger: &mut Ledger, _terms: &Terms<'_>) -> Reply {
        self.0.refusal(StatusCode::NOT_FOUND)
    }
}
