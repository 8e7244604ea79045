//! Every diagnostic of the provider, as a user reads it, in one file to review: `tests/diagnostics.snap`.
//!
//! After a change of wording, `INSTA_UPDATE=always cargo test --test diagnostics` writes the file anew. Each text is
//! wrapped as Terraform does in a terminal of 80 columns.
//!
//! - `transcript`: what was told, and how it is written down
//! - `provider_block`, `validating`, `planning`, `registering`, `destroying`, `storing`, `ephemeral`,
//!   `protocol`: who makes the
//!   provider say it, by topic
//! - `sources`: what the source code can say

mod destroying;
mod ephemeral;
mod foreign;
mod planning;
mod protocol;
mod provider_block;
mod registering;
mod sources;
mod storing;
mod transcript;
mod validating;
#[path = "../wire/mod.rs"]
mod wire;

use transcript::Transcript;

/// What the source can say and nobody here hears, with the reason.
const UNHEARD: &[(&str, &str)] = &[
    (
        "Provider Panicked",
        "no request makes the provider panic; tests/panics.rs builds a provider that does",
    ),
    (
        "on_destroy Would Replace Another Webhook",
        "needs two plans under one configure call; tests/panic_webhook_replacing.rs shows it",
    ),
];

#[tokio::test]
async fn every_diagnostic_reads_as_reviewed() {
    let mut transcript = Transcript::default();
    provider_block::validate(&mut transcript).await;
    provider_block::configure(&mut transcript).await;
    validating::hear(&mut transcript).await;
    storing::hear(&mut transcript).await;
    foreign::hear(&mut transcript).await;
    planning::hear(&mut transcript).await;
    registering::hear(&mut transcript).await;
    destroying::hear(&mut transcript).await;
    ephemeral::hear(&mut transcript).await;
    protocol::hear(&mut transcript).await;

    let unheard: Vec<_> = sources::summaries()
        .into_iter()
        .filter(|summary| !transcript.has(summary))
        .collect();
    let expected: Vec<_> = UNHEARD.iter().map(|(summary, _)| *summary).collect();
    assert_eq!(
        unheard, expected,
        "what the source can say must be heard here, or have a reason"
    );
    insta::with_settings!(
        {snapshot_path => "..", prepend_module_to_snapshot => false, omit_expression => true},
        { insta::assert_snapshot!("diagnostics", transcript) }
    );
    assert_eq!(
        transcript.silences(),
        [""; 0],
        "something is to be said of these"
    );
}
