//! What stands above a mail that is quoted or forwarded whole: a divider, a block of headings, a line to reply above.

use super::Answers;
use super::attribution::{attribution, has_time};
use super::dividers::{ABOVE, DIVIDERS, FORWARDS, WHOLE_LINES};
use super::line::{Line, is_rule};
use crate::mail::headings::{HEADINGS, Heading, Words};

/// Characters of the longest divider.
const LONGEST: usize = 200;
/// Lines looked at for headings; for those of a block that nothing quotes, blank ones are left out.
const BLOCK: usize = 10;
/// Characters of the longest heading.
const LONGEST_HEADING: usize = 40;

/// Whether these lines begin a mail below which nothing is new. Headings in a mail that answers nothing are a form that
/// its author filled in, and dashes with words between them a title that they typed, unless a mail stands below.
pub(super) fn begins_old_mail(lines: &[Line], answers: Answers) -> bool {
    let Some(first) = lines.first() else { return false };
    if first.long || first.quoted {
        return false;
    }
    if answers == Answers::Nothing {
        return is_of_program(first) || (is_divider(first) && shows_old_mail(lines));
    }
    let ruled = is_rule(first) || is_framed(first);
    is_divider(first)
        || is_header_block(lines, Ground::Open)
        || is_line_of_headings(first)
        || (ruled && below_rule(lines))
}

/// What stands above a header block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    Open,
    Rule,
}

fn below_rule(lines: &[Line]) -> bool {
    let next = lines.iter().skip(1).position(|line| !line.is_blank());
    next.and_then(|at| lines.get(at + 1..)).is_some_and(|below| is_header_block(below, Ground::Rule))
}

/// Whether headings, an attribution or a quoted line stand below the first of these lines.
fn shows_old_mail(lines: &[Line]) -> bool {
    let next = lines.iter().skip(1).position(|line| !line.is_blank());
    next.and_then(|at| lines.get(at + 1..)).is_some_and(|below| {
        below.first().is_some_and(|line| line.quoted)
            || is_header_block(below, Ground::Rule)
            || attribution(below).is_some()
    })
}

/// How many lines stand above a quote that is marked line by line: the divider and the headings of a mail whose
/// program marks what it quotes. What is not marked below is an answer, then, unless the
/// headings alone are marked. A forward is passed on as it came.
pub(super) fn above_marked_quote(lines: &[Line]) -> Option<usize> {
    if lines.first().is_some_and(passes_on) {
        return None;
    }
    let above = heads(lines);
    let mut quoted = lines.iter().skip(above).take(HEAD).take_while(|line| line.quoted || line.is_blank());
    let marked = quoted.any(|line| !line.bare.trim_matches(['>', ' ']).is_empty() && role(line).is_none());
    (marked && above > 0).then_some(above)
}

/// How many lines are dividers, rules, headings, the rest of a list of recipients, or blank.
pub(super) fn heads(lines: &[Line]) -> usize {
    let heads = lines.iter().take(HEAD).take_while(|line| {
        !line.quoted
            && (line.is_blank()
                || is_rule(line)
                || is_framed(line)
                || is_divider(line)
                || role(line).is_some()
                || line.bare.contains(['@', ';']))
    });
    heads.count()
}

/// Whether a line has words between dashes; above headings, it does not matter which.
fn is_framed(line: &Line) -> bool {
    let text = line.plain();
    text.chars().take_while(|c| is_dash(*c)).count() >= FRAME
        && text.chars().rev().take_while(|c| is_dash(*c)).count() >= FRAME
}

/// Dashes on each side of a frame.
const FRAME: usize = 3;

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '_' | '=' | '—' | '–' | '#' | '*' | '~' | '─')
}

fn is_divider(line: &Line) -> bool {
    let text = line.plain();
    if text.chars().count() > LONGEST {
        return false;
    }
    let inner = text.trim_matches(|c| is_dash(c) || matches!(c, ' ' | ':' | '>'));
    let leading = text.chars().take_while(|c| is_dash(*c)).count();
    let dashed = leading >= 3 || (leading == 2 && text.ends_with(is_dash));
    let divides = |phrase: &&str| {
        inner
            .strip_prefix(*phrase)
            .is_some_and(|rest| rest.is_empty() || (rest.len() < 60 && rest.starts_with([' ', '-', ':'])))
    };
    (dashed && DIVIDERS.iter().any(divides))
        || passes_on(line)
        || is_of_program(line)
        || asks_to_reply_above(text)
}

/// Whether a line names the program that set it above a quote; nobody types it.
fn is_of_program(line: &Line) -> bool {
    WHOLE_LINES.iter().any(|phrase| line.plain().starts_with(phrase))
}

/// Whether a line says, up to its colon, that what stands below is passed on.
fn passes_on(line: &Line) -> bool {
    let text = line.plain();
    text.ends_with([':', '：']) && FORWARDS.iter().any(|phrase| text.starts_with(phrase))
}

/// Characters that may stand before and behind the words of such a line, and those of its shortest.
const AROUND: usize = 20;
const SHORTEST: usize = 6;

/// The line that help desks set above the mail they quote. Inside a sentence the same words mean nothing.
fn asks_to_reply_above(text: &str) -> bool {
    let framed = text.starts_with(['#', '-', '=', '*', '_', '[', '(', '<', '~', '—', '>']);
    if text.chars().count() < SHORTEST {
        return false;
    }
    ABOVE.iter().filter(|phrase| framed || text.len() <= phrase.len() + 2 * AROUND).any(|phrase| {
        let at = text.find(phrase);
        at.is_some_and(|at| framed || (at <= AROUND && text.len() - at - phrase.len() <= AROUND))
    })
}

/// What a line of a header block tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    From,
    /// When, by the word that only mail programs use above a quote.
    Sent,
    /// When, by an ordinary word.
    Date,
    To,
    Subject,
    Copy,
}

impl Role {
    fn of(words: &Words) -> Self {
        match words.heading {
            Heading::From => Self::From,
            Heading::Sent => Self::Sent,
            Heading::Date => Self::Date,
            Heading::To | Heading::ReplyTo => Self::To,
            Heading::Subject => Self::Subject,
            Heading::Copy => Self::Copy,
        }
    }
}

/// "From: … Sent: … To: … Subject: …": who wrote and two more things, of which one is an address or the word by which
/// one family of programs says when it was sent. The leg of a journey (from, to, date) and a form have neither.
fn is_header_block(lines: &[Line], ground: Ground) -> bool {
    let Some((first, _)) = lines.first().and_then(role) else { return false };
    if first == Role::Copy {
        return false;
    }
    let mut seen: Vec<Role> = Vec::new();
    let mut address = false;
    let mut alone = false;
    let mut timed = false;
    let mut unit = false;
    let mut strangers = 0;
    for line in lines.iter().filter(|line| !line.is_blank()).take(BLOCK) {
        let found = role(line);
        match found {
            Some((role, _)) if !seen.contains(&role) => seen.push(role),
            Some(_) => {}
            // The rest of a long list of recipients.
            None if line.bare.contains(['@', ';']) && !seen.is_empty() => continue,
            None => strangers += 1,
        }
        if strangers > 1 {
            break;
        }
        if let Some((role, value)) = found {
            address |= value.contains('@');
            alone |= value.contains('@') && (value.contains(['<', '[', '(']) || !value.trim().contains(' '));
            unit |= role == Role::From && value.contains('/');
            timed |= matches!(role, Role::Sent | Role::Date) && has_time(value);
        }
    }
    let has = |role: Role| seen.contains(&role);
    let dated = has(Role::Sent) || has(Role::Date);
    let enough = seen.len() >= 3 || (seen.len() == 2 && alone && (dated || has(Role::Subject)));
    // "Anna Berg/Sales/Shop", as one old program names people.
    let told = address
        || (unit && timed && has(Role::Subject) && has(Role::To))
        || (has(Role::Sent) && (has(Role::Subject) || has(Role::To)) && timed);
    has(Role::From)
        && match ground {
            Ground::Open => enough && told,
            Ground::Rule => enough && (told || has(Role::Sent) || has(Role::Subject)) || has(Role::Sent),
        }
}

/// Whether a quote begins with headings, as one program for the web wrote them instead of an attribution.
pub(super) fn begins_with_headings(lines: &[Line]) -> bool {
    // A quote may ask this at each of its lines, however many empty ones follow.
    let near = lines.iter().take(BLOCK);
    let mut heads = near.filter(|line| !line.bare.trim_matches(['>', ' ']).is_empty());
    heads.next().is_some_and(|line| role(line).is_some())
        && heads.next().is_some_and(|line| role(line).is_some())
}

/// The same on one line, as some programs turn HTML into text.
fn is_line_of_headings(line: &Line) -> bool {
    let Some((Role::From, value)) = role(line) else { return false };
    let heads = |wanted: &[Role]| {
        HEADINGS
            .iter()
            .filter(|words| wanted.contains(&Role::of(words)))
            .flat_map(Words::above_quotes)
            .any(|name| value.split(": ").any(|part| part.ends_with(name) && part.len() > name.len()))
    };
    value.contains('@') && heads(&[Role::Sent, Role::Date]) && heads(&[Role::To, Role::Subject])
}

/// What a line of a header block tells, and its value.
fn role<'l>(line: &'l Line) -> Option<(Role, &'l str)> {
    let text = line.bare.trim_start_matches(['*', '_', ' ', '|', '>']);
    let (name, value) = text.split_once([':', '：'])?;
    if name.chars().count() > LONGEST_HEADING {
        return None;
    }
    let name = name.trim_matches(['*', '_', ' ']);
    let words = HEADINGS.iter().find(|words| words.above_quotes().any(|known| known == name))?;
    Some((Role::of(words), value))
}

/// What stands above the text of an old mail.
pub(super) struct Head {
    /// Its lines, with the blank ones around them.
    pub(super) lines: usize,
    /// Whether it says that somebody wrote, as replies do.
    pub(super) attribution: bool,
}

/// Lines of the longest head.
const HEAD: usize = 20;

/// The divider, attribution or headings at the beginning of an old mail.
pub(super) fn head(lines: &[Line]) -> Head {
    let mut at = 0;
    let mut headings = false;
    while let Some(rest) = lines.get(at..).filter(|_| at < HEAD) {
        let Some(line) = rest.first() else { break };
        if headings && line.is_blank() {
            at += 1;
            break;
        }
        if line.is_blank() || is_rule(line) || is_divider(line) || headings {
            at += 1;
        } else if role(line).is_some() && (at > 0 || is_header_block(rest, Ground::Rule)) {
            headings = true;
            at += 1;
        } else if let Some(found) = attribution(rest) {
            return Head { lines: at + found.lines, attribution: true };
        } else {
            break;
        }
    }
    Head { lines: at, attribution: false }
}

/// Whether a line is a heading of a mail.
pub(super) fn is_heading(text: &str) -> bool {
    role(&Line::new(text)).is_some()
}
