//! Status codes: the enhanced one (RFC 3463), the SMTP reply (RFC 5321 §4.2), and what a phrase stands for.
//!
//! Programs' versions, addresses of hosts, sizes and times look much like codes; they are told apart by what stands
//! beside them.

use super::rules::reasons::REASONS;

/// The class digit of a status.
pub(super) fn class(status: &str) -> Option<char> {
    status.chars().next().filter(|class| matches!(class, '2' | '4' | '5'))
}

/// The status that a text gives: its enhanced code, else its reply code made more exact by its words.
pub(super) fn told(text: &str) -> Option<String> {
    enhanced(text).or_else(|| {
        let class = reply(text)?;
        Some(with_class(class, meant(&text.to_lowercase())))
    })
}

/// A class with the subject and detail of another status, where there is one.
pub(super) fn with_class(class: char, phrase: Option<&str>) -> String {
    match phrase.and_then(|status| status.split_once('.')) {
        Some((_, detail)) => format!("{class}.{detail}"),
        None => format!("{class}.0.0"),
    }
}

/// The status that the words of a text stand for. The text is in lower case.
pub(super) fn meant(lower: &str) -> Option<&'static str> {
    REASONS.iter().find(|(phrases, _)| phrases.iter().any(|phrase| lower.contains(phrase))).map(|row| row.1)
}

/// The first enhanced status code of a failure in a text.
pub(super) fn enhanced(text: &str) -> Option<String> {
    statuses(text).find(|code| !code.starts_with('2')).map(str::to_owned)
}

/// The first enhanced status code in a text, also one of success.
pub(super) fn status(text: &str) -> Option<String> {
    statuses(text).next().map(str::to_owned)
}

fn statuses(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .map(|word| word.trim_matches('.'))
        .filter(|word| is_status(word))
}

/// RFC 3463 §2: class 2, 4 or 5, a subject (0 to 7 are defined), a detail.
fn is_status(word: &str) -> bool {
    let mut parts = word.split('.');
    let class = parts.next().is_some_and(|part| matches!(part, "2" | "4" | "5"));
    let subject = parts.next().is_some_and(|part| {
        part.len() == 1 && part.bytes().all(|byte| matches!(byte, b'0'..=b'7')) || part == "17"
    });
    let detail = parts
        .next()
        .is_some_and(|part| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()));
    class && subject && detail && parts.next().is_none()
}

/// What follows a number that is no code: it measures or counts something.
const MEASURES: [&str; 20] = [
    "byte", "bytes", "k", "kb", "mb", "kib", "mib", "second", "seconds", "secs", "minute", "minutes", "hour",
    "hours", "day", "days", "messages", "lines", "times", "attempts",
];

/// The class of the first SMTP reply code of a failure in a text.
pub(super) fn reply(text: &str) -> Option<char> {
    let mut before = ' ';
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let (gap, from) = rest.split_at(at);
        before = gap.chars().next_back().unwrap_or(before);
        let end = from.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        if is_reply(word) && stands_alone(before, after) {
            return word.chars().next();
        }
        before = word.chars().next_back().unwrap_or(' ');
        rest = after;
    }
    None
}

/// Replies of failure lie between 400 and 599, and their second digit is at most 5 or, at some providers, 7.
fn is_reply(word: &str) -> bool {
    let bytes = word.as_bytes();
    matches!(bytes, [b'4' | b'5', b'0' | b'1' | b'2' | b'3' | b'4' | b'5' | b'7', b'0'..=b'9'])
}

/// Not part of a number, an address or a name, and no measure of anything.
fn stands_alone(before: char, after: &str) -> bool {
    let apart =
        before.is_whitespace() || matches!(before, '(' | '[' | '"' | '\'' | ':' | '=' | '<' | '#' | '>');
    let mut next = after.chars();
    let closed = match next.next() {
        Some('.') => !next.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        Some(c) => c.is_whitespace() || matches!(c, '-' | ':' | ')' | ']' | '"' | '\'' | ',' | ';' | '/'),
        None => true,
    };
    let word = after.trim_start().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let measured = MEASURES.iter().any(|unit| word.eq_ignore_ascii_case(unit));
    apart && closed && !measured
}
