//! AURA's errors, told to Terraform's users: what happened, what it means for them, and the way out.

use crate::aura::{EchoDifference, Error, ErrorKind};
use crate::terraform::Diagnostic;

use super::session::CustomerSource;

/// What was being attempted, for the first words a user reads.
#[derive(Clone, Copy)]
pub(super) enum Attempted {
    /// The webhook of a resource.
    Register,
    /// What is to remain when a resource is destroyed.
    RegisterOnDestroy,
    /// A token for `aura_panic_token`.
    GetToken,
}

impl Attempted {
    fn summary(self) -> &'static str {
        match self {
            Self::Register => "Unable to Register Webhook",
            Self::RegisterOnDestroy => "Unable to Register on_destroy",
            Self::GetToken => "Unable to Get Token",
        }
    }
}

/// The diagnostic for a failed call.
pub(super) fn diagnostic(
    attempted: Attempted,
    error: &Error,
    source: &CustomerSource,
) -> Diagnostic {
    let mut detail = match source.name() {
        Some(name) => format!("Customer source \"{name}\": "),
        None => String::new(),
    };
    detail.push_str(&sentence(&error.to_string()));
    detail.push(' ');
    detail.push_str(&way_out(error.kind(), source));
    if error.ambiguous() {
        detail.push_str(
            " AURA may hold the new registration although it was not confirmed; applying again is safe, because \
             registering replaces whatever is registered.",
        );
    }
    if matches!(attempted, Attempted::RegisterOnDestroy) {
        detail.push_str(
            " The webhook stays in Terraform's state: destroy it again when this is mended.",
        );
    }
    Diagnostic::error(attempted.summary(), detail)
}

/// The warning for a registration that AURA accepted but echoed as something else.
pub(super) fn echo_warning(differences: &[EchoDifference]) -> Option<Diagnostic> {
    if differences.is_empty() {
        return None;
    }
    let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
    Some(Diagnostic::warning(
        "AURA Registered Something Else",
        format!(
            "AURA accepted the webhook, but what it answered is not what was sent. {}. Check the webhook in AURA's \
             portal (Integration, Webhooks); if it is wrong there, correct the configuration or ask AURA.",
            differences.join("; ")
        ),
    ))
}

fn way_out(kind: &ErrorKind, source: &CustomerSource) -> String {
    let origin = source.origin();
    match kind {
        ErrorKind::Token(inner) => token_way_out(inner, source),
        ErrorKind::Unauthorized => format!(
            "The credentials came from {origin}. Check that they belong to this environment and are still valid; a \
             token that was issued for a single callout is refused here too."
        ),
        ErrorKind::Forbidden => format!(
            "The credentials, from {origin}, are valid but don't allow this. Ask AURA to permit webhook \
             registration for this customer source."
        ),
        ErrorKind::NotFound => {
            "Check \"environment\" or \"base_url\" (AURA_ENVIRONMENT, AURA_BASE_URL): there is no Panic API there."
                .to_owned()
        }
        // 408 is AURA's way to say that it lost patience: nothing is wrong with the configuration.
        ErrorKind::RateLimited
        | ErrorKind::ServerError { .. }
        | ErrorKind::Rejected { status: 408 } => {
            "This is usually transient: apply again in a while, or raise \"max_retries\".".to_owned()
        }
        ErrorKind::Rejected { .. } => "Correct the configuration as AURA's answer says, and apply again.".to_owned(),
        ErrorKind::Timeout | ErrorKind::ConnectionLost => {
            "Apply again; if it happens often, raise \"request_timeout\" or \"max_retries\".".to_owned()
        }
        ErrorKind::Connect => {
            "Check \"environment\" or \"base_url\" (AURA_ENVIRONMENT, AURA_BASE_URL), the network, and HTTPS_PROXY \
             and NO_PROXY. Nothing was sent."
                .to_owned()
        }
        ErrorKind::Certificate => {
            "If a proxy of yours inspects TLS, or this is a test double, give its authority's certificate in \
             \"ca_certificate\". Nothing was sent."
                .to_owned()
        }
        ErrorKind::Redirect { .. } => {
            "Set \"base_url\" (or AURA_BASE_URL) to the API's final address, or look for a proxy that redirects."
                .to_owned()
        }
        ErrorKind::NotJson | ErrorKind::TooLarge | ErrorKind::NoToken => {
            "Check \"environment\" or \"base_url\" (AURA_ENVIRONMENT, AURA_BASE_URL), and whether a proxy answers in \
             AURA's place."
                .to_owned()
        }
        ErrorKind::UnusableToken => format!("The credentials came from {origin}. Check their value."),
        ErrorKind::Interrupted => "Terraform's state is unchanged; apply again when you are ready.".to_owned(),
        ErrorKind::Setup => "Check \"ca_certificate\" and the system's trust store; a minimal container may have none.".to_owned(),
    }
}

fn token_way_out(kind: &ErrorKind, source: &CustomerSource) -> String {
    match kind {
        ErrorKind::Rejected { status: 408 } => way_out(kind, source),
        ErrorKind::Unauthorized | ErrorKind::Rejected { .. } | ErrorKind::Forbidden => format!(
            "The client credentials came from {}. Check that id and secret belong together and to this environment.",
            source.origin()
        ),
        kind => way_out(kind, source),
    }
}

/// With a capital letter in front and one full stop behind, even where AURA's own words end in one.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let mut sentence: String = match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => return String::new(),
    };
    if !sentence.ends_with('.') && !sentence.ends_with(".\"") {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_sentence_has_one_full_stop() {
        assert_eq!(sentence("no answer"), "No answer.");
        assert_eq!(sentence("aURA said \"No.\""), "AURA said \"No.\"");
    }
}
