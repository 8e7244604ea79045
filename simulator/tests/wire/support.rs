//! A client that asks, and one that watches the bytes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use aura_simulator::Simulator;
use http::{Method, StatusCode};
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

pub(crate) const TOKEN: &str = "/panic-api/v2/oauth/token";
pub(crate) const WEBHOOKS: &str = "/panic-api/v2/notifiers/webhooks";

/// Status and JSON body; `Null` for a body that is none.
pub(crate) type Answer = (StatusCode, Value);

pub(crate) fn client() -> Client {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .unwrap()
}

pub(crate) fn request(
    simulator: &Simulator,
    method: Method,
    path: &str,
) -> reqwest::RequestBuilder {
    client().request(method, format!("{}{path}", simulator.base_url()))
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status();
    let body = response.bytes().await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

pub(crate) fn post(
    simulator: &Simulator,
    path: &str,
    body: impl ToString,
) -> reqwest::RequestBuilder {
    request(simulator, Method::POST, path)
        .header("content-type", "application/json")
        .body(body.to_string())
}

/// Exchanges the demo source's client credentials.
pub(crate) async fn ask_token(simulator: &Simulator) -> Answer {
    let credentials = json!({"clientId": "demo-client", "clientSecret": "demo-secret"});
    send(post(simulator, TOKEN, credentials)).await
}

pub(crate) async fn issued_token(simulator: &Simulator) -> String {
    let (status, body) = ask_token(simulator).await;
    assert_eq!(status, StatusCode::OK);
    body["access_token"].as_str().unwrap().to_owned()
}

pub(crate) async fn register_as(simulator: &Simulator, token: &str, body: impl ToString) -> Answer {
    let request = post(simulator, WEBHOOKS, body);
    send(request.header("authorization", format!("Bearer {token}"))).await
}

pub(crate) async fn register(simulator: &Simulator, body: impl ToString) -> Answer {
    register_as(simulator, "demo-token", body).await
}

pub(crate) fn webhook() -> Value {
    json!({
        "url": "https://hooks.example.com/aura",
        "events": ["NEW_CALLOUT", "CALLOUT_CLOSED"],
        "method": "webhook",
        "headers": {"authorization": "Bearer of-the-hook"},
    })
}

/// A registration by the demo source, byte for byte.
pub(crate) fn raw_registration() -> String {
    let body = webhook().to_string();
    let length = body.len();
    format!("{}{body}", raw_head(length))
}

pub(crate) fn raw_head(content_length: usize) -> String {
    format!(
        "POST {WEBHOOKS} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer demo-token\r\n\
         content-type: application/json\r\ncontent-length: {content_length}\r\nconnection: close\r\n\r\n"
    )
}

/// What came back on a connection, and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) text: String,
    pub(crate) ending: Ending,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Closed,
    Reset,
    /// Nothing more for a while.
    Silent,
}

/// Sends these bytes on a connection of their own and listens until it ends.
pub(crate) fn converse(simulator: &Simulator, bytes: &str) -> Heard {
    let mut stream = TcpStream::connect(simulator.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    listen(stream)
}

pub(crate) fn listen(mut stream: TcpStream) -> Heard {
    let mut text = Vec::new();
    let ending = match stream.read_to_end(&mut text) {
        Ok(_) => Ending::Closed,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => Ending::Reset,
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ending::Silent
        }
        Err(error) => panic!("unforeseen ending: {error}"),
    };
    Heard {
        text: String::from_utf8(text).unwrap(),
        ending,
    }
}

/// Waits for another thread's doing; a condition that never holds fails the test.
pub(crate) fn wait_until(condition: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if condition() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("waited in vain");
}
