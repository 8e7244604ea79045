use serde_json::{Value, json};

use super::{EchoDifference, differences};
use crate::aura::{Credentials, Registration, Secret, redaction::Redaction};

#[track_caller]
fn told(answer: Value) -> Vec<String> {
    let sent = Registration {
        url: "https://example.com".to_owned(),
        events: ["NEW_CALLOUT", "CAFÉ"].map(str::to_owned).into(),
        method: "webhook".to_owned(),
        headers: [("X-Key", "k3y"), ("X-Other", "0th3r")]
            .map(|(name, value)| (name.to_owned(), Secret::from(value.to_owned())))
            .into(),
    };
    let credentials = Credentials::Token(Secret::from("t0k3n".to_owned()));
    let redaction = Redaction {
        credentials: &credentials,
        token: None,
        headers: Some(&sent.headers),
    };
    let answer = answer.as_object().expect("an object");
    differences(&sent, answer, &redaction)
        .iter()
        .map(EchoDifference::to_string)
        .collect()
}

fn entry(change: impl FnOnce(&mut Value)) -> Value {
    let mut entry = json!({
        "url": "https://example.com/",
        "events": ["NEW_CALLOUT", "CAFE\u{301}"],
        "method": "webhook",
        "headers": {"x-key": "k3y", "X-Other": "0th3r"},
        "id": 7
    });
    change(&mut entry);
    entry
}

fn config(entries: &[Value]) -> Value {
    json!({"message": "ok", "notifier": {"config": entries}})
}

#[test]
fn an_echo_of_what_was_sent_has_no_differences() {
    assert_eq!(told(config(&[entry(|_| {})])), [""; 0]);
}

#[test]
fn one_equal_entry_is_enough() {
    let other = entry(|entry| entry["url"] = json!("https://old.example"));
    assert_eq!(told(config(&[other, entry(|_| {})])), [""; 0]);
}

#[test]
fn what_is_not_said_is_no_difference() {
    assert_eq!(told(json!({"message": "ok"})), [""; 0]);
    assert_eq!(told(json!({"notifier": null})), [""; 0]);
    assert_eq!(told(json!({"notifier": {"config": "yes"}})), [""; 0]);
    assert_eq!(
        told(config(&[json!({"url": "https://example.com"})])),
        [""; 0]
    );
}

#[test]
fn an_empty_list_of_webhooks_is_a_difference() {
    assert_eq!(told(config(&[])), ["AURA's answer lists no webhook"]);
}

#[test]
fn differences_name_what_was_sent_and_what_aura_holds() {
    let echoed = entry(|entry| {
        entry["url"] = json!("https://old.example/k3y");
        entry["events"] = json!([]);
        entry["method"] = json!("sms");
    });
    assert_eq!(
        told(config(&[echoed])),
        [
            "URL: sent \"https://example.com\", AURA holds \"https://old.example/[redacted]\"",
            "events: sent CAFÉ, NEW_CALLOUT, AURA holds none",
            "method: sent \"webhook\", AURA holds \"sms\"",
        ]
    );
}

#[test]
fn differing_headers_are_named_without_values() {
    let echoed = entry(|entry| entry["headers"] = json!({"X-KEY": "old", "X-New": "n3w"}));
    assert_eq!(
        told(config(&[echoed])),
        ["headers missing: X-Other; not sent: X-New; with another value: X-Key"]
    );
}

#[test]
fn the_most_similar_entry_is_the_one_described() {
    let far = entry(|entry| {
        entry["url"] = json!("https://far.example");
        entry["method"] = json!("sms");
    });
    let near = entry(|entry| entry["method"] = json!("mail"));
    assert_eq!(
        told(config(&[far, near])),
        ["method: sent \"webhook\", AURA holds \"mail\""]
    );
}

#[test]
fn of_thousands_of_names_the_first_are_shown_and_the_rest_counted() {
    let names: Vec<_> = (0..5000).map(|n| format!("E{n:04}")).collect();
    let echoed = entry(|entry| entry["events"] = json!(names));
    let [told] = told(config(&[echoed])).try_into().expect("one difference");
    assert!(told.ends_with(", E0019 and 4980 more"), "{told}");
}
