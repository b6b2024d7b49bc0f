//! Disputes: one row each, replaced whole, guarded by its version.
//!
//! A row that cannot be read as a [`Dispute`] is an error, never a guess.
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Db, StoreError,
    db::on,
    restored,
    schema::disputes as t,
    text::{key, storable},
    time::{moment, stamp},
};
use crate::domain::{
    Timestamp,
    dispute::{Dispute, Number, Promise, Question, Rating, Stage},
    party::Customer,
};

/// Which disputes to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only in these stages; all if empty.
    pub stages: Vec<Stage>,
    /// Only of this agent.
    pub agent: Option<Holder>,
    /// Only of this customer, by address in any case.
    pub customer: Option<String>,
    /// Only those whose promise falls due before this moment.
    pub promise_before: Option<Timestamp>,
}

/// Who has a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Nobody.
    Nobody,
    /// This agent, by registered address.
    Agent(String),
}

/// The next free number, at least `first`. Call it under [`Db::desk_lock`], in the transaction that inserts.
pub fn next_number(db: &mut Db, first: i64) -> Result<Number, StoreError> {
    let last = restored::highest(db)?;
    Ok(Number(last.map_or(first, |last| first.max(last + 1))))
}

/// Inserts a dispute at one version above the given one, and returns that version.
pub fn insert(db: &mut Db, dispute: &Dispute) -> Result<i64, StoreError> {
    let row = Row::of(dispute);
    on!(db, c => diesel::insert_into(t::table).values(&row).execute(c))?;
    Ok(row.version)
}

/// Replaces the row if it still has the version of `dispute`, and returns the new version, one higher. `None` if
/// it has changed since it was loaded, or was never there.
pub fn update(db: &mut Db, dispute: &Dispute) -> Result<Option<i64>, StoreError> {
    let row = Row::of(dispute);
    let changed = on!(db, c => diesel::update(t::table)
        .filter(t::number.eq(row.number).and(t::version.eq(dispute.version)))
        .set(&row)
        .execute(c))?;
    Ok((changed == 1).then_some(row.version))
}

/// One dispute.
pub fn load(db: &mut Db, number: Number) -> Result<Option<Dispute>, StoreError> {
    let row = on!(db, c => t::table.find(number.0).select(Row::as_select()).get_result(c).optional())?;
    row.map(Row::into_dispute).transpose()
}

/// The disputes that fit, newest first, at most `limit`.
pub fn list(db: &mut Db, filter: &Filter, limit: i64) -> Result<Vec<Dispute>, StoreError> {
    let stages: Vec<&str> = filter.stages.iter().map(|stage| stage.word()).collect();
    let before = filter.promise_before.map(stamp);
    let customer = filter.customer.as_deref().map(key);
    let rows = on!(db, c => {
        let mut query = t::table.select(Row::as_select()).into_boxed();
        if !stages.is_empty() {
            query = query.filter(t::stage.eq_any(stages));
        }
        query = match &filter.agent {
            None => query,
            Some(Holder::Nobody) => query.filter(t::agent.is_null()),
            Some(Holder::Agent(address)) => query.filter(t::agent.eq(address)),
        };
        if let Some(customer) = customer {
            query = query.filter(t::customer_key.eq(customer));
        }
        if let Some(before) = before {
            query = query.filter(t::promise_due.lt(before));
        }
        query.order(t::number.desc()).limit(limit).load::<Row>(c)
    })?;
    rows.into_iter().map(Row::into_dispute).collect()
}

/// A customer's disputes, newest first, at most `limit`.
pub fn of_customer(db: &mut Db, address: &str, limit: i64) -> Result<Vec<Dispute>, StoreError> {
    list(db, &Filter { customer: Some(address.to_owned()), ..Filter::default() }, limit)
}

/// What an agent has that is not closed, newest first, at most `limit`.
pub fn open_for_agent(db: &mut Db, address: &str, limit: i64) -> Result<Vec<Dispute>, StoreError> {
    let agent = Some(Holder::Agent(address.to_owned()));
    list(db, &Filter { stages: not_closed(), agent, ..Filter::default() }, limit)
}

/// Disputes that are not closed and whose promise falls due before `before`, for the morning digest; at most
/// `limit`, newest first.
pub fn due_digest(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Dispute>, StoreError> {
    list(db, &Filter { stages: not_closed(), promise_before: Some(before), ..Filter::default() }, limit)
}

/// How many disputes are in each stage; stages without any are absent.
pub fn counts(db: &mut Db) -> Result<Vec<(Stage, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(db, c => t::table
        .group_by(t::stage)
        .select((t::stage, diesel::dsl::count_star()))
        .order(t::stage)
        .load(c))?;
    rows.into_iter().map(|(stage, count)| Ok((stage.parse()?, count))).collect()
}

fn not_closed() -> Vec<Stage> {
    Stage::ALL.iter().copied().filter(|stage| *stage != Stage::Closed).collect()
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = t, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    number: i64,
    version: i64,
    subject: String,
    language: String,
    customer_address: String,
    customer_key: String,
    customer_name: Option<String>,
    authenticated: bool,
    stage: String,
    level: String,
    awaiting: String,
    outcome: Option<String>,
    agent: Option<String>,
    opened_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
    unanswered_since: Option<NaiveDateTime>,
    promise_due: Option<NaiveDateTime>,
    promise_made_at: Option<NaiveDateTime>,
    promises_kept: i64,
    promises_broken: i64,
    question_serial: Option<i64>,
    question_kind: Option<String>,
    question_asked_at: Option<NaiveDateTime>,
    questions_asked: i64,
    reminders: i64,
    paused_until: Option<NaiveDateTime>,
    silent: bool,
    undeliverable: bool,
    rating_score: Option<i64>,
    rating_given_at: Option<NaiveDateTime>,
    linked: Option<i64>,
}

impl Row {
    /// The row to write, one version above the state it was decided on.
    fn of(dispute: &Dispute) -> Self {
        Self {
            number: dispute.number.0,
            version: dispute.version + 1,
            subject: storable(&dispute.subject),
            language: dispute.language.clone(),
            customer_address: storable(&dispute.customer.address),
            customer_key: key(&dispute.customer.address),
            customer_name: dispute.customer.name.as_deref().map(storable),
            authenticated: dispute.authenticated,
            stage: dispute.stage.to_string(),
            level: dispute.level.to_string(),
            awaiting: dispute.awaiting.to_string(),
            outcome: dispute.outcome.map(|outcome| outcome.to_string()),
            agent: dispute.agent.clone(),
            opened_at: stamp(dispute.opened_at),
            closed_at: dispute.closed_at.map(stamp),
            unanswered_since: dispute.unanswered_since.map(stamp),
            promise_due: dispute.promise.map(|promise| stamp(promise.due)),
            promise_made_at: dispute.promise.map(|promise| stamp(promise.made_at)),
            promises_kept: dispute.promises_kept.into(),
            promises_broken: dispute.promises_broken.into(),
            question_serial: dispute.question.map(|question| question.serial.into()),
            question_kind: dispute.question.map(|question| question.kind.to_string()),
            question_asked_at: dispute.question.map(|question| stamp(question.asked_at)),
            questions_asked: dispute.questions_asked.into(),
            reminders: dispute.reminders.into(),
            paused_until: dispute.paused_until.map(stamp),
            silent: dispute.silent,
            undeliverable: dispute.undeliverable,
            rating_score: dispute.rating.map(|rating| rating.score.into()),
            rating_given_at: dispute.rating.map(|rating| stamp(rating.given_at)),
            linked: dispute.linked.map(|number| number.0),
        }
    }

    fn into_dispute(self) -> Result<Dispute, StoreError> {
        let promise = pair("promise", self.promise_due, self.promise_made_at)?
            .map(|(due, made_at)| Promise { due: moment(due), made_at: moment(made_at) });
        let question = pair(
            "question",
            pair("question", self.question_serial, self.question_kind)?,
            self.question_asked_at,
        )?;
        let question = question
            .map(|((serial, kind), asked_at)| {
                let (serial, kind) = (u32::try_from(serial)?, kind.parse()?);
                Ok::<_, StoreError>(Question { serial, kind, asked_at: moment(asked_at) })
            })
            .transpose()?;
        let rating = pair("rating", self.rating_score, self.rating_given_at)?
            .map(|(score, given_at)| {
                Ok::<_, StoreError>(Rating { score: u8::try_from(score)?, given_at: moment(given_at) })
            })
            .transpose()?;
        Ok(Dispute {
            number: Number(self.number),
            version: self.version,
            subject: self.subject,
            language: self.language,
            customer: Customer { address: self.customer_address, name: self.customer_name },
            authenticated: self.authenticated,
            stage: self.stage.parse()?,
            level: self.level.parse()?,
            awaiting: self.awaiting.parse()?,
            outcome: self.outcome.as_deref().map(str::parse).transpose()?,
            agent: self.agent,
            opened_at: moment(self.opened_at),
            closed_at: self.closed_at.map(moment),
            unanswered_since: self.unanswered_since.map(moment),
            promise,
            promises_kept: u32::try_from(self.promises_kept)?,
            promises_broken: u32::try_from(self.promises_broken)?,
            question,
            questions_asked: u32::try_from(self.questions_asked)?,
            reminders: u32::try_from(self.reminders)?,
            paused_until: self.paused_until.map(moment),
            silent: self.silent,
            undeliverable: self.undeliverable,
            rating,
            linked: self.linked.map(Number),
        })
    }
}

/// Two columns that are set together or not at all.
fn pair<A, B>(what: &str, first: Option<A>, second: Option<B>) -> Result<Option<(A, B)>, StoreError> {
    match (first, second) {
        (Some(first), Some(second)) => Ok(Some((first, second))),
        (None, None) => Ok(None),
        _ => Err(StoreError::Corrupt(format!("half a {what}"))),
    }
}
