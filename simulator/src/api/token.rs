//! `POST /panic-api/v2/oauth/token`: client credentials for a token.

use std::sync::Arc;

use http::StatusCode;
use http::request::Parts;
use serde_json::{Map, Value, json};

use crate::api::call::{Call, Terms};
use crate::api::json::{Malformed, malformed, object};
use crate::directory::Directory;
use crate::ledger::Ledger;
use crate::received::Endpoint;
use crate::reply::Reply;

/// Client credentials, or what is wrong with them.
pub(crate) struct Exchange(Result<Credentials, Malformed>);

struct Credentials {
    client_id: String,
    client_secret: String,
}

impl Call for Exchange {
    const ENDPOINT: Endpoint = Endpoint::Token;

    fn parse(head: &Parts, body: &[u8]) -> Self {
        Self(object(head, body).and_then(|mut fields| {
            Ok(Credentials {
                client_id: text(&mut fields, "clientId")?,
                client_secret: text(&mut fields, "clientSecret")?,
            })
        }))
    }

    fn source(&self, directory: &Directory) -> Option<Arc<str>> {
        directory.source_of_client(&self.0.as_ref().ok()?.client_id)
    }

    fn answer(self, ledger: &mut Ledger, terms: &Terms<'_>) -> Reply {
        let credentials = match self.0 {
            Ok(credentials) => credentials,
            Err(malformed) => return malformed.into(),
        };
        let issued = ledger.directory.issue(
            &credentials.client_id,
            &credentials.client_secret,
            terms.applies,
        );
        match issued {
            Ok(issued) => Reply::json(
                StatusCode::OK,
                &json!({
                    "access_token": issued.access_token,
                    "token_type": "Bearer",
                    "expires_in": issued.expires_in,
                }),
            ),
            Err(_) => Reply::message(
                StatusCode::UNAUTHORIZED,
                "clientId or clientSecret is wrong.",
            ),
        }
    }
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Result<String, Malformed> {
    match fields.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        Some(_) => Err(malformed(format!("{name} must be a non-empty string."))),
        None => Err(malformed(format!("{name} is missing."))),
    }
}
