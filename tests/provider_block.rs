//! The provider block: what it leads to, and for how many AURAs.

mod acceptance;

use aura_simulator::{Simulator, Tls};
use serde_json::json;

use acceptance::{CLIENT_ID, CLIENT_SECRET, Story, TOKEN, WEBHOOK, aura, source};

/// A story whose provider block is as given; nothing in it leads to AURA.
fn with_block(block: &str) -> Story {
    let story = Story::new();
    story.provider(block);
    story.webhook(WEBHOOK);
    story
}

#[test]
fn nothing_configured_says_what_to_set() {
    with_block("")
        .plan()
        .fails()
        .says("Error: Missing Credentials")
        .says("Set \"client_id\" and \"client_secret\" in the provider block")
        .says("AURA_CLIENT_ID and AURA_CLIENT_SECRET")
        .says("or set \"token\" (or AURA_TOKEN)");
}

#[test]
fn half_a_client_in_the_block_says_which_half_is_missing() {
    with_block("client_id = \"fleet\"")
        .plan()
        .fails()
        .says("Error: Incomplete Credentials")
        .says(
            "\"client_id\" is set without \"client_secret\". Set \"client_secret\" too, or the environment variable \
             AURA_CLIENT_SECRET.",
        );
    with_block("client_secret = \"half\"")
        .plan()
        .fails()
        .says(
            "\"client_secret\" is set without \"client_id\". Set \"client_id\" too, or the environment variable \
             AURA_CLIENT_ID.",
        );
}

#[test]
fn a_base_url_may_end_in_a_slash_or_in_the_apis_path() {
    let story = Story::new();
    story.webhook(WEBHOOK);
    for suffix in ["", "/", "/panic-api/v2", "/panic-api/v2/"] {
        story.provider(&format!(
            "base_url = \"{}{suffix}\"\ntoken = {TOKEN:?}",
            story.base_url()
        ));
        story
            .run(&["apply", "-auto-approve", "-replace=aura_panic_webhook.this"])
            .ok();
        let posts = story.posts();
        let last = posts.last().expect("AURA was asked");
        assert_eq!(last.path, "/panic-api/v2/notifiers/webhooks");
        assert_eq!(story.stored()["id"], format!("{}/default", story.host()));
    }
}

#[test]
fn an_authority_of_ones_own_is_trusted_when_configured() {
    let story = Story::with(https());
    story.webhook(WEBHOOK);
    story
        .apply()
        .fails()
        .says(&format!(
            "The certificate of {} is not trusted: it is signed by an authority that is not trusted here.",
            story.host()
        ))
        .says("give its authority's certificate in \"ca_certificate\". Nothing was sent.");
    assert_eq!(story.aura().total_requests(), 0);

    let ca = story
        .aura()
        .ca_pem()
        .expect("TLS has an authority")
        .to_owned();
    story.write("ca.pem", &ca);
    story.settings("ca_certificate = file(\"ca.pem\")\nmax_retries = 0");
    story.apply().ok();
    assert_eq!(story.posts().len(), 1);
}

#[test]
fn a_proxy_is_used_for_every_aura_but_one_on_this_machine() {
    let mut story = Story::new();
    // Port 9 is for discarding, and nobody does that any more.
    for name in ["HTTP_PROXY", "HTTPS_PROXY"] {
        story.env(name, "http://127.0.0.1:9");
    }
    story.webhook(WEBHOOK);
    story.apply().ok();

    let elsewhere = "https://aura.example.invalid";
    story.provider(&format!(
        "base_url = {elsewhere:?}\ntoken = {TOKEN:?}\nmax_retries = 0"
    ));
    story
        .apply()
        .fails()
        .says("Cannot connect to aura.example.invalid: connection refused");
    story.env("NO_PROXY", "aura.example.invalid");
    story
        .apply()
        .fails()
        .never_says("connection refused")
        .says("Cannot connect to");
}

fn https() -> Simulator {
    let aura = Simulator::builder().source(source()).tls(Tls::default());
    aura.start().expect("an AURA can be simulated")
}

#[test]
fn aura_learns_who_is_calling_and_what_the_user_appends() {
    let mut story = Story::new();
    story.env("TF_APPEND_USER_AGENT", "pipeline/7");
    story.webhook(WEBHOOK);
    story.apply().ok();
    let agent = story.posts()[0].headers["user-agent"].clone();
    let agent = agent.to_str().expect("ASCII");
    let version = story.version();
    let (major, minor) = version.release;
    assert!(
        agent.starts_with(&format!("Terraform/{major}.{minor}.{}", version.patch))
            && agent.contains(" terraform-provider-aura/")
            && agent.ends_with(" pipeline/7"),
        "{agent}"
    );
}

#[test]
fn two_provider_blocks_keep_apart() {
    let story = Story::new();
    let other = aura();
    story.webhook(WEBHOOK);
    story.write(
        "other.tf",
        &format!(
            "provider \"aura\" {{\n  alias = \"other\"\n  base_url = {:?}\n  client_id = {CLIENT_ID:?}\n  \
             client_secret = {CLIENT_SECRET:?}\n}}\n\
             resource \"aura_panic_webhook\" \"other\" {{\n  provider = aura.other\n  \
             url = \"https://other.example.com/aura\"\n  events = [\"CALLOUT_OWNED\"]\n}}\n",
            other.base_url()
        ),
    );
    story.apply().ok().says("2 added");
    assert_eq!((story.posts().len(), other.webhook_posts().len()), (1, 1));
    assert_eq!(
        story.registered_url().as_deref(),
        Some("https://alerts.example.com/aura")
    );
    let registration = other.registration("fleet").expect("a registration");
    assert_eq!(registration.url, "https://other.example.com/aura");
    story.has_no_changes();
}

#[test]
fn a_provider_that_depends_on_another_resource_plans_and_applies() {
    let story = Story::new();
    story.provider(&format!(
        "base_url = terraform_data.base_url.output\ntoken = {TOKEN:?}\nmax_retries = 0"
    ));
    story.write(
        "base_url.tf",
        &format!(
            "resource \"terraform_data\" \"base_url\" {{\n  input = {:?}\n}}\n",
            story.base_url()
        ),
    );
    story.webhook(WEBHOOK);
    let change = story.planned();
    assert_eq!(change["actions"], json!(["create"]));
    assert_eq!(change["after_unknown"]["id"], true);
    story.apply_planned().ok().says("2 added");
    assert_eq!(story.stored()["id"], format!("{}/default", story.host()));
    story.has_no_changes();
}

#[test]
fn credentials_may_come_from_another_resource_too() {
    for (name, attribute, slot) in [
        ("token", format!("token = {}", output(TOKEN)), "default"),
        (
            "client_secret",
            format!(
                "client_id = {CLIENT_ID:?}\nclient_secret = {}",
                output(CLIENT_SECRET)
            ),
            CLIENT_ID,
        ),
    ] {
        let story = Story::new();
        let base_url = story.base_url();
        story.provider(&format!("base_url = {base_url:?}\n{attribute}"));
        story.write(
            "credential.tf",
            "resource \"terraform_data\" \"credential\" {}\n",
        );
        story.webhook(WEBHOOK);
        let change = story.planned();
        // A secret doesn't tell whose it is, a client id does.
        let known = name == "client_secret";
        assert_eq!(change["after_unknown"]["id"].is_null(), known, "{name}");
        story.apply_planned().ok();
        assert_eq!(story.stored()["id"], format!("{}/{slot}", story.host()));
        story.has_no_changes();
    }
}

/// An expression that is this credential, and known only once `terraform_data.credential` has been created.
fn output(credential: &str) -> String {
    format!("terraform_data.credential.id == \"\" ? \"\" : {credential:?}")
}
