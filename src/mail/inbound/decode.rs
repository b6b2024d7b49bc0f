//! Transfer encodings (RFC 2045 §6), read with what goes wrong with them.

use sha2::{Digest, Sha256};

use super::{Defect, uu};

/// How content is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Base64,
    QuotedPrintable,
    Uuencode,
    None,
}

/// Values of `Content-Transfer-Encoding`, without anything but letters and digits.
const ENCODINGS: &[(&str, Encoding)] = &[
    ("base64", Encoding::Base64),
    ("b64", Encoding::Base64),
    ("quotedprintable", Encoding::QuotedPrintable),
    ("qp", Encoding::QuotedPrintable),
    ("xuuencode", Encoding::Uuencode),
    ("uuencode", Encoding::Uuencode),
    ("xuue", Encoding::Uuencode),
    ("", Encoding::None),
    ("7bit", Encoding::None),
    ("8bit", Encoding::None),
    ("7bits", Encoding::None),
    ("8bits", Encoding::None),
    ("binary", Encoding::None),
    ("none", Encoding::None),
    ("plain", Encoding::None),
    ("text", Encoding::None),
];

/// Decodes content by its `Content-Transfer-Encoding`.
pub(super) fn transfer(bytes: &[u8], encoding: &str, defects: &mut Vec<Defect>) -> Vec<u8> {
    let key: String = encoding.chars().filter(char::is_ascii_alphanumeric).collect();
    match ENCODINGS.iter().find(|(name, _)| *name == key).map(|(_, encoding)| *encoding) {
        Some(Encoding::Base64) => {
            let prose = first_prose(bytes);
            let (encoded, _) = bytes.split_at_checked(prose).unwrap_or((bytes, &[]));
            if encoded.trim_ascii().is_empty() {
                // Something on the way decoded it and left the field as it was.
                defects.extend((prose < bytes.len()).then_some(Defect::BadEncoding("base64")));
                return bytes.to_vec();
            }
            let (content, clean) = base64(encoded);
            if !clean || prose < bytes.len() {
                defects.push(Defect::BadEncoding("base64"));
            }
            content
        }
        Some(Encoding::QuotedPrintable) => quoted_printable(bytes),
        Some(Encoding::Uuencode) => uu::decoded(bytes).unwrap_or_else(|| {
            defects.push(Defect::BadEncoding("uuencode"));
            bytes.to_vec()
        }),
        Some(Encoding::None) => bytes.to_vec(),
        None => {
            defects.push(Defect::UnknownEncoding(encoding.chars().take(40).collect()));
            bytes.to_vec()
        }
    }
}

/// Where lines of words begin in what is to be base64: the footer that a list server set below it, or all of it.
fn first_prose(bytes: &[u8]) -> usize {
    let is_foreign = |byte: u8| byte.is_ascii_punctuation() && !matches!(byte, b'+' | b'/' | b'=' | b'-');
    let mut at = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let inner = line.trim_ascii();
        let words = inner.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
        let foreign = inner.iter().filter(|&&byte| is_foreign(byte)).count();
        if words > 2 && foreign > 0 || inner.len() > 8 && foreign * 2 > inner.len() {
            return at;
        }
        at += line.len();
    }
    at
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
pub(super) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
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

/// Three bytes from each four values of six bits; a last group that is not full is filled with zeros.
pub(super) fn groups_of_four(values: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for value in values {
        bits = (bits << 6) | u32::from(value);
        count += 1;
        if count == 4 {
            let [_, first, second, third] = bits.to_be_bytes();
            out.extend([first, second, third]);
            (bits, count) = (0, 0);
        }
    }
    if count > 0 {
        let [_, first, second, third] = (bits << (6 * (4 - count))).to_be_bytes();
        out.extend([first, second, third]);
    }
    out
}
