//! The Panic API client.
//!
//! ```text
//! Client::register ─┬─ token    a bearer token, fetched once however many wait for it
//!                   ├─ attempts how often, how long to wait in between, when to stop
//!                   └─ transport one POST: status, JSON object, or what went wrong
//! ```
//!
//! # Layout
//!
//! - `secret`: a string that never shows itself
//! - `base_url`: where an API lives, parsed once
//! - `endpoint`: one address below it, with the name that texts use
//! - `model`: what is registered, and its JSON
//! - `echo`: what AURA says it holds, compared with what was sent
//! - `credentials`: who asks
//! - `redaction`: AURA's words, made safe to show
//! - `cause`: the root of a transport error, in plain words
//! - `failure`: what went wrong in one attempt
//! - `error`: what went wrong in a call, and all the words for it
//! - `retry`: how long to wait
//! - `attempts`: the course of one call
//! - `resolver`: names to addresses, in a static binary
//! - `transport`: connections, TLS, one request and its answer
//! - `token`: the token cache
//! - `client`: the calls

mod attempts;
mod base_url;
mod cause;
mod client;
mod credentials;
mod echo;
mod endpoint;
mod error;
mod failure;
mod model;
mod redaction;
#[cfg(all(target_env = "gnu", target_feature = "crt-static"))]
mod resolver;
mod retry;
mod secret;
#[cfg(test)]
mod tests;
mod token;
mod transport;

pub use base_url::{BaseUrl, BaseUrlError, Environment, UnknownEnvironment};
pub use client::Client;
pub use credentials::Credentials;
pub use echo::{EchoDifference, Names};
pub use error::{Error, ErrorKind};
pub use model::{Registered, Registration};
pub use retry::{Retry, retry_after};
pub use secret::Secret;
pub use token::AccessToken;
pub use transport::{Transport, TransportOptions};
