//! Webhooks that a generic REST resource registered, taken over by a `moved` block.
//!
//! `tests/foreign_states` has a state as each of these providers leaves it.

mod acceptance;

use std::fs;
use std::path::{Path, PathBuf};

use aura_test_support::terraform::Feature;
use serde_json::{Value, json};

use acceptance::{HEADER, Story, WEBHOOK};

/// The token of the request itself, as terracurl stores it.
const OLD_TOKEN: &str = "canary-old-token";

struct Foreign {
    name: String,
    text: String,
}

impl Foreign {
    fn all() -> Vec<Self> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign_states");
        let entries = fs::read_dir(directory).expect("there are stored states");
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.expect("it can be listed").path())
            .collect();
        paths.sort();
        let read = |path: &PathBuf| Self {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            text: fs::read_to_string(path).expect("the state can be read"),
        };
        paths.iter().map(read).collect()
    }

    fn source(&self) -> &'static str {
        match self.name.starts_with("restapi") {
            true => "mastercard/restapi",
            false => "devops-rob/terracurl",
        }
    }

    fn type_name(&self) -> &'static str {
        match self.name.starts_with("restapi") {
            true => "restapi_object",
            false => "terracurl_request",
        }
    }
}

/// A story with this state, and a webhook that is moved from it; none if the program can't move.
fn moved(foreign: &Foreign, webhook: &str) -> Option<Story> {
    let story = Story::new();
    if !story.version().has(Feature::MOVED_ACROSS_TYPES) {
        return None;
    }
    story.stand_in(foreign.source());
    story.write("terraform.tfstate", &foreign.text);
    story.webhook(webhook);
    story.write(
        "moved.tf",
        &format!(
            "moved {{\n  from = {}.webhook\n  to = aura_panic_webhook.this\n}}\n",
            foreign.type_name()
        ),
    );
    Some(story)
}

#[test]
fn a_moved_webhook_is_registered_in_place_once() {
    for foreign in Foreign::all() {
        let webhook = format!("{WEBHOOK}\nheaders = {{ X-Key = {HEADER:?} }}");
        let Some(story) = moved(&foreign, &webhook) else {
            return;
        };
        let change = story.planned();
        assert_eq!(change["actions"], json!(["update"]), "{}", foreign.name);
        for unchanged in ["url", "events", "headers"] {
            assert_eq!(
                change["before"][unchanged], change["after"][unchanged],
                "{unchanged} of {}",
                foreign.name
            );
        }
        assert_eq!(change["before"]["headers"]["X-Key"], HEADER);
        assert_eq!(change["before_sensitive"]["headers"], json!(true));
        story
            .plan()
            .ok()
            .says(&format!("moved from {}.webhook", foreign.type_name()))
            .says("Warning: Moved Without Reading")
            .never_says(OLD_TOKEN);
        assert_eq!(story.aura().total_requests(), 0);

        story
            .apply_planned()
            .ok()
            .says("0 added, 1 changed, 0 destroyed");
        assert_eq!(story.posts().len(), 1);
        let resources = story.resources();
        assert_eq!(resources.len(), 1, "{}", foreign.name);
        assert!(!Value::from(resources).to_string().contains(OLD_TOKEN));
        story.has_no_changes();
    }
}

#[test]
fn header_values_may_move_out_of_state_on_the_way() {
    let foreign = &Foreign::all()[0];
    let webhook = format!("{WEBHOOK}\nheaders_wo = {{ X-Key = {HEADER:?} }}");
    let Some(story) = moved(foreign, &webhook) else {
        return;
    };
    if !story.version().has(Feature::WRITE_ONLY) {
        return;
    }
    story.apply().ok().says("1 changed");
    assert_eq!(story.last_body()["headers"]["X-Key"], HEADER);
    assert!(!Value::from(story.resources()).to_string().contains(HEADER));
    story.has_no_changes();
}

#[test]
fn a_difference_between_the_old_request_and_the_configuration_is_in_the_plan() {
    let foreign = &Foreign::all()[0];
    let Some(story) = moved(foreign, acceptance::MOVED_WEBHOOK) else {
        return;
    };
    let change = story.planned();
    assert_eq!(change["before"]["url"], "https://alerts.example.com/aura");
    assert_eq!(change["after"]["url"], "https://moved.example.com/aura");
    assert_eq!(change["after"]["headers"], json!(null));
}

#[test]
fn a_resource_that_registered_something_else_stays_where_it_is() {
    let mut foreign = Foreign::all().remove(0);
    foreign.text = foreign.text.replace("notifiers/webhooks", "callouts");
    let Some(story) = moved(&foreign, WEBHOOK) else {
        return;
    };
    story
        .plan()
        .fails()
        .says("Error: Not a Webhook Registration")
        .says("its request goes to \"/panic-api/v2/callouts\"")
        .says("import the webhook by its URL instead");
    assert_eq!(story.resources()[0]["type"], "restapi_object");
}

#[test]
fn a_fleet_moves_by_one_block() {
    let foreign = &Foreign::all()[0];
    let Some(story) = moved(foreign, WEBHOOK) else {
        return;
    };
    let mut state: Value = serde_json::from_str(&foreign.text).expect("the state is JSON");
    let instances = state["resources"][0]["instances"].as_array_mut();
    let instances = instances.expect("a list of instances");
    instances.push(instances[0].clone());
    for (instance, key) in instances.iter_mut().zip(["north", "south"]) {
        instance["index_key"] = key.into();
    }
    story.write("terraform.tfstate", &state.to_string());
    let token = |name: &str| format!("{name} = {{ token = \"t\" }}\n");
    story.provider(&format!(
        "base_url = {:?}\ncustomer_sources = {{\n{}{}}}",
        story.base_url(),
        token("north"),
        token("south")
    ));
    story.webhook(&format!(
        "for_each = toset([\"north\", \"south\"])\ncustomer_source = each.key\n{WEBHOOK}"
    ));
    story
        .plan()
        .ok()
        .says("moved from restapi_object.webhook[\"north\"]")
        .says("0 to add, 2 to change, 0 to destroy");
}
