//! Placement: which dispute does a mail belong to? (Rule book §4.)
//!
//! Five rules in order; the first that holds wins. Two answers of one rank open a new dispute and the agent hears
//! of both. Equal subjects alone never join anything. Placement is not permission: whether the writer is a party
//! is asked afterwards.
use crate::{
    domain::dispute::Number,
    mail::token::{Audience, Token},
};

/// What is known of a mail's possible places, loaded before placing it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidates {
    /// Valid signed addresses among the recipients.
    pub addressed: Vec<Token>,
    /// Valid signed Message-IDs of ours: In-Reply-To first, then References, newest first.
    pub ours: Vec<Token>,
    /// Ids of other people's mail that the store knows, in the same order.
    pub held: Vec<Held>,
    /// Disputes in which mail we hold refers to this mail's own id: replies that came before it.
    pub expected: Vec<Expected>,
    /// Disputes whose number stands in the subject.
    pub numbered: Vec<Numbered>,
    /// Whether it is a reply, or somebody passing a mail on.
    pub forward: Forward,
}

/// Whether a mail passes another one on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Forward {
    /// Its subject says so.
    Yes,
    /// It is no forward.
    #[default]
    No,
}

/// An id in In-Reply-To or References that the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Where.
    pub dispute: Number,
    /// How it is known.
    pub role: HeldRole,
    /// Which header named it.
    pub header: Header,
    /// What ties the writer of the mail being placed to that dispute.
    pub tie: Tie,
    /// Whether the company has spoken there.
    pub answered: Answered,
}

/// How an id is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldRole {
    /// It is the id of a mail that we hold.
    Mail,
    /// A mail that we hold refers to it; the mail itself never came here.
    Mentioned,
}

/// The header that named an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// In-Reply-To.
    InReplyTo,
    /// References.
    References,
}

/// Whether the writer is a party of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// They are.
    Yes,
    /// They are not.
    No,
}

/// What ties the writer of a mail to a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// They are a party.
    Party,
    /// They write from the customer's own domain, which belongs to no mail provider.
    Colleague,
    /// Nothing does.
    Stranger,
}

/// A dispute that already has replies to the mail being placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Which.
    pub dispute: Number,
    /// What ties the writer to it.
    pub tie: Tie,
    /// Whether an agent has answered there.
    pub answered: Answered,
}

/// Whether the company has spoken in a dispute yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// It has.
    Yes,
    /// Nobody has answered; disputes may still be joined.
    No,
}

/// A dispute whose number stands in the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered {
    /// Which.
    pub dispute: Number,
    /// Whether the number counts as a place: the writer is a party, authenticated where that is required.
    pub counts: Counts,
}

/// Whether a number in a subject counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// It places the mail.
    Yes,
    /// It is only a mention.
    No,
}

worded! {
    /// The rule that placed a mail.
    pub enum PlacedBy {
        /// A signed address or a signed Message-ID.
        Token = "token",
        /// A Message-ID of other mail that we hold.
        Reference = "reference",
        /// The number in the subject.
        Subject = "subject",
        /// None: it is new.
        New = "new",
        /// Its sender opens one dispute after the other, and this one collects their mail.
        Flood = "flood",
    }
}

/// Where a mail belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// To a dispute that exists.
    Existing {
        /// Which.
        number: Number,
        /// By which rule.
        by: PlacedBy,
        /// Serial of the question that the answered mail asked; 0 for none.
        answers: u32,
        /// Whether only the address of the dispute says so.
        only: Only,
    },
    /// To the older of two disputes of one customer that this mail shows to be one.
    Joins {
        /// The older one, which stays.
        into: Number,
        /// The others, which end.
        from: Vec<Number>,
    },
    /// To none: it opens a new one.
    New {
        /// Disputes that rules of one rank disagreed on.
        ambiguous: Vec<Number>,
        /// Disputes whose number it mentions without being a party.
        mentions: Vec<Number>,
    },
}

/// Whether a mail has anything but the address in common with its dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// Nothing else: perhaps picked from an address book.
    Address,
    /// It also answers mail of it or names it.
    More,
}

/// Places a mail.
pub fn place(candidates: &Candidates) -> Placement {
    let mentions: Vec<_> =
        candidates.numbered.iter().filter(|n| n.counts == Counts::No).map(|n| n.dispute).collect();
    let new = |ambiguous: Vec<Number>| Placement::New { ambiguous, mentions: mentions.clone() };
    let forward = candidates.forward == Forward::Yes;
    let ours = candidates.ours.first().filter(|_| !forward).map(|token| Number(token.dispute));
    for found in [numbers(&candidates.addressed), ours.into_iter().collect()] {
        match found.as_slice() {
            [] => {}
            [number] => return existing(candidates, *number, PlacedBy::Token),
            _ => return new(found),
        }
    }
    match by_reference(candidates) {
        Found::Nowhere => {}
        Found::In(number) => return existing(candidates, number, PlacedBy::Reference),
        Found::OneOf(numbers) => return new(numbers),
        Found::AllOf { into, from } => return Placement::Joins { into, from },
    }
    let counted = distinct(candidates.numbered.iter().filter(|n| n.counts == Counts::Yes).map(|n| n.dispute));
    match counted.as_slice() {
        [number] if !forward => existing(candidates, *number, PlacedBy::Subject),
        [] | [_] => new(Vec::new()),
        _ => new(counted),
    }
}

fn existing(candidates: &Candidates, number: Number, by: PlacedBy) -> Placement {
    let (answers, only) = match by {
        PlacedBy::Token => (answers(candidates, number), only(candidates, number)),
        _ => (0, Only::More),
    };
    Placement::Existing { number, by, answers, only }
}

fn distinct(numbers: impl Iterator<Item = Number>) -> Vec<Number> {
    let mut found: Vec<Number> = Vec::new();
    for number in numbers {
        if !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

fn numbers(tokens: &[Token]) -> Vec<Number> {
    distinct(tokens.iter().filter(|token| token.dispute > 0).map(|token| Number(token.dispute)))
}

/// Where ids of other people's mail lead.
enum Found {
    Nowhere,
    In(Number),
    /// To several, and nothing says to which.
    OneOf(Vec<Number>),
    /// To several that this mail shows to be one.
    AllOf {
        into: Number,
        from: Vec<Number>,
    },
}

/// The third rule: the mail answers or cites mail of a dispute, or mail of a dispute cites this one, which comes late.
fn by_reference(candidates: &Candidates) -> Found {
    if candidates.forward == Forward::Yes && !candidates.ours.is_empty() {
        // Somebody passes a letter of ours on; what it refers to is our conversation, not theirs.
        return Found::Nowhere;
    }
    let held = usable(candidates);
    // Whoever cites a mail before it comes must be its writer or sit beside them: a stranger draws nobody into their
    // dispute.
    let expected: Vec<&Expected> =
        candidates.expected.iter().filter(|expected| expected.tie != Tie::Stranger).collect();
    let direct =
        distinct(held.iter().filter(|held| held.header == Header::InReplyTo).map(|held| held.dispute));
    if direct.len() > 1 {
        return Found::OneOf(direct);
    }
    let mut all = distinct(
        held.iter().map(|held| held.dispute).chain(expected.iter().map(|expected| expected.dispute)),
    );
    all.sort();
    let of_one_customer = held.iter().all(|held| joins(held.tie, held.answered))
        && expected.iter().all(|expected| joins(expected.tie, expected.answered));
    match (all.as_slice(), direct.first().or(held.first().map(|held| &held.dispute))) {
        ([], _) => Found::Nowhere,
        ([number], _) => Found::In(*number),
        ([into, from @ ..], _) if of_one_customer => Found::AllOf { into: *into, from: from.to_vec() },
        (_, Some(number)) => Found::In(*number),
        (_, None) => Found::OneOf(all),
    }
}

/// Disputes are joined only while the company has not spoken in any of them, and for nobody but their customer.
fn joins(tie: Tie, answered: Answered) -> bool {
    tie == Tie::Party && answered == Answered::No
}

/// The ids that count, In-Reply-To first. An id that we only know from hearsay joins the mail of a party or of a
/// colleague and nobody else's: two strangers may well answer one newsletter. So does what somebody passes on.
fn usable(candidates: &Candidates) -> Vec<&Held> {
    let open = candidates.forward == Forward::No;
    let usable: Vec<&Held> = candidates
        .held
        .iter()
        .filter(|held| held.tie != Tie::Stranger || (open && held.role == HeldRole::Mail))
        .collect();
    // The writer's own disputes before any other: whoever repeats somebody's Message-ID cannot draw their mail away.
    let own: Vec<&Held> = usable.iter().copied().filter(|held| held.tie == Tie::Party).collect();
    if own.is_empty() { usable } else { own }
}

/// The serial of the question whose mail is answered, from the address or from the Message-ID.
fn answers(candidates: &Candidates, number: Number) -> u32 {
    let of = |tokens: &[Token]| {
        tokens
            .iter()
            .find(|token| token.dispute == number.0 && token.audience == Audience::Customer)
            .map(|token| token.serial)
    };
    of(&candidates.ours).or_else(|| of(&candidates.addressed)).unwrap_or(0)
}

fn only(candidates: &Candidates, number: Number) -> Only {
    let referred = candidates.ours.iter().any(|token| token.dispute == number.0)
        || candidates.held.iter().any(|held| held.dispute == number)
        || candidates.numbered.iter().any(|numbered| numbered.dispute == number);
    if referred { Only::More } else { Only::Address }
}

/// Whether an id is one that any number of programs may have given: a bare word, or a name at a machine that has no
/// name or address of its own in the world. Such an id places nobody but its own writer.
pub fn is_weak_id(id: &str) -> bool {
    let Some((_, domain)) = id.rsplit_once('@') else { return true };
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    let top = domain.rsplit_once('.').map_or(domain.as_str(), |(_, top)| top);
    top.is_empty()
        || domain.starts_with("localhost.")
        || PRIVATE.contains(&top)
        || !top.contains(|c: char| c.is_alphabetic())
}

/// Last labels of names that many networks use, each for machines of its own (RFC 6762 appendix G, RFC 8375, RFC
/// 6761), and names that people give to such a machine.
const PRIVATE: [&str; 17] = [
    "localhost",
    "localdomain",
    "local",
    "lan",
    "home",
    "internal",
    "intranet",
    "private",
    "corp",
    "arpa",
    "invalid",
    "workgroup",
    "desktop",
    "laptop",
    "pc",
    "mac",
    "server",
];

/// Whether a subject says that its mail passes another one on.
pub fn is_forward(subject: &str) -> Forward {
    const MARKS: &[&str] = &[
        "fwd:",
        "fw:",
        "wg:",
        "tr:",
        "rv:",
        "enc:",
        "doorst:",
        "vb:",
        "vl:",
        "pd:",
        "i:",
        "fs:",
        "továbbítás:",
        "tov:",
        "ilt:",
        "i\u{307}lt:",
        "πρθ:",
        "转发:",
        "轉寄:",
        "転送:",
        "전달:",
    ];
    let subject = subject.trim_start().to_lowercase();
    if MARKS.iter().any(|mark| subject.starts_with(mark)) { Forward::Yes } else { Forward::No }
}

/// A subject without the marks of replies and the tags of this desk that stand before it, such as
/// `Re: [D-1042] AW:`, so that a dispute that continues another is not called by the other's number.
pub fn bare_subject(subject: &str, prefix: &str) -> String {
    const MARKS: &[&str] = &["re:", "aw:", "antw:", "sv:", "ref:"];
    const MOST: usize = 32;
    let mut rest = subject.trim();
    for _ in 0..MOST {
        let tagged = rest.strip_prefix('[').and_then(|inner| inner.split_once(']'));
        let is_ours = |tag: &str| tag.len() > prefix.len() && !numbers_in(tag, prefix).is_empty();
        let after_mark = MARKS.iter().find_map(|mark| {
            let (head, tail) = rest.split_at_checked(mark.len())?;
            head.eq_ignore_ascii_case(mark).then_some(tail)
        });
        rest = match (after_mark, tagged) {
            (Some(tail), _) => tail.trim_start(),
            (None, Some((tag, tail))) if is_ours(tag) => tail.trim_start(),
            _ => break,
        };
    }
    rest.to_owned()
}

/// Numbers of this desk that a subject names, such as 1042 for `D-1042`, at most eight.
pub fn numbers_in(subject: &str, prefix: &str) -> Vec<Number> {
    let (subject, prefix) = (subject.to_lowercase(), prefix.to_lowercase());
    if prefix.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut before = None;
    let mut rest = subject.as_str();
    while let Some((head, tail)) = rest.split_once(prefix.as_str()) {
        let stands_alone = !head.chars().next_back().or(before).is_some_and(char::is_alphanumeric);
        before = prefix.chars().next_back();
        let digits: String = tail.chars().take_while(char::is_ascii_digit).take(18).collect();
        if let (true, Ok(number)) = (stands_alone, digits.parse()) {
            found.push(Number(number));
        }
        rest = tail;
    }
    let mut found = distinct(found.into_iter().filter(|number| number.0 > 0));
    found.truncate(8);
    found
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests;
