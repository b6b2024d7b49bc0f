//! MIME parts (RFC 2046) as a flat list, found by a loop with limits on depth, number and nesting.

use mail_parser::parsers::MessageStream;

use super::fields;
use super::{ContentType, Defect, Header, Limits};

/// What a part's own header says of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Entity {
    pub(super) media_type: String,
    pub(super) charset: Option<String>,
    pub(super) encoding: String,
    pub(super) file_name: Option<String>,
    pub(super) disposition: Option<String>,
    pub(super) content_id: bool,
    pub(super) flowed: bool,
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
        let mut entity = Self {
            media_type: default.to_owned(),
            encoding: value("Content-Transfer-Encoding").map(token).unwrap_or_default(),
            content_id: value("Content-ID").is_some(),
            ..Self::default()
        };
        if let Some(kind) = value("Content-Type").and_then(parameters) {
            let subtype = kind.subtype.as_deref().unwrap_or_default();
            entity.media_type = match subtype {
                "" if kind.main == "text" => "text/plain".to_owned(),
                "" => default.to_owned(),
                _ => format!("{}/{subtype}", kind.main),
            };
            entity.charset = kind.parameter("charset");
            entity.file_name = kind.parameter("name");
            entity.boundary = kind.parameter("boundary");
            entity.report_type = kind.parameter("report-type").map(|text| text.to_ascii_lowercase());
            entity.method = kind.parameter("method").map(|text| text.to_ascii_lowercase());
            entity.flowed = kind.parameter("format").is_some_and(|text| text.eq_ignore_ascii_case("flowed"));
        }
        if let Some(disposition) = value("Content-Disposition").and_then(parameters) {
            entity.file_name = disposition.parameter("filename").or(entity.file_name);
            entity.disposition = Some(disposition.main);
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
    value.split([' ', '\t', ';', '(']).find(|word| !word.is_empty()).unwrap_or_default().to_ascii_lowercase()
}

/// A value with parameters (RFC 2045 §5.1, RFC 2231), taken out of the decoding crate's types at once.
struct Parameters {
    main: String,
    subtype: Option<String>,
    attributes: Vec<(String, String)>,
}

impl Parameters {
    fn parameter(&self, name: &str) -> Option<String> {
        let found = self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}

fn parameters(value: &str) -> Option<Parameters> {
    let line = format!("{value}\n");
    let parsed = MessageStream::new(line.as_bytes()).parse_content_type().into_content_type()?;
    let attributes = parsed.attributes.unwrap_or_default();
    Some(Parameters {
        main: parsed.c_type.trim().to_ascii_lowercase(),
        // Where the semicolon is missing, the parameters are taken for part of the name.
        subtype: parsed.c_subtype.map(|text| token(&text)),
        attributes: attributes
            .into_iter()
            .map(|one| (one.name.into_owned(), one.value.into_owned()))
            .collect(),
    })
}

/// A part without parts of its own.
pub(super) struct Part<'a> {
    pub(super) entity: Entity,
    pub(super) body: &'a [u8],
    /// The alternatives it stands in, outermost first: which one, and which of its branches.
    pub(super) alternatives: Vec<(usize, usize)>,
    /// Whether it stands in a multipart/related behind that multipart's root.
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

/// All parts of a mail in order. Parts of nested messages are counted and left out. Stops at a limit.
pub(super) fn walk<'a>(
    top: Entity,
    body: &'a [u8],
    limits: &Limits,
    defects: &mut Vec<Defect>,
) -> Vec<Part<'a>> {
    let mut found = Vec::new();
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
            if let Some(pieces) = split(&part, limits, defects) {
                groups += 1;
                let children = pieces
                    .into_iter()
                    .enumerate()
                    .map(|(branch, piece)| child(&part, piece, groups, branch, limits));
                open.extend(children.collect::<Vec<_>>().into_iter().rev());
                continue;
            }
            "text/plain".clone_into(&mut part.entity.media_type);
        } else if part.entity.holds_a_message() {
            open.push(message_within(&part, limits));
        }
        if part.nested == 0 {
            let Open { entity, body, alternatives, related, .. } = part;
            found.push(Part { entity, body, alternatives, related });
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

/// The bodies between the boundary lines; `None` where there is no boundary to go by.
fn split<'a>(part: &Open<'a>, limits: &Limits, defects: &mut Vec<Defect>) -> Option<Vec<&'a [u8]>> {
    let Some(boundary) = part.entity.boundary.as_deref() else {
        defects.push(Defect::NoBoundary);
        return None;
    };
    let pieces = pieces(part.body, boundary.as_bytes(), limits.parts + 1);
    if pieces.bodies.is_empty() {
        defects.push(Defect::NoBoundary);
        return None;
    }
    if !pieces.closed {
        defects.push(Defect::NotClosed);
    }
    Some(pieces.bodies)
}

struct Pieces<'a> {
    bodies: Vec<&'a [u8]>,
    closed: bool,
}

fn pieces<'a>(body: &'a [u8], boundary: &[u8], most: usize) -> Pieces<'a> {
    let mut found = Pieces { bodies: Vec::new(), closed: false };
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

fn child<'a>(parent: &Open<'a>, piece: &'a [u8], group: usize, branch: usize, limits: &Limits) -> Open<'a> {
    let default =
        if parent.entity.media_type == "multipart/digest" { "message/rfc822" } else { "text/plain" };
    let (headers, body) = header_of(piece, limits);
    let mut alternatives = parent.alternatives.clone();
    if parent.entity.media_type == "multipart/alternative" {
        alternatives.push((group, branch));
    }
    Open {
        entity: Entity::of(&headers, default),
        body,
        alternatives,
        related: parent.related || (parent.entity.media_type == "multipart/related" && branch > 0),
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
