//! The certificate of the process that started us, as it hands it over in `PLUGIN_CLIENT_CERT`.

use std::time::Duration;

use rustls::CertificateError;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{self, Decode, Reader, SliceReader};
use x509_cert::time::Validity;

use super::error::{Error, Kind};

/// The one certificate that lets its owner in (go-plugin's AutoMTLS).
#[derive(Clone, Debug)]
pub struct HostCertificate {
    der: CertificateDer<'static>,
    not_before: Duration,
    not_after: Duration,
}

impl HostCertificate {
    /// Reads a certificate in PEM.
    ///
    /// # Errors
    ///
    /// When `pem` is not exactly one X.509 certificate. There is no falling back to anything weaker.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let unusable = |problem| Error::from(Kind::ClientCertificate(problem));
        let mut certificates = CertificateDer::pem_slice_iter(pem.as_bytes());
        let der = match (certificates.next(), certificates.next()) {
            (Some(Ok(der)), None) => der,
            (Some(Ok(_)), Some(_)) => return Err(unusable("holds more than one certificate")),
            (None, _) | (Some(Err(_)), _) => return Err(unusable("holds no PEM certificate")),
        };
        let no_x509 = || unusable("holds something else than an X.509 certificate");
        ParsedCertificate::try_from(&der).map_err(|_| no_x509())?;
        let validity = validity(&der).map_err(|_| no_x509())?;
        Ok(Self {
            der,
            not_before: validity.not_before.to_unix_duration(),
            not_after: validity.not_after.to_unix_duration(),
        })
    }

    /// Whether a peer that shows these certificates shows this one, to the byte, alone and in date.
    ///
    /// # Errors
    ///
    /// What is the matter otherwise.
    pub(super) fn check(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), CertificateError> {
        let now = Duration::from_secs(now.as_secs());
        if *end_entity != self.der || !intermediates.is_empty() {
            Err(CertificateError::ApplicationVerificationFailure)
        } else if now < self.not_before {
            Err(CertificateError::NotValidYet)
        } else if now > self.not_after {
            Err(CertificateError::Expired)
        } else {
            Ok(())
        }
    }
}

/// From when until when a certificate is valid (RFC 5280, 4.1).
///
/// Read in place, because `x509_cert::Certificate` makes room for whatever lengths the bytes claim, up to 256 MiB.
fn validity(certificate: &[u8]) -> der::Result<Validity> {
    SliceReader::new(certificate)?.sequence(|certificate| {
        let validity = certificate.sequence(|signed| {
            // The version may be left out.
            if signed.peek_tag()?.is_context_specific() {
                AnyRef::decode(signed)?;
            }
            let [_serial, _signature, _issuer] = [
                AnyRef::decode(signed)?,
                AnyRef::decode(signed)?,
                AnyRef::decode(signed)?,
            ];
            let validity = Validity::decode(signed)?;
            skip(signed)?;
            Ok(validity)
        })?;
        skip(certificate)?;
        Ok(validity)
    })
}

fn skip<'a>(reader: &mut impl Reader<'a>) -> der::Result<()> {
    while !reader.is_finished() {
        AnyRef::decode(reader)?;
    }
    Ok(())
}
