//! What the author of a mail newly wrote: without the quoted mail below it, its attribution line, and the signature.
//!
//! Works on lines, with tables of words in many languages beside it. What is cut is handed back too, so that nothing
//! is lost when the tables are wrong. Answers written between quoted lines are kept together with those lines, since
//! neither makes sense alone.
//!
//! Deliberately absent: guessing where a signature begins when no delimiter says so ("Best regards" may be followed
//! by the one sentence that matters).

mod html;
mod marks;
#[cfg(test)]
mod tests;
mod words;

pub use html::html_to_text;

/// A text taken apart. Both parts together hold all of it, save blank lines at their ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// What the author newly wrote; empty where there is nothing but a quote or a forwarded mail.
    pub new: String,
    /// Everything else: quotes, attribution lines, signature, in the order of the text.
    pub rest: String,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    /// The author's own words.
    Own,
    /// Begins with `>`.
    Quote,
    /// "On … she wrote:" above a quote.
    Attribution,
    /// The signature, from its delimiter on, or a footer that a device added.
    Signature,
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
    mark_signature(&lines, &mut kinds);
    let keep = kept(&kinds, &runs(&kinds), lines.len());
    let part = |wanted: bool| -> String {
        let chosen = lines.iter().zip(&keep).filter(|(_, kept)| **kept == wanted).map(|(line, _)| *line);
        let whole: String = chosen.collect();
        let from = whole
            .find(|c: char| !c.is_whitespace())
            .and_then(|at| whole.get(..at))
            .and_then(|head| head.rfind('\n'));
        whole.get(from.map_or(0, |at| at + 1)..).unwrap_or(&whole).trim_end().to_owned()
    };
    Split { new: part(true), rest: part(false) }
}

/// The lines, each with its end. An attribution that shares its line with an answer becomes a line of its own.
fn lines(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        match marks::attribution_within(line).and_then(|at| line.split_at_checked(at)) {
            Some((before, attribution)) => found.extend([before, attribution]),
            None => found.push(line),
        }
    }
    found
}

/// The kind of each line up to the first below which nothing is new.
fn classify(lines: &[&str]) -> Vec<Kind> {
    let mut kinds = Vec::with_capacity(lines.len());
    while let Some(rest) = lines.get(kinds.len()..).filter(|rest| !rest.is_empty()) {
        let line = rest.first().copied().unwrap_or_default();
        if line.trim().is_empty() {
            kinds.push(Kind::Blank);
        } else if marks::is_quote(line) {
            kinds.push(Kind::Quote);
        } else if marks::begins_old_mail(rest) {
            break;
        } else if let Some(found) = marks::attribution(rest) {
            let below = rest.iter().skip(found.lines).find(|line| !line.trim().is_empty());
            if below.is_some_and(|line| marks::is_quote(line)) {
                kinds.extend(std::iter::repeat_n(Kind::Attribution, found.lines));
            } else if found.certain {
                break;
            } else {
                kinds.push(Kind::Own);
            }
        } else {
            kinds.push(Kind::Own);
        }
    }
    kinds
}

fn runs(kinds: &[Kind]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, kind) in kinds.iter().enumerate().filter(|(_, kind)| **kind != Kind::Signature) {
        let own = *kind == Kind::Own;
        match runs.last_mut() {
            Some(run) if *kind == Kind::Blank || (run.own == own && *kind != Kind::Attribution) => {
                run.end = at + 1;
            }
            Some(run)
                if *kind == Kind::Attribution
                    && run.attributed
                    && at == run.end
                    && run.end - run.start < 6 =>
            {
                run.end = at + 1;
            }
            None if *kind == Kind::Blank => {}
            _ => runs.push(Run { own, attributed: *kind == Kind::Attribution, start: at, end: at + 1 }),
        }
    }
    runs
}

/// Which lines stay. Quotes stay only around answers written into them.
fn kept(kinds: &[Kind], runs: &[Run], lines: usize) -> Vec<bool> {
    let mut keep = vec![false; lines];
    let last_own = runs.iter().rposition(|run| run.own).unwrap_or_default();
    let first_quote = runs.iter().position(|run| !run.own).unwrap_or(runs.len());
    let last_quote = runs.iter().rposition(|run| !run.own).unwrap_or_default();
    let answers_inside = runs.iter().take(last_quote).skip(first_quote).any(|run| run.own);
    let mixed = runs.iter().take(last_own).skip(1).any(|run| !run.own && !run.attributed);
    for (at, run) in runs.iter().enumerate() {
        if run.own || ((answers_inside || mixed) && at < last_own) {
            let within = keep.iter_mut().zip(kinds).take(run.end).skip(run.start);
            within.for_each(|(line, kind)| *line = *kind != Kind::Signature);
        }
    }
    keep
}

/// Own lines that may follow a footer such as "Sent from my phone".
const BELOW_FOOTER: usize = 2;

/// Marks the signature below the author's last words; but never all that the author wrote.
fn mark_signature(lines: &[&str], kinds: &mut [Kind]) {
    let own: Vec<usize> = (0..kinds.len()).filter(|at| kinds.get(*at) == Some(&Kind::Own)).collect();
    let Some(&last) = own.last() else { return };
    let quoted = kinds.iter().take(last).rposition(|kind| matches!(kind, Kind::Quote | Kind::Attribution));
    let line = |at: usize| lines.get(at).copied().unwrap_or_default();
    let begins = own.iter().enumerate().skip(1).find(|(place, at)| {
        let below = own.len() - place - 1;
        let above = place.checked_sub(1).and_then(|above| own.get(above)).map_or("", |above| line(*above));
        quoted.is_none_or(|quote| quote < **at)
            && (marks::is_signature_delimiter(line(**at), below)
                || (below <= BELOW_FOOTER
                    && (marks::is_footer(line(**at)) || marks::is_dashed_name(line(**at), above))))
    });
    let Some((_, &begin)) = begins else { return };
    for at in begin..=last {
        if let Some(kind) = kinds.get_mut(at) {
            *kind = Kind::Signature;
        }
    }
}
