//! The examples, which people copy: each must be valid, and what declares resources must apply.

mod acceptance;

use std::fs;
use std::path::{Path, PathBuf};

use aura_simulator::{Simulator, Source};
use aura_test_support::terraform::{Feature, Workspace};

use acceptance::{CLIENT_ID, CLIENT_SECRET, Story, TOKEN};

/// Every directory under `examples/` with a configuration in it.
fn examples() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")];
    while let Some(directory) = waiting.pop() {
        if !configuration(&directory).is_empty() {
            found.push(directory.clone());
        }
        waiting.extend(entries(&directory).into_iter().filter(|path| path.is_dir()));
    }
    found.sort();
    found
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory)
        .expect("the examples can be read")
        .map(|entry| entry.expect("the examples can be read").path())
        .collect()
}

/// Another way to import what `import-by-string-id.tf` imports: not both at once.
const BY_IDENTITY: &str = "import-by-identity.tf";

/// The `.tf` files of a directory: name and text.
fn configuration(directory: &Path) -> Vec<(String, String)> {
    entries(directory)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "tf"))
        .filter(|path| !path.ends_with(BY_IDENTITY))
        .map(|path| {
            let name = path.file_name().expect("a file has a name");
            let text = fs::read_to_string(&path).expect("an example is text");
            (name.to_string_lossy().into_owned(), text)
        })
        .collect()
}

/// The names of the variables that the text declares.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    let declarations = text
        .lines()
        .filter_map(|line| line.strip_prefix("variable \""));
    declarations.filter_map(|rest| Some(rest.split_once('"')?.0))
}

/// A story with the example's files in it, and a provider block if they have none.
fn story(files: &[(String, String)]) -> Story {
    let story = Story::new();
    if has_a_provider_block(files) {
        story.write("provider.tf", "");
    }
    for (name, text) in files {
        story.write(name, text);
    }
    story
}

/// The same with a value for each variable, which must be text.
fn story_with_values(files: &[(String, String)]) -> Story {
    let mut story = story(files);
    for variable in files.iter().flat_map(|(_, text)| variables(text)) {
        story.env(&format!("TF_VAR_{variable}"), "example");
    }
    story
}

/// Whether this Terraform has what the example shows.
fn is_possible(story: &Story, files: &[(String, String)]) -> bool {
    let shows = |what: &str| files.iter().any(|(_, text)| text.contains(what));
    (!shows("provider::aura::") || story.version().has(Feature::FUNCTIONS))
        && (!shows("ephemeral \"") || story.version().has(Feature::EPHEMERAL))
}

fn has_a_provider_block(files: &[(String, String)]) -> bool {
    files
        .iter()
        .any(|(_, text)| text.contains("provider \"aura\" {"))
}

#[test]
fn every_example_is_valid_without_a_remark() {
    let mut found = Vec::new();
    for directory in examples() {
        let files = configuration(&directory);
        let story = story(&files);
        found.push(directory);
        if !is_possible(&story, &files) {
            continue;
        }
        story
            .run(&["validate"])
            .ok()
            .says("The configuration is valid")
            .never_says("with aura_panic_webhook");
    }
    for expected in [
        "complete",
        "provider",
        "resources/aura_panic_webhook",
        "functions/event_types",
        "ephemeral-resources/aura_panic_token",
    ] {
        assert!(
            found.iter().any(|directory| directory.ends_with(expected)),
            "no example {expected} in {found:?}"
        );
    }
}

#[test]
fn the_complete_example_serves_its_fleet_and_keeps_its_secrets_out_of_state() {
    let sources = ["north", "south"]
        .map(|name| Source::new(name).client(format!("{name}-client"), format!("{name}-secret")));
    let aura = sources
        .into_iter()
        .fold(Simulator::builder(), |aura, source| aura.source(source));
    let aura = aura.start().expect("a simulator starts");
    let mut terraform = Workspace::new(env!("CARGO_BIN_EXE_terraform-provider-aura"));
    if !terraform.version().has(Feature::WRITE_ONLY) {
        return;
    }
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/complete");
    for (name, text) in configuration(&example) {
        terraform.write(&name, &text);
    }
    let test = "tests/webhooks.tftest.hcl";
    let text = fs::read_to_string(example.join(test)).expect("the example has a test");
    terraform.write(test, &text);
    terraform.env("AURA_BASE_URL", aura.base_url());
    terraform.env(
        "TF_VAR_client_secrets",
        r#"{"north":"north-secret","south":"south-secret"}"#,
    );
    terraform.env(
        "TF_VAR_delivery_tokens",
        r#"{"north":"canary-n","south":"canary-s"}"#,
    );

    terraform.apply().ok().says("2 added");
    terraform.run(&["plan", "-detailed-exitcode"]).exits(0);
    let north = aura.registration("north").expect("north is registered");
    assert_eq!(north.headers["Authorization"], "Bearer canary-n");
    assert!(!terraform.stored_state().to_string().contains("canary"));
    terraform.run(&["test"]).ok();
    terraform.destroy().ok();
    let north = aura.registration("north").expect("something remains");
    assert_eq!(north.url, "https://sink.example.com/aura");
}

#[test]
fn every_resource_example_applies_once_and_for_all() {
    for directory in examples() {
        let files = configuration(&directory);
        if has_a_provider_block(&files) || directory.ends_with("aura_panic_token") {
            continue;
        }
        let story = story_with_values(&files);
        if !is_possible(&story, &files) {
            continue;
        }
        story.apply().ok().says("Apply complete!");
        story.has_no_changes();
        let posts = story.posts();
        assert!(
            !posts.is_empty(),
            "{} registers nothing",
            directory.display()
        );
        assert_eq!(posts[0].headers["authorization"], format!("Bearer {TOKEN}"));
    }
}

#[test]
fn the_example_of_a_token_hands_it_to_its_script_and_to_nobody_else() {
    let directory =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ephemeral-resources/aura_panic_token");
    let files = configuration(&directory);
    let story = story(&files);
    if !is_possible(&story, &files) {
        return;
    }
    let base_url = story.base_url();
    story.provider(&format!(
        "base_url = {base_url:?}\nclient_id = {CLIENT_ID:?}\nclient_secret = {CLIENT_SECRET:?}"
    ));
    story.write("smoke-test.sh", "test -n \"$AURA_TOKEN\" && touch tested\n");
    story.apply().ok().says("1 added");
    assert!(story.directory().join("tested").exists(), "the script ran");
    assert_eq!(story.aura().token_requests().len(), 2, "plan and apply");
    story.has_no_changes();
}

#[test]
fn an_example_of_an_import_gives_an_id_that_can_be_imported() {
    let directory =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/resources/aura_panic_webhook");
    let script = fs::read_to_string(directory.join("import.sh")).expect("an example is text");
    let command = script
        .lines()
        .find_map(|line| line.strip_prefix("terraform "))
        .expect("the script runs Terraform");
    let arguments: Vec<&str> = command.split_whitespace().collect();
    let story = story_with_values(&configuration(&directory));
    story.run(&arguments).ok().says("Import successful!");
}

#[test]
fn an_example_of_an_import_by_identity_names_a_slot() {
    let directory =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/resources/aura_panic_webhook");
    let text = fs::read_to_string(directory.join(BY_IDENTITY)).expect("an example is text");
    let mut files = configuration(&directory);
    files.retain(|(name, _)| !name.starts_with("import"));
    let story = story_with_values(&files);
    if !story.version().has(Feature::RESOURCE_IDENTITY) {
        return;
    }
    story.write(BY_IDENTITY, &text);
    story
        .provider("environment = \"production\"\nclient_id = \"my-client\"\nclient_secret = \"s\"");
    story
        .plan()
        .ok()
        .says("1 to import, 0 to add, 1 to change, 0 to destroy");
}
