//! The header: bytes to fields, and what stands in a field (RFC 5322 §2.2, RFC 2047).

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::{Defect, Header, Limits, charset, words};

/// A header taken apart.
#[derive(Default)]
pub(in crate::mail) struct Block {
    /// Its fields, top to bottom.
    pub(in crate::mail) headers: Vec<Header>,
    /// Names, in lower case, of the fields that held control characters.
    pub(in crate::mail) controlled: BTreeSet<String>,
    /// Where the body starts.
    pub(in crate::mail) body_at: usize,
}

/// Splits off the header. A line that is no field is skipped where a field follows it, and otherwise starts the
/// body, so that text below a missing empty line is not lost.
pub(in crate::mail) fn block(raw: &[u8], limits: &Limits, defects: &mut Vec<Defect>) -> Block {
    let mut block = Block::default();
    if raw.iter().all(u8::is_ascii_whitespace) {
        defects.push(Defect::Empty);
        return block;
    }
    let mut lines = Lines { raw, at: 0 };
    let mut strays = 0;
    skip_envelope(&mut lines);
    let hint = OnceCell::new();
    loop {
        let start = lines.at;
        let Some(line) = lines.field() else { break };
        block.body_at = lines.at;
        if line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            break;
        }
        if lines.at > limits.header_block {
            defects.push(Defect::OverLimit(format!("a header of more than {} bytes", limits.header_block)));
            break;
        }
        match name_and_value(line) {
            Some((name, value)) => {
                // It is looked for once, and only where it is needed.
                let hint = || hint.get_or_init(|| charset_of(raw)).as_deref();
                let hint = if value.is_ascii() { None } else { hint() };
                take(&mut block, (name, value), hint, limits, defects);
            }
            None if !block.headers.is_empty() && lines.field_follows() => strays += 1,
            None => {
                block.body_at = start;
                if block.headers.is_empty() {
                    defects.push(Defect::NoHeader);
                }
                break;
            }
        }
    }
    if strays > 0 {
        defects.push(Defect::NotFields(strays));
    }
    block
}

/// Leading empty lines and the `From ` line of an mbox are nobody's field.
fn skip_envelope(lines: &mut Lines) {
    if lines.raw.starts_with(b"\xef\xbb\xbf") {
        lines.at = 3;
    }
    loop {
        let before = lines.at;
        match lines.line() {
            Some(line) if line.trim_ascii().is_empty() => {}
            Some(line) if line.starts_with(b"From ") || line.starts_with(b">From ") => return,
            _ => {
                lines.at = before;
                return;
            }
        }
    }
}

fn take(
    block: &mut Block,
    (name, value): (&str, &[u8]),
    hint: Option<&str>,
    limits: &Limits,
    defects: &mut Vec<Defect>,
) {
    if value.len() > limits.header_field {
        defects.push(Defect::OverLimit(format!("a field of more than {} bytes", limits.header_field)));
    }
    let value = value.get(..limits.header_field).unwrap_or(value);
    let value = charset::text_of(&unfolded(value), None, hint).text;
    if value.chars().any(is_control) && block.controlled.insert(name.to_ascii_lowercase()) {
        defects.push(Defect::ControlCharacters(name.to_owned()));
    }
    let value: String = value.chars().map(|c| if is_control(c) { ' ' } else { c }).collect();
    block.headers.push(Header { name: name.to_owned(), value: value.trim().to_owned() });
}

/// The name may be followed by spaces (obsolete, RFC 5322 §4.5.8, and used to smuggle a second From).
fn name_and_value(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let (name, rest) = line.split_at(colon);
    let name = std::str::from_utf8(name).ok()?.trim_end_matches([' ', '\t']);
    let printable = !name.is_empty() && name.len() <= 200 && name.bytes().all(|byte| byte.is_ascii_graphic());
    printable.then_some((name, rest.get(1..).unwrap_or_default()))
}

/// Removes the line ends of folds; the white space after them stays (RFC 5322 §2.2.3).
fn unfolded(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for line in value.split_inclusive(|&byte| byte == b'\n') {
        // Some gateways end lines with two carriage returns.
        let inner = line.strip_suffix(b"\n").unwrap_or(line);
        let end = inner.iter().rposition(|&byte| byte != b'\r').map_or(0, |at| at + 1);
        out.extend_from_slice(inner.get(..end).unwrap_or_default());
    }
    out
}

/// Bytes in which a charset is looked for.
const LOOKED_AT: usize = 32 * 1024;

/// What a header is written in where it holds bytes beyond ASCII: the first charset that the mail names, else the one
/// that all of its beginning is surely in. A name alone is often too short to tell.
fn charset_of(raw: &[u8]) -> Option<String> {
    let near = raw.get(..LOOKED_AT).unwrap_or(raw);
    named_charset(near).filter(|name| charset::is_telling(name)).or_else(|| charset::surely_in(near))
}

fn named_charset(near: &[u8]) -> Option<String> {
    let key = b"charset=";
    let at = near.windows(key.len()).position(|window| window.eq_ignore_ascii_case(key))?;
    let value = near.get(at + key.len()..)?.iter().take(40);
    let name =
        value.skip_while(|byte| matches!(byte, b'"' | b' ')).take_while(|byte| byte.is_ascii_graphic());
    Some(name.filter(|byte| !matches!(byte, b'"' | b';')).map(|byte| char::from(*byte)).collect())
}

/// C0 and C1 controls but the tab, which folding brings in.
pub(super) fn is_control(c: char) -> bool {
    c.is_control() && c != '\t'
}

/// Characters that turn or hide what stands beside them: marks, embeddings, overrides, isolates, zero width.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

/// Text fit for one line: no controls, nothing invisible, single spaces.
pub fn one_line(text: &str) -> String {
    let spaced: String =
        text.chars().filter(|&c| !is_invisible(c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An unstructured field such as Subject: encoded words decoded, one line.
pub(super) fn decoded_line(value: &str) -> String {
    one_line(&words::words(value))
}

/// Fields without a hyphen in their name.
const KNOWN_FIELDS: [&str; 16] = [
    "From",
    "To",
    "Cc",
    "Bcc",
    "Subject",
    "Date",
    "Sender",
    "References",
    "Received",
    "Comments",
    "Keywords",
    "Importance",
    "Priority",
    "Precedence",
    "Organization",
    "Sensitivity",
];

/// Lines of a header, each with its line end.
struct Lines<'a> {
    raw: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn line(&mut self) -> Option<&'a [u8]> {
        let rest = self.raw.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| end + 1);
        self.at += length;
        rest.get(..length)
    }

    /// A line with the folded lines after it.
    fn field(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        let first = self.line()?;
        if !first.trim_ascii().is_empty() {
            while matches!(self.raw.get(self.at), Some(b' ' | b'\t')) {
                self.line();
            }
        }
        self.raw.get(start..self.at)
    }

    fn field_follows(&self) -> bool {
        let mut ahead = Lines { raw: self.raw, at: self.at };
        let next = ahead.line().and_then(name_and_value);
        // `PS: and another thing` is prose, and prose must not be skipped.
        next.is_some_and(|(name, _)| {
            name.contains('-') || KNOWN_FIELDS.iter().any(|known| known.eq_ignore_ascii_case(name))
        })
    }
}
