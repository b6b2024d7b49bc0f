//! Address lists (RFC 5322 §3.4), read with the goodwill that real mail needs and the suspicion that authority needs.
//!
//! A flat scan: quoted names, nested comments, routes, groups, and the `Lastname, Firstname <address>` that many
//! clients forget to quote.

use super::Mailbox;
use super::fields::{is_control, is_invisible, one_line};
use super::words;

/// What one field holds.
#[derive(Default)]
pub(super) struct List {
    /// The mailboxes with a usable address.
    pub(super) mailboxes: Vec<Mailbox>,
    /// Entries that are a name without a domain, such as `MAILER-DAEMON (Mail Delivery System)`.
    pub(super) local: Vec<Mailbox>,
    /// How many entries hold an address that nobody can be held to: unusable, or to be read in two ways.
    pub(super) unusable: usize,
    /// Whether group syntax occurs.
    pub(super) group: bool,
    /// Whether a decoded name or an address held control characters.
    pub(super) controls: bool,
}

/// Longest name that is kept, in characters.
const NAME: usize = 200;
/// Longest address: 64 for the local part, 255 for the domain (RFC 5321 §4.5.3.1).
const ADDRESS: usize = 320;

/// The mailboxes of several fields of one name.
pub(super) fn of_fields<'a>(values: impl Iterator<Item = &'a str>, most: usize) -> Vec<Mailbox> {
    values.flat_map(|value| list(value).mailboxes).take(most).collect()
}

/// Reads one field. Where it holds no address but encoded words, those are read: some programs encode all of it.
pub(super) fn list(value: &str) -> List {
    let found = scanned(value);
    if found.mailboxes.is_empty() && value.contains("=?") && !value.contains('@') {
        let decoded = words::words(value);
        if decoded.contains('@') {
            let inner = scanned(&decoded);
            // Nobody can be held to it: servers that judged the sender have not read it.
            return List { unusable: 1, ..inner };
        }
    }
    found
}

fn scanned(value: &str) -> List {
    let mut scan = Scan::default();
    let mut ends = words::Ends::default();
    let mut chars = value.chars();
    // A quote that is never closed is only a character.
    let last_quote = value.rfind('"').map_or(usize::MAX, |at| value.len() - at);
    while let Some(c) = chars.next() {
        match c {
            '"' if chars.as_str().len() >= last_quote => {
                scan.quoted(&until(&mut chars, '"'));
            }
            '(' => scan.comment = comment(&mut chars),
            '<' => scan.angle = Some(angle(&mut chars)),
            '"' | '>' => {}
            ',' | ';' => scan.finish(),
            ':' if scan.begins_group() => {
                scan.list.group = true;
                scan.phrase.clear();
                scan.surname.clear();
            }
            '=' if chars.as_str().starts_with('?') => {
                let text = value.get(value.len() - chars.as_str().len() - 1..).unwrap_or_default();
                let word = words::leading(text, &mut ends).unwrap_or("=");
                scan.phrase.push_str(word);
                chars = text.get(word.len()..).unwrap_or_default().chars();
            }
            _ => scan.push(c),
        }
    }
    scan.finish();
    scan.list
}

/// What stands in angle brackets, its quotes left out. One that is not closed ends with the entry.
fn angle(chars: &mut std::str::Chars) -> String {
    let rest = chars.as_str().trim_start_matches(['<', ' ', '\t']);
    let closed = rest.find(['<', '>']).filter(|&at| rest.get(at..).is_some_and(|tail| tail.starts_with('>')));
    let end = closed.or_else(|| rest.find([',', ';', '<'])).unwrap_or(rest.len());
    let (inner, after) = rest.split_at(end);
    *chars = after.strip_prefix('>').unwrap_or(after).chars();
    inner.chars().filter(|&c| c != '"').collect()
}

/// The text up to the closing character, escapes resolved.
fn until(chars: &mut std::str::Chars, close: char) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            _ if c == close => break,
            _ => text.push(c),
        }
    }
    text
}

/// A comment, the comments within it included.
fn comment(chars: &mut std::str::Chars) -> String {
    let mut text = String::new();
    let mut depth = 1_usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => text.push(c),
        }
        if depth == 0 {
            break;
        }
    }
    text
}

/// One entry being read.
#[derive(Default)]
struct Scan {
    list: List,
    phrase: String,
    /// Whether quotes occurred, and whether an `@` stood in them or a local part with a blank.
    quotes: Option<bool>,
    /// Length of the phrase behind quotes that hold a blank.
    blank_quoted: Option<usize>,
    comment: String,
    angle: Option<String>,
    /// A name cut off by its comma, waiting for the rest of the name.
    surname: String,
}

impl Scan {
    fn quoted(&mut self, text: &str) {
        if self.phrase.ends_with(|last: char| !last.is_whitespace()) && !self.phrase.ends_with(['.', '@']) {
            self.phrase.push(' ');
        }
        self.phrase.push_str(text);
        self.quotes = Some(self.quotes.unwrap_or(false) || text.contains('@'));
        self.blank_quoted = text.contains(char::is_whitespace).then_some(self.phrase.len());
    }

    /// `"a b"@shop` is one address that is not read, and never that of `b`.
    fn push(&mut self, c: char) {
        if c == '@' && self.blank_quoted == Some(self.phrase.len()) {
            self.quotes = Some(true);
        }
        self.phrase.push(c);
    }

    /// Whether a colon here ends the name of a group.
    fn begins_group(&self) -> bool {
        self.angle.is_none()
            && !self.phrase.contains('@')
            && !self.phrase.trim().eq_ignore_ascii_case("mailto")
            && !self.phrase.trim_end().ends_with("[mailto")
    }

    fn finish(&mut self) {
        let phrase = std::mem::take(&mut self.phrase);
        let comment = std::mem::take(&mut self.comment);
        let quotes = self.quotes.take();
        self.blank_quoted = None;
        match self.angle.take() {
            Some(address) => {
                let name = if phrase.trim().is_empty() { comment } else { phrase };
                self.add(&name, &address);
            }
            None if phrase.contains('@') && quotes == Some(true) => self.list.unusable += 1,
            None if phrase.contains('@') => match named(&phrase) {
                Some((name, address)) => {
                    // Joe Smith@shop may be Smith, and may be a local part with a blank in it.
                    self.list.unusable += 1;
                    self.add(name, address);
                }
                None => self.add(&comment, &phrase),
            },
            None => {
                let word = phrase.trim();
                if word.is_empty() {
                    return;
                }
                word.clone_into(&mut self.surname);
                if quotes.is_none() && !word.contains(char::is_whitespace) && word.len() <= ADDRESS {
                    let name = Some(one_line(&words::words(&comment))).filter(|name| !name.is_empty());
                    self.list.local.push(Mailbox { name, address: plain_address(word) });
                }
            }
        }
    }

    fn add(&mut self, name: &str, address: &str) {
        let surname = std::mem::take(&mut self.surname);
        let alone = surname.is_empty() || name.trim().is_empty();
        let name = if alone { name.to_owned() } else { format!("{surname}, {name}") };
        let decoded = words::words(&name);
        self.list.controls |= decoded.chars().chain(address.chars()).any(is_control);
        let Some(address) = usable(address) else {
            self.list.unusable += 1;
            return;
        };
        let name: String = one_line(&decoded).trim_matches(['"', '\'']).chars().take(NAME).collect();
        let name = Some(name).filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(&address));
        self.list.mailboxes.push(Mailbox { name, address });
    }
}

/// A name and an address without brackets: the one `@` stands in the last word.
fn named(phrase: &str) -> Option<(&str, &str)> {
    let (name, address) = phrase.trim().rsplit_once([' ', '\t'])?;
    let whole =
        address.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let dangling = name.trim_end().ends_with(['.', '@']);
    let address = address.trim_start_matches('[').trim_end_matches(']');
    (whole && !dangling && !name.contains('@')).then_some((name, address))
}

/// An address with one `@`, something on both sides, and nothing that could be read two ways.
fn usable(text: &str) -> Option<String> {
    // A route of RFC 5322 §4.4 (`@relay:user@host`) is to be ignored.
    let text = text.trim();
    let text =
        if text.starts_with('@') { text.rsplit_once(':').map_or(text, |(_, rest)| rest) } else { text };
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let text = closed_up(&without_comments(text));
    let (local, domain) = text.split_once('@')?;
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || "<>()[]\\,;:\"@".contains(c);
    let plain =
        !local.is_empty() && !domain.is_empty() && !local.chars().any(odd) && !domain.chars().any(odd);
    (plain && text.chars().count() <= ADDRESS).then(|| plain_address(&text))
}

/// Without the blanks that RFC 5322 §4.4 allows around dots and the `@`.
fn closed_up(text: &str) -> String {
    let mut closed = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.trim().chars() {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        let joins = matches!(c, '.' | '@') || closed.ends_with(['.', '@']);
        if blank && !joins {
            closed.push(' ');
        }
        blank = false;
        closed.push(c);
    }
    closed
}

/// Comments are allowed even within an address (RFC 5322 §3.4.1).
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '(' {
            comment(&mut chars);
        } else {
            plain.push(c);
        }
    }
    plain.trim().to_owned()
}

/// An address with its domain in lower case and without anything invisible.
pub(in crate::mail) fn plain_address(text: &str) -> String {
    let clean: String = text
        .chars()
        .filter(|&c| !c.is_control() && !is_invisible(c))
        .take(ADDRESS)
        .collect::<String>()
        .trim()
        .to_owned();
    match clean.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.trim_end_matches('.').to_lowercase()),
        None => clean,
    }
}
