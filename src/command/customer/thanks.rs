//! A plain thank-you: filed after closing, where anything more would reopen the dispute.
use super::{
    STRUCK, begins_with_any,
    below::{is_authors, is_card, is_name},
    is_closing, is_greeting, plain,
    vocabulary::{DEVICES, NO_NAMES, SOUR, THANKS, THANKS_COMPANY, THANKS_TAIL, TITLES, list},
};

/// Words of a text that can be nothing but thanks.
const MAX_WORDS: usize = 25;
/// Words of a signature below the closing formula.
const MAX_NAME_WORDS: usize = 6;

/// Whether a customer's new text only thanks: short, no question, no number, no word that is not part of a
/// thank-you, a greeting or a name. When in doubt it is not. `author` is their name and local part.
pub fn is_plain_thanks(new_text: &str, author: &str) -> bool {
    let is_sour = SOUR.iter().any(|sign| new_text.contains(sign));
    if is_sour
        || new_text.contains(STRUCK)
        || new_text.contains(['?', '¿', '？'])
        || new_text.contains(char::is_numeric)
    {
        return false;
    }
    let lines: Vec<&str> = new_text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.iter().flat_map(|line| plain(line)).take(MAX_WORDS + 1).count() > MAX_WORDS {
        return false;
    }
    let (mut thanked, mut closed, mut signature) = (false, false, 0);
    for (index, line) in lines.iter().enumerate() {
        let words = plain(line);
        if begins_with_any(&words, DEVICES) {
            continue;
        }
        let thanks = begins_with_any(&words, THANKS);
        let named = thanked && is_authors(line, author);
        closed |= named;
        if closed && !thanks {
            if !is_card(line, author) {
                return false;
            }
            signature += words.len();
        } else if index > 0 || thanks || !is_greeting(line) || !only_names(line, &words) {
            match judge(line, &words) {
                Line::Thanks => thanked = true,
                Line::Courtesy => {}
                Line::Other => return false,
            }
            closed |= is_closing(line);
        }
    }
    thanked && signature <= MAX_NAME_WORDS
}

/// What a line says.
pub(super) enum Line {
    Thanks,
    Courtesy,
    Other,
}

/// Every word must be known, or be a name where a name can stand.
pub(super) fn judge(line: &str, words: &[String]) -> Line {
    // `Thank you for your help, Anna.`
    let spoken_to = line.rsplit_once(", ").filter(|(_, name)| is_name(name));
    match spoken_to {
        Some((head, _)) => judge_words(head, &plain(head)),
        None => judge_words(line, words),
    }
}

fn judge_words(line: &str, words: &[String]) -> Line {
    let mut thanked = false;
    let mut name_may_follow = false;
    for (word, is_name) in words.iter().zip(capitals(line, words)) {
        let is_thanks = is_in(THANKS, word);
        thanked |= is_thanks;
        if is_thanks || is_in(TITLES, word) {
            name_may_follow = true;
        } else if is_in(THANKS_TAIL, word) {
            // The name may yet follow, if it could.
        } else if is_in(THANKS_COMPANY, word) || (is_name && name_may_follow && !is_in(NO_NAMES, word)) {
            name_may_follow = false;
        } else {
            return Line::Other;
        }
    }
    if thanked { Line::Thanks } else { Line::Courtesy }
}

pub(super) fn is_in(table: &'static str, word: &str) -> bool {
    list(table).any(|known| known == word)
}

/// Of each word whether it was written with a capital, and not because a sentence begins with it: `Thanks. Call me`.
/// A line whose words do not match up has no names.
fn capitals(line: &str, words: &[String]) -> Vec<bool> {
    let mut capitals = Vec::new();
    let mut begins = false;
    for token in line.split_whitespace() {
        for word in token.split([',', '.', '!']).filter(|word| !plain(word).is_empty()) {
            capitals.push(!begins && word.starts_with(char::is_uppercase));
            begins = false;
        }
        begins = token.ends_with(['.', '!', ':']) && !plain(token).iter().any(|word| is_in(TITLES, word));
    }
    if capitals.len() == words.len() { capitals } else { vec![false; words.len()] }
}

/// A greeting of which all words after the first are names, titles or courtesies.
fn only_names(line: &str, words: &[String]) -> bool {
    let known = |word: &str| is_in(TITLES, word) || is_in(THANKS_COMPANY, word);
    words.iter().zip(capitals(line, words)).skip(1).all(|(word, capital)| capital || known(word))
}
