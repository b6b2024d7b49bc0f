use std::collections::BTreeMap;

use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use redress::store::journal;

use super::*;
use crate::databases::{Database, batch, on_both, postgres, relaxed, sqlite};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

const SQLITE_COLUMNS: &str = "
    SELECT m.name || '.' || c.name AS place,
        lower(c.type) || CASE WHEN c.\"notnull\" = 1 THEN ' not null' ELSE '' END AS kind
    FROM sqlite_schema m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'";

const POSTGRES_COLUMNS: &str = "
    SELECT table_name || '.' || column_name AS place,
        data_type || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END AS kind
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'";

/// Types of PostgreSQL and what they are in SQLite.
const TYPES: &[(&str, &str)] = &[
    ("timestamp without time zone", "text"),
    ("bigint", "integer"),
    ("boolean", "integer"),
    ("bytea", "blob"),
    ("text", "text"),
];

fn columns(database: &Database) -> BTreeMap<String, String> {
    let rows: Vec<Column> = database
        .store
        .with(|db| {
            Ok(match db {
                Db::Sqlite(c) => diesel::sql_query(SQLITE_COLUMNS).load(c.as_mut()),
                Db::Pg(c) => diesel::sql_query(POSTGRES_COLUMNS).load(c.as_mut()),
            }?)
        })
        .unwrap();
    rows.into_iter().map(|column| (column.place, column.kind)).collect()
}

#[test]
fn both_databases_have_the_same_columns() {
    let in_sqlite_terms: BTreeMap<_, _> = columns(&postgres())
        .into_iter()
        .map(|(place, kind)| {
            let (found, ours) = TYPES.iter().find(|(theirs, _)| kind.starts_with(theirs)).unwrap();
            (place, kind.replacen(found, ours, 1))
        })
        .collect();
    let mut sqlite = columns(&sqlite());
    // SQLite's row ids cannot be null, which it does not say of them.
    for (place, kind) in &mut sqlite {
        if place.split_once('.').is_some_and(|(_, column)| column == "id") && kind == "integer" {
            kind.push_str(" not null");
        }
    }
    assert!(sqlite.len() > 100, "only {} columns were found", sqlite.len());
    assert_eq!(sqlite, in_sqlite_terms);
}

/// Puts something into every table.
fn fill(database: &Database) {
    database
        .store
        .with(|db| {
            db.tx(|db| {
                opened(db, 1);
                let stored = take_one(db, 5, b"one");
                let mut filing = Filing::new(stored.mail, Status::Done);
                filing.dispute = Some(Number(1));
                filing.message_id = Some("one@example.org".into());
                inbox::file(db, &filing)?;
                redress::store::meta::set(db, "desk", "d1")?;
                redress::store::mailboxes::claim(db, "support", "INBOX", "d1", now())?;
                journal::append(db, Number(1), now(), &[entry("note")], &[[1; 16]])?;
                journal::anchor(db, now().date_naive(), now())?;
                let timer = TimerChange::Set(TimerKind::PromiseDue, now());
                redress::store::timers::apply(db, Number(1), &[timer])?;
                redress::store::events::act_once(db, "key", now())?;
                outbox::insert(db, &mail_to("ann@example.org", "ack:1"), now())?;
                let fact = redress::store::addresses::Fact::NoSurvey;
                redress::store::addresses::learn(db, "ann@example.org", fact)?;
                redress::store::jobs::run_once(db, "digest", "2026-11-23", now())?;
                let blocked = redress::store::senders::Standing::Blocked;
                redress::store::senders::set(db, "@spam.example", blocked, "operator", now())?;
                redress::store::alarms::raise(db, "smtp", "it is down", now())?;
                Ok::<_, StoreError>(())
            })
        })
        .unwrap();
}

#[test]
fn migrations_go_up_and_down_and_up_again_over_data() {
    on_both(|database| {
        fill(database);
        let names = database.store.revert_all().unwrap();
        assert!(columns(database).is_empty());
        assert!(matches!(database.store.check_migrations(), Err(StoreError::Older { .. })));
        let mut again = database.store.migrate().unwrap();
        again.reverse();
        assert_eq!(names, again);
        fill(database);
    });
}

#[test]
fn a_second_migration_run_changes_nothing() {
    on_both(|database| {
        fill(database);
        assert_eq!(database.store.migrate().unwrap(), Vec::<String>::new());
        database.store.check_migrations().unwrap();
        assert!(database.store.with(|db| redress::store::disputes::load(db, Number(1))).unwrap().is_some());
    });
}

#[test]
fn several_processes_may_open_and_migrate_at_the_same_time() {
    on_both(|database| {
        database.store.revert_all().unwrap();
        database.sql("DROP TABLE __diesel_schema_migrations");
        let start = || database.another_store().migrate().unwrap().len();
        let done: usize = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            runs.into_iter().map(|run| run.join().unwrap()).sum()
        });
        assert_eq!(done, 2, "each migration runs once");
    });
}

#[test]
fn a_database_of_a_newer_release_is_refused() {
    on_both(|database| {
        database.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
        match Store::open(&relaxed(&database.url)).err() {
            Some(StoreError::Newer { found }) => assert_eq!(found, "9999"),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_failed_migration_leaves_nothing_behind() {
    on_both(|database| {
        database.store.revert_all().unwrap();
        // The last table of the migration is in the way.
        database.store.with(|db| batch(db, "CREATE TABLE alarms (x INTEGER)")).unwrap();
        database.store.migrate().unwrap_err();
        assert_eq!(columns(database).into_keys().collect::<Vec<_>>(), ["alarms.x"]);
        database.sql("DROP TABLE alarms");
        database.store.migrate().unwrap();
    });
}

#[test]
fn an_upgrade_ends_the_alarm_that_nothing_raises_any_more() {
    on_both(|database| {
        let forget = |db: &mut Db| {
            // The same words on both.
            let down = include_str!("../../../migrations/sqlite/0002_senders/down.sql");
            batch(db, down)?;
            redress::store::alarms::raise(db, "held mail", "3 suspect mails wait", now())?;
            redress::store::alarms::raise(db, "smtp", "it is down", now())
        };
        database.store.with(forget).unwrap();
        database.sql("DELETE FROM __diesel_schema_migrations WHERE version LIKE '0002%'");
        assert_eq!(database.store.migrate().unwrap().len(), 1);
        let standing = database.store.with(redress::store::alarms::standing).unwrap();
        assert_eq!(standing.into_iter().map(|alarm| alarm.cause).collect::<Vec<_>>(), ["smtp"]);
    });
}
