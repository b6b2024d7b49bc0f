//! Reports written for people: who is named in them, and what is said of each.
//!
//! A report has the program's own words, then perhaps the mail that came back. Only the own words are read for
//! addresses and reasons. They are read line by line, each line once: an address counts if its line has the shape in
//! which programs name whom they failed to reach, or if words before it say so.

use super::rules::dialects::{DIALECTS, Dialect, GENERAL};
use super::rules::words::{
    ANNOUNCE, DELAYS, FIRST_FIELDS, LABELS, NOT_FAILED, RETURNED, RETURNED_IF_DRAWN, SOURCES, SUBJECTS,
};
use super::{DIAGNOSTIC, Failed, MOST, codes, is_permanent};
use crate::mail::{
    flowing::flowing,
    inbound::{Mail, plain_address},
};

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

/// A paragraph that lists addresses, below a line that announces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    None,
    /// The line that announces it, or an empty one below that.
    Announced,
    Open,
}

impl List {
    fn next(self, line: &str) -> Self {
        let line = line.trim();
        match self {
            _ if line.ends_with([':', '：']) && announces(line) => Self::Announced,
            Self::Announced if line.is_empty() => Self::Announced,
            Self::Announced | Self::Open if !line.is_empty() => Self::Open,
            _ => Self::None,
        }
    }
}

fn announces(line: &str) -> bool {
    let line = flowing(line.get(..line.floor_char_boundary(LINE)).unwrap_or_default());
    ANNOUNCE.iter().any(|word| line.contains(word))
}

fn append(text: &mut String, line: &str, most: usize) {
    if text.len() < most && !line.trim().is_empty() {
        text.push('\n');
        text.push_str(line.get(..line.floor_char_boundary(most)).unwrap_or_default());
    }
}

/// An address in a line, and the line behind it.
struct Spotted<'a> {
    address: String,
    rest: &'a str,
    /// It is the address that the one before was made from, by a forward or an alias.
    is_source: bool,
}

/// Addresses that stand in one line.
const IN_A_LINE: usize = 20;
/// Longest line in which an address is looked for: no program writes longer ones.
const LINE: usize = 2000;

/// The addresses of a line that are named as failed. `before` is the line above that is not empty.
fn failed_in<'a>(line: &'a str, before: &str, list: List) -> Vec<Spotted<'a>> {
    let line = line.get(..line.floor_char_boundary(LINE)).unwrap_or_default();
    if !line.contains('@') {
        return Vec::new();
    }
    let above = tail_of(&flowing(before));
    let mut prefix_start = 0;
    let mut spotted: Vec<Spotted> = Vec::new();
    for (start, end) in addresses(line).into_iter().take(IN_A_LINE) {
        let lead = line.get(prefix_start..start).unwrap_or_default();
        let rest = line.get(end..).unwrap_or_default();
        let word = line.get(start..end).unwrap_or_default();
        let place = if spotted.is_empty() { Place::First } else { Place::Further };
        let is_source = ends_with_any(flowing(lead).trim_end_matches([' ', '<', '"']), SOURCES);
        if is_source && let Some(address) = cleaned(word) {
            spotted.push(Spotted { address, rest, is_source });
        } else if is_failed(lead, rest, &above, place, list)
            && let Some(address) = cleaned(word)
        {
            spotted.push(Spotted { address, rest, is_source });
        }
        prefix_start = end;
    }
    spotted
}

/// The last words of the line above.
fn tail_of(text: &str) -> String {
    let skip = text.chars().count().saturating_sub(60);
    text.chars().skip(skip).collect()
}

/// Where the addresses of a line begin and end.
fn addresses(line: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let parts = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '"'
                    | ','
                    | ';'
                    | ':'
                    | '\''
                    | '`'
                    | '\u{201c}'
                    | '\u{201d}'
            )
    };
    let mut start = 0;
    for piece in line.split_inclusive(parts) {
        let word = piece.trim_end_matches(parts);
        let word_start = start;
        start += piece.len();
        let trimmed = word.trim_end_matches(['.', '!', '?']);
        // `SMTP=user@example.com` of X.400 addresses; `T=[…]` is cut by its bracket.
        let value = match trimmed.split_once('=') {
            Some((kind, value)) if kind.eq_ignore_ascii_case("smtp") => value,
            _ => trimmed,
        };
        let value = value.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
        if is_address(value) {
            let end = word_start + trimmed.len();
            found.push((end - value.len(), end));
        }
    }
    found
}

fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else { return false };
    let labels = || domain.split('.');
    !local.is_empty()
        && !local.contains('@')
        && word.len() <= 320
        && labels().count() >= 2
        && labels().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && labels().next_back().is_some_and(|top| top.chars().any(char::is_alphabetic))
}

fn cleaned(word: &str) -> Option<String> {
    let address = plain_address(word);
    address.contains('@').then_some(address)
}

/// Which of the addresses in its line one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    /// Behind one that is named as failed.
    Further,
}

/// Words at the end of a line whose sentence goes on with the address below it.
const JOINING: &[&str] = &["or", "oder", "ou", "of", "или"];

/// Whether an address counts, by what stands before it on its line, behind it, and above.
fn is_failed(lead: &str, rest: &str, above: &str, place: Place, list: List) -> bool {
    let lead = flowing(lead);
    let words = lead.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ':' | '='));
    let words = words.trim_end_matches([' ', '<', '[', '(', '"']);
    let marks: &[char] = match place {
        Place::First => &[],
        Place::Further => &[',', ';', ' ', ':'],
    };
    if words.trim_matches(marks).is_empty() {
        let alone = is_listed(rest);
        let goes_on = || ends_with_any(above, NOT_FAILED) || ends_with_any(above, JOINING);
        return match place {
            Place::First => (alone || list == List::Open) && !goes_on(),
            Place::Further => alone,
        };
    }
    let bare = words.trim_end_matches([':', '=', ' ']);
    if ends_with_any(words, NOT_FAILED) || ends_with_any(bare, NOT_FAILED) {
        return false;
    }
    let said = ends_with_any(words, LABELS) || ends_with_any(bare, LABELS);
    said || list == List::Open || is_transcript(&lead, rest)
}

fn ends_with_any(text: &str, known: &[&str]) -> bool {
    known.iter().any(|phrase| {
        text.strip_suffix(phrase).is_some_and(|before| {
            // A whole word: "from" is not the end of "therefrom"; scripts without spaces have none to ask for.
            before.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric())
        })
    })
}

/// What may stand behind an address that begins its line: nothing, a mark, or a reason.
fn is_listed(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['>', ']', '"', '\'', '`', '\u{201d}']).trim();
    let Some(first) = rest.chars().next() else { return true };
    if matches!(first, ':' | ';' | ',' | '(' | '[' | '<' | '.' | '-' | '=' | '*' | '|' | '/') {
        return true;
    }
    let lower = flowing(rest);
    lower.starts_with("on ")
        || lower.starts_with("error")
        || codes::reply(&lower).is_some()
        || codes::meant(&lower).is_some()
}

/// `550 5.1.1 <user@example.com>... User unknown`, `>>> RCPT To:<user@example.com>`.
fn is_transcript(lead: &str, rest: &str) -> bool {
    let lead = lead.trim_start_matches(['<', '>', ' ']);
    if ["rcpt to:", "sent <<< rcpt to:", "to:<"].iter().any(|command| lead.starts_with(command))
        || lead.contains("rcpt to:")
    {
        return true;
    }
    let coded = lead.get(..lead.floor_char_boundary(3)).is_some_and(|code| codes::reply(code).is_some());
    coded && (rest.contains("...") || codes::meant(&flowing(rest)).is_some())
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
