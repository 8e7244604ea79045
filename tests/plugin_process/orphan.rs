//! A host that is killed can't say goodbye. On Linux, where processes can be looked at.

#![cfg(target_os = "linux")]

use std::fs;

use aura_test_support::host::Host;

use super::ending::assert_gone;
use super::starting::socket;
use crate::wire::{BINARY, Terraform, eventually};

#[tokio::test]
async fn a_host_that_is_killed_takes_the_provider_with_it() {
    // The shell stands for Terraform: it is the provider's parent.
    let script = r#""$0" & wait"#;
    let host = Host::builder("/bin/sh").arg("-c").arg(script).arg(BINARY);
    let terraform = Terraform::with(host).await;
    let socket = socket(&terraform.host);
    terraform.assert_alive().await;
    let shell = terraform.host.pid().expect("the shell runs");
    let children = fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
    let provider = children.trim().to_owned();
    assert!(
        runs(&provider),
        "the provider is the shell's only child: {children}"
    );
    terraform.host.kill().await;
    eventually("the provider is gone", || !runs(&provider)).await;
    assert_gone(&socket);
}

/// Whether the process exists and is more than an entry that nobody has collected.
fn runs(pid: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status"));
    status.is_ok_and(|status| !status.contains("State:\tZ"))
}
