//! The decision in the making: the state being changed and the rows being collected, with the moves that every
//! actor's file needs.
use super::{Case, Wrote, card::card};
use crate::{
    command,
    domain::{
        Timestamp,
        decision::{
            Actor, AttachmentRef, Decision, Entry, Nature, Outgoing, Recipient, Reply, Thread, TimerChange,
            TimerKind, What,
        },
        dispute::{Awaiting, Dispute, Outcome, Promise, Question, QuestionKind, Stage},
        letter::{
            Card, Closing, CommandHint, CustomerLetter, Cut, Goes, Letter, Notification, Reason, StaffLetter,
            Warning, WarningKind,
        },
        party::Staff,
        policy::{Enabled, Policy},
    },
};

/// Why nothing is said by rule to an address that is latched, for the journal and the agent.
pub const MACHINE: &str = "a machine may be answering at this address";

/// A decision being written.
pub(super) struct Draft<'a> {
    pub case: Case<'a>,
    pub dispute: Dispute,
    journal: Vec<Entry>,
    outgoing: Vec<Outgoing>,
    timers: Vec<TimerChange>,
    replaces: Option<String>,
    turn_due: Option<Timestamp>,
}

impl<'a> Draft<'a> {
    pub fn new(case: &Case<'a>) -> Self {
        Draft {
            case: *case,
            dispute: case.dispute.clone(),
            journal: Vec::new(),
            outgoing: Vec::new(),
            timers: Vec::new(),
            replaces: None,
            turn_due: None,
        }
    }

    pub fn done(self) -> Decision {
        Decision {
            dispute: self.dispute,
            journal: self.journal,
            outgoing: self.outgoing,
            timers: self.timers,
            replaces: self.replaces,
        }
    }

    pub fn policy(&self) -> &'a Policy {
        self.case.policy
    }

    pub fn now(&self) -> Timestamp {
        self.case.now
    }

    pub fn record(&mut self, actor: Actor, what: What, detail: impl Into<String>) {
        self.journal.push(Entry { actor, what, detail: detail.into() });
    }

    pub fn set(&mut self, kind: TimerKind, at: Timestamp) {
        self.timers.retain(
            |change| !matches!(change, TimerChange::Set(k, _) | TimerChange::Cancel(k) if *k == kind),
        );
        self.timers.push(TimerChange::Set(kind, at));
    }

    pub fn cancel(&mut self, kind: TimerKind) {
        self.timers.retain(
            |change| !matches!(change, TimerChange::Set(k, _) | TimerChange::Cancel(k) if *k == kind),
        );
        self.timers.push(TimerChange::Cancel(kind));
    }

    /// The decision holds only if the mail with this effect key can still be taken back.
    pub fn replace(&mut self, key: String) {
        self.replaces = Some(key);
    }

    // Promises.

    /// Promises the next word for `due`: the agent is reminded before it, the customer hears at it.
    pub fn promise(&mut self, due: Timestamp) {
        self.dispute.promise = Some(Promise { due, made_at: self.now() });
        self.set(TimerKind::PromiseDue, due);
        let remind = due - self.policy().promise_reminder;
        if remind > self.now() {
            self.set(TimerKind::PromiseReminder, remind);
        } else {
            self.cancel(TimerKind::PromiseReminder);
        }
    }

    /// The date that the stage's default gives, counted from now.
    pub fn default_promise(&self) -> Timestamp {
        let days = self.policy().promise_days.of(self.dispute.stage).unwrap_or(1);
        self.policy().calendar.business_days_after(self.now(), days)
    }

    /// The customer has heard from us: a promise that was still running is kept.
    pub fn keep_promise(&mut self) {
        if let Some(promise) = self.dispute.promise.take() {
            if self.now() <= promise.due {
                self.dispute.promises_kept += 1;
                self.record(Actor::Desk, What::PromiseKept, promise.due.to_rfc3339());
            } else {
                self.dispute.promises_broken += 1;
                self.record(Actor::Desk, What::PromiseBroken, promise.due.to_rfc3339());
            }
            self.cancel(TimerKind::PromiseDue);
            self.cancel(TimerKind::PromiseReminder);
        }
        self.dispute.unanswered_since = None;
    }

    /// The promise ends without having been kept or broken.
    pub fn drop_promise(&mut self) {
        if self.dispute.promise.take().is_some() {
            self.cancel(TimerKind::PromiseDue);
            self.cancel(TimerKind::PromiseReminder);
        }
    }

    // Turns.

    /// The company owes the next word, by the date already promised if that is still to come.
    pub fn our_turn(&mut self) {
        self.dispute.awaiting = Awaiting::Us;
        self.dispute.reminders = 0;
        self.cancel(TimerKind::CustomerTurn);
        // One that is overdue stays, so that its timer confesses it.
        if self.dispute.promise.is_none() && !self.dispute.is_closed() {
            self.promise(self.default_promise());
        }
    }

    /// The customer owes the next word; the first step of their turn is set.
    pub fn customers_turn(&mut self) {
        self.dispute.awaiting = Awaiting::Customer;
        self.dispute.reminders = 0;
        self.dispute.unanswered_since = None;
        let days = self.turn_steps().first().copied().unwrap_or(self.policy().customer_turn.close);
        self.turn_step(days);
    }

    /// Business days of each step of the customer's turn: reminders, last notice, closing.
    pub fn turn_steps(&self) -> Vec<u32> {
        let turn = &self.policy().customer_turn;
        turn.reminders.iter().copied().chain([turn.last_notice, turn.close]).collect()
    }

    /// Sets the next step of the customer's turn, `days` business days from now.
    pub fn turn_step(&mut self, days: u32) {
        let due = self.policy().calendar.business_days_after(self.now(), days);
        self.turn_due = Some(due);
        self.set(TimerKind::CustomerTurn, due);
    }

    /// When the customer's turn ends if they stay silent from now on.
    pub fn turn_ends(&self) -> Timestamp {
        let steps = self.turn_steps();
        let done = self.dispute.reminders as usize;
        let passed = done.checked_sub(1).and_then(|last| steps.get(last)).copied().unwrap_or(0);
        let left = self.policy().customer_turn.close.saturating_sub(passed);
        self.policy().calendar.business_days_after(self.now(), left)
    }

    /// Puts a question; only an answer to its own mail will bind.
    pub fn ask(&mut self, kind: QuestionKind) -> u32 {
        let serial = self.dispute.questions_asked + 1;
        self.dispute.questions_asked = serial;
        self.dispute.question = Some(Question { serial, kind, asked_at: self.now() });
        serial
    }

    // Stages.

    /// Closes with `outcome`: no clock runs but the survey's.
    pub fn close(&mut self, outcome: Outcome) {
        self.drop_promise();
        self.cancel(TimerKind::CustomerTurn);
        self.cancel(TimerKind::AcknowledgementStale);
        self.dispute.stage = Stage::Closed;
        self.dispute.outcome = Some(outcome);
        self.dispute.closed_at = Some(self.now());
        self.dispute.question = None;
        self.dispute.reminders = 0;
        self.dispute.unanswered_since = None;
        self.dispute.awaiting = Awaiting::Us;
        let surveyed = !matches!(outcome, Outcome::NotADispute | Outcome::Merged | Outcome::Withdrawn);
        let survey = &self.policy().survey;
        if surveyed && survey.enabled == Enabled::Yes {
            let due = self.policy().calendar.business_days_after(self.now(), survey.after_days);
            self.set(TimerKind::Survey, due);
        }
    }

    /// Opens a closed dispute again.
    pub fn reopen(&mut self) {
        self.cancel(TimerKind::Survey);
        self.dispute.stage = Stage::Investigating;
        self.dispute.outcome = None;
        self.dispute.closed_at = None;
        self.dispute.question = None;
        self.our_turn();
    }

    /// Until when a reply reopens what is closed now.
    pub fn reopen_until(&self) -> Timestamp {
        self.now() + self.policy().reopen_within
    }

    // Letters.

    pub fn number(&self) -> String {
        self.dispute.number.public(&self.policy().prefix)
    }

    pub fn closing(&self) -> Closing {
        let next_word = match self.dispute.awaiting {
            _ if self.dispute.is_closed() => None,
            Awaiting::Customer => self.turn_due.or(self.case.facts.turn_due),
            Awaiting::Us | Awaiting::Neutral => self.dispute.promise.map(|promise| promise.due),
        };
        Closing {
            number: self.number(),
            stage: self.dispute.stage,
            awaiting: self.dispute.awaiting,
            next_word,
            contact: self.holder().map(|staff| staff.name.clone()),
        }
    }

    /// The member of staff who has the dispute.
    pub fn holder(&self) -> Option<&'a Staff> {
        self.dispute.agent.as_deref().and_then(|address| self.policy().staff_by(address))
    }

    /// The rights of the customer, in the desk's sentence and the customer's language.
    pub fn rights(&self) -> Option<String> {
        self.policy().rights.get(&self.dispute.language).cloned()
    }

    /// What automatic letters may call the customer: nothing that an unproven sender wrote.
    pub fn customer_name(&self) -> Option<String> {
        self.dispute.authenticated.then(|| self.dispute.customer.name.clone()).flatten()
    }

    /// What automatic letters may call the matter: nothing that an unproven sender wrote.
    pub fn subject(&self) -> String {
        if self.dispute.authenticated { self.dispute.subject.clone() } else { String::new() }
    }

    /// Until when no automatic mail goes to the customer, since a machine may be answering at their address. What
    /// is due by then waits.
    pub fn latched(&self) -> Option<Timestamp> {
        self.case.facts.latched_until.filter(|until| *until > self.now())
    }

    /// Whether automatic mail may go to the customer.
    pub fn may_write_unasked(&self) -> bool {
        !self.dispute.silent && !self.dispute.undeliverable
    }

    /// Writes to the customer by rule. Says nothing where automatic mail may not go, and answers no address more
    /// often than the budget allows.
    pub fn tell(&mut self, letter: CustomerLetter, nature: Nature) {
        let spent = self.case.facts.answered_lately >= self.policy().budgets.address_hour;
        if self.latched().is_some() {
            self.record(Actor::Desk, What::NotAcknowledged, MACHINE);
        } else if nature == Nature::Replied && spent {
            self.record(Actor::Desk, What::NotAcknowledged, "the hour's budget of the address is spent");
        } else if self.may_write_unasked() {
            self.write_customer(letter, nature, self.now(), Vec::new());
        }
    }

    /// Writes to the customer.
    pub fn write_customer(
        &mut self,
        letter: CustomerLetter,
        nature: Nature,
        leave_at: Timestamp,
        attachments: Vec<AttachmentRef>,
    ) {
        let key = self.effect_key(letter.name());
        self.write_customer_as(key, letter, nature, leave_at, attachments);
    }

    /// Writes to the customer under an effect key of its own.
    pub fn write_customer_as(
        &mut self,
        key: String,
        letter: CustomerLetter,
        nature: Nature,
        leave_at: Timestamp,
        attachments: Vec<AttachmentRef>,
    ) {
        let question = self.dispute.question.filter(|_| asks(&letter)).map_or(0, |question| question.serial);
        self.outgoing.push(Outgoing {
            key,
            to: Recipient::Customer,
            letter: letter.into(),
            leave_at,
            reply: Reply::FromCustomer { question },
            nature,
            answers: self.case.facts.customer_thread.clone(),
            attachments,
        });
    }

    /// Writes to one member of staff.
    pub fn write_staff(
        &mut self,
        to: &Staff,
        letter: StaffLetter,
        goes: Goes,
        attachments: Vec<AttachmentRef>,
    ) {
        self.write_staff_in(to, letter, goes, attachments, Thread::default());
    }

    /// Writes to one member of staff in answer to a mail of theirs.
    pub fn write_staff_in(
        &mut self,
        to: &Staff,
        letter: StaffLetter,
        goes: Goes,
        attachments: Vec<AttachmentRef>,
        answers: Thread,
    ) {
        let key = self.effect_key(letter.name());
        let nature = if answers == Thread::default() { Nature::Generated } else { Nature::Replied };
        let reply = goes.into();
        self.outgoing.push(Outgoing {
            key,
            to: Recipient::Staff(to.address.clone()),
            letter: Letter::Staff(letter),
            leave_at: self.now(),
            reply,
            nature,
            answers,
            attachments,
        });
    }

    /// Those who hear of what happens: the agent who has it, else all who may take it.
    pub fn audience(&self) -> Vec<&'a Staff> {
        match self.holder() {
            Some(holder) => vec![holder],
            None => self.policy().staff.iter().collect(),
        }
    }

    /// The audience and, once each, everybody who is escalated to.
    pub fn audience_and_managers(&self) -> Vec<&'a Staff> {
        let mut audience = self.audience();
        for manager in self.policy().managers() {
            if !audience.iter().any(|staff| staff.address == manager.address) {
                audience.push(manager);
            }
        }
        audience
    }

    /// Tells the audience what happened. Never tells somebody of their own act.
    pub fn notify(&mut self, reason: Reason, goes: Goes, news: &News<'_>) {
        let audience = self.audience();
        self.notify_these(&audience, reason, goes, news);
    }

    /// Tells these people what happened, one mail each.
    pub fn notify_these(&mut self, audience: &[&'a Staff], reason: Reason, goes: Goes, news: &News<'_>) {
        for staff in audience {
            if Some(staff.address.as_str()) == news.by {
                continue;
            }
            let letter = Notification {
                reason,
                goes,
                card: self.card(),
                warnings: self.warnings(news),
                writer: news.writer.to_owned(),
                text: news.text.to_owned(),
                attachments: news.attachments.iter().map(|(_, name)| name.clone()).collect(),
                understood: news.understood.clone(),
                commands: self.commands(),
                cut: Cut::of(news.cut),
            };
            let along = news.attachments.iter().map(|(attachment, _)| *attachment).collect();
            self.write_staff(staff, StaffLetter::Notification(letter), goes, along);
        }
    }

    fn warnings(&self, news: &News<'_>) -> Vec<Warning> {
        let mut warnings = news.warnings.clone();
        if self.dispute.undeliverable && !warnings.iter().any(|w| w.kind == WarningKind::Undeliverable) {
            warnings.push(Warning { kind: WarningKind::Undeliverable, detail: String::new() });
        }
        warnings
    }

    pub fn card(&self) -> Card {
        card(&self.dispute, &self.case.facts.past, self.policy())
    }

    /// Commands that are legal now.
    pub fn commands(&self) -> Vec<CommandHint> {
        command::hints(self.dispute.stage)
    }

    fn effect_key(&self, letter: &str) -> String {
        format!("{}/{}/{letter}/{}", self.case.key, self.dispute.number.0, self.outgoing.len())
    }
}

/// Whether a letter puts the current question, so that an answer to it binds. No other letter's answer does: a yes
/// to an agent's remark is no yes to the resolution.
fn asks(letter: &CustomerLetter) -> bool {
    matches!(
        letter,
        CustomerLetter::Resolution(_)
            | CustomerLetter::Reminder(_)
            | CustomerLetter::LastNotice(_)
            | CustomerLetter::AskBack(_)
            | CustomerLetter::Survey(_)
            | CustomerLetter::SurveyThanks(_)
    )
}

/// What a notification tells.
#[derive(Clone, Default)]
pub(super) struct News<'n> {
    /// Who wrote, for display.
    pub writer: &'n str,
    /// Registered address of the member of staff whose act it was.
    pub by: Option<&'n str>,
    pub text: &'n str,
    /// What stood around the text: quotes, the signature.
    pub cut: &'n str,
    pub attachments: &'n [(AttachmentRef, String)],
    pub warnings: Vec<Warning>,
    pub understood: crate::domain::letter::Understood,
}

impl<'n> News<'n> {
    /// News of a mail.
    pub fn of(wrote: &'n Wrote) -> Self {
        News {
            writer: wrote.name.as_deref().unwrap_or(&wrote.address),
            by: None,
            text: &wrote.text,
            cut: &wrote.cut,
            attachments: &wrote.attachments,
            warnings: wrote.warnings.clone(),
            understood: wrote.understood.clone(),
        }
    }

    pub fn warn(mut self, kind: WarningKind, detail: impl Into<String>) -> Self {
        self.warnings.push(Warning { kind, detail: detail.into() });
        self
    }
}
