//! Bounces that a provider tells as JSON by mail (Amazon SES by way of SNS).
//!
//! The texts are read as a row of names and values, not as a document: mail folds and cuts them, and they come as a
//! text within a text.

use super::{DIAGNOSTIC, Failed, MOST, codes, is_permanent};

/// Bytes that are read.
const LOOKED_AT: usize = 256 * 1024;

/// The addresses of a notification of a bounce; none where it is no such.
pub(super) fn recipients(text: &str) -> Vec<Failed> {
    if !text.trim_start().starts_with('{') {
        return Vec::new();
    }
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let text = text.replace('\n', "").replace("\\\"", "\"");
    let kind = value(&text, "notificationType").or_else(|| value(&text, "eventType"));
    if kind.is_none_or(|kind| !kind.eq_ignore_ascii_case("bounce")) {
        return Vec::new();
    }
    let transient = value(&text, "bounceType").is_some_and(|kind| kind.eq_ignore_ascii_case("transient"));
    let Some((_, list)) = text.split_once("\"bouncedRecipients\"") else { return Vec::new() };
    let list = list.split("\"mail\"").next().unwrap_or_default();
    let mut found = Vec::new();
    for entry in list.split('{').skip(1).take(MOST) {
        let entry = entry.split('}').next().unwrap_or_default();
        let Some(address) = value(entry, "emailAddress") else { continue };
        let diagnostic: String =
            value(entry, "diagnosticCode").unwrap_or_default().chars().take(DIAGNOSTIC).collect();
        let status = value(entry, "status")
            .and_then(codes::status)
            .or_else(|| codes::told(&diagnostic))
            .unwrap_or_else(|| if transient { "4.0.0" } else { "5.0.0" }.to_owned());
        let action = value(entry, "action").unwrap_or("failed").to_ascii_lowercase();
        found.push(Failed {
            address: super::status::address_of(address),
            permanent: is_permanent(&action, codes::class(&status)),
            action,
            status: Some(status),
            diagnostic: Some(diagnostic).filter(|text| !text.is_empty()),
        });
    }
    found
}

/// The text behind the first occurrence of a name.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("\"{name}\""))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    rest.split('"').next()
}
