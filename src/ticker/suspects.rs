//! The daily list of suspect mail: who wrote, about what, why it is held, and how a reply names it.
//!
//! It goes to the managers, who know the customers, or to all agents where there is no manager; the operators are
//! not asked, since they cannot tell a customer from a stranger. Each mail stands in one list. Nothing of a mail is
//! shown but its sender and its subject, cleaned and cut, for both are a stranger's words.
use std::collections::{BTreeMap, BTreeSet};

use super::Ticker;
use crate::{
    clerk::ClerkError,
    command::{handle, hints_outside},
    domain::{
        Timestamp,
        decision::{Outgoing, Thread},
        letter::{StaffLetter, Suspect, Suspects},
        party::Staff,
    },
    mail::inbound::{self, Mail, Mailbox},
    store::{
        Db, StoreError,
        inbox::{self, MailRow},
    },
};

/// Suspect mails that one list looks at; of more, the newest.
const MOST: i64 = 2_000;
/// Bytes of a mail that are unpacked: its header stands in them.
const UNPACKED: u64 = 64 * 1024;
/// Senders that one list names.
const SENDERS: usize = 100;
/// Further mails of one sender that are named by their handles.
const OTHERS: usize = 5;
/// Characters of a stranger's words.
const SHOWN: usize = 120;

impl Ticker {
    /// Writes the list for each of its readers, if there is something new.
    pub(super) fn list_suspects(
        &self,
        db: &mut Db,
        run: &str,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<usize, ClerkError> {
        let counted = inbox::waiting(db, since)?;
        let untold = inbox::untold(db, MOST)?;
        if untold.is_empty() {
            return Ok(0);
        }
        let chosen = chosen(untold);
        let more = usize::try_from(counted.untold).unwrap_or_default().saturating_sub(chosen.len());
        let mut listed: Vec<Suspect> = Vec::new();
        let mut senders: BTreeMap<String, usize> = BTreeMap::new();
        for row in &chosen {
            let key = key_of(row);
            match senders.get(&key).and_then(|place| listed.get_mut(*place)) {
                Some(first) if !key.is_empty() => {
                    if first.others.len() < OTHERS {
                        first.others.push(handle(row.id));
                    } else {
                        first.further += 1;
                    }
                }
                _ => {
                    senders.insert(key, listed.len());
                    listed.push(self.suspect(db, row)?);
                }
            }
            inbox::told(db, row.id, now)?;
        }
        let letter = Suspects {
            date: now,
            mails: listed,
            more,
            earlier: counted.named,
            blocked: counted.blocked,
            past: counted.past,
            commands: hints_outside(),
        };
        let letters: Vec<Outgoing> =
            self.readers().map(|staff| self.suspects_for(staff, letter.clone(), run, now)).collect();
        self.clerk.post(db, &format!("suspects:{run}"), &letters, now)?;
        Ok(letters.len())
    }

    fn readers(&self) -> impl Iterator<Item = &Staff> {
        let policy = &self.clerk.policy;
        let managed = policy.managers().next().is_some();
        policy
            .staff
            .iter()
            .filter(move |staff| !managed || policy.managers().any(|manager| manager == *staff))
    }

    fn suspects_for(&self, staff: &Staff, letter: Suspects, run: &str, now: Timestamp) -> Outgoing {
        let key = format!("suspects:{run}:{}", staff.address);
        self.clerk.staff_letter(&staff.address, StaffLetter::Suspects(letter), key, Thread::default(), now)
    }

    fn suspect(&self, db: &mut Db, row: &MailRow) -> Result<Suspect, StoreError> {
        let raw = inbox::beginning(db, row.id, UNPACKED)?.unwrap_or_default();
        let head = raw.get(..head_of(&raw)).unwrap_or_default();
        let (mail, _) = inbound::understand(head, &self.clerk.limits);
        Ok(Suspect {
            handle: handle(row.id),
            from: author(&mail),
            subject: Some(shown(&mail.subject)).filter(|subject| !subject.is_empty()),
            reason: shown(reason(row)),
            received: row.received_at,
            others: Vec::new(),
            further: 0,
        })
    }
}

/// The sender of a mail, by which a list is grouped; nothing where it has none.
fn key_of(row: &MailRow) -> String {
    row.sender.as_deref().map(str::to_ascii_lowercase).unwrap_or_default()
}

/// The mails of the senders who wrote last, as many as a list names, in order of arrival. So a day with too many
/// leaves older ones over, and no list ever falls behind.
fn chosen(newest_first: Vec<MailRow>) -> Vec<MailRow> {
    let mut senders: BTreeSet<String> = BTreeSet::new();
    let mut nameless = 0;
    let mut chosen: Vec<MailRow> = Vec::new();
    for row in newest_first {
        let key = key_of(&row);
        let is_new = key.is_empty() || !senders.contains(&key);
        if is_new && senders.len() + nameless == SENDERS {
            continue;
        }
        if key.is_empty() {
            nameless += 1;
        } else {
            senders.insert(key);
        }
        chosen.push(row);
    }
    chosen.reverse();
    chosen
}

/// Where the header ends: what a list shows stands in it.
fn head_of(raw: &[u8]) -> usize {
    let end = |mark: &[u8]| raw.windows(mark.len()).position(|window| window == mark);
    end(b"\r\n\r\n").into_iter().chain(end(b"\n\n")).min().map_or(raw.len(), |at| at.saturating_add(2))
}

/// What spoke against a mail, without the rule's number, which only tables and logs know.
fn reason(row: &MailRow) -> &str {
    let whole = row.reason.as_deref().unwrap_or_default();
    let read = row.rule.as_deref().and_then(|rule| whole.strip_prefix(rule)?.strip_prefix(": "));
    read.unwrap_or(whole)
}

/// Who seems to have written a mail: every address that its From has, since none of them may be true.
fn author(mail: &Mail) -> Option<String> {
    let one = |author: &Mailbox| match &author.name {
        Some(name) => format!("{name} <{}>", author.address),
        None => author.address.clone(),
    };
    let all: Vec<String> = mail.authors.iter().take(OTHERS).map(one).collect();
    (!all.is_empty()).then(|| shown(&all.join(", ")))
}

/// A stranger's words on one line: bounded, and without what cannot be seen or turns the line around.
fn shown(text: &str) -> String {
    let line = inbound::one_line(text);
    let mut cut: String = line.chars().take(SHOWN).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_words_are_one_short_line() {
        assert_eq!(shown(" a\u{202e}b\tc\u{200b}\nd "), "ab c d");
        assert_eq!(shown(&"x".repeat(500)).chars().count(), SHOWN + 1);
    }

    #[test]
    fn a_header_ends_at_its_first_blank_line() {
        assert_eq!(head_of(b"A: b\r\n\r\nc\n\nd"), 6);
        assert_eq!(head_of(b"A: b\n\nc"), 6);
        assert_eq!(head_of(b"A: b"), 4);
    }
}
