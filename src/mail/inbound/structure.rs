//! MIME parts (RFC 2046) as a flat list, found by a loop with limits on depth, number and nesting.

use super::protection::{self, Protection};
use super::{ContentType, Defect, Header, Limits, fields, flowed, params};

/// What a part's own header says of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Entity {
    pub(super) media_type: String,
    pub(super) charset: Option<String>,
    pub(super) encoding: String,
    pub(super) file_name: Option<String>,
    pub(super) disposition: Option<String>,
    pub(super) content_id: bool,
    /// Set where the text is `format=flowed`.
    pub(super) flowed: Option<flowed::Blank>,
    /// `smime-type` of an S/MIME part (RFC 8551 §3.2.2), in lower case.
    pub(super) smime_type: String,
    id: Option<String>,
    /// Which part a multipart/related is about (RFC 2387 §3.2).
    start: Option<String>,
    protocol: String,
    boundary: Option<String>,
    report_type: Option<String>,
    method: Option<String>,
}

impl Entity {
    /// The entity that a whole mail is.
    pub(super) fn top(headers: &[Header]) -> Self {
        Self::of(headers, "text/plain")
    }

    fn of(headers: &[Header], default: &str) -> Self {
        let value =
            |name: &str| headers.iter().find(|header| header.is(name)).map(|header| header.value.as_str());
        let id = value("Content-ID").map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
        let mut entity = Self {
            media_type: default.to_owned(),
            encoding: value("Content-Transfer-Encoding").map(token).unwrap_or_default(),
            content_id: id.is_some(),
            id,
            ..Self::default()
        };
        if let Some(kind) = value("Content-Type").map(params::parse) {
            let lower = |name: &str| kind.get(name).map(|text| text.to_ascii_lowercase());
            let is = |name: &str, word: &str| lower(name).is_some_and(|text| text == word);
            entity.media_type = media_type(&kind.main, default);
            entity.charset = kind.get("charset");
            entity.file_name = kind.get("name").or_else(|| kind.get("filename"));
            entity.boundary = kind.get("boundary");
            entity.start = kind.get("start").map(|id| id.trim_matches(['<', '>']).to_owned());
            entity.protocol = lower("protocol").unwrap_or_default();
            entity.smime_type = lower("smime-type").unwrap_or_default();
            entity.report_type = lower("report-type");
            entity.method = lower("method");
            if is("format", "flowed") {
                let blank = if is("delsp", "yes") { flowed::Blank::Goes } else { flowed::Blank::Stays };
                entity.flowed = Some(blank);
            }
        }
        if let Some(disposition) = value("Content-Disposition").map(params::parse) {
            let name = disposition.get("filename").or_else(|| disposition.get("name"));
            entity.file_name = name.or(entity.file_name);
            entity.disposition = Some(disposition.main).filter(|word| !word.is_empty());
        }
        entity
    }

    /// What others may know of it.
    pub(super) fn content_type(&self) -> ContentType {
        ContentType {
            media_type: self.media_type.clone(),
            report_type: self.report_type.clone(),
            method: self.method.clone(),
        }
    }

    fn holds_a_message(&self) -> bool {
        matches!(self.media_type.as_str(), "message/rfc822" | "message/global" | "message/news")
            && matches!(self.encoding.as_str(), "" | "7bit" | "8bit" | "binary")
    }
}

/// The first word of a value, in lower case.
fn token(value: &str) -> String {
    let word = value.split([' ', '\t', ';', '(']).find(|word| !word.is_empty()).unwrap_or_default();
    word.trim_matches(['"', '\'']).to_ascii_lowercase()
}

/// A media type as it can be used; what is none is what stands there by default.
fn media_type(main: &str, default: &str) -> String {
    match main.split_once('/') {
        Some((kind, subtype)) if !kind.is_empty() && !subtype.is_empty() => main.to_owned(),
        Some(("text", _)) => "text/plain".to_owned(),
        None if matches!(main, "text" | "plain") => "text/plain".to_owned(),
        None if main == "html" => "text/html".to_owned(),
        None if main == "multipart" => "multipart/mixed".to_owned(),
        _ => default.to_owned(),
    }
}

/// A part without parts of its own.
pub(super) struct Part<'a> {
    pub(super) entity: Entity,
    pub(super) body: &'a [u8],
    /// The alternatives it stands in, outermost first: which one, and which of its branches.
    pub(super) alternatives: Vec<(usize, usize)>,
    /// Whether it stands in a multipart/related beside that multipart's root.
    pub(super) related: bool,
}

/// A part still to be looked at.
struct Open<'a> {
    entity: Entity,
    body: &'a [u8],
    alternatives: Vec<(usize, usize)>,
    related: bool,
    depth: usize,
    nested: usize,
}

/// A mail taken apart.
#[derive(Default)]
pub(super) struct Walked<'a> {
    pub(super) parts: Vec<Part<'a>>,
    /// What the multiparts say of themselves.
    pub(super) protection: Option<Protection>,
}

/// All parts of a mail in order. Parts of nested messages are counted and left out. Stops at a limit.
pub(super) fn walk<'a>(
    top: Entity,
    body: &'a [u8],
    limits: &Limits,
    defects: &mut Vec<Defect>,
) -> Walked<'a> {
    let mut found = Walked::default();
    let first = Open { entity: top, body, alternatives: Vec::new(), related: false, depth: 0, nested: 0 };
    let mut open = vec![first];
    let (mut count, mut groups) = (0, 0);
    while let Some(mut part) = open.pop() {
        count += 1;
        if let Some(over) = over_limit(count, &part, limits) {
            defects.push(Defect::OverLimit(over));
            break;
        }
        if part.entity.media_type.starts_with("multipart/") {
            if part.nested == 0 {
                let said = protection::of_multipart(&part.entity.media_type, &part.entity.protocol);
                found.protection = found.protection.max(said);
            }
            let pieces = split(&part, limits, defects);
            if !pieces.bodies.is_empty() {
                groups += 1;
                open.extend(children(&part, &pieces.bodies, groups, limits).into_iter().rev());
                continue;
            }
            part.body = pieces.preamble;
            "text/plain".clone_into(&mut part.entity.media_type);
        } else if part.entity.holds_a_message() {
            open.push(message_within(&part, limits));
        }
        if part.nested == 0 {
            let Open { entity, body, alternatives, related, .. } = part;
            found.parts.push(Part { entity, body, alternatives, related });
        }
    }
    found
}

fn over_limit(count: usize, part: &Open, limits: &Limits) -> Option<String> {
    if count > limits.parts {
        return Some(format!("more than {} parts", limits.parts));
    }
    if part.depth > limits.depth {
        return Some(format!("parts nested more than {} deep", limits.depth));
    }
    (part.nested > limits.nested).then(|| format!("messages nested more than {} deep", limits.nested))
}

/// The bodies between the boundary lines. Where the boundary named never occurs, the one that does is taken.
fn split<'a>(part: &Open<'a>, limits: &Limits, defects: &mut Vec<Defect>) -> Pieces<'a> {
    let named = part.entity.boundary.as_deref().map(str::as_bytes);
    let by = |boundary: &[u8]| pieces(part.body, boundary, limits.parts + 1);
    let found = named.map(by).filter(|pieces| pieces.closed || !pieces.bodies.is_empty());
    let pieces = found.unwrap_or_else(|| {
        defects.push(Defect::NoBoundary);
        let nothing = Pieces { preamble: part.body, bodies: Vec::new(), closed: true };
        boundary_in(part.body).map_or(nothing, by)
    });
    if !pieces.closed {
        defects.push(Defect::NotClosed);
    }
    pieces
}

/// Bytes in which a boundary is looked for that nobody named.
const LOOKED_AT: usize = 64 * 1024;

/// What follows two hyphens on a line above a field of a part.
fn boundary_in(body: &[u8]) -> Option<&[u8]> {
    let near = body.get(..LOOKED_AT).unwrap_or(body);
    let mut lines = near.split(|&byte| byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().and_then(|next| next.get(..8)).unwrap_or_default();
        if next.eq_ignore_ascii_case(b"content-")
            && let Some(boundary) = line.strip_prefix(b"--").map(<[u8]>::trim_ascii)
            && !boundary.is_empty()
        {
            return Some(boundary);
        }
    }
    None
}

struct Pieces<'a> {
    /// What stands above the first boundary.
    preamble: &'a [u8],
    bodies: Vec<&'a [u8]>,
    closed: bool,
}

fn pieces<'a>(body: &'a [u8], boundary: &[u8], most: usize) -> Pieces<'a> {
    let mut found = Pieces { preamble: body, bodies: Vec::new(), closed: false };
    let mut started: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let start = at;
        at += line.len();
        let Some(tail) = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary)) else {
            continue;
        };
        let tail = tail.trim_ascii();
        if !tail.is_empty() && !tail.starts_with(b"--") {
            continue;
        }
        if found.preamble.len() == body.len() {
            found.preamble = body.get(..start).unwrap_or_default();
        }
        if let Some(from) = started.take() {
            found.bodies.push(without_line_end(body.get(from..start).unwrap_or_default()));
        }
        if !tail.is_empty() {
            found.closed = true;
            return found;
        }
        started = Some(at);
        if found.bodies.len() >= most {
            return found;
        }
    }
    found.bodies.extend(started.and_then(|from| body.get(from..)).filter(|rest| !rest.is_empty()));
    found
}

/// The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
fn without_line_end(body: &[u8]) -> &[u8] {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    body.strip_suffix(b"\r").unwrap_or(body)
}

fn children<'a>(parent: &Open<'a>, pieces: &[&'a [u8]], group: usize, limits: &Limits) -> Vec<Open<'a>> {
    let related = parent.entity.media_type == "multipart/related";
    let branches = pieces.iter().enumerate();
    let mut children: Vec<Open> =
        branches.map(|(branch, piece)| child(parent, piece, (group, branch), limits)).collect();
    if related {
        let start = parent.entity.start.as_deref();
        let named = children.iter().position(|child| start.is_some() && child.entity.id.as_deref() == start);
        let readable = |child: &Open| {
            ["text/", "multipart/"].iter().any(|kind| child.entity.media_type.starts_with(kind))
        };
        let root = named.or_else(|| children.iter().position(readable)).unwrap_or(0);
        for (branch, child) in children.iter_mut().enumerate() {
            child.related |= branch != root;
        }
    }
    children
}

fn child<'a>(parent: &Open<'a>, piece: &'a [u8], place: (usize, usize), limits: &Limits) -> Open<'a> {
    let default =
        if parent.entity.media_type == "multipart/digest" { "message/rfc822" } else { "text/plain" };
    let (headers, body) = header_of(piece, limits);
    let mut alternatives = parent.alternatives.clone();
    if parent.entity.media_type == "multipart/alternative" {
        alternatives.push(place);
    }
    Open {
        entity: Entity::of(&headers, default),
        body,
        alternatives,
        related: parent.related,
        depth: parent.depth + 1,
        nested: parent.nested,
    }
}

fn message_within<'a>(part: &Open<'a>, limits: &Limits) -> Open<'a> {
    let (headers, body) = header_of(part.body, limits);
    Open {
        entity: Entity::of(&headers, "text/plain"),
        body,
        alternatives: Vec::new(),
        related: false,
        depth: part.depth + 1,
        nested: part.nested + 1,
    }
}

/// A part's header and body. A part that starts with an empty line has no header.
fn header_of<'a>(piece: &'a [u8], limits: &Limits) -> (Vec<Header>, &'a [u8]) {
    for empty in [b"\r\n".as_slice(), b"\n"] {
        if let Some(body) = piece.strip_prefix(empty) {
            return (Vec::new(), body);
        }
    }
    let block = fields::block(piece, limits, &mut Vec::new());
    (block.headers, piece.get(block.body_at..).unwrap_or_default())
}
