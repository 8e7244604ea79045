//! What the provider said, and on which occasion.

use std::fmt;

use terraform_provider_aura::proto::tfplugin6 as pb;
use terraform_provider_aura::proto::tfplugin6::attribute_path::step::Selector;
use terraform_provider_aura::proto::tfplugin6::diagnostic::Severity;

/// How wide Terraform writes a detail in a terminal of 80 columns: each line begins with its frame.
const WIDTH: usize = 78;

/// The summaries and details heard so far, in order.
#[derive(Default)]
pub(crate) struct Transcript {
    chapters: Vec<Chapter>,
    silences: Vec<String>,
}

struct Chapter {
    rpc: &'static str,
    occasions: Vec<Occasion>,
}

struct Occasion {
    what: String,
    told: Vec<pb::Diagnostic>,
}

impl Transcript {
    /// Writes down what was said to this RPC when `what` was the matter.
    pub(crate) fn note(
        &mut self,
        rpc: &'static str,
        what: impl Into<String>,
        told: &[pb::Diagnostic],
    ) {
        let what = what.into();
        if told.is_empty() {
            return self.silences.push(format!("{rpc}: {what}"));
        }
        let occasion = Occasion {
            what,
            told: told.to_vec(),
        };
        match self.chapters.iter_mut().find(|it| it.rpc == rpc) {
            Some(chapter) => chapter.occasions.push(occasion),
            None => self.chapters.push(Chapter {
                rpc,
                occasions: vec![occasion],
            }),
        }
    }

    /// The occasions on which nothing was said.
    pub(crate) fn silences(&self) -> &[String] {
        &self.silences
    }

    /// Whether a diagnostic of this summary was heard.
    pub(crate) fn has(&self, summary: &str) -> bool {
        let occasions = self.chapters.iter().flat_map(|it| &it.occasions);
        occasions
            .flat_map(|it| &it.told)
            .any(|it| it.summary == summary)
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chapters: Vec<_> = self.chapters.iter().collect();
        chapters.sort_by_key(|it| it.rpc);
        for Chapter { rpc, occasions } in chapters {
            writeln!(f, "==== {rpc} ====\n")?;
            for Occasion { what, told } in occasions {
                writeln!(f, "-- {what} --")?;
                for it in told {
                    write_diagnostic(f, it)?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

fn write_diagnostic(f: &mut fmt::Formatter<'_>, told: &pb::Diagnostic) -> fmt::Result {
    let severity = match told.severity() {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Invalid => "Invalid",
    };
    writeln!(f, "{severity}: {}", told.summary)?;
    match &told.attribute {
        Some(path) => writeln!(f, "  at {}", place(path))?,
        None => writeln!(f, "  at the block")?,
    }
    for line in wrapped(&without_ports(&told.detail)) {
        writeln!(f, "| {line}")?;
    }
    Ok(())
}

/// As a user would write it: `headers["X-Key"]`.
fn place(path: &pb::AttributePath) -> String {
    let step = |(position, step): (usize, &pb::attribute_path::Step)| match &step.selector {
        Some(Selector::AttributeName(name)) if position == 0 => name.clone(),
        Some(Selector::AttributeName(name)) => format!(".{name}"),
        Some(Selector::ElementKeyString(key)) => format!("[{key:?}]"),
        Some(Selector::ElementKeyInt(index)) => format!("[{index}]"),
        None => "?".to_owned(),
    };
    path.steps.iter().enumerate().map(step).collect()
}

/// The ports of the simulators are others in every run.
fn without_ports(text: &str) -> String {
    const HOST: &str = "127.0.0.1:";
    let mut parts = text.split(HOST);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push_str(HOST);
        result.push_str("PORT");
        result.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    result
}

/// Lines broken at spaces only, as Terraform's wordwrap does; its own line breaks stay.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let fits = line.is_empty() || line.chars().count() + 1 + word.chars().count() <= WIDTH;
            if !fits {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}
