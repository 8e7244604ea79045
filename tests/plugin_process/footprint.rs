//! What a start costs: one thread, and no connection before an apply. On Linux, where processes can be looked at.

#![cfg(target_os = "linux")]

use std::collections::HashSet;
use std::fs;

use aura_simulator::{Simulator, Source};
use aura_test_support::host::Host;
use rmpv::Value;
use serde_json::json;

use crate::wire::{Terraform, URL};

fn threads(host: &Host) -> usize {
    let pid = host.pid().expect("the provider runs");
    fs::read_dir(format!("/proc/{pid}/task")).unwrap().count()
}

/// The process's sockets that can reach another machine.
fn inet_sockets(host: &Host) -> usize {
    let pid = host.pid().expect("the provider runs");
    let inodes: HashSet<String> = ["tcp", "tcp6", "udp", "udp6"]
        .into_iter()
        .filter_map(|table| fs::read_to_string(format!("/proc/{pid}/net/{table}")).ok())
        .flat_map(|table| table.lines().skip(1).filter_map(inode).collect::<Vec<_>>())
        .collect();
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    descriptors
        .filter_map(|descriptor| fs::read_link(descriptor.ok()?.path()).ok())
        .filter_map(|target| {
            let target = target.to_str()?.strip_prefix("socket:[")?;
            target.strip_suffix(']').map(str::to_owned)
        })
        .filter(|inode| inodes.contains(inode))
        .count()
}

/// The tenth column of `/proc/net/tcp`.
fn inode(line: &str) -> Option<String> {
    line.split_whitespace().nth(9).map(str::to_owned)
}

#[tokio::test]
async fn one_thread_serves_and_nothing_is_opened_before_an_apply() {
    let simulator = Simulator::http().unwrap();
    let host = Terraform::builder().start().await;
    assert_eq!(threads(&host), 1);
    host.shutdown().await;

    let terraform = Terraform::start().await;
    let block = terraform.block(json!({
        "base_url": simulator.base_url(),
        "client_id": Source::DEMO_CLIENT_ID,
        "client_secret": Source::DEMO_CLIENT_SECRET,
    }));
    assert_eq!(terraform.validate_provider(&block).await, []);
    assert_eq!(terraform.configure(&block).await, []);
    let config = terraform.simple();
    assert_eq!(terraform.validate(&config).await, []);
    let planned = terraform.plan(&Value::Nil, &config).await;
    let imported = terraform.import(URL).await;
    assert_eq!(imported.imported_resources.len(), 1);
    terraform.read(&config, b"").await;
    terraform.plan(&config, &Value::Nil).await;
    assert_eq!(threads(&terraform.host), 1);
    assert_eq!(inet_sockets(&terraform.host), 0);
    assert_eq!(simulator.total_requests(), 0);

    // And the look-out above does see connections.
    let applied = terraform.apply(&Value::Nil, &planned, &config).await;
    assert_eq!(applied.answer.diagnostics, []);
    assert_eq!(inet_sockets(&terraform.host), 1);
}
