//! gRPC that breaks its rules, from one that has the host's certificate.

use aura_test_support::host::RawAnswer;
use http::{HeaderName, HeaderValue, Method};
use prost::Message;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6 as pb;
use tonic::Code;

use crate::victim::Victim;
use crate::wire::{WEBHOOK, errors};

const VALIDATE: &str = "/tfplugin6.Provider/ValidateResourceConfig";

/// What Go's providers allow, and we do.
const LARGEST: u32 = 256 << 20;

fn request(path: &str, body: Vec<u8>) -> http::Request<Vec<u8>> {
    http::Request::post(path)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(body)
        .expect("a request")
}

/// A message in its frame.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a message of less than 4 GiB");
    claiming(0, length, message)
}

/// A message in a frame that may not tell the truth.
fn claiming(compressed: u8, length: u32, message: &[u8]) -> Vec<u8> {
    [&[compressed], &length.to_be_bytes()[..], message].concat()
}

async fn answer(victim: &Victim, what: &str, request: http::Request<Vec<u8>>) -> RawAnswer {
    let answer = victim.terraform.host.call_raw(request).await;
    answer.unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// What the service never sees, for it is no message.
fn no_messages() -> Vec<(&'static str, Vec<u8>)> {
    let huge = vec![0; LARGEST as usize + 1];
    vec![
        ("no message", Vec::new()),
        ("half a frame", vec![0, 0, 0]),
        ("less than it says", claiming(0, 100, b"short")),
        (
            "255 MiB that never come",
            claiming(0, LARGEST - 1, b"short"),
        ),
        (
            "a message said to be a byte too long",
            claiming(0, LARGEST + 1, b""),
        ),
        ("a message said to be 4 GiB", claiming(0, u32::MAX, b"")),
        ("a message of a byte too long", framed(&huge)),
        ("compressed, it doesn't say how", claiming(1, 5, b"short")),
        ("compressed in the seventh way", claiming(7, 5, b"short")),
        ("a tag that goes on", framed(&[0xff; 11])),
        ("a tag of nothing", framed(&[0x00])),
        ("a field of an unknown wire type", framed(&[0x0f])),
        ("a number for a text", framed(&[0x08, 0x01])),
        (
            "a text longer than the message",
            framed(&[0x0a, 0x7f, b'x']),
        ),
        (
            "a text of 2^63 bytes",
            framed(b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
        ),
        (
            "a text that is not UTF-8",
            framed(&[0x0a, 0x02, 0xff, 0xfe]),
        ),
        ("groups in groups", framed(&[0x7b; 100_000])),
        ("the end of a group", framed(&[0x7c])),
    ]
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let victim = Victim::start().await;
    for (what, body) in no_messages() {
        let answer = answer(&victim, what, request(VALIDATE, body)).await;
        let refused = answer
            .grpc_status
            .is_some_and(|status| status != Code::Ok as i32);
        assert!(refused, "{what}: {answer:?}");
        victim.survives(what).await;
    }
    victim.ends("messages that are none").await;
}

#[tokio::test]
async fn memory_is_not_taken_for_what_is_only_announced() {
    let victim = Victim::start().await;
    let peak = || {
        victim
            .terraform
            .host
            .footprint()
            .map_or(0, |it| it.peak_kib)
    };
    let before = peak();
    for length in [LARGEST - 1, LARGEST, LARGEST + 1, u32::MAX] {
        let body = claiming(0, length, &[0; 100_000]);
        answer(&victim, "an announcement", request(VALIDATE, body)).await;
        victim.survives(&format!("{length} bytes announced")).await;
    }
    let grown = peak() - before;
    assert!(grown < 8 << 10, "{grown} KiB for nothing");
    victim.ends("messages only announced").await;
}

#[tokio::test]
async fn a_message_of_100_mb_is_answered_and_its_memory_given_back() {
    let victim = Victim::start().await;
    let big = "x".repeat(100_000_000);
    let message = pb::validate_resource_config::Request {
        type_name: WEBHOOK.to_owned(),
        config: Some(pb::DynamicValue {
            msgpack: big.into_bytes().into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let body = framed(&message.encode_to_vec());
    let answer = answer(&victim, "a big one", request(VALIDATE, body)).await;
    assert_eq!(answer.grpc_status, Some(Code::Ok as i32));
    let message = pb::validate_resource_config::Response::decode(&answer.body[5..]);
    let diagnostics = message.expect("a response").diagnostics;
    assert_eq!(errors(&diagnostics), ["Unreadable Data from Terraform"]);
    victim.survives("a message of 100 MB").await;
    if let Some(footprint) = victim.terraform.host.footprint() {
        assert!(footprint.resident_kib < 60_000, "{footprint:?}");
    }
    victim.ends("big messages").await;
}

#[tokio::test]
async fn what_is_no_call_is_refused() {
    let victim = Victim::start().await;
    let empty = || framed(b"");
    for (what, path) in [
        ("no such method", "/tfplugin6.Provider/Nothing"),
        ("no such service", "/tfplugin5.Provider/GetSchema"),
        ("no method", "/tfplugin6.Provider"),
        ("no service", "/"),
        ("a path upwards", "/tfplugin6.Provider/../../etc/passwd"),
        (
            "a long path",
            &format!("/tfplugin6.Provider/{}", "x".repeat(8_000)),
        ),
    ] {
        let answer = answer(&victim, what, request(path, empty())).await;
        let unimplemented = Some(Code::Unimplemented as i32);
        assert_eq!(answer.grpc_status, unimplemented, "{what}");
        victim.survives(what).await;
    }
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let mut request = request(VALIDATE, empty());
        *request.method_mut() = method.clone();
        answer(&victim, method.as_str(), request).await;
        victim.survives(method.as_str()).await;
    }
    victim.ends("calls that are none").await;
}

#[tokio::test]
async fn headers_of_any_kind_do_no_harm() {
    let victim = Victim::start().await;
    let empty = json!({}).to_string().into_bytes();
    for (name, value) in [
        ("content-type", "text/plain"),
        ("content-type", "application/grpc+json"),
        ("content-type", "application/grpc-web"),
        ("grpc-timeout", "99999999999999999999S"),
        ("grpc-timeout", "-1S"),
        ("grpc-timeout", "0n"),
        ("grpc-encoding", "gzip"),
        ("grpc-encoding", "nonsense"),
        ("grpc-accept-encoding", "nonsense, gzip, , ,"),
        ("te", "chunked"),
        ("content-length", "4"),
        ("expect", "100-continue"),
        ("cookie", "a=b"),
    ] {
        let mut request = request(VALIDATE, framed(&empty));
        let (name, value) = (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
        let what = format!("{name}: {value:?}");
        request.headers_mut().insert(name, value);
        // Whatever comes of it: the client itself won't send some of it.
        _ = victim.terraform.host.call_raw(request).await;
        victim.survives(&what).await;
    }
    let mut request = request(VALIDATE, framed(&empty));
    let big = HeaderValue::try_from("x".repeat(1_000_000)).expect("a header");
    request.headers_mut().insert("x-big", big);
    let refused = match victim.terraform.host.call_raw(request).await {
        Ok(answer) => answer.grpc_status != Some(0),
        Err(_) => true,
    };
    assert!(refused, "a header of 1 MB is taken");
    victim.survives("a header of 1 MB").await;
    victim.ends("headers").await;
}
