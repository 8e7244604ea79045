//! What the source code can say: the summaries in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What stands in place of a literal where the summary depends on something, and what it may be.
const COMPUTED: &[(&str, &[&str])] = &[(
    "attempted.summary()",
    &[
        "Unable to Register Webhook",
        "Unable to Register on_destroy",
        "Unable to Get Token",
    ],
)];

/// The summary of every error and warning that is made outside of tests.
///
/// # Panics
///
/// If one is made of something else than a literal and not in [`COMPUTED`].
pub(crate) fn summaries() -> BTreeSet<String> {
    let mut summaries = BTreeSet::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    visit(&source, &mut |path, text| {
        let program = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or(text);
        for constructor in ["Diagnostic::error(", "Diagnostic::warning("] {
            for call in program.split(constructor).skip(1) {
                summaries.extend(summary(path, call.trim_start()));
            }
        }
    });
    assert!(
        summaries.len() > 30,
        "the source has more to say: {summaries:?}"
    );
    summaries
}

fn summary(path: &Path, call: &str) -> Vec<String> {
    if let Some(literal) = call.strip_prefix('"') {
        let end = literal.find('"').expect("a literal ends");
        return vec![literal[..end].to_owned()];
    }
    let computed = COMPUTED
        .iter()
        .find(|(expression, _)| call.starts_with(expression));
    let Some((_, summaries)) = computed else {
        let line = call.lines().next().unwrap_or(call);
        panic!(
            "{}: no literal, and not in COMPUTED: {line}",
            path.display()
        );
    };
    summaries.iter().map(|it| (*it).to_owned()).collect()
}

fn visit(directory: &Path, seen: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(directory).expect("the source can be listed") {
        let path = entry.expect("its entries can be read").path();
        let name = path.file_name().and_then(|name| name.to_str());
        match name.expect("a name in UTF-8") {
            "tests" | "tests.rs" => {}
            _ if path.is_dir() => visit(&path, seen),
            _ => seen(&path, &fs::read_to_string(&path).expect("source is text")),
        }
    }
}
