//! Uuencoded files within plain text, as old programs attach them.

use super::decode;

/// A text without its uuencoded files, and the files: name and content.
pub(super) struct Taken {
    pub(super) text: String,
    pub(super) files: Vec<(String, Vec<u8>)>,
}

/// Files that are taken out of one text.
const MOST_FILES: usize = 100;

/// Takes whole files out of a text; what is not closed, or not quite uuencoded, stays text.
pub(super) fn take_out(text: &str) -> Option<Taken> {
    if !text.contains("begin ") {
        return None;
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut taken = Taken { text: String::with_capacity(text.len()), files: Vec::new() };
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let name = name_of(line.trim_end()).filter(|_| taken.files.len() < MOST_FILES);
        let file = name.and_then(|name| {
            let body = lines.get(at + 1..).unwrap_or_default();
            let length = body.iter().take_while(|line| is_data(line.trim_end_matches(['\r', '\n']))).count();
            let end = body.get(length..)?.iter().take(2).position(|line| line.trim_end() == "end")?;
            let bytes = body.get(..length)?.iter().flat_map(|line| data(line)).collect();
            (length > 0).then_some((name, bytes, length + end + 2))
        });
        if let Some((name, bytes, length)) = file {
            taken.files.push((name.to_owned(), bytes));
            at += length;
        } else {
            taken.text.push_str(line);
            at += 1;
        }
    }
    (!taken.files.is_empty()).then_some(taken)
}

/// Content that is uuencoded as a whole.
pub(super) fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().skip_while(|line| name_of(line.trim_end()).is_none());
    lines.next()?;
    Some(lines.take_while(|line| is_data(line)).flat_map(data).collect())
}

/// The name in `begin 644 name`.
fn name_of(line: &str) -> Option<&str> {
    let (mode, name) = line.strip_prefix("begin ")?.trim_start().split_once(' ')?;
    let octal = matches!(mode.len(), 3 | 4) && mode.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    (octal && !name.trim().is_empty()).then(|| name.trim())
}

/// Whether a line is as long as its first character says; spaces at its end may have been lost.
fn is_data(line: &str) -> bool {
    let bytes = line.as_bytes();
    let Some((first, rest)) = bytes.split_first() else { return false };
    if !bytes.iter().all(|byte| matches!(byte, b' '..=b'`')) || line == "end" {
        return false;
    }
    let promised = usize::from(first.wrapping_sub(b' ') & 63);
    let needed = promised.div_ceil(3) * 4;
    rest.len() <= needed + 2 && (rest.len() + 3 >= promised * 4 / 3 || rest.len() * 2 >= needed)
}

fn data(line: &str) -> Vec<u8> {
    let bytes = line.trim_end_matches(['\r', '\n']).as_bytes();
    let Some((first, rest)) = bytes.split_first() else { return Vec::new() };
    let promised = usize::from(first.wrapping_sub(b' ') & 63);
    let mut out = decode::groups_of_four(rest.iter().map(|byte| byte.wrapping_sub(b' ') & 63));
    out.resize(promised, 0);
    out
}
