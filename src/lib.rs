//! The Terraform provider for AURA, as a library of parts and one thin binary.
//!
//! At run time data goes one way and back:
//!
//! ```text
//! Terraform ─ socket, mutual TLS ─ plugin ─ RPC ─ server ─ provider ─ aura ─ HTTPS ─ Panic API
//! ```
//!
//! # Layout
//!
//! From the bottom up; no module imports one below it in this list:
//!
//! - [`proto`]: the messages on the wire, generated, and nothing else
//! - [`terraform`]: Terraform's vocabulary in our own types: values, schemas, diagnostics, resources
//! - [`aura`]: the Panic API client; knows nothing of Terraform
//! - [`server`]: the gRPC service: every RPC decodes, asks a provider and encodes
//! - [`provider`]: what users configure: the provider block and `aura_panic_webhook`; joins `terraform` and `aura`
//! - [`plugin`]: the process as Terraform wants it: handshake, TLS, shutdown, logs; serves a `server`
//!
//! `proto`, `terraform`, `server` and `plugin` know nothing of AURA.

#![forbid(unsafe_code)]

pub mod aura;
pub mod plugin;
pub mod proto;
pub mod provider;
pub mod server;
pub mod terraform;
