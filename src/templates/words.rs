//! The words and dates of one language, read from its `words.toml`.
//!
//! Every word of an enum that a letter may show has its entry here; a missing one is an error when templates are
//! loaded, never a gap in a letter. Month and weekday names stand here too, so that a new language is files only.
use std::collections::BTreeMap;

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use serde::Deserialize;

use crate::domain::{
    Timestamp,
    dispute::{Awaiting, Level, Outcome, QuestionKind, Stage},
    letter::{Due, Goes, HoldingReason, MilestoneKind, Reason, ReopenedBecause, WarningKind},
};

/// The words and dates of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    date: DateWords,
    word: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DateWords {
    /// `{weekday}`, `{day}`, `{month}`, `{year}` stand for their values.
    date: String,
    /// `{date}` and `{time}` stand for their values.
    datetime: String,
    /// From Monday.
    weekdays: [String; 7],
    /// From January.
    months: [String; 12],
}

/// Who reads letters that use a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Customers: needed in every language.
    Customers,
    /// Staff: needed in the default language only.
    Staff,
}

/// A table of `words.toml` and the words it must have.
pub(super) struct Table {
    /// Its name, as in `{{word "stage" closing.stage}}`.
    pub name: &'static str,
    /// Who reads it.
    pub audience: Audience,
    /// Every word it must have, and none else.
    pub keys: fn() -> Vec<&'static str>,
}

/// One table of [`TABLES`]: the enum's own words are its keys.
macro_rules! table {
    ($audience:ident, $name:literal, $of:ty) => {
        Table {
            name: $name,
            audience: Audience::$audience,
            keys: || <$of>::ALL.iter().map(|value| value.word()).collect(),
        }
    };
}

/// Name of the table with the words that a customer may write alone on the first line.
pub(super) const SAY: &str = "say";

/// Name of the table with what stands for a subject that is empty.
pub(super) const UNTITLED: &str = "untitled";

/// Every table of `words.toml`.
pub(super) const TABLES: &[Table] = &[
    Table { name: SAY, audience: Audience::Customers, keys: || vec!["status", "withdraw", "yes", "no"] },
    Table { name: UNTITLED, audience: Audience::Customers, keys: || vec!["subject"] },
    table!(Customers, "stage", Stage),
    table!(Customers, "level", Level),
    table!(Customers, "awaiting", Awaiting),
    table!(Customers, "outcome", Outcome),
    table!(Customers, "question", QuestionKind),
    table!(Customers, "milestone", MilestoneKind),
    table!(Customers, "holding", HoldingReason),
    table!(Customers, "reopened", ReopenedBecause),
    table!(Staff, "inside_stage", Stage),
    table!(Staff, "inside_level", Level),
    table!(Staff, "inside_awaiting", Awaiting),
    table!(Staff, "inside_outcome", Outcome),
    table!(Staff, "goes", Goes),
    table!(Staff, "reason", Reason),
    table!(Staff, "warning", WarningKind),
    table!(Staff, "due", Due),
];

impl Words {
    /// Reads `layers` of TOML, each entry of a later one replacing that of an earlier one, and checks that every
    /// table which `audiences` need is whole and that nothing unknown stands there.
    pub(super) fn parse(layers: &[&str], audiences: &[Audience]) -> Result<Words, String> {
        let mut whole = toml::Table::new();
        for layer in layers {
            overlay(&mut whole, layer.parse().map_err(|error: toml::de::Error| error.to_string())?);
        }
        let words: Words = whole.try_into().map_err(|error: toml::de::Error| error.to_string())?;
        let mut wrong = Vec::new();
        for table in TABLES {
            let needed = audiences.contains(&table.audience);
            wrong.extend(words.faults(table).into_iter().filter(|fault| needed || fault.is_unknown()));
        }
        let known = |name: &String| TABLES.iter().any(|table| table.name == name);
        wrong.extend(
            words.word.keys().filter(|name| !known(name)).map(|name| Fault::UnknownTable(name.clone())),
        );
        if wrong.is_empty() {
            return Ok(words);
        }
        Err(wrong.iter().map(Fault::to_string).collect::<Vec<_>>().join("; "))
    }

    /// What is missing from a table, and what it has that is no word of its enum.
    fn faults(&self, table: &Table) -> Vec<Fault> {
        let keys = (table.keys)();
        let found = self.word.get(table.name);
        let missing = keys.iter().filter(|key| found.is_none_or(|words| !words.contains_key(**key)));
        let unknown = found.into_iter().flat_map(BTreeMap::keys).filter(|key| !keys.contains(&key.as_str()));
        missing
            .map(|key| Fault::Missing(table.name, key))
            .chain(unknown.map(|key| Fault::Unknown(table.name, key.clone())))
            .collect()
    }

    /// The words for `word` of `table`, if there are any.
    pub(super) fn word(&self, table: &str, word: &str) -> Option<&str> {
        self.word.get(table)?.get(word).map(String::as_str)
    }

    /// All words of `table`.
    pub(super) fn table(&self, table: &str) -> BTreeMap<String, String> {
        self.word.get(table).cloned().unwrap_or_default()
    }

    /// The day of `at` in `zone`, written out.
    pub(super) fn date(&self, at: Timestamp, zone: Tz) -> String {
        let local = at.with_timezone(&zone);
        let weekday = local.weekday().num_days_from_monday() as usize;
        let month = local.month0() as usize;
        self.date
            .date
            .replace("{weekday}", self.date.weekdays.get(weekday).map_or("", String::as_str))
            .replace("{month}", self.date.months.get(month).map_or("", String::as_str))
            .replace("{day}", &local.day().to_string())
            .replace("{year}", &local.year().to_string())
    }

    /// The day and minute of `at` in `zone`, written out.
    pub(super) fn datetime(&self, at: Timestamp, zone: Tz) -> String {
        let local = at.with_timezone(&zone);
        let time = format!("{:02}:{:02}", local.hour(), local.minute());
        self.date.datetime.replace("{date}", &self.date(at, zone)).replace("{time}", &time)
    }
}

/// What is wrong with a `words.toml`.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("[word.{0}] has no \u{201c}{1}\u{201d}")]
    Missing(&'static str, &'static str),
    #[error("[word.{0}] has \u{201c}{1}\u{201d}, which is none of its words")]
    Unknown(&'static str, String),
    #[error("there is no table [word.{0}]")]
    UnknownTable(String),
}

impl Fault {
    fn is_unknown(&self) -> bool {
        !matches!(self, Fault::Missing(..))
    }
}

/// Puts `upper` over `lower`, table by table. The depth of a `words.toml` is two.
fn overlay(lower: &mut toml::Table, upper: toml::Table) {
    for (key, value) in upper {
        match (lower.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => overlay(below, above),
            (_, value) => {
                lower.insert(key, value);
            }
        }
    }
}
