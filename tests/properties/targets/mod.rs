//! What must hold whatever bytes come in: a target for each kind of input. Its `check` panics when it doesn't hold.
//!
//! - what Terraform sends: [`msgpack`], [`json`], [`configuration`], [`provider_block`], [`handshake`]
//! - what Terraform stores, and anyone who can write the state may change: [`stored_state`], [`private_state`]
//! - what AURA answers, or whoever is in its place: [`answer`], [`retry_after`]
//!
//! Common to them: `memory` bounds what an input may cost, `value` knows how a value travels, `host` plays Terraform
//! without a process in between.

pub mod answer;
pub mod configuration;
pub mod handshake;
pub mod json;
pub mod msgpack;
pub mod private_state;
pub mod provider_block;
pub mod retry_after;
pub mod stored_state;

mod host;
mod memory;
mod value;
