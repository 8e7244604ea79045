//! The fault matrix: whatever happens between the provider and AURA, under the real Terraform, while a webhook is
//! created, updated, and replaced by its `on_destroy`.
//!
//! A fault is a [`Row`](row::Row) of a table; with each of the three operations it is a case. A case asserts the exit
//! code, what the user reads, what AURA was asked, the state afterwards, that no secret is in any output, in the
//! provider's log at level TRACE or, where it is not to be, in the state, and that the next apply (or destroy) heals.
//!
//! `make test` runs each row with one of the operations; with `AURA_TEST_FULL=1`, as `make test-full` has it, all run.
//! `AURA_TEST_ROWS=tls` runs the cases with that text in their name.
//!
//! - `row`: a row, and what is expected of it
//! - `statuses`, `bodies`, `connections`, `redirects`, `tokens`, `tls`, `proxies`: the tables
//! - `world`: an AURA, a Terraform, and what can stand in AURA's place
//! - `tunnel`, `old_tls`: peers that the simulator is not
//! - `case`: the course of one case

#[path = "../acceptance/mod.rs"]
mod acceptance;
mod bodies;
mod case;
mod connections;
mod old_tls;
mod proxies;
mod redirects;
mod row;
mod statuses;
mod tls;
mod tokens;
mod tunnel;
mod world;

use std::env;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use case::Case;
use row::{At, Row};

/// More than there are cores: many cases wait, for a timeout or between retries.
const WORKERS: usize = 4;

#[test]
fn whatever_happens_terraform_knows_what_the_user_reads_and_the_next_apply_heals() {
    let all = all_cases();
    let (chosen, note) = choose(&all);
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if catch_unwind(AssertUnwindSafe(|| case.run())).is_err() {
                        say(&format!("fault matrix: FAILED: {case}"));
                        failed
                            .lock()
                            .expect("nobody panics here")
                            .push(case.to_string());
                    }
                }
            });
        }
    });
    say(&format!(
        "fault matrix: {} of {} rows{note}",
        chosen.len(),
        all.len()
    ));
    let failed = failed.into_inner().expect("nobody panics here");
    assert!(failed.is_empty(), "{} failed: {failed:#?}", failed.len());
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for at in [At::Webhook, At::Token] {
        rows.extend(statuses::rows(at));
        rows.extend(bodies::rows(at));
        rows.extend(connections::rows(at));
        rows.extend(redirects::rows(at));
        rows.extend(tls::rows(at));
        rows.extend(proxies::rows(at));
    }
    rows.extend(tokens::rows());
    rows
}

fn all_cases() -> Vec<Case> {
    let rows = rows().into_iter().enumerate();
    rows.flat_map(|(number, row)| Case::of(number, &row))
        .collect()
}

/// The cases to run, and a word on those that are not.
fn choose(all: &[Case]) -> (Vec<&Case>, String) {
    if let Ok(text) = env::var("AURA_TEST_ROWS") {
        let chosen = all.iter().filter(|case| case.to_string().contains(&text));
        return (chosen.collect(), format!("; only those with {text:?}"));
    }
    if env::var_os("AURA_TEST_FULL").is_some_and(|full| full == "1") {
        return (all.iter().collect(), String::new());
    }
    let chosen = all.iter().filter(|case| case.is_representative());
    let note = "; each fault with one of create, update and on_destroy; all with make test-full";
    (chosen.collect(), note.to_owned())
}

/// Says it even when the test harness keeps what passing tests print to itself.
fn say(text: &str) {
    // A closed standard error is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{text}");
}
