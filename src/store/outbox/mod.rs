//! Mail to be sent: its final bytes, and how far sending has come.
//!
//! A row is leased, marked in flight before the first byte that the server could take for a mail, and settled
//! after the server's answer. A row that is found in flight may have been sent: it is sent again with the same
//! bytes and the same Message-ID, and may not be cancelled any more. The fence number, which grows with each
//! lease, keeps a worker that overslept its lease from settling what another has taken over.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    events::Once,
    inbox::Which,
    message_ids::{self, NewId, Role},
    schema::outbox as t,
    text::{domain, key, storable},
    time::{moment, stamp},
};
use crate::{
    crash::{self, Point},
    domain::{Timestamp, dispute::Number},
};

mod lease;
mod look;

pub use lease::*;
pub use look::*;

worded! {
    /// To whom a mail goes; what it may carry differs.
    pub enum Audience {
        /// A customer.
        Customer = "customer",
        /// A member of staff.
        Staff = "staff",
        /// The operators.
        Operator = "operator",
    }
}

worded! {
    /// How far sending has come.
    pub enum State {
        /// Waits for its moment.
        Queued = "queued",
        /// Waits for an operator to let it leave.
        Held = "held",
        /// A worker has it.
        Leased = "leased",
        /// The server took it.
        Sent = "sent",
        /// It will not be tried again by itself.
        Dead = "dead",
        /// It was taken back before it left.
        Cancelled = "cancelled",
    }
}

/// Whether mail leaves by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// It does, at its moment.
    Open,
    /// It waits for an operator (shadow mode).
    Held,
    /// It never will: it could not be composed, for this reason. It has no bytes, and none are kept.
    Dead(String),
}

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutbox {
    /// Effect key: a second mail of that key is not written.
    pub key: String,
    /// Its dispute.
    pub dispute: Option<Number>,
    /// Template name of the letter.
    pub letter: String,
    /// To whom it goes.
    pub audience: Audience,
    /// Address it goes to.
    pub recipient: String,
    /// Envelope sender; none is the null sender.
    pub envelope_from: Option<String>,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// Its final bytes.
    pub bytes: Vec<u8>,
    /// Not before this moment.
    pub leave_at: Timestamp,
    /// Whether it leaves by itself.
    pub gate: Gate,
}

/// A mail of the outbox, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Row.
    pub id: i64,
    /// Effect key.
    pub key: String,
    /// Its dispute.
    pub dispute: Option<Number>,
    /// Template name.
    pub letter: String,
    /// To whom it goes.
    pub audience: Audience,
    /// Address it goes to.
    pub recipient: String,
    /// Envelope sender; none is the null sender.
    pub envelope_from: Option<String>,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// Size in bytes.
    pub size: i64,
    /// How far sending has come.
    pub state: State,
    /// Not before this moment.
    pub leave_at: Timestamp,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// Number of its last lease.
    pub fence: i64,
    /// An attempt was begun whose end is unknown: the server may have it.
    pub in_flight: bool,
    /// What the server or the network last said.
    pub last_error: Option<String>,
    /// The server's last code.
    pub code: Option<i64>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the server took it.
    pub sent_at: Option<Timestamp>,
    /// The server refused the recipient, as opposed to the mail or to us.
    pub refused_recipient: bool,
    /// Of a dead mail: whether the desk has acted on its death.
    pub reported: bool,
}

/// Writes a mail, and holds its Message-ID where it has a dispute. Call it in the transaction of the decision.
pub fn insert(db: &mut Db, new: &NewOutbox, now: Timestamp) -> Result<Once, StoreError> {
    let (state, bytes, last_error) = match &new.gate {
        Gate::Open => (State::Queued, new.bytes.as_slice(), None),
        Gate::Held => (State::Held, new.bytes.as_slice(), None),
        Gate::Dead(why) => (State::Dead, [].as_slice(), Some(storable(why))),
    };
    crash::before(Point::OutboxInsert);
    let written = on!(db, c => diesel::insert_into(t::table)
        .values((
            (
                t::key.eq(&new.key),
                t::dispute.eq(new.dispute.map(|number| number.0)),
                t::letter.eq(&new.letter),
                t::audience.eq(new.audience.word()),
                t::recipient.eq(storable(&new.recipient)),
                t::recipient_key.eq(key(&new.recipient)),
                t::recipient_domain.eq(domain(&new.recipient)),
                t::envelope_from.eq(&new.envelope_from),
            ),
            (
                t::message_id.eq(&new.message_id),
                t::bytes.eq(bytes),
                t::size.eq(i64::try_from(bytes.len())?),
                t::state.eq(state.word()),
                t::leave_at.eq(stamp(new.leave_at)),
                t::next_attempt_at.eq(stamp(new.leave_at)),
                t::last_error.eq(last_error),
            ),
            (
                t::attempts.eq(0_i64),
                t::fence.eq(0_i64),
                t::in_flight.eq(false),
                t::created_at.eq(stamp(now)),
                t::refused_recipient.eq(false),
                t::reported.eq(false),
            ),
        ))
        .on_conflict(t::key)
        .do_nothing()
        .execute(c))?;
    if written == 0 {
        return Ok(Once::Repeated);
    }
    if let Some(dispute) = new.dispute {
        let id = new.message_id.as_str();
        message_ids::remember(db, &NewId { id, dispute, role: Role::Own, mail: None, sender: None })?;
    }
    crash::after(Point::OutboxInsert);
    Ok(Once::New)
}

/// Lets held mails leave, at `now` at the earliest; returns how many.
pub fn release_held(db: &mut Db, which: Which, now: Timestamp) -> Result<usize, StoreError> {
    let (from, to) = which.range();
    let held = || t::state.eq(State::Held.word()).and(t::id.between(from, to));
    db.tx(|db| {
        on!(db, c => diesel::update(t::table)
            .filter(held().and(t::leave_at.lt(stamp(now))))
            .set(t::leave_at.eq(stamp(now)))
            .execute(c))?;
        Ok(on!(db, c => diesel::update(t::table)
            .filter(held())
            .set((t::state.eq(State::Queued.word()), t::reported.eq(false)))
            .execute(c))?)
    })
}

/// Takes held mails back by an operator's decision; returns how many. Also one that may have been sent before: it is
/// not sent again.
pub fn drop_held(db: &mut Db, which: Which) -> Result<usize, StoreError> {
    let (from, to) = which.range();
    Ok(on!(db, c => diesel::update(t::table)
        .filter(t::state.eq(State::Held.word()).and(t::id.between(from, to)))
        .set((t::state.eq(State::Cancelled.word()), t::in_flight.eq(false)))
        .execute(c))?)
}

/// Whether a mail could be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It was, and will not leave.
    Yes,
    /// It has left, may have left, was settled before, or there is none.
    TooLate,
}

/// Takes back the mail of effect key `key` if no byte of it can have left.
pub fn cancel(db: &mut Db, key: &str) -> Result<Cancelled, StoreError> {
    let waiting = [State::Queued.word(), State::Held.word(), State::Leased.word()];
    let rows = on!(db, c => diesel::update(t::table)
        .filter(t::key.eq(key).and(t::in_flight.eq(false)).and(t::state.eq_any(waiting)))
        .set((
            t::state.eq(State::Cancelled.word()),
            t::lease_until.eq(None::<NaiveDateTime>),
            t::lease_owner.eq(None::<String>),
        ))
        .execute(c))?;
    Ok(if rows == 1 { Cancelled::Yes } else { Cancelled::TooLate })
}

/// Queues dead mails again, as if they were to leave at `now`; returns how many. Those without bytes, erased or
/// never composed, stay dead.
pub fn resend(db: &mut Db, which: Which, now: Timestamp) -> Result<usize, StoreError> {
    let (from, to) = which.range();
    let dead = || {
        let whole = t::bytes.is_not_null().and(t::size.gt(0_i64));
        t::state.eq(State::Dead.word()).and(t::id.between(from, to)).and(whole)
    };
    db.tx(|db| {
        on!(db, c => diesel::update(t::table)
            .filter(dead().and(t::leave_at.lt(stamp(now))))
            .set(t::leave_at.eq(stamp(now)))
            .execute(c))?;
        Ok(on!(db, c => diesel::update(t::table)
            .filter(dead())
            .set((
                t::state.eq(State::Queued.word()),
                t::next_attempt_at.eq(stamp(now)),
                t::attempts.eq(0_i64),
                t::refused_recipient.eq(false),
                t::reported.eq(false),
            ))
            .execute(c))?)
    })
}

/// The desk has acted on the death of this mail.
pub fn reported(db: &mut Db, id: i64) -> Result<(), StoreError> {
    on!(db, c => diesel::update(t::table.find(id)).set(t::reported.eq(true)).execute(c))?;
    Ok(())
}

/// Erases the bytes and the addresses of a dispute's settled mails; keys, Message-IDs and states stay, so that
/// nothing is written or sent twice. Returns how many were erased.
pub fn erase_letters(db: &mut Db, dispute: Number) -> Result<usize, StoreError> {
    let settled = [State::Sent.word(), State::Dead.word(), State::Cancelled.word()];
    Ok(on!(db, c => diesel::update(t::table)
        .filter(t::dispute.eq(dispute.0).and(t::state.eq_any(settled)))
        .set((
            t::bytes.eq(None::<Vec<u8>>),
            t::recipient.eq(""),
            t::recipient_key.eq(""),
            t::recipient_domain.eq(""),
            t::last_error.eq(None::<String>),
        ))
        .execute(c))?)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: i64,
    key: String,
    dispute: Option<i64>,
    letter: String,
    audience: String,
    recipient: String,
    envelope_from: Option<String>,
    message_id: String,
    size: i64,
    state: String,
    leave_at: NaiveDateTime,
    next_attempt_at: NaiveDateTime,
    attempts: i64,
    fence: i64,
    in_flight: bool,
    last_error: Option<String>,
    code: Option<i64>,
    created_at: NaiveDateTime,
    sent_at: Option<NaiveDateTime>,
    refused_recipient: bool,
    reported: bool,
}

impl Row {
    fn into_letter(self) -> Result<Letter, StoreError> {
        Ok(Letter {
            id: self.id,
            key: self.key,
            dispute: self.dispute.map(Number),
            letter: self.letter,
            audience: self.audience.parse()?,
            recipient: self.recipient,
            envelope_from: self.envelope_from,
            message_id: self.message_id,
            size: self.size,
            state: self.state.parse()?,
            leave_at: moment(self.leave_at),
            next_attempt_at: moment(self.next_attempt_at),
            attempts: self.attempts,
            fence: self.fence,
            in_flight: self.in_flight,
            last_error: self.last_error,
            code: self.code,
            created_at: moment(self.created_at),
            sent_at: self.sent_at.map(moment),
            refused_recipient: self.refused_recipient,
            reported: self.reported,
        })
    }
}
