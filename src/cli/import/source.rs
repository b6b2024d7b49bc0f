//! Mails in a file or folder, one after the other, never all in memory.
//!
//! An mbox file is read in its `mboxrd` form, which `mboxo` files are too but for lines that began with `>From `.
//! A line `From …` begins a mail only at the start of the file or after an empty line. Deliberately absent: MH, MMDF,
//! compressed files, and guessing by Content-Length.
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read as _},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use chrono::{DateTime, NaiveDateTime};

use crate::domain::Timestamp;

/// A mail as it was found.
pub(super) struct Found {
    /// Its bytes; of a mail over the limit only as many as show that it is.
    pub raw: Vec<u8>,
    /// When it arrived, as far as the file tells.
    pub received_at: Option<Timestamp>,
}

/// The mails at `path`, of each at most one byte more than `longest`.
pub(super) fn open(path: &Path, longest: u64) -> io::Result<Box<dyn Iterator<Item = io::Result<Found>>>> {
    if path.is_dir() { maildir(path, longest) } else { Ok(Box::new(Mbox::open(path, longest)?)) }
}

/// The mails of a Maildir, those not yet seen by anybody too, by name, which is by time.
fn maildir(path: &Path, longest: u64) -> io::Result<Box<dyn Iterator<Item = io::Result<Found>>>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for part in ["cur", "new"] {
        let folder = path.join(part);
        if !folder.is_dir() {
            let missing = format!("it is a folder and no Maildir: it has no folder “{part}”");
            return Err(io::Error::other(missing));
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() && !entry.file_name().to_string_lossy().starts_with('.') {
                files.push(entry.path());
            }
        }
    }
    files.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    Ok(Box::new(files.into_iter().map(move |file| read_file(&file, longest))))
}

fn read_file(path: &Path, longest: u64) -> io::Result<Found> {
    let file = File::open(path)?;
    let modified = file.metadata().and_then(|metadata| metadata.modified()).ok();
    let seconds = modified.and_then(|at| i64::try_from(at.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok());
    let mut raw = Vec::new();
    file.take(longest.saturating_add(1)).read_to_end(&mut raw)?;
    Ok(Found { raw, received_at: seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)) })
}

/// An mbox file that is being read.
struct Mbox {
    lines: BufReader<File>,
    longest: u64,
    /// The separator of the mail that comes next.
    separator: Option<Vec<u8>>,
}

impl Mbox {
    fn open(path: &Path, longest: u64) -> io::Result<Self> {
        let mut mbox = Self { lines: BufReader::new(File::open(path)?), longest, separator: None };
        let first = mbox.line()?;
        if !first.is_empty() && !is_separator(&first) {
            return Err(io::Error::other("it is no mbox file: its first line does not begin with “From ”"));
        }
        mbox.separator = Some(first).filter(|line| !line.is_empty());
        Ok(mbox)
    }

    /// The next line with its end, or its beginning if it is longer than a mail may be; empty at the end.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        (&mut self.lines).take(self.longest.saturating_add(1)).read_until(b'\n', &mut line)?;
        Ok(line)
    }

    /// The mail after `separator`, up to the next one.
    fn mail(&mut self, separator: &[u8]) -> io::Result<Found> {
        let mut raw: Vec<u8> = Vec::new();
        let mut after_empty = false;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if after_empty && is_separator(&line) {
                self.separator = Some(line);
                break;
            }
            after_empty = matches!(line.as_slice(), b"\n" | b"\r\n");
            if raw.len() as u64 <= self.longest {
                raw.extend_from_slice(unquoted(&line));
            }
        }
        // The empty line before the separator belongs to the file, not to the mail. What is over the limit stays so.
        if after_empty && raw.len() as u64 <= self.longest {
            let end = if raw.ends_with(b"\r\n") { 2 } else { 1 };
            raw.truncate(raw.len().saturating_sub(end));
        }
        Ok(Found { raw, received_at: moment(separator) })
    }
}

impl Iterator for Mbox {
    type Item = io::Result<Found>;

    fn next(&mut self) -> Option<Self::Item> {
        let separator = self.separator.take()?;
        Some(self.mail(&separator))
    }
}

fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"From ")
}

/// A line without one of the marks that keep it from being taken for a separator.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    let behind = line.get(marks..).unwrap_or_default();
    match line.split_first() {
        Some((b'>', rest)) if is_separator(behind) => rest,
        _ => line,
    }
}

/// The moment in a separator, `From carla@example.org Mon Nov 23 08:00:00 2026`, which is in UTC (RFC 4155).
fn moment(separator: &[u8]) -> Option<Timestamp> {
    let text = String::from_utf8_lossy(separator);
    let words: Vec<&str> = text.split_whitespace().collect();
    let date = words.iter().skip(2).take(5).copied().collect::<Vec<_>>().join(" ");
    NaiveDateTime::parse_from_str(&date, "%a %b %d %H:%M:%S %Y").ok().map(|at| at.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mbox(text: &str) -> Vec<(String, Option<String>)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mbox");
        fs::write(&path, text).unwrap();
        open(&path, 60)
            .unwrap()
            .map(|found| {
                let found = found.unwrap();
                let at = found.received_at.map(|at| at.to_rfc3339());
                (String::from_utf8(found.raw).unwrap(), at)
            })
            .collect()
    }

    #[test]
    fn an_mbox_is_cut_at_its_separators_and_nowhere_else() {
        let text = "From a@b.example Mon Nov 23 08:00:00 2026\nSubject: 1\n\nText\nFrom here on\n>From old\n>>From x\n\n\
                    From - broken\nSubject: 2\n\nEnd\n";
        assert_eq!(
            mbox(text),
            [
                (
                    "Subject: 1\n\nText\nFrom here on\nFrom old\n>From x\n".to_owned(),
                    Some("2026-11-23T08:00:00+00:00".to_owned())
                ),
                ("Subject: 2\n\nEnd\n".to_owned(), None),
            ]
        );
        assert_eq!(mbox(""), []);
    }

    #[test]
    fn a_mail_over_the_limit_is_not_kept_whole() {
        let long = format!("From x\nSubject: long\n\n{}\n\nFrom x\nSubject: 2\n\n", "x\n".repeat(1_000));
        let found = mbox(&long);
        assert_eq!(found.len(), 2);
        assert!((61..130).contains(&found[0].0.len()), "{}", found[0].0.len());
    }

    #[test]
    fn what_is_no_mbox_and_no_maildir_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mail.eml");
        fs::write(&file, "Subject: x\n\nText\n").unwrap();
        assert!(open(&file, 60).is_err());
        assert!(open(folder.path(), 60).is_err());
        assert!(open(&folder.path().join("absent"), 60).is_err());
    }

    #[test]
    fn a_maildir_gives_seen_and_unseen_mails_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("cur/2.host:2,S", "b"), ("new/1.host", "a"), ("cur/.hidden", "x"), ("tmp/0.host", "t")]
        {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found: Vec<_> = open(folder.path(), 60).unwrap().map(|found| found.unwrap().raw).collect();
        assert_eq!(found, [b"a".to_vec(), b"b".to_vec()]);
    }
}
