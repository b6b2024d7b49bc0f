//! What the audience sees: letters, lines for each jump of time, and a word on what cannot be seen.
//!
//! Letters are a stranger's words: control characters are taken out before they reach the terminal.
use std::io;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{
    desk::local,
    post::{Letter, Written},
};
use crate::{
    cli::screen::{self, harmless},
    domain::Timestamp,
};

/// Columns of text.
const WIDTH: usize = 76;
/// What stands left of a letter.
const MARGIN: &str = "  │ ";

const TIME: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
const HEAD: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
const REPLY: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
const FAINT: Style = Style::new().dimmed();

/// A line that says what time it is now, and why.
pub fn time(at: Timestamp, why: &str) -> io::Result<()> {
    let when = local(at).format("%A %-d %B %Y, %H:%M");
    screen::text(format!("\n{TIME}━━ {when} ━━{TIME:#} {why}\n"))
}

/// A word on what happens.
pub fn aside(words: &str) -> io::Result<()> {
    screen::text(format!("\n  {FAINT}{}{FAINT:#}\n", wrapped(words, WIDTH).join("\n  ")))
}

/// A letter of the desk in somebody's mailbox.
pub fn letter(letter: &Letter, to: &str) -> io::Result<()> {
    paper(HEAD, &letter.from, to, &letter.subject, &letter.text)
}

/// The same letter in another mailbox.
pub fn same_letter(letter: &Letter, to: &str) -> io::Result<()> {
    screen::text(format!(
        "\n  {HEAD}{} → {}{HEAD:#}\n{MARGIN}(the same)\n",
        harmless(&letter.from),
        harmless(to)
    ))
}

/// A mail that somebody wrote; the quote below it is left out.
pub fn written(mail: &Written) -> io::Result<()> {
    let to = if mail.to.contains('+') { "the reply address of that letter" } else { &mail.to };
    paper(REPLY, mail.name, to, &mail.subject, &mail.text)
}

fn paper(style: Style, from: &str, to: &str, subject: &str, text: &str) -> io::Result<()> {
    let mut out = format!("\n  {style}{} → {}{style:#}\n", harmless(from), harmless(to));
    let mut line = |line: &str| {
        let line = format!("{MARGIN}{line}");
        out.push_str(line.trim_end());
        out.push('\n');
    };
    for piece in wrapped(&format!("Subject: {subject}"), WIDTH) {
        line(&piece);
    }
    line("");
    for written in text.trim_end().lines() {
        for piece in wrapped(written, WIDTH) {
            line(&piece);
        }
    }
    screen::text(out)
}

/// One line in pieces of at most `width` columns, broken at spaces where there are any; continued lines keep their
/// indent and their quote marks, and stay in the column that a list or a table began.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let line = harmless(line);
    let mark: String = line.chars().take_while(|c| matches!(c, ' ' | '>' | '|')).take(width / 4).collect();
    let rest = line.strip_prefix(&mark).unwrap_or(&line);
    let next = format!("{mark}{}", " ".repeat(hanging(rest, width / 2)));
    let mut lines = Vec::new();
    let mut current = mark;
    let mut fresh = true;
    for word in rest.split(' ') {
        if !fresh && current.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut current, next.clone()));
            fresh = true;
        }
        if !fresh {
            current.push(' ');
        }
        for c in word.chars() {
            if current.width() + c.width().unwrap_or(0) > width {
                lines.push(std::mem::replace(&mut current, next.clone()));
            }
            current.push(c);
        }
        fresh = false;
    }
    lines.push(current);
    lines
}

/// Where what belongs to this line goes on: below the text of a list's item, or in the second column of a table.
fn hanging(line: &str, most: usize) -> usize {
    if line.starts_with("- ") {
        return 2;
    }
    let Some((first, rest)) = line.split_once("  ") else { return 0 };
    let gap = rest.chars().take_while(|c| *c == ' ').count();
    let column = first.width() + 2 + gap;
    if column < most { column } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[&str]) {
        assert_eq!(wrapped(line, 20), expected, "{line}");
    }

    #[test]
    fn lines_are_broken_at_words_and_keep_their_indent() {
        check("", &[""]);
        check("short", &["short"]);
        check("a line that is too long for it", &["a line that is too", "long for it"]);
        check("> a quoted line that is too long", &["> a quoted line that", "> is too long"]);
        check("- an item that is too long", &["- an item that is", "  too long"]);
        check("  a  table of two columns", &["  a  table of two", "     columns"]);
        check("  | a quoted line that is long", &["  | a quoted line", "  | that is long"]);
        check("https://example.test/a/long/way", &["https://example.test", "/a/long/way"]);
        check("a\u{1b}[2Jb", &["a [2Jb"]);
    }
}
