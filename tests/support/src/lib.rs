//! Terraform's side of a provider, so that tests can play it and benchmarks can time it.
//!
//! - [`host`] starts a provider as Terraform does (handshake, mutual TLS, gRPC) and hands out clients for its
//!   services; hostile callers are there too.
//! - [`value`] writes and reads the values in those calls, independently of the provider's own codec.
//! - [`terraform`] runs the real Terraform or OpenTofu with the provider in a directory of its own.
//!
//! Everything here is for tests: what can't go on panics, with all that is known about why.

pub mod host;
pub mod terraform;
pub mod value;

mod environment;
