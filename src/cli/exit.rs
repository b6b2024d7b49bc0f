//! Exit statuses: few, stable, documented, so that a script or a service manager can act on them.

use std::process::ExitCode;

use crate::{
    clerk::ClerkError,
    config::ConfigError,
    imap::ImapError,
    net::NetError,
    smtp::SmtpError,
    store::{StoreError, backup::BackupError},
};

/// What the program ends with. The numbers above 2 are those of `sysexits.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done as asked.
    Ok,
    /// Something failed, and the message says what.
    Failure,
    /// The command line was wrong.
    Usage,
    /// Stored data is not what it should be: what `verify` or `fsck` finds, or a copy that is none.
    Data,
    /// A server or the database cannot be reached.
    Unavailable,
    /// Somebody else has it at the moment: another daemon works in the state folder, or the database is busy.
    Busy,
    /// The configuration is wrong; starting again will not help.
    Config,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Data => 65,
            Self::Unavailable => 69,
            Self::Busy => 75,
            Self::Config => 78,
        }
    }

    /// The status for an error that reached `main`.
    pub fn of(error: &anyhow::Error) -> Self {
        error.chain().find_map(Self::of_cause).unwrap_or(Self::Failure)
    }

    /// The status for an error that has one of its own.
    fn of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Self> {
        if let Some(error) = cause.downcast_ref::<StoreError>() {
            return Some(Self::of_store(error));
        }
        if let Some(error) = cause.downcast_ref::<BackupError>() {
            return Some(Self::of_backup(error));
        }
        if let Some(ClerkError::Store(error)) = cause.downcast_ref() {
            return Some(Self::of_store(error));
        }
        if cause.is::<ConfigError>() {
            return Some(Self::Config);
        }
        let server = cause.is::<ImapError>() || cause.is::<SmtpError>() || cause.is::<NetError>();
        server.then_some(Self::Unavailable)
    }

    /// The status for a failure to copy a database or to put a copy back.
    fn of_backup(error: &BackupError) -> Self {
        match error {
            BackupError::Store(error) => Self::of_store(error),
            BackupError::Faulty { .. } | BackupError::Unfit { .. } => Self::Data,
            BackupError::Busy(_) => Self::Busy,
            BackupError::Postgres => Self::Usage,
            BackupError::Exists(_) | BackupError::Disk { .. } => Self::Failure,
        }
    }

    /// The status for a failure of the database.
    pub fn of_store(error: &StoreError) -> Self {
        match error {
            StoreError::Locked(_) | StoreError::Busy(_) => Self::Busy,
            StoreError::Lost(_) | StoreError::Full(_) => Self::Unavailable,
            StoreError::Address(_) | StoreError::Unsafe(_) => Self::Config,
            StoreError::Corrupt(_) | StoreError::Newer { .. } => Self::Data,
            StoreError::Older { .. }
            | StoreError::Conflict(_)
            | StoreError::Panicked
            | StoreError::Other(_) => Self::Failure,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// The table of statuses, for `--help` and the man page.
pub const HELP: &str = "\
Exit status:
   0  done as asked
   1  failed; the message says why
   2  the command line is wrong
  65  stored data is not what it should be
  69  a server or the database cannot be reached
  75  another daemon is at work here
  78  the configuration is wrong

The environment variable NO_COLOR turns colours off, RUST_LOG sets what is logged.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_stands_in_the_help() {
        use Exit::{Busy, Config, Data, Failure, Ok, Unavailable, Usage};
        for exit in [Ok, Failure, Usage, Data, Unavailable, Busy, Config] {
            let line = format!("{:>4}  ", exit.code());
            assert!(HELP.lines().any(|found| found.starts_with(&line)), "{exit:?}");
        }
    }

    #[test]
    fn a_wrong_configuration_is_told_apart_from_other_failures() {
        let wrong = ConfigError { path: "x.toml".into(), mistakes: Vec::new() };
        assert_eq!(Exit::of(&anyhow::Error::new(wrong).context("cannot start")), Exit::Config);
        assert_eq!(Exit::of(&anyhow::anyhow!("disk full")), Exit::Failure);
    }

    #[test]
    fn what_the_database_says_decides_the_status_at_any_depth() {
        let check = |error: StoreError, expected| {
            let deep = anyhow::Error::new(ClerkError::Store(error)).context("a flow ended");
            assert_eq!(Exit::of(&deep), expected);
        };
        check(StoreError::Locked("redress.db.lock".to_owned()), Exit::Busy);
        check(StoreError::Lost("connection refused".to_owned()), Exit::Unavailable);
        check(StoreError::Newer { found: "0009".to_owned() }, Exit::Data);
        check(StoreError::Corrupt("half a promise".to_owned()), Exit::Data);
        let plain =
            anyhow::Error::new(StoreError::Address("no such folder".to_owned())).context("cannot start");
        assert_eq!(Exit::of(&plain), Exit::Config);
    }

    #[test]
    fn a_server_that_refuses_us_is_unavailable() {
        let refused = ImapError::Credentials { text: "no".to_owned() };
        assert_eq!(Exit::of(&anyhow::Error::new(refused).context("mailbox support")), Exit::Unavailable);
    }
}
