//! The binary as a file.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

pub(super) fn of(binary: &Path) -> io::Result<f64> {
    Ok(fs::metadata(binary)?.len() as f64)
}

/// As `gzip -9` packs it.
pub(super) fn zipped(binary: &Path) -> io::Result<f64> {
    let output = Command::new("gzip")
        .args(["-9", "-c"])
        .arg(binary)
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(said));
    }
    Ok(output.stdout.len() as f64)
}
