//! A provider under attack.

use std::cell::Cell;
use std::io::{self, Write as _};

use aura_simulator::Simulator;

use crate::wire::{Terraform, eventually};

/// A provider that must be as it was after each attack.
pub(crate) struct Victim {
    pub(crate) terraform: Terraform,
    descriptors: Option<usize>,
    rows: Cell<usize>,
}

impl Victim {
    pub(crate) async fn start() -> Self {
        Self::of(Terraform::start().await)
    }

    pub(crate) async fn at(simulator: &Simulator) -> Self {
        Self::of(Terraform::at(simulator).await)
    }

    fn of(terraform: Terraform) -> Self {
        Self {
            descriptors: terraform.host.descriptors(),
            terraform,
            rows: Cell::new(0),
        }
    }

    /// One attack is over: a normal RPC is answered.
    pub(crate) async fn answers(&self, what: &str) {
        self.rows.set(self.rows.get() + 1);
        // Shown only when something fails.
        println!("survives {what}");
        self.terraform.assert_alive().await;
    }

    /// One attack is over: a normal RPC is answered, and nothing is held on to.
    pub(crate) async fn survives(&self, what: &str) {
        self.answers(what).await;
        let back = || self.terraform.host.descriptors() == self.descriptors;
        eventually("the descriptors of the attack are closed", back).await;
    }

    /// All attacks of a kind are over: it ends as ever, and has never panicked. Says how many there were.
    pub(crate) async fn ends(self, attacks: &str) {
        let rows = self.rows.get();
        assert_eq!(self.terraform.host.stdout_rest(), "");
        let exit = self.terraform.shutdown().await;
        assert_eq!(exit.status.code(), Some(0), "{}", exit.stderr);
        assert!(!exit.stderr.contains("panicked"), "{}", exit.stderr);
        _ = writeln!(io::stderr(), "hostile: {rows} rows of {attacks}");
    }
}
