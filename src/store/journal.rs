//! The journal: per dispute an append-only chain, so that a changed or missing entry shows.
//!
//! An entry's hash covers the one before it and a salted digest of its content. Content and salt can be erased: the
//! digest stays, so the chain still verifies, and without the salt nobody can guess the content from the digest.
//! Once a day the heads of all chains that grew are anchored in one hash that covers the anchor before it, so that
//! a tail that was cut off shows too. Whoever can rewrite chains and anchors alike is found only by an anchor that
//! was kept elsewhere, which is why [`anchor`] returns it for the log.
mod verify;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::{
    Db, StoreError,
    db::on,
    schema::{anchor_heads, anchors, journal as t},
    text::storable,
    time::{moment, stamp},
};
use crate::domain::{
    Timestamp,
    decision::{Actor, Entry, What},
    dispute::Number,
};

pub use verify::{Fault, Report, verify};

/// Random bytes that keep an erased entry's content from being guessed.
pub type Salt = [u8; 16];

/// A hash of the chain.
pub type Hash = [u8; 32];

/// What stands before the first entry of a chain and the first anchor.
const NOTHING: Hash = [0; 32];

/// An entry as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// What it says; none once erased.
    pub entry: Option<Entry>,
}

/// Appends entries to a dispute's chain, with one salt each. Call it in a transaction that has written the
/// dispute, so that nobody else appends at the same time.
pub fn append(
    db: &mut Db,
    dispute: Number,
    at: Timestamp,
    entries: &[Entry],
    salts: &[Salt],
) -> Result<(), StoreError> {
    if salts.len() < entries.len() {
        return Err(StoreError::Other("a journal entry came without a salt".to_owned()));
    }
    let at = stamp(at);
    let (mut seq, mut head) = head_of(db, dispute)?;
    for (entry, salt) in entries.iter().zip(salts) {
        seq += 1;
        let content = Content::of(entry);
        let digest = content.digest(salt);
        head = link(dispute.0, seq, at, &head, &digest);
        let row = Row {
            dispute: dispute.0,
            seq,
            at,
            actor: Some(content.actor),
            actor_address: content.address,
            what: Some(content.what),
            detail: Some(content.detail),
            salt: Some(salt.to_vec()),
            digest: digest.to_vec(),
            hash: head.to_vec(),
        };
        on!(db, c => diesel::insert_into(t::table).values(&row).execute(c))?;
    }
    Ok(())
}

/// A dispute's entries, oldest first.
pub fn of(db: &mut Db, dispute: Number) -> Result<Vec<Recorded>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::dispute.eq(dispute.0))
        .order(t::seq)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter()
        .map(|row| {
            let (seq, at) = (row.seq, moment(row.at));
            let entry = row.content()?.map(|(content, _)| content.into_entry()).transpose()?;
            Ok(Recorded { seq, at, entry })
        })
        .collect()
}

/// Erases content and salts of a dispute's entries; the chain stays. Returns how many entries had any.
pub fn erase(db: &mut Db, dispute: Number) -> Result<usize, StoreError> {
    let none = None::<String>;
    Ok(on!(db, c => diesel::update(t::table.filter(t::dispute.eq(dispute.0).and(t::salt.is_not_null())))
        .set((
            t::actor.eq(&none),
            t::actor_address.eq(&none),
            t::what.eq(&none),
            t::detail.eq(&none),
            t::salt.eq(None::<Vec<u8>>),
        ))
        .execute(c))?)
}

/// The hash of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The day, local to the desk.
    pub day: NaiveDate,
    /// How many chains grew since the anchor before.
    pub heads: i64,
    /// Covers those heads and the anchor before.
    pub hash: Hash,
}

/// Anchors the heads of all chains that grew. `None` if that day, or a later one, is anchored already.
pub fn anchor(db: &mut Db, day: NaiveDate, now: Timestamp) -> Result<Option<Anchor>, StoreError> {
    db.tx(|db| {
        let last: Option<(String, Vec<u8>)> = on!(db, c => anchors::table
            .order(anchors::day.desc())
            .select((anchors::day, anchors::hash))
            .first(c)
            .optional())?;
        let written = day.to_string();
        let previous = match last {
            Some((last_day, _)) if last_day >= written => return Ok(None),
            Some((_, hash)) => fixed(&hash)?,
            None => NOTHING,
        };
        let heads = grown(db)?;
        let at = stamp(now);
        let hash = anchor_hash(&written, at, &previous, &heads);
        let count = i64::try_from(heads.len())?;
        on!(db, c => diesel::insert_into(anchors::table)
            .values((
                anchors::day.eq(&written),
                anchors::at.eq(at),
                anchors::heads.eq(count),
                anchors::previous.eq(previous.as_slice()),
                anchors::hash.eq(hash.as_slice()),
            ))
            .execute(c))?;
        for head in &heads {
            on!(db, c => diesel::insert_into(anchor_heads::table)
                .values((
                    anchor_heads::day.eq(&written),
                    anchor_heads::dispute.eq(head.dispute),
                    anchor_heads::seq.eq(head.seq),
                    anchor_heads::hash.eq(&head.hash),
                ))
                .execute(c))?;
        }
        Ok(Some(Anchor { day, heads: count, hash }))
    })
}

/// The last anchor, to be compared with one that was kept elsewhere.
pub fn last_anchor(db: &mut Db) -> Result<Option<Anchor>, StoreError> {
    let row: Option<(String, i64, Vec<u8>)> = on!(db, c => anchors::table
        .order(anchors::day.desc())
        .select((anchors::day, anchors::heads, anchors::hash))
        .first(c)
        .optional())?;
    row.map(|(day, heads, hash)| {
        let day = day.parse().map_err(|_| StoreError::Corrupt("an anchor has no date".to_owned()))?;
        Ok(Anchor { day, heads, hash: fixed(&hash)? })
    })
    .transpose()
}

/// The end of a chain, or of what was read of it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = anchor_heads)]
struct Link {
    dispute: i64,
    seq: i64,
    hash: Vec<u8>,
}

/// Place and hash of the last entry.
fn head_of(db: &mut Db, dispute: Number) -> Result<(i64, Hash), StoreError> {
    let row: Option<(i64, Vec<u8>)> = on!(db, c => t::table
        .filter(t::dispute.eq(dispute.0))
        .order(t::seq.desc())
        .select((t::seq, t::hash))
        .first(c)
        .optional())?;
    row.map_or(Ok((0, NOTHING)), |(seq, hash)| Ok((seq, fixed(&hash)?)))
}

/// The heads of the chains that are longer than when they were last anchored, by dispute.
fn grown(db: &mut Db) -> Result<Vec<Link>, StoreError> {
    let anchored: Vec<(i64, Option<i64>)> = on!(db, c => anchor_heads::table
        .group_by(anchor_heads::dispute)
        .select((anchor_heads::dispute, diesel::dsl::max(anchor_heads::seq)))
        .load(c))?;
    let anchored: BTreeMap<i64, Option<i64>> = anchored.into_iter().collect();
    let now: Vec<(i64, Option<i64>)> = on!(db, c => t::table
        .group_by(t::dispute)
        .select((t::dispute, diesel::dsl::max(t::seq)))
        .order(t::dispute)
        .load(c))?;
    now.into_iter()
        .filter(|(dispute, seq)| *seq > anchored.get(dispute).copied().flatten())
        .map(|(dispute, _)| {
            let (seq, hash) = head_of(db, Number(dispute))?;
            Ok(Link { dispute, seq, hash: hash.to_vec() })
        })
        .collect()
}

/// Day, moment, count of heads, hash before and own hash.
type AnchorRow = (String, NaiveDateTime, i64, Vec<u8>, Vec<u8>);

/// What an entry says, in the form that is stored and hashed.
struct Content {
    actor: String,
    address: Option<String>,
    what: String,
    detail: String,
}

impl Content {
    fn of(entry: &Entry) -> Self {
        let (actor, address) = match &entry.actor {
            Actor::Customer => ("customer", None),
            Actor::Agent(address) => ("agent", Some(storable(address))),
            Actor::Outsider(address) => ("outsider", Some(storable(address))),
            Actor::Desk => ("desk", None),
            Actor::Operator => ("operator", None),
        };
        Self {
            actor: actor.to_owned(),
            address,
            what: entry.what.word().to_owned(),
            detail: storable(&entry.detail),
        }
    }

    fn into_entry(self) -> Result<Entry, StoreError> {
        let actor = match (self.actor.as_str(), self.address) {
            ("customer", None) => Actor::Customer,
            ("agent", Some(address)) => Actor::Agent(address),
            ("outsider", Some(address)) => Actor::Outsider(address),
            ("desk", None) => Actor::Desk,
            ("operator", None) => Actor::Operator,
            (other, _) => {
                return Err(StoreError::Corrupt(format!("a journal entry by \u{201c}{other}\u{201d}")));
            }
        };
        Ok(Entry { actor, what: self.what.parse::<What>()?, detail: self.detail })
    }

    fn digest(&self, salt: &[u8]) -> Hash {
        let address = self.address.as_deref().unwrap_or_default();
        hash_of(&[
            salt,
            self.actor.as_bytes(),
            address.as_bytes(),
            self.what.as_bytes(),
            self.detail.as_bytes(),
        ])
    }
}

fn link(dispute: i64, seq: i64, at: NaiveDateTime, previous: &[u8], digest: &[u8]) -> Hash {
    let micros = at.and_utc().timestamp_micros();
    hash_of(&[
        b"redress-journal-1",
        &dispute.to_be_bytes(),
        &seq.to_be_bytes(),
        &micros.to_be_bytes(),
        previous,
        digest,
    ])
}

fn anchor_hash(day: &str, at: NaiveDateTime, previous: &[u8], heads: &[Link]) -> Hash {
    let micros = at.and_utc().timestamp_micros().to_be_bytes();
    let numbers: Vec<_> =
        heads.iter().map(|head| (head.dispute.to_be_bytes(), head.seq.to_be_bytes())).collect();
    let mut fields: Vec<&[u8]> = vec![b"redress-anchor-1", day.as_bytes(), &micros, previous];
    for (head, (dispute, seq)) in heads.iter().zip(&numbers) {
        fields.extend([dispute.as_slice(), seq.as_slice(), head.hash.as_slice()]);
    }
    hash_of(&fields)
}

/// SHA-256 over fields, each after its length, so that no two lists of fields run together.
fn hash_of(fields: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field);
    }
    hasher.finalize().into()
}

fn fixed(bytes: &[u8]) -> Result<Hash, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt("a hash of the wrong length".to_owned()))
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = t, treat_none_as_default_value = false)]
struct Row {
    dispute: i64,
    seq: i64,
    at: NaiveDateTime,
    actor: Option<String>,
    actor_address: Option<String>,
    what: Option<String>,
    detail: Option<String>,
    salt: Option<Vec<u8>>,
    digest: Vec<u8>,
    hash: Vec<u8>,
}

impl Row {
    /// Content and salt, none if both were erased; an error if only a part is there.
    fn content(&self) -> Result<Option<(Content, &[u8])>, StoreError> {
        match (&self.actor, &self.what, &self.detail, &self.salt) {
            (Some(actor), Some(what), Some(detail), Some(salt)) => {
                let (actor, what, detail) = (actor.clone(), what.clone(), detail.clone());
                Ok(Some((Content { actor, address: self.actor_address.clone(), what, detail }, salt)))
            }
            (None, None, None, None) if self.actor_address.is_none() => Ok(None),
            _ => {
                let (dispute, seq) = (self.dispute, self.seq);
                Err(StoreError::Corrupt(format!("entry {seq} of dispute {dispute} is half erased")))
            }
        }
    }
}
