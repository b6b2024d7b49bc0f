//! Which parts are the text a person reads, and which are attachments (after RFC 8621 §4.1.4).

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::fields::{self, is_control, one_line};
use super::structure::{Part, Walked};
use super::{Attachment, Defect, Limits, Mail, charset, decode, flowed, protection, tnef, uu, words};
use crate::mail::reply;

/// Sorts the parts into the mail's text, attachments and reports.
pub(super) fn fill(mail: &mut Mail, walked: Walked, limits: &Limits, defects: &mut Vec<Defect>) {
    let parts = walked.parts;
    mail.protection = walked.protection;
    // Whatever name the first part bears, it is read.
    let is_file = |index: usize, part: &Part| {
        index > 0 && part.entity.file_name.is_some() && part.alternatives.is_empty()
    };
    let mut left = Budget { text: limits.text, html: limits.html };
    let texts: Vec<Option<Text>> = parts
        .iter()
        .enumerate()
        .map(
            |(index, part)| {
                if is_file(index, part) { None } else { readable(part, limits, &mut left, defects) }
            },
        )
        .collect();
    let chosen = chosen_branches(&parts, &texts);
    let mut shown = Vec::new();
    for (part, text) in parts.into_iter().zip(texts) {
        mail.parts.push(part.entity.content_type());
        match text {
            Some(text)
                if part.alternatives.iter().all(|(group, branch)| chosen.get(group) == Some(branch)) =>
            {
                shown.push(text.shown);
                for (name, bytes) in text.files {
                    attach(mail, Found { name: Some(name), bytes, ..Found::default() }, limits);
                }
            }
            Some(_) => {}
            None => other(mail, &part, limits, defects),
        }
    }
    let packed = std::mem::take(&mut mail.text);
    if shown.iter().all(|text| text.trim().is_empty()) && !packed.trim().is_empty() {
        shown = vec![packed];
    }
    mail.text = joined(&shown, limits, defects);
    mail.protection = mail.protection.max(protection::of_text(&mail.text));
}

/// Bytes that may yet be read as text. They count over all parts of a mail: what a page costs is more than its bytes,
/// and a mail may have a thousand pages. Parts for which nothing is left are attachments.
struct Budget {
    text: usize,
    html: usize,
}

/// A part that is read as text.
struct Text {
    shown: String,
    /// Files that stood in it.
    files: Vec<(String, Vec<u8>)>,
}

impl Text {
    fn is_empty(&self) -> bool {
        self.shown.trim().is_empty()
    }
}

/// Types whose content is read as it stands.
const PLAIN: [&str; 5] = ["text/plain", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown"];
/// Types that are turned into text; the two last are what some senders add for one mail program or a watch.
const HTML: [&str; 4] = ["text/html", "application/xhtml+xml", "text/x-amp-html", "text/watch-html"];

fn is_html(part: &Part) -> bool {
    HTML.contains(&part.entity.media_type.as_str())
}

/// The text of a part that is meant to be read, `None` for an attachment.
fn readable(part: &Part, limits: &Limits, left: &mut Budget, defects: &mut Vec<Defect>) -> Option<Text> {
    let entity = &part.entity;
    let html = is_html(part);
    let attached = entity.disposition.as_deref() == Some("attachment");
    if !(html || PLAIN.contains(&entity.media_type.as_str())) || attached || part.related {
        return None;
    }
    let left = if html { &mut left.html } else { &mut left.text };
    if *left == 0 {
        let cut = Defect::TextCut(if html { limits.html } else { limits.text });
        if !defects.contains(&cut) {
            defects.push(cut);
        }
        return None;
    }
    let mut bytes = decode::transfer(part.body, &entity.encoding, defects);
    let mut files = Vec::new();
    // No charset makes more than four bytes of a byte of text that is kept.
    let most = 4 * if html { limits.html } else { limits.text } + 4;
    // A file in the text is looked for in all of it, however long: it does not count as text.
    if !html
        && bytes.len() > most
        && let Some(taken) = uu::take_out(&bytes)
    {
        (bytes, files) = (taken.text, taken.files);
    }
    let kept = bytes.get(..most).unwrap_or(&bytes);
    *left = left.saturating_sub(kept.len());
    if kept.len() < bytes.len() && !html {
        defects.push(Defect::TextCut(limits.text));
    }
    let declared = entity.charset.as_deref();
    let inner =
        if html && !(kept.is_ascii() || is_believable(declared)) { charset_of_page(kept) } else { None };
    let decoded = charset::text_of(kept, inner.as_deref().or(declared), None);
    defects.extend(decoded.defect);
    if html {
        let shown = lines(&reply::html_to_text(within(&decoded.text, limits.html)));
        return Some(Text { shown, files });
    }
    let shown = lines(&decoded.text);
    let shown = entity.flowed.map_or_else(|| shown.clone(), |blank| flowed::joined(&shown, blank));
    let Some(taken) = uu::take_out(shown.as_bytes()) else { return Some(Text { shown, files }) };
    files.extend(taken.files);
    Some(Text { shown: String::from_utf8_lossy(&taken.text).into_owned(), files })
}

/// Whether a charset is named that means more than "bytes".
fn is_believable(declared: Option<&str>) -> bool {
    let ascii = declared.is_some_and(|name| name.trim().eq_ignore_ascii_case("us-ascii"));
    charset::is_named(declared) && !ascii
}

/// Bytes of a page in which it says its own charset.
const PAGE_HEAD: usize = 4096;

/// The charset that a page names itself.
fn charset_of_page(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..PAGE_HEAD).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, value) = head.split_once("charset=")?;
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let name = value.split(['"', '\'', ' ', ';', '/', '>']).next()?.to_owned();
    charset::is_named(Some(&name)).then_some(name)
}

/// Words of the longest text that stands in the place of a page without being any of its words.
const PLACEHOLDER: usize = 60;
/// Words of a page, at least, that a text in its place lacks.
const LACKING: usize = 3;
/// Words of either that are compared.
const COMPARED: usize = 2000;

/// The plain text of an alternative, taken apart at most once however many pages stand beside it.
#[derive(Default)]
struct Plain {
    text: String,
    new: OnceCell<String>,
}

impl Plain {
    fn newly_written(&self) -> &str {
        self.new.get_or_init(|| reply::split(&self.text).new)
    }
}

/// The first words of a text, in lower case.
fn compared(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(COMPARED).map(str::to_lowercase)
}

/// Whether a plain text stands in the place of the page rather than being its words. Either it says something else
/// ("To view this message, ...", or nothing but what a telephone adds); or it says nothing that the page does not, and
/// lacks a good part of it, or all that the author wrote, or some of it: programs cut their texts short, and some leave
/// only the quote.
fn is_placeholder(plain: &Plain, page: &str) -> bool {
    let plain_words: BTreeSet<String> = compared(&plain.text).collect();
    let page_words: BTreeSet<String> = compared(page).collect();
    let shared = plain_words.intersection(&page_words).count();
    let is_beginning = shared * 10 >= plain_words.len() * 9;
    let lacking = page_words.len() - shared;
    if lacking >= LACKING {
        let is_foreign = plain_words.len() <= PLACEHOLDER && shared * 4 <= plain_words.len();
        if is_foreign
            || reply::is_only_footer(&plain.text)
            || (is_beginning && (lacking * 3 >= page_words.len() || plain.newly_written().trim().is_empty()))
        {
            return true;
        }
    }
    is_beginning && lacks_own_words(plain, page)
}

/// Whether the author says all in the page that they say in the plain text, and more, though the quote that both have
/// makes them alike. What the one counts as the author's and the other as a signature or a quote stands in both, and is
/// no word that is lacking.
fn lacks_own_words(plain: &Plain, page: &str) -> bool {
    let more = surplus(page, &plain.text);
    if more.values().sum::<usize>() < LACKING {
        return false;
    }
    let new = reply::split(page).new;
    let lacking = surplus(&new, plain.newly_written());
    let lacked: usize =
        lacking.iter().map(|(word, times)| (*times).min(more.get(word).copied().unwrap_or_default())).sum();
    let said: BTreeSet<String> = compared(&new).collect();
    lacked >= LACKING && compared(plain.newly_written()).all(|word| said.contains(&word))
}

/// How often each word stands in one text beyond how often it stands in another.
fn surplus(of: &str, beyond: &str) -> BTreeMap<String, usize> {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for word in compared(of) {
        *counted.entry(word).or_default() += 1;
    }
    for word in compared(beyond) {
        if let Some(times) = counted.get_mut(&word) {
            *times = times.saturating_sub(1);
        }
    }
    counted
}

/// Of each multipart/alternative the branch that is read: the first with plain text in it that is the page's, else the
/// last with any.
fn chosen_branches(parts: &[Part], texts: &[Option<Text>]) -> BTreeMap<usize, usize> {
    let mut chosen: BTreeMap<usize, (bool, usize)> = BTreeMap::new();
    for (part, text) in parts.iter().zip(texts) {
        let Some(text) = text else { continue };
        let plain = !is_html(part) && !text.is_empty();
        for &(group, branch) in &part.alternatives {
            let best = chosen.entry(group).or_insert((plain, branch));
            if !best.0 && (plain || !text.is_empty()) {
                *best = (plain, branch);
            }
        }
    }
    let mut read: BTreeMap<usize, usize> =
        chosen.iter().map(|(group, (_, branch))| (*group, *branch)).collect();
    let mut plain: BTreeMap<usize, Plain> = BTreeMap::new();
    for (part, text) in parts.iter().zip(texts) {
        let Some(text) = text else { continue };
        for &(group, branch) in &part.alternatives {
            if chosen.get(&group) == Some(&(true, branch)) {
                plain.entry(group).or_default().text.push_str(&text.shown);
            }
        }
    }
    for (part, text) in parts.iter().zip(texts).filter(|(part, _)| is_html(part)) {
        let Some(text) = text else { continue };
        for &(group, branch) in &part.alternatives {
            if plain.get(&group).is_some_and(|plain| is_placeholder(plain, &text.shown)) {
                read.insert(group, branch);
            }
        }
    }
    read
}

/// Bytes of a delivery report that are read; the attachment keeps the rest.
const DELIVERY_STATUS: usize = 256 * 1024;

/// A part that is not read as text: an attachment, and perhaps a report that bounces need.
fn other(mail: &mut Mail, part: &Part, limits: &Limits, defects: &mut Vec<Defect>) {
    let entity = &part.entity;
    let bytes = decode::transfer(part.body, &entity.encoding, defects);
    let mut found = Found {
        name: entity.file_name.clone(),
        media_type: entity.media_type.clone(),
        inline: entity.disposition.as_deref() == Some("inline")
            || part.related
            || (entity.content_id && entity.disposition.is_none()),
        bytes,
    };
    match entity.media_type.as_str() {
        "message/delivery-status" | "message/global-delivery-status" => {
            let kept = found.bytes.get(..DELIVERY_STATUS).unwrap_or(&found.bytes);
            let status = charset::text_of(kept, entity.charset.as_deref(), None);
            mail.delivery_status.push(lines(&status.text));
        }
        "message/rfc822"
        | "message/global"
        | "text/rfc822-headers"
        | "message/rfc822-headers"
        | "message/global-headers" => {
            let headers = fields::block(&found.bytes, limits, &mut Vec::new()).headers;
            if found.name.is_none()
                && matches!(entity.media_type.as_str(), "message/rfc822" | "message/global")
            {
                let subject = headers.iter().find(|header| header.is("Subject"));
                found.name = subject.and_then(|header| named_after(&header.value));
            }
            mail.returned.push(headers);
        }
        _ if tnef::is_tnef(&found.bytes) && unpacked(mail, &found.bytes, limits) => return,
        _ => {}
    }
    let said = protection::of_part(&entity.media_type, &entity.smime_type, &found.bytes);
    mail.protection = mail.protection.max(said);
    attach(mail, found, limits);
}

/// A message's name as a file: its subject.
fn named_after(subject: &str) -> Option<String> {
    let plain = fields::decoded_line(subject).replace(['/', '\\', ':'], "-");
    let plain = plain.trim_matches(['.', ' ', '-']);
    (!plain.is_empty()).then(|| format!("{plain}.eml"))
}

/// Puts what Outlook packed into the mail. `false` where nothing could be taken out: then the package is kept.
fn unpacked(mail: &mut Mail, bytes: &[u8], limits: &Limits) -> bool {
    let Some(package) = tnef::read(bytes, limits.text) else { return false };
    if mail.text.is_empty() {
        mail.text = lines(&package.text);
    }
    for file in package.files {
        let media_type = file.media_type.unwrap_or_default();
        attach(mail, Found { name: file.name, media_type, bytes: file.bytes, inline: false }, limits);
    }
    package.whole
}

/// An attachment before it has a name that is fit.
#[derive(Default)]
struct Found {
    name: Option<String>,
    media_type: String,
    bytes: Vec<u8>,
    inline: bool,
}

fn attach(mail: &mut Mail, found: Found, limits: &Limits) {
    let plausible = found.media_type.split_once('/').is_some_and(|(kind, _)| !kind.is_empty());
    let media_type = if plausible { found.media_type } else { "application/octet-stream".to_owned() };
    mail.attachments.push(Attachment {
        name: file_name(found.name.as_deref(), &media_type, mail.attachments.len() + 1, limits),
        media_type,
        bytes: found.bytes,
        inline: found.inline,
    });
}

/// A name without folders, so that nothing can be written beside where it belongs, or one made from the type.
fn file_name(given: Option<&str>, media_type: &str, number: usize, limits: &Limits) -> String {
    let decoded = one_line(&words::words(given.unwrap_or_default()));
    let base = decoded.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if base.is_empty() || base.chars().all(|c| c == '.') {
        let (main, subtype) = media_type.split_once('/').unwrap_or(("part", "bin"));
        let ending = match (main, subtype) {
            ("message", "rfc822" | "global") => "eml",
            ("text", "plain") | ("message", _) => "txt",
            ("text", "calendar") => "ics",
            ("application", "octet-stream") => "bin",
            _ if is_ending(subtype) => subtype,
            _ => "bin",
        };
        return format!("attachment-{number}.{ending}");
    }
    shortened(base, limits.attachment_name)
}

/// Characters of the longest ending that a media type gives.
const ENDING: usize = 20;

/// Whether a subtype can end a name: whoever wrote it may have written a path.
fn is_ending(subtype: &str) -> bool {
    (1..=ENDING).contains(&subtype.len())
        && subtype.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+'))
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
