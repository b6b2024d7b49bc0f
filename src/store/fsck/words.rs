//! Words that no enum knows, and references to rows that are not there: two tables, a question for each entry.
//!
//! Both databases keep references by themselves; this finds what was changed behind their backs.
use super::{Check, Found};
use crate::{
    domain::{
        decision::{TimerKind, What},
        dispute::{Awaiting, Level, Outcome, QuestionKind, Stage},
    },
    store::{
        Db, StoreError,
        inbox::{Server, Status},
        message_ids::Role,
        outbox::{Audience, State},
        senders::Standing,
    },
};

/// Table, the column that names its row, a column, and every word that may stand in it.
type Vocabulary = (&'static str, &'static str, &'static str, Vec<&'static str>);

macro_rules! words {
    ($of:ident) => {
        $of::ALL.iter().map(|word| word.word()).collect()
    };
}

fn vocabularies() -> Vec<Vocabulary> {
    vec![
        ("mails", "id", "status", words!(Status)),
        ("taken", "uid", "server", words!(Server)),
        ("disputes", "number", "stage", words!(Stage)),
        ("disputes", "number", "level", words!(Level)),
        ("disputes", "number", "awaiting", words!(Awaiting)),
        ("disputes", "number", "outcome", words!(Outcome)),
        ("disputes", "number", "question_kind", words!(QuestionKind)),
        ("timers", "dispute", "kind", words!(TimerKind)),
        ("outbox", "id", "state", words!(State)),
        ("outbox", "id", "audience", words!(Audience)),
        ("message_ids", "id", "role", words!(Role)),
        ("journal", "dispute", "what", words!(What)),
        ("senders", "whom", "standing", words!(Standing)),
    ]
}

/// Table, the column that names its row, a column, and the column of another table where its value must stand.
const REFERENCES: &[(&str, &str, &str, &str, &str)] = &[
    ("taken", "uid", "mail", "mails", "id"),
    ("mails", "id", "dispute", "disputes", "number"),
    ("message_ids", "id", "dispute", "disputes", "number"),
    ("message_ids", "id", "mail", "mails", "id"),
    ("journal", "seq", "dispute", "disputes", "number"),
    ("timers", "kind", "dispute", "disputes", "number"),
    ("outbox", "id", "dispute", "disputes", "number"),
    ("disputes", "number", "linked", "disputes", "number"),
    ("anchor_heads", "dispute", "day", "anchors", "day"),
];

/// Asks for each entry of both tables.
pub(super) fn check(db: &mut Db, found: &mut Found) -> Result<(), StoreError> {
    for (table, row, column, words) in vocabularies() {
        let known = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT '{table} ' || CAST({row} AS TEXT) AS place, \
             'has the {column} “' || {column} || '”, which is none' AS what \
             FROM {table} WHERE {column} NOT IN ({known})"
        );
        found.ask(db, Check::Words, &sql)?;
    }
    for (table, row, column, other, key) in REFERENCES {
        let sql = format!(
            "SELECT '{table} ' || CAST({row} AS TEXT) AS place, \
             'names the {column} ' || CAST({column} AS TEXT) || ', which does not exist' AS what \
             FROM {table} AS r WHERE r.{column} IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM {other} AS o WHERE o.{key} = r.{column})"
        );
        found.ask(db, Check::References, &sql)?;
    }
    Ok(())
}
