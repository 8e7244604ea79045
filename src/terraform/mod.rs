//! Terraform's vocabulary in our own types: no I/O, no protobuf, and nothing of AURA.
//!
//! - [`Value`], [`Number`]: a value as Terraform has it, null, unknown or known at any depth
//! - [`Attr`]: the same for one attribute, typed
//! - [`msgpack`], [`json`]: its two encodings
//! - [`Schema`], [`Attribute`], [`Type`]: what a block may contain, and the check that a value does
//! - [`Diagnostic`], [`AttributePath`]: what a user reads, and where it points
//! - [`Provider`], [`Resource`]: what is served
//! - [`Function`]: what is computed for a configuration
//! - [`EphemeralResource`]: what lives for one run

mod attr;
mod conform;
mod diagnostic;
mod ephemeral;
mod function;
pub mod json;
pub mod msgpack;
mod number;
mod resource;
mod schema;
mod text;
mod value;

pub use attr::Attr;
pub use conform::{Problem, SchemaMismatch};
pub use diagnostic::{AttributePath, Diagnostic, Diagnostics, Severity, Step};
pub use ephemeral::{EphemeralResource, Opened, Renewed};
pub use function::{Function, FunctionError, Parameter, Signature};
pub use number::{Decimal, Number};
pub use resource::{
    Apply, Configure, Delete, Foreign, Outcome, Plan, Planned, Provider, Reply, Resource, Stored,
};
pub use schema::{Attribute, Presence, Schema, Type};
pub use text::nfc;
pub use value::{Object, Value};
