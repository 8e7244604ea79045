//! Redirects: the token would go where they lead.

use aura_simulator::Fault;
use http::{HeaderValue, StatusCode};

use crate::row::{At, Faults, Hazard, Row, TWICE};

/// Where to, what the user reads of it, and each status. One to AURA's own address would be counted if it were followed.
const REDIRECTS: &[(&str, &str, [Faults; 3])] = &[
    (
        "to itself",
        "a redirect to {host}, which is not followed",
        [
            |_| redirect(301, "/panic-api/v2/notifiers/webhooks"),
            |_| redirect(302, "/panic-api/v2/notifiers/webhooks"),
            |_| redirect(307, "/panic-api/v2/notifiers/webhooks"),
        ],
    ),
    (
        "to another host",
        "a redirect to elsewhere.invalid, which is not followed",
        [
            |secrets| redirect(301, &format!("https://elsewhere.invalid/?{secrets}")),
            |secrets| redirect(302, &format!("https://elsewhere.invalid/?{secrets}")),
            |secrets| redirect(307, &format!("https://elsewhere.invalid/?{secrets}")),
        ],
    ),
    (
        "to http",
        "a redirect to elsewhere.invalid:8080, which is not followed",
        [
            |_| redirect(301, "http://elsewhere.invalid:8080/panic-api"),
            |_| redirect(302, "http://elsewhere.invalid:8080/panic-api"),
            |_| redirect(307, "http://elsewhere.invalid:8080/panic-api"),
        ],
    ),
];

pub(crate) fn rows(at: At) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, says, faults) in REDIRECTS {
        for (code, faults) in ["301", "302", "307"].into_iter().zip(faults) {
            let name = format!("{code} {name}");
            let row = Row::fails(&name, at, Hazard::Faults(*faults), TWICE, 1);
            rows.push(
                row.saying(*says)
                    .saying("Set \"base_url\" (or AURA_BASE_URL)"),
            );
        }
    }
    rows
}

fn redirect(code: u16, location: &str) -> Vec<Fault> {
    let code = StatusCode::from_u16(code).expect("a status");
    let location = HeaderValue::from_str(location).expect("a header value");
    vec![Fault::redirect(code, location).forever()]
}
