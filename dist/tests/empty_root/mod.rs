//! A file system with nothing in it but what a test puts there.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A directory that programs take for the root of the file system.
pub(crate) struct EmptyRoot(TempDir);

impl EmptyRoot {
    /// An empty one with a place for temporary files.
    pub(crate) fn new() -> Self {
        let root = Self(tempfile::tempdir().expect("a temporary directory can be made"));
        fs::create_dir(root.path().join("tmp")).expect("a directory can be made");
        root
    }

    /// The root as it is seen from outside.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        let directory = path.parent().expect("a file is in a directory");
        fs::create_dir_all(directory).expect("a directory can be made");
        fs::write(path, text).expect("a file can be written");
    }

    /// Brings the Terraform of the tests in and gives its path inside, if it runs without a C library.
    pub(crate) fn terraform(&self) -> Option<String> {
        let terraform = std::env::var_os("TERRAFORM").expect("TERRAFORM is set, as by `make test`");
        let found = Command::new("sh")
            .args(["-c", "command -v \"$0\""])
            .arg(terraform)
            .output();
        let found = String::from_utf8(found.expect("sh runs").stdout).expect("a path is text");
        fs::copy(found.trim(), self.path().join("terraform")).expect("Terraform can be copied");
        let version = self.command("/terraform", &["version"]).output();
        version
            .is_ok_and(|version| version.status.success())
            .then(|| "/terraform".to_owned())
    }

    /// Runs a program inside to its end and gives what it printed.
    ///
    /// # Panics
    ///
    /// If it fails.
    #[track_caller]
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self
            .command(program, arguments)
            .output()
            .expect("unshare runs");
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A namespace of users of its own, if it takes one, makes root of anybody.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("unshare");
        if !rustix::process::geteuid().is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        command
            .arg(format!("--root={}", self.path().display()))
            .arg("--")
            .arg(program)
            .args(arguments)
            .env_clear()
            .env("HOME", "/")
            .env("TMPDIR", "/tmp")
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_CLI_CONFIG_FILE", "/cli.tfrc");
        command
    }
}
