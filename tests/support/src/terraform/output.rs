//! What a Terraform command said.

use std::fmt;

/// The result of a finished command. The checks panic with all of it.
#[derive(Clone, Debug)]
pub struct Output {
    pub(super) command: String,
    /// The exit code; `None` if a signal ended the command.
    pub code: Option<i32>,
    /// Standard output as it was.
    pub stdout: String,
    /// Standard error as it was.
    pub stderr: String,
}

impl Output {
    /// Standard output and error as running text: without the frames around diagnostics, and with every stretch of
    /// white space, line ends included, as one space. So a sentence can be looked for however Terraform wrapped it.
    pub fn text(&self) -> String {
        running_text(&format!("{}\n{}", self.stdout, self.stderr))
    }

    /// Checks that the command succeeded.
    #[track_caller]
    pub fn ok(&self) -> &Self {
        self.exits(0)
    }

    /// Checks that the command failed with Terraform's own exit code for errors.
    #[track_caller]
    pub fn fails(&self) -> &Self {
        self.exits(1)
    }

    /// Checks the exit code, such as 2 for "there are changes" after `plan -detailed-exitcode`.
    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "the exit code of {self}");
        self
    }

    /// Checks that the sentence was said, whatever its line breaks.
    #[track_caller]
    pub fn says(&self, sentence: &str) -> &Self {
        let sentence = running_text(sentence);
        assert!(self.text().contains(&sentence), "no {sentence:?} in {self}");
        self
    }

    /// Checks that the text was not said, be it a sentence or a secret.
    #[track_caller]
    pub fn never_says(&self, text: &str) -> &Self {
        let text = running_text(text);
        assert!(!self.text().contains(&text), "there is {text:?} in {self}");
        self
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.command)?;
        match self.code {
            Some(code) => writeln!(f, "exit code: {code}")?,
            None => writeln!(f, "ended by a signal")?,
        }
        writeln!(f, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr)
    }
}

fn running_text(text: &str) -> String {
    text.lines()
        .map(|line| line.trim_start_matches(['╷', '│', '╵']))
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::Output;

    const WARNING: &str = "\
╷
│ Warning: AURA Keeps Delivering
│
│   with aura_panic_webhook.this,
│
│ AURA has no way to unregister a webhook, so it keeps
│ delivering to the URL.
╵
";

    fn output() -> Output {
        Output {
            command: "terraform plan".to_owned(),
            code: Some(1),
            stdout: "Plan: 0 to add\n".to_owned(),
            stderr: WARNING.to_owned(),
        }
    }

    #[test]
    fn a_sentence_is_found_across_framed_lines() {
        output()
            .says("so it keeps delivering to the URL.")
            .says("so it keeps\n  delivering");
    }

    #[test]
    fn text_has_both_streams_and_no_frames() {
        assert_eq!(
            output().text(),
            "Plan: 0 to add Warning: AURA Keeps Delivering with aura_panic_webhook.this, \
             AURA has no way to unregister a webhook, so it keeps delivering to the URL."
        );
    }

    #[test]
    #[should_panic(expected = "│ Warning: AURA Keeps Delivering")]
    fn a_failed_check_shows_everything() {
        output().ok();
    }

    #[test]
    #[should_panic(expected = "there is \"AURA has no way\"")]
    fn a_secret_is_found_across_framed_lines() {
        output().never_says("AURA  has no\nway");
    }
}
