//! Mail in files: line ends as they are on the wire.
use std::borrow::Cow;

/// The bytes as IMAP would deliver them: every line feed after a carriage return.
pub fn with_crlf(raw: &[u8]) -> Cow<'_, [u8]> {
    let bare =
        raw.iter().zip(std::iter::once(&0).chain(raw)).filter(|(byte, before)| is_bare(**byte, **before));
    let count = bare.count();
    if count == 0 {
        return Cow::Borrowed(raw);
    }
    let mut converted = Vec::with_capacity(raw.len() + count);
    let mut before = 0;
    for byte in raw {
        if is_bare(*byte, before) {
            converted.push(b'\r');
        }
        converted.push(*byte);
        before = *byte;
    }
    Cow::Owned(converted)
}

fn is_bare(byte: u8, before: u8) -> bool {
    byte == b'\n' && before != b'\r'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_line_feeds_are_completed() {
        let check = |raw: &[u8], expected: &[u8]| assert_eq!(with_crlf(raw).as_ref(), expected);
        check(b"", b"");
        check(b"\n", b"\r\n");
        check(b"a: b\r\n\r\nc\r\n", b"a: b\r\n\r\nc\r\n");
        check(b"a\n\nb\r\nc\rd\n", b"a\r\n\r\nb\r\nc\rd\r\n");
    }
}
