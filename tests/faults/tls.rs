//! At AURA's address is someone who can't prove to be AURA. No request gets there.

use aura_simulator::{Certificate, Tls};

use crate::row::{At, Hazard, Row, TWICE};

fn showing(certificate: Certificate) -> Tls {
    Tls {
        certificate,
        ..Tls::default()
    }
}

pub(crate) fn rows(at: At) -> Vec<Row> {
    let certificates = [
        (
            "a certificate of an unknown authority",
            Certificate::Valid,
            false,
            "it is signed by an authority that is not trusted here",
        ),
        (
            "a certificate for another host",
            Certificate::WrongHost,
            true,
            "it is for another host name",
        ),
        (
            "a certificate that has expired",
            Certificate::Expired,
            true,
            "it has expired",
        ),
    ];
    let certificates = certificates.map(|(name, certificate, trusted, reason)| {
        let tls = showing(certificate);
        Row::fails(name, at, Hazard::Tls { tls, trusted }, TWICE, 0)
            .saying(format!(
                "he certificate of {{host}} is not trusted: {reason}"
            ))
            .saying("give its authority's certificate in \"ca_certificate\". Nothing was sent.")
    });
    let others = [
        Row::fails("TLS 1.0 and nothing newer", at, Hazard::OldTls, TWICE, 0)
            .saying("annot connect to {host}: ")
            .saying("(2 attempts)")
            .saying("Nothing was sent."),
        Row::fails("no TLS at all", at, Hazard::NoTls, TWICE, 0)
            .saying("annot connect to {host}: the server does not speak TLS (2 attempts).")
            .saying("Nothing was sent."),
    ];
    certificates.into_iter().chain(others).collect()
}
