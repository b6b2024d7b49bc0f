//! The sender: leases rows of the outbox, sends their fixed bytes, settles them. It decides nothing.
//!
//! A row is marked as in flight before its bytes leave; if the answer never comes it is sent again with the same
//! bytes and the same Message-ID, which is the one window in which a mail may arrive twice. Refusals of the relay
//! itself (login, certificate, unreachable) count against no mail: they stop the round.
use std::{sync::Arc, time::Duration as StdDuration};

use chrono::Duration;

use crate::{
    clerk::{Clerk, ClerkError, writing},
    domain::Timestamp,
    smtp::{Class, Mailer, SmtpError},
    store::{Store, StoreError, outbox, outbox::Row},
};

/// How long a row belongs to a sender: longer than the longest conversation (ten minutes after the final dot).
const LEASE: Duration = Duration::minutes(15);
/// Rows leased at once.
const BATCH: i64 = 16;
/// A mail that could not leave for so long is given up (RFC 5321 §4.5.4.1: four to five days).
const GIVE_UP: Duration = Duration::days(5);
/// Minutes until the next try, by tries so far; the last repeats.
const RETRY_MINUTES: &[i64] = &[1, 5, 15, 30, 60];
/// Cause under which the relay's troubles are alarmed.
const CAUSE: &str = "relay";

/// The sender.
pub struct Sender {
    clerk: Arc<Clerk>,
    /// Names this process among others on one database.
    owner: String,
}

/// How a round ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Mails that left.
    pub sent: usize,
    /// Mails put off.
    pub put_off: usize,
    /// Mails given up.
    pub dead: usize,
    /// Whether the relay itself failed and the rest of the round was left.
    pub relay: Relay,
    /// When the next row may be due.
    pub next: Option<Timestamp>,
}

/// How the relay did in a round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Relay {
    /// It answered.
    #[default]
    Fine,
    /// It could not be used.
    Down,
}

impl Sender {
    /// A sender that signs its leases as `owner`.
    pub fn new(clerk: Arc<Clerk>, owner: String) -> Self {
        Sender { clerk, owner }
    }

    /// Leases what is due.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lease(&self, store: &Store) -> Result<Vec<Row>, StoreError> {
        let now = self.clerk.clock.now();
        store.with(|db| outbox::lease(db, &self.owner, now, LEASE, BATCH))
    }

    /// Marks a row as in flight: from here on it may have left. False if the lease was lost meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin(&self, store: &Store, row: &Row) -> Result<bool, StoreError> {
        store.with(|db| outbox::mark_in_flight(db, row.id, row.fence))
    }

    /// Records what became of a row.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settle(&self, store: &Store, row: &Row, result: &Result<(), SmtpError>) -> Result<Settled, ClerkError> {
        let now = self.clerk.clock.now();
        let error = match result {
            Ok(()) => {
                store.with(|db| outbox::sent(db, row.id, row.fence, now))?;
                return Ok(Settled::Sent);
            }
            Err(error) => error,
        };
        let text = match error.text() {
            Some(words) => format!("{error}: {words}"),
            None => error.to_string(),
        };
        let code = error.code();
        let too_old = now - row.created_at > GIVE_UP;
        match error.class() {
            Class::Permanent => {
                store.with(|db| outbox::dead(db, row.id, row.fence, &text, code))?;
                Ok(Settled::Dead)
            }
            Class::Temporary | Class::Uncertain if too_old => {
                store.with(|db| outbox::dead(db, row.id, row.fence, &text, code))?;
                Ok(Settled::Dead)
            }
            Class::Temporary | Class::Uncertain => {
                let next = now + self.wait(row.attempts);
                store.with(|db| outbox::failed(db, row.id, row.fence, next, &text, code))?;
                let relay = matches!(error, SmtpError::Unreachable { .. } | SmtpError::Timeout { .. } | SmtpError::Lost { .. });
                Ok(if relay { Settled::RelayDown } else { Settled::PutOff })
            }
            Class::Configuration => {
                let next = now + Duration::minutes(1);
                store.with(|db| outbox::failed(db, row.id, row.fence, next, &text, code))?;
                Ok(Settled::RelayDown)
            }
        }
    }

    /// The wait before the next try, with a fifth of jitter either way.
    fn wait(&self, attempts: i32) -> Duration {
        let tries = usize::try_from(attempts.max(1)).unwrap_or(1) - 1;
        let minutes = RETRY_MINUTES.get(tries).or(RETRY_MINUTES.last()).copied().unwrap_or(60);
        let [random] = self.clerk.clock.random::<1>();
        let base = minutes * 60;
        Duration::seconds(base * 4 / 5 + base * 2 / 5 * i64::from(random) / 255)
    }

    /// Sends what is due, one mail after the other, over one connection.
    ///
    /// # Errors
    /// When the database fails. Failures of the relay are part of the result.
    pub async fn round(self: &Arc<Self>, store: &Store, mailer: &Mailer) -> Result<Round, ClerkError> {
        let mut round = Round::default();
        let this = Arc::clone(self);
        let rows = store.run({ let s = store.clone(); let this = Arc::clone(&this); move |_| this.lease(&s) }).await?;
        let mut rows = rows.into_iter();
        for row in rows.by_ref() {
            if !on_thread(store, { let this = Arc::clone(&this); let row = row.clone(); move |s| Ok(this.begin(s, &row)?) }).await? {
                continue;
            }
            let result = mailer.send(row.envelope_from.as_deref(), &row.recipient, &row.bytes).await;
            log(&row, &result);
            let failure = result.as_ref().err().map(|error| (error.to_string(), error.advice()));
            let settled = on_thread(store, { let this = Arc::clone(&this); let row = row.clone(); move |s| this.settle(s, &row, &result) }).await?;
            match settled {
                Settled::Sent => round.sent += 1,
                Settled::PutOff => round.put_off += 1,
                Settled::Dead => round.dead += 1,
                Settled::RelayDown => {
                    round.put_off += 1;
                    round.relay = Relay::Down;
                    if let Some((what, advice)) = failure {
                        self.alarm(store, what, advice).await?;
                    }
                    break;
                }
            }
        }
        if round.sent > 0 {
            let this = Arc::clone(self);
            on_thread(store, move |s| writing(s, |db| this.clerk.all_clear(db, CAUSE, this.clerk.clock.now()))).await?;
        }
        let left: Vec<Row> = rows.collect();
        let owner = self.owner.clone();
        round.next = store.run(move |db| {
            for row in &left {
                outbox::give_back(db, row.id, row.fence)?;
            }
            let _ = owner;
            outbox::next_due(db)
        }).await?;
        Ok(round)
    }

    async fn alarm(self: &Arc<Self>, store: &Store, what: String, advice: &'static str) -> Result<(), ClerkError> {
        let this = Arc::clone(self);
        on_thread(store, move |s| {
            let now = this.clerk.clock.now();
            writing(s, |db| this.clerk.alarm(db, CAUSE, &format!("Mail cannot leave: {what}."), advice, now))
        })
        .await
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It left.
    Sent,
    /// It will be tried again.
    PutOff,
    /// It is given up.
    Dead,
    /// It will be tried again; the relay as a whole cannot be used now.
    RelayDown,
}

fn log(row: &Row, result: &Result<(), SmtpError>) {
    let (outbox, dispute, letter) = (row.id, row.dispute.map(|number| number.0), row.letter.as_str());
    match result {
        Ok(()) => tracing::info!(outbox, dispute, letter, "A mail left"),
        Err(error) => match error.class() {
            Class::Permanent => tracing::error!(outbox, dispute, letter, code = error.code(), "A mail was refused for good: {error}"),
            Class::Uncertain => tracing::warn!(outbox, dispute, letter, "A mail may have left and will be sent again: {error}"),
            _ => tracing::warn!(outbox, dispute, letter, code = error.code(), "A mail was put off: {error}"),
        },
    }
}

/// How long the sender rests after the relay failed, by failed rounds in a row.
pub fn rest(failed_rounds: u32) -> StdDuration {
    StdDuration::from_secs(5 << failed_rounds.min(4))
}
