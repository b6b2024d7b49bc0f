//! Charsets: from a name to text, and what to do where the name is wrong or missing.
//!
//! The tables of characters are the mail-parser crate's. Here stand the names that mails really use (`names`), the
//! few charsets it lacks (`rare`), and how bytes without a usable name are told apart (`detect`). A charset that is
//! named is believed as long as the bytes agree with it; bytes that cannot be what they are called are read as what
//! they surely are. Deliberately absent: statistics for languages whose bytes look like one another's.

mod detect;
mod names;
mod rare;
#[cfg(test)]
mod tests;

use super::Defect;
pub(super) use names::is_named;
use names::{Reader, reader};

/// Text, and what was wrong with it.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) defect: Option<Defect>,
}

impl Decoded {
    fn clean(text: String) -> Self {
        Self { text, defect: None }
    }

    fn wrong(text: String, label: &str) -> Self {
        Self { text, defect: Some(Defect::BadText(label.chars().take(LABEL).collect())) }
    }
}

/// Characters of a charset's name that are repeated in a defect.
const LABEL: usize = 40;

/// Bytes in the charset they name. `hint` is another charset that the mail uses: the first to be tried where the
/// name is missing.
pub(super) fn text_of(bytes: &[u8], charset: Option<&str>, hint: Option<&str>) -> Decoded {
    if let Some(text) = rare::by_mark(bytes) {
        return Decoded::clean(text);
    }
    let Some(label) = charset.and_then(names::tidy) else { return Decoded::clean(guessed(bytes, hint)) };
    let Some(reader) = reader(&label) else {
        return Decoded {
            text: guessed(bytes, hint),
            defect: Some(Defect::UnknownCharset(label.chars().take(LABEL).collect())),
        };
    };
    if reader.is_ascii_based() {
        if let Some(text) = detect::escaped(bytes) {
            return Decoded::wrong(text, &label);
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            let text = text.trim_start_matches('\u{feff}').to_owned();
            let agrees = bytes.is_ascii() || reader.is_utf8();
            if agrees {
                return Decoded::clean(text);
            }
            // What happens to be well-formed UTF-8 beyond ASCII is hardly ever anything else in a Western charset.
            if reader.is_western() {
                return Decoded::wrong(text, &label);
            }
        }
    }
    if reader.is_utf8() {
        return Decoded::wrong(guessed(bytes, hint), &label);
    }
    let text = reader.read(bytes);
    match detect::better(&text, bytes, &reader) {
        Some(better) => Decoded::wrong(better, &label),
        None => Decoded::clean(text),
    }
}

/// Bytes that nothing is said of: what they surely are, else windows-1252, which reads any byte.
fn guessed(bytes: &[u8], hint: Option<&str>) -> String {
    if let Some(text) = detect::escaped(bytes) {
        return text;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    if let Some(text) = hint.and_then(|hint| by_hint(bytes, hint)) {
        return text;
    }
    if detect::is_mostly_utf8(bytes) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    detect::surely(bytes).unwrap_or_else(|| Reader::western().read(bytes))
}

/// The charset that other bytes of the mail say most of.
pub(super) fn surely_in(bytes: &[u8]) -> Option<String> {
    let utf8 = std::str::from_utf8(bytes).is_ok() || detect::is_mostly_utf8(bytes);
    if utf8 { None } else { detect::sure_name(bytes).map(str::to_owned) }
}

/// Whether a charset says more than that somebody wrote with a Western keyboard, or in UTF-8, which tells itself.
pub(super) fn is_telling(name: &str) -> bool {
    telling(name).is_some()
}

fn telling(name: &str) -> Option<Reader> {
    let reader = reader(&names::tidy(name)?)?;
    (!reader.is_utf8() && !reader.is_western() && reader.is_ascii_based()).then_some(reader)
}

/// The text in another charset of the same mail, where it fits.
fn by_hint(bytes: &[u8], hint: &str) -> Option<String> {
    let reader = telling(hint)?;
    Some(reader.read(bytes)).filter(|text| !text.contains('\u{fffd}'))
}

/// The byte that windows-1252 reads as this character.
pub(super) fn western_byte(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let western = Reader::western();
    (0x80..=0x9f).find(|&byte| western.read(&[byte]).starts_with(c))
}
