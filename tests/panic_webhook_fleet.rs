//! A fleet: many customer sources, one provider block.

mod acceptance;
mod observed;

use std::collections::BTreeSet;

use aura_simulator::{Endpoint, Fault, Simulator, Source};
use http::StatusCode;
use serde_json::json;

use acceptance::Story;
use observed::{
    Log, ON_DESTROY, RETIRED_URL, URL, planned_actions, posted, processes, stored_objects, webhook,
};

/// A fleet of this many sites, each a customer source with a client of its own.
fn fleet(sites: usize) -> Story {
    let names: Vec<_> = (0..sites).map(|site| format!("site-{site:02}")).collect();
    let aura = names.iter().fold(Simulator::builder(), |aura, name| {
        aura.source(Source::new(name).client(client(name), secret(name)))
    });
    let story = Story::with(aura.start().expect("an AURA can be simulated"));
    story.write("sites.tf", &format!("locals {{\n  sites = {names:?}\n}}\n"));
    customer_sources(
        &story,
        r#"{ for site in local.sites : site => { client_id = "${site}-client", client_secret = "${site}-secret" } }"#,
    );
    story.write(
        "webhooks.tf",
        r#"
resource "aura_panic_webhook" "site" {
  for_each        = toset(local.sites)
  customer_source = each.key
  url             = "https://${each.key}.example.com/aura"
  events          = ["NEW_CALLOUT"]
}
"#,
    );
    story
}

fn client(site: &str) -> String {
    format!("{site}-client")
}

fn secret(site: &str) -> String {
    format!("{site}-secret")
}

/// Gives the provider block these customer sources and no credentials of its own.
fn customer_sources(story: &Story, sources: &str) {
    let base_url = story.base_url();
    story.provider(&format!(
        "base_url = {base_url:?}\nmax_retries = 0\ncustomer_sources = {sources}"
    ));
}

/// Two sites and one webhook, which belongs to `site`.
fn one_webhook_of(story: &Story, site: &str) {
    story.write(
        "webhooks.tf",
        &format!(
            "resource \"aura_panic_webhook\" \"this\" {{\n  customer_source = {site:?}\n  \
             url = \"https://{site}.example.com/aura\"\n  events = [\"NEW_CALLOUT\"]\n}}\n"
        ),
    );
}

#[test]
fn fifty_sources_are_served_by_one_provider_block_and_one_process_per_walk() {
    let counts = |sites: usize| {
        let mut story = fleet(sites);
        let log = Log::of(&mut story);
        let count = |arguments: &[&str], says: &str| {
            let (output, log) = log.record(&story, arguments);
            output.ok().says(says);
            processes(&log)
        };
        let counts = [
            count(&["validate"], "The configuration is valid"),
            count(&["plan"], &format!("{sites} to add")),
            count(&["apply", "-auto-approve"], &format!("{sites} added")),
            count(&["plan", "-detailed-exitcode"], "No changes."),
        ];
        assert_all_registered(&story, sites);
        counts
    };
    let processes = counts(50);
    assert_eq!(processes, counts(1), "a fleet takes what one webhook takes");
    // One to ask for schemas, one to validate, and one for each walk.
    assert_eq!(processes, [2, 3, 4, 3]);
}

#[track_caller]
fn assert_all_registered(story: &Story, sites: usize) {
    let aura = story.aura();
    assert_eq!(aura.webhook_posts().len(), sites);
    assert_eq!(aura.token_requests().len(), sites);
    let registrations = aura.registrations();
    assert_eq!(registrations.len(), sites);
    for registration in registrations {
        let url = format!("https://{}.example.com/aura", registration.source);
        assert_eq!((registration.url, registration.count), (url, 1));
    }
    let ids: BTreeSet<_> = stored_objects(story)
        .iter()
        .map(|instance| instance["attributes"]["id"].to_string())
        .collect();
    assert_eq!(ids.len(), sites, "each has a slot of its own");
    assert!(ids.contains(&format!("\"{}/site-00-client\"", story.host())));
}

#[test]
fn a_source_with_wrong_credentials_fails_alone_and_is_named() {
    let story = fleet(50);
    let sources = |secret: &str| {
        customer_sources(
            &story,
            &format!(
                "{{ for site in local.sites : site => {{ client_id = \"${{site}}-client\", client_secret = {secret} }} }}"
            ),
        );
    };
    sources(r#"site == "site-07" ? "wrong" : "${site}-secret""#);
    let output = story.apply();
    output
        .fails()
        .says("Error: Unable to Register Webhook")
        .says("with aura_panic_webhook.site[\"site-07\"]")
        .says("Cannot get an access token: AURA answered 401 Unauthorized")
        .says(
            "The client credentials came from the attribute customer_sources[\"site-07\"].client_id and the \
             attribute customer_sources[\"site-07\"].client_secret.",
        );
    assert_eq!(output.text().matches("Error:").count(), 1, "{output}");
    assert_eq!(posted(story.aura()).len(), 49);
    assert_eq!(stored_objects(&story).len(), 49);

    sources(r#""${site}-secret""#);
    story.apply().ok().says("1 added, 0 changed, 0 destroyed");
    assert_eq!(posted(story.aura()).len(), 50);
    story.has_no_changes();
}

#[test]
fn sources_don_t_wait_for_each_other() {
    let story = fleet(3);
    story.aura().fault(
        Fault::status(StatusCode::FORBIDDEN)
            .on(Endpoint::Webhook)
            .for_source("site-01")
            .forever(),
    );
    story
        .apply()
        .fails()
        .says("with aura_panic_webhook.site[\"site-01\"]")
        .says("Ask AURA to permit webhook registration for this customer source");
    let registered: Vec<_> = story.aura().registrations();
    let sources: Vec<_> = registered.iter().map(|it| it.source.as_str()).collect();
    assert_eq!(sources, ["site-00", "site-02"]);
}

#[test]
fn an_unknown_source_is_an_error_that_lists_the_keys() {
    let story = fleet(3);
    one_webhook_of(&story, "site-3");
    story
        .plan()
        .fails()
        .says("Error: Unknown Customer Source")
        .says("\"site-3\" is no key of the provider's \"customer_sources\"; its keys are \"site-00\", \"site-01\", \"site-02\".");
    customer_sources(&story, "{}");
    story.plan().fails().says("it has no keys");
}

#[test]
fn a_webhook_without_a_source_needs_credentials_of_the_block() {
    let story = fleet(2);
    story.write("webhooks.tf", &webhook("this", ""));
    story
        .plan()
        .fails()
        .says("Error: Missing Customer Source")
        .says("a key of the provider's \"customer_sources\": \"site-00\", \"site-01\".");
}

#[test]
fn another_customer_source_replaces_the_webhook() {
    let story = fleet(2);
    one_webhook_of(&story, "site-00");
    story.apply().ok();
    one_webhook_of(&story, "site-01");
    let change = story.planned();
    assert_eq!(change["actions"], json!(["delete", "create"]));
    assert_eq!(change["replace_paths"], json!([["customer_source"]]));
    let id = |site| json!(format!("{}/{}", story.host(), client(site)));
    assert_eq!(
        (&change["before"]["id"], &change["after"]["id"]),
        (&id("site-00"), &id("site-01"))
    );
    // What the user has to know: the old source keeps its webhook. It isn't the provider that changed.
    story
        .plan()
        .ok()
        .says(&format!(
            "{:?} keeps its webhook",
            format!("{}/site-00-client", story.host())
        ))
        .never_says("the provider now points at");
    story
        .apply_planned()
        .ok()
        .says("1 added, 0 changed, 1 destroyed");
    assert_eq!(
        posted(story.aura()),
        [
            "https://site-00.example.com/aura",
            "https://site-01.example.com/aura"
        ]
    );
    story.has_no_changes();
}

#[test]
fn another_customer_source_with_on_destroy_leaves_that_to_the_old_one() {
    let story = fleet(2);
    let write = |site: &str| {
        let source = format!("customer_source = {site:?}\n{ON_DESTROY}");
        story.write("webhooks.tf", &webhook("this", &source));
    };
    write("site-00");
    story.apply().ok();
    write("site-01");
    // Nothing is left behind, so nothing is to be said of that.
    story.plan().ok().never_says("keeps its webhook");
    story.apply().ok().says("1 added, 0 changed, 1 destroyed");
    let at = |site| story.aura().registration(site).expect("a webhook").url;
    assert_eq!((&*at("site-00"), &*at("site-01")), (RETIRED_URL, URL));
    story.has_no_changes();
}

#[test]
fn a_source_may_have_an_endpoint_of_its_own() {
    let story = fleet(1);
    let other = Simulator::builder().source(Source::new("far").token("far-token"));
    let other = other.start().expect("an AURA can be simulated");
    let far = other.base_url();
    customer_sources(
        &story,
        &format!("{{ far = {{ base_url = {far:?}, token = \"far-token\" }} }}"),
    );
    one_webhook_of(&story, "far");
    story.apply().ok();
    assert_eq!(posted(&other), ["https://far.example.com/aura"]);
    assert_eq!(story.aura().total_requests(), 0);
    assert_eq!(story.stored()["id"], format!("{}/far", other.address()));
    story.has_no_changes();
}

#[test]
fn the_whole_fleet_may_be_unknown_while_planning() {
    let story = fleet(2);
    story.write(
        "sources.tf",
        r#"
resource "terraform_data" "sources" {
  input = {
    site-00 = { client_id = "site-00-client", client_secret = "site-00-secret" }
    site-01 = { client_id = "site-01-client", client_secret = "site-01-secret" }
  }
}
"#,
    );
    customer_sources(&story, "terraform_data.sources.output");
    let planned = planned_actions(&story);
    assert_eq!(planned.len(), 3);
    assert!(planned.iter().all(|(_, action)| action == "create"));
    story.apply_planned().ok().says("3 added");
    assert_all_registered(&story, 2);
    story.has_no_changes();
    story
        .run(&["destroy", "-auto-approve"])
        .ok()
        .says("3 destroyed");
}

#[test]
fn a_site_leaves_the_fleet_with_its_source() {
    let story = fleet(3);
    story.apply().ok();
    story.write(
        "sites.tf",
        "locals {\n  sites = [\"site-00\", \"site-02\"]\n}\n",
    );
    story
        .apply()
        .ok()
        .says("0 added, 0 changed, 1 destroyed")
        .says("Warning: Webhook Stays Active at AURA");
    assert_eq!(posted(story.aura()).len(), 3);
    story.has_no_changes();
}
