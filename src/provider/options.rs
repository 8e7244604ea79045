//! How requests are made: the provider block's settings that don't depend on the customer source.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::fmt::friendly::SpanParser;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::terraform::{Attr, Diagnostic, Diagnostics, Object, Value};

const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const DEFAULT_MAX_RETRIES: u32 = 4;

/// Beyond this a wrong unit is likelier than patience.
const LONGEST_REQUEST_TIMEOUT: Duration = Duration::from_secs(3600);

/// With the waits in between, hours of trying.
const MOST_RETRIES: u32 = 100;

/// How requests are made. What is unknown during plan has its default: nothing is sent then.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) request_timeout: Duration,
    pub(super) max_retries: u32,
    pub(super) ca_certificates: Vec<CertificateDer<'static>>,
}

impl Options {
    pub(super) fn parse(config: &Object) -> Result<Self, Diagnostics> {
        let request_timeout = request_timeout(Attr::text(config, "request_timeout"));
        let max_retries = max_retries(Attr::of(config, "max_retries"));
        let ca_certificates = ca_certificates(Attr::text(config, "ca_certificate"));
        match (request_timeout, max_retries, ca_certificates) {
            (Ok(request_timeout), Ok(max_retries), Ok(ca_certificates)) => Ok(Self {
                request_timeout,
                max_retries,
                ca_certificates,
            }),
            (a, b, c) => Err([a.err(), b.err(), c.err()].into_iter().flatten().collect()),
        }
    }
}

fn request_timeout(attribute: Attr<&str>) -> Result<Duration, Diagnostic> {
    let Some(text) = attribute.known() else {
        return Ok(DEFAULT_REQUEST_TIMEOUT);
    };
    let invalid = |problem: &str| {
        Diagnostic::error(
            "Invalid Request Timeout",
            format!(
                "\"{text}\" {problem}. Write a number and a unit, such as \"30s\" or \"1m30s\"."
            ),
        )
        .at("request_timeout")
    };
    let parsed: SignedDuration = SpanParser::new()
        .parse_duration(text)
        .map_err(|_| invalid("is not a duration"))?;
    let duration = Duration::try_from(parsed).unwrap_or(Duration::ZERO);
    if duration.is_zero() {
        return Err(invalid("leaves no time for an answer"));
    }
    if duration > LONGEST_REQUEST_TIMEOUT {
        return Err(invalid("is longer than an hour"));
    }
    Ok(duration)
}

fn max_retries(attribute: Attr<&Value>) -> Result<u32, Diagnostic> {
    let Some(number) = attribute.and_then(Value::as_number).known() else {
        return Ok(DEFAULT_MAX_RETRIES);
    };
    let retries = number
        .as_i64()
        .and_then(|number| u32::try_from(number).ok());
    retries
        .filter(|retries| *retries <= MOST_RETRIES)
        .ok_or_else(|| {
            Diagnostic::error(
                "Invalid Number of Retries",
                format!(
                    "\"max_retries\" must be a whole number from 0 to {MOST_RETRIES}; 0 tries once."
                ),
            )
            .at("max_retries")
        })
}

fn ca_certificates(attribute: Attr<&str>) -> Result<Vec<CertificateDer<'static>>, Diagnostic> {
    let Some(pem) = attribute.known() else {
        return Ok(Vec::new());
    };
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let is_x509 = |der: &CertificateDer<'_>| Certificate::from_der(der).is_ok();
    match certificates {
        Ok(certificates) if !certificates.is_empty() && certificates.iter().all(is_x509) => {
            Ok(certificates)
        }
        _ => Err(Diagnostic::error(
            "Invalid CA Certificate",
            "\"ca_certificate\" holds no certificate in PEM form. Give the certificate itself, from \"-----BEGIN \
             CERTIFICATE-----\" on; to read it from a file write ca_certificate = file(\"ca.pem\").",
        )
        .at("ca_certificate")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeout(text: &str) -> Result<Duration, String> {
        request_timeout(Attr::Known(text)).map_err(|diagnostic| diagnostic.detail)
    }

    #[test]
    fn a_timeout_is_written_as_in_go() {
        assert_eq!(timeout("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(timeout("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(
            timeout("1.5h").unwrap_err(),
            timeout("90m").unwrap_err().replace("90m", "1.5h")
        );
        assert_eq!(timeout("250ms"), Ok(Duration::from_millis(250)));
    }

    #[test]
    fn a_timeout_that_is_none_says_what_to_write() {
        for text in ["", "30", "soon", "0s", "-5s", "2h"] {
            let detail = timeout(text).unwrap_err();
            assert!(detail.contains("such as \"30s\""), "{text}: {detail}");
        }
    }

    #[test]
    fn retries_are_a_small_whole_number() {
        let retries = |value: Value| max_retries(Attr::Known(&value)).ok();
        assert_eq!(retries(0.into()), Some(0));
        assert_eq!(retries(100.into()), Some(100));
        assert_eq!(retries((-1).into()), None);
        assert_eq!(retries(101.into()), None);
        assert_eq!(
            retries(Value::Number(
                crate::terraform::Number::parse("1.5").unwrap()
            )),
            None
        );
    }

    #[test]
    fn what_is_unknown_has_its_default_meanwhile() {
        let unknown = |name: &str| (name.to_owned(), Value::Unknown);
        let config = ["request_timeout", "max_retries", "ca_certificate"]
            .map(unknown)
            .into();
        let options = Options::parse(&config).unwrap();
        assert_eq!(options.request_timeout, DEFAULT_REQUEST_TIMEOUT);
        assert_eq!(options.max_retries, DEFAULT_MAX_RETRIES);
    }

    #[test]
    fn a_path_in_place_of_a_certificate_is_explained() {
        let nonsense = "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n";
        assert!(ca_certificates(Attr::Known(nonsense)).is_err());
        let error = ca_certificates(Attr::Known("/etc/ssl/ca.pem")).unwrap_err();
        assert!(
            error.detail.contains("file(\"ca.pem\")"),
            "{}",
            error.detail
        );
    }
}
