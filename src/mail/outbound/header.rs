//! Header fields, written so that no value can end its line or pose as something else.
use super::ComposeError;

/// A line should not be longer (RFC 5322 §2.1.1), and must not with an encoded-word in it (RFC 2047 §2).
const LINE: usize = 76;
/// What an encoded-word needs around its text: `=?utf-8?B?` and `?=`.
const ENCODED_OVERHEAD: usize = 12;
/// Characters of a display name.
const MAX_NAME_CHARS: usize = 100;
/// Bytes of an address (RFC 5321 §4.5.3.1).
const MAX_ADDRESS: usize = 254;
/// Bytes of an id; with its brackets and a fold it fits any line.
const MAX_ID: usize = 900;

/// One clean line: every kind of blank becomes one space, controls and marks that turn the writing direction go,
/// and what exceeds `max_chars` is cut. For headers, file names, and whatever is shown on one line.
pub fn clean_line(value: &str, max_chars: usize) -> String {
    let visible: String = value
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !turns_direction(*c))
        .collect();
    let mut line = String::new();
    for word in visible.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let cut: String = line.chars().take(max_chars).collect();
    cut.trim_end().to_owned()
}

/// Bidirectional controls (Unicode UAX #9 §2) and the byte order mark: invisible, and able to disguise a name.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A header of our own making: printable ASCII, checked.
pub(super) fn plain(out: &mut String, name: &'static str, value: &str) -> Result<(), ComposeError> {
    let printable = value.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    if !printable || value.trim().is_empty() || name.len() + value.len() > 900 {
        return Err(ComposeError::Value { header: name });
    }
    line(out, name, value);
    Ok(())
}

/// A header of any text; `value` has passed [`clean_line`].
pub(super) fn text(out: &mut String, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    if needs_encoding(value) {
        line(out, name, &encoded(value, name.len() + 2));
    } else {
        line(out, name, &folded(value, name.len() + 2));
    }
}

/// A header with one mailbox.
pub(super) fn mailbox(
    out: &mut String,
    name: &'static str,
    display: &str,
    address: &str,
) -> Result<(), ComposeError> {
    if !is_address(address) {
        return Err(ComposeError::Address { header: name });
    }
    let display = clean_line(display, MAX_NAME_CHARS);
    if display.is_empty() {
        line(out, name, &format!("<{address}>"));
        return Ok(());
    }
    let phrase = if needs_encoding(&display) {
        encoded(&display, name.len() + 2)
    } else {
        format!("\"{}\"", display.replace('\\', "\\\\").replace('"', "\\\""))
    };
    let last_line = phrase.rsplit('\n').next().map_or(0, str::len);
    let gap = if name.len() + 2 + last_line + address.len() + 3 > LINE { "\r\n " } else { " " };
    line(out, name, &format!("{phrase}{gap}<{address}>"));
    Ok(())
}

/// A header of ids, one a line; improper ones are left out, and the header with them if none is left.
pub(super) fn ids(out: &mut String, name: &str, ids: &[&str]) {
    let proper: Vec<String> = ids.iter().filter(|id| is_id(id)).map(|id| format!("<{id}>")).collect();
    if !proper.is_empty() {
        line(out, name, &proper.join("\r\n "));
    }
}

/// Whether `id` can stand between angle brackets: printable ASCII without brackets, not too long.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= MAX_ID && id.chars().all(|c| c.is_ascii_graphic() && c != '<' && c != '>')
}

fn line(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str(": ");
    out.push_str(value);
    out.push_str("\r\n");
}

/// An address that can stand in a header and in the envelope. Quoted local parts are refused: hardly anybody has
/// one, and they can hold what ends an address. Non-ASCII ones stand as they are (RFC 6532 §3.2).
fn is_address(address: &str) -> bool {
    let forbidden =
        |c: char| c.is_whitespace() || c.is_control() || turns_direction(c) || "<>\"(),;:\\".contains(c);
    address.len() <= MAX_ADDRESS && !address.contains(forbidden) && address.parse::<lettre::Address>().is_ok()
}

/// Text that is not printable ASCII, or that a reader would take for an encoded-word already.
fn needs_encoding(value: &str) -> bool {
    !value.is_ascii() || value.contains("=?")
}

/// RFC 2047 encoded-words in base64, each of whole characters, folded. `used` is what stands before on the line.
fn encoded(value: &str, used: usize) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut chunk = String::new();
    for c in value.chars() {
        let before = if words.is_empty() { used } else { 1 };
        let room = LINE.saturating_sub(before + ENCODED_OVERHEAD) / 4 * 3;
        if !chunk.is_empty() && chunk.len() + c.len_utf8() > room {
            words.push(encoded_word(&chunk));
            chunk.clear();
        }
        chunk.push(c);
    }
    words.push(encoded_word(&chunk));
    words.join("\r\n ")
}

fn encoded_word(chunk: &str) -> String {
    format!("=?utf-8?B?{}?=", data_encoding::BASE64.encode(chunk.as_bytes()))
}

/// Folds ASCII text with single spaces at those spaces; unfolding gives the same text back.
fn folded(value: &str, used: usize) -> String {
    let mut out = String::new();
    let mut length = used;
    for (index, word) in value.split(' ').enumerate() {
        if index > 0 {
            let fits = length + 1 + word.len() <= LINE;
            out.push_str(if fits { " " } else { "\r\n " });
            length = if fits { length + 1 } else { 1 };
        }
        out.push_str(word);
        length += word.len();
    }
    out
}
