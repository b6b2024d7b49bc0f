//! What can go wrong with a mailbox, by what the caller can do about it.
//!
//! No variant carries bytes of a mail: the library's parse errors quote what they could not read, and are dropped.
use std::io;

use async_imap::error::Error as LibraryError;

use crate::net::{NetError, TlsFault, printable};

/// How a server refused a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// `NO`: understood, not done.
    No,
    /// `BAD`: not understood.
    Bad,
}

/// A failed step. After everything but [`ImapError::Refused`], [`ImapError::NoSuchFolder`] and
/// [`ImapError::IdleUnavailable`] the connection is to be dropped.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// The server cannot be reached. Wait and try again.
    #[error("{why}")]
    Unreachable {
        /// Host, port and the system's reason.
        why: String,
    },
    /// The server cannot be trusted; nothing secret was sent.
    #[error("no safe connection: {0}")]
    Tls(#[from] TlsFault),
    /// The server does not accept this user with this password.
    #[error("the server refuses the login: {text}")]
    Credentials {
        /// The server's words.
        text: String,
    },
    /// The server refused a command; the connection is still good.
    #[error("the server answered {answer:?} to {command}: {text}")]
    Refused {
        /// The command's name, without its arguments.
        command: &'static str,
        /// Whether it was refused or not understood.
        answer: Answer,
        /// The server's words, bounded and without control characters.
        text: String,
    },
    /// The folder does not exist.
    #[error("the folder does not exist on the server (answer to {command})")]
    NoSuchFolder {
        /// The command that named it.
        command: &'static str,
    },
    /// The connection ended, or an earlier command left it in doubt.
    #[error("the connection to the server is lost")]
    Lost,
    /// The server did not answer in time.
    #[error("the server did not answer {during} in time")]
    Timeout {
        /// The step.
        during: &'static str,
    },
    /// The server has no IDLE or refuses it: poll instead. The connection is still good.
    #[error("the server cannot tell of new mail (IDLE); it has to be asked")]
    IdleUnavailable,
    /// The server said something that cannot be or cannot be used.
    #[error("the server breaks the protocol: {0}")]
    Protocol(&'static str),
    /// A value of ours cannot be sent: a name with control characters, or a password the login method cannot carry.
    #[error("{0}")]
    Unsendable(&'static str),
}

impl ImapError {
    /// Whether trying again later, unchanged, may help.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Lost | Self::Timeout { .. } | Self::Protocol(_) => true,
            Self::Tls(fault) => fault.is_temporary(),
            Self::Refused { answer: Answer::No, text, .. } => !FINAL.iter().any(|code| has_code(text, code)),
            Self::Refused { answer: Answer::Bad, .. }
            | Self::Credentials { .. }
            | Self::NoSuchFolder { .. }
            | Self::IdleUnavailable
            | Self::Unsendable(_) => false,
        }
    }

    /// Whether the connection can still be used.
    pub fn leaves_connection_usable(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. } | Self::NoSuchFolder { .. } | Self::IdleUnavailable | Self::Unsendable(_)
        )
    }

    /// What an operator can do.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "Check host, port and the network; it is tried again by itself.",
            Self::Tls(_) => {
                "Nothing secret was sent. Repair the certificate or the TLS settings of this mailbox."
            }
            Self::Credentials { .. } => {
                "Check user and password; some providers want an application password or must allow IMAP first."
            }
            Self::Refused { .. } => {
                "See the server's words; a quota or a missing permission is the usual cause."
            }
            Self::NoSuchFolder { .. } => {
                "Create the folder or correct its name, with the server's separator."
            }
            Self::Lost | Self::Timeout { .. } => {
                "It is tried again by itself; if it lasts, look at the server."
            }
            Self::IdleUnavailable => "Nothing to do: the mailbox is asked at intervals instead.",
            Self::Protocol(_) => {
                "It is tried again by itself; if it lasts, report it with the server's name and version."
            }
            Self::Unsendable(_) => "Correct the setting.",
        }
    }

    /// A refusal in the server's words, sorted by its response code (RFC 5530).
    pub(super) fn refused(command: &'static str, answer: Answer, text: &str) -> Self {
        let coded = MISSING.iter().any(|code| has_code(text, code));
        // Dovecot gives SELECT no code for this, and others neither.
        let said =
            command == "SELECT" && NOT_THERE.iter().any(|words| text.to_ascii_lowercase().contains(words));
        if answer == Answer::No && (coded || said) {
            return Self::NoSuchFolder { command };
        }
        Self::Refused { command, answer, text: printable(text) }
    }

    /// A refused login: only codes that speak of the server's own trouble make it temporary.
    pub(super) fn login(answer: Answer, text: &str) -> Self {
        if answer == Answer::Bad || BUSY.iter().any(|code| has_code(text, code)) {
            return Self::Refused { command: "LOGIN", answer, text: printable(text) };
        }
        Self::Credentials { text: printable(text) }
    }
}

/// Response codes that mean waiting is no use (RFC 5530 section 3).
const FINAL: [&str; 5] = ["NOPERM", "CANNOT", "CONTACTADMIN", "AUTHORIZATIONFAILED", "PRIVACYREQUIRED"];
/// Response codes that mean the folder is not there (RFC 3501 section 7.1, RFC 5530 section 3).
const MISSING: [&str; 2] = ["NONEXISTENT", "TRYCREATE"];
/// How servers say so without a code.
const NOT_THERE: [&str; 4] = ["doesn't exist", "does not exist", "no such mailbox", "unknown mailbox"];
/// Response codes of a login that fails for the server's own reasons (RFC 5530 section 3, RFC 9051 section 7.1).
const BUSY: [&str; 5] = ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CORRUPTION"];

/// Whether `text` begins with the response code `code`, with or without further words in it.
fn has_code(text: &str, code: &str) -> bool {
    text.trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split([']', ' ']).next())
        .is_some_and(|found| found.eq_ignore_ascii_case(code))
}

impl From<NetError> for ImapError {
    fn from(error: NetError) -> Self {
        match error {
            NetError::Tls(fault) => Self::Tls(fault),
            NetError::Timeout { during } => Self::Timeout { during },
            NetError::Unreachable { .. } => Self::Unreachable { why: error.to_string() },
        }
    }
}

impl From<io::Error> for ImapError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::QuotaExceeded => Self::Protocol("it sends more than was asked for"),
            // The library's own: an answer its parser cannot read, with the raw bytes in its text.
            io::ErrorKind::Other => Self::Protocol("an answer cannot be read"),
            _ => Self::Lost,
        }
    }
}

impl From<LibraryError> for ImapError {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Io(error) => error.into(),
            LibraryError::ConnectionLost => Self::Lost,
            LibraryError::Validate(_) => Self::Unsendable("a value holds a line break"),
            _ => Self::Protocol("an answer cannot be read"),
        }
    }
}
