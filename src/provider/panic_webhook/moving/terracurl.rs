//! `terracurl_request` of devops-rob/terracurl. State of 1.x and 2.x is the same where it matters here.

use url::Url;

use crate::terraform::{Attr, Object};

use super::{Request, registers};

pub(super) fn request(state: &Object) -> Request<'_> {
    let text = |name| Attr::text(state, name).known();
    let url = text("url").and_then(|url| Url::parse(url).ok());
    let host = url.as_ref().and_then(host);
    let path = url.as_ref().map(Url::path).unwrap_or_default();
    Request {
        method: text("method"),
        endpoint: format!("{}{path}", host.as_deref().unwrap_or_default()),
        registers: registers(path),
        host,
        body: text("request_body"),
    }
}

/// Host, and port unless it is the scheme's default.
fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}
