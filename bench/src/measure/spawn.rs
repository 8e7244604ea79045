//! From exec to the first line.

use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use aura_test_support::host::Identity;

use crate::figures::Figures;
use crate::floor::Floor;
use crate::metric::Metric;
use crate::provider::COOKIE;

const STARTS: usize = 20;

/// The floor and the provider in turn, so that both meet the same machine.
pub(super) fn measure(binary: &Path, floor: &Floor, figures: &mut Figures) -> io::Result<()> {
    let identity = Identity::generate();
    let floor_program = floor.program();
    for _ in 0..STARTS {
        let least = milliseconds(first_line(&floor_program, floor, &identity)?);
        let ours = milliseconds(first_line(binary, floor, &identity)?);
        figures.add(Metric::Floor, least);
        figures.add(Metric::Handshake, ours);
        figures.add(Metric::HandshakeOfFloor, ours / least);
    }
    Ok(())
}

/// Everything is blocking and on one thread: what is waited for is the process alone.
fn first_line(program: &Path, floor: &Floor, identity: &Identity) -> io::Result<Duration> {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_CLIENT_CERT", identity.pem())
        .env("TMPDIR", floor.scratch())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn()?;
    let mut line = String::new();
    let stdout = child.stdout.take().expect("stdout is piped");
    BufReader::new(stdout).read_line(&mut line)?;
    let took = started.elapsed();
    _ = child.kill();
    child.wait()?;
    if line.is_empty() {
        return Err(io::Error::other(format!(
            "{} printed no line",
            program.display()
        )));
    }
    Ok(took)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
