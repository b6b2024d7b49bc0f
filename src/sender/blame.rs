//! Whose fault it is that a mail did not leave: told by what was said and by how far the conversation had come.
use crate::{
    smtp::{Class, SmtpError, Stage},
    store::outbox::{Concerns, Doubt, Failure},
};

/// Who is to blame for a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blame {
    /// The address.
    Recipient,
    /// This mail.
    Mail,
    /// The relay, or something about this mail that it does not bear: whether other mail leaves will show.
    Unclear,
    /// The relay, for it had not yet heard of any mail.
    Relay,
}

/// Who is to blame, by what the relay said and when.
pub(super) fn blame(error: &SmtpError) -> Blame {
    /// The relay closes the connection (RFC 5321 §3.8).
    const SERVICE_CLOSES: u16 = 421;
    match error {
        SmtpError::Unreachable { .. } | SmtpError::Tls(_) => Blame::Relay,
        SmtpError::Temporary { stage, .. }
        | SmtpError::Configuration { stage, .. }
        | SmtpError::Timeout { stage }
        | SmtpError::Lost { stage }
            if stage.precedes_mail() =>
        {
            Blame::Relay
        }
        SmtpError::Configuration { .. }
        | SmtpError::NullSender { .. }
        | SmtpError::Timeout { .. }
        | SmtpError::Lost { .. }
        | SmtpError::Temporary { stage: Stage::Sender, .. }
        | SmtpError::Temporary { code: SERVICE_CLOSES, .. } => Blame::Unclear,
        SmtpError::Permanent { stage: Stage::Recipient, .. } => Blame::Recipient,
        SmtpError::Temporary { .. }
        | SmtpError::Permanent { .. }
        | SmtpError::Unsendable(_)
        | SmtpError::TakenOver
        | SmtpError::Uncertain(_) => Blame::Mail,
    }
}

/// A failure as the row keeps it.
pub(super) fn failure(error: &SmtpError, blame: Blame) -> Failure {
    Failure {
        error: error.text().map_or_else(|| error.to_string(), |words| format!("{error}: {words}")),
        code: error.code().map(i64::from),
        doubt: if error.class() == Class::Uncertain { Doubt::MayBeSent } else { Doubt::None },
        concerns: match blame {
            Blame::Recipient => Concerns::Recipient,
            Blame::Mail => Concerns::Mail,
            Blame::Unclear | Blame::Relay => Concerns::Relay,
        },
    }
}
