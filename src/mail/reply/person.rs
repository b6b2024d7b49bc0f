//! By what a person's own words are known among signatures, footers and disclaimers.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::demands::{COMPLAINED_OF, DEMANDS, MONEY, NARRATORS, NUMBERED, YOURS};
use super::line::Line;
use super::phrases::{CONTACTS, LISTS, Reached, SIGNS};

/// Words of the longest line without a sign of a sentence that a signature begins with.
pub(super) const NAMED: usize = 4;

/// Whether a line says how to reach somebody. A word for a telephone does so beside a number only.
pub(super) fn is_contact(line: &Line) -> bool {
    let numbered = line.bare.contains(|c: char| c.is_ascii_digit());
    SIGNS.iter().any(|sign| line.bare.contains(sign))
        || CONTACTS.iter().filter(|(_, needs)| numbered || *needs == Reached::ByName).any(|(word, _)| {
            line.bare.match_indices(word).any(|(at, _)| {
                let before = line.bare.get(..at).and_then(|head| head.chars().next_back());
                before.is_none_or(|c| !c.is_alphabetic())
            })
        })
}

/// How a sentence ends.
const ENDS: [char; 9] = ['.', '!', '?', '…', '。', '！', '？', '؟', ';'];
/// Words of the shortest sentence, and of the shortest line in small letters that is none of a name.
const SENTENCE: usize = 3;

/// Whether a line stands in capitals as names, firms and titles do; scripts without capitals never do.
pub(super) fn is_titled(line: &Line) -> bool {
    let words = line.raw.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    !words.into_iter().any(|word| word.starts_with(char::is_lowercase))
}

/// Whether a line is a sentence to its end. Neither "Acme Inc." nor a saying in quotation marks is one.
pub(super) fn is_sentence(line: &Line) -> bool {
    let words = line.bare.split_whitespace().count();
    let unspaced = line.bare.ends_with(['。', '！', '？']);
    !is_said(line)
        && !is_linked(line)
        && line.bare.ends_with(ENDS)
        && (unspaced || (words >= SENTENCE && !is_titled(line)) || is_asked_uncased(line))
}

/// How a question ends.
const ASKS: [char; 3] = ['?', '？', '؟'];
/// Letters of the shortest question in a script without capitals, where blanks tell little.
const ASKED: usize = 4;

/// Whether a line is a question to its end, which neither a name nor a title is.
pub(super) fn asks(line: &Line) -> bool {
    line.bare.ends_with(ASKS) && is_sentence(line)
}

/// Whether a line is a question in a script without capitals.
fn is_asked_uncased(line: &Line) -> bool {
    let letters = || line.bare.chars().filter(|c| c.is_alphabetic());
    line.bare.ends_with(ASKS) && letters().count() >= ASKED && !line.raw.contains(is_cased)
}

fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

/// Whether a line begins as a saying or a slogan does.
pub(super) fn is_said(line: &Line) -> bool {
    line.bare.starts_with(['"', '“', '„', '«', '\'', '*', '~'])
}

/// Whether a line holds an address or a link, as signatures do.
fn is_linked(line: &Line) -> bool {
    line.bare.contains(['@', '/', '|']) || line.bare.contains("www.")
}

/// Whether a line of words begins with a small letter, as the rest of a sentence does and no line of a signature that is
/// not a contact.
pub(super) fn goes_on(line: &Line) -> bool {
    line.raw.trim_start().starts_with(char::is_lowercase)
        && line.bare.split_whitespace().count() >= SENTENCE
        && !is_linked(line)
        && !is_contact(line)
        && !LISTS.iter().any(|word| line.bare.contains(word))
}

/// Whether a line is a sentence rather than part of a signature.
pub(super) fn is_prose(line: &Line) -> bool {
    let words = line.bare.split_whitespace().count();
    let ended = line.bare.ends_with(['.', '!', '?', '…', '。', '！', '？', ',', ';']);
    demands(&line.bare) || (!is_linked(line) && words > NAMED && (ended || narrates(&line.bare)))
}

/// Whether a line below a delimiter is what only a person says. In a signature such words stand in names ("Ron", "Ft.
/// Lauderdale"), which are written in capitals, and beside links and numbers ("order line").
pub(super) fn speaks(line: &Line) -> bool {
    let shouted = !line.raw.contains(char::is_lowercase);
    let named = is_titled(line) && !shouted;
    let reached = is_contact(line) || line.bare.contains(['|', '@']);
    is_prose(line) && is_persons(&line.bare) && !named && (!reached || narrates(&line.bare))
}

/// Whether somebody speaks of themselves. "I" means something else where no other English word stands.
pub(super) fn narrates(text: &str) -> bool {
    has_word(text, NARRATORS) || (has_word(text, &["i"]) && has_word(text, &["the", "you"]))
}

pub(super) fn has_word(text: &str, wanted: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| wanted.contains(&word))
}

/// Whether only a person writes so: of themselves, of what they want, of money, a day or an order. They quote a
/// disclaimer at most.
pub(super) fn is_persons(text: &str) -> bool {
    narrates(text) || demands(text) || has_day(text) || complains_of_you(text)
}

/// Whether a text demands or complains, or names an amount or an order by its number.
pub(super) fn demands(text: &str) -> bool {
    let counted = text.contains(|c: char| c.is_numeric());
    let table = if counted { &*COUNTED } else { &*UNCOUNTED };
    table.stems.iter().any(|stem| text.contains(stem))
        || text.split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| table.words.contains(word))
}

/// Words between blanks, and what is looked for anywhere: signs, and scripts without blanks.
struct Wanted {
    words: BTreeSet<&'static str>,
    stems: Vec<&'static str>,
}

impl Wanted {
    fn of(tables: &[&[&'static str]]) -> Self {
        let is_word = |word: &&str| word.starts_with(|c: char| c.is_alphabetic() && c < '\u{2e80}');
        let all = || tables.iter().flat_map(|table| table.iter().copied());
        Self { words: all().filter(is_word).collect(), stems: all().filter(|word| !is_word(word)).collect() }
    }
}

/// What is looked for in a text with a number, and in one without.
static COUNTED: LazyLock<Wanted> = LazyLock::new(|| Wanted::of(&[DEMANDS, MONEY, NUMBERED]));
static UNCOUNTED: LazyLock<Wanted> = LazyLock::new(|| Wanted::of(&[DEMANDS]));

/// Whether a day stands in a text in figures: three numbers with the same marks between them.
fn has_day(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '/' | '-')).any(|token| {
        let numbers: Vec<&str> = token.trim_end_matches(['.', '/', '-']).split(['.', '/', '-']).collect();
        let year = |text: &&str| text.len() == 4 || text.len() == 2;
        let part = |text: &&str| (1..=2).contains(&text.len());
        match numbers.as_slice() {
            [a, b, c] => part(b) && ((part(a) && year(c)) || (a.len() == 4 && part(c))),
            _ => false,
        }
    })
}

/// Whether a text speaks of the reader's people, letters or house: "your staff". A disclaimer knows its readers only as
/// such.
fn complains_of_you(text: &str) -> bool {
    let mut yours = false;
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).any(|word| {
        let found = yours && COMPLAINED_OF.contains(&word);
        yours = YOURS.contains(&word);
        found
    })
}
