//! The lock that keeps a second daemon off an SQLite file. The operating system drops it with the process.
use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use super::StoreError;

/// Held while the daemon runs.
#[derive(Debug)]
pub struct DeskLock {
    /// Unlocked when it is closed.
    _file: File,
}

impl DeskLock {
    /// Locks the file `<database>.lock`.
    pub(super) fn take(database: &Path) -> Result<Self, StoreError> {
        let mut name = resolved(database).into_os_string();
        name.push(".lock");
        let shown = name.to_string_lossy().into_owned();
        let unusable = |error: std::io::Error| StoreError::Address(format!("lock file {shown}: {error}"));
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(&name).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked(shown)),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

/// The file that a path leads to: a link and what it leads to are one database, and have one lock.
pub(super) fn resolved(database: &Path) -> PathBuf {
    database.canonicalize().unwrap_or_else(|_| database.to_owned())
}
