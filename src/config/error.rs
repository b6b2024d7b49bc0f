//! What is wrong with a configuration: everything at once, each with its key and place.
use std::fmt;
use std::path::PathBuf;

/// A configuration that cannot be used, with every mistake in it. Only an operator can help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// At least one, in the order of the file; those without a place come first.
    pub mistakes: Vec<Notice>,
}

/// One thing to say about one key. It never holds a secret, nor text that stands where a secret belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The key with its section, such as `desk.prefix` or `mailbox[2].port` (counted from 1); empty when the file as
    /// a whole is meant.
    pub key: String,
    /// Where it stands, unless it is about something that is not there.
    pub place: Option<Place>,
    /// What is wrong and what to do, in a sentence without a full stop.
    pub message: String,
}

/// A place in the file, both numbers from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset in `text`; past the end, the end.
    pub(super) fn of(text: &str, offset: usize) -> Self {
        let before = text.char_indices().take_while(|(at, _)| *at < offset).map(|(_, c)| c);
        before.fold(Self { line: 1, column: 1 }, |place, c| match c {
            '\n' => Self { line: place.line + 1, column: 1 },
            _ => Self { column: place.column + 1, ..place },
        })
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { line, column }) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.mistakes.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} mistake{plural} in the configuration {}", self.path.display())?;
        self.mistakes.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

/// What the operator wrote, fit to be repeated: one line, at most 60 characters.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters() {
        let check = |offset, line, column| {
            assert_eq!(Place::of("ä = 1\nb = 2\n", offset), Place { line, column }, "{offset}");
        };
        check(0, 1, 1);
        check(2, 1, 2); // after the two bytes of ä
        check(7, 2, 1);
        check(11, 2, 5);
        check(99, 3, 1);
    }

    #[test]
    fn what_is_repeated_is_short_and_on_one_line() {
        assert_eq!(shown("a\nb"), "a b");
        assert_eq!(shown(&"ü".repeat(61)).chars().count(), 61);
        assert!(shown(&"ü".repeat(61)).ends_with('…'));
    }
}
