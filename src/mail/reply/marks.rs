//! The lines by which quoted mail, signatures and footers are known.

use super::words::{ABOVE, DIVIDERS, FOOTERS, FORWARDS, HEADINGS, OPENINGS, Role, WROTE};

/// Whether a line is quoted.
pub(super) fn is_quote(line: &str) -> bool {
    line.trim_start_matches([' ', '\t', '\u{a0}']).starts_with('>')
}

/// An attribution line found at the beginning of some lines.
pub(super) struct Attribution {
    /// How many lines it covers.
    pub(super) lines: usize,
    /// Whether it names a time or an address, so that it needs no quote below it to be believed.
    pub(super) certain: bool,
}

/// Characters of the longest attribution.
const LONGEST: usize = 400;
/// Lines over which an attribution may be wrapped.
const WRAPPED: usize = 4;

/// Finds an attribution at the beginning of these lines.
pub(super) fn attribution(lines: &[&str]) -> Option<Attribution> {
    let mut joined = String::new();
    for (at, line) in lines.iter().take(WRAPPED).enumerate() {
        let line = line.trim().trim_matches(['*', '_']);
        if line.is_empty() || is_quote(line) || joined.len() + line.len() > LONGEST {
            return None;
        }
        if at == 1 && !may_be_wrapped(&joined) {
            return None;
        }
        if at > 0 {
            joined.push(' ');
        }
        joined.push_str(&line.to_lowercase());
        if let Some(certain) = reads_as_attribution(&joined) {
            return Some(Attribution { lines: at + 1, certain });
        }
    }
    None
}

fn may_be_wrapped(first: &str) -> bool {
    let opening = OPENINGS.iter().any(|word| {
        first.strip_prefix(word).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_whitespace() || c.is_ascii_digit() || c == ',')
        })
    });
    let dated =
        first.starts_with(|c: char| c.is_ascii_digit()) && first.contains([':', '@']) && first.contains('<');
    (opening && has_digit(first)) || dated || (first.contains('@') && first.ends_with(['>', ')']))
}

/// Whether a text in lower case is an attribution, and whether a certain one.
fn reads_as_attribution(text: &str) -> Option<bool> {
    let bare = text.trim_end_matches([':', '：', ' ', '\u{a0}', '*']);
    let colon = bare.len() < text.trim_end().len();
    let verb_ends = WROTE.iter().any(|verb| bare.ends_with(verb));
    let verb_inside = colon && WROTE.iter().any(|verb| holds_word(bare, verb));
    if !verb_ends && !verb_inside {
        return dated_address(text).then_some(true);
    }
    if !colon && !text.contains('@') {
        return None;
    }
    let address = bare.contains('@');
    let time = has_digit(bare) && (bare.contains(':') || has_year(bare));
    Some(address || time)
}

/// "2014-03-09 20:48 GMT+01:00 Name <name@example.org>:", as one large provider writes it in any language.
fn dated_address(text: &str) -> bool {
    let date: Vec<char> = text.chars().take(10).collect();
    let dated = date.len() == 10
        && date.iter().enumerate().all(|(at, c)| match at {
            4 | 7 => matches!(c, '-' | '/' | '.'),
            _ => c.is_ascii_digit() || (at > 4 && matches!(c, '/' | '-' | ' ')),
        });
    dated && text.contains('@') && (text.ends_with(">:") || text.ends_with('>'))
}

fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|tail| tail.chars().next());
        [before, after].iter().all(|c| c.is_none_or(|c| !c.is_alphabetic()))
    })
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")))
}

/// Where in a line an attribution begins that follows the author's own words.
pub(super) fn attribution_within(line: &str) -> Option<usize> {
    let end = line.trim_end();
    if is_quote(line) || end.len() > LONGEST || !end.ends_with(':') || !end.to_lowercase().contains("wrote") {
        return None;
    }
    let (at, _) = end.match_indices(" On ").find(|(at, _)| {
        end.get(at + 1..).and_then(|tail| reads_as_attribution(&tail.to_lowercase())) == Some(true)
    })?;
    (!end.get(..at)?.trim().is_empty()).then_some(at + 1)
}

/// Whether these lines begin a mail that is quoted or forwarded as a whole.
pub(super) fn begins_old_mail(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    is_divider(first) || is_header_block(lines) || (is_rule(first) && header_block_near(lines))
}

fn is_divider(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', ' ']).to_lowercase().replace('\u{2019}', "'");
    if line.len() > LONGEST {
        return false;
    }
    let inner = line.trim_matches(['-', '_', '=', ' ', '—', '–', '#', ':', '>']);
    let dashed = line.starts_with(['-', '_', '=', '—', '–']);
    let divides = |phrase: &&str| {
        inner
            .strip_prefix(*phrase)
            .is_some_and(|rest| rest.is_empty() || (rest.len() < 60 && rest.starts_with([' ', '-'])))
    };
    (dashed && (reads_as_attribution(inner) == Some(true) || DIVIDERS.iter().any(divides)))
        || FORWARDS.iter().any(|phrase| line.starts_with(phrase) && line.ends_with(':'))
        || ABOVE.iter().any(|phrase| line.contains(phrase))
}

/// A line of nothing but dashes or underscores.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 5 && line.chars().all(|c| matches!(c, '_' | '-' | '='))
}

fn header_block_near(lines: &[&str]) -> bool {
    let next = lines.iter().skip(1).position(|line| !line.trim().is_empty());
    next.and_then(|at| lines.get(at + 1..)).is_some_and(is_header_block)
}

/// Lines looked at for a header block, blank ones left out.
const BLOCK: usize = 8;

/// "From: … Sent: … To: … Subject: …": who wrote and two more things, of which one is a subject or an address, so that
/// the leg of a journey (from, to, date) is none.
fn is_header_block(lines: &[&str]) -> bool {
    let Some(first) = lines.first().copied().and_then(role) else { return false };
    if first == Role::Copy {
        return false;
    }
    let mut seen: Vec<Role> = Vec::new();
    let mut address = false;
    let mut strangers = 0;
    for line in lines.iter().filter(|line| !line.trim().is_empty()).take(BLOCK) {
        match role(line) {
            Some(role) if !seen.contains(&role) => seen.push(role),
            Some(_) => {}
            None => strangers += 1,
        }
        if strangers > 1 {
            break;
        }
        address |= line.contains('@');
    }
    let dated_author = address && seen.contains(&Role::Sent);
    seen.contains(&Role::From)
        && (seen.len() >= 3 || (seen.len() == 2 && dated_author))
        && (address || seen.contains(&Role::Subject))
}

fn role(line: &str) -> Option<Role> {
    let line = line.trim_start().trim_start_matches(['*', '_', ' ', '\u{a0}']);
    let (name, _) = line.split_once([':', '：'])?;
    if name.len() > 40 {
        return None;
    }
    let name = name.trim_matches(['*', '_', ' ', '\u{a0}']).to_lowercase();
    HEADINGS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(role, _)| *role)
}

/// Lines that may stand below a delimiter that is no standard one.
const LIST_FOOTER: usize = 8;

/// The delimiter of RFC 3676 §4.3, with or without its blank; or a long rule above a few lines, as lists add them.
pub(super) fn is_signature_delimiter(line: &str, below: usize) -> bool {
    let line = line.trim_end();
    matches!(line, "--" | "—" | "–" | "---" | "- --")
        || (below <= LIST_FOOTER && line.len() >= 2 && line.chars().all(|c| c == '_'))
}

/// Words of the longest name.
const NAME_WORDS: usize = 3;

/// "-Anna" alone on a line, where the line above is not of the same kind. With a blank behind the dash it would be an
/// item of a list.
pub(super) fn is_dashed_name(line: &str, above: &str) -> bool {
    let dash = |line: &str| line.trim().starts_with(['-', '~', '–', '—']);
    let name = line.trim().trim_start_matches(['-', '~', '–', '—']).trim_end_matches('.');
    let letters = name.starts_with(char::is_alphabetic)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\''));
    dash(line)
        && !dash(above)
        && !above.trim_end().ends_with(':')
        && letters
        && name.split(' ').count() <= NAME_WORDS
}

/// Characters of the longest footer; a sentence that happens to begin so is longer or has commas.
const LONGEST_FOOTER: usize = 80;

/// Whether a line is one that a device added.
pub(super) fn is_footer(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_', '<', '[', '(']).to_lowercase();
    line.chars().count() <= LONGEST_FOOTER
        && !line.contains(", ")
        && FOOTERS.iter().any(|beginning| line.starts_with(beginning))
}
