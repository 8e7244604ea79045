//! What to measure, and how often.

use std::path::{Path, PathBuf};

use lexopt::prelude::*;

const HELP: &str = "\
Measures a Terraform provider for AURA: start, memory, calls, and Terraform commands with it.

Usage: aura-bench BINARY [OPTIONS]

Options:
    --peer BINARY    Another one, measured in turn in the same run
    --runs N         How often each is measured (11)
    --rpcs N         How many calls the look-out for growth makes (100000)
    --only PART      starts, plans, creates, growth or terraform; may be repeated
    --help           Print this text
";

/// The parts of a run that can be had alone.
pub(crate) const PARTS: [&str; 5] = ["starts", "plans", "creates", "growth", "terraform"];

/// What the command line asks for.
pub(crate) struct Arguments {
    binary: PathBuf,
    pub(crate) peer: Option<PathBuf>,
    pub(crate) runs: usize,
    pub(crate) rpcs: usize,
    only: Vec<String>,
}

impl Arguments {
    pub(crate) fn parse() -> Result<Self, lexopt::Error> {
        let mut parser = lexopt::Parser::from_env();
        let (mut binary, mut peer, mut runs, mut rpcs, mut only) =
            (None, None, 11, 100_000, Vec::new());
        while let Some(argument) = parser.next()? {
            match argument {
                Long("peer") => peer = Some(PathBuf::from(parser.value()?)),
                Long("runs") => runs = parser.value()?.parse()?,
                Long("rpcs") => rpcs = parser.value()?.parse()?,
                Long("only") => only.push(part(parser.value()?.string()?)?),
                Long("help") => {
                    print!("{HELP}");
                    std::process::exit(0);
                }
                Value(path) if binary.is_none() => binary = Some(PathBuf::from(path)),
                argument => return Err(argument.unexpected()),
            }
        }
        Ok(Self {
            binary: binary.ok_or("the provider's binary is missing")?,
            peer,
            runs,
            rpcs,
            only,
        })
    }

    /// Ours, then the peer.
    pub(crate) fn binaries(&self) -> impl Iterator<Item = &Path> {
        [Some(&self.binary), self.peer.as_ref()]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
    }

    /// Whether a part is asked for: all are, unless some are named.
    pub(crate) fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }
}

fn part(name: String) -> Result<String, lexopt::Error> {
    if PARTS.contains(&&*name) {
        Ok(name)
    } else {
        Err(format!("--only takes one of {}", PARTS.join(", ")).into())
    }
}
