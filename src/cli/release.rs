//! `redress retry` and `redress release`: what an operator lets go on. The daemon takes it up at its next look.
use anyhow::bail;

use super::{
    ChoiceArgs, Exit, Global, Release, ReleaseArgs,
    opened::{Opened, counted},
    screen,
};
use crate::store::{
    Db, StoreError,
    inbox::{self, Which},
    outbox,
};

/// Takes up quarantined mail again.
pub fn retry(global: &Global, args: &ChoiceArgs) -> anyhow::Result<Exit> {
    screen::text(retried(&Opened::of(global)?, args)?)?;
    Ok(Exit::Ok)
}

/// Lets held letters or held mail go on.
pub fn run(global: &Global, args: &ReleaseArgs) -> anyhow::Result<Exit> {
    screen::text(released(&Opened::of(global)?, &args.what)?)?;
    Ok(Exit::Ok)
}

/// Takes up quarantined mail again; returns what to say.
///
/// # Errors
/// When a mail that was named is not in quarantine, or the database cannot be written.
pub fn retried(desk: &Opened, which: &ChoiceArgs) -> anyhow::Result<String> {
    let count = each(desk, which, "mail", "in quarantine", inbox::retry)?;
    Ok(format!("{} will be tried again.\n", counted(count, "mail")))
}

/// Lets held letters or held mail go on; returns what to say.
///
/// # Errors
/// When one that was named is not held, or the database cannot be written.
pub fn released(desk: &Opened, what: &Release) -> anyhow::Result<String> {
    let now = desk.words.now;
    match what {
        Release::Letters(which) => {
            let count = each(desk, which, "letter", "held", |db, one| outbox::release_held(db, one, now))?;
            Ok(format!("{} will leave.\n", counted(count, "letter")))
        }
        Release::Mail(which) => {
            let count = each(desk, which, "mail", "held", |db, one| inbox::release(db, one, now))?;
            Ok(format!("{} will be taken as a person's.\n", counted(count, "mail")))
        }
    }
}

/// Does `act` for all, or for those named: for every one of them, or for none and an error that names the first
/// which is not `state`.
pub fn each(
    desk: &Opened,
    which: &ChoiceArgs,
    noun: &str,
    state: &str,
    act: impl Fn(&mut Db, Which) -> Result<usize, StoreError>,
) -> anyhow::Result<usize> {
    if which.all {
        return desk.write(|db| act(db, Which::All));
    }
    let mut refused = None;
    let done = desk.write(|db| {
        db.tx(|db| {
            for number in &which.numbers {
                if act(db, Which::One(*number))? == 0 {
                    refused = Some(*number);
                    return Err(StoreError::Other(String::new()));
                }
            }
            Ok(which.numbers.len())
        })
    });
    match refused {
        Some(number) => bail!("{noun} {number} is not {state}; nothing was changed"),
        None => done,
    }
}
