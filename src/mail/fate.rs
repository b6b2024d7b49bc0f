//! What kind of mail this is, and whether it may be acknowledged: one decision table, kept as data.
//!
//! Every row is a signal and what it says. All rows are read: the first that names a fate decides the fate, and one
//! row that says no is enough to stay silent. The order of the rows is their precedence.
//!
//! Deliberately absent: what needs memory (budgets, and the latch against two machines that answer each other), which
//! the store counts; and whose mail it is, which [`super::authenticity`] and the threading decide.

mod absence;
mod away_words;
mod back;
mod back_words;
mod challenge;
mod invites;
mod own;
mod phrases;
mod receipts;
mod responders;
mod rows;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use super::{bounce::Bounce, inbound::Mail};
pub use back::back_on;
pub(in crate::mail) use own::complains;
pub use rows::matches_any;
use rows::{ROWS, Row};

/// The kinds of mail. What the desk does with each stands in the rule book, §5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Written by a person: opens or continues a dispute.
    Person,
    /// A machine's answer or notice.
    Automatic,
    /// A delivery report.
    Bounce,
    /// A read receipt, complaint report or statistics of a mail provider; an answer to an invitation.
    Report,
    /// Through a mailing list, or in bulk.
    List,
    /// From ourselves.
    Own,
    /// Held without a number until an agent has looked.
    Suspect,
    /// Held with its bytes, since it exceeds what is read.
    Quarantined,
}

/// All fates with the words they are stored and shown by.
const WORDS: [(Fate, &str); 8] = [
    (Fate::Person, "person"),
    (Fate::Automatic, "automatic"),
    (Fate::Bounce, "bounce"),
    (Fate::Report, "report"),
    (Fate::List, "list"),
    (Fate::Own, "own"),
    (Fate::Suspect, "suspect"),
    (Fate::Quarantined, "quarantined"),
];

impl Fate {
    /// The word it is stored and shown by.
    pub fn as_str(self) -> &'static str {
        WORDS.iter().find(|(fate, _)| *fate == self).map_or("person", |(_, word)| word)
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is no fate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no fate of a mail")]
pub struct UnknownFate(String);

impl FromStr for Fate {
    type Err = UnknownFate;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(fate, _)| *fate)
            .ok_or_else(|| UnknownFate(word.to_owned()))
    }
}

/// The decision about one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What kind of mail it is.
    pub fate: Fate,
    /// Whether the mail itself allows an acknowledgement; budgets may still forbid it.
    pub acknowledge: bool,
    /// The row that decided: `L8` and so on, or `limits`, `blocked`, `challenge`, `heard`, `subject`.
    pub rule: &'static str,
    /// The rule and what it read, on one line.
    pub because: String,
    /// Whether it says that its author is away for a time.
    pub out_of_office: bool,
}

/// What is known of a mail beside its fields: what others read in it, and what the desk knows of its sender.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent finding of another module about this mail"
)]
pub struct Setting<'a> {
    /// The delivery report that it is, as [`super::bounce::read`] reads it.
    pub bounce: Option<&'a Bounce>,
    /// What its author newly wrote, as [`super::reply::split_of`] tells it.
    pub words: &'a str,
    /// Our own addresses, aliases and, written `@domain`, our domain of reply addresses.
    pub own_addresses: &'a [String],
    /// List-Ids through which the desk itself gets its mail (an address that is a group).
    pub own_lists: &'a [String],
    /// Addresses, or `@domain`, whose mail is held.
    pub blocked: &'a [String],
    /// Addresses, or `@domain`, whose mail is never held as suspect for its sender or its authentication.
    pub allowed: &'a [String],
    /// Our mail hosts, as they name themselves in `Received`.
    pub our_hosts: &'a [String],
    /// What proved that we wrote this mail ourselves: its Message-ID or its loop mark, already verified.
    pub echo: Option<&'a str>,
    /// The sender is authenticated.
    pub authenticated: bool,
    /// A trusted server says that DMARC failed.
    pub dmarc_failed: bool,
    /// The mail belongs to a known dispute.
    pub threads: bool,
    /// Its In-Reply-To or References name a mail of ours.
    pub in_reply_to_ours: bool,
    /// From is the address of a registered agent.
    pub from_agent: bool,
    /// A customer speaks through a relay that is proven.
    pub relayed: bool,
}

/// The row of persons' demands in a form that machines give their mail.
pub const HEARD: &str = "heard";

/// The row of services that hold a mail until its sender proves to be a person.
pub const CHALLENGE: &str = "challenge";

/// Judges a mail.
pub fn judge(mail: &Mail, setting: &Setting) -> Verdict {
    judge_by(ROWS.iter().filter(|row| !(setting.relayed && rows::is_usual_of_relays(row))), mail, setting)
}

/// What a row says, beside the fate it may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// It may be acknowledged, if no other row forbids it.
    Acknowledge,
    /// It must not be acknowledged.
    Silence,
}

fn judge_by<'r>(rows: impl Iterator<Item = &'r Row>, mail: &Mail, setting: &Setting) -> Verdict {
    let hits: Vec<(&Row, String)> =
        rows.filter_map(|row| (row.read)(mail, setting).map(|read| (row, read))).collect();
    let fate = hits.iter().find_map(|(row, _)| row.fate).unwrap_or(Fate::Person);
    let silent = hits.iter().find(|(row, _)| row.says == Says::Silence);
    let welcome = hits.iter().find(|(row, _)| row.says == Says::Acknowledge);
    let decisive = hits.iter().find(|(row, _)| row.fate.is_some()).or(silent).or(welcome);
    let (rule, read) =
        decisive.map_or(("none", "nothing that allows an answer"), |(row, read)| (row.id, read.as_str()));
    Verdict {
        fate,
        acknowledge: fate == Fate::Person && silent.is_none() && welcome.is_some(),
        rule,
        because: because(rule, read),
        out_of_office: fate == Fate::Automatic && rule != CHALLENGE && absence::is_out_of_office(mail),
    }
}

/// Characters kept of what a rule read.
const READ: usize = 160;

fn because(rule: &str, read: &str) -> String {
    let line: String = read.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(READ).collect();
    format!("{rule}: {line}")
}
