//! `redress migrate`: brings the database to this release, which the daemon also does at its start.
use anyhow::Context as _;

use super::{Exit, Global, MigrateArgs, logging::Voice, opened::missing_database, screen};
use crate::{
    config::{Config, Secrets},
    daemon::wiring,
    store::Store,
};

/// Migrates, or says what would be done.
pub fn run(global: &Global, args: &MigrateArgs) -> anyhow::Result<Exit> {
    let config = global.load(Secrets::IfPresent, Voice::Quiet)?;
    screen::text(if args.dry_run { planned(&config)? } else { migrate(&config)? })?;
    Ok(Exit::Ok)
}

/// What would be done.
///
/// # Errors
/// When the database cannot be read or is of a newer release.
pub fn planned(config: &Config) -> anyhow::Result<String> {
    if let Some(missing) = missing_database(config) {
        return Ok(format!("{missing}; it would be made.\n"));
    }
    let store = Store::open(&wiring::store_settings(config)).context("the database cannot be used")?;
    let pending = store.pending_migrations().context("the database cannot be read")?;
    Ok(match pending.as_slice() {
        [] => UP_TO_DATE.to_owned(),
        names => format!("Would be run: {}.\n", names.join(", ")),
    })
}

/// Runs what is missing. An SQLite desk must not be at work meanwhile.
///
/// # Errors
/// When a daemon is at work, or the database cannot be written or is of a newer release.
pub fn migrate(config: &Config) -> anyhow::Result<String> {
    let store = Store::open(&wiring::store_settings(config)).context("the database cannot be used")?;
    if store.pending_migrations().context("the database cannot be read")?.is_empty() {
        return Ok(UP_TO_DATE.to_owned());
    }
    let _lock = store.lock_desk().context("stop the daemon first")?;
    let done = store.migrate().context("the database cannot be brought up to date; nothing was changed")?;
    Ok(format!("Run: {}.\n", done.join(", ")))
}

const UP_TO_DATE: &str = "The database is up to date.\n";
