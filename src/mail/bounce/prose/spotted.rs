//! The addresses of a line, and which of them a report names as failed: by the shape of the line and the words around.

use super::super::{
    codes,
    rules::words::{ANNOUNCE, LABELS, NOT_FAILED, SOURCES},
};
use crate::mail::{flowing::flowing, inbound::plain_address};

/// An address in a line, and the line behind it.
pub(super) struct Spotted<'a> {
    pub(super) address: String,
    pub(super) rest: &'a str,
    /// It is the address that the one before was made from, by a forward or an alias.
    pub(super) is_source: bool,
}

/// Addresses that stand in one line.
pub(super) const IN_A_LINE: usize = 20;
/// Longest line in which an address is looked for: no program writes longer ones.
pub(super) const LINE: usize = 2000;

/// A paragraph that lists addresses, below a line that announces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    None,
    /// The line that announces it, or an empty one below that.
    Announced,
    Open,
}

impl List {
    pub(super) fn next(self, line: &str) -> Self {
        let line = line.trim();
        match self {
            _ if line.ends_with([':', '：']) && announces(line) => Self::Announced,
            Self::Announced if line.is_empty() => Self::Announced,
            Self::Announced | Self::Open if !line.is_empty() => Self::Open,
            _ => Self::None,
        }
    }
}

pub(super) fn announces(line: &str) -> bool {
    let line = flowing(line.get(..line.floor_char_boundary(LINE)).unwrap_or_default());
    ANNOUNCE.iter().any(|word| line.contains(word))
}

/// The addresses of a line that are named as failed. `before` is the line above that is not empty.
pub(super) fn failed_in<'a>(line: &'a str, before: &str, list: List) -> Vec<Spotted<'a>> {
    let line = line.get(..line.floor_char_boundary(LINE)).unwrap_or_default();
    if !line.contains('@') {
        return Vec::new();
    }
    let above = tail_of(&flowing(before));
    let mut prefix_start = 0;
    let mut spotted: Vec<Spotted> = Vec::new();
    for (start, end) in addresses(line).into_iter().take(IN_A_LINE) {
        let lead = line.get(prefix_start..start).unwrap_or_default();
        let rest = line.get(end..).unwrap_or_default();
        let word = line.get(start..end).unwrap_or_default();
        let place = if spotted.is_empty() { Place::First } else { Place::Further };
        let is_source = ends_with_any(flowing(lead).trim_end_matches([' ', '<', '"']), SOURCES);
        if is_source && let Some(address) = cleaned(word) {
            spotted.push(Spotted { address, rest, is_source });
        } else if is_failed(lead, rest, &above, place, list)
            && let Some(address) = cleaned(word)
        {
            spotted.push(Spotted { address, rest, is_source });
        }
        prefix_start = end;
    }
    spotted
}

/// The last words of the line above.
fn tail_of(text: &str) -> String {
    let skip = text.chars().count().saturating_sub(60);
    text.chars().skip(skip).collect()
}

/// Where the addresses of a line begin and end.
pub(super) fn addresses(line: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let parts = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '"'
                    | ','
                    | ';'
                    | ':'
                    | '\''
                    | '`'
                    | '\u{201c}'
                    | '\u{201d}'
            )
    };
    let mut start = 0;
    for piece in line.split_inclusive(parts) {
        let word = piece.trim_end_matches(parts);
        let word_start = start;
        start += piece.len();
        let trimmed = word.trim_end_matches(['.', '!', '?']);
        // `SMTP=user@example.com` of X.400 addresses; `T=[…]` is cut by its bracket.
        let value = match trimmed.split_once('=') {
            Some((kind, value)) if kind.eq_ignore_ascii_case("smtp") => value,
            _ => trimmed,
        };
        let value = value.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
        if is_address(value) {
            let end = word_start + trimmed.len();
            found.push((end - value.len(), end));
        }
    }
    found
}

fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else { return false };
    let labels = || domain.split('.');
    !local.is_empty()
        && !local.contains('@')
        && word.len() <= 320
        && labels().count() >= 2
        && labels().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && labels().next_back().is_some_and(|top| top.chars().any(char::is_alphabetic))
}

pub(super) fn cleaned(word: &str) -> Option<String> {
    let address = plain_address(word);
    address.contains('@').then_some(address)
}

/// Which of the addresses in its line one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    /// Behind one that is named as failed.
    Further,
}

/// Words at the end of a line whose sentence goes on with the address below it.
const JOINING: &[&str] = &["or", "oder", "ou", "of", "или"];

/// Whether an address counts, by what stands before it on its line, behind it, and above.
fn is_failed(lead: &str, rest: &str, above: &str, place: Place, list: List) -> bool {
    let lead = flowing(lead);
    let words = lead.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ':' | '='));
    let words = words.trim_end_matches([' ', '<', '[', '(', '"']);
    let marks: &[char] = match place {
        Place::First => &[],
        Place::Further => &[',', ';', ' ', ':'],
    };
    if words.trim_matches(marks).is_empty() {
        let alone = is_listed(rest);
        let goes_on = || ends_with_any(above, NOT_FAILED) || ends_with_any(above, JOINING);
        return match place {
            Place::First => (alone || list == List::Open) && !goes_on(),
            Place::Further => alone,
        };
    }
    let bare = words.trim_end_matches([':', '=', ' ']);
    if ends_with_any(words, NOT_FAILED) || ends_with_any(bare, NOT_FAILED) {
        return false;
    }
    let said = ends_with_any(words, LABELS) || ends_with_any(bare, LABELS);
    said || list == List::Open || is_transcript(&lead, rest)
}

fn ends_with_any(text: &str, known: &[&str]) -> bool {
    known.iter().any(|phrase| {
        text.strip_suffix(phrase).is_some_and(|before| {
            // A whole word: "from" is not the end of "therefrom"; scripts without spaces have none to ask for.
            before.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric())
        })
    })
}

/// What may stand behind an address that begins its line: nothing, a mark, or a reason.
fn is_listed(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['>', ']', '"', '\'', '`', '\u{201d}']).trim();
    let Some(first) = rest.chars().next() else { return true };
    if matches!(first, ':' | ';' | ',' | '(' | '[' | '<' | '.' | '-' | '=' | '*' | '|' | '/') {
        return true;
    }
    let lower = flowing(rest);
    lower.starts_with("on ")
        || lower.starts_with("error")
        || codes::reply(&lower).is_some()
        || codes::meant(&lower).is_some()
}

/// `550 5.1.1 <user@example.com>... User unknown`, `>>> RCPT To:<user@example.com>`.
fn is_transcript(lead: &str, rest: &str) -> bool {
    let lead = lead.trim_start_matches(['<', '>', ' ']);
    if ["rcpt to:", "sent <<< rcpt to:", "to:<"].iter().any(|command| lead.starts_with(command))
        || lead.contains("rcpt to:")
    {
        return true;
    }
    let coded = lead.get(..lead.floor_char_boundary(3)).is_some_and(|code| codes::reply(code).is_some());
    coded && (rest.contains("...") || codes::meant(&flowing(rest)).is_some())
}
