//! Commands that are about no dispute: mail that is held as suspect, whose mail is held, and a dispute that an agent
//! opens for a customer. They belong into a reply to a mail of ours that is about no dispute, such as the digest.
use std::fmt;

use super::{ALL_STAFF, Arguments, Command, CommandError, Effect, Sensitivity, Spec, Takes, Times, words};
use crate::domain::party::plain_address;

/// Things that one line may name.
const MOST_NAMED: usize = 50;
/// Characters of what is given with `name=` or `subject=`.
const MOST_GIVEN: usize = 100;

/// Whom a line means: the sender of a suspect mail, or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The sender of this mail.
    Suspect(i64),
    /// This address.
    Address(String),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Suspect(mail) => f.write_str(&handle(*mail)),
            Self::Address(address) => f.write_str(address),
        }
    }
}

/// How people name a suspect mail.
pub fn handle(mail: i64) -> String {
    format!("S-{mail}")
}

/// Several, as a line names them.
pub(super) fn listed(named: impl IntoIterator<Item = impl fmt::Display>) -> String {
    named.into_iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" ")
}

/// `#new ADDRESS`
pub static NEW: Spec = Spec {
    name: "new",
    aliases: &["open"],
    usage: "#new ADDRESS",
    summary: "opens a dispute for a customer",
    help: "Opens a dispute for the customer with this address, which is yours from then on, and tells the customer \
           so. Forward the customer's mail to the desk and reply to the answer: what you forwarded becomes the \
           complaint. Without a forwarded mail the text below is the complaint, as after a phone call; the \
           customer does not read it. Name and subject are taken from the mail, or written as name=\"Ada Byron\" and \
           subject=\"Parcel 7\"; the customer reads both.",
    example: "#new ada@example.com",
    more_examples: &[
        "#new ada@example.com name=\"Ada Byron\" subject=\"Parcel 7\"",
        "#new <Ada@example.com>",
    ],
    sensitive: Sensitivity::Ordinary,
    effect: Effect::Changes,
    who: ALL_STAFF,
    stages: &[],
    times: Times::Once,
    takes: Takes::Required("the address of the customer, such as ada@example.com"),
    parse: new,
};

/// `#release S-17`
pub static RELEASE: Spec = Spec {
    name: "release",
    aliases: &["ham"],
    usage: "#release S-17",
    summary: "suspect mail is a person's after all",
    help: "Takes mail that was held as suspect for a person's: it opens a dispute or goes to the one it belongs to, \
           and is acknowledged as far as its sender is proven. Name one mail or several, as the digest of suspect \
           mail does.",
    example: "#release S-17",
    more_examples: &["#release S-17 S-21", "#release s17, s21"],
    sensitive: Sensitivity::Ordinary,
    effect: Effect::Changes,
    who: ALL_STAFF,
    stages: &[],
    times: Times::Several,
    takes: Takes::Required("the number of a suspect mail, such as S-17"),
    parse: |arguments| each(arguments, &RELEASE, number).map(Command::Release),
};

/// `#block S-17`
pub static BLOCK: Spec = Spec {
    name: "block",
    aliases: &["deny"],
    usage: "#block S-17",
    summary: "holds all mail of a sender",
    help: "Holds the mail of a sender from now on, without naming it in the digest of suspect mail, and puts away \
           what waits of theirs. Name suspect mails or addresses. Whole domains are blocked by the operators.",
    example: "#block S-17",
    more_examples: &["#block offers@spam.example", "#block S-17 S-21"],
    sensitive: Sensitivity::Ordinary,
    effect: Effect::Changes,
    who: ALL_STAFF,
    stages: &[],
    times: Times::Several,
    takes: Takes::Required("the number of a suspect mail such as S-17, or an address"),
    parse: |arguments| each(arguments, &BLOCK, target).map(Command::Block),
};

/// `#allow S-17`
pub static ALLOW: Spec = Spec {
    name: "allow",
    aliases: &["trust"],
    usage: "#allow S-17",
    summary: "never holds mail of a sender",
    help: "Mail of this sender is not held any more for who it comes from or for failing the checks of your mail \
           server, and what waits of theirs is taken for a person's. It also takes back #block. Name suspect mails \
           or addresses. Whoever writes under this address gets through as well, so allow only whom you know.",
    example: "#allow S-17",
    more_examples: &["#allow ada@example.com", "#allow S-17 S-21"],
    sensitive: Sensitivity::Ordinary,
    effect: Effect::Changes,
    who: ALL_STAFF,
    stages: &[],
    times: Times::Several,
    takes: Takes::Required("the number of a suspect mail such as S-17, or an address"),
    parse: |arguments| each(arguments, &ALLOW, target).map(Command::Allow),
};

fn new(arguments: &Arguments) -> Result<Command, CommandError> {
    let mut address = None;
    let (mut name, mut subject) = (None, None);
    for word in &arguments.words {
        match word.key.as_deref() {
            Some("name") => name = given(&word.value),
            Some("subject") => subject = given(&word.value),
            None if address.is_none() => {
                address = Some(self::address(&word.value).ok_or_else(|| wrong(word.range.clone(), &NEW))?);
            }
            _ => return Err(wrong(word.range.clone(), &NEW)),
        }
    }
    let address = address.ok_or_else(|| wrong(arguments.range(), &NEW))?;
    Ok(Command::New { address, name, subject })
}

/// What stands behind a key: one line without quotes, bounded.
fn given(value: &str) -> Option<String> {
    let plain: String = value.chars().filter(|c| *c != '"').take(MOST_GIVEN).collect();
    Some(plain.trim().to_owned()).filter(|given| !given.is_empty())
}

/// Reads every word of a line; commas between them do not matter.
fn each<T: PartialEq>(
    arguments: &Arguments,
    spec: &'static Spec,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, CommandError> {
    let mut found = Vec::new();
    for word in &arguments.words {
        let bare = if word.key.is_some() { None } else { Some(word.value.as_str()) };
        let one = bare.and_then(&read).ok_or_else(|| wrong(word.range.clone(), spec))?;
        if found.len() == MOST_NAMED {
            return Err(wrong(word.range.clone(), spec));
        }
        if !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

fn wrong(caret: std::ops::Range<usize>, spec: &'static Spec) -> CommandError {
    let expected = match spec.takes {
        Takes::Required(expected) | Takes::Optional(expected) => expected,
        Takes::Nothing => "nothing",
    };
    CommandError {
        caret,
        what: "this is not what can stand here".to_owned(),
        expected: format!("{expected}; at most {MOST_NAMED} in a line"),
        example: spec.example.to_owned(),
        did_you_mean: None,
    }
}

fn target(word: &str) -> Option<Target> {
    number(word).map(Target::Suspect).or_else(|| address(word).map(Target::Address))
}

/// `S-17`, as keyboards make it.
fn number(word: &str) -> Option<i64> {
    let word: String = word.chars().map(|c| if words::is_dash(c) { '-' } else { c }).collect();
    let bare = word.trim_end_matches([',', ';', '.', ':']).trim_start_matches(['S', 's']);
    let digits = bare.strip_prefix('-').unwrap_or(bare);
    if !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|number| *number > 0)
}

/// An address, also as mail programs write one that they have made a link of.
fn address(word: &str) -> Option<String> {
    let word = word.trim_matches([',', ';', '<', '>']);
    let shown = word.split(['<', '[']).next().unwrap_or(word);
    plain_address(shown.strip_prefix("mailto:").unwrap_or(shown).trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_suspects_are_read_as_keyboards_write_them() {
        for text in ["S-17", "s-17", "s17", "17", "S\u{2011}17,", "S-17."] {
            assert_eq!(number(text), Some(17), "{text}");
        }
        for text in ["S-", "S-0", "D-17", "S-17a", "", "-", "S-99999999999999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_read_as_mail_programs_write_them() {
        for text in [
            "ada@Example.com",
            "<ada@example.com>",
            "ada@example.com,",
            "mailto:ada@example.com",
            "ada@example.com<mailto:ada@example.com>",
            "ada@example.com.",
        ] {
            assert_eq!(address(text).as_deref(), Some("ada@example.com"), "{text}");
        }
        for text in ["ada", "@example.com", "ada@", "a b@example.com", "ada@exa_mple", "ada@@example.com"] {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
