//! Standard output: text with colours where they are wanted, or JSON.
//!
//! Colours go through `anstream`, which drops them for a pipe, a dumb terminal or `NO_COLOR`. A reader that has gone
//! away (`redress list | head`) is not an error; [`is_closed_pipe`] lets `main` see it.
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

/// Prints text as it is.
pub fn text(text: impl std::fmt::Display) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    write!(out, "{text}")?;
    out.flush()
}

/// Prints one JSON document and a newline.
pub fn json(value: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    out.flush()
}

/// Prints one JSON document on one line.
pub fn json_line(value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line)?;
    out.flush()
}

/// Prints what a subcommand found, as `print` says.
pub fn show<T: Serialize + std::fmt::Display>(found: &T, print: &super::Print) -> io::Result<()> {
    if print.json { json(found) } else { text(found) }
}

/// Says on standard error why the program ends, with every cause. If nobody listens there, so be it.
pub fn failure(error: &anyhow::Error) {
    let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
    let _ = writeln!(anstream::stderr(), "{style}redress:{style:#} {error:#}");
}

/// Characters that are not seen and change what is: those that turn the direction of text, and all others that only
/// format it. The joiners of letters and emoji and the Arabic signs that stand before a number are part of words.
static UNSEEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"[\p{Cf}--[\x{200c}\x{200d}\x{600}-\x{605}\x{6dd}\x{70f}\x{890}\x{891}\x{8e2}\x{110bd}\x{110cd}]]",
    )
    .expect("the pattern is constant and is compiled in a test")
});

/// Text from a stranger, fit for a terminal: without control characters, which could move the cursor or worse, and
/// without unseen ones, which could make it read as what it is not.
pub fn harmless(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let text: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    UNSEEN.replace_all(&text, "").into_owned()
}

/// A line in bold, made harmless.
pub fn heading(text: &str) -> String {
    let bold = anstyle::Style::new().bold();
    format!("{bold}{}{bold:#}", harmless(text))
}

/// Names and values, one pair a line, the values aligned and made harmless.
pub fn facts(facts: &[(&str, String)]) -> String {
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    facts.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "  {name:width$}  {}", harmless(value));
        text
    })
}

/// Whether an error only says that the reader of our output has gone.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_cannot_command_the_terminal() {
        assert_eq!(harmless("pay\u{1b}[2Jme\r\n\u{9b}x"), "pay [2Jme   x");
    }

    #[test]
    fn what_is_not_seen_cannot_turn_what_is() {
        let check = |text: &str, expected: &str| assert_eq!(harmless(text), expected, "{text:?}");
        for turning in
            "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}"
                .chars()
        {
            check(&format!("pay{turning}lap"), "paylap");
        }
        for unseen in
            "\u{ad}\u{180e}\u{200b}\u{2060}\u{2064}\u{206a}\u{feff}\u{fff9}\u{e0001}\u{e0041}".chars()
        {
            check(&format!("in{unseen}voice"), "invoice");
        }
        check("one\u{2028}two\u{2029}three\u{85}four", "one two three four");
        check(
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        );
        check("\u{1f468}\u{200d}\u{1f469}", "\u{1f468}\u{200d}\u{1f469}");
        check("Grüße, \u{1f600} 日本", "Grüße, \u{1f600} 日本");
    }

    #[test]
    fn a_closed_pipe_is_recognised_under_its_context() {
        let broken = anyhow::Error::new(io::Error::from(io::ErrorKind::BrokenPipe)).context("cannot print");
        assert!(is_closed_pipe(&broken));
        assert!(!is_closed_pipe(&anyhow::anyhow!("other")));
    }
}
