//! Where the figures were taken, and with what.

use std::fs;
use std::process::Command;
use std::thread;

/// Processor, cores and kernel.
pub(crate) fn description() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} × {model}, Linux {}", kernel.trim())
}

/// How busy it was: figures of a machine with a load above its cores are worth little.
pub(crate) fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// What a program says of its version, in one line.
pub(crate) fn version(program: &str) -> String {
    let said = Command::new(program)
        .arg("version")
        .env("CHECKPOINT_DISABLE", "1")
        .output();
    let said = said.map(|said| String::from_utf8_lossy(&said.stdout).into_owned());
    let said = said.unwrap_or_default();
    said.lines().next().unwrap_or("none").to_owned()
}
