//! The simulator as its clients meet it: over real connections.

mod control;
mod faults;
mod owner;
mod program;
mod support;
mod tls;
mod token;
mod webhook;
