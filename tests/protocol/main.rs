//! The provider's service, RPC by RPC, against a simulated AURA.

mod applying;
mod foreign;
mod planning;
mod service;
mod state;

#[path = "../wire/mod.rs"]
mod wire;
