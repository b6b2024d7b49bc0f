//! Whose turn it is: waiting mail is taken fairly by sender, and the desk's own time before the past.
//!
//! A mail's turn is one after the last waiting one of the same sender, and not before the turn that is being served.
//! So whoever sends one mail waits for one mail of everybody else who waits, and not for all thousands of one of
//! them. Mails of one sender keep their order.
use diesel::prelude::*;

use super::{Age, MailRow, Row, Status};
use crate::store::{Db, StoreError, db::on, schema::mails as t};

/// The turn of a mail that is about to be stored.
pub(super) fn turn_of(db: &mut Db, queue: &str, age: Age) -> Result<i64, StoreError> {
    let waiting = || t::table.filter(t::status.eq(Status::New.word()).and(t::past.eq(age == Age::Past)));
    let last: Option<i64> =
        on!(db, c => waiting().filter(t::queue.eq(queue)).select(diesel::dsl::max(t::turn)).get_result(c))?;
    let served: Option<i64> = on!(db, c => waiting().select(diesel::dsl::min(t::turn)).get_result(c))?;
    let next = last.map_or(0, |last| last.saturating_add(1));
    Ok(next.max(served.unwrap_or(0)))
}

/// The mails that are not understood yet and whose turn is next, at most `limit`: those of the desk's own time before
/// those of the past.
pub fn next_new(db: &mut Db, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::status.eq(Status::New.word()))
        .order((t::past, t::turn, t::id))
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_mail).collect()
}
