//! What a decision needs to know beyond the dispute's own row.
use chrono::Duration;

use super::Clerk;
use crate::{
    decide::{Facts, flood::Pace, past_of},
    domain::{
        Timestamp,
        decision::{Thread, TimerKind, What},
        dispute::{Dispute, Number},
        letter::{Milestone, MilestoneKind, PastDispute},
    },
    store::{
        Db, StoreError, addresses, disputes, journal, message_ids,
        outbox::{self, Whose},
        timers,
    },
};

/// Steps of the way that a status shows.
const MILESTONES: usize = 20;
/// Mails of the customer that an answer names in References.
const THREAD_LENGTH: i64 = 20;

impl Clerk {
    /// What the store knows of a dispute beyond its row; the timeline is loaded apart, by those who show it.
    pub fn facts(&self, db: &mut Db, dispute: &Dispute, now: Timestamp) -> Result<Facts, StoreError> {
        let past = self.past(db, &dispute.customer.address, Some(dispute.number))?;
        let standing = addresses::known(db, &dispute.customer.address)?;
        Ok(Facts {
            past,
            timeline: Vec::new(),
            customer_thread: customer_thread(db, dispute)?,
            surveyed_at: standing.surveyed_at,
            surveys_stopped: standing.no_survey,
            turn_due: turn_due(db, dispute)?,
            answered_lately: Self::answered_lately(db, &dispute.customer.address, now)?,
            latched_until: standing.latched_until,
            pace: Pace::Usual,
        })
    }

    /// What happened so far, as the customer may see it: the beginning and the latest.
    pub fn timeline(&self, db: &mut Db, number: Number) -> Result<Vec<Milestone>, StoreError> {
        let entries = journal::of(db, number)?;
        let mut seen: Vec<Milestone> = entries
            .iter()
            .filter_map(|entry| {
                Some(Milestone { at: entry.at, what: milestone(entry.entry.as_ref()?.what)? })
            })
            .collect();
        if seen.len() > MILESTONES {
            seen.drain(1..=seen.len() - MILESTONES);
        }
        Ok(seen)
    }

    /// Earlier disputes of a customer, newest first, without `but`.
    pub fn past(
        &self,
        db: &mut Db,
        address: &str,
        but: Option<Number>,
    ) -> Result<Vec<PastDispute>, StoreError> {
        let disputes = disputes::of_customer(db, address, 6)?;
        Ok(disputes.iter().filter(|d| Some(d.number) != but).map(|d| past_of(d, &self.policy)).collect())
    }

    fn answered_lately(db: &mut Db, address: &str, now: Timestamp) -> Result<u32, StoreError> {
        const ANSWERS: &[&str] =
            &["status", "ask-back", "reopened", "withdrawn", "confirmed", "survey-thanks"];
        let mut count = 0;
        for letter in ANSWERS {
            count += outbox::count_letters_to(db, Whose::Address(address), letter, now - Duration::hours(1))?;
        }
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

/// What a customer may see of a journal entry.
fn milestone(what: What) -> Option<MilestoneKind> {
    Some(match what {
        What::Opened => MilestoneKind::Received,
        What::CustomerWrote => MilestoneKind::YouWrote,
        What::Taken => MilestoneKind::Taken,
        What::Answered => MilestoneKind::Answered,
        What::HoldingUpdate => MilestoneKind::Delayed,
        What::Resolved => MilestoneKind::Resolved,
        What::Escalated => MilestoneKind::Escalated,
        What::Closed | What::Confirmed | What::Withdrawn => MilestoneKind::Closed,
        What::Reopened => MilestoneKind::Reopened,
        _ => return None,
    })
}

/// The customer's mails in a dispute, by which their client threads our answer.
fn customer_thread(db: &mut Db, dispute: &Dispute) -> Result<Thread, StoreError> {
    let mut ids = message_ids::latest_of(db, dispute.number, &dispute.customer.address, THREAD_LENGTH)?;
    ids.reverse();
    Ok(Thread { in_reply_to: ids.last().cloned(), references: ids })
}

/// When the next step of the customer's turn is due.
fn turn_due(db: &mut Db, dispute: &Dispute) -> Result<Option<Timestamp>, StoreError> {
    let timers = timers::of(db, dispute.number)?;
    Ok(timers.iter().find(|timer| timer.kind == TimerKind::CustomerTurn).map(|timer| timer.due_at))
}
