//! The runner itself, with the real Terraform and no provider.

use aura_test_support::terraform::{Feature, Workspace};
use serde_json::json;

/// A workspace whose provider is never asked for: any file will do.
fn workspace() -> Workspace {
    Workspace::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
}

#[test]
fn a_plan_and_the_state_it_leads_to_can_be_read() {
    let workspace = workspace();
    workspace.write("main.tf", "output \"answer\" {\n  value = 42\n}\n");
    let change = &workspace.plan_json()["output_changes"]["answer"];
    assert_eq!(
        (&change["before"], &change["after"]),
        (&json!(null), &json!(42))
    );
    workspace
        .run(&["plan", "-detailed-exitcode"])
        .exits(2)
        .says("Changes to Outputs:");
    workspace.apply().ok().says("Apply complete!");
    workspace
        .run(&["plan", "-detailed-exitcode"])
        .ok()
        .says("No changes.");
    assert_eq!(
        workspace.state_json()["values"]["outputs"]["answer"]["value"],
        42
    );
    assert_eq!(workspace.stored_state()["outputs"]["answer"]["value"], 42);
    workspace.destroy().ok();
    assert_eq!(workspace.stored_state()["outputs"], json!({}));
}

#[test]
fn an_error_is_found_however_terraform_wraps_it() {
    let workspace = workspace();
    workspace.write("main.tf", "output \"answer\" {\n  value = var.nothing\n}\n");
    workspace
        .run(&["validate"])
        .fails()
        .says("An input variable with the name \"nothing\" has not been declared.")
        .never_says("\u{1b}");
}

#[test]
fn variables_set_here_reach_terraform() {
    let mut workspace = workspace();
    workspace.write(
        "main.tf",
        "variable \"who\" {}\noutput \"who\" {\n  value = var.who\n}\n",
    );
    workspace
        .run(&["plan"])
        .fails()
        .says("No value for required variable");
    workspace.env("TF_VAR_who", "somebody");
    workspace.run(&["plan"]).ok().says("+ who = \"somebody\"");
}

#[test]
fn the_version_is_known_and_at_least_the_oldest_supported() {
    assert!(workspace().version().release >= (1, 0));
}

#[cfg(unix)]
#[test]
fn a_running_command_can_be_interrupted_as_from_a_terminal() {
    let workspace = workspace();
    // terraform_data came just before import blocks.
    if !workspace.version().has(Feature::IMPORT_BLOCK) {
        return;
    }
    workspace.write(
        "main.tf",
        "resource \"terraform_data\" \"slow\" {\n  provisioner \"local-exec\" {\n    \
         command = \"echo begun; exec sleep 60\"\n  }\n}\n",
    );
    let mut apply = workspace.spawn(&["apply", "-auto-approve"]);
    apply.wait_for("begun");
    apply.interrupt();
    apply.wait().fails().says("Interrupt received.");
}

#[cfg(unix)]
#[test]
fn what_a_provider_leaves_in_the_temporary_directory_is_noticed() {
    let workspace = workspace();
    assert!(workspace.leftovers().is_empty());
    workspace.write(
        "main.tf",
        "resource \"terraform_data\" \"untidy\" {\n  provisioner \"local-exec\" {\n    \
         command = \"touch $TMPDIR/plugin123\"\n  }\n}\n",
    );
    workspace.apply().ok();
    assert_eq!(workspace.leftovers(), ["plugin123"]);
}
