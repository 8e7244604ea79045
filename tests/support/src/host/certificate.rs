//! The certificate a host makes for itself, one per provider process.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P521_SHA512,
};
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use time::{Duration, OffsetDateTime};

/// A certificate and its key, as go-plugin's `generateCert` (`mtls.go`) makes them: ECDSA P-521, self-signed, for
/// `localhost`, and oddly a certificate authority. Strict TLS stacks stumble over both the curve and the authority,
/// which is why the tests must not use a tamer one.
pub struct Identity {
    pem: String,
    certificate: CertificateDer<'static>,
    /// Ready to sign: Terraform prepares its key before it starts a provider, not while that waits for it.
    certified: Arc<SingleCertAndKey>,
}

impl Identity {
    /// A fresh one, valid from half a minute ago for thirty years.
    pub fn generate() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a P-521 key can be made");
        let certificate = parameters()
            .self_signed(&key)
            .expect("a certificate can be signed with it");
        let der = certificate.der().clone();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let key = any_supported_type(&key).expect("a key that can sign");
        Self {
            pem: certificate.pem(),
            certified: Arc::new(CertifiedKey::new(vec![der.clone()], key).into()),
            certificate: der,
        }
    }

    /// What `PLUGIN_CLIENT_CERT` holds.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate itself.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    pub(super) fn certified(&self) -> Arc<SingleCertAndKey> {
        Arc::clone(&self.certified)
    }
}

fn parameters() -> CertificateParams {
    let mut parameters =
        CertificateParams::new(["localhost".to_owned()]).expect("localhost is a DNS name");
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    for (kind, value) in [
        (DnType::CommonName, "localhost"),
        (DnType::OrganizationName, "HashiCorp"),
    ] {
        parameters.distinguished_name.push(kind, value);
    }
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
        KeyUsagePurpose::KeyAgreement,
        KeyUsagePurpose::KeyCertSign,
    ];
    parameters.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ClientAuth,
        ExtendedKeyUsagePurpose::ServerAuth,
    ];
    let now = OffsetDateTime::now_utc();
    parameters.not_before = now - Duration::seconds(30);
    parameters.not_after = now + Duration::hours(262_980);
    parameters
}

#[cfg(test)]
mod tests {
    use x509_cert::Certificate;
    use x509_cert::der::oid::AssociatedOid;
    use x509_cert::der::{Decode, Encode};
    use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName};

    use super::Identity;

    fn certificate() -> Certificate {
        Certificate::from_der(&Identity::generate().certificate()).expect("a certificate")
    }

    fn extension<'a, T: Decode<'a> + AssociatedOid>(certificate: &'a Certificate) -> T {
        let extensions = certificate.tbs_certificate.extensions.as_ref();
        let value = extensions
            .into_iter()
            .flatten()
            .find(|extension| extension.extn_id == T::OID)
            .expect("the extension is there");
        T::from_der(value.extn_value.as_bytes()).expect("the extension can be read")
    }

    #[test]
    fn the_key_is_p521_and_signs_with_sha512() {
        let certificate = certificate();
        let key = &certificate.tbs_certificate.subject_public_key_info;
        let curve = key.algorithm.parameters.as_ref().expect("a curve");
        // secp521r1 and ecdsa-with-SHA512.
        assert_eq!(curve.to_der().unwrap(), b"\x06\x05\x2b\x81\x04\x00\x23");
        assert_eq!(
            certificate.signature_algorithm.oid.to_string(),
            "1.2.840.10045.4.3.4"
        );
    }

    #[test]
    fn it_is_an_authority_for_localhost_that_signs_itself() {
        let certificate = certificate();
        assert!(extension::<BasicConstraints>(&certificate).ca);
        let names = extension::<SubjectAltName>(&certificate);
        assert_eq!(
            format!("{:?}", names.0[0]),
            "DnsName(Ia5String(\"localhost\"))"
        );
        let subject = certificate.tbs_certificate.subject.to_string();
        assert_eq!(subject, "O=HashiCorp,CN=localhost");
        assert_eq!(certificate.tbs_certificate.issuer.to_string(), subject);
    }

    #[test]
    fn it_is_for_both_ends_of_a_connection() {
        let certificate = certificate();
        let purposes: Vec<String> = extension::<ExtendedKeyUsage>(&certificate)
            .0
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(purposes, ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"]);
        let usage = extension::<KeyUsage>(&certificate);
        assert!(usage.digital_signature() && usage.key_encipherment());
        assert!(usage.key_agreement() && usage.key_cert_sign() && !usage.crl_sign());
    }

    #[test]
    fn it_is_valid_for_thirty_years_and_half_a_minute() {
        let validity = certificate().tbs_certificate.validity;
        let span = validity.not_after.to_unix_duration() - validity.not_before.to_unix_duration();
        assert_eq!(span.as_secs(), 262_980 * 3600 + 30);
    }

    #[test]
    fn no_two_are_alike() {
        assert_ne!(
            Identity::generate().certificate(),
            Identity::generate().certificate()
        );
    }
}
