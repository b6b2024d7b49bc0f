//! Out-of-office notes that carry no mark of a machine: known by their words, and never by one sign alone.
//!
//! People do write about being out of office (RFC 3834 §3.1.5), so a subject proves nothing. Two signs do: a subject
//! as programs write it, a first line that says who is away, what is usual beside it (whom to ask, when it will be
//! read), a field that a server's rule leaves, an answer to a mail of ours. A subject as only programs write it,
//! alone, leaves the mail a person's; it is merely not acknowledged.
//!
//! Absent here: fields by which autoresponders name themselves, see [`super::responders`]; the words, see
//! [`super::away_words`]; the day of return, see [`super::back`].

use super::away_words::{LANGUAGES, Language};
use super::{Setting, own};
use crate::mail::inbound::{Mail, ReturnPath};

/// Characters of text in which an absence is told.
const FIRST_LINES: usize = 500;
/// Characters of text that are looked through for what only a person would write.
const READ: usize = 1500;
/// Marks of replies that stand before a subject, at most so many of them.
const MARKS: usize = 8;
const REPLY_MARKS: [&str; 14] = [
    "re:", "aw:", "fwd:", "fw:", "wg:", "sv:", "antw:", "rv:", "tr:", "vs:", "odp:", "ynt:", "res:", "回复:",
];

/// What may stand before the words of a program.
const OPENING: [char; 9] = ['[', '(', '*', '-', '"', '<', '{', '!', ' '];

/// How the subject of a mail speaks of an absence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// Not at all.
    Silent,
    /// In words that a person may use too.
    Topic,
    /// With the words of a program at its start, and more.
    Label,
    /// As a program does, behind the mark of a reply: perhaps somebody answers such a note.
    Answered,
    /// In nothing but the words of a program.
    Whole,
    /// As a program does: its words, a colon, and the subject that it answers.
    Tag,
}

/// The signs that a mail shows.
#[expect(clippy::struct_excessive_bools, reason = "each is a sign by itself, seen or not")]
struct Signs {
    subject: Subject,
    /// Its first lines say that somebody is away now.
    away: bool,
    /// It says what follows from it: whom to ask, when mail will be read.
    usual: bool,
    /// A server's rule has left its mark.
    rule: bool,
    /// It asks or complains.
    person: bool,
}

/// Row L16: two signs of an absence, in an answer or with a mark in the header.
pub(super) fn absence(mail: &Mail, setting: &Setting) -> Option<String> {
    if own::is_backed(mail, setting) { in_words(mail, setting) } else { None }
}

/// Two signs of an absence, wherever the mail stands.
fn in_words(mail: &Mail, setting: &Setting) -> Option<String> {
    let signs = signs(mail, setting);
    let ours = setting.in_reply_to_ours;
    let answer = ours || !mail.in_reply_to.is_empty() || !mail.references.is_empty();
    let told = signs.away || signs.rule;
    let sure = match signs.subject {
        Subject::Tag => answer || told || signs.usual,
        Subject::Whole => ours || told || signs.usual,
        Subject::Answered | Subject::Label => told || signs.usual,
        Subject::Topic => signs.away,
        Subject::Silent => signs.away && (signs.rule || (answer && signs.usual)),
    };
    (sure && !signs.person).then(|| match signs.subject {
        Subject::Silent => "first lines that tell of an absence, and a second sign".to_owned(),
        _ => format!("Subject: {}, and a second sign", mail.subject),
    })
}

/// The lesser half of row L16: a subject as programs write it, and nothing else; or two signs that nothing backs.
pub(super) fn absence_unproven(mail: &Mail, setting: &Setting) -> Option<String> {
    let written = matches!(subject(&mail.subject), Subject::Tag | Subject::Whole)
        || plain(&mail.subject).starts_with("auto:");
    if written { Some(format!("Subject: {}", mail.subject)) } else { in_words(mail, setting) }
}

/// Whether a mail known to be automatic says that its author is away.
pub(super) fn is_out_of_office(mail: &Mail) -> bool {
    if subject(&mail.subject) != Subject::Silent {
        return true;
    }
    let value = mail.header("Auto-Submitted").unwrap_or_default().to_lowercase();
    value.contains("vacation")
        || (!value.starts_with("auto-generated") && says_away(&beginning(&mail.text, FIRST_LINES)))
}

fn signs(mail: &Mail, setting: &Setting) -> Signs {
    let words = own::words(setting);
    let text = beginning(words, READ);
    let first = beginning(words, FIRST_LINES);
    let subject = subject(&mail.subject);
    // Behind the words of a program stands the subject that it answers, which is ours.
    let own_subject = matches!(subject, Subject::Topic | Subject::Label);
    Signs {
        subject,
        away: says_away(&first),
        usual: any(&text, |language| language.usual),
        rule: left_by_a_rule(mail),
        person: asks(&text)
            || own::complains(&text)
            || (own_subject && own::complains(&plain(&mail.subject))),
    }
}

fn says_away(text: &str) -> bool {
    any(text, |language| language.away)
}

fn any(text: &str, words: fn(&Language) -> &'static [&'static str]) -> bool {
    LANGUAGES.iter().flat_map(words).any(|phrase| text.contains(phrase))
}

/// Fields that Exchange adds where a rule of a mailbox, and no person, wrote; and the null return path.
fn left_by_a_rule(mail: &Mail) -> bool {
    let suppressed = mail.headers_named("X-Auto-Response-Suppress").any(|value| {
        let value = value.to_lowercase();
        ["all", "oof", "autoreply"].iter().any(|word| value.contains(word))
    });
    let named = ["X-MS-Exchange-Inbox-Rules-Loop", "X-MS-Exchange-Parent-Message-Id", "X-Rules-Loop"];
    suppressed || mail.return_path == ReturnPath::Null || named.iter().any(|name| mail.header(name).is_some())
}

/// Whether a sentence asks something. The marks in addresses of pages do not count.
fn asks(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let word = word.trim_end_matches(['"', '\'', ')', '!', '»', '”']);
        word.ends_with(['?', '？', '؟']) && !word.contains("://")
    })
}

/// The subject without the marks of replies, and what it says.
fn subject(subject: &str) -> Subject {
    let lower = plain(subject);
    let whole = lower.trim_start_matches(OPENING);
    let mut rest = lower.as_str();
    for _ in 0..MARKS {
        let after = REPLY_MARKS.iter().find_map(|mark| rest.strip_prefix(mark));
        match after {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    let rest = rest.trim_start_matches(OPENING);
    if let Some(after) = rest.strip_prefix("auto:")
        && !REPLY_MARKS.iter().any(|mark| after.trim_start().starts_with(mark))
    {
        // A car, in half of the languages of Europe.
        return Subject::Label;
    }
    let tagged = rest.starts_with("auto:") || ENDINGS.iter().any(|ending| rest.ends_with(ending));
    if tagged {
        // Behind a mark of replies somebody answers a note, or writes of their car.
        return if rest.len() == whole.len() { Subject::Tag } else { Subject::Answered };
    }
    let labels = LANGUAGES.iter().flat_map(|language| language.labels);
    let after = labels.filter_map(|label| rest.strip_prefix(label)).min_by_key(|after| after.len());
    if let Some(after) = after {
        let after = after.trim_start_matches([')', ']', '"', '>', '*', '}', ' ']);
        return match after.chars().next() {
            None => Subject::Whole,
            Some(':' | '：') if rest.len() == whole.len() => Subject::Tag,
            Some(':' | '：') => Subject::Answered,
            Some('.' | '!' | '-' | '–') if after.chars().count() == 1 => Subject::Whole,
            Some(_) => Subject::Label,
        };
    }
    let end = rest.trim_end_matches(['.', '!']);
    let mut topics = LANGUAGES.iter().flat_map(|language| language.topics);
    // "Anna Berg is out of the office", as Notes writes: a sentence, not the end of anything that one may complain of.
    let sentence = |topic: &str| VERBS.iter().any(|verb| topic.starts_with(verb)) && end.ends_with(topic);
    if topics.any(|topic| rest.starts_with(topic) || sentence(topic)) {
        Subject::Topic
    } else {
        Subject::Silent
    }
}

/// How a topic begins that is what somebody else does.
const VERBS: [&str; 7] = ["is ", "ist ", "est ", "está ", "è ", "er ", "är "];

/// What programs write behind the subject that they answer.
const ENDINGS: [&str; 8] = [
    "(automatic response)",
    "(automatic reply)",
    "(auto response)",
    "(auto reply)",
    "(auto-reply)",
    "(autoreply)",
    "(out of office)",
    "[auto-reply]",
];

/// In lower case, with plain apostrophes, single spaces, colons that hold on to their word, and no "I'm".
fn plain(text: &str) -> String {
    let lower = text.to_lowercase().replace(['\u{2019}', '\u{2018}', '\u{b4}', '`'], "'");
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.join(" ").replace(" :", ":").replace("i'm ", "i am ")
}

/// The first characters of a text, plain.
fn beginning(text: &str, characters: usize) -> String {
    // Some bytes more than are kept, since white space goes.
    let head = text.get(..text.floor_char_boundary(characters.saturating_mul(6))).unwrap_or_default();
    plain(head).chars().take(characters).collect()
}
