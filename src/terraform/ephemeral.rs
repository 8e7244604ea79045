//! What lives for one run and is never stored: `ephemeral` blocks.

use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::{Diagnostics, Object, Outcome, Schema};

/// One type of ephemeral resource.
///
/// Terraform opens it in every plan and every apply that needs it, renews it for as long as it is in use, and
/// closes it.
#[async_trait]
pub trait EphemeralResource: Send + Sync + 'static {
    /// Its name, with the provider's prefix.
    fn type_name(&self) -> &'static str;

    /// What its block may contain.
    fn schema(&self) -> &'static Schema;

    /// Judges a configuration as far as it is known. No I/O.
    fn validate(&self, config: &Object) -> Diagnostics;

    /// Makes the value. `interrupt` is cancelled when the user interrupts.
    async fn open(&self, config: Object, interrupt: CancellationToken) -> Outcome<Opened>;

    /// Does what keeps the value good. The value itself can't be changed any more.
    async fn renew(&self, private: Bytes, interrupt: CancellationToken) -> Outcome<Renewed>;

    /// Ends it.
    async fn close(&self, private: Bytes) -> Outcome<()>;
}

/// What an ephemeral resource has to give.
pub struct Opened {
    /// The block with its computed attributes filled in.
    pub value: Object,
    /// What goes on with it.
    pub lease: Renewed,
}

/// Until when an ephemeral resource needs no attention.
pub struct Renewed {
    /// When to renew it (again); `None` for never.
    pub renew_at: Option<SystemTime>,
    /// Handed to the renewal and the close. No place for a secret.
    pub private: Bytes,
}
