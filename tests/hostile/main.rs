//! A host side that means no good: nothing but an error answer, and service goes on.
//!
//! - `victim`: a provider that is attacked, and has to be as it was after each attack
//! - `callers`: who is not the host, or says nothing that makes sense
//! - `frames`: HTTP/2 that breaks its rules, over the host's own TLS
//! - `messages`: gRPC that breaks its rules
//! - `requests`: every RPC without anything, and of types unheard of
//! - `order`: RPCs in any order
//! - `values`: values that are none, wherever one is sent

mod callers;
mod frames;
mod messages;
mod order;
mod requests;
mod values;
mod victim;

#[path = "../wire/mod.rs"]
mod wire;
