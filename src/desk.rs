//! The desk: takes raw mail by turns of its senders, understands it, places it, decides, and writes the decision down.
//!
//! It takes no input but the store's: whoever wakes it, it re-reads what is new, so it may be killed, repeated or
//! run twice. A mail that breaks it is tried alone, and after two unfinished tries set aside with its bytes; the
//! next mail is not delayed. Understanding happens outside the transaction, placing and deciding inside it, under
//! the desk's lock, so that two mails of one new thread cannot open two disputes.
mod along;
mod away;
mod customer;
mod forwards;
mod outcome;
mod place;
mod read;
mod staff;
mod storm;
mod suspects;
#[cfg(test)]
mod tests;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use crate::{
    clerk::{Clerk, ClerkError, writing},
    crash::{self, Point},
    domain::Timestamp,
    mail::{authenticity::Trust, fate::Fate, relay::Relay},
    store::{Claim, Db, Store, StoreError, inbox, inbox::MailRow},
};

pub use read::{Reading, Sight};

/// Mails that are marked as begun in one transaction.
const BATCH: usize = 20;
/// Mails that are looked at for a batch, since other daemons may work on the first of them.
const CANDIDATES: i64 = 80;
/// A mail is set aside after this many tries alone that did not end.
const TRIES_ALONE: i64 = 2;

/// The desk's own settings, beside the clerk's.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which Authentication-Results are believed.
    pub trust: Trust,
    /// All addresses under which this desk receives mail, lower case.
    pub own_addresses: Vec<String>,
    /// List-Ids of lists that lead to this desk.
    pub own_lists: Vec<String>,
    /// Senders that speak for others.
    pub relays: Vec<Relay>,
    /// Addresses and domains whose mail is held.
    pub blocked: Vec<String>,
    /// Addresses and domains whose mail is never held.
    pub allowed: Vec<String>,
    /// Number of the first dispute.
    pub first_number: i64,
}

/// The desk.
pub struct Desk {
    clerk: Arc<Clerk>,
    settings: Settings,
}

/// What became of one mail, for the log and for `explain`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// Inbox row.
    pub mail: i64,
    /// What it was taken for.
    pub fate: Fate,
    /// The rule that decided so.
    pub rule: &'static str,
    /// That rule and what it read, on one line. It may quote the mail: not for logs.
    pub because: String,
    /// Whether the mail itself allows an acknowledgement, were its dispute new and no budget spent.
    pub acknowledge: bool,
    /// The dispute it went to, and by which rule.
    pub placed: Option<(crate::domain::dispute::Number, crate::threading::PlacedBy)>,
}

/// What one look at the inbox came to.
#[derive(Debug, Default)]
pub struct Worked {
    /// Mails that were finished.
    pub handled: Vec<Handled>,
    /// Mails that were set aside, with the reason.
    pub quarantined: Vec<(i64, String)>,
}

impl Desk {
    /// A desk with these settings.
    pub fn new(clerk: Arc<Clerk>, settings: Settings) -> Self {
        Desk { clerk, settings }
    }

    /// The clerk it works with.
    pub fn clerk(&self) -> &Clerk {
        &self.clerk
    }

    /// Takes up to a batch of new mails. An empty result means that nothing waits.
    ///
    /// # Errors
    /// When the database fails; what was finished before stays finished.
    pub fn work(&self, store: &Store) -> Result<Worked, ClerkError> {
        let mut worked = Worked::default();
        crash::before(Point::DeskAttempt);
        let batch = next_batch(store)?;
        crash::after(Point::DeskAttempt);
        let _claimed = Claimed { store, batch: &batch };
        for (done, waiting) in batch.iter().enumerate() {
            match self.attempt(store, waiting) {
                Attempt::Handled(handled) => worked.handled.push(handled),
                Attempt::Failed(reason) => {
                    self.set_aside(store, waiting.id, &reason)?;
                    worked.quarantined.push((waiting.id, reason));
                }
                Attempt::NotNow(error) => {
                    // The mails are not to blame for a database that is busy.
                    let rest: Vec<i64> = batch.iter().skip(done).map(|waiting| waiting.id).collect();
                    if let Err(error) = store.with(|db| inbox::forgive(db, &rest)) {
                        tracing::debug!("Begun mails could not be marked as untried: {error}");
                    }
                    return Err(error.into());
                }
            }
        }
        Ok(worked)
    }

    /// Takes this one mail before all others, once and whatever became of it before. The inner error is the reason
    /// for which it was set aside.
    ///
    /// # Errors
    /// When the database fails.
    pub fn work_on(&self, store: &Store, mail: &MailRow) -> Result<Result<Handled, String>, ClerkError> {
        match self.attempt(store, mail) {
            Attempt::Handled(handled) => Ok(Ok(handled)),
            Attempt::Failed(reason) => {
                self.set_aside(store, mail.id, &reason)?;
                Ok(Err(reason))
            }
            Attempt::NotNow(error) => Err(error.into()),
        }
    }

    fn set_aside(&self, store: &Store, mail: i64, reason: &str) -> Result<(), ClerkError> {
        let now = self.clerk.clock.now();
        crash::before(Point::DeskSetAside);
        writing(store, |db| {
            inbox::quarantine(db, mail, reason)?;
            self.clerk.set_aside(db, mail, reason, now)
        })?;
        crash::after(Point::DeskSetAside);
        Ok(())
    }

    /// Tries one mail, whatever may happen on the way.
    fn attempt(&self, store: &Store, waiting: &MailRow) -> Attempt {
        if waiting.alone_attempts > TRIES_ALONE {
            return Attempt::Failed(format!("it could not be finished in {TRIES_ALONE} tries"));
        }
        match catch_unwind(AssertUnwindSafe(|| self.take(store, waiting))) {
            Ok(Ok(Ok(handled))) => Attempt::Handled(handled),
            Ok(Ok(Err(reason))) => Attempt::Failed(reason),
            Ok(Err(ClerkError::Store(error))) if error.is_temporary() => Attempt::NotNow(error),
            Ok(Err(error)) => Attempt::Failed(error.to_string()),
            Err(_) => Attempt::Failed("the program failed on it".to_owned()),
        }
    }

    /// Takes one mail. The inner error is the reason for setting it aside.
    fn take(&self, store: &Store, waiting: &MailRow) -> Result<Result<Handled, String>, ClerkError> {
        let Some(raw) = store.with(|db| inbox::raw(db, waiting.id))? else {
            return Ok(Err("its bytes are gone".to_owned()));
        };
        crash::before(Point::DeskRead);
        crash::reading(&raw);
        #[cfg(test)]
        tests::strike(&raw);
        let reading = self.read(&raw);
        crash::after(Point::DeskRead);
        if let Some(reason) = &reading.mail.over_limit {
            return Ok(Err(reason.clone()));
        }
        let now = self.clerk.clock.now();
        let handled = writing(store, |db| {
            db.tx(|db| {
                db.desk_lock()?;
                crash::before(Point::DeskDecide);
                let handled = self.act(db, waiting, &reading, now);
                crash::after(Point::DeskDecide);
                crash::before(Point::DeskCommit);
                handled
            })
        })?;
        crash::after(Point::DeskCommit);
        Ok(Ok(handled))
    }

    /// Places a mail that was understood, decides, and writes. Runs inside the desk's transaction.
    fn act(
        &self,
        db: &mut Db,
        waiting: &MailRow,
        reading: &Reading,
        now: Timestamp,
    ) -> Result<Handled, ClerkError> {
        let lists = suspects::Lists::of(db, &self.settings, &reading.mail)?;
        let mut case = Letterbox { desk: self, db, waiting, reading, lists, now };
        case.act()
    }
}

/// How a try at one mail ended.
enum Attempt {
    /// It is done.
    Handled(Handled),
    /// It cannot be done; the reason is for the operator.
    Failed(String),
    /// The database cannot be used now.
    NotNow(StoreError),
}

/// One mail on the desk, with everything needed to act on it.
struct Letterbox<'a> {
    desk: &'a Desk,
    db: &'a mut Db,
    waiting: &'a MailRow,
    reading: &'a Reading,
    /// What was said of those who wrote it.
    lists: suspects::Lists,
    now: Timestamp,
}

/// The mails that this daemon works on, which are given back when it has done what it could.
struct Claimed<'a> {
    store: &'a Store,
    batch: &'a [MailRow],
}

impl Drop for Claimed<'_> {
    fn drop(&mut self) {
        for waiting in self.batch {
            give_back(self.store, waiting.id);
        }
    }
}

fn give_back(store: &Store, mail: i64) {
    if let Err(error) = store.claims().release(Claim::Mail(mail)) {
        // The claims went with their connection.
        tracing::debug!("A claim could not be given back: {error}");
    }
}

/// Marks the next mails as begun that no other daemon works on. One that was begun before and never finished is taken
/// alone.
fn next_batch(store: &Store) -> Result<Vec<MailRow>, StoreError> {
    let mut mine = Vec::new();
    for waiting in store.with(|db| inbox::next_new(db, CANDIDATES))? {
        if mine.len() < BATCH && store.claims().take(Claim::Mail(waiting.id))? {
            mine.push(waiting.id);
        }
    }
    if mine.is_empty() {
        return Ok(Vec::new());
    }
    let batch = store.with(|db| begin(db, &mine));
    let kept: &[MailRow] = batch.as_deref().unwrap_or_default();
    for id in mine.into_iter().filter(|id| kept.iter().all(|waiting| waiting.id != *id)) {
        give_back(store, id);
    }
    batch
}

/// Marks those of `mine` as begun that still wait; another daemon may have finished some before they were claimed.
fn begin(db: &mut Db, mine: &[i64]) -> Result<Vec<MailRow>, StoreError> {
    db.tx(|db| {
        let mut batch = inbox::next_new(db, CANDIDATES)?;
        batch.retain(|waiting| mine.contains(&waiting.id));
        let begun = batch.iter().position(|waiting| waiting.attempts > 0);
        match begun {
            Some(0) => batch.truncate(1),
            Some(position) => batch.truncate(position),
            None => {}
        }
        let ids: Vec<i64> = batch.iter().map(|waiting| waiting.id).collect();
        let company = if begun == Some(0) { inbox::Company::Alone } else { inbox::Company::Together };
        inbox::count_attempt(db, &ids, company)?;
        for waiting in &mut batch {
            if company == inbox::Company::Alone {
                waiting.alone_attempts += 1;
            }
        }
        Ok(batch)
    })
}
