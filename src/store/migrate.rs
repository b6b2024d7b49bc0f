//! Migrations: embedded, the same names on both databases, all pending ones in one transaction.
//!
//! A database with a migration that this release does not know is refused, since writing into it could lose what
//! the newer release keeps there.
use std::fmt;

use diesel::{
    backend::Backend,
    connection::BoxableConnection,
    migration::{self, Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion},
};
use diesel_migrations::MigrationHarness;

use super::{Db, StoreError, db::on};
use crate::crash::{self, Point};

macro_rules! script {
    ($database:literal, $name:literal) => {
        Script {
            name: $name,
            up: include_str!(concat!("../../migrations/", $database, "/", $name, "/up.sql")),
            down: include_str!(concat!("../../migrations/", $database, "/", $name, "/down.sql")),
        }
    };
}

const SQLITE: Scripts = Scripts(&[script!("sqlite", "0001_foundation"), script!("sqlite", "0002_senders")]);
const POSTGRES: Scripts =
    Scripts(&[script!("postgres", "0001_foundation"), script!("postgres", "0002_senders")]);

/// Key of the lock that lets one process migrate at a time.
const MIGRATION_LOCK: i64 = 0x7265_6472_6573_7302;

/// Diesel's table of versions.
const VERSIONS: &str = "__diesel_schema_migrations";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The migrations of one kind of database, in order.
#[derive(Clone, Copy)]
struct Scripts(&'static [Script]);

/// One migration. Its statements are run one by one, so that a test may die between any two of them; a semicolon at
/// the end of a line ends a statement, and stands nowhere else.
#[derive(Clone, Copy)]
struct Script {
    name: &'static str,
    up: &'static str,
    down: &'static str,
}

impl Script {
    fn steps<DB: Backend>(conn: &mut dyn BoxableConnection<DB>, sql: &str) -> migration::Result<()> {
        for statement in sql.split_inclusive(";\n").filter(|text| !text.trim().is_empty()) {
            crash::before(Point::MigrateStep);
            conn.batch_execute(statement)?;
            crash::after(Point::MigrateStep);
        }
        Ok(())
    }
}

impl<DB: Backend> MigrationSource<DB> for Scripts {
    fn migrations(&self) -> migration::Result<Vec<Box<dyn Migration<DB>>>> {
        Ok(self.0.iter().map(|script| -> Box<dyn Migration<DB>> { Box::new(*script) }).collect())
    }
}

impl<DB: Backend> Migration<DB> for Script {
    fn run(&self, conn: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        Self::steps(conn, self.up)
    }

    fn revert(&self, conn: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        Self::steps(conn, self.down)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl MigrationMetadata for Script {}

impl MigrationName for Script {
    fn version(&self) -> MigrationVersion<'_> {
        self.name.split('_').next().unwrap_or(self.name).into()
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Runs what is missing, in one transaction; returns the names that were run.
pub(super) fn run(db: &mut Db) -> Result<Vec<String>, StoreError> {
    db.tx(|db| {
        if let Db::Pg(_) = db {
            db.batch(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))?;
        }
        refuse_newer(db)?;
        let done = match db {
            Db::Sqlite(c) => names(c.run_pending_migrations(SQLITE)),
            Db::Pg(c) => names(c.run_pending_migrations(POSTGRES)),
        };
        done.map_err(|error| failed(&error))
    })
}

/// Undoes everything; for tests of the `down` files.
pub(super) fn revert_all(db: &mut Db) -> Result<Vec<String>, StoreError> {
    db.tx(|db| {
        let done = match db {
            Db::Sqlite(c) => names(c.revert_all_migrations(SQLITE)),
            Db::Pg(c) => names(c.revert_all_migrations(POSTGRES)),
        };
        done.map_err(|error| failed(&error))
    })
}

/// Errors unless the database has exactly the migrations of this release.
pub(super) fn check(db: &mut Db) -> Result<(), StoreError> {
    let missing = pending(db)?;
    match missing.first() {
        None => Ok(()),
        Some(first) => Err(StoreError::Older { missing: missing.len(), first: first.clone() }),
    }
}

/// The migrations of this release that were not run, in order.
pub(super) fn pending(db: &mut Db) -> Result<Vec<String>, StoreError> {
    refuse_newer(db)?;
    let applied = applied(db)?;
    Ok(known(db)?.into_iter().filter(|name| !applied.contains(name)).collect())
}

/// Errors if the database has a migration that this release does not know.
pub(super) fn refuse_newer(db: &mut Db) -> Result<(), StoreError> {
    let known = known(db)?;
    match applied(db)?.into_iter().filter(|name| !known.contains(name)).max() {
        None => Ok(()),
        Some(found) => Err(StoreError::Newer { found }),
    }
}

/// Versions that were applied, such as `0001`.
fn applied(db: &mut Db) -> Result<Vec<String>, StoreError> {
    // Asking the harness would create the table of versions, and two processes doing so at once collide.
    let place = match db {
        Db::Sqlite(_) => format!("sqlite_schema WHERE name = '{VERSIONS}'"),
        Db::Pg(_) => format!("pg_class WHERE oid = to_regclass('{VERSIONS}')"),
    };
    if db.text(&format!("SELECT CAST(count(*) AS TEXT) AS value FROM {place}"))? == "0" {
        return Ok(Vec::new());
    }
    let versions = on!(db, c => names(MigrationHarness::applied_migrations(c)));
    versions.map_err(|error| failed(&error))
}

/// Versions that this release has, in order.
fn known(db: &Db) -> Result<Vec<String>, StoreError> {
    let versions = match db {
        Db::Sqlite(_) => MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE).map(|all| of(&all)),
        Db::Pg(_) => MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES).map(|all| of(&all)),
    };
    let mut versions = versions.map_err(|error| failed(&error))?;
    versions.sort();
    Ok(versions)
}

fn of<DB: diesel::backend::Backend>(all: &[Box<dyn Migration<DB>>]) -> Vec<String> {
    all.iter().map(|migration| migration.name().version().to_string()).collect()
}

fn names(result: Result<Vec<MigrationVersion<'_>>, Failure>) -> Result<Vec<String>, Failure> {
    Ok(result?.iter().map(ToString::to_string).collect())
}

fn failed(error: &Failure) -> StoreError {
    match super::error::by_text(&error.to_string()) {
        StoreError::Other(text) => StoreError::Other(format!("a migration failed: {text}")),
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_known_and_none_hides_a_statement() {
        for (folder, scripts) in [("sqlite", SQLITE), ("postgres", POSTGRES)] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            let mut found: Vec<_> = std::fs::read_dir(path)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            found.sort();
            assert_eq!(found, scripts.0.iter().map(|script| script.name).collect::<Vec<_>>());
            for script in scripts.0 {
                for sql in [script.up, script.down] {
                    let lines = sql.lines().filter(|line| !line.starts_with("--"));
                    let sql = lines.fold(String::new(), |sql, line| sql + line + "\n");
                    assert_eq!(sql.matches(';').count(), sql.matches(";\n").count(), "{}", script.name);
                    assert!(sql.ends_with(";\n"), "{}", script.name);
                }
            }
        }
    }
}
