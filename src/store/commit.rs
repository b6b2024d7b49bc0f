//! A decision written in one transaction: the key of its event, the dispute, its journal, timers and mail.
use super::{
    Db, StoreError, disputes,
    events::{self, Once},
    inbox::{self, Filing},
    journal::{self, Salt},
    outbox::{self, NewOutbox},
    timers,
};
use crate::domain::{
    Timestamp,
    decision::{Entry, TimerChange},
    dispute::Dispute,
};

/// All rows of one decision.
#[derive(Debug, Clone, Copy)]
pub struct Commit<'a> {
    /// Key of the event, unique in the store: the same event is applied once.
    pub key: &'a str,
    /// The dispute's new state.
    pub dispute: Change<'a>,
    /// Journal entries, in order.
    pub journal: &'a [Entry],
    /// Fresh random bytes, one salt an entry.
    pub salts: &'a [Salt],
    /// Timers to set or cancel.
    pub timers: &'a [TimerChange],
    /// Mail to write.
    pub outbox: &'a [NewOutbox],
    /// What the mail that caused it turned out to be.
    pub filing: Option<&'a Filing>,
    /// The moment of the decision.
    pub now: Timestamp,
}

/// How a dispute is written. Either way it is stored one version above the one it carries.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// It did not exist.
    New(&'a Dispute),
    /// It is replaced, if it still has the version it carries.
    Changed(&'a Dispute),
}

impl Change<'_> {
    fn dispute(&self) -> &Dispute {
        match self {
            Change::New(dispute) | Change::Changed(dispute) => dispute,
        }
    }
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// Everything is written.
    Applied,
    /// The event was applied before; nothing is written.
    Repeated,
    /// The dispute has changed since it was loaded; nothing is written. Load it and decide again.
    Stale,
}

/// Writes a decision, all or nothing. Inside another transaction it is a savepoint of its own.
pub fn apply(db: &mut Db, commit: &Commit<'_>) -> Result<Applied, StoreError> {
    match db.tx(|db| write(db, commit)) {
        Ok(()) => Ok(Applied::Applied),
        Err(Halt::Repeated) => Ok(Applied::Repeated),
        Err(Halt::Stale) => Ok(Applied::Stale),
        Err(Halt::Failed(error)) => Err(error),
    }
}

/// Why the transaction is rolled back.
enum Halt {
    Repeated,
    Stale,
    Failed(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

fn write(db: &mut Db, commit: &Commit<'_>) -> Result<(), Halt> {
    if events::act_once(db, commit.key, commit.now)? == Once::Repeated {
        return Err(Halt::Repeated);
    }
    match commit.dispute {
        Change::New(dispute) => {
            disputes::insert(db, dispute)?;
        }
        Change::Changed(dispute) => {
            disputes::update(db, dispute)?.ok_or(Halt::Stale)?;
        }
    }
    let number = commit.dispute.dispute().number;
    journal::append(db, number, commit.now, commit.journal, commit.salts)?;
    timers::apply(db, number, commit.timers)?;
    for mail in commit.outbox {
        outbox::insert(db, mail, commit.now)?;
    }
    if let Some(filing) = commit.filing {
        inbox::file(db, filing)?;
    }
    Ok(())
}
