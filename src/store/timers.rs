//! What falls due: at most one timer of a kind for each dispute.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    schema::timers as t,
    time::{moment, stamp},
};
use crate::domain::{
    Timestamp,
    decision::{TimerChange, TimerKind},
    dispute::Number,
};

/// A timer that is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Whose.
    pub dispute: Number,
    /// Which.
    pub kind: TimerKind,
    /// When.
    pub due_at: Timestamp,
}

/// Whether a timer was still what it was when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// It was, and is removed.
    Taken,
    /// It was moved, cancelled or taken by another.
    Stale,
}

/// Sets and removes the timers of a dispute, in order.
pub fn apply(db: &mut Db, dispute: Number, changes: &[TimerChange]) -> Result<(), StoreError> {
    for change in changes {
        match *change {
            TimerChange::Set(kind, due_at) => set(db, Timer { dispute, kind, due_at })?,
            TimerChange::Cancel(kind) => {
                on!(db, c => diesel::delete(t::table.find((dispute.0, kind.word()))).execute(c))?;
            }
        }
    }
    Ok(())
}

fn set(db: &mut Db, timer: Timer) -> Result<(), StoreError> {
    let due_at = stamp(timer.due_at);
    on!(db, c => diesel::insert_into(t::table)
        .values((t::dispute.eq(timer.dispute.0), t::kind.eq(timer.kind.word()), t::due_at.eq(due_at)))
        .on_conflict((t::dispute, t::kind))
        .do_update()
        .set(t::due_at.eq(due_at))
        .execute(c))?;
    Ok(())
}

/// What is due at `now`, longest due first, at most `limit`.
pub fn due(db: &mut Db, now: Timestamp, limit: i64) -> Result<Vec<Timer>, StoreError> {
    let rows = on!(db, c => t::table
        .filter(t::due_at.le(stamp(now)))
        .order((t::due_at, t::dispute, t::kind))
        .limit(limit)
        .load::<(i64, String, NaiveDateTime)>(c))?;
    rows.into_iter().map(read).collect()
}

/// What falls due next, whether its moment has come or not, at most `limit`.
pub fn next(db: &mut Db, limit: usize) -> Result<Vec<Timer>, StoreError> {
    let rows = on!(db, c => t::table
        .order((t::due_at, t::dispute, t::kind))
        .limit(i64::try_from(limit)?)
        .load::<(i64, String, NaiveDateTime)>(c))?;
    rows.into_iter().map(read).collect()
}

/// The timers of one dispute.
pub fn of(db: &mut Db, dispute: Number) -> Result<Vec<Timer>, StoreError> {
    let rows = on!(db, c => t::table
        .filter(t::dispute.eq(dispute.0))
        .order(t::due_at)
        .load::<(i64, String, NaiveDateTime)>(c))?;
    rows.into_iter().map(read).collect()
}

/// When the next timer falls due.
pub fn next_due(db: &mut Db) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<NaiveDateTime> =
        on!(db, c => t::table.select(diesel::dsl::min(t::due_at)).get_result(c))?;
    Ok(next.map(moment))
}

/// Removes `timer` if it is still set for that moment. Call it in the transaction that writes what it causes.
pub fn take(db: &mut Db, timer: &Timer) -> Result<Take, StoreError> {
    let removed = on!(db, c => diesel::delete(
        t::table
            .find((timer.dispute.0, timer.kind.word()))
            .filter(t::due_at.eq(stamp(timer.due_at))))
        .execute(c))?;
    Ok(if removed == 1 { Take::Taken } else { Take::Stale })
}

fn read((dispute, kind, due_at): (i64, String, NaiveDateTime)) -> Result<Timer, StoreError> {
    Ok(Timer { dispute: Number(dispute), kind: kind.parse()?, due_at: moment(due_at) })
}
