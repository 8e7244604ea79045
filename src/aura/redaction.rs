use std::{borrow::Cow, collections::BTreeMap};

use crate::aura::{Credentials, Secret};

/// What stands in for a secret.
const REDACTED: &str = "[redacted]";
/// How much of AURA's words is shown, in characters.
const SHOWN: usize = 300;
/// A part of a header's value at least this long (bytes) is a secret of its own: the token in `Bearer <token>`.
const PART: usize = 8;

/// Everything secret that a request carried. A server's answer may repeat any of it.
pub(super) struct Redaction<'a> {
    pub(super) credentials: &'a Credentials,
    pub(super) token: Option<&'a Secret>,
    pub(super) headers: Option<&'a BTreeMap<String, Secret>>,
}

impl Redaction<'_> {
    /// `text` without secrets and control characters, cut to 300 characters.
    pub(super) fn clean(&self, text: &str) -> String {
        // Dropped first: a secret that invisible characters break up would be whole again without them.
        let text = self.redact(&visible(text));
        let mut rest = text.chars();
        let mut cleaned: String = rest.by_ref().take(SHOWN).collect();
        if rest.next().is_some() {
            cleaned.push('…');
        }
        cleaned
    }

    /// `text`, which has only visible characters, without secrets.
    fn redact(&self, text: &str) -> String {
        // Marked first, replaced afterwards: of two secrets that overlap, no rest may stay.
        let mut hidden = vec![false; text.len()];
        for secret in self.needles() {
            for (at, found) in text.match_indices(visible(&secret).as_ref()) {
                if let Some(range) = hidden.get_mut(at..at + found.len()) {
                    range.fill(true);
                }
            }
        }
        let mut redacted = String::with_capacity(text.len());
        let mut inside = false;
        for (at, c) in text.char_indices() {
            let hidden = hidden.get(at).copied().unwrap_or(true);
            match (hidden, inside) {
                (true, false) => redacted.push_str(REDACTED),
                (true, true) => {}
                (false, _) => redacted.push(c),
            }
            inside = hidden;
        }
        redacted
    }

    fn needles(&self) -> Vec<Cow<'_, str>> {
        let headers = self.headers.into_iter().flat_map(BTreeMap::values);
        let secrets = headers
            .chain(self.token)
            .chain([self.credentials.secret()])
            .map(|secret| secret.expose().trim());
        let mut needles = Vec::new();
        for secret in secrets.filter(|secret| secret.contains(is_visible)) {
            needles.push(Cow::Borrowed(secret));
            needles.extend(escaped(secret).map(Cow::Owned));
            let parts = secret.split_whitespace().filter(|part| part.len() >= PART);
            needles.extend(parts.map(Cow::Borrowed));
        }
        needles
    }
}

/// The secret as it appears within JSON, if that is another text: a message may quote the body it refuses.
fn escaped(secret: &str) -> Option<String> {
    let quoted = serde_json::to_string(secret).ok()?;
    let escaped = quoted.trim_matches('"');
    (escaped != secret).then(|| escaped.to_owned())
}

/// The text without characters that can't be seen.
fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_visible) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| is_visible(*c)).collect())
}

/// Neither a control character nor one of Unicode's marks that have no width or reorder the text around them.
fn is_visible(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Redaction;
    use crate::aura::{Credentials, Secret};

    #[track_caller]
    fn clean(secrets: &[&str], text: &str) -> String {
        let credentials = Credentials::Token(Secret::from("the-token".to_owned()));
        let headers: BTreeMap<_, _> = secrets
            .iter()
            .enumerate()
            .map(|(n, secret)| (n.to_string(), Secret::from((*secret).to_owned())))
            .collect();
        Redaction {
            credentials: &credentials,
            token: None,
            headers: Some(&headers),
        }
        .clean(text)
    }

    #[test]
    fn every_occurrence_of_every_secret_is_replaced() {
        assert_eq!(
            clean(&["s3cr3t"], "no s3cr3t here, s3cr3t! the-token"),
            "no [redacted] here, [redacted]! [redacted]"
        );
    }

    #[test]
    fn of_overlapping_secrets_no_rest_stays() {
        assert_eq!(clean(&["abc", "bcdefgh"], "<abcdefgh>"), "<[redacted]>");
        assert_eq!(clean(&["ab", "abcd"], "<abcd>"), "<[redacted]>");
    }

    #[test]
    fn the_token_within_a_header_s_value_is_a_secret_too() {
        assert_eq!(
            clean(
                &["Bearer abcdefgh123"],
                "Bearer token abcdefgh123 is too short"
            ),
            "Bearer token [redacted] is too short"
        );
    }

    #[test]
    fn a_secret_quoted_as_json_is_replaced() {
        assert_eq!(
            clean(&["a\"b\\c"], r#"bad {"X":"a\"b\\c"}"#),
            r#"bad {"X":"[redacted]"}"#
        );
    }

    #[test]
    fn a_secret_broken_up_by_invisible_characters_is_replaced() {
        assert_eq!(
            clean(&["s3cr3t"], "s3\u{1}cr\u{200b}3\u{202e}t"),
            "[redacted]"
        );
        assert_eq!(
            clean(&["s3\tcr3t"], "s3\tcr3t s3cr3t"),
            "[redacted] [redacted]"
        );
    }

    #[test]
    fn an_empty_secret_hides_nothing() {
        assert_eq!(clean(&["", "  "], "events missing"), "events missing");
    }

    #[test]
    fn control_and_reordering_characters_are_dropped() {
        assert_eq!(clean(&[], "a\u{1b}[31m\nb\u{202e}c\u{0}é"), "a[31mbcé");
    }

    #[test]
    fn long_words_are_cut_after_redaction() {
        let secret = "x".repeat(5000);
        assert_eq!(
            clean(&[&secret], &format!("{secret} end")),
            "[redacted] end"
        );
        let cut = clean(&[], &"é".repeat(301));
        assert_eq!(cut, format!("{}…", "é".repeat(300)));
        assert_eq!(clean(&[], &"é".repeat(300)), "é".repeat(300));
    }
}
