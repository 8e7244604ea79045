//! The program: writes every page anew, or checks that there is nothing to write.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use aura_docgen::{Source, page};

const HELP: &str = "\
Writes the generated parts of the pages in docs/ from the provider's schema and the examples.

Usage: docgen [--check]

  --check       write nothing; fail if a page is out of date
  -h, --help    print this
";

/// Where this program was built from.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let check = match Task::parse()? {
        Task::Help => {
            print!("{HELP}");
            return Ok(ExitCode::SUCCESS);
        }
        Task::Write => false,
        Task::Check => true,
    };
    let source = Source::new(ROOT);
    let mut code = ExitCode::SUCCESS;
    for path in source.pages()? {
        let name = path.strip_prefix(ROOT).unwrap_or(&path).display();
        let text = fs::read_to_string(&path)?;
        let generated =
            page::generate(&text, &source).map_err(|error| format!("{name}: {error}"))?;
        if generated == text {
            continue;
        }
        if check {
            eprintln!("{name} is out of date: run `make docs`");
            code = ExitCode::FAILURE;
        } else {
            write(&path, &generated)?;
            println!("{name} is written anew");
        }
    }
    Ok(code)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

enum Task {
    Write,
    Check,
    Help,
}

impl Task {
    fn parse() -> Result<Self, lexopt::Error> {
        use lexopt::prelude::*;
        let mut parser = lexopt::Parser::from_env();
        match parser.next()? {
            None => Ok(Self::Write),
            Some(Long("check")) => Ok(Self::Check),
            Some(Short('h') | Long("help")) => Ok(Self::Help),
            Some(argument) => Err(argument.unexpected()),
        }
    }
}
