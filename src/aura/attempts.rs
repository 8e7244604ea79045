use tokio_util::sync::CancellationToken;

use crate::aura::{Error, ErrorKind, Transport, endpoint::Endpoint, failure::Failure};

/// The course of one call: how many attempts were made, and whether there may be another.
pub(super) struct Attempts<'a> {
    endpoint: &'a Endpoint,
    transport: &'a Transport,
    interrupt: &'a CancellationToken,
    made: u32,
    retries: u32,
    ambiguous: bool,
    last: Option<Failure>,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(
        endpoint: &'a Endpoint,
        transport: &'a Transport,
        interrupt: &'a CancellationToken,
    ) -> Self {
        Self {
            endpoint,
            transport,
            interrupt,
            made: 0,
            retries: 0,
            ambiguous: false,
            last: None,
        }
    }

    /// Counts an attempt that is about to be made, and gives its number. None is made after an interrupt.
    pub(super) fn begin(&mut self) -> Result<u32, Error> {
        if self.interrupt.is_cancelled() {
            return Err(self.interrupted());
        }
        self.made += 1;
        Ok(self.made)
    }

    /// Takes note of an attempt that failed. Another may be made at once.
    pub(super) fn failed(&mut self, failure: Failure) {
        self.ambiguous |= failure.is_ambiguous();
        self.last = Some(failure);
    }

    /// Takes note of an attempt that failed, and waits until another may be made.
    pub(super) async fn failed_for_now(&mut self, failure: Failure) -> Result<(), Error> {
        let retry_after = failure.retry_after;
        let wait = failure.is_transient().then(|| {
            let retry = &self.transport.options().retry;
            retry.wait(self.retries, retry_after, fastrand::f64())
        });
        let Some(wait) = wait.flatten() else {
            return Err(self.given_up(failure));
        };
        self.failed(failure);
        self.retries += 1;
        tracing::debug!(
            endpoint = self.endpoint.name,
            attempt = self.made,
            wait_ms = wait.as_millis(),
            "waiting before the next attempt"
        );
        let waited = self.interrupt.run_until_cancelled(tokio::time::sleep(wait));
        match waited.await {
            Some(()) => Ok(()),
            None => Err(self.interrupted()),
        }
    }

    /// The call has failed with this.
    pub(super) fn given_up(&mut self, failure: Failure) -> Error {
        let ambiguous = self.ambiguous | failure.is_ambiguous();
        self.error(failure).ambiguous_if(ambiguous)
    }

    /// The call can't go on without a token.
    pub(super) fn without_token(&self, error: Error) -> Error {
        if self.made > 0 && *error.kind() == ErrorKind::Interrupted {
            return self.interrupted();
        }
        error.ambiguous_if(self.ambiguous)
    }

    /// The call has been interrupted.
    pub(super) fn interrupted(&self) -> Error {
        let last = self.last.clone().map(|failure| {
            let timeout = self.transport.options().request_timeout;
            Error::new(failure, self.endpoint, 1, timeout).to_string()
        });
        self.error(Failure::new(ErrorKind::Interrupted))
            .ambiguous_if(self.ambiguous)
            .with_last(last)
    }

    fn error(&self, failure: Failure) -> Error {
        let timeout = self.transport.options().request_timeout;
        Error::new(failure, self.endpoint, self.made, timeout)
    }
}
