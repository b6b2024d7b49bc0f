//! `redress backup` and `redress restore`: a checked copy of an SQLite desk while it runs, and the way back.
use std::fmt::Write as _;

use anyhow::{Context as _, anyhow};
use secrecy::ExposeSecret as _;

use super::{
    BackupArgs, Exit, Global, RestoreArgs, fsck,
    logging::Voice,
    opened::{Opened, Words, counted},
    screen,
};
use crate::{
    clock::Clock,
    config::{Config, Secrets, settings::Location},
    daemon::wiring,
    store::{
        Store,
        backup::{self, BackupError, PutBack},
    },
};

/// Makes a copy and says what it holds.
pub fn run(global: &Global, args: &BackupArgs) -> anyhow::Result<Exit> {
    let desk = Opened::of(global)?;
    if let Location::Postgres(url) = &desk.config.database.location {
        let command = backup::by_pg_dump(url.expose_secret(), &args.file);
        return Ok(refused(&format!("{}: {command}", BackupError::Postgres)));
    }
    let report =
        fsck::knowing(&desk.config, desk.words.now, |knowing| backup::copy(&desk.store, &args.file, knowing))
            .context("there is no backup")?;
    let account = &report.account;
    screen::text(format!(
        "{} holds {}, {} and the rest of the desk, and is whole. The signing key and the configuration are not in it.\n",
        args.file.display(),
        counted(account.disputes, "dispute"),
        counted(account.stored, "mail"),
    ))?;
    if report.faults.is_empty() {
        return Ok(Exit::Ok);
    }
    let faults = counted(report.faults.len() as u64, "fault");
    screen::text(format!("The desk has {faults}, and so has the copy: “redress fsck” tells them.\n"))?;
    Ok(Exit::Data)
}

/// Puts a copy back, or takes over one that was put back by other means.
pub fn restore(global: &Global, args: &RestoreArgs) -> anyhow::Result<Exit> {
    let config = global.load(Secrets::IfPresent, Voice::Quiet)?;
    let now = Clock::system().now();
    let put = match (&config.database.location, &args.file) {
        (Location::Sqlite(path), Some(file)) => {
            fsck::knowing(&config, now, |knowing| backup::put_back(path, file, knowing))
        }
        (Location::Postgres(_), Some(_)) => {
            return Ok(refused(&format!(
                "{}: use pg_restore with every daemon stopped, and then “redress restore --in-place”",
                BackupError::Postgres
            )));
        }
        (_, None) => adopt(&config, now),
    };
    let put = put.context("nothing was restored")?;
    screen::text(told(&put, &Words::of(&config, now)))?;
    Ok(Exit::Ok)
}

fn adopt(config: &Config, now: crate::domain::Timestamp) -> Result<PutBack, BackupError> {
    let store = Store::open(&wiring::store_settings(config))?;
    fsck::knowing(config, now, |knowing| backup::adopt(&store, knowing))
}

/// Says what was wrong with the command line, as clap does.
fn refused(why: &str) -> Exit {
    screen::failure(&anyhow!("{why}"));
    Exit::Usage
}

/// What a restore did and what remains to be done by a person.
pub fn told(put: &PutBack, words: &Words) -> String {
    let PutBack { marked, kept, migrated } = put;
    let mut text =
        format!("Restored: what this desk knew at {}.\n", words.moment_and_distance(marked.copied_at));
    if let Some(kept) = kept {
        let _ = writeln!(text, "The database that was there is {}.", kept.display());
    }
    if !migrated.is_empty() {
        let _ = writeln!(text, "It was brought to this release: {}.", migrated.join(", "));
    }
    if marked.held > 0 {
        let _ = writeln!(
            text,
            "{} waited then and may have been sent since: held. See “redress outbox --state held”; \
             “redress release letters” lets them leave, “redress outbox --drop” takes them back.",
            counted(marked.held, "letter")
        );
    }
    if marked.past > 0 {
        let _ = writeln!(
            text,
            "{} waited then: not acknowledged by itself any more, but in the digest.",
            counted(marked.past, "mail")
        );
    }
    let _ = writeln!(text, "New disputes begin at {}.", words.number(marked.next));
    text.push_str(
        "Mail that came before now is not acknowledged again. Start the desk, move what came since the copy from the \
         folder of done mail back to where it was, and look through the digest.\n",
    );
    text
}
