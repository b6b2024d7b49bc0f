//! What a transcript answers to a command: what was done, or why it was not. Every such sentence stands here.
use chrono::NaiveDate;

use super::{Command, Spec, caret, handle, spec_of};
use crate::domain::{
    dispute::Stage,
    letter::{Problem, TranscriptLine},
};

/// Said of a good line in a mail of which nothing ran.
pub(super) const NOT_RUN: &str = "understood, not run: nothing runs while another line has a problem";

/// Said to the agent in place of the customer's letter that tells a new date and nothing else.
pub const DATE_ALONE: &str = "The new date of next word, and nothing else.";
/// Said to the agent in place of the customer's letter that tells of the end and nothing else.
pub const END_ALONE: &str = "That it is closed, and how to reopen it.";

/// Why a command that was understood cannot run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// Not while the dispute is in this stage; the command's row says when.
    Stage(Stage),
    /// The desk trusts no authserv-id, and the command is sensitive.
    ReplyOnly,
    /// The border vouches for nobody, and the command is sensitive.
    NotProven,
    /// The text for the customer is missing.
    NoText,
    /// `#note` keeps inside what this one would say.
    KeptInside,
    /// Both `#resolve` and `#close`.
    AskedAndClosed,
    /// A promise together with what passes the word to the customer.
    PromisedAndEnded,
    /// A day that cannot be promised, and why.
    Day(String),
    /// It is about no dispute, and the mail answered is about one.
    Outside,
    /// It is about a dispute, and the mail answered is about none.
    NoDispute,
    /// There is no suspect mail of this number.
    NoSuspect(i64),
    /// A suspect mail names no single sender.
    NoSender(i64),
    /// A suspect mail whose sender is false by the word of our own servers; who it names would suffer for it.
    FalseSender(i64, String),
    /// An address of our own, of a colleague, or of a relay.
    OneOfUs(String),
    /// The mail that was forwarded has had its dispute opened before.
    OpenedBefore,
    /// `#new` beside other commands: it makes a dispute of the whole mail.
    NewAlone,
}

impl Objection {
    /// What is wrong.
    fn what(&self) -> String {
        match self {
            Self::Stage(stage) => return format!("this cannot be done in stage {stage}"),
            Self::ReplyOnly => "this desk cannot prove who writes, so this command is off",
            Self::NotProven => "nothing proves that this mail comes from you",
            Self::NoText => "the explanation is missing",
            Self::KeptInside => "this speaks to the customer, but #note keeps the mail inside",
            Self::AskedAndClosed => "#resolve asks the customer, #close does not wait for an answer",
            Self::PromisedAndEnded => "after this the next word is the customer's",
            Self::Day(why) => why,
            Self::Outside => "this is about no dispute, and your mail is about one",
            Self::NoDispute => "this is about a dispute, and your mail is about none",
            Self::NoSuspect(mail) => return format!("there is no suspect mail {}", handle(*mail)),
            Self::NoSender(mail) => return format!("{} names no single sender", handle(*mail)),
            Self::FalseSender(mail, address) => {
                return format!("{} did not come from {address}, as your mail server says", handle(*mail));
            }
            Self::OneOfUs(address) => return format!("{address} is one of our own addresses"),
            Self::OpenedBefore => "the mail that you forwarded has opened its dispute before",
            Self::NewAlone => "this makes a dispute of the whole mail",
        }
        .to_owned()
    }

    /// What was expected instead.
    fn expected(&self, spec: &Spec) -> String {
        match self {
            Self::Stage(_) => {
                let stages: Vec<_> = spec.stages.iter().map(|stage| stage.word()).collect();
                return format!("a dispute in stage {}", stages.join(", "));
            }
            Self::ReplyOnly => "a desk that trusts an authserv-id; the operator can configure one",
            Self::NotProven => "the command in a mail sent through your company's mail server",
            Self::NoText => "the text for the customer below the commands: what was found and what was done",
            Self::KeptInside => "one of the two, in mails of their own",
            Self::AskedAndClosed => "one of the two",
            Self::PromisedAndEnded => "#promise in a mail of its own",
            Self::Day(_) => "a day to come, within a year",
            Self::Outside => {
                "a reply to the digest of suspect mail, or a fresh mail to us and a reply to its answer"
            }
            Self::NoDispute => "a reply to one of our mails about the dispute",
            Self::NoSuspect(_) => "a number as it stands in the digest of suspect mail",
            Self::NoSender(_) => "a suspect mail with one sender, or an address",
            Self::FalseSender(_, address) => {
                return format!("the address itself, if mail that truly comes from it is meant: {address}");
            }
            Self::OneOfUs(_) => "the address of somebody else",
            Self::OpenedBefore => "a mail that was not forwarded before",
            Self::NewAlone => "#new as the only command of a mail",
        }
        .to_owned()
    }
}

/// The transcript line of a command that cannot run, or of one that could but does not because of another.
pub fn refused(line: &str, command: &Command, objection: Option<&Objection>) -> TranscriptLine {
    let spec = spec_of(command);
    let problem = objection.map(|objection| Problem {
        caret: caret(line, &(0..line.chars().count())),
        expected: objection.expected(spec),
        example: spec.example.to_owned(),
    });
    let note = objection.map_or_else(|| NOT_RUN.to_owned(), Objection::what);
    TranscriptLine { line: line.to_owned(), note, problem }
}

/// The transcript line of a command that ran; `promised` is the day that was promised, on the desk's calendar.
pub fn done(line: &str, command: &Command, promised: Option<NaiveDate>) -> TranscriptLine {
    let note = match command {
        Command::Take => "you have it now".to_owned(),
        Command::Note => "this mail stays inside".to_owned(),
        Command::Resolve => "the customer is asked whether this settles it".to_owned(),
        Command::Close(outcome) => format!("closed as {outcome}"),
        Command::Promise(_) => promised
            .map(|day| format!("the customer hears from us by {}", day.format("%A %-d %B %Y")))
            .unwrap_or_default(),
        Command::Help(_) => "see below".to_owned(),
        Command::New { .. } => "a dispute was opened".to_owned(),
        Command::Release(_) | Command::Block(_) | Command::Allow(_) => "done".to_owned(),
    };
    TranscriptLine { line: line.to_owned(), note, problem: None }
}

/// What became of one thing that a line named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The suspect mail is taken for a person's now.
    Released(i64),
    /// Somebody decided about it before.
    Before(i64),
    /// The sender is blocked; so many mails of theirs that waited were put away.
    Blocked(String, usize),
    /// The sender is allowed; so many mails of theirs that waited were released.
    Allowed(String, usize),
    /// This dispute was opened, for this customer.
    Opened(String, String),
}

impl Settled {
    fn words(&self) -> String {
        let and = |count: usize, became: &str| match count {
            0 => String::new(),
            1 => format!(", and 1 mail that waited was {became}"),
            many => format!(", and {many} mails that waited were {became}"),
        };
        match self {
            Self::Released(mail) => format!("{} is taken for a person's mail now", handle(*mail)),
            Self::Before(mail) => format!("{} does not wait any more, somebody has decided", handle(*mail)),
            Self::Blocked(address, count) => {
                format!("mail of {address} is held from now on{}", and(*count, "put away"))
            }
            Self::Allowed(address, count) => {
                format!("mail of {address} is not held any more{}", and(*count, "taken for a person's"))
            }
            Self::Opened(number, address) => format!("{number} was opened for {address}, and you have it"),
        }
    }
}

/// The transcript line of a command about no dispute that ran.
pub fn settled(line: &str, settled: &[Settled]) -> TranscriptLine {
    let notes: Vec<String> = settled.iter().map(Settled::words).collect();
    TranscriptLine { line: line.to_owned(), note: notes.join("; "), problem: None }
}
