//! Senders that speak for others: a web form, a marketplace. Whom does their mail come from?
//!
//! Such a sender is named in the configuration, with the place where the customer's address stands and with what
//! proves that the mail is theirs: the word of our own servers on From, or the address of the host that handed it to
//! our border. Only then is the address in that place the customer's; else anybody could speak for anybody.
//!
//! Deliberately absent: whether the customer really wrote. A form takes any address that is typed into it, so nothing
//! here makes the customer proven; what follows for the acknowledgement is the desk's to say.
use std::{fmt, net::IpAddr, str::FromStr};

use super::inbound::{Mail, Mailbox, mailboxes_in, one_line};
use crate::domain::party::plain_address;

/// Characters of a name that are kept.
const NAME: usize = 100;
/// So many different mailboxes in one place are too many already.
const SEVERAL: usize = 2;

/// A sender that speaks for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relay {
    /// Its address, or `@domain` for every address of a domain and of those below it; lower case.
    pub sender: String,
    /// Where the customer's address stands.
    pub customer: Place,
    /// Where their name stands, if it does not stand with the address.
    pub name: Option<Place>,
    /// What proves that a mail is this sender's.
    pub proof: Proof,
    /// Whether it knows whom it speaks for.
    pub vouches: Vouches,
}

/// Where something of the customer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In Reply-To.
    ReplyTo,
    /// In the field of this name.
    Header(String),
    /// In the line of the text that begins so, behind this label or on the next line.
    Line(String),
}

/// What proves that a mail is a relay's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Our own servers vouch for its From.
    Authenticated,
    /// The host that handed it to our border has an address in one of these ranges.
    From(Vec<Network>),
}

/// Whether a relay knows that its customers are who they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouches {
    /// It does: they are logged in there.
    Yes,
    /// It takes any address that is typed in.
    No,
}

/// Whose voice a mail is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voice {
    /// Its author's own.
    Own,
    /// It has a relay's address, and nothing proves that it is the relay's.
    Unproven,
    /// It is the relay's, and does not say of whom.
    Nobody(Unsaid),
    /// It is a customer's, through a relay.
    Customer {
        /// Who.
        customer: Mailbox,
        /// The relay's address.
        via: String,
        /// Whether the relay knows them.
        vouches: Vouches,
    },
}

impl Voice {
    /// Whether a customer speaks through a relay.
    pub fn is_relayed(&self) -> bool {
        matches!(self, Self::Customer { .. })
    }

    /// Whether nobody but a relay itself could read an answer.
    pub fn is_a_relays_own(&self) -> bool {
        matches!(self, Self::Unproven | Self::Nobody(_))
    }
}

/// Why a relay's mail names no customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsaid {
    /// There is nothing in the place.
    Missing,
    /// There is more than one address.
    Several,
    /// What stands there is no address that can be answered.
    NoAddress,
    /// The text was too long to be read to its end, and the place may lie beyond.
    TooLong,
    /// It is an address of our own, of a colleague or of a relay.
    OneOfUs,
}

impl fmt::Display for Unsaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the relay's mail does not say whose it is",
            Self::Several => "the relay's mail names more than one customer",
            Self::NoAddress => "what the relay's mail says of the customer is no address",
            Self::TooLong => "the relay's mail is too long to say for certain whose it is",
            Self::OneOfUs => "the relay's mail names one of our own addresses as the customer's",
        })
    }
}

/// What is known of how a mail came.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Whether our own servers vouch for From.
    pub authenticated: bool,
    /// Address of the host that handed it to our border.
    pub handed_over_by: Option<IpAddr>,
    /// Whether its text was longer than what is read.
    pub text_cut: bool,
}

/// Says whose voice `mail` is. `is_ours` knows the addresses that are no customer's: the desk's and its staff's.
pub fn hear(mail: &Mail, relays: &[Relay], arrival: Arrival, is_ours: impl Fn(&str) -> bool) -> Voice {
    let Some(from) = &mail.from else { return Voice::Own };
    let mut named = relays.iter().filter(|relay| relay.covers(&from.address)).peekable();
    if named.peek().is_none() {
        return Voice::Own;
    }
    let Some(relay) = named.find(|relay| relay.proof.holds(arrival)) else { return Voice::Unproven };
    if arrival.text_cut && matches!(relay.customer, Place::Line(_)) {
        return Voice::Nobody(Unsaid::TooLong);
    }
    let customer = match relay.customer.mailbox(mail) {
        Ok(customer) => customer,
        Err(why) => return Voice::Nobody(why),
    };
    let same = |other: &str| other.eq_ignore_ascii_case(&customer.address);
    if is_ours(&customer.address) || same(&from.address) || relays.iter().any(|relay| same(&relay.sender)) {
        return Voice::Nobody(Unsaid::OneOfUs);
    }
    let name = relay.name.as_ref().and_then(|place| place.text(mail)).or(customer.name);
    let name = name.map(|name| one_line(&name).chars().take(NAME).collect());
    let name = name.filter(|name: &String| !name.is_empty());
    let customer = Mailbox { name, address: customer.address };
    Voice::Customer { customer, via: from.address.clone(), vouches: relay.vouches }
}

impl Relay {
    /// Whether this address is the relay's.
    pub fn covers(&self, address: &str) -> bool {
        self.sender.starts_with('@') && self.covers_domain_of(address)
            || address.eq_ignore_ascii_case(&self.sender)
    }

    /// Whether this address is in the relay's domain or below it, where the addresses stand that it makes for others.
    pub fn covers_domain_of(&self, address: &str) -> bool {
        let address = address.to_ascii_lowercase();
        let domain = self.sender.rsplit_once('@').map_or("", |(_, domain)| domain);
        let of = address.rsplit_once('@').map_or("", |(_, of)| of);
        of.strip_suffix(domain).is_some_and(|above| above.is_empty() || above.ends_with('.'))
    }
}

impl Proof {
    fn holds(&self, arrival: Arrival) -> bool {
        match self {
            Self::Authenticated => arrival.authenticated,
            Self::From(networks) => {
                arrival.handed_over_by.is_some_and(|host| networks.iter().any(|range| range.contains(host)))
            }
        }
    }
}

impl Place {
    /// The one mailbox in this place.
    fn mailbox(&self, mail: &Mail) -> Result<Mailbox, Unsaid> {
        let found = match self {
            Self::ReplyTo => distinct(in_fields(mail, "Reply-To")),
            Self::Header(name) => distinct(in_fields(mail, name)),
            Self::Line(label) => {
                let mut values = behind(&mail.text, label).peekable();
                if values.peek().is_none() {
                    return Err(Unsaid::Missing);
                }
                distinct(values.flat_map(|value| in_words(&value)))
            }
        };
        match found.as_slice() {
            [] if self.is_empty(mail) => Err(Unsaid::Missing),
            [] => Err(Unsaid::NoAddress),
            [one] => match plain_address(&one.address) {
                Some(address) => Ok(Mailbox { name: one.name.clone(), address }),
                None => Err(Unsaid::NoAddress),
            },
            _ => Err(Unsaid::Several),
        }
    }

    fn is_empty(&self, mail: &Mail) -> bool {
        match self {
            Self::ReplyTo => mail.header("Reply-To").is_none_or(|value| value.trim().is_empty()),
            Self::Header(name) => mail.header(name).is_none_or(|value| value.trim().is_empty()),
            Self::Line(_) => false,
        }
    }

    /// The text in this place, where there is exactly one.
    fn text(&self, mail: &Mail) -> Option<String> {
        let values: Vec<String> = match self {
            Self::ReplyTo => return None,
            Self::Header(name) => {
                mail.headers_named(name).take(SEVERAL).map(super::inbound::decoded_words).collect()
            }
            Self::Line(label) => behind(&mail.text, label).take(SEVERAL).collect(),
        };
        match values.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        }
    }
}

fn in_fields(mail: &Mail, name: &str) -> Vec<Mailbox> {
    mail.headers_named(name).flat_map(|value| mailboxes_in(value, usize::MAX)).collect()
}

/// The first of each address, until they are several. All of them are looked at, for a stranger who fills in a form
/// may repeat one above the true one.
fn distinct(found: impl IntoIterator<Item = Mailbox>) -> Vec<Mailbox> {
    let mut distinct: Vec<Mailbox> = Vec::new();
    for mailbox in found {
        if !distinct.iter().any(|known| known.address.eq_ignore_ascii_case(&mailbox.address)) {
            distinct.push(mailbox);
        }
        if distinct.len() == SEVERAL {
            break;
        }
    }
    distinct
}

/// What stands in the lines that begin with `label` (any case), or on the next line with words where that one says no
/// more: forms as tables become text so.
fn behind<'a>(text: &'a str, label: &str) -> impl Iterator<Item = String> + use<'a> {
    let label = Label::of(label);
    let mut lines = text.lines();
    std::iter::from_fn(move || {
        let value = lines.find_map(|line| label.value(line))?;
        let value = match value.trim() {
            "" => next_field(lines.by_ref()),
            value => value,
        };
        Some(value.to_owned())
    })
}

/// The next line with words, if it is a value: a field that was left empty is followed by the label of another one.
fn next_field<'a>(lines: &mut impl Iterator<Item = &'a str>) -> &'a str {
    let next = lines.map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let labelled = next.split_once(COLONS).is_some_and(|(head, _)| !head.contains('@') && head != "mailto");
    if labelled { "" } else { next }
}

/// Marks that make a label bold or a list in text.
const MARKS: [char; 6] = ['*', '_', '-', '|', ' ', '\t'];
const COLONS: [char; 2] = [':', '\u{ff1a}'];

/// How a line begins that holds something of the customer.
struct Label {
    /// The words, in lower case and without a colon.
    words: String,
    /// Whether it was written with its colon, so that one must follow it.
    closed: bool,
}

impl Label {
    fn of(label: &str) -> Self {
        let label = label.trim();
        Self {
            words: label.trim_end_matches(COLONS).trim_end().to_lowercase(),
            closed: label.ends_with(COLONS),
        }
    }

    /// What follows in a line that begins so, or is nothing else.
    fn value<'a>(&self, line: &'a str) -> Option<&'a str> {
        let line = line.trim_start_matches(MARKS);
        let is_label = |head: &str| head.trim_end_matches(MARKS).to_lowercase() == self.words;
        if let Some((head, rest)) = line.split_once(COLONS)
            && is_label(head)
        {
            return Some(rest.trim_start_matches(MARKS));
        }
        if is_label(line) {
            return Some("");
        }
        let end = line.char_indices().nth(self.words.chars().count()).map(|(at, _)| at)?;
        let (head, rest) = line.split_at_checked(end)?;
        (!self.closed && rest.starts_with(char::is_whitespace) && is_label(head)).then_some(rest)
    }
}

/// What may stand around an address in a line.
const AROUND: [char; 8] = ['<', '>', '(', ')', '[', ']', '"', ','];

/// The addresses among the words of a line, also where a mail program has made a link of one.
fn in_words(value: &str) -> Vec<Mailbox> {
    if let [one] = mailboxes_in(value, SEVERAL).as_slice()
        && plain_address(&one.address).is_some()
    {
        // A comment that repeats the address as a link is no name.
        let name = one.name.clone().filter(|name| !name.contains('@'));
        return vec![Mailbox { name, ..one.clone() }];
    }
    value
        .split(|c: char| c.is_whitespace() || AROUND.contains(&c))
        .map(|word| word.strip_prefix("mailto:").unwrap_or(word).trim_end_matches(['.', ';', '|']))
        .filter_map(plain_address)
        .map(|address| Mailbox { name: None, address })
        .collect()
}

/// A range of addresses, such as `192.0.2.0/24` (RFC 4632) or `2001:db8::/32` (RFC 4291 section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

/// A text that is no range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no range of addresses")]
pub struct NoNetwork;

impl FromStr for Network {
    type Err = NoNetwork;

    /// A single address is a range of one. Bits behind the prefix must be zero, since they are a mistake.
    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) if bits.chars().all(|c| c.is_ascii_digit()) => (base, Some(bits)),
            Some(_) => return Err(NoNetwork),
            None => (text, None),
        };
        let base: IpAddr = base.parse().map_err(|_| NoNetwork)?;
        let most: u8 = if base.is_ipv4() { 32 } else { 128 };
        let bits: u8 = bits.map_or(Ok(most), str::parse).map_err(|_| NoNetwork)?;
        if bits == 0 || bits > most || number(base) & !mask(bits, most) != 0 {
            return Err(NoNetwork);
        }
        Ok(Self { base, bits })
    }
}

impl Network {
    /// Whether `address` lies in it; an IPv4 address in the clothes of IPv6 counts as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let most: u8 = if self.base.is_ipv4() { 32 } else { 128 };
        address.is_ipv4() == self.base.is_ipv4()
            && (number(address) ^ number(self.base)) & mask(self.bits, most) == 0
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The first `bits` of `most` bits set.
fn mask(bits: u8, most: u8) -> u128 {
    let whole = if most == 128 { u128::MAX } else { u128::from(u32::MAX) };
    let free = u32::from(most - bits);
    whole & u128::MAX.checked_shl(free).unwrap_or(0)
}

#[cfg(test)]
#[path = "relay/tests.rs"]
mod tests;
