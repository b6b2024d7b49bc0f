//! Charsets that the tables lack, and the marks that begin Unicode text.

use std::char::{REPLACEMENT_CHARACTER, decode_utf16};

use super::names::reader;

/// Text that begins with the byte order mark of UTF-16; UTF-8's is only a mark and left to UTF-8.
pub(super) fn by_mark(bytes: &[u8]) -> Option<String> {
    let pairs = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let units = rest.as_chunks::<2>().0.iter().map(|pair| read(*pair));
        decode_utf16(units).map(|c| c.unwrap_or(REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] if rest.len() >= 2 => Some(pairs(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] if rest.len() >= 2 => Some(pairs(rest, u16::from_be_bytes)),
        _ => None,
    }
}

/// UTF-7 (RFC 2152). What is no good shift stays as it stands.
pub(super) fn utf7(bytes: &[u8]) -> String {
    let mut out: Vec<u16> = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'+' {
            out.push(u16::from(byte));
            continue;
        }
        let length = tail.iter().take_while(|byte| six_bits(**byte).is_some()).count();
        let (shifted, after) = tail.split_at_checked(length).unwrap_or((tail, &[]));
        let (mut bits, mut count) = (0_u32, 0_u32);
        let before = out.len();
        for value in shifted.iter().filter_map(|byte| six_bits(*byte)) {
            bits = (bits << 6) | u32::from(value);
            count += 6;
            if count >= 16 {
                count -= 16;
                out.push(u16::try_from((bits >> count) & 0xffff).unwrap_or_default());
                bits &= (1 << count) - 1;
            }
        }
        let closed = after.first() == Some(&b'-');
        if out.len() == before {
            out.push(u16::from(b'+'));
            out.extend(shifted.iter().map(|byte| u16::from(*byte)));
        }
        rest = if closed { after.get(1..).unwrap_or_default() } else { after };
    }
    decode_utf16(out).map(|c| c.unwrap_or(REPLACEMENT_CHARACTER)).collect()
}

fn six_bits(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// ISO-2022-KR (RFC 1557): SO and SI shift between ASCII and what EUC-KR writes with the high bit.
pub(super) fn iso_2022_kr(bytes: &[u8]) -> String {
    let mut high = false;
    let mut euc = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            0x1b if tail.starts_with(b"$)C") => rest = tail.get(3..).unwrap_or_default(),
            0x0e => high = true,
            0x0f => high = false,
            b'\n' => {
                high = false;
                euc.push(byte);
            }
            0x21..=0x7e if high => euc.push(byte | 0x80),
            _ => euc.push(byte),
        }
    }
    reader("euc-kr").map_or_else(String::new, |korean| korean.read(&euc))
}

/// HZ (RFC 1843): `~{` and `~}` shift between ASCII and what GB 2312 writes with the high bit.
pub(super) fn hz(bytes: &[u8]) -> String {
    let mut high = false;
    let mut wide = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let shift = match (byte, tail.first()) {
            (b'~', Some(b'{')) => Some(true),
            (b'~', Some(b'}')) => Some(false),
            (b'~', Some(b'~')) if !high => {
                wide.push(b'~');
                Some(false)
            }
            _ => None,
        };
        match shift {
            Some(shift) => {
                high = shift;
                rest = tail.get(1..).unwrap_or_default();
            }
            None if high && (0x21..=0x7e).contains(&byte) => wide.push(byte | 0x80),
            None => {
                high &= byte != b'\n';
                wide.push(byte);
            }
        }
    }
    reader("gb18030").map_or_else(String::new, |chinese| chinese.read(&wide))
}

/// The upper half of the first PC's code page.
const IBM437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

pub(super) fn ibm437(bytes: &[u8]) -> String {
    let upper: Vec<char> = IBM437.chars().collect();
    let read = |byte: u8| match byte.checked_sub(0x80) {
        Some(at) => upper.get(usize::from(at)).copied().unwrap_or(REPLACEMENT_CHARACTER),
        None => char::from(byte),
    };
    bytes.iter().map(|byte| read(*byte)).collect()
}
