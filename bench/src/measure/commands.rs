//! `terraform plan` and `apply`, with the provider's resources and with as many of `terraform_data`, which Terraform
//! has built in.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Instant;

use aura_simulator::{Simulator, Source};
use aura_test_support::terraform::Workspace;

use crate::figures::Figures;
use crate::metric::Metric;
use crate::provider::{EVENTS, URL};

/// What is declared, and the rows that its plan and its apply go to.
struct Case {
    resources: usize,
    /// A customer source for each resource, in place of one for all.
    fleet: bool,
    /// Whether Terraform and the provider prove to each other who they are, as always but here.
    tls: bool,
    plan: Metric,
    apply: Metric,
}

const fn case(resources: usize, plan: Metric, apply: Metric) -> Case {
    Case {
        resources,
        fleet: false,
        tls: true,
        plan,
        apply,
    }
}

impl Case {
    const fn fleet(mut self) -> Self {
        self.fleet = true;
        self
    }

    const fn without_tls(mut self) -> Self {
        self.tls = false;
        self
    }
}

const CASES: [Case; 5] = [
    case(1, Metric::PlanOne, Metric::ApplyOne),
    case(1, Metric::PlanOneNoTls, Metric::ApplyOneNoTls).without_tls(),
    case(200, Metric::PlanMany, Metric::ApplyMany),
    case(20, Metric::PlanFleet20, Metric::ApplyFleet20).fleet(),
    case(200, Metric::PlanFleet200, Metric::ApplyFleet200).fleet(),
];

pub(super) fn measure(binary: &Path, figures: &mut Figures) {
    for case in &CASES {
        let simulator = case.simulator();
        let (bare, mut ours) = (Workspace::new(binary), Workspace::new(binary));
        if !case.tls {
            ours.env("TF_DISABLE_PLUGIN_TLS", "1");
        }
        bare.write("main.tf", &case.terraform_data());
        ours.write("main.tf", &case.webhooks(&simulator));
        for (metric, command) in [
            (case.plan, &["plan"][..]),
            (case.apply, &["apply", "-auto-approve"]),
        ] {
            let least = seconds(&bare, command).expect("terraform_data needs no provider");
            // A peer need not know customer_sources.
            if let Some(taken) = seconds(&ours, command) {
                figures.add(metric, taken / least);
            } else if !case.fleet {
                panic!("{} can't {command:?}", binary.display());
            }
        }
    }
}

/// The wall time of one command without prior state, if it succeeds.
fn seconds(workspace: &Workspace, arguments: &[&str]) -> Option<f64> {
    let mut command = workspace.command(arguments);
    let started = Instant::now();
    let output = command.output().expect("Terraform can be run");
    let taken = started.elapsed().as_secs_f64();
    for file in ["terraform.tfstate", "terraform.tfstate.backup"] {
        _ = fs::remove_file(workspace.directory().join(file));
    }
    output.status.success().then_some(taken)
}

impl Case {
    fn simulator(&self) -> Simulator {
        let mut builder = Simulator::builder();
        if self.fleet {
            for index in 0..self.resources {
                builder = builder.source(Source::new(name(index)).token(token(index)));
            }
        }
        builder.start().expect("a simulator can be started")
    }

    fn terraform_data(&self) -> String {
        let (names, content) = (self.names(), content());
        format!(
            "resource \"terraform_data\" \"this\" {{\n  for_each = toset([{names}])\n  \
             input = {{\n    source = each.key\n{content}  }}\n}}\n"
        )
    }

    fn webhooks(&self, simulator: &Simulator) -> String {
        let (names, content) = (self.names(), content());
        let source = if self.fleet {
            "  customer_source = each.key\n"
        } else {
            ""
        };
        format!(
            "terraform {{\n  required_providers {{\n    aura = {{ source = \"aura/aura\" }}\n  }}\n}}\n\
             provider \"aura\" {{\n  base_url = {:?}\n{}}}\n\
             resource \"aura_panic_webhook\" \"this\" {{\n  for_each = toset([{names}])\n{source}{content}}}\n",
            simulator.base_url(),
            self.credentials(),
        )
    }

    fn credentials(&self) -> String {
        if !self.fleet {
            return format!("  token = {:?}\n", Source::DEMO_TOKEN);
        }
        let mut sources = String::from("  customer_sources = {\n");
        for index in 0..self.resources {
            _ = writeln!(
                sources,
                "    {:?} = {{ token = {:?} }}",
                name(index),
                token(index)
            );
        }
        sources + "  }\n"
    }

    fn names(&self) -> String {
        let names: Vec<_> = (0..self.resources)
            .map(|index| format!("{:?}", name(index)))
            .collect();
        names.join(", ")
    }
}

fn content() -> String {
    format!(
        "    url = {URL:?}\n    events = {EVENTS:?}\n    headers = {{ X-Api-Key = \"a-key-of-some-length\" }}\n"
    )
}

fn name(index: usize) -> String {
    format!("site-{index:03}")
}

fn token(index: usize) -> String {
    format!("token-{index:03}")
}
