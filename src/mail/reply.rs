//! What the author of a mail newly wrote: without the quoted mail below it, its attribution line, the signature, and
//! what devices, lists and lawyers add.
//!
//! Works on lines, with tables of words in many languages beside it. What is cut is handed back too, so that
//! nothing is lost when the tables are wrong. Answers written between quoted lines are kept together with those lines,
//! since neither makes sense alone. Losing a customer's words is worse than keeping a footer, so each rule asks for two
//! signs, and what a person might have written stays.
//!
//! Deliberately absent: guessing where a signature begins when no delimiter says so ("Best regards" may be followed
//! by the one sentence that matters).

mod attribution;
mod dividers;
mod ending;
mod heading;
mod html;
mod legal;
mod line;
mod phrases;
#[cfg(test)]
mod tests;
mod words;

use attribution::{Attribution, Strength, attribution, attribution_within, is_groupwise};
use heading::{begins_old_mail, begins_with_headings, head};
pub use html::html_to_text;
use line::Line;

/// A text taken apart. `new` and `rest` together hold all of it, save blank lines at their ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// What the author newly wrote; empty where there is nothing but a quote or a forwarded mail.
    pub new: String,
    /// Everything else: quotes, attribution lines, signature, in the order of the text.
    pub rest: String,
    /// Where the author wrote nothing new: what they passed on, without its headings. It stands in `rest` as well, and
    /// nothing in it binds its sender.
    pub passed_on: String,
}

/// What stands below an author's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EndingKind {
    /// The author's name and address, from a delimiter on.
    Signature,
    /// What a device, a mail program or a mailing list added.
    Footer,
    /// Legal words.
    Disclaimer,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    /// The author's own words.
    Own,
    Quote,
    /// "On … she wrote:" above a quote.
    Attribution,
    /// Below the author's words.
    Ending,
}

/// A run of lines: the author's, or quoted with the attribution above it. Blank lines belong to the run before them.
struct Run {
    own: bool,
    attributed: bool,
    start: usize,
    end: usize,
}

/// Splits a plain text.
pub fn split(text: &str) -> Split {
    let lines = lines(text);
    let mut kinds = classify(&lines);
    mark_endings(&lines, &mut kinds);
    let keep = kept(&kinds, &runs(&kinds), lines.len());
    let part = |wanted: bool| -> String {
        let chosen = lines.iter().zip(&keep).filter(|(_, kept)| **kept == wanted).map(|(line, _)| line.raw);
        trimmed(&chosen.collect::<String>())
    };
    let new = part(true);
    let passed_on = if new.is_empty() { passed_on(&lines) } else { String::new() };
    Split { new, rest: part(false), passed_on }
}

/// Lines in which a quoted mail shows that it is one.
const FIRST_LINES: usize = 8;

/// Whether a text that is known to be a quoted mail shows it, by a quoted line or by how it begins.
fn tells_of_old_mail(text: &str) -> bool {
    let first: String = text.trim_start().split_inclusive('\n').take(FIRST_LINES).collect();
    let first = lines(&first);
    text.contains("\n>")
        || begins_old_mail(&first)
        || attribution(&first).is_some_and(|found| found.strength >= Strength::Timed)
}

/// Without blank lines at both ends.
fn trimmed(text: &str) -> String {
    let from = text
        .find(|c: char| !c.is_whitespace())
        .and_then(|at| text.get(..at))
        .and_then(|head| head.rfind('\n'));
    text.get(from.map_or(0, |at| at + 1)..).unwrap_or(text).trim_end().to_owned()
}

/// The lines. An attribution that shares its line with an answer becomes a line of its own.
fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    for raw in text.split_inclusive('\n') {
        match attribution_within(raw).and_then(|at| raw.split_at_checked(at)) {
            Some((before, attribution)) => found.extend([Line::new(before), Line::new(attribution)]),
            None => found.push(Line::new(raw)),
        }
    }
    line::mark_initials(&mut found);
    found
}

/// The kind of each line up to the first below which nothing is new.
fn classify(lines: &[Line]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::with_capacity(lines.len());
    while let Some(rest) = lines.get(kinds.len()..) {
        let Some(line) = rest.first() else { break };
        if line.is_blank() {
            kinds.push(Kind::Blank);
        } else if is_groupwise(line)
            && rest.iter().skip(1).find(|line| !line.is_blank()).is_some_and(|line| !line.quoted)
        {
            break;
        } else if line.quoted && kinds.last() != Some(&Kind::Quote) && begins_with_headings(rest) {
            kinds.push(Kind::Attribution);
        } else if line.quoted || is_broken_quote(lines, &kinds) {
            kinds.push(Kind::Quote);
        } else if let Some(found) = attribution(rest) {
            match below(rest, &found, kinds.last()) {
                Below::Quote(gap, bars) => {
                    kinds.extend(std::iter::repeat_n(Kind::Attribution, found.lines));
                    kinds.extend(std::iter::repeat_n(Kind::Blank, gap));
                    kinds.extend(std::iter::repeat_n(Kind::Quote, bars));
                }
                Below::OldMail => break,
                Below::Prose => kinds.push(Kind::Own),
            }
        } else if begins_old_mail(rest) {
            break;
        } else {
            kinds.push(Kind::Own);
        }
    }
    kinds
}

/// What stands below an attribution.
enum Below {
    /// A quote, so many blank lines below it; and how many of its lines are marked by a bar.
    Quote(usize, usize),
    /// A mail that nothing marks as quoted.
    OldMail,
    /// Nothing that was quoted: what looked like an attribution is a sentence.
    Prose,
}

fn below(lines: &[Line], found: &Attribution, above: Option<&Kind>) -> Below {
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
    } else if believed {
        Below::OldMail
    } else {
        Below::Prose
    }
}

/// Lines with a bar before them that make a quote, below an attribution.
const BARS: usize = 2;

/// Whether the next line is the rest of a quoted one that was broken at a link: quoted lines on both sides, no blank
/// line between, and a link that begins here or was not finished above.
fn is_broken_quote(lines: &[Line], kinds: &[Kind]) -> bool {
    let at = kinds.len();
    let Some(last) = at.checked_sub(1) else { return false };
    let (Some(above), Some(line)) = (lines.get(last), lines.get(at)) else { return false };
    let begins = line.bare.trim_start_matches(['(', '<', '[']).starts_with("http");
    let address = above.bare.rfind("http").and_then(|http| above.bare.get(http..));
    kinds.last() == Some(&Kind::Quote)
        && lines.get(at + 1).is_some_and(|below| below.quoted)
        && (begins || address.is_some_and(|address| !address.contains([' ', ')', '>', ']'])))
        && !line.bare.contains(". ")
}

fn runs(kinds: &[Kind]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, kind) in kinds.iter().enumerate().filter(|(_, kind)| !matches!(kind, Kind::Ending)) {
        let own = *kind == Kind::Own;
        match runs.last_mut() {
            Some(run) if *kind == Kind::Blank || (run.own == own && *kind != Kind::Attribution) => {
                run.end = at + 1;
            }
            Some(run)
                if *kind == Kind::Attribution
                    && run.attributed
                    && at == run.end
                    && run.end - run.start < LONGEST_HEAD =>
            {
                run.end = at + 1;
            }
            None if *kind == Kind::Blank => {}
            _ => runs.push(Run { own, attributed: *kind == Kind::Attribution, start: at, end: at + 1 }),
        }
    }
    runs
}

/// Lines over which one attribution may reach.
const LONGEST_HEAD: usize = 8;

/// Which lines stay. Quotes stay only around answers written into them, and then without their attribution.
fn kept(kinds: &[Kind], runs: &[Run], lines: usize) -> Vec<bool> {
    let mut keep = vec![false; lines];
    let last_own = runs.iter().rposition(|run| run.own).unwrap_or_default();
    let first_quote = runs.iter().position(|run| !run.own).unwrap_or(runs.len());
    let last_quote = runs.iter().rposition(|run| !run.own).unwrap_or_default();
    let answers_inside = runs.iter().take(last_quote).skip(first_quote).any(|run| run.own);
    let mixed = runs.iter().take(last_own).skip(1).any(|run| !run.own && !run.attributed);
    for (at, run) in runs.iter().enumerate() {
        if run.own || ((answers_inside || mixed) && at < last_own) {
            let place = run.start..run.end;
            let (Some(keep), Some(kinds)) = (keep.get_mut(place.clone()), kinds.get(place)) else { continue };
            // With the attribution go the blank lines below it.
            let mut headed = false;
            for (line, kind) in keep.iter_mut().zip(kinds) {
                headed = *kind == Kind::Attribution || (headed && *kind == Kind::Blank);
                *line = !headed && matches!(kind, Kind::Blank | Kind::Own | Kind::Quote);
            }
        }
    }
    keep
}

/// Marks what stands below the author's words in each stretch of own lines; but never all that the author wrote.
fn mark_endings(lines: &[Line], kinds: &mut [Kind]) {
    let mut stretch: Vec<usize> = Vec::new();
    let mut spoken = false;
    for at in 0..=kinds.len() {
        match kinds.get(at) {
            Some(Kind::Own) => stretch.push(at),
            Some(Kind::Blank) => {}
            _ if stretch.is_empty() => {}
            other => {
                let quoted = other.is_some() || kinds.len() < lines.len();
                let least = match (spoken, quoted) {
                    (true, _) => Least::Nothing,
                    (false, true) => Least::NoFooter,
                    (false, false) => Least::Line,
                };
                spoken |= mark_stretch(lines, kinds, &stretch, least);
                stretch.clear();
            }
        }
    }
}

/// What must be left of a stretch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Least {
    /// The author has spoken above.
    Nothing,
    /// A footer above a quote is nothing that the author wrote.
    NoFooter,
    Line,
}

/// Marks the endings of one stretch; says whether own words are left.
fn mark_stretch(lines: &[Line], kinds: &mut [Kind], stretch: &[usize], least: Least) -> bool {
    let first = usize::from(least != Least::Nothing);
    let mut own = stretch;
    let mut signed = false;
    for _ in 0..ending::MOST {
        let Some(found) = ending::last_ending(lines, own) else { break };
        let place = own.partition_point(|at| *at < found.begin);
        let footer = least == Least::NoFooter
            && found.kind == EndingKind::Footer
            && ending::is_footer(lines, found.begin);
        if (place < first && !footer) || (signed && found.kind == EndingKind::Signature) {
            break;
        }
        signed |= found.kind == EndingKind::Signature;
        let (left, ended) = own.split_at(place);
        let until = ended.last().map_or(found.begin, |last| last + 1);
        if let Some(marked) = kinds.get_mut(found.begin..until) {
            marked.fill(Kind::Ending);
        }
        own = left;
    }
    !own.is_empty()
}

/// Mails within mails that are looked into.
const DEEPEST: usize = 3;

/// What a mail passes on that has no word of its author: the mail below its headings without what that one quotes, or
/// a quote that nothing introduces.
fn passed_on(lines: &[Line]) -> String {
    let mut from = 0;
    for _ in 0..DEEPEST {
        let Some(rest) = lines.get(from..).filter(|rest| !rest.is_empty()) else { break };
        let mut kinds = classify(rest);
        mark_endings(rest, &mut kinds);
        // Whose words the quotes in it are, nobody knows: they stay where words follow.
        let until = kinds.iter().rposition(|kind| *kind == Kind::Own).map_or(0, |last| last + 1);
        let shown = |kind: &Kind| matches!(kind, Kind::Own | Kind::Blank | Kind::Quote);
        let own =
            rest.iter().zip(&kinds).take(until).filter(|(_, kind)| shown(kind)).map(|(line, _)| line.raw);
        let own = trimmed(&own.collect::<String>());
        if !own.is_empty() {
            return own;
        }
        let head = head(rest);
        if head.lines == 0 {
            return quoted_alone(rest);
        }
        if head.attribution
            && rest.iter().skip(head.lines).find(|line| !line.is_blank()).is_none_or(|line| line.quoted)
        {
            break;
        }
        from += head.lines;
    }
    String::new()
}

/// A quote with no attribution in its first line.
fn quoted_alone(lines: &[Line]) -> String {
    let Some(first) = lines.iter().find(|line| !line.is_blank()) else { return String::new() };
    let inner = first.bare.trim_start_matches(['>', ' ']);
    if !first.quoted || attribution::reads_as_attribution(inner).is_some() {
        return String::new();
    }
    trimmed(&lines.iter().map(|line| line.raw).collect::<String>())
}
