//! A rating from 1 to 5 on one line: `4`, `4/5`, `4 - good`, four stars. What could be something else is asked back.
use super::{
    Said, Word, plain,
    vocabulary::{NUMBERS, list},
};
use crate::command::words::is_invisible;

/// Highest rating.
const BEST: u8 = 5;
/// Words after a rating that still are a remark.
const MAX_REMARK_WORDS: usize = 20;
/// What may stand before the number.
const PREFIXES: &[&str] = &["my rating", "rating", "score", "meine bewertung", "bewertung"];
/// What may stand between the number and a remark, and says: out of five.
const SCALES: &[&str] = &["out of 5", "of 5", "von 5", "aus 5", "sur 5", "de 5", "/ 5", "/5"];
/// What is counted.
const UNITS: &[&str] = &["stars", "star", "sternen", "sterne", "stern", "points", "point", "punkte"];
/// Signs after a number that make it an amount.
const OF_AMOUNTS: &[char] = &['%', '€', '$', '£'];

/// Reads a line as a rating.
pub(super) fn read(line: &str) -> Said {
    if let Some(stars) = stars(line) {
        return Said::Word(Word::Rating(stars));
    }
    let words = plain(line).join(" ");
    if let Some((_, score)) = NUMBERS.iter().find(|(names, _)| list(names).any(|name| name == words)) {
        return Said::Word(Word::Rating(*score));
    }
    let visible: String = line.chars().filter(|c| !is_invisible(*c)).collect();
    let text = without_prefix(&visible.to_lowercase());
    let mut chars = text.chars();
    let digit = chars.next().and_then(|c| c.to_digit(10)).and_then(|digit| u8::try_from(digit).ok());
    match digit.filter(|score| (1..=BEST).contains(score)) {
        Some(score) => judge(chars.as_str(), Word::Rating(score)),
        None => Said::Prose,
    }
}

/// What follows the digit decides.
fn judge(after: &str, rating: Word) -> Said {
    if after.starts_with(|c: char| c.is_alphanumeric() || OF_AMOUNTS.contains(&c)) {
        return Said::Prose;
    }
    if after.starts_with(['.', ',']) && after.chars().nth(1).is_some_and(char::is_numeric) {
        return Said::Unclear(rating);
    }
    let remark = without_scale(after).trim();
    let clear = Said::Word(rating);
    if remark.trim_matches(['.', '!', ')', '"', '*', '”', '“', ' ']).is_empty() {
        return clear;
    }
    if remark.contains(char::is_numeric) || remark.starts_with(['+', '/']) || remark.starts_with(OF_AMOUNTS) {
        return Said::Unclear(rating);
    }
    let words = plain(remark).len();
    let dashed = remark.starts_with(['-', '–', '—']);
    if words == 0 {
        // A smile says nothing against it; a lone dash after the number may be half a grade.
        return if dashed { Said::Unclear(rating) } else { clear };
    }
    let separated = dashed || remark.starts_with([':', ',', ';', '!', '(']);
    if separated && words <= MAX_REMARK_WORDS && !remark.contains('?') {
        clear
    } else {
        Said::Unclear(rating)
    }
}

fn without_prefix(text: &str) -> String {
    let text = text.trim_start_matches([' ', '"', '*', '“', '„', '(']);
    let bare = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    bare.trim_start_matches([' ', ':', '=']).to_owned()
}

/// Without `/5`, `out of 5` and `stars`; each only where a word ends with it.
fn without_scale(after: &str) -> &str {
    let whole = |rest: &&str| !rest.starts_with(char::is_alphanumeric);
    let trimmed = after.trim_start();
    let scaled = SCALES.iter().find_map(|scale| trimmed.strip_prefix(scale)).filter(whole).unwrap_or(trimmed);
    let trimmed = scaled.trim_start();
    UNITS.iter().find_map(|unit| trimmed.strip_prefix(unit)).filter(whole).unwrap_or(trimmed)
}

/// A row of stars; empty ones do not count.
fn stars(line: &str) -> Option<u8> {
    let signs: Vec<char> = line.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
    let full = signs.iter().filter(|c| matches!(c, '\u{2b50}' | '\u{2605}' | '\u{1f31f}')).count();
    let empty = signs.iter().filter(|c| **c == '\u{2606}').count();
    let score = u8::try_from(full).ok().filter(|score| (1..=BEST).contains(score))?;
    (full + empty == signs.len() && signs.len() <= usize::from(BEST)).then_some(score)
}
