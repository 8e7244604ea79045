//! The providers of a workspace that are still there.

use std::fs;
use std::time::{Duration, Instant};

use crate::acceptance::Story;

const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

/// The process ids of the story's providers.
pub(crate) fn providers(story: &Story) -> Vec<u32> {
    let root = story.directory().with_file_name("provider");
    let binary = root.join("terraform-provider-aura");
    let binary = binary.to_str().expect("UTF-8");
    let processes = fs::read_dir("/proc").expect("there is a /proc");
    let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    // One that has ended has no command line, even if nobody has collected it.
    ids.filter(|id| {
        let command = fs::read(format!("/proc/{id}/cmdline"));
        command.is_ok_and(|command| command.starts_with(binary.as_bytes()))
    })
    .collect()
}

/// The same, once there is one.
#[track_caller]
pub(crate) fn wait_for_providers(story: &Story) -> Vec<u32> {
    let begun = Instant::now();
    loop {
        let providers = providers(story);
        if !providers.is_empty() {
            return providers;
        }
        assert!(begun.elapsed() < PATIENCE, "no provider runs");
        std::thread::sleep(PAUSE);
    }
}

/// Waits until none is left.
#[track_caller]
pub(crate) fn wait_until_gone(story: &Story, what: &str) {
    let begun = Instant::now();
    while !providers(story).is_empty() {
        assert!(begun.elapsed() < PATIENCE, "{what}: a provider lives on");
        std::thread::sleep(PAUSE);
    }
}
