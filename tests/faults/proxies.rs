//! The way to AURA: its name, and a proxy.

use crate::row::{At, Hazard, Row, TWICE};

const CHECK: &str = "the network, and HTTPS_PROXY and NO_PROXY. Nothing was sent.";

/// What the proxy answers to `CONNECT`; nothing if nobody is there.
const PROXIES: &[(&str, Option<&str>)] = &[
    (
        "a proxy that refuses",
        Some("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"),
    ),
    (
        "a proxy that wants a password",
        Some("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"),
    ),
    ("a proxy that hangs up", Some("")),
    ("no proxy where one should be", None),
];

pub(crate) fn rows(at: At) -> Vec<Row> {
    let mut rows = vec![("a name that does not resolve", Hazard::Unresolved)];
    rows.extend(
        PROXIES
            .iter()
            .map(|&(name, answer)| (name, Hazard::Proxy(answer))),
    );
    rows.into_iter()
        .map(|(name, hazard)| {
            Row::fails(name, at, hazard, TWICE, 0)
                .saying("annot connect to {host}: ")
                .saying(CHECK)
        })
        .collect()
}
