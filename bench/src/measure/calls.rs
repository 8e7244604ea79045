//! Many calls to one process.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use aura_simulator::Simulator;
use futures_util::{StreamExt, stream};

use crate::figures::Figures;
use crate::floor::Floor;
use crate::metric::Metric;
use crate::provider::{Log, Provider};

const PLANS: usize = 1000;
/// What Terraform does at a time unless told otherwise.
const PARALLELISM: usize = 10;
const CREATES: usize = 2000;
const IN_FLIGHT: usize = 32;
/// What the first of these adds to the process is not counted as growth.
const ROUND: usize = 1000;

pub(super) async fn measure_plans(
    binary: &Path,
    floor: &Floor,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    for (log, in_flight, metric) in [
        (Log::Off, 1, Metric::PlanCpu),
        (Log::Off, PARALLELISM, Metric::PlanCpuParallel),
        (Log::Trace, 1, Metric::PlanCpuTraced),
    ] {
        let simulator = Simulator::builder().start()?;
        let provider = Provider::start(binary, floor.scratch(), log).await;
        provider.configure(&simulator).await;
        plans(&provider, PLANS / 10, in_flight).await;
        let before = provider.cpu()?;
        plans(&provider, PLANS, in_flight).await;
        figures.add(metric, (provider.cpu()? - before) * 1e6 / PLANS as f64);
        provider.shutdown().await;
    }
    Ok(())
}

pub(super) async fn measure_creates(
    binary: &Path,
    floor: &Floor,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    for (log, metric) in [
        (Log::Off, Metric::Creates),
        (Log::Trace, Metric::CreatesTraced),
    ] {
        let simulator = Simulator::builder().keep_requests(1).start()?;
        let provider = Provider::start(binary, floor.scratch(), log).await;
        provider.configure(&simulator).await;
        creates_in_flight(&provider, CREATES / 10).await;
        let started = Instant::now();
        creates_in_flight(&provider, CREATES).await;
        figures.add(metric, CREATES as f64 / started.elapsed().as_secs_f64());
        provider.shutdown().await;
    }
    Ok(())
}

/// Whether the process grows, however long it lives. Half of each round are plans, half are creates.
pub(super) async fn measure_growth(
    binary: &Path,
    floor: &Floor,
    rpcs: usize,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::builder().keep_requests(1).start()?;
    let provider = Provider::start(binary, floor.scratch(), Log::Off).await;
    provider.configure(&simulator).await;
    let round = async || {
        plans(&provider, ROUND / 2, IN_FLIGHT).await;
        creates_in_flight(&provider, ROUND / 2).await;
    };
    round().await;
    let before = provider.memory("VmRSS")?;
    let rounds = rpcs.div_ceil(ROUND);
    let mut halfway = before;
    for done in 1..rounds {
        round().await;
        if done == rounds / 2 {
            halfway = provider.memory("VmRSS")?;
        }
    }
    let after = provider.memory("VmRSS")?;
    figures.add(Metric::Growth, after - before);
    figures.add(Metric::LateGrowth, after - halfway);
    provider.shutdown().await;
    Ok(())
}

async fn plans(provider: &Provider, calls: usize, in_flight: usize) {
    stream::iter(0..calls)
        .for_each_concurrent(in_flight, |_| async { drop(provider.plan().await) })
        .await;
}

async fn creates_in_flight(provider: &Provider, calls: usize) {
    let planned = &provider.plan().await;
    stream::iter(0..calls)
        .for_each_concurrent(IN_FLIGHT, |_| provider.apply(planned))
        .await;
}
