//! Values with parameters, such as `Content-Type` (RFC 2045 §5.1, RFC 2231), with what senders make of them: no
//! semicolons, no quotes where there should be, quotes within quotes, encoded words, split and percent-encoded values.

use std::collections::BTreeMap;

use super::{charset, words};

/// A value taken apart.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// What stands before the first parameter, in lower case and without blanks.
    pub(super) main: String,
    attributes: Vec<(String, String)>,
}

impl Parameters {
    /// The first parameter of that name that says something; a percent-encoded one before a plain one (RFC 6266 §4.3).
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let found = self.attributes.iter().find(|(known, value)| known == name && !value.trim().is_empty());
        found.map(|(_, value)| value.trim().to_owned())
    }
}

/// Parameters of one value that are read.
const MOST: usize = 200;

/// Takes a value apart.
pub(super) fn parse(value: &str) -> Parameters {
    let mut scan = Scan { rest: value, ends: words::Ends::default() };
    let main: String = scan.main().chars().filter(|c| !c.is_whitespace()).collect();
    let mut plain: Vec<(String, String)> = Vec::new();
    let mut split: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
    for _ in 0..MOST {
        match scan.parameter() {
            Some(Piece::Parameter(name, text)) => match Segment::of(&name, &text) {
                Some((base, segment)) => split.entry(base).or_default().push(segment),
                None => plain.push((name, text)),
            },
            // A file name with a semicolon in it, and no quotes around it.
            Some(Piece::Stray(text)) => {
                if let Some((name, value)) = plain.last_mut()
                    && name.ends_with("name")
                    && !text.is_empty()
                {
                    value.push(';');
                    value.push_str(&text);
                }
            }
            None => break,
        }
    }
    let mut attributes: Vec<(String, String)> =
        split.into_iter().map(|(name, segments)| (name, joined(segments))).collect();
    // What could not be decoded gives way to the plain one.
    attributes.sort_by_key(|(_, value)| value.contains('\u{fffd}'));
    let broken =
        attributes.iter().position(|(_, value)| value.contains('\u{fffd}')).unwrap_or(attributes.len());
    let last = attributes.split_off(broken);
    attributes.extend(plain);
    attributes.extend(last);
    Parameters { main: main.trim_matches(['"', '\'']).to_ascii_lowercase(), attributes }
}

enum Piece {
    Parameter(String, String),
    Stray(String),
}

/// One part of a value that RFC 2231 §3 splits: `name*1*=…`.
struct Segment {
    number: usize,
    encoded: bool,
    text: String,
}

impl Segment {
    fn of(name: &str, text: &str) -> Option<(String, Self)> {
        let (base, mark) = name.split_once('*')?;
        let encoded = mark.is_empty() || mark.ends_with('*');
        let number = mark.trim_end_matches('*');
        let number = if number.is_empty() { 0 } else { number.parse().ok()? };
        Some((base.to_owned(), Self { number, encoded, text: text.to_owned() }))
    }
}

/// The segments as one text: bytes first, then the charset, since a character may be cut in two.
fn joined(mut segments: Vec<Segment>) -> String {
    segments.sort_by_key(|segment| segment.number);
    let mut charset: Option<String> = None;
    let mut bytes = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        let mut text = segment.text.as_str();
        if at == 0 && segment.encoded {
            let mut marks = text.splitn(3, '\'');
            if let (Some(name), Some(_), Some(rest)) = (marks.next(), marks.next(), marks.next()) {
                charset = Some(name.to_owned());
                text = rest;
            }
        }
        if segment.encoded { percent_decoded(text, &mut bytes) } else { bytes.extend(text.as_bytes()) }
    }
    charset::text_of(&bytes, charset.as_deref(), None).text
}

fn percent_decoded(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (byte, digits(0), digits(1)) {
            out.push(u8::try_from(high * 16 + low).unwrap_or_default());
            rest = tail.get(2..).unwrap_or_default();
        } else {
            out.push(byte);
            rest = tail;
        }
    }
}

/// What is still to be read of a value.
struct Scan<'a> {
    rest: &'a str,
    ends: words::Ends,
}

impl<'a> Scan<'a> {
    /// What stands before the first parameter.
    fn main(&mut self) -> &'a str {
        let end = self.rest.find([';', ',']).unwrap_or(self.rest.len());
        let mut main = self.rest.get(..end).unwrap_or_default();
        // `text/plain charset=utf-8`: the semicolon was forgotten.
        if let Some(equals) = main.find('=') {
            let head = main.get(..equals).unwrap_or_default().trim_end();
            let start = head.rfind([' ', '\t']).map_or(0, |at| at + 1);
            main = main.get(..start).unwrap_or_default();
        }
        self.rest = self.rest.get(main.len()..).unwrap_or_default();
        main.split('(').next().unwrap_or_default()
    }

    fn parameter(&mut self) -> Option<Piece> {
        self.rest = self.rest.trim_start_matches([';', ',', ' ', '\t']);
        if self.rest.is_empty() {
            return None;
        }
        if let Some(comment) = self.rest.strip_prefix('(') {
            self.rest = comment.split_once(')').map_or("", |(_, after)| after);
            return self.parameter_after_comment();
        }
        let end = self.rest.find(['=', ';']).unwrap_or(self.rest.len());
        let (name, after) = self.rest.split_at(end);
        if !after.starts_with('=') || name.trim().is_empty() {
            self.rest = after.strip_prefix('=').unwrap_or(after);
            return Some(Piece::Stray(name.to_owned()));
        }
        self.rest = after.get(1..).unwrap_or_default().trim_start();
        let name = name.trim().rsplit([' ', '\t']).next().unwrap_or_default().to_ascii_lowercase();
        let value = if self.rest.starts_with('"') { self.quoted() } else { self.bare(&name) };
        Some(Piece::Parameter(name, value))
    }

    /// A comment counts as a piece, so that a row of them is a loop and not a recursion.
    fn parameter_after_comment(&mut self) -> Option<Piece> {
        (!self.rest.trim().is_empty()).then(|| Piece::Stray(String::new()))
    }

    /// A value in quotes. A quote inside that nobody escaped is one that neither a semicolon nor the end follows.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        let mut chars = self.rest.chars();
        chars.next();
        while let Some(c) = chars.next() {
            match c {
                // Only quotes and backslashes are escaped; `C:\new.txt` is a path.
                '\\' => match chars.clone().next() {
                    Some(escaped @ ('"' | '\\')) => {
                        text.push(escaped);
                        chars.next();
                    }
                    _ => text.push(c),
                },
                '"' if ends_value(chars.as_str()) => {
                    self.rest = chars.as_str();
                    return text;
                }
                _ => text.push(c),
            }
        }
        self.rest = "";
        text
    }

    /// A value without quotes. The value of a name may hold blanks; others end there.
    fn bare(&mut self, name: &str) -> String {
        let mut text = String::new();
        let named = name.contains("name");
        loop {
            if let Some(word) = words::leading(self.rest, &mut self.ends) {
                text.push_str(word);
                self.rest = self.rest.get(word.len()..).unwrap_or_default();
            }
            let Some(c) = self.rest.chars().next() else { break };
            let blank = matches!(c, ' ' | '\t');
            if c == ';' || (blank && (!named || starts_parameter(self.rest))) || (c == ',' && !named) {
                break;
            }
            text.push(c);
            self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        }
        let text = text.trim();
        let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        inner.filter(|_| name != "boundary").unwrap_or(text).to_owned()
    }
}

/// Bytes that are looked at to tell what follows.
const NEAR: usize = 64;

/// Whether a quote before this text closes the value.
fn ends_value(after: &str) -> bool {
    let after = after.trim_start_matches([' ', '\t']);
    after.is_empty() || after.starts_with([';', ',', '(']) || starts_parameter(after) || !after.contains('"')
}

/// Whether `word=` comes next.
fn starts_parameter(text: &str) -> bool {
    let near = text.get(..text.floor_char_boundary(NEAR)).unwrap_or(text).trim_start();
    let name = near.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '*'))
}
