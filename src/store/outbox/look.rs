//! Questions to the outbox that change nothing.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Letter, Row, State};
use crate::{
    domain::{Timestamp, dispute::Number},
    store::{
        Db, StoreError,
        db::on,
        schema::outbox as t,
        text::{key, storable},
        time::{moment, stamp},
    },
};

/// The mails of a state, oldest first, at most `limit`.
pub fn list(db: &mut Db, state: State, limit: i64) -> Result<Vec<Letter>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::state.eq(state.word()))
        .order(t::id)
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_letter).collect()
}

/// Dead mails that the desk has not acted on, oldest first, at most `limit`.
pub fn unreported_dead(db: &mut Db, limit: i64) -> Result<Vec<Letter>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::state.eq(State::Dead.word()).and(t::reported.eq(false)))
        .order(t::id)
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_letter).collect()
}

/// The mails of a dispute, oldest first.
pub fn of(db: &mut Db, dispute: Number) -> Result<Vec<Letter>, StoreError> {
    let rows: Vec<Row> = on!(db, c => t::table
        .filter(t::dispute.eq(dispute.0))
        .order(t::id)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_letter).collect()
}

/// One mail.
pub fn load(db: &mut Db, id: i64) -> Result<Option<Letter>, StoreError> {
    let row: Option<Row> = on!(db, c => t::table.find(id).select(Row::as_select()).get_result(c).optional())?;
    row.map(Row::into_letter).transpose()
}

/// The mail with that Message-ID (without angle brackets), such as a bounce is about.
pub fn by_message_id(db: &mut Db, message_id: &str) -> Result<Option<Letter>, StoreError> {
    let row: Option<Row> = on!(db, c => t::table
        .filter(t::message_id.eq(storable(message_id)))
        .select(Row::as_select())
        .get_result(c)
        .optional())?;
    row.map(Row::into_letter).transpose()
}

/// The mail of that effect key.
pub fn by_key(db: &mut Db, key: &str) -> Result<Option<Letter>, StoreError> {
    let row: Option<Row> = on!(db, c => t::table
        .filter(t::key.eq(key))
        .select(Row::as_select())
        .get_result(c)
        .optional())?;
    row.map(Row::into_letter).transpose()
}

/// The final bytes of a mail; `None` once they are erased, or if there is no such mail.
pub fn bytes(db: &mut Db, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(on!(db, c => t::table.find(id).select(t::bytes).get_result(c).optional())?.flatten())
}

/// When the oldest mail that should have left, and has not, was to leave.
pub fn oldest_unsent(db: &mut Db, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let waiting = [State::Queued.word(), State::Leased.word()];
    let oldest: Option<NaiveDateTime> = on!(db, c => t::table
        .filter(t::state.eq_any(waiting).and(t::leave_at.le(stamp(now))))
        .select(diesel::dsl::min(t::leave_at))
        .get_result(c))?;
    Ok(oldest.map(moment))
}

/// When there is next something to lease: a mail whose moment comes, or a lease that runs out.
pub fn next_due(db: &mut Db) -> Result<Option<Timestamp>, StoreError> {
    let queued: Option<NaiveDateTime> = on!(db, c => t::table
        .filter(t::state.eq(State::Queued.word()))
        .select(diesel::dsl::min(t::next_attempt_at))
        .get_result(c))?;
    let leased: Option<NaiveDateTime> = on!(db, c => t::table
        .filter(t::state.eq(State::Leased.word()))
        .select(diesel::dsl::min(t::lease_until))
        .get_result(c))?;
    Ok(queued.into_iter().chain(leased).min().map(moment))
}

/// How many mails there are of each state; those without any are absent.
pub fn counts(db: &mut Db) -> Result<Vec<(State, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(db, c => t::table
        .group_by(t::state)
        .select((t::state, diesel::dsl::count_star()))
        .order(t::state)
        .load(c))?;
    rows.into_iter().map(|(state, count)| Ok((state.parse()?, count))).collect()
}

/// Whose mail is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// That of one address, in any case.
    Address(&'a str),
    /// That of one domain, in any case.
    Domain(&'a str),
    /// Everybody's.
    All,
}

/// How many letters whose template name starts with `letter` were written since `since`, cancelled ones left out;
/// for the budgets of acknowledgements.
pub fn count_letters_to(
    db: &mut Db,
    whose: Whose<'_>,
    letter: &str,
    since: Timestamp,
) -> Result<i64, StoreError> {
    // Template names hold neither `%` nor `_`.
    let pattern = format!("{letter}%");
    let since = stamp(since);
    Ok(on!(db, c => {
        let query = t::table
            .filter(t::created_at.ge(since).and(t::letter.like(pattern)))
            .filter(t::state.ne(State::Cancelled.word()))
            .into_boxed();
        let query = match whose {
            Whose::Address(address) => query.filter(t::recipient_key.eq(key(address))),
            Whose::Domain(domain) => query.filter(t::recipient_domain.eq(key(domain))),
            Whose::All => query,
        };
        query.count().get_result(c)
    })?)
}
