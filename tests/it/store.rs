//! The store, the same tests on SQLite and PostgreSQL.
use redress::{
    domain::{
        Timestamp,
        decision::{Actor, Entry, TimerChange, TimerKind, What},
        dispute::{
            Awaiting, Dispute, Level, Number, Outcome, Promise, Question, QuestionKind, Rating, Stage,
        },
        party::Customer,
    },
    store::{
        Db, Store, StoreError,
        inbox::{self, Age, Filing, Packed, Seen, Status, Stored, Taken},
        outbox::{self, Audience, Gate, Lease, NewOutbox},
    },
};

mod decisions;
mod facts;
mod incoming;
mod journal;
mod migrations;
mod outgoing;
mod safety;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Ten o'clock on a Monday.
fn now() -> Timestamp {
    at("2026-11-23T10:00:00Z")
}

fn minutes(count: i64) -> chrono::TimeDelta {
    chrono::TimeDelta::minutes(count)
}

/// A dispute as it is when a mail has opened it.
fn fresh(number: i64) -> Dispute {
    Dispute {
        number: Number(number),
        version: 0,
        subject: "Where is my order?".into(),
        language: "en".into(),
        customer: Customer { address: "Ann@example.org".into(), name: Some("Ann".into()) },
        authenticated: true,
        stage: Stage::Open,
        level: Level::Desk,
        awaiting: Awaiting::Us,
        outcome: None,
        agent: None,
        opened_at: now(),
        closed_at: None,
        unanswered_since: Some(now()),
        promise: Some(Promise { due: now() + minutes(60), made_at: now() }),
        promises_kept: 0,
        promises_broken: 0,
        question: None,
        questions_asked: 0,
        reminders: 0,
        paused_until: None,
        silent: false,
        undeliverable: false,
        rating: None,
        linked: None,
    }
}

/// The same dispute at its end, with everything set that can be.
fn full(number: i64, linked: i64) -> Dispute {
    Dispute {
        stage: Stage::Closed,
        level: Level::Management,
        awaiting: Awaiting::Customer,
        outcome: Some(Outcome::NotADispute),
        agent: Some("maria@desk.example".into()),
        closed_at: Some(now()),
        promises_kept: 3,
        promises_broken: 1,
        question: Some(Question { serial: 2, kind: QuestionKind::Survey, asked_at: now() }),
        questions_asked: 2,
        reminders: 1,
        paused_until: Some(now()),
        silent: true,
        undeliverable: true,
        rating: Some(Rating { score: 4, given_at: now() }),
        linked: Some(Number(linked)),
        ..fresh(number)
    }
}

/// Writes a fresh dispute and returns it as it then is.
fn opened(db: &mut Db, number: i64) -> Dispute {
    let dispute = fresh(number);
    let version = redress::store::disputes::insert(db, &dispute).unwrap();
    Dispute { version, ..dispute }
}

fn entry(detail: &str) -> Entry {
    Entry { actor: Actor::Agent("maria@desk.example".into()), what: What::Noted, detail: detail.into() }
}

fn mail_to(recipient: &str, key: &str) -> NewOutbox {
    NewOutbox {
        key: key.into(),
        dispute: None,
        letter: "acknowledgement".into(),
        audience: Audience::Customer,
        recipient: recipient.into(),
        envelope_from: Some("support+x@desk.example".into()),
        message_id: format!("{key}@desk.example"),
        bytes: b"Subject: hello\r\n\r\nhello\r\n".to_vec(),
        leave_at: now(),
        gate: Gate::Open,
    }
}

fn taken(uid: u32, raw: &[u8]) -> Taken {
    Taken { uid, raw: Packed::new(raw), received_at: now(), age: Age::Current }
}

/// Takes one mail from a folder and returns its id.
fn take_one(db: &mut Db, uid: u32, raw: &[u8]) -> Stored {
    inbox::take_batch(db, "support", "INBOX", 7, &[taken(uid, raw)]).unwrap().remove(0)
}
