//! AURA's Panic API on loopback: what the provider is shown to, tested and measured against.
//!
//! A request's way through the simulator:
//!
//! ```text
//! listener → server → connection → api ─┬─ ledger: who is asking, which fault is next, what takes effect, what is logged
//!                                       └─ delivery: the answer as it is, late, changed, cut or never
//! ```
//!
//! # Layout
//!
//! * [`Source`]: a customer source and its credentials; `directory` knows which token belongs to which.
//! * [`Registration`]: the one active webhook of a source.
//! * [`Received`]: a request as it came in; `log` keeps the latest of them.
//! * [`Reply`]: an answer, of the API or ready-made.
//! * [`Fault`]: what goes wrong with which requests; `fault::queue` decides whose turn it is.
//! * `ledger`: all of the above behind one lock.
//! * `api`: the endpoints of the reference, one file each, and the road every request takes.
//! * `delivery`: how an answer leaves when a fault wants it otherwise.
//! * `control`: the same things as the library offers, as JSON under `/_control/`.
//! * [`Tls`]: a certificate authority of its own, with certificates that are wrong on request.
//! * `connection`: a TCP stream that can be reset or cut at a chosen byte.
//! * `server`: accepts connections and serves HTTP/1.1 on each.
//! * [`Simulator`]: runs all this on a thread of its own; [`StartError`] says why it couldn't.

mod api;
mod connection;
mod control;
mod delivery;
mod directory;
mod fault;
mod ledger;
mod log;
mod received;
mod registration;
mod reply;
mod server;
mod simulator;
mod source;
mod start_error;
mod tls;

pub use fault::{Echo, Fault, Moment};
pub use received::{Endpoint, Received};
pub use registration::Registration;
pub use reply::Reply;
pub use simulator::{Builder, Simulator};
pub use source::Source;
pub use start_error::StartError;
pub use tls::{Certificate, Tls, Versions};
