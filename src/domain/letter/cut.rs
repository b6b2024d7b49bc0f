//! What was cut from a mail before it was read: quotes, the signature.
//!
//! Shown to staff at the very end of their mail, so that a cut in the wrong place is seen. It is bounded, since a
//! quoted thread can be as long as mail can be; the whole is kept with the mail's bytes. No customer's letter has a
//! field for it.
use serde::Serialize;

/// What was cut from a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// Its beginning, as it stood in the mail.
    pub text: String,
    /// How many more lines there were; none where that is all.
    pub more: Option<usize>,
}

impl Cut {
    /// Lines that are shown.
    const LINES: usize = 40;
    /// Bytes that are shown.
    const BYTES: usize = 4 * 1024;

    /// The beginning of `rest`; none if it is blank.
    pub fn of(rest: &str) -> Option<Self> {
        let rest = rest.trim_end();
        if rest.trim_start().is_empty() {
            return None;
        }
        let mut text = String::new();
        let mut whole = 0;
        for line in rest.lines().take(Self::LINES) {
            let room = Self::BYTES.saturating_sub(text.len());
            let fits = line.len() < room;
            if !fits {
                let mut used = 0;
                text.extend(line.chars().take_while(|c| {
                    used += c.len_utf8();
                    used < room
                }));
                break;
            }
            text.push_str(line);
            text.push('\n');
            whole += 1;
        }
        let more = rest.lines().count() - whole;
        Some(Self { text, more: (more > 0).then_some(more) })
    }

    /// A filled example, by which templates are checked.
    pub fn sample() -> Self {
        Self { text: "> We have your mail.\n\n--\nAda Byron".into(), more: Some(12) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rest: &str, expected: Option<(&str, Option<usize>)>) {
        let found = Cut::of(rest);
        assert_eq!(found.as_ref().map(|cut| (cut.text.as_str(), cut.more)), expected, "{rest:?}");
    }

    #[test]
    fn what_was_cut_is_shown_as_it_stood() {
        check("", None);
        check(" \n\t\n", None);
        check("> one\n\n-- \nAda\n\n", Some(("> one\n\n-- \nAda\n", None)));
        check("  > indented", Some(("  > indented\n", None)));
    }

    #[test]
    fn a_long_thread_is_shortened_and_says_by_how_much() {
        let many = "> line\n".repeat(100);
        check(&many, Some((&"> line\n".repeat(40), Some(60))));
        let wide = format!("{}\nlast", "\u{fc}".repeat(10_000));
        let cut = Cut::of(&wide).unwrap();
        assert!(cut.text.len() < Cut::BYTES);
        assert_eq!(cut.more, Some(2), "a line that is cut short counts as one of those that remain");
    }
}
