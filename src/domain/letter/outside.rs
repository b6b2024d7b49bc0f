//! Contexts of letters to agents, managers and operators that are about no dispute: mail that is held, requests that
//! a reply must repeat, alarms.
use serde::Serialize;

use super::{CommandHint, sample_moment};
use crate::domain::Timestamp;

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
