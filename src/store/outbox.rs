//! Mail to be sent: its final bytes, and how far sending has come.
//!
//! A row is leased, marked in flight before the first byte that the server could take for a mail, and settled
//! after the server's answer. A row that is found in flight may have been sent: it is sent again with the same
//! bytes and the same Message-ID, and may not be cancelled any more. The fence number, which grows with each
//! lease, keeps a worker that overslept its lease from settling what another has taken over.
use chrono::{NaiveDateTime, TimeDelta};
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
use crate::domain::{Timestamp, dispute::Number, worded};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// It does, at its moment.
    Open,
    /// It waits for an operator (shadow mode).
    Held,
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
}

/// A mail that a worker has for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// The mail; [`Letter::in_flight`] says whether an earlier attempt may have reached the server.
    pub letter: Letter,
    /// Its final bytes.
    pub bytes: Vec<u8>,
}

/// Writes a mail, and holds its Message-ID where it has a dispute. Call it in the transaction of the decision.
pub fn insert(db: &mut Db, new: &NewOutbox, now: Timestamp) -> Result<Once, StoreError> {
    let state = match new.gate {
        Gate::Open => State::Queued,
        Gate::Held => State::Held,
    };
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
                t::bytes.eq(&new.bytes),
                t::size.eq(i64::try_from(new.bytes.len())?),
                t::state.eq(state.word()),
                t::leave_at.eq(stamp(new.leave_at)),
                t::next_attempt_at.eq(stamp(new.leave_at)),
            ),
            (t::attempts.eq(0_i64), t::fence.eq(0_i64), t::in_flight.eq(false), t::created_at.eq(stamp(now))),
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
    Ok(Once::New)
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
    let until = now.checked_add_signed(length).unwrap_or(Timestamp::MAX_UTC);
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
                t::lease_until.eq(stamp(until)),
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

/// Marks leased mails as in flight and counts the attempt; returns those that may be sent. Commit it before the
/// first byte goes out.
pub fn mark_in_flight(db: &mut Db, leases: &[Lease]) -> Result<Vec<Lease>, StoreError> {
    db.tx(|db| {
        let mut marked = Vec::with_capacity(leases.len());
        for lease in leases {
            let rows = on!(db, c => diesel::update(t::table.find(lease.id))
                .filter(t::state.eq(State::Leased.word()).and(t::fence.eq(lease.fence)))
                .set((t::in_flight.eq(true), t::attempts.eq(t::attempts + 1)))
                .execute(c))?;
            marked.extend((rows == 1).then_some(*lease));
        }
        Ok(marked)
    })
}

/// The server took it.
pub fn sent(db: &mut Db, lease: Lease, code: Option<i64>, now: Timestamp) -> Result<Settled, StoreError> {
    let rows = on!(db, c => diesel::update(t::table.find(lease.id))
        .filter(t::state.eq(State::Leased.word()).and(t::fence.eq(lease.fence)))
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

/// Lets held mails leave; returns how many.
pub fn release_held(db: &mut Db, which: Which) -> Result<usize, StoreError> {
    let (from, to) = which.range();
    Ok(on!(db, c => diesel::update(t::table)
        .filter(t::state.eq(State::Held.word()).and(t::id.between(from, to)))
        .set(t::state.eq(State::Queued.word()))
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

/// Queues dead mails again; returns how many.
pub fn resend(db: &mut Db, which: Which, now: Timestamp) -> Result<usize, StoreError> {
    let (from, to) = which.range();
    Ok(on!(db, c => diesel::update(t::table)
        .filter(t::state.eq(State::Dead.word()).and(t::id.between(from, to)))
        .set((
            t::state.eq(State::Queued.word()),
            t::next_attempt_at.eq(stamp(now)),
            t::attempts.eq(0_i64),
        ))
        .execute(c))?)
}

/// The mails of a state, oldest first, at most `limit`.
pub fn list(db: &mut Db, state: State, limit: i64) -> Result<Vec<Letter>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::state.eq(state.word()))
        .order(t::id)
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_letter).collect()
}

/// The mails of a dispute, oldest first.
pub fn of(db: &mut Db, dispute: Number) -> Result<Vec<Letter>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::dispute.eq(dispute.0))
        .order(t::id)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_letter).collect()
}

/// One mail.
pub fn load(db: &mut Db, id: i64) -> Result<Option<Letter>, StoreError> {
    let row: Option<Row> = on!(db, c => t::table.find(id).select(Row::as_select()).get_result(c).optional())?;
    row.map(Row::into_letter).transpose()
}

/// The mail with that Message-ID (without angle brackets), such as a bounce is about.
pub fn by_message_id(db: &mut Db, message_id: &str) -> Result<Option<Letter>, StoreError> {
    let row: Option<Row> = on!(db, c => t::table
        .filter(t::message_id.eq(storable(message_id)))
        .select(Row::as_select())
        .get_result(c)
        .optional())?;
    row.map(Row::into_letter).transpose()
}

/// The mail of that effect key.
pub fn by_key(db: &mut Db, key: &str) -> Result<Option<Letter>, StoreError> {
    let row: Option<Row> = on!(db, c => t::table
        .filter(t::key.eq(key))
        .select(Row::as_select())
        .get_result(c)
        .optional())?;
    row.map(Row::into_letter).transpose()
}

/// The final bytes of a mail; `None` once they are erased, or if there is no such mail.
pub fn bytes(db: &mut Db, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(on!(db, c => t::table.find(id).select(t::bytes).get_result(c).optional())?.flatten())
}

/// When the oldest mail that should have left, and has not, was to leave.
pub fn oldest_unsent(db: &mut Db, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let waiting = [State::Queued.word(), State::Leased.word()];
    let oldest: Option<NaiveDateTime> = on!(db, c => t::table
        .filter(t::state.eq_any(waiting).and(t::leave_at.le(stamp(now))))
        .select(diesel::dsl::min(t::leave_at))
        .get_result(c))?;
    Ok(oldest.map(moment))
}

/// When there is next something to lease: a mail whose moment comes, or a lease that runs out.
pub fn next_due(db: &mut Db) -> Result<Option<Timestamp>, StoreError> {
    let queued: Option<NaiveDateTime> = on!(db, c => t::table
        .filter(t::state.eq(State::Queued.word()))
        .select(diesel::dsl::min(t::next_attempt_at))
        .get_result(c))?;
    let leased: Option<NaiveDateTime> = on!(db, c => t::table
        .filter(t::state.eq(State::Leased.word()))
        .select(diesel::dsl::min(t::lease_until))
        .get_result(c))?;
    Ok(queued.into_iter().chain(leased).min().map(moment))
}

/// How many mails there are of each state; those without any are absent.
pub fn counts(db: &mut Db) -> Result<Vec<(State, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(db, c => t::table
        .group_by(t::state)
        .select((t::state, diesel::dsl::count_star()))
        .order(t::state)
        .load(c))?;
    rows.into_iter().map(|(state, count)| Ok((state.parse()?, count))).collect()
}

/// Whose mail is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// That of one address, in any case.
    Address(&'a str),
    /// That of one domain, in any case.
    Domain(&'a str),
    /// Everybody's.
    All,
}

/// How many letters whose template name starts with `letter` were written since `since`, cancelled ones left out;
/// for the budgets of acknowledgements.
pub fn count_letters_to(
    db: &mut Db,
    whose: Whose<'_>,
    letter: &str,
    since: Timestamp,
) -> Result<i64, StoreError> {
    // Template names hold neither `%` nor `_`.
    let pattern = format!("{letter}%");
    let since = stamp(since);
    Ok(on!(db, c => {
        let query = t::table
            .filter(t::created_at.ge(since).and(t::letter.like(pattern)))
            .filter(t::state.ne(State::Cancelled.word()))
            .into_boxed();
        let query = match whose {
            Whose::Address(address) => query.filter(t::recipient_key.eq(key(address))),
            Whose::Domain(domain) => query.filter(t::recipient_domain.eq(key(domain))),
            Whose::All => query,
        };
        query.count().get_result(c)
    })?)
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
        })
    }
}
