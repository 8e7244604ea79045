//! State written by every schema that this provider ever had still loads, and matches its configuration.
//!
//! `tests/states` has, for each of them, a `terraform.tfstate` as that provider left it and the configuration it was
//! applied from. Whoever changes the schema adds a pair; none is ever changed.

mod acceptance;
mod wire;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use aura_test_support::terraform::{Feature, Product};
use aura_test_support::value::{attribute, decode, to_json};
use serde_json::{Value, json};
use terraform_provider_aura::proto::tfplugin6::RawState;

use acceptance::Story;
use wire::Terraform;

/// Where the stored webhooks were registered: nobody listens there.
const BASE_URL: &str = "http://127.0.0.1:9";
const ADDRESS: &str = "provider[\"registry.terraform.io/aura/aura\"]";
const ADDRESS_IN_OPENTOFU: &str = "provider[\"registry.opentofu.org/aura/aura\"]";

/// A state with its configuration.
struct Stored {
    state: PathBuf,
}

impl Stored {
    fn all() -> Vec<Self> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/states");
        let entries = fs::read_dir(directory).expect("there are stored states");
        let paths = entries.map(|entry| entry.expect("it can be listed").path());
        let states = paths.filter(|path| path.extension().is_some_and(|it| it == "json"));
        let mut stored: Vec<_> = states.map(|state| Self { state }).collect();
        stored.sort_by(|a, b| a.state.cmp(&b.state));
        assert!(stored.len() >= 2, "the first schema and the latest one");
        stored
    }

    fn name(&self) -> &str {
        let name = self.state.file_stem().and_then(|name| name.to_str());
        name.expect("a name in UTF-8")
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.state).expect("the state can be read")
    }

    fn configuration(&self) -> String {
        fs::read_to_string(self.state.with_extension("tf")).expect("it has a configuration")
    }

    /// The one stored webhook: its schema version and attributes.
    fn webhook(&self) -> (i64, Value) {
        let mut state: Value = serde_json::from_str(&self.text()).expect("the state is JSON");
        let instance = &mut state["resources"][0]["instances"][0];
        let version = instance["schema_version"].as_i64().expect("a version");
        (version, instance["attributes"].take())
    }
}

fn names(object: &Value) -> BTreeSet<String> {
    object
        .as_object()
        .expect("attributes")
        .keys()
        .cloned()
        .collect()
}

#[test]
fn every_stored_state_matches_the_configuration_it_was_applied_from() {
    for stored in Stored::all() {
        let story = Story::new();
        if stored.configuration().contains("headers_wo")
            && !story.version().has(Feature::WRITE_ONLY)
        {
            continue;
        }
        story.provider(&format!("base_url = {BASE_URL:?}\ntoken = \"t\""));
        story.write("webhook.tf", &stored.configuration());
        let state = match story.version().product {
            Product::Terraform => stored.text(),
            Product::OpenTofu => stored.text().replace(
                &ADDRESS.replace('"', "\\\""),
                &ADDRESS_IN_OPENTOFU.replace('"', "\\\""),
            ),
        };
        story.write("terraform.tfstate", &state);
        let plan = story.run(&["plan", "-detailed-exitcode"]);
        assert_eq!(plan.code, Some(0), "{}: {plan}", stored.name());
        plan.says("No changes.").never_says("Warning: Webhook");
    }
}

#[tokio::test]
async fn every_stored_webhook_is_read_with_all_it_has_and_null_for_what_came_later() {
    let terraform = Terraform::start().await;
    for stored in Stored::all() {
        let (version, attributes) = stored.webhook();
        let raw = RawState {
            json: attributes.to_string().into(),
            ..RawState::default()
        };
        let answer = terraform.upgrade(version, Some(raw)).await;
        assert_eq!(answer.diagnostics, [], "{}", stored.name());
        let upgraded = decode(answer.upgraded_state.as_ref());
        for it in terraform.webhook_attributes() {
            let expected = attributes.get(&it.name).unwrap_or(&Value::Null);
            let value = to_json(attribute(&upgraded, &it.name));
            assert_eq!(&value, expected, "{} of {}", it.name, stored.name());
        }
        let known: BTreeSet<_> = terraform
            .webhook_attributes()
            .iter()
            .map(|it| it.name.clone())
            .collect();
        assert!(
            names(&attributes).is_subset(&known),
            "{} lost an attribute",
            stored.name()
        );
    }
}

#[tokio::test]
async fn the_latest_schema_has_a_stored_state() {
    let terraform = Terraform::start().await;
    let latest = to_json(&terraform.webhook(json!({})));
    let version = terraform.schema.resource_schemas[wire::WEBHOOK].version;
    let stored: Vec<_> = Stored::all().iter().map(Stored::webhook).collect();
    assert!(
        stored
            .iter()
            .any(|(of, attributes)| *of == version && names(attributes) == names(&latest)),
        "the schema has changed: add a state as it is written now, and its configuration, to tests/states"
    );
}

#[tokio::test]
async fn a_version_that_was_never_written_is_refused() {
    let terraform = Terraform::start().await;
    let version = terraform.schema.resource_schemas[wire::WEBHOOK].version;
    let (_, attributes) = Stored::all()[0].webhook();
    for version in [version + 1, -1] {
        let raw = RawState {
            json: attributes.to_string().into(),
            ..RawState::default()
        };
        let answer = terraform.upgrade(version, Some(raw)).await;
        assert_eq!(wire::errors(&answer.diagnostics), ["Unknown State Version"]);
        assert_eq!(answer.upgraded_state, None);
    }
}
