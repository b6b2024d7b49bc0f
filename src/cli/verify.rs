//! `redress verify`: reads the whole journal and all anchors, and names every fault.
use std::fmt;

use serde::Serialize;

use super::{
    Exit, Global, VerifyArgs,
    opened::{Opened, counted},
    screen,
};
use crate::{
    domain::dispute::Number,
    store::journal::{self, Fault},
};

/// Prints what was found; [`Exit::Data`] if anything is wrong.
pub fn run(global: &Global, args: &VerifyArgs) -> anyhow::Result<Exit> {
    let desk = Opened::of(global)?;
    let only = args.number.as_deref().map(|text| desk.number(text)).transpose()?;
    let found = verify(&desk, only)?;
    screen::show(&found, &args.print)?;
    Ok(found.exit())
}

/// What a verification found.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// Entries read.
    pub entries: u64,
    /// Chains read.
    pub disputes: u64,
    /// Entries whose content was erased.
    pub erased: u64,
    /// Anchors read.
    pub anchors: u64,
    /// The last anchor, to be compared with one that was kept elsewhere.
    pub last_anchor: Option<Anchor>,
    /// What is wrong, in words.
    pub faults: Vec<String>,
}

/// A day and the hash over all chains up to it.
#[derive(Debug, Serialize)]
pub struct Anchor {
    /// The day, as the desk counts days.
    pub day: String,
    /// In hexadecimal.
    pub hash: String,
}

impl Verified {
    /// The status to end with.
    pub fn exit(&self) -> Exit {
        if self.faults.is_empty() { Exit::Ok } else { Exit::Data }
    }
}

/// Reads everything in one view. Of the faults in chains, those of dispute `only` are reported if it is named; a
/// faulty anchor concerns all.
///
/// # Errors
/// When the database cannot be read.
pub fn verify(desk: &Opened, only: Option<Number>) -> anyhow::Result<Verified> {
    let (report, anchor) = desk.read(|db| Ok((journal::verify(db)?, journal::last_anchor(db)?)))?;
    let wanted = |fault: &&Fault| match (only, fault.dispute()) {
        (Some(only), Some(dispute)) => only.0 == dispute,
        _ => true,
    };
    Ok(Verified {
        entries: report.entries,
        disputes: report.disputes,
        erased: report.erased,
        anchors: report.anchors,
        last_anchor: anchor.map(|anchor| Anchor {
            day: anchor.day.to_string(),
            hash: data_encoding::HEXLOWER.encode(&anchor.hash),
        }),
        faults: report.faults.iter().filter(wanted).map(ToString::to_string).collect(),
    })
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Entries read: {} of {} ({} erased), and {}.",
            self.entries,
            counted(self.disputes, "dispute"),
            self.erased,
            counted(self.anchors, "anchor"),
        )?;
        if let Some(Anchor { day, hash }) = &self.last_anchor {
            writeln!(f, "Last anchor: {day} {hash}")?;
        }
        if self.faults.is_empty() {
            return f.write_str("The journals are whole.\n");
        }
        for fault in &self.faults {
            writeln!(f, "FAULT: {fault}")?;
        }
        writeln!(
            f,
            "{} found: stop the desk, keep a copy of the database, and compare with a backup.",
            counted(self.faults.len(), "fault")
        )
    }
}
