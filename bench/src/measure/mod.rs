//! The measurements.
//!
//! - `spawn`: until the first line
//! - `cycle`: one process from its start to its end
//! - `calls`: many calls to one process
//! - `size`: the file
//! - `commands`: Terraform's own, with the provider and without

mod calls;
mod commands;
mod cycle;
mod size;
mod spawn;

use std::error::Error;
use std::path::Path;

use tokio::runtime;

use crate::arguments::Arguments;
use crate::figures::Figures;
use crate::floor::Floor;
use crate::metric::Metric;

/// One run of everything asked for. What is the same each time is measured in the first run only.
pub(crate) fn run(
    binary: &Path,
    floor: &Floor,
    arguments: &Arguments,
    run: usize,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if run == 1 {
        figures.add(Metric::Binary, size::of(binary)?);
        figures.add(Metric::Zipped, size::zipped(binary)?);
    }
    if arguments.wants("starts") {
        spawn::measure(binary, floor, figures)?;
        runtime.block_on(cycle::measure(binary, floor, figures))?;
    }
    if arguments.wants("plans") {
        runtime.block_on(calls::measure_plans(binary, floor, figures))?;
    }
    if arguments.wants("creates") {
        runtime.block_on(calls::measure_creates(binary, floor, figures))?;
    }
    if arguments.wants("growth") && run == 1 {
        runtime.block_on(calls::measure_growth(
            binary,
            floor,
            arguments.rpcs,
            figures,
        ))?;
    }
    if arguments.wants("terraform") {
        commands::measure(binary, figures);
    }
    Ok(())
}
