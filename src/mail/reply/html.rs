//! HTML to plain text in one pass: no tree is built, so neither depth nor size of what a stranger sent can hurt.
//!
//! Blocks become lines, quotes get `> `, list items a star, links keep their target where the text hides it. Scripts,
//! styles and comments fall away. Deliberately absent: layout. Cells of a table follow one another on a line.

mod container;
mod strike;
mod tag;

use container::CONTAINERS;
use strike::Struck;
use tag::{Ends, Place, Tag, entities};

/// Bytes of HTML that are read.
const MOST: usize = 512 * 1024;
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
            ends.skip_unread(&tag, after, page.place())
        } else {
            page.text("<");
            from.get(1..).unwrap_or_default()
        };
    }
    page.text(rest);
    ruled(&page.finish())
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
    /// The open blockquotes, and whether each quotes; and how many are open below those.
    quotes: Vec<bool>,
    deeper: usize,
    /// Nesting of preformatted text.
    pre: usize,
    /// The target of the open link, and where its text began.
    link: Option<(String, usize)>,
    /// The author's signature, where the page marks it.
    signature: Signature,
    /// The open element that holds a quoted mail: its name, how many of that name are open, and where its text began.
    container: Option<(String, usize, usize)>,
    /// Where the text of such elements stands.
    contained: Vec<(usize, usize)>,
    /// Whether the next word is the delimiter that one program writes above the signature it marks.
    delimiter: bool,
    /// Struck-out text: the open elements that strike, and whether its mark has been written.
    struck: Struck,
    striking: bool,
}

/// What is known of the author's signature.
#[derive(Default, Clone, PartialEq, Eq)]
enum Signature {
    #[default]
    None,
    /// Inside an element of this name: where its text began, and how many of that name are open in it.
    Open(String, usize, usize),
    /// Behind it, and nothing but a quote has followed.
    Closed(usize),
    /// A quote follows it, or the author's words do; what comes now says nothing about it.
    Settled(Option<usize>),
}

/// Elements that stand on lines of their own, and the line ends around them.
#[rustfmt::skip]
const BLOCKS: [(&str, usize); 52] = [
    ("p", 2), ("h1", 2), ("h2", 2), ("h3", 2), ("h4", 2), ("h5", 2), ("h6", 2), ("pre", 2), ("blockquote", 2),
    ("ul", 2), ("ol", 2), ("dl", 2), ("div", 1), ("table", 1), ("tr", 1), ("tbody", 1), ("thead", 1),
    ("li", 1), ("dt", 1), ("dd", 1), ("section", 1), ("article", 1), ("header", 1), ("footer", 1),
    ("address", 1), ("center", 1), ("form", 1), ("fieldset", 1), ("body", 1), ("html", 1), ("head", 1),
    ("figure", 1), ("main", 1), ("caption", 1), ("details", 1), ("summary", 1), ("nav", 1), ("aside", 1),
    ("hgroup", 1), ("dialog", 1), ("figcaption", 1), ("tfoot", 1), ("legend", 1), ("select", 1),
    ("option", 1), ("button", 1), ("textarea", 1), ("noscript", 1), ("iframe", 1), ("object", 1), ("math", 1),
    ("svg", 1),
];

/// Classes and ids by which mail programs mark the author's signature.
const SIGNATURES: [&str; 8] = [
    "gmail_signature",
    "moz-signature",
    "signature",
    "x_signature",
    "ms-outlook-mobile-signature",
    "protonmail_signature_block",
    "_rc_sig",
    "mail-signature",
];

/// Classes and ids at which a quoted mail begins.
const QUOTES: [&str; 18] = [
    "gmail_quote",
    "gmail_quote_container",
    "gmail_attr",
    "moz-cite-prefix",
    "moz-forward-container",
    "yahoo_quoted",
    "divrplyfwdmsg",
    "x_divrplyfwdmsg",
    "appendonsend",
    "x_appendonsend",
    "outlookmessageheader",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "ms-outlook-mobile-reference-message",
    "mail-editor-reference-message-container",
    "_originalcontent",
    "reply-intro",
];

/// Those that stand above headings, where a rule helps to tell them from a table that the author wrote.
const HEADERS: [&str; 3] = ["divrplyfwdmsg", "x_divrplyfwdmsg", "outlookmessageheader"];

/// Whether one of an element's classes, or its id, is among these.
fn is_marked(tag: &Tag, marks: &[&str]) -> bool {
    !tag.attributes.is_empty()
        && ["class", "id", "name"].iter().filter_map(|name| tag.attribute(name)).any(|value| {
            value.split_whitespace().any(|word| marks.contains(&own_name(&word.to_ascii_lowercase())))
        })
}

/// A class without what one program sets before those of a mail that it answers, "ydp" and some digits.
fn own_name(class: &str) -> &str {
    let named = class.strip_prefix("ydp").and_then(|rest| rest.get(rest.find("yahoo")?..));
    named.unwrap_or(class)
}

/// Whether the element is the frame above the headings that one desktop program draws.
fn draws_line_above(tag: &Tag) -> bool {
    tag.name == "div"
        && tag.attribute("style").is_some_and(|style| {
            let style = style.to_ascii_lowercase().replace(' ', "");
            style.contains("border:none;border-top:solid#") && style.contains("padding:3.0pt0")
        })
}

/// Whether a blockquote only indents what the author wrote, as editors do that have a button for it: it has a margin
/// and no border, and nothing above it announces a quote.
fn indents(tag: &Tag, above: &str) -> bool {
    tag.attribute("type").is_none()
        && tag.attribute("cite").is_none()
        && !is_marked(tag, &QUOTES)
        && tag.attribute("style").is_some_and(|style| {
            let style = style.to_ascii_lowercase().replace(' ', "");
            let bare = ["border:none", "border:0", "border:medium"].iter().any(|none| style.contains(none));
            bare || (style.contains("margin-left") && !style.contains("border") && !announces(above))
        })
}

/// Bytes of the longest line above a quote.
const LONGEST_HEAD: usize = 400;

/// Whether the last line of a text is an attribution or a heading, above which programs set what they quote.
fn announces(text: &str) -> bool {
    let text = text.trim_end();
    let near = text.get(text.floor_char_boundary(text.len().saturating_sub(LONGEST_HEAD))..).unwrap_or(text);
    let last = near.rsplit('\n').next().unwrap_or_default();
    super::heading::is_heading(last)
        || (last.ends_with([':', '：']) && last.contains(|c: char| c == '@' || c.is_ascii_digit()))
}

impl Page {
    /// The text, with the delimiter of RFC 3676 §4.3 above a signature that the page marked and that ends the
    /// author's words.
    fn finish(mut self) -> String {
        self.strike_end();
        // The signature stands above all that is quoted, so its place stays the same.
        self.quote_contained();
        let at = match self.signature {
            Signature::Open(_, at, _) | Signature::Closed(at) | Signature::Settled(Some(at)) => at,
            Signature::None | Signature::Settled(None) => return self.out,
        };
        let (Some(above), Some(below)) = (self.out.get(..at), self.out.get(at..)) else { return self.out };
        let delimited = above.trim_end().ends_with("--") || below.trim_start().starts_with("--");
        let signs = || super::is_signature(below);
        if !above.trim().is_empty() && !below.trim().is_empty() && !delimited && signs() {
            // Right above it, below the blank lines.
            let gap = below.len() - below.trim_start_matches('\n').len();
            self.out.insert_str(at + gap, if gap > 0 { "-- \n" } else { "\n-- " });
        }
        self.out
    }

    /// Whether anything has been written yet.
    fn place(&self) -> Place {
        if self.out.is_empty() { Place::Head } else { Place::Body }
    }

    /// Follows where the signature begins and ends.
    fn mark(&mut self, tag: &Tag) {
        let begins_quote = !tag.closing
            && (matches!(tag.name.as_str(), "blockquote" | "hr")
                || is_marked(tag, &QUOTES)
                || is_marked(tag, &CONTAINERS));
        let opens = !tag.closing && !tag.empty && self.quote == 0 && self.container.is_none();
        match &mut self.signature {
            Signature::None if opens && is_marked(tag, &SIGNATURES) => {
                self.signature = Signature::Open(tag.name.clone(), self.out.len(), 1);
            }
            Signature::None if begins_quote => self.signature = Signature::Settled(None),
            Signature::Open(name, at, open) if *name == tag.name && !tag.empty => {
                *open = if tag.closing { *open - 1 } else { *open + 1 };
                if *open == 0 {
                    self.signature = Signature::Closed(*at);
                }
            }
            Signature::Closed(at) if begins_quote => self.signature = Signature::Settled(Some(*at)),
            _ => {}
        }
    }

    fn tag(&mut self, tag: &Tag) {
        self.delimiter = !tag.closing && is_marked(tag, &["gmail_signature_prefix"]);
        self.mark(tag);
        self.contain(tag);
        self.struck.follow(tag);
        if !self.struck.is_open() {
            self.strike_end();
        }
        if !tag.closing && (is_marked(tag, &HEADERS) || draws_line_above(tag)) && !self.out.ends_with(RULE) {
            if self.out.ends_with(LINE) {
                self.out.truncate(self.out.len() - LINE.len());
                self.out.push_str(RULE);
            } else {
                self.breaks = self.breaks.max(1);
                self.word(RULE);
            }
            self.breaks = 1;
        }
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
                self.word(LINE);
                self.breaks = 1;
            }
            ("blockquote", false) => self.open_quote(tag),
            ("blockquote", true) => self.close_quote(),
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

    /// Ends the struck-out text of a line, where there is any.
    fn strike_end(&mut self) {
        if std::mem::take(&mut self.striking) {
            self.out.push_str(STRUCK);
        }
    }

    /// Quotes, or only indents; the closing tag must know which of the two.
    fn open_quote(&mut self, tag: &Tag) {
        if self.quotes.len() >= DEEPEST_QUOTE {
            self.deeper += 1;
            return;
        }
        let quotes = !indents(tag, &self.out);
        self.quotes.push(quotes);
        self.quote += usize::from(quotes);
    }

    fn close_quote(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if self.quotes.pop() == Some(true) {
            self.quote = self.quote.saturating_sub(1);
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
        if word.trim().is_empty() {
            self.blank |= !word.is_empty();
            return;
        }
        // Where the signature ends the author's words, it gets one anyway.
        if self.delimiter && word.trim() == "--" {
            return;
        }
        if matches!(self.signature, Signature::Closed(_)) && self.quote == 0 && word != RULE && word != LINE {
            self.signature = Signature::Settled(None);
        }
        if self.out.is_empty() || self.breaks > 0 {
            self.strike_end();
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
        if self.struck.is_open() && !std::mem::replace(&mut self.striking, true) {
            self.out.push_str(STRUCK);
        }
        self.out.push_str(&word);
        (self.breaks, self.blank, self.last_quote) = (0, false, self.quote);
    }
}

/// Draws the line above headings as what it is there.
fn ruled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut held = String::new();
    for line in text.split_inclusive('\n') {
        if line.trim() == LINE {
            out.push_str(&std::mem::take(&mut held));
            held.push_str(line);
        } else if held.is_empty() {
            out.push_str(line);
        } else if line.trim().is_empty() {
            held.push_str(line);
        } else {
            let held = std::mem::take(&mut held);
            let drawn = if super::heading::is_heading(line) { held.replacen(LINE, RULE, 1) } else { held };
            out.push_str(&drawn);
            out.push_str(line);
        }
    }
    out.push_str(&held);
    out
}

/// What a horizontal line becomes: nothing that a rule about signatures and footers reads, since people draw it between
/// their own words.
pub(super) const LINE: &str = "* * *";
/// What stands on both sides of struck-out words, as people write it in plain text.
const STRUCK: &str = "~~";
/// What it becomes above the headings of a quoted mail, where mail clients set one.
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
