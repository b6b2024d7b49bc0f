//! What we know of addresses: surveys, dead mailboxes, absences. Kept by address in lower case.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    schema::addresses as t,
    text::key,
    time::{moment, stamp},
};
use crate::domain::Timestamp;

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

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    surveyed_at: Option<NaiveDateTime>,
    no_survey: bool,
    dead_since: Option<NaiveDateTime>,
    away_until: Option<NaiveDateTime>,
}

impl Row {
    fn into_known(self) -> Known {
        Known {
            surveyed_at: self.surveyed_at.map(moment),
            no_survey: self.no_survey,
            dead_since: self.dead_since.map(moment),
            away_until: self.away_until.map(moment),
        }
    }
}
