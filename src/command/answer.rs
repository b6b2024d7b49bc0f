//! What a transcript answers to a command: what was done, or why it was not. Every such sentence stands here.
use chrono::NaiveDate;

use super::{Command, Spec, caret, spec_of};
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
    };
    TranscriptLine { line: line.to_owned(), note, problem: None }
}
