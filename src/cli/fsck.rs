//! `redress fsck`: checks everything that is stored, prints a line for each check and the account of all mail.
use std::fmt;

use serde::Serialize;

use super::{
    Exit, Global, Print,
    opened::{Opened, counted},
    screen,
};
use crate::{
    config::Config,
    daemon::wiring,
    domain::Timestamp,
    mail::{
        inbound,
        token::{Verified, find_in},
    },
    store::fsck::{self, Account, Check, Fault, Knowing, Report},
};

/// Prints what was found; [`Exit::Data`] if anything is wrong.
pub fn run(global: &Global, print: &Print) -> anyhow::Result<Exit> {
    let found = check(&Opened::of(global)?)?;
    screen::show(&found, print)?;
    Ok(found.exit())
}

/// What a check found.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Checked(Report);

impl Checked {
    /// What is wrong.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// The sums.
    pub fn account(&self) -> &Account {
        &self.0.account
    }

    /// The status to end with.
    pub fn exit(&self) -> Exit {
        if self.0.faults.is_empty() { Exit::Ok } else { Exit::Data }
    }
}

/// Checks the database of this desk in one view.
///
/// # Errors
/// When the database cannot be read.
pub fn check(desk: &Opened) -> anyhow::Result<Checked> {
    let report = knowing(&desk.config, desk.words.now, |knowing| desk.read(|db| fsck::check(db, knowing)))?;
    Ok(Checked(report))
}

/// Runs `f` with what the rows of this desk cannot say.
pub fn knowing<T>(config: &Config, now: Timestamp, f: impl FnOnce(&Knowing<'_>) -> T) -> T {
    let staff: Vec<String> = config.policy.staff.iter().map(|staff| staff.address.to_lowercase()).collect();
    let to_staff = to_staff(config, &staff);
    f(&Knowing { now, staff: &staff, to_staff: &to_staff })
}

/// Whether a mail came to an address that was issued to staff. Without the keys, which not every user may read,
/// nobody can tell, and every mail is believed to.
fn to_staff(config: &Config, staff: &[String]) -> impl Fn(&[u8]) -> bool {
    let keys = wiring::keys(config).ok();
    let (addressing, limits) = (wiring::addressing(config), wiring::limits(config));
    let desk = config.policy.desk_address.clone();
    let staff = staff.to_vec();
    move |raw| {
        let Some(keys) = &keys else { return true };
        let (mail, _) = inbound::understand(raw, &limits);
        let staff: Vec<&str> = staff.iter().map(String::as_str).collect();
        find_in(&mail.recipients, &addressing, &desk).iter().any(|local| {
            matches!(keys.verify_local(local, &staff), Verified::Valid { token, .. } if token.audience.is_staff())
        })
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { checks, account, faults } = &self.0;
        for (check, count) in checks {
            let word = if *count == 0 { "ok" } else { "FAULT" };
            writeln!(f, "{word:5}  {check}")?;
        }
        write!(f, "\n{}", Sums(account))?;
        if faults.is_empty() {
            return f.write_str("\nNothing is wrong.\n");
        }
        let mut last: Option<Check> = None;
        for fault in faults {
            if last.replace(fault.check) != Some(fault.check) {
                writeln!(f, "\nNot so: {}. What to do: {}.", fault.check, fault.check.advice())?;
            }
            writeln!(f, "FAULT: {} {}", screen::harmless(&fault.place), screen::harmless(&fault.what))?;
        }
        writeln!(f, "\n{} found.", counted(faults.len(), "fault"))
    }
}

/// The account as equations.
struct Sums<'a>(&'a Account);

impl fmt::Display for Sums<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Account { taken, from_servers, copies, imported, stored, .. } = self.0;
        let Account {
            opened, appended, filed, held, quarantined, oversize, duplicates, new, disputes, ..
        } = self.0;
        writeln!(f, "Taken from servers: {taken} = {from_servers} mails + {copies} further copies of them")?;
        writeln!(f, "Stored mails: {stored} = {from_servers} from servers + {imported} from files")?;
        writeln!(
            f,
            "Stored mails: {stored} = {opened} opened a dispute + {appended} put to one + {filed} filed + {held} held \
             + {quarantined} set aside ({oversize} too large) + {duplicates} duplicates + {new} new"
        )?;
        writeln!(f, "Disputes: {disputes} = {opened} opened")
    }
}
