//! The ticker: finds what is due and has it decided like any other event.
//!
//! Timers are rows; cron jobs are keyed by the local date they run for, so that clock changes, restarts and a second
//! daemon neither double nor skip them. A job that was missed is caught up once. Mail that could not be delivered is
//! reported to its agent here too, since the sender decides nothing.
mod suspects;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use chrono::Duration;

use crate::{
    clerk::{Act, Birth, Clerk, ClerkError, writing},
    clock::Schedule,
    crash::{self, Point},
    decide::{self, Case, Event, Permanence, Returned, flood::WINDOW},
    domain::{
        Timestamp,
        decision::{Outgoing, Thread, TimerChange},
        dispute::{Awaiting, Dispute, Stage},
        letter::{Digest, DigestItem, Due, StaffLetter},
        party::Staff,
    },
    store::{self, Db, Store, addresses, disputes, events::Once, inbox, jobs, outbox, restored, timers},
};

/// Timers decided in one look.
const BATCH: i64 = 100;
/// Disputes in one digest.
const DIGEST_LENGTH: i64 = 500;
/// A missed job older than this is not caught up any more.
const TOO_LATE: Duration = Duration::hours(48);
/// A timer that cannot be decided waits this long.
const PUT_OFF: Duration = Duration::hours(1);
/// Stands for the run before the first one: it sorts before every date.
const BEFORE_ALL: &str = "0";
/// Dead letters looked at in one look.
const DEAD_LETTERS: i64 = 50;

/// What repeats.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The agents' digest.
    pub digest: Schedule,
    /// The list of suspect mail.
    pub suspects: Schedule,
    /// The anchor over all journals.
    pub anchor: Schedule,
}

/// The ticker.
pub struct Ticker {
    clerk: Arc<Clerk>,
    settings: Settings,
}

/// What one look came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Timers that were decided.
    pub decided: usize,
    /// Letters written by jobs.
    pub written: usize,
    /// The next moment at which something is due.
    pub next: Option<Timestamp>,
}

impl Ticker {
    /// A ticker for these jobs.
    pub fn new(clerk: Arc<Clerk>, settings: Settings) -> Self {
        Ticker { clerk, settings }
    }

    /// Decides what is due now.
    ///
    /// # Errors
    /// When the database fails; what was decided before stays decided.
    pub fn tick(&self, store: &Store) -> Result<Ticked, ClerkError> {
        let now = self.clerk.clock.now();
        crash::before(Point::TickerPick);
        let due = store.with(|db| timers::due(db, now, BATCH))?;
        crash::after(Point::TickerPick);
        let decided = due.len();
        for timer in due {
            self.attempt(store, &timer, now)?;
        }
        self.report_dead_letters(store, now)?;
        let mut written = 0;
        written +=
            self.job(store, "digest", &self.settings.digest, now, |db, run| self.digest(db, run, now))?;
        let listed = store.with(|db| jobs::last(db, "suspects"))?.map_or(now, |last| last.ran_at);
        written += self.job(store, "suspects", &self.settings.suspects, now, |db, run| {
            self.list_suspects(db, run, listed, now)
        })?;
        written += self.job(store, "anchor", &self.settings.anchor, now, |db, run| {
            let day = run.split('T').next().and_then(|day| day.parse().ok());
            let day = day.unwrap_or_else(|| self.clerk.policy.calendar.local_date(now));
            if let Some(anchor) = store::journal::anchor(db, day, now)? {
                // Kept elsewhere, this line proves that nobody rewrote chains and anchors alike.
                let hash = data_encoding::HEXLOWER.encode(&anchor.hash);
                tracing::info!(%day, journals = anchor.heads, hash, "The journals were anchored");
            }
            Ok(0)
        })?;
        writing(store, |db| db.tx(|db| self.clerk.calm_down(db, now)))?;
        let next = store.with(|db| Ok([timers::next_due(db)?, addresses::next_end(db, WINDOW)?]))?;
        let zone = self.clerk.policy.calendar.zone;
        let jobs = [&self.settings.digest, &self.settings.suspects, &self.settings.anchor];
        let jobs = jobs.into_iter().filter_map(|schedule| Some(schedule.next_after(now, zone)?.at));
        Ok(Ticked { decided, written, next: jobs.chain(next.into_iter().flatten()).min() })
    }

    /// Decides one timer. One that cannot be decided is put off with an alarm; the others are not delayed.
    fn attempt(&self, store: &Store, timer: &timers::Timer, now: Timestamp) -> Result<(), ClerkError> {
        let decide = || {
            crash::before(Point::TickerCommit);
            writing(store, |db| self.fall_due(db, timer, now))
        };
        let what = match catch_unwind(AssertUnwindSafe(decide)) {
            Ok(Ok(())) => {
                crash::after(Point::TickerCommit);
                return Ok(());
            }
            Ok(Err(ClerkError::Store(error))) if error.is_temporary() => return Err(error.into()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the program failed on it".to_owned(),
        };
        let number = timer.dispute.public(&self.clerk.policy.prefix);
        let cause = format!("timer {number} {}", timer.kind);
        let what = format!("In {number}, what was due ({}) could not be done: {what}.", timer.kind);
        let advice = "Look at the dispute with redress show; it is tried again within the hour.";
        writing(store, |db| {
            db.tx(|db| {
                db.desk_lock()?;
                // Whoever moved or removed it meanwhile has the last word.
                if timers::take(db, timer)? == timers::Take::Taken {
                    timers::apply(db, timer.dispute, &[TimerChange::Set(timer.kind, now + PUT_OFF)])?;
                }
                self.clerk.alarm(db, &cause, &what, advice, now)
            })
        })
    }

    fn fall_due(&self, db: &mut Db, timer: &timers::Timer, now: Timestamp) -> Result<(), ClerkError> {
        db.tx(|db| {
            db.desk_lock()?;
            if timers::take(db, timer)? == timers::Take::Stale {
                return Ok(());
            }
            let Some(dispute) = disputes::load(db, timer.dispute)? else { return Ok(()) };
            // The version makes the key its own, should a clock that was ahead have used the moment before.
            let moment = timer.due_at.timestamp_micros();
            let key = format!("timer:{}:{}:{moment}:{}", timer.dispute.0, timer.kind, dispute.version);
            restored::holding(db, timer.due_at, |db| {
                self.decide(db, &dispute, &Event::Due(timer.kind, timer.due_at), &key, now)
            })
        })
    }

    fn decide(
        &self,
        db: &mut Db,
        dispute: &Dispute,
        event: &Event,
        key: &str,
        now: Timestamp,
    ) -> Result<(), ClerkError> {
        let facts = self.clerk.facts(db, dispute, now)?;
        let case = Case { dispute, facts: &facts, policy: &self.clerk.policy, now, key };
        // Only what an agent asks for can be refused.
        let Ok(decision) = decide::decide(&case, event) else { return Ok(()) };
        self.clerk.commit(db, Act { key, birth: Birth::Known, decision, filing: None, now })?;
        Ok(())
    }

    /// Mail that was refused for good is reported once: to the agent if it was for a customer, else to the operators.
    fn report_dead_letters(&self, store: &Store, now: Timestamp) -> Result<(), ClerkError> {
        for row in store.with(|db| outbox::unreported_dead(db, DEAD_LETTERS))? {
            writing(store, |db| {
                db.tx(|db| {
                    db.desk_lock()?;
                    outbox::reported(db, row.id)?;
                    let dispute = match row.dispute {
                        Some(number) => disputes::load(db, number)?,
                        None => None,
                    };
                    match (row.audience, dispute) {
                        (outbox::Audience::Customer, Some(dispute)) => {
                            let key = format!("dead:{}:{}", row.id, row.fence);
                            self.decide(db, &dispute, &Event::Undeliverable(returned(&row)), &key, now)
                        }
                        (outbox::Audience::Staff, _) => self.clerk.staff_undelivered(db, &row.recipient, now),
                        _ => Ok(()),
                    }
                })
            })?;
        }
        Ok(())
    }

    /// Runs a cron job if a run of it has come since the last one. Of several missed runs only the last is caught up.
    fn job(
        &self,
        store: &Store,
        name: &str,
        schedule: &Schedule,
        now: Timestamp,
        run: impl Fn(&mut Db, &str) -> Result<usize, ClerkError>,
    ) -> Result<usize, ClerkError> {
        let last = store.with(|db| jobs::last(db, name))?;
        let Some(last) = last else {
            // The first start begins to count; nothing is caught up from before it.
            store.with(|db| jobs::run_once(db, name, BEFORE_ALL, now))?;
            return Ok(0);
        };
        let Some(latest) = self.latest_run(schedule, last.ran_at, now) else { return Ok(0) };
        crash::before(Point::TickerJob);
        let written = writing(store, |db| {
            db.tx(|db| {
                db.desk_lock()?;
                match jobs::run_once(db, name, &latest, now)? {
                    Once::New => run(db, &latest),
                    Once::Repeated => Ok(0),
                }
            })
        });
        crash::after(Point::TickerJob);
        written
    }

    fn latest_run(&self, schedule: &Schedule, since: Timestamp, now: Timestamp) -> Option<String> {
        let zone = self.clerk.policy.calendar.zone;
        let mut after = since.max(now - TOO_LATE);
        let mut latest = None;
        while let Some(run) = schedule.next_after(after, zone).filter(|run| run.at <= now) {
            latest = Some(run.key());
            after = run.at;
        }
        latest
    }

    /// What each agent has on their plate today. Whoever has nothing gets nothing.
    fn digest(&self, db: &mut Db, run: &str, now: Timestamp) -> Result<usize, ClerkError> {
        let stages = Stage::ALL.iter().copied().filter(|stage| *stage != Stage::Closed).collect();
        let filter = disputes::Filter { stages, ..disputes::Filter::default() };
        let open = disputes::list(db, &filter, DIGEST_LENGTH)?;
        let letters: Vec<Outgoing> = self
            .clerk
            .policy
            .staff
            .iter()
            .filter_map(|staff| self.digest_for(staff, &open, run, now))
            .collect();
        self.clerk.post(db, &format!("digest:{run}"), &letters, now)?;
        if inbox::list(db, inbox::Status::Quarantined, 1)?.is_empty() {
            self.clerk.none_set_aside(db, now)?;
        }
        Ok(letters.len())
    }

    fn digest_for(&self, staff: &Staff, open: &[Dispute], run: &str, now: Timestamp) -> Option<Outgoing> {
        let items = |mine: fn(&Dispute, &Staff) -> bool| {
            let mut items: Vec<_> = open
                .iter()
                .filter(|dispute| mine(dispute, staff))
                .map(|d| self.digest_item(d, now))
                .collect();
            items.sort_by_key(|item: &DigestItem| (item.due, item.promise));
            items
        };
        let mine = items(|dispute, staff| dispute.agent.as_deref() == Some(staff.address.as_str()));
        let free = items(|dispute, _| dispute.agent.is_none());
        if mine.is_empty() && free.is_empty() {
            return None;
        }
        let letter = Digest { agent: staff.name.clone(), date: now, mine, free };
        let key = format!("digest:{run}:{}", staff.address);
        Some(self.clerk.staff_letter(
            &staff.address,
            StaffLetter::Digest(letter),
            key,
            Thread::default(),
            now,
        ))
    }

    fn digest_item(&self, dispute: &Dispute, now: Timestamp) -> DigestItem {
        let calendar = &self.clerk.policy.calendar;
        let promise = dispute.promise.map(|promise| promise.due);
        let due = match promise {
            _ if dispute.awaiting != Awaiting::Us => Due::Waiting,
            Some(due) if due <= now => Due::Overdue,
            Some(due) if calendar.local_date(due) <= calendar.local_date(now) => Due::Today,
            _ => Due::Later,
        };
        DigestItem {
            number: dispute.number.public(&self.clerk.policy.prefix),
            subject: dispute.subject.clone(),
            stage: dispute.stage,
            awaiting: dispute.awaiting,
            promise,
            due,
        }
    }
}

/// What a dead letter means for its dispute.
fn returned(row: &outbox::Letter) -> Returned {
    let permanence = if row.refused_recipient { Permanence::Address } else { Permanence::Mail };
    Returned { permanence, diagnostic: row.last_error.clone().unwrap_or_default() }
}
