//! Compiles `proto/` to Rust with protox, a protobuf compiler in Rust: no `protoc` is needed on the machine.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
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
