//! What follows when the customer writes: a new dispute, a word that binds, an answer, a return after closing.
//!
//! A word binds only from the customer's own address and, where it answers a question, in reply to that question's
//! own mail while it is current. Everything else they write is prose and goes to the agent.
use super::{
    Acknowledge, Age, Case, Facts, Manner, Thanks, Wrote,
    draft::{Draft, News},
    flood::Pace,
};
use crate::{
    command::customer::{Said, Word},
    domain::{
        Timestamp,
        decision::{Actor, Decision, Nature, TimerKind, What},
        dispute::{Awaiting, Dispute, Level, Number, Outcome, QuestionKind, Rating, Stage},
        letter::{
            Acknowledgement, AskBack, Confirmed, CustomerLetter, Goes, LateAcknowledgement,
            PlainAcknowledgement, Reason, Reopened, ReopenedBecause, Review, StaffLetter, Status,
            SurveyThanks, WarningKind, Withdrawn,
        },
        party::{Customer, Staff},
        policy::{Authentication, Policy},
    },
};

/// An acknowledgement that has not left within this time is written anew, in words that say so.
const STALE_HOURS: i64 = 24;

fn stale() -> chrono::Duration {
    chrono::Duration::hours(STALE_HOURS)
}

/// Effect key of a dispute's acknowledgement: there is never a second one.
pub fn acknowledgement_key(number: Number) -> String {
    format!("ack:{}", number.0)
}

/// A dispute that a colleague opens for a customer.
pub struct ForCustomer<'a> {
    /// Who opens it, and has it from then on.
    pub staff: &'a Staff,
    /// What they wrote for themselves; it stays inside.
    pub note: &'a str,
}

/// Opens a dispute with what a customer wrote or said elsewhere, as a colleague asks.
pub fn open_for(
    number: Number,
    wrote: &Wrote,
    asked: &ForCustomer<'_>,
    facts: &Facts,
    policy: &Policy,
    now: Timestamp,
    key: &str,
) -> Decision {
    let mut blank = blank(number, wrote, policy);
    blank.agent = Some(asked.staff.address.clone());
    blank.stage = Stage::Investigating;
    let case = Case { dispute: &blank, facts, policy, now, key };
    let mut draft = Draft::new(&case);
    let agent = || Actor::Agent(asked.staff.address.clone());
    draft.record(agent(), What::Opened, wrote.subject.clone());
    draft.record(agent(), What::Taken, "by opening it");
    if !asked.note.is_empty() {
        draft.record(agent(), What::Noted, asked.note);
    }
    opened(draft, wrote, now)
}

/// Opens a dispute with the customer's first mail.
pub fn open(
    number: Number,
    wrote: &Wrote,
    facts: &Facts,
    policy: &Policy,
    now: Timestamp,
    key: &str,
) -> Decision {
    let blank = blank(number, wrote, policy);
    let case = Case { dispute: &blank, facts, policy, now, key };
    let mut draft = Draft::new(&case);
    draft.record(Actor::Customer, What::Opened, wrote.subject.clone());
    opened(draft, wrote, now)
}

fn opened(mut draft: Draft<'_>, wrote: &Wrote, now: Timestamp) -> Decision {
    let policy = draft.policy();
    if let Some(linked) = wrote.linked {
        draft.record(Actor::Desk, What::Linked, linked.public(&policy.prefix));
    }
    let mut news = News::of(wrote);
    if wrote.age == Age::New {
        draft.promise(draft.default_promise());
    } else {
        draft.dispute.silent = true;
    }
    match &wrote.acknowledge {
        _ if wrote.age == Age::Past => {
            draft.record(Actor::Desk, What::NotAcknowledged, "it was in the mailbox before the desk was");
        }
        Acknowledge::Personal | Acknowledge::Plain if now - wrote.received_at >= stale() => {
            // It was held, or the desk was down: whoever reads this has waited, and is told so.
            let (received, rights) = (wrote.received_at, draft.rights());
            let letter = LateAcknowledgement { received, rights, closing: draft.closing() };
            acknowledge(&mut draft, CustomerLetter::LateAcknowledgement(letter));
        }
        Acknowledge::Personal => {
            let letter = personal(&draft, wrote);
            acknowledge(&mut draft, letter);
        }
        Acknowledge::Plain => {
            let letter = PlainAcknowledgement { rights: draft.rights(), closing: draft.closing() };
            acknowledge(&mut draft, CustomerLetter::PlainAcknowledgement(letter));
        }
        Acknowledge::Held(reason) => {
            draft.record(Actor::Desk, What::NotAcknowledged, reason.clone());
            news = news.warn(WarningKind::NotAcknowledged, reason.clone());
        }
        Acknowledge::No(reason) => {
            draft.dispute.silent = true;
            draft.record(Actor::Desk, What::NotAcknowledged, reason.clone());
            news = news.warn(WarningKind::NotAcknowledged, reason.clone());
        }
    }
    if wrote.age == Age::New {
        draft.notify(Reason::NewDispute, Goes::ToCustomer, &news);
    }
    draft.done()
}

fn personal(draft: &Draft<'_>, wrote: &Wrote) -> CustomerLetter {
    CustomerLetter::Acknowledgement(Acknowledgement {
        name: draft.customer_name(),
        subject: wrote.subject.clone(),
        received: wrote.received_at,
        understood: wrote.understood.clone(),
        linked: draft.dispute.linked.map(|number| number.public(&draft.policy().prefix)),
        rights: draft.rights(),
        closing: draft.closing(),
    })
}

fn acknowledge(draft: &mut Draft<'_>, letter: CustomerLetter) {
    let key = acknowledgement_key(draft.dispute.number);
    draft.record(Actor::Desk, What::Acknowledged, letter.name());
    draft.write_customer_as(key, letter, Nature::Replied, draft.now(), Vec::new());
    draft.set(TimerKind::AcknowledgementStale, draft.now() + stale());
}

fn blank(number: Number, wrote: &Wrote, policy: &Policy) -> Dispute {
    Dispute {
        number,
        version: 0,
        subject: wrote.subject.clone(),
        language: policy.letter_language(wrote.language.as_deref()),
        customer: Customer { address: wrote.address.clone(), name: wrote.name.clone() },
        authenticated: wrote.authenticated,
        stage: Stage::Open,
        level: Level::Desk,
        awaiting: Awaiting::Us,
        outcome: None,
        agent: None,
        opened_at: wrote.received_at,
        closed_at: None,
        unanswered_since: Some(wrote.received_at),
        promise: None,
        promises_kept: 0,
        promises_broken: 0,
        question: None,
        questions_asked: 0,
        reminders: 0,
        paused_until: None,
        silent: false,
        undeliverable: false,
        rating: None,
        linked: wrote.linked,
    }
}

/// What a customer's mail to a closed dispute does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterClosing {
    /// It belongs to the closed dispute: a rating, a thank-you, a question for the status.
    Stays,
    /// It reopens it.
    Reopens,
    /// It opens another one that is linked to it.
    OpensLinked,
}

/// Decides that for `wrote`, which was placed in the closed `dispute`.
pub fn after_closing(dispute: &Dispute, wrote: &Wrote, policy: &Policy, now: Timestamp) -> AfterClosing {
    if wrote.manner == Manner::AddressOnly {
        return AfterClosing::OpensLinked;
    }
    if wrote.thanks == Thanks::Plain
        || matches!(wrote.said, Said::Word(Word::Status | Word::Rating(_) | Word::Withdraw | Word::Yes))
        || matches!(wrote.said, Said::Unclear(Word::Rating(_)))
    {
        return AfterClosing::Stays;
    }
    match dispute.closed_at {
        Some(closed) if now - closed > policy.reopen_within => AfterClosing::OpensLinked,
        _ => AfterClosing::Reopens,
    }
}

/// The customer wrote to a dispute of theirs.
pub fn wrote(case: &Case<'_>, wrote: &Wrote) -> Decision {
    let mut draft = Draft::new(case);
    draft.record(Actor::Customer, What::CustomerWrote, String::new());
    if wrote.age == Age::Past {
        // What was said before the desk was here has had its effect elsewhere; that it was answered is not known.
        if !draft.dispute.is_closed() {
            draft.our_turn();
        }
        return draft.done();
    }
    // Whoever writes is back, and reads their mail again.
    draft.dispute.paused_until = None;
    draft.dispute.undeliverable = false;
    if draft.dispute.is_closed() {
        wrote_after_closing(&mut draft, wrote);
    } else {
        wrote_to_open(&mut draft, wrote);
    }
    draft.done()
}

fn wrote_to_open(draft: &mut Draft<'_>, wrote: &Wrote) {
    match wrote.said {
        Said::Word(Word::Status) => status(draft),
        Said::Word(Word::Withdraw) if may_withdraw(draft, wrote) => withdraw(draft, wrote),
        Said::Word(Word::Yes) if answers(draft, wrote, QuestionKind::Resolution) => confirm(draft, wrote),
        Said::Word(Word::No) if answers(draft, wrote, QuestionKind::Resolution) => refuse(draft, wrote),
        Said::Word(Word::Yes | Word::No | Word::Withdraw) => not_binding(draft, wrote),
        Said::Unclear(_) if is_asked(draft, QuestionKind::Resolution) => unclear(draft, wrote),
        _ if wrote.thanks == Thanks::Plain && draft.dispute.question.is_none() => {
            draft.record(Actor::Desk, What::Filed, "a thank-you");
        }
        _ => prose(draft, wrote, &News::of(wrote)),
    }
}

/// A number in a subject is no proof, nor is the id of the customer's own mail: anybody who had a copy may write them,
/// under anybody's address.
fn may_withdraw(draft: &Draft<'_>, wrote: &Wrote) -> bool {
    let placed = match wrote.manner {
        Manner::Reply => true,
        Manner::Named => wrote.authenticated,
        Manner::AddressOnly => false,
    };
    placed && may_bind(draft, wrote)
}

/// Whether a word of this mail may bind the customer: where senders can be proven and this customer once was, the
/// mail must be proven too, since whoever was copied on a reply knows its signed ids.
fn may_bind(draft: &Draft<'_>, wrote: &Wrote) -> bool {
    wrote.authenticated
        || !draft.dispute.authenticated
        || draft.policy().authentication == Authentication::ReplyOnly
}

fn is_asked(draft: &Draft<'_>, kind: QuestionKind) -> bool {
    draft.dispute.question.is_some_and(|question| question.kind == kind)
}

/// Whether `wrote` answers the current question, of this kind, in reply to its own mail.
fn answers(draft: &Draft<'_>, wrote: &Wrote, kind: QuestionKind) -> bool {
    let asked = draft.dispute.question.filter(|question| question.kind == kind);
    asked.is_some_and(|question| question.serial == wrote.answers) && may_bind(draft, wrote)
}

/// Ordinary words: they go to the agent, and the company owes the next word.
fn prose(draft: &mut Draft<'_>, wrote: &Wrote, news: &News<'_>) {
    draft.dispute.unanswered_since.get_or_insert(wrote.received_at);
    draft.our_turn();
    announce(draft, Reason::CustomerWrote, Goes::ToCustomer, news);
}

/// Tells the agents of a mail, unless so many come that they have had enough notices of this hour.
fn announce(draft: &mut Draft<'_>, reason: Reason, goes: Goes, news: &News<'_>) {
    match draft.case.facts.pace {
        Pace::Usual => draft.notify(reason, goes, news),
        Pace::LastNotice => {
            draft.notify(reason, goes, &news.clone().warn(WarningKind::TooOften, String::new()));
        }
        Pace::TooOften => {}
    }
}

/// One more mail of a sender who opens one dispute after the other. Its words bind nobody and answer nothing.
pub fn collected(case: &Case<'_>, wrote: &Wrote) -> Decision {
    let mut draft = Draft::new(case);
    draft.record(Actor::Customer, What::CustomerWrote, "one of very many");
    if !draft.dispute.is_closed() {
        prose(&mut draft, wrote, &News::of(wrote).warn(WarningKind::Flood, String::new()));
    }
    draft.done()
}

fn status(draft: &mut Draft<'_>) {
    draft.record(Actor::Customer, What::StatusAsked, String::new());
    let letter = Status {
        name: draft.customer_name(),
        subject: draft.subject(),
        opened: draft.dispute.opened_at,
        level: draft.dispute.level,
        timeline: draft.case.facts.timeline.clone(),
        outcome: draft.dispute.outcome,
        closing: draft.closing(),
    };
    draft.tell(CustomerLetter::Status(letter), Nature::Replied);
}

fn withdraw(draft: &mut Draft<'_>, wrote: &Wrote) {
    draft.record(Actor::Customer, What::Withdrawn, String::new());
    draft.close(Outcome::Withdrawn);
    draft.notify(Reason::Withdrawn, Goes::ToCustomer, &News::of(wrote));
    let letter = Withdrawn {
        name: draft.customer_name(),
        subject: draft.subject(),
        reopen_until: draft.reopen_until(),
        closing: draft.closing(),
    };
    draft.tell(CustomerLetter::Withdrawn(letter), Nature::Replied);
}

fn confirm(draft: &mut Draft<'_>, wrote: &Wrote) {
    draft.record(Actor::Customer, What::Confirmed, String::new());
    draft.close(Outcome::Confirmed);
    let letter = Confirmed {
        name: draft.customer_name(),
        subject: draft.subject(),
        reopen_until: draft.reopen_until(),
        closing: draft.closing(),
    };
    draft.tell(CustomerLetter::Confirmed(letter), Nature::Replied);
    draft.notify(Reason::Confirmed, Goes::ToCustomer, &News::of(wrote));
}

/// The resolution was refused: one level higher, with the reason, and a new date.
fn refuse(draft: &mut Draft<'_>, wrote: &Wrote) {
    draft.record(Actor::Customer, What::Refused, wrote.text.clone());
    let before = draft.dispute.level;
    draft.dispute.level = before.raised();
    if draft.dispute.level != before {
        draft.record(Actor::Desk, What::Escalated, "the resolution was refused");
    }
    draft.dispute.stage = Stage::Investigating;
    draft.dispute.question = None;
    draft.dispute.unanswered_since.get_or_insert(wrote.received_at);
    draft.our_turn();
    let letter = Reopened {
        name: draft.customer_name(),
        subject: draft.subject(),
        because: ReopenedBecause::Refused,
        level: draft.dispute.level,
        closing: draft.closing(),
    };
    draft.tell(CustomerLetter::Reopened(letter), Nature::Replied);
    let audience = draft.audience_and_managers();
    draft.notify_these(&audience, Reason::Refused, Goes::ToCustomer, &News::of(wrote));
}

/// A yes or no that is not the answer to what is asked now: it binds nobody, the agent sees it marked.
fn not_binding(draft: &mut Draft<'_>, wrote: &Wrote) {
    draft.record(Actor::Desk, What::NotBinding, String::new());
    let news = News::of(wrote).warn(WarningKind::NotBinding, String::new());
    let asked = is_asked(draft, QuestionKind::Resolution);
    prose(draft, wrote, &news);
    if asked {
        ask_back(draft, QuestionKind::Resolution);
    }
}

/// Could mean two things: never taken as consent. The agent decides, the customer is asked back.
fn unclear(draft: &mut Draft<'_>, wrote: &Wrote) {
    draft.record(Actor::Desk, What::Unclear, String::new());
    prose(draft, wrote, &News::of(wrote).warn(WarningKind::Unclear, String::new()));
    ask_back(draft, QuestionKind::Resolution);
}

/// A number and more, or two numbers: no vote, and no reason to open anything again.
fn unclear_rating(draft: &mut Draft<'_>, wrote: &Wrote) {
    draft.record(Actor::Desk, What::Unclear, String::new());
    let mut news = News::of(wrote);
    if answers(draft, wrote, QuestionKind::Survey) {
        ask_back(draft, QuestionKind::Survey);
        news = news.warn(WarningKind::Unclear, String::new());
    }
    draft.notify(Reason::CustomerWrote, Goes::ToCustomer, &news);
}

fn ask_back(draft: &mut Draft<'_>, question: QuestionKind) {
    let letter =
        AskBack { name: draft.customer_name(), subject: draft.subject(), question, closing: draft.closing() };
    draft.tell(CustomerLetter::AskBack(letter), Nature::Replied);
}

fn wrote_after_closing(draft: &mut Draft<'_>, wrote: &Wrote) {
    match wrote.said {
        Said::Word(Word::Status) => status(draft),
        Said::Word(Word::Rating(score)) if answers(draft, wrote, QuestionKind::Survey) => {
            rate(draft, wrote, score);
        }
        Said::Word(Word::Rating(_)) => {
            draft.record(Actor::Desk, What::NotBinding, "a rating that answers no open survey");
        }
        Said::Unclear(Word::Rating(_)) => unclear_rating(draft, wrote),
        Said::Word(Word::Withdraw) => draft.record(Actor::Desk, What::Filed, "withdrawn after closing"),
        Said::Word(Word::Yes) => draft.record(Actor::Desk, What::Filed, "a yes after closing"),
        _ if wrote.thanks == Thanks::Plain => draft.record(Actor::Desk, What::Filed, "a thank-you"),
        _ => write_again(draft, wrote),
    }
}

fn write_again(draft: &mut Draft<'_>, wrote: &Wrote) {
    draft.record(Actor::Customer, What::Reopened, String::new());
    draft.reopen();
    draft.dispute.unanswered_since = Some(wrote.received_at);
    let letter = Reopened {
        name: draft.customer_name(),
        subject: draft.subject(),
        because: ReopenedBecause::WroteAgain,
        level: draft.dispute.level,
        closing: draft.closing(),
    };
    draft.tell(CustomerLetter::Reopened(letter), Nature::Replied);
    draft.notify(Reason::Reopened, Goes::ToCustomer, &News::of(wrote));
}

/// One vote, changeable for a time. A low one goes to the managers.
fn rate(draft: &mut Draft<'_>, wrote: &Wrote, score: u8) {
    let survey = draft.policy().survey.clone();
    let first = draft.dispute.rating.map_or(draft.now(), |rating| rating.given_at);
    let changeable_until = first + survey.changeable_for;
    if draft.now() > changeable_until {
        draft.record(Actor::Desk, What::NotBinding, "the time to change the rating is over");
        return;
    }
    let before = draft.dispute.rating.replace(Rating { score, given_at: first }).map(|rating| rating.score);
    draft.record(Actor::Customer, What::Rated, score.to_string());
    if before == Some(score) {
        return;
    }
    let letter =
        SurveyThanks { name: draft.customer_name(), score, changeable_until, closing: draft.closing() };
    draft.tell(CustomerLetter::SurveyThanks(letter), Nature::Replied);
    let reviewed = before.is_some_and(|before| before <= survey.review_at);
    if score > survey.review_at || reviewed {
        return;
    }
    let readers: Vec<_> = match draft.policy().managers().collect::<Vec<_>>() {
        managers if managers.is_empty() => draft.audience(),
        managers => managers,
    };
    for reader in readers {
        let review =
            Review { card: draft.card(), score, words: wrote.text.clone(), commands: draft.commands() };
        draft.write_staff(reader, StaffLetter::Review(review), Goes::Inside, Vec::new());
    }
}

/// Somebody who is no party wrote: the agent sees it marked, nobody is bound, nobody is answered.
pub fn outsider_wrote(case: &Case<'_>, wrote: &Wrote) -> Decision {
    let mut draft = Draft::new(case);
    draft.record(Actor::Outsider(wrote.address.clone()), What::OutsiderWrote, String::new());
    let news = News::of(wrote).warn(WarningKind::Outsider, wrote.address.clone());
    announce(&mut draft, Reason::OutsiderWrote, Goes::Inside, &news);
    draft.done()
}

/// A late mail showed that this dispute is part of an older one of the same customer.
pub fn merged(case: &Case<'_>, into: Number) -> Decision {
    let mut draft = Draft::new(case);
    draft.record(Actor::Desk, What::Merged, into.public(&case.policy.prefix));
    draft.close(Outcome::Merged);
    draft.dispute.linked = Some(into);
    draft.notify(Reason::Merged, Goes::Inside, &News { writer: &case.policy.desk_name, ..News::default() });
    draft.done()
}
