//! `restapi_object` of Mastercard/restapi. Its state has been the same since 1.0 where it matters here: what comes after
//! the provider's `uri`, and the body as JSON text.

use crate::terraform::{Attr, Object};

use super::{Request, registers};

/// Where webhooks are registered if the provider's `uri` already names API and version.
const SHORT_PATH: &str = "/notifiers/webhooks";

pub(super) fn request(state: &Object) -> Request<'_> {
    let text = |name| {
        Attr::text(state, name)
            .known()
            .filter(|text| !text.is_empty())
    };
    let path = text("create_path").or(text("path")).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    Request {
        method: text("create_method"),
        endpoint: path.to_owned(),
        registers: registers(path) || path.trim_end_matches('/') == SHORT_PATH,
        host: None,
        body: text("data"),
    }
}
