//! The provider's binary: arguments, then serve, then an exit code.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use terraform_provider_aura::plugin::{self, Attachment, Environment};
use terraform_provider_aura::provider::{self, AuraProvider};

const HELP: &str = "\
The Terraform and OpenTofu provider for AURA's Panic API.

Terraform starts this program by itself; there is nothing to run by hand. To use it, write

    terraform {
      required_providers {
        aura = { source = \"aura/aura\" }
      }
    }

and run \"terraform init\".

Options:
    -debug       Serve until Ctrl-C, and print how to attach Terraform: to debug the provider
    --help       Print this text
    --version    Print the version
";

fn main() -> ExitCode {
    match Arguments::parse() {
        Ok(Arguments::Serve) => serve(),
        Ok(Arguments::Debug) => serve_debug(),
        Ok(Arguments::Help) => print(HELP),
        Ok(Arguments::Version) => print(concat!(
            env!("CARGO_PKG_NAME"),
            " ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        )),
        Err(error) => fail(&format!("{error}; see --help"), 2),
    }
}

fn serve() -> ExitCode {
    let environment = match Environment::read(variable) {
        Ok(environment) => environment,
        Err(not_started_by_host) => return fail(&not_started_by_host.to_string(), 1),
    };
    prepare();
    ended(plugin::serve(&environment, AuraProvider::new(variable)))
}

fn serve_debug() -> ExitCode {
    let attachment = Attachment {
        terraform: provider::ADDRESS,
        opentofu: provider::OPENTOFU_ADDRESS,
    };
    prepare();
    ended(plugin::serve_debug(attachment, AuraProvider::new(variable)))
}

fn prepare() {
    plugin::logging::install(provider::ADDRESS, variable);
    plugin::panics::install_hook();
}

fn ended(outcome: Result<(), plugin::Error>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string(), 1),
    }
}

enum Arguments {
    Serve,
    Debug,
    Help,
    Version,
}

impl Arguments {
    fn parse() -> Result<Self, lexopt::Error> {
        use lexopt::prelude::*;
        // Go's flags, which every other provider has, take one dash or two.
        let one_dash = |argument: OsString| match argument == "-debug" {
            true => "--debug".into(),
            false => argument,
        };
        let arguments = std::env::args_os().skip(1).map(one_dash);
        let mut parser = lexopt::Parser::from_args(arguments);
        match parser.next()? {
            None => Ok(Self::Serve),
            Some(Long("debug")) => Ok(Self::Debug),
            Some(Short('h') | Long("help")) => Ok(Self::Help),
            Some(Short('V') | Long("version")) => Ok(Self::Version),
            Some(argument) => Err(argument.unexpected()),
        }
    }
}

/// A variable that isn't text must not pass for one that isn't set: without PLUGIN_CLIENT_CERT we would let
/// everyone in. Replacement characters make it a value that nothing accepts.
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

fn print(text: &str) -> ExitCode {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(message: &str, code: u8) -> ExitCode {
    // With stderr closed there is nobody to tell.
    let _ = writeln!(std::io::stderr().lock(), "{message}");
    ExitCode::from(code)
}
