//! Uuencoded files within plain text, as old programs attach them.

use super::decode;

/// A text without its uuencoded files, and the files: name and content.
pub(super) struct Taken {
    pub(super) text: Vec<u8>,
    pub(super) files: Vec<(String, Vec<u8>)>,
}

/// Files that are taken out of one text.
const MOST_FILES: usize = 100;

/// Takes whole files out of a text; what is not closed, or not quite uuencoded, stays text.
///
/// It works on bytes, so that a text too long to be decoded keeps its charset.
pub(super) fn take_out(text: &[u8]) -> Option<Taken> {
    let mut taken = Taken { text: Vec::new(), files: Vec::new() };
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = first_line(rest);
        let begins = line.starts_with(b"begin ") && taken.files.len() < MOST_FILES;
        let head = String::from_utf8_lossy(if begins { line } else { b"" });
        if let Some(name) = name_of(head.trim_end())
            && let Some((bytes, below)) = file(after)
        {
            taken.files.push((name.to_owned(), bytes));
            rest = below;
        } else {
            taken.text.extend_from_slice(line);
            rest = after;
        }
    }
    (!taken.files.is_empty()).then_some(taken)
}

/// The content of the file whose lines come next, and what stands below its end.
fn file(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut bytes = Vec::new();
    let mut rest = text;
    let mut lines = 0;
    loop {
        let (line, after) = first_line(rest);
        let Some(line) = std::str::from_utf8(line).ok().filter(|line| is_data(without_end(line))) else {
            break;
        };
        bytes.extend(data(line));
        lines += 1;
        rest = after;
    }
    // One line may stand between: the empty one that ends the data.
    for _ in 0..2 {
        let (line, after) = first_line(rest);
        if line.trim_ascii_end() == b"end" {
            return (lines > 0).then_some((bytes, after));
        }
        rest = after;
    }
    None
}

/// The first line, its end included, and what follows.
fn first_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| at + 1);
    text.split_at_checked(end).unwrap_or((text, &[]))
}

fn without_end(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
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
    let bytes = without_end(line).as_bytes();
    let Some((first, rest)) = bytes.split_first() else { return Vec::new() };
    let promised = usize::from(first.wrapping_sub(b' ') & 63);
    let mut out = decode::groups_of_four(rest.iter().map(|byte| byte.wrapping_sub(b' ') & 63));
    out.resize(promised, 0);
    out
}
