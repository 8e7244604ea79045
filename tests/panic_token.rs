//! The ephemeral resource `aura_panic_token`, opened by the real Terraform.

mod acceptance;

use std::time::Duration;

use acceptance::{CLIENT_ID, CLIENT_SECRET, Story, WEBHOOK, source};
use aura_simulator::{Fault, Simulator};
use aura_test_support::terraform::Feature;

/// Hands the token to a script. `BODY` of the block is up to the test.
const USE: &str = r#"
resource "terraform_data" "script" {
  provisioner "local-exec" {
    command = "sh ./script.sh"
    environment = {
      TOKEN   = ephemeral.aura_panic_token.this.token
      TYPE    = ephemeral.aura_panic_token.this.token_type
      EXPIRES = ephemeral.aura_panic_token.this.expires_at
    }
  }
}
"#;

const REMEMBER: &str = "echo \"$TOKEN\" > token; echo \"$TYPE $EXPIRES\" > rest\n";

/// A story with a token in use, if this Terraform has such blocks; else it must refuse them and do no harm.
fn story(aura: Simulator, settings: &str, block: &str, script: &str) -> Option<Story> {
    let story = Story::with(aura);
    story.provider(&format!(
        "base_url = {:?}\nmax_retries = 0\n{settings}",
        story.base_url()
    ));
    let block = format!("ephemeral \"aura_panic_token\" \"this\" {{\n{block}\n}}\n");
    story.write("token.tf", &format!("{block}{USE}"));
    story.write("script.sh", script);
    if story.version().has(Feature::EPHEMERAL) {
        return Some(story);
    }
    story.run(&["validate"]).fails();
    assert!(story.aura().token_requests().is_empty());
    None
}

fn client() -> String {
    format!("client_id = {CLIENT_ID:?}\nclient_secret = {CLIENT_SECRET:?}")
}

#[track_caller]
fn written(story: &Story, name: &str) -> String {
    let text = std::fs::read_to_string(story.directory().join(name));
    text.expect("the script has run").trim().to_owned()
}

/// Whatever the run left in its directory, and the saved plan in it.
#[track_caller]
fn assert_nowhere_stored(story: &Story, token: &str) {
    for entry in std::fs::read_dir(story.directory()).expect("it can be listed") {
        let path = entry.expect("an entry").path();
        if path.is_file() && !path.ends_with("token") {
            let text = std::fs::read(&path).expect("it can be read");
            let text = String::from_utf8_lossy(&text);
            assert!(!text.contains(token), "{} has it", path.display());
        }
    }
}

#[test]
fn the_token_is_one_that_aura_takes_and_is_stored_nowhere() {
    let Some(story) = story(acceptance::aura(), &client(), "", REMEMBER) else {
        return;
    };
    let output = story.apply();
    output.ok().says("1 added");
    let token = written(&story, "token");
    output.never_says(&token);
    assert_nowhere_stored(&story, &token);
    let rest = written(&story, "rest");
    assert!(
        rest.starts_with("Bearer 20") && rest.ends_with('Z'),
        "{rest}"
    );
    // AURA takes it as it takes the provider's own.
    std::fs::remove_file(story.directory().join("token.tf")).expect("it is there");
    story.provider(&format!(
        "base_url = {:?}\ntoken = {token:?}",
        story.base_url()
    ));
    story.webhook(WEBHOOK);
    story.apply().ok().says("1 added");
}

#[test]
fn a_token_of_a_customer_source_is_that_sources() {
    let sources = format!("customer_sources = {{ north = {{\n{}\n}} }}", client());
    let block = "customer_source = \"north\"";
    let Some(story) = story(acceptance::aura(), &sources, block, REMEMBER) else {
        return;
    };
    story.apply().ok();
    let asked = story.aura().token_requests();
    assert_eq!(asked.len(), 2, "once in the plan and once in the apply");
    assert_eq!(asked[0].body["clientId"], CLIENT_ID);
}

#[test]
fn a_token_is_no_client_to_exchange() {
    let Some(story) = story(acceptance::aura(), "token = \"t\"", "", REMEMBER) else {
        return;
    };
    let output = story.apply();
    output.fails().says("No Client Credentials to Exchange");
    output.says("AURA_CLIENT_ID and AURA_CLIENT_SECRET");
    assert!(story.aura().token_requests().is_empty());
}

#[test]
fn a_client_that_aura_refuses_is_an_error_that_says_whose_it_is() {
    let Some(story) = story(acceptance::aura(), &client(), "", REMEMBER) else {
        return;
    };
    let refused = Fault::status(http::StatusCode::UNAUTHORIZED);
    story
        .aura()
        .fault(refused.on(aura_simulator::Endpoint::Token).forever());
    let output = story.apply();
    output.fails().says("Unable to Get Token").says("client_id");
}

#[test]
fn a_token_in_use_until_its_end_is_renewed_and_the_user_warned() {
    let source = source().token_lifetime(Duration::from_secs(4));
    let aura = Simulator::builder()
        .source(source)
        .start()
        .expect("an AURA");
    let script = "sleep 6\n";
    let Some(story) = story(aura, &client(), "", script) else {
        return;
    };
    story.apply().ok().says("Panic API Token Ran Out");
    assert!(
        story.aura().token_requests().len() >= 3,
        "plan, apply, renewal"
    );
}
