//! Whether what the database holds can be true: the invariants of the desk, checked row by row in one view.
//!
//! Everything here only reads, and works beside a daemon. Most checks are questions in SQL, kept as a table
//! (`rules`), which either database answers alike; what needs the bytes of mails and letters is read in pages
//! (`bytes`). A fault says where it is, what is wrong there and what to do about it.
//!
//! Deliberately absent: repairing, and what no database can tell (what a mail server still holds, what stands in a
//! log).
use std::collections::BTreeMap;

use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use serde::Serialize;

use super::{Db, StoreError, db::on, journal};
use crate::domain::Timestamp;

mod account;
mod bytes;
mod rules;
mod words;

pub use account::Account;

/// Faults of one rule that are named; a database that is broken in one way is broken so in many rows.
const MOST: usize = 100;

worded! {
    /// What is looked at, in this order.
    pub enum Check {
        /// The file of SQLite itself.
        File = "the file is whole",
        /// Rows that name other rows.
        References = "what rows refer to exists",
        /// Words of states and kinds.
        Words = "every word is known",
        /// Raw mail.
        Mails = "mails are stored byte by byte",
        /// What became of mails.
        Filing = "every mail is accounted for",
        /// Keys of events.
        Events = "a mail has acted once",
        /// States of disputes.
        Disputes = "disputes agree with themselves",
        /// Acknowledgements.
        Acknowledgements = "a dispute was acknowledged once, or it says why not",
        /// Promises, turns and their timers.
        Timers = "who waits has a date with a timer",
        /// Rows of the outbox.
        Letters = "letters are in a state they can be in",
        /// Final bytes.
        LetterBytes = "letters carry the Message-ID they were given",
        /// The journals.
        Journals = "the journals are whole",
        /// The sums.
        Account = "the account adds up",
    }
}

impl Check {
    /// What to do when it fails.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::File => "stop the desk, keep this file, and restore the last backup",
            Self::References | Self::Words | Self::Disputes | Self::Account => {
                "keep a copy of the database; restore the last backup, or report it with this line"
            }
            Self::Mails => "restore the last backup that has it whole; the server may have it still",
            Self::Filing => "read it with “redress show --mail”, and import its bytes again if it was missed",
            Self::Events => "look at it with “redress show --mail” before the desk acts on it again",
            Self::Acknowledgements => {
                "look at the dispute with “redress show”; answer it by hand if nobody did"
            }
            Self::Timers => "answer the dispute by hand, which makes a new date",
            Self::Letters => {
                "look at the letter with “redress outbox”; write it anew by hand if it was not sent"
            }
            Self::LetterBytes => "do not send it; write to its recipient by hand",
            Self::Journals => "stop the desk, keep a copy of the database, and compare with a backup",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Which check found it.
    pub check: Check,
    /// Where, such as `mail 12`.
    pub place: String,
    /// What.
    pub what: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The checks that were made, with the number of faults each found.
    pub checks: Vec<(Check, usize)>,
    /// Mails and disputes, added up.
    pub account: Account,
    /// What is wrong, in order of the checks.
    pub faults: Vec<Fault>,
}

/// What the rows cannot say.
pub struct Knowing<'a> {
    /// The moment it is.
    pub now: Timestamp,
    /// Addresses of staff, in lower case. Their mail need not have a dispute.
    pub staff: &'a [String],
    /// Whether these bytes were sent to an address that was issued to staff. Such mail need not have one either.
    pub to_staff: &'a dyn Fn(&[u8]) -> bool,
}

/// Checks everything. Use it in [`super::Store::read`], for one unchanging view.
pub fn check(db: &mut Db, knowing: &Knowing<'_>) -> Result<Report, StoreError> {
    let mut found = Found::default();
    whole(db, &mut found)?;
    if !found.faults.is_empty() {
        // Nothing that is read from a damaged file can be relied on.
        return Ok(found.report(&[Check::File], Account::default()));
    }
    words::check(db, &mut found)?;
    rules::check(db, knowing.now, &mut found)?;
    bytes::mails(db, &mut found)?;
    bytes::letters(db, &mut found)?;
    bytes::unplaced(db, knowing, &mut found)?;
    for fault in journal::verify(db)?.faults {
        let dispute =
            fault.dispute().map_or_else(|| "journals".to_owned(), |number| format!("dispute {number}"));
        found.add(Check::Journals, dispute, fault.to_string());
    }
    if found.of(Check::References) == 0 {
        foreign_keys(db, &mut found)?;
    }
    let account = account::of(db)?;
    account.check(&mut found);
    Ok(found.report(Check::ALL, account))
}

/// Faults as they are found.
#[derive(Default)]
struct Found {
    faults: Vec<Fault>,
}

impl Found {
    fn add(&mut self, check: Check, place: impl Into<String>, what: impl Into<String>) {
        self.faults.push(Fault { check, place: place.into(), what: what.into() });
    }

    /// Asks for rows of `place` and `what`, each a fault.
    fn ask(&mut self, db: &mut Db, check: Check, sql: &str) -> Result<(), StoreError> {
        let limited = format!("{sql} LIMIT {}", MOST + 1);
        let rows: Vec<Row> = on!(db, c => diesel::sql_query(limited).load(c))?;
        let more = rows.len() > MOST;
        for row in rows.into_iter().take(MOST) {
            self.add(check, row.place, row.what);
        }
        if more {
            self.add(check, "further rows", "have the same fault; only the first are named");
        }
        Ok(())
    }

    fn of(&self, check: Check) -> usize {
        self.faults.iter().filter(|fault| fault.check == check).count()
    }

    fn report(mut self, checks: &[Check], account: Account) -> Report {
        self.faults.sort_by_key(|fault| fault.check);
        let mut counts: BTreeMap<Check, usize> = checks.iter().map(|check| (*check, 0)).collect();
        for fault in &self.faults {
            *counts.entry(fault.check).or_default() += 1;
        }
        Report { checks: counts.into_iter().collect(), account, faults: self.faults }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    what: String,
}

/// The structure of an SQLite file. PostgreSQL answers for its own files.
fn whole(db: &mut Db, found: &mut Found) -> Result<(), StoreError> {
    if let Db::Pg(_) = db {
        return Ok(());
    }
    let sql = "SELECT 'database' AS place, integrity_check AS what FROM pragma_integrity_check \
        WHERE integrity_check <> 'ok'";
    found.ask(db, Check::File, sql)
}

/// The references as SQLite itself sees them, which the tables in `words` repeat by hand for either database.
fn foreign_keys(db: &mut Db, found: &mut Found) -> Result<(), StoreError> {
    if let Db::Pg(_) = db {
        return Ok(());
    }
    let sql = "SELECT \"table\" || ' ' || CAST(coalesce(rowid, 0) AS TEXT) AS place, \
        'refers to a row of ' || parent || ' that does not exist' AS what FROM pragma_foreign_key_check";
    found.ask(db, Check::References, sql)
}
