//! Words that a page strikes out: by an element that says so, or by its style.

use super::tag::Tag;

/// Elements that strike out what they hold.
const ELEMENTS: [&str; 3] = ["s", "del", "strike"];
/// Elements that hold nothing.
const VOID: [&str; 7] = ["br", "hr", "img", "input", "wbr", "meta", "link"];
/// What draws lines at words, as a style sheet calls it.
const DECORATIONS: [&str; 4] =
    ["text-decoration", "text-decoration-line", "-webkit-text-decoration", "-webkit-text-decoration-line"];
/// Open elements that are told apart.
const MOST: usize = 16;

/// The open elements that strike out, the innermost last.
#[derive(Default)]
pub(super) struct Struck {
    open: Vec<Striking>,
}

/// An open element that strikes out, and how many of its name are open in it.
struct Striking {
    name: String,
    inner: usize,
}

impl Struck {
    /// Whether the next words are struck out.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Follows which elements strike out, and which closing tag ends one of them.
    pub(super) fn follow(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        if tag.empty || VOID.contains(&name) {
            return;
        }
        let known = self.open.iter().rposition(|open| open.name == name);
        if tag.closing {
            self.close(known);
            return;
        }
        // A paragraph holds no other: the next one ends it.
        let known = if name == "p" {
            self.close(known);
            None
        } else {
            known
        };
        if self.open.len() < MOST && strikes(tag) {
            self.open.push(Striking { name: name.to_owned(), inner: 0 });
        } else if let Some(open) = known.and_then(|at| self.open.get_mut(at)) {
            open.inner += 1;
        }
    }

    /// Closes an element, and with it what was left open in it. Elements that strike out by their name go on, as
    /// browsers have it.
    fn close(&mut self, known: Option<usize>) {
        let Some(at) = known else { return };
        match self.open.get_mut(at) {
            Some(open) if open.inner > 0 => open.inner -= 1,
            _ => {
                let inside = self.open.split_off(at);
                let goes_on = |open: &Striking| ELEMENTS.contains(&open.name.as_str());
                self.open.extend(inside.into_iter().skip(1).filter(goes_on));
            }
        }
    }
}

/// Whether an element strikes out what it holds, by its name or its style; of two declarations, the last holds.
fn strikes(tag: &Tag) -> bool {
    let styled = || {
        let style = tag.attribute("style").unwrap_or_default().to_ascii_lowercase();
        let declared = style.split(';').filter_map(|declaration| declaration.split_once(':'));
        let mut drawn = declared.filter(|(property, _)| DECORATIONS.contains(&property.trim()));
        drawn
            .next_back()
            .is_some_and(|(_, value)| value.split([' ', '!', '\n', '\t']).any(|word| word == "line-through"))
    };
    ELEMENTS.contains(&tag.name.as_str()) || (!tag.attributes.is_empty() && styled())
}
