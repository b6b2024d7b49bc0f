//! The walk: a file against the schema, collecting every mistake on the way.
//!
//! serde would stop at the first; here a wrong key is noted and the walk goes on. A key that could not be read stays
//! without a value, so that `rules` does not complain about what is already reported.
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Notice, Place, shown};
use super::kind::{FromValue, Value};
use super::schema::{Fallback, Key, SECTIONS, Section, Times};

/// A file as read: its sections with their values.
#[derive(Debug)]
pub(super) struct Document {
    entries: Vec<Entry>,
}

/// One section of a file, present or not.
#[derive(Debug)]
pub(super) struct Entry {
    section: &'static Section,
    /// Which of several, from 1; of one that stands once, nothing.
    number: Option<usize>,
    /// Where its header stands.
    place: Option<Place>,
    found: BTreeMap<&'static str, Found>,
}

/// One key of a section.
#[derive(Debug)]
struct Found {
    /// Where its value stands, if it is in the file.
    place: Option<Place>,
    /// Its value or default; none if it is unset or wrong.
    value: Option<Value>,
}

impl Document {
    /// Reads `text`; the notices are all the mistakes that can be seen key by key.
    pub fn read(text: &str) -> (Self, Vec<Notice>) {
        let (table, broken) = DeTable::parse_recoverable(text);
        if !broken.is_empty() {
            // After broken syntax what is missing or misplaced cannot be told from what was not understood.
            let mut notices: Vec<Notice> = broken.iter().map(|error| syntax(text, error)).collect();
            // What follows on the same line follows from the first.
            notices.dedup_by_key(|notice| notice.place.map(|place| place.line));
            return (Self { entries: Vec::new() }, notices);
        }
        let mut walk = Walk { text, notices: Vec::new() };
        let entries = walk.file(table.get_ref());
        (Self { entries }, walk.notices)
    }

    /// Every section of this name, in order; of one that stands once, exactly one unless the syntax was broken.
    pub fn all(&self, section: &str) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.section.name == section)
    }

    /// The section of this name.
    ///
    /// # Panics
    /// If the schema has none of this name, or the syntax was broken.
    pub fn one(&self, section: &str) -> &Entry {
        self.all(section).next().expect("the schema has this section, and the walk makes an entry for each")
    }

    /// Whether there is anything to look at: nothing is left of a file with broken syntax.
    pub fn is_readable(&self) -> bool {
        !self.entries.is_empty()
    }
}

impl Entry {
    /// The value of a key, its default if it is not in the file, none if it is unset or wrong.
    ///
    /// # Panics
    /// If the schema has no such key, or another type for it: that would be a mistake in this program, which the
    /// test that reads the example file meets at once.
    pub fn get<T: FromValue>(&self, key: &str) -> Option<T> {
        let found = self.found.get(key).expect("the schema has this key, and the walk notes each");
        found.value.as_ref().map(|value| T::from_value(value).expect("the schema has this type for the key"))
    }

    /// The value of a key that cannot be unset.
    ///
    /// # Panics
    /// As [`Entry::get`], and if there were mistakes.
    pub fn value<T: FromValue>(&self, key: &str) -> T {
        self.get(key).expect("a key that is needed or has a default has a value when there are no mistakes")
    }

    /// Whether the key stands in the file.
    pub fn is_set(&self, key: &str) -> bool {
        self.found.get(key).is_some_and(|found| found.place.is_some())
    }

    /// Something to say about a key of this section, placed at the key or, if it is not there, at the section.
    pub fn notice(&self, key: &str, message: impl Into<String>) -> Notice {
        let place = self.found.get(key).and_then(|found| found.place).or(self.place);
        Notice { key: self.path(key), place, message: message.into() }
    }

    /// `section.key`, with a number where there are several.
    pub fn path(&self, key: &str) -> String {
        match self.number {
            Some(number) => format!("{}[{number}].{key}", self.section.name),
            None => format!("{}.{key}", self.section.name),
        }
    }
}

/// A walk under way.
struct Walk<'a> {
    text: &'a str,
    notices: Vec<Notice>,
}

impl Walk<'_> {
    fn file(&mut self, table: &DeTable<'_>) -> Vec<Entry> {
        for (name, _) in table {
            if !SECTIONS.iter().any(|section| section.name == name.get_ref().as_ref()) {
                let (span, message) = (name.span(), unknown_section(name.get_ref()));
                self.say(name.get_ref(), span, message);
            }
        }
        SECTIONS.iter().flat_map(|section| self.section(section, table.get(section.name))).collect()
    }

    fn section(&mut self, section: &'static Section, value: Option<&Spanned<DeValue<'_>>>) -> Vec<Entry> {
        let Some(value) = value else {
            return self.absent(section);
        };
        match (section.times, value.get_ref()) {
            (Times::Once, DeValue::Table(table)) => vec![self.entry(section, None, value.span(), table)],
            (Times::Many | Times::Any, DeValue::Array(items)) if !items.is_empty() => {
                self.several(section, items)
            }
            (times, _) => {
                let name = section.name;
                let message = match times {
                    Times::Once => format!("write [{name}], with its keys below it"),
                    Times::Many | Times::Any => {
                        format!("write [[{name}]], in double brackets, once for each")
                    }
                };
                self.say(name, value.span(), message);
                Vec::from_iter((times == Times::Once).then(|| blank(section)))
            }
        }
    }

    fn several(&mut self, section: &'static Section, items: &[Spanned<DeValue<'_>>]) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (number, item) in (1..).zip(items) {
            match item.get_ref() {
                DeValue::Table(table) => entries.push(self.entry(section, Some(number), item.span(), table)),
                _ => self.say(
                    section.name,
                    item.span(),
                    format!("write [[{}]], with its keys below it", section.name),
                ),
            }
        }
        entries
    }

    /// A section that is not in the file: its defaults, or what is missing.
    fn absent(&mut self, section: &'static Section) -> Vec<Entry> {
        if section.times == Times::Any {
            return Vec::new();
        }
        if section.times == Times::Many {
            let message = format!("at least one [[{}]] is needed", section.name);
            self.notices.push(Notice { key: section.name.to_owned(), place: None, message });
            return Vec::new();
        }
        let mut entry = blank(section);
        for key in section.keys {
            self.fall_back(&mut entry, key);
        }
        vec![entry]
    }

    fn entry(
        &mut self,
        section: &'static Section,
        number: Option<usize>,
        span: Range<usize>,
        table: &DeTable<'_>,
    ) -> Entry {
        let place = Some(Place::of(self.text, span.start));
        let mut entry = Entry { section, number, place, found: BTreeMap::new() };
        for (name, _) in table {
            if section.key(name.get_ref()).is_none() {
                let message = unknown_key(section, name.get_ref());
                self.say(&entry.path(&shown(name.get_ref())), name.span(), message);
            }
        }
        for key in section.keys {
            match table.get(key.name) {
                None => self.fall_back(&mut entry, key),
                Some(value) => {
                    let mut faults = Vec::new();
                    let read = key.kind.read(value, &mut faults);
                    for (span, message) in faults {
                        self.say(&entry.path(key.name), span, message);
                    }
                    let place = Some(Place::of(self.text, value.span().start));
                    entry.found.insert(key.name, Found { place, value: read });
                }
            }
        }
        entry
    }

    /// The key is not in the file.
    fn fall_back(&mut self, entry: &mut Entry, key: &'static Key) {
        let value = match key.fallback {
            Fallback::Is(text) => default_of(key, text),
            Fallback::Unset(_) => None,
            Fallback::Needed(example) => {
                let message = format!("missing; write for example {} = {example}", key.name);
                self.notices.push(entry.notice(key.name, message));
                None
            }
        };
        entry.found.insert(key.name, Found { place: None, value });
    }

    fn say(&mut self, key: &str, span: Range<usize>, message: String) {
        let place = Some(Place::of(self.text, span.start));
        self.notices.push(Notice { key: shown(key), place, message });
    }
}

/// A section of which nothing is known.
fn blank(section: &'static Section) -> Entry {
    let found = section.keys.iter().map(|key| (key.name, Found { place: None, value: None })).collect();
    Entry { section, number: None, place: None, found }
}

/// The default of a key, read like any value.
fn default_of(key: &Key, text: &str) -> Option<Value> {
    let line = format!("key = {text}");
    let table = DeTable::parse(&line).ok()?;
    key.kind.read(table.get_ref().get("key")?, &mut Vec::new())
}

fn syntax(text: &str, error: &toml::de::Error) -> Notice {
    // Only the message: the full text repeats the line, which may hold a secret.
    let place = error.span().map(|span| Place::of(text, span.start));
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    Notice { key: String::new(), place, message: format!("this is not TOML: {message}") }
}

/// Keys that people try, and what to write instead.
const INSTEAD: &[(&str, &str)] = &[
    ("password", "no secret belongs in this file: put it into a file and name it in password_file"),
    ("secret", "no secret belongs in this file"),
    ("key", "no secret belongs in this file: put it into a file and name it in key_file"),
    ("tls", "write security = \"tls\""),
    ("starttls", "write security = \"starttls\""),
    ("ssl", "write security = \"tls\""),
    ("username", "write user"),
    ("timezone", "write zone in [hours]"),
];

fn unknown_key(section: &Section, name: &str) -> String {
    let own = section.keys.iter().map(|key| key.name);
    let instead = INSTEAD.iter().find(|(tried, _)| name.eq_ignore_ascii_case(tried));
    match (instead, nearest(name, own), home_of(name)) {
        (Some((_, advice)), ..) => format!("unknown key; {advice}"),
        (None, Some(near), _) => format!("unknown key, did you mean “{near}”?"),
        (None, None, Some(home)) => format!("unknown key here, it belongs in [{home}]"),
        (None, None, None) => {
            format!("unknown key, docs/config.md lists those of [{}]", section.name)
        }
    }
}

fn unknown_section(name: &str) -> String {
    match (nearest(name, SECTIONS.iter().map(|section| section.name)), home_of(name)) {
        (Some(near), _) => format!("unknown section, did you mean “{near}”?"),
        (None, Some(home)) => format!("this key belongs in [{home}]"),
        (None, None) => "unknown section".to_owned(),
    }
}

/// The one section that has a key of this name.
fn home_of(name: &str) -> Option<&'static str> {
    let mut homes = SECTIONS.iter().filter(|section| section.key(name).is_some());
    homes.next().filter(|_| homes.next().is_none()).map(|section| section.name)
}

/// The candidate that a slip of the hand would turn into `name`: one mistake in three letters at most.
fn nearest(name: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let name = name.to_ascii_lowercase().replace('-', "_");
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .map(|candidate| (strsim::osa_distance(&name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value_of_its_kind() {
        for section in SECTIONS {
            for key in section.keys {
                if let Fallback::Is(text) = key.fallback {
                    assert!(default_of(key, text).is_some(), "{}.{} = {text}", section.name, key.name);
                }
            }
        }
    }

    #[test]
    fn every_example_is_a_value_of_its_kind() {
        for section in SECTIONS {
            for key in section.keys {
                if let Fallback::Needed(text) | Fallback::Unset(text) = key.fallback
                    && !text.contains('…')
                {
                    assert!(default_of(key, text).is_some(), "{}.{} = {text}", section.name, key.name);
                }
            }
        }
    }

    #[test]
    fn names_are_unique_and_sentences_end() {
        let mut sections = std::collections::BTreeSet::new();
        for section in SECTIONS {
            assert!(sections.insert(section.name), "{}", section.name);
            assert!(section.about.ends_with('.'), "{}", section.name);
            let mut keys = std::collections::BTreeSet::new();
            for key in section.keys {
                assert!(keys.insert(key.name), "{}.{}", section.name, key.name);
                assert!(key.about.ends_with('.'), "{}.{}", section.name, key.name);
            }
        }
    }

    #[test]
    fn a_slip_of_the_hand_is_recognised() {
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(nearest(name, ["port", "host", "password_file"].into_iter()), expected, "{name}");
        };
        check("prot", Some("port"));
        check("Port", Some("port"));
        check("password-file", Some("password_file"));
        check("pasword_fil", Some("password_file"));
        check("colour", None);
    }
}
