//! The least that a process costs here: a program that prints one line.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const C: &str = "#include <stdio.h>\nint main(void) { puts(\"1\"); return 0; }\n";
const RUST: &str = "fn main() { println!(\"1\"); }\n";

/// The program, which goes when this does.
pub(crate) struct Floor {
    directory: TempDir,
    /// What it was made with.
    pub(crate) made_with: &'static str,
}

impl Floor {
    /// In C with `cc -static`, or in Rust where there is no static C.
    pub(crate) fn make() -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        let source = directory.path().join("floor.c");
        fs::write(&source, C)?;
        let floor = directory.path().join("floor");
        let in_c: [&OsStr; 5] = [
            "-O2".as_ref(),
            "-static".as_ref(),
            "-o".as_ref(),
            floor.as_ref(),
            source.as_ref(),
        ];
        if compile("cc", &in_c) {
            let made_with = "cc -O2 -static";
            return Ok(Self {
                directory,
                made_with,
            });
        }
        let source = directory.path().join("floor.rs");
        fs::write(&source, RUST)?;
        let in_rust: [&OsStr; 4] = [
            "-O".as_ref(),
            "-o".as_ref(),
            floor.as_ref(),
            source.as_ref(),
        ];
        if !compile("rustc", &in_rust) {
            return Err(io::Error::other("neither cc nor rustc can make the floor"));
        }
        let made_with = "rustc -O";
        Ok(Self {
            directory,
            made_with,
        })
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.directory.path().join("floor")
    }

    /// A directory for what is measured to leave things in.
    pub(crate) fn scratch(&self) -> &Path {
        self.directory.path()
    }
}

fn compile(compiler: &str, arguments: &[&OsStr]) -> bool {
    let output = Command::new(compiler).args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}
