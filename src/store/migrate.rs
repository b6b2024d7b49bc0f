//! Migrations: embedded, the same names on both databases, all pending ones in one transaction.
//!
//! A database with a migration that this release does not know is refused, since writing into it could lose what
//! the newer release keeps there.
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Db, StoreError, db::on};
use crate::crash::{self, Point};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Key of the lock that lets one process migrate at a time.
const MIGRATION_LOCK: i64 = 0x7265_6472_6573_7302;

/// Diesel's table of versions.
const VERSIONS: &str = "__diesel_schema_migrations";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs what is missing, in one transaction; returns the names that were run.
pub(super) fn run(db: &mut Db) -> Result<Vec<String>, StoreError> {
    db.tx(|db| {
        if let Db::Pg(_) = db {
            db.batch(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))?;
        }
        refuse_newer(db)?;
        crash::before(Point::MigrateStep);
        let done = match db {
            Db::Sqlite(c) => names(c.run_pending_migrations(SQLITE)),
            Db::Pg(c) => names(c.run_pending_migrations(POSTGRES)),
        };
        crash::after(Point::MigrateStep);
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
