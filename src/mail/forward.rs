//! A forwarded mail inside another: who wrote it, about what, and what it says.
//!
//! Mail programs pass a mail on in two ways: as an attachment, which keeps its header, or within the text, below a
//! block of headings such as `From:`, `Sent:`, `To:`, `Subject:`, in the language of whoever forwards. The block is
//! known by its headings alone, so the line of dashes or words above it, which differs with every program, need not
//! be known. Where the subject says that it is a forward, an attribution ("On … Ada <ada@…> wrote:") serves as well.
//!
//! Of several blocks, one below the other, the first counts whose author is not one of us: what an agent forwards may
//! be their colleague's answer with the customer's mail below it.
//!
//! Deliberately absent: belief. Whoever forwards may have changed every word.
#[cfg(test)]
mod tests;
mod words;

use super::{
    headings,
    inbound::{self, Limits, Mail, Mailbox, mailboxes_in, one_line},
    reply,
};
use crate::domain::party::plain_address;
use words::SEPARATORS;

/// Attached mails that are looked at.
const ATTACHED: usize = 5;
/// Blocks of headings that are looked at.
const BLOCKS: usize = 20;
/// Lines of one block.
const BLOCK_LINES: usize = 40;
/// Lines that are searched for a block: what a person forwards stands near the top.
const LINES: usize = 10_000;
/// Bytes of the longest heading's name.
const NAME: usize = 64;
/// Characters of a heading line; a longer one is somebody's text.
const LINE: usize = 2_000;
/// Characters of one value that are kept.
const VALUE: usize = 300;
/// Bytes of text that are kept.
const TEXT: usize = 256 * 1024;

/// A forwarded mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// Who wrote it, as far as the forward says.
    pub author: Mailbox,
    /// Its subject.
    pub subject: Option<String>,
    /// Its Message-ID, which only an attached mail keeps.
    pub message_id: Option<String>,
    /// What it says: its newly written text, or all of it where there is none.
    pub text: String,
    /// What whoever forwards wrote above it.
    pub comment: String,
}

/// The mail that `mail` forwards, if it forwards one. `is_ours` knows whose mail is no customer's: the desk's and its
/// staff's.
pub fn find(mail: &Mail, limits: &Limits, is_ours: impl Fn(&str) -> bool) -> Option<Forwarded> {
    attached(mail, limits, &is_ours).or_else(|| within(&mail.text, &mail.subject, &is_ours))
}

/// A mail that is attached as such; one level, since what is forwarded twice over is nobody's complaint.
fn attached(mail: &Mail, limits: &Limits, is_ours: &impl Fn(&str) -> bool) -> Option<Forwarded> {
    let mails = mail.attachments.iter().filter(|part| {
        matches!(part.media_type.as_str(), "message/rfc822" | "message/global")
            || (part.media_type == "application/octet-stream" && part.name.to_lowercase().ends_with(".eml"))
    });
    mails.take(ATTACHED).find_map(|part| {
        let (inner, _) = inbound::understand(&part.bytes, limits);
        let comment = reply::split(&mail.text).new.trim().to_owned();
        let author = inner.from.clone().filter(|from| plain_address(&from.address).is_some())?;
        if is_ours(&author.address) {
            let deeper = within(&inner.text, &inner.subject, is_ours)?;
            return Some(Forwarded { comment, ..deeper });
        }
        Some(Forwarded {
            author,
            subject: some(&inner.subject),
            message_id: inner.message_id.clone(),
            text: words_of(&inner.text),
            comment,
        })
    })
}

/// A mail that stands in the text, below its headings.
fn within(text: &str, subject: &str, is_ours: &impl Fn(&str) -> bool) -> Option<Forwarded> {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    let mut blocks = 0;
    // What stands above the first block is the words of whoever forwards; between two, it is an earlier answer.
    let mut above = None;
    while at < lines.len().min(LINES) && blocks < BLOCKS {
        let Some(block) = Block::at(&lines, at) else {
            at += 1;
            continue;
        };
        blocks += 1;
        let first = *above.get_or_insert(at);
        match block.author() {
            Some(author) if !is_ours(&author.address) => return Some(block.forwarded(author, &lines, first)),
            _ => at = block.end,
        }
    }
    if !is_marked(subject) {
        return None;
    }
    (0..lines.len().min(LINES)).find_map(|at| attribution(&lines, at, is_ours))
}

/// What a heading is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heading {
    From,
    Sent,
    To,
    Subject,
    /// It is read over.
    Other,
}

impl From<headings::Heading> for Heading {
    fn from(heading: headings::Heading) -> Self {
        match heading {
            headings::Heading::From => Self::From,
            headings::Heading::Sent | headings::Heading::Date => Self::Sent,
            headings::Heading::To => Self::To,
            headings::Heading::Subject => Self::Subject,
            headings::Heading::ReplyTo | headings::Heading::Copy => Self::Other,
        }
    }
}

/// A block of headings.
#[derive(Debug, Default)]
struct Block {
    from: Option<String>,
    sent: Option<String>,
    to: Option<String>,
    subject: Option<String>,
    /// The last of the others.
    other: Option<String>,
    /// The line behind it.
    end: usize,
    /// Whether its lines are quoted.
    quoted: bool,
}

impl Block {
    /// The block that begins at line `start`, if one does.
    fn at(lines: &[&str], start: usize) -> Option<Self> {
        let first = lines.get(start)?;
        heading(first)?;
        let mut block = Block { quoted: first.trim_start().starts_with('>'), ..Block::default() };
        let mut open: Option<Heading> = None;
        let mut at = start;
        for line in lines.iter().skip(start).take(BLOCK_LINES) {
            let bare = unquoted(line);
            match heading(line) {
                Some((Heading::Other, value)) => {
                    block.other = Some(value.to_owned());
                    open = Some(Heading::Other);
                }
                // The same heading again begins another block.
                Some((kind, value)) if block.value(kind).is_none() => {
                    *block.place(kind) = Some(value.to_owned());
                    open = Some(kind);
                }
                Some(_) => break,
                None if bare.is_empty() => {
                    // A table becomes text with a blank line between a heading and its value.
                    let waits = open.is_some_and(|kind| block.value(kind).is_some_and(String::is_empty));
                    let next = lines.get(at + 1).and_then(|line| heading(line));
                    let goes_on =
                        next.is_some_and(|(kind, _)| kind == Heading::Other || block.value(kind).is_none());
                    if !waits && !goes_on {
                        break;
                    }
                }
                None => match open {
                    // A value on the line below its heading, or a long list of recipients that goes on there.
                    Some(kind) if continues(&block, kind) => {
                        let value = block.place(kind).get_or_insert_default();
                        if !value.is_empty() {
                            value.push(' ');
                        }
                        value.push_str(bare);
                    }
                    _ => break,
                },
            }
            at += 1;
        }
        block.end = at.max(start + 1);
        block.is_one().then_some(block)
    }

    /// An author with two more headings, or with one where a mail has no subject or an unnamed recipient.
    fn is_one(&self) -> bool {
        let others = [&self.sent, &self.to, &self.subject].iter().filter(|value| value.is_some()).count();
        self.from.as_ref().is_some_and(|from| !from.is_empty()) && others >= 2
    }

    fn value(&self, kind: Heading) -> Option<&String> {
        match kind {
            Heading::From => self.from.as_ref(),
            Heading::Sent => self.sent.as_ref(),
            Heading::To => self.to.as_ref(),
            Heading::Subject => self.subject.as_ref(),
            Heading::Other => self.other.as_ref(),
        }
    }

    fn place(&mut self, kind: Heading) -> &mut Option<String> {
        match kind {
            Heading::From => &mut self.from,
            Heading::Sent => &mut self.sent,
            Heading::Subject => &mut self.subject,
            Heading::To => &mut self.to,
            Heading::Other => &mut self.other,
        }
    }

    fn author(&self) -> Option<Mailbox> {
        mailbox(self.from.as_deref()?)
    }

    fn forwarded(&self, author: Mailbox, lines: &[&str], first: usize) -> Forwarded {
        let below: Vec<&str> = lines
            .iter()
            .skip(self.end)
            .map(|line| if self.quoted { unquoted_once(line) } else { line })
            .collect();
        let above: Vec<&str> = lines.iter().take(first).copied().collect();
        Forwarded {
            author,
            subject: self.subject.as_deref().and_then(some),
            message_id: None,
            text: words_of(&below.join("\n")),
            comment: comment(&above),
        }
    }
}

/// Whether the line below belongs to the value of `kind`: it has none yet, or it is a list that is not finished.
fn continues(block: &Block, kind: Heading) -> bool {
    block.value(kind).is_some_and(|value| {
        value.is_empty()
            || (matches!(kind, Heading::To | Heading::Other) && value.trim_end().ends_with([',', ';']))
    })
}

/// The heading that a line is, and its value.
fn heading(line: &str) -> Option<(Heading, &str)> {
    if line.len() > LINE {
        return None;
    }
    let bare = unquoted(line);
    let (name, value) = bare.split_once([':', '\u{ff1a}']).filter(|(name, _)| name.len() <= NAME)?;
    let name = name.trim_matches(['*', '_', ' ', '\t', '\u{a0}']).to_lowercase();
    let words = headings::HEADINGS.iter().find(|words| words.above_forwards().any(|known| known == name))?;
    Some((words.heading.into(), value.trim_start_matches(['*', '_']).trim()))
}

/// A line without quote marks and blanks around it.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t', '\u{a0}']).trim_end()
}

/// A line without the outermost quote mark.
fn unquoted_once(line: &str) -> &str {
    line.trim_start().strip_prefix('>').map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest))
}

/// What may stand around an address in a heading.
const AROUND: [char; 7] = ['<', '>', '[', ']', '(', ')', '"'];

/// The one author that a heading names.
fn mailbox(value: &str) -> Option<Mailbox> {
    if let [one] = mailboxes_in(value, 2).as_slice()
        && let Some(address) = plain_address(&one.address)
    {
        return Some(Mailbox { name: one.name.clone().and_then(|name| some(&name)), address });
    }
    // Outlook writes `Ada Byron [mailto:ada@…]`, and a link becomes `<ada@… <mailto:ada@…>>` in text.
    let words = value.split(|c: char| c.is_whitespace() || AROUND.contains(&c));
    let address = words
        .map(|word| word.strip_prefix("mailto:").unwrap_or(word).trim_end_matches([',', ';']))
        .find_map(plain_address)?;
    let name = value.split(['<', '[', '(']).next().unwrap_or_default().replace('"', "");
    let name = some(&name).filter(|name| !name.contains('@'));
    Some(Mailbox { name, address })
}

/// A line such as "On Monday Ada Byron <ada@example.com> wrote:" above the mail that is passed on; it may be broken.
fn attribution(lines: &[&str], at: usize, is_ours: &impl Fn(&str) -> bool) -> Option<Forwarded> {
    let first = unquoted(lines.get(at)?);
    let second = lines.get(at + 1).map(|line| unquoted(line)).unwrap_or_default();
    if first.is_empty() || first.len() > LINE || second.len() > LINE {
        return None;
    }
    let closes = |line: &str| line.ends_with([':', '\u{ff1a}']);
    let (whole, end) = if closes(first) {
        (first.to_owned(), at + 1)
    } else if closes(second) && first.contains(char::is_whitespace) {
        (format!("{first} {second}"), at + 2)
    } else {
        return None;
    };
    let (before, rest) = whole.split_once('<')?;
    let address = plain_address(rest.split('>').next()?.trim().trim_start_matches("mailto:"))?;
    if is_ours(&address) {
        return None;
    }
    // The name is what stands between the date and the address, which no comma or colon divides.
    let name = before.rsplit([',', ':']).next().and_then(some);
    let name = name.filter(|name| !name.chars().any(|c| c.is_ascii_digit()));
    let below: Vec<&str> = lines.iter().skip(end).map(|line| unquoted_once(line)).collect();
    let above: Vec<&str> = lines.iter().take(at).copied().collect();
    Some(Forwarded {
        author: Mailbox { name, address },
        subject: None,
        message_id: None,
        text: words_of(&below.join("\n")),
        comment: comment(&above),
    })
}

/// Whether a subject begins as that of a forward does.
fn is_marked(subject: &str) -> bool {
    let subject = subject.trim_start().to_lowercase();
    headings::marks_of_forwards().any(|mark| {
        subject.strip_prefix(mark).is_some_and(|rest| rest.trim_start().starts_with([':', '\u{ff1a}']))
    })
}

/// A subject without the marks that forwarding it has put before it.
pub fn bare_subject(subject: &str) -> &str {
    let mut rest = subject.trim();
    for _ in 0..8 {
        let Some((head, tail)) = rest.split_once([':', '\u{ff1a}']) else { break };
        let head = head.trim().to_lowercase();
        if !headings::marks_of_forwards().any(|mark| mark == head) {
            break;
        }
        rest = tail.trim_start();
    }
    rest
}

/// What whoever forwards wrote: the lines above, without the line that the mail program puts between.
fn comment(above: &[&str]) -> String {
    let is_separator = |line: &str| {
        let bare = unquoted(line)
            .trim_matches(['-', '_', '=', '*', ' ', ':', '\u{2013}', '\u{2014}'])
            .to_lowercase();
        bare.is_empty() || SEPARATORS.iter().any(|words| bare.starts_with(words))
    };
    let kept = above.iter().rev().skip_while(|line| is_separator(line)).count();
    let own: Vec<&str> = above.iter().take(kept).copied().collect();
    reply::split(&own.join("\n")).new.trim().to_owned()
}

/// The newly written words of a text, or all of it where there are none; bounded.
fn words_of(text: &str) -> String {
    let text = text.get(..text.floor_char_boundary(TEXT)).unwrap_or(text);
    let new = reply::split(text).new;
    let chosen = if new.trim().is_empty() { text } else { new.as_str() };
    chosen.trim().to_owned()
}

/// A value on one line, bounded; none if it is empty.
fn some(value: &str) -> Option<String> {
    let line: String = one_line(value).chars().take(VALUE).collect();
    let line = line.trim_matches(['*', '_', ' ']).to_owned();
    (!line.is_empty()).then_some(line)
}
