//! Debug mode: one process for many commands of the real Terraform.
#![cfg(unix)]

mod acceptance;

use acceptance::{MOVED_WEBHOOK, Story, WEBHOOK};
use aura_test_support::terraform::{Product, Running};

/// What the process says to set, for the program that runs.
fn variable(story: &Story, provider: &mut Running) -> String {
    provider.wait_for("registry.opentofu.org");
    let registry = match story.version().product {
        Product::Terraform => "registry.terraform.io/aura/aura",
        Product::OpenTofu => "registry.opentofu.org/aura/aura",
    };
    let begin = format!("\tTF_REATTACH_PROVIDERS='{{\"{registry}\"");
    let printed = provider.printed();
    let line = printed.lines().find(|line| line.starts_with(&begin));
    let line = line.unwrap_or_else(|| panic!("no {begin} in {printed}"));
    let value = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='");
    value
        .and_then(|it| it.strip_suffix('\''))
        .expect("quotes")
        .to_owned()
}

#[test]
fn one_process_serves_many_commands_until_ctrl_c_and_leaves_nothing() {
    let mut story = Story::new();
    let mut provider = story.debug_provider();
    let value = variable(&story, &mut provider);
    let pid = format!("\"Pid\":{},", provider.pid());
    assert!(value.contains(&pid), "{value}");
    story.env("TF_REATTACH_PROVIDERS", &value);

    story.webhook(WEBHOOK);
    story.plan().ok().says("1 to add");
    story.apply().ok().says("1 added");
    story.has_no_changes();
    // Another content for the same slot is another run's, and no second claim.
    story.webhook(MOVED_WEBHOOK);
    story.plan().ok().never_says("Two Webhooks for One Slot");
    story.apply().ok().says("1 changed");
    story
        .run(&["destroy", "-auto-approve"])
        .ok()
        .says("1 destroyed");
    assert_eq!(story.posts().len(), 2);

    assert!(!story.leftovers().is_empty(), "the process still listens");
    provider.interrupt();
    let ended = provider.wait();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(story.leftovers().is_empty(), "{:?}", story.leftovers());
    let applies = ended
        .stderr
        .matches("\"tf_rpc\":\"ApplyResourceChange\"")
        .count();
    assert!(applies >= 2, "the commands came here: {ended}");
}

#[test]
fn a_process_that_is_told_to_end_while_nobody_is_attached_ends_at_once() {
    let story = Story::new();
    let mut provider = story.debug_provider();
    provider.wait_for("registry.opentofu.org");
    provider.interrupt();
    let ended = provider.wait();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(story.leftovers().is_empty());
}
