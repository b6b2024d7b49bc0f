//! Every letter we can write: one typed context each, with a sample.
//!
//! The split in [`CustomerLetter`] and [`StaffLetter`] is the wall between inside and outside: what a customer's
//! letter has no field for cannot leak into it. Rendering is not done here; `templates` does it by name.
//! Moments are UTC; the template writes them in the desk's time zone and the reader's language.
use serde::Serialize;

use super::{
    Timestamp,
    dispute::{Awaiting, Stage},
};

mod customer;
mod cut;
mod kinds;
mod outside;
mod staff;

pub use customer::*;
pub use cut::Cut;
pub use kinds::*;
pub use outside::*;
pub use staff::*;

/// The line with which every letter to a customer ends: stage, next word by, who has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closing {
    /// Public number, such as `D-1042`.
    pub number: String,
    /// How far it has come.
    pub stage: Stage,
    /// Whose turn it is.
    pub awaiting: Awaiting,
    /// When the customer hears from us at the latest; none once closed.
    pub next_word: Option<Timestamp>,
    /// Name of the person who has it; none while nobody has.
    pub contact: Option<String>,
}

/// What was understood of a complaint, only where the mail states it for certain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Understood {
    /// Amount with currency, as written.
    pub amount: Option<String>,
    /// Order or invoice reference, as written.
    pub reference: Option<String>,
    /// Remedy sought, in a word of the language that the customer's letters are in.
    pub remedy: Option<String>,
}

macro_rules! letters {
    ($(#[$meta:meta])* pub enum $set:ident { $($(#[$vmeta:meta])* $variant:ident($context:ident) = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum $set { $($(#[$vmeta])* $variant($context),)+ }

        impl $set {
            /// Template names of this set.
            pub const NAMES: &[&str] = &[$($name),+];

            /// Template name.
            pub fn name(&self) -> &'static str {
                match self { $($set::$variant(_) => $name),+ }
            }

            /// One sample of each, by which templates are checked.
            pub fn samples() -> Vec<$set> {
                vec![$($set::$variant($context::sample())),+]
            }
        }
    };
}

letters! {
    /// What a customer can be sent.
    pub enum CustomerLetter {
        /// To an authenticated sender: repeats what was understood.
        Acknowledgement(Acknowledgement) = "acknowledgement",
        /// To anybody else: fixed text.
        PlainAcknowledgement(PlainAcknowledgement) = "acknowledgement-plain",
        /// An acknowledgement that could not leave for a day.
        LateAcknowledgement(LateAcknowledgement) = "acknowledgement-late",
        /// An agent's words.
        Answer(Answer) = "answer",
        /// Where things stand.
        Status(Status) = "status",
        /// A new date of next word, set by an agent without further words.
        NextWord(NextWord) = "next-word",
        /// The promised day came and there is no answer yet.
        Holding(Holding) = "holding",
        /// A reminder that the customer's answer is awaited.
        Reminder(Reminder) = "reminder",
        /// The last one before closing.
        LastNotice(LastNotice) = "last-notice",
        /// Closed after silence.
        ClosedUnconfirmed(ClosedUnconfirmed) = "closed-unconfirmed",
        /// The resolution and the question whether it settles the matter.
        Resolution(Resolution) = "resolution",
        /// The answer could mean two things.
        AskBack(AskBack) = "ask-back",
        /// The customer said yes.
        Confirmed(Confirmed) = "confirmed",
        /// The customer said no, or wrote again after closing.
        Reopened(Reopened) = "reopened",
        /// The customer took it back.
        Withdrawn(Withdrawn) = "withdrawn",
        /// Closed by an agent.
        Closed(Closed) = "closed",
        /// How did we do?
        Survey(Survey) = "survey",
        /// Thank you for the rating.
        SurveyThanks(SurveyThanks) = "survey-thanks",
    }
}

impl CustomerLetter {
    /// Names of the letters that leave because an agent asked for them, whoever worded them. All others leave by
    /// rule.
    pub const BY_AGENTS: &[&str] = &["answer", "next-word", "resolution", "closed"];
}

letters! {
    /// What staff and operators can be sent. May carry what is internal.
    pub enum StaffLetter {
        /// Something happened in a dispute.
        Notification(Notification) = "notification",
        /// What became of the commands in a mail.
        Transcript(Transcript) = "transcript",
        /// A promise falls due soon.
        PromiseReminder(PromiseReminder) = "promise-reminder",
        /// A promise was broken; to the managers.
        PromiseBroken(PromiseBroken) = "promise-broken",
        /// What is due today.
        Digest(Digest) = "digest",
        /// Mail that is held as suspect.
        Suspects(Suspects) = "suspects",
        /// A low rating; to the managers.
        Review(Review) = "review",
        /// A mail that asked for something only a reply can ask for.
        ReplyHere(ReplyHere) = "reply-here",
        /// Somebody used this agent's address without proof.
        Impostor(Impostor) = "impostor",
        /// Something an operator should know.
        Alarm(Alarm) = "alarm",
    }
}

/// Any letter.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(
    clippy::large_enum_variant,
    reason = "a decision writes a handful of letters, each rendered and dropped"
)]
pub enum Letter {
    /// To a customer.
    Customer(CustomerLetter),
    /// To staff or operators.
    Staff(StaffLetter),
}

impl Letter {
    /// Template name.
    pub fn name(&self) -> &'static str {
        match self {
            Letter::Customer(letter) => letter.name(),
            Letter::Staff(letter) => letter.name(),
        }
    }
}

impl From<CustomerLetter> for Letter {
    fn from(letter: CustomerLetter) -> Self {
        Letter::Customer(letter)
    }
}

impl From<StaffLetter> for Letter {
    fn from(letter: StaffLetter) -> Self {
        Letter::Staff(letter)
    }
}

/// A fixed moment for samples.
fn sample_moment(days: i64) -> Timestamp {
    chrono::DateTime::from_timestamp(1_795_428_000 + days * 86_400, 0).expect("a constant within range")
}

impl Closing {
    /// As in a dispute that an agent works on.
    pub fn sample() -> Self {
        Closing {
            number: "D-1042".into(),
            stage: Stage::Investigating,
            awaiting: Awaiting::Us,
            next_word: Some(sample_moment(3)),
            contact: Some("Maria Lopez".into()),
        }
    }

    /// As in a dispute that is over.
    pub fn sample_closed() -> Self {
        Closing { stage: Stage::Closed, next_word: None, ..Closing::sample() }
    }

    /// As in a dispute that waits for the customer.
    pub fn sample_offered() -> Self {
        Closing { stage: Stage::Offered, awaiting: Awaiting::Customer, ..Closing::sample() }
    }
}
