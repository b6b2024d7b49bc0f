//! The IMAP adapter: one connection to one mailbox, every answer checked, every wait bounded.
//!
//! The client library reports success where a server said no or went away, waits without limit and buffers
//! whatever it is sent. So nothing here uses its helpers after the login: each command goes through one checked
//! executor (`exec`) that demands the tagged answer, bounds time and bytes, and marks the connection broken from
//! the first byte of a command to its answer. A command that failed half-way, or whose future was dropped,
//! therefore leaves a connection that only says [`ImapError::Lost`]; the caller drops it and opens another.
//!
//! Deliberately absent: reconnecting and deciding what to fetch (the intake flow), plain EXPUNGE (it deletes other
//! clients' mail), CONDSTORE and QRESYNC (correctness must not rest on them), `OAuth2`.
mod error;
mod exec;
mod idle;
mod mailbox;
mod open;
mod text;

use std::time::Duration;

use secrecy::SecretString;

use crate::net::{Endpoint, EndpointFault};

pub use error::{Answer, ImapError};
pub use exec::Connection;
pub use idle::Woken;
pub use mailbox::{Described, Fetched, Flag, Marked, Relocated, Selected};

/// One mailbox to take mail from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the operator calls this mailbox, for logs.
    pub name: String,
    /// The server.
    pub server: Endpoint,
    /// Login name.
    pub user: String,
    /// Password; never shown by `Debug`.
    pub password: SecretString,
    /// Folder to take mail from, in plain Unicode (`INBOX`).
    pub folder: String,
    /// How long to wait for what.
    pub patience: Patience,
}

/// How long a step may take before the connection is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Name lookup and TCP, all addresses together.
    pub connect: Duration,
    /// The TLS handshake.
    pub handshake: Duration,
    /// One command; a long answer gets another such window for each window in which it brought 64 KiB.
    pub command: Duration,
    /// One round of IDLE, after which the link is proved alive. RFC 2177 allows 29 minutes; less finds dead links.
    pub idle: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            handshake: Duration::from_secs(30),
            command: Duration::from_mins(1),
            idle: Duration::from_mins(5),
        }
    }
}

/// What is wrong with [`Settings`], for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// The server part is wrong.
    #[error(transparent)]
    Server(#[from] EndpointFault),
    /// This value is empty or holds a control character.
    #[error("{0} is empty or holds a control character")]
    Value(&'static str),
}

impl Settings {
    /// Checks what can be checked without a network.
    pub fn validate(&self) -> Result<(), SettingsFault> {
        self.server.validate()?;
        let values = [("name", &self.name), ("user", &self.user), ("folder", &self.folder)];
        for (key, value) in values {
            if value.is_empty() || value.chars().any(char::is_control) {
                return Err(SettingsFault::Value(key));
            }
        }
        Ok(())
    }
}

/// How long to wait before connection attempt `attempt` (0 is the first retry): one second, doubling to five
/// minutes, spread by ±20 % so that many desks do not return at once. `jitter` is any random number.
pub fn backoff(attempt: u32, jitter: u32) -> Duration {
    const LONGEST: u64 = 300;
    let seconds = 1_u64.checked_shl(attempt.min(32)).unwrap_or(LONGEST).min(LONGEST);
    let milliseconds = seconds * 1000;
    let spread = milliseconds * 2 / 5 * u64::from(jitter) / u64::from(u32::MAX);
    Duration::from_millis(milliseconds * 4 / 5 + spread)
}

#[cfg(test)]
mod tests;
