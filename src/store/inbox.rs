//! Mail that was taken: its raw bytes, what became of it, and where it came from.
//!
//! One mail is one row, told by the SHA-256 of its bytes; copies of it in other places are further rows of `taken`.
//! The bytes are stored before anything is done to the mail on the server, and before anybody tries to read them.
use std::io::{Read, Write};

use chrono::NaiveDateTime;
use diesel::prelude::*;
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use sha2::{Digest, Sha256};

use super::{
    Db, StoreError,
    db::on,
    message_ids::{self, NewId, Role},
    schema::{mails as t, taken},
    text::storable,
    time::{moment, stamp},
};
use crate::domain::{Timestamp, dispute::Number, worded};

worded! {
    /// What has become of a mail.
    pub enum Status {
        /// Taken, not understood yet.
        New = "new",
        /// Acted upon or filed.
        Done = "done",
        /// Suspect: waits for an operator.
        Held = "held",
        /// Could not be processed; kept with its bytes.
        Quarantined = "quarantined",
        /// A second delivery of a mail we have.
        Duplicate = "duplicate",
    }
}

worded! {
    /// What remains to be done with a mail on its server.
    pub enum Server {
        /// It has still to be flagged or moved.
        Pending = "pending",
        /// Nothing.
        Done = "done",
    }
}

/// The bytes of a mail, hashed and compressed before the database is asked for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    sha256: [u8; 32],
    size: i64,
    zlib: Vec<u8>,
}

impl Packed {
    /// Hashes and compresses `raw`.
    pub fn new(raw: &[u8]) -> Self {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(raw).expect("writing to memory does not fail");
        let zlib = encoder.finish().expect("writing to memory does not fail");
        let size = i64::try_from(raw.len()).unwrap_or(i64::MAX);
        Self { sha256: Sha256::digest(raw).into(), size, zlib }
    }

    /// SHA-256 of the bytes, the identity of the mail.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }
}

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

/// Whether a mail is part of the past that is never acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// It arrived in the desk's time.
    Current,
    /// It was there before.
    Past,
}

/// The row a mail was stored in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its id; ids grow in order of arrival.
    pub mail: i64,
    /// Whether these bytes had been seen before.
    pub seen: Seen,
}

/// Whether a mail's bytes had been seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Never.
    New,
    /// In this or another place.
    Before,
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
                let stored = store(db, &one.raw, one.received_at, one.age)?;
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

/// Stores one mail that comes from no folder, such as an imported file.
pub fn store(db: &mut Db, raw: &Packed, received_at: Timestamp, age: Age) -> Result<Stored, StoreError> {
    let inserted = on!(db, c => diesel::insert_into(t::table)
        .values((
            t::sha256.eq(raw.sha256.as_slice()),
            t::raw.eq(&raw.zlib),
            t::size.eq(raw.size),
            t::received_at.eq(stamp(received_at)),
            t::past.eq(age == Age::Past),
            t::status.eq(Status::New.word()),
            t::attempts.eq(0_i64),
            t::alone_attempts.eq(0_i64),
        ))
        .on_conflict(t::sha256)
        .do_nothing()
        .execute(c))?;
    let mail = on!(db, c => t::table
        .filter(t::sha256.eq(raw.sha256.as_slice()))
        .select(t::id)
        .get_result(c))?;
    Ok(Stored { mail, seen: if inserted == 1 { Seen::New } else { Seen::Before } })
}

/// UIDs of this epoch from `first` to `last` that were taken, ascending.
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

/// Values bound in one statement; SQLite allows 32 766.
const MOST_BINDS: usize = 1_000;

/// A mail without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Its id.
    pub id: i64,
    /// Size of its raw bytes.
    pub size: i64,
    /// When it arrived.
    pub received_at: Timestamp,
    /// What its Date header says.
    pub sent_at: Option<Timestamp>,
    /// Whether it is part of the past.
    pub age: Age,
    /// What has become of it.
    pub status: Status,
    /// Word of its fate.
    pub fate: Option<String>,
    /// Row of the decision table that gave the fate.
    pub rule: Option<String>,
    /// Why it is held or quarantined.
    pub reason: Option<String>,
    /// Its dispute.
    pub dispute: Option<Number>,
    /// Rule by which it came to its dispute.
    pub placed_by: Option<String>,
    /// Its Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// Address of its author.
    pub sender: Option<String>,
    /// How often it was tried.
    pub attempts: i64,
    /// How often it was tried alone.
    pub alone_attempts: i64,
    /// When an operator released it: it must not be held again.
    pub released_at: Option<Timestamp>,
}

/// The oldest mails that are not understood yet, at most `limit`.
pub fn next_new(db: &mut Db, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    list(db, Status::New, limit)
}

/// The mails of a status, in order of arrival, at most `limit`.
pub fn list(db: &mut Db, status: Status, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::status.eq(status.word()))
        .order(t::id)
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_mail).collect()
}

/// One mail without its bytes.
pub fn load(db: &mut Db, mail: i64) -> Result<Option<MailRow>, StoreError> {
    let row: Option<Row> =
        on!(db, c => t::table.find(mail).select(Row::as_select()).get_result(c).optional())?;
    row.map(Row::into_mail).transpose()
}

/// The mails of a dispute, in order of arrival.
pub fn mails_of(db: &mut Db, dispute: Number) -> Result<Vec<MailRow>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::dispute.eq(dispute.0))
        .order(t::id)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_mail).collect()
}

/// How many mails there are of each status; those without any are absent.
pub fn counts(db: &mut Db) -> Result<Vec<(Status, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(db, c => t::table
        .group_by(t::status)
        .select((t::status, diesel::dsl::count_star()))
        .order(t::status)
        .load(c))?;
    rows.into_iter().map(|(status, count)| Ok((status.parse()?, count))).collect()
}

/// The bytes of a mail as they came; `None` once they are erased, or if there is no such mail.
pub fn raw(db: &mut Db, mail: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Option<Vec<u8>>, i64)> =
        on!(db, c => t::table.find(mail).select((t::raw, t::size)).get_result(c).optional())?;
    let Some((Some(zlib), size)) = row else { return Ok(None) };
    let damaged = || StoreError::Corrupt(format!("the bytes of mail {mail} are damaged"));
    let expected = usize::try_from(size)?;
    let mut bytes = Vec::with_capacity(expected);
    // One byte more than expected, so that a longer text shows without being read to its end.
    let mut limited = ZlibDecoder::new(zlib.as_slice()).take(u64::try_from(size)?.saturating_add(1));
    limited.read_to_end(&mut bytes).map_err(|_| damaged())?;
    if bytes.len() == expected { Ok(Some(bytes)) } else { Err(damaged()) }
}

/// In which company a mail is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// Together with others: a crash proves nothing against it.
    Together,
    /// Alone: a crash counts.
    Alone,
}

/// Counts an attempt. Commit it before the mails are read, so that a crash is remembered.
pub fn count_attempt(db: &mut Db, mails: &[i64], company: Company) -> Result<(), StoreError> {
    let alone = i64::from(company == Company::Alone);
    for some in mails.chunks(MOST_BINDS) {
        on!(db, c => diesel::update(t::table.filter(t::id.eq_any(some)))
            .set((t::attempts.eq(t::attempts + 1), t::alone_attempts.eq(t::alone_attempts + alone)))
            .execute(c))?;
    }
    Ok(())
}

/// Forgets the attempts of mails that came to no harm but could not be filed, such as for a busy database.
pub fn forgive(db: &mut Db, mails: &[i64]) -> Result<(), StoreError> {
    for some in mails.chunks(MOST_BINDS) {
        on!(db, c => diesel::update(t::table.filter(t::id.eq_any(some)))
            .set((t::attempts.eq(0_i64), t::alone_attempts.eq(0_i64)))
            .execute(c))?;
    }
    Ok(())
}

/// Mails that were tried alone twice and never finished: they go to quarantine.
pub fn unfinished_twice(db: &mut Db) -> Result<Vec<i64>, StoreError> {
    Ok(on!(db, c => t::table
        .filter(t::status.eq(Status::New.word()).and(t::alone_attempts.ge(2)))
        .order(t::id)
        .select(t::id)
        .load(c))?)
}

/// What a mail turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Its id.
    pub mail: i64,
    /// What has become of it.
    pub status: Status,
    /// Word of its fate.
    pub fate: Option<String>,
    /// Row of the decision table that gave the fate.
    pub rule: Option<String>,
    /// Why it is held, quarantined or without effect.
    pub reason: Option<String>,
    /// Its dispute.
    pub dispute: Option<Number>,
    /// Rule by which it came to its dispute.
    pub placed_by: Option<String>,
    /// Its Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// Address of its author.
    pub sender: Option<String>,
    /// Hash of its body, by which a second delivery is told.
    pub body_hash: Option<[u8; 32]>,
    /// What its Date header says.
    pub sent_at: Option<Timestamp>,
    /// Ids it refers to, without angle brackets; remembered for replies that arrive before what they answer.
    pub refers: Vec<String>,
}

impl Filing {
    /// Mail `mail` with a status and nothing else known.
    pub fn new(mail: i64, status: Status) -> Self {
        Self {
            mail,
            status,
            fate: None,
            rule: None,
            reason: None,
            dispute: None,
            placed_by: None,
            message_id: None,
            sender: None,
            body_hash: None,
            sent_at: None,
            refers: Vec::new(),
        }
    }
}

/// Files a mail, and remembers its ids where it has a dispute. Call it in the transaction of the decision.
pub fn file(db: &mut Db, filing: &Filing) -> Result<(), StoreError> {
    let text = |value: &Option<String>| value.as_deref().map(storable);
    let (message_id, sender) = (text(&filing.message_id), text(&filing.sender));
    let changed = on!(db, c => diesel::update(t::table.find(filing.mail))
        .set((
            t::status.eq(filing.status.word()),
            t::fate.eq(text(&filing.fate)),
            t::rule.eq(text(&filing.rule)),
            t::reason.eq(text(&filing.reason)),
            t::dispute.eq(filing.dispute.map(|number| number.0)),
            t::placed_by.eq(text(&filing.placed_by)),
            t::message_id.eq(&message_id),
            t::sender.eq(&sender),
            t::body_hash.eq(filing.body_hash.as_ref().map(|hash| hash.as_slice())),
            t::sent_at.eq(filing.sent_at.map(stamp)),
        ))
        .execute(c))?;
    if changed == 0 {
        return Err(StoreError::Corrupt(format!("mail {} does not exist", filing.mail)));
    }
    let Some(dispute) = filing.dispute else { return Ok(()) };
    let own = message_id.iter().map(|id| (id.as_str(), Role::Theirs));
    let referred = filing.refers.iter().map(|id| (id.as_str(), Role::Referred));
    for (id, role) in own.chain(referred) {
        let sender = sender.as_deref();
        message_ids::remember(db, &NewId { id, dispute, role, mail: Some(filing.mail), sender })?;
    }
    Ok(())
}

/// An earlier delivery of the same mail: same Message-ID, sender and body, arrived since `since`. Copies that are
/// in quarantine or not understood do not count, and neither does `mail` itself.
pub fn duplicate_of(
    db: &mut Db,
    mail: i64,
    message_id: &str,
    sender: &str,
    body_hash: &[u8; 32],
    since: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let kept = [Status::Done.word(), Status::Held.word()];
    Ok(on!(db, c => t::table
        .filter(t::message_id.eq(storable(message_id)))
        .filter(t::sender.eq(storable(sender)).and(t::body_hash.eq(body_hash.as_slice())))
        .filter(t::received_at.ge(stamp(since)).and(t::id.ne(mail)))
        .filter(t::status.eq_any(kept))
        .order(t::id)
        .select(t::id)
        .first(c)
        .optional())?)
}

/// Puts a mail aside with its bytes.
pub fn quarantine(db: &mut Db, mail: i64, reason: &str) -> Result<(), StoreError> {
    on!(db, c => diesel::update(t::table.find(mail))
        .set((t::status.eq(Status::Quarantined.word()), t::reason.eq(storable(reason))))
        .execute(c))?;
    Ok(())
}

/// Which mails an operator means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// One, by id.
    One(i64),
    /// All of that status.
    All,
}

impl Which {
    /// First and last id that is meant.
    pub(super) fn range(self) -> (i64, i64) {
        match self {
            Which::One(id) => (id, id),
            Which::All => (i64::MIN, i64::MAX),
        }
    }
}

/// Takes mails out of quarantine to be tried again, without their counted attempts; returns how many.
pub fn retry(db: &mut Db, which: Which) -> Result<usize, StoreError> {
    let (from, to) = which.range();
    Ok(on!(db, c => diesel::update(t::table)
        .filter(t::status.eq(Status::Quarantined.word()).and(t::id.between(from, to)))
        .set((
            t::status.eq(Status::New.word()),
            t::attempts.eq(0_i64),
            t::alone_attempts.eq(0_i64),
            t::reason.eq(None::<String>),
        ))
        .execute(c))?)
}

/// Lets held mails through as if they were not suspect; returns how many.
pub fn release(db: &mut Db, which: Which, now: Timestamp) -> Result<usize, StoreError> {
    let (from, to) = which.range();
    Ok(on!(db, c => diesel::update(t::table)
        .filter(t::status.eq(Status::Held.word()).and(t::id.between(from, to)))
        .set((
            t::status.eq(Status::New.word()),
            t::attempts.eq(0_i64),
            t::alone_attempts.eq(0_i64),
            t::released_at.eq(stamp(now)),
        ))
        .execute(c))?)
}

/// Settles held mails as filed, without a dispute; returns how many.
pub fn discard(db: &mut Db, which: Which) -> Result<usize, StoreError> {
    let (from, to) = which.range();
    Ok(on!(db, c => diesel::update(t::table)
        .filter(t::status.eq(Status::Held.word()).and(t::id.between(from, to)))
        .set(t::status.eq(Status::Done.word()))
        .execute(c))?)
}

/// The mails of one dispute become those of another.
pub fn move_mails(db: &mut Db, from: Number, to: Number) -> Result<usize, StoreError> {
    Ok(on!(db, c => diesel::update(t::table.filter(t::dispute.eq(from.0)))
        .set(t::dispute.eq(to.0))
        .execute(c))?)
}

/// Erases the bytes of a dispute's mails and what was read from them; the hashes stay, so that the same mail is
/// not taken anew. Returns how many were erased.
pub fn erase_mails(db: &mut Db, dispute: Number) -> Result<usize, StoreError> {
    let none = None::<String>;
    Ok(on!(db, c => diesel::update(t::table.filter(t::dispute.eq(dispute.0)))
        .set((
            t::raw.eq(None::<Vec<u8>>),
            t::reason.eq(&none),
            t::message_id.eq(&none),
            t::sender.eq(&none),
            t::body_hash.eq(None::<Vec<u8>>),
        ))
        .execute(c))?)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: i64,
    size: i64,
    received_at: NaiveDateTime,
    sent_at: Option<NaiveDateTime>,
    past: bool,
    status: String,
    fate: Option<String>,
    rule: Option<String>,
    reason: Option<String>,
    dispute: Option<i64>,
    placed_by: Option<String>,
    message_id: Option<String>,
    sender: Option<String>,
    attempts: i64,
    alone_attempts: i64,
    released_at: Option<NaiveDateTime>,
}

impl Row {
    fn into_mail(self) -> Result<MailRow, StoreError> {
        Ok(MailRow {
            id: self.id,
            size: self.size,
            received_at: moment(self.received_at),
            sent_at: self.sent_at.map(moment),
            age: if self.past { Age::Past } else { Age::Current },
            status: self.status.parse()?,
            fate: self.fate,
            rule: self.rule,
            reason: self.reason,
            dispute: self.dispute.map(Number),
            placed_by: self.placed_by,
            message_id: self.message_id,
            sender: self.sender,
            attempts: self.attempts,
            alone_attempts: self.alone_attempts,
            released_at: self.released_at.map(moment),
        })
    }
}
