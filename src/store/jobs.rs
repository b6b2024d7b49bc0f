//! Jobs that repeat by the calendar. What has run is keyed by local date (or date and hour), so that a clock change
//! neither doubles nor skips a run.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    events::Once,
    schema::jobs as t,
    time::{moment, stamp},
};
use crate::domain::Timestamp;

/// The last run of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The local date, or date and time, it was due on, in a form that sorts, such as `2026-11-21T07:00`.
    pub ran_for: String,
    /// When it ran.
    pub ran_at: Timestamp,
}

/// The last run of the job `name`.
pub fn last(db: &mut Db, name: &str) -> Result<Option<Run>, StoreError> {
    let row = on!(db, c => t::table
        .find(name)
        .select((t::ran_for, t::ran_at))
        .get_result::<(String, NaiveDateTime)>(c)
        .optional())?;
    Ok(row.map(|(ran_for, ran_at)| Run { ran_for, ran_at: moment(ran_at) }))
}

/// Remembers that `name` ran for `ran_for`; [`Once::Repeated`] if it ran for that or a later one before. Call it
/// in the transaction that writes what the run causes.
pub fn run_once(db: &mut Db, name: &str, ran_for: &str, now: Timestamp) -> Result<Once, StoreError> {
    let ran_at = stamp(now);
    let first = on!(db, c => diesel::insert_into(t::table)
        .values((t::name.eq(name), t::ran_for.eq(ran_for), t::ran_at.eq(ran_at)))
        .on_conflict(t::name)
        .do_nothing()
        .execute(c))?;
    if first == 1 {
        return Ok(Once::New);
    }
    let before = last(db, name)?.map(|run| run.ran_for).unwrap_or_default();
    if before.as_str() >= ran_for {
        return Ok(Once::Repeated);
    }
    // Another daemon may have been faster: only the run that replaces what was read counts.
    let replaced = on!(db, c => diesel::update(t::table.find(name).filter(t::ran_for.eq(&before)))
        .set((t::ran_for.eq(ran_for), t::ran_at.eq(ran_at)))
        .execute(c))?;
    Ok(if replaced == 1 { Once::New } else { Once::Repeated })
}
