//! The dispute: one disagreement between a customer and the company.
//!
//! Its state is three independent facts, stage, level and who is awaited, plus the promise and the question that
//! are current. How it changes is decided in `decide`; which changes of stage are legal stands here, as a table.
use serde::{Deserialize, Serialize};

use super::{Timestamp, party::Customer};

/// A dispute's number, unique in one desk, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Number(pub i64);

impl Number {
    /// The public form: the desk's prefix and the number, such as `D-1042`.
    pub fn public(self, prefix: &str) -> String {
        format!("{prefix}{}", self.0)
    }
}

worded! {
    /// How far a dispute has come.
    pub enum Stage {
        /// Received and acknowledged, nobody has looked yet.
        Open = "open",
        /// Somebody is working on it.
        Investigating = "investigating",
        /// An offer or a resolution lies with the customer.
        Offered = "offered",
        /// Both sides agreed; duties may remain.
        Agreed = "agreed",
        /// Over; see the outcome.
        Closed = "closed",
    }
}

impl Stage {
    /// Whether a dispute may pass from `self` to `next`. Staying is always legal.
    pub fn may_become(self, next: Stage) -> bool {
        use Stage::{Agreed, Closed, Investigating, Offered, Open};
        self == next
            || matches!(
                (self, next),
                (Open, Investigating | Offered | Closed)
                    | (Investigating, Offered | Agreed | Closed)
                    | (Offered, Investigating | Agreed | Closed)
                    | (Agreed, Closed | Investigating)
                    | (Closed, Investigating)
            )
    }
}

worded! {
    /// Who is in charge of a dispute. Going up needs a reason.
    pub enum Level {
        /// The front line.
        Desk = "desk",
        /// A manager.
        Management = "management",
        /// A mediator.
        Mediation = "mediation",
        /// An arbitrator.
        Arbitration = "arbitration",
    }
}

impl Level {
    /// The next level that the company reaches by itself; mediation and arbitration need a named neutral.
    #[must_use]
    pub fn raised(self) -> Level {
        if self == Level::Desk { Level::Management } else { self }
    }
}

worded! {
    /// Whose turn it is; decides whose clock runs.
    pub enum Awaiting {
        /// The company owes the next word.
        Us = "us",
        /// The customer owes an answer.
        Customer = "customer",
        /// A neutral owes a step.
        Neutral = "neutral",
    }
}

worded! {
    /// How a dispute ended.
    pub enum Outcome {
        /// The customer said yes to the resolution.
        Confirmed = "confirmed",
        /// Silence after reminders.
        Unconfirmed = "unconfirmed",
        /// The customer took it back.
        Withdrawn = "withdrawn",
        /// An arbitrator decided.
        Awarded = "awarded",
        /// Neither side moves.
        Deadlocked = "deadlocked",
        /// It never was one.
        NotADispute = "not a dispute",
        /// It became part of another dispute.
        Merged = "merged",
    }
}

worded! {
    /// A question put to the customer that one word can answer.
    pub enum QuestionKind {
        /// Does this settle it? Answered by yes or no.
        Resolution = "resolution",
        /// How did we do? Answered by 1 to 5.
        Survey = "survey",
    }
}

/// The question that is current. Only an answer to its own mail binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Counts the questions of this dispute, from 1; carried by the mail's token.
    pub serial: u32,
    /// What was asked.
    pub kind: QuestionKind,
    /// When it was asked.
    pub asked_at: Timestamp,
}

/// The date by which the customer will hear from us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The moment by which something must have been said.
    pub due: Timestamp,
    /// When it was given.
    pub made_at: Timestamp,
}

/// What the customer thought of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// 1 (poor) to 5 (very good).
    pub score: u8,
    /// When the first vote came; a change is possible for a time after it.
    pub given_at: Timestamp,
}

/// The state of one dispute: one row and nothing that cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Its number.
    pub number: Number,
    /// Grows by one with each decision; a write with an old version is refused by the store.
    pub version: i64,
    /// Subject of the first mail, one line.
    pub subject: String,
    /// Language in which the customer is written to, such as `en`.
    pub language: String,
    /// Who disputes.
    pub customer: Customer,
    /// Whether the mail that opened it was authenticated.
    pub authenticated: bool,
    /// How far it has come.
    pub stage: Stage,
    /// Who is in charge.
    pub level: Level,
    /// Whose turn it is.
    pub awaiting: Awaiting,
    /// How it ended; set if and only if the stage is closed.
    pub outcome: Option<Outcome>,
    /// Registered address of the agent who has it.
    pub agent: Option<String>,
    /// When the first mail arrived at the desk.
    pub opened_at: Timestamp,
    /// When it was last closed.
    pub closed_at: Option<Timestamp>,
    /// Arrival of the oldest customer mail that nobody has answered.
    pub unanswered_since: Option<Timestamp>,
    /// The current promise.
    pub promise: Option<Promise>,
    /// Promises kept so far.
    pub promises_kept: u32,
    /// Promises broken so far.
    pub promises_broken: u32,
    /// The current question.
    pub question: Option<Question>,
    /// Serial of the last question asked, 0 if none was.
    pub questions_asked: u32,
    /// Reminders sent in the customer's current turn.
    pub reminders: u32,
    /// The customer's clock stands still until then (their out-of-office).
    pub paused_until: Option<Timestamp>,
    /// No automatic mail goes to the customer: they asked for silence, or nothing vouches for the address. Ends
    /// when an agent writes to them.
    pub silent: bool,
    /// The customer's address refused our mail for good.
    pub undeliverable: bool,
    /// What the customer thought of it.
    pub rating: Option<Rating>,
    /// The dispute this one continues or was merged into.
    pub linked: Option<Number>,
}

impl Dispute {
    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        self.stage == Stage::Closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_dispute_can_only_be_investigated_again() {
        let after: Vec<_> =
            Stage::ALL.iter().filter(|next| Stage::Closed.may_become(**next)).map(|s| s.word()).collect();
        assert_eq!(after, ["investigating", "closed"]);
    }

    #[test]
    fn every_stage_may_close() {
        assert!(Stage::ALL.iter().all(|stage| stage.may_become(Stage::Closed)));
    }

    #[test]
    fn an_unknown_word_is_an_error() {
        assert_eq!("opened".parse::<Stage>().unwrap_err().to_string(), "\u{201c}opened\u{201d} is no Stage");
    }
}
