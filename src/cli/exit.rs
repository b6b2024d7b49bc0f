//! Exit statuses: few, stable, documented, so that a script or a service manager can act on them.

use std::process::ExitCode;

use crate::{config::ConfigError, store::StoreError};

/// What the program ends with. The numbers above 2 are those of `sysexits.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done as asked.
    Ok,
    /// Something failed, and the message says what.
    Failure,
    /// The command line was wrong.
    Usage,
    /// Stored data is not what it should be: a journal that does not verify, a database that is newer than we are.
    Data,
    /// A server or the database cannot be reached.
    Unavailable,
    /// Somebody else has it at the moment: another daemon works in the state folder.
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

    fn of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Self> {
        if cause.is::<ConfigError>() {
            return Some(Self::Config);
        }
        match cause.downcast_ref::<StoreError>()? {
            StoreError::Locked(_) => Some(Self::Busy),
            StoreError::Address(_) | StoreError::Unsafe(_) => Some(Self::Config),
            StoreError::Newer { .. } | StoreError::Corrupt(_) => Some(Self::Data),
            error if error.is_temporary() => Some(Self::Unavailable),
            _ => None,
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
    fn troubles_of_the_database_are_told_apart() {
        for (error, expected) in [
            (StoreError::Locked(String::new()), Exit::Busy),
            (StoreError::Full(String::new()), Exit::Unavailable),
            (StoreError::Newer { found: String::new() }, Exit::Data),
            (StoreError::Address(String::new()), Exit::Config),
            (StoreError::Panicked, Exit::Failure),
        ] {
            assert_eq!(Exit::of(&anyhow::Error::new(error).context("cannot start")), expected);
        }
    }
}
