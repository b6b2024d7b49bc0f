//! Which parts are the text a person reads, and which are attachments (after RFC 8621 §4.1.4).

use std::collections::BTreeMap;

use super::decode;
use super::fields::{self, is_control, one_line};
use super::structure::Part;
use super::{Attachment, Defect, Limits, Mail};
use crate::mail::reply;

/// Sorts the parts into the mail's text, attachments and reports.
pub(super) fn fill(mail: &mut Mail, parts: Vec<Part>, limits: &Limits, defects: &mut Vec<Defect>) {
    let texts: Vec<Option<String>> =
        parts.iter().enumerate().map(|(index, part)| readable(part, index == 0, limits, defects)).collect();
    let chosen = chosen_branches(&parts, &texts);
    let mut shown = Vec::new();
    for (part, text) in parts.into_iter().zip(texts) {
        mail.parts.push(part.entity.content_type());
        match text {
            Some(text)
                if part.alternatives.iter().all(|(group, branch)| chosen.get(group) == Some(branch)) =>
            {
                shown.push(text);
            }
            Some(_) => {}
            None => other(mail, &part, limits, defects),
        }
    }
    mail.text = joined(&shown, limits, defects);
}

/// The text of a part that is meant to be read, `None` for an attachment.
fn readable(part: &Part, first: bool, limits: &Limits, defects: &mut Vec<Defect>) -> Option<String> {
    let entity = &part.entity;
    let plain =
        matches!(entity.media_type.as_str(), "text/plain" | "text/enriched" | "text/richtext" | "text");
    let html = entity.media_type == "text/html";
    let attached = entity.disposition.as_deref() == Some("attachment");
    let named = entity.file_name.is_some() && !first && part.alternatives.is_empty();
    if !(plain || html) || attached || named || part.related {
        return None;
    }
    let bytes = decode::transfer(part.body, &entity.encoding, defects);
    let decoded = decode::text_of(&bytes, entity.charset.as_deref());
    defects.extend(decoded.defect);
    let text = if html {
        reply::html_to_text(within(&decoded.text, limits.html))
    } else if entity.flowed {
        unstuffed(&lines(&decoded.text))
    } else {
        lines(&decoded.text)
    };
    Some(text)
}

/// Of each multipart/alternative the branch that is read: the first with plain text in it, else the last with any.
fn chosen_branches(parts: &[Part], texts: &[Option<String>]) -> BTreeMap<usize, usize> {
    let mut chosen: BTreeMap<usize, (bool, usize)> = BTreeMap::new();
    for (part, text) in parts.iter().zip(texts) {
        let Some(text) = text else { continue };
        let plain = part.entity.media_type != "text/html" && !text.trim().is_empty();
        for &(group, branch) in &part.alternatives {
            let best = chosen.entry(group).or_insert((plain, branch));
            if !best.0 && (plain || !text.trim().is_empty()) {
                *best = (plain, branch);
            }
        }
    }
    chosen.into_iter().map(|(group, (_, branch))| (group, branch)).collect()
}

/// A part that is not read as text: an attachment, and perhaps a report that bounces need.
fn other(mail: &mut Mail, part: &Part, limits: &Limits, defects: &mut Vec<Defect>) {
    let entity = &part.entity;
    let bytes = decode::transfer(part.body, &entity.encoding, defects);
    match entity.media_type.as_str() {
        "message/delivery-status" | "message/global-delivery-status" => {
            mail.delivery_status.push(lines(&decode::text_of(&bytes, entity.charset.as_deref()).text));
        }
        "message/rfc822"
        | "message/global"
        | "text/rfc822-headers"
        | "message/rfc822-headers"
        | "message/global-headers" => {
            mail.returned.push(fields::block(&bytes, limits, &mut Vec::new()).headers);
        }
        _ => {}
    }
    let number = mail.attachments.len() + 1;
    mail.attachments.push(Attachment {
        name: file_name(entity.file_name.as_deref(), &entity.media_type, number, limits),
        media_type: entity.media_type.clone(),
        bytes,
        inline: entity.disposition.as_deref() == Some("inline")
            || part.related
            || (entity.content_id && entity.disposition.is_none()),
    });
}

/// A name without folders, so that nothing can be written beside where it belongs, or one made from the type.
fn file_name(given: Option<&str>, media_type: &str, number: usize, limits: &Limits) -> String {
    let decoded = one_line(&decode::words(given.unwrap_or_default()));
    let base = decoded.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if base.is_empty() || base.chars().all(|c| c == '.') {
        let (main, subtype) = media_type.split_once('/').unwrap_or(("part", "bin"));
        let ending = match (main, subtype) {
            ("message", "rfc822" | "global") => "eml",
            ("text", "plain") | ("message", _) => "txt",
            ("application", "octet-stream") => "bin",
            _ => subtype,
        };
        return format!("attachment-{number}.{ending}");
    }
    shortened(base, limits.attachment_name)
}

/// Cuts a long name in the middle, so that its ending still tells what it is.
fn shortened(name: &str, most: usize) -> String {
    let length = name.chars().count();
    if length <= most {
        return name.to_owned();
    }
    let ending: String = match name.rsplit_once('.') {
        Some((_, ending)) if ending.chars().count() <= 10 => format!(".{ending}"),
        _ => String::new(),
    };
    let head = most.saturating_sub(ending.chars().count());
    name.chars().take(head).chain(ending.chars()).collect()
}

/// Line ends made `\n`; control characters and overrides of the writing direction dropped.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let hidden = |c: char| {
        (is_control(c) && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|&c| !hidden(c)).collect()
}

/// Undoes the space-stuffing of RFC 3676 §4.4.
fn unstuffed(text: &str) -> String {
    text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn joined(texts: &[String], limits: &Limits, defects: &mut Vec<Defect>) -> String {
    let whole = texts.join("\n");
    let kept = within(&whole, limits.text);
    if kept.len() < whole.len() {
        defects.push(Defect::TextCut(kept.len()));
    }
    kept.to_owned()
}

/// The longest beginning of at most so many bytes that ends between two characters.
fn within(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}
