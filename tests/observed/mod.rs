//! What can be seen from outside: what AURA was asked for, in order, and what Terraform did meanwhile.
#![allow(
    dead_code,
    reason = "each test binary has its own copy and uses part of it"
)]

use std::fs;
use std::path::PathBuf;

use aura_simulator::Simulator;
use aura_test_support::terraform::Output;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tempfile::TempDir;

use crate::acceptance::Story;

/// Where a webhook delivers to in these tests.
pub(crate) const URL: &str = "https://alerts.example.com/aura";
/// Where events go when that webhook has been destroyed.
pub(crate) const RETIRED_URL: &str = "https://retired.example.com/aura";

/// What [`RETIRED_URL`] is registered with, for a resource block.
pub(crate) const ON_DESTROY: &str = r#"
  on_destroy = {
    url    = "https://retired.example.com/aura"
    events = ["CALLOUT_CLOSED"]
  }
"#;

/// A `aura_panic_webhook` of this name, which delivers [`URL`]'s new callouts, with these further lines.
pub(crate) fn webhook(name: &str, more: &str) -> String {
    webhook_to(name, URL, more)
}

/// The same with another URL.
pub(crate) fn webhook_to(name: &str, url: &str, more: &str) -> String {
    format!(
        "resource \"aura_panic_webhook\" \"{name}\" {{\n  url    = {url:?}\n  events = [\"NEW_CALLOUT\"]\n{more}\n}}\n"
    )
}

/// The URLs that AURA was asked to register, whatever it answered, in order.
pub(crate) fn posted(aura: &Simulator) -> Vec<String> {
    let posts = aura.webhook_posts();
    posts
        .iter()
        .map(|post| post.body["url"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// What is planned, in the order of the addresses: `create`, `update`, `replace`, `delete` or `move`. The plan is kept for
/// [`Story::apply_planned`].
#[track_caller]
pub(crate) fn planned_actions(story: &Story) -> Vec<(String, String)> {
    let plan = story.run(&["plan", "-json", "-out=plan.bin"]);
    let events = plan.ok().stdout.lines();
    let events = events.map(|line| serde_json::from_str(line).expect("each line is JSON"));
    let mut actions: Vec<_> = events
        .filter(|event: &Value| event["type"] == "planned_change")
        .map(|event| {
            let change = &event["change"];
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            (text(&change["resource"]["addr"]), text(&change["action"]))
        })
        .collect();
    // Terraform tells them in the order in which it came to plan them.
    actions.sort_unstable();
    actions
}

/// Every stored object of this type with its private state, without what Terraform orders at random.
#[track_caller]
pub(crate) fn stored_objects(story: &Story) -> Vec<Value> {
    let webhooks = story
        .resources()
        .into_iter()
        .filter(|resource| resource["type"] == "aura_panic_webhook");
    let instances = webhooks.flat_map(|mut resource| match resource["instances"].take() {
        Value::Array(instances) => instances,
        instances => panic!("{instances} instead of instances"),
    });
    let ordered = |mut instance: Value| {
        instance["sensitive_attributes"].take();
        instance
    };
    instances.map(ordered).collect()
}

/// What the provider keeps beside the first instance of a resource; empty if nothing.
#[track_caller]
pub(crate) fn private_state(story: &Story, name: &str) -> String {
    let resource = story
        .resources()
        .into_iter()
        .find(|resource| resource["name"] == name)
        .expect("the resource is in the state");
    let private = resource["instances"][0]["private"].as_str().unwrap_or("");
    let private = STANDARD.decode(private).expect("private state is base64");
    String::from_utf8(private).expect("private state is text")
}

/// The log of everything, Terraform's own and the provider's, of the commands that [`record`](Self::record) runs.
pub(crate) struct Log {
    directory: TempDir,
}

impl Log {
    /// Has all later commands of the story logged.
    pub(crate) fn of(story: &mut Story) -> Self {
        let log = Self {
            directory: tempfile::tempdir().expect("a temporary directory can be made"),
        };
        story.env("TF_LOG", "TRACE");
        story.env("TF_LOG_PATH", log.path().to_str().expect("UTF-8"));
        log
    }

    /// Runs a command and returns what was logged meanwhile.
    #[track_caller]
    pub(crate) fn record(&self, story: &Story, arguments: &[&str]) -> (Output, String) {
        let before = self.text().len();
        let output = story.run(arguments);
        (output, self.text().split_off(before))
    }

    /// Everything logged so far.
    pub(crate) fn text(&self) -> String {
        match fs::read(self.path()) {
            Ok(text) => String::from_utf8_lossy(&text).into_owned(),
            Err(_) => String::new(),
        }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("terraform.log")
    }
}

/// The lines of a log that the provider wrote.
pub(crate) fn provider_lines(log: &str) -> Vec<&str> {
    let own = "provider.terraform-provider-aura";
    log.lines().filter(|line| line.contains(own)).collect()
}

/// How many provider processes a log tells of.
pub(crate) fn processes(log: &str) -> usize {
    log.matches("provider: starting plugin:").count()
}
