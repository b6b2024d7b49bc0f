//! What stands below an attribution: a quote, a mail that nothing marks, or the author's own words.

use super::attribution::{Attribution, Strength, attribution, is_groupwise};
use super::heading::{begins_old_mail, is_heading};
use super::line::Line;
use super::{Answers, Kind};

/// What stands below an attribution.
pub(super) enum Below {
    /// A quote, or the author's words above one, so many blank lines below it; and how many of its lines are marked by a bar.
    Quote(usize, usize),
    /// A mail that nothing marks as quoted.
    OldMail,
    /// Nothing that was quoted: what looked like an attribution is a sentence.
    Prose,
}

pub(super) fn below(lines: &[Line], found: &Attribution, above: Option<&Kind>, answers: Answers) -> Below {
    let below = lines.get(found.lines..).unwrap_or_default();
    let gap = below.iter().take_while(|line| line.is_blank()).count();
    let bars = below.iter().skip(gap).take_while(|line| line.bare.starts_with('|')).count();
    let mut after = below.iter().skip(gap).skip_while(|line| !line.is_blank());
    let apart = above.is_none_or(|kind| *kind == Kind::Blank);
    let believed = match found.strength {
        Strength::Certain => true,
        Strength::Timed => apart,
        Strength::Dated => apart && (gap > 0 || below.is_empty()) && after.all(Line::is_blank),
        Strength::Weak => false,
    };
    if bars >= BARS {
        Below::Quote(gap, bars)
    } else if below.get(gap).is_some_and(|line| line.quoted) {
        Below::Quote(gap, 0)
    } else if believed && answers == Answers::Something {
        if is_typed_above_quote(below) { Below::Quote(gap, 0) } else { Below::OldMail }
    } else {
        Below::Prose
    }
}

/// Lines that an author is believed to have typed between an attribution and its quote, and those looked at for them.
const TYPED: usize = 6;
const TYPED_LOOKED_AT: usize = 2 * TYPED;

/// Whether a few unmarked lines stand between an attribution and lines that are marked: the program marks what it
/// quotes, so they are the author's. Where they lead to a mail themselves, they belong to what is quoted.
fn is_typed_above_quote(below: &[Line]) -> bool {
    let looked = below.get(..below.len().min(TYPED_LOOKED_AT)).unwrap_or_default();
    let Some(quote) = looked.iter().position(|line| line.quoted) else { return false };
    let nested = looked.get(quote).is_none_or(|line| line.bare.starts_with(">>"));
    let typed = || (0..quote).filter(|at| looked.get(*at).is_some_and(|line| !line.is_blank()));
    let leads = |at: usize| {
        let rest = below.get(at..).unwrap_or_default();
        rest.first().is_none_or(|line| {
            let wrapped = line.bare.starts_with('<')
                || (line.bare.contains('@') && line.bare.ends_with([':', '：', '>']));
            wrapped || is_heading(&line.bare) || is_groupwise(line)
        }) || attribution(rest).is_some()
            || begins_old_mail(rest, Answers::Something)
    };
    !nested && typed().count() <= TYPED && !typed().any(leads)
}

/// Lines with a bar before them that make a quote, below an attribution.
const BARS: usize = 2;
