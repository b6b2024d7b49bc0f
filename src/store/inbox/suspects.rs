//! Mail that is held as suspect: what a digest has still to name, and what its readers decide about a sender.
use diesel::prelude::*;

use super::{MailRow, Row, Status};
use crate::{
    domain::Timestamp,
    store::{Db, StoreError, db::on, schema::mails as t, text::storable, time::stamp},
};

/// Rule under which mail of a blocked sender is held: no digest names it.
const BLOCKED: &str = "blocked";

/// Suspect mails of the desk's own time that no digest has named, the newest first, at most `limit`. Those of blocked
/// senders are not among them, nor is the past.
pub fn untold(db: &mut Db, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::status.eq(Status::Held.word()).and(t::told_at.is_null()))
        .filter(t::past.eq(false).and(t::rule.is_null().or(t::rule.ne(BLOCKED))))
        .order(t::id.desc())
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_mail).collect()
}

/// A digest has named this mail.
pub fn told(db: &mut Db, mail: i64, now: Timestamp) -> Result<(), StoreError> {
    on!(db, c => diesel::update(t::table.find(mail)).set(t::told_at.eq(stamp(now))).execute(c))?;
    Ok(())
}

/// Suspect mails that wait, as numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Those that no digest has named yet, without the past and blocked senders.
    pub untold: i64,
    /// Those that a digest named and nobody has decided about.
    pub named: i64,
    /// Those of blocked senders since a moment.
    pub blocked: i64,
    /// Those from before the desk began.
    pub past: i64,
}

/// Counts the suspect mails that wait, those of blocked senders since `since`.
pub fn waiting(db: &mut Db, since: Timestamp) -> Result<Waiting, StoreError> {
    let held = || t::table.filter(t::status.eq(Status::Held.word()));
    let blocked = held().filter(t::rule.eq(BLOCKED).and(t::received_at.ge(stamp(since))));
    let named = held().filter(t::told_at.is_not_null().and(t::rule.is_null().or(t::rule.ne(BLOCKED))));
    let past = held().filter(t::past.eq(true).and(t::rule.is_null().or(t::rule.ne(BLOCKED))));
    let untold = held()
        .filter(t::told_at.is_null().and(t::past.eq(false)))
        .filter(t::rule.is_null().or(t::rule.ne(BLOCKED)));
    Ok(Waiting {
        untold: on!(db, c => untold.count().get_result(c))?,
        named: on!(db, c => named.count().get_result(c))?,
        blocked: on!(db, c => blocked.count().get_result(c))?,
        past: on!(db, c => past.count().get_result(c))?,
    })
}

/// The held mails of one sender, in order of arrival, at most `limit`.
pub fn held_of(db: &mut Db, sender: &str, limit: i64) -> Result<Vec<i64>, StoreError> {
    let sender = storable(sender);
    // In the words of the index, its condition included, or it is not used. SQLite folds ASCII alone, and PostgreSQL
    // does so under this collation.
    let held = match db {
        Db::Sqlite(_) => "status = 'held' AND lower(sender) = ",
        Db::Pg(_) => "status = 'held' AND lower(sender COLLATE \"C\") = ",
    };
    let written = diesel::dsl::sql::<diesel::sql_types::Bool>(held)
        .bind::<diesel::sql_types::Text, _>(sender.to_ascii_lowercase());
    Ok(on!(db, c => t::table
        .filter(written)
        .order(t::id)
        .limit(limit)
        .select(t::id)
        .load(c))?)
}
