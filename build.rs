//! Compiles `proto/` to Rust with protox, a protobuf compiler in Rust: no `protoc` is needed on the machine.

use std::error::Error;

const PROTOS: [&str; 3] = ["tfplugin6.proto", "plugin.proto", "health.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let descriptors = protox::compile(PROTOS, ["proto"])?;
    tonic_prost_build::configure()
        // The client side is for the tests, which play Terraform.
        .build_client(true)
        .build_server(true)
        // Only the transport's connect() helpers: we bring the transport.
        .build_transport(false)
        // A DynamicValue is a slice of the received message, not a copy of it.
        .bytes(".tfplugin6")
        .compile_fds(descriptors)?;
    Ok(())
}
