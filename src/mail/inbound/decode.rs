//! Transfer encodings, charsets and encoded words (RFC 2045 §6, RFC 2047).

use mail_parser::decoders::charsets::map::charset_decoder;
use sha2::{Digest, Sha256};

use super::Defect;

/// Text, and what was wrong with it.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) defect: Option<Defect>,
}

/// Bytes in the charset they name. Without one, or with a wrong one: UTF-8, then windows-1252, which reads any byte.
pub(super) fn text_of(bytes: &[u8], charset: Option<&str>) -> Decoded {
    let charset = charset
        .map(|name| name.trim().trim_matches(['"', '\'']).to_ascii_lowercase())
        .filter(|name| !name.is_empty());
    let named = charset
        .as_deref()
        .filter(|name| !matches!(*name, "utf-8" | "utf8" | "us-ascii" | "ascii" | "unknown-8bit"));
    match named.map(|name| (name, charset_decoder(name.as_bytes()))) {
        Some((_, Some(decoder))) => Decoded { text: decoder(bytes), defect: None },
        Some((name, None)) => Decoded {
            text: guessed(bytes),
            defect: Some(Defect::UnknownCharset(name.chars().take(40).collect())),
        },
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Decoded { text: text.trim_start_matches('\u{feff}').to_owned(), defect: None },
            Err(_) => Decoded { text: guessed(bytes), defect: charset.map(Defect::BadText) },
        },
    }
}

/// UTF-8 with a few broken characters stays UTF-8; bytes without a single good one are windows-1252.
fn guessed(bytes: &[u8]) -> String {
    let has_good = bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    match charset_decoder(b"windows-1252") {
        Some(decoder) if !has_good && !bytes.is_ascii() => decoder(bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Decodes content by its `Content-Transfer-Encoding`.
pub(super) fn transfer(bytes: &[u8], encoding: &str, defects: &mut Vec<Defect>) -> Vec<u8> {
    match encoding {
        "base64" => {
            let (content, clean) = base64(bytes);
            if !clean {
                defects.push(Defect::BadEncoding("base64"));
            }
            content
        }
        "quoted-printable" => quoted_printable(bytes),
        "" | "7bit" | "8bit" | "binary" => bytes.to_vec(),
        other => {
            defects.push(Defect::UnknownEncoding(other.chars().take(40).collect()));
            bytes.to_vec()
        }
    }
}

/// Base64 with foreign characters skipped (RFC 2045 §6.8), also when several padded pieces stand in a row.
/// The second value tells whether it was without foreign characters and whole.
pub(super) fn base64(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut bits, mut count, mut clean) = (0_u32, 0_u8, true);
    for &byte in bytes {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                flush(&mut out, bits, count);
                (bits, count) = (0, 0);
                continue;
            }
            _ => {
                clean &= byte.is_ascii_whitespace();
                continue;
            }
        };
        bits = (bits << 6) | u32::from(value);
        count += 1;
        if count == 4 {
            let [_, first, second, third] = bits.to_be_bytes();
            out.extend([first, second, third]);
            (bits, count) = (0, 0);
        }
    }
    flush(&mut out, bits, count);
    (out, clean && count != 1)
}

/// The one or two bytes of an incomplete group.
fn flush(out: &mut Vec<u8>, bits: u32, count: u8) {
    let [_, first, second, _] = (bits << (6 * (4 - u32::from(count.min(4))))).to_be_bytes();
    match count {
        2 => out.push(first),
        3 => out.extend([first, second]),
        _ => {}
    }
}

/// Quoted-printable; what is no valid escape stays as it stands, as RFC 2045 §6.7 advises.
fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'=' {
            if byte == b'\n' {
                trim_line(&mut out);
            }
            out.push(byte);
            continue;
        }
        match tail {
            [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] => rest = after,
            [high, low, after @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                out.push(hex(*high).unwrap_or_default() << 4 | hex(*low).unwrap_or_default());
                rest = after;
            }
            _ => match soft_break(tail) {
                Some(after) => rest = after,
                None => out.push(b'='),
            },
        }
    }
    out
}

/// White space at the end of an encoded line was added on the way (RFC 2045 §6.7, rule 3).
fn trim_line(out: &mut Vec<u8>) {
    let carriage = out.last() == Some(&b'\r');
    if carriage {
        out.pop();
    }
    while matches!(out.last(), Some(b' ' | b'\t')) {
        out.pop();
    }
    if carriage {
        out.push(b'\r');
    }
}

/// `=` and white space up to the line end, or the end of all: a soft line break.
fn soft_break(tail: &[u8]) -> Option<&[u8]> {
    let blanks = tail.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match tail.get(blanks..)? {
        [] => Some(&[]),
        [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] => Some(after),
        _ => None,
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Decodes the encoded words of a field. Neighbours of one charset are joined before the charset is applied, since
/// many senders cut a character in two (RFC 2047 §5 forbids it); white space between neighbours goes (§6.2).
pub(super) fn words(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut rest = value;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        if let Some((charset, bytes, after)) = word(from) {
            let same = pending.as_ref().is_some_and(|(open, _)| *open == charset);
            if !(before.trim().is_empty() && pending.is_some()) {
                settle(&mut out, &mut pending);
                out.push_str(before);
            } else if !same {
                settle(&mut out, &mut pending);
            }
            pending.get_or_insert_with(|| (charset, Vec::new())).1.extend(bytes);
            rest = after;
        } else {
            settle(&mut out, &mut pending);
            out.push_str(before);
            out.push_str("=?");
            rest = from.strip_prefix("=?").unwrap_or_default();
        }
    }
    settle(&mut out, &mut pending);
    out.push_str(rest);
    out
}

fn settle(out: &mut String, pending: &mut Option<(String, Vec<u8>)>) {
    if let Some((charset, bytes)) = pending.take() {
        out.push_str(&text_of(&bytes, Some(&charset)).text);
    }
}

/// Bytes of content of the longest encoded word that is read; RFC 2047 §2 allows 75 in all.
const LONGEST_WORD: usize = 4096;

/// One encoded word at the start of `text`: its charset, its bytes, and what follows it.
fn word(text: &str) -> Option<(String, Vec<u8>, &str)> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    // Looking further than any real word would cost a scan to the end for each of many unclosed ones.
    let near = rest.get(..rest.floor_char_boundary(LONGEST_WORD)).unwrap_or(rest);
    let content = near.split_once("?=")?.0;
    let after = rest.get(content.len()..)?.strip_prefix("?=")?;
    // RFC 2231 §5 adds a language to the charset.
    let charset = charset.split('*').next().unwrap_or_default().to_ascii_lowercase();
    if charset.is_empty() || charset.len() > 40 || charset.contains([' ', '\t']) {
        return None;
    }
    let bytes = match encoding {
        "b" | "B" => base64(content.as_bytes()).0,
        "q" | "Q" => quoted_printable(&bytes_of(&content.replace('_', " "), &charset)),
        _ => return None,
    };
    Some((charset, bytes, after))
}

/// The bytes of a word that was to be ASCII. What is not was read as windows-1252 when the field was read, and is
/// turned back into the byte it came from, unless the word is UTF-8 as the field was.
fn bytes_of(content: &str, charset: &str) -> Vec<u8> {
    if content.is_ascii() || charset.starts_with("utf") {
        return content.as_bytes().to_vec();
    }
    let narrow =
        |c: char| u8::try_from(u32::from(c)).map_or_else(|_| c.to_string().into_bytes(), |byte| vec![byte]);
    content.chars().flat_map(narrow).collect()
}

/// SHA-256 over lines, each ended by CRLF, however they were ended.
pub(super) fn hash_of_lines(body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let body = body.trim_ascii_end();
    for line in body.split(|&byte| byte == b'\n') {
        hash.update(line.strip_suffix(b"\r").unwrap_or(line));
        hash.update(b"\r\n");
    }
    hash.finalize().into()
}
