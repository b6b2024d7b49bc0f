//! Working through what was taken: attempts, filing, quarantine and what an operator decides.
use diesel::prelude::*;

use super::{MOST_BINDS, Status};
use crate::{
    domain::{Timestamp, dispute::Number},
    store::{
        Db, StoreError,
        db::on,
        message_ids::{self, NewId, Role},
        schema::mails as t,
        text::storable,
        time::stamp,
    },
};

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
            t::body_hash.eq(filing.body_hash.as_ref().map(<[u8; 32]>::as_slice)),
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

/// Word of the fate of a mail that has had its effect.
const ACTED: &str = "person";

/// An earlier delivery of the same mail: same Message-ID, sender and body, arrived since `since`. Only a
/// copy that was taken for a person's counts: a forged one that was filed must not hide the real one.
pub fn duplicate_of(
    db: &mut Db,
    mail: i64,
    message_id: &str,
    sender: &str,
    body_hash: &[u8; 32],
    since: Timestamp,
) -> Result<Option<i64>, StoreError> {
    Ok(on!(db, c => t::table
        .filter(t::message_id.eq(storable(message_id)))
        .filter(t::sender.eq(storable(sender)).and(t::body_hash.eq(body_hash.as_slice())))
        .filter(t::received_at.ge(stamp(since)).and(t::id.ne(mail)))
        .filter(t::status.eq(Status::Done.word()).and(t::fate.eq(ACTED)))
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
    pub(in crate::store) fn range(self) -> (i64, i64) {
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
            t::turn.eq(0_i64),
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
            t::turn.eq(0_i64),
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
