//! A `DynamicValue` in msgpack, in whatever place Terraform may put one.

use terraform_provider_aura::terraform::{Value, msgpack};

use super::{memory, value};

/// Reading ends, within the memory that the input accounts for, in an error or in a value that reads the same once
/// written; of whichever schema it is, it stays of it.
pub fn check(bytes: &[u8]) {
    let Ok(read) = memory::bounded(bytes, || msgpack::from_slice(bytes)) else {
        return;
    };
    memory::bounded(bytes, || check_value(&read));
}

/// The same for a value, however it came about.
pub fn check_value(value: &Value) {
    value::check_round_trip(value);
    value::check_schemas(value);
}
