//! Tags, comments and entities, read one at a time from the front of what is left.

use mail_parser::decoders::html::add_html_token;

/// Bytes within which a tag is expected to end; of a longer one, quotes are not honoured.
const LONGEST_TAG: usize = 2048;
/// Bytes in which the name of an element ends, or an address in its place shows itself.
const LONGEST_NAME: usize = 256;
/// Bytes of the longest entity.
const LONGEST_ENTITY: usize = 34;

/// Elements whose content is not text; the title is, where it stands among the text.
const UNREAD: [&str; 4] = ["script", "style", "title", "template"];

/// Where in a page something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before any text.
    Head,
    Body,
}

/// Attributes that have no value.
#[rustfmt::skip]
const BARE: [&str; 30] = [
    "nowrap", "noshade", "selected", "checked", "disabled", "hidden", "async", "defer", "controls", "compact", "readonly",
    "multiple", "reversed", "itemscope", "border", "allowfullscreen", "novalidate", "required", "autofocus", "loop",
    "muted", "autoplay", "open", "ismap", "nohref", "noresize", "declare", "default", "inert", "contenteditable",
];

/// How far from the end of the page the last closing marks stand, so that none is searched for in vain again and again.
pub(super) struct Ends {
    tag: Option<usize>,
    comment: Option<usize>,
    /// Elements found not to be closed.
    unclosed: Vec<String>,
}

impl Ends {
    pub(super) fn of(html: &str) -> Self {
        let from_end = |mark: &str| html.rfind(mark).map(|at| html.len() - at);
        Self { tag: from_end(">"), comment: from_end("-->"), unclosed: Vec::new() }
    }

    /// Skips the content of an unread element; one that is never closed hides nothing but its own tag.
    pub(super) fn skip_unread<'a>(&mut self, tag: &Tag, after: &'a str, place: Place) -> &'a str {
        if tag.closing
            || tag.empty
            || !UNREAD.contains(&tag.name.as_str())
            || (tag.name == "title" && place == Place::Body)
            || self.unclosed.contains(&tag.name)
        {
            return after;
        }
        let close = format!("</{}", tag.name);
        let found = after
            .as_bytes()
            .windows(close.len())
            .position(|window| window.eq_ignore_ascii_case(close.as_bytes()));
        if found.is_none() {
            self.unclosed.push(tag.name.clone());
        }
        found.and_then(|at| after.get(at..)).unwrap_or(after)
    }
}

/// A tag, a comment or a declaration.
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) closing: bool,
    pub(super) empty: bool,
    /// What stands behind the name.
    pub(super) attributes: String,
}

impl Tag {
    /// Reads what begins with `<`; `None` where that is only a character.
    pub(super) fn read<'a>(from: &'a str, ends: &Ends) -> Option<(Self, &'a str)> {
        if ends.tag.is_none_or(|last| from.len() < last) {
            return None;
        }
        let nothing = Self { name: String::new(), closing: false, empty: true, attributes: String::new() };
        if let Some(comment) = from.strip_prefix("<!--") {
            // An empty comment, as pages have them that one program shall read otherwise.
            if let Some(after) = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->")) {
                return Some((nothing, after));
            }
            let closed = ends.comment.is_some_and(|last| comment.len() >= last);
            return Some((nothing, comment.split_once(if closed { "-->" } else { ">" })?.1));
        }
        let inner = from.strip_prefix('<')?;
        if inner.starts_with(['!', '?']) {
            return Some((nothing, inner.split_once('>')?.1));
        }
        let closing = inner.starts_with('/');
        let inner = inner.strip_prefix('/').unwrap_or(inner);
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        // The name comes first: what is no tag has no end that is worth a search.
        let near = inner.get(..inner.floor_char_boundary(LONGEST_NAME)).unwrap_or(inner);
        let name = near.split(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).next()?;
        // An address in angle brackets that nobody escaped is text.
        if name.contains(['@', ',', ';', '!', '?', '"', '\'', '(', ')', '<'])
            || name.contains(':') && !name.starts_with(['o', 'w', 'v', 'm', 's'])
        {
            return None;
        }
        let end = end_of_tag(inner)?;
        let (content, after) = (inner.get(..end)?, inner.get(end + 1..)?);
        let attributes = content.get(name.len()..).unwrap_or_default().to_owned();
        let unread = UNREAD.iter().any(|known| known.eq_ignore_ascii_case(name));
        if !closing && !unread && end < LONGEST_TAG && is_prose(&attributes) {
            return None;
        }
        Some((
            Self { name: name.to_ascii_lowercase(), closing, empty: content.ends_with('/'), attributes },
            after,
        ))
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let lower = self.attributes.to_ascii_lowercase();
        let (at, _) = lower.match_indices(name).find(|(at, _)| {
            let before = lower.get(..*at).and_then(|head| head.chars().next_back());
            before.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '/'))
                && lower.get(at + name.len()..).is_some_and(|tail| tail.trim_start().starts_with('='))
        })?;
        let value = self.attributes.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let text = match value.chars().next()? {
            quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
            _ => value.split(|c: char| c.is_whitespace()).next()?,
        };
        Some(entities(text.trim()))
    }
}

/// Whether what stands where attributes should are words of the author, who wrote `<` for "less than".
fn is_prose(attributes: &str) -> bool {
    let bare = |word: &str| {
        let word = word.trim_matches('/').to_ascii_lowercase();
        BARE.contains(&word.as_str()) || word.starts_with("data-") || word.starts_with("aria-")
    };
    let mut words = attributes.split_whitespace().filter(|word| word.contains(char::is_alphabetic));
    !attributes.contains(['=', '"']) && words.any(|word| !bare(word))
}

/// Where the tag ends: the first `>` outside quotes, or, where that is far away, the first at all.
fn end_of_tag(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in inner.char_indices().take_while(|(at, _)| *at < LONGEST_TAG) {
        match (quote, c) {
            (None, '>') => return Some(at),
            // Another begins before this one has ended: the first was none.
            (None, '<') => return None,
            (None, '"' | '\'') if inner.get(..at).is_some_and(|head| head.trim_end().ends_with('=')) => {
                quote = Some(c);
            }
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    inner.find('>')
}

/// Resolves entities; what is none stays as it is.
pub(super) fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let near = from.get(..from.floor_char_boundary(LONGEST_ENTITY)).unwrap_or(from);
        match near.find(';').and_then(|end| from.split_at_checked(end + 1)) {
            Some((entity, after))
                if entity.chars().skip(1).all(|c| c.is_ascii_alphanumeric() || matches!(c, '#' | ';')) =>
            {
                add_html_token(&mut out, entity.as_bytes(), false);
                rest = after;
            }
            _ => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}
