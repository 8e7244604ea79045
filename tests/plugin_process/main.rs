//! The process as go-plugin wants it: how it starts, what it serves, how it ends.

#![cfg(unix)]

mod ending;
mod footprint;
mod orphan;
mod serving;
mod starting;

#[path = "../wire/mod.rs"]
mod wire;
