//! Runs the real Terraform or OpenTofu with a provider, in a directory and an environment of its own.
//!
//! Which program is up to the variable `TERRAFORM` (a path or a command's name), which `make test` sets. Without it
//! the tests that need it fail: what hasn't been run hasn't passed.
//!
//! ```no_run
//! use aura_test_support::terraform::Workspace;
//!
//! let workspace = Workspace::new("target/debug/terraform-provider-aura");
//! workspace.write("main.tf", "terraform {\n  required_providers {\n    aura = { source = \"aura/aura\" }\n  }\n}\n");
//! workspace.run(&["validate"]).ok().says("The configuration is valid.");
//! ```

mod output;
mod program;
mod running;
mod version;
mod workspace;

pub use output::Output;
pub use running::Running;
pub use version::{Feature, Product, Version};
pub use workspace::Workspace;
