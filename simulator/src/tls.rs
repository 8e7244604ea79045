//! A certificate authority of the simulator's own, and the certificate it serves with.

use std::error::Error;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, SupportedProtocolVersion, crypto, version};
use tokio_rustls::TlsAcceptor;

/// How HTTPS is served. The default is what a client should be content with, once it trusts
/// [`Simulator::ca_pem`](crate::Simulator::ca_pem).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Which certificate is shown.
    pub certificate: Certificate,
    /// Which versions of TLS are spoken.
    pub versions: Versions,
}

/// What is right or wrong with the certificate. Always signed by the simulator's own authority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// For `127.0.0.1`, `::1` and `localhost`.
    #[default]
    Valid,
    /// For `elsewhere.invalid` only.
    WrongHost,
    /// For the right hosts, until the end of 2000.
    Expired,
}

/// The versions of TLS spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// 1.2 and 1.3.
    #[default]
    All,
    /// 1.2 and nothing newer.
    Only12,
}

/// A server's side of TLS, and what its clients have to trust.
pub(crate) struct Identity {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) ca_pem: String,
}

impl Identity {
    pub(crate) fn new(tls: Tls) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let ca_key = KeyPair::generate()?;
        let ca_params = authority();
        let ca_pem = ca_params.self_signed(&ca_key)?.pem();
        let key = KeyPair::generate()?;
        let certificate =
            leaf(tls.certificate)?.signed_by(&key, &Issuer::new(ca_params, ca_key))?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());

        // Not the process-wide default: a test that embeds the simulator may have chosen another.
        let provider = Arc::new(crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(tls.versions.supported())?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca_pem,
        })
    }
}

impl Versions {
    fn supported(self) -> &'static [&'static SupportedProtocolVersion] {
        static ALL: &[&SupportedProtocolVersion] = &[&version::TLS13, &version::TLS12];
        static ONLY_12: &[&SupportedProtocolVersion] = &[&version::TLS12];
        match self {
            Self::All => ALL,
            Self::Only12 => ONLY_12,
        }
    }
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "AURA simulator CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn leaf(certificate: Certificate) -> Result<CertificateParams, rcgen::Error> {
    let hosts: &[&str] = match certificate {
        Certificate::Valid | Certificate::Expired => &["127.0.0.1", "::1", "localhost"],
        Certificate::WrongHost => &["elsewhere.invalid"],
    };
    let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(hosts)?;
    if certificate == Certificate::Expired {
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2000, 12, 31);
    }
    Ok(params)
}
