//! What may stand below a word that binds without saying more: thanks, what has come, a closing, a name and its card.
//!
//! A condition can be put in any words, so no list of doubts is ever whole. What is harmless is listed instead, and
//! whatever else stands there makes the answer one that could mean two things.
use super::{
    MAX_DEVICE_WORDS, begins_with_any, has_doubt, is_greeting, plain,
    thanks::{Line, is_in, judge},
    vocabulary::{
        CLOSING_NOUNS, CLOSINGS, CURRENCIES, DEVICES, LABELS, NO_NAMES, PARTICLES, SETTLED, WISH_STEMS,
        WISHES, list,
    },
    without_courtesy,
};

/// Words of the longest line that is a name.
const MAX_NAME_WORDS: usize = 4;
/// Words of the longest line that closes a letter.
const MAX_CLOSING_WORDS: usize = 5;
/// Words of the longest line of a card: a firm, a street, a telephone.
const MAX_CARD_WORDS: usize = 10;

/// Whether a line above the closing says nothing but thanks, or that the matter is settled.
pub(super) fn is_harmless(line: &str) -> bool {
    if has_doubt(line) {
        return false;
    }
    if is_device_note(line) || is_greeting(line) && is_name(without_first(line)) {
        return true;
    }
    is_settled(line)
}

/// Whether each sentence of a line thanks, or says that the matter is settled.
fn is_settled(line: &str) -> bool {
    let mut sentences =
        line.split(['.', '!', ';']).map(str::trim).filter(|sentence| !plain(sentence).is_empty());
    sentences.all(|sentence| {
        let words = plain(sentence);
        let core = without_courtesy(&words);
        !matches!(judge(sentence, &words), Line::Other) || core.is_empty() || says_settled(core)
    })
}

/// Whether these words, without courtesies, say that the matter is settled.
pub(super) fn says_settled(core: &[String]) -> bool {
    list(SETTLED).any(|phrase| core.iter().eq(phrase.split(' ')))
}

/// Whether a line is the author's name, with which a card begins.
pub(super) fn is_authors(line: &str, author: &str) -> bool {
    let known = plain(author);
    let words = plain(line);
    let tokens: Vec<&str> = line.split_whitespace().collect();
    let is_known = |word: &String| word.len() > 1 && known.contains(word);
    words.len() <= MAX_NAME_WORDS
        && words.iter().any(is_known)
        && tokens.iter().all(|token| {
            is_capital(token)
                || plain(token).iter().all(|word| known.contains(word) || is_in(PARTICLES, word))
        })
        && !is_wished(line)
        && !has_doubt(line)
}

/// Whether a line closes a letter by its noun: `Viele Grüße aus Köln`.
pub(super) fn closes(line: &str) -> bool {
    let words = plain(line);
    words.len() <= MAX_CLOSING_WORDS && words.iter().any(|word| is_in(CLOSING_NOUNS, word))
}

/// Whether a line from the closing on is one, or a name, or a line of a card.
pub(super) fn is_card(line: &str, author: &str) -> bool {
    if has_doubt(line) || is_postscript(line) || is_wished(line) {
        return false;
    }
    let words = plain(line);
    if words.is_empty()
        || closes(line)
        || is_authors(line, author)
        || is_device_note(line)
        || !matches!(judge(line, &words), Line::Other)
    {
        return true;
    }
    let closing = |phrase: &&str| {
        let length = phrase.split(' ').count();
        words.iter().take(length).eq(phrase.split(' '))
    };
    let closed = list(CLOSINGS).filter(closing).map(|phrase| phrase.split(' ').count()).max().unwrap_or(0);
    let rest: Vec<&str> = line.split_whitespace().skip(closed).collect();
    rest.len() <= MAX_CARD_WORDS && rest.iter().all(|token| is_of_a_card(token))
}

/// `PS`, below the name: the place of afterthoughts.
fn is_postscript(line: &str) -> bool {
    begins_with_any(&plain(line), "ps | p s | nb | n b | pps | edit")
}

fn is_device_note(line: &str) -> bool {
    let words = plain(line);
    begins_with_any(&words, DEVICES) && words.len() <= MAX_DEVICE_WORDS
}

fn without_first(line: &str) -> &str {
    line.split_once(char::is_whitespace).map_or("", |(_, rest)| rest)
}

/// A few words with capitals, not all in them. What somebody may ask for is nobody's name.
pub(super) fn is_name(line: &str) -> bool {
    let tokens: Vec<&str> = line.split_whitespace().collect();
    let shouted = tokens.len() > 1 && !line.contains(char::is_lowercase);
    tokens.len() <= MAX_NAME_WORDS
        && !shouted
        && !is_wished(line)
        && tokens.iter().all(|token| {
            let known = |table| plain(token).iter().any(|word| is_in(table, word));
            is_capital(token) && !known(NO_NAMES) || known(PARTICLES)
        })
}

/// A token of a name, an address, a number, or the label before one.
fn is_of_a_card(token: &str) -> bool {
    let words = plain(token);
    let known = |table| words.iter().all(|word| is_in(table, word));
    let blamed = words.iter().any(|word| is_in(NO_NAMES, word));
    let reached = token.contains('@') || token.contains("://") || token.starts_with("www.");
    let number = !token.contains(char::is_alphabetic);
    reached || number || known(PARTICLES) || known(LABELS) || (is_capital(token) && !blamed)
}

/// Whether a line names money, a day, or what somebody may ask for, in whatever word it is part of.
fn is_wished(line: &str) -> bool {
    line.contains(['€', '$', '£', '¥', '%'])
        || plain(line).iter().any(|word| {
            is_in(WISHES, word) || list(WISH_STEMS).any(|stem| word.contains(stem)) || is_in(CURRENCIES, word)
        })
}

fn is_capital(token: &str) -> bool {
    token.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase)
}

/// Whether what was cut off a mail is a quote of mail of ours, and nothing that its author may have written: it begins
/// with what says so, or stands behind marks below an attribution.
pub(super) fn is_known_quote(old_mail: &str, is_ours: impl Fn(&str) -> bool) -> bool {
    let lines: Vec<&str> = old_mail.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut attributed = false;
    let mut runs = lines.chunk_by(|one, other| is_marked(one) == is_marked(other)).peekable();
    while let Some(run) = runs.next() {
        let ours = run.iter().any(|line| is_ours(line));
        if run.first().is_some_and(|first| is_marked(first)) {
            if !(attributed || ours) {
                return false;
            }
        } else if runs.peek().is_none() {
            // What stands unmarked below such a line is the old mail to its end.
            return ours;
        } else {
            attributed =
                (ours || run.len() <= MAX_ATTRIBUTION_LINES) && run.last().is_some_and(|line| ends(line));
            if !attributed {
                return false;
            }
        }
    }
    true
}

/// Lines over which an attribution is broken.
const MAX_ATTRIBUTION_LINES: usize = 4;

fn is_marked(line: &str) -> bool {
    line.starts_with(['>', '|', '»'])
}

fn ends(line: &str) -> bool {
    line.ends_with([':', '：', '>'])
}
