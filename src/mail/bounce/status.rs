//! The fields of a delivery report (RFC 3464 §2), wherever and however broken they stand.
//!
//! The fields are read one after the other; a group ends where a field comes a second time, or where a recipient is
//! named after an empty line. So neither a missing empty line nor one too many loses anything.

use super::codes;
use super::{DIAGNOSTIC, Failed, MOST, is_permanent};
use crate::mail::inbound::{Header, Limits, header_block, plain_address};

/// Who a group is about, in order of trust: as delivered to, as we wrote it, as the server knew it.
const ADDRESS_FIELDS: [&str; 3] = ["Final-Recipient", "Original-Recipient", "X-Actual-Recipient"];
/// What is told about an address.
const OTHER_FIELDS: [&str; 5] = ["Action", "Status", "Remote-MTA", "Diagnostic-Code", "Last-Attempt-Date"];

/// What a report tells of its addresses.
pub(super) fn recipients(text: &str) -> Vec<Failed> {
    let mut found: Vec<Failed> = Vec::new();
    for one in groups(text).iter().flat_map(|group| told_of(group)) {
        let known = found.iter().any(|known| known.address == one.address && known.action == one.action);
        if found.len() < MOST && !known {
            found.push(one);
        }
    }
    found
}

/// The text from the first line on that tells of a recipient as a report does.
pub(super) fn fields_in(text: &str) -> &str {
    let before: usize = text
        .split_inclusive('\n')
        .take_while(|line| !starts_with_field(line, &["Final-Recipient", "Original-Recipient", "Action"]))
        .map(str::len)
        .sum();
    text.get(before..).unwrap_or_default()
}

fn starts_with_field(line: &str, names: &[&str]) -> bool {
    line.split_once(':')
        .is_some_and(|(name, _)| names.iter().any(|known| name.trim().eq_ignore_ascii_case(known)))
}

/// The envelope id that the report repeats (RFC 3461 §4.4).
pub(super) fn envelope_id(text: &str) -> Option<String> {
    let block = header_block(text.as_bytes(), &Limits::default(), &mut Vec::new());
    let header = block.headers.into_iter().find(|header| header.is("Original-Envelope-Id"))?;
    Some(header.value).filter(|value| !value.is_empty())
}

fn groups(text: &str) -> Vec<Vec<Header>> {
    let mut groups: Vec<Vec<Header>> = vec![Vec::new()];
    let mut rest = text.as_bytes();
    let mut blocks = 0;
    // Each round looks no further than the first character that is not blank.
    while !rest.iter().all(u8::is_ascii_whitespace) && groups.len() <= 2 * MOST && blocks <= 4 * MOST {
        blocks += 1;
        let block = header_block(rest, &Limits::default(), &mut Vec::new());
        if block.body_at == 0 {
            break;
        }
        rest = rest.get(block.body_at..).unwrap_or_default();
        let mut after_gap = true;
        for header in block.headers {
            let starts = match groups.last().map(|group| begins(group, &header)) {
                Some(Begins::Surely) => true,
                Some(Begins::BehindGap) => after_gap,
                Some(Begins::Nothing) | None => false,
            };
            match groups.last_mut() {
                Some(group) if !starts => group.push(header),
                _ => groups.push(vec![header]),
            }
            after_gap = false;
        }
    }
    groups
}

/// Whether a field begins to tell of the next address.
enum Begins {
    Surely,
    /// It does behind an empty line.
    BehindGap,
    Nothing,
}

fn begins(group: &[Header], next: &Header) -> Begins {
    let has = |name: &str| group.iter().any(|header| header.is(name));
    let known = ADDRESS_FIELDS.iter().chain(&OTHER_FIELDS).find(|name| next.is(name));
    let Some(known) = known else { return Begins::Nothing };
    let names_someone = ADDRESS_FIELDS.iter().any(|name| has(name));
    let is_address = ADDRESS_FIELDS.contains(known);
    let begun_by_address =
        group.first().is_some_and(|first| ADDRESS_FIELDS.iter().any(|name| first.is(name)));
    if has(known) || (is_address && begun_by_address && has("Action")) {
        Begins::Surely
    } else if is_address && names_someone {
        Begins::BehindGap
    } else {
        Begins::Nothing
    }
}

/// One entry for each address that a group names: where it was delivered to, and what we wrote.
fn told_of(group: &[Header]) -> Vec<Failed> {
    let field = |name: &str| group.iter().find(|header| header.is(name)).map(|header| header.value.as_str());
    let mut addresses: Vec<String> = Vec::new();
    for name in ADDRESS_FIELDS {
        let Some(address) = field(name).map(typed_value).filter(|text| text.contains('@')) else { continue };
        let address = address_of(&address);
        if !addresses.iter().any(|known| known.eq_ignore_ascii_case(&address)) {
            addresses.push(address);
        }
    }
    let action = field("Action").map(|text| first_word(text).to_ascii_lowercase()).unwrap_or_default();
    let diagnostic = field("Diagnostic-Code").map(typed_value).unwrap_or_default();
    let diagnostic: String = diagnostic.chars().take(DIAGNOSTIC).collect();
    let status = status_of(field("Status"), &diagnostic, &action);
    let action = if action.is_empty() { "failed".to_owned() } else { action };
    let permanent = is_permanent(&action, status.as_deref().and_then(codes::class));
    addresses
        .into_iter()
        .map(|address| Failed {
            address,
            action: action.clone(),
            status: status.clone(),
            permanent,
            diagnostic: Some(diagnostic.clone()).filter(|text| !text.is_empty()),
        })
        .collect()
}

/// The status field, unless it says nothing and the diagnostic does; else the diagnostic's, else the action's.
fn status_of(field: Option<&str>, diagnostic: &str, action: &str) -> Option<String> {
    let stated = field.and_then(codes::status);
    let told = codes::told(diagnostic);
    match (stated, told) {
        (Some(stated), Some(told)) if overrules(&told, &stated, diagnostic, action) => Some(told),
        (Some(stated), _) => Some(stated),
        (None, Some(told)) => Some(told),
        (None, None) => match action {
            "delayed" => Some("4.0.0".to_owned()),
            "expired" => Some("5.4.7".to_owned()),
            "failed" | "error" => codes::meant(&diagnostic.to_lowercase()).map(str::to_owned),
            _ => None,
        },
    }
}

/// A server that keeps a refused mail in its queue states a temporary status, and repeats the refusal when it gives
/// up: then the refusal counts. A status without subject and detail says less than any code beside it.
fn overrules(told: &str, stated: &str, diagnostic: &str, action: &str) -> bool {
    let gave_up = action == "failed" && stated.starts_with('4') && told.starts_with('5');
    let generic = stated.ends_with(".0.0") && codes::enhanced(diagnostic).is_some();
    gave_up || (generic && codes::class(told) == codes::class(stated))
}

/// The value behind its type: `rfc822; user@example.com`, `smtp; 550 no such user`.
fn typed_value(value: &str) -> String {
    let value = match value.split_once(';') {
        Some((kind, rest)) if !kind.contains(['@', ' ']) || kind.trim().len() < 12 => rest,
        _ => value,
    };
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first_word(text: &str) -> &str {
    text.split([' ', '\t', ';', '(']).find(|word| !word.is_empty()).unwrap_or_default()
}

/// The address without the brackets and comments that some servers add.
pub(super) fn address_of(text: &str) -> String {
    let inner = text.split_once('<').map_or(text, |(_, rest)| rest.split('>').next().unwrap_or_default());
    let word = inner.split_whitespace().find(|word| word.contains('@')).unwrap_or(inner);
    plain_address(word.trim_matches(['<', '>', '"', ',', ';', '(', ')']))
}
