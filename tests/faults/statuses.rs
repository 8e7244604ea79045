//! AURA answers, but not now: 408, 429 and 5xx, once and for good; and with a `Retry-After`.

use std::time::{Duration, SystemTime};

use crate::row::{At, Hazard, ONCE, Row, TWICE};

/// Each status, and whether AURA may have done what was asked all the same.
const TRANSIENT: &[(u16, &str, bool)] = &[
    (408, "Request Timeout", true),
    (429, "Too Many Requests", false),
    (500, "Internal Server Error", true),
    (502, "Bad Gateway", true),
    (503, "Service Unavailable", true),
    (504, "Gateway Timeout", true),
];

/// Each refusal, and what the user reads when the registration or the exchange is refused.
const REFUSALS: &[(u16, &str, &str, &str)] = &[
    (
        400,
        "Bad Request",
        "Correct the configuration as AURA's answer says",
        "Check that id and secret belong together",
    ),
    (
        401,
        "Unauthorized",
        "The credentials came from the attribute \"token\"",
        "The client credentials came from the attribute \"client_id\"",
    ),
    (
        403,
        "Forbidden",
        "are valid but don't allow this",
        "Check that id and secret belong together",
    ),
    (
        404,
        "Not Found",
        "there is no Panic API there",
        "there is no Panic API there",
    ),
];

type RetryAfter = (&'static str, fn() -> String, Duration);

/// What AURA asks for, and what is waited at least; that a date is kept is always asserted. The absurd is taken as not
/// said.
const RETRY_AFTER: &[RetryAfter] = &[
    ("a second", || "1".to_owned(), Duration::from_secs(1)),
    ("a date", soon, Duration::ZERO),
    (
        "a past date",
        || "Sun, 06 Nov 1994 08:49:37 GMT".to_owned(),
        Duration::ZERO,
    ),
    ("a huge number", || "9".repeat(40), Duration::ZERO),
    ("a negative number", || "-1".to_owned(), Duration::ZERO),
    ("words", || "soon".to_owned(), Duration::ZERO),
];

pub(crate) fn rows(at: At) -> Vec<Row> {
    let mut rows = Vec::new();
    for &(code, reason, ambiguous) in TRANSIENT {
        let once = Hazard::Status {
            code,
            times: Some(1),
        };
        rows.push(Row::succeeds(&format!("{code} once"), at, once, TWICE, 2));
        let ever = Hazard::Status { code, times: None };
        let row = Row::fails(&format!("{code} for good"), at, ever, TWICE, 2)
            .saying(answered(code, reason))
            .saying("(2 attempts)")
            .saying("This is usually transient: apply again in a while, or raise \"max_retries\".");
        rows.push(if ambiguous { row.ambiguous() } else { row });
    }
    for &(code, reason, registering, getting_a_token) in REFUSALS {
        let hazard = Hazard::Status { code, times: None };
        let row = Row::fails(&format!("{code}"), at, hazard, TWICE, 1);
        rows.push(row.saying(answered(code, reason)).saying(match at {
            At::Webhook => registering,
            At::Token => getting_a_token,
        }));
    }
    for &(name, value, wait) in RETRY_AFTER {
        let name = format!("429 with {name} to wait");
        let row = Row::succeeds(&name, at, Hazard::RetryAfter(value), TWICE, 2);
        rows.push(row.waits(wait));
    }
    let name = "429 with a second to wait and no retry allowed";
    let hazard = Hazard::RetryAfter(|| "1".to_owned());
    rows.push(Row::fails(name, at, hazard, ONCE, 1).saying("AURA answered 429 Too Many Requests"));
    rows
}

fn answered(code: u16, reason: &str) -> String {
    format!("AURA answered {code} {reason} to POST {{endpoint}}: \"{{quoted}}\"")
}

/// As HTTP writes it. Terraform has to start before the provider is told.
fn soon() -> String {
    httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(5))
}
