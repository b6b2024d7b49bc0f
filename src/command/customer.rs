//! What a customer can say alone on the first line of a reply, in four languages, and what only looks like it.
//!
//! A word counts only if the line says nothing else; greetings, thanks, punctuation and case aside. What binds (yes,
//! no, withdraw, a rating) and is then qualified is [`Said::Unclear`]: never taken for consent, always asked back.
//! Anything else is prose, which is never an error. The words themselves are tables in `vocabulary`.
//!
//! Deliberately absent: whether the word may act, that is who wrote and which question is current; `decide` knows.
use crate::domain::dispute::QuestionKind;

mod rating;
#[cfg(test)]
mod tests;
mod thanks;
mod vocabulary;

pub use thanks::is_plain_thanks;
pub use vocabulary::document;
use vocabulary::{
    ADDRESSES, CLOSINGS, DOUBTS, GREETINGS, LOOSE_SIGNS, LOOSE_YES, Needs, POLITE, ROWS, Row, folded, list,
};

/// A customer's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Where do things stand?
    Status,
    /// It settles the matter.
    Yes,
    /// It does not.
    No,
    /// The dispute is taken back.
    Withdraw,
    /// How it went, 1 to 5.
    Rating(u8),
    /// The offer is accepted. Reserved: prose until there are offers.
    Accept,
    /// The offer is declined. Reserved: prose until there are offers.
    Decline,
    /// Somebody above shall look at it. Reserved: prose for now.
    Escalate,
    /// More time is needed to answer. Reserved: prose for now.
    MoreTime,
}

/// What a reply says at its top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// This word and nothing that takes it back.
    Word(Word),
    /// It begins like this word and says more, or takes it back below: ask.
    Unclear(Word),
    /// Anything else.
    Prose,
}

/// Lines that are looked at for the word.
const MAX_LINES: usize = 60;
/// Characters of a line that are looked at.
const MAX_LINE_CHARS: usize = 400;
/// Lines below the word in which it may be taken back; further down stand disclaimers.
const DOUBT_LINES: usize = 5;
/// Words of a line that only greets.
const MAX_GREETING_WORDS: usize = 6;

/// Reads a customer's new text (quotes and signature cut); `asked` is the question that the mail answers, if any.
///
/// Yes and no are words only where a resolution is asked about, numbers only where a rating is asked for.
pub fn first_line(new_text: &str, asked: Option<QuestionKind>) -> Said {
    let lines: Vec<String> = new_text
        .split(['\n', '\r'])
        .take(MAX_LINES)
        .map(|line| line.trim().chars().take(MAX_LINE_CHARS).collect::<String>())
        .filter(|line| !line.is_empty())
        .collect();
    let mut below = lines.iter().map(String::as_str);
    let Some(first) = below.next() else { return Said::Prose };
    let said = read_line(first, asked);
    if said != Said::Prose || !is_greeting(first) {
        return checked(said, below, asked);
    }
    let said = below.next().map_or(Said::Prose, |second| read_line(second, asked));
    checked(said, below, asked)
}

/// A word, unless what stands below takes it back.
fn checked<'a>(said: Said, below: impl Iterator<Item = &'a str>, asked: Option<QuestionKind>) -> Said {
    let Said::Word(word) = said else { return said };
    let below: Vec<&str> = below.take_while(|line| !is_closing(line)).take(DOUBT_LINES).collect();
    let next = below.first().map_or(Said::Prose, |line| read_line(line, asked));
    let other_word = match next {
        Said::Word(other) | Said::Unclear(other) => other != word && other != Word::Status,
        Said::Prose => false,
    };
    let taken_back = match word {
        Word::Status => false,
        Word::Yes | Word::Withdraw => other_word || below.iter().any(|line| has_doubt(line)),
        _ => other_word,
    };
    if taken_back { Said::Unclear(word) } else { said }
}

fn read_line(line: &str, asked: Option<QuestionKind>) -> Said {
    if asked == Some(QuestionKind::Survey) {
        let rated = rating::read(line);
        if rated != Said::Prose {
            return rated;
        }
    }
    let words = plain(line);
    let core = without_courtesy(&words);
    if asked == Some(QuestionKind::Resolution)
        && let Some(word) = loose(line, core)
    {
        return Said::Unclear(word);
    }
    let active = || ROWS.iter().filter(|row| is_active(row, asked));
    if let Some(row) = active().find(|row| row.phrases().any(|phrase| core.iter().eq(phrase.split(' ')))) {
        // Nobody confirms by asking.
        let asks = row.word != Word::Status && has_question(line);
        return if asks { Said::Unclear(row.word) } else { Said::Word(row.word) };
    }
    let begun = active().find(|row| begins_with_any(core, row.openings));
    begun.map_or(Said::Prose, |row| Said::Unclear(row.word))
}

fn is_active(row: &Row, asked: Option<QuestionKind>) -> bool {
    match row.needs {
        Needs::Nothing => true,
        Needs::Resolution => asked == Some(QuestionKind::Resolution),
        Needs::Later => false,
    }
}

/// Signs of agreement or refusal that are no answer: `ok`, a thumb.
fn loose(line: &str, core: &[String]) -> Option<Word> {
    if list(LOOSE_YES).any(|phrase| core.iter().eq(phrase.split(' '))) {
        return Some(Word::Yes);
    }
    let first = line.chars().next().filter(|_| core.is_empty());
    LOOSE_SIGNS.iter().find(|(sign, _)| Some(*sign) == first).map(|(_, word)| *word)
}

/// The words of a line: lower case, without accents, apostrophes and whatever is no letter or digit.
fn plain(line: &str) -> Vec<String> {
    let mut text = String::new();
    for c in line.chars().flat_map(char::to_lowercase) {
        match folded(c) {
            Some(letters) => text.push_str(letters),
            None if c.is_alphanumeric() => text.push(c),
            None if is_dropped(c) => {}
            None => text.push(' '),
        }
    }
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Apostrophes, combining accents, and what cannot be seen.
fn is_dropped(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | '\u{300}'..='\u{36f}') || super::words::is_invisible(c)
}

/// What is left without greetings and thanks on either side.
fn without_courtesy(words: &[String]) -> &[String] {
    let mut core = words;
    while let Some(shorter) = without_one(core) {
        core = shorter;
    }
    core
}

fn without_one(words: &[String]) -> Option<&[String]> {
    let front = |phrase: &str| {
        let (front, rest) = words.split_at_checked(phrase.split(' ').count())?;
        front.iter().eq(phrase.split(' ')).then_some(rest)
    };
    let back = |phrase: &str| {
        let (rest, back) = words.split_at_checked(words.len().checked_sub(phrase.split(' ').count())?)?;
        back.iter().eq(phrase.split(' ')).then_some(rest)
    };
    list(GREETINGS).chain(list(POLITE)).find_map(front).or_else(|| list(POLITE).find_map(back))
}

fn begins_with_any(words: &[String], table: &'static str) -> bool {
    let begins = |phrase: &str| {
        phrase.split(' ').enumerate().all(|(index, word)| words.get(index).is_some_and(|w| w == word))
    };
    list(table).any(begins)
}

/// `Dear Ms Lopez,` and its like.
fn is_greeting(line: &str) -> bool {
    let words = plain(line);
    words.len() <= MAX_GREETING_WORDS
        && (begins_with_any(&words, GREETINGS) || begins_with_any(&words, ADDRESSES))
}

fn is_closing(line: &str) -> bool {
    line.starts_with("--") || begins_with_any(&plain(line), CLOSINGS)
}

fn has_question(line: &str) -> bool {
    line.contains(['?', '¿', '？'])
}

fn has_doubt(line: &str) -> bool {
    has_question(line) || plain(line).iter().any(|word| list(DOUBTS).any(|doubt| doubt == word))
}
