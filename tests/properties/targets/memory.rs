//! Memory in proportion to the input.

use std::panic::{self, AssertUnwindSafe};

/// What one byte may become, in bytes. The worst is a map with a single element: two bytes on the wire, a B-tree node
/// with room for eleven in memory.
const PER_BYTE: usize = 512;

/// What even the shortest input may cost: a list is given room for 1024 elements at each of 128 levels before any of
/// them is read.
const FIXED: usize = 8 << 20;

/// Runs `work`, which must not take more memory at any time than its input accounts for.
pub(super) fn bounded<T>(input: &[u8], work: impl FnOnce() -> T) -> T {
    let mut done = None;
    // A panic must not leave `measure`, which would go on measuring.
    let work = AssertUnwindSafe(work);
    let used = allocation_counter::measure(|| done = Some(panic::catch_unwind(work))).bytes_max;
    let done = done.expect("the work was done");
    let done = done.unwrap_or_else(|panic| panic::resume_unwind(panic));
    let allowed = FIXED + PER_BYTE * input.len();
    assert!(
        used <= allowed as u64,
        "{used} bytes of memory for an input of {}; {allowed} would be fair",
        input.len()
    );
    done
}
