//! Each interrupt at each point, under the real Terraform.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use aura_test_support::terraform::{Feature, Output};
use serde_json::json;

use crate::acceptance::{CLIENT_SECRET, HEADER, Story, TOKEN};
use crate::blow::Blow;
use crate::point::Point;
use crate::processes;

const URL: &str = "https://alerts.example.com/aura";
const RETIRED_URL: &str = "https://retired.example.com/aura";
/// Most of the time is waited.
const WORKERS: usize = 4;

/// Applied before the webhook, and for as long as there is no file `open`.
const GATE: &str = r#"
resource "terraform_data" "gate" {
  provisioner "local-exec" {
    command = "echo the gate is shut; until test -e open; do sleep 0.05; done"
  }
}
"#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Create,
    OnDestroy,
}

type Case = (Operation, Point, Blow);

#[test]
fn whenever_it_ends_nobody_is_left_and_the_next_apply_heals() {
    let cases = cases();
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if catch_unwind(AssertUnwindSafe(|| run(*case))).is_err() {
                        let mut failed = failed.lock().expect("nobody panics here");
                        failed.push(format!("{case:?}"));
                    }
                }
            });
        }
    });
    // Past the harness, which keeps what passing tests print to itself; a closed stream is no reason to fail.
    let _ = writeln!(std::io::stderr(), "interrupts: {} rows", cases.len());
    let failed = failed.into_inner().expect("nobody panics here");
    assert!(failed.is_empty(), "{} failed: {failed:#?}", failed.len());
}

fn cases() -> Vec<Case> {
    let has_gate = Story::new().version().has(Feature::BUILT_IN_RESOURCE);
    let mut cases = Vec::new();
    for point in Point::ALL {
        for blow in Blow::ALL {
            if point != Point::BeforeRequest {
                cases.push((Operation::OnDestroy, point, blow));
            }
            if point != Point::BeforeRequest || has_gate {
                cases.push((Operation::Create, point, blow));
            }
        }
    }
    cases
}

/// A story with the webhook declared and, if it is to be destroyed, applied.
fn prepared(operation: Operation, point: Point) -> Story {
    let story = Story::new();
    let gate = match point {
        Point::BeforeRequest => {
            story.write("gate.tf", GATE);
            "  depends_on = [terraform_data.gate]\n"
        }
        _ => "",
    };
    story.webhook(&format!(
        "{gate}  url     = {URL:?}\n  events  = [\"NEW_CALLOUT\"]\n  headers = {{ X-Key = {HEADER:?} }}\n  \
         on_destroy = {{ url = {RETIRED_URL:?}, events = [\"CALLOUT_CLOSED\"] }}"
    ));
    point.configure(&story);
    if operation == Operation::OnDestroy {
        story.apply().ok();
        story.aura().clear();
    }
    story
}

fn run((operation, point, blow): Case) {
    let what = format!("{operation:?}, {point:?}, {blow:?}");
    let story = prepared(operation, point);
    let before = webhooks(&story);
    point.arrange(&story);
    let command = command(operation);
    let mut running = story.spawn(command);
    point.wait(&mut running, &story);
    blow.strike(&running, &story);
    story.write("open", "");
    processes::wait_until_gone(&story, &what);
    let output = running.wait();
    assert_ended(&output, point, blow);
    if blow != Blow::KillProvider {
        assert!(story.leftovers().is_empty(), "left by {output}");
    }
    let asked = usize::from(matches!(
        point,
        Point::DuringRequest | Point::BetweenRetries
    ));
    assert_eq!(story.posts().len(), asked, "requests of {output}");
    // An attempt in flight finishes, so that its result is recorded, if there is anyone to record it.
    let done = point == Point::DuringRequest && blow.is_orderly();
    if done {
        assert_done(operation, &story);
    } else {
        assert_eq!(webhooks(&story), before, "the state after {output}");
    }

    story.aura().clear();
    point.configure(&story);
    story.run(command).ok();
    assert_done(operation, &story);
    let posts = story.posts().len();
    assert_eq!(posts, usize::from(!done), "the next command of {what}");
}

fn command(operation: Operation) -> &'static [&'static str] {
    match operation {
        Operation::Create => &["apply", "-auto-approve"],
        Operation::OnDestroy => &["destroy", "-auto-approve"],
    }
}

/// The stored webhooks, without what Terraform notes of one that it has not created.
fn webhooks(story: &Story) -> Vec<serde_json::Value> {
    let mut resources = story.resources();
    resources.retain(|resource| {
        resource["type"] == "aura_panic_webhook" && resource["instances"] != json!([])
    });
    resources
}

#[track_caller]
fn assert_ended(output: &Output, point: Point, blow: Blow) {
    for secret in [TOKEN, CLIENT_SECRET, HEADER] {
        output.never_says(secret);
    }
    match blow {
        Blow::KillTerraform => assert_eq!(output.code, None, "{output}"),
        Blow::KillProvider => drop(output.fails()),
        Blow::CtrlC | Blow::TerminateTerraform | Blow::TerminateAll => {
            // All at once, the provider may be done before Terraform has looked.
            if blow != Blow::TerminateAll {
                output.says("Interrupt received");
            }
            match point {
                Point::BeforeRequest | Point::DuringRequest => {}
                Point::BetweenRetries => drop(output.fails().says("Interrupted after 1 attempt")),
                Point::DuringTokenFetch => {
                    output.fails().says("nterrupted before anything was sent");
                }
            }
        }
    }
}

#[track_caller]
fn assert_done(operation: Operation, story: &Story) {
    match operation {
        Operation::Create => assert_eq!(story.stored()["url"], URL),
        Operation::OnDestroy => assert!(webhooks(story).is_empty()),
    }
}
