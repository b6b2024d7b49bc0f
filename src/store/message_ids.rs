//! Message-IDs that we hold: of our mail, of mail to us, and those that mail to us refers to.
//!
//! One id may stand for several disputes, since anybody can write any id; placing decides what that means.
use diesel::prelude::*;

use super::{Db, StoreError, db::on, schema::message_ids as t, text::storable};
use crate::domain::dispute::Number;

worded! {
    /// How we came to hold an id.
    pub enum Role {
        /// We wrote it.
        Own = "own",
        /// A mail to us has it.
        Theirs = "theirs",
        /// A mail to us refers to it.
        Referred = "referred",
    }
}

/// An id that we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The id, without angle brackets.
    pub id: String,
    /// The dispute it belongs to.
    pub dispute: Number,
    /// How we came to hold it.
    pub role: Role,
    /// The mail it came with; none for our own.
    pub mail: Option<i64>,
    /// Author of the mail it came with; none for our own.
    pub sender: Option<String>,
}

/// An id to hold.
#[derive(Debug, Clone, Copy)]
pub struct NewId<'a> {
    /// The id, without angle brackets.
    pub id: &'a str,
    /// The dispute it belongs to.
    pub dispute: Number,
    /// How we came to hold it.
    pub role: Role,
    /// The mail it came with.
    pub mail: Option<i64>,
    /// Author of the mail it came with.
    pub sender: Option<&'a str>,
}

/// Holds an id; the first of the same id, dispute and role is kept.
pub fn remember(db: &mut Db, new: &NewId<'_>) -> Result<(), StoreError> {
    on!(db, c => diesel::insert_into(t::table)
        .values((
            t::message_id.eq(storable(new.id)),
            t::dispute.eq(new.dispute.0),
            t::role.eq(new.role.word()),
            t::mail.eq(new.mail),
            t::sender.eq(new.sender.map(storable)),
        ))
        .on_conflict((t::message_id, t::dispute, t::role))
        .do_nothing()
        .execute(c))?;
    Ok(())
}

/// What one lookup returns at most: an id that very many mails name says nothing about any of them.
const MOST_HELD: i64 = 400;

/// What we hold of `ids`, oldest first, at most some hundred rows. Callers bound the number of ids.
pub fn lookup(db: &mut Db, ids: &[String]) -> Result<Vec<Held>, StoreError> {
    let ids: Vec<String> = ids.iter().map(|id| storable(id)).collect();
    let rows = on!(db, c => t::table
        .filter(t::message_id.eq_any(&ids))
        .order(t::id)
        .limit(MOST_HELD)
        .select((t::message_id, t::dispute, t::role, t::mail, t::sender))
        .load::<(String, i64, String, Option<i64>, Option<String>)>(c))?;
    rows.into_iter()
        .map(|(id, dispute, role, mail, sender)| {
            Ok(Held { id, dispute: Number(dispute), role: role.parse()?, mail, sender })
        })
        .collect()
}

/// Ids of the latest mails that `sender` wrote in a dispute, newest first, at most `limit`.
pub fn latest_of(db: &mut Db, dispute: Number, sender: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    Ok(on!(db, c => t::table
        .filter(t::dispute.eq(dispute.0).and(t::role.eq(Role::Theirs.word())).and(t::sender.eq(storable(sender))))
        .order(t::id.desc())
        .limit(limit)
        .select(t::message_id)
        .load(c))?)
}

/// The ids of a dispute, oldest first, at most `limit`; for the References of its next mail.
pub fn of(db: &mut Db, dispute: Number, limit: i64) -> Result<Vec<Held>, StoreError> {
    let rows = on!(db, c => t::table
        .filter(t::dispute.eq(dispute.0))
        .order(t::id)
        .limit(limit)
        .select((t::message_id, t::role, t::mail, t::sender))
        .load::<(String, String, Option<i64>, Option<String>)>(c))?;
    rows.into_iter()
        .map(|(id, role, mail, sender)| Ok(Held { id, dispute, role: role.parse()?, mail, sender }))
        .collect()
}

/// The ids of one dispute become those of another, into which it was merged. Call it in a transaction.
pub fn move_ids(db: &mut Db, from: Number, to: Number) -> Result<(), StoreError> {
    let held = of(db, from, i64::MAX)?;
    forget(db, from)?;
    for one in &held {
        let sender = one.sender.as_deref();
        remember(db, &NewId { id: &one.id, dispute: to, role: one.role, mail: one.mail, sender })?;
    }
    Ok(())
}

/// Forgets the ids of a dispute; returns how many.
pub fn forget(db: &mut Db, dispute: Number) -> Result<usize, StoreError> {
    Ok(on!(db, c => diesel::delete(t::table.filter(t::dispute.eq(dispute.0))).execute(c))?)
}
