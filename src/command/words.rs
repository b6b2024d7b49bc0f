//! A command line as clean text and words.
use std::ops::Range;

/// What follows a command's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// The words, in order.
    pub words: Vec<Argument>,
    /// Position behind the last character of the line, where something is missing when nothing follows.
    pub end: usize,
}

/// One word after a command's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The part before an unquoted `=`, in lower case.
    pub key: Option<String>,
    /// The word, or the part after the `=`; quotes removed, case kept.
    pub value: String,
    /// Where it stands in the line, in `char`s.
    pub range: Range<usize>,
}

impl Arguments {
    /// From the first word to the last, or the end of the line if there is none.
    pub fn range(&self) -> Range<usize> {
        match (self.words.first(), self.words.last()) {
            (Some(first), Some(last)) => first.range.start..last.range.end,
            _ => self.end..self.end + 1,
        }
    }

    /// The values as one text: lower case, single spaces, every dash a hyphen, no full stop, comma or exclamation
    /// mark at the end, since keyboards of phones add them.
    pub fn plain(&self) -> String {
        let words: Vec<String> = self.words.iter().map(|word| word.value.to_lowercase()).collect();
        let text: String = words.join(" ").chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
        text.trim_end_matches(['.', ',', '!', ';', ':', ' ']).to_owned()
    }
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{ff0d}')
}

/// Marks that open or close a quoted word, as keyboards of different countries make them. Single ones are not
/// among them, since they are apostrophes too.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{ff02}')
}

/// A line without what cannot be seen: every blank is a space, a full-width `#` is one, and invisible characters
/// (controls, zero-width ones, marks of direction, variants and keycaps) are gone, as are outer blanks.
pub(super) fn clean(line: &str) -> String {
    let visible: String = line
        .chars()
        .map(|c| match c {
            '\u{ff03}' | '\u{fe5f}' => '#',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect();
    visible.trim().to_owned()
}

pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{20e3}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

/// The words of a clean line from character `from` on. The error is the range of a quote that is never closed.
pub(super) fn split(line: &str, from: usize) -> Result<Arguments, Range<usize>> {
    let chars: Vec<char> = line.chars().collect();
    let mut words = Vec::new();
    let mut at = from;
    while at < chars.len() {
        if chars[at] == ' ' {
            at += 1;
            continue;
        }
        let (word, next) = word(&chars, at)?;
        words.push(word);
        at = next;
    }
    Ok(Arguments { words, end: chars.len() })
}

/// The word that starts at `start`, and the position behind it.
fn word(chars: &[char], start: usize) -> Result<(Argument, usize), Range<usize>> {
    let mut key = None;
    let mut value = String::new();
    let mut at = start;
    while let Some(&c) = chars.get(at).filter(|c| **c != ' ') {
        if is_quote(c) && value.is_empty() {
            let length = chars.iter().skip(at + 1).take_while(|c| !is_quote(**c)).count();
            let close = at + 1 + length;
            if close >= chars.len() {
                return Err(at..chars.len());
            }
            value.extend(chars.iter().skip(at + 1).take(length));
            at = close + 1;
            break;
        }
        if c == '=' && key.is_none() && !value.is_empty() {
            key = Some(std::mem::take(&mut value).to_lowercase());
        } else {
            value.push(c);
        }
        at += 1;
    }
    Ok((Argument { key, value, range: start..at }, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[(Option<&str>, &str)]) {
        let found = split(&clean(line), 0).unwrap();
        let found: Vec<_> =
            found.words.iter().map(|word| (word.key.as_deref(), word.value.as_str())).collect();
        assert_eq!(found, expected, "{line:?}");
    }

    #[test]
    fn words_keys_and_quotes_are_told_apart() {
        check("a  b\u{a0}c", &[(None, "a"), (None, "b"), (None, "c")]);
        check("by=friday", &[(Some("by"), "friday")]);
        check("To=\"Ada Byron\" x", &[(Some("to"), "Ada Byron"), (None, "x")]);
        check("\u{201e}two words\u{201c} don't", &[(None, "two words"), (None, "don't")]);
        check("\u{ab}x y\u{bb}z", &[(None, "x y"), (None, "z")]);
        check("=x a=b=c", &[(None, "=x"), (Some("a"), "b=c")]);
        check("\u{200b}a\u{fe0f}b\u{202e}", &[(None, "ab")]);
        check("", &[]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_pointed_at() {
        assert_eq!(split("a \"b c", 0), Err(2..6));
    }
}
