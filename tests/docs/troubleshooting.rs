//! The guide that knows every error and warning by its text.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::page::{Page, root};

/// Where diagnostics come from.
const SOURCES: [&str; 2] = ["src/provider", "src/server"];

/// Summaries that aren't written where the diagnostic is made: the expression there, and what it may be.
const INDIRECT: &[(&str, &[&str])] = &[(
    "attempted.summary()",
    &[
        "Unable to Register Webhook",
        "Unable to Register on_destroy",
        "Unable to Get Token",
    ],
)];

/// Headings for errors that aren't ours, but that our users meet.
const FOREIGN: &[&str] = &["Failed to query available provider packages"];

#[test]
fn the_guide_has_a_heading_for_every_error_and_warning() {
    let (headings, summaries) = (headings(), summaries());
    let missing: Vec<_> = summaries.difference(&headings).collect();
    assert!(missing.is_empty(), "the guide lacks: {missing:?}");
    let stale: Vec<_> = headings
        .difference(&summaries)
        .filter(|heading| !FOREIGN.contains(&heading.as_str()))
        .collect();
    assert!(stale.is_empty(), "nothing says: {stale:?}");
}

fn headings() -> BTreeSet<String> {
    let guide = Page::read("guides/troubleshooting.md");
    let headings = guide.headings.into_iter();
    headings
        .filter(|(level, _)| *level == 3)
        .map(|(_, text)| text)
        .collect()
}

fn summaries() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in SOURCES {
        collect(&root().join(source), &mut found);
    }
    found
}

fn collect(directory: &Path, found: &mut BTreeSet<String>) {
    let entries = fs::read_dir(directory).expect("the directory can be read");
    for entry in entries {
        let path = entry.expect("its entries can be read").path();
        let name = path.file_name().unwrap_or_default();
        if name == "tests.rs" || name == "tests" {
            continue;
        }
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).expect("the source can be read");
        // Tests come last in a file, and make diagnostics that no user sees.
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for call in ["Diagnostic::error(", "Diagnostic::warning("] {
            for argument in code.split(call).skip(1) {
                found.extend(summary(argument.trim_start(), &path));
            }
        }
    }
}

/// The first argument: a literal, or an expression we know.
fn summary(arguments: &str, path: &Path) -> Vec<String> {
    if let Some(literal) = arguments.strip_prefix('"') {
        let (summary, _) = literal.split_once('"').expect("the literal ends");
        return vec![summary.to_owned()];
    }
    let expression = arguments.split(',').next().unwrap_or_default();
    let known = INDIRECT.iter().find(|(known, _)| *known == expression);
    let (_, summaries) = known.unwrap_or_else(|| {
        panic!(
            "{}: add what {expression} may be to INDIRECT",
            path.display()
        )
    });
    let text = fs::read_to_string(path).expect("the source can be read");
    for summary in *summaries {
        assert!(
            text.contains(summary),
            "{} never says {summary}",
            path.display()
        );
    }
    summaries
        .iter()
        .map(|summary| (*summary).to_owned())
        .collect()
}
