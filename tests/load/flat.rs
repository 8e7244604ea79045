//! What a process takes up in the course of its work: as much at the end as near the beginning.

use aura_test_support::host::{Footprint, Host};

use crate::size::report;

/// Marks in the course of a run, in percent; at the end of each stretch the provider is configured anew.
pub(crate) const MARKS: [usize; 7] = [1, 10, 20, 40, 50, 75, 100];

/// Footprints by percentage.
#[derive(Default)]
pub(crate) struct Course(Vec<(usize, Footprint)>);

impl Course {
    /// Notes what the process takes up now.
    pub(crate) fn note(&mut self, percent: usize, host: &Host) {
        let Some(footprint) = host.footprint() else {
            return report("NOT checked: memory, since there is no /proc here");
        };
        report(&format!(
            "at {percent} %: VmHWM {} KiB, VmRSS {} KiB, {} threads, {} descriptors",
            footprint.peak_kib,
            footprint.resident_kib,
            footprint.threads,
            host.descriptors().unwrap_or_default(),
        ));
        self.0.push((percent, footprint));
    }

    /// What the first tenth takes, all the rest has to get along with.
    pub(crate) fn assert_flat(&self, growth_kib: u64) {
        let peak = |mark| {
            let found = self.0.iter().find(|(percent, _)| *percent == mark);
            found.map(|(_, footprint)| footprint.peak_kib)
        };
        let (Some(early), Some(late)) = (peak(10), peak(100)) else {
            return;
        };
        // The kernel counts a little behind.
        let grown = late.saturating_sub(early);
        assert!(
            grown <= growth_kib,
            "memory has grown by {grown} KiB since the first tenth: {:?}",
            self.0
        );
    }
}
