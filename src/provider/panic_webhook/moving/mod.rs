//! A webhook that a generic REST resource registered, taken over by a `moved` block.
//!
//! - [`restapi`], [`terracurl`]: where these providers keep the request they sent
//! - [`body`]: the webhook in that request

mod body;
mod restapi;
mod terracurl;

use bytes::Bytes;

use crate::terraform::{Diagnostic, Foreign, Object, Outcome, Reply, Stored, Value};

use super::importing;

/// The path that registers a webhook (API reference, "Register a webhook"), below whatever prefix a gateway adds.
const PATH: &str = "/panic-api/v2/notifiers/webhooks";

/// The request that a foreign resource made.
struct Request<'a> {
    /// Its HTTP method, if it is recorded.
    method: Option<&'a str>,
    /// Where it went, as a reader may see it: without query and credentials.
    endpoint: String,
    /// Whether that is where webhooks are registered.
    registers: bool,
    /// The host it went to, if it is recorded.
    host: Option<String>,
    /// What was sent.
    body: Option<&'a str>,
}

/// State for the webhook that another provider's resource registered.
pub(super) fn take_over(foreign: &Foreign) -> Outcome<Stored> {
    let request = request(foreign).map_err(|error| vec![error])?;
    let registered = webhook(&request).map_err(|problem| vec![not_ours(foreign, &problem)])?;
    Ok(Reply {
        value: Stored {
            state: importing::webhook(&registered),
            private: Bytes::new(),
        },
        warnings: vec![taken_over(foreign, &request)],
    })
}

/// Any registry and namespace will do: mirrors and forks keep the same state, and the user named the resource.
fn request(foreign: &Foreign) -> Result<Request<'_>, Diagnostic> {
    let provider = foreign.provider.rsplit('/').next().unwrap_or_default();
    let read: fn(&Object) -> Request<'_> = match (provider, foreign.type_name.as_str()) {
        ("restapi", "restapi_object") => restapi::request,
        ("terracurl", "terracurl_request") => terracurl::request,
        _ => return Err(unsupported(foreign)),
    };
    let Value::Map(state) = &foreign.state else {
        return Err(not_ours(foreign, "its state is no object"));
    };
    Ok(read(state))
}

/// The attributes of the webhook that the request registered, or why it did not.
fn webhook(request: &Request<'_>) -> Result<Vec<(&'static str, Value)>, String> {
    if !request.registers {
        return Err(format!("its request goes to \"{}\"", request.endpoint));
    }
    let method = request.method.unwrap_or("POST");
    if !method.eq_ignore_ascii_case("POST") {
        return Err(format!(
            "its request is \"{}\", and only POST registers",
            method.escape_debug()
        ));
    }
    body::read(request.body.unwrap_or_default())
}

/// Whether the path of a request is the one that registers.
fn registers(path: &str) -> bool {
    format!("/{path}").trim_end_matches('/').ends_with(PATH)
}

fn taken_over(foreign: &Foreign, request: &Request<'_>) -> Diagnostic {
    let host = match &request.host {
        Some(host) => format!("That request went to \"{host}\""),
        None => format!(
            "Where that request went is in the block of the provider \"{}\"",
            foreign.provider
        ),
    };
    Diagnostic::warning(
        "Moved Without Reading",
        format!(
            "AURA can't be asked what is registered: the webhook is taken from the request that {} stored. {host}; check \
             that this provider points at the same AURA and customer. Apply registers the webhook as it is configured, \
             in place.",
            foreign.type_name
        ),
    )
}

fn unsupported(foreign: &Foreign) -> Diagnostic {
    Diagnostic::error(
        "Unsupported Move",
        format!(
            "An aura_panic_webhook can't be moved from {} of the provider \"{}\", only from restapi_object of \
             Mastercard/restapi and terracurl_request of devops-rob/terracurl. {INSTEAD}",
            foreign.type_name, foreign.provider
        ),
    )
}

fn not_ours(foreign: &Foreign, problem: &str) -> Diagnostic {
    Diagnostic::error(
        "Not a Webhook Registration",
        format!(
            "This {} can't become an aura_panic_webhook: {problem}. Its request must be a POST to a path that ends in \
             \"{PATH}\", with the webhook as its JSON body. {INSTEAD}",
            foreign.type_name
        ),
    )
}

/// What to do when a resource can't be moved.
const INSTEAD: &str = "Remove the \"moved\" block and import the webhook by its URL instead; take the old resource out of the \
                       state with a \"removed\" block or with \"terraform state rm\".";
