//! How much is run, and of which binary.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};

use crate::wire::BINARY;

/// How much of the load is run.
pub(crate) struct Size {
    /// Plans under load; there is one apply for five of them.
    pub(crate) plans: usize,
    /// Resources of a fleet under the real Terraform.
    pub(crate) sites: usize,
    /// What memory may grow by after the first tenth, in KiB. A short run has seen little by then; but even there the
    /// memory of one hash, 7 MiB, would be noticed.
    pub(crate) growth_kib: u64,
}

impl Size {
    pub(crate) fn of_this_run() -> Self {
        match env::var_os("AURA_TEST_FULL").is_some_and(|it| !it.is_empty() && it != "0") {
            true => Self {
                plans: 100_000,
                sites: 500,
                growth_kib: 512,
            },
            false => Self {
                plans: 2_000,
                sites: 50,
                growth_kib: 4096,
            },
        }
    }
}

/// The provider to load: the one built with the tests, or another, as optimised as users have it.
pub(crate) fn binary() -> OsString {
    let other = env::var_os("AURA_TEST_BINARY").filter(|path| !path.is_empty());
    other.unwrap_or_else(|| BINARY.into())
}

/// Says something that a passing test must not keep to itself.
pub(crate) fn report(line: &str) {
    _ = writeln!(io::stderr(), "load: {line}");
}
