//! How other people's words, and our own paragraphs, are laid out in a letter.
//!
//! What a customer or an agent wrote is data: it is never read as a template or as HTML. In plain text our own
//! sentences are filled to [`WIDTH`] columns, theirs are left as they wrote them.

/// Columns that our own sentences keep to in plain text (RFC 3676 §4.2 asks for at most 78).
pub(super) const WIDTH: usize = 76;

/// Marks a line of plain text that stays as it is. A private-use character, taken out of all data beforehand and
/// out of the letter at the end.
pub(super) const ASIS: char = '\u{E000}';

/// Keeps a date in one line while paragraphs are filled; a plain space in the finished letter.
const NO_BREAK: char = '\u{A0}';

/// The longest address that is made clickable, in characters; a longer one stays text.
const LINK_MAX: usize = 2_000;

/// Their words as plain text, line by line, left as they are.
pub(super) fn prose_text(text: &str) -> String {
    each_line(text, "")
}

/// Their words as plain text, each line set apart, so that none can pass for one of ours.
pub(super) fn quote_text(text: &str) -> String {
    each_line(text, "  | ")
}

fn each_line(text: &str, prefix: &str) -> String {
    let mut out = String::new();
    for line in text.trim_matches('\n').lines() {
        out.push(ASIS);
        out.push_str(prefix);
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Their words as HTML: paragraphs, line breaks, quoted lines kept, `http` and `https` addresses clickable and
/// shown in full; everything else escaped.
pub(super) fn prose_html(text: &str) -> String {
    let mut out = String::new();
    let mut open = false;
    for line in text.trim_matches('\n').lines() {
        let line = line.trim_end();
        if line.is_empty() {
            if open {
                out.push_str("</p>\n");
            }
            open = false;
            continue;
        }
        out.push_str(if open { "<br>\n" } else { "<p style=\"margin:0 0 12px\">" });
        open = true;
        html_line(&mut out, line);
    }
    if open {
        out.push_str("</p>\n");
    }
    out
}

/// Their words as HTML in a box of their own.
pub(super) fn quote_html(text: &str) -> String {
    format!(
        "<blockquote class=\"box\" style=\"margin:0 0 16px;padding:12px 16px 1px;border-left:4px solid #8a94a6;\
         background:#f2f4f7;border-radius:4px;overflow-wrap:anywhere\">\n{}</blockquote>\n",
        prose_html(text)
    )
}

/// One line, its leading spaces kept, its links clickable.
fn html_line(out: &mut String, line: &str) {
    let trimmed = line.trim_start_matches([' ', '\t']);
    for _ in trimmed.len()..line.len() {
        out.push_str("&nbsp;");
    }
    for (index, word) in trimmed.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        html_word(out, word);
    }
}

/// One word: a link if it is an `http` or `https` address, with what brackets and punctuation surround it.
fn html_word(out: &mut String, word: &str) {
    let start = ["https://", "http://"].iter().filter_map(|scheme| word.find(scheme)).min();
    let Some((before, rest)) = start.and_then(|at| word.split_at_checked(at)) else {
        return escape(out, word);
    };
    let end = rest.find(['<', '>', '"', '\t']).unwrap_or(rest.len());
    let (address, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let bare =
        address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '\u{201d}', '\u{201c}']);
    let tail = address.strip_prefix(bare).unwrap_or("");
    if !before.chars().all(|c| !c.is_alphanumeric())
        || bare.ends_with("//")
        || bare.chars().count() > LINK_MAX
    {
        return escape(out, word);
    }
    escape(out, before);
    out.push_str("<a href=\"");
    escape(out, bare);
    out.push_str("\" rel=\"noopener noreferrer\">");
    escape(out, bare);
    out.push_str("</a>");
    escape(out, tail);
    escape(out, after);
}

/// `text` with everything that HTML reads as markup escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}

/// Appends `text` with everything that HTML reads as markup escaped.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(c),
        }
    }
}

/// Lays out a whole plain text letter: fills our own paragraphs, leaves marked and indented lines alone, hangs
/// list items (`- `), keeps one blank line where there are several, and ends with a line break.
pub(super) fn fill(text: &str) -> String {
    let mut page = Page::default();
    for line in text.lines() {
        if let Some(kept) = line.strip_prefix(ASIS) {
            page.verbatim(kept);
        } else if line.starts_with(' ') || line.trim().is_empty() {
            page.verbatim(line);
        } else {
            page.own(line);
        }
    }
    page.finish()
}

/// A page of plain text being laid out.
#[derive(Default)]
struct Page {
    done: String,
    paragraph: String,
}

impl Page {
    fn own(&mut self, line: &str) {
        if line.starts_with("- ") {
            self.flush();
        }
        if !self.paragraph.is_empty() {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(line.trim());
    }

    fn verbatim(&mut self, line: &str) {
        self.flush();
        let line: String = line.trim_end().chars().filter(|c| *c != ASIS).collect();
        if !(line.is_empty() && (self.done.is_empty() || self.done.ends_with("\n\n"))) {
            self.done.push_str(&line);
            self.done.push('\n');
        }
    }

    fn flush(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        let hang = if paragraph.starts_with("- ") { "  " } else { "" };
        let mut column = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > WIDTH {
                self.done.push('\n');
                self.done.push_str(hang);
                column = hang.len();
            } else if column > 0 {
                self.done.push(' ');
                column += 1;
            }
            self.done.extend(word.chars().filter(|c| *c != ASIS));
            column += length;
        }
        if column > 0 {
            self.done.push('\n');
        }
    }

    fn finish(mut self) -> String {
        self.flush();
        let mut text = self.done.trim_end().replace(NO_BREAK, " ");
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_html(text: &str, expected: &str) {
        let html = prose_html(text).replace("<p style=\"margin:0 0 12px\">", "<p>");
        assert_eq!(html.trim_end(), expected, "{text:?}");
    }

    #[test]
    fn their_words_become_paragraphs_and_no_markup() {
        check_html("One\ntwo\n\nThree", "<p>One<br>\ntwo</p>\n<p>Three</p>");
        check_html("<b>& \"O'Brien\"", "<p>&lt;b&gt;&amp; &quot;O&#x27;Brien&quot;</p>");
        check_html("> quoted\n  indented", "<p>&gt; quoted<br>\n&nbsp;&nbsp;indented</p>");
        check_html("", "");
    }

    #[test]
    fn only_web_addresses_are_clickable_and_shown_in_full() {
        let link = |address: &str| format!("<a href=\"{address}\" rel=\"noopener noreferrer\">{address}</a>");
        check_html("see https://a.test/x?y=1.", &format!("<p>see {}.</p>", link("https://a.test/x?y=1")));
        check_html("(http://a.test)", &format!("<p>({})</p>", link("http://a.test")));
        check_html("<https://a.test>", &format!("<p>&lt;{}&gt;</p>", link("https://a.test")));
        check_html("javascript:alert(1)", "<p>javascript:alert(1)</p>");
        check_html("https://", "<p>https://</p>");
        check_html("xhttps://a.test", "<p>xhttps://a.test</p>");
        check_html("http://a.test/\"onclick=x", &format!("<p>{}&quot;onclick=x</p>", link("http://a.test/")));
    }

    #[test]
    fn our_own_sentences_are_filled_and_theirs_are_left() {
        let long = "word ".repeat(20);
        let filled = fill(&format!("{long}\n\n\n\n- {long}\n{ASIS}{long}\n  {long}"));
        let lines: Vec<_> = filled.lines().collect();
        assert!(lines.iter().take(2).all(|line| line.len() <= WIDTH));
        assert_eq!(lines.get(2), Some(&""));
        assert!(lines.get(4).unwrap().starts_with("  word"));
        assert_eq!(lines.get(5), Some(&long.trim_end()));
        assert_eq!(lines.len(), 7);
    }
}
