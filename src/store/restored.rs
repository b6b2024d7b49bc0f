//! What a database that was put back from an older copy must not do again.
//!
//! Between the copy and the restore the desk went on: it answered mail, sent letters, gave out numbers, asked
//! questions. The copy knows nothing of it. So what it would do about that time is not done by itself:
//!
//! - letters that waited then may have been sent since: they are held for an operator;
//! - mail that waited then, or that comes again from a server and is older than the restore, is the past, which is
//!   never acknowledged and whose agents' commands do not run again;
//! - letters to customers that follow from dates of that time are written, and held;
//! - numbers and serials of questions that were given out then are not given out for anything else.
//!
//! Deliberately absent: guessing what happened in that time. What nobody can know is shown to a person.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    inbox::Status,
    meta,
    outbox::{Audience, State},
    schema::{disputes, events, jobs, mails, outbox},
    time::{moment, stamp},
};
use crate::domain::{Timestamp, dispute::Number};

/// Key of the moment at which a copy was made.
pub(super) const COPIED: &str = "copied at";
/// Key of the moment at which a copy was put back.
const RESTORED: &str = "restored at";
/// Key of the first number that may be given out.
const NUMBERS_FROM: &str = "numbers from";
/// So many disputes may have been opened on each day that the copy does not know of.
const NUMBERS_A_DAY: i64 = 1_000;
/// So many questions may have been asked in one dispute since the copy.
const QUESTIONS: i64 = 1_000;

/// What a restore found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// When the copy was made, as far as it can tell.
    pub copied_at: Timestamp,
    /// Letters that are held now, since they may have been sent.
    pub held: usize,
    /// Mails that waited and are the past now.
    pub past: usize,
    /// The first number that is given out from now on.
    pub next: Number,
}

/// Marks a database as restored at `now`. `highest` is the last number that is known to have been given out.
pub fn mark(db: &mut Db, now: Timestamp, highest: Option<i64>) -> Result<Marked, StoreError> {
    db.tx(|db| {
        let copied_at = copied_at(db)?.min(now);
        let held = hold_waiting(db, now, copied_at)?;
        let past = on!(db, c => diesel::update(mails::table.filter(mails::status.eq(Status::New.word())))
            .set(mails::past.eq(true))
            .execute(c))?;
        on!(db, c => diesel::update(disputes::table)
            .set(disputes::questions_asked.eq(disputes::questions_asked + QUESTIONS))
            .execute(c))?;
        // What the jobs of that time wrote was written; the next run is the next one.
        on!(db, c => diesel::update(jobs::table).set(jobs::ran_at.eq(stamp(now))).execute(c))?;
        let days = (now - copied_at).num_days() + 1;
        let last = self::highest(db)?.max(highest);
        let guess = if highest.is_some() { 1 } else { days.saturating_mul(NUMBERS_A_DAY) };
        let next = Number(last.unwrap_or(0).saturating_add(guess));
        meta::set(db, NUMBERS_FROM, &next.0.to_string())?;
        meta::set(db, RESTORED, &now.to_rfc3339())?;
        Ok(Marked { copied_at, held, past, next })
    })
}

/// When the copy was made: the moment it was marked with, or the last thing it knows of.
fn copied_at(db: &mut Db) -> Result<Timestamp, StoreError> {
    let marked = read(db, COPIED)?;
    let newest: Option<NaiveDateTime> =
        on!(db, c => events::table.select(diesel::dsl::max(events::at)).get_result(c))?;
    Ok(marked.max(newest.map(moment)).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// Letters that were to leave by now: no copy can tell whether they did.
fn hold_waiting(db: &mut Db, now: Timestamp, copied_at: Timestamp) -> Result<usize, StoreError> {
    let waiting = [State::Queued.word(), State::Leased.word(), State::Held.word()];
    let why = format!("may have been sent between {} and {}", stamp(copied_at), stamp(now));
    Ok(on!(db, c => diesel::update(outbox::table)
        .filter(outbox::state.eq_any(waiting).and(outbox::leave_at.le(stamp(now))))
        .set((
            outbox::state.eq(State::Held.word()),
            outbox::in_flight.eq(true),
            outbox::last_error.eq(why),
            outbox::lease_until.eq(None::<NaiveDateTime>),
            outbox::lease_owner.eq(None::<String>),
            outbox::fence.eq(outbox::fence + 1),
        ))
        .execute(c))?)
}

/// The highest number that was given out, or may have been by a database that is lost.
pub(super) fn highest(db: &mut Db) -> Result<Option<i64>, StoreError> {
    let last = on!(db, c => disputes::table.select(diesel::dsl::max(disputes::number)).get_result(c))?;
    let from: Option<i64> = meta::get(db, NUMBERS_FROM)?.and_then(|text| text.parse().ok());
    Ok(from.map(|from| from - 1).max(last))
}

/// When this database was put back from an older copy, if it ever was.
pub fn at(db: &mut Db) -> Result<Option<Timestamp>, StoreError> {
    read(db, RESTORED)
}

fn read(db: &mut Db, key: &str) -> Result<Option<Timestamp>, StoreError> {
    let unreadable = |_| StoreError::Corrupt(format!("the moment “{key}” cannot be read"));
    meta::get(db, key)?.map(|text| text.parse().map_err(unreadable)).transpose()
}

/// Runs `f`, and holds the letters to customers that it writes if what it is about was `due` before the restore:
/// the same may have been written then. Call it in a transaction.
pub fn holding<T, E: From<StoreError>>(
    db: &mut Db,
    due: Timestamp,
    f: impl FnOnce(&mut Db) -> Result<T, E>,
) -> Result<T, E> {
    if at(db)?.is_none_or(|restored| due > restored) {
        return f(db);
    }
    let last = |db: &mut Db| -> Result<i64, StoreError> {
        let last: Option<i64> =
            on!(db, c => outbox::table.select(diesel::dsl::max(outbox::id)).get_result(c))?;
        Ok(last.unwrap_or(0))
    };
    let before = last(db)?;
    let done = f(db)?;
    let why = "the database was restored: the same may have been sent before";
    let written = outbox::state
        .eq(State::Queued.word())
        .and(outbox::id.gt(before))
        .and(outbox::audience.eq(Audience::Customer.word()));
    let hold = |db: &mut Db| -> Result<usize, StoreError> {
        Ok(on!(db, c => diesel::update(outbox::table.filter(written))
            .set((outbox::state.eq(State::Held.word()), outbox::last_error.eq(why)))
            .execute(c))?)
    };
    hold(db)?;
    Ok(done)
}
