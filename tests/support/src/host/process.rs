//! A provider's process, from its start to its end.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::environment;

/// Longer than any Terraform waits, so that a slow machine doesn't fail a test; the time it took is reported.
const EXIT_PATIENCE: Duration = Duration::from_secs(10);

/// The end of a provider's process.
#[derive(Debug)]
pub struct Exit {
    /// How it ended.
    pub status: ExitStatus,
    /// How long that took. Terraform kills after two seconds.
    pub took: Duration,
    /// All of its standard error.
    pub stderr: String,
    /// What it wrote to standard output after the handshake line: nothing, if it keeps the contract.
    pub stdout: String,
}

/// Why a provider could not be brought to where Terraform could talk to it.
#[derive(Debug)]
pub struct StartError {
    /// What went wrong, as a sentence.
    pub reason: String,
    /// How the process ended, if it did by itself.
    pub status: Option<ExitStatus>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.reason)?;
        match self.status {
            Some(status) => writeln!(f, "exit: {status}")?,
            None => writeln!(f, "exit: it was still running")?,
        }
        writeln!(f, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr)
    }
}

impl std::error::Error for StartError {}

pub(super) struct Process {
    child: Child,
    started: Instant,
    stdout: Output,
    stderr: Output,
}

impl Process {
    /// Starts the program and reads its first line.
    pub(super) async fn start(
        binary: &Path,
        arguments: &[OsString],
        variables: &[(OsString, Option<OsString>)],
        patience: Duration,
    ) -> Result<(Self, String), StartError> {
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .env_clear()
            .envs(environment::inherited())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for (name, value) in variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let started = Instant::now();
        let mut child = command.spawn().map_err(|error| StartError {
            reason: format!("{} can't be started: {error}", binary.display()),
            status: None,
            stdout: String::new(),
            stderr: String::new(),
        })?;
        let stderr = Output::collect(child.stderr.take().expect("stderr is piped"));
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let first = timeout(patience, first_line(&mut stdout)).await;
        let process = Self {
            child,
            started,
            stdout: Output::collect(stdout),
            stderr,
        };
        match first {
            Ok(Ok(line)) => Ok((process, line)),
            Ok(Err(text)) => Err(process.failed("It printed no handshake line.", &text).await),
            Err(_) => {
                let reason = format!("It printed no handshake line in {patience:?}.");
                Err(process.failed(&reason, "").await)
            }
        }
    }

    /// Ends the process and says why it is of no use.
    pub(super) async fn failed(mut self, reason: &str, first_line: &str) -> StartError {
        // A program that is about to end should say so itself; one that isn't is ended.
        let status = timeout(Duration::from_secs(2), self.child.wait()).await;
        if status.is_err() {
            _ = self.child.kill().await;
        }
        StartError {
            reason: reason.to_owned(),
            status: status.ok().and_then(Result::ok),
            stdout: format!("{first_line}{}", self.stdout.all().await),
            stderr: self.stderr.all().await,
        }
    }

    pub(super) fn started(&self) -> Instant {
        self.started
    }

    pub(super) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    pub(super) fn kill(&mut self) -> io::Result<()> {
        self.child.start_kill()
    }

    pub(super) fn stdout(&self) -> String {
        self.stdout.so_far()
    }

    pub(super) fn stderr(&self) -> String {
        self.stderr.so_far()
    }

    /// Waits for the process to end by itself.
    pub(super) async fn exit(mut self) -> Exit {
        let begun = Instant::now();
        let status = timeout(EXIT_PATIENCE, self.child.wait()).await;
        let took = begun.elapsed();
        let Ok(status) = status else {
            let stderr = self.stderr.so_far();
            panic!("the provider was still running after {EXIT_PATIENCE:?}; stderr:\n{stderr}");
        };
        Exit {
            status: status.expect("the process can be waited for"),
            took,
            stderr: self.stderr.all().await,
            stdout: self.stdout.all().await,
        }
    }
}

/// The first line without its end, or all there was if it had none.
async fn first_line(stdout: &mut BufReader<ChildStdout>) -> Result<String, String> {
    let mut line = Vec::new();
    // go-plugin's scanner gives up on longer lines.
    let read = stdout.take(64 << 10).read_until(b'\n', &mut line).await;
    let text = String::from_utf8_lossy(&line).into_owned();
    match (read, text.strip_suffix('\n')) {
        (Ok(_), Some(line)) => Ok(line.to_owned()),
        _ => Err(text),
    }
}

/// A pipe read as fast as it is filled, so that the process never blocks on it.
struct Output {
    text: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Output {
    fn collect(mut pipe: impl AsyncRead + Send + Unpin + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&text);
        let reader = tokio::spawn(async move {
            let mut chunk = [0; 8 << 10];
            while let Ok(read @ 1..) = pipe.read(&mut chunk).await {
                sink.lock()
                    .expect("no reader panics")
                    .extend_from_slice(&chunk[..read]);
            }
        });
        Self { text, reader }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().expect("no reader panics")).into_owned()
    }

    /// Everything, once the process has ended. A grandchild that holds the pipe open doesn't hold this up for ever.
    async fn all(&mut self) -> String {
        _ = timeout(Duration::from_secs(2), &mut self.reader).await;
        self.so_far()
    }
}
