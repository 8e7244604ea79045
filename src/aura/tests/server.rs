//! A server on loopback that answers what a test tells it to, byte by byte where that matters.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::aura::{BaseUrl, Client, Credentials, Retry, Transport, TransportOptions};

/// What to do with a request.
pub(super) enum Reply {
    /// A complete answer: status, additional header lines (each with `\r\n`), body.
    Answer(u16, String, String),
    /// These bytes, then the end of the connection.
    Raw(String),
    /// The end of the connection.
    Close,
    /// Nothing, for ever.
    Silence,
    /// The answer, once the token is cancelled.
    Held(CancellationToken, u16, String),
}

/// An answer without additional headers.
pub(super) fn json(status: u16, body: &str) -> Reply {
    Reply::Answer(status, String::new(), body.to_owned())
}

/// A request as it was received.
#[derive(Debug, Clone)]
pub(super) struct Received {
    /// Request line and header lines, names as they were sent.
    pub(super) head: String,
    pub(super) body: String,
}

impl Received {
    /// Whether it asks for a token.
    pub(super) fn is_token(&self) -> bool {
        self.head.starts_with("POST /panic-api/v2/oauth/token ")
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

type Script = dyn Fn(usize, &Received) -> Reply + Send + Sync;

pub(super) struct TestServer {
    pub(super) base: BaseUrl,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<AtomicUsize>,
}

impl TestServer {
    /// `script` is given the number of the request, from 0, and the request.
    pub(super) async fn start(
        script: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::serve(None, Box::new(script)).await
    }

    pub(super) async fn start_tls(
        acceptor: TlsAcceptor,
        script: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::serve(Some(acceptor), Box::new(script)).await
    }

    async fn serve(acceptor: Option<TlsAcceptor>, script: Box<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let received = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Script> = script.into();
        let requests = Arc::clone(&received);
        let connections = Arc::new(AtomicUsize::new(0));
        let accepted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::Relaxed);
                let (acceptor, script) = (acceptor.clone(), Arc::clone(&script));
                let requests = Arc::clone(&requests);
                tokio::spawn(async move {
                    match acceptor {
                        None => converse(stream, &*script, &requests).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                converse(stream, &*script, &requests).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            base: format!("{scheme}://{address}").parse().unwrap(),
            received,
            connections,
        }
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// How many connections were accepted.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// How many requests asked for a token, and how many for anything else.
    pub(super) fn counts(&self) -> (usize, usize) {
        let received = self.received();
        let tokens = received.iter().filter(|request| request.is_token()).count();
        (tokens, received.len() - tokens)
    }

    /// A client of this server with [`options`].
    pub(super) fn client(&self, credentials: Credentials) -> Client {
        self.client_with(credentials, options())
    }

    pub(super) fn client_with(
        &self,
        credentials: Credentials,
        options: TransportOptions,
    ) -> Client {
        let transport = Arc::new(Transport::new(options));
        Client::new(transport, self.base.clone(), credentials)
    }
}

/// 2 retries, a millisecond apart at most.
pub(super) fn options() -> TransportOptions {
    TransportOptions {
        retry: Retry {
            max_retries: 2,
            base_delay: Duration::from_millis(1),
            max_delay: Duration::from_millis(1),
        },
        ..TransportOptions::default()
    }
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    script: &Script,
    requests: &Mutex<Vec<Received>>,
) {
    while let Some(request) = read(&mut stream).await {
        let number = {
            let mut requests = requests.lock().unwrap();
            requests.push(request.clone());
            requests.len() - 1
        };
        let (status, headers, body) = match script(number, &request) {
            Reply::Answer(status, headers, body) => (status, headers, body),
            Reply::Raw(bytes) => {
                let _ = stream.write_all(bytes.as_bytes()).await;
                let _ = stream.shutdown().await;
                return;
            }
            Reply::Close => return,
            Reply::Silence => std::future::pending().await,
            Reply::Held(until, status, body) => {
                until.cancelled().await;
                (status, String::new(), body)
            }
        };
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        let _ = stream.flush().await;
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let request = Received {
                head: head.to_owned(),
                body: body.to_owned(),
            };
            let length = request.header("content-length");
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(request);
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
