//! What agents and customers can say in a mail to make something happen.
//!
//! An agent's mail may begin with a block of lines such as `#promise 3d`; [`COMMANDS`] is the one table from which
//! the parser, the help, the hints at the foot of notifications, `docs/commands.md` and the tests come. A new
//! command is one row in its family's file, one entry in that table and one variant of [`Command`].
//!
//! The grammar of the block:
//! ```text
//! block   = *( blank / command )          ; at the very top, ends at the first other line
//! command = "#" [blanks] name *( blanks word )
//! word    = quoted / key "=" ( quoted / text ) / text
//! ```
//! Case, kinds of quotes and blanks, and invisible characters do not matter. `##` begins a line with a real `#`.
//! What is wrong is explained with a suggestion, and never corrected silently; if one line is wrong, none runs.
//!
//! A customer's words are read by [`customer`], which knows no errors: what is no known word is prose.
//!
//! Deliberately absent: whether a command may run now, which `decide` judges, and its effect.
use std::fmt;

use crate::domain::{
    dispute::{Outcome, Stage},
    party::Role,
};

mod answer;
mod block;
pub mod customer;
mod ending;
mod error;
mod help;
mod outside;
mod suggest;
mod when;
mod words;
mod work;

pub use answer::{DATE_ALONE, END_ALONE, Objection, Settled, done, refused, settled};
pub use block::{Line, Parsed, hidden, parse, too_large};
pub use error::{CommandError, caret};
pub use help::{document, help_for, hints, hints_outside};
pub use outside::{Target, handle};
pub use when::{When, WhenError};
pub use words::{Argument, Arguments};

/// Every command, in the order in which help lists them.
pub const COMMANDS: &[&Spec] = &[
    &work::TAKE,
    &work::NOTE,
    &work::PROMISE,
    &ending::RESOLVE,
    &ending::CLOSE,
    &outside::NEW,
    &outside::RELEASE,
    &outside::BLOCK,
    &outside::ALLOW,
    &help::HELP,
];

/// One command: how it is written, who may use it when, and what it does.
pub struct Spec {
    /// Its name without the `#`, lower case.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// How it is written, such as `#promise WHEN`.
    pub usage: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What it does, in full.
    pub help: &'static str,
    /// The best example.
    pub example: &'static str,
    /// More examples; all are tested to be read.
    pub more_examples: &'static [&'static str],
    /// Whether it needs an authenticated mail.
    pub sensitive: Sensitivity,
    /// Whether it changes anything.
    pub effect: Effect,
    /// Who may use it.
    pub who: &'static [Role],
    /// Stages in which it is offered and runs; none for a command that is about no dispute.
    pub stages: &'static [Stage],
    /// How often it may stand in one mail.
    pub times: Times,
    /// What may follow the name.
    pub takes: Takes,
    /// Reads what follows the name; that there is something, or nothing, has been checked against `takes`.
    pub parse: fn(&Arguments) -> Result<Command, CommandError>,
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spec(#{})", self.name)
    }
}

/// Two rows are one if they have one name; names are unique, which is tested.
impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Spec {}

impl Spec {
    /// Every name it answers to.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// Whether it is about no dispute: it belongs into a reply to a mail that is about none.
    pub fn is_outside(&self) -> bool {
        self.stages.is_empty()
    }
}

/// Whether a command needs a mail whose sender is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitivity {
    /// The signed reply address suffices.
    Ordinary,
    /// The mail must be authenticated as well.
    Sensitive,
}

/// Whether a command changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only tells; a fresh mail, which answers nothing of ours, may ask for it.
    Reads,
    /// It acts, so it must come in reply to one of our mails.
    Changes,
}

/// How often a command may stand in one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Once: a second line would contradict the first.
    Once,
    /// As often as there is something to name.
    Several,
}

/// What may follow a command's name; the text says what is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// Something, or nothing.
    Optional(&'static str),
    /// Something.
    Required(&'static str),
}

/// A command as understood. Its `Display` is the canonical line, which reads back as the same command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The agent has it.
    Take,
    /// This mail stays inside.
    Note,
    /// Date of next word.
    Promise(When),
    /// The text below is the resolution; the customer is asked whether it settles the matter.
    Resolve,
    /// It is over.
    Close(Outcome),
    /// Open a dispute for a customer.
    New {
        /// Their address.
        address: String,
        /// Their name, if it was given.
        name: Option<String>,
        /// What it is about, if it was given; the customer reads it.
        subject: Option<String>,
    },
    /// Take suspect mails for a person's, by their numbers.
    Release(Vec<i64>),
    /// Hold the mail of these senders from now on.
    Block(Vec<Target>),
    /// Never hold the mail of these senders for who they are.
    Allow(Vec<Target>),
    /// Explain the commands, or one.
    Help(Option<&'static Spec>),
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = spec_of(self).name;
        match self {
            Command::Take | Command::Note | Command::Resolve | Command::Help(None) => write!(f, "#{name}"),
            Command::Promise(when) => write!(f, "#{name} {when}"),
            Command::Close(outcome) => write!(f, "#{name} {outcome}"),
            Command::New { address, name: person, subject } => {
                write!(f, "#{name} {address}")?;
                for (key, given) in [("name", person), ("subject", subject)] {
                    if let Some(given) = given {
                        write!(f, " {key}=\"{given}\"")?;
                    }
                }
                Ok(())
            }
            Command::Release(mails) => {
                write!(f, "#{name} {}", outside::listed(mails.iter().map(|mail| handle(*mail))))
            }
            Command::Block(whom) | Command::Allow(whom) => write!(f, "#{name} {}", outside::listed(whom)),
            Command::Help(Some(about)) => write!(f, "#{name} {}", about.name),
        }
    }
}

/// The row of a command.
pub fn spec_of(command: &Command) -> &'static Spec {
    match command {
        Command::Take => &work::TAKE,
        Command::Note => &work::NOTE,
        Command::Promise(_) => &work::PROMISE,
        Command::Resolve => &ending::RESOLVE,
        Command::Close(_) => &ending::CLOSE,
        Command::New { .. } => &outside::NEW,
        Command::Release(_) => &outside::RELEASE,
        Command::Block(_) => &outside::BLOCK,
        Command::Allow(_) => &outside::ALLOW,
        Command::Help(_) => &help::HELP,
    }
}

/// The row of a name or alias, without `#`, in any case.
pub fn find(name: &str) -> Option<&'static Spec> {
    COMMANDS.iter().copied().find(|spec| spec.names().any(|known| known.eq_ignore_ascii_case(name)))
}

/// Every stage of a dispute that is not over.
const WHILE_OPEN: &[Stage] = &[Stage::Open, Stage::Investigating, Stage::Offered, Stage::Agreed];

/// Agents and managers.
const ALL_STAFF: &[Role] = Role::ALL;

#[cfg(test)]
mod tests;
