//! Reports written for people: who is named in them, and what is said of each.
//!
//! A report has the program's own words, then perhaps the mail that came back. Only the own words are read for
//! addresses and reasons. They are read line by line, each line once: an address counts if its line has the shape in
//! which programs name whom they failed to reach, or if words before it say so.

mod spotted;

use super::rules::dialects::{DIALECTS, Dialect, GENERAL};
use super::rules::words::{DELAYS, FIRST_FIELDS, RETURNED, RETURNED_IF_DRAWN, SUBJECTS};
use super::{DIAGNOSTIC, Failed, MOST, codes, is_permanent};
use crate::mail::{
    flowing::flowing,
    inbound::{Mail, plain_address},
};
use spotted::{IN_A_LINE, LINE, List, Spotted, addresses, announces, cleaned, failed_in};

/// Bytes of a report's own words that are read; the longest known ones have a few thousand.
const OWN: usize = 64 * 1024;
/// Bytes of the beginning in which a program introduces itself.
const BEGINNING: usize = 8 * 1024;
/// Bytes kept of what is said about one address.
const EVIDENCE: usize = 1200;

/// A report's own words, and what follows them.
pub(super) struct Prose<'a> {
    pub(super) own: &'a str,
    pub(super) returned: &'a str,
}

impl Prose<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.own.trim().is_empty() && self.returned.trim().is_empty()
    }
}

/// Splits a text where the returned mail begins.
pub(super) fn split(text: &str) -> Prose<'_> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at >= OWN {
            break;
        }
        if begins_returned(line) && !text.get(..at).unwrap_or_default().trim().is_empty() {
            break;
        }
        at += line.len();
    }
    let at = text.floor_char_boundary(at.min(OWN));
    Prose { own: text.get(..at).unwrap_or_default(), returned: text.get(at..).unwrap_or_default() }
}

fn begins_returned(line: &str) -> bool {
    let line = line.trim();
    let head: String = line.chars().take(80).collect::<String>().to_lowercase();
    if FIRST_FIELDS.iter().any(|field| head.starts_with(field)) {
        return true;
    }
    let title = head.trim_start_matches(|c: char| !c.is_alphanumeric());
    let drawn = is_drawn(line);
    RETURNED.iter().any(|known| title.starts_with(known))
        || (drawn && RETURNED_IF_DRAWN.iter().any(|known| title.starts_with(known)))
        || (line.starts_with("---") && head.contains("below this line"))
}

/// Whether a line is drawn, or a title with a line drawn before it.
fn is_drawn(line: &str) -> bool {
    let line = line.trim_start();
    ["--", "==", "**", "__"].iter().any(|stroke| line.starts_with(stroke))
}

/// The program whose way of writing the report has.
pub(super) fn dialect(own: &str) -> Option<&'static str> {
    written_as(DIALECTS, own)
}

/// As [`dialect`], by phrases that others than mail programs use too.
pub(super) fn general(own: &str) -> Option<&'static str> {
    written_as(GENERAL, own)
}

fn written_as(dialects: &[Dialect], own: &str) -> Option<&'static str> {
    let beginning = own.get(..own.floor_char_boundary(BEGINNING)).unwrap_or_default();
    let words = flowing(beginning);
    let spoken = |dialect: &&Dialect| dialect.says.iter().any(|phrase| words.contains(phrase));
    dialects.iter().find(spoken).map(|dialect| dialect.program)
}

/// Beginnings of a subject that answers or passes on another mail, whose words then prove nothing.
const ANSWERS: [&str; 14] =
    ["re:", "aw:", "sv:", "vs:", "antw:", "r:", "fwd:", "fw:", "wg:", "tr:", "rv:", "enc:", "auto", "out of"];

/// Whether a subject is that of a report.
pub(super) fn is_subject(subject: &str) -> bool {
    let lower = flowing(subject);
    if ANSWERS.iter().any(|mark| lower.starts_with(mark)) {
        return false;
    }
    SUBJECTS.iter().any(|phrase| lower.contains(phrase))
}

/// What a report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tale {
    Failed,
    /// The program goes on trying.
    Delayed,
}

impl Tale {
    fn of(subject: &str, own: &str) -> Self {
        let beginning = own.get(..own.floor_char_boundary(BEGINNING)).unwrap_or_default();
        let words = flowing(&format!("{subject}\n{beginning}"));
        if DELAYS.iter().any(|phrase| words.contains(phrase)) { Self::Delayed } else { Self::Failed }
    }
}

/// Whoever is named, with what is said of each.
pub(super) fn recipients(mail: &Mail, own: &str) -> Vec<Failed> {
    let tale = Tale::of(&mail.subject, own);
    let mut found = named(own);
    if found.is_empty() {
        found.extend(bare_name(mail, own));
    }
    if found.is_empty() {
        return Vec::new();
    }
    add_lines_elsewhere(&mut found, own);
    let whole = Whole::of(own);
    found.into_iter().flat_map(|one| one.judged(&whole, tale)).take(MOST).collect()
}

/// Makes an entry for an address that the own words do not name: what they say is about it.
pub(super) fn unnamed(mail: &Mail, own: &str, address: String) -> Failed {
    let tale = Tale::of(&mail.subject, own);
    let named = Named { addresses: vec![address.clone()], block: String::new(), elsewhere: String::new() };
    let mut judged = named.judged(&Whole::of(own), tale);
    judged.next().unwrap_or_else(|| Failed::without_reason(address))
}

/// What the report says without saying of whom.
struct Whole<'a> {
    beginning: &'a str,
    /// From the first line with a code on.
    coded_lines: &'a str,
    status: Option<String>,
}

impl<'a> Whole<'a> {
    fn of(own: &'a str) -> Self {
        let beginning = own.get(..own.floor_char_boundary(BEGINNING)).unwrap_or_default().trim();
        let meant = || codes::meant(&flowing(beginning)).map(str::to_owned);
        let status = codes::told(beginning).or_else(meant);
        Self { beginning, coded_lines: coded_lines(beginning), status }
    }
}

/// An address, and those it was made from, with the words that belong to it.
struct Named {
    addresses: Vec<String>,
    /// From its own line to the next address or to a drawn line.
    block: String,
    /// Lines elsewhere that hold the address, as a transcript does.
    elsewhere: String,
}

impl Named {
    fn judged(self, whole: &Whole, tale: Tale) -> impl Iterator<Item = Failed> + use<> {
        let status = codes::told(&self.block)
            .or_else(|| codes::told(&self.elsewhere))
            .or_else(|| codes::meant(&flowing(&self.block)).map(str::to_owned))
            .or_else(|| whole.status.clone())
            .unwrap_or_else(|| "5.0.0".to_owned());
        let (action, status) = match tale {
            Tale::Failed => ("failed", status),
            Tale::Delayed => ("delayed", codes::with_class('4', Some(&status))),
        };
        let permanent = is_permanent(action, codes::class(&status));
        let diagnostic = self.diagnostic(whole);
        self.addresses.into_iter().map(move |address| Failed {
            address,
            action: action.to_owned(),
            status: Some(status.clone()),
            permanent,
            diagnostic: diagnostic.clone(),
        })
    }

    fn is(&self, address: &str) -> bool {
        self.addresses.iter().any(|known| known.eq_ignore_ascii_case(address))
    }

    /// The words that give a code, else those that stand nearest.
    fn diagnostic(&self, whole: &Whole) -> Option<String> {
        let (block, elsewhere) = (self.block.trim(), self.elsewhere.trim());
        let near = [block, elsewhere];
        let coded = near.iter().find(|words| codes::told(words).is_some());
        let reason = || near.iter().find(|words| codes::meant(&flowing(words)).is_some());
        let all = [whole.coded_lines, block, elsewhere, whole.beginning];
        let words = coded.or_else(reason).or_else(|| all.iter().find(|words| !words.is_empty()))?;
        let words: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = words.trim_start_matches(['>', ':', ',', ';', ']', ')', '"', '\'', '.', ' ']);
        let diagnostic: String = words.chars().take(DIAGNOSTIC).collect();
        Some(diagnostic).filter(|text| !text.is_empty())
    }
}

/// The text from its first line with a code on.
fn coded_lines(text: &str) -> &str {
    let before: usize =
        text.split_inclusive('\n').take_while(|line| codes::told(line).is_none()).map(str::len).sum();
    text.get(before..).unwrap_or_default().trim()
}

/// The addresses that are named as failed, in order, each with its block.
fn named(own: &str) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut before = String::new();
    let mut paragraph = List::None;
    let mut block_open = false;
    for line in own.lines() {
        paragraph = paragraph.next(line);
        let failed = failed_in(line, &before, paragraph);
        block_open = !failed.is_empty() || (block_open && !is_drawn(line));
        match found.last_mut() {
            // The address again, in the reason that is given for it.
            Some(last) if block_open && failed.iter().all(|one| last.is(&one.address)) => {
                append(&mut last.block, line, EVIDENCE);
            }
            _ => failed.into_iter().for_each(|spotted| note(&mut found, spotted)),
        }
        if !line.trim().is_empty() {
            line.trim().clone_into(&mut before);
        }
    }
    found
}

/// Takes an address into the list, or what is said where one that is known stands again.
fn note(found: &mut Vec<Named>, spotted: Spotted) {
    let Spotted { address, rest, is_source } = spotted;
    if let Some(known) = found.iter_mut().find(|one| one.is(&address)) {
        append(&mut known.elsewhere, rest, EVIDENCE);
        return;
    }
    let full = found.len() >= MOST;
    match found.last_mut() {
        Some(last) if is_source && last.addresses.len() < IN_A_LINE => {
            last.addresses.push(address);
            if !last.block.ends_with(rest) {
                append(&mut last.block, rest, EVIDENCE);
            }
        }
        _ if !full => {
            let block = rest.get(..rest.floor_char_boundary(EVIDENCE)).unwrap_or_default().to_owned();
            found.push(Named { addresses: vec![address], block, elsewhere: String::new() });
        }
        _ => {}
    }
}

fn append(text: &mut String, line: &str, most: usize) {
    if text.len() < most && !line.trim().is_empty() {
        text.push('\n');
        text.push_str(line.get(..line.floor_char_boundary(most)).unwrap_or_default());
    }
}

/// Some name the user alone, below a line that announces it; the domain is then the program's own.
fn bare_name(mail: &Mail, own: &str) -> Option<Named> {
    let domain =
        mail.authors.iter().find_map(|author| author.address.rsplit_once('@')).map(|(_, domain)| domain)?;
    let mut announced = false;
    for line in own.lines().filter(|line| !line.trim().is_empty()) {
        let (word, reason) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        let is_name = word.len() <= 64
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'));
        let explained = reason.is_empty() || codes::meant(&flowing(reason)).is_some();
        if announced && line.starts_with([' ', '\t']) && is_name && explained {
            return Some(Named {
                addresses: vec![plain_address(&format!("{word}@{domain}"))],
                block: reason.to_owned(),
                elsewhere: String::new(),
            });
        }
        announced = line.trim_end().ends_with(':') && announces(line);
    }
    None
}

/// Adds to each address the lines that hold it and a code, wherever they stand.
fn add_lines_elsewhere(found: &mut [Named], own: &str) {
    use std::collections::HashMap;
    let mut places: HashMap<String, usize> = HashMap::new();
    for (at, one) in found.iter().enumerate() {
        places.extend(one.addresses.iter().map(|address| (address.to_lowercase(), at)));
    }
    for line in own.lines().filter(|line| line.contains('@')) {
        let line = line.get(..line.floor_char_boundary(LINE)).unwrap_or_default();
        if codes::told(line).is_none() {
            continue;
        }
        for (start, end) in addresses(line).into_iter().take(IN_A_LINE) {
            let address = cleaned(line.get(start..end).unwrap_or_default()).unwrap_or_default();
            if let Some(one) = places.get(&address.to_lowercase()).and_then(|at| found.get_mut(*at)) {
                append(&mut one.elsewhere, line, EVIDENCE);
            }
        }
    }
}
