//! What a running provider takes up, as Linux tells it. Elsewhere nothing is known, and nothing can be checked.

use std::fs;

use super::Host;

/// What a process takes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// The most memory it ever had, in KiB: `VmHWM`.
    pub peak_kib: u64,
    /// The memory it has, in KiB: `VmRSS`.
    pub resident_kib: u64,
    /// Its threads.
    pub threads: u64,
}

impl Host {
    /// What the process takes up now. `None` where there is no `/proc`.
    pub fn footprint(&self) -> Option<Footprint> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()?)).ok()?;
        Some(Footprint {
            peak_kib: number(&status, "VmHWM:")?,
            resident_kib: number(&status, "VmRSS:")?,
            threads: number(&status, "Threads:")?,
        })
    }

    /// How many file descriptors are open: the socket, connections, pipes. `None` where there is no `/proc`.
    pub fn descriptors(&self) -> Option<usize> {
        let descriptors = fs::read_dir(format!("/proc/{}/fd", self.pid()?)).ok()?;
        Some(descriptors.count())
    }
}

fn number(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_read_with_and_without_a_unit() {
        let status = "VmPeak:\t  10 kB\nVmHWM:\t    5212 kB\nThreads:\t1\n";
        assert_eq!(number(status, "VmHWM:"), Some(5212));
        assert_eq!(number(status, "Threads:"), Some(1));
        assert_eq!(number(status, "VmRSS:"), None);
    }
}
