//! The form in which texts are searched for phrases that a line of text may break anywhere.

/// Lower case, one space between words, plain apostrophes.
pub(super) fn flowing(text: &str) -> String {
    let lower = text.to_lowercase().replace(['\u{2019}', '\u{2018}'], "'");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}
