//! Whose mail is held and whose never is, as people have said it by mail or on the command line. The lists of the
//! configuration stand beside it; which of the two counts where they differ is decided by the desk.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    schema::senders as t,
    text::{key, storable},
    time::{moment, stamp},
};
use crate::domain::Timestamp;

worded! {
    /// What was said of a sender.
    pub enum Standing {
        /// Its mail is held, and no digest names it.
        Blocked = "blocked",
        /// Its mail is never held for its sender or its authentication.
        Allowed = "allowed",
    }
}

/// A sender of whom something was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// An address, or `@domain`; lower case.
    pub whom: String,
    /// What was said.
    pub standing: Standing,
    /// Who said it: the address of a member of staff, or `operator`.
    pub set_by: String,
    /// When.
    pub set_at: Timestamp,
}

/// Says what `whom` (an address or `@domain`, any case) is from now on; it replaces what was said before.
pub fn set(
    db: &mut Db,
    whom: &str,
    standing: Standing,
    set_by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let said = (t::standing.eq(standing.word()), t::set_by.eq(storable(set_by)), t::set_at.eq(stamp(now)));
    on!(db, c => diesel::insert_into(t::table)
        .values((t::whom.eq(key(whom)), said.clone()))
        .on_conflict(t::whom)
        .do_update()
        .set(said)
        .execute(c))?;
    Ok(())
}

/// Forgets what was said of `whom`; returns whether anything was.
pub fn forget(db: &mut Db, whom: &str) -> Result<bool, StoreError> {
    Ok(on!(db, c => diesel::delete(t::table.find(key(whom))).execute(c))? > 0)
}

/// What was said of any of `names` (addresses or `@domain`s, any case). Callers bound their number.
pub fn of(db: &mut Db, names: &[String]) -> Result<Vec<Sender>, StoreError> {
    let names: Vec<String> = names.iter().map(|name| key(name)).collect();
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::whom.eq_any(&names))
        .order(t::whom)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_sender).collect()
}

/// Everybody of whom something was said, by name, at most `limit`.
pub fn list(db: &mut Db, limit: i64) -> Result<Vec<Sender>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table.order(t::whom).limit(limit).select(Row::as_select()).load(c))?;
    rows.into_iter().map(Row::into_sender).collect()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    whom: String,
    standing: String,
    set_by: String,
    set_at: NaiveDateTime,
}

impl Row {
    fn into_sender(self) -> Result<Sender, StoreError> {
        Ok(Sender {
            whom: self.whom,
            standing: self.standing.parse()?,
            set_by: self.set_by,
            set_at: moment(self.set_at),
        })
    }
}
