//! A directory in which Terraform runs.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::output::Output;
use super::program::Program;
use super::running::Running;
use super::version::Version;
use crate::environment;

const BINARY: &str = if cfg!(windows) {
    "terraform-provider-aura.exe"
} else {
    "terraform-provider-aura"
};

/// A temporary directory with a configuration, its state, and a Terraform that takes `aura/aura` from a binary. No
/// `init` is needed.
pub struct Workspace {
    root: TempDir,
    variables: Vec<(OsString, OsString)>,
}

impl Workspace {
    /// An empty one for the provider in `binary`.
    ///
    /// # Panics
    ///
    /// If there is no Terraform to run, with what to do about it.
    pub fn new(binary: impl AsRef<Path>) -> Self {
        let workspace = Self::with_cli_config("");
        fs::create_dir(workspace.provider_directory()).expect("a directory can be made");
        place(
            binary.as_ref(),
            &workspace.provider_directory().join(BINARY),
        );
        workspace.write_cli_config("");
        workspace
    }

    /// An empty one in which `init` is needed and finds providers as this CLI configuration says.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    pub fn with_cli_config(text: &str) -> Self {
        Program::chosen();
        let workspace = Self {
            root: tempfile::tempdir().expect("a temporary directory can be made"),
            variables: Vec::new(),
        };
        for directory in [workspace.directory(), workspace.temporary_directory()] {
            fs::create_dir(directory).expect("a directory can be made");
        }
        fs::write(workspace.cli_config(), text).expect("a file can be written");
        workspace
    }

    /// Has a stand-in for another provider, such as `mastercard/restapi`: Terraform wants the provider of every stored
    /// resource to be there, whichever resources it has.
    pub fn stand_in(&self, source: &str) {
        let directory = self.root.path().join("stand-in");
        let name = source.rsplit('/').next().unwrap_or_default();
        fs::create_dir(&directory).expect("a directory can be made");
        place(
            &self.provider_directory().join(BINARY),
            &directory.join(BINARY.replace("aura", name)),
        );
        self.write_cli_config(&format!(
            "\"registry.terraform.io/{source}\" = {directory:?}\n"
        ));
    }

    /// The program that runs here.
    pub fn version(&self) -> Version {
        Program::chosen().version
    }

    /// Where the configuration and the state are.
    pub fn directory(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// Writes a file of the configuration, in a directory of its own if its name says so.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.directory().join(name);
        let directory = path.parent().expect("a file is in a directory");
        fs::create_dir_all(directory)
            .and_then(|()| fs::write(&path, text))
            .unwrap_or_else(|error| panic!("{name} can't be written: {error}"));
    }

    /// Sets an environment variable for all later commands.
    pub fn env(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.variables.push((name.into(), value.into()));
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    ///
    /// If it hangs.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.spawn(arguments).wait()
    }

    /// Starts a command, to be watched or interrupted.
    pub fn spawn(&self, arguments: &[&str]) -> Running {
        let program = Program::chosen().command.to_string_lossy();
        let shown = format!("{program} {}", arguments.join(" "));
        Running::start(self.command(arguments), shown)
    }

    /// A command as it would be run, for whoever wants to run it otherwise.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let program = &Program::chosen().command;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.directory())
            .env_clear()
            .envs(environment::inherited())
            .env("CHECKPOINT_DISABLE", "1")
            // Not `NO_COLOR`, which a Terraform that is a library doesn't honour.
            .env("TF_CLI_ARGS", "-no-color")
            .env("TF_CLI_CONFIG_FILE", self.cli_config())
            .env("TF_INPUT", "0")
            .env("TF_IN_AUTOMATION", "1")
            .env("TMPDIR", self.temporary_directory())
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts the provider in debug mode, with its log at `DEBUG`, for commands to attach to.
    pub fn debug_provider(&self) -> Running {
        let binary = self.provider_directory().join(BINARY);
        let mut command = Command::new(binary);
        command
            .arg("-debug")
            .current_dir(self.directory())
            .env_clear()
            .envs(environment::inherited())
            .env("TF_LOG_PROVIDER_AURA", "DEBUG")
            .env("TMPDIR", self.temporary_directory());
        Running::start(command, "the provider in debug mode".to_owned())
    }

    /// Applies the configuration without asking.
    #[track_caller]
    pub fn apply(&self) -> Output {
        self.run(&["apply", "-auto-approve"])
    }

    /// Destroys everything without asking.
    #[track_caller]
    pub fn destroy(&self) -> Output {
        self.run(&["destroy", "-auto-approve"])
    }

    /// The plan as `show -json` tells it.
    ///
    /// # Panics
    ///
    /// If planning fails.
    #[track_caller]
    pub fn plan_json(&self) -> Value {
        self.run(&["plan", "-out=plan.bin"]).ok();
        json(&self.run(&["show", "-json", "plan.bin"]))
    }

    /// The state as `show -json` tells it.
    #[track_caller]
    pub fn state_json(&self) -> Value {
        json(&self.run(&["show", "-json"]))
    }

    /// The state as it is stored, private data included.
    ///
    /// # Panics
    ///
    /// If nothing has been stored.
    #[track_caller]
    pub fn stored_state(&self) -> Value {
        let path = self.directory().join("terraform.tfstate");
        let text = fs::read(path).unwrap_or_else(|error| panic!("no state is stored: {error}"));
        serde_json::from_slice(&text).expect("the state is JSON")
    }

    /// Sockets and other files that providers left in the temporary directory; none, if they clean up.
    pub fn leftovers(&self) -> Vec<OsString> {
        fs::read_dir(self.temporary_directory())
            .expect("the temporary directory can be read")
            .map(|entry| entry.expect("its entries can be read").file_name())
            .filter(|name| is_a_providers(name))
            .collect()
    }

    fn provider_directory(&self) -> PathBuf {
        self.root.path().join("provider")
    }

    /// Terraform's and the providers' own, so that what they leave can be seen. A short name: with it a socket's
    /// path must stay below 104 bytes.
    fn temporary_directory(&self) -> PathBuf {
        self.root.path().join("tmp")
    }

    fn cli_config(&self) -> PathBuf {
        self.root.path().join("cli.tfrc")
    }

    fn write_cli_config(&self, more_overrides: &str) {
        // HCL's escapes are Rust's, as far as paths go.
        let directory = self.provider_directory();
        let config = format!(
            "provider_installation {{\n  dev_overrides {{\n    \
             \"registry.terraform.io/aura/aura\" = {directory:?}\n    \
             \"registry.opentofu.org/aura/aura\" = {directory:?}\n    {more_overrides}  }}\n  \
             direct {{}}\n}}\n"
        );
        fs::write(self.cli_config(), config).expect("a file can be written");
    }
}

/// Puts the binary where Terraform shall find it, alone: what cargo puts beside it could be taken for it.
fn place(binary: &Path, target: &Path) {
    let binary = binary
        .canonicalize()
        .unwrap_or_else(|error| panic!("no provider at {}: {error}", binary.display()));
    #[cfg(unix)]
    let placed = std::os::unix::fs::symlink(binary, target);
    #[cfg(not(unix))]
    let placed = fs::copy(binary, target).map(drop);
    placed.expect("the provider can be put in place");
}

fn is_a_providers(name: &OsStr) -> bool {
    // Terraform's own files of its saved plans and logs begin with its name.
    !name.to_string_lossy().starts_with("terraform")
}

#[track_caller]
fn json(output: &Output) -> Value {
    serde_json::from_str(&output.ok().stdout)
        .unwrap_or_else(|error| panic!("{error}: not JSON: {output}"))
}
