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
    let lines: String = wrapped(words, WIDTH).iter().map(|line| format!("  {FAINT}{line}{FAINT:#}\n")).collect();
    screen::text(format!("\n{lines}"))
}

/// A letter of the desk in somebody's mailbox.
pub fn letter(letter: &Letter, to: &str) -> io::Result<()> {
    paper(HEAD, &letter.from, to, &letter.subject, &letter.text)
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
/// indent and their quote marks.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let line = harmless(line);
    let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '>')).take(width / 4).collect();
    let hang = if line.trim_start().starts_with("- ") { "  " } else { "" };
    let mut lines = Vec::new();
    let mut current = indent.clone();
    let mut empty = true;
    let rest = line.strip_prefix(&indent).unwrap_or(&line);
    for word in rest.split(' ') {
        if !empty && current.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut current, format!("{indent}{hang}")));
            empty = true;
        }
        if !empty {
            current.push(' ');
        }
        for c in word.chars() {
            if current.width() + c.width().unwrap_or(0) > width {
                lines.push(std::mem::replace(&mut current, format!("{indent}{hang}")));
            }
            current.push(c);
        }
        empty = false;
    }
    lines.push(current);
    lines
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
        check("Reason    two  gaps", &["Reason    two  gaps"]);
        check("https://example.test/a/long/way", &["https://example.test", "/a/long/way"]);
        check("a\u{1b}[2Jb", &["a [2Jb"]);
    }
}
