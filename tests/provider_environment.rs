//! What the environment variables say, alone and beside the provider block.

mod acceptance;

use acceptance::{CLIENT_ID, CLIENT_SECRET, Story, TOKEN, WEBHOOK};

/// Environment variables: name and value.
type Variables<'a> = &'a [(&'a str, &'a str)];

/// A story whose provider block is empty and whose environment is as given.
fn with_environment(variables: Variables<'_>) -> Story {
    let mut story = Story::new();
    story.provider("");
    story.webhook(WEBHOOK);
    for (name, value) in variables {
        story.env(name, value);
    }
    story
}

/// The same, with `AURA_BASE_URL` set to the AURA's.
fn at_aura(variables: Variables<'_>) -> Story {
    let mut story = with_environment(variables);
    let base_url = story.base_url().to_owned();
    story.env("AURA_BASE_URL", &base_url);
    story
}

#[test]
fn a_token_in_the_environment_is_enough() {
    let story = at_aura(&[("AURA_TOKEN", TOKEN)]);
    story.apply().ok();
    assert_eq!(story.posts().len(), 1);
    assert_eq!(story.stored()["id"], format!("{}/default", story.host()));
}

#[test]
fn a_client_in_the_environment_is_enough() {
    let story = at_aura(&[
        ("AURA_CLIENT_ID", CLIENT_ID),
        ("AURA_CLIENT_SECRET", CLIENT_SECRET),
    ]);
    story.apply().ok();
    assert_eq!(story.posts().len(), 1);
    assert_eq!(
        story.stored()["id"],
        format!("{}/{CLIENT_ID}", story.host())
    );
}

#[test]
fn the_block_beats_the_environment() {
    let mut story = Story::new();
    story.webhook(WEBHOOK);
    for (name, value) in [
        ("AURA_CLIENT_ID", "somebody-else"),
        ("AURA_CLIENT_SECRET", "wrong-secret"),
        ("AURA_ENVIRONMENT", "production"),
    ] {
        story.env(name, value);
    }
    story.apply().ok();
    assert!(story.aura().token_requests().is_empty());
    assert_eq!(story.stored()["id"], format!("{}/default", story.host()));
}

#[test]
fn the_environment_decides_which_aura_a_plan_is_for() {
    let mut story = with_environment(&[("AURA_TOKEN", TOKEN)]);
    assert_eq!(
        story.planned()["after"]["id"],
        "staging-panic.aura.services/default"
    );
    story.env("AURA_ENVIRONMENT", "production");
    assert_eq!(
        story.planned()["after"]["id"],
        "panic.aura.services/default"
    );
}

#[test]
fn a_client_may_be_half_in_the_block_and_half_in_the_environment() {
    let mut story = Story::new();
    story.provider(&format!(
        "base_url = {:?}\nclient_id = {CLIENT_ID:?}",
        story.base_url()
    ));
    story.webhook(WEBHOOK);
    story.env("AURA_CLIENT_SECRET", CLIENT_SECRET);
    story.env("AURA_TOKEN", "somebody-elses");
    story.apply().ok();
    assert_eq!(story.aura().token_requests().len(), 1);
}

#[test]
fn contradictions_and_halves_in_the_environment_name_the_variables() {
    let cases: [(Variables<'_>, &str, &str); 5] = [
        (
            &[("AURA_TOKEN", TOKEN), ("AURA_CLIENT_ID", CLIENT_ID)],
            "Conflicting Credentials",
            "AURA_TOKEN and one or both of AURA_CLIENT_ID and AURA_CLIENT_SECRET are set",
        ),
        (
            &[("AURA_CLIENT_ID", CLIENT_ID)],
            "Incomplete Credentials",
            "AURA_CLIENT_ID is set without AURA_CLIENT_SECRET. Set AURA_CLIENT_SECRET too.",
        ),
        (
            &[("AURA_CLIENT_SECRET", CLIENT_SECRET)],
            "Incomplete Credentials",
            "AURA_CLIENT_SECRET is set without AURA_CLIENT_ID. Set AURA_CLIENT_ID too.",
        ),
        (
            &[
                ("AURA_TOKEN", TOKEN),
                ("AURA_ENVIRONMENT", "staging"),
                ("AURA_BASE_URL", "https://panic.example.com"),
            ],
            "Conflicting Endpoint",
            "AURA_ENVIRONMENT and AURA_BASE_URL both say where the Panic API is. Unset one of them",
        ),
        (
            &[
                ("AURA_TOKEN", TOKEN),
                ("AURA_BASE_URL", "panic.example.com"),
            ],
            "Invalid Base URL",
            "The environment variable AURA_BASE_URL can't be used",
        ),
    ];
    for (variables, summary, detail) in cases {
        with_environment(variables)
            .plan()
            .fails()
            .says(summary)
            .says(detail);
    }
}

#[test]
fn a_token_from_the_environment_is_named_when_aura_refuses_it() {
    let story = at_aura(&[("AURA_TOKEN", "stale")]);
    story
        .apply()
        .fails()
        .says("The credentials came from the environment variable AURA_TOKEN.")
        .never_says("stale");
}
