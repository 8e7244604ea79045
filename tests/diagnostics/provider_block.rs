//! The provider block, judged alone and together with the environment.

use aura_test_support::value::{known, with};
use serde_json::{Value as Json, json};

use crate::transcript::Transcript;
use crate::wire::Terraform;

const VALIDATE: &str = "ValidateProviderConfig";
const CONFIGURE: &str = "ConfigureProvider";

/// What the block says for itself.
pub(crate) async fn validate(transcript: &mut Transcript) {
    let terraform = Terraform::start().await;
    for (what, block) in mistakes() {
        let told = terraform.validate_provider(&terraform.block(block)).await;
        transcript.note(VALIDATE, what, &told);
    }
    let north = |what: &str, entry: Json| {
        (
            what.to_owned(),
            json!({"customer_sources": {"north": entry}}),
        )
    };
    let nothing = json!({
        "environment": null, "base_url": null, "token": null, "client_id": null, "client_secret": null
    });
    let entry = |name: &str, value: &str| with(known(nothing.clone()), name, known(json!(value)));
    for (what, entry) in [
        (
            "a customer source with a token and a client",
            with(entry("token", "t"), "client_id", known(json!("c"))),
        ),
        ("a customer source with an empty token", entry("token", "")),
        (
            "a customer source in an unknown environment",
            entry("environment", "prod"),
        ),
    ] {
        let (what, block) = north(what, aura_test_support::value::to_json(&entry));
        let told = terraform.validate_provider(&terraform.block(block)).await;
        transcript.note(VALIDATE, what, &told);
    }
}

fn mistakes() -> Vec<(&'static str, Json)> {
    let base_url = |url: &str| json!({"base_url": url});
    vec![
        (
            "environment and base_url",
            json!({"environment": "staging", "base_url": "https://panic.example.com"}),
        ),
        ("an unknown environment", json!({"environment": "prod"})),
        ("a base_url without a scheme", base_url("panic.example.com")),
        (
            "a base_url of another scheme",
            base_url("ftp://panic.example.com"),
        ),
        (
            "a base_url over plain HTTP",
            base_url("http://panic.example.com"),
        ),
        (
            "a base_url with a password",
            base_url("https://me:pw@panic.example.com"),
        ),
        (
            "a base_url with a query",
            base_url("https://panic.example.com?x=1"),
        ),
        (
            "a base_url with a fragment",
            base_url("https://panic.example.com#x"),
        ),
        (
            "a base_url with a line break",
            base_url("https://panic.example.com\n"),
        ),
        (
            "a malformed base_url",
            base_url("https://panic.example.com:http"),
        ),
        (
            "a token and a client_id",
            json!({"token": "t", "client_id": "c"}),
        ),
        (
            "a token and a client_secret",
            json!({"token": "t", "client_secret": "s"}),
        ),
        ("an empty token", json!({"token": ""})),
        (
            "a client_secret with a line break",
            json!({"client_id": "c", "client_secret": "s\n"}),
        ),
        (
            "a request_timeout that is no duration",
            json!({"request_timeout": "soon"}),
        ),
        (
            "a request_timeout without a unit",
            json!({"request_timeout": "30"}),
        ),
        (
            "a request_timeout of nothing",
            json!({"request_timeout": "0s"}),
        ),
        (
            "a request_timeout of hours",
            json!({"request_timeout": "2h"}),
        ),
        ("too many retries", json!({"max_retries": 101})),
        (
            "something else than a certificate in ca_certificate",
            json!({"ca_certificate": "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n"}),
        ),
        (
            "a path as ca_certificate",
            json!({"ca_certificate": "/etc/ssl/ca.pem"}),
        ),
    ]
}

/// What the block and the environment say together.
pub(crate) async fn configure(transcript: &mut Transcript) {
    let nothing = json!({
        "environment": null, "base_url": null, "token": null, "client_id": null, "client_secret": null
    });
    let half = aura_test_support::value::to_json(&with(
        known(nothing.clone()),
        "client_id",
        known(json!("c")),
    ));
    let terraform = Terraform::start().await;
    for (what, block) in [
        ("no credentials", json!({})),
        ("a client_id alone", json!({"client_id": "c"})),
        ("a client_secret alone", json!({"client_secret": "s"})),
        (
            "a customer source without credentials",
            json!({"customer_sources": {"north": nothing}}),
        ),
        (
            "a customer source with half a client",
            json!({"customer_sources": {"north": half}}),
        ),
    ] {
        let told = terraform.configure(&terraform.block(block)).await;
        transcript.note(CONFIGURE, what, &told);
    }
    for (what, variables) in environments() {
        let start = variables
            .iter()
            .fold(Terraform::builder(), |start, (name, value)| {
                start.env(name, value)
            });
        let terraform = Terraform::with(start).await;
        let told = terraform.configure(&terraform.block(json!({}))).await;
        transcript.note(CONFIGURE, what, &told);
    }
}

type Variables = Vec<(&'static str, &'static str)>;

fn environments() -> Vec<(&'static str, Variables)> {
    let (token, id, secret) = (
        ("AURA_TOKEN", "t"),
        ("AURA_CLIENT_ID", "c"),
        ("AURA_CLIENT_SECRET", "s"),
    );
    vec![
        ("AURA_CLIENT_ID alone", vec![id]),
        ("AURA_CLIENT_SECRET alone", vec![secret]),
        ("a broken AURA_TOKEN", vec![("AURA_TOKEN", "a-token\n")]),
        ("AURA_TOKEN and AURA_CLIENT_ID", vec![token, id]),
        (
            "AURA_ENVIRONMENT and AURA_BASE_URL",
            vec![
                token,
                ("AURA_ENVIRONMENT", "staging"),
                ("AURA_BASE_URL", "https://panic.example.com"),
            ],
        ),
        (
            "an unknown AURA_ENVIRONMENT",
            vec![token, ("AURA_ENVIRONMENT", "prod")],
        ),
        (
            "an AURA_BASE_URL over plain HTTP",
            vec![token, ("AURA_BASE_URL", "http://panic.example.com")],
        ),
    ]
}
