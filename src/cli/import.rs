//! `redress import`: mail of the past from mbox files and Maildirs.
//!
//! It goes into the inbox as raw rows of the past, as a first start on a full mailbox would take it: the desk opens
//! disputes from it and threads it, and acknowledges nothing. A daemon takes it up at its next look. What was there
//! before is told by its bytes and not taken again, so an import that was cut off is simply repeated.
mod source;

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};

use super::{
    Exit, Global, ImportArgs,
    mailfile::with_crlf,
    opened::{Opened, counted},
    screen,
};
use crate::store::inbox::{self, Age, Packed, Seen, Taken};

/// Mails written in one transaction.
const BATCH: usize = 100;

/// Imports, and says how many mails were new.
pub fn run(global: &Global, args: &ImportArgs) -> anyhow::Result<Exit> {
    let desk = Opened::of(global)?;
    let mut progress = Progress::new();
    let counts = import(&desk, args, |counts| progress.tell(counts))?;
    progress.end();
    screen::text(format_args!("{counts}\n"))?;
    Ok(Exit::Ok)
}

/// What was imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Mails that were not there.
    pub new: usize,
    /// Mails that were.
    pub known: usize,
    /// Mails longer than the desk takes, left out.
    pub too_long: usize,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} taken, {} known before", counted(self.new, "mail"), self.known)?;
        if self.too_long > 0 {
            write!(f, ", {} left out as longer than intake.largest_mail", self.too_long)?;
        }
        f.write_str(".")
    }
}

/// Takes everything at the paths, and tells after each batch how far it is.
///
/// # Errors
/// When there is no such mailbox, a path cannot be read, or the database cannot be written. Batches before that
/// stay taken.
pub fn import(desk: &Opened, args: &ImportArgs, mut told: impl FnMut(Counts)) -> anyhow::Result<Counts> {
    let mailbox = mailbox(desk, args.mailbox.as_deref())?;
    let longest = desk.config.intake.largest_mail;
    // Each import is an epoch of its own, so that its rows never meet those of another.
    let epoch = u32::try_from(desk.words.now.timestamp()).unwrap_or(u32::MAX);
    let mut counts = Counts::default();
    let mut batch: Vec<Taken> = Vec::with_capacity(BATCH);
    let mut uid = 0;
    for path in &args.paths {
        let mails =
            source::open(path, longest).with_context(|| format!("{} cannot be imported", path.display()))?;
        for mail in mails {
            let mail = mail.with_context(|| format!("{} cannot be read to its end", path.display()))?;
            if mail.raw.len() as u64 > longest {
                counts.too_long += 1;
                continue;
            }
            uid += 1;
            batch.push(Taken {
                uid,
                raw: Packed::new(&with_crlf(&mail.raw)),
                received_at: mail.received_at.unwrap_or(desk.words.now).min(desk.words.now),
                age: Age::Past,
            });
            if batch.len() == BATCH {
                take(desk, mailbox, epoch, &mut batch, &mut counts)?;
                told(counts);
            }
        }
    }
    take(desk, mailbox, epoch, &mut batch, &mut counts)?;
    Ok(counts)
}

/// The mailbox of that name; the first if none is named.
fn mailbox<'a>(desk: &'a Opened, name: Option<&str>) -> anyhow::Result<&'a str> {
    let names: Vec<&str> = desk.config.mailboxes.iter().map(|mailbox| mailbox.name.as_str()).collect();
    let found = match name {
        Some(name) => names.iter().find(|known| **known == name),
        None => names.first(),
    };
    match found {
        Some(found) => Ok(found),
        None => bail!("there is no such mailbox in the configuration; there is: {}", names.join(", ")),
    }
}

/// Writes a batch in one transaction. Nothing remains to be done with these mails on any server.
fn take(
    desk: &Opened,
    mailbox: &str,
    epoch: u32,
    batch: &mut Vec<Taken>,
    counts: &mut Counts,
) -> anyhow::Result<()> {
    let stored = desk.write(|db| {
        db.tx(|db| {
            let stored = inbox::take_batch(db, mailbox, inbox::FROM_FILES, epoch, batch)?;
            let uids: Vec<u32> = batch.iter().map(|taken| taken.uid).collect();
            inbox::server_action_done(db, mailbox, inbox::FROM_FILES, epoch, &uids)?;
            Ok(stored)
        })
    })?;
    let new = stored.iter().filter(|stored| stored.seen == Seen::New).count();
    counts.new += new;
    counts.known += stored.len() - new;
    batch.clear();
    Ok(())
}

/// Tells on a terminal how far the import is, on one line.
struct Progress {
    out: Option<io::Stderr>,
    told: bool,
}

impl Progress {
    fn new() -> Self {
        let out = io::stderr();
        Self { out: out.is_terminal().then_some(out), told: false }
    }

    fn tell(&mut self, counts: Counts) {
        if let Some(out) = &mut self.out {
            // Nobody misses a line of progress that cannot be written.
            let _ = write!(out, "\r{} new, {} known …", counts.new, counts.known);
            let _ = out.flush();
            self.told = true;
        }
    }

    fn end(&mut self) {
        if let (Some(out), true) = (&mut self.out, self.told) {
            let _ = writeln!(out);
        }
    }
}
