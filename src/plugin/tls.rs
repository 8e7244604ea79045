//! Mutual TLS with exactly one peer: the process that started us.
//!
//! go-plugin's client presents a self-signed certificate that is its own CA, on a P-521 key, and hands it to us
//! beforehand in `PLUGIN_CLIENT_CERT`. The usual verifiers refuse a CA in the place of a client, so the check is
//! ours: the certificate must be that one to the byte, in date, and its owner must sign the handshake.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{self, CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::SingleCertAndKey;
use rustls::{DigitallySignedStruct, DistinguishedName as RootHint, ServerConfig, SignatureScheme};
use tokio_rustls::TlsAcceptor;

use super::error::{Error, Kind};
use super::host_certificate::HostCertificate;
use super::self_signed::self_signed;

/// Our certificate for this process, and whom it lets in.
pub(super) struct Identity {
    certificate: CertificateDer<'static>,
    config: ServerConfig,
}

impl Identity {
    /// Makes a certificate for this process, to be shown to the owner of `client`, a PEM certificate.
    ///
    /// # Errors
    ///
    /// When `client` is not exactly one certificate. There is no falling back to anything weaker.
    pub(super) fn for_client(client: &str) -> Result<Self, Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Arc::new(HostOnly::new(client, Arc::clone(&provider))?);
        let certified = self_signed().map_err(|_| Kind::Certificate)?;
        let certificate = certified.cert[0].clone();
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Kind::Tls)?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        // grpc-go refuses a server that doesn't name its protocol.
        config.alpn_protocols = vec![b"h2".to_vec()];
        // One connection per process: there is no session to resume.
        config.send_tls13_tickets = 0;
        Ok(Self {
            certificate,
            config,
        })
    }

    /// Our certificate in DER, which the host reads from the handshake line and trusts as its only root.
    pub(super) fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    pub(super) fn into_acceptor(self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::new(self.config))
    }
}

/// Lets in the host that started this process and nobody else.
#[derive(Debug)]
struct HostOnly {
    host: HostCertificate,
    provider: Arc<CryptoProvider>,
}

impl HostOnly {
    fn new(pem: &str, provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let host = HostCertificate::from_pem(pem)?;
        Ok(Self { host, provider })
    }
}

impl ClientCertVerifier for HostOnly {
    fn root_hint_subjects(&self) -> &[RootHint] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.host.check(end_entity, intermediates, now)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use rustls::CertificateError;
    use rustls::pki_types::pem::PemObject;

    use super::*;

    fn pem() -> String {
        rcgen::generate_simple_self_signed(["localhost".to_owned()])
            .map(|c| pem_of(c.cert.der()))
            .unwrap()
    }

    fn pem_of(der: &[u8]) -> String {
        use base64::Engine;
        let body = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    }

    fn verifier(pem: &str) -> HostOnly {
        HostOnly::new(pem, Arc::new(aws_lc_rs::default_provider())).unwrap()
    }

    #[track_caller]
    fn refused(pem: &str) -> String {
        Identity::for_client(pem)
            .err()
            .expect("refused")
            .to_string()
    }

    #[test]
    fn anything_but_one_certificate_ends_the_start() {
        assert!(refused("").contains("holds no PEM certificate"));
        assert!(
            refused("-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n")
                .contains("no PEM")
        );
        assert!(refused(&pem_of(b"hello")).contains("something else"));
        assert!(refused(&[pem(), pem()].concat()).contains("more than one"));
    }

    #[test]
    fn only_the_same_certificate_to_the_byte_is_let_in() {
        let (ours, stranger) = (pem(), pem());
        let verifier = verifier(&ours);
        let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        assert!(
            verifier
                .verify_client_cert(&der(&ours), &[], UnixTime::now())
                .is_ok()
        );
        assert!(
            verifier
                .verify_client_cert(&der(&stranger), &[], UnixTime::now())
                .is_err()
        );
        assert!(
            verifier
                .verify_client_cert(&der(&ours), &[der(&stranger)], UnixTime::now())
                .is_err()
        );
    }

    #[test]
    fn a_certificate_out_of_date_is_refused() {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        let expired = params.self_signed(&key).unwrap();
        let refusal = verifier(&pem_of(expired.der()))
            .verify_client_cert(expired.der(), &[], UnixTime::now())
            .unwrap_err();
        assert_eq!(refusal, CertificateError::Expired.into());
    }

    #[test]
    fn the_hosts_curve_p521_is_among_the_signatures_we_can_verify() {
        let schemes = verifier(&pem()).supported_verify_schemes();
        assert!(schemes.contains(&SignatureScheme::ECDSA_NISTP521_SHA512));
    }
}
