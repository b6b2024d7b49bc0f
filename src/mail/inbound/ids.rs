//! Message-IDs (RFC 5322 §3.6.4) as clients and gateways leave them: without brackets, with commas, folded, escaped,
//! among words.

use std::borrow::Cow;

use super::fields::is_invisible;
use super::words;

/// Characters of the longest id that is kept: a line's length.
const LONGEST: usize = 998;

/// The ids of the given fields in order, without angle brackets; of more than `most`, the last.
pub(super) fn ids<'a>(values: impl Iterator<Item = &'a str>, most: usize) -> Vec<String> {
    let mut found: Vec<String> = values.flat_map(ids_of).collect();
    found.drain(..found.len().saturating_sub(most));
    found
}

fn ids_of(value: &str) -> Vec<String> {
    let value = bare(value);
    if !value.contains('<') {
        // Some clients leave the brackets out; prose such as "your letter of Monday" holds no @.
        let words = value.split([' ', '\t', ',', ';']).map(|word| word.trim_matches(['"', '>', '\'']));
        return words.filter(|word| word.contains('@')).filter_map(id).collect();
    }
    value.split('<').skip(1).filter_map(inside).filter_map(id).collect()
}

/// What stands between `<` and `>`. Where the closing one is missing, what follows the first blank is not part of it.
fn inside(piece: &str) -> Option<&str> {
    match piece.split_once('>') {
        Some((inner, _)) => Some(inner),
        None => piece.split([' ', '\t', ',']).find(|word| !word.is_empty()),
    }
}

/// The one id of a Message-ID field.
pub(super) fn message_id(value: &str) -> Option<String> {
    let value = bare(value);
    if value.contains('<') {
        return value.split('<').skip(1).filter_map(inside).find_map(id);
    }
    let mut words = value.split([' ', '\t']).map(|word| word.trim_matches(['"', '>', ',']));
    words.clone().find(|word| word.contains('@')).or_else(|| words.find(|word| !word.is_empty())).and_then(id)
}

/// Long fields are at times written as encoded words, and what a web page has shown is escaped.
fn bare(value: &str) -> Cow<'_, str> {
    let value = if value.contains("=?") { Cow::Owned(words::words(value)) } else { Cow::Borrowed(value) };
    if value.contains("&lt;") {
        return Cow::Owned(value.replace("&lt;", "<").replace("&gt;", ">"));
    }
    value
}

fn id(text: &str) -> Option<String> {
    let fit = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible(*c);
    let id: String = text.chars().filter(fit).take(LONGEST).collect();
    (!id.is_empty()).then_some(id)
}
