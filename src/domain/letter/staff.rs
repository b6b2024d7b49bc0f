//! Contexts of letters to agents, managers and operators.
use serde::Serialize;

use super::{Cut, Understood, sample_moment};
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

/// A fresh mail asked for something that only a reply can ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplyHere {
    /// Public number it was about, if it named one.
    pub about: Option<String>,
    /// Whether it asked for something that is about no dispute, for which a reply to this very mail serves.
    pub outside: bool,
    /// The mail that it forwarded, from which a dispute can be opened.
    pub forwarded: Option<ForwardedMail>,
    /// The lines that were not run.
    pub lines: Vec<String>,
}

/// A customer's mail that an agent forwarded to the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForwardedMail {
    /// The customer's name, if the forward gives one.
    pub name: Option<String>,
    /// Their address.
    pub address: String,
    /// The subject, if there is one.
    pub subject: Option<String>,
}

impl ForwardedMail {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            address: "ada@example.test".into(),
            subject: Some("Invoice 88 charged twice".into()),
        }
    }
}

impl ReplyHere {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            about: None,
            outside: false,
            forwarded: Some(ForwardedMail::sample()),
            lines: vec!["#take".into()],
        }
    }
}

/// Mail that is held as suspect, for people to decide about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suspects {
    /// The moment of the list.
    pub date: Timestamp,
    /// The mails that no list has named before.
    pub mails: Vec<Suspect>,
    /// How many more there are, which the next list names.
    pub more: usize,
    /// How many earlier ones still wait.
    pub earlier: i64,
    /// How many mails of blocked senders came since the last list.
    pub blocked: i64,
    /// How many suspect mails are from before the desk began.
    pub past: i64,
    /// What can be done by reply.
    pub commands: Vec<CommandHint>,
}

impl Suspects {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            date: sample_moment(0),
            mails: vec![Suspect::sample()],
            more: 3,
            earlier: 2,
            blocked: 5,
            past: 7,
            commands: vec![CommandHint::sample()],
        }
    }
}

/// A suspect mail in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suspect {
    /// How a reply names it.
    pub handle: String,
    /// Who seems to have written it, if it says so.
    pub from: Option<String>,
    /// Its subject, if it has one.
    pub subject: Option<String>,
    /// Why it is held.
    pub reason: String,
    /// When it came.
    pub received: Timestamp,
    /// Further mails of the same sender, by their handles.
    pub others: Vec<String>,
    /// So many of theirs are not named.
    pub further: usize,
}

impl Suspect {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            handle: "S-17".into(),
            from: Some("Ada Byron <ada@example.test>".into()),
            subject: Some("Invoice 88 charged twice".into()),
            reason: "Authentication-Results: dmarc=fail".into(),
            received: sample_moment(-1),
            others: vec!["S-18".into(), "S-19".into()],
            further: 2,
        }
    }
}

/// Somebody used this agent's address without proof; nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Impostor {
    /// When.
    pub at: Timestamp,
    /// Public number of the dispute it was about.
    pub number: Option<String>,
}

impl Impostor {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self { at: sample_moment(0), number: Some("D-1042".into()) }
    }
}

/// Something an operator should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alarm {
    /// What happened.
    pub what: String,
    /// What to do.
    pub advice: String,
    /// Whether this says that the cause is gone.
    pub over: bool,
    /// When.
    pub at: Timestamp,
}

impl Alarm {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            what: "The mailbox support cannot be read: the server refuses the password.".into(),
            advice: "Correct the password file, then restart the desk.".into(),
            over: false,
            at: sample_moment(0),
        }
    }
}

/// Something to beware of in a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Which.
    pub kind: WarningKind,
    /// A number, an address, a reason; empty where the kind says all.
    pub detail: String,
}

worded! {
    /// What an agent should beware of.
    pub enum WarningKind {
        /// The writer is no party of this dispute; their words bind nobody and they get no answer.
        Outsider = "outsider",
        /// Nothing proves that the sender is who they say.
        NotAuthenticated = "not authenticated",
        /// It came through a relay; the detail is its address. Whoever wrote may have typed any address.
        Relayed = "relayed",
        /// It has a relay's address, and nothing proves that it is the relay's.
        FalseRelay = "false relay",
        /// Reply-To names somebody else; answers go to From all the same.
        ReplyToDiffers = "reply-to differs",
        /// The mail mentions the number of a dispute that is not theirs.
        Mentions = "mentions",
        /// Two rules of one rank pointed at different disputes.
        Ambiguous = "ambiguous",
        /// The answer could mean two things and was not taken for either.
        Unclear = "unclear",
        /// No acknowledgement was sent; the detail says why.
        NotAcknowledged = "not acknowledged",
        /// The customer's address refuses our mail.
        Undeliverable = "undeliverable",
        /// A word came late or in reply to a question that is no longer current.
        NotBinding = "not binding",
        /// Part of the mail could not be read; the whole is kept.
        Defect = "defect",
        /// Attachments too large to go along; they are kept with the mail.
        LeftOut = "left out",
        /// The customer opens one dispute after the other; this one collects their mail.
        Flood = "flood",
        /// So much comes to this dispute that further mail of the hour is not announced.
        TooOften = "too often",
        /// The mail is encrypted, and the desk has no key; the detail says how.
        Encrypted = "encrypted",
        /// The mail carries a digital signature, which the desk does not check; the detail says which.
        Signed = "signed",
    }
}

worded! {
    /// What a notification is about.
    pub enum Reason {
        /// A new dispute.
        NewDispute = "new dispute",
        /// The customer wrote.
        CustomerWrote = "customer wrote",
        /// Somebody else wrote.
        OutsiderWrote = "outsider wrote",
        /// A colleague left a note.
        Note = "note",
        /// The customer confirmed the resolution.
        Confirmed = "confirmed",
        /// The customer refused the resolution.
        Refused = "refused",
        /// The customer took the dispute back.
        Withdrawn = "withdrawn",
        /// The customer wrote after closing.
        Reopened = "reopened",
        /// The customer stayed silent and it closed.
        ClosedUnconfirmed = "closed unconfirmed",
        /// Mail to the customer came back for good.
        Undeliverable = "undeliverable",
        /// Two disputes became one.
        Merged = "merged",
        /// A colleague took it.
        Taken = "taken",
        /// The agent who has it is away.
        AgentAway = "agent away",
    }
}

worded! {
    /// Where a reply to this mail goes; said in its first line.
    pub enum Goes {
        /// To the customer, from the desk.
        ToCustomer = "to customer",
        /// Nowhere outside.
        Inside = "inside",
    }
}

worded! {
    /// How urgent a dispute is in a digest.
    pub enum Due {
        /// The date has passed.
        Overdue = "overdue",
        /// Today.
        Today = "today",
        /// Later.
        Later = "later",
        /// The customer's turn.
        Waiting = "waiting",
    }
}
