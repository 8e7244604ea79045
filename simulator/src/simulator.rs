//! The simulator as its owner sees it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::runtime;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::directory::Directory;
use crate::fault::Fault;
use crate::ledger::{Ledger, Shared};
use crate::received::{Endpoint, Received};
use crate::registration::Registration;
use crate::server;
use crate::source::Source;
use crate::start_error::StartError;
use crate::tls::{Identity, Tls};

/// A running Panic API on loopback.
///
/// It runs on a thread and a runtime of its own, so that blocking and async code can use it alike. Dropping it closes
/// every connection, ends the thread and waits for that.
#[derive(Debug)]
pub struct Simulator {
    base_url: String,
    address: SocketAddr,
    ca_pem: Option<String>,
    shared: Shared,
    /// Dropped to stop the server.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What a simulator is to be; made by [`Simulator::builder`].
#[derive(Debug)]
pub struct Builder {
    listen: SocketAddr,
    sources: Vec<Source>,
    tls: Option<Tls>,
    keep_requests: usize,
}

impl Simulator {
    /// How many requests are kept unless told otherwise.
    pub const DEFAULT_KEEP_REQUESTS: usize = 100_000;

    /// Plain HTTP on a free port of 127.0.0.1, with the demo source.
    pub fn builder() -> Builder {
        Builder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            sources: Vec::new(),
            tls: None,
            keep_requests: Self::DEFAULT_KEEP_REQUESTS,
        }
    }

    /// Starts what [`builder`](Self::builder) describes.
    pub fn http() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// The same over HTTPS, to clients that trust [`ca_pem`](Self::ca_pem).
    pub fn https() -> Result<Self, StartError> {
        Self::builder().tls(Tls::default()).start()
    }

    /// Scheme, host and port, without a slash at the end: `http://127.0.0.1:40123`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The authority that signed the server's certificate, in PEM; `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The active webhooks, by source name.
    pub fn registrations(&self) -> Vec<Registration> {
        self.shared.lock().registrations().cloned().collect()
    }

    /// The active webhook of this source, if it has registered one.
    pub fn registration(&self, source: &str) -> Option<Registration> {
        self.shared.lock().registration(source).cloned()
    }

    /// The requests kept, in the order they were answered.
    pub fn requests(&self) -> Vec<Arc<Received>> {
        self.shared.lock().log.entries()
    }

    /// Those of [`requests`](Self::requests) that asked for a token.
    pub fn token_requests(&self) -> Vec<Arc<Received>> {
        self.requests_to(Endpoint::Token)
    }

    /// Those of [`requests`](Self::requests) that posted a webhook, whatever the answer.
    pub fn webhook_posts(&self) -> Vec<Arc<Received>> {
        self.requests_to(Endpoint::Webhook)
    }

    /// All requests since the start or the last [`clear`](Self::clear), also those no longer kept.
    pub fn total_requests(&self) -> u64 {
        self.shared.lock().log.total()
    }

    /// Lets something go wrong.
    pub fn fault(&self, fault: Fault) {
        self.shared.lock().faults.push(fault);
    }

    /// How many faults still wait for a request; one of several times or forever counts once.
    pub fn waiting_faults(&self) -> usize {
        self.shared.lock().faults.len()
    }

    /// Forgets registrations, requests and faults. Credentials and issued tokens stay.
    pub fn clear(&self) {
        self.shared.lock().clear();
    }

    /// Makes every token issued so far unknown. Static tokens stay.
    pub fn revoke_tokens(&self) {
        self.shared.lock().directory.revoke_issued();
    }

    fn requests_to(&self, endpoint: Endpoint) -> Vec<Arc<Received>> {
        let mut requests = self.requests();
        requests.retain(|received| received.endpoint == endpoint);
        requests
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been printed by its thread; another one here could abort the process.
            let _ = thread.join();
        }
    }
}

impl Builder {
    /// Listens here instead; port 0 picks a free one. Only loopback addresses are accepted by [`start`](Self::start).
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// One more customer source. The first one takes the place of [`Source::demo`].
    #[must_use]
    pub fn source(mut self, source: Source) -> Self {
        self.sources.push(source);
        self
    }

    /// Serves HTTPS, and HTTP no more.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// How many requests are kept for [`Simulator::requests`]; the oldest are forgotten first.
    #[must_use]
    pub fn keep_requests(mut self, requests: usize) -> Self {
        self.keep_requests = requests;
        self
    }

    /// Listens, and serves from now on.
    ///
    /// # Errors
    ///
    /// When the address isn't loopback or is taken, when two sources share a name, client id or token, or when the
    /// system has no thread, no sockets or no certificate to give.
    pub fn start(mut self) -> Result<Simulator, StartError> {
        if !self.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(self.listen));
        }
        if self.sources.is_empty() {
            self.sources.push(Source::demo());
        }
        let directory = Directory::new(self.sources)?;
        let shared = Shared::new(Ledger::new(directory, self.keep_requests));
        let identity = self.tls.map(Identity::new).transpose();
        let identity = identity.map_err(StartError::Certificate)?;
        let (ca_pem, acceptor) = identity
            .map(|identity| (identity.ca_pem, identity.acceptor))
            .unzip();

        let listener = listen(self.listen).map_err(|error| StartError::Listen {
            address: self.listen,
            error,
        })?;
        let address = listener.local_addr().map_err(StartError::Thread)?;
        let scheme = if ca_pem.is_some() { "https" } else { "http" };
        let (stop, stopped) = oneshot::channel();
        let thread =
            spawn(listener, acceptor, shared.clone(), stopped).map_err(StartError::Thread)?;
        Ok(Simulator {
            base_url: format!("{scheme}://{address}"),
            address,
            ca_pem,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

/// Serves on a thread of its own until `stopped` ends. The runtime is dropped there too, which closes every connection.
fn spawn(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    shared: Shared,
    stopped: oneshot::Receiver<()>,
) -> io::Result<JoinHandle<()>> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let serve = async move {
        let listener = tokio::net::TcpListener::from_std(listener)
            .expect("the listener is non-blocking and the runtime has I/O");
        tokio::select! {
            () = server::serve(listener, acceptor, shared) => {}
            _ = stopped => {}
        }
    };
    thread::Builder::new()
        .name("aura-simulator".into())
        .spawn(move || runtime.block_on(serve))
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
