//! Where pages point.

use crate::page::Page;

/// The pages on the registry; all but the index are below it.
const REGISTRY: &str = "https://registry.terraform.io/providers/aura/aura/latest/docs";

/// A link between pages has to work on GitHub, which serves files, and on the registry, which serves pages without
/// `.md` (it takes the ending off). The registry's index is at `…/docs`, without a slash, so that a link relative to it
/// goes astray on one side or the other: from it and to it, links are in full.
#[test]
fn every_link_between_pages_leads_to_a_page_and_a_heading() {
    let pages = Page::all();
    let mut broken = Vec::new();
    for page in &pages {
        for link in &page.links {
            if let Err(problem) = check(page, link, &pages) {
                broken.push(format!("{}: {link} {problem}", page.name));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn check(page: &Page, link: &str, pages: &[Page]) -> Result<(), &'static str> {
    let (address, anchor) = match link.split_once('#') {
        Some((address, anchor)) => (address, Some(anchor)),
        None => (link, None),
    };
    let target = match address.strip_prefix(REGISTRY) {
        Some("") => "index.md".to_owned(),
        Some(path) => format!("{}.md", path.trim_start_matches('/')),
        None if address.starts_with("https://") => return Ok(()),
        None if address.is_empty() => page.name.clone(),
        None if page.name == "index.md" => return Err("has to be in full, as it is on the index"),
        None => relative(&page.name, address),
    };
    if !address.is_empty() && !address.starts_with(REGISTRY) && target == "index.md" {
        return Err("has to be in full, as it leads to the index");
    }
    let target = pages.iter().find(|page| page.name == target);
    let target = target.ok_or("leads to no page")?;
    match anchor {
        Some(anchor) if !target.anchors.contains(anchor) => Err("leads to no heading"),
        _ => Ok(()),
    }
}

/// `../resources/x.md` seen from `guides/y.md`.
fn relative(page: &str, address: &str) -> String {
    let mut segments: Vec<_> = page.split('/').collect();
    segments.pop();
    for segment in address.split('/') {
        match segment {
            ".." => drop(segments.pop()),
            "." => {}
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

#[test]
fn broken_links_are_told() {
    let page = |name: &str| Page {
        name: name.to_owned(),
        anchors: ["here".to_owned()].into(),
        ..Page::default()
    };
    let pages = [
        page("index.md"),
        page("guides/a.md"),
        page("resources/b.md"),
    ];
    let [index, guide, _] = &pages;
    let full = |path: &str| format!("{REGISTRY}{path}");
    for link in ["../resources/b.md#here", "#here", "a.md", &full("#here")] {
        assert_eq!(check(guide, link, &pages), Ok(()), "{link}");
    }
    assert_eq!(check(index, &full("/resources/b#here"), &pages), Ok(()));
    for link in [
        "../resources/c.md",
        "../resources/b",
        "../resources/b.md#there",
        "../index.md",
        "#there",
        &full("/guides/c"),
    ] {
        assert!(check(guide, link, &pages).is_err(), "{link}");
    }
    assert!(check(index, "guides/a.md", &pages).is_err());
}
