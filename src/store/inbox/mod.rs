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
    schema::mails as t,
    time::{moment, stamp},
};
use crate::{
    domain::{Timestamp, dispute::Number},
    mail::queue::queue_of,
};

mod suspects;
mod taken;
mod turns;
mod work;

pub use suspects::*;
pub use taken::*;
pub use turns::next_new;
pub use work::*;

/// Values bound in one statement; SQLite allows 32 766.
const MOST_BINDS: usize = 1_000;

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

/// The bytes of a mail, hashed and compressed before the database is asked for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    sha256: [u8; 32],
    size: i64,
    zlib: Vec<u8>,
    queue: String,
}

impl Packed {
    /// Hashes and compresses `raw`.
    #[expect(clippy::missing_panics_doc, reason = "writing to memory does not fail")]
    pub fn new(raw: &[u8]) -> Self {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(raw).expect("writing to memory does not fail");
        let zlib = encoder.finish().expect("writing to memory does not fail");
        let size = i64::try_from(raw.len()).unwrap_or(i64::MAX);
        Self { sha256: Sha256::digest(raw).into(), size, zlib, queue: queue_of(raw) }
    }

    /// SHA-256 of the bytes, the identity of the mail.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }
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

/// Stores one mail that comes from no folder, such as an imported file.
pub fn store(db: &mut Db, raw: &Packed, received_at: Timestamp, age: Age) -> Result<Stored, StoreError> {
    let turn = turns::turn_of(db, &raw.queue, age)?;
    let inserted: Option<i64> = on!(db, c => diesel::insert_into(t::table)
        .values((
            t::sha256.eq(raw.sha256.as_slice()),
            t::raw.eq(&raw.zlib),
            t::size.eq(raw.size),
            t::received_at.eq(stamp(received_at)),
            t::past.eq(age == Age::Past),
            t::status.eq(Status::New.word()),
            t::attempts.eq(0_i64),
            t::alone_attempts.eq(0_i64),
            t::queue.eq(&raw.queue),
            t::turn.eq(turn),
        ))
        .on_conflict(t::sha256)
        .do_nothing()
        .returning(t::id)
        .get_result(c)
        .optional())?;
    if let Some(mail) = inserted {
        return Ok(Stored { mail, seen: Seen::New });
    }
    let known = t::table.filter(t::sha256.eq(raw.sha256.as_slice())).select(t::id);
    Ok(Stored { mail: on!(db, c => known.get_result(c))?, seen: Seen::Before })
}

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

/// The first `most` bytes of a mail; `None` where [`raw`] gives none.
pub fn beginning(db: &mut Db, mail: i64, most: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<Option<Vec<u8>>> =
        on!(db, c => t::table.find(mail).select(t::raw).get_result(c).optional())?;
    let Some(Some(zlib)) = row else { return Ok(None) };
    let mut bytes = Vec::new();
    let mut limited = ZlibDecoder::new(zlib.as_slice()).take(most);
    let read = limited.read_to_end(&mut bytes);
    read.map_err(|_| StoreError::Corrupt(format!("the bytes of mail {mail} are damaged")))?;
    Ok(Some(bytes))
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
            t::queue.eq(""),
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
