//! Where mail was taken from, and what remains to be done with it there.
use diesel::prelude::*;

use super::{Age, MOST_BINDS, Packed, Stored, store};
use crate::{
    crash::{self, Point},
    domain::Timestamp,
    store::{Db, StoreError, db::on, schema::taken},
};

worded! {
    /// What remains to be done with a mail on its server.
    pub enum Server {
        /// It has still to be flagged or moved.
        Pending = "pending",
        /// Nothing.
        Done = "done",
    }
}

/// The folder that mail from files counts as; no server has one of that name.
pub const FROM_FILES: &str = "(import)";

/// One mail as a server gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its UID in the folder.
    pub uid: u32,
    /// Its bytes.
    pub raw: Packed,
    /// When it arrived at the server (INTERNALDATE).
    pub received_at: Timestamp,
    /// Whether it arrived before the desk took over.
    pub age: Age,
}

/// Stores a batch and where it came from, in one transaction and in the order given.
pub fn take_batch(
    db: &mut Db,
    mailbox: &str,
    folder: &str,
    uid_validity: u32,
    batch: &[Taken],
) -> Result<Vec<Stored>, StoreError> {
    db.tx(|db| {
        batch
            .iter()
            .map(|one| {
                crash::before(Point::InboxRaw);
                let stored = store(db, &one.raw, one.received_at, one.age)?;
                crash::after(Point::InboxRaw);
                on!(db, c => diesel::insert_into(taken::table)
                    .values((
                        taken::mailbox.eq(mailbox),
                        taken::folder.eq(folder),
                        taken::uid_validity.eq(i64::from(uid_validity)),
                        taken::uid.eq(i64::from(one.uid)),
                        taken::mail.eq(stored.mail),
                        taken::server.eq(Server::Pending.word()),
                    ))
                    .on_conflict_do_nothing()
                    .execute(c))?;
                Ok(stored)
            })
            .collect()
    })
}

/// UIDs of this epoch within `range` that were taken, ascending.
pub fn known_uids(
    db: &mut Db,
    mailbox: &str,
    folder: &str,
    uid_validity: u32,
    range: std::ops::RangeInclusive<u32>,
) -> Result<Vec<u32>, StoreError> {
    let uids: Vec<i64> = on!(db, c => taken::table
        .filter(taken::mailbox.eq(mailbox).and(taken::folder.eq(folder)))
        .filter(taken::uid_validity.eq(i64::from(uid_validity)))
        .filter(taken::uid.between(i64::from(*range.start()), i64::from(*range.end())))
        .order(taken::uid)
        .select(taken::uid)
        .load(c))?;
    uids.into_iter().map(|uid| Ok(u32::try_from(uid)?)).collect()
}

/// UIDs of this epoch that have still to be flagged or moved, ascending, at most `limit`.
pub fn pending_server_actions(
    db: &mut Db,
    mailbox: &str,
    folder: &str,
    uid_validity: u32,
    limit: i64,
) -> Result<Vec<u32>, StoreError> {
    let uids: Vec<i64> = on!(db, c => taken::table
        .filter(taken::mailbox.eq(mailbox).and(taken::folder.eq(folder)))
        .filter(taken::uid_validity.eq(i64::from(uid_validity)))
        .filter(taken::server.eq(Server::Pending.word()))
        .order(taken::uid)
        .limit(limit)
        .select(taken::uid)
        .load(c))?;
    uids.into_iter().map(|uid| Ok(u32::try_from(uid)?)).collect()
}

/// The server has flagged or moved these UIDs, or they are gone from it.
pub fn server_action_done(
    db: &mut Db,
    mailbox: &str,
    folder: &str,
    uid_validity: u32,
    uids: &[u32],
) -> Result<(), StoreError> {
    let uids: Vec<i64> = uids.iter().copied().map(i64::from).collect();
    for some in uids.chunks(MOST_BINDS) {
        on!(db, c => diesel::update(taken::table)
            .filter(taken::mailbox.eq(mailbox).and(taken::folder.eq(folder)))
            .filter(taken::uid_validity.eq(i64::from(uid_validity)))
            .filter(taken::uid.eq_any(some))
            .set(taken::server.eq(Server::Done.word()))
            .execute(c))?;
    }
    Ok(())
}
