//! Who says that a mail did not arrive: a mail server, somebody who may be one, or a person.

use super::rules::{DAEMONS, LIST_OFFICES, OFFICES};
use crate::mail::inbound::{Mail, ReturnPath};

/// How much like a mail server the author looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sender {
    /// Nothing says so.
    Person,
    /// An address of an office or a machine, or no author at all: what it says must show that it is a report.
    Office,
    /// The return path is that of a server (RFC 5321 §4.5.5), which autoresponders use too.
    Null,
    /// A name that only mail servers bear.
    Daemon,
}

/// Looks at the header.
pub(super) fn of(mail: &Mail) -> Sender {
    let names = names(mail);
    if names.iter().any(|name| DAEMONS.contains(&name.as_str())) {
        return Sender::Daemon;
    }
    match &mail.return_path {
        ReturnPath::Null => return Sender::Null,
        ReturnPath::Address(address) if DAEMONS.contains(&local(address).as_str()) => return Sender::Null,
        _ => {}
    }
    let office = |name: &String| {
        OFFICES.iter().any(|known| name.starts_with(known))
            || LIST_OFFICES.iter().any(|ending| name.ends_with(ending))
    };
    if names.is_empty() || names.iter().any(office) {
        return Sender::Office;
    }
    Sender::Person
}

/// Local part and name of each author, in lower case, without quotes. What cannot be read as an address counts as it
/// stands: servers write `From: MAILER-DAEMON` and `From: Mail Delivery System <>`.
fn names(mail: &Mail) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for author in &mail.authors {
        names.push(local(&author.address));
        names.extend(author.name.as_deref().map(plain));
    }
    if names.is_empty() {
        names.extend(mail.header("From").map(plain));
    }
    names.retain(|name| !name.is_empty());
    names
}

fn local(address: &str) -> String {
    plain(address.rsplit_once('@').map_or(address, |(local, _)| local))
}

fn plain(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !matches!(c, '"' | '\\' | '<' | '>' | '\'')).collect();
    let clean = clean.split('@').next().unwrap_or_default();
    clean.trim().trim_end_matches("()").trim().to_lowercase()
}
