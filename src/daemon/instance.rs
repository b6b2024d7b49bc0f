//! Who this daemon is among several on one database: a name that outlives a restart, so that what it held when it
//! was killed is known to be its own.
use std::{
    fs::{self, File, OpenOptions},
    io::{Read as _, Seek as _, Write as _},
    path::Path,
};

use anyhow::Context as _;

use super::wiring::hex;
use crate::clock::Clock;

/// The file that keeps the name, in the state folder.
const FILE: &str = "instance";
/// Bytes of a name that are read.
const LONGEST: u64 = 64;

/// A name that no other running daemon has.
#[derive(Debug)]
pub struct Instance {
    /// The name.
    pub name: String,
    /// Whether an earlier process may have had it: what it leased is then ours.
    pub heir: Heir,
    /// Locked for as long as this process lives.
    _lock: Option<File>,
}

/// Whether a daemon may take over what was leased under its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heir {
    /// Whoever had the name before is dead.
    Yes,
    /// The name is new.
    No,
}

impl Instance {
    /// The name that `state_dir` keeps, or one for this process alone where another daemon has that.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn of(state_dir: &Path, clock: &Clock) -> anyhow::Result<Self> {
        let fresh = || hex(&clock.random::<8>());
        fs::create_dir_all(state_dir).context("the state folder cannot be made")?;
        let path = state_dir.join(FILE);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .with_context(|| format!("{} cannot be opened", path.display()))?;
        if file.try_lock().is_err() {
            return Ok(Self { name: fresh(), heir: Heir::No, _lock: None });
        }
        let mut name = String::new();
        let read = (&file).take(LONGEST).read_to_string(&mut name);
        if read.is_ok() && name.len() >= 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self { name, heir: Heir::Yes, _lock: Some(file) });
        }
        let name = fresh();
        let written = file.set_len(0).and_then(|()| file.rewind());
        written
            .and_then(|()| file.write_all(name.as_bytes()))
            .and_then(|()| file.sync_all())
            .with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self { name, heir: Heir::No, _lock: Some(file) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_keeps_its_name_and_shares_it_with_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::system();
        let first = Instance::of(folder.path(), &clock).unwrap();
        let beside = Instance::of(folder.path(), &clock).unwrap();
        assert_ne!(first.name, beside.name);
        assert_eq!((first.heir, beside.heir), (Heir::No, Heir::No));
        let name = first.name.clone();
        drop(first);
        let later = Instance::of(folder.path(), &clock).unwrap();
        assert_eq!((later.name, later.heir), (name, Heir::Yes));
    }

    #[test]
    fn a_name_that_cannot_be_read_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), b"\xff half a na").unwrap();
        let made = Instance::of(folder.path(), &Clock::system()).unwrap();
        assert_eq!((made.heir, made.name.len()), (Heir::No, 16));
    }
}
