//! "On … she wrote:", the line above a quote, in any language.
//!
//! Two signs make one: a verb of writing from a table, or the shape that all programs share (a date, then an address
//! in angle brackets, then a colon). How far it is believed depends on what else it shows, since customers also write
//! "On Monday your colleague wrote:", and their words must not go.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::line::Line;
use super::words::{FIRST_PERSONS, OPENINGS, TONGUES, Tongue};

/// An attribution found at the beginning of some lines.
pub(super) struct Attribution {
    /// How many lines it covers.
    pub(super) lines: usize,
    pub(super) strength: Strength,
}

/// How far an attribution is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Only if a quoted line follows.
    Weak,
    /// Also if it stands apart above the last paragraph.
    Dated,
    /// Also if it stands apart from what is above it.
    Timed,
    /// In any case.
    Certain,
}

/// Characters of the longest attribution.
const LONGEST: usize = 400;
/// Lines over which an attribution may be wrapped, blank ones among them; and of those that are not blank.
const WRAPPED: usize = 7;
const WRITTEN: usize = 4;
/// Places of a line where an attribution is looked for behind the author's own words.
const PLACES: usize = 8;

/// Finds an attribution at the beginning of these lines.
pub(super) fn attribution(lines: &[Line]) -> Option<Attribution> {
    let mut joined = String::new();
    let mut written = 0;
    for (at, line) in lines.iter().take(WRAPPED).enumerate() {
        if at > 0 && !may_be_wrapped(&joined) {
            return None;
        }
        if line.is_blank() {
            let next = lines.iter().skip(at).find(|line| !line.is_blank());
            if at > 0 && next.is_some_and(|line| line.bare.starts_with('<')) {
                continue;
            }
            return None;
        }
        let closes = line.quoted && unclosed(&joined);
        if line.long || (line.quoted && !closes) || joined.len() + line.bare.len() > LONGEST {
            return None;
        }
        let open = at == 0 || unclosed(&joined);
        written += 1;
        if written > WRITTEN {
            return None;
        }
        if at > 0 {
            joined.push(' ');
        }
        joined.push_str(line.plain());
        // Without a verb, two dated lines of a list would read as one.
        let strength = reads_as_attribution(&joined).filter(|_| open || spoken(&joined).is_some());
        if let Some(strength) = strength {
            return Some(Attribution { lines: at + 1, strength });
        }
        if goes_on(&joined) {
            return Some(Attribution { lines: at + 1, strength: Strength::Certain });
        }
    }
    None
}

/// Whether an attribution is followed on its own line by what it introduces, as one program for phones writes it.
/// It must have all that such a line can have, since people write about mail in much the same way.
fn goes_on(text: &str) -> bool {
    let Some(end) = text
        .find('@')
        .and_then(|at| text.get(at..))
        .and_then(|tail| tail.find(':').map(|end| text.len() - tail.len() + end + 1))
    else {
        return false;
    };
    let Some((before, after)) = text.split_at_checked(end) else { return false };
    opens(before)
        && before.contains('<')
        && has_date(before)
        && has_time(before)
        && !after.trim().is_empty()
        && reads_as_attribution(before) == Some(Strength::Certain)
}

/// Whether what was read so far may go on in the next line.
fn may_be_wrapped(text: &str) -> bool {
    let dated = has_date(text) || has_time(text);
    (opens(text) && has_digit(text))
        || (has_date(text) && has_time(text))
        || (dated && text.contains('<'))
        || unclosed(text)
        || (text.contains('@') && text.ends_with(['>', ')']))
}

/// Whether an angle bracket is open at the end.
fn unclosed(text: &str) -> bool {
    text.matches('<').count() > text.matches('>').count()
}

/// Whether a text begins as attributions do: with a word of a table, or with a digit.
fn opens(text: &str) -> bool {
    starts_with_digit(text)
        || OPENINGS.iter().any(|word| {
            text.strip_prefix(word).is_some_and(|rest| {
                rest.starts_with(|c: char| !c.is_alphabetic()) || word.chars().any(is_unspaced)
            })
        })
}

/// Whether a text in lower case is an attribution, and how far that is believed.
pub(super) fn reads_as_attribution(text: &str) -> Option<Strength> {
    let text = text.trim_start_matches(['-', '_', '=', ' ']);
    let bare = text.trim_end_matches([':', '：', ' ', '*', '_', '"', '-', '=']);
    let colon = text.get(bare.len()..).is_some_and(|end| end.contains([':', '：']));
    let address = has_address(bare);
    if !(colon || address) {
        return None;
    }
    let (date, time) = (has_date(bare), has_time(bare));
    let Some(tongue) = spoken(bare) else {
        return match (address && (date || time), colon) {
            (false, _) => None,
            (true, true) => Some(verbless(bare)),
            (true, false) => is_verbless_of_old(bare).then_some(Strength::Weak),
        };
    };
    let ends = address && tongue.verbs.iter().any(|verb| bare.ends_with(verb));
    if !(colon || ends) {
        return None;
    }
    if narrates(bare, tongue) {
        return (date || time || address).then_some(Strength::Weak);
    }
    let opened = opens(bare);
    Some(match (address, opened) {
        (true, _) => Strength::Certain,
        (false, true) if date && time => Strength::Timed,
        (false, true) if has_year(bare) => Strength::Dated,
        _ => Strength::Weak,
    })
}

/// "2014-03-09 20:48 GMT+01:00 Name <name@example.org>:", which needs no verb and so is of no language.
fn verbless(bare: &str) -> Strength {
    let first = first_word(bare);
    let weekday = first.ends_with([',', '.']) && first.chars().count() <= 10;
    let timed = ends_as_address(bare) && (starts_with_digit(bare) || weekday);
    if timed && !has_first_person(bare) { Strength::Timed } else { Strength::Weak }
}

/// An older form, with neither time nor colon.
fn is_verbless_of_old(bare: &str) -> bool {
    let first = first_word(bare);
    let dated = has_year(first) && has_date(first) && first.len() >= 8;
    dated && ends_as_address(bare) && !has_first_person(bare)
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

fn ends_as_address(text: &str) -> bool {
    text.ends_with(['>', ')', ']'])
}

fn has_first_person(text: &str) -> bool {
    words(text).any(|word| FIRST_PERSONS.contains(&word))
}

/// ">>> Name <name@example.org> 09.03.2014 20:48 >>>", above a mail whose lines bear no mark.
pub(super) fn is_groupwise(line: &Line) -> bool {
    let Some(inner) = line.bare.strip_prefix(">>>") else { return false };
    let inner = inner.trim();
    let ends = inner.ends_with(">>>");
    let text = inner.trim_matches(['>', ' ']);
    !line.long
        && ((ends && (has_address(text) || has_time(text)) && has_digit(text))
            || reads_as_attribution(text) == Some(Strength::Certain))
}

/// Whether a person tells of somebody's writing: programs do not say "I", "my" or "your colleague".
fn narrates(text: &str, tongue: &Tongue) -> bool {
    words(text).any(|word| tongue.narrators.contains(&word))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '@' | '.' | '-' | '_' | '+'))
}

/// The verbs by their first letter, so that a text is gone through once.
static VERBS: LazyLock<BTreeMap<char, Vec<(&str, &Tongue)>>> = LazyLock::new(|| {
    let mut verbs: BTreeMap<char, Vec<(&str, &Tongue)>> = BTreeMap::new();
    for tongue in TONGUES {
        for &verb in tongue.verbs {
            verbs.entry(verb.chars().next().unwrap_or_default()).or_default().push((verb, tongue));
        }
    }
    verbs
});

/// The language whose verb stands in a text. Scripts without blanks between words have no borders to look for.
fn spoken(text: &str) -> Option<&'static Tongue> {
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        let begins = !last.is_alphabetic() || is_unspaced(c);
        last = c;
        let verbs = if begins { VERBS.get(&c) } else { None };
        let (Some(verbs), Some(rest)) = (verbs, text.get(at..)) else { continue };
        let found = verbs.iter().find(|(verb, _)| {
            let after = rest.strip_prefix(verb).map(|rest| rest.chars().next());
            after.is_some_and(|next| is_unspaced(c) || next.is_none_or(|next| !next.is_alphabetic()))
        });
        if let Some((_, tongue)) = found {
            return Some(tongue);
        }
    }
    None
}

fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{590}'..='\u{6ff}')
}

fn has_address(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + 1..).and_then(|tail| tail.chars().next());
        before.is_some_and(|c| !c.is_whitespace()) && after.is_some_and(char::is_alphanumeric)
    })
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// Whether two digits stand on both sides of a character that is asked for.
fn between_digits(text: &str, mark: impl Fn(char) -> bool) -> bool {
    let mut last = ' ';
    let mut marked = false;
    for c in text.chars() {
        if marked && c.is_ascii_digit() {
            return true;
        }
        marked = last.is_ascii_digit() && mark(c);
        last = c;
    }
    false
}

fn after_digit(text: &str, marks: &[char]) -> bool {
    let mut last = ' ';
    text.chars().any(|c| {
        let found = marks.contains(&c) && last.is_ascii_digit();
        if !c.is_whitespace() {
            last = c;
        }
        found
    })
}

/// Words before a time that is written with a full stop.
const CLOCKS: [&str; 5] = [" kl", " klo", " pukul ", " o godz", " ore "];

pub(super) fn has_time(text: &str) -> bool {
    between_digits(text, |c| matches!(c, ':' | '：' | 'h'))
        || after_digit(text, &['時', '时', '点', '點', '시'])
        || (CLOCKS.iter().any(|word| text.contains(word)) && between_digits(text, |c| c == '.'))
}

fn has_date(text: &str) -> bool {
    has_year(text)
        || between_digits(text, |c| matches!(c, '-' | '/' | '.'))
        || after_digit(text, &['年', '月', '日', '월', '일'])
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")))
}

/// Where in a line an attribution begins that follows the author's own words. It must name an address.
pub(super) fn attribution_within(raw: &str) -> Option<usize> {
    let end = raw.trim_end();
    if end.len() > LONGEST
        || !end.ends_with([':', '：'])
        || !end.contains('@')
        || end.trim_start().starts_with('>')
    {
        return None;
    }
    let (at, _) =
        end.match_indices(' ').filter(|(at, _)| begins_at(end, *at)).take(PLACES).find(|(at, _)| {
            end.get(at + 1..)
                .is_some_and(|tail| reads_as_attribution(&tail.to_lowercase()) == Some(Strength::Certain))
        })?;
    (!end.get(..at)?.trim().is_empty()).then_some(at + 1)
}

/// Openings that are looked for within a line; shorter ones are ordinary words in too many languages.
const WITHIN: [&str; 9] = ["On ", "Am ", "Le ", "El ", "Il ", "Op ", "Den ", "Em ", "W dniu "];

fn begins_at(line: &str, blank: usize) -> bool {
    line.get(blank + 1..).is_some_and(|tail| {
        WITHIN.iter().any(|word| {
            tail.strip_prefix(word).is_some_and(|rest| rest.chars().take(12).any(|c| c.is_ascii_digit()))
        })
    })
}
