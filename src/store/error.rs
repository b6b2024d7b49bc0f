//! What can go wrong in the store, typed by what a caller can do about it.
//!
//! SQLSTATE is not passed on by the driver, so busy and full are told apart by the server's English text; where
//! the text is unknown an error stays [`StoreError::Other`], which counts as final: what a mail provokes again and
//! again must end in quarantine, not in an endless retry.
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::domain::UnknownWord;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else holds a lock for too long. Try again.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The disk is full. Nothing was written; try again when there is space.
    #[error("the disk of the database is full: {0}")]
    Full(String),
    /// The connection or the disk failed. The connection was thrown away; try again on a new one.
    #[error("the connection to the database was lost: {0}")]
    Lost(String),
    /// The database was made by a newer release. Install that release, or restore an older backup.
    #[error("the database has migration {found}, which this release does not know; use a newer release")]
    Newer {
        /// Newest migration found.
        found: String,
    },
    /// Migrations are missing: run `redress migrate`.
    #[error("the database lacks {missing} migration(s), the first is {first}; run `redress migrate`")]
    Older {
        /// How many are missing.
        missing: usize,
        /// The first of them.
        first: String,
    },
    /// A row holds what this release cannot read.
    #[error("the database holds what cannot be read: {0}")]
    Corrupt(String),
    /// A row of that key exists.
    #[error("a row of that key exists already ({0})")]
    Conflict(String),
    /// The database is set up so that a commit may be lost, or so that it cannot hold mail.
    #[error("the database is not safe: {0}")]
    Unsafe(String),
    /// The address of the database cannot be used.
    #[error("the database cannot be opened: {0}")]
    Address(String),
    /// Another daemon of this desk runs on the same state folder.
    #[error("another daemon runs on this database (lock file {0})")]
    Locked(String),
    /// The work panicked; its transaction was rolled back and its connection closed.
    #[error("the work on the database panicked")]
    Panicked,
    /// Anything else.
    #[error("the database refused: {0}")]
    Other(String),
}

impl StoreError {
    /// Whether the same call may succeed later without anybody changing anything but time and space.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Full(_) | Self::Lost(_))
    }

    /// Whether the connection must not be used again.
    pub(super) fn ends_connection(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Full(_) | Self::Panicked)
    }
}

/// Makes a failure of its text.
type Kind = fn(String) -> StoreError;

/// Kinds of failure by a part of the server's text, in lower case; the first that fits wins.
const TEXTS: &[(&str, Kind)] = &[
    ("database is locked", StoreError::Busy),
    ("database table is locked", StoreError::Busy),
    ("deadlock detected", StoreError::Busy),
    ("lock timeout", StoreError::Busy),
    ("statement timeout", StoreError::Busy),
    ("too many clients", StoreError::Busy),
    ("remaining connection slots", StoreError::Busy),
    ("no space left on device", StoreError::Full),
    ("database or disk is full", StoreError::Full),
    ("could not extend file", StoreError::Full),
    ("disk quota exceeded", StoreError::Full),
    ("disk i/o error", StoreError::Lost),
    ("terminating connection", StoreError::Lost),
    ("idle-in-transaction timeout", StoreError::Lost),
    ("connection closed", StoreError::Lost),
    ("is shutting down", StoreError::Lost),
    ("is starting up", StoreError::Lost),
    ("in recovery mode", StoreError::Lost),
    ("connection refused", StoreError::Lost),
    ("database disk image is malformed", StoreError::Corrupt),
    ("file is not a database", StoreError::Corrupt),
];

/// The failure that a server's text stands for.
pub(super) fn by_text(text: &str) -> StoreError {
    let lower = text.to_lowercase();
    let kind = TEXTS.iter().find(|(part, _)| lower.contains(part)).map(|(_, kind)| *kind);
    kind.unwrap_or(StoreError::Other)(text.to_owned())
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            // The message names the constraint; the details would name the values, which may be addresses.
            DieselError::DatabaseError(kind, info) => match kind {
                DatabaseErrorKind::UniqueViolation => Self::Conflict(info.message().to_owned()),
                DatabaseErrorKind::SerializationFailure => Self::Busy(info.message().to_owned()),
                DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection => {
                    Self::Lost(info.message().to_owned())
                }
                _ => by_text(info.message()),
            },
            DieselError::BrokenTransactionManager => {
                Self::Lost("a transaction could not be ended".to_owned())
            }
            DieselError::DeserializationError(cause) => Self::Corrupt(cause.to_string()),
            other => by_text(&other.to_string()),
        }
    }
}

impl From<UnknownWord> for StoreError {
    fn from(error: UnknownWord) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<std::num::TryFromIntError> for StoreError {
    fn from(_: std::num::TryFromIntError) -> Self {
        Self::Corrupt("a number is out of range".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_both_servers_are_told_apart() {
        assert!(matches!(by_text("database is locked"), StoreError::Busy(_)));
        assert!(matches!(by_text("ERROR: canceling statement due to lock timeout"), StoreError::Busy(_)));
        assert!(matches!(by_text("database or disk is full"), StoreError::Full(_)));
        assert!(matches!(by_text("disk I/O error"), StoreError::Lost(_)));
        assert!(matches!(by_text("syntax error"), StoreError::Other(_)));
    }

    #[test]
    fn only_what_time_can_heal_is_temporary() {
        assert!(StoreError::Busy(String::new()).is_temporary());
        assert!(!StoreError::Newer { found: "9".into() }.is_temporary());
        assert!(!StoreError::Conflict(String::new()).is_temporary());
    }
}
