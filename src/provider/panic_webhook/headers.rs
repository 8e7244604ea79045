//! Headers that AURA sends on every delivery. Their values are credentials: no text here quotes one.

use http::HeaderName;

use crate::terraform::{Attr, AttributePath, Diagnostic, Diagnostics, Object, Value};

/// Headers that the transport sets by itself. AURA, or anything in between, may drop or refuse them.
const TRANSPORT: &[&str] = &[
    "connection",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Judges the header maps of one webhook together, each given with its place: a name may stand once in all.
pub(super) fn check(maps: &[(AttributePath, Attr<&Object>)]) -> Diagnostics {
    let mut diagnostics = Vec::new();
    let mut seen: Vec<(String, AttributePath)> = Vec::new();
    for (path, map) in maps {
        let entries = map.known().into_iter().flatten();
        for (name, value) in entries {
            let place = path.clone().key(name);
            diagnostics.extend(check_name(name, &place));
            diagnostics.extend(check_value(name, value, &place));
            let same = name.to_ascii_lowercase();
            match seen.iter().find(|(name, _)| *name == same) {
                Some((_, first)) => diagnostics.push(duplicate(first, &place)),
                None => seen.push((same, place)),
            }
        }
    }
    diagnostics
}

fn check_name(name: &str, place: &AttributePath) -> Option<Diagnostic> {
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Some(
            Diagnostic::error(
                "Invalid Header Name",
                format!(
                    "\"{}\" can't be the name of an HTTP header. Use letters, digits and dashes, such as \
                     \"X-Api-Key\".",
                    name.escape_debug()
                ),
            )
            .at(place.clone()),
        );
    }
    let transport = TRANSPORT
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved));
    transport.then(|| {
        Diagnostic::warning(
            "Header Set by the Transport",
            format!(
                "\"{name}\" is set by the HTTP connection itself: AURA may refuse it, drop it or send a value of its \
                 own. Remove it, or use a name such as \"X-{name}\"."
            ),
        )
        .at(place.clone())
    })
}

fn check_value(name: &str, value: &Value, place: &AttributePath) -> Option<Diagnostic> {
    let problem = match value {
        Value::Null => "is null",
        Value::String(text) => text_problem(text)?,
        // Unknown until apply; every other kind the schema has refused.
        _ => return None,
    };
    let error = Diagnostic::error(
        "Invalid Header Value",
        format!(
            "The value of header \"{}\" {problem}. It may hold visible ASCII characters, spaces and tabs. To leave \
             the header out, remove it from the map; a value read with file() often ends in a line break, which \
             trimspace() removes.",
            name.escape_debug()
        ),
    );
    Some(error.at(place.clone()))
}

fn text_problem(text: &str) -> Option<&'static str> {
    if text.contains(['\r', '\n']) {
        return Some("has a line break in it");
    }
    let allowed = |c: char| c == '\t' || c == ' ' || c.is_ascii_graphic();
    (!text.chars().all(allowed)).then_some("has characters in it that a header can't carry")
}

fn duplicate(first: &AttributePath, second: &AttributePath) -> Diagnostic {
    Diagnostic::error(
        "Duplicate Header",
        format!(
            "{first} and {second} are one header: names that differ only in case are the same to HTTP. Remove one of \
             them."
        ),
    )
    .at(second.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summaries(entries: &[(&str, Value)]) -> Vec<String> {
        let map = entries
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let diagnostics = check(&[("headers".into(), Attr::Known(&map))]);
        diagnostics
            .into_iter()
            .map(|d| format!("{}: {}", d.attribute, d.summary))
            .collect()
    }

    #[test]
    fn names_are_tokens() {
        for name in ["", "x key", "x:key", "schl\u{fc}ssel", "x\n"] {
            let [found] = summaries(&[(name, "v".into())]).try_into().expect(name);
            assert!(found.ends_with("Invalid Header Name"), "{found}");
        }
        assert!(summaries(&[("X-Api_Key.1~", "v".into())]).is_empty());
    }

    #[test]
    fn values_are_visible_ascii_and_never_quoted() {
        for value in [
            "s3cret\r\nInjected: 1",
            "s3cret\u{0}",
            "s3cret\u{e9}",
            "s3cret\u{7f}",
        ] {
            let map = [("x-key".to_owned(), value.into())].into();
            let [found] = check(&[("headers".into(), Attr::Known(&map))])
                .try_into()
                .expect(value);
            assert!(
                found.is_error() && !found.detail.contains("s3cret"),
                "{}",
                found.detail
            );
        }
        assert!(summaries(&[("x-key", "Bearer a\tb ".into()), ("y", Value::Unknown)]).is_empty());
        assert_eq!(
            summaries(&[("x", Value::Null)]),
            [r#"headers["x"]: Invalid Header Value"#]
        );
    }

    #[test]
    fn the_same_name_twice_is_an_error_whatever_the_case_and_the_map() {
        assert_eq!(
            summaries(&[("X-Key", "a".into()), ("x-key", "b".into())]),
            [r#"headers["x-key"]: Duplicate Header"#]
        );
        let one = [("X-Key".to_owned(), "a".into())].into();
        let other = [("x-key".to_owned(), Value::Unknown)].into();
        let maps = [
            ("headers".into(), Attr::Known(&one)),
            ("headers_wo".into(), Attr::Known(&other)),
        ];
        let [found] = check(&maps).try_into().unwrap();
        assert!(
            found
                .detail
                .contains(r#"headers["X-Key"] and headers_wo["x-key"]"#),
            "{}",
            found.detail
        );
    }

    #[test]
    fn headers_of_the_transport_are_warned_of() {
        assert_eq!(
            summaries(&[("Content-Length", "1".into())]),
            [r#"headers["Content-Length"]: Header Set by the Transport"#]
        );
    }
}
