//! The properties that every input must have. They live with the tests, which check them for a bounded number of
//! inputs and for every seed; here libFuzzer looks for inputs that break them.

#[path = "../../tests/properties/targets/mod.rs"]
pub mod targets;
