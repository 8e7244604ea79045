use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{TOKEN, WEBHOOKS, client, webhook};

/// The program, ended with the test whatever happens.
struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    base_url: String,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        let base_url = first.strip_prefix("listening on ").unwrap().trim_end();
        Self {
            base_url: base_url.to_owned(),
            child,
            stdout,
        }
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> (StatusCode, Value) {
        let request = client()
            .post(format!("{}{path}", self.base_url))
            .header("content-type", "application/json")
            .bearer_auth(token)
            .body(body.to_string());
        crate::support::send(request).await
    }

    /// Sends the signal and gives the rest of stdout and the exit code.
    #[cfg(unix)]
    fn end(mut self, signal: &str) -> (String, Option<i32>) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(kill.unwrap().success());
        let code = self.child.wait().unwrap().code();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (rest, code)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails if it has ended, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aura-simulator"));
    command.args(arguments);
    command
}

fn refusal(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = command(arguments).output().unwrap();
    assert_eq!(status.code(), Some(1), "{arguments:?}");
    String::from_utf8(stderr).unwrap()
}

#[cfg(unix)]
#[test]
fn it_prints_its_address_first_and_then_the_demo_credentials_and_ends_on_a_signal() {
    for signal in ["INT", "TERM"] {
        let program = Program::start(&[]);
        let address = program.base_url.strip_prefix("http://").unwrap();
        TcpStream::connect(address).unwrap();
        let (rest, code) = program.end(signal);
        assert_eq!(code, Some(0), "{signal}");
        assert_eq!(
            rest,
            "token:         demo-token\nclient id:     demo-client\nclient secret: demo-secret\n"
        );
    }
}

#[tokio::test]
async fn the_demo_token_registers() {
    let program = Program::start(&[]);
    let (status, _) = program.post(WEBHOOKS, "demo-token", &webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn sources_and_tokens_take_the_demo_source_s_place() {
    let program = Program::start(&[
        "--source",
        "north:north-id:a:secret",
        "--token",
        "north:north-token",
        "--token=south:south-token",
        "--token-lifetime",
        "90s",
    ]);
    let credentials = json!({"clientId": "north-id", "clientSecret": "a:secret"});
    let (status, body) = program.post(TOKEN, "", &credentials).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["expires_in"].as_u64(), Some(90));
    for (token, expected) in [
        ("north-token", StatusCode::CREATED),
        ("south-token", StatusCode::CREATED),
        ("demo-token", StatusCode::UNAUTHORIZED),
    ] {
        let (status, _) = program.post(WEBHOOKS, token, &webhook()).await;
        assert_eq!(status, expected, "{token}");
    }
}

#[cfg(unix)]
#[test]
fn credentials_given_by_the_user_are_not_printed() {
    let program = Program::start(&["--source", "demo:own-id:own-secret"]);
    assert_eq!(program.end("TERM").0, "");
}

#[tokio::test]
async fn tls_writes_the_authority_before_the_address_is_printed() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path().join("made on the way");
    let program = Program::start(&["--tls", directory.to_str().unwrap()]);
    assert!(program.base_url.starts_with("https://127.0.0.1:"));
    let pem = std::fs::read(directory.join("ca.pem")).unwrap();
    let ca = reqwest::Certificate::from_pem(&pem).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([ca]);
    let url = format!("{}/_control/requests", program.base_url);
    let response = client.build().unwrap().get(url).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[test]
fn help_names_every_option() {
    let output = command(&["--help"]).output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--source",
        "--token ",
        "--token-lifetime",
        "--listen",
        "--tls",
        "--keep-requests",
    ] {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn a_wrong_command_line_is_refused_with_what_to_type() {
    for (arguments, message) in [
        (
            ["--listen", "0.0.0.0:0"],
            "0.0.0.0:0 is not a loopback address",
        ),
        (
            ["--source", "name:s3cr3t"],
            "--source needs NAME:CLIENT_ID:CLIENT_SECRET",
        ),
        (["--token", "s3cr3t"], "--token needs NAME:TOKEN"),
        (
            ["--token-lifetime", "soon"],
            "not a duration such as 60s or 1h30m",
        ),
        (["--token-lifetime", "-5s"], "a lifetime can't be negative"),
        (["--faults", "many"], "invalid option '--faults'"),
    ] {
        let stderr = refusal(&arguments);
        assert!(stderr.contains(message), "{stderr}");
        assert!(!stderr.contains("s3cr3t"), "{stderr}");
    }
}
