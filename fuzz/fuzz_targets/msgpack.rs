#![no_main]

use libfuzzer_sys::fuzz_target;
use terraform_provider_aura_fuzz::targets;

fuzz_target!(|bytes: &[u8]| targets::msgpack::check(bytes));
