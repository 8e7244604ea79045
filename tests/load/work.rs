//! All of the work, at 64 in flight.

use std::cell::Cell;

use aura_simulator::{Simulator, Source};
use aura_test_support::host::Host;
use futures_util::future::join_all;
use rmpv::Value;
use serde_json::{Map, json};

use crate::flat::{Course, MARKS};
use crate::size::{Size, binary, report};
use crate::troubles::{MAX_RETRIES, Trouble, troubles};
use crate::wire::{Terraform, eventually};
use crate::worker::{ABANDONED, Worker, client, secret};

const IN_FLIGHT: usize = 64;

/// Workers whose webhooks have write-only headers. Each may take memory for a hash, which the provider keeps: they
/// begin with one, all at once, so that nothing of that comes later.
const SECRETIVE: usize = 2;

/// There is one apply for so many plans.
const PLANS_PER_APPLY: usize = 5;

/// The number of that first apply: of no other one, and without trouble.
const WARM_UP: usize = 1_000_000;

#[tokio::test]
async fn under_load_every_answer_is_right_and_nothing_piles_up() {
    let size = Size::of_this_run();
    let sources: Vec<_> = (0..IN_FLIGHT)
        .map(|site| format!("site-{site:02}"))
        .collect();
    let simulator = simulator(&sources);
    let terraform = Terraform::with(Host::builder(binary())).await;
    let begun = terraform.host.descriptors();
    let block = block(&terraform, &simulator, &sources);
    let mut workers: Vec<_> = sources
        .iter()
        .map(|source| Worker::new(&terraform, &simulator, source))
        .collect();
    let (troubles, next) = (troubles(), Cell::new(0));
    assert_eq!(terraform.configure(&block).await, []);
    let secretive = workers[..SECRETIVE].iter_mut();
    join_all(secretive.map(async |worker| {
        worker.make_secretive();
        worker.apply(WARM_UP, &troubles).await;
    }))
    .await;
    let mut course = Course::default();
    for mark in MARKS {
        assert_eq!(terraform.configure(&block).await, []);
        let until = size.plans * mark / 100;
        let stretch = workers
            .iter_mut()
            .map(|worker| work(worker, &next, until, &troubles));
        join_all(stretch).await;
        course.note(mark, &terraform.host);
    }
    let applies = size.plans / PLANS_PER_APPLY;
    report(&format!(
        "{} plans and {applies} applies answered",
        size.plans
    ));
    drop(workers);
    course.assert_flat(size.growth_kib);
    assert_nothing_left(terraform, simulator, begun).await;
}

/// Takes one job after the other until none is left.
async fn work(worker: &mut Worker<'_>, next: &Cell<usize>, until: usize, troubles: &[Trouble]) {
    loop {
        let job = next.get();
        if job >= until {
            return;
        }
        next.set(job + 1);
        match (job / PLANS_PER_APPLY, job % PLANS_PER_APPLY) {
            (apply, 0) => worker.apply(apply, troubles).await,
            (run, plan) => worker.plan(run * (PLANS_PER_APPLY - 1) + plan).await,
        }
    }
}

/// With AURA gone, so are the connections to it; no call runs on that would hold up the end.
async fn assert_nothing_left(terraform: Terraform, simulator: Simulator, begun: Option<usize>) {
    terraform.assert_alive().await;
    drop(simulator);
    eventually("no descriptor is left", || {
        terraform.host.descriptors() == begun
    })
    .await;
    assert_eq!(terraform.host.stdout_rest(), "");
    let exit = terraform.shutdown().await;
    assert_eq!(exit.status.code(), Some(0));
    assert!(exit.took.as_secs() < 2, "it took {:?}", exit.took);
    assert!(!exit.stderr.contains("panicked"), "{}", exit.stderr);
}

fn simulator(sources: &[String]) -> Simulator {
    let all = sources.iter().map(String::as_str).chain([ABANDONED]);
    let builder = all.fold(Simulator::builder().keep_requests(0), |aura, name| {
        aura.source(Source::new(name).client(client(name), secret(name)))
    });
    builder.start().expect("an AURA can be simulated")
}

fn block(terraform: &Terraform, simulator: &Simulator, sources: &[String]) -> Value {
    let all = sources.iter().map(String::as_str).chain([ABANDONED]);
    let named: Map<_, _> = all
        .map(|name| {
            let credentials = json!({
                "environment": null, "base_url": null, "token": null,
                "client_id": client(name), "client_secret": secret(name),
            });
            (name.to_owned(), credentials)
        })
        .collect();
    terraform.block(json!({
        "base_url": simulator.base_url(),
        "max_retries": MAX_RETRIES,
        "customer_sources": named,
    }))
}
