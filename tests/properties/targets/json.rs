//! A `DynamicValue` in JSON, which is also the form of stored state.

use terraform_provider_aura::terraform::json;

use super::{memory, msgpack};

/// As for msgpack, in which it goes back to Terraform.
pub fn check(bytes: &[u8]) {
    let Ok(read) = memory::bounded(bytes, || json::from_slice(bytes)) else {
        return;
    };
    memory::bounded(bytes, || msgpack::check_value(&read));
}
