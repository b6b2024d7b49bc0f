//! The clerk: loads what a decision needs, writes down what it decided. The whole shell around the pure core.
//!
//! Desk and ticker share it, so that a mail and a date act in the same way: load, decide, render to final bytes,
//! write rows in one transaction. Nothing is sent from here and nothing is read from the network.
mod alarms;
mod facts;
mod letters;

use chrono::Duration;

use crate::{
    clock::Clock,
    domain::{
        Timestamp,
        decision::{Decision, Nature, Outgoing, Recipient, Reply, Thread, What},
        dispute::Dispute,
        letter::StaffLetter,
        policy::Policy,
    },
    mail::{
        inbound::Limits,
        token::{Addressing, KeyRing},
    },
    store::{
        self, Applied, Change, Commit, Db, Store, StoreError,
        addresses::{self, Fact},
        events::{self, Once},
        inbox,
        outbox::{self, Whose},
    },
    templates::{TemplateError, Templates},
};

/// What the clerk works with. One for the whole desk.
pub struct Clerk {
    /// The rules.
    pub policy: Policy,
    /// The letters.
    pub templates: Templates,
    /// The signing keys.
    pub keys: KeyRing,
    /// How reply addresses are made.
    pub addressing: Addressing,
    /// What stands in MAIL FROM.
    pub envelope: Envelope,
    /// Whether mail waits for `redress release`.
    pub release: Release,
    /// Who is told when something is wrong with the desk itself.
    pub notify: Vec<String>,
    /// Bounds on mail that is read again for its attachments.
    pub limits: Limits,
    /// Time and randomness.
    pub clock: Clock,
}

/// What stands in MAIL FROM of automatic and human mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// A signed address that never answers, so that bounces find their dispute.
    Signed,
    /// The desk's own address: the server has no subaddresses.
    Desk,
    /// Nothing (`<>`), for automatic mail, where the relay allows it.
    Null,
}

/// Whether mail leaves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// It does.
    AtOnce,
    /// It is written and waits (`[sending] hold`).
    Held,
}

/// Why something could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum ClerkError {
    /// The database; try again if it is temporary.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No letter could be made, not even from the embedded template. A defect of the program.
    #[error("a letter could not be written: {0}")]
    Template(#[from] TemplateError),
}

/// Runs `f` on a connection that may write. Errors of the store reach the pool, all others pass by it.
pub fn writing<T>(store: &Store, f: impl FnOnce(&mut Db) -> Result<T, ClerkError>) -> Result<T, ClerkError> {
    store.with(|db| match f(db) {
        Err(ClerkError::Store(error)) => Err(error),
        other => Ok(other),
    })?
}

/// What is written.
pub struct Act<'a> {
    /// Event key: the same event acts once.
    pub key: &'a str,
    /// Whether the dispute begins with it.
    pub birth: Birth,
    /// What was decided.
    pub decision: Decision,
    /// The mail that caused it, filed in the same transaction.
    pub filing: Option<inbox::Filing>,
    /// When.
    pub now: Timestamp,
}

/// Whether a decision begins a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    /// It does.
    New,
    /// The dispute exists.
    Known,
}

impl Clerk {
    /// Writes a decision down, whole or not at all; an event that acted before does not act again.
    ///
    /// # Errors
    /// Temporary when the dispute was changed by somebody else meanwhile: load it and decide again.
    pub fn commit(&self, db: &mut Db, act: Act<'_>) -> Result<(), ClerkError> {
        db.tx(|db| {
            let mut decision = act.decision;
            if let Some(replaced) = &decision.replaces
                && outbox::cancel(db, replaced)? == outbox::Cancelled::TooLate
            {
                decision.outgoing.clear();
                decision.journal.clear();
            }
            let mut rows = Vec::with_capacity(decision.outgoing.len());
            for outgoing in &decision.outgoing {
                rows.push(self.render(db, outgoing, Some(&decision.dispute), act.now)?);
            }
            let salts = decision.journal.iter().map(|_| self.clock.random()).collect::<Vec<[u8; 16]>>();
            let dispute = match act.birth {
                Birth::New => Change::New(&decision.dispute),
                Birth::Known => Change::Changed(&decision.dispute),
            };
            let surveyed = decision.journal.iter().any(|entry| entry.what == What::Surveyed);
            if surveyed {
                addresses::learn(db, &decision.dispute.customer.address, Fact::Surveyed(act.now))?;
            }
            let commit = Commit {
                key: act.key,
                dispute,
                journal: &decision.journal,
                salts: &salts,
                timers: &decision.timers,
                outbox: &rows,
                filing: act.filing.as_ref(),
                now: act.now,
            };
            match store::apply(db, &commit)? {
                // Another daemon was faster. Its decision stands; this one is made anew.
                Applied::Stale => Err(StoreError::Busy("the dispute changed meanwhile".to_owned()).into()),
                Applied::Repeated => {
                    if let Some(filing) = &act.filing {
                        inbox::file(db, filing)?;
                    }
                    Ok(())
                }
                Applied::Applied => Ok(()),
            }
        })
    }

    /// Writes letters that belong to no dispute, once for `key`. Returns whether this was the first time.
    pub fn post(
        &self,
        db: &mut Db,
        key: &str,
        letters: &[Outgoing],
        now: Timestamp,
    ) -> Result<Once, ClerkError> {
        self.post_about(db, key, None, letters, now)
    }

    /// Writes letters about a dispute that do not change it, once for `key`.
    pub fn post_about(
        &self,
        db: &mut Db,
        key: &str,
        about: Option<&Dispute>,
        letters: &[Outgoing],
        now: Timestamp,
    ) -> Result<Once, ClerkError> {
        db.tx(|db| {
            if events::act_once(db, key, now)? == Once::Repeated {
                return Ok(Once::Repeated);
            }
            for outgoing in letters {
                let row = self.render(db, outgoing, about, now)?;
                outbox::insert(db, &row, now)?;
            }
            Ok(Once::New)
        })
    }

    /// A letter to one member of staff that belongs to no dispute, or to `about` without changing it.
    pub fn staff_letter(
        &self,
        to: &str,
        letter: StaffLetter,
        key: String,
        answers: Thread,
        now: Timestamp,
    ) -> Outgoing {
        let nature = if answers == Thread::default() { Nature::Generated } else { Nature::Replied };
        Outgoing {
            key,
            to: Recipient::Staff(to.to_owned()),
            letter: letter.into(),
            leave_at: now,
            reply: Reply::Inside,
            nature,
            answers,
            attachments: Vec::new(),
        }
    }

    /// Whether `letter` went to `address` fewer than `most` times within the last hour.
    pub fn may_tell(
        &self,
        db: &mut Db,
        address: &str,
        letter: &str,
        most: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let count = outbox::count_letters_to(db, Whose::Address(address), letter, now - Duration::hours(1))?;
        Ok(count < most)
    }
}
