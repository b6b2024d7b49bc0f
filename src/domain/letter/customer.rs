//! Contexts of letters to customers. None has a field for anything internal: no note, no agent's address.
//!
//! One letter after the other with its sample and nothing else, which is why the file may be long.
use serde::Serialize;

use super::{Closing, Understood, sample_moment};
use crate::domain::{
    Timestamp,
    dispute::{Level, Outcome, QuestionKind},
};

/// We have it: what was understood, who reads it, what happens next and by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acknowledgement {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// When the mail arrived.
    pub received: Timestamp,
    /// What the mail states for certain.
    pub understood: Understood,
    /// Public number of the dispute this continues.
    pub linked: Option<String>,
    /// The rights of the customer, in a sentence of the desk.
    pub rights: Option<String>,
    /// Its last line.
    pub closing: Closing,
}

impl Acknowledgement {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            received: sample_moment(0),
            understood: Understood {
                amount: Some("49,90 EUR".into()),
                reference: Some("88".into()),
                remedy: Some("refund".into()),
            },
            linked: None,
            rights: Some("You may turn to the consumer ombudsman at any time.".into()),
            closing: Closing::sample(),
        }
    }
}

/// We have it, in words that repeat nothing of the mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlainAcknowledgement {
    /// The rights of the customer, in a sentence of the desk.
    pub rights: Option<String>,
    /// Its last line.
    pub closing: Closing,
}

impl PlainAcknowledgement {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self { rights: None, closing: Closing::sample() }
    }
}

/// We have had it for a while and could not say so earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LateAcknowledgement {
    /// When the mail arrived.
    pub received: Timestamp,
    /// The rights of the customer, in a sentence of the desk.
    pub rights: Option<String>,
    /// Its last line.
    pub closing: Closing,
}

impl LateAcknowledgement {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            received: sample_moment(-1),
            rights: Some("You may turn to the consumer ombudsman at any time.".into()),
            closing: Closing::sample(),
        }
    }
}

/// The words of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Who writes.
    pub agent: String,
    /// Subject of the dispute.
    pub subject: String,
    /// Their words: paragraphs separated by blank lines.
    pub text: String,
    /// Its last line.
    pub closing: Closing,
}

impl Answer {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            agent: "Maria Lopez".into(),
            subject: "Invoice 88 charged twice".into(),
            text: "Dear Ada,\n\nI have asked our bank for both bookings.\nThey answer within two days."
                .into(),
            closing: Closing::sample_offered(),
        }
    }
}

/// Where the dispute stands, on request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// When it began.
    pub opened: Timestamp,
    /// Who is in charge.
    pub level: Level,
    /// What happened so far, oldest first.
    pub timeline: Vec<Milestone>,
    /// How it ended, once closed.
    pub outcome: Option<Outcome>,
    /// Its last line.
    pub closing: Closing,
}

impl Status {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            opened: sample_moment(-4),
            level: Level::Desk,
            timeline: vec![
                Milestone { at: sample_moment(-4), what: MilestoneKind::Received },
                Milestone { at: sample_moment(-3), what: MilestoneKind::Taken },
            ],
            outcome: None,
            closing: Closing::sample(),
        }
    }
}

/// A new date of next word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextWord {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// The new date.
    pub by: Timestamp,
    /// Its last line.
    pub closing: Closing,
}

impl NextWord {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            by: sample_moment(3),
            closing: Closing::sample(),
        }
    }
}

/// The promised day came; this is the new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// The date that was not kept.
    pub promised: Timestamp,
    /// The new date.
    pub by: Timestamp,
    /// Why there is no answer yet.
    pub reason: HoldingReason,
    /// Its last line.
    pub closing: Closing,
}

impl Holding {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            promised: sample_moment(0),
            by: sample_moment(3),
            reason: HoldingReason::StillInvestigating,
            closing: Closing::sample(),
        }
    }
}

/// Your answer is awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reminder {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// When the turn passed to the customer.
    pub since: Timestamp,
    /// The question that is open, if one is.
    pub question: Option<QuestionKind>,
    /// When it closes without an answer.
    pub closes: Timestamp,
    /// Its last line.
    pub closing: Closing,
}

impl Reminder {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            since: sample_moment(-3),
            question: Some(QuestionKind::Resolution),
            closes: sample_moment(9),
            closing: Closing::sample_offered(),
        }
    }
}

/// The last reminder before closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastNotice {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// The question that is open, if one is.
    pub question: Option<QuestionKind>,
    /// When it closes without an answer.
    pub closes: Timestamp,
    /// Its last line.
    pub closing: Closing,
}

impl LastNotice {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            question: None,
            closes: sample_moment(3),
            closing: Closing::sample_offered(),
        }
    }
}

/// Closed after silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClosedUnconfirmed {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// Until when a reply reopens it.
    pub reopen_until: Timestamp,
    /// Its last line.
    pub closing: Closing,
}

impl ClosedUnconfirmed {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            reopen_until: sample_moment(30),
            closing: Closing::sample_closed(),
        }
    }
}

/// The resolution, explained, and the question whether it settles the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolution {
    /// Who writes.
    pub agent: String,
    /// Subject of the dispute.
    pub subject: String,
    /// The explanation: paragraphs separated by blank lines.
    pub text: String,
    /// Its last line.
    pub closing: Closing,
}

impl Resolution {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            agent: "Maria Lopez".into(),
            subject: "Invoice 88 charged twice".into(),
            text: "The second booking was ours by mistake. We have returned 49.90 EUR to your card today."
                .into(),
            closing: Closing::sample_offered(),
        }
    }
}

/// The answer could mean two things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskBack {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// What was asked.
    pub question: QuestionKind,
    /// Its last line.
    pub closing: Closing,
}

impl AskBack {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            question: QuestionKind::Resolution,
            closing: Closing::sample_offered(),
        }
    }
}

/// The customer said that it is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confirmed {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// Until when a reply reopens it.
    pub reopen_until: Timestamp,
    /// Its last line.
    pub closing: Closing,
}

impl Confirmed {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            reopen_until: sample_moment(30),
            closing: Closing::sample_closed(),
        }
    }
}

/// It is open again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reopened {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// What reopened it.
    pub because: ReopenedBecause,
    /// Who is in charge now.
    pub level: Level,
    /// Its last line.
    pub closing: Closing,
}

impl Reopened {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            because: ReopenedBecause::Refused,
            level: Level::Management,
            closing: Closing::sample(),
        }
    }
}

/// The customer took it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// Until when a reply reopens it.
    pub reopen_until: Timestamp,
    /// Its last line.
    pub closing: Closing,
}

impl Withdrawn {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            reopen_until: sample_moment(30),
            closing: Closing::sample_closed(),
        }
    }
}

/// Closed by an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// Who writes.
    pub agent: String,
    /// Subject of the dispute.
    pub subject: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Their words, possibly none.
    pub text: String,
    /// Until when a reply reopens it.
    pub reopen_until: Timestamp,
    /// The rights of the customer, in a sentence of the desk.
    pub rights: Option<String>,
    /// Its last line.
    pub closing: Closing,
}

impl Closed {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            agent: "Maria Lopez".into(),
            subject: "Invoice 88 charged twice".into(),
            outcome: Outcome::Deadlocked,
            text: "We cannot go further than our last answer.".into(),
            reopen_until: sample_moment(30),
            rights: Some("You may turn to the consumer ombudsman at any time.".into()),
            closing: Closing::sample_closed(),
        }
    }
}

/// How did we do?
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// Subject of the dispute.
    pub subject: String,
    /// When it was closed.
    pub closed: Timestamp,
    /// Its last line.
    pub closing: Closing,
}

impl Survey {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            subject: "Invoice 88 charged twice".into(),
            closed: sample_moment(-2),
            closing: Closing::sample_closed(),
        }
    }
}

/// Thank you for the rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurveyThanks {
    /// How the customer signs their mail.
    pub name: Option<String>,
    /// The rating, 1 to 5.
    pub score: u8,
    /// Until when it can be changed.
    pub changeable_until: Timestamp,
    /// Its last line.
    pub closing: Closing,
}

impl SurveyThanks {
    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self {
            name: Some("Ada Byron".into()),
            score: 4,
            changeable_until: sample_moment(14),
            closing: Closing::sample_closed(),
        }
    }
}

/// A step of the way, as the customer may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Milestone {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: MilestoneKind,
}

worded! {
    /// The kinds of step that a customer sees in a status.
    pub enum MilestoneKind {
        /// Their complaint arrived.
        Received = "received",
        /// They wrote.
        YouWrote = "you wrote",
        /// Somebody took it.
        Taken = "taken",
        /// We wrote.
        Answered = "answered",
        /// A delay was told.
        Delayed = "delayed",
        /// A resolution was proposed.
        Resolved = "resolved",
        /// It went to a manager.
        Escalated = "escalated",
        /// It was closed.
        Closed = "closed",
        /// It was reopened.
        Reopened = "reopened",
    }
}

worded! {
    /// Why there is no answer yet: true, and fit for the customer.
    pub enum HoldingReason {
        /// Nobody could take it yet.
        NotTakenYet = "not taken yet",
        /// Work goes on.
        StillInvestigating = "still investigating",
    }
}

worded! {
    /// What reopened a dispute.
    pub enum ReopenedBecause {
        /// The resolution was refused.
        Refused = "refused",
        /// The customer wrote after closing.
        WroteAgain = "wrote again",
    }
}
