//! The sender: leases rows of the outbox, sends their fixed bytes, settles them. It decides nothing.
//!
//! A row is marked as in flight before its bytes leave; if the answer never comes it is sent again with the same
//! bytes and the same Message-ID, which is the one window in which a mail may arrive twice. Whether a failure is the
//! relay's or one mail's own is told by what it said and when, and by whether other mail leaves: a relay that serves
//! nobody stops the round and is alarmed, a mail that alone cannot leave waits and is given up by itself.
mod blame;

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration as StdDuration,
};

use chrono::Duration;
use tokio_util::sync::CancellationToken;

use crate::{
    clerk::{Clerk, ClerkError, Envelope, writing},
    crash::{self, Point},
    domain::Timestamp,
    pulse::Pulse,
    smtp::{Class, Mailer, SmtpError},
    store::{
        Store, StoreError, on_thread,
        outbox::{self, Audience, Lease, Leased, Letter},
    },
};
use blame::{Blame, blame, failure};

/// How long a row that is not yet begun belongs to a sender; what a killed one held waits for so long.
const LEASE: Duration = Duration::minutes(2);
/// How long a row in flight does, unless its lease is renewed: what a killed sender left is sent again after so long
/// by another daemon, and at once by its own at the next start.
const LEASE_IN_FLIGHT: Duration = Duration::seconds(90);
/// How often the lease of the mail under way is renewed.
const RENEW: StdDuration = StdDuration::from_secs(20);
/// A conversation about one mail is cut off after so long. The answer to its end alone may take ten minutes
/// (RFC 5321 §4.5.3.2.6).
const LONGEST_SEND: StdDuration = StdDuration::from_mins(14);
/// Rows leased at once.
const BATCH: i64 = 16;
/// A mail that could not leave for so long is given up (RFC 5321 §4.5.4.1: four to five days).
const GIVE_UP: Duration = Duration::days(5);
/// Minutes until the next try, by tries so far; the last repeats.
const RETRY_MINUTES: &[i64] = &[1, 5, 15, 30, 60];
/// Failed tries of one mail, or failed rounds in a row, before the operators are told that the relay is down.
const PATIENCE: u32 = 2;
/// Mails in one round that the relay stopped talking about before the rest of the round is left.
const MOST_SUSPECTS: usize = 3;
/// Cause under which the relay's troubles are alarmed.
const CAUSE: &str = "relay";
/// How often, and how long apart, it is tried to record what became of a mail while the database is busy.
const RECORD_TRIES: u32 = 10;
const RECORD_REST: StdDuration = StdDuration::from_secs(1);
/// Mails remembered as having failed in the midst of a conversation.
const MOST_REMEMBERED: usize = 1_000;

/// The sender.
pub struct Sender {
    clerk: Arc<Clerk>,
    /// Names this process among others on one database.
    owner: String,
    memory: Mutex<Memory>,
}

/// What tells one mail's trouble from the relay's. Lost at a restart, which costs an alarm too many at worst.
#[derive(Debug, Default)]
struct Memory {
    /// Mails to others than the operators that have left.
    left: u64,
    /// That number when the round began.
    left_before: u64,
    /// That number when a mail last failed in the midst of a conversation, by row.
    failed: HashMap<i64, u64>,
    /// Rounds in a row that the relay failed.
    failed_rounds: u32,
}

impl Memory {
    /// Whether other mail has left since this one failed, or in this round.
    fn others_left(&self, id: i64) -> bool {
        self.left > self.failed.get(&id).copied().unwrap_or(self.left_before)
    }

    fn remember(&mut self, id: i64) {
        if self.failed.len() >= MOST_REMEMBERED {
            self.failed.clear();
        }
        self.failed.insert(id, self.left);
    }
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
    /// Whether the relay itself failed.
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

/// A round on its way.
#[derive(Default)]
struct Tally {
    round: Round,
    /// Mails of `round.sent` that went to others than the operators.
    sent_to_others: usize,
    suspects: usize,
    /// What to tell the operators if the relay turns out to be down, and what they can do.
    trouble: Option<(String, &'static str)>,
}

impl Sender {
    /// A sender that signs its leases as `owner`.
    pub fn new(clerk: Arc<Clerk>, owner: String) -> Self {
        Sender { clerk, owner, memory: Mutex::default() }
    }

    /// Leases what is due, for [`Sender::begin`] one after the other.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lease(&self, store: &Store) -> Result<Vec<Leased>, StoreError> {
        let now = self.clerk.clock.now();
        {
            let mut memory = self.memory();
            memory.left_before = memory.left;
        }
        crash::before(Point::OutboxLease);
        let leased = store.with(|db| outbox::lease(db, &self.owner, now, LEASE, BATCH));
        crash::after(Point::OutboxLease);
        leased
    }

    /// Marks a mail as in flight: from here on it may have left. False if the lease was lost meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin(&self, store: &Store, lease: Lease) -> Result<bool, StoreError> {
        let now = self.clerk.clock.now();
        store.with(|db| Ok(!outbox::mark_in_flight(db, &[lease], now, LEASE_IN_FLIGHT)?.is_empty()))
    }

    /// Records what became of a mail. It may be called again after it failed.
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
        let (lease, letter) = (leased.lease(), &leased.letter);
        let Err(error) = result else {
            store.with(|db| outbox::sent(db, lease, Some(250), now))?;
            let mut memory = self.memory();
            memory.failed.remove(&lease.id);
            memory.left += u64::from(letter.audience != Audience::Operator);
            return Ok(Settled::Sent);
        };
        let (class, blame) = (error.class(), blame(error));
        let own = blame != Blame::Relay && (blame != Blame::Unclear || self.memory().others_left(lease.id));
        let failure = failure(error, blame);
        let too_old = now - letter.leave_at > GIVE_UP;
        if class == Class::Permanent || too_old && (own || class != Class::Configuration) {
            store.with(|db| outbox::dead(db, lease, &failure))?;
            self.memory().failed.remove(&lease.id);
            return Ok(Settled::Dead);
        }
        // Where no mail can be to blame, the sender's own rest spaces the tries.
        let wait = if blame == Blame::Relay { Duration::zero() } else { self.wait(letter.attempts) };
        store.with(|db| outbox::failed(db, lease, now + wait, &failure))?;
        if blame == Blame::Unclear {
            self.memory().remember(lease.id);
        }
        Ok(match blame {
            Blame::Relay => Settled::RelayDown,
            Blame::Unclear if !own => Settled::Suspect,
            _ => Settled::PutOff,
        })
    }

    /// The wait before the next try, with a fifth of jitter either way.
    fn wait(&self, attempts: i64) -> Duration {
        let tries = usize::try_from(attempts).unwrap_or(0);
        let minutes = RETRY_MINUTES.get(tries).or(RETRY_MINUTES.last()).copied().unwrap_or(60);
        let [random] = self.clerk.clock.random::<1>();
        let base = minutes * 60;
        Duration::seconds(base * 4 / 5 + base * 2 / 5 * i64::from(random) / 255)
    }

    /// Sends what is due, one mail after the other, over one connection; beats after each. Once told to `stop` it
    /// begins no other. What was leased and not begun is given back, however the round ends.
    ///
    /// # Errors
    /// When the database fails. Failures of the relay are part of the result.
    pub async fn round(
        self: &Arc<Self>,
        store: &Store,
        mailer: &Mailer,
        pulse: &Pulse,
        stop: &CancellationToken,
    ) -> Result<Round, ClerkError> {
        let mut rows = VecDeque::from(self.on_thread(store, Self::lease).await?);
        let mut tally = Tally::default();
        let sent = self.send(store, mailer, (pulse, stop), &mut rows, &mut tally).await;
        let left: Arc<[Lease]> = rows.iter().map(Leased::lease).collect();
        let given_back = self
            .record(store, move |_, store| {
                if left.is_empty() { Ok(()) } else { store.with(|db| outbox::give_back(db, &left)) }
            })
            .await;
        pulse.beat();
        sent?;
        given_back?;
        self.on_thread(store, move |this, store| this.conclude(store, tally)).await
    }

    /// Sends `rows` from the front until they are gone, the relay fails, or it is told to stop.
    async fn send(
        self: &Arc<Self>,
        store: &Store,
        mailer: &Mailer,
        (pulse, stop): (&Pulse, &CancellationToken),
        rows: &mut VecDeque<Leased>,
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        while let Some(lease) = rows.front().map(Leased::lease)
            && !stop.is_cancelled()
            && tally.round.relay == Relay::Fine
        {
            crash::before(Point::OutboxBegin);
            let begun = self.record(store, move |this, store| this.begin(store, lease)).await?;
            crash::after(Point::OutboxBegin);
            let Some(leased) = rows.pop_front().filter(|_| begun) else { continue };
            let letter = &leased.letter;
            let still_ours = async || self.is_still_ours(store, lease).await;
            let sending =
                mailer.send_while(self.envelope_from(letter), &letter.recipient, &leased.bytes, still_ours);
            let too_long = |_| Err(SmtpError::Uncertain("the conversation about it took too long"));
            let result = tokio::select! {
                result = tokio::time::timeout(LONGEST_SEND, sending) => result.unwrap_or_else(too_long),
                never = self.renew(store, lease) => match never {},
            };
            log(letter, &result);
            let outcome = Arc::new((leased, result));
            let shared = Arc::clone(&outcome);
            crash::before(Point::OutboxSettle);
            let settled = self.record_outcome(store, (pulse, stop), shared).await?;
            crash::after(Point::OutboxSettle);
            self.count(tally, &outcome.0.letter, outcome.1.as_ref().err(), settled);
            pulse.beat();
        }
        Ok(())
    }

    /// The envelope's sender. Mail that was written for the null sender leaves with the desk's address once the
    /// operator has said that the relay does not take the former.
    fn envelope_from<'a>(&'a self, letter: &'a Letter) -> Option<&'a str> {
        let desk = || (self.clerk.envelope != Envelope::Null).then_some(&*self.clerk.policy.desk_address);
        letter.envelope_from.as_deref().or_else(desk)
    }

    fn count(&self, tally: &mut Tally, letter: &Letter, error: Option<&SmtpError>, settled: Settled) {
        let round = &mut tally.round;
        match settled {
            Settled::Sent => {
                round.sent += 1;
                tally.sent_to_others += usize::from(letter.audience != Audience::Operator);
            }
            Settled::Dead => round.dead += 1,
            Settled::PutOff => round.put_off += 1,
            Settled::Suspect | Settled::RelayDown => {
                round.put_off += 1;
                tally.suspects += 1;
                if settled == Settled::RelayDown || (tally.suspects >= MOST_SUSPECTS && round.sent == 0) {
                    round.relay = Relay::Down;
                }
                let tries = u32::try_from(letter.attempts).unwrap_or(u32::MAX);
                let impatient = tries.max(self.memory().failed_rounds) >= PATIENCE;
                let alarming = |error: &&SmtpError| error.class() == Class::Configuration || impatient;
                if let Some(error) = error.filter(alarming) {
                    tally.trouble = Some((error.to_string(), error.advice()));
                }
            }
        }
    }

    /// Judges the relay by the whole round, and tells the operators if that is news.
    fn conclude(&self, store: &Store, tally: Tally) -> Result<Round, ClerkError> {
        let Tally { mut round, sent_to_others, suspects, trouble } = tally;
        if suspects > 0 && round.sent == 0 {
            round.relay = Relay::Down;
        }
        {
            let mut memory = self.memory();
            if round.relay == Relay::Down {
                memory.failed_rounds = memory.failed_rounds.saturating_add(1);
            } else if round.sent > 0 {
                memory.failed_rounds = 0;
            }
        }
        let now = self.clerk.clock.now();
        writing(store, |db| {
            if let (Relay::Down, Some((what, advice))) = (round.relay, trouble) {
                self.clerk.alarm(db, CAUSE, &format!("Mail cannot leave: {what}."), advice, now)?;
            }
            // That the alarm itself could leave proves nothing about what waits.
            let proof = sent_to_others > 0 || (round.sent > 0 && outbox::oldest_unsent(db, now)?.is_none());
            if round.relay == Relay::Fine && proof {
                self.clerk.all_clear(db, CAUSE, now)?;
            }
            round.next = outbox::next_due(db)?;
            Ok(round)
        })
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a mail in flight has not passed on to another daemon, as when this one was stopped for a while.
    async fn is_still_ours(self: &Arc<Self>, store: &Store, lease: Lease) -> bool {
        if !store.is_shared() {
            return true;
        }
        let now = self.clerk.clock.now();
        let renew =
            move |_: &Self, store: &Store| store.with(|db| outbox::renew(db, lease, now, LEASE_IN_FLIGHT));
        // Nothing of its text was said yet, so doubt costs no more than another try.
        matches!(self.on_thread(store, renew).await, Ok(outbox::Settled::Yes))
    }

    /// Keeps a lease for as long as it is waited for. A database that cannot be used cannot give it to another.
    async fn renew(self: &Arc<Self>, store: &Store, lease: Lease) -> Infallible {
        loop {
            tokio::time::sleep(RENEW).await;
            let now = self.clerk.clock.now();
            let renewed = self
                .on_thread(store, move |_, store| {
                    store.with(|db| outbox::renew(db, lease, now, LEASE_IN_FLIGHT))
                })
                .await;
            if let Err(error) = renewed {
                tracing::debug!("A lease could not be renewed: {error}");
            }
        }
    }

    /// Writes down what became of a mail. That the relay has it is known nowhere else, so while the database cannot be
    /// used it is tried until the daemon is told to stop.
    async fn record_outcome(
        self: &Arc<Self>,
        store: &Store,
        (pulse, stop): (&Pulse, &CancellationToken),
        outcome: Arc<(Leased, Result<(), SmtpError>)>,
    ) -> Result<Settled, StoreError> {
        loop {
            let shared = Arc::clone(&outcome);
            let settled =
                self.record(store, move |this, store| this.settle(store, &shared.0, &shared.1)).await;
            pulse.beat();
            match settled {
                Err(error) if error.is_temporary() && !stop.is_cancelled() => {}
                settled => return settled,
            }
        }
    }

    /// Runs work on the database that must not be lost to its being busy for a moment, and so is tried for a while.
    async fn record<T: Send + 'static>(
        self: &Arc<Self>,
        store: &Store,
        work: impl Fn(&Self, &Store) -> Result<T, StoreError> + Clone + Send + 'static,
    ) -> Result<T, StoreError> {
        for _ in 1..RECORD_TRIES {
            match self.on_thread(store, work.clone()).await {
                Err(error) if error.is_temporary() => {
                    tracing::warn!("What became of a mail cannot be written down yet: {error}");
                    tokio::time::sleep(RECORD_REST).await;
                }
                result => return result,
            }
        }
        self.on_thread(store, work).await
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
        on_thread(move || work(&this, &store)).await
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It left.
    Sent,
    /// It will be tried again.
    PutOff,
    /// It will be tried again; the relay may be to blame, unless other mail leaves.
    Suspect,
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
