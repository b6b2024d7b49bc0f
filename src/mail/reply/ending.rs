//! What stands below an author's words without being theirs: signature, footers of devices and lists, disclaimers.
//!
//! Each is looked for from the end of a stretch of own lines upwards, so that nothing with prose below it is taken.

use super::EndingKind;
use super::legal::{CLOSERS, FACTS, LEGAL, LEGAL_TITLES, LEGAL_WORDS};
use super::line::{Line, is_rule};
use super::person;
use super::person::{
    NAMED, demands, goes_on, has_word, is_contact, is_persons, is_prose, is_said, is_sentence, is_titled,
};
use super::phrases::{DEVICES, EXCUSES, FILLERS, FOOTERS, LISTS, Needs};

/// A stretch that ends so many lines before where it was thought to end.
pub(super) struct Ending {
    /// Where it begins: a place among the lines given.
    pub(super) begin: usize,
    pub(super) kind: EndingKind,
}

/// Endings below one another that are looked for.
pub(super) const MOST: usize = 6;

/// Finds where one kind of ending begins.
type Matcher = fn(&[Line], &[usize]) -> Option<usize>;

/// The kinds of endings, the most certain first.
const MATCHERS: [(Matcher, EndingKind); 6] = [
    (armour, EndingKind::Signature),
    (signature, EndingKind::Signature),
    (list_footer, EndingKind::Footer),
    (disclaimer, EndingKind::Disclaimer),
    (device_footer, EndingKind::Footer),
    (card, EndingKind::Signature),
];

/// The last ending of these lines, none of which is blank; the places are those of `lines`.
/// The name of the author, in lower case, tells a signature from an answer.
pub(super) fn last_ending(lines: &[Line], own: &[usize], author: &str) -> Option<Ending> {
    let named = || dashed_name(lines, own, author).map(|begin| Ending { begin, kind: EndingKind::Signature });
    MATCHERS
        .iter()
        .find_map(|(find, kind)| find(lines, own).map(|begin| Ending { begin, kind: *kind }))
        .or_else(named)
}

/// Of lines that were cut, those that neither a program nor a lawyer wrote.
pub(super) fn written(lines: &[Line], cut: &[usize]) -> Vec<usize> {
    let paragraphs = paragraphs(lines, cut);
    let legal: Vec<bool> =
        paragraphs.iter().map(|paragraph| legality(paragraph) >= Legality::Touched).collect();
    let of_law = |at: usize| {
        let place = paragraphs.partition_point(|paragraph| paragraph.begin <= at);
        place.checked_sub(1).and_then(|place| legal.get(place)).copied().unwrap_or_default()
    };
    let added = |at: usize| {
        is_footer(lines, at)
            || lines
                .get(at)
                .is_some_and(|line| is_rule(line) || CLOSERS.iter().any(|phrase| line.bare.contains(phrase)))
    };
    cut.iter().copied().filter(|at| !of_law(*at) && !added(*at)).collect()
}

/// Own lines of the longest signature in armour: one of 16384 bits has some fifty.
const ARMOUR_LINES: usize = 64;

/// The signature of a mail that is signed in the clear (RFC 9580 §7), where nothing stands below it.
fn armour(lines: &[Line], own: &[usize]) -> Option<usize> {
    let from = own.len().saturating_sub(ARMOUR_LINES);
    let begins = |at: &usize| lines.get(*at).is_some_and(|line| line.bare == "-----begin pgp signature-----");
    let ends = |at: &usize| lines.get(*at).is_some_and(|line| line.bare == "-----end pgp signature-----");
    let below = own.iter().skip(from).skip_while(|at| !ends(at)).nth(1);
    own.iter().skip(from).copied().find(begins).filter(|_| below.is_none())
}

/// Own lines that may stand below a delimiter, by how sure it is.
const BELOW_STANDARD: usize = 60;
const BELOW_DASHES: usize = 12;
const BELOW_SHORT: usize = 8;
/// Characters of a line of a signature whose delimiter is not the standard one.
const LONGEST_OF_SIGNATURE: usize = 100;

/// Delimiters that are no standard one. Twice in a text, they frame what is between them.
const DASHES: [&str; 9] = ["--", "—", "---", "–", "- --", "-- --", "__", "___", "____"];

/// From the delimiter of RFC 3676 §4.3 on, with or without its blank, unless a person speaks below it.
fn signature(lines: &[Line], own: &[usize]) -> Option<usize> {
    let from = own.len().saturating_sub(BELOW_STANDARD + 1);
    let window: Vec<(usize, &Line)> =
        own.iter().skip(from).filter_map(|at| lines.get(*at).map(|line| (*at, line))).collect();
    let twice = |mark: &str| window.iter().filter(|(_, line)| line.bare == mark).nth(1).is_some();
    let framing: Vec<&str> = DASHES.iter().copied().filter(|mark| twice(mark)).collect();
    if !window.iter().any(|(_, line)| DASHES.contains(&line.bare.as_str())) {
        return None;
    }
    let spoken = spoken_below(lines, own.get(from..)?);
    // From the end upwards, so that what stands below a place is looked at once.
    let (mut begin, mut short, mut prose) = (None, true, false);
    let (mut card, mut sentence) = (false, false);
    for (below, (at, line)) in window.iter().rev().enumerate() {
        let standard = line.bare == "--" && line.raw.trim_end_matches(['\n', '\r']).trim_start() == "-- ";
        let most = match line.bare.as_str() {
            mark if framing.contains(&mark) => 0,
            "--" | "—" => BELOW_DASHES,
            mark if DASHES.contains(&mark) => BELOW_SHORT,
            _ => 0,
        };
        let silent = !sentence && spoken.is_none_or(|last| last < *at);
        if silent && (standard || (below <= most && short && !prose && card)) {
            begin = Some(*at);
        }
        short &= is_short(line);
        prose |= (is_prose(line) || goes_on(line)) && !is_footer(lines, *at);
        (card, sentence) = (begins_card(lines, *at), is_sentence(line) && !is_footer(lines, *at));
    }
    begin
}

/// Whether no person speaks in these lines.
pub(super) fn is_signature(lines: &[Line]) -> bool {
    let own: Vec<usize> =
        (0..lines.len()).filter(|at| lines.get(*at).is_some_and(|line| !line.is_blank())).collect();
    let own = own.get(..own.len().min(BELOW_STANDARD)).unwrap_or_default();
    let sentence = own.first().and_then(|at| lines.get(*at)).is_some_and(is_sentence);
    !sentence && spoken_below(lines, own).is_none()
}

/// The last line in whose paragraph a person speaks: who demands or tells of themselves, or says a whole sentence apart
/// from a name. What lawyers and programs add is none.
fn spoken_below(lines: &[Line], own: &[usize]) -> Option<usize> {
    let delimits = |at: usize| lines.get(at).is_some_and(|line| DASHES.contains(&line.bare.as_str()));
    own.split(|at| delimits(*at)).rev().find_map(|segment| {
        let paragraphs = paragraphs(lines, segment);
        let spoken = paragraphs.iter().rposition(|paragraph| is_spoken(lines, segment, paragraph))?;
        let end = paragraphs.get(spoken + 1).map_or(usize::MAX, |next| next.begin);
        segment.iter().copied().rfind(|at| *at < end)
    })
}

fn is_spoken(lines: &[Line], own: &[usize], paragraph: &Paragraph) -> bool {
    if legality(paragraph) >= Legality::Touched || is_closer(paragraph) {
        return false;
    }
    let places = own.iter().copied().skip_while(|at| *at < paragraph.begin).zip(paragraph.begin..);
    let places = places.take_while(|(at, next)| at == next).map(|(at, _)| at);
    let written: Vec<usize> = places.filter(|at| !is_footer(lines, *at)).collect();
    let read = || written.iter().filter_map(|at| lines.get(*at));
    let (Some(first), Some(last)) = (read().next(), read().next_back()) else { return false };
    let above = paragraph.begin.checked_sub(1).and_then(|above| lines.get(above));
    let apart = above.is_some_and(Line::is_blank)
        || (own.first() == Some(&paragraph.begin)
            && !begins_card(lines, paragraph.begin)
            && !is_titled(first));
    let told = is_sentence(last) && !is_said(first) && paragraph.text.split_whitespace().count() > NAMED;
    let asks = |line: &Line| person::asks(line) && !CLOSERS.iter().any(|phrase| line.bare.contains(phrase));
    read().any(|line| person::speaks(line) || asks(line)) || (apart && told)
}

/// Whether a signature may begin so: with a name, or with where to reach somebody, and with no sentence.
fn begins_card(lines: &[Line], at: usize) -> bool {
    let Some(line) = lines.get(at) else { return false };
    let words = line.bare.split_whitespace().count();
    is_footer(lines, at)
        || (!is_sentence(line)
            && (is_contact(line)
                || line.bare.contains('|')
                || (words <= NAMED && !line.bare.contains(|c: char| c.is_ascii_digit()))))
}

fn is_short(line: &Line) -> bool {
    !line.long && line.bare.chars().count() <= LONGEST_OF_SIGNATURE
}

/// Own lines of the longest footer of a mailing list.
const LIST_LINES: usize = 8;

/// A long line of underscores with the list's own lines below it.
fn list_footer(lines: &[Line], own: &[usize]) -> Option<usize> {
    let from = own.len().saturating_sub(LIST_LINES + 1);
    let window = own.get(from..)?;
    let place = window.iter().rposition(|at| lines.get(*at).is_some_and(is_rule))?;
    let rule = lines.get(*window.get(place)?)?;
    let below: Vec<&Line> = window.iter().skip(place + 1).filter_map(|at| lines.get(*at)).collect();
    let listed = below.iter().any(|line| LISTS.iter().any(|word| line.bare.contains(word)));
    let addressed = below.iter().any(|line| !line.bare.contains(' ') && line.bare.contains(['@', '/']));
    let drawn = rule.bare.chars().all(|c| c == '_') && below.iter().all(|line| is_short(line));
    let told = below.iter().any(|line| is_persons(&line.bare));
    let shown = (listed || (drawn && addressed)) && !told;
    (shown && !below.is_empty()).then(|| window.get(place).copied()).flatten()
}

/// Own lines that may follow a footer such as "Sent from my phone".
const BELOW_FOOTER: usize = 2;
/// Characters of the longest footer; a sentence that happens to begin so is longer or has commas.
const LONGEST_FOOTER: usize = 90;

/// Words of the longest line below a footer that is but a name.
const WORDS_BELOW: usize = 3;

/// Whether a line is a name at most: a few words in capitals that neither count nor end a sentence.
fn names(line: &Line) -> bool {
    let mut words = line.raw.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.all(|word| word.starts_with(char::is_uppercase))
        && line.bare.split_whitespace().count() <= WORDS_BELOW
        && !line.bare.contains(|c: char| c.is_numeric())
        && !line.bare.ends_with(['.', '!', '?', ':'])
        && !demands(&line.bare)
}

/// A footer with no sentence below it: people do write on below what their telephone added.
fn device_footer(lines: &[Line], own: &[usize]) -> Option<usize> {
    let from = own.len().saturating_sub(BELOW_FOOTER + 1);
    let place = from + own.iter().skip(from).position(|at| is_footer(lines, *at))?;
    let says_nothing = |at: &usize| {
        is_footer(lines, *at)
            || lines.get(*at).is_some_and(|line| line.bare.contains(['@', '/']) || names(line))
    };
    let silent = own.iter().skip(place + 1).all(says_nothing);
    if silent { own.get(place).copied() } else { None }
}

/// Whether a line is one that a device or a mail program added.
pub(super) fn is_footer(lines: &[Line], at: usize) -> bool {
    let Some(line) = lines.get(at) else { return false };
    let text = line.bare.trim_matches([
        '*',
        '_',
        '<',
        '[',
        '(',
        '>',
        ' ',
        '-',
        '–',
        '—',
        '"',
        '“',
        '”',
        '\u{1f4f1}',
    ]);
    // The target of a link says nothing, and is long.
    let shown = text.split(['<', '(']).next().unwrap_or_default().trim_end();
    let shown = if shown.is_empty() { text } else { shown };
    if line.long
        || shown.chars().count() > LONGEST_FOOTER
        || (shown.contains(", ") && !excused(shown))
        || shown.contains('?')
    {
        return false;
    }
    let apart = at
        .checked_sub(1)
        .and_then(|above| lines.get(above))
        .is_none_or(|above| above.is_blank() || above.quoted);
    let device = || DEVICES.iter().any(|word| text.contains(word));
    let told = shown.ends_with('.') && shown.split(' ').count() > 6;
    FOOTERS.iter().any(|(phrase, needs)| match needs {
        Needs::Nothing => shown.starts_with(phrase),
        Needs::Apart => shown.starts_with(phrase) && (device() || (apart && !told)),
        Needs::Device => shown.starts_with(phrase) && device() && !told,
        Needs::End => shown.trim_end_matches(['.', '。', '!']).ends_with(phrase) && device() && !told,
    })
}

/// Whether a line is nothing but a footer: a device or program on it, and no word that its makers do not use. So
/// "Outlook for iPhone" is one and "Outlook for iPhone is what I ordered" is not.
pub(super) fn is_whole_footer(lines: &[Line], at: usize) -> bool {
    let Some(line) = lines.get(at).filter(|_| is_footer(lines, at)) else { return false };
    let shown = line.raw.trim_start_matches(|c: char| !c.is_alphanumeric()).split(['<', '(']).next();
    let mut words = shown
        .unwrap_or_default()
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\''));
    let known = |word: &str| {
        let lower = word.to_lowercase();
        let year = word.len() == 4 && word.parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year));
        let of_phrase = || FOOTERS.iter().any(|(phrase, _)| phrase.split(' ').any(|part| part == lower));
        !year
            && (!word.starts_with(char::is_lowercase)
                || FILLERS.contains(&lower.as_str())
                || DEVICES.iter().any(|device| lower.contains(device.trim_end()))
                || excused(&lower)
                || of_phrase())
    };
    words.all(known)
}

/// Whether a footer goes on to ask for patience with who typed it.
fn excused(text: &str) -> bool {
    EXCUSES.iter().any(|word| text.contains(word))
}

/// Words of the longest name.
const NAME_WORDS: usize = 3;

/// "-Anna" alone at the end, where the line above is not of the same kind; it must be the author's name, since "-Blue" is
/// an answer, or stand apart and not below a question. With a blank behind the dash it is rather an item of a list, unless it stands apart below
/// the end of a sentence.
fn dashed_name(lines: &[Line], own: &[usize], author: &str) -> Option<usize> {
    let (&at, before) = own.split_last()?;
    let line = lines.get(at)?;
    let above = before.last().and_then(|at| lines.get(*at)).map_or("", |above| above.bare.as_str());
    let dash = |text: &str| text.starts_with(['-', '~', '–', '—']);
    let after = line.bare.trim_start_matches(['-', '~', '–', '—']);
    let name = after.trim().trim_end_matches('.');
    let letters = name.starts_with(char::is_alphabetic)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '.'));
    let apart = lines.get(at.checked_sub(1)?).is_some_and(Line::is_blank);
    let ended = above.ends_with(['.', '!', '?', '。', '！', '？', ')']);
    let dashes = line.bare.chars().take_while(|c| matches!(c, '-' | '~' | '–' | '—')).count();
    let words = line.raw.split_whitespace().map(|word| word.trim_matches(['-', '~', '–', '—']));
    let capital = words.filter(|word| !word.is_empty()).all(|word| word.starts_with(char::is_uppercase));
    let alone = name.split(' ').count() == 1;
    let attached =
        !after.starts_with(' ') || (apart && ((ended && (alone || capital)) || (dashes > 1 && capital)));
    let parts = || author.split(|c: char| !c.is_alphanumeric());
    let theirs = || {
        name.split([' ', '-', '.'])
            .filter(|word| !word.is_empty())
            .all(|word| parts().any(|part| part == word))
    };
    (dash(&line.bare)
        && !dash(above)
        && !above.ends_with(':')
        && letters
        && attached
        && name.split(' ').count() <= NAME_WORDS
        && (theirs() || (apart && !demands(name) && !above.ends_with(['?', '？']))))
    .then_some(at)
}

/// Own lines of the longest card.
const CARD_LINES: usize = 14;
/// Characters of the longest line of a card.
const CARD_LINE: usize = 60;

/// A line of dashes with nothing below it but short lines, of which two say how to reach somebody.
fn card(lines: &[Line], own: &[usize]) -> Option<usize> {
    let from = own.len().saturating_sub(CARD_LINES + 1);
    let window = own.get(from..)?;
    let place = window.iter().rposition(|at| lines.get(*at).is_some_and(is_rule))?;
    let announced = place.checked_sub(1).and_then(|above| lines.get(*window.get(above)?));
    if announced.is_some_and(|above| above.bare.ends_with(':')) {
        return None;
    }
    let below: Vec<&Line> = window.iter().skip(place + 1).filter_map(|at| lines.get(*at)).collect();
    let reached = below.iter().filter(|line| is_contact(line)).count();
    let small = below.iter().all(|line| !line.long && line.bare.chars().count() <= CARD_LINE);
    let prose = below
        .iter()
        .any(|line| (line.bare.ends_with(['.', '!', '?', ',']) && line.bare.contains(' ')) || goes_on(line));
    (small && reached >= 2 && !prose).then(|| window.get(place).copied()).flatten()
}

/// Own lines in which a disclaimer is looked for.
const LEGAL_LINES: usize = 60;
/// Paragraphs between legal ones that are carried along.
const CARRIED: usize = 4;
/// Characters of a rule that nobody draws by hand.
const LONG_RULE: usize = 30;

/// A paragraph of the end of a text.
struct Paragraph {
    begin: usize,
    /// Characters of the rule that it is; zero where it is none.
    rule: usize,
    /// Its lines joined.
    text: String,
}

/// From the rule above the first paragraph of legal words on, where nothing but such follows.
fn disclaimer(lines: &[Line], own: &[usize]) -> Option<usize> {
    let from = own.len().saturating_sub(LEGAL_LINES);
    let paragraphs = paragraphs(lines, own.get(from..)?);
    let mut begin = None;
    let mut carried = 0;
    for (place, paragraph) in paragraphs.iter().enumerate().rev() {
        let above = place.checked_sub(1).and_then(|above| paragraphs.get(above));
        if paragraph.rule > 0 {
            begin = begin.map(|_| paragraph.begin);
            carried = 0;
            if begin.is_some()
                && above.is_some_and(|above| above.rule == 0 && legality(above) < Legality::Touched)
            {
                break;
            }
            continue;
        }
        let ruled = above.is_some_and(|above| above.rule >= LONG_RULE);
        match legality(paragraph) {
            Legality::Sure => (begin, carried) = (Some(paragraph.begin), 0),
            Legality::Touched if begin.is_some() => (begin, carried) = (Some(paragraph.begin), 0),
            Legality::Named if ruled && begin.is_none() => (begin, carried) = (Some(paragraph.begin), 0),
            Legality::Touched if carried < CARRIED => carried += 1,
            _ if is_closer(paragraph) && carried < CARRIED => carried += 1,
            // Who writes about such words goes on about them.
            _ if is_persons(&paragraph.text) && has_phrase(&paragraph.text, LEGAL) => return None,
            _ => break,
        }
    }
    begin
}

fn paragraphs(lines: &[Line], own: &[usize]) -> Vec<Paragraph> {
    let mut found: Vec<Paragraph> = Vec::new();
    let mut last = None;
    for &at in own {
        let Some(line) = lines.get(at) else { continue };
        let rule =
            if is_rule(line) || line.bare == super::html::LINE { line.bare.chars().count() } else { 0 };
        let joins = last.is_some_and(|last| last + 1 == at) && rule == 0;
        match found.last_mut() {
            Some(paragraph) if joins && paragraph.rule == 0 => {
                paragraph.text.push(' ');
                paragraph.text.push_str(&line.bare);
            }
            _ => found.push(Paragraph { begin: at, rule, text: line.bare.clone() }),
        }
        last = Some(at);
    }
    found
}

/// How much a paragraph is like a disclaimer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Legality {
    No,
    /// Holds a word that disclaimers hold.
    Named,
    /// Says one thing that only disclaimers say.
    Touched,
    Sure,
}

/// Sure are two things that only disclaimers say, or one beside their ordinary words; and two facts of a company's
/// letterhead with their figures. How a disclaimer begins ("this message and any ...") counts for nothing: complaints
/// begin so too.
fn legality(paragraph: &Paragraph) -> Legality {
    let text = &paragraph.text;
    if is_persons(text) {
        return Legality::No;
    }
    let title = text.trim_matches(|c: char| !c.is_alphanumeric());
    let rest =
        LEGAL_TITLES.iter().filter_map(|words| title.strip_prefix(words)).min_by_key(|rest| rest.len());
    let titled = rest.is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with([':', '-', '–']));
    let count = |phrases: &[&str]| phrases.iter().filter(|phrase| text.contains(**phrase)).take(2).count();
    let secret = ["confiden", "vertraulich", "vertrouwelijk", "riservat", "poufn", "fortrolig"];
    let addressed = ["you", "your", "sie", "ihr", "ihre", "vous", "usted", "lei", "u", "uw"];
    let figures = text.contains(|c: char| c.is_ascii_digit()) && !text.contains('?');
    match (count(LEGAL), count(LEGAL_WORDS)) {
        (2.., _) | (1, 1..) => Legality::Sure,
        (1, 0) if titled => Legality::Sure,
        _ if figures && count(FACTS) == 2 => Legality::Sure,
        (1, 0) => Legality::Touched,
        // A title alone goes with what stands below it.
        _ if titled && rest == Some("") => Legality::Touched,
        (0, 1..) if secret.iter().any(|word| text.contains(word)) && !has_word(text, &addressed) => {
            Legality::Named
        }
        _ => Legality::No,
    }
}

fn has_phrase(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.contains(phrase))
}

/// Characters of the longest paragraph that may stand between legal ones.
const LONGEST_CLOSER: usize = 240;

fn is_closer(paragraph: &Paragraph) -> bool {
    paragraph.text.chars().count() <= LONGEST_CLOSER
        && !is_persons(&paragraph.text)
        && CLOSERS.iter().any(|phrase| paragraph.text.contains(phrase))
}
