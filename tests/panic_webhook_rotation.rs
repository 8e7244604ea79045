//! Write-only headers that change: what nobody stores is noticed all the same.

mod acceptance;
mod observed;
mod wire;

use aura_simulator::{Endpoint, Fault, Simulator};
use aura_test_support::terraform::Feature;
use aura_test_support::value::{attribute, known, unknown, with};
use http::StatusCode;
use serde_json::{Value, json};

use acceptance::Story;
use observed::{URL, planned_actions, private_state, webhook};
use wire::{Terraform, warnings};

const NOT_KNOWN_YET: &str = "Warning: Write-Only Headers Not Known Yet";

/// A story with one webhook, its write-only header's value, and further lines.
struct Rotation {
    story: Story,
    more: String,
}

impl Rotation {
    /// `None`, with a word about it, if this Terraform has no write-only attributes.
    fn new(more: &str) -> Option<Self> {
        let story = Story::new();
        let more = more.to_owned();
        let able = story.version().has(Feature::WRITE_ONLY);
        able.then_some(Self { story, more })
    }

    fn value(&self, value: &str) {
        let more = &self.more;
        self.story.webhook(&format!(
            "url = {URL:?}\nevents = [\"NEW_CALLOUT\"]\nheaders_wo = {{ X-Key = {value:?} }}\n{more}"
        ));
    }

    /// Applies what is planned, which must be one update in place that sends this value.
    #[track_caller]
    fn updates_once_to(&self, headers: &Value) {
        let posts = self.story.posts().len();
        let change = self.story.planned();
        assert_eq!(change["actions"], json!(["update"]));
        assert_eq!(change["after_unknown"]["registered_at"], true);
        let applied = self.story.apply_planned();
        applied.ok().says("0 added, 1 changed, 0 destroyed");
        assert_eq!(self.story.posts().len(), posts + 1);
        assert_eq!(&self.story.last_body()["headers"], headers);
        self.story.has_no_changes();
    }
}

#[test]
fn rotated_write_only_headers_are_one_update_in_place_and_unrotated_ones_none() {
    let Some(rotation) = Rotation::new("") else {
        return;
    };
    rotation.value("canary-1");
    rotation.story.apply().ok();
    rotation.story.has_no_changes();
    rotation.value("canary-2");
    rotation.updates_once_to(&json!({"X-Key": "canary-2"}));
    assert_eq!(rotation.story.posts().len(), 2);
}

#[test]
fn with_a_version_the_version_alone_decides_and_no_hash_is_kept() {
    let Some(mut rotation) = Rotation::new("headers_wo_version = 1") else {
        return;
    };
    rotation.value("canary-1");
    rotation.story.apply().ok();
    assert_eq!(private_state(&rotation.story, "this"), "");
    rotation.value("canary-2");
    rotation.story.has_no_changes();
    rotation.more = "headers_wo_version = 2".to_owned();
    rotation.value("canary-2");
    rotation.updates_once_to(&json!({"X-Key": "canary-2"}));
    assert_eq!(private_state(&rotation.story, "this"), "");
    // Without it, what was sent last isn't known: once more, and from then on it is.
    rotation.more = String::new();
    rotation.value("canary-2");
    rotation.updates_once_to(&json!({"X-Key": "canary-2"}));
    assert!(private_state(&rotation.story, "this").contains("$argon2id$"));
}

#[test]
fn removing_write_only_headers_registers_without_them() {
    let Some(rotation) = Rotation::new("headers = { X-Other = \"canary-other\" }") else {
        return;
    };
    rotation.value("canary-1");
    rotation.story.apply().ok();
    assert_eq!(
        rotation.story.last_body()["headers"],
        json!({"X-Key": "canary-1", "X-Other": "canary-other"}),
        "both maps are sent"
    );
    rotation.story.webhook(&format!(
        "url = {URL:?}\nevents = [\"NEW_CALLOUT\"]\n{}",
        rotation.more
    ));
    rotation.updates_once_to(&json!({"X-Other": "canary-other"}));
    assert_eq!(private_state(&rotation.story, "this"), "");
}

#[test]
fn a_failed_update_leaves_the_hash_of_what_aura_has() {
    let Some(rotation) = Rotation::new("") else {
        return;
    };
    rotation.value("canary-1");
    rotation.story.apply().ok();
    let hash = private_state(&rotation.story, "this");
    rotation.value("canary-2");
    let refusal = Fault::status(StatusCode::BAD_REQUEST).on(Endpoint::Webhook);
    rotation.story.aura().fault(refusal);
    rotation
        .story
        .apply()
        .fails()
        .says("AURA answered 400 Bad Request");
    assert_eq!(private_state(&rotation.story, "this"), hash);
    rotation.updates_once_to(&json!({"X-Key": "canary-2"}));
}

#[test]
fn a_value_may_come_from_an_ephemeral_variable() {
    let mut story = Story::new();
    if !story.version().has(Feature::WRITE_ONLY) {
        return;
    }
    story.write(
        "key.tf",
        "variable \"key\" {\n  type      = string\n  ephemeral = true\n}\n",
    );
    story.write(
        "webhook.tf",
        &webhook("this", "headers_wo = { X-Key = var.key }"),
    );
    story.env("TF_VAR_key", "canary-1");
    story.apply().ok().never_says("canary");
    assert_eq!(story.last_body()["headers"], json!({"X-Key": "canary-1"}));
    story.has_no_changes();
    story.env("TF_VAR_key", "canary-2");
    assert_eq!(
        planned_actions(&story),
        [("aura_panic_webhook.this".to_owned(), "update".to_owned())]
    );
    story.apply_planned().ok().says("1 changed");
    assert_eq!(story.last_body()["headers"], json!({"X-Key": "canary-2"}));
}

#[test]
fn a_value_that_is_not_known_yet_is_taken_for_unchanged_with_a_warning() {
    let story = Story::new();
    if !story.version().has(Feature::WRITE_ONLY) {
        return;
    }
    let key = |value: &str| {
        let key = format!("resource \"terraform_data\" \"key\" {{\n  input = {value:?}\n}}\n");
        story.write("key.tf", &key);
    };
    key("first");
    let written = webhook(
        "this",
        "headers_wo = { X-Key = terraform_data.key.output }\n",
    );
    story.write("webhook.tf", &written);
    // A new webhook is sent with whatever the value turns out to be.
    story.apply().ok().never_says(NOT_KNOWN_YET);
    assert_eq!(story.last_body()["headers"], json!({"X-Key": "first"}));
    story.has_no_changes();

    key("second");
    let plan = story.plan();
    plan.ok()
        .says(NOT_KNOWN_YET)
        .says("set \"headers_wo_version\" and change it along");
    assert_eq!(
        planned_actions(&story),
        [("terraform_data.key".to_owned(), "update".to_owned())]
    );
    story.apply_planned().ok();
    assert_eq!(story.posts().len(), 1);

    // Now it is known, and noticed.
    assert_eq!(
        planned_actions(&story),
        [("aura_panic_webhook.this".to_owned(), "update".to_owned())]
    );
    story.apply_planned().ok();
    assert_eq!(story.last_body()["headers"], json!({"X-Key": "second"}));
    story.has_no_changes();
}

#[tokio::test]
async fn a_part_of_the_headers_that_is_unknown_makes_them_unknown() {
    let aura = Simulator::http().expect("an AURA can be simulated");
    let terraform = Terraform::at(&aura).await;
    let secret = known(json!({"X-Key": "canary", "X-Other": "o"}));
    let config = with(terraform.simple(), "headers_wo", secret.clone());
    let created = terraform.create(&config).await;
    let private = created.answer.private.clone();
    let partly = with(
        terraform.simple(),
        "headers_wo",
        with(secret, "X-Other", unknown()),
    );
    let planned = terraform
        .plan_stored(&created.state, &private, &partly)
        .await;
    assert_eq!(
        warnings(&planned.answer.diagnostics),
        ["Write-Only Headers Not Known Yet"]
    );
    assert_eq!(
        attribute(&planned.state, "registered_at"),
        attribute(&created.state, "registered_at")
    );
}
