//! Contexts of letters to agents and managers that are about disputes.
use serde::Serialize;

use super::{Cut, Due, Goes, Reason, Understood, Warning, WarningKind, sample_moment};
use crate::domain::{
    Timestamp,
    dispute::{Awaiting, Level, Outcome, Stage},
};

/// The dispute at a glance, at the head of each mail about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Public number.
    pub number: String,
    /// Subject of the dispute.
    pub subject: String,
    /// Name of the customer.
    pub customer_name: Option<String>,
    /// Address of the customer; stands in the body only, never in a header.
    pub customer_address: String,
    /// Language of the letters.
    pub language: String,
    /// How far it has come.
    pub stage: Stage,
    /// Who is in charge.
    pub level: Level,
    /// Whose turn it is.
    pub awaiting: Awaiting,
    /// How it ended, once closed.
    pub outcome: Option<Outcome>,
    /// Name of the agent who has it.
    pub agent: Option<String>,
    /// When it began.
    pub opened: Timestamp,
    /// When the customer hears from us.
    pub promise: Option<Timestamp>,
    /// Promises kept so far.
    pub promises_kept: u32,
    /// Promises broken so far.
    pub promises_broken: u32,
    /// Earlier disputes of this customer, newest first, at most five.
    pub past: Vec<PastDispute>,
    /// The dispute this one continues.
    pub linked: Option<String>,
}

impl Card {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            number: "D-1042".into(),
            subject: "Invoice 88 charged twice".into(),
            customer_name: Some("Ada Byron".into()),
            customer_address: "ada@example.test".into(),
            language: "en".into(),
            stage: Stage::Investigating,
            level: Level::Desk,
            awaiting: Awaiting::Us,
            outcome: None,
            agent: Some("Maria Lopez".into()),
            opened: sample_moment(-4),
            promise: Some(sample_moment(3)),
            promises_kept: 2,
            promises_broken: 0,
            past: vec![PastDispute {
                number: "D-7".into(),
                subject: "Late parcel".into(),
                outcome: Some(Outcome::Confirmed),
                rating: Some(5),
            }],
            linked: None,
        }
    }
}

/// An earlier dispute of the same customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastDispute {
    /// Public number.
    pub number: String,
    /// Its subject.
    pub subject: String,
    /// How it ended; none while open.
    pub outcome: Option<Outcome>,
    /// Rating, 1 to 5.
    pub rating: Option<u8>,
}

impl PastDispute {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            number: "D-7".into(),
            subject: "Late parcel".into(),
            outcome: Some(Outcome::Confirmed),
            rating: Some(5),
        }
    }
}

/// A command that is legal now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandHint {
    /// How it is written.
    pub usage: String,
    /// What it does, in a few words.
    pub help: String,
}

impl CommandHint {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self { usage: "#promise 3d".into(), help: "date of next word".into() }
    }
}

/// Something happened in a dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// What happened.
    pub reason: Reason,
    /// Where a reply goes.
    pub goes: Goes,
    /// The dispute at a glance.
    pub card: Card,
    /// What to beware of.
    pub warnings: Vec<Warning>,
    /// Who wrote, by name or address.
    pub writer: String,
    /// The new text, quotes cut; may be empty.
    pub text: String,
    /// Names of the attachments that go along.
    pub attachments: Vec<String>,
    /// What the mail states for certain.
    pub understood: Understood,
    /// What can be done by reply now.
    pub commands: Vec<CommandHint>,
    /// What was cut from the mail; none where nothing was.
    pub cut: Option<Cut>,
}

impl Notification {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            reason: Reason::CustomerWrote,
            goes: Goes::ToCustomer,
            card: Card::sample(),
            warnings: vec![Warning { kind: WarningKind::NotAuthenticated, detail: String::new() }],
            writer: "Ada Byron".into(),
            text: "Two weeks have passed.\n\nWhen do I get my money?".into(),
            attachments: vec!["receipt.pdf".into()],
            understood: Understood {
                amount: Some("49.90 EUR".into()),
                reference: Some("88".into()),
                remedy: Some("refund".into()),
            },
            commands: vec![CommandHint::sample()],
            cut: Some(Cut::sample()),
        }
    }
}

/// What became of the commands in a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transcript {
    /// Whether everything ran; otherwise nothing did.
    pub done: bool,
    /// Public number of the dispute, if it is about one.
    pub number: Option<String>,
    /// Each command line and what became of it.
    pub lines: Vec<TranscriptLine>,
    /// What the customer was sent, word for word; none if nothing.
    pub sent: Option<String>,
    /// When it leaves.
    pub leaves: Option<Timestamp>,
    /// Text that was not sent, given back so that nothing must be typed again.
    pub unsent: Option<String>,
    /// Commands explained, where help was asked for or needed.
    pub help: Vec<CommandHelp>,
    /// What can be done by reply now.
    pub commands: Vec<CommandHint>,
}

impl Transcript {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            done: false,
            number: Some("D-1042".into()),
            lines: vec![TranscriptLine {
                line: "#promise 3x".into(),
                note: "this is no time".into(),
                problem: Some(Problem {
                    caret: "         ^^".into(),
                    expected: "a number of business days such as 3d, or a date".into(),
                    example: "#promise 3d".into(),
                }),
            }],
            sent: None,
            leaves: None,
            unsent: Some("Dear Ada, we are looking into it.".into()),
            help: vec![CommandHelp {
                usage: "#promise 3d".into(),
                help: "Sets the date of next word.".into(),
                example: "#promise 3d".into(),
            }],
            commands: vec![CommandHint::sample()],
        }
    }
}

/// One command explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandHelp {
    /// How it is written.
    pub usage: String,
    /// What it does, in full.
    pub help: String,
    /// An example.
    pub example: String,
}

impl CommandHelp {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            usage: "#promise 3d".into(),
            help: "Sets the date of next word.".into(),
            example: "#promise 2026-12-01".into(),
        }
    }
}

/// A command line and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TranscriptLine {
    /// The line as written.
    pub line: String,
    /// What happened, or what is wrong.
    pub note: String,
    /// Set when the line is wrong.
    pub problem: Option<Problem>,
}

impl TranscriptLine {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self { line: "#take".into(), note: "you have it now".into(), problem: None }
    }
}

/// What is wrong with a command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Spaces and carets that stand under the wrong part.
    pub caret: String,
    /// What was expected there.
    pub expected: String,
    /// A corrected example.
    pub example: String,
}

impl Problem {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self { caret: "         ^^".into(), expected: "a date".into(), example: "#promise 3d".into() }
    }
}

/// A promise falls due soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromiseReminder {
    /// The dispute at a glance.
    pub card: Card,
    /// When.
    pub due: Timestamp,
    /// What can be done by reply now.
    pub commands: Vec<CommandHint>,
}

impl PromiseReminder {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self { card: Card::sample(), due: sample_moment(1), commands: vec![CommandHint::sample()] }
    }
}

/// A promise was broken; the customer was told of a new date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromiseBroken {
    /// The dispute at a glance.
    pub card: Card,
    /// The date that was not kept.
    pub promised: Timestamp,
    /// The new date.
    pub by: Timestamp,
    /// What can be done by reply now.
    pub commands: Vec<CommandHint>,
}

impl PromiseBroken {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            card: Card::sample(),
            promised: sample_moment(0),
            by: sample_moment(3),
            commands: vec![CommandHint::sample()],
        }
    }
}

/// What is due today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Digest {
    /// Name of the reader.
    pub agent: String,
    /// The day.
    pub date: Timestamp,
    /// Disputes that the reader has.
    pub mine: Vec<DigestItem>,
    /// Disputes that nobody has.
    pub free: Vec<DigestItem>,
}

impl Digest {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            agent: "Maria Lopez".into(),
            date: sample_moment(0),
            mine: vec![DigestItem::sample()],
            free: vec![DigestItem {
                number: "D-1044".into(),
                subject: "Parcel arrived open".into(),
                promise: Some(sample_moment(1)),
                due: Due::Later,
                ..DigestItem::sample()
            }],
        }
    }
}

/// A dispute in a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestItem {
    /// Public number.
    pub number: String,
    /// Subject of the dispute.
    pub subject: String,
    /// How far it has come.
    pub stage: Stage,
    /// Whose turn it is.
    pub awaiting: Awaiting,
    /// When the customer hears from us.
    pub promise: Option<Timestamp>,
    /// How urgent it is.
    pub due: Due,
}

impl DigestItem {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            number: "D-1042".into(),
            subject: "Invoice 88 charged twice".into(),
            stage: Stage::Open,
            awaiting: Awaiting::Us,
            promise: Some(sample_moment(0)),
            due: Due::Today,
        }
    }
}

/// A low rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// The dispute at a glance.
    pub card: Card,
    /// The rating, 1 to 5.
    pub score: u8,
    /// The customer's words, possibly none.
    pub words: String,
    /// What can be done by reply now.
    pub commands: Vec<CommandHint>,
}

impl Review {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            card: Card::sample(),
            score: 2,
            words: "It took too long.".into(),
            commands: vec![CommandHint::sample()],
        }
    }
}
