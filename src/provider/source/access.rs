//! How a customer source authenticates: with a token, or as a client that tokens are fetched for.

use crate::aura::{Credentials, Secret};
use crate::terraform::{Attr, AttributePath, Diagnostic, Diagnostics, Object};

use super::{Identity, Place, is_known};

const ATTRIBUTES: [&str; 3] = ["token", "client_id", "client_secret"];
const VARIABLES: [&str; 3] = ["AURA_TOKEN", "AURA_CLIENT_ID", "AURA_CLIENT_SECRET"];

/// What is known of a source's access.
pub(super) struct Access {
    pub(super) identity: Option<Identity>,
    pub(super) credentials: Option<Credentials>,
    pub(super) origin: String,
}

/// Judges what the block says, as far as it is known.
pub(super) fn check(block: &Object, path: &AttributePath) -> Diagnostics {
    let malformed = ATTRIBUTES
        .into_iter()
        .filter_map(|name| malformed(block, path, name));
    conflict(block, path).into_iter().chain(malformed).collect()
}

/// Whether neither the block nor the environment says anything about credentials.
pub(super) fn is_absent(block: &Object, place: &Place<'_>) -> bool {
    ATTRIBUTES
        .iter()
        .all(|name| Attr::of(block, name).is_null())
        && VARIABLES.iter().all(|name| place.variable(name).is_none())
}

fn conflict(block: &Object, path: &AttributePath) -> Option<Diagnostic> {
    let client = ["client_id", "client_secret"]
        .into_iter()
        .find(|name| is_known(block, name))?;
    is_known(block, "token").then(|| {
        Diagnostic::error(
            "Conflicting Credentials",
            format!(
                "\"token\" and \"{client}\" are two ways to authenticate. Remove \"token\" to have tokens fetched with \
                 \"client_id\" and \"client_secret\", or remove these to use the token as it is."
            ),
        )
        .at(path.clone().attribute("token"))
    })
}

fn malformed(block: &Object, path: &AttributePath, name: &'static str) -> Option<Diagnostic> {
    let problem = problem(Attr::text(block, name).known()?)?;
    let error = Diagnostic::error(
        "Invalid Credential",
        format!(
            "\"{name}\" {problem}. Check where its value comes from: a file read with file() often ends in a line \
             break, which trimspace() removes."
        ),
    );
    Some(error.at(path.clone().attribute(name)))
}

/// The same for a variable: `AURA_TOKEN="$(cat file)"` is fine, but a pipeline's secret store may add a line break.
fn malformed_variable(place: &Place<'_>, name: &str) -> Option<Diagnostic> {
    let problem = problem(&place.variable(name)?)?;
    Some(Diagnostic::error(
        "Invalid Credential",
        format!("The environment variable {name} {problem}. Check how its value gets there."),
    ))
}

fn problem(credential: &str) -> Option<&'static str> {
    if credential.is_empty() {
        Some("is empty")
    } else if credential.trim() != credential || credential.contains(char::is_control) {
        Some("has spaces around it or line breaks in it, which no credential of AURA's has")
    } else {
        None
    }
}

impl Access {
    /// An attribute in the block shuts out the competing variables; a missing half of a client may still come
    /// from the environment.
    pub(super) fn resolve(block: &Object, place: &Place<'_>) -> Result<Self, Diagnostic> {
        let token = Attr::text(block, "token");
        if token.is_null() {
            let mut variables = VARIABLES.into_iter();
            variables
                .find_map(|name| malformed_variable(place, name))
                .map_or(Ok(()), Err)?;
        }
        let id = Attr::text(block, "client_id");
        let secret = Attr::text(block, "client_secret");
        match (token, id, secret) {
            (Attr::Known(token), _, _) => Ok(Self::token(
                token.to_owned(),
                format!("the attribute {}", place.named("token")),
            )),
            // It may turn out to be null, and then something else decides.
            (Attr::Unknown, _, _) => Ok(Self::unknown(None)),
            (Attr::Null, Attr::Null, Attr::Null) => Self::from_environment(place),
            (Attr::Null, id, secret) => Self::client(id, secret, place),
        }
    }

    fn token(token: String, origin: String) -> Self {
        let credentials = Credentials::Token(Secret::from(token));
        Self {
            identity: Some(Identity::Token),
            credentials: Some(credentials),
            origin,
        }
    }

    fn unknown(identity: Option<Identity>) -> Self {
        Self {
            identity,
            credentials: None,
            origin: String::new(),
        }
    }

    fn client(id: Attr<&str>, secret: Attr<&str>, place: &Place<'_>) -> Result<Self, Diagnostic> {
        let id = Half::new(id, place, "client_id", "AURA_CLIENT_ID");
        let secret = Half::new(secret, place, "client_secret", "AURA_CLIENT_SECRET");
        match (id, secret) {
            (Half::Known(id, id_from), Half::Known(secret, secret_from)) => Ok(Self::exchanged(
                id,
                secret,
                format!("{id_from} and {secret_from}"),
            )),
            (Half::Missing, _) => Err(incomplete(
                place,
                "client_secret",
                "client_id",
                "AURA_CLIENT_ID",
            )),
            (_, Half::Missing) => Err(incomplete(
                place,
                "client_id",
                "client_secret",
                "AURA_CLIENT_SECRET",
            )),
            (Half::Known(id, _), Half::Unknown) => Ok(Self::unknown(Some(Identity::Client(id)))),
            (Half::Unknown, _) => Ok(Self::unknown(None)),
        }
    }

    fn exchanged(id: String, secret: String, origin: String) -> Self {
        let identity = Some(Identity::Client(id.clone()));
        let secret = Secret::from(secret);
        Self {
            identity,
            credentials: Some(Credentials::Client { id, secret }),
            origin,
        }
    }

    fn from_environment(place: &Place<'_>) -> Result<Self, Diagnostic> {
        let [token, id, secret] = VARIABLES.map(|name| place.variable(name));
        match (token, id, secret) {
            (Some(token), None, None) => Ok(Self::token(
                token,
                "the environment variable AURA_TOKEN".to_owned(),
            )),
            (None, Some(id), Some(secret)) => {
                let origin = "the environment variables AURA_CLIENT_ID and AURA_CLIENT_SECRET";
                Ok(Self::exchanged(id, secret, origin.to_owned()))
            }
            (None, Some(_), None) => {
                Err(incomplete_variables("AURA_CLIENT_ID", "AURA_CLIENT_SECRET"))
            }
            (None, None, Some(_)) => {
                Err(incomplete_variables("AURA_CLIENT_SECRET", "AURA_CLIENT_ID"))
            }
            (None, None, None) => Err(missing(place)),
            (Some(_), _, _) => Err(Diagnostic::error(
                "Conflicting Credentials",
                "The environment variable AURA_TOKEN and one or both of AURA_CLIENT_ID and AURA_CLIENT_SECRET are \
                 set: two ways to authenticate. Unset one of them, or set the credentials in the provider block.",
            )),
        }
    }
}

/// The id or the secret of a client.
enum Half {
    Missing,
    Unknown,
    /// Its value, and where it came from.
    Known(String, String),
}

impl Half {
    fn new(
        attribute: Attr<&str>,
        place: &Place<'_>,
        name: &'static str,
        variable: &'static str,
    ) -> Self {
        match (attribute, place.variable(variable)) {
            (Attr::Known(text), _) => Self::Known(
                text.to_owned(),
                format!("the attribute {}", place.named(name)),
            ),
            (Attr::Unknown, _) => Self::Unknown,
            (Attr::Null, Some(text)) => {
                Self::Known(text, format!("the environment variable {variable}"))
            }
            (Attr::Null, None) => Self::Missing,
        }
    }
}

fn incomplete(
    place: &Place<'_>,
    present: &str,
    missing: &'static str,
    variable: &str,
) -> Diagnostic {
    let variable = place.or_variable(variable);
    Diagnostic::error(
        "Incomplete Credentials",
        format!("\"{present}\" is set without \"{missing}\". Set \"{missing}\" too{variable}."),
    )
    .at(place.attribute(missing))
}

fn incomplete_variables(present: &str, missing: &str) -> Diagnostic {
    Diagnostic::error(
        "Incomplete Credentials",
        format!("The environment variable {present} is set without {missing}. Set {missing} too."),
    )
}

fn missing(place: &Place<'_>) -> Diagnostic {
    if !place.path.is_empty() {
        return Diagnostic::error(
            "Missing Credentials",
            format!(
                "{} has nothing to authenticate with. Set \"client_id\" and \"client_secret\" in it to have tokens \
                 fetched when they are needed, or \"token\" to use a token as it is.",
                place.path
            ),
        )
        .at(place.path.clone());
    }
    Diagnostic::error(
        "Missing Credentials",
        "The provider has nothing to authenticate with. Set \"client_id\" and \"client_secret\" in the provider block \
         (or the environment variables AURA_CLIENT_ID and AURA_CLIENT_SECRET) to have tokens fetched when they are \
         needed, or set \"token\" (or AURA_TOKEN) to use a token as it is.",
    )
}
