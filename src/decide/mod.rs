//! What follows from what happened: pure functions from a dispute and an event to a decision.
//!
//! Split by actor; this file names the events, carries the context and dispatches. Nothing here reads a clock, a
//! store or a random number: all of that is loaded first and passed in. A decision fills typed letters and never
//! renders them.
use crate::{
    command::{Command, customer::Said},
    domain::{
        Timestamp,
        decision::{AttachmentRef, Decision, Thread, TimerKind},
        dispute::{Dispute, Number},
        letter::{Goes, Milestone, PastDispute, TranscriptLine, Understood, Warning},
        party::Staff,
        policy::Policy,
    },
};

pub mod agent;
mod card;
pub mod customer;
pub mod deadlines;
pub mod delivery;
mod draft;
pub mod flood;
pub mod latch;

pub use card::{card, past_of};
pub use draft::MACHINE;

/// Everything that can happen to a dispute. Closed: a new variant breaks every match.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The customer wrote to it.
    CustomerWrote(Wrote),
    /// Somebody who is no party wrote to it.
    OutsiderWrote(Wrote),
    /// The customer opens one dispute after the other, and this is the one that collects their mail.
    Collected(Wrote),
    /// A member of staff answered one of our mails about it.
    AgentWrote(AgentWrote),
    /// Automatic mail came from the customer, who counts as away until then.
    CustomerAway(Timestamp),
    /// Automatic mail came from the agent.
    AgentAway(Staff),
    /// A timer fell due.
    Due(TimerKind, Timestamp),
    /// A mail of ours to the customer came back.
    Undeliverable(Returned),
    /// It turned out to be part of an older dispute.
    MergedInto(Number),
}

/// A mail by a customer or an outsider, as far as decisions need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrote {
    /// Inbox row.
    pub mail: i64,
    /// Author's address.
    pub address: String,
    /// Author's name.
    pub name: Option<String>,
    /// Decoded subject.
    pub subject: String,
    /// The newly written text.
    pub text: String,
    /// What was cut around it: quotes, the signature. For the agent's eyes only.
    pub cut: String,
    /// Arrival at the desk.
    pub received_at: Timestamp,
    /// Whether the trusted border vouches for the author.
    pub authenticated: bool,
    /// What may be sent in answer to a new dispute.
    pub acknowledge: Acknowledge,
    /// Detected language, if reliable.
    pub language: Option<String>,
    /// What the first line says.
    pub said: Said,
    /// Whether it is a plain thank-you and nothing more.
    pub thanks: Thanks,
    /// Serial of the question whose own mail it answers; 0 for none.
    pub answers: u32,
    /// How it relates to the dispute it was placed in.
    pub manner: Manner,
    /// Whether it dates from before the desk began to work here.
    pub age: Age,
    /// Its attachments.
    pub attachments: Vec<(AttachmentRef, String)>,
    /// What the mail states for certain.
    pub understood: Understood,
    /// What the agent should beware of.
    pub warnings: Vec<Warning>,
    /// The dispute a new one continues.
    pub linked: Option<Number>,
}

/// Whether a mail says thank you and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thanks {
    /// Nothing else.
    Plain,
    /// Anything else.
    No,
}

/// How a mail relates to the dispute it was placed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It answers mail of ours, by a signed address or Message-ID and more.
    Reply,
    /// It names the number in its subject, or mail that is not ours, and answers nothing that only its party knows.
    Named,
    /// It has the dispute's address and nothing else in common with it.
    AddressOnly,
}

/// Whether a mail is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// It arrived while the desk was at work.
    New,
    /// It was in the mailbox before; it is never acknowledged.
    Past,
}

/// What may be sent in answer to a new dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acknowledge {
    /// A letter that repeats what was understood.
    Personal,
    /// A fixed text.
    Plain,
    /// Nothing for now: a budget is spent or a storm is on. The reason goes to the journal.
    Held(String),
    /// Nothing: the mail asks for silence or nothing vouches for its sender. The reason goes to the journal.
    No(String),
}

/// A mail by a member of staff that passed every test of identity.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentWrote {
    /// Inbox row.
    pub mail: i64,
    /// Who.
    pub staff: Staff,
    /// Whether the trusted border vouches for them.
    pub authenticated: bool,
    /// What the address replied to stands for.
    pub goes: Goes,
    /// The command lines that were understood, with what was typed.
    pub commands: Vec<(String, Command)>,
    /// The text below them: quotes and signature cut.
    pub body: String,
    /// Its attachments.
    pub attachments: Vec<(AttachmentRef, String)>,
    /// The mail itself, for the transcript's headers.
    pub thread: Thread,
}

/// A mail of ours that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Whether it is final.
    pub permanence: Permanence,
    /// What the other side said, one line.
    pub diagnostic: String,
}

/// Whether a delivery failure is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permanence {
    /// It is, and so it will be for every other mail: nobody reads mail at this address.
    Address,
    /// It is for this one mail: too large, refused for its content, given up.
    Mail,
    /// It may pass.
    Temporary,
}

/// Why nothing was done; answered to the agent line by line.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Each command line with what is wrong with it, or why it was not run.
    pub lines: Vec<TranscriptLine>,
}

/// What the store knows beyond the dispute's own row, loaded before deciding.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Other disputes of this customer, newest first.
    pub past: Vec<PastDispute>,
    /// What happened so far, as the customer may see it.
    pub timeline: Vec<Milestone>,
    /// The customer's latest mail, for threading.
    pub customer_thread: Thread,
    /// When this customer was last asked for a rating.
    pub surveyed_at: Option<Timestamp>,
    /// Whether surveys to this address have been stopped.
    pub surveys_stopped: bool,
    /// When the next step of the customer's turn is due, if it is their turn.
    pub turn_due: Option<Timestamp>,
    /// Automatic answers written to the customer's address within the last hour.
    pub answered_lately: u32,
    /// Until when the customer's address gets no automatic mail, since a machine may be answering there.
    pub latched_until: Option<Timestamp>,
    /// How often this dispute is written to.
    pub pace: flood::Pace,
}

/// The context of one decision.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The state as loaded.
    pub dispute: &'a Dispute,
    /// What else is known.
    pub facts: &'a Facts,
    /// The rules of this desk.
    pub policy: &'a Policy,
    /// Now.
    pub now: Timestamp,
    /// Key of the event, from which effect keys are made.
    pub key: &'a str,
}

/// Decides what follows from `event`.
///
/// # Errors
/// A [`Refusal`] when an agent asked for something that cannot be done; then nothing at all is done.
pub fn decide(case: &Case<'_>, event: &Event) -> Result<Decision, Refusal> {
    match event {
        Event::CustomerWrote(wrote) => Ok(customer::wrote(case, wrote)),
        Event::OutsiderWrote(wrote) => Ok(customer::outsider_wrote(case, wrote)),
        Event::Collected(wrote) => Ok(customer::collected(case, wrote)),
        Event::AgentWrote(wrote) => agent::wrote(case, wrote),
        Event::CustomerAway(until) => Ok(delivery::customer_away(case, *until)),
        Event::AgentAway(staff) => Ok(delivery::agent_away(case, staff)),
        Event::Due(kind, due) => Ok(deadlines::due(case, *kind, *due)),
        Event::Undeliverable(returned) => Ok(delivery::undeliverable(case, returned)),
        Event::MergedInto(into) => Ok(customer::merged(case, *into)),
    }
}
