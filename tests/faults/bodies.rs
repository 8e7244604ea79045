//! AURA answers 2xx, with something else than what it should.

use aura_simulator::{Echo, Fault, Reply};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::row::{At, Faults, Hazard, ONCE, Row, TWICE};

const NOT_JSON: &str = "{endpoint} answered 200 OK with something that is not AURA's JSON";
const NO_TOKEN: &str = "without an access_token";

fn body(text: impl Into<bytes::Bytes>) -> Vec<Fault> {
    let json = HeaderValue::from_static("application/json");
    vec![Fault::body(json, text).forever()]
}

/// Each body that is no JSON object, and is so at both endpoints. With each, AURA may hold the registration.
const NO_OBJECT: &[(&str, Faults)] = &[
    ("a login page", |secrets| {
        let html = HeaderValue::from_static("text/html");
        vec![Fault::body(html, format!("<html>Log in: {secrets}</html>")).forever()]
    }),
    ("JSON that breaks off", |secrets| {
        body(format!("{{\"message\": \"{secrets}"))
    }),
    ("a JSON list", |secrets| body(format!("[\"{secrets}\"]"))),
    ("a JSON null", |_| body("null")),
    ("lists nested deeply", |_| body("[".repeat(500_000))),
    ("objects nested deeply", |_| {
        body("{\"message\":".repeat(50_000))
    }),
    ("bytes that are no text", |_| body(vec![0xff; 1000])),
];

/// Each body that is an object, but not of a token.
const NO_TOKENS: &[(&str, Faults)] = &[
    ("204", |_| vec![no_content()]),
    ("an empty body", |_| body("")),
    ("values of wrong types", |_| {
        body(r#"{"message": 7, "access_token": ["x"], "notifier": "none", "expires_in": {}}"#)
    }),
];

pub(crate) fn rows(at: At) -> Vec<Row> {
    let mut rows = Vec::new();
    for &(name, faults) in NO_OBJECT {
        let row = Row::fails(name, at, Hazard::Faults(faults), TWICE, 1);
        rows.push(row.saying(NOT_JSON).ambiguous());
    }
    for &(name, faults) in NO_TOKENS {
        let hazard = Hazard::Faults(faults);
        rows.push(match at {
            // A registration needs no words of AURA's to be one.
            At::Webhook => Row::succeeds(name, at, hazard, TWICE, 1),
            At::Token => Row::fails(name, at, hazard, TWICE, 1).saying(NO_TOKEN),
        });
    }
    let hazard = Hazard::Faults(|_| vec![Fault::big_body(100 << 20).forever()]);
    let row = Row::fails("100 MiB", at, hazard, TWICE, 1).ambiguous();
    rows.push(row.saying("{endpoint} answered 200 OK with more than 1 MiB"));
    rows.push(match at {
        At::Webhook => wrong_echo(),
        At::Token => unusable_token(),
    });
    rows
}

fn no_content() -> Fault {
    let empty = Reply::new(StatusCode::NO_CONTENT).body("");
    // No body can have a type.
    Fault::reply(empty.header(CONTENT_TYPE, HeaderValue::from_static("text/plain"))).forever()
}

fn wrong_echo() -> Row {
    let hazard = Hazard::Faults(|_| {
        let echo = Echo {
            url: Some("https://other.example.com".to_owned()),
            ..Echo::default()
        };
        vec![Fault::wrong_echo(echo)]
    });
    Row::succeeds("another webhook echoed", At::Webhook, hazard, ONCE, 1)
        .saying("Warning: AURA Registered Something Else")
        .saying("AURA holds \"https://other.example.com\"")
}

fn unusable_token() -> Row {
    let hazard = Hazard::Faults(|_| body(r#"{"access_token": "two\r\nlines", "expires_in": 60}"#));
    Row::fails("a token with line breaks", At::Token, hazard, TWICE, 1)
        .saying("the access token can't be sent")
}
