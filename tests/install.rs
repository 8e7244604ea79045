//! What `make install` leaves is found by `init`, locked, and used.

#![cfg(unix)]

mod acceptance;

use std::path::Path;
use std::process::Command;

use aura_test_support::terraform::Workspace;

use acceptance::{TOKEN, WEBHOOK, aura};

#[test]
fn an_installed_build_is_found_and_locked_by_init_and_applied() {
    let home = tempfile::tempdir().unwrap();
    install(env!("CARGO_BIN_EXE_terraform-provider-aura"), home.path());
    let aura = aura();
    let mut terraform = Workspace::with_cli_config("");
    terraform.env("HOME", home.path());
    terraform.env("XDG_DATA_HOME", home.path().join("none"));
    terraform.env("AURA_TOKEN", TOKEN);
    terraform.env("AURA_BASE_URL", aura.base_url());
    terraform.write("main.tf", &configuration());
    terraform
        .run(&["init"])
        .ok()
        .says(concat!("Installed aura/aura v", env!("CARGO_PKG_VERSION")));
    let lock = terraform.directory().join(".terraform.lock.hcl");
    let lock = std::fs::read_to_string(lock).unwrap();
    assert!(
        lock.contains("/aura/aura\"") && lock.contains("h1:"),
        "{lock}"
    );
    // A second one takes what the first has locked.
    terraform.run(&["init", "-lockfile=readonly"]).ok();
    terraform.run(&["plan"]).ok().says("1 to add");
    terraform.apply().ok();
    assert_eq!(aura.webhook_posts().len(), 1);
}

fn configuration() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "terraform {{\n  required_providers {{\n    aura = {{\n      source  = \"aura/aura\"\n      \
         version = \"{version}\"\n    }}\n  }}\n}}\nresource \"aura_panic_webhook\" \"this\" {{\n{WEBHOOK}\n}}\n"
    )
}

fn install(binary: &str, home: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/install");
    let installed = Command::new(script).arg(binary).env("HOME", home).output();
    let installed = installed.unwrap();
    assert!(installed.status.success(), "{installed:?}");
}
