//! Finding the Terraform that the tests shall use.

use std::env;
use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::version::Version;

const VARIABLE: &str = "TERRAFORM";

/// A Terraform or OpenTofu that has answered.
pub(super) struct Program {
    pub(super) command: OsString,
    pub(super) version: Version,
}

impl Program {
    /// The one that `TERRAFORM` names; asked for its version once per test binary.
    pub(super) fn chosen() -> &'static Self {
        static CHOSEN: OnceLock<Result<Program, String>> = OnceLock::new();
        CHOSEN
            .get_or_init(|| Self::find(env::var_os(VARIABLE).as_deref()))
            .as_ref()
            .unwrap_or_else(|error| panic!("{error}"))
    }

    fn find(command: Option<&OsStr>) -> Result<Self, String> {
        let Some(command) = command.filter(|command| !command.is_empty()) else {
            return Err(format!(
                "this test needs Terraform or OpenTofu: run `make test`, which finds one, or set {VARIABLE} to its \
                 command"
            ));
        };
        let text = answer(command, &["version"])?;
        let json = answer(command, &["version", "-json"])?;
        let version = Version::parse(&text, &json).ok_or_else(|| {
            format!("{VARIABLE} is {command:?}, which is neither Terraform nor OpenTofu: {text}")
        })?;
        Ok(Self {
            command: command.to_owned(),
            version,
        })
    }
}

fn answer(command: &OsStr, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(command)
        .args(arguments)
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{VARIABLE} is {command:?}, which can't be run: {error}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "{VARIABLE} is {command:?}, whose `{}` failed ({}): {stderr}",
            arguments.join(" "),
            output.status
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_refused(command: Option<&str>, reason: &str) {
        let Err(message) = Program::find(command.map(OsStr::new)) else {
            panic!("{command:?} was accepted");
        };
        assert!(message.contains(reason), "{message}");
    }

    #[test]
    fn without_a_program_the_message_says_what_to_do() {
        assert_refused(None, "run `make test`");
        assert_refused(Some(""), "set TERRAFORM");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        assert_refused(
            Some("/nowhere/terraform"),
            "\"/nowhere/terraform\", which can't be run",
        );
    }

    #[cfg(unix)]
    #[test]
    fn another_program_is_not_taken_for_terraform() {
        assert_refused(Some("echo"), "neither Terraform nor OpenTofu: version");
        assert_refused(Some("false"), "failed (exit status: 1)");
    }
}
