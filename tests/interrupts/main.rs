//! Ctrl-C, termination and sudden death, at each point of a registration: nobody and nothing is left over, Terraform's
//! state is never wrong about what is known, and the next apply heals.
//!
//! - `point`: where the interrupt comes, and how that is arranged
//! - `blow`: the interrupt
//! - `under_terraform`: each with each, with the real Terraform
//! - `processes`: who is still there. On Linux, where processes can be looked at
//! - `stop`: Terraform's own word for it, `StopProvider`, call by call
//!
//! What Terraform makes impossible to promise:
//! - A provider that is killed during a request can't say how it ended. AURA may hold what Terraform doesn't know of; the
//!   next apply registers it again, which is harmless.
//! - So may it if Terraform is killed, and then its lock file, `.terraform.tfstate.lock.info`, stays, as does an empty
//!   state. The lock itself is the system's and goes with the process, so the next command runs; in a remote backend it
//!   has to be removed by hand (`terraform force-unlock`).
//! - A provider that is killed leaves its socket's directory: nobody else knows of it.

#![cfg(target_os = "linux")]

#[path = "../acceptance/mod.rs"]
mod acceptance;
mod blow;
mod point;
mod processes;
mod stop;
mod under_terraform;
#[path = "../wire/mod.rs"]
mod wire;
