//! Encoded words (RFC 2047), as senders really write them.
//!
//! Neighbours of one charset are joined before the charset is applied, since many senders cut a character in two,
//! which §5 forbids; some even cut the base64. White space between neighbours goes (§6.2). Deliberately absent: any
//! difference between the places in which an encoded word may stand and those in which it may not.

use super::{charset, decode};

/// Bytes of content of the longest encoded word that is read; RFC 2047 §2 allows 75 in all.
const LONGEST_WORD: usize = 4096;
/// Bytes of the longest name of a charset.
const LONGEST_CHARSET: usize = 40;

/// Decodes the encoded words of a field.
pub(super) fn words(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut open: Option<Open> = None;
    let mut rest = value;
    let mut ends = Ends::default();
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        if let Some(word) = Word::at(from, &mut ends) {
            let beside = before.trim().is_empty() && open.is_some();
            if !beside || open.as_ref().is_some_and(|open| open.charset != word.charset) {
                settle(&mut out, &mut open);
            }
            if !beside {
                out.push_str(before);
            }
            let charset = word.charset.clone();
            open.get_or_insert_with(|| Open { charset, ..Open::default() }).add(&word);
            rest = word.after;
        } else {
            settle(&mut out, &mut open);
            out.push_str(before);
            out.push_str("=?");
            rest = from.strip_prefix("=?").unwrap_or_default();
        }
    }
    settle(&mut out, &mut open);
    out.push_str(rest);
    out
}

/// The encoded word that `text` begins with, as it stands, so that a scan for commas can step over it. One `ends`
/// serves all of a field, and no other.
pub(super) fn leading<'a>(text: &'a str, ends: &mut Ends) -> Option<&'a str> {
    let after = Word::at(text, ends)?.after.len();
    text.get(..text.len() - after)
}

/// Where the next `?=` of a field stands, counted from its end, so that many unclosed words look for it once.
#[derive(Default)]
pub(super) struct Ends {
    next: Option<usize>,
}

impl Ends {
    /// Whether `near`, with which `rest` begins, holds one. `rest` is what is left of the field.
    fn within(&mut self, rest: &str, near: &str) -> bool {
        let from_end = match self.next {
            Some(known) if known <= rest.len() => known,
            // None is left where it says 0.
            _ => rest.find("?=").map_or(0, |at| rest.len() - at),
        };
        self.next = Some(from_end);
        from_end > 0 && rest.len() - from_end + 2 <= near.len()
    }
}

/// Neighbouring words of one charset.
#[derive(Default)]
struct Open {
    charset: String,
    bytes: Vec<u8>,
    /// Base64 that ended within a group of four.
    cut: String,
}

impl Open {
    fn add(&mut self, word: &Word) {
        if word.base64 {
            let whole = std::mem::take(&mut self.cut) + word.content;
            if is_cut(&whole) {
                self.cut = whole;
            } else {
                self.bytes.extend(decode::base64(whole.as_bytes()).0);
            }
        } else {
            self.end_base64();
            self.bytes.extend(decode::quoted_printable(&bytes_of(word)));
        }
    }

    fn end_base64(&mut self) {
        let cut = std::mem::take(&mut self.cut);
        self.bytes.extend(decode::base64(cut.as_bytes()).0);
    }
}

fn settle(out: &mut String, open: &mut Option<Open>) {
    if let Some(mut open) = open.take() {
        open.end_base64();
        out.push_str(&charset::text_of(&open.bytes, Some(&open.charset), None).text);
    }
}

/// Whether base64 stops in the middle of a byte that is not empty: then the next word continues it.
fn is_cut(content: &str) -> bool {
    let digits =
        content.bytes().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')).count();
    let last = content.trim_end().bytes().next_back().unwrap_or_default();
    // Two digits hold one byte and four empty bits, three hold two bytes and two empty bits.
    let empty = match digits % 4 {
        1 => false,
        2 => matches!(last, b'A' | b'Q' | b'g' | b'w'),
        3 => matches!(
            last,
            b'A' | b'E'
                | b'I'
                | b'M'
                | b'Q'
                | b'U'
                | b'Y'
                | b'c'
                | b'g'
                | b'k'
                | b'o'
                | b's'
                | b'w'
                | b'0'
                | b'4'
                | b'8'
        ),
        _ => true,
    };
    !empty && !content.contains('=') && content.len() <= LONGEST_WORD
}

/// One encoded word.
struct Word<'a> {
    charset: String,
    base64: bool,
    content: &'a str,
    /// What follows it.
    after: &'a str,
}

impl<'a> Word<'a> {
    /// The word that `text` begins with.
    fn at(text: &'a str, ends: &mut Ends) -> Option<Self> {
        let rest = text.strip_prefix("=?")?;
        let head = rest.get(..rest.floor_char_boundary(LONGEST_CHARSET + 1)).unwrap_or(rest);
        let charset = head.split_once('?')?.0;
        let rest = rest.get(charset.len() + 1..)?;
        // RFC 2231 §5 adds a language to the charset.
        let label = charset.split('*').next().unwrap_or_default().trim().to_ascii_lowercase();
        if label.is_empty() || label.contains([' ', '\t', '=']) {
            return None;
        }
        let (encoding, rest) = rest.split_at_checked(1)?;
        let rest = rest.strip_prefix('?')?;
        let base64 = match encoding {
            "b" | "B" => true,
            "q" | "Q" => false,
            _ => return None,
        };
        // Looking further than any real word would cost a scan to the end for each of many unclosed ones.
        let near = rest.get(..rest.floor_char_boundary(LONGEST_WORD)).unwrap_or(rest);
        let (content, after) = match (ends.within(rest, near), base64) {
            (true, true) => closed(rest, near),
            (true, false) => closed_quoted(rest, near),
            (false, _) => unclosed(rest, near),
        }?;
        Some(Self { charset: label, base64, content, after })
    }
}

fn closed<'a>(rest: &'a str, near: &str) -> Option<(&'a str, &'a str)> {
    let end = near.find("?=")?;
    Some((rest.get(..end)?, rest.get(end + 2..)?))
}

/// In the Q encoding a question mark that nobody escaped may stand before an escape: `Really?=20Yes?=`.
fn closed_quoted<'a>(rest: &'a str, near: &str) -> Option<(&'a str, &'a str)> {
    let mut ends = near.match_indices("?=").map(|(at, _)| at).peekable();
    while let Some(end) = ends.next() {
        let after = near.get(end + 2..).unwrap_or_default();
        let escape = after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
        let another =
            ends.peek().is_some_and(|next| !near.get(end + 2..*next).unwrap_or_default().contains("=?"));
        if !(escape && another) {
            return Some((rest.get(..end)?, rest.get(end + 2..)?));
        }
    }
    None
}

/// A word that a field's end has cut off.
fn unclosed<'a>(rest: &'a str, near: &str) -> Option<(&'a str, &'a str)> {
    if near.len() < rest.len() {
        return None;
    }
    let end = rest.find([' ', '\t', '?', '"', '<', ',']).unwrap_or(rest.len());
    let (content, below) = rest.split_at(end);
    let cut = !content.is_empty() && below.trim_start_matches(['?', ' ']).is_empty();
    cut.then(|| (content, rest.get(rest.len()..).unwrap_or_default()))
}

/// The bytes of a Q word, which was to be ASCII. What is not was read as windows-1252 when the field was read, and is
/// turned back into the byte it came from, unless the word is UTF-8 as the field was.
fn bytes_of(word: &Word) -> Vec<u8> {
    let content = word.content.replace('_', " ");
    if content.is_ascii() || word.charset.starts_with("utf") {
        return content.into_bytes();
    }
    let byte =
        |c: char| charset::western_byte(c).map_or_else(|| c.to_string().into_bytes(), |byte| vec![byte]);
    content.chars().flat_map(byte).collect()
}
