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
mod below;
mod demands;
mod dividers;
mod ending;
mod heading;
mod html;
mod legal;
mod line;
mod person;
mod phrases;
#[cfg(test)]
mod tests;
mod words;

use super::headings;
use attribution::{Strength, attribution, attribution_within, is_groupwise};
use below::{Below, below};
use heading::{above_marked_quote, begins_old_mail, begins_with_headings, head, heads, is_heading};
pub use html::html_to_text;
use line::Line;
use words::is_greeting;

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
    /// Of what was cut, the lines below the author's words that no program and no lawyer wrote: a signature as a rule,
    /// and at times the one sentence that takes back what stands above.
    pub own_cut: String,
    /// Of what was cut, everything but what stood below the author's words: earlier mail, with what leads to it.
    pub old_mail: String,
}

/// What is known of the mail that a text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context<'a> {
    /// Whether it answers anything.
    pub answers: Answers,
    /// Its author's name and address.
    pub author: &'a str,
}

/// Whether a mail answers or passes on another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// It does, or nobody knows.
    Something,
    /// Nothing says so. Then no quote stands in it that is not marked line by line, and a quote without an attribution
    /// is one that the author chose.
    Nothing,
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
    Ending(EndingKind),
}

/// A run of lines: the author's, or quoted with the attribution above it. Blank lines belong to the run before them.
struct Run {
    own: bool,
    attributed: bool,
    start: usize,
    end: usize,
}

/// Splits a plain text of which nothing else is known.
pub fn split(text: &str) -> Split {
    split_of(text, Context { answers: Answers::Something, author: "" })
}

/// Splits the plain text of a mail.
pub fn split_of(text: &str, context: Context) -> Split {
    let lines = lines(text);
    let mut kinds = classify(&lines, context.answers);
    mark_endings(&lines, &mut kinds, context.author);
    let keep = kept(&lines, &kinds, context.answers);
    let part = |wanted: bool| -> String {
        let chosen = lines.iter().zip(&keep).filter(|(_, kept)| **kept == wanted).map(|(line, _)| line.raw);
        trimmed(&chosen.collect::<String>())
    };
    let new = part(true);
    let passed_on = if new.is_empty() { passed_on(&lines) } else { String::new() };
    let is_old = |at: usize| !matches!(kinds.get(at), Some(Kind::Ending(_)));
    let old = lines.iter().zip(&keep).enumerate().filter(|(at, (_, kept))| !**kept && is_old(*at));
    let old_mail = trimmed(&old.map(|(_, (line, _))| line.raw).collect::<String>());
    Split { new, rest: part(false), passed_on, own_cut: own_cut(&lines, &kinds), old_mail }
}

/// The subjects of replies and forwards begin so, before a colon.
const MARKS: usize = 12;

/// Whether a subject says that its mail answers another or passes it on.
pub fn is_answer(subject: &str) -> bool {
    let lower = subject.to_lowercase();
    let mut rest = lower.trim_start();
    for _ in 0..MARKS {
        let Some((_, tail)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) else { break };
        rest = tail.trim_start();
    }
    let Some((mark, _)) = rest.split_once([':', '：']) else { return false };
    let mark =
        mark.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^' | ' '));
    headings::marks().any(|known| known == mark)
}

/// Whether a text is nothing but what a device or a mail program adds.
pub fn is_only_footer(text: &str) -> bool {
    let lines = lines(text);
    let mut written =
        (0..lines.len()).filter(|at| lines.get(*at).is_some_and(|line| !line.is_blank())).peekable();
    written.peek().is_some() && written.all(|at| ending::is_footer(&lines, at))
}

/// What was cut below the author's words and may yet be theirs.
fn own_cut(lines: &[Line], kinds: &[Kind]) -> String {
    let ended = |kind: &Kind| matches!(kind, Kind::Ending(EndingKind::Signature | EndingKind::Footer));
    let places =
        kinds.iter().zip(lines).enumerate().filter(|(_, (kind, line))| ended(kind) && !line.is_blank());
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    let written = ending::written(lines, &places);
    trimmed(&written.iter().filter_map(|at| lines.get(*at)).map(|line| line.raw).collect::<String>())
}

/// Lines in which a quoted mail shows that it is one.
const FIRST_LINES: usize = 8;

/// Where a text that is known to be a quoted mail shows by how it begins that it is one, the lines of its head.
fn head_of_old_mail(text: &str) -> Option<usize> {
    let gap = text.split_inclusive('\n').take_while(|line| line.trim().is_empty()).count();
    let first: String = text.split_inclusive('\n').skip(gap).take(FIRST_LINES).collect();
    let first = lines(&first);
    match attribution(&first).filter(|found| found.strength >= Strength::Timed) {
        Some(found) => Some(gap + found.lines),
        None => begins_old_mail(&first, Answers::Something).then(|| gap + heads(&first)),
    }
}

/// Whether a signature stands at the beginning of a text, where its page says that one begins: no person speaks down to
/// what is quoted below.
fn is_signature(text: &str) -> bool {
    let lines = lines(text);
    let kinds = classify(&lines, Answers::Something);
    let until = kinds.iter().position(|kind| !matches!(kind, Kind::Own | Kind::Blank)).unwrap_or(kinds.len());
    ending::is_signature(lines.get(..until).unwrap_or_default())
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
fn classify(lines: &[Line], answers: Answers) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::with_capacity(lines.len());
    while let Some(rest) = lines.get(kinds.len()..) {
        let Some(line) = rest.first() else { break };
        if line.is_blank() {
            kinds.push(Kind::Blank);
        } else if answers == Answers::Something
            && is_groupwise(line)
            && rest.iter().skip(1).find(|line| !line.is_blank()).is_some_and(|line| !line.quoted)
        {
            break;
        } else if line.quoted
            && (begins_with_headings(rest) && kinds.last() != Some(&Kind::Quote)
                || kinds.last() == Some(&Kind::Attribution) && (is_heading(&line.bare) || line.bare == ">"))
        {
            kinds.push(Kind::Attribution);
        } else if line.quoted || is_broken_quote(lines, &kinds) {
            kinds.push(Kind::Quote);
        } else if let Some(found) = attribution(rest) {
            match below(rest, &found, kinds.last(), answers) {
                Below::Quote(gap, bars) => {
                    kinds.extend(std::iter::repeat_n(Kind::Attribution, found.lines));
                    kinds.extend(std::iter::repeat_n(Kind::Blank, gap));
                    kinds.extend(std::iter::repeat_n(Kind::Quote, bars));
                }
                Below::OldMail if !is_only_greeted(lines, &kinds) => break,
                Below::OldMail | Below::Prose => kinds.push(Kind::Own),
            }
        } else if begins_old_mail(rest, answers) {
            // With nothing above, it is passed on as it came.
            let marked = above_marked_quote(rest).filter(|_| kinds.contains(&Kind::Own));
            match marked {
                Some(above) => kinds.extend(std::iter::repeat_n(Kind::Attribution, above)),
                None if is_heading(&line.bare) && is_only_greeted(lines, &kinds) => kinds.push(Kind::Own),
                None => break,
            }
        } else {
            kinds.push(Kind::Own);
        }
    }
    kinds
}

/// Whether the author has only greeted so far. Nobody answers with that alone: the attribution below belongs to what
/// they tell.
fn is_only_greeted(lines: &[Line], kinds: &[Kind]) -> bool {
    let mut above = lines.iter().take(kinds.len()).filter(|line| !line.is_blank());
    above.next().is_some_and(is_greeting) && above.next().is_none()
}

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
    for (at, kind) in kinds.iter().enumerate().filter(|(_, kind)| !matches!(kind, Kind::Ending(_))) {
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

/// Which lines stay. Quotes stay around answers written into them, without their attribution, and where the author
/// chose them.
fn kept(lines: &[Line], kinds: &[Kind], answers: Answers) -> Vec<bool> {
    let runs = runs(kinds);
    let mut keep = vec![false; lines.len()];
    let speaks = runs.iter().any(|run| run.own);
    let ends_as_aside = is_aside(lines, &runs);
    let chosen = |run: &Run| {
        speaks
            && !run.attributed
            && (answers == Answers::Nothing || ends_as_aside || is_introduced(lines, run.start))
    };
    let last_own = runs.iter().rposition(|run| run.own).unwrap_or_default();
    let first_quote = runs.iter().position(|run| !run.own).unwrap_or(runs.len());
    let last_quote = runs.iter().rposition(|run| !run.own).unwrap_or_default();
    let answers_inside = runs.iter().take(last_quote).skip(first_quote).any(|run| run.own);
    let mixed = runs.iter().take(last_own).skip(1).any(|run| !run.own && !run.attributed);
    for (at, run) in runs.iter().enumerate() {
        if run.own || ((answers_inside || mixed) && at < last_own) || chosen(run) {
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

/// Lines of the longest aside.
const ASIDE: usize = 2;

/// Whether the one quote of a mail, a line or two below all its words, is the author's own: it goes on with the unfinished
/// line above, or speaks as only a person does. What programs quote has an attribution or is longer.
fn is_aside(lines: &[Line], runs: &[Run]) -> bool {
    let Some((run, above)) = runs.split_last().filter(|(run, _)| !run.own) else { return false };
    let alone = above.iter().all(|run| run.own);
    let above = run.start.checked_sub(1).and_then(|above| lines.get(above));
    let goes_on = above.is_some_and(|above| {
        !above.is_blank() && !above.bare.ends_with(|c: char| !c.is_alphanumeric() && c != ')')
    });
    let written: Vec<&Line> =
        lines.iter().take(run.end).skip(run.start).filter(|line| !line.is_blank()).collect();
    let said = |line: &&Line| {
        let text = line.bare.trim_start_matches(['>', ' ']);
        !line.bare.starts_with(">>") && text.contains(' ')
    };
    let speaks = written.iter().all(|line| person::is_persons(&line.bare));
    alone && written.len() <= ASIDE && written.iter().all(said) && (goes_on || speaks)
}

/// Whether the line above a quote says in the author's own words what follows: "Your terms say:".
fn is_introduced(lines: &[Line], quote: usize) -> bool {
    let above = lines.get(..quote).and_then(|above| above.iter().rfind(|line| !line.is_blank()));
    above.is_some_and(|line| {
        !line.quoted
            && line.bare.ends_with([':', '：'])
            && !line.bare.contains('@')
            && !line.bare.contains(|c: char| c.is_ascii_digit())
    })
}

/// Characters of an author's name and address that are looked at.
const AUTHOR: usize = 300;

/// Marks what stands below the author's words in each stretch of own lines; but never all that the author wrote.
fn mark_endings(lines: &[Line], kinds: &mut [Kind], author: &str) {
    let author: String = author.chars().take(AUTHOR).flat_map(char::to_lowercase).collect();
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
                spoken |= mark_stretch(lines, kinds, &stretch, least, &author);
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
    /// A footer above a quote is nothing that the author wrote, if the whole line is one.
    NoFooter,
    Line,
}

/// Marks the endings of one stretch; says whether own words are left.
fn mark_stretch(lines: &[Line], kinds: &mut [Kind], stretch: &[usize], least: Least, author: &str) -> bool {
    let first = usize::from(least != Least::Nothing);
    let mut own = stretch;
    let mut signed = false;
    for _ in 0..ending::MOST {
        let Some(found) = ending::last_ending(lines, own, author) else { break };
        let place = own.partition_point(|at| *at < found.begin);
        let footer = least == Least::NoFooter
            && found.kind == EndingKind::Footer
            && ending::is_whole_footer(lines, found.begin);
        if (place < first && !footer) || (signed && found.kind == EndingKind::Signature) {
            break;
        }
        signed |= found.kind == EndingKind::Signature;
        let (left, ended) = own.split_at(place);
        let until = ended.last().map_or(found.begin, |last| last + 1);
        if let Some(marked) = kinds.get_mut(found.begin..until) {
            marked.fill(Kind::Ending(found.kind));
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
        let mut kinds = classify(rest, Answers::Something);
        mark_endings(rest, &mut kinds, "");
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
