//! What a decision is: rows to be written in one transaction, and nothing else.
use serde::{Deserialize, Serialize};

use super::{
    Timestamp,
    dispute::Dispute,
    letter::{Goes, Letter},
};

/// What to record about one dispute. Every field becomes rows in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The new state; its version is still the one that was loaded.
    pub dispute: Dispute,
    /// Journal entries, in order.
    pub journal: Vec<Entry>,
    /// Mail to write.
    pub outgoing: Vec<Outgoing>,
    /// Timers to set or cancel.
    pub timers: Vec<TimerChange>,
    /// Effect key of a mail that this decision stands in for. If that mail cannot be taken back any more, the
    /// whole decision falls away.
    pub replaces: Option<String>,
}

/// One entry of the append-only journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Who did it.
    pub actor: Actor,
    /// What happened, one stable word each.
    pub what: What,
    /// The detail: a reason, a date, the text of a note; empty where `what` says all. Internal.
    pub detail: String,
}

/// Who caused an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "who")]
pub enum Actor {
    /// The customer.
    Customer,
    /// A member of staff, by registered address.
    Agent(String),
    /// Somebody who is no party.
    Outsider(String),
    /// The program, by rule.
    Desk,
    /// An operator, from the command line.
    Operator,
}

worded! {
    /// What a journal entry records.
    pub enum What {
        /// The dispute was opened by a mail.
        Opened = "opened",
        /// It continues another.
        Linked = "linked",
        /// An acknowledgement was written.
        Acknowledged = "acknowledged",
        /// An acknowledgement was withheld; the detail says why.
        NotAcknowledged = "not acknowledged",
        /// The customer wrote.
        CustomerWrote = "customer wrote",
        /// An outsider wrote.
        OutsiderWrote = "outsider wrote",
        /// The customer asked where things stand.
        StatusAsked = "status asked",
        /// Automatic mail was filed.
        Filed = "filed",
        /// An agent took it.
        Taken = "taken",
        /// The desk answered the customer.
        Answered = "answered",
        /// A note was written.
        Noted = "noted",
        /// A next word was promised.
        Promised = "promised",
        /// A promise was kept.
        PromiseKept = "promise kept",
        /// A promise was broken.
        PromiseBroken = "promise broken",
        /// The agent was reminded of a promise.
        AgentReminded = "agent reminded",
        /// The customer was told of a delay.
        HoldingUpdate = "holding update",
        /// The customer was reminded.
        CustomerReminded = "customer reminded",
        /// The customer got the last notice.
        LastNotice = "last notice",
        /// A resolution was put to the customer.
        Resolved = "resolved",
        /// The customer confirmed it.
        Confirmed = "confirmed",
        /// The customer refused it.
        Refused = "refused",
        /// The answer could mean two things.
        Unclear = "unclear",
        /// The customer took the dispute back.
        Withdrawn = "withdrawn",
        /// It was closed.
        Closed = "closed",
        /// It was reopened.
        Reopened = "reopened",
        /// It went one level higher.
        Escalated = "escalated",
        /// It was merged.
        Merged = "merged",
        /// A survey was sent.
        Surveyed = "surveyed",
        /// A survey was not sent; the detail says why.
        NotSurveyed = "not surveyed",
        /// The customer rated us.
        Rated = "rated",
        /// Mail to the customer came back.
        Undeliverable = "undeliverable",
        /// The customer is away.
        Away = "away",
        /// A word came too late or from the wrong person and bound nobody.
        NotBinding = "not binding",
    }
}

/// One mail to write. The desk renders it to final bytes before anything is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Effect key, unique in the store: the same effect can be written once only.
    pub key: String,
    /// Whom it goes to.
    pub to: Recipient,
    /// What it says.
    pub letter: Letter,
    /// Not before this moment.
    pub leave_at: Timestamp,
    /// What a reply to it does.
    pub reply: Reply,
    /// Which kind of mail it is to the mail system.
    pub nature: Nature,
    /// The mail it answers, so that clients thread it.
    pub answers: Thread,
    /// Attachments of mail we hold that go along.
    pub attachments: Vec<AttachmentRef>,
}

/// An attachment of a mail in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRef {
    /// Row of the mail.
    pub mail: i64,
    /// Position among its attachments, from 0.
    pub index: usize,
}

/// Ids for In-Reply-To and References, without angle brackets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thread {
    /// The mail that is answered.
    pub in_reply_to: Option<String>,
    /// Its ancestors, oldest first, and itself last.
    pub references: Vec<String>,
}

/// Whom a mail goes to. An address is looked up in the dispute, never in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// The dispute's customer.
    Customer,
    /// A member of staff, by registered address.
    Staff(String),
    /// The operators' address.
    Operator(String),
}

/// What a reply to a mail does; carried by its signed address and Message-ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// The customer's: it comes to the dispute; the serial is the question asked, 0 for none.
    FromCustomer {
        /// Serial of the question, 0 for none.
        question: u32,
    },
    /// The agent's: it goes to the customer.
    ToCustomer,
    /// The agent's: it stays inside.
    Inside,
    /// The agent's: it stays inside, and is about a mail that they had sent to us.
    About {
        /// Row of that mail.
        mail: u32,
    },
    /// Nobody reads replies (alarms).
    None,
}

impl From<Goes> for Reply {
    fn from(goes: Goes) -> Self {
        match goes {
            Goes::ToCustomer => Reply::ToCustomer,
            Goes::Inside => Reply::Inside,
        }
    }
}

/// Which headers a mail carries (RFC 3834 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// An automatic answer to one mail: `auto-replied`.
    Replied,
    /// Automatic by time: `auto-generated`.
    Generated,
    /// A person's words: no marker.
    Human,
}

/// A change of timers. A dispute has at most one timer of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerChange {
    /// Set or move.
    Set(TimerKind, Timestamp),
    /// Remove, if set.
    Cancel(TimerKind),
}

worded! {
    /// What falls due.
    pub enum TimerKind {
        /// Remind the agent of the promise.
        PromiseReminder = "promise reminder",
        /// The promise itself.
        PromiseDue = "promise due",
        /// The customer's turn: next reminder, last notice or closing.
        CustomerTurn = "customer turn",
        /// Send the survey.
        Survey = "survey",
        /// An acknowledgement that may not have left for a day.
        AcknowledgementStale = "acknowledgement stale",
    }
}
