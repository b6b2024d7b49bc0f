//! What can be checked without a mail server: database, letters, keys, schedules, disk.
use std::path::Path;

use super::Findings;
use crate::{
    cli::{
        Exit,
        opened::{Words, counted, missing_database},
    },
    clock::Clock,
    config::{Config, settings::Location},
    daemon::wiring,
    domain::policy::Enabled,
    store::{Store, StoreError},
    templates::{DeskFacts, Templates},
};

/// Runs of a schedule that are shown.
const RUNS: usize = 3;

/// Checks everything local.
pub(super) fn check(config: &Config, clock: &Clock, findings: &mut Findings) {
    database(config, findings);
    letters(config, findings);
    signing(config, findings);
    schedules(config, &Words::of(config, clock.now()), findings);
    disk(config, findings);
    authentication(config, findings);
    if config.sending.hold == Enabled::Yes {
        let advice = "“redress release letters” lets them go; sending.hold = false ends the shadow mode.";
        findings.note("sending", "letters are written and held, nothing leaves", advice);
    }
}

fn database(config: &Config, findings: &mut Findings) {
    const AREA: &str = "database";
    if let Some(missing) = missing_database(config) {
        let folder = match &config.database.location {
            Location::Sqlite(path) => path.parent().unwrap_or(Path::new("")).to_owned(),
            Location::Postgres(_) => return,
        };
        let folder = if folder.as_os_str().is_empty() { Path::new(".").to_owned() } else { folder };
        if rustix::fs::access(&folder, rustix::fs::Access::WRITE_OK).is_ok() {
            findings.note(AREA, missing, "The first start makes it.");
        } else {
            let what = format!("{missing}, and its folder cannot be written");
            findings.problem(
                AREA,
                what,
                "Make the folder, owned by the user that runs the desk.",
                Exit::Failure,
            );
        }
        return;
    }
    let opened = Store::open(&wiring::store_settings(config));
    let checked = opened.and_then(|store| store.check_migrations().map(|()| store));
    match checked {
        Ok(store) => {
            findings.ok(AREA, format!("{} opens, is up to date and keeps what is committed", store.kind()));
        }
        Err(error @ StoreError::Older { .. }) => {
            findings.note(AREA, error.to_string(), "The next start does it too.");
        }
        Err(error) => {
            findings.problem(AREA, error.to_string(), advice(&error), Exit::of_store(&error));
        }
    }
}

/// What an operator can do about the database.
fn advice(error: &StoreError) -> &'static str {
    match error {
        StoreError::Busy(_) => "Try again; if it lasts, see who holds a lock.",
        StoreError::Full(_) => "Make room on its disk.",
        StoreError::Lost(_) => "Check that the server runs and lets this host and user in.",
        StoreError::Newer { .. } => "Install that release, or restore a backup from before it.",
        StoreError::Corrupt(_) => "Stop the desk, keep a copy, and restore a backup.",
        StoreError::Unsafe(_) => "Change that setting of the database.",
        StoreError::Address(_) => "Check database.url, and that the file or server may be used by this user.",
        _ => "See the words of the database.",
    }
}

fn letters(config: &Config, findings: &mut Findings) {
    const AREA: &str = "letters";
    let facts =
        DeskFacts { name: config.policy.desk_name.clone(), address: config.policy.desk_address.clone() };
    let loaded = Templates::load(config.desk.templates.as_deref(), config.policy.calendar.zone, facts);
    let faults = match &loaded {
        Ok(templates) => templates.check(),
        Err(faults) => faults.clone(),
    };
    for fault in &faults {
        let advice = "Correct the file, or remove it to get the built-in letter.";
        findings.problem(AREA, fault.to_string(), advice, Exit::Failure);
    }
    if let (Ok(templates), []) = (loaded, faults.as_slice()) {
        let languages: Vec<_> = templates.languages().into_iter().collect();
        findings.ok(AREA, format!("every letter can be written with its sample ({})", languages.join(", ")));
    }
}

fn signing(config: &Config, findings: &mut Findings) {
    const AREA: &str = "signing key";
    // What the ring says was checked with the configuration, which also names what cannot be read.
    if config.signing.ring.is_some() {
        findings.ok(AREA, "reply addresses and Message-IDs can be signed");
    } else {
        let advice = "“redress init” writes one; check must run as the user that runs the desk.";
        findings.problem(AREA, "it cannot be read", advice, Exit::Config);
    }
}

fn schedules(config: &Config, words: &Words, findings: &mut Findings) {
    for (key, schedule) in config.schedules.all() {
        let mut after = words.now;
        let runs: Vec<_> = std::iter::from_fn(|| {
            let run = schedule.next_after(after, words.zone)?;
            after = run.at;
            Some(words.moment(run.at))
        })
        .take(RUNS)
        .collect();
        let area = format!("schedule {key}");
        if runs.is_empty() {
            let what = format!("“{schedule}” names no day to come");
            findings.problem(&area, what, &format!("Correct schedules.{key}."), Exit::Config);
        } else {
            findings.ok(&area, format!("“{schedule}” runs {} ({})", runs.join(", "), words.zone));
        }
    }
}

fn disk(config: &Config, findings: &mut Findings) {
    const AREA: &str = "disk";
    let folder = &config.desk.state_dir;
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder.as_path() };
    let Ok(stat) = rustix::fs::statvfs(shown) else {
        let what = format!("the folder {} is not there or cannot be asked", shown.display());
        findings.problem(AREA, what, "Make it, owned by the user that runs the desk.", Exit::Failure);
        return;
    };
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let needed = config.operations.low_disk;
    let what = format!("{} free at {}", megabytes(free), shown.display());
    if free >= needed {
        findings.ok(AREA, what);
    } else {
        let advice = format!("Mail is taken only with {}: make room.", megabytes(needed));
        findings.problem(AREA, what, &advice, Exit::Failure);
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}

fn authentication(config: &Config, findings: &mut Findings) {
    const AREA: &str = "authentication";
    let settings = &config.authentication;
    if settings.trusted_authserv_ids.is_empty() {
        findings.note(
            AREA,
            "no server's word on senders is trusted, so nobody is authenticated: acknowledgements repeat nothing of \
             the mail and go to an address once a day; agents are in reply-only mode (reply, note, take, promise, \
             resolve), without closing and other sensitive commands",
            "Set authentication.trusted_authserv_ids to what your server writes first in Authentication-Results; \
             “redress check --probe” shows it.",
        );
        return;
    }
    let ids = settings.trusted_authserv_ids.join(", ");
    if settings.border_hosts.is_empty() {
        let advice = "Set authentication.border_hosts if mail passes several servers of yours.";
        findings.note(AREA, format!("the word of {ids} is taken, from the last server alone"), advice);
    } else {
        let hosts = counted(settings.border_hosts.len(), "border host");
        findings.ok(AREA, format!("the word of {ids} is taken, down to {hosts}"));
    }
}
