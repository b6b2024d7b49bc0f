//! Sending, step by step: lease, mark in flight, settle.
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Letter, Row, State};
use crate::{
    domain::Timestamp,
    store::{Db, StoreError, db::on, schema::outbox as t, text::storable, time::stamp},
};

/// A mail that a worker has for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// The mail; [`Letter::in_flight`] says whether an earlier attempt may have reached the server.
    pub letter: Letter,
    /// Its final bytes.
    pub bytes: Vec<u8>,
}

/// Leases what may leave at `now`, longest waiting first, at most `limit`, to `owner` until `now + length`.
/// A lease that ran out is given anew, with a higher fence.
pub fn lease(
    db: &mut Db,
    owner: &str,
    now: Timestamp,
    length: TimeDelta,
    limit: i64,
) -> Result<Vec<Leased>, StoreError> {
    let at = stamp(now);
    let free = || {
        let queued = t::state.eq(State::Queued.word()).and(t::next_attempt_at.le(at));
        queued.or(t::state.eq(State::Leased.word()).and(t::lease_until.assume_not_null().le(at)))
    };
    db.tx(|db| {
        let ids: Vec<i64> = match db {
            Db::Sqlite(c) => t::table
                .filter(free())
                .order((t::next_attempt_at, t::id))
                .limit(limit)
                .select(t::id)
                .load(c.as_mut()),
            Db::Pg(c) => t::table
                .filter(free())
                .order((t::next_attempt_at, t::id))
                .limit(limit)
                .select(t::id)
                .for_update()
                .skip_locked()
                .load(c.as_mut()),
        }?;
        on!(db, c => diesel::update(t::table.filter(t::id.eq_any(&ids)))
            .set((
                t::state.eq(State::Leased.word()),
                t::lease_until.eq(end(now, length)),
                t::lease_owner.eq(owner),
                t::fence.eq(t::fence + 1),
            ))
            .execute(c))?;
        let rows: Vec<(Row, Option<Vec<u8>>)> = on!(db, c => t::table
            .filter(t::id.eq_any(&ids))
            .order((t::next_attempt_at, t::id))
            .select((Row::as_select(), t::bytes))
            .load(c))?;
        rows.into_iter()
            .map(|(row, bytes)| {
                let erased = || StoreError::Corrupt(format!("letter {} waits but has no bytes", row.id));
                let bytes = bytes.ok_or_else(erased)?;
                Ok(Leased { letter: row.into_letter()?, bytes })
            })
            .collect()
    })
}

/// When a lease of this length ends.
fn end(now: Timestamp, length: TimeDelta) -> NaiveDateTime {
    stamp(now.checked_add_signed(length).unwrap_or(Timestamp::MAX_UTC))
}

/// One lease of one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The row.
    pub id: i64,
    /// The number it was leased under.
    pub fence: i64,
}

impl Leased {
    /// By what this lease is settled.
    pub fn lease(&self) -> Lease {
        Lease { id: self.letter.id, fence: self.letter.fence }
    }
}

/// Whether a lease was still the worker's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It was, and the row was changed.
    Yes,
    /// Another has it, or it was cancelled: nothing was changed, and nothing may be sent under it.
    Overtaken,
}

impl Settled {
    fn by(rows: usize) -> Self {
        if rows == 1 { Self::Yes } else { Self::Overtaken }
    }
}

/// Marks leased mails as in flight, counts the attempt and makes the lease last until `now + length`; returns those
/// that may be sent: not those whose lease ran out by `now`. Commit it before the first byte goes out.
pub fn mark_in_flight(
    db: &mut Db,
    leases: &[Lease],
    now: Timestamp,
    length: TimeDelta,
) -> Result<Vec<Lease>, StoreError> {
    db.tx(|db| {
        let mut marked = Vec::with_capacity(leases.len());
        for lease in leases {
            let rows = on!(db, c => diesel::update(t::table.find(lease.id))
                .filter(t::state.eq(State::Leased.word()).and(t::fence.eq(lease.fence)))
                .filter(t::lease_until.assume_not_null().gt(stamp(now)))
                .set((
                    t::in_flight.eq(true),
                    t::attempts.eq(t::attempts + 1),
                    t::lease_until.eq(end(now, length)),
                ))
                .execute(c))?;
            marked.extend((rows == 1).then_some(*lease));
        }
        Ok(marked)
    })
}

/// Makes the lease of a mail in flight last until `now + length`, since the conversation about it goes on.
pub fn renew(db: &mut Db, lease: Lease, now: Timestamp, length: TimeDelta) -> Result<Settled, StoreError> {
    let rows = on!(db, c => diesel::update(t::table.find(lease.id))
        .filter(t::state.eq(State::Leased.word()).and(t::fence.eq(lease.fence)))
        .set(t::lease_until.eq(end(now, length)))
        .execute(c))?;
    Ok(Settled::by(rows))
}

/// The server took it. That stays true when the lease has passed on meanwhile, so it is written down all the same:
/// whoever leased it next and has not begun yet then finds that there is nothing left to send.
pub fn sent(db: &mut Db, lease: Lease, code: Option<i64>, now: Timestamp) -> Result<Settled, StoreError> {
    let rows = on!(db, c => diesel::update(t::table.find(lease.id))
        .filter(t::state.eq_any([State::Queued.word(), State::Leased.word()]).and(t::fence.ge(lease.fence)))
        .set((
            t::state.eq(State::Sent.word()),
            t::sent_at.eq(stamp(now)),
            t::in_flight.eq(false),
            t::last_error.eq(None::<String>),
            t::code.eq(code),
            t::lease_until.eq(None::<NaiveDateTime>),
            t::lease_owner.eq(None::<String>),
        ))
        .execute(c))?;
    Ok(Settled::by(rows))
}

/// Why an attempt ended without the server taking the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What the server or the network said; without secrets.
    pub error: String,
    /// The server's code.
    pub code: Option<i64>,
    /// Whether the server may have the mail all the same.
    pub doubt: Doubt,
    /// What was refused.
    pub concerns: Concerns,
}

/// What a failure says something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concerns {
    /// The address: the server refused it for good.
    Recipient,
    /// This mail.
    Mail,
    /// The server, the way to it, or our standing with it.
    Relay,
}

/// Whether a server may have taken a mail although we have no word of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It certainly has not.
    None,
    /// The connection broke after the end of the mail was sent.
    MayBeSent,
}

/// The attempt failed; the next one is at `next_attempt_at`.
pub fn failed(
    db: &mut Db,
    lease: Lease,
    next_attempt_at: Timestamp,
    failure: &Failure,
) -> Result<Settled, StoreError> {
    put_back(db, lease, State::Queued, Some(next_attempt_at), failure)
}

/// The attempt failed for good.
pub fn dead(db: &mut Db, lease: Lease, failure: &Failure) -> Result<Settled, StoreError> {
    put_back(db, lease, State::Dead, None, failure)
}

fn put_back(
    db: &mut Db,
    lease: Lease,
    state: State,
    next_attempt_at: Option<Timestamp>,
    failure: &Failure,
) -> Result<Settled, StoreError> {
    let rows = on!(db, c => diesel::update(t::table.find(lease.id))
        .filter(t::state.eq(State::Leased.word()).and(t::fence.eq(lease.fence)))
        .set((
            t::state.eq(state.word()),
            // Left as it is where there is no next attempt.
            next_attempt_at.map(|at| t::next_attempt_at.eq(stamp(at))),
            t::in_flight.eq(failure.doubt == Doubt::MayBeSent),
            t::last_error.eq(storable(&failure.error)),
            t::code.eq(failure.code),
            t::refused_recipient.eq(state == State::Dead && failure.concerns == Concerns::Recipient),
            t::lease_until.eq(None::<NaiveDateTime>),
            t::lease_owner.eq(None::<String>),
        ))
        .execute(c))?;
    Ok(Settled::by(rows))
}

/// Gives leases back untried, such as at shutdown; those in flight keep their mark.
pub fn give_back(db: &mut Db, leases: &[Lease]) -> Result<(), StoreError> {
    for lease in leases {
        on!(db, c => diesel::update(t::table.find(lease.id))
            .filter(t::state.eq(State::Leased.word()).and(t::fence.eq(lease.fence)))
            .set((
                t::state.eq(State::Queued.word()),
                t::lease_until.eq(None::<NaiveDateTime>),
                t::lease_owner.eq(None::<String>),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Whose leases are taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    /// Everybody's: the caller knows to be alone.
    Anybody,
    /// Those of a daemon that is dead for certain, by the name it signed them with.
    Named(&'a str),
}

/// Takes back the leases of a daemon that was killed. What was in flight keeps its mark. Returns how many there were.
pub fn take_over(db: &mut Db, owner: Owner<'_>) -> Result<usize, StoreError> {
    // Names hold neither `%` nor `_`.
    let pattern = match owner {
        Owner::Anybody => "%",
        Owner::Named(name) => name,
    };
    let leased = t::state.eq(State::Leased.word()).and(t::lease_owner.assume_not_null().like(pattern));
    let taken = on!(db, c => diesel::update(t::table.filter(leased))
        .set((
            t::state.eq(State::Queued.word()),
            t::lease_until.eq(None::<NaiveDateTime>),
            t::lease_owner.eq(None::<String>),
            t::fence.eq(t::fence + 1),
        ))
        .execute(c))?;
    Ok(taken)
}
