//! What the configuration becomes: one plain value per adapter and flow, beside the domain's [`Policy`].
//!
//! Everything here has been checked; nothing needs a second look. Deliberately absent: any default, since those stand
//! in the schema alone.
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::error::Notice;
use super::kind::{FromValue, Value};
use crate::clock::Schedule;
use crate::domain::policy::{Enabled, Policy};
use crate::mail::relay::Relay;

/// Declares an enum whose variants are the words that one key may hold.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// The words in the file, in the order of the variants.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl FromValue for $name {
            fn from_value(value: &Value) -> Option<Self> {
                match String::from_value(value)?.as_str() { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

/// The whole configuration.
#[derive(Debug)]
pub struct Config {
    /// The rules of the desk, for `decide`.
    pub policy: Policy,
    /// Folders and numbers.
    pub desk: DeskSettings,
    /// The database.
    pub database: DatabaseSettings,
    /// At least one mailbox, in the order of the file.
    pub mailboxes: Vec<MailboxSettings>,
    /// The SMTP server and what leaves through it.
    pub sending: SendingSettings,
    /// How reply addresses are made.
    pub addressing: Addressing,
    /// The key ring.
    pub signing: SigningSettings,
    /// Whose word is taken on senders.
    pub authentication: AuthenticationSettings,
    /// Senders that speak for others.
    pub relays: Vec<Relay>,
    /// What is taken and held.
    pub intake: IntakeSettings,
    /// What repeats.
    pub schedules: Schedules,
    /// Alarms, disk and retention.
    pub operations: OperationsSettings,
    /// The log.
    pub logging: LoggingSettings,
    /// What is not wrong but deserves a look, such as a secret that others may read.
    pub warnings: Vec<Notice>,
}

/// Folders and numbers of the desk; its name and address are in the [`Policy`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskSettings {
    /// Folder for what survives a restart.
    pub state_dir: PathBuf,
    /// Number of the first dispute.
    pub first_number: u64,
    /// Folder with letters that replace the built-in ones.
    pub templates: Option<PathBuf>,
}

/// The database.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Which one.
    pub location: Location,
    /// What it must guarantee.
    pub durability: Durability,
}

/// Where the database is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A file; created if absent.
    Sqlite(PathBuf),
    /// An address, which may hold a password.
    Postgres(SecretString),
}

words! {
    /// What is asked of a PostgreSQL commit.
    Durability {
        /// It must be on disk.
        Strict = "strict",
        /// It may be lost: for throw-away databases.
        Test = "test",
    }
}

/// How to reach a mail server and log in.
#[derive(Debug, Clone)]
pub struct Server {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// PEM file of further authorities.
    pub extra_ca: Option<PathBuf>,
    /// SHA-256 of the one certificate to accept, 64 lower-case hexadecimal digits.
    pub pinned_sha256: Option<String>,
    /// Name to log in with; none means no login.
    pub user: Option<String>,
    /// Its password. With a user it is there, unless the configuration was read with
    /// [`Secrets::IfPresent`](super::Secrets::IfPresent).
    pub password: Option<SecretString>,
}

/// The usual IMAP ports: implicit TLS, STARTTLS, plain text.
pub(super) const IMAP_PORTS: [u16; 3] = [993, 143, 143];
/// The usual SMTP ports of the same.
pub(super) const SMTP_PORTS: [u16; 3] = [465, 587, 25];

impl Security {
    /// The usual port, out of those of implicit TLS, STARTTLS and plain text.
    pub(super) fn port(self, [tls, starttls, plain]: [u16; 3]) -> u16 {
        match self {
            Self::Tls => tls,
            Self::StartTls => starttls,
            Self::Plain => plain,
        }
    }
}

words! {
    /// How a connection is protected. There is no “TLS if offered”.
    Security {
        /// From the first byte (RFC 8314).
        Tls = "tls",
        /// STARTTLS, required.
        StartTls = "starttls",
        /// Not at all; to this machine only.
        Plain = "plain",
    }
}

/// One mailbox.
#[derive(Debug, Clone)]
pub struct MailboxSettings {
    /// Short name for logs and status.
    pub name: String,
    /// The IMAP server; its user is always set.
    pub server: Server,
    /// Folder that is read.
    pub folder: String,
    /// What happens to mail that was taken.
    pub after: After,
    /// Whether the first start takes what is already there.
    pub take_past: Enabled,
    /// How often to look without being told.
    pub poll: Duration,
    /// Whether to use IDLE where the server has it.
    pub idle: Enabled,
}

/// What happens on the server to mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// It is moved there.
    Move {
        /// Name of the folder.
        folder: String,
    },
    /// It is flagged.
    Flag,
    /// Nothing.
    Leave,
}

words! {
    /// The words of `mailbox.after`; [`After`] is what they become.
    AfterTaking {
        /// Move to the folder for done mail.
        Move = "move",
        /// Flag.
        Flag = "flag",
        /// Leave alone.
        Leave = "leave",
    }
}

/// The SMTP server and what leaves through it.
#[derive(Debug, Clone)]
pub struct SendingSettings {
    /// The server.
    pub server: Server,
    /// Name to greet with; none means this machine's.
    pub hello: Option<String>,
    /// Envelope sender of automatic letters.
    pub envelope: Envelope,
    /// Shadow mode: nothing leaves.
    pub hold: Enabled,
}

words! {
    /// Envelope sender of automatic letters.
    Envelope {
        /// The desk's address: failures come back.
        Desk = "desk",
        /// The null sender.
        Null = "null",
    }
}

/// How reply addresses are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressing {
    /// `support+token@example.com`.
    Plus,
    /// `token@subdomain`.
    Subdomain {
        /// The domain, lower case.
        domain: String,
    },
    /// No signed addresses.
    None,
}

words! {
    /// The words of `addressing.mode`; [`Addressing`] is what they become.
    AddressingMode {
        /// Subaddresses.
        Plus = "plus",
        /// A domain of its own.
        Subdomain = "subdomain",
        /// None.
        None = "none",
    }
}

/// The key ring.
#[derive(Debug, Clone)]
pub struct SigningSettings {
    /// The text of the ring, which `KeyRing::parse` has accepted. Missing only if the configuration was read with
    /// [`Secrets::IfPresent`](super::Secrets::IfPresent).
    pub ring: Option<SecretString>,
    /// Where it was looked for.
    pub place: SigningPlace,
}

/// Where the key ring is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningPlace {
    /// In a file of its own.
    File(PathBuf),
    /// In a credential that the service manager made for one run, at this path.
    Credential(PathBuf),
    /// In this variable of the environment.
    Variable(String),
}

/// Whose word is taken on who sent a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticationSettings {
    /// Trusted authserv-ids, lower case.
    pub trusted_authserv_ids: Vec<String>,
    /// Our own servers as they stand in Received, lower case.
    pub border_hosts: Vec<String>,
}

words! {
    /// The words of `relay.customer`.
    CustomerPlace {
        /// Reply-To.
        ReplyTo = "reply-to",
        /// Another field.
        Header = "header",
        /// A line of the text.
        Body = "body",
    }
}

/// What is taken, and what is made of its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeSettings {
    /// Largest mail that is taken whole, in bytes.
    pub largest_mail: u64,
    /// List-Ids that deliver the desk's own address, without angle brackets, lower case.
    pub own_lists: Vec<String>,
    /// Whose mail is held.
    pub blocked: Vec<Whom>,
    /// Whose mail is never suspect.
    pub allowed: Vec<Whom>,
}

/// An address or a whole domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// One address, lower case.
    Address(String),
    /// Every address of a domain and of those below it, lower case.
    Domain(String),
}

impl Whom {
    /// Whether `address` (any case) is meant.
    pub fn covers(&self, address: &str) -> bool {
        let address = address.to_ascii_lowercase();
        match self {
            Self::Address(own) => *own == address,
            Self::Domain(own) => address.rsplit_once('@').is_some_and(|(_, domain)| {
                domain
                    .strip_suffix(own.as_str())
                    .is_some_and(|above| above.is_empty() || above.ends_with('.'))
            }),
        }
    }
}

/// The address, or `@domain`.
impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => f.write_str(address),
            Self::Domain(domain) => write!(f, "@{domain}"),
        }
    }
}

/// What repeats, on the desk's local clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedules {
    /// Compare mailboxes with the store.
    pub reconcile: Schedule,
    /// Agents' digest.
    pub digest: Schedule,
    /// List of suspect mail.
    pub suspects: Schedule,
    /// Anchor of the journals.
    pub anchor: Schedule,
}

impl Schedules {
    /// Every schedule with its key, for `check`.
    pub fn all(&self) -> [(&'static str, &Schedule); 4] {
        [
            ("reconcile", &self.reconcile),
            ("digest", &self.digest),
            ("suspects", &self.suspects),
            ("anchor", &self.anchor),
        ]
    }
}

/// For those who run the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationsSettings {
    /// Who is told when something is wrong, lower case.
    pub notify: Vec<String>,
    /// Free space below which no mail is taken, in bytes.
    pub low_disk: u64,
    /// Months after closing for which raw mail is kept.
    pub retention_months: u32,
}

/// The log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggingSettings {
    /// How much is said.
    pub level: LogLevel,
    /// Where and how.
    pub format: LogFormat,
}

words! {
    /// How much the log says.
    LogLevel {
        /// Only what failed.
        Error = "error",
        /// And what was odd.
        Warn = "warn",
        /// And every event.
        Info = "info",
        /// And every step.
        Debug = "debug",
        /// Everything of our own.
        Trace = "trace",
    }
}

words! {
    /// Where the log goes and how it looks.
    LogFormat {
        /// Journal under systemd, text otherwise.
        Auto = "auto",
        /// Text on standard error.
        Text = "text",
        /// One JSON object a line on standard error.
        Json = "json",
        /// The systemd journal.
        Journal = "journal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_covers_its_addresses_and_those_below_it() {
        let domain = Whom::Domain("spam.example".to_owned());
        assert!(domain.covers("Eve@Spam.Example"));
        assert!(domain.covers("eve@mail.spam.example"));
        assert!(!domain.covers("eve@notspam.example"));
        assert!(!domain.covers("spam.example@shop.example"));
        let address = Whom::Address("eve@spam.example".to_owned());
        assert!(address.covers("EVE@spam.example"));
        assert!(!address.covers("adam@spam.example"));
    }
}
