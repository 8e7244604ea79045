//! Inputs for a target: the seeds checked in with the fuzzer, and what can be made of them.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

/// Enough to notice what is plainly wrong, few enough for a debug build on every commit.
const CASES: u32 = 256;

/// Checks every seed, and says how many there were.
pub(crate) fn replay_seeds(target: &str, check: fn(&[u8])) {
    let seeds = seeds(target);
    for (path, seed) in &seeds {
        // Shown only when the check fails.
        println!("{}", path.display());
        check(seed);
    }
    report(target, seeds.len(), "seeds");
}

/// Says how many inputs there were, also when all of them hold: past the harness, which keeps that to itself.
fn report(target: &str, inputs: usize, kind: &str) {
    _ = writeln!(io::stderr(), "{target}: {inputs} {kind} hold");
}

/// Checks seeds with bytes changed, put in, taken out and repeated.
pub(crate) fn damage_seeds(target: &str, check: fn(&[u8])) {
    let seeds = seeds(target);
    let damage = (any::<Index>(), vec(Damage::any(), 1..6));
    run(&damage, |(seed, damages)| {
        let (_, seed) = seed.get(&seeds);
        let apply = |bytes, damage: Damage| damage.apply(bytes);
        check(&damages.into_iter().fold(seed.clone(), apply));
    });
    report(target, CASES as usize, "damaged seeds");
}

/// Checks bytes that are nothing in particular.
pub(crate) fn any_bytes(target: &str, check: fn(&[u8])) {
    run(&vec(any::<u8>(), 0..256), |bytes| check(&bytes));
    report(target, CASES as usize, "inputs of any bytes");
}

/// Whether there are seeds for each of these targets, and for no other.
pub(crate) fn check_directories(targets: &[&str]) {
    let entries = fs::read_dir(directory()).expect("a directory");
    let mut found: Vec<_> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    found.sort_unstable();
    assert_eq!(found, targets);
}

/// Runs a property; the smallest input that breaks it is in the message, and belongs among the seeds.
pub(crate) fn run<S: Strategy>(inputs: &S, check: impl Fn(S::Value)) {
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let checked = TestRunner::new(config).run(inputs, |input| {
        check(input);
        Ok(())
    });
    checked.unwrap_or_else(|broken| panic!("{broken}"));
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds")
}

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(directory().join(target)).expect("a directory of seeds");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort_unstable();
    assert!(!paths.is_empty(), "no seeds for {target}");
    let read = |path: PathBuf| {
        let seed = fs::read(&path).expect("a seed");
        (path, seed)
    };
    paths.into_iter().map(read).collect()
}

#[derive(Clone, Debug)]
enum Damage {
    Change(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
    End(Index),
}

impl Damage {
    fn any() -> impl Strategy<Value = Self> {
        let place = any::<Index>;
        prop_oneof![
            (place(), any::<u8>()).prop_map(|(at, byte)| Self::Change(at, byte)),
            (place(), vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Self::Insert(at, bytes)),
            (place(), 1..32_usize).prop_map(|(at, length)| Self::Remove(at, length)),
            (place(), 1..64_usize).prop_map(|(at, length)| Self::Repeat(at, length)),
            place().prop_map(Self::End),
        ]
    }

    fn apply(self, mut bytes: Vec<u8>) -> Vec<u8> {
        let length = bytes.len();
        let index = |at: Index| at.index(length + 1);
        match self {
            Self::Change(at, byte) => {
                if let Some(changed) = bytes.get_mut(index(at)) {
                    *changed = byte;
                }
            }
            Self::Insert(at, inserted) => {
                bytes.splice(index(at)..index(at), inserted);
            }
            Self::Remove(at, count) => {
                bytes.drain(index(at)..length.min(index(at) + count));
            }
            Self::Repeat(at, count) => {
                let end = length.min(index(at) + count);
                bytes.extend_from_within(index(at)..end);
            }
            Self::End(at) => bytes.truncate(index(at)),
        }
        bytes
    }
}
