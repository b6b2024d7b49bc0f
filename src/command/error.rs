//! What is wrong with a command line, and how it is shown under it.
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::domain::letter::{Problem, TranscriptLine};

/// What is wrong with a line, so that it can be corrected without looking anything up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandError {
    /// Characters of the line, counted in `char`s, that are wrong.
    pub caret: Range<usize>,
    /// What is wrong.
    pub what: String,
    /// What was expected there.
    pub expected: String,
    /// A correct line.
    pub example: String,
    /// A line that may have been meant; it is never run in place of what was written.
    pub did_you_mean: Option<String>,
}

impl CommandError {
    /// As a line of the transcript.
    pub fn transcript(&self, line: &str) -> TranscriptLine {
        let note = match &self.did_you_mean {
            Some(meant) => format!("{}; did you mean {meant}?", self.what),
            None => self.what.clone(),
        };
        let problem = Problem {
            caret: caret(line, &self.caret),
            expected: self.expected.clone(),
            example: self.example.clone(),
        };
        TranscriptLine { line: line.to_owned(), note, problem: Some(problem) }
    }
}

/// Blanks and carets that stand under the characters `range` of `line` in a fixed-width font. At least one caret;
/// wide characters count double, as terminals and mail clients show them.
pub fn caret(line: &str, range: &Range<usize>) -> String {
    let width = |c: char| c.width().unwrap_or(0);
    let before: usize = line.chars().take(range.start).map(width).sum();
    let under: usize = line.chars().skip(range.start).take(range.len()).map(width).sum();
    format!("{}{}", " ".repeat(before), "^".repeat(under.max(1)))
}
