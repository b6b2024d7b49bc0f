//! Elements that hold a quoted mail: where they begin and end, and how what they hold is shown.

use super::tag::Tag;
use super::{Page, is_marked};

/// Elements with a quoted mail that are looked at.
const MOST_CONTAINERS: usize = 32;
/// Classes, ids and names of elements that hold a whole quoted mail.
pub(super) const CONTAINERS: [&str; 11] = [
    "gmail_quote",
    "gmail_quote_container",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "ms-outlook-mobile-reference-message",
    "mail-editor-reference-message-container",
    "_originalcontent",
    "freshdesk_quote",
    "quote",
];

impl Page {
    /// Follows where an element that holds a quoted mail begins and ends.
    pub(super) fn contain(&mut self, tag: &Tag) {
        match &mut self.container {
            None if !tag.closing
                && !tag.empty
                && self.quote == 0
                && tag.name != "blockquote"
                && self.contained.len() < MOST_CONTAINERS
                && is_marked(tag, &CONTAINERS) =>
            {
                self.container = Some((tag.name.clone(), 1, self.out.len()));
            }
            Some((name, open, start)) if *name == tag.name && !tag.empty => {
                *open = if tag.closing { *open - 1 } else { *open + 1 };
                if *open == 0 {
                    self.contained.push((*start, self.out.len()));
                    self.container = None;
                }
            }
            _ => {}
        }
    }

    /// Quotes what stands in such elements, where neither a blockquote in it nor its first lines tell that it is one, and
    /// where the author wrote on below it: the page says where the quote ends, and its lines must.
    pub(super) fn quote_contained(&mut self) {
        if let Some((_, _, start)) = self.container.take() {
            self.contained.push((start, self.out.len()));
        }
        let spans = std::mem::take(&mut self.contained);
        let mut quoted = String::with_capacity(self.out.len());
        let mut done = 0;
        for (start, end) in spans {
            let (Some(before), Some(inside)) = (self.out.get(done..start), self.out.get(start..end)) else {
                continue;
            };
            quoted.push_str(before);
            done = end;
            let below = self.out.get(end..).unwrap_or_default();
            let head = crate::mail::reply::head_of_old_mail(inside);
            let told = inside.contains("\n>") || (head.is_some() && below.trim().is_empty());
            let head = head.unwrap_or_default();
            for (place, line) in inside.split_inclusive('\n').enumerate() {
                if !told && place >= head && !line.trim().is_empty() && (place > 0 || start == 0) {
                    quoted.push_str("> ");
                }
                quoted.push_str(line);
            }
        }
        quoted.push_str(self.out.get(done..).unwrap_or_default());
        self.out = quoted;
    }
}
