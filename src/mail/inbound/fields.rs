//! The header: bytes to fields, and what stands in a field (RFC 5322 §2.2, RFC 2047).

use chrono::{DateTime, Utc};
use mail_parser::parsers::MessageStream;

use super::decode;
use super::{Defect, Header, Limits};

/// A header taken apart.
#[derive(Default)]
pub(in crate::mail) struct Block {
    /// Its fields, top to bottom.
    pub(in crate::mail) headers: Vec<Header>,
    /// Names of the fields that held control characters.
    pub(in crate::mail) controlled: Vec<String>,
    /// Where the body starts.
    pub(in crate::mail) body_at: usize,
}

/// Splits off the header. A line that is no field is skipped where a field follows it, and otherwise starts the
/// body, so that text below a missing empty line is not lost.
pub(in crate::mail) fn block(raw: &[u8], limits: &Limits, defects: &mut Vec<Defect>) -> Block {
    let mut block = Block::default();
    if raw.trim_ascii().is_empty() {
        defects.push(Defect::Empty);
        return block;
    }
    let mut lines = Lines { raw, at: 0 };
    let mut strays = 0;
    skip_envelope(&mut lines);
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
            Some((name, value)) => take(&mut block, name, value, limits, defects),
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

fn take(block: &mut Block, name: &str, value: &[u8], limits: &Limits, defects: &mut Vec<Defect>) {
    if value.len() > limits.header_field {
        defects.push(Defect::OverLimit(format!("a field of more than {} bytes", limits.header_field)));
    }
    let value = value.get(..limits.header_field).unwrap_or(value);
    let value = decode::text_of(&unfolded(value), None).text;
    if value.chars().any(is_control) && !block.controlled.iter().any(|known| known.eq_ignore_ascii_case(name))
    {
        block.controlled.push(name.to_owned());
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
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        let fold = match (byte, tail) {
            (b'\n', [b' ' | b'\t', ..] | []) => 1,
            (b'\r', [b'\n', b' ' | b'\t', ..] | [b'\n'] | []) => 2,
            _ => 0,
        };
        if fold == 0 {
            out.push(byte);
        }
        rest = if fold == 2 { tail.get(1..).unwrap_or_default() } else { tail };
    }
    out
}

/// C0 and C1 controls but the tab, which folding brings in.
pub(super) fn is_control(c: char) -> bool {
    c.is_control() && c != '\t'
}

/// Characters that turn or hide what stands beside them: marks, embeddings, overrides, isolates, zero width.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

/// Text fit for one line: no controls, nothing invisible, single spaces.
pub(super) fn one_line(text: &str) -> String {
    let spaced: String =
        text.chars().filter(|&c| !is_invisible(c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An unstructured field such as Subject: encoded words decoded, one line.
pub(super) fn decoded_line(value: &str) -> String {
    one_line(&decode::words(value))
}

/// The ids of the given fields in order, without angle brackets; of more than `most`, the last.
pub(super) fn ids<'a>(values: impl Iterator<Item = &'a str>, most: usize) -> Vec<String> {
    let mut found: Vec<String> = values.flat_map(ids_of).collect();
    found.drain(..found.len().saturating_sub(most));
    found
}

fn ids_of(value: &str) -> Vec<String> {
    if !value.contains('<') {
        // Some clients leave the brackets out; prose such as "your letter of Monday" holds no @.
        return value.split([' ', '\t', ',']).filter(|word| word.contains('@')).filter_map(id).collect();
    }
    value.split('<').skip(1).filter_map(|piece| piece.split('>').next()).filter_map(id).collect()
}

/// The one id of a Message-ID field.
pub(super) fn message_id(value: &str) -> Option<String> {
    let inner = value.split_once('<').map_or(value, |(_, rest)| rest.split('>').next().unwrap_or_default());
    id(inner)
}

fn id(text: &str) -> Option<String> {
    let id: String = text.chars().filter(|&c| !c.is_whitespace() && !is_invisible(c)).take(998).collect();
    (!id.is_empty()).then_some(id)
}

/// A date of RFC 5322 §3.3, its obsolete forms included; `None` where it is no possible date.
pub(super) fn date(value: &str) -> Option<DateTime<Utc>> {
    let line = format!("{value}\n");
    let date = MessageStream::new(line.as_bytes()).parse_date().into_datetime()?;
    if !date.is_valid() {
        return None;
    }
    DateTime::from_timestamp(date.to_timestamp(), 0)
}

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
        ahead.line().is_some_and(|line| name_and_value(line).is_some())
    }
}
