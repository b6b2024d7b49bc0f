//! Facts about this database, such as the desk it belongs to.
use diesel::prelude::*;

use super::{Db, StoreError, db::on, schema::meta as t};

/// The value of `key`.
pub fn get(db: &mut Db, key: &str) -> Result<Option<String>, StoreError> {
    Ok(on!(db, c => t::table.find(key).select(t::value).get_result(c).optional())?)
}

/// Sets `key`, replacing what was there.
pub fn set(db: &mut Db, key: &str, value: &str) -> Result<(), StoreError> {
    on!(db, c => diesel::insert_into(t::table)
        .values((t::key.eq(key), t::value.eq(value)))
        .on_conflict(t::key)
        .do_update()
        .set(t::value.eq(value))
        .execute(c))?;
    Ok(())
}

/// Sets `key` unless it is set, and returns what it then is: the first value given wins for good.
pub fn settle(db: &mut Db, key: &str, value: &str) -> Result<String, StoreError> {
    on!(db, c => diesel::insert_into(t::table)
        .values((t::key.eq(key), t::value.eq(value)))
        .on_conflict(t::key)
        .do_nothing()
        .execute(c))?;
    get(db, key)?.ok_or_else(|| StoreError::Corrupt("a fact vanished while it was set".to_owned()))
}
