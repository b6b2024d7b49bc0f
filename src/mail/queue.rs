//! In whose queue a mail waits: a guess at its sender, taken from the bytes before anybody has read them.
//!
//! The desk takes waiting mail by turns, so that one sender with thousands of mails does not delay the others. For
//! that it must know whose a mail is before it is understood. The guess is made by one flat pass over the first
//! kilobytes, since it happens before a crash is counted against the mail.
//!
//! Deliberately absent: any meaning. A false guess gives a mail another turn and nothing else; who wrote it is found
//! out by [`super::inbound`] and [`super::authenticity`].

/// Bytes in which From is looked for.
const HEADER: usize = 64 * 1024;
/// Longest address that has a queue of its own (RFC 5321 §4.5.3.1.3), longer ones are cut.
const LONGEST: usize = 254;

/// The queue of a mail: the address in its first From field in lower case, or the empty text.
pub fn queue_of(raw: &[u8]) -> String {
    let head = raw.get(..HEADER).unwrap_or(raw);
    let mut value: Option<Vec<u8>> = None;
    for line in head.split(|byte| *byte == b'\n') {
        match &mut value {
            Some(value) if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) => {
                value.extend_from_slice(line);
            }
            Some(_) => break,
            None if line.trim_ascii().is_empty() => {}
            None => value = after_from(line).map(<[u8]>::to_vec),
        }
    }
    address(&String::from_utf8_lossy(&value.unwrap_or_default()))
}

/// What follows the name of a From field, if the line is one.
fn after_from(line: &[u8]) -> Option<&[u8]> {
    let (name, rest) = line.split_at_checked(4)?;
    let colon = name.eq_ignore_ascii_case(b"from").then(|| rest.trim_ascii_start())?;
    colon.strip_prefix(b":")
}

fn address(value: &str) -> String {
    let inner = value.rsplit_once('<').map_or(value, |(_, rest)| rest.split('>').next().unwrap_or_default());
    inner.trim().to_lowercase().chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_queue_is_the_address_in_from() {
        for (raw, expected) in [
            ("From: Ada <Ada@Example.test>\r\n\r\nx", "ada@example.test"),
            ("Subject: x\nFROM : ada@example.test\n\nx", "ada@example.test"),
            ("From: \"A <b>\"\r\n <ada@example.test>\r\nTo: x\r\n\r\n", "ada@example.test"),
            ("From: a@b.test\nFrom: c@d.test\n\n", "a@b.test"),
            ("Subject: no sender\n\nx", ""),
            ("From: a\0b@c.test\n\n", "ab@c.test"),
            ("", ""),
        ] {
            assert_eq!(queue_of(raw.as_bytes()), expected, "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_queue(mut raw in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(queue_of(&raw).chars().count() <= LONGEST);
            raw.splice(0..0, *b"From: ");
            prop_assert!(queue_of(&raw).chars().count() <= LONGEST);
        }
    }
}
