//! What must hold for every input, checked for a bounded number of them: every seed of the fuzzer, the findings among
//! them, seeds with damage, and any bytes. `make fuzz` looks on from there.
//!
//! - `targets`: what must hold, shared with the fuzzer in `fuzz/`
//! - `inputs`: seeds, damage and bytes
//! - `round_trip`: values and blocks that are made rather than read

mod inputs;
mod round_trip;
pub mod targets;

/// The same three tests for each target.
macro_rules! properties {
    ($($target:ident)*) => {
        $(mod $target {
            use crate::{inputs, targets};

            #[test]
            fn hold_for_every_seed() {
                inputs::replay_seeds(stringify!($target), targets::$target::check);
            }

            #[test]
            fn hold_for_damaged_seeds() {
                inputs::damage_seeds(stringify!($target), targets::$target::check);
            }

            #[test]
            fn hold_for_any_bytes() {
                inputs::any_bytes(stringify!($target), targets::$target::check);
            }
        })*

        #[test]
        fn every_seed_is_of_a_target() {
            inputs::check_directories(&[$(stringify!($target)),*]);
        }
    };
}

properties! {
    answer configuration handshake json msgpack private_state provider_block retry_after stored_state
}
