//! What no letter to a customer may ever hold, whatever the scenario: an agent's own address, the text of a note,
//! another customer's address.
use mail_parser::MessageParser;
use redress::{
    daemon::Parts,
    domain::decision::What,
    store::{
        disputes, journal,
        outbox::{Audience, Leased},
    },
};

/// One mail that left, as its reader's program sees it.
pub struct Sent {
    to: String,
    letter: String,
    audience: Audience,
    text: String,
}

impl Sent {
    /// Reads what left: its headers as they stand, and its text and HTML decoded.
    pub fn new(mail: &Leased) -> Self {
        let parsed = MessageParser::default().parse(&mail.bytes).unwrap();
        let mut text = String::from_utf8_lossy(&mail.bytes).into_owned();
        for part in [parsed.body_text(0), parsed.body_html(0)] {
            text.push_str(part.as_deref().unwrap_or_default());
        }
        Sent {
            to: mail.letter.recipient.clone(),
            letter: mail.letter.letter.clone(),
            audience: mail.letter.audience,
            text: text.to_lowercase(),
        }
    }
}

/// Checks all letters to customers.
pub fn check(parts: &Parts, sent: &[Sent]) {
    let policy = &parts.desk.clerk().policy;
    let agents = policy.staff.iter().map(|staff| staff.address.to_lowercase());
    let all = parts.store.with(|db| disputes::list(db, &disputes::Filter::default(), 10_000)).unwrap();
    let customers = all.iter().map(|dispute| dispute.customer.address.to_lowercase());
    let forbidden: Vec<String> =
        agents.chain(customers).chain(notes(parts, &all)).filter(|text| !text.is_empty()).collect();
    for mail in sent.iter().filter(|mail| mail.audience == Audience::Customer) {
        let to = mail.to.to_lowercase();
        let found = forbidden.iter().find(|text| **text != to && mail.text.contains(text.as_str()));
        assert!(found.is_none(), "the letter {} to {to} holds {found:?}", mail.letter);
    }
}

/// The lines of all notes.
fn notes(parts: &Parts, all: &[redress::domain::dispute::Dispute]) -> Vec<String> {
    let mut lines = Vec::new();
    for dispute in all {
        for recorded in parts.store.with(|db| journal::of(db, dispute.number)).unwrap() {
            let Some(entry) = recorded.entry.filter(|entry| entry.what == What::Noted) else { continue };
            lines.extend(entry.detail.lines().map(|line| line.trim().to_lowercase()));
        }
    }
    lines
}
