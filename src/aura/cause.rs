//! The root of a transport error, in plain words.

use std::{error::Error, io, iter};

use rustls::{CertificateError, InvalidMessage};

type Cause<'a> = &'a (dyn Error + 'static);

/// What is at the bottom of `error`: `connection refused`, not `error sending request for url (…)`.
pub(super) fn root(error: Cause<'_>) -> String {
    let Some(root) = chain(error).last() else {
        return error.to_string();
    };
    if let Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) =
        root.downcast_ref()
    {
        return "the server does not speak TLS".to_owned();
    }
    match root.downcast_ref::<io::Error>() {
        // The kind reads better than the system's text with its error number.
        Some(io) if io.raw_os_error().is_some() && is_named(io.kind()) => io.kind().to_string(),
        _ => root.to_string(),
    }
}

/// Why the server's certificate was refused, if that is what happened.
pub(super) fn certificate(error: Cause<'_>) -> Option<String> {
    chain(error).find_map(|cause| match cause.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(reason) => Some(refusal(reason)),
        rustls::Error::NoCertificatesPresented => Some("the server has sent none".to_owned()),
        _ => None,
    })
}

fn refusal(reason: &CertificateError) -> String {
    match reason {
        CertificateError::UnknownIssuer => {
            "it is signed by an authority that is not trusted here".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host name".to_owned()
        }
        CertificateError::Revoked => "it has been revoked".to_owned(),
        CertificateError::BadSignature => "its signature is wrong".to_owned(),
        CertificateError::BadEncoding => "it can't be read".to_owned(),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it is not for servers".to_owned()
        }
        CertificateError::Other(other) => root(other),
        other => other.to_string(),
    }
}

fn is_named(kind: io::ErrorKind) -> bool {
    // The kind the standard library gives what it has no name for is itself unnamed: only its text tells it apart.
    kind != io::ErrorKind::Other && !kind.to_string().starts_with("uncategorized")
}

fn chain<'a>(error: Cause<'a>) -> impl Iterator<Item = Cause<'a>> {
    iter::successors(Some(error), |&error| {
        // An io::Error's source() is the source of the error it wraps, which would be skipped.
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(wrapped) => Some(wrapped as Cause<'a>),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use rustls::CertificateError;

    use super::{certificate, root};

    #[test]
    fn a_named_system_error_loses_its_number() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(root(&refused), "connection refused");
        // ECONNREFUSED on Linux.
        #[cfg(target_os = "linux")]
        assert_eq!(
            root(&io::Error::from_raw_os_error(111)),
            "connection refused"
        );
    }

    #[test]
    fn an_error_inside_an_io_error_is_found() {
        let inner = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let outer = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, inner));
        assert_eq!(
            certificate(&outer).as_deref(),
            Some("it is signed by an authority that is not trusted here")
        );
    }

    #[test]
    fn other_errors_of_tls_are_not_the_certificate_s_fault() {
        let handshake = io::Error::other(rustls::Error::HandshakeNotComplete);
        assert_eq!(certificate(&handshake), None);
        assert_eq!(root(&handshake), "handshake not complete");
    }
}
