//! Which mail a report is about.
//!
//! Looked for in this order: the header that came back as a part of its own, the header that came back within the
//! text or as an attached text, an id that the report's own words name, fields of the report that servers add, what
//! the report answers, and last the envelope id.

use crate::mail::inbound::{Header, Mail};

/// Bytes of returned text that are looked at: a header, however long its trace.
const LOOKED_AT: usize = 256 * 1024;

/// Fields in which servers repeat the id of a mail they return.
const FIELDS: [&str; 4] =
    ["X-Original-Message-ID", "X-Original-Message-Id", "X-Returned-Message-ID", "X-Failed-Message-ID"];

/// The Message-ID, without angle brackets, of the mail that a report returns (RFC 3462 §2); none where it is empty.
pub(super) fn returned_id(mail: &Mail) -> Option<String> {
    let header = mail.returned.iter().flatten().find(|header| header.is("Message-ID"))?;
    bare(&header.value)
}

/// The id of the mail reported on, from a report with these own words and this returned text.
pub(super) fn id(mail: &Mail, own: &str, returned: &str, envelope: Option<String>) -> Option<String> {
    returned_id(mail)
        .or_else(|| field(returned, "message-id"))
        .or_else(|| attached(mail))
        .or_else(|| field(own, "message-id"))
        .or_else(|| FIELDS.iter().find_map(|name| mail.header(name).and_then(bare)))
        .or_else(|| mail.in_reply_to.last().cloned())
        .or_else(|| mail.references.last().cloned())
        .or_else(|| envelope.filter(|id| id.contains('@')))
        .or_else(|| field(own, "original-envelope-id"))
}

/// A header that came back as an attached text.
fn attached(mail: &Mail) -> Option<String> {
    let texts = mail.attachments.iter().filter(|part| part.media_type.starts_with("text/"));
    texts.take(4).find_map(|part| {
        let bytes = part.bytes.get(..LOOKED_AT).unwrap_or(&part.bytes);
        field(&String::from_utf8_lossy(bytes), "message-id")
    })
}

/// Whom the returned mail was for, where it was for one.
pub(super) fn addressee(mail: &Mail, returned: &str) -> Option<String> {
    let from_header = mail.returned.iter().flatten().find(|header: &&Header| header.is("To"));
    let value = match from_header {
        Some(header) => header.value.clone(),
        None => value_of(returned, "to")?,
    };
    let mut addresses = value.split(',').filter(|one| one.contains('@'));
    let first = addresses.next()?;
    addresses.next().is_none().then(|| super::status::address_of(first))
}

fn field(text: &str, name: &str) -> Option<String> {
    value_of(text, name).as_deref().and_then(bare).filter(|id| id.contains('@'))
}

/// The value of the first line that is this field, also indented or quoted, with the line it is folded onto.
fn value_of(text: &str, name: &str) -> Option<String> {
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((before, value)) = line.split_once(':') else { continue };
        let before = before.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '*' | '|'));
        if !before.trim_end().eq_ignore_ascii_case(name) {
            continue;
        }
        let value = value.trim();
        let folded = if value.is_empty() { lines.next().unwrap_or_default().trim() } else { value };
        return Some(folded.to_owned());
    }
    None
}

fn bare(value: &str) -> Option<String> {
    let inner = value.split_once('<').map_or(value, |(_, rest)| rest.split('>').next().unwrap_or_default());
    let id: String = inner.chars().filter(|c| !c.is_whitespace()).take(998).collect();
    (!id.is_empty()).then_some(id)
}
