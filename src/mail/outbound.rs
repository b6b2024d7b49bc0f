//! Outgoing mail to final bytes.
//!
//! The header is written here, value by value, because the builder of the SMTP crate panics on display names with
//! line breaks, rewrites ids that contain them, and lets through literal encoded-words; only the MIME tree below it
//! is the builder's. Every byte then passes [`normalise()`], since the same crate has an open advisory on bare line
//! ends (RUSTSEC-2026-0561). Which markers a mail carries follows from its [`Nature`].
//!
//! Deliberately absent: DKIM (the relay signs), a Precedence header (RFC 3834 §3.1.8 advises against it), more than
//! one recipient, inline images, and anything random: boundaries follow from the Message-ID.
use lettre::message::{
    Body, MultiPart, SinglePart,
    header::{ContentDisposition, ContentTransferEncoding, ContentType},
};
use sha2::{Digest, Sha256};

use crate::domain::{Timestamp, decision::Nature};

mod attachment;
mod header;
mod normalise;
#[cfg(test)]
mod tests;

pub use attachment::{clean_name, safe_media_type};
pub use header::clean_line;
pub use normalise::normalise;

/// Attachments of one mail together, in bytes; what relays accept once it is encoded.
pub const MAX_ATTACHED_BYTES: usize = 25 * 1024 * 1024;
/// Attachments of one mail.
pub const MAX_ATTACHMENTS: usize = 100;
/// Characters of a subject.
pub const MAX_SUBJECT_CHARS: usize = 200;
/// Ids in References: the first mail of the thread and the newest ones.
const MAX_REFERENCES: usize = 30;

/// A mail to be written. Texts may hold anything; what cannot stand in a mail is cleaned away.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    /// Display name of the sender; empty for none.
    pub from_name: &'a str,
    /// The desk's address.
    pub from_address: &'a str,
    /// Display name of the recipient.
    pub to_name: Option<&'a str>,
    /// Address of the recipient.
    pub to_address: &'a str,
    /// Address that answers should go to, shown with the sender's name.
    pub reply_to: Option<&'a str>,
    /// Subject; no header if nothing is left of it.
    pub subject: &'a str,
    /// The mail as plain text.
    pub text: &'a str,
    /// The same as HTML.
    pub html: Option<&'a str>,
    /// Message-ID without angle brackets.
    pub message_id: &'a str,
    /// The mail that is answered, without brackets; left out if it is no proper id.
    pub in_reply_to: Option<&'a str>,
    /// Its ancestors, oldest first, without brackets; improper ids are left out.
    pub references: &'a [String],
    /// Which markers it carries.
    pub nature: Nature,
    /// What goes along.
    pub attachments: &'a [Attached<'a>],
    /// Its Date, in UTC.
    pub date: Timestamp,
    /// Value of `X-Redress-Loop`, from [`super::token::KeyRing::loop_mark`].
    pub loop_mark: &'a str,
}

/// An attachment to go along.
#[derive(Debug, Clone, Copy)]
pub struct Attached<'a> {
    /// File name as found; cleaned here.
    pub name: &'a str,
    /// Media type as found; replaced where it is not on the list of harmless ones.
    pub media_type: &'a str,
    /// Content.
    pub bytes: &'a [u8],
}

/// A mail as it will be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// Final bytes; see [`normalise()`].
    pub bytes: Vec<u8>,
    /// Message-ID without angle brackets.
    pub message_id: String,
}

/// Why a mail cannot be written. None of these repeats an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// An address cannot stand in a header; nothing can be sent to it.
    #[error("the address for {header} is not a mail address")]
    Address {
        /// The header it was for.
        header: &'static str,
    },
    /// The Message-ID or the loop mark is none: an error of ours.
    #[error("the value for {header} is not usable")]
    Value {
        /// The header it was for.
        header: &'static str,
    },
    /// The attachments are too many or too large; send the mail without them and say so.
    #[error("{count} attachments of {bytes} bytes are more than a mail may carry")]
    TooLarge {
        /// How many there are.
        count: usize,
        /// Their size together.
        bytes: usize,
    },
}

/// Writes `draft` as the bytes that will be sent.
pub fn compose(draft: &Draft<'_>) -> Result<Composed, ComposeError> {
    let size = draft.attachments.iter().map(|attached| attached.bytes.len()).sum();
    if draft.attachments.len() > MAX_ATTACHMENTS || size > MAX_ATTACHED_BYTES {
        return Err(ComposeError::TooLarge { count: draft.attachments.len(), bytes: size });
    }
    let mut bytes = head(draft)?.into_bytes();
    bytes.extend(mime(draft));
    Ok(Composed { bytes: normalise(&bytes), message_id: draft.message_id.to_owned() })
}

/// The header down to and without MIME's own fields.
fn head(draft: &Draft<'_>) -> Result<String, ComposeError> {
    let mut out = String::new();
    header::mailbox(&mut out, "From", draft.from_name, draft.from_address)?;
    header::mailbox(&mut out, "To", draft.to_name.unwrap_or_default(), draft.to_address)?;
    if let Some(reply_to) = draft.reply_to {
        header::mailbox(&mut out, "Reply-To", draft.from_name, reply_to)?;
    }
    header::text(&mut out, "Subject", &clean_line(draft.subject, MAX_SUBJECT_CHARS));
    // Not `to_rfc2822`, which panics in years of five digits.
    header::plain(&mut out, "Date", &draft.date.format("%a, %d %b %Y %H:%M:%S +0000").to_string())?;
    if !header::is_id(draft.message_id) {
        return Err(ComposeError::Value { header: "Message-ID" });
    }
    header::ids(&mut out, "Message-ID", &[draft.message_id]);
    header::ids(&mut out, "In-Reply-To", draft.in_reply_to.as_slice());
    header::ids(&mut out, "References", &capped(draft.references));
    for (name, value) in markers(draft.nature) {
        header::plain(&mut out, name, value)?;
    }
    header::plain(&mut out, "X-Redress-Loop", draft.loop_mark)?;
    header::plain(&mut out, "MIME-Version", "1.0")?;
    Ok(out)
}

/// The markers of automatic mail: RFC 3834 §5 and, for Exchange, MS-OXCMAIL's `X-Auto-Response-Suppress`.
/// A person's words carry none; what repeats by time is generated and never a reply (RFC 3834 §5.2).
fn markers(nature: Nature) -> &'static [(&'static str, &'static str)] {
    match nature {
        Nature::Replied => &[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")],
        Nature::Generated => {
            &[("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "OOF, AutoReply")]
        }
        Nature::Human => &[],
    }
}

/// The first id and the newest ones (RFC 5322 §3.6.4 sets no bound; headers have one).
fn capped(references: &[String]) -> Vec<&str> {
    let newest_from = references.len().saturating_sub(MAX_REFERENCES - 1).max(1);
    let newest = references.iter().skip(newest_from);
    references.iter().take(1).chain(newest).map(String::as_str).collect()
}

fn mime(draft: &Draft<'_>) -> Vec<u8> {
    let text = SinglePart::plain(clean_body(draft.text));
    let Some(html) = draft.html else {
        if draft.attachments.is_empty() {
            return text.formatted();
        }
        return with_attachments(draft, mixed(draft).singlepart(text)).formatted();
    };
    // The plainest first: a reader takes the last alternative it understands (RFC 2046 §5.1.4).
    let both = MultiPart::alternative()
        .boundary(boundary(draft.message_id, "a"))
        .singlepart(text)
        .singlepart(SinglePart::html(clean_body(html)));
    if draft.attachments.is_empty() {
        return both.formatted();
    }
    with_attachments(draft, mixed(draft).multipart(both)).formatted()
}

fn mixed(draft: &Draft<'_>) -> MultiPart {
    MultiPart::mixed().boundary(boundary(draft.message_id, "m")).build()
}

fn with_attachments(draft: &Draft<'_>, mail: MultiPart) -> MultiPart {
    draft.attachments.iter().fold(mail, |mail, attached| mail.singlepart(part(attached)))
}

fn part(attached: &Attached<'_>) -> SinglePart {
    let base64 = ContentTransferEncoding::Base64;
    // Base64 takes any bytes; should the builder ever think otherwise, an empty part is better than a panic.
    let body = Body::new_with_encoding(attached.bytes.to_vec(), base64)
        .unwrap_or_else(|_| Body::dangerous_pre_encoded(Vec::new(), base64));
    let media_type = safe_media_type(attached.media_type);
    let content_type = ContentType::parse(media_type).unwrap_or(ContentType::TEXT_PLAIN);
    SinglePart::builder()
        .header(ContentDisposition::attachment(&clean_name(attached.name)))
        .header(content_type)
        .body(body)
}

/// A boundary that no content can foresee: the Message-ID holds 128 random bits. `=_` never occurs in
/// quoted-printable (RFC 2045 §6.7) nor in base64.
fn boundary(message_id: &str, level: &str) -> String {
    let digest = Sha256::digest(message_id.as_bytes());
    format!("=_{level}{}", data_encoding::HEXLOWER.encode(&digest))
}

/// A body with LF line ends and without controls, which no reader shows and some trip over.
fn clean_body(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}
