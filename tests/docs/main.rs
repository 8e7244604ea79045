//! The registry pages in `docs/`: generated parts up to date, nothing missing, no broken link, configuration that works.
//!
//! - `page`: a page, read
//! - `links`: where pages point
//! - `configuration`: the blocks that readers copy, given to the real Terraform
//! - `troubleshooting`: the guide that knows every error by its text

mod configuration;
mod links;
mod page;
mod troubleshooting;

use std::fs;

use aura_docgen::{Source, page::generate};
use page::{Page, root};
use terraform_provider_aura::provider::AuraProvider;
use terraform_provider_aura::terraform::Provider;

#[test]
fn the_pages_say_what_the_schema_and_the_examples_say() {
    let source = Source::new(root());
    for page in Page::all() {
        let generated =
            generate(&page.text, &source).unwrap_or_else(|error| panic!("{}: {error}", page.name));
        assert!(
            generated == page.text,
            "{} is out of date: run `make docs`",
            page.name
        );
    }
}

#[test]
fn every_schema_is_on_a_page() {
    let index = Page::read("index.md");
    assert!(index.has_part("schema provider"));
    for resource in AuraProvider::new(|_| None).resources() {
        let name = resource.type_name();
        let short = name.strip_prefix("aura_").expect("the provider's prefix");
        let page = Page::read(&format!("resources/{short}.md"));
        assert!(page.has_part(&format!("schema {name}")), "{}", page.name);
    }
    for resource in AuraProvider::new(|_| None).ephemeral_resources() {
        let name = resource.type_name();
        let short = name.strip_prefix("aura_").expect("the provider's prefix");
        let page = Page::read(&format!("ephemeral-resources/{short}.md"));
        assert!(page.has_part(&format!("schema {name}")), "{}", page.name);
    }
}

#[test]
fn every_function_is_on_a_page() {
    for function in AuraProvider::new(|_| None).functions() {
        let name = function.name();
        let page = Page::read(&format!("functions/{name}.md"));
        assert!(page.has_part(&format!("function {name}")), "{}", page.name);
        assert_eq!(
            page.front_matter["description"],
            function.signature().summary
        );
    }
}

#[test]
fn every_example_of_the_registrys_layout_is_on_a_page() {
    let pages = Page::all();
    for directory in [
        "examples/provider",
        "examples/resources/aura_panic_webhook",
        "examples/functions/event_types",
        "examples/ephemeral-resources/aura_panic_token",
    ] {
        let entries = fs::read_dir(root().join(directory)).expect("the directory can be read");
        for entry in entries {
            let name = entry.expect("its entries can be read").file_name();
            let part = format!("example {directory}/{}", name.to_string_lossy());
            assert!(
                pages.iter().any(|page| page.has_part(&part)),
                "no page has: {part}"
            );
        }
    }
}

/// As `tfplugindocs validate` demands it, which forbids a subcategory for the index. The registry lists pages by them.
#[test]
fn every_page_has_its_front_matter() {
    for page in Page::all() {
        let keys: Vec<_> = page.front_matter.keys().map(String::as_str).collect();
        let expected: &[_] = match page.name.as_str() {
            "index.md" => &["description", "page_title"],
            _ => &["description", "page_title", "subcategory"],
        };
        assert_eq!(keys, expected, "{}", page.name);
        for key in ["description", "page_title"] {
            assert!(
                !page.front_matter[key].is_empty(),
                "{}: {key} is empty",
                page.name
            );
        }
    }
}

#[test]
fn the_resource_page_lists_the_event_types_that_the_provider_knows() {
    let source = fs::read_to_string(root().join("src/provider/panic_webhook/events.rs"))
        .expect("the source can be read");
    let (source, _) = source.split_once("#[cfg(test)]").expect("it has tests");
    let is_event =
        |text: &&str| text.len() > 1 && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let events: Vec<_> = source.split('"').filter(is_event).collect();
    assert!(events.contains(&"NEW_CALLOUT"), "{events:?}");
    let page = Page::read("resources/panic_webhook.md");
    for event in events {
        assert!(
            page.text.contains(&format!("`{event}`")),
            "the page lacks {event}"
        );
    }
}
