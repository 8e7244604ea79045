//! The blocks that readers copy, given to the real Terraform.

use std::collections::BTreeSet;

use aura_test_support::terraform::{Feature, Workspace};

use crate::page::{Page, root};

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-aura");

const REQUIRED_PROVIDERS: &str = "terraform {
  required_providers {
    aura = {
      source = \"aura/aura\"
    }
  }
}
";

#[test]
fn every_block_and_example_is_formatted_as_terraform_does_it() {
    let workspace = Workspace::new(PROVIDER);
    for page in Page::all() {
        for block in &page.blocks {
            let name = page.name.replace(['/', '.'], "_");
            workspace.write(&format!("{name}_line_{}.tf", block.line), &block.text);
        }
    }
    workspace.run(&["fmt", "-check", "-diff"]).ok();
    let examples = root().join("examples");
    let examples = examples.to_str().expect("a path in UTF-8");
    workspace
        .run(&["fmt", "-check", "-diff", "-recursive", examples])
        .ok();
}

/// What a block leaves out because the text around it has it is added: where the provider comes from, and variables.
#[test]
fn every_block_with_a_resource_or_the_provider_is_valid() {
    let workspace = Workspace::new(PROVIDER);
    let has_write_only = workspace.version().has(Feature::WRITE_ONLY);
    let has_functions = workspace.version().has(Feature::FUNCTIONS);
    let mut checked = 0;
    for page in Page::all() {
        for block in page.blocks.iter().filter(|block| !block.is_fragment) {
            let needs_newer = block.text.contains("headers_wo") || block.text.contains("ephemeral");
            let has_functions = !block.text.contains("provider::") || has_functions;
            if !has_functions || !stands_alone(&block.text) || (needs_newer && !has_write_only) {
                continue;
            }
            workspace.write("main.tf", &completed(&block.text));
            let output = workspace.run(&["validate"]);
            assert_eq!(
                output.code,
                Some(0),
                "{} line {}: {output}",
                page.name,
                block.line
            );
            checked += 1;
        }
    }
    assert!(checked > 0);
}

fn stands_alone(block: &str) -> bool {
    let begins = |what: &str| block.lines().any(|line| line.starts_with(what));
    begins("resource \"aura_") || begins("provider \"aura\"")
}

fn completed(block: &str) -> String {
    let mut text = block.to_owned();
    if !block.contains("required_providers") {
        text.push_str(REQUIRED_PROVIDERS);
    }
    for name in variables(block) {
        if !block.contains(&format!("variable \"{name}\"")) {
            text.push_str(&format!("variable \"{name}\" {{}}\n"));
        }
    }
    text
}

/// The names after `var.`.
fn variables(block: &str) -> BTreeSet<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let after = block.split("var.").skip(1);
    after
        .filter_map(|rest| rest.split(|c| !is_name(c)).next())
        .collect()
}

#[test]
fn what_a_block_leaves_out_is_added_once() {
    let text = completed(
        "provider \"aura\" {\n  token = var.a\n  base_url = \"${var.b}\"\n}\nvariable \"b\" {}\n",
    );
    assert_eq!(text.matches("variable \"a\"").count(), 1);
    assert_eq!(text.matches("variable \"b\"").count(), 1);
    assert_eq!(text.matches("required_providers").count(), 1);
}
