//! A fleet under the real Terraform, fifty at a time.

use aura_simulator::{Simulator, Source};

use crate::acceptance::Story;
use crate::observed::stored_objects;
use crate::size::{Size, report};
use crate::worker::{client, secret};

/// As many sites as that, each a customer source with a client of its own.
fn fleet(sites: usize) -> Story {
    let names: Vec<_> = (0..sites).map(|site| format!("site-{site:03}")).collect();
    let aura = names.iter().fold(Simulator::builder(), |aura, name| {
        aura.source(Source::new(name).client(client(name), secret(name)))
    });
    let story = Story::with(aura.start().expect("an AURA can be simulated"));
    story.write("sites.tf", &format!("locals {{\n  sites = {names:?}\n}}\n"));
    let base_url = story.base_url();
    story.provider(&format!(
        r#"
  base_url = {base_url:?}
  customer_sources = {{
    for site in local.sites : site => {{ client_id = "${{site}}-client", client_secret = "${{site}}-secret" }}
  }}"#
    ));
    story.write(
        "webhooks.tf",
        r#"
variable "run" {
  default = "1"
}

resource "aura_panic_webhook" "site" {
  for_each        = toset(local.sites)
  customer_source = each.key
  url             = "https://${each.key}.example.com/aura"
  events          = ["NEW_CALLOUT"]
  headers         = { X-Site = each.key }
  triggers        = { run = var.run }
}
"#,
    );
    story
}

#[test]
fn a_fleet_is_applied_changed_and_destroyed_fifty_at_a_time() {
    let sites = Size::of_this_run().sites;
    let story = fleet(sites);
    let apply = |more: &[&str]| {
        let arguments = [&["apply", "-auto-approve", "-parallelism=50"], more].concat();
        story.run(&arguments)
    };
    apply(&[]).ok().says(&format!("{sites} added, 0 changed"));
    assert_registered(&story, sites, 1);
    apply(&["-var=run=2"])
        .ok()
        .says(&format!("0 added, {sites} changed"));
    assert_registered(&story, sites, 2);
    apply(&["-var=run=2"]).ok().says("No changes.");
    apply(&["-destroy"])
        .ok()
        .says(&format!("{sites} destroyed"));
    assert_registered(&story, sites, 2);
    assert_eq!(stored_objects(&story).len(), 0);
    report(&format!(
        "{sites} resources applied, changed and destroyed at -parallelism=50"
    ));
}

#[track_caller]
fn assert_registered(story: &Story, sites: usize, times: u64) {
    let registrations = story.aura().registrations();
    assert_eq!(registrations.len(), sites);
    for registration in registrations {
        let url = format!("https://{}.example.com/aura", registration.source);
        assert_eq!((registration.url, registration.count), (url, times));
    }
}
