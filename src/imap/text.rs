//! The three small texts commands are made of: quoted strings, folder names and sets of UIDs.
use std::fmt::Write as _;

use data_encoding::BASE64_NOPAD;

use super::ImapError;

/// A quoted string (RFC 3501 section 4.3). Control characters cannot be quoted and are refused.
pub(super) fn quoted(text: &str) -> Result<String, ImapError> {
    if text.chars().any(char::is_control) {
        return Err(ImapError::Unsendable("a name for the server holds a control character"));
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!("\"{escaped}\""))
}

/// A folder name as a quoted string in modified UTF-7 (RFC 3501 section 5.1.3).
pub(super) fn folder(name: &str) -> Result<String, ImapError> {
    quoted(&modified_utf7(name))
}

/// Printable ASCII stands for itself, `&` is `&-`, all else is a run of base64 (with `,` for `/`) over UTF-16.
fn modified_utf7(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut foreign = Vec::new();
    for c in name.chars() {
        if c == ' ' || c.is_ascii_graphic() || c.is_ascii_control() {
            close_run(&mut out, &mut foreign);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                foreign.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    close_run(&mut out, &mut foreign);
    out
}

fn close_run(out: &mut String, foreign: &mut Vec<u8>) {
    if !foreign.is_empty() {
        let run = BASE64_NOPAD.encode(foreign).replace('/', ",");
        let _ = write!(out, "&{run}-");
        foreign.clear();
    }
}

/// A set of UIDs, sorted and with runs joined: `1:3,7`. Empty for no UIDs, which no command accepts.
pub(super) fn uid_set(uids: &[u32]) -> String {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
        .chunk_by(|a, b| a.checked_add(1) == Some(*b))
        .filter_map(|run| match run {
            [] => None,
            [one] => Some(one.to_string()),
            [first, .., last] => Some(format!("{first}:{last}")),
        })
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_names_are_quoted_modified_utf7() {
        let check = |name: &str, expected: &str| assert_eq!(folder(name).unwrap(), expected, "{name}");
        check("INBOX", "\"INBOX\"");
        check("Erledigt & weg", "\"Erledigt &- weg\"");
        check("Entwürfe", "\"Entw&APw-rfe\"");
        check("~peter/mail/台北/日本語", "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"");
        check("a\"b\\c", "\"a\\\"b\\\\c\"");
        check("🙂", "\"&2D3eQg-\"");
        assert!(folder("a\r\nb LOGOUT").is_err());
        assert!(folder("a\0b").is_err());
    }

    #[test]
    fn uid_sets_join_runs() {
        let check = |uids: &[u32], expected: &str| assert_eq!(uid_set(uids), expected);
        check(&[], "");
        check(&[7], "7");
        check(&[3, 1, 2, 7, 7], "1:3,7");
        check(&[u32::MAX, 1, u32::MAX - 1], "1,4294967294:4294967295");
    }
}
