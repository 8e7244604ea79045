use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::{ServerConfig, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::{
    register,
    server::{TestServer, json, options},
    token,
};
use crate::aura::{Client, ErrorKind, Transport, TransportOptions};

/// A certificate that signs itself, for this host name or address.
fn certificate(host: &str) -> (CertificateDer<'static>, TlsAcceptor) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    // Two of the same name would be one authority with two keys.
    let name = format!("{:?}", key.public_key_raw());
    params
        .distinguished_name
        .push(DnType::CommonName, name.get(..64).unwrap());
    let certificate = params.self_signed(&key).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    (certificate, TlsAcceptor::from(Arc::new(config)))
}

fn trusting(certificate: CertificateDer<'static>) -> TransportOptions {
    TransportOptions {
        ca_certificates: vec![certificate],
        ..options()
    }
}

#[tokio::test]
async fn a_certificate_of_one_s_own_is_trusted_beside_the_system_s() {
    let (certificate, acceptor) = certificate("127.0.0.1");
    let server = TestServer::start_tls(acceptor, |_, _| json(200, "{}")).await;
    let client = server.client_with(token(), trusting(certificate));
    register(&client).await.unwrap();
}

#[tokio::test]
async fn an_untrusted_certificate_is_final_and_gets_no_request() {
    let (_, acceptor) = certificate("127.0.0.1");
    let (another, _) = certificate("127.0.0.1");
    let server = TestServer::start_tls(acceptor, |_, _| json(200, "{}")).await;
    let client = server.client_with(token(), trusting(another));
    let error = register(&client).await.expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Certificate);
    assert_eq!(error.attempts(), 1);
    assert!(!error.ambiguous());
    assert_eq!(server.received().len(), 0);
    assert_eq!(
        error.to_string().replace(server.base.host(), "HOST"),
        "the certificate of HOST is not trusted: it is signed by an authority that is not trusted here"
    );
}

#[tokio::test]
async fn a_certificate_for_another_host_says_so() {
    let (certificate, acceptor) = certificate("panic.example.com");
    let server = TestServer::start_tls(acceptor, |_, _| json(200, "{}")).await;
    let client = server.client_with(token(), trusting(certificate));
    let error = register(&client).await.expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Certificate);
    assert!(
        error
            .to_string()
            .ends_with("is not trusted: it is for another host name"),
        "{error}"
    );
}

#[tokio::test]
async fn an_unreadable_ca_certificate_is_an_error_before_anything_is_sent() {
    let (_, acceptor) = certificate("127.0.0.1");
    let server = TestServer::start_tls(acceptor, |_, _| json(200, "{}")).await;
    let garbage = CertificateDer::from(b"garbage".to_vec());
    let client = server.client_with(token(), trusting(garbage.clone()));
    let error = register(&client).await.expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Setup);
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.received().len(), 0);

    // Plain http never looks at certificates.
    let plain = TestServer::start(|_, _| json(200, "{}")).await;
    register(&plain.client_with(token(), trusting(garbage)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_server_without_tls_is_a_failed_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            // Open until the client hangs up, so that what it reads is the answer and not a reset.
            tokio::spawn(async move { stream.read_to_end(&mut Vec::new()).await });
        }
    });
    let transport = Transport::new(trusting(certificate("127.0.0.1").0));
    let client = Client::new(transport.into(), base.parse().unwrap(), token());
    let error = register(&client).await.expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Connect);
    assert_eq!(error.attempts(), 3);
    assert!(!error.ambiguous());
    assert!(
        error
            .to_string()
            .ends_with(": the server does not speak TLS (3 attempts)"),
        "{error}"
    );
}
