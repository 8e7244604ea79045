//! What interrupts.

use aura_test_support::host::{Signal, signal_process};
use aura_test_support::terraform::Running;

use crate::acceptance::Story;
use crate::processes;

/// An interrupt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// What a terminal sends.
    CtrlC,
    /// What ends a job of a pipeline, process by process.
    TerminateTerraform,
    /// The same, for all at once.
    TerminateAll,
    KillProvider,
    KillTerraform,
}

impl Blow {
    pub(crate) const ALL: [Self; 5] = [
        Self::CtrlC,
        Self::TerminateTerraform,
        Self::TerminateAll,
        Self::KillProvider,
        Self::KillTerraform,
    ];

    pub(crate) fn strike(self, running: &Running, story: &Story) {
        match self {
            Self::CtrlC => running.interrupt(),
            Self::TerminateTerraform => signal_process(running.pid(), Signal::TERM),
            Self::TerminateAll => running.signal(Signal::TERM),
            Self::KillProvider => {
                for provider in processes::wait_for_providers(story) {
                    signal_process(provider, Signal::KILL);
                }
            }
            Self::KillTerraform => signal_process(running.pid(), Signal::KILL),
        }
    }

    /// Whether provider and Terraform can still tell what happened.
    pub(crate) fn is_orderly(self) -> bool {
        !matches!(self, Self::KillProvider | Self::KillTerraform)
    }
}
