//! What a customer can say alone on the first line of a reply, in four languages, and what only looks like it.
//!
//! A word counts only if the line says nothing else; greetings, thanks, punctuation and case aside. What binds (yes,
//! no, withdraw, a rating) and is then qualified is [`Said::Unclear`]: never taken for consent, always asked back.
//! Anything else is prose, which is never an error. The words themselves are tables in `vocabulary`.
//!
//! Deliberately absent: whether the word may act, that is who wrote and which question is current; `decide` knows.
use crate::domain::dispute::QuestionKind;

mod below;
mod rating;
#[cfg(test)]
mod tests;
mod thanks;
mod vocabulary;

use thanks::is_in;
pub use thanks::is_plain_thanks;
pub use vocabulary::document;
use vocabulary::{
    ADDRESSES, CLOSINGS, DEVICES, DOUBTS, GREETINGS, LOOSE_SIGNS, LOOSE_YES, Needs, POLITE, ROWS, Row, SOUR,
    SWEET, folded, list,
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
    /// The offer is accepted. Nothing offers yet.
    Accept,
    /// The offer is declined. Nothing offers yet.
    Decline,
    /// Somebody above shall look at it. Reserved: prose for now.
    Escalate,
    /// More time is needed to answer. Reserved: prose for now.
    MoreTime,
}

/// The question that a mail answers, as far as its words depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// None.
    Nothing,
    /// Whether a resolution settles the matter.
    Resolution,
    /// Whether an offer is accepted. Nothing asks this yet.
    Offer,
    /// How it went.
    Survey,
}

impl From<Option<QuestionKind>> for Asked {
    fn from(question: Option<QuestionKind>) -> Self {
        match question {
            None => Asked::Nothing,
            Some(QuestionKind::Resolution) => Asked::Resolution,
            Some(QuestionKind::Survey) => Asked::Survey,
        }
    }
}

impl Asked {
    /// Whether an answer is a yes or a no.
    fn is_yes_or_no(self) -> bool {
        matches!(self, Asked::Resolution | Asked::Offer)
    }
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
/// What stands around words that were struck out.
const STRUCK: &str = "~~";
/// Words of the note that a device leaves.
const MAX_DEVICE_WORDS: usize = 8;
/// Words of the longest line of a signature that takes nothing back, unless it begins with a word of doubt.
const MAX_DOUBTLESS_WORDS: usize = 2;
/// Words of a line that only greets.
const MAX_GREETING_WORDS: usize = 6;

/// Reads a customer's new text (quotes and signature cut); `question` is the one that the mail answers, if any, and
/// `author` the customer's name and the local part of their address.
pub fn first_line(new_text: &str, question: Option<QuestionKind>, author: &str) -> Said {
    said(new_text, question.into(), author)
}

/// What was cut off a reply: nothing that its author wrote, or what may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// A quote of ours, and a signature that takes nothing back.
    Harmless,
    /// More than that: people set dashes above the one sentence that matters, and marks before it.
    Unread,
}

impl Cut {
    /// Of what was cut as earlier mail, and of what stood below the author's words and may be theirs; `is_ours` knows a
    /// line that only mail of ours has.
    pub fn of(old_mail: &str, own_cut: &str, is_ours: impl Fn(&str) -> bool) -> Self {
        if takes_back(own_cut) || !below::is_known_quote(old_mail, is_ours) {
            Self::Unread
        } else {
            Self::Harmless
        }
    }
}

/// What a reply says, seen what was cut off it.
pub fn beside(said: Said, cut: Cut) -> Said {
    match cut {
        Cut::Harmless => said,
        Cut::Unread => unbound(said),
    }
}

/// A word that binds is unclear where something beside it was not read.
fn unbound(said: Said) -> Said {
    match said {
        Said::Word(word @ (Word::Yes | Word::Accept | Word::Withdraw)) => Said::Unclear(word),
        said => said,
    }
}

/// Whether a sentence of what was cut off as a signature may take back what stands above.
fn takes_back(own_cut: &str) -> bool {
    let written = || own_cut.lines().map(str::trim).filter(|line| !line.is_empty());
    written().count() > MAX_LINES
        || written().any(|line| {
            let words = plain(line);
            let begins = words.first().is_some_and(|word| is_in(DOUBTS, word));
            (begins || words.len() > MAX_DOUBTLESS_WORDS) && has_doubt(line)
        })
}

/// Reads a customer's new text as the answer to what was asked.
///
/// Yes and no are words only where a resolution or an offer is asked about, accept and decline only where an offer
/// is, numbers only where a rating is asked for.
pub fn said(new_text: &str, asked: Asked, author: &str) -> Said {
    let written = new_text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<String> =
        written.take(MAX_LINES + 1).map(|line| line.chars().take(MAX_LINE_CHARS + 1).collect()).collect();
    let said = of_lines(&lines, asked, author);
    // What is not looked at may say anything.
    let unread = lines.len() > MAX_LINES || lines.iter().any(|line| line.chars().count() > MAX_LINE_CHARS);
    if unread { unbound(said) } else { said }
}

fn of_lines(lines: &[String], asked: Asked, author: &str) -> Said {
    let mut below = lines.iter().map(String::as_str);
    let Some(first) = below.next() else { return Said::Prose };
    let said = read_line(first, asked);
    if said != Said::Prose || !is_greeting(first) {
        return checked(said, below, asked, author);
    }
    let said = below.next().map_or(Said::Prose, |second| read_line(second, asked));
    checked(said, below, asked, author)
}

/// A word, unless what stands below takes it back.
fn checked<'a>(said: Said, below: impl Iterator<Item = &'a str>, asked: Asked, author: &str) -> Said {
    let Said::Word(word) = said else { return said };
    let below: Vec<&str> = below.collect();
    let ends = below
        .iter()
        .position(|line| is_closing(line) || below::is_authors(line, author))
        .unwrap_or(below.len());
    let (text, closing) = below.split_at_checked(ends).unwrap_or_default();
    let next = text.first().map_or(Said::Prose, |line| read_line(line, asked));
    let other_word = match next {
        Said::Word(other) | Said::Unclear(other) => other != word && other != Word::Status,
        Said::Prose => false,
    };
    let taken_back = match word {
        Word::Status => false,
        Word::Yes | Word::Accept | Word::Withdraw => {
            let again = |line: &str| read_line(line, asked) == said;
            other_word
                || !text.iter().all(|line| below::is_harmless(line) || again(line))
                || !closing.iter().all(|line| below::is_card(line, author))
        }
        _ => other_word,
    };
    if taken_back { Said::Unclear(word) } else { said }
}

fn read_line(line: &str, asked: Asked) -> Said {
    if asked == Asked::Survey {
        let rated = rating::read(line);
        if rated != Said::Prose {
            return rated;
        }
    }
    if line.contains(char::REPLACEMENT_CHARACTER) || line.contains(STRUCK) {
        // What stands there was not understood in the first place, or was taken back.
        return Said::Prose;
    }
    let words = plain(line);
    let core = without_courtesy(without_device(&words));
    if asked.is_yes_or_no()
        && let Some(word) = loose(line, core)
    {
        return Said::Unclear(word);
    }
    let active = || ROWS.iter().filter(|row| is_active(row, asked));
    if let Some(row) = active().find(|row| row.phrases().any(|phrase| core.iter().eq(phrase.split(' ')))) {
        let in_doubt = row.word != Word::Status && (has_question(line) || has_sign_against(line, row.word));
        return if in_doubt { Said::Unclear(row.word) } else { Said::Word(row.word) };
    }
    if asked.is_yes_or_no()
        && let Some((yes, settled)) = core.split_first()
        && is_in("yes | ja | oui | si", yes)
        && below::says_settled(without_courtesy(settled))
        && !has_question(line)
        && !has_sign_against(line, Word::Yes)
    {
        return Said::Word(Word::Yes);
    }
    let begun = active().find(|row| begins_with_any(core, row.openings));
    begun.map_or(Said::Prose, |row| Said::Unclear(row.word))
}

fn is_active(row: &Row, asked: Asked) -> bool {
    match row.needs {
        Needs::Nothing => true,
        Needs::YesOrNo => asked.is_yes_or_no(),
        Needs::Offer => asked == Asked::Offer,
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

/// What is left without the note of a device at the end of the line: `yes - sent from my phone`.
fn without_device(words: &[String]) -> &[String] {
    let note = (1..words.len()).rev().take(MAX_DEVICE_WORDS).find_map(|at| {
        let (front, back) = words.split_at_checked(at)?;
        begins_with_any(back, DEVICES).then_some(front)
    });
    note.unwrap_or(words)
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
    let dashes = line.starts_with("--") && !line.starts_with("---");
    dashes || begins_with_any(&plain(line), CLOSINGS) || below::closes(line)
}

/// A picture beside a word that says the opposite.
fn has_sign_against(line: &str, word: Word) -> bool {
    let signs = if matches!(word, Word::No | Word::Decline) { SWEET } else { SOUR };
    signs.iter().any(|sign| line.contains(sign))
}

/// Nobody confirms by asking.
fn has_question(line: &str) -> bool {
    line.contains(['?', '¿', '？'])
}

fn has_doubt(line: &str) -> bool {
    has_question(line) || line.contains(STRUCK) || plain(line).iter().any(|word| is_in(DOUBTS, word))
}
