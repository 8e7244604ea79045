//! Terraform's text is in Unicode normalization form C.

use icu_normalizer::ComposingNormalizerBorrowed;

/// The text in normalization form C, which is how Terraform compares and stores it.
pub fn nfc(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(text)
        .into_owned()
}
