//! What follows when a date arrives: promises, the customer's turn, the survey, an acknowledgement that could not
//! leave.
//!
//! A timer that no longer fits the dispute (it was answered, closed, moved) does nothing: every function first
//! asks whether what it stands for still holds.
use chrono::Duration;

use super::{
    Case,
    customer::acknowledgement_key,
    draft::{Draft, News},
};
use crate::domain::{
    Timestamp,
    decision::{Actor, Decision, Nature, TimerKind, What},
    dispute::{Awaiting, Outcome, QuestionKind, Stage},
    letter::{
        ClosedUnconfirmed, CustomerLetter, Goes, Holding, HoldingReason, LastNotice, LateAcknowledgement,
        PromiseBroken, PromiseReminder, Reason, Reminder, StaffLetter, Survey,
    },
    policy::Enabled,
};

/// A timer of `kind`, set for `due`, has come.
pub fn due(case: &Case<'_>, kind: TimerKind, due: Timestamp) -> Decision {
    let mut draft = Draft::new(case);
    match kind {
        TimerKind::PromiseReminder => remind_agent(&mut draft),
        TimerKind::PromiseDue => break_promise(&mut draft, due),
        TimerKind::CustomerTurn => customers_turn(&mut draft),
        TimerKind::Survey => survey(&mut draft),
        TimerKind::AcknowledgementStale => late_acknowledgement(&mut draft),
    }
    draft.done()
}

fn remind_agent(draft: &mut Draft<'_>) {
    let Some(promise) = draft.dispute.promise.filter(|_| draft.dispute.awaiting == Awaiting::Us) else {
        return;
    };
    draft.record(Actor::Desk, What::AgentReminded, promise.due.to_rfc3339());
    for staff in draft.audience() {
        let letter = PromiseReminder { card: draft.card(), due: promise.due, commands: draft.commands() };
        draft.write_staff(staff, StaffLetter::PromiseReminder(letter), Goes::Inside, Vec::new());
    }
}

/// The day came and nothing was said: the customer hears so, with the reason and a new date; the managers too.
fn break_promise(draft: &mut Draft<'_>, due: Timestamp) {
    let Some(promise) = draft.dispute.promise else { return };
    if promise.due != due && promise.due > draft.now() {
        // The timer was put off meanwhile, and there is a new promise.
        draft.set(TimerKind::PromiseDue, promise.due);
        return;
    }
    draft.dispute.promises_broken += 1;
    draft.record(Actor::Desk, What::PromiseBroken, promise.due.to_rfc3339());
    draft.promise(draft.default_promise());
    let by = draft.dispute.promise.map_or(draft.now(), |promise| promise.due);
    let reason = match draft.dispute.stage {
        Stage::Open => HoldingReason::NotTakenYet,
        _ => HoldingReason::StillInvestigating,
    };
    if draft.may_write_unasked() && draft.latched().is_none() {
        draft.record(Actor::Desk, What::HoldingUpdate, by.to_rfc3339());
        let letter = Holding {
            name: draft.customer_name(),
            subject: draft.subject(),
            promised: promise.due,
            by,
            reason,
            closing: draft.closing(),
        };
        draft.tell(CustomerLetter::Holding(letter), Nature::Generated);
    }
    for reader in draft.audience_and_managers() {
        let letter =
            PromiseBroken { card: draft.card(), promised: promise.due, by, commands: draft.commands() };
        draft.write_staff(reader, StaffLetter::PromiseBroken(letter), Goes::Inside, Vec::new());
    }
}

/// The next step of the customer's turn: a reminder, the last notice, the end. Stands still while they are away.
fn customers_turn(draft: &mut Draft<'_>) {
    if draft.dispute.awaiting != Awaiting::Customer || draft.dispute.is_closed() {
        return;
    }
    if draft.dispute.undeliverable {
        // Nobody can be reminded there; somebody of ours must find another way.
        draft.our_turn();
        return;
    }
    if !draft.may_write_unasked() {
        return;
    }
    if let Some(until) = draft.latched() {
        draft.set(TimerKind::CustomerTurn, until);
        return;
    }
    if let Some(until) = draft.dispute.paused_until.filter(|until| *until > draft.now()) {
        draft.set(TimerKind::CustomerTurn, draft.policy().calendar.business_days_after(until, 1));
        return;
    }
    draft.dispute.paused_until = None;
    let steps = draft.turn_steps();
    let step = draft.dispute.reminders as usize;
    if step + 1 >= steps.len() {
        close_unconfirmed(draft);
        return;
    }
    draft.dispute.reminders += 1;
    let closes = draft.turn_ends();
    let wait =
        steps.get(step + 1).copied().unwrap_or(0).saturating_sub(steps.get(step).copied().unwrap_or(0));
    draft.turn_step(wait);
    let question = draft.dispute.question.map(|question| question.kind);
    let (name, subject, closing) = (draft.customer_name(), draft.subject(), draft.closing());
    let (what, letter) = if step + 2 == steps.len() {
        (
            What::LastNotice,
            CustomerLetter::LastNotice(LastNotice { name, subject, question, closes, closing }),
        )
    } else {
        let since = draft.dispute.question.map_or(draft.now(), |question| question.asked_at);
        let reminder = Reminder { name, subject, since, question, closes, closing };
        (What::CustomerReminded, CustomerLetter::Reminder(reminder))
    };
    draft.record(Actor::Desk, what, closes.to_rfc3339());
    draft.tell(letter, Nature::Generated);
}

fn close_unconfirmed(draft: &mut Draft<'_>) {
    draft.record(Actor::Desk, What::Closed, Outcome::Unconfirmed.word());
    draft.close(Outcome::Unconfirmed);
    let letter = ClosedUnconfirmed {
        name: draft.customer_name(),
        subject: draft.subject(),
        reopen_until: draft.reopen_until(),
        closing: draft.closing(),
    };
    draft.tell(CustomerLetter::ClosedUnconfirmed(letter), Nature::Generated);
    let desk = draft.policy().desk_name.clone();
    draft.notify(Reason::ClosedUnconfirmed, Goes::ToCustomer, &News { writer: &desk, ..News::default() });
}

fn survey(draft: &mut Draft<'_>) {
    if let Some(until) = draft.latched() {
        draft.set(TimerKind::Survey, until);
        return;
    }
    if let Some(reason) = no_survey(draft) {
        draft.record(Actor::Desk, What::NotSurveyed, reason);
        return;
    }
    let serial = draft.ask(QuestionKind::Survey);
    draft.record(Actor::Desk, What::Surveyed, serial.to_string());
    let letter = Survey {
        name: draft.customer_name(),
        subject: draft.subject(),
        closed: draft.dispute.closed_at.unwrap_or(draft.now()),
        closing: draft.closing(),
    };
    let key = format!("survey:{}:{serial}", draft.dispute.number.0);
    draft.write_customer_as(key, CustomerLetter::Survey(letter), Nature::Generated, draft.now(), Vec::new());
}

/// Why this customer is not asked, if so.
fn no_survey(draft: &Draft<'_>) -> Option<&'static str> {
    let survey = &draft.policy().survey;
    let lately = draft.case.facts.surveyed_at.is_some_and(|at| draft.now() - at < survey.at_most_every);
    match () {
        () if !draft.dispute.is_closed() => Some("it is open again"),
        () if survey.enabled == Enabled::No => Some("surveys are off"),
        () if draft.case.facts.surveys_stopped => Some("the customer complained of our mail"),
        () if !draft.may_write_unasked() => Some("no automatic mail goes to this customer"),
        () if lately => Some("this customer was asked lately"),
        () => None,
    }
}

/// The first acknowledgement has been waiting for a day: it is taken back and said anew, in words that say so.
fn late_acknowledgement(draft: &mut Draft<'_>) {
    if draft.dispute.is_closed() || !draft.may_write_unasked() {
        return;
    }
    if let Some(until) = draft.latched() {
        draft.set(TimerKind::AcknowledgementStale, until);
        return;
    }
    let first = acknowledgement_key(draft.dispute.number);
    draft.record(Actor::Desk, What::Acknowledged, "late");
    let letter = LateAcknowledgement {
        received: draft.dispute.opened_at,
        rights: draft.rights(),
        closing: draft.closing(),
    };
    let key = format!("{first}:late");
    draft.write_customer_as(
        key,
        CustomerLetter::LateAcknowledgement(letter),
        Nature::Replied,
        draft.now(),
        Vec::new(),
    );
    draft.replace(first);
}

/// How long an absence without a date of return stops the customer's clock.
pub const ABSENCE: Duration = Duration::days(7);
