//! One process from its start to its end, as in an apply of one webhook.

use std::error::Error;
use std::io;
use std::path::Path;

use aura_simulator::Simulator;

use crate::figures::Figures;
use crate::floor::Floor;
use crate::metric::Metric;
use crate::provider::{Log, Provider};

const CYCLES: usize = 5;

pub(super) async fn measure(
    binary: &Path,
    floor: &Floor,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::http()?;
    for _ in 0..CYCLES {
        cycle(binary, floor, &simulator, Log::Off, figures).await?;
        cycle(binary, floor, &simulator, Log::Trace, figures).await?;
    }
    Ok(())
}

async fn cycle(
    binary: &Path,
    floor: &Floor,
    simulator: &Simulator,
    log: Log,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    let before = children_cpu()?;
    let provider = Provider::start(binary, floor.scratch(), log).await;
    let answered = provider.schema_answered;
    provider.configure(simulator).await;
    let planned = provider.plan().await;
    provider.apply(&planned).await;
    let peak = provider.memory("VmHWM")?;
    provider.shutdown().await;
    let cpu = children_cpu()? - before;
    match log {
        Log::Trace => figures.add(Metric::CycleCpuTraced, cpu),
        Log::Off => {
            figures.add(Metric::Schema, answered.as_secs_f64() * 1000.0);
            figures.add(Metric::CycleCpu, cpu);
            figures.add(Metric::CyclePeak, peak);
        }
    }
    Ok(())
}

/// What the processes that were waited for have used, in milliseconds.
#[cfg(unix)]
fn children_cpu() -> io::Result<f64> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let microseconds =
        usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(microseconds as f64 / 1000.0)
}

#[cfg(not(unix))]
fn children_cpu() -> io::Result<f64> {
    Err(io::Error::other("CPU times are read on Unix only"))
}
