//! Mail that says another mail did not arrive: whom it did not reach, why, for good or for now, and which mail it was.
//!
//! Two kinds are understood. Delivery reports (RFC 3464, RFC 6533) by their fields, wherever these stand and however
//! they are broken. And reports in prose, of which every program has its own: they are recognised by who sends them
//! together with what they say, and read line by line. How programs write is a table, `rules`.
//!
//! A person who quotes or forwards a report has not sent one: without the marks of a mail server nothing here counts.
//! Reports of success, challenges, complaint reports and read receipts are no bounces.
//!
//! Deliberately absent: matching the report to a mail of ours, without which it changes nothing (a forged report is
//! easily written).

mod codes;
mod notification;
mod original;
mod prose;
mod rules;
mod sender;
mod status;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::inbound::{Limits, Mail, understand};
use prose::Prose;
use sender::Sender;

/// What a report of failure or delay says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// One entry for each address it speaks of, in its order.
    pub recipients: Vec<Failed>,
    /// Message-ID of the mail it is about, without angle brackets.
    pub original_message_id: Option<String>,
    /// What it was recognised by, on one line.
    pub because: String,
}

/// What happened to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The address, domain in lower case.
    pub address: String,
    /// `failed`, `delayed`, `delivered`, `relayed` or `expanded` (RFC 3464 §2.3.3), in lower case.
    pub action: String,
    /// Enhanced status code such as `5.1.1` (RFC 3463); made from the words of the report where it gives none.
    pub status: Option<String>,
    /// Whether trying again is pointless: it failed, and the code is not of the temporary class.
    pub permanent: bool,
    /// What the other server said, one line.
    pub diagnostic: Option<String>,
}

impl Failed {
    /// An address of which nothing else is known yet.
    fn without_reason(address: String) -> Self {
        Self { address, action: String::new(), status: None, permanent: true, diagnostic: None }
    }
}

/// The field in which Exim, and what was built on it, names whom a mail did not reach.
const LISTED: &str = "X-Failed-Recipients";

/// Addresses read from one report.
const MOST: usize = 200;
/// Characters kept of a diagnostic.
const DIAGNOSTIC: usize = 500;
/// Bytes of text in which a challenge shows itself.
const CHALLENGE: usize = 16 * 1024;

/// Actions after which the mail is not lost (RFC 3464 §2.3.3); the last is written by Postfix when it only probes.
const ARRIVED: [&str; 4] = ["delivered", "relayed", "expanded", "deliverable"];

/// Reads a bounce; `None` where the mail is none.
pub fn read(mail: &Mail) -> Option<Bounce> {
    let sender = sender::of(mail);
    let marked = is_delivery_report(mail) || mail.header(LISTED).is_some();
    if is_another_report(mail) || (sender == Sender::Person && !marked) {
        return None;
    }
    let words = words_of(mail);
    let text = prose::split(&words);
    let perhaps = matches!(sender, Sender::Machine | Sender::Office) && !marked;
    if perhaps && sender::is_a_person(mail, text.own) {
        return None;
    }
    let inner = report_within(mail);
    let (recipients, because) =
        by_fields(mail, &text, sender).or_else(|| by_words(mail, &text, sender, inner.as_ref()))?;
    let arrived = |one: &Failed| ARRIVED.contains(&one.action.as_str());
    if is_challenge(mail) || (!recipients.is_empty() && recipients.iter().all(arrived)) {
        return None;
    }
    let original_message_id = if let Some(inner) = &inner {
        original::id(inner, "", "", None)
    } else {
        let envelope = mail.delivery_status.first().and_then(|text| status::envelope_id(text));
        original::id(mail, text.own, text.returned, envelope)
    };
    Some(Bounce { recipients, original_message_id, because })
}

/// Some gateways return a report whole, as a mail within their own. One such layer is looked into.
fn report_within(mail: &Mail) -> Option<Mail> {
    let from = mail.returned.first()?.iter().find(|header| header.is("From"))?.value.to_lowercase();
    let attached = mail.attachments.iter().find(|part| part.media_type == "message/rfc822")?;
    let is_report =
        mail.delivery_status.is_empty() && rules::senders::DAEMONS.iter().any(|name| from.contains(name));
    is_report.then(|| understand(&beginning_and_status(&attached.bytes), &Limits::default()).0)
}

/// Bytes of a report within a mail that are read, and of each of its status parts further down.
const WITHIN: usize = 64 * 1024;
const STATUS: usize = 16 * 1024;
/// Bytes of the longest line between two parts: two dashes, seventy characters and spaces (RFC 2046 §5.1.1).
const BOUNDARY: usize = 80;
/// Status parts that are looked for below these bytes.
const STATUSES: usize = 4;

/// The beginning of a report and the status parts below it: between them stands only what came back.
fn beginning_and_status(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some((head, mut rest)) = bytes.split_at_checked(WITHIN) else { return Cow::Borrowed(bytes) };
    let mut kept = head.to_vec();
    let mut boundary: &[u8] = b"";
    let mut found = 0;
    while !rest.is_empty() && found < STATUSES {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        if line.starts_with(b"--") && line.len() <= BOUNDARY {
            boundary = line;
        } else if is_status_part(line) {
            found += 1;
            kept.extend([b"\r\n", boundary, b"\n", rest.get(..STATUS).unwrap_or(rest)].concat());
        }
        rest = rest.get(end.saturating_add(1)..).unwrap_or_default();
    }
    Cow::Owned(kept)
}

fn is_status_part(line: &[u8]) -> bool {
    let name = b"content-type:";
    let Some((start, value)) = line.split_at_checked(name.len()) else { return false };
    let kind = value.trim_ascii_start();
    let is = |known: &[u8]| kind.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
    start.eq_ignore_ascii_case(name)
        && (is(b"message/delivery-status") || is(b"message/global-delivery-status"))
}

/// The text, or what stands in its place: programs misspell the type of their own text.
fn words_of(mail: &Mail) -> Cow<'_, str> {
    let text = mail.attachments.iter().find(|part| part.media_type.starts_with("text/"));
    match text {
        Some(part) if mail.text.trim().is_empty() => String::from_utf8_lossy(&part.bytes),
        _ => Cow::Borrowed(&mail.text),
    }
}

/// Whether a mail calls itself a delivery report, of whatever outcome.
pub fn is_delivery_report(mail: &Mail) -> bool {
    mail.content_type.report_type.as_deref() == Some("delivery-status")
}

/// A text up to where a report, if it is one, returns the mail that it is about.
pub fn own_words(text: &str) -> &str {
    prose::split(text).own
}

/// Whether the author of a mail bears the name of a mail server or of those who run one.
pub fn is_of_a_server(mail: &Mail) -> bool {
    sender::is_of_a_server(mail)
}

/// Whether a mail has the subject and the words of a report, whoever sent it: too little to believe it, enough not to
/// answer it.
pub fn sounds_like_a_report(mail: &Mail) -> bool {
    let text = prose::split(&mail.text);
    let told = || {
        prose::dialect(text.own).is_some()
            || prose::general(text.own).is_some()
            || codes::told(text.own).is_some()
    };
    prose::is_subject(&mail.subject) && !sender::is_personal(text.own) && told()
}

/// The Message-ID, without angle brackets, of the mail that a report returns (RFC 3462 §2); none where it is empty.
pub fn returned_id(mail: &Mail) -> Option<String> {
    original::returned_id(mail)
}

/// Read receipts, complaints and statistics have a kind of report of their own (RFC 6522).
fn is_another_report(mail: &Mail) -> bool {
    mail.content_type
        .report_type
        .as_deref()
        .is_some_and(|kind| matches!(kind, "feedback-report" | "disposition-notification" | "tlsrpt"))
}

fn is_challenge(mail: &Mail) -> bool {
    let texts = mail.delivery_status.iter().chain([&mail.text]);
    texts.into_iter().any(|text| {
        let head = text.get(..text.floor_char_boundary(CHALLENGE)).unwrap_or_default().to_lowercase();
        rules::senders::CHALLENGES.iter().any(|phrase| head.contains(phrase))
    })
}

/// By the fields of a delivery report: its part, its fields within the text, or what Exim puts into the header.
fn by_fields(mail: &Mail, text: &Prose, sender: Sender) -> Option<(Vec<Failed>, String)> {
    let declared = is_delivery_report(mail);
    let listed = mail.header(LISTED);
    let mut found: Vec<Failed> =
        mail.delivery_status.iter().flat_map(|text| status::recipients(text)).take(MOST).collect();
    let mut because = "a message/delivery-status part from a mailer".to_owned();
    if found.is_empty() {
        found = status::recipients(status::fields_in(text.own));
        if !found.is_empty() {
            "fields of a delivery report in the text, from a mailer".clone_into(&mut because);
        }
    }
    if found.is_empty()
        && let Some(value) = listed
    {
        found = from_failed_field(value);
        because = format!("X-Failed-Recipients: {value}");
    }
    if declared {
        "Content-Type with report-type=delivery-status".clone_into(&mut because);
    }
    if found.is_empty() {
        let part_of_a_mailer = !mail.delivery_status.is_empty() && sender >= Sender::Null;
        return (declared || part_of_a_mailer).then(|| (told_or_returned(mail, text, None), because));
    }
    complete(&mut found, mail, text);
    Some((found, because))
}

/// Exim names the addresses in a field of the report itself, and tells the reason below each in its prose.
fn from_failed_field(value: &str) -> Vec<Failed> {
    let addresses = value.split(',').map(str::trim).filter(|address| address.contains('@')).take(MOST);
    addresses.map(|address| Failed::without_reason(status::address_of(address))).collect()
}

/// What the fields leave open, the prose may tell.
fn complete(found: &mut [Failed], mail: &Mail, text: &Prose) {
    if found.iter().all(|one| one.status.is_some()) {
        return;
    }
    let told = prose::recipients(mail, text.own);
    let of_all = prose::unnamed(mail, text.own, String::new());
    for one in found.iter_mut().filter(|one| one.status.is_none()) {
        if !matches!(one.action.as_str(), "" | "failed" | "expired" | "delayed") {
            continue;
        }
        let same = told.iter().find(|other| other.address.eq_ignore_ascii_case(&one.address));
        let other = same.unwrap_or(&of_all).clone();
        if one.action.is_empty() {
            one.action = other.action;
        }
        one.status = other.status;
        one.diagnostic = one.diagnostic.take().or(other.diagnostic);
        one.permanent = is_permanent(&one.action, one.status.as_deref().and_then(codes::class));
    }
}

/// By what it says, where it comes from a mail server.
fn by_words(
    mail: &Mail,
    text: &Prose,
    sender: Sender,
    inner: Option<&Mail>,
) -> Option<(Vec<Failed>, String)> {
    if text.is_empty() {
        return None;
    }
    let notified = notification::recipients(text.own);
    if !notified.is_empty() {
        return Some((notified, "a notification of a bounce".to_owned()));
    }
    let particular = prose::dialect(text.own);
    let dialect = particular.or_else(|| prose::general(text.own));
    let subject = prose::is_subject(&mail.subject);
    let because = match (dialect, subject) {
        (Some(program), _) => format!("a report in words ({program})"),
        (None, true) => format!("Subject: {}", mail.subject),
        (None, false) => format!("From: {}", mail.header("From").unwrap_or_default()),
    };
    if sender == Sender::Daemon {
        return Some((told_or_returned(mail, text, inner), because));
    }
    let told = told_or_returned(mail, text, inner);
    let coded = codes::told(text.own).is_some();
    let enough = match (sender, told.is_empty()) {
        (Sender::Null, true) => dialect.is_some() && subject,
        (Sender::Null, false) => dialect.is_some() || coded,
        (_, true) => false,
        (Sender::Office, false) => {
            (subject && (dialect.is_some() || coded)) || (dialect.is_some() && sender::is_automatic(mail))
        }
        (_, false) => (subject && (particular.is_some() || coded)) || (particular.is_some() && coded),
    };
    enough.then_some((told, because))
}

/// Whom the words name; else fields further down or in an attached report; else whom the returned mail was for.
fn told_or_returned(mail: &Mail, text: &Prose, inner: Option<&Mail>) -> Vec<Failed> {
    let told = prose::recipients(mail, text.own);
    if !told.is_empty() {
        return told;
    }
    let fields =
        [text.own, text.returned].into_iter().flat_map(|text| status::recipients(status::fields_in(text)));
    let fields: Vec<Failed> = fields.take(MOST).collect();
    if !fields.is_empty() {
        return fields;
    }
    if let Some(inner) = inner {
        let parts = inner.delivery_status.iter().flat_map(|text| status::recipients(text));
        let found: Vec<Failed> = parts.take(MOST).collect();
        return if found.is_empty() { status::recipients(status::fields_in(&inner.text)) } else { found };
    }
    let addressee = original::addressee(mail, text.returned);
    addressee.map(|address| prose::unnamed(mail, text.own, address)).into_iter().collect()
}

/// A word that the standard does not know stands for failure only where the code says so too.
fn is_permanent(action: &str, class: Option<char>) -> bool {
    match action {
        "failed" => class != Some('4') && class != Some('2'),
        "delayed" => false,
        _ => class == Some('5') && !ARRIVED.contains(&action),
    }
}
