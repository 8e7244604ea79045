//! A page, read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use aura_docgen::{Source, page::part_name};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page of `docs/`.
#[derive(Default)]
pub(crate) struct Page {
    /// Its path below `docs/`: `guides/fleets.md`.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) front_matter: BTreeMap<String, String>,
    /// Level and text of every heading.
    pub(crate) headings: Vec<(u8, String)>,
    /// What a link may point at after `#`.
    pub(crate) anchors: BTreeSet<String>,
    pub(crate) links: Vec<String>,
    pub(crate) blocks: Vec<Block>,
}

/// A block of Terraform's language.
pub(crate) struct Block {
    /// Its first line, from 1.
    pub(crate) line: usize,
    pub(crate) text: String,
    /// Whether the comment `<!-- fragment: … -->` above says that it can't stand alone.
    pub(crate) is_fragment: bool,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Page {
    /// Every page.
    pub(crate) fn all() -> Vec<Self> {
        let pages = Source::new(root())
            .pages()
            .expect("the directory can be read");
        assert!(!pages.is_empty(), "docs/ has no pages");
        pages.iter().map(|path| Self::at(path)).collect()
    }

    /// The page of this name.
    #[track_caller]
    pub(crate) fn read(name: &str) -> Self {
        Self::at(&root().join("docs").join(name))
    }

    /// Whether a generated part stands on this page.
    pub(crate) fn has_part(&self, name: &str) -> bool {
        self.text.lines().any(|line| part_name(line) == Some(name))
    }

    #[track_caller]
    fn at(path: &Path) -> Self {
        let text = fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{} can't be read: {error}", path.display()));
        let name: PathBuf = path
            .strip_prefix(root().join("docs"))
            .expect("a page of docs/")
            .into();
        let name = name.to_string_lossy().replace('\\', "/");
        let mut page = Self {
            name,
            ..Self::default()
        };
        page.parse(&text);
        page.text = text;
        page
    }

    fn parse(&mut self, text: &str) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
        let mut place = Place::Elsewhere;
        let mut is_fragment = false;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::MetadataBlock(_)) => place = Place::FrontMatter,
                Event::Start(Tag::Heading { level, .. }) => {
                    place = Place::Heading(level as u8, String::new());
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language)))
                    if matches!(&*language, "terraform" | "hcl") =>
                {
                    place = Place::Block(String::new());
                }
                Event::Start(Tag::Link { dest_url, .. }) => self.links.push(dest_url.into_string()),
                Event::Html(html) | Event::InlineHtml(html) => {
                    is_fragment = html.starts_with("<!-- fragment: ");
                    self.anchors.extend(id(&html));
                    continue;
                }
                Event::Text(part) | Event::Code(part) => match &mut place {
                    Place::FrontMatter => self.front_matter = front_matter(&part),
                    Place::Heading(_, text) | Place::Block(text) => text.push_str(&part),
                    Place::Elsewhere => {}
                },
                Event::End(TagEnd::HtmlBlock) => continue,
                Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::MetadataBlock(_)) => {
                    match std::mem::replace(&mut place, Place::Elsewhere) {
                        Place::Heading(level, text) => {
                            self.anchors.insert(slug(&text));
                            self.headings.push((level, text));
                        }
                        Place::Block(block) => self.blocks.push(Block {
                            line: text[..range.start].lines().count() + 1,
                            text: block,
                            is_fragment,
                        }),
                        Place::FrontMatter | Place::Elsewhere => {}
                    }
                }
                _ => {}
            }
            if !matches!(place, Place::Block(_)) {
                is_fragment = false;
            }
        }
    }
}

enum Place {
    FrontMatter,
    Heading(u8, String),
    Block(String),
    Elsewhere,
}

/// `<a id="…">`, as the generated parts have it.
fn id(html: &str) -> Option<String> {
    let (id, _) = html.strip_prefix("<a id=\"")?.split_once('"')?;
    Some(id.to_owned())
}

/// The anchor that the registry and GitHub give a heading.
fn slug(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| match c {
        ' ' => '-',
        c => c.to_ascii_lowercase(),
    })
    .collect()
}

/// As much of YAML as our pages use: `key: "text"`, and `key: |-` with indented lines below.
fn front_matter(yaml: &str) -> BTreeMap<String, String> {
    let mut entries: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in yaml.lines() {
        if let Some(text) = line.strip_prefix("  ") {
            entries.entry(last.clone()).or_default().push_str(text);
        } else if let Some((key, value)) = line.split_once(": ") {
            last = key.to_owned();
            let value = value.trim_start_matches("|-").trim_matches('"');
            entries.insert(last.clone(), value.to_owned());
        }
    }
    entries
}

#[test]
fn headings_become_anchors_as_on_github() {
    assert_eq!(
        slug("Two Webhooks for One Slot"),
        "two-webhooks-for-one-slot"
    );
    assert_eq!(
        slug("on_destroy Not Registered"),
        "on_destroy-not-registered"
    );
    assert_eq!(slug("1. Declare the provider"), "1-declare-the-provider");
}
