//! Delivery reports (RFC 3464, RFC 6533): which address could not be reached, why, and about which mail.
//!
//! Read from the machine-readable part, also where a broken structure made it part of the text; a server that has
//! none but names the addresses in `X-Failed-Recipients` (Exim) is understood too, with the code found in its prose. Deliberately absent: matching the report to a mail of ours, without which it changes
//! nothing (a forged report is easily written).

#[cfg(test)]
mod tests;

use super::inbound::{Header, Limits, Mail, header_block, plain_address};

/// What a delivery report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// One entry for each address it speaks of, in its order.
    pub recipients: Vec<Failed>,
    /// Message-ID of the mail it is about, without angle brackets.
    pub original_message_id: Option<String>,
}

/// What happened to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The address, domain in lower case.
    pub address: String,
    /// `failed`, `delayed`, `delivered`, `relayed` or `expanded` (RFC 3464 §2.3.3), in lower case.
    pub action: String,
    /// Enhanced status code such as `5.1.1` (RFC 3463).
    pub status: Option<String>,
    /// Whether trying again is pointless: it failed, and the code is not of the temporary class.
    pub permanent: bool,
    /// What the other server said, one line.
    pub diagnostic: Option<String>,
}

/// Addresses read from one report.
const MOST: usize = 200;
/// Characters kept of a diagnostic.
const DIAGNOSTIC: usize = 500;

/// Reads a delivery report; `None` where the mail is none.
pub fn read(mail: &Mail) -> Option<Bounce> {
    let is_report = mail.content_type.report_type.as_deref() == Some("delivery-status");
    let mut recipients: Vec<Failed> =
        mail.delivery_status.iter().flat_map(|text| from_status(text)).take(MOST).collect();
    if recipients.is_empty() && is_report {
        recipients = from_status(fields_in(&mail.text)).into_iter().take(MOST).collect();
    }
    if recipients.is_empty() {
        recipients = from_failed_field(mail);
    }
    if recipients.is_empty() && !is_report {
        return None;
    }
    Some(Bounce { recipients, original_message_id: original(mail) })
}

/// The groups of fields of a delivery-status part: the first tells of the message, each other of one address.
/// Some servers set an empty line within a group; what follows it completes the group before.
fn from_status(text: &str) -> Vec<Failed> {
    let mut groups: Vec<Vec<Header>> = Vec::new();
    let mut rest = text.as_bytes();
    while !rest.trim_ascii().is_empty() && groups.len() <= 2 * MOST {
        let block = header_block(rest, &Limits::default(), &mut Vec::new());
        if block.body_at == 0 {
            break;
        }
        rest = rest.get(block.body_at..).unwrap_or_default();
        let names_someone =
            block.headers.iter().any(|header| ADDRESS_FIELDS.iter().any(|name| header.is(name)));
        match groups.last_mut() {
            Some(group) if !names_someone => group.extend(block.headers),
            _ => groups.push(block.headers),
        }
    }
    groups.iter().filter_map(|group| failed(group)).collect()
}

/// Who a group is about, in order of trust: as delivered to, as we wrote it, as the server knew it.
const ADDRESS_FIELDS: [&str; 3] = ["Final-Recipient", "Original-Recipient", "X-Actual-Recipient"];

fn failed(group: &[Header]) -> Option<Failed> {
    let field = |name: &str| group.iter().find(|header| header.is(name)).map(|header| header.value.as_str());
    let address = ADDRESS_FIELDS
        .iter()
        .filter_map(|name| field(name))
        .map(typed_value)
        .find(|text| text.contains('@'))?;
    let action = field("Action").map(|text| first_word(text).to_ascii_lowercase()).unwrap_or_default();
    let diagnostic =
        field("Diagnostic-Code").map(|text| typed_value(text).chars().take(DIAGNOSTIC).collect::<String>());
    let status =
        field("Status").and_then(status_code).or_else(|| diagnostic.as_deref().and_then(status_code));
    let action = if action.is_empty() { "failed".to_owned() } else { action };
    let class = status
        .as_deref()
        .and_then(|code| code.chars().next())
        .or_else(|| diagnostic.as_deref().and_then(reply_class));
    Some(Failed {
        address: address_of(&address),
        permanent: is_permanent(&action, class),
        action,
        status,
        diagnostic: diagnostic.filter(|text| !text.is_empty()),
    })
}

/// Actions after which the mail is not lost (RFC 3464 §2.3.3).
const NOT_LOST: [&str; 4] = ["delayed", "delivered", "relayed", "expanded"];

/// A word that the standard does not know stands for failure only where the code says so too.
fn is_permanent(action: &str, class: Option<char>) -> bool {
    match action {
        "failed" => class != Some('4'),
        _ => class == Some('5') && !NOT_LOST.contains(&action),
    }
}

/// The text from the first line on that names a recipient as a report does.
fn fields_in(text: &str) -> &str {
    let lines = text.split_inclusive('\n');
    let before: usize = lines
        .take_while(|line| {
            !ADDRESS_FIELDS
                .iter()
                .any(|name| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
        })
        .map(str::len)
        .sum();
    text.get(before..).unwrap_or_default()
}

/// The value behind its type: `rfc822; user@example.com`, `smtp; 550 no such user`.
fn typed_value(value: &str) -> String {
    let value = value.split_once(';').map_or(value, |(_, rest)| rest);
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first_word(text: &str) -> &str {
    text.split([' ', '\t', ';', '(']).find(|word| !word.is_empty()).unwrap_or_default()
}

/// The address without the brackets and comments that some servers add.
fn address_of(text: &str) -> String {
    let inner = text.split_once('<').map_or(text, |(_, rest)| rest.split('>').next().unwrap_or_default());
    let word = inner.split_whitespace().find(|word| word.contains('@')).unwrap_or(inner);
    plain_address(word.trim_matches(['<', '>', '"', ',', ';', '(', ')']))
}

/// The first enhanced status code in a text (RFC 3463 §2: class 2, 4 or 5, then two numbers).
fn status_code(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.').find(|word| is_status(word)).map(str::to_owned)
}

fn is_status(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let short = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && matches!(parts.first(), Some(&("2" | "4" | "5"))) && parts.iter().all(short)
}

/// The class digit of an SMTP reply code at the start of a diagnostic.
fn reply_class(text: &str) -> Option<char> {
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| !word.is_empty())?;
    (code.len() == 3).then(|| code.chars().next()).flatten().filter(|class| matches!(class, '2' | '4' | '5'))
}

/// Exim names the addresses in a field of the report itself, and tells the reason below each in its prose.
fn from_failed_field(mail: &Mail) -> Vec<Failed> {
    let addresses = mail.headers_named("X-Failed-Recipients").flat_map(|value| value.split(','));
    let addresses = addresses.map(str::trim).filter(|address| address.contains('@')).take(MOST);
    addresses.map(|address| told_in_prose(address_of(address), &mail.text)).collect()
}

/// Bytes of prose below an address that are looked at.
const PROSE: usize = 600;

fn told_in_prose(address: String, text: &str) -> Failed {
    let below = text.split_once(address.as_str()).map_or("", |(_, below)| below);
    let near = below.get(..below.floor_char_boundary(PROSE)).unwrap_or_default();
    let status = status_code(near).or_else(|| reply_code(near).map(|class| format!("{class}.0.0")));
    let class = status.as_deref().and_then(|code| code.chars().next());
    let action = "failed".to_owned();
    Failed { address, permanent: is_permanent(&action, class), action, status, diagnostic: None }
}

/// The class of the first word that is an SMTP reply code, of those for failures.
fn reply_code(text: &str) -> Option<char> {
    let codes = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    codes
        .filter(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .find_map(|word| word.chars().next().filter(|class| matches!(class, '4' | '5')))
}

/// The Message-ID, without angle brackets, of the mail that a report returns (RFC 3462 §2); none where it is empty.
pub fn returned_id(mail: &Mail) -> Option<String> {
    let header = mail.returned.iter().flatten().find(|header| header.is("Message-ID"))?;
    let id = header.value.trim().trim_start_matches('<').trim_end_matches('>');
    (!id.is_empty()).then(|| id.to_owned())
}

/// The id of the mail reported on: from the returned header, else from what the report refers to.
fn original(mail: &Mail) -> Option<String> {
    returned_id(mail).or_else(|| mail.in_reply_to.last().cloned()).or_else(|| mail.references.last().cloned())
}
