//! Generated from `proto/` by `build.rs`: messages, servers and clients, and nothing else.

#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]

/// Terraform's plugin protocol, version 6.
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// go-plugin's own services.
pub mod plugin {
    tonic::include_proto!("plugin");
}

/// gRPC's standard health service.
pub mod health {
    tonic::include_proto!("grpc.health.v1");
}
