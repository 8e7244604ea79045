use std::time::Duration;

use http::StatusCode;

use super::{Error, ErrorKind};
use crate::aura::{Environment, endpoint::Endpoint, failure::Failure};

fn error(failure: Failure, attempts: u32) -> Error {
    let endpoint = Endpoint::new(&Environment::Staging.base_url(), "notifiers/webhooks");
    Error::new(failure, &endpoint, attempts, Duration::from_secs(30))
}

#[track_caller]
fn assert_text(failure: Failure, attempts: u32, text: &str) {
    assert_eq!(error(failure, attempts).to_string(), text);
}

fn refused(kind: ErrorKind, status: u16, message: &str) -> Failure {
    Failure {
        message: Some(message.to_owned()),
        ..Failure::answered(kind, StatusCode::from_u16(status).unwrap())
    }
}

#[test]
fn a_refusal_quotes_aura() {
    assert_text(
        refused(
            ErrorKind::Rejected { status: 400 },
            400,
            "events must not be empty",
        ),
        1,
        "AURA answered 400 Bad Request to POST staging-panic.aura.services/panic-api/v2/notifiers/webhooks: \
         \"events must not be empty\"",
    );
}

#[test]
fn a_status_without_a_name_is_its_number() {
    assert_text(
        Failure::answered(
            ErrorKind::ServerError { status: 599 },
            StatusCode::from_u16(599).unwrap(),
        ),
        5,
        "AURA answered 599 to POST staging-panic.aura.services/panic-api/v2/notifiers/webhooks (5 attempts)",
    );
}

#[test]
fn silence_says_how_long_it_lasted() {
    assert_text(
        Failure::new(ErrorKind::Timeout),
        5,
        "no answer from staging-panic.aura.services/panic-api/v2/notifiers/webhooks within 30s (5 attempts)",
    );
}

#[test]
fn a_failed_connection_says_why() {
    assert_text(
        Failure::new(ErrorKind::Connect).because("connection refused".to_owned()),
        2,
        "cannot connect to staging-panic.aura.services: connection refused (2 attempts)",
    );
}

#[test]
fn a_redirect_says_where_to_and_why_it_is_not_followed() {
    let kind = ErrorKind::Redirect {
        host: Some("login.example.com".to_owned()),
    };
    assert_text(
        Failure::answered(kind, StatusCode::FOUND),
        1,
        "staging-panic.aura.services/panic-api/v2/notifiers/webhooks answered 302 Found, a redirect to \
         login.example.com, which is not followed because the access token would be sent there",
    );
}

#[test]
fn a_missing_token_gives_the_reason_of_the_token_endpoint() {
    let error = error(refused(ErrorKind::Unauthorized, 401, "bad client"), 1).for_token();
    assert_eq!(
        *error.kind(),
        ErrorKind::Token(Box::new(ErrorKind::Unauthorized))
    );
    assert_eq!(
        error.to_string(),
        "cannot get an access token: AURA answered 401 Unauthorized to POST \
         staging-panic.aura.services/panic-api/v2/notifiers/webhooks: \"bad client\""
    );
}

#[test]
fn an_interrupt_keeps_what_failed_before_it() {
    let interrupted = Failure::new(ErrorKind::Interrupted);
    let last = error(Failure::new(ErrorKind::Timeout), 1).to_string();
    assert_eq!(
        error(interrupted.clone(), 2)
            .with_last(Some(last))
            .to_string(),
        "interrupted after 2 attempts at staging-panic.aura.services/panic-api/v2/notifiers/webhooks; the last \
         one failed: no answer from staging-panic.aura.services/panic-api/v2/notifiers/webhooks within 30s"
    );
    assert_text(
        interrupted,
        0,
        "interrupted before anything was sent to \
         staging-panic.aura.services/panic-api/v2/notifiers/webhooks",
    );
}
