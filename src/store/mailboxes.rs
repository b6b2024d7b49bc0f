//! The mailboxes that feed the desk: who works them, from where, and when they last answered.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    restored,
    schema::mailboxes as t,
    text::storable,
    time::{moment, stamp},
};
use crate::domain::Timestamp;

/// One folder of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Name of the mailbox.
    pub mailbox: String,
    /// The folder that is read.
    pub folder: String,
    /// Id of the desk that works it.
    pub desk: String,
    /// When it was first claimed: what arrived before is the past.
    pub started_at: Timestamp,
    /// Validity of the UIDs below; none before the first contact.
    pub uid_validity: Option<u32>,
    /// When the database was put back from an older copy: what arrived before may have been acted on.
    pub restored_at: Option<Timestamp>,
    /// UIDs below this are the past; 0 says that what is past is told by its date instead.
    pub start_uid: u32,
    /// News is looked for from this UID on. What lies below is settled, or looked through in this session.
    pub low_uid: u32,
    /// When the server last answered.
    pub last_contact: Option<Timestamp>,
    /// What went wrong since.
    pub last_error: Option<String>,
}

/// Whose a mailbox is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This desk's.
    Ours(Mailbox),
    /// Another desk's, by its id: keep off.
    Theirs(String),
}

/// Claims a folder for `desk`, or finds that another has it. Call it in a transaction.
pub fn claim(
    db: &mut Db,
    mailbox: &str,
    folder: &str,
    desk: &str,
    now: Timestamp,
) -> Result<Claim, StoreError> {
    on!(db, c => diesel::insert_into(t::table)
        .values((
            t::mailbox.eq(mailbox),
            t::folder.eq(folder),
            t::desk.eq(desk),
            t::started_at.eq(stamp(now)),
            t::start_uid.eq(1_i64),
            t::low_uid.eq(1_i64),
        ))
        .on_conflict((t::mailbox, t::folder))
        .do_nothing()
        .execute(c))?;
    let row = on!(db, c => t::table.find((mailbox, folder)).select(Row::as_select()).get_result(c))?;
    let found = row.into_mailbox(restored::at(db)?)?;
    Ok(if found.desk == desk { Claim::Ours(found) } else { Claim::Theirs(found.desk) })
}

/// Starts a new epoch: new validity; what is below `start_uid` is the past, and news begins at `low_uid`.
pub fn begin_epoch(
    db: &mut Db,
    mailbox: &str,
    folder: &str,
    uid_validity: u32,
    start_uid: u32,
    low_uid: u32,
) -> Result<(), StoreError> {
    let (validity, start, low) = (i64::from(uid_validity), i64::from(start_uid), i64::from(low_uid));
    on!(db, c => diesel::update(t::table.find((mailbox, folder)))
        .set((t::uid_validity.eq(validity), t::start_uid.eq(start), t::low_uid.eq(low)))
        .execute(c))?;
    Ok(())
}

/// Moves the cursor: news is looked for from `low_uid` on. It never goes back within an epoch.
pub fn advance(db: &mut Db, mailbox: &str, folder: &str, low_uid: u32) -> Result<(), StoreError> {
    let low = i64::from(low_uid);
    on!(db, c => diesel::update(t::table.find((mailbox, folder)).filter(t::low_uid.lt(low)))
        .set(t::low_uid.eq(low))
        .execute(c))?;
    Ok(())
}

/// The server answered.
pub fn contact(db: &mut Db, mailbox: &str, folder: &str, now: Timestamp) -> Result<(), StoreError> {
    on!(db, c => diesel::update(t::table.find((mailbox, folder)))
        .set((t::last_contact.eq(stamp(now)), t::last_error.eq(None::<String>)))
        .execute(c))?;
    Ok(())
}

/// Something went wrong; `error` must hold no secret.
pub fn trouble(db: &mut Db, mailbox: &str, folder: &str, error: &str) -> Result<(), StoreError> {
    on!(db, c => diesel::update(t::table.find((mailbox, folder)))
        .set(t::last_error.eq(storable(error)))
        .execute(c))?;
    Ok(())
}

/// All of them, by name.
pub fn list(db: &mut Db) -> Result<Vec<Mailbox>, StoreError> {
    let rows: Vec<Row> =
        on!(db, c => t::table.order((t::mailbox, t::folder)).select(Row::as_select()).load(c))?;
    let restored_at = restored::at(db)?;
    rows.into_iter().map(|row| row.into_mailbox(restored_at)).collect()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    mailbox: String,
    folder: String,
    desk: String,
    started_at: NaiveDateTime,
    uid_validity: Option<i64>,
    start_uid: i64,
    low_uid: i64,
    last_contact: Option<NaiveDateTime>,
    last_error: Option<String>,
}

impl Row {
    fn into_mailbox(self, restored_at: Option<Timestamp>) -> Result<Mailbox, StoreError> {
        Ok(Mailbox {
            mailbox: self.mailbox,
            folder: self.folder,
            desk: self.desk,
            started_at: moment(self.started_at),
            restored_at,
            uid_validity: self.uid_validity.map(u32::try_from).transpose()?,
            start_uid: u32::try_from(self.start_uid)?,
            low_uid: u32::try_from(self.low_uid)?,
            last_contact: self.last_contact.map(moment),
            last_error: self.last_error,
        })
    }
}
