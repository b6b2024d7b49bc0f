//! Address lists (RFC 5322 §3.4), read with the goodwill that real mail needs and the suspicion that authority needs.
//!
//! A flat scan: quoted names, nested comments, routes, groups, and the `Lastname, Firstname <address>` that many
//! clients forget to quote.

use super::Mailbox;
use super::decode;
use super::fields::{is_control, is_invisible, one_line};

/// What one field holds.
#[derive(Default)]
pub(super) struct List {
    /// The mailboxes with a usable address.
    pub(super) mailboxes: Vec<Mailbox>,
    /// Entries that are a name without a domain, such as `MAILER-DAEMON (Mail Delivery System)`.
    pub(super) local: Vec<Mailbox>,
    /// How many entries stand in brackets or hold an `@` and are still no usable address.
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

/// Reads one field.
pub(super) fn list(value: &str) -> List {
    let mut scan = Scan::default();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let quoted = until(&mut chars, '"');
                if scan.phrase.ends_with(|last: char| !last.is_whitespace())
                    && !scan.phrase.ends_with(['.', '@'])
                {
                    scan.phrase.push(' ');
                }
                scan.phrase.push_str(&quoted);
                scan.quoted = true;
            }
            '(' => scan.comment = comment(&mut chars),
            '<' => scan.angle = Some(until(&mut chars, '>')),
            ',' | ';' => scan.finish(),
            ':' if scan.angle.is_none() && !scan.phrase.contains('@') => {
                scan.list.group = true;
                scan.phrase.clear();
                scan.surname.clear();
            }
            _ => scan.phrase.push(c),
        }
    }
    scan.finish();
    scan.list
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
    quoted: bool,
    comment: String,
    angle: Option<String>,
    /// A name cut off by its comma, waiting for the rest of the name.
    surname: String,
}

impl Scan {
    fn finish(&mut self) {
        let phrase = std::mem::take(&mut self.phrase);
        let comment = std::mem::take(&mut self.comment);
        let quoted = std::mem::take(&mut self.quoted);
        match self.angle.take() {
            Some(address) => {
                let name = if phrase.trim().is_empty() { comment } else { phrase };
                self.add(&name, &address);
            }
            None if phrase.contains('@') && !quoted => self.add(&comment, &phrase),
            None if phrase.contains('@') => self.list.unusable += 1,
            None => {
                let word = phrase.trim();
                if word.is_empty() {
                    return;
                }
                word.clone_into(&mut self.surname);
                if !quoted && !word.contains(char::is_whitespace) && word.len() <= ADDRESS {
                    let name = Some(one_line(&decode::words(&comment))).filter(|name| !name.is_empty());
                    self.list.local.push(Mailbox { name, address: plain_address(word) });
                }
            }
        }
    }

    fn add(&mut self, name: &str, address: &str) {
        let surname = std::mem::take(&mut self.surname);
        let name = if surname.is_empty() { name.to_owned() } else { format!("{surname}, {name}") };
        let decoded = decode::words(&name);
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

/// An address with one `@`, something on both sides, and nothing that could be read two ways.
fn usable(text: &str) -> Option<String> {
    // A route of RFC 5322 §4.4 (`@relay:user@host`) is to be ignored.
    let text = text.trim();
    let text =
        if text.starts_with('@') { text.rsplit_once(':').map_or(text, |(_, rest)| rest) } else { text };
    let text = without_comments(text.trim_start_matches("mailto:"));
    let (local, domain) = text.split_once('@')?;
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || "<>()[]\\,;:\"@".contains(c);
    let plain =
        !local.is_empty() && !domain.is_empty() && !local.chars().any(odd) && !domain.chars().any(odd);
    (plain && text.chars().count() <= ADDRESS).then(|| plain_address(&text))
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
