//! What follows when an agent answers one of our mails: their words go to the customer or stay inside, and the
//! commands above them run, all of them or none.
//!
//! Who may do this at all (the signed address, the registered sender, the authentication) was settled before an
//! event came to be; here only the limits of what an identified agent may ask are left.
use super::{
    AgentWrote, Case, Refusal,
    draft::{Draft, News},
};
use crate::{
    command::{self, Command, Objection, Sensitivity},
    domain::{
        Timestamp,
        decision::{Actor, Decision, Nature, What},
        dispute::{Outcome, QuestionKind, Stage},
        letter::{
            Answer, Closed, CommandHelp, CustomerLetter, Goes, NextWord, Reason, Resolution, StaffLetter,
            Transcript, TranscriptLine,
        },
        policy::Authentication,
    },
};

/// What the commands of one mail add up to.
#[derive(Default)]
struct Plan {
    take: Asked,
    note: Asked,
    resolve: Asked,
    close: Option<Outcome>,
    promise: Option<Timestamp>,
    help: Vec<CommandHelp>,
}

/// Whether a command was given.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Yes,
    #[default]
    No,
}

/// An agent wrote.
///
/// # Errors
/// When one command cannot run; then none does, and the refusal says of each line why.
pub fn wrote(case: &Case<'_>, wrote: &AgentWrote) -> Result<Decision, Refusal> {
    let plan = plan(case, wrote)?;
    let mut draft = Draft::new(case);
    let promised = plan.promise.map(|due| case.policy.calendar.local_date(due));
    let lines = wrote.commands.iter().map(|(line, command)| command::done(line, command, promised)).collect();
    if plan.take == Asked::Yes {
        take(&mut draft, wrote);
    }
    let sent = speak(&mut draft, wrote, &plan);
    if !wrote.commands.is_empty() || wrote.body.trim().is_empty() {
        transcript(&mut draft, wrote, lines, sent, plan.help);
    }
    Ok(draft.done())
}

/// Reads all commands before any runs.
fn plan(case: &Case<'_>, wrote: &AgentWrote) -> Result<Plan, Refusal> {
    let mut plan = Plan::default();
    let objections: Vec<Option<Objection>> =
        wrote.commands.iter().map(|(_, command)| add(&mut plan, case, wrote, command)).collect();
    if objections.iter().all(Option::is_none) {
        return Ok(plan);
    }
    let lines = wrote.commands.iter().zip(&objections);
    let refused =
        lines.map(|((line, command), objection)| command::refused(line, command, objection.as_ref()));
    Err(Refusal { lines: refused.collect() })
}

/// Adds one command to the plan, or says what stands against it.
fn add(plan: &mut Plan, case: &Case<'_>, wrote: &AgentWrote, command: &Command) -> Option<Objection> {
    let spec = command::spec_of(command);
    if spec.sensitive == Sensitivity::Sensitive
        && let Some(objection) = unproven(case, wrote)
    {
        return Some(objection);
    }
    if !spec.is_outside() && !spec.stages.contains(&case.dispute.stage) {
        return Some(Objection::Stage(case.dispute.stage));
    }
    match command {
        Command::Take => plan.take = Asked::Yes,
        Command::Note => plan.note = Asked::Yes,
        Command::Resolve if wrote.body.trim().is_empty() => return Some(Objection::NoText),
        Command::Resolve => plan.resolve = Asked::Yes,
        Command::Close(outcome) => plan.close = Some(*outcome),
        Command::Promise(when) => {
            let calendar = &case.policy.calendar;
            match when.resolve(calendar.local_date(case.now), calendar, case.now) {
                Ok(due) => plan.promise = Some(due),
                Err(problem) => return Some(Objection::Day(problem.to_string())),
            }
        }
        Command::Help(about) => plan.help.extend(command::help_for(*about)),
        Command::New { .. } | Command::Release(_) | Command::Block(_) | Command::Allow(_) => {
            return Some(Objection::Outside);
        }
    }
    contradiction(plan)
}

fn unproven(case: &Case<'_>, wrote: &AgentWrote) -> Option<Objection> {
    match case.policy.authentication {
        Authentication::ReplyOnly => Some(Objection::ReplyOnly),
        Authentication::Configured if !wrote.authenticated => Some(Objection::NotProven),
        Authentication::Configured => None,
    }
}

fn contradiction(plan: &Plan) -> Option<Objection> {
    let ending = plan.resolve == Asked::Yes || plan.close.is_some();
    if plan.note == Asked::Yes && ending {
        Some(Objection::KeptInside)
    } else if plan.resolve == Asked::Yes && plan.close.is_some() {
        Some(Objection::AskedAndClosed)
    } else if plan.promise.is_some() && ending {
        Some(Objection::PromisedAndEnded)
    } else {
        None
    }
}

fn take(draft: &mut Draft<'_>, wrote: &AgentWrote) {
    let before = draft.holder();
    draft.dispute.agent = Some(wrote.staff.address.clone());
    draft.record(Actor::Agent(wrote.staff.address.clone()), What::Taken, String::new());
    if draft.dispute.stage == Stage::Open {
        draft.dispute.stage = Stage::Investigating;
    }
    if let Some(before) = before {
        let news = News { writer: &wrote.staff.name, by: Some(&wrote.staff.address), ..News::default() };
        draft.notify_these(&[before], Reason::Taken, Goes::Inside, &news);
    }
}

/// Says what is to be said. Returns the words that go to the customer and when they leave.
fn speak(draft: &mut Draft<'_>, wrote: &AgentWrote, plan: &Plan) -> Option<(String, Timestamp)> {
    let body = wrote.body.trim();
    if plan.note == Asked::Yes {
        note(draft, wrote);
        return promise_alone(draft, wrote, plan);
    }
    if plan.resolve == Asked::Yes {
        return Some(resolve(draft, wrote));
    }
    if let Some(outcome) = plan.close {
        return close(draft, wrote, outcome);
    }
    if body.is_empty() {
        return promise_alone(draft, wrote, plan);
    }
    if wrote.goes == Goes::Inside {
        note(draft, wrote);
        return promise_alone(draft, wrote, plan);
    }
    Some(answer(draft, wrote, plan))
}

fn agent(wrote: &AgentWrote) -> Actor {
    Actor::Agent(wrote.staff.address.clone())
}

fn note(draft: &mut Draft<'_>, wrote: &AgentWrote) {
    draft.record(agent(wrote), What::Noted, wrote.body.trim());
    let news = News {
        writer: &wrote.staff.name,
        by: Some(&wrote.staff.address),
        text: wrote.body.trim(),
        attachments: &wrote.attachments,
        ..News::default()
    };
    draft.notify(Reason::Note, Goes::Inside, &news);
}

/// The agent speaks to the customer: whoever had no one has someone now, and the promise is kept.
fn spoken(draft: &mut Draft<'_>, wrote: &AgentWrote) {
    draft.dispute.silent = false;
    draft.keep_promise();
    draft.cancel(crate::domain::decision::TimerKind::AcknowledgementStale);
    if draft.dispute.agent.is_none() {
        draft.dispute.agent = Some(wrote.staff.address.clone());
        draft.record(agent(wrote), What::Taken, "by answering");
    }
    if draft.dispute.stage == Stage::Open {
        draft.dispute.stage = Stage::Investigating;
    }
}

fn attachments(wrote: &AgentWrote) -> Vec<crate::domain::decision::AttachmentRef> {
    wrote.attachments.iter().map(|(attachment, _)| *attachment).collect()
}

fn answer(draft: &mut Draft<'_>, wrote: &AgentWrote, plan: &Plan) -> (String, Timestamp) {
    let body = wrote.body.trim().to_owned();
    spoken(draft, wrote);
    if draft.dispute.question.is_some() && plan.promise.is_none() && !draft.dispute.is_closed() {
        // The resolution still stands, and the customer has their answer: it is their turn again.
        draft.customers_turn();
    } else if !draft.dispute.is_closed() {
        let due = plan.promise.unwrap_or_else(|| draft.default_promise());
        draft.our_turn();
        draft.promise(due);
    }
    if plan.promise.is_some() {
        draft.record(agent(wrote), What::Promised, promised(draft));
    }
    draft.record(agent(wrote), What::Answered, body.clone());
    let letter = Answer {
        agent: wrote.staff.name.clone(),
        subject: draft.dispute.subject.clone(),
        text: body.clone(),
        closing: draft.closing(),
    };
    let leave = draft.now() + draft.policy().agent_delay;
    draft.write_customer(CustomerLetter::Answer(letter), Nature::Human, leave, attachments(wrote));
    (body, leave)
}

fn promised(draft: &Draft<'_>) -> String {
    draft.dispute.promise.map(|promise| promise.due.to_rfc3339()).unwrap_or_default()
}

/// A promise without words for the customer: they are told of the date alone.
fn promise_alone(draft: &mut Draft<'_>, wrote: &AgentWrote, plan: &Plan) -> Option<(String, Timestamp)> {
    let due = plan.promise?;
    spoken(draft, wrote);
    draft.our_turn();
    draft.promise(due);
    draft.record(agent(wrote), What::Promised, promised(draft));
    let letter =
        NextWord { name: draft.customer_name(), subject: draft.subject(), by: due, closing: draft.closing() };
    let leave = draft.now() + draft.policy().agent_delay;
    draft.write_customer(CustomerLetter::NextWord(letter), Nature::Generated, leave, Vec::new());
    Some((command::DATE_ALONE.to_owned(), leave))
}

fn resolve(draft: &mut Draft<'_>, wrote: &AgentWrote) -> (String, Timestamp) {
    let body = wrote.body.trim().to_owned();
    spoken(draft, wrote);
    draft.dispute.stage = Stage::Offered;
    draft.ask(QuestionKind::Resolution);
    draft.customers_turn();
    draft.record(agent(wrote), What::Resolved, body.clone());
    let letter = Resolution {
        agent: wrote.staff.name.clone(),
        subject: draft.dispute.subject.clone(),
        text: body.clone(),
        closing: draft.closing(),
    };
    let leave = draft.now() + draft.policy().agent_delay;
    draft.write_customer(CustomerLetter::Resolution(letter), Nature::Human, leave, attachments(wrote));
    (body, leave)
}

/// Closes. A complaint that never was one is told only if the agent wrote something.
fn close(draft: &mut Draft<'_>, wrote: &AgentWrote, outcome: Outcome) -> Option<(String, Timestamp)> {
    let body = wrote.body.trim().to_owned();
    let told = !body.is_empty() || (outcome != Outcome::NotADispute && draft.may_write_unasked());
    spoken(draft, wrote);
    draft.close(outcome);
    draft.record(agent(wrote), What::Closed, outcome.word());
    if !told {
        return None;
    }
    let letter = Closed {
        agent: wrote.staff.name.clone(),
        subject: draft.subject(),
        outcome,
        text: body.clone(),
        reopen_until: draft.reopen_until(),
        rights: draft.rights(),
        closing: draft.closing(),
    };
    let leave = draft.now() + draft.policy().agent_delay;
    draft.write_customer(CustomerLetter::Closed(letter), Nature::Human, leave, attachments(wrote));
    let words = if body.is_empty() { command::END_ALONE.to_owned() } else { body };
    Some((words, leave))
}

fn transcript(
    draft: &mut Draft<'_>,
    wrote: &AgentWrote,
    lines: Vec<TranscriptLine>,
    sent: Option<(String, Timestamp)>,
    help: Vec<CommandHelp>,
) {
    let letter = Transcript {
        done: true,
        number: Some(draft.number()),
        lines,
        leaves: sent.as_ref().map(|(_, leave)| *leave),
        sent: sent.map(|(words, _)| words),
        unsent: None,
        help,
        commands: draft.commands(),
    };
    draft.write_staff_in(
        &wrote.staff,
        StaffLetter::Transcript(letter),
        Goes::Inside,
        Vec::new(),
        wrote.thread.clone(),
    );
}
