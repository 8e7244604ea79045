//! What the process around the service may ask of it: to end what runs, and to wait until nothing does.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What the process around a [`ProviderServer`](super::ProviderServer) may ask of it. Clones share one server.
#[derive(Clone, Default)]
pub struct Control {
    /// Cancels what runs now; replaced on every stop, so that later calls work.
    interrupt: Arc<Mutex<CancellationToken>>,
    pub(super) running: TaskTracker,
}

impl Control {
    /// Asks everything that runs now to end soon. What is called afterwards runs as ever.
    pub fn stop(&self) {
        let mut current = self
            .interrupt
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *current).cancel();
    }

    /// Waits until no RPC runs.
    pub async fn idle(&self) {
        self.running.close();
        self.running.wait().await;
        self.running.reopen();
    }

    pub(super) fn interrupt(&self) -> CancellationToken {
        self.interrupt
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
