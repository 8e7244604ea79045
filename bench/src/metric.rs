//! What is measured, and what it may come to.

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Metric {
    Floor,
    Handshake,
    HandshakeOfFloor,
    Schema,
    CycleCpu,
    CycleCpuTraced,
    CyclePeak,
    Binary,
    Zipped,
    PlanCpu,
    PlanCpuParallel,
    PlanCpuTraced,
    Creates,
    CreatesTraced,
    Growth,
    LateGrowth,
    PlanOne,
    ApplyOne,
    PlanOneNoTls,
    ApplyOneNoTls,
    PlanMany,
    ApplyMany,
    PlanFleet20,
    ApplyFleet20,
    PlanFleet200,
    ApplyFleet200,
}

/// What a figure is held to.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    None,
    AtMost(f64),
    /// At most this part of the Go provider's figure, which was measured once and is given here.
    PartOfGo(f64, f64),
    /// At least this many times the Go provider's figure.
    TimesGo(f64, f64),
}

/// How a row is told.
pub(crate) struct Row {
    pub(crate) metric: Metric,
    pub(crate) name: &'static str,
    pub(crate) decimals: usize,
    pub(crate) goal: Goal,
}

const fn row(metric: Metric, name: &'static str, decimals: usize, goal: Goal) -> Row {
    Row {
        metric,
        name,
        decimals,
        goal,
    }
}

/// The rows in their order. The Go figures are those of a provider with the same resource on HashiCorp's framework
/// (the better of 1.5.0 and 1.19.0), on two cores with Terraform 1.11.4.
#[rustfmt::skip]
pub(crate) const ROWS: [Row; 26] = [
    row(Metric::Floor, "spawn of a static C program → its line, ms", 2, Goal::None),
    row(Metric::Handshake, "exec → handshake line, ms", 2, Goal::PartOfGo(1.0 / 6.0, 10.8)),
    row(Metric::HandshakeOfFloor, "exec → handshake ÷ spawn floor", 2, Goal::AtMost(4.0)),
    row(Metric::Schema, "exec → first GetProviderSchema answered, ms", 2, Goal::PartOfGo(1.0 / 3.0, 17.5)),
    row(Metric::CycleCpu, "CPU of start, schema, configure, plan, apply, ms", 2, Goal::PartOfGo(1.0 / 5.0, 20.5)),
    row(Metric::CycleCpuTraced, "the same at TF_LOG=TRACE", 2, Goal::None),
    row(Metric::CyclePeak, "peak resident memory of that, KiB", 0, Goal::AtMost(7168.0)),
    row(Metric::Binary, "binary, bytes", 0, Goal::AtMost(5_500_000.0)),
    row(Metric::Zipped, "binary, gzip -9, bytes", 0, Goal::AtMost(2_300_000.0)),
    row(Metric::PlanCpu, "PlanResourceChange, provider CPU per call, µs", 1, Goal::PartOfGo(1.0 / 8.0, 570.0)),
    row(Metric::PlanCpuParallel, "the same with 10 calls in flight, as Terraform has them", 1, Goal::None),
    row(Metric::PlanCpuTraced, "one by one, at TF_LOG=TRACE", 1, Goal::None),
    row(Metric::Creates, "creates per second, 32 in flight", 0, Goal::TimesGo(3.0, 3870.0)),
    row(Metric::CreatesTraced, "the same at TF_LOG=TRACE", 0, Goal::None),
    row(Metric::Growth, "growth from 1,000 to 100,000 RPCs, KiB", 0, Goal::AtMost(0.0)),
    row(Metric::LateGrowth, "of that, in the second half of them", 0, Goal::None),
    row(Metric::PlanOne, "terraform plan, 1 webhook, ÷ terraform_data", 2, Goal::AtMost(1.6)),
    row(Metric::ApplyOne, "terraform apply, 1 webhook, ÷ terraform_data", 2, Goal::AtMost(1.9)),
    row(Metric::PlanOneNoTls, "the plan with TF_DISABLE_PLUGIN_TLS", 2, Goal::None),
    row(Metric::ApplyOneNoTls, "the apply with TF_DISABLE_PLUGIN_TLS", 2, Goal::None),
    row(Metric::PlanMany, "terraform plan, 200 webhooks, ÷ terraform_data", 2, Goal::AtMost(1.7)),
    row(Metric::ApplyMany, "terraform apply, 200 webhooks, ÷ terraform_data", 2, Goal::AtMost(1.25)),
    row(Metric::PlanFleet20, "terraform plan, 20 customer_sources, ÷ terraform_data", 2, Goal::None),
    row(Metric::ApplyFleet20, "terraform apply, 20 customer_sources, ÷ terraform_data", 2, Goal::None),
    row(Metric::PlanFleet200, "terraform plan, 200 customer_sources, ÷ terraform_data", 2, Goal::None),
    row(Metric::ApplyFleet200, "terraform apply, 200 customer_sources, ÷ terraform_data", 2, Goal::None),
];
