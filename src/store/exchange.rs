//! Who wrote to whom of late: what the rules against machines and floods count.
//!
//! Moments are those at which the desk acted, not those that a server gave a mail, so that the two sides of an
//! exchange are in order even where the clocks are not.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    inbox::Status,
    outbox::State,
    schema::{disputes, journal, mails, outbox},
    text::{key, storable},
    time::{moment, stamp},
};
use crate::domain::{Timestamp, decision::What, dispute::Number};

/// Rows that one question looks at: a rule that counts to a few needs no more.
const MOST: i64 = 100;

/// Whether senders of disputes were proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// They were.
    Given,
    /// Nothing vouched for them.
    Missing,
}

/// When `address` wrote to disputes that it opened with this proof, since `since`, newest first, at most a hundred
/// times.
pub fn written_by(
    db: &mut Db,
    address: &str,
    proof: Proof,
    since: Timestamp,
) -> Result<Vec<Timestamp>, StoreError> {
    let wrote = [What::Opened.word(), What::CustomerWrote.word()];
    let moments: Vec<NaiveDateTime> = on!(db, c => journal::table
        .inner_join(disputes::table.on(disputes::number.eq(journal::dispute)))
        .filter(disputes::customer_key.eq(key(address)).and(disputes::authenticated.eq(proof == Proof::Given)))
        .filter(journal::what.eq_any(wrote).and(journal::at.ge(stamp(since))))
        .order(journal::at.desc())
        .limit(MOST)
        .select(journal::at)
        .load(c))?;
    Ok(moments.into_iter().map(moment).collect())
}

/// What was written to `address` since `since`: when, and the name of the letter; newest first, at most a hundred.
pub fn written_to(
    db: &mut Db,
    address: &str,
    since: Timestamp,
) -> Result<Vec<(Timestamp, String)>, StoreError> {
    let rows: Vec<(NaiveDateTime, String)> = on!(db, c => outbox::table
        .filter(outbox::recipient_key.eq(key(address)).and(outbox::created_at.ge(stamp(since))))
        .filter(outbox::state.ne(State::Cancelled.word()))
        .order(outbox::id.desc())
        .limit(MOST)
        .select((outbox::created_at, outbox::letter))
        .load(c))?;
    Ok(rows.into_iter().map(|(at, letter)| (moment(at), letter)).collect())
}

/// How many mails of `sender` with this body were taken for a person's and arrived since `since`, at most a hundred.
pub fn same_bodies(
    db: &mut Db,
    sender: &str,
    body_hash: &[u8; 32],
    since: Timestamp,
) -> Result<u32, StoreError> {
    let found: Vec<i64> = on!(db, c => mails::table
        .filter(mails::sender.eq(storable(sender)).and(mails::received_at.ge(stamp(since))))
        .filter(mails::body_hash.eq(body_hash.as_slice()))
        .filter(mails::status.eq(Status::Done.word()).and(mails::fate.eq("person")))
        .order(mails::id.desc())
        .limit(MOST)
        .select(mails::id)
        .load(c))?;
    Ok(u32::try_from(found.len())?)
}

/// How many disputes `address` opened since `since`, with this proof; at most a hundred.
pub fn opened_by(db: &mut Db, address: &str, proof: Proof, since: Timestamp) -> Result<u32, StoreError> {
    let found: Vec<i64> = on!(db, c => disputes::table
        .filter(disputes::customer_key.eq(key(address)).and(disputes::opened_at.ge(stamp(since))))
        .filter(disputes::authenticated.eq(proof == Proof::Given))
        .order(disputes::number.desc())
        .limit(MOST)
        .select(disputes::number)
        .load(c))?;
    Ok(u32::try_from(found.len())?)
}

/// How many of the latest `most` mails of a dispute arrived since `since`.
pub fn lately_in(db: &mut Db, dispute: Number, since: Timestamp, most: u32) -> Result<u32, StoreError> {
    let arrived: Vec<NaiveDateTime> = on!(db, c => mails::table
        .filter(mails::dispute.eq(dispute.0))
        .order(mails::id.desc())
        .limit(i64::from(most))
        .select(mails::received_at)
        .load(c))?;
    let since = stamp(since);
    Ok(u32::try_from(arrived.into_iter().filter(|at| *at >= since).count())?)
}
