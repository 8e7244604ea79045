//! Callers that are not the host, or say nothing that makes sense.

use std::io::ErrorKind;
use std::time::Duration;

use aura_test_support::host::{Attempt, Socket};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::victim::Victim;

const PATIENCE: Duration = Duration::from_secs(10);

/// A TLS record of 512 bytes with a client hello, most of which never comes.
const HALF_A_HELLO: &[u8] = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc";

#[tokio::test]
async fn whoever_has_not_the_hosts_certificate_is_refused() {
    let victim = Victim::start().await;
    let (stranger, nobody) = (Attempt::as_stranger, Attempt::without_certificate);
    for (who, attempt) in [
        ("a stranger", stranger()),
        ("a stranger over TLS 1.2", stranger().over_tls12()),
        ("a stranger over TLS 1.3", stranger().over_tls13()),
        ("a stranger without a protocol", stranger().offering(&[])),
        ("nobody", nobody()),
        ("nobody over TLS 1.2", nobody().over_tls12()),
        ("nobody over TLS 1.3", nobody().over_tls13()),
        ("nobody without a protocol", nobody().offering(&[])),
        ("plaintext", Attempt::in_plaintext()),
        ("HTTP/1.1", Attempt::as_host().offering(&["http/1.1"])),
        ("HTTP/3", Attempt::as_host().offering(&["h3", "spdy/1"])),
    ] {
        let refusal = victim.terraform.host.attempt(attempt).await;
        let refusal = refusal.expect_err(who);
        assert_ne!(refusal.kind(), ErrorKind::TimedOut, "{who} is kept waiting");
        victim.survives(who).await;
    }
    victim.ends("callers without the certificate").await;
}

#[tokio::test]
async fn bytes_that_are_no_tls_end_their_connection_only() {
    let victim = Victim::start().await;
    for (what, garbage) in [
        (
            "HTTP/1.1",
            &b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..],
        ),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("a record that is no hello", b"\x16\x03\x01\x00\x05hello"),
        ("an empty record", b"\x16\x03\x01\x00\x00"),
        ("a record of 64 KiB", b"\x16\x03\x01\xff\xff\x01"),
        (
            "a hello of 16 MiB",
            b"\x16\x03\x01\x00\x05\x01\xff\xff\xff\x03",
        ),
        ("application data at once", b"\x17\x03\x03\x00\x05hello"),
        ("an alert", b"\x15\x03\x03\x00\x02\x02\x28"),
        ("SSL 2.0", b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10"),
        ("zeros", &[0; 100_000]),
        ("ones", &[0xff; 100_000]),
    ] {
        let mut socket = victim.terraform.host.open().await.unwrap();
        // The provider may have hung up before it has read everything.
        _ = socket.write_all(garbage).await;
        _ = socket.shutdown().await;
        let mut answer = Vec::new();
        let ended = timeout(PATIENCE, socket.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "{what}: the connection is still open");
        // An alert at most; nothing of HTTP.
        assert!(answer.len() <= 7, "{what}: {answer:02x?}");
        victim.survives(what).await;
    }
    victim.ends("bytes that are no TLS").await;
}

#[tokio::test]
async fn a_thousand_connections_come_and_go() {
    let victim = Victim::start().await;
    for round in 0..10 {
        for number in 0..100 {
            let mut socket = victim.terraform.host.open().await.unwrap();
            let said = &HALF_A_HELLO[..number % HALF_A_HELLO.len()];
            _ = socket.write_all(said).await;
        }
        victim.survives(&format!("round {round}")).await;
    }
    victim.ends("a hundred connections each").await;
}

#[tokio::test]
async fn half_a_hello_keeps_nobody_waiting_neither_callers_nor_the_end() {
    let victim = Victim::start().await;
    let mut held: Vec<Box<dyn Socket>> = Vec::new();
    for _ in 0..200 {
        let mut socket = victim.terraform.host.open().await.unwrap();
        socket.write_all(HALF_A_HELLO).await.unwrap();
        held.push(socket);
    }
    victim.terraform.assert_alive().await;
    let another = victim.terraform.host.attempt(Attempt::as_host()).await;
    assert!(another.is_ok(), "{another:?}");
    let exit = victim.terraform.shutdown().await;
    assert_eq!(exit.status.code(), Some(0));
    assert!(exit.took < Duration::from_secs(2), "{:?}", exit.took);
    drop(held);
}

#[tokio::test]
async fn half_a_hello_is_not_held_on_to_for_ever() {
    let victim = Victim::start().await;
    let mut socket = victim.terraform.host.open().await.unwrap();
    socket.write_all(HALF_A_HELLO).await.unwrap();
    let mut answer = Vec::new();
    let ended = timeout(2 * PATIENCE, socket.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "the connection is still open");
    victim.survives("half a hello").await;
    victim.ends("connections that stall").await;
}
