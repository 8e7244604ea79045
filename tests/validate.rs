//! What `terraform validate` finds, and where it points.

mod acceptance;

use serde_json::Value;

use acceptance::{Story, WEBHOOK};

/// A line with a mistake in it, the summary of what is said about it, and part of the detail.
type Mistake = (&'static str, &'static str, &'static str);

/// Terraform quotes the line that it points at, so secrets stand elsewhere. [`Story::run`] looks for them.
const SECRETS: &str = r#"
locals {
  secret        = "canary-header-value"
  two_lines     = "canary-header-value\r\nInjected: 1"
  with_password = "https://me:canary-header-value@alerts.example.com"
}
"#;

/// Words of Terraform's own, in every workspace of these tests.
const DEVELOPMENT_OVERRIDES: &str = "Provider development overrides are in effect";

/// The diagnostics of `validate -json`, which never asks AURA.
#[track_caller]
fn findings(story: &Story) -> Vec<Value> {
    let output = story.run(&["validate", "-json"]);
    let mut report: Value = serde_json::from_str(&output.stdout).expect("the report is JSON");
    let Value::Array(mut diagnostics) = report["diagnostics"].take() else {
        panic!("no diagnostics in {output}");
    };
    diagnostics.retain(|diagnostic| diagnostic["summary"] != DEVELOPMENT_OVERRIDES);
    assert_eq!(story.aura().total_requests(), 0);
    diagnostics
}

/// Checks that `validate` says this of each mistake, points at it, and says nothing else.
#[track_caller]
fn assert_told(story: &Story, severity: &str, mistakes: &[Mistake]) {
    let findings = findings(story);
    for (line, summary, detail) in mistakes {
        let about = |told: &&Value| {
            let code = told["snippet"]["code"].as_str();
            code.is_some_and(|code| code.trim() == *line)
        };
        let [told] = findings.iter().filter(about).collect::<Vec<_>>()[..] else {
            panic!("not one finding at {line:?}: {findings:#?}");
        };
        assert_eq!(told["severity"], severity, "{told:#}");
        assert_eq!(told["summary"], *summary, "{told:#}");
        let said = told["detail"].as_str().expect("a detail");
        assert!(said.contains(detail), "no {detail:?} in {told:#}");
    }
    assert_eq!(findings.len(), mistakes.len(), "{findings:#?}");
}

/// Makes each mistake in a webhook of its own, in the place of `{}`.
#[track_caller]
fn webhooks(severity: &str, block: &str, mistakes: &[Mistake]) {
    let story = Story::new();
    story.write("secrets.tf", SECRETS);
    let webhooks = mistakes.iter().enumerate().map(|(number, (line, ..))| {
        let block = block.replace("{}", line);
        format!("resource \"aura_panic_webhook\" \"number_{number}\" {{\n{block}\n}}\n")
    });
    story.write("webhooks.tf", &webhooks.collect::<String>());
    assert_told(&story, severity, mistakes);
}

/// Makes each mistake in a provider block of its own, in the place of `{}`.
#[track_caller]
fn providers(block: &str, mistakes: &[Mistake]) {
    let story = Story::new();
    story.write("secrets.tf", SECRETS);
    // Terraform doesn't look at a provider that nothing uses.
    let providers = mistakes.iter().enumerate().map(|(number, (line, ..))| {
        let block = block.replace("{}", line);
        format!(
            "provider \"aura\" {{\nalias = \"number_{number}\"\n{block}\n}}\n\
             resource \"aura_panic_webhook\" \"number_{number}\" {{\nprovider = aura.number_{number}\n{WEBHOOK}}}\n"
        )
    });
    story.write("providers.tf", &providers.collect::<String>());
    assert_told(&story, "error", mistakes);
}

#[test]
#[rustfmt::skip]
fn urls_that_aura_must_not_call_are_refused() {
    webhooks("error", "{}\nevents = [\"NEW_CALLOUT\"]", &[
        (r#"url = "http://alerts.example.com/aura""#, "Invalid Webhook URL", "The URL is not HTTPS"),
        (r#"url = "/aura""#, "Invalid Webhook URL", "The URL is not absolute"),
        (r#"url = "alerts.example.com/aura""#, "Invalid Webhook URL", "The URL is not absolute"),
        (r#"url = local.with_password"#, "Invalid Webhook URL", "has a user name or password in it"),
        (r#"url = "https://alerts.example.com/#top""#, "Invalid Webhook URL", "has a fragment"),
        (r#"url = "https://alerts.example.com/a b""#, "Invalid Webhook URL", "has spaces or line breaks"),
        (r#"url = "https://""#, "Invalid Webhook URL", "The URL has no host"),
        (r#"url = """#, "Invalid Webhook URL", "The URL is not absolute"),
    ]);
}

#[test]
#[rustfmt::skip]
fn events_that_are_none_are_refused() {
    webhooks("error", "url = \"https://alerts.example.com/aura\"\n{}", &[
        (r#"events = []"#, "No Events", "Name at least one event type, such as \"NEW_CALLOUT\"."),
        (r#"events = ["NEW_CALLOUT", ""]"#, "Invalid Event Type", "An event is empty."),
        (r#"events = ["NEW_CALLOUT", null]"#, "Invalid Event Type", "An event is null."),
        (r#"events = [" NEW_CALLOUT"]"#, "Invalid Event Type", "\" NEW_CALLOUT\" has spaces around it"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_delivery_method_other_than_auras_is_refused() {
    webhooks("error", &format!("{WEBHOOK}\n{{}}"), &[
        (r#"method = "email""#, "Unsupported Delivery Method", "Remove \"method\", or set it to \"webhook\"."),
    ]);
}

#[test]
#[rustfmt::skip]
fn headers_that_cannot_be_sent_are_refused() {
    webhooks("error", &format!("{WEBHOOK}\nheaders = {{\nX-First = local.secret\n{{}}\n}}"), &[
        (r#""X Key" = local.secret"#, "Invalid Header Name", "\"X Key\" can't be the name of an HTTP header"),
        (r#"X-Key = local.two_lines"#, "Invalid Header Value", "The value of header \"X-Key\" has a line break in it"),
        (r#"X-Key = "schön""#, "Invalid Header Value", "has characters in it that a header can't carry"),
        (r#"X-Key = null"#, "Invalid Header Value", "The value of header \"X-Key\" is null"),
        (r#"x-first = local.secret"#, "Duplicate Header", "headers[\"X-First\"] and headers[\"x-first\"] are one header"),
    ]);
}

#[test]
#[rustfmt::skip]
fn an_event_that_aura_may_not_know_is_a_warning_with_a_suggestion() {
    webhooks("warning", "url = \"https://alerts.example.com/aura\"\n{}", &[
        (r#"events = ["NEW_CALOUT"]"#, "Unknown Event Type", "Did you mean \"NEW_CALLOUT\"?"),
        (r#"events = ["FULL_MOON"]"#, "Unknown Event Type", "Check its spelling in AURA's documentation."),
        (
            r#"events = ["NEW_CALLOUT", "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA"]"#,
            "Deprecated Event Type",
            "Use \"RESPONDER_ACKNOWLEDGED_CALLOUT\" instead.",
        ),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_host_that_aura_cannot_reach_is_a_warning() {
    webhooks("warning", "{}\nevents = [\"NEW_CALLOUT\"]", &[
        (r#"url = "https://10.1.2.3/aura""#, "Webhook URL Not Reachable for AURA", "can't reach \"10.1.2.3\""),
        (r#"url = "https://nas.local/aura""#, "Webhook URL Not Reachable for AURA", "use a host name that is public"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_header_that_the_transport_sets_is_a_warning() {
    webhooks("warning", &format!("{WEBHOOK}\nheaders = {{\n{{}}\n}}"), &[
        (r#"Host = local.secret"#, "Header Set by the Transport", "\"Host\" is set by the HTTP connection itself"),
        (r#"content-length = "1""#, "Header Set by the Transport", "use a name such as \"X-content-length\""),
    ]);
}

#[test]
#[rustfmt::skip]
fn settings_of_the_provider_that_make_no_sense_are_refused() {
    let retries = "\"max_retries\" must be a whole number from 0 to 100";
    providers("{}", &[
        (r#"environment = "prod""#, "Unknown Environment", "it can be \"staging\" or \"production\""),
        (r#"base_url = "http://panic.example.com""#, "Invalid Base URL", "must start with https://"),
        (r#"base_url = local.with_password"#, "Invalid Base URL", "must not contain a user name or password"),
        (r#"token = local.two_lines"#, "Invalid Credential", "\"token\" has spaces around it or line breaks in it"),
        (r#"client_id = """#, "Invalid Credential", "\"client_id\" is empty"),
        (r#"request_timeout = "soon""#, "Invalid Request Timeout", "Write a number and a unit, such as \"30s\""),
        (r#"request_timeout = "0s""#, "Invalid Request Timeout", "leaves no time for an answer"),
        (r#"max_retries = -1"#, "Invalid Number of Retries", retries),
        (r#"max_retries = 1.5"#, "Invalid Number of Retries", retries),
        (r#"ca_certificate = "ca.pem""#, "Invalid CA Certificate", "write ca_certificate = file(\"ca.pem\")"),
    ]);
}

#[test]
#[rustfmt::skip]
fn settings_of_the_provider_that_contradict_each_other_are_refused() {
    providers("environment = \"staging\"\n{}", &[(
        r#"base_url = "https://panic.example.com""#,
        "Conflicting Endpoint",
        "\"environment\" and \"base_url\" both say where the Panic API is. Remove one of them.",
    )]);
    for client in ["client_id", "client_secret"] {
        providers(&format!("{client} = \"fleet\"\n{{}}"), &[(
            "token = local.secret",
            "Conflicting Credentials",
            "are two ways to authenticate. Remove \"token\" to have tokens fetched",
        )]);
    }
}

#[test]
fn a_required_attribute_that_is_null_is_refused() {
    // Terraform itself only asks whether it was written.
    let story = Story::new();
    story.webhook("url = null\nevents = null");
    let mut told: Vec<_> = findings(&story)
        .iter()
        .map(|told| [&told["severity"], &told["snippet"]["code"]].map(Value::to_string))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            ["\"error\"", "\"events = null\""],
            ["\"error\"", "\"url = null\""]
        ]
    );
}

#[test]
fn what_is_not_known_yet_is_not_judged() {
    let story = Story::new();
    story.provider(
        r#"
        environment     = var.given
        base_url        = terraform_data.later.output
        token           = var.given
        client_id       = terraform_data.later.output
        client_secret   = var.given
        request_timeout = var.given
        max_retries     = terraform_data.later.output
        ca_certificate  = var.given
        "#,
    );
    story.webhook(
        r#"
        url     = terraform_data.later.output
        events  = [var.given, "NEW_CALLOUT"]
        method  = var.given
        headers = { X-Key = var.given }
        "#,
    );
    story.write(
        "later.tf",
        r#"
        variable "given" {}
        resource "terraform_data" "later" { input = var.given }
        resource "aura_panic_webhook" "wholly" {
          url     = var.given
          events  = terraform_data.later.output
          headers = terraform_data.later.output
        }
        "#,
    );
    assert_eq!(findings(&story), [Value::Null; 0]);
}

#[test]
fn what_is_known_beside_the_unknown_is_judged() {
    let story = Story::new();
    story.write("given.tf", "variable \"given\" {}\n");
    story.webhook("url = var.given\nevents = [var.given, \"NEW_CALOUT\"]");
    let detail = "Did you mean \"NEW_CALLOUT\"?";
    let line = "events = [var.given, \"NEW_CALOUT\"]";
    assert_told(&story, "warning", &[(line, "Unknown Event Type", detail)]);
}

#[test]
fn what_is_right_is_passed_without_a_remark() {
    let story = Story::new();
    story.write("secrets.tf", SECRETS);
    story.webhook(&format!(
        "{WEBHOOK}\nmethod = \"webhook\"\nheaders = {{ X-Key = local.secret, x-other = \"a b\\tc\" }}"
    ));
    assert_eq!(findings(&story), [Value::Null; 0]);
}
