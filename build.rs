//! Compiles `proto/` to Rust with protox, a protobuf compiler in Rust: no `protoc` is needed on the machine.

use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    link_for_fixed_address();
    // src/server/grpc.rs serves Terraform's protocol.
    compile(&["tfplugin6.proto"], false)?;
    compile(&["plugin.proto", "health.proto"], true)
}

fn compile(files: &[&str], server: bool) -> Result<(), Box<dyn Error>> {
    let descriptors = protox::compile(files, ["proto"])?;
    tonic_prost_build::configure()
        // The client side is for the tests, which play Terraform.
        .build_client(true)
        .build_server(server)
        // Only the transport's connect() helpers: we bring the transport.
        .build_transport(false)
        // A DynamicValue is a slice of the received message, not a copy of it.
        .bytes(".tfplugin6")
        .compile_fds(descriptors)?;
    Ok(())
}

/// Links a release for a fixed address on Linux, as Go's linker does: there is nothing to relocate at each start, which
/// would touch 46 pages more, and 270 KB of tables for that are left out. Heap, stack and libraries stay where chance
/// puts them.
fn link_for_fixed_address() {
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|it| it == value);
    if is("PROFILE", "release")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
