//! A key for this process and the certificate that it signs for itself.
//!
//! Written out, because there is just this one form of it. A library for certificates hands the key on in PKCS #8, which
//! is parsed and checked again by each who takes it: 3.1 of 6.0 million instructions from exec to the handshake line.

use std::sync::Arc;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{SignatureAlgorithm, SignatureScheme};

/// Makes a key on P-256, the fastest that Go accepts, and a certificate for `localhost`, the name the host asks for.
///
/// # Errors
///
/// When the system has no randomness to give.
pub(super) fn self_signed() -> Result<CertifiedKey, Unspecified> {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)?;
    let mut serial = [0; 16];
    rand::fill(&mut serial)?;
    // A positive number of all 16 bytes.
    serial[0] = serial[0] & 0x7f | 0x40;
    let signed = to_be_signed(&serial, key.public_key().as_ref());
    let signature = key.sign(&SystemRandom::new(), &signed)?;
    let certificate = der(
        SEQUENCE,
        &[&signed, ECDSA_WITH_SHA256, &bits(signature.as_ref())],
    );
    let key = P256Key(Arc::new(key));
    Ok(CertifiedKey::new(
        vec![CertificateDer::from(certificate)],
        Arc::new(key),
    ))
}

// DER's tags (X.690, 8) and the values that are always the same here (RFC 5280, RFC 5480), whole.
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
const VERSION_3: &[u8] = b"\xa0\x03\x02\x01\x02";
const ECDSA_WITH_SHA256: &[u8] = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
const COMMON_NAME_LOCALHOST: &[u8] =
    b"\x30\x14\x31\x12\x30\x10\x06\x03\x55\x04\x03\x0c\x09localhost";
/// The years before 1950 and after 2049 have their own form.
const FROM_1975_TO_4096: &[u8] = b"\x30\x20\x17\x0d750101000000Z\x18\x0f40960101000000Z";
const P256_PUBLIC_KEY: &[u8] =
    b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
/// The name `localhost`; for servers and for clients.
const EXTENSIONS: &[u8] = b"\xa3\x37\x30\x35\
    \x30\x14\x06\x03\x55\x1d\x11\x04\x0d\x30\x0b\x82\x09localhost\
    \x30\x1d\x06\x03\x55\x1d\x25\x04\x16\x30\x14\
        \x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01\
        \x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02";

fn to_be_signed(serial: &[u8], public_key: &[u8]) -> Vec<u8> {
    der(
        SEQUENCE,
        &[
            VERSION_3,
            &der(INTEGER, &[serial]),
            ECDSA_WITH_SHA256,
            COMMON_NAME_LOCALHOST,
            FROM_1975_TO_4096,
            COMMON_NAME_LOCALHOST,
            &der(SEQUENCE, &[P256_PUBLIC_KEY, &bits(public_key)]),
            EXTENSIONS,
        ],
    )
}

/// A bit string of whole bytes.
fn bits(bytes: &[u8]) -> Vec<u8> {
    der(BIT_STRING, &[&[0], bytes])
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let [high, low] = u16::try_from(contents.len())
        .unwrap_or(u16::MAX)
        .to_be_bytes();
    let head: &[u8] = match contents.len() {
        0..0x80 => &[tag, low],
        0x80..0x100 => &[tag, 0x81, low],
        _ => &[tag, 0x82, high, low],
    };
    [head, &contents].concat()
}

/// The key as rustls uses one.
#[derive(Clone, Debug)]
struct P256Key(Arc<EcdsaKeyPair>);

impl SigningKey for P256Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let ours = offered.contains(&self.scheme());
        ours.then(|| Box::new(self.clone()) as _)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for P256Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature = self.0.sign(&SystemRandom::new(), message);
        let signature = signature.map_err(|_| rustls::Error::General("signing failed".into()))?;
        Ok(signature.as_ref().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

#[cfg(test)]
mod tests {
    use rustls::RootCertStore;
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier;
    use rustls::crypto::aws_lc_rs;
    use rustls::pki_types::{ServerName, UnixTime};
    use x509_cert::Certificate;
    use x509_cert::der::{Decode, Encode};

    use super::*;

    fn certificate() -> CertificateDer<'static> {
        self_signed().unwrap().cert[0].clone()
    }

    #[test]
    fn a_client_that_trusts_the_certificate_takes_it_for_localhost_and_no_other_name() {
        let certificate = certificate();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        let verifier = verifier.build().unwrap();
        let verify = |name: &'static str| {
            let name = ServerName::try_from(name).unwrap();
            verifier.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now())
        };
        assert!(verify("localhost").is_ok());
        assert!(verify("example.com").is_err());
    }

    #[test]
    fn the_certificate_reads_as_x509_to_its_last_byte() {
        let certificate = certificate();
        let parsed = Certificate::from_der(&certificate).unwrap();
        assert_eq!(parsed.to_der().unwrap(), certificate.as_ref());
        let signed = parsed.tbs_certificate;
        assert_eq!(signed.subject.to_string(), "CN=localhost");
        assert_eq!(signed.issuer, signed.subject);
        assert_eq!(signed.serial_number.as_bytes().len(), 16);
        assert_eq!(
            signed.extensions.map_or(0, |extensions| extensions.len()),
            2
        );
    }

    #[test]
    fn no_two_are_alike() {
        assert_ne!(certificate(), certificate());
    }

    #[test]
    fn lengths_are_in_their_shortest_form() {
        for (length, head) in [
            (0x7f, &b"\x04\x7f"[..]),
            (0x80, b"\x04\x81\x80"),
            (0x100, b"\x04\x82\x01\x00"),
        ] {
            assert!(der(0x04, &[&vec![0; length]]).starts_with(head), "{length}");
        }
    }

    #[test]
    fn the_key_signs_only_as_it_can() {
        let key = self_signed().unwrap().key;
        assert!(key.choose_scheme(&[SignatureScheme::ED25519]).is_none());
        let signer = key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]);
        assert!(signer.is_some_and(|signer| signer.sign(b"message").is_ok()));
    }
}
