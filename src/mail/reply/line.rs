//! A line as the rules see it: in lower case, without what cannot be seen, and never longer than a rule reads.

/// Characters of a line that are looked at. What begins a quote, a signature or a footer is shorter.
const MOST: usize = 600;
/// Letters of the longest initials that stand before a quoted line.
const INITIALS: usize = 4;

/// A line of a text, and what the rules compare.
pub(super) struct Line<'a> {
    /// As it stands in the text, with its end.
    pub(super) raw: &'a str,
    /// Lower case, zero-width characters and direction marks dropped, all blanks plain, trimmed, of bounded length.
    pub(super) bare: String,
    /// Whether it is longer than what is compared; such a line is prose.
    pub(super) long: bool,
    /// Begins with `>`, or with the initials and `>` that some programs write.
    pub(super) quoted: bool,
}

impl<'a> Line<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        let mut seen = raw.trim().chars();
        let mut bare = String::with_capacity(raw.len().min(MOST));
        for c in seen.by_ref().take(MOST) {
            match c {
                '\u{ad}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}' => {}
                '\u{2019}' | '\u{2018}' => bare.push('\''),
                c if c.is_whitespace() => bare.push(' '),
                c => bare.extend(c.to_lowercase()),
            }
        }
        let bare = bare.trim().to_owned();
        let quoted = bare.starts_with('>');
        Self { raw, long: seen.next().is_some(), bare, quoted }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.bare.is_empty()
    }

    /// The line without the stars and underscores of bold and slanted text.
    pub(super) fn plain(&self) -> &str {
        self.bare.trim_matches(['*', '_', ' '])
    }

    /// Programs write them in capitals, of which one is the first at least; a list of one's own has small ones.
    fn initials(&self) -> Option<&str> {
        let (initials, _) = self.bare.split_once('>')?;
        let capital = self.raw.trim_start().starts_with(|c: char| c.is_ascii_uppercase());
        let letters = initials.chars().all(|c| c.is_ascii_lowercase());
        (capital && letters && !initials.is_empty() && initials.len() <= INITIALS).then_some(initials)
    }
}

/// Marks the lines that some programs quote by the initials of who wrote them ("AB> "); one such line alone is none.
pub(super) fn mark_initials(lines: &mut [Line]) {
    let marked: Vec<Option<String>> = lines.iter().map(|line| line.initials().map(str::to_owned)).collect();
    for (at, line) in lines.iter_mut().enumerate() {
        let Some(Some(mine)) = marked.get(at) else { continue };
        let near = [at.checked_sub(1), Some(at + 1)];
        line.quoted |=
            near.iter().flatten().any(|at| marked.get(*at).is_some_and(|other| other.as_ref() == Some(mine)));
    }
}

/// A line of nothing but dashes, underscores, stars and the like.
pub(super) fn is_rule(line: &Line) -> bool {
    let drawn = line.bare.chars().filter(|c| !c.is_whitespace());
    let mut count = 0;
    for c in drawn {
        if !matches!(c, '_' | '-' | '=' | '*' | '~' | '#' | '+' | '—' | '–' | '─' | '━' | '═') {
            return false;
        }
        count += 1;
    }
    count >= 5
}
