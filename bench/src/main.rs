//! Measures what a provider costs its users, for any binary that serves `aura_panic_webhook`: `make bench`.
//!
//! # Layout
//!
//! - [`arguments`]: which binaries, how often
//! - [`metric`]: what is measured, and what it may come to
//! - [`measure`]: the measurements, one file per subject
//! - [`provider`]: one provider process, called as Terraform calls it
//! - [`floor`]: the least that a process costs on this machine
//! - [`machine`]: where the figures were taken
//! - [`figures`]: samples, and what is told of them
//! - [`table`]: the one table that is printed

#![forbid(unsafe_code)]

mod arguments;
mod figures;
mod floor;
mod machine;
mod measure;
mod metric;
mod provider;
mod table;

use std::error::Error;
use std::process::ExitCode;

use arguments::Arguments;
use figures::Figures;
use floor::Floor;

fn main() -> ExitCode {
    let arguments = match Arguments::parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("{error}; see --help");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let floor = Floor::make()?;
    let mut figures: Vec<Figures> = arguments.binaries().map(|_| Figures::default()).collect();
    for run in 1..=arguments.runs {
        for (binary, figures) in arguments.binaries().zip(&mut figures) {
            eprintln!("run {run} of {}: {}", arguments.runs, binary.display());
            measure::run(binary, &floor, arguments, run, figures)?;
        }
    }
    print!("{}", table::render(arguments, &floor, &figures));
    Ok(())
}
