//! What ends the process other than the host's Shutdown.

use std::io;
use std::time::Duration;

use tokio::time;
use tokio_util::sync::CancellationToken;

use crate::server::Control;

/// How often we look whether the host still lives.
const HOST_CHECK: Duration = Duration::from_secs(1);

/// Signal handlers, installed.
///
/// SIGINT is swallowed: Ctrl-C reaches the whole process group, and the host then asks us to stop in its own
/// words. SIGTERM and SIGHUP end us, but not before a registration in flight is answered: the state that
/// Terraform writes depends on it.
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hang_up: tokio::signal::unix::Signal,
    host: u32,
}

impl Signals {
    #[cfg(unix)]
    pub(super) fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            host: host_process(),
        })
    }

    #[cfg(not(unix))]
    pub(super) fn install() -> io::Result<Self> {
        Ok(Self {
            host: host_process(),
        })
    }

    /// Returns when the process should end without having been told to by the host.
    pub(super) async fn end_of_process(mut self, control: Control, done: CancellationToken) {
        let host = self.host;
        tokio::select! {
            () = self.terminated() => {
                control.stop();
                control.idle().await;
                done.cancel();
                // The connections end now; the process does when they have.
                std::future::pending::<()>().await;
            }
            // Nobody is left to take an answer: there is nothing to wait for.
            () = host_gone(host) => {}
        }
    }

    #[cfg(unix)]
    async fn terminated(&mut self) {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => tracing::trace!("SIGINT left to the host"),
                _ = self.terminate.recv() => return,
                _ = self.hang_up.recv() => return,
            }
        }
    }

    #[cfg(not(unix))]
    async fn terminated(&mut self) {
        loop {
            if tokio::signal::ctrl_c().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}

/// What ends a process that no host ends: Ctrl-C above all.
pub(super) struct Interrupts {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
}

impl Interrupts {
    #[cfg(unix)]
    pub(super) fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            signals: [
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
            ],
        })
    }

    #[cfg(not(unix))]
    pub(super) fn install() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Returns when the next one comes.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) {
        let [interrupt, terminate, hang_up] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    }

    /// Returns when the next one comes.
    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

/// A host that is killed can't end us; its children then get another parent.
async fn host_gone(host: u32) {
    while host_process() == host {
        time::sleep(HOST_CHECK).await;
    }
    tracing::warn!("the host process is gone");
}

#[cfg(unix)]
fn host_process() -> u32 {
    std::os::unix::process::parent_id()
}

/// Windows doesn't tell a parent; the host's job object ends us there.
#[cfg(not(unix))]
fn host_process() -> u32 {
    0
}
