//! Alarms: a cause is told once when it comes and once when it is over.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    schema::alarms as t,
    text::storable,
    time::{moment, stamp},
};
use crate::domain::Timestamp;

/// An alarm, standing or over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Stable key of the cause.
    pub cause: String,
    /// What happened and what to do, for the operator.
    pub detail: String,
    /// When it came.
    pub raised_at: Timestamp,
    /// When it was over; none while it stands.
    pub over_at: Option<Timestamp>,
    /// How often it was raised while standing.
    pub times: i64,
}

/// Whether a cause was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raised {
    /// It was: tell.
    First,
    /// It stands already.
    Again,
}

/// Whether a cause was standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleared {
    /// It was: tell that it is over.
    WasRaised,
    /// There was nothing to clear.
    WasQuiet,
}

/// Which half of an alarm has been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// That it came.
    Raised,
    /// That it is over.
    Over,
}

/// Raises the alarm of `cause`. Call it in a transaction.
pub fn raise(db: &mut Db, cause: &str, detail: &str, now: Timestamp) -> Result<Raised, StoreError> {
    let again = on!(db, c => diesel::update(t::table.find(cause).filter(t::over_at.is_null()))
        .set((t::times.eq(t::times + 1), t::detail.eq(storable(detail))))
        .execute(c))?;
    if again == 1 {
        return Ok(Raised::Again);
    }
    let fresh = (
        t::detail.eq(storable(detail)),
        t::raised_at.eq(stamp(now)),
        t::over_at.eq(None::<NaiveDateTime>),
        t::times.eq(1_i64),
        t::told_raised.eq(false),
        t::told_over.eq(false),
    );
    on!(db, c => diesel::insert_into(t::table)
        .values((t::cause.eq(cause), fresh.clone()))
        .on_conflict(t::cause)
        .do_update()
        .set(fresh)
        .execute(c))?;
    Ok(Raised::First)
}

/// Ends the alarm of `cause`.
pub fn clear(db: &mut Db, cause: &str, now: Timestamp) -> Result<Cleared, StoreError> {
    let ended = on!(db, c => diesel::update(t::table.find(cause).filter(t::over_at.is_null()))
        .set(t::over_at.eq(stamp(now)))
        .execute(c))?;
    Ok(if ended == 1 { Cleared::WasRaised } else { Cleared::WasQuiet })
}

/// Remembers that the operator was told.
pub fn told(db: &mut Db, cause: &str, half: Told) -> Result<(), StoreError> {
    match half {
        Told::Raised => {
            on!(db, c => diesel::update(t::table.find(cause)).set(t::told_raised.eq(true)).execute(c))
        }
        Told::Over => {
            on!(db, c => diesel::update(t::table.find(cause)).set(t::told_over.eq(true)).execute(c))
        }
    }?;
    Ok(())
}

/// What the operator has not been told yet: `Over` only where `Raised` was told before.
pub fn untold(db: &mut Db) -> Result<Vec<(Alarm, Told)>, StoreError> {
    let pending = t::told_raised
        .eq(false)
        .and(t::over_at.is_null())
        .or(t::told_raised.eq(true).and(t::told_over.eq(false)).and(t::over_at.is_not_null()));
    let rows = on!(db, c => t::table
        .filter(pending)
        .order(t::raised_at)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|row: Row| {
            let half = if row.over_at.is_some() { Told::Over } else { Told::Raised };
            (row.into_alarm(), half)
        })
        .collect())
}

/// The alarms that stand, oldest first.
pub fn standing(db: &mut Db) -> Result<Vec<Alarm>, StoreError> {
    let rows = on!(db, c => t::table
        .filter(t::over_at.is_null())
        .order(t::raised_at)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Row::into_alarm).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    cause: String,
    detail: String,
    raised_at: NaiveDateTime,
    over_at: Option<NaiveDateTime>,
    times: i64,
}

impl Row {
    fn into_alarm(self) -> Alarm {
        Alarm {
            cause: self.cause,
            detail: self.detail,
            raised_at: moment(self.raised_at),
            over_at: self.over_at.map(moment),
            times: self.times,
        }
    }
}
