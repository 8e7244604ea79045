//! One provider process under load: 100,000 plans and 20,000 applies, 64 at once, a good part of them going wrong; and
//! a fleet under the real Terraform. A fiftieth of it, unless `AURA_TEST_FULL` is set.
//!
//! - `size`: how much of it is run, and of which binary
//! - `work`: what is asked, and what is the right answer
//! - `troubles`: what goes wrong on AURA's side and on the host's
//! - `worker`: one of the 64, with a customer source of its own
//! - `flat`: memory, threads and descriptors in the course of it

mod flat;
mod fleet;
mod size;
mod troubles;
mod work;
mod worker;

#[path = "../acceptance/mod.rs"]
mod acceptance;
#[path = "../observed/mod.rs"]
mod observed;
#[path = "../wire/mod.rs"]
mod wire;
