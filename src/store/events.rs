//! Keys of what has been handled, so that one event acts once.
use diesel::prelude::*;

use super::{Db, StoreError, db::on, schema::events as t, time::stamp};
use crate::domain::Timestamp;

/// Whether an event was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Once {
    /// It is: handle it, in this transaction.
    New,
    /// It was handled before.
    Repeated,
}

/// Remembers the event `key`. Call it in the transaction that writes what the event causes.
pub fn act_once(db: &mut Db, key: &str, now: Timestamp) -> Result<Once, StoreError> {
    let written = on!(db, c => diesel::insert_into(t::table)
        .values((t::key.eq(key), t::at.eq(stamp(now))))
        .on_conflict(t::key)
        .do_nothing()
        .execute(c))?;
    Ok(if written == 1 { Once::New } else { Once::Repeated })
}

/// When the event `key` was handled, if it was.
pub fn handled_at(db: &mut Db, key: &str) -> Result<Option<Timestamp>, StoreError> {
    let at = on!(db, c => t::table.find(key).select(t::at).get_result(c).optional())?;
    Ok(at.map(super::time::moment))
}
