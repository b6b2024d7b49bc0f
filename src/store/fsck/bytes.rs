//! What only the bytes can tell: that a mail is the one that was taken, and that a letter carries its own id.
use std::io::Read;

use diesel::prelude::*;
use flate2::read::ZlibDecoder;
use sha2::{Digest, Sha256};

use super::{Check, Found, Knowing};
use crate::{
    mail::fate::Fate,
    store::{
        Db, StoreError,
        db::on,
        inbox::{self, Status},
        outbox::Audience,
        schema::{mails, outbox},
        text::key,
    },
};

/// Rows read at a time; mails may be large.
const PAGE: i64 = 16;

/// Inflates every stored mail and compares size and hash.
pub(super) fn mails(db: &mut Db, found: &mut Found) -> Result<(), StoreError> {
    let mut last = i64::MIN;
    loop {
        let page: Vec<(i64, Vec<u8>, i64, Vec<u8>)> = on!(db, c => mails::table
            .filter(mails::id.gt(last).and(mails::raw.is_not_null()))
            .order(mails::id)
            .limit(PAGE)
            .select((mails::id, mails::sha256, mails::size, mails::raw.assume_not_null()))
            .load(c))?;
        let Some((id, ..)) = page.last() else { return Ok(()) };
        last = *id;
        for (id, sha256, size, zlib) in &page {
            if let Some(what) = damage(zlib, *size, sha256) {
                found.add(Check::Mails, format!("mail {id}"), what);
            }
        }
    }
}

/// What is wrong with the bytes of a mail.
fn damage(zlib: &[u8], size: i64, sha256: &[u8]) -> Option<String> {
    let Ok(expected) = u64::try_from(size) else { return Some(format!("has a size of {size}")) };
    // One byte more than expected, so that a longer text shows without being read to its end.
    let mut inflated = ZlibDecoder::new(zlib).take(expected.saturating_add(1));
    let mut bytes = Vec::new();
    match inflated.read_to_end(&mut bytes) {
        Err(error) => Some(format!("has bytes that cannot be read: {error}")),
        Ok(length) if u64::try_from(length) != Ok(expected) => {
            Some(format!("is not {expected} bytes long any more"))
        }
        Ok(_) if Sha256::digest(&bytes).as_slice() != sha256 => {
            Some("has other bytes than when it was taken".to_owned())
        }
        Ok(_) => None,
    }
}

/// Compares the final bytes of every letter with its row.
pub(super) fn letters(db: &mut Db, found: &mut Found) -> Result<(), StoreError> {
    let mut last = i64::MIN;
    loop {
        let page: Vec<(i64, String, i64, Vec<u8>)> = on!(db, c => outbox::table
            .filter(outbox::id.gt(last).and(outbox::bytes.is_not_null()))
            .order(outbox::id)
            .limit(PAGE)
            .select((outbox::id, outbox::message_id, outbox::size, outbox::bytes.assume_not_null()))
            .load(c))?;
        let Some((id, ..)) = page.last() else { return Ok(()) };
        last = *id;
        // One that was never composed has no bytes at all.
        for (id, message_id, size, bytes) in page.iter().filter(|(.., bytes)| !bytes.is_empty()) {
            let place = || format!("letter {id}");
            if usize::try_from(*size) != Ok(bytes.len()) {
                found.add(Check::LetterBytes, place(), format!("is not {size} bytes long any more"));
            }
            let carried = message_ids(bytes);
            if carried.len() != 1 || carried.first() != Some(&format!("<{message_id}>")) {
                let carried = if carried.is_empty() { "none".to_owned() } else { carried.join(" and ") };
                found.add(
                    Check::LetterBytes,
                    place(),
                    format!("was given <{message_id}> and carries {carried}"),
                );
            }
        }
    }
}

/// The values of all Message-ID fields in the header of final bytes.
fn message_ids(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let header = text.split_once("\r\n\r\n").map_or(&*text, |(header, _)| header);
    // Unfolded: a line that begins with a blank goes on with the one before (RFC 5322 §2.2.3).
    let unfolded = header.replace("\r\n ", " ").replace("\r\n\t", " ");
    let fields = unfolded.split("\r\n").filter_map(|line| line.split_once(':'));
    let ours = fields.filter(|(name, _)| name.trim().eq_ignore_ascii_case("message-id"));
    ours.map(|(_, value)| value.trim().to_owned()).collect()
}

/// People's mail that was filed without a dispute, unless it was by or for staff.
pub(super) fn unplaced(db: &mut Db, knowing: &Knowing<'_>, found: &mut Found) -> Result<(), StoreError> {
    let mut last = i64::MIN;
    loop {
        let page: Vec<(i64, Option<String>)> = on!(db, c => mails::table
            .filter(mails::id.gt(last).and(mails::dispute.is_null()))
            .filter(mails::status.eq(Status::Done.word()).and(mails::fate.eq(Fate::Person.as_str())))
            .order(mails::id)
            .limit(PAGE)
            .select((mails::id, mails::sender))
            .load(c))?;
        let Some((id, _)) = page.last() else { return Ok(()) };
        last = *id;
        for (id, sender) in &page {
            if is_staff(db, sender.as_deref(), knowing)? {
                continue;
            }
            // Bytes that cannot be read are a fault of their own.
            let raw = inbox::raw(db, *id).ok().flatten().unwrap_or_default();
            if !(knowing.to_staff)(&raw) {
                found.add(Check::Filing, format!("mail {id}"), "was written by a person and has no dispute");
            }
        }
    }
}

/// Whether an address is or was one of staff: those who have left had letters for staff.
fn is_staff(db: &mut Db, sender: Option<&str>, knowing: &Knowing<'_>) -> Result<bool, StoreError> {
    let Some(sender) = sender.map(key) else { return Ok(false) };
    if knowing.staff.contains(&sender) {
        return Ok(true);
    }
    let letters: i64 = on!(db, c => outbox::table
        .filter(outbox::recipient_key.eq(&sender).and(outbox::audience.eq(Audience::Staff.word())))
        .count()
        .get_result(c))?;
    Ok(letters > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_is_found_folded_and_only_in_the_header() {
        let check =
            |text: &str, expected: &[&str]| assert_eq!(message_ids(text.as_bytes()), expected, "{text}");
        check("Subject: a\r\nMessage-ID: <x@y>\r\n\r\nMessage-ID: <z@y>\r\n", &["<x@y>"]);
        check("Message-ID:\r\n <x@y>\r\nSubject: a\r\n\r\n", &["<x@y>"]);
        check("message-id: <x@y>\r\nMessage-Id: <z@y>\r\n\r\n", &["<x@y>", "<z@y>"]);
        check("Subject: Message-ID: <x@y>\r\n\r\n", &[]);
    }
}
