//! HTTP/2 that breaks its rules, from one that has the host's certificate.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, split};
use tokio::time::timeout;

use crate::victim::Victim;

const PATIENCE: Duration = Duration::from_secs(20);

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// RFC 9113, section 6.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `POST http /`, each from HPACK's static table.
const REQUEST: &[u8] = &[0x83, 0x86, 0x84];

/// A frame whose length is as it says.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short frame");
    [&head(length, kind, flags, stream), payload].concat()
}

/// The head of a frame that says it is this long.
fn head(length: u32, kind: u8, flags: u8, stream: u32) -> Vec<u8> {
    let [_, length @ ..] = length.to_be_bytes();
    [&length[..], &[kind, flags], &stream.to_be_bytes()].concat()
}

/// A connection's proper beginning, then this.
fn begun(then: impl AsRef<[u8]>) -> Vec<u8> {
    [PREFACE, &frame(SETTINGS, 0, 0, b""), then.as_ref()].concat()
}

/// What must be refused, with the connection or the stream.
fn broken() -> Vec<(&'static str, Vec<u8>)> {
    let open = frame(HEADERS, END_HEADERS, 1, REQUEST);
    let half_open = frame(HEADERS, 0, 1, REQUEST);
    vec![
        (
            "HTTP/1.1 in TLS",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        ),
        (
            "a preface with a slip",
            [b"PRI * HTTP/2.1", &PREFACE[14..]].concat(),
        ),
        (
            "a frame said to be 16 MiB",
            begun([open.clone(), head(0xff_ffff, DATA, 0, 1)].concat()),
        ),
        (
            "a frame of one byte too many",
            begun([open.clone(), frame(DATA, 0, 1, &[0; 16_385])].concat()),
        ),
        (
            "headers said to be 16 MiB",
            begun(head(0xff_ffff, HEADERS, END_HEADERS, 1)),
        ),
        (
            "settings said to be 16 MiB",
            begun(head(0xff_ffff, SETTINGS, 0, 0)),
        ),
        ("data of no stream", begun(frame(DATA, 0, 0, b"x"))),
        ("data of an idle stream", begun(frame(DATA, 0, 1, b"x"))),
        (
            "padding longer than the frame",
            begun([open.clone(), frame(DATA, 8, 1, &[200, 0])].concat()),
        ),
        (
            "headers of no stream",
            begun(frame(HEADERS, END_HEADERS, 0, REQUEST)),
        ),
        (
            "headers of our own stream",
            begun(frame(HEADERS, END_HEADERS, 2, REQUEST)),
        ),
        (
            "headers of an earlier stream",
            begun(
                [
                    frame(HEADERS, END_HEADERS, 5, REQUEST),
                    frame(HEADERS, END_HEADERS, 3, REQUEST),
                ]
                .concat(),
            ),
        ),
        (
            "headers that are no HPACK",
            begun(frame(HEADERS, END_HEADERS, 1, &[0xff; 64])),
        ),
        (
            "headers from beyond the table",
            begun(frame(HEADERS, END_HEADERS, 1, &[0xbe + 0x3f])),
        ),
        (
            "a continuation of nothing",
            begun(frame(CONTINUATION, END_HEADERS, 1, REQUEST)),
        ),
        (
            "headers cut off by another frame",
            begun([half_open.clone(), frame(PING, 0, 0, b"12345678")].concat()),
        ),
        (
            "headers continued without end",
            begun(
                [
                    half_open,
                    frame(CONTINUATION, 0, 1, &b"\x40\x01a\x01b".repeat(3_000)).repeat(200),
                ]
                .concat(),
            ),
        ),
        (
            "settings of five bytes",
            begun(frame(SETTINGS, 0, 0, b"12345")),
        ),
        ("settings of a stream", begun(frame(SETTINGS, 0, 1, b""))),
        (
            "an acknowledgement with more",
            begun(frame(SETTINGS, ACK, 0, b"123456")),
        ),
        (
            "a window of 4 GiB",
            begun(frame(SETTINGS, 0, 0, b"\x00\x04\xff\xff\xff\xff")),
        ),
        (
            "frames of 4 GiB allowed",
            begun(frame(SETTINGS, 0, 0, b"\x00\x05\xff\xff\xff\xff")),
        ),
        (
            "a window that overflows",
            begun([window(0, 0x7fff_ffff), window(0, 0x7fff_ffff)].concat()),
        ),
        ("a window by nothing", begun(window(0, 0))),
        (
            "a ping of seven bytes",
            begun(frame(PING, 0, 0, b"1234567")),
        ),
        (
            "a reset of an idle stream",
            begun(frame(RST_STREAM, 0, 1, &[0; 4])),
        ),
        (
            "a reset of three bytes",
            begun([open, frame(RST_STREAM, 0, 1, &[0; 3])].concat()),
        ),
        (
            "a promise",
            begun(frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2])),
        ),
        ("a farewell of one byte", begun(frame(GOAWAY, 0, 0, &[0]))),
        ("streams opened and reset", begun(opened_and_reset(5_000))),
    ]
}

/// What may be tolerated, as long as it does no harm.
fn tiresome() -> Vec<(&'static str, Vec<u8>)> {
    let open = frame(HEADERS, END_HEADERS, 1, REQUEST);
    vec![
        ("nothing", Vec::new()),
        (
            "no settings",
            [PREFACE, &frame(PING, 0, 0, b"12345678")].concat(),
        ),
        (
            "headers without a path",
            begun(frame(HEADERS, END_HEADERS | END_STREAM, 1, &[0x83])),
        ),
        (
            "a window of a stream that overflows",
            begun([open.clone(), window(1, 0x7fff_ffff), window(1, 0x7fff_ffff)].concat()),
        ),
        ("half a preface", PREFACE[..10].to_vec()),
        ("half a frame", begun(&head(100, DATA, 0, 1)[..5])),
        ("a farewell", begun(frame(GOAWAY, 0, 0, &[0; 8]))),
        (
            "frames of no known kind",
            begun(frame(0xee, 0xff, 7, &[7; 1_000]).repeat(1_000)),
        ),
        (
            "pings",
            begun(frame(PING, 0, 0, b"12345678").repeat(20_000)),
        ),
        (
            "settings again and again",
            begun(frame(SETTINGS, 0, 0, b"").repeat(20_000)),
        ),
        (
            "empty data",
            begun([open.clone(), frame(DATA, 0, 1, b"").repeat(20_000)].concat()),
        ),
        ("a request that never ends", begun(open)),
        ("a thousand requests that never end", begun(opened(1_000))),
    ]
}

fn opened(streams: u32) -> Vec<u8> {
    let open = |number| frame(HEADERS, END_HEADERS, 2 * number + 1, REQUEST);
    (0..streams).flat_map(open).collect()
}

/// CVE-2023-44487.
fn opened_and_reset(streams: u32) -> Vec<u8> {
    let both = |number| {
        let stream = 2 * number + 1;
        let open = frame(HEADERS, END_HEADERS, stream, REQUEST);
        [open, frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat()
    };
    (0..streams).flat_map(both).collect()
}

fn window(stream: u32, increment: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &increment.to_be_bytes())
}

/// Sends it all, hangs up and returns what came back until the provider hung up too.
async fn answer(victim: &Victim, what: &str, bytes: &[u8]) -> Vec<u8> {
    let socket = victim.terraform.host.open_secured().await.unwrap();
    let (mut reader, mut writer) = split(socket);
    let send = async {
        // The provider may have hung up before it has read everything.
        _ = writer.write_all(bytes).await;
        _ = writer.shutdown().await;
    };
    let mut answer = Vec::new();
    let both = async { tokio::join!(send, reader.read_to_end(&mut answer)) };
    let ended = timeout(PATIENCE, both).await;
    assert!(ended.is_ok(), "{what}: the connection is still open");
    answer
}

/// Whether a connection was ended with an error, or a stream reset. An answer that isn't HTTP/2 is none.
fn is_refusal(mut answer: &[u8]) -> bool {
    while let Some((head, rest)) = answer.split_at_checked(9) {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let Some((payload, rest)) = rest.split_at_checked(length as usize) else {
            return false;
        };
        match head[3] {
            GOAWAY if payload[4..8] != [0; 4] => return true,
            RST_STREAM => return true,
            _ => answer = rest,
        }
    }
    false
}

#[tokio::test]
async fn frames_that_break_the_rules_are_refused() {
    let victim = Victim::start().await;
    let mut taken = Vec::new();
    for (what, bytes) in broken() {
        let answer = answer(&victim, what, &bytes).await;
        let is_http2 = bytes.starts_with(PREFACE);
        if is_http2 && !is_refusal(&answer) {
            taken.push((what, answer));
        }
        victim.survives(what).await;
    }
    assert!(taken.is_empty(), "not refused: {taken:02x?}");
    victim.ends("frames that break the rules").await;
}

#[tokio::test]
async fn frames_without_sense_do_no_harm() {
    let victim = Victim::start().await;
    for (what, bytes) in tiresome() {
        answer(&victim, what, &bytes).await;
        victim.survives(what).await;
    }
    victim.ends("frames without sense").await;
}
