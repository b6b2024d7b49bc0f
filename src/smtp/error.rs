//! What can go wrong with sending one mail to one recipient, by what the caller may conclude from it.
//!
//! `Display` never shows the relay's words, because they often quote the recipient; [`SmtpError::text`] does.
use std::error::Error as _;

use lettre::transport::smtp::Error as LibraryError;

use crate::net::{NetError, TlsFault, printable};

/// How far a conversation had come, in that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The relay's first words.
    Greeting,
    /// EHLO, and STARTTLS.
    Hello,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA, before the mail itself.
    Data,
    /// The mail, before its final dot.
    Body,
    /// After the final dot.
    Dot,
}

impl Stage {
    /// The stage's name in SMTP, for a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Hello => "EHLO",
            Self::Login => "AUTH",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Body => "the mail's text",
            Self::Dot => "the end of the mail",
        }
    }

    /// Whether the relay had heard nothing of any mail by then, so that none can be to blame.
    pub fn precedes_mail(self) -> bool {
        self < Self::Sender
    }
}

/// What a failure means for the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Not taken; the same may succeed later.
    Temporary,
    /// Not taken, and this mail to this recipient never will be.
    Permanent,
    /// Not taken for a reason that concerns us and the relay, not this mail. Never a reason to give a mail up.
    Configuration,
    /// Perhaps taken. A repetition must send the same bytes and may arrive twice.
    Uncertain,
}

/// A mail that was not accepted for certain.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// The relay asked to come back later (4xx).
    #[error("the relay put the mail off with {code} at {}", stage.name())]
    Temporary {
        /// Where.
        stage: Stage,
        /// Reply code.
        code: u16,
        /// The relay's words.
        text: String,
    },
    /// The relay refused this mail or recipient (5xx).
    #[error("the relay refused the mail with {code} at {}", stage.name())]
    Permanent {
        /// Where.
        stage: Stage,
        /// Reply code.
        code: u16,
        /// The relay's words.
        text: String,
    },
    /// This mail cannot be said in what this relay speaks; nothing was sent.
    #[error("the mail cannot be sent: {0}")]
    Unsendable(&'static str),
    /// It was not to be sent any more, as was found just before its text was.
    #[error("the mail was taken over by another sender before its text was sent")]
    TakenOver,
    /// The relay does not serve us as configured: login, protection, our sender address.
    #[error("the relay does not serve this desk as configured, at {}{}", stage.name(), code.map(|c| format!(" ({c})")).unwrap_or_default())]
    Configuration {
        /// Where.
        stage: Stage,
        /// Reply code, if the relay gave one.
        code: Option<u16>,
        /// The relay's words, or what is missing.
        text: String,
    },
    /// The relay takes no mail with the null sender `<>`, against RFC 5321 section 4.5.5.
    #[error("the relay refuses mail without a sender ({code})")]
    NullSender {
        /// Reply code.
        code: u16,
        /// The relay's words.
        text: String,
    },
    /// The relay cannot be trusted; nothing secret was sent.
    #[error("no safe connection to the relay: {0}")]
    Tls(#[from] TlsFault),
    /// The relay cannot be reached.
    #[error("{why}")]
    Unreachable {
        /// Host, port and the system's reason.
        why: String,
    },
    /// The relay did not answer in time; the final dot was not sent.
    #[error("the relay did not answer in time at {}", stage.name())]
    Timeout {
        /// Where.
        stage: Stage,
    },
    /// The connection ended, or the answer could not be read; the final dot was not sent.
    #[error("the connection to the relay was lost at {}", stage.name())]
    Lost {
        /// Where.
        stage: Stage,
    },
    /// The final dot was sent and no clear answer came: the relay may have taken the mail (RFC 5321 section 4.5.3.2.6).
    #[error("the relay may have taken the mail: {0}")]
    Uncertain(&'static str),
}

impl SmtpError {
    /// What this means for the mail.
    pub fn class(&self) -> Class {
        match self {
            Self::Temporary { .. }
            | Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Lost { .. }
            | Self::TakenOver => Class::Temporary,
            Self::Tls(fault) if fault.is_temporary() => Class::Temporary,
            Self::Permanent { .. } | Self::Unsendable(_) => Class::Permanent,
            Self::Configuration { .. } | Self::NullSender { .. } | Self::Tls(_) => Class::Configuration,
            Self::Uncertain(_) => Class::Uncertain,
        }
    }

    /// The relay's words, bounded and without control characters. They may hold addresses: not for logs.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Temporary { text, .. }
            | Self::Permanent { text, .. }
            | Self::Configuration { text, .. }
            | Self::NullSender { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The relay's reply code, if it gave one.
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Temporary { code, .. } | Self::Permanent { code, .. } | Self::NullSender { code, .. } => {
                Some(*code)
            }
            Self::Configuration { code, .. } => *code,
            _ => None,
        }
    }

    /// What an operator can do.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Temporary { .. } | Self::Timeout { .. } | Self::Lost { .. } => {
                "It is tried again by itself; if it lasts, see the relay's words and its log."
            }
            Self::Permanent { .. } | Self::Unsendable(_) => {
                "See the reason; the address is wrong or closed to us."
            }
            Self::Configuration { stage: Stage::Login, .. } => "Check user and password of the relay.",
            Self::Configuration { stage: Stage::Sender, .. } => {
                "The relay must allow this login to send from the desk's addresses, also with +tags."
            }
            Self::NullSender { .. } => {
                "Set [sending] envelope = \"desk\"; what waits then leaves with the desk's address as its sender."
            }
            Self::Configuration { .. } => "Check user, password and protection (tls, starttls) of the relay.",
            Self::Tls(_) => {
                "Nothing secret was sent. Repair the certificate or the TLS settings of the relay."
            }
            Self::Unreachable { .. } => "Check host, port and the network; it is tried again by itself.",
            Self::TakenOver => "Nothing needs to be done; this daemon was stopped or cut off for a while.",
            Self::Uncertain(_) => "The same mail is sent again; the recipient may get it twice.",
        }
    }

    /// Whether the conversation may go on with another mail.
    pub(super) fn leaves_connection_usable(&self) -> bool {
        matches!(self, Self::TakenOver) || self.code().is_some_and(|code| code != SERVICE_CLOSES)
    }

    /// A negative reply, sorted by code and stage.
    pub(super) fn reply(stage: Stage, code: u16, words: &str, sender: Sender) -> Self {
        let text = printable(words);
        let concerns_us = match stage {
            Stage::Greeting | Stage::Hello | Stage::Login => code >= 500,
            // Our own address is refused, whoever the mail is for.
            Stage::Sender => sender == Sender::Named && REFUSED_SENDER.contains(&code),
            Stage::Recipient => {
                let words = text.to_ascii_lowercase();
                RELAY_DENIED.iter().any(|denial| words.contains(denial))
            }
            _ => false,
        };
        if stage == Stage::Sender && sender == Sender::Null && REFUSED_SENDER.contains(&code) {
            Self::NullSender { code, text }
        } else if concerns_us || NOT_ABOUT_THE_MAIL.contains(&code) {
            Self::Configuration { stage, code: Some(code), text }
        } else if code >= 500 {
            Self::Permanent { stage, code, text }
        } else {
            Self::Temporary { stage, code, text }
        }
    }

    /// The library's error at `stage`.
    pub(super) fn from_library(error: &LibraryError, stage: Stage, sender: Sender) -> Self {
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        match error.status() {
            Some(code) => Self::reply(stage, code.into(), &words, sender),
            None if stage == Stage::Dot => Self::Uncertain(
                "the connection ended, or the answer was unreadable, after the whole mail was sent",
            ),
            None => Self::Lost { stage },
        }
    }

    /// A failure to reach the relay.
    pub(super) fn from_net(error: NetError) -> Self {
        match error {
            NetError::Tls(fault) => Self::Tls(fault),
            NetError::Timeout { .. } | NetError::Unreachable { .. } => {
                Self::Unreachable { why: error.to_string() }
            }
        }
    }
}

/// Whether a mail has an envelope sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// An address.
    Named,
    /// `<>`.
    Null,
}

/// The relay closes the connection (RFC 5321 section 3.8).
const SERVICE_CLOSES: u16 = 421;
/// Login or protection is wanted or refused (RFC 4954 section 6, RFC 3207 section 4), or the order of commands is
/// not what the relay expects (503, often for a missing login): says nothing of the mail.
const NOT_ABOUT_THE_MAIL: [u16; 7] = [454, 503, 523, 530, 534, 535, 538];
/// How Postfix, Exim, Sendmail and Exchange refuse to relay for a stranger, by the same codes as an unknown address.
const RELAY_DENIED: [&str; 5] = [
    "relay access denied",
    "relay not permitted",
    "relaying denied",
    "unable to relay",
    "authentication required",
];
/// Replies to MAIL FROM that refuse the address itself (RFC 5321 section 4.2.3).
const REFUSED_SENDER: [u16; 4] = [501, 550, 553, 554];
