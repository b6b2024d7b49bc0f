//! What we know of addresses: surveys, dead mailboxes, absences, machines that answer us, floods. Kept by address in
//! lower case.
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    schema::addresses as t,
    text::key,
    time::{moment, stamp},
};
use crate::domain::{Timestamp, dispute::Number};

/// What is known of one address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// When it was last sent a survey.
    pub surveyed_at: Option<Timestamp>,
    /// It must not be sent surveys.
    pub no_survey: bool,
    /// Since when it refuses our mail for good.
    pub dead_since: Option<Timestamp>,
    /// Until when its owner is away.
    pub away_until: Option<Timestamp>,
    /// Until when it gets no automatic mail, since a machine may be answering there.
    pub latched_until: Option<Timestamp>,
    /// The dispute in which its flood is collected, and when the latest mail of that arrived.
    pub flood: Option<(Number, Timestamp)>,
}

/// A fact about an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// It was sent a survey.
    Surveyed(Timestamp),
    /// It complained; no more surveys.
    NoSurvey,
    /// It refuses our mail for good, since then; the first such moment is kept.
    Dead(Timestamp),
    /// It takes our mail after all.
    Alive,
    /// Its owner is away until then.
    Away(Timestamp),
    /// Its owner is back.
    Back,
    /// It gets no automatic mail until then; the mail that gave the reason.
    Latched(Timestamp, i64),
    /// Its new mail is collected in that dispute; the latest arrived then.
    Floods(Number, Timestamp),
}

/// What is known of `address` in any case; nothing is as good as default.
pub fn known(db: &mut Db, address: &str) -> Result<Known, StoreError> {
    let row = on!(db, c => t::table.find(key(address)).select(Row::as_select()).get_result(c).optional())?;
    Ok(row.map(Row::into_known).unwrap_or_default())
}

/// Remembers a fact about `address`. Call it in a transaction.
pub fn learn(db: &mut Db, address: &str, fact: Fact) -> Result<(), StoreError> {
    let address = key(address);
    on!(db, c => diesel::insert_into(t::table)
        .values((t::address.eq(&address), t::no_survey.eq(false)))
        .on_conflict(t::address)
        .do_nothing()
        .execute(c))?;
    let row = t::table.find(&address);
    let none = None::<NaiveDateTime>;
    match fact {
        Fact::Surveyed(at) => {
            on!(db, c => diesel::update(row).set(t::surveyed_at.eq(stamp(at))).execute(c))
        }
        Fact::NoSurvey => on!(db, c => diesel::update(row).set(t::no_survey.eq(true)).execute(c)),
        Fact::Dead(since) => on!(db, c => diesel::update(row.filter(t::dead_since.is_null()))
            .set(t::dead_since.eq(stamp(since)))
            .execute(c)),
        Fact::Alive => on!(db, c => diesel::update(row).set(t::dead_since.eq(none)).execute(c)),
        Fact::Away(until) => {
            on!(db, c => diesel::update(row).set(t::away_until.eq(stamp(until))).execute(c))
        }
        Fact::Back => on!(db, c => diesel::update(row).set(t::away_until.eq(none)).execute(c)),
        Fact::Latched(until, by) => on!(db, c => diesel::update(row)
            .set((t::latched_until.eq(stamp(until)), t::latched_by.eq(by)))
            .execute(c)),
        Fact::Floods(number, at) => on!(db, c => diesel::update(row)
            .set((t::flood.eq(number.0), t::flooded_at.eq(stamp(at))))
            .execute(c)),
    }?;
    Ok(())
}

/// The addresses whose owners are away at `now`, and until when.
pub fn absences(db: &mut Db, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let rows = on!(db, c => t::table
        .filter(t::away_until.gt(stamp(now)))
        .order(t::address)
        .select((t::address, t::away_until.assume_not_null()))
        .load::<(String, NaiveDateTime)>(c))?;
    Ok(rows.into_iter().map(|(address, until)| (address, moment(until))).collect())
}

/// Lifts the latches that ended by `now`; returns the mails that had given their reasons.
pub fn lift_latches(db: &mut Db, now: Timestamp) -> Result<Vec<i64>, StoreError> {
    let ended = || t::latched_until.le(stamp(now));
    let mails: Vec<Option<i64>> =
        on!(db, c => t::table.filter(ended()).order(t::address).select(t::latched_by).load(c))?;
    if !mails.is_empty() {
        let none = (t::latched_until.eq(None::<NaiveDateTime>), t::latched_by.eq(None::<i64>));
        on!(db, c => diesel::update(t::table.filter(ended())).set(none).execute(c))?;
    }
    Ok(mails.into_iter().flatten().collect())
}

/// Forgets the floods whose latest mail arrived before `since`; returns the disputes that had collected them.
pub fn end_floods(db: &mut Db, since: Timestamp) -> Result<Vec<Number>, StoreError> {
    let ended = || t::flooded_at.lt(stamp(since));
    let floods: Vec<Option<i64>> =
        on!(db, c => t::table.filter(ended()).order(t::address).select(t::flood).load(c))?;
    if !floods.is_empty() {
        let none = (t::flood.eq(None::<i64>), t::flooded_at.eq(None::<NaiveDateTime>));
        on!(db, c => diesel::update(t::table.filter(ended())).set(none).execute(c))?;
    }
    Ok(floods.into_iter().flatten().map(Number).collect())
}

/// When the next latch ends or the next flood may be over, if no more of it comes within `quiet`.
pub fn next_end(db: &mut Db, quiet: Duration) -> Result<Option<Timestamp>, StoreError> {
    let latch: Option<NaiveDateTime> =
        on!(db, c => t::table.select(diesel::dsl::min(t::latched_until)).get_result(c))?;
    let flood: Option<NaiveDateTime> =
        on!(db, c => t::table.select(diesel::dsl::min(t::flooded_at)).get_result(c))?;
    Ok(latch.into_iter().chain(flood.map(|at| at + quiet)).min().map(moment))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    surveyed_at: Option<NaiveDateTime>,
    no_survey: bool,
    dead_since: Option<NaiveDateTime>,
    away_until: Option<NaiveDateTime>,
    latched_until: Option<NaiveDateTime>,
    flood: Option<i64>,
    flooded_at: Option<NaiveDateTime>,
}

impl Row {
    fn into_known(self) -> Known {
        Known {
            surveyed_at: self.surveyed_at.map(moment),
            no_survey: self.no_survey,
            dead_since: self.dead_since.map(moment),
            away_until: self.away_until.map(moment),
            latched_until: self.latched_until.map(moment),
            flood: self.flood.map(Number).zip(self.flooded_at.map(moment)),
        }
    }
}
