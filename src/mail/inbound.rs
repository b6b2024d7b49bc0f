//! Bytes to [`Mail`]: bounded, and it never fails.
//!
//! Whatever arrives is turned into a [`Mail`] and a list of [`Defect`]s. The take-apart of fields and
//! MIME parts is written here, as flat loops with limits, because a tree built from what a stranger
//! sent must not be built, freed or walked by recursion, and because authority (who wrote this) needs
//! the first of repeated fields and the bytes as they stood. The mail-parser crate decodes what needs
//! tables: charsets and the entities of HTML.
//!
//! Deliberately absent: any judgement. What a mail is worth is decided in [`super::fate`], who sent it in
//! [`super::authenticity`]. Nested messages are counted against the limits but not read, save the header of
//! a returned message, which bounces need.

mod body;
mod charset;
mod dates;
mod decode;
mod defect;
mod fields;
mod flowed;
mod ids;
mod mailboxes;
mod params;
mod protection;
mod rtf;
mod structure;
#[cfg(test)]
mod tests;
mod tnef;
mod uu;
mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

pub use defect::{Defect, FromProblem, Limits};
pub(super) use fields::block as header_block;
pub use fields::one_line;
pub(super) use mailboxes::plain_address;
pub use protection::Protection;

/// One person or role with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, decoded, one line, without control or bidirectional characters.
    pub name: Option<String>,
    /// The address: local part as written, domain in lower case.
    pub address: String,
}

impl Mailbox {
    /// The domain of the address, in lower case.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// What the topmost `Return-Path` says (RFC 5321 §4.4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ReturnPath {
    /// There is no such field.
    #[default]
    Missing,
    /// `<>`: whoever sent this wants no answer of any kind.
    Null,
    /// An address, domain in lower case.
    Address(String),
}

/// The mailboxes of one field's value, at most `most`.
pub(super) fn mailboxes_in(value: &str, most: usize) -> Vec<Mailbox> {
    mailboxes::of_fields(std::iter::once(value), most)
}

/// One field's value with its encoded words (RFC 2047) decoded, on one line.
pub(super) fn decoded_words(value: &str) -> String {
    fields::decoded_line(value)
}

/// A part that is not the readable text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name: no folders, no control characters, bounded. Made up from the media type where the mail has none.
    pub name: String,
    /// Such as `image/png`, in lower case.
    pub media_type: String,
    /// The content after transfer decoding.
    pub bytes: Vec<u8>,
    /// Whether it is shown within the text (an image with a Content-ID, or `inline`).
    pub inline: bool,
}

impl Attachment {
    /// SHA-256 of the content, in lower-case hexadecimal.
    pub fn sha256_hex(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(&self.bytes))
    }
}

/// One header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// As written, without the colon and space around it.
    pub name: String,
    /// Unfolded to one line, control characters replaced by spaces; encoded words are left as they are.
    pub value: String,
}

impl Header {
    /// Whether this is the field of that name; case does not matter (RFC 5322 §1.2.2).
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The media type of a part and the parameters that decide something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentType {
    /// Such as `multipart/report`, in lower case.
    pub media_type: String,
    /// `report-type` of a `multipart/report`, in lower case (RFC 6522).
    pub report_type: Option<String>,
    /// `method` of a `text/calendar`, in lower case (RFC 6047).
    pub method: Option<String>,
}

impl Default for ContentType {
    fn default() -> Self {
        Self { media_type: "text/plain".to_owned(), report_type: None, method: None }
    }
}

/// A mail as far as it could be read. Every text in it is bounded and free of control characters.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// The author: only where exactly one From field holds exactly one usable address.
    pub from: Option<Mailbox>,
    /// Why there is no author.
    pub from_problem: Option<FromProblem>,
    /// Every mailbox of every From field, in order, or the local names where no address is there. For showing and
    /// for recognising machines and ourselves, never as identity.
    pub authors: Vec<Mailbox>,
    /// Mailboxes of Sender.
    pub sender: Vec<Mailbox>,
    /// Mailboxes of Reply-To.
    pub reply_to: Vec<Mailbox>,
    /// Mailboxes of To.
    pub to: Vec<Mailbox>,
    /// Mailboxes of Cc.
    pub cc: Vec<Mailbox>,
    /// Addresses of To, Cc, Delivered-To, X-Original-To, Envelope-To, Resent-To and Resent-Cc; lower case, each once.
    pub recipients: Vec<String>,
    /// The topmost Return-Path.
    pub return_path: ReturnPath,
    /// The subject, decoded, on one line.
    pub subject: String,
    /// The topmost Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// Ids of In-Reply-To, in order.
    pub in_reply_to: Vec<String>,
    /// Ids of References, in order, the last ones where there are too many.
    pub references: Vec<String>,
    /// The Date field, where it can be read. For showing only: the time of arrival is the server's.
    pub date: Option<DateTime<Utc>>,
    /// The whole readable text, lines ended by `\n`; made from HTML where there is no text part.
    pub text: String,
    /// Everything else.
    pub attachments: Vec<Attachment>,
    /// All fields of the header, top to bottom.
    pub headers: Vec<Header>,
    /// Whether it is encrypted or signed, and how.
    pub protection: Option<Protection>,
    /// Content type of the whole.
    pub content_type: ContentType,
    /// Content types of all parts, in order, those of nested messages left out.
    pub parts: Vec<ContentType>,
    /// Text of each `message/delivery-status` part (RFC 3464) and its international form (RFC 6533).
    pub delivery_status: Vec<String>,
    /// Header of each returned or forwarded message that stands as a part of its own.
    pub returned: Vec<Vec<Header>>,
    /// SHA-256 of the body, its line ends made CRLF: two deliveries of one mail have the same.
    pub body_hash: [u8; 32],
    /// Bytes of the raw mail.
    pub size: usize,
    /// Which limit was exceeded: such a mail is to be held, with its bytes.
    pub over_limit: Option<String>,
}

impl Mail {
    /// The topmost field of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.is(name)).map(|header| header.value.as_str())
    }

    /// All fields of that name, top to bottom.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |header| header.is(name)).map(|header| header.value.as_str())
    }
}

/// Reads a mail. It returns for any bytes whatever, in time and memory proportional to their number; what is
/// wrong with them is listed, and what exceeds a limit is named in [`Mail::over_limit`].
pub fn understand(raw: &[u8], limits: &Limits) -> (Mail, Vec<Defect>) {
    let size = raw.len();
    let raw = with_line_ends(raw);
    let raw = raw.as_ref();
    let mut reading = Reading { limits, mail: Mail { size, ..Mail::default() }, defects: Vec::new() };
    let block = fields::block(raw, limits, &mut reading.defects);
    let body = raw.get(block.body_at..).unwrap_or_default();
    reading.mail.body_hash = decode::hash_of_lines(body);
    reading.mail.headers = block.headers;
    reading.header(&block.controlled);
    if raw.len() > limits.message {
        reading.defects.push(Defect::OverLimit(format!("{} bytes, {} allowed", raw.len(), limits.message)));
    } else {
        reading.body(body);
    }
    reading.mail.over_limit = reading.defects.iter().find_map(|defect| match defect {
        Defect::OverLimit(what) => Some(what.clone()),
        _ => None,
    });
    (reading.mail, reading.defects)
}

/// Lines that end with a carriage return alone, as old Macs wrote them, get the line end that all else looks for.
fn with_line_ends(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\n') || !raw.contains(&b'\r') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|&byte| if byte == b'\r' { b'\n' } else { byte }).collect())
}

/// The take-apart alone, for measuring: how many parts a mail has. Nothing is decoded.
pub fn outline(raw: &[u8], limits: &Limits) -> usize {
    let mut defects = Vec::new();
    let block = fields::block(raw, limits, &mut defects);
    let body = raw.get(block.body_at..).unwrap_or_default();
    structure::walk(structure::Entity::top(&block.headers), body, limits, &mut defects).parts.len()
}

/// A mail being read: what is known so far.
struct Reading<'a> {
    limits: &'a Limits,
    mail: Mail,
    defects: Vec<Defect>,
}

impl Reading<'_> {
    /// Fills what the header tells. `controlled` names the fields that held control characters.
    fn header(&mut self, controlled: &BTreeSet<String>) {
        self.repeated_fields();
        self.author(controlled);
        let list = |mail: &Mail, name| mailboxes::of_fields(mail.headers_named(name), self.limits.recipients);
        self.mail.sender = list(&self.mail, "Sender");
        self.mail.reply_to = list(&self.mail, "Reply-To");
        self.mail.to = list(&self.mail, "To");
        self.mail.cc = list(&self.mail, "Cc");
        self.mail.recipients = recipients(&self.mail, self.limits);
        self.mail.return_path = return_path(self.mail.header("Return-Path"));
        self.mail.subject = self.mail.header("Subject").map(fields::decoded_line).unwrap_or_default();
        self.mail.message_id = self.mail.header("Message-ID").and_then(ids::message_id);
        self.mail.in_reply_to = ids::ids(self.mail.headers_named("In-Reply-To"), self.limits.references);
        self.mail.references = ids::ids(self.mail.headers_named("References"), self.limits.references);
        self.date();
    }

    /// RFC 5322 §3.6 allows these once; the topmost is taken.
    fn repeated_fields(&mut self) {
        for name in
            ["From", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "To"]
        {
            if self.mail.headers_named(name).nth(1).is_some() {
                self.defects.push(Defect::Repeated(name));
            }
        }
        if self.mail.message_id.is_none() && self.mail.header("Message-ID").is_none() {
            self.defects.push(Defect::Absent("Message-ID"));
        }
    }

    fn author(&mut self, controlled: &BTreeSet<String>) {
        let fields: Vec<mailboxes::List> = self.mail.headers_named("From").map(mailboxes::list).collect();
        let clean = !controlled.contains("from");
        let problem = match fields.as_slice() {
            [] => Some(FromProblem::Missing),
            [_, _, ..] => Some(FromProblem::SeveralFields),
            [list] if list.group => Some(FromProblem::Group),
            [list] if list.controls || !clean => Some(FromProblem::ControlCharacters),
            [list] => match list.mailboxes.as_slice() {
                [_] if list.unusable == 0 => None,
                [] | [_] => Some(FromProblem::NoAddress),
                _ => Some(FromProblem::SeveralAddresses),
            },
        };
        let (mailboxes, local): (Vec<_>, Vec<_>) =
            fields.into_iter().map(|list| (list.mailboxes, list.local)).unzip();
        let named = if mailboxes.iter().all(Vec::is_empty) { local } else { mailboxes };
        self.mail.authors = named.into_iter().flatten().take(self.limits.recipients).collect();
        match problem {
            None => self.mail.from = self.mail.authors.first().cloned(),
            Some(problem) => {
                self.defects.push(Defect::From(problem));
                self.mail.from_problem = Some(problem);
            }
        }
    }

    fn date(&mut self) {
        match self.mail.header("Date").map(dates::date) {
            Some(Some(date)) => self.mail.date = Some(date),
            Some(None) => self.defects.push(Defect::Unreadable("Date")),
            None => self.defects.push(Defect::Absent("Date")),
        }
    }

    /// Fills what the body tells.
    fn body(&mut self, body: &[u8]) {
        let top = structure::Entity::top(&self.mail.headers);
        self.mail.content_type = top.content_type();
        let walked = structure::walk(top, body, self.limits, &mut self.defects);
        body::fill(&mut self.mail, walked, self.limits, &mut self.defects);
    }
}

/// Fields that name whom a mail was for: written by the sender, and by the servers that delivered it.
const RECIPIENT_FIELDS: [&str; 7] =
    ["Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Resent-To", "Resent-Cc"];

fn recipients(mail: &Mail, limits: &Limits) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in RECIPIENT_FIELDS {
        for mailbox in mailboxes::of_fields(mail.headers_named(name), limits.recipients) {
            let address = mailbox.address.to_lowercase();
            if found.len() < limits.recipients && !found.contains(&address) {
                found.push(address);
            }
        }
    }
    found
}

fn return_path(value: Option<&str>) -> ReturnPath {
    let Some(value) = value else { return ReturnPath::Missing };
    let inner = value.trim().trim_start_matches('<').trim_end_matches('>').trim();
    match inner {
        "" => ReturnPath::Null,
        _ => ReturnPath::Address(mailboxes::plain_address(inner)),
    }
}
