//! Who is let in: Terraform, with the certificate it announced. Who isn't, is in `hostile`.

mod wire;

use std::ffi::OsString;

use aura_test_support::host::{Attempt, Identity, StartError};
use rustls::ProtocolVersion;

use wire::Terraform;

#[tokio::test]
async fn the_host_is_served_over_tls_1_2_and_1_3() {
    let terraform = Terraform::start().await;
    for (attempt, version) in [
        (Attempt::as_host().over_tls12(), ProtocolVersion::TLSv1_2),
        (Attempt::as_host().over_tls13(), ProtocolVersion::TLSv1_3),
        (Attempt::as_host(), ProtocolVersion::TLSv1_3),
    ] {
        let agreed = terraform.host.attempt(attempt).await.expect("it is served");
        let agreed = agreed.expect("it is TLS");
        assert_eq!(agreed.version, version);
        // grpc-go refuses a server that doesn't say so.
        assert_eq!(agreed.alpn.as_deref(), Some("h2"));
    }
}

#[tokio::test]
async fn an_old_terraform_that_names_no_protocol_is_served() {
    let terraform = Terraform::start().await;
    let silent = Attempt::as_host().offering(&[]);
    let agreed = terraform.host.attempt(silent).await.expect("it is served");
    assert_eq!(agreed.expect("it is TLS").alpn, None);
}

#[tokio::test]
async fn a_caller_that_wants_another_protocol_than_http_2_is_refused() {
    let terraform = Terraform::start().await;
    let other = Attempt::as_host().offering(&["http/1.1"]);
    let refusal = terraform.host.attempt(other).await.unwrap_err();
    assert!(
        refusal.to_string().contains("NoApplicationProtocol"),
        "{refusal}"
    );
    terraform.assert_alive().await;
}

#[tokio::test]
async fn a_second_connection_of_the_host_is_served_beside_the_first() {
    let terraform = Terraform::start().await;
    for _ in 0..3 {
        let agreed = terraform.host.attempt(Attempt::as_host()).await;
        assert!(agreed.is_ok(), "{agreed:?}");
    }
    terraform.assert_alive().await;
}

async fn refused_start(client_certificate: impl Into<OsString>) -> StartError {
    let builder = Terraform::builder().env("PLUGIN_CLIENT_CERT", client_certificate);
    match builder.try_start().await {
        Ok(_) => panic!("the provider started"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn anything_but_one_client_certificate_ends_the_start_with_the_reason() {
    let pem = || Identity::generate().pem().to_owned();
    let broken = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    for (certificate, reason) in [
        ("junk".to_owned(), "holds no PEM certificate"),
        (" ".to_owned(), "holds no PEM certificate"),
        (
            pem().replace("CERTIFICATE", "PUBLIC KEY"),
            "holds no PEM certificate",
        ),
        (
            broken.to_owned(),
            "holds something else than an X.509 certificate",
        ),
        ([pem(), pem()].concat(), "holds more than one certificate"),
    ] {
        let error = refused_start(certificate).await;
        assert_eq!(
            error.status.and_then(|status| status.code()),
            Some(1),
            "{error}"
        );
        assert_eq!(error.stdout, "", "no handshake line");
        assert_eq!(error.stderr.lines().count(), 1, "{error}");
        assert!(error.stderr.starts_with("PLUGIN_CLIENT_CERT"), "{error}");
        assert!(error.stderr.contains(reason), "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_client_certificate_that_is_not_even_text_ends_the_start_too() {
    use std::os::unix::ffi::OsStringExt;
    let error = refused_start(OsString::from_vec(b"\xff-----BEGIN".to_vec())).await;
    assert_eq!(error.stdout, "", "no handshake line");
    let code = error.status.and_then(|status| status.code());
    assert_eq!(code, Some(1), "{error}");
    assert!(error.stderr.starts_with("PLUGIN_CLIENT_CERT"), "{error}");
}

#[tokio::test]
async fn plaintext_is_spoken_only_when_the_host_has_no_certificate() {
    let plain = Terraform::with(Terraform::builder().plaintext()).await;
    assert_eq!(plain.host.handshake().certificate, None);
    plain.assert_alive().await;
    let agreed = plain.host.attempt(Attempt::in_plaintext()).await;
    assert_eq!(agreed.expect("it is served"), None);

    let empty = Terraform::builder()
        .plaintext()
        .env("PLUGIN_CLIENT_CERT", "");
    Terraform::with(empty).await.assert_alive().await;
}
