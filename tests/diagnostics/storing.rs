//! Stored objects: read in from earlier versions, refreshed, imported.

use aura_test_support::value::known;
use serde_json::json;
use terraform_provider_aura::proto::tfplugin6::RawState;

use crate::transcript::Transcript;
use crate::wire::Terraform;

/// Hears what is said of stored objects that can't be read, and of imports.
pub(crate) async fn hear(transcript: &mut Transcript) {
    let terraform = Terraform::start().await;
    upgrade(transcript, &terraform).await;
    let told = terraform.read(&known(json!({"url": 1})), b"").await;
    transcript.note("ReadResource", "state of another schema", &told.diagnostics);
    import(transcript, &terraform).await;
}

async fn upgrade(transcript: &mut Transcript, terraform: &Terraform) {
    const RPC: &str = "UpgradeResourceState";
    let json = |text: &str| RawState {
        json: text.to_owned().into(),
        ..RawState::default()
    };
    let flatmap = RawState {
        flatmap: [("url".to_owned(), "https://alerts.example.com".to_owned())].into(),
        ..RawState::default()
    };
    for (what, version, state) in [
        ("state of Terraform 0.11", 0, flatmap),
        ("state of a later provider", 7, json("{}")),
        ("state that is not there", 0, json("")),
        ("state that is null", 0, json("null")),
        ("state that breaks off", 0, json("{\"url\": \"https:")),
        ("state of another type", 0, json("{\"url\": 1}")),
    ] {
        let answer = terraform.upgrade(version, Some(state)).await;
        transcript.note(RPC, what, &answer.diagnostics);
    }
}

async fn import(transcript: &mut Transcript, terraform: &Terraform) {
    const RPC: &str = "ImportResourceState";
    let url = "https://alerts.example.com/aura";
    let told = terraform.import(url).await;
    transcript.note(
        RPC,
        "an import before the provider is configured",
        &told.diagnostics,
    );
    let block = terraform.block(json!({"token": "t"}));
    assert_eq!(terraform.configure(&block).await, []);
    for (what, id) in [
        ("an import by URL", url),
        (
            "an import by something else",
            "staging-panic.aura.services/default",
        ),
        (
            "an import of a URL over plain HTTP",
            "http://alerts.example.com",
        ),
    ] {
        let told = terraform.import(id).await;
        transcript.note(RPC, what, &told.diagnostics);
    }
}
