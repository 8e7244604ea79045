//! What AURA answers, or a proxy, or whoever else is in its place.
//!
//! The input is the answer as a person would write it down: the status, header lines, an empty line, the body. With
//! `token` in front of the status it is the answer to the request for a token, else to the registration.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use terraform_provider_aura::aura::{
    BaseUrl, Client, Credentials, Error, ErrorKind, Registered, Registration, Retry, Secret,
    Transport, TransportOptions,
};
use tokio_util::sync::CancellationToken;

use super::{host, memory};

const TOKEN: &str = "t0k3n-of-the-source";
const CLIENT_SECRET: &str = "cl13nt-s3cret";
const HEADER: &str = "h3ader-value";

/// What the other of the two requests is answered.
const TOKEN_ANSWER: &str = r#"{"access_token":"t0k3n-of-the-source","expires_in":3600}"#;
const ACCEPTED: &str = "{}";

/// Long for an answer that is there already, short for a fuzzer that waits for one that isn't.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What a user is ever told of one answer, in characters.
const LONGEST_TEXT: usize = 16 << 10;

thread_local! {
    static AURA: Aura = Aura::start();
}

/// Whatever is answered: the call ends at once, within the memory that the answer accounts for; it shows no secret,
/// though the answer may repeat them all; and what it shows is short enough to be read.
pub fn check(bytes: &[u8]) {
    let Some(answer) = Answer::parse(bytes) else {
        return;
    };
    AURA.with(|aura| {
        // Of the other two a server that is asked for a token has not heard yet.
        let secrets = match answer.to_token_request {
            true => &[CLIENT_SECRET][..],
            false => &[CLIENT_SECRET, TOKEN, HEADER],
        };
        *aura.answer.lock().expect("no panic before") = answer;
        let outcome = memory::bounded(bytes, || aura.register());
        let text = match &outcome {
            Ok(registered) => text_of(registered),
            Err(error) => {
                assert_ne!(*error.kind(), ErrorKind::Timeout, "the call hangs");
                format!("{error}")
            }
        };
        let length = text.chars().count();
        assert!(length <= LONGEST_TEXT, "{length} characters of text");
        for shown in [text, format!("{outcome:?}")] {
            for secret in secrets {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    });
}

fn text_of(registered: &Registered) -> String {
    let differences = registered.differences.iter().map(ToString::to_string);
    let message = registered.message.clone();
    message.into_iter().chain(differences).collect()
}

struct Answer {
    to_token_request: bool,
    status: u16,
    headers: Vec<u8>,
    body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(2).position(|two| two == b"\n\n")?;
        let (head, body) = (bytes.get(..end)?, bytes.get(end + 2..)?);
        let mut lines = head.split(|byte| *byte == b'\n');
        let first = str::from_utf8(lines.next()?).ok()?;
        let (to_token_request, status) = match first.strip_prefix("token ") {
            Some(status) => (true, status),
            None => (false, first),
        };
        // An interim answer is no answer: the client would rightly wait for the one that follows.
        let status = status.parse().ok().filter(|it| (200..1000).contains(it))?;
        let framing: [&[u8]; 3] = [b"content-length", b"transfer-encoding", b"connection"];
        let is_framing = |line: &&[u8]| {
            let line = line.to_ascii_lowercase();
            framing.iter().any(|name| line.starts_with(name))
        };
        let headers = lines.filter(|line| !is_framing(line));
        Some(Self {
            to_token_request,
            status,
            headers: headers.flat_map(|line| [line, b"\r\n"].concat()).collect(),
            body: body.to_vec(),
        })
    }

    fn write_to(&self, stream: &mut impl Write, for_token: bool) -> io::Result<()> {
        let other = Self {
            to_token_request: for_token,
            status: 200,
            headers: Vec::new(),
            body: if for_token { TOKEN_ANSWER } else { ACCEPTED }.into(),
        };
        let Self {
            status,
            headers,
            body,
            ..
        } = match self.to_token_request == for_token {
            true => self,
            false => &other,
        };
        let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
        stream.write_all(&[head.as_bytes(), headers, b"\r\n", body].concat())
    }
}

/// AURA on loopback, in a thread of its own, and a way to it whose connections are kept.
struct Aura {
    base: BaseUrl,
    transport: Arc<Transport>,
    answer: Arc<Mutex<Answer>>,
}

impl Aura {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let answer = Arc::new(Mutex::new(Answer {
            to_token_request: false,
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
        }));
        let told = Arc::clone(&answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let told = Arc::clone(&told);
                // A client that has gone away is no concern of a server.
                thread::spawn(move || drop(converse(&stream, &told)));
            }
        });
        let retry = Retry {
            max_retries: 0,
            ..Retry::default()
        };
        let options = TransportOptions {
            request_timeout: TIMEOUT,
            retry,
            ..TransportOptions::default()
        };
        Self {
            base: format!("http://{address}").parse().expect("a base URL"),
            transport: Arc::new(Transport::new(options)),
            answer,
        }
    }

    /// With a client of its own, so that no token is remembered from the answer before.
    fn register(&self) -> Result<Registered, Error> {
        let credentials = Credentials::Client {
            id: "the-client".to_owned(),
            secret: Secret::from(CLIENT_SECRET.to_owned()),
        };
        let client = Client::new(Arc::clone(&self.transport), self.base.clone(), credentials);
        let registration = Registration {
            url: "https://example.com/aura".to_owned(),
            events: ["NEW_CALLOUT", "CALLOUT_CLOSED"].map(str::to_owned).into(),
            method: "webhook".to_owned(),
            headers: [("X-Key".to_owned(), Secret::from(HEADER.to_owned()))].into(),
        };
        host::wait(client.register(&registration, &CancellationToken::new()))
    }
}

fn converse(stream: &TcpStream, answer: &Mutex<Answer>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some((for_token, length)) = read_head(&mut reader)? {
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        let answer = answer.lock().expect("no panic before");
        answer.write_to(&mut &*stream, for_token)?;
    }
    Ok(())
}

/// Whether a token is asked for, and how long the request's body is. `None` at the end of the connection.
fn read_head(reader: &mut impl BufRead) -> io::Result<Option<(bool, u64)>> {
    let (mut line, mut for_token, mut length) = (String::new(), false, 0);
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        for_token |= line.starts_with("POST /panic-api/v2/oauth/token ");
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().unwrap_or(0);
            }
            None if line.trim().is_empty() => return Ok(Some((for_token, length))),
            _ => {}
        }
    }
}
