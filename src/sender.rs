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
    smtp::{Class, Mailer, SmtpError, Stage},
    store::{
        Store, StoreError,
        outbox::{self, Doubt, Failure, Lease, Leased, Letter},
    },
};

/// How long a row belongs to a sender: longer than the longest conversation (ten minutes after the final dot).
const LEASE: Duration = Duration::minutes(15);
/// Rows leased at once.
const BATCH: i64 = 16;
/// A mail that could not leave for so long is given up (RFC 5321 §4.5.4.1: four to five days).
const GIVE_UP: Duration = Duration::days(5);
/// Minutes until the next try, by tries so far; the last repeats.
const RETRY_MINUTES: &[i64] = &[1, 5, 15, 30, 60];
/// Failed tries of one mail before the operators are told that the relay is down.
const PATIENCE: i64 = 2;
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

    /// Leases what is due and marks it as in flight, one after the other, as it is asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lease(&self, store: &Store) -> Result<Vec<Leased>, StoreError> {
        let now = self.clerk.clock.now();
        store.with(|db| outbox::lease(db, &self.owner, now, LEASE, BATCH))
    }

    /// Marks a mail as in flight: from here on it may have left. False if the lease was lost meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin(&self, store: &Store, lease: Lease) -> Result<bool, StoreError> {
        store.with(|db| Ok(!outbox::mark_in_flight(db, &[lease])?.is_empty()))
    }

    /// Records what became of a mail.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settle(
        &self,
        store: &Store,
        leased: &Leased,
        result: &Result<(), SmtpError>,
    ) -> Result<Settled, StoreError> {
        let now = self.clerk.clock.now();
        let lease = leased.lease();
        let Err(error) = result else {
            store.with(|db| outbox::sent(db, lease, Some(250), now))?;
            return Ok(Settled::Sent);
        };
        let class = error.class();
        let text = error.text().map_or_else(|| error.to_string(), |words| format!("{error}: {words}"));
        let doubt = if class == Class::Uncertain { Doubt::MayBeSent } else { Doubt::None };
        let failure = Failure { error: text, code: error.code().map(i64::from), doubt };
        let too_old = now - leased.letter.created_at > GIVE_UP;
        match class {
            Class::Permanent => {
                store.with(|db| outbox::dead(db, lease, &failure))?;
                Ok(Settled::Dead)
            }
            Class::Temporary | Class::Uncertain if too_old => {
                store.with(|db| outbox::dead(db, lease, &failure))?;
                Ok(Settled::Dead)
            }
            Class::Temporary | Class::Uncertain => {
                // Where no mail can be to blame, the sender's own rest spaces the tries.
                let blameless = matches!(error, SmtpError::Unreachable { .. });
                let wait = if blameless { Duration::zero() } else { self.wait(leased.letter.attempts) };
                let next = now + wait;
                store.with(|db| outbox::failed(db, lease, next, &failure))?;
                Ok(if concerns_relay(error) { Settled::RelayDown } else { Settled::PutOff })
            }
            Class::Configuration => {
                // A relay may refuse the sender's address of one mail alone; that one must not stand before all others.
                let blameless = !matches!(error, SmtpError::Configuration { stage: Stage::Sender, .. });
                let wait = if blameless { Duration::zero() } else { Duration::minutes(1) };
                store.with(|db| outbox::failed(db, lease, now + wait, &failure))?;
                Ok(Settled::RelayDown)
            }
        }
    }

    /// The wait before the next try, with a fifth of jitter either way.
    fn wait(&self, attempts: i64) -> Duration {
        let tries = usize::try_from(attempts).unwrap_or(0);
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
        let mut rows = self.on_thread(store, Self::lease).await?.into_iter();
        for leased in rows.by_ref() {
            let lease = leased.lease();
            if !self.on_thread(store, move |this, store| this.begin(store, lease)).await? {
                continue;
            }
            let letter = &leased.letter;
            let result = mailer.send(letter.envelope_from.as_deref(), &letter.recipient, &leased.bytes).await;
            log(letter, &result);
            let alarming =
                |error: &&SmtpError| error.class() == Class::Configuration || letter.attempts >= PATIENCE;
            let trouble =
                result.as_ref().err().filter(alarming).map(|error| (error.to_string(), error.advice()));
            match self.on_thread(store, move |this, store| this.settle(store, &leased, &result)).await? {
                Settled::Sent => round.sent += 1,
                Settled::PutOff => round.put_off += 1,
                Settled::Dead => round.dead += 1,
                Settled::RelayDown => {
                    round.put_off += 1;
                    round.relay = Relay::Down;
                    if let Some((what, advice)) = trouble {
                        self.on_thread(store, move |this, store| this.alarm(store, &what, advice)).await?;
                    }
                    break;
                }
            }
        }
        if round.sent > 0 {
            self.on_thread(store, Self::all_clear).await?;
        }
        let left: Vec<Lease> = rows.map(|leased| leased.lease()).collect();
        round.next = store
            .run(move |db| {
                outbox::give_back(db, &left)?;
                outbox::next_due(db)
            })
            .await?;
        Ok(round)
    }

    fn alarm(&self, store: &Store, what: &str, advice: &str) -> Result<(), ClerkError> {
        let now = self.clerk.clock.now();
        writing(store, |db| self.clerk.alarm(db, CAUSE, &format!("Mail cannot leave: {what}."), advice, now))
    }

    fn all_clear(&self, store: &Store) -> Result<(), ClerkError> {
        writing(store, |db| self.clerk.all_clear(db, CAUSE, self.clerk.clock.now()))
    }

    /// Runs blocking work of this sender off the runtime's threads; a panic in it is passed on.
    async fn on_thread<T, E>(
        self: &Arc<Self>,
        store: &Store,
        work: impl FnOnce(&Self, &Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let (this, store) = (Arc::clone(self), store.clone());
        match tokio::task::spawn_blocking(move || work(&this, &store)).await {
            Ok(result) => result,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Whether a failure says something about the relay rather than about the mail.
fn concerns_relay(error: &SmtpError) -> bool {
    matches!(
        error,
        SmtpError::Unreachable { .. }
            | SmtpError::Timeout { .. }
            | SmtpError::Lost { .. }
            | SmtpError::Tls(_)
    )
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

fn log(row: &Letter, result: &Result<(), SmtpError>) {
    let (outbox, dispute, letter) = (row.id, row.dispute.map(|number| number.0), row.letter.as_str());
    match result {
        Ok(()) => tracing::info!(outbox, dispute, letter, "A mail left"),
        Err(error) => match error.class() {
            Class::Permanent => tracing::error!(
                outbox,
                dispute,
                letter,
                code = error.code(),
                "A mail was refused for good: {error}"
            ),
            Class::Uncertain => tracing::warn!(
                outbox,
                dispute,
                letter,
                "A mail may have left and will be sent again: {error}"
            ),
            _ => tracing::warn!(outbox, dispute, letter, code = error.code(), "A mail was put off: {error}"),
        },
    }
}

/// How long the sender rests after the relay failed, by failed rounds in a row.
pub fn rest(failed_rounds: u32) -> StdDuration {
    StdDuration::from_secs(5 << failed_rounds.min(4))
}
