//! HTML to plain text in one pass: no tree is built, so neither depth nor size of what a stranger sent can hurt.
//!
//! Blocks become lines, quotes get `> `, list items a star, links keep their target where the text hides it. Scripts,
//! styles and comments fall away. Deliberately absent: layout. Cells of a table follow one another on a line.

use mail_parser::decoders::html::add_html_token;

/// Bytes of HTML that are read.
const MOST: usize = 512 * 1024;
/// Bytes within which a tag is expected to end; of a longer one, quotes are not honoured.
const LONGEST_TAG: usize = 2048;
/// Bytes of the longest entity.
const LONGEST_ENTITY: usize = 34;
/// Depth of quoting that is shown.
const DEEPEST_QUOTE: usize = 20;
/// Empty lines in a row that are kept, plus one.
const MOST_BREAKS: usize = 3;
/// Characters of a link's target that are kept.
const LONGEST_LINK: usize = 300;

/// Turns HTML into text, in time proportional to its size; of more than 512 KiB, the beginning.
pub fn html_to_text(html: &str) -> String {
    let html = html.get(..html.floor_char_boundary(MOST)).unwrap_or(html);
    let mut ends = Ends::of(html);
    let mut rest = html;
    let mut page = Page::default();
    while let Some(at) = rest.find('<') {
        let (text, from) = rest.split_at(at);
        page.text(text);
        rest = if let Some((tag, after)) = Tag::read(from, &ends) {
            page.tag(&tag);
            ends.skip_unread(&tag, after)
        } else {
            page.text("<");
            from.get(1..).unwrap_or_default()
        };
    }
    page.text(rest);
    page.out
}

/// Elements whose content is not text.
const UNREAD: [&str; 5] = ["script", "style", "title", "template", "svg"];

/// How far from the end of the page the last closing marks stand, so that none is searched for in vain again and again.
struct Ends {
    tag: Option<usize>,
    comment: Option<usize>,
    /// Elements found not to be closed.
    unclosed: Vec<String>,
}

impl Ends {
    fn of(html: &str) -> Self {
        let from_end = |mark: &str| html.rfind(mark).map(|at| html.len() - at);
        Self { tag: from_end(">"), comment: from_end("-->"), unclosed: Vec::new() }
    }

    /// Skips the content of an unread element; one that is never closed hides nothing but its own tag.
    fn skip_unread<'a>(&mut self, tag: &Tag, after: &'a str) -> &'a str {
        if tag.closing
            || tag.empty
            || !UNREAD.contains(&tag.name.as_str())
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
struct Tag {
    name: String,
    closing: bool,
    empty: bool,
    /// What stands behind the name.
    attributes: String,
}

impl Tag {
    /// Reads what begins with `<`; `None` where that is only a character.
    fn read<'a>(from: &'a str, ends: &Ends) -> Option<(Self, &'a str)> {
        if ends.tag.is_none_or(|last| from.len() < last) {
            return None;
        }
        let nothing = Self { name: String::new(), closing: false, empty: true, attributes: String::new() };
        if let Some(comment) = from.strip_prefix("<!--") {
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
        let end = end_of_tag(inner)?;
        let (content, after) = (inner.get(..end)?, inner.get(end + 1..)?);
        let name = content.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        // An address in angle brackets that nobody escaped is text.
        if name.contains('@') || name.contains(':') && !name.starts_with(['o', 'w', 'v', 'm', 's']) {
            return None;
        }
        let attributes = content.get(name.len()..).unwrap_or_default().to_owned();
        Some((
            Self { name: name.to_ascii_lowercase(), closing, empty: content.ends_with('/'), attributes },
            after,
        ))
    }

    /// The value of an attribute.
    fn attribute(&self, name: &str) -> Option<String> {
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

/// Where the tag ends: the first `>` outside quotes, or, where that is far away, the first at all.
fn end_of_tag(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in inner.char_indices().take_while(|(at, _)| *at < LONGEST_TAG) {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') if inner.get(..at).is_some_and(|head| head.trim_end().ends_with('=')) => {
                quote = Some(c);
            }
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    inner.find('>')
}

/// The text being written.
#[derive(Default)]
struct Page {
    out: String,
    /// Line ends to come before the next text.
    breaks: usize,
    /// Whether a blank is to come before the next text of the line.
    blank: bool,
    /// How deep the next text is quoted, and how deep the last was.
    quote: usize,
    last_quote: usize,
    /// Nesting of preformatted text.
    pre: usize,
    /// The target of the open link, and where its text began.
    link: Option<(String, usize)>,
}

/// Elements that stand on lines of their own, and the line ends around them.
const BLOCKS: [(&str, usize); 34] = [
    ("p", 2),
    ("h1", 2),
    ("h2", 2),
    ("h3", 2),
    ("h4", 2),
    ("h5", 2),
    ("h6", 2),
    ("pre", 2),
    ("blockquote", 2),
    ("ul", 2),
    ("ol", 2),
    ("dl", 2),
    ("div", 1),
    ("table", 1),
    ("tr", 1),
    ("tbody", 1),
    ("thead", 1),
    ("li", 1),
    ("dt", 1),
    ("dd", 1),
    ("section", 1),
    ("article", 1),
    ("header", 1),
    ("footer", 1),
    ("address", 1),
    ("center", 1),
    ("form", 1),
    ("fieldset", 1),
    ("body", 1),
    ("html", 1),
    ("head", 1),
    ("figure", 1),
    ("main", 1),
    ("caption", 1),
];

impl Page {
    fn tag(&mut self, tag: &Tag) {
        if let Some((_, breaks)) = BLOCKS.iter().find(|(name, _)| *name == tag.name) {
            self.breaks = self.breaks.max(*breaks);
            self.blank = false;
        }
        match (tag.name.as_str(), tag.closing) {
            ("br", _) => {
                self.breaks = (self.breaks + 1).min(MOST_BREAKS);
                self.blank = false;
            }
            ("hr", _) => {
                self.breaks = self.breaks.max(1);
                self.word(RULE);
                self.breaks = 1;
            }
            ("blockquote", false) => self.quote = (self.quote + 1).min(DEEPEST_QUOTE),
            ("blockquote", true) => self.quote = self.quote.saturating_sub(1),
            ("pre", false) => self.pre += 1,
            ("pre", true) => self.pre = self.pre.saturating_sub(1),
            ("li", false) => {
                self.word("*");
                self.blank = true;
            }
            ("td" | "th", _) => self.blank = true,
            ("a", false) => self.link = tag.attribute("href").map(|target| (target, self.out.len())),
            ("a", true) => self.end_link(),
            _ => {}
        }
    }

    /// Names the target of a link where its text does not.
    fn end_link(&mut self) {
        let Some((target, start)) = self.link.take() else { return };
        let shown = self.out.get(start..).unwrap_or_default().trim();
        let web = target.starts_with("http://") || target.starts_with("https://");
        if !web || shown.is_empty() || named(&target).contains(named(shown)) || self.quote > 0 {
            return;
        }
        let target: String =
            target.chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(LONGEST_LINK).collect();
        self.blank = true;
        self.word(&format!("({target})"));
    }

    fn text(&mut self, raw: &str) {
        let text = entities(raw);
        if self.pre > 0 {
            self.preformatted(&text);
            return;
        }
        let is_gap = |c: char| c.is_ascii_whitespace();
        if text.starts_with(is_gap) {
            self.blank = true;
        }
        for word in text.split(is_gap).filter(|word| !word.is_empty()) {
            self.word(word);
            self.blank = true;
        }
        if !text.is_empty() {
            self.blank = text.ends_with(is_gap) || (self.blank && text.trim_matches(is_gap).is_empty());
        }
    }

    fn preformatted(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            if !bare.is_empty() {
                self.blank = false;
                self.word(bare);
            }
            if bare.len() < line.len() {
                self.breaks = (self.breaks + 1).min(MOST_BREAKS);
            }
        }
    }

    /// Writes a word, and before it the line ends, quote marks and blank that are due.
    fn word(&mut self, word: &str) {
        let word: String =
            word.chars().filter(|c| !is_soft(*c)).map(|c| if c == '\u{a0}' { ' ' } else { c }).collect();
        if word.is_empty() {
            return;
        }
        if self.out.is_empty() || self.breaks > 0 {
            let breaks = if self.out.is_empty() { 0 } else { self.breaks };
            let between = self.quote.min(self.last_quote);
            for left in (0..breaks).rev() {
                self.out.push('\n');
                if left > 0 {
                    self.out.push_str(&">".repeat(between));
                }
            }
            if self.quote > 0 {
                self.out.push_str(&">".repeat(self.quote));
                self.out.push(' ');
            }
        } else if self.blank {
            self.out.push(' ');
        }
        self.out.push_str(&word);
        (self.breaks, self.blank, self.last_quote) = (0, false, self.quote);
    }
}

/// What a horizontal line becomes; mail clients set one above a quoted mail.
const RULE: &str = "________________________________";

/// Zero width and soft hyphens: padding that some senders hide behind their first line.
fn is_soft(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{34f}')
}

/// A link without its scheme, its `www.` and its last slash.
fn named(link: &str) -> &str {
    let link =
        link.trim_start_matches("mailto:").trim_start_matches("https://").trim_start_matches("http://");
    link.trim_start_matches("www.").trim_end_matches('/')
}

/// Resolves entities; what is none stays as it is.
fn entities(text: &str) -> String {
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
