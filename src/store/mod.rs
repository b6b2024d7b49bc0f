//! Everything the desk remembers, in SQLite or PostgreSQL, behind one set of functions.
//!
//! A [`Store`] lends connections ([`Db`]) to blocking work: [`Store::with`] and [`Store::read`] on plain threads,
//! [`Store::run`] and [`Store::look`] from async code. All functions of the submodules take `&mut Db`, so that any
//! of them compose in one transaction; [`apply`] writes a whole decision. Work is never cancelled half-way.
//!
//! Deliberately absent: rules about disputes (`decide`), rendering, the clock and randomness; moments and salts
//! are arguments.
mod claims;
mod commit;
mod connect;
mod db;
mod error;
mod lock;
mod migrate;
mod pool;
mod schema;
mod text;
mod time;

pub mod addresses;
pub mod alarms;
pub mod backup;
pub mod disputes;
pub mod events;
pub mod exchange;
pub mod fsck;
pub mod inbox;
pub mod jobs;
pub mod journal;
pub mod mailboxes;
pub mod message_ids;
pub mod meta;
pub mod outbox;
pub mod restored;
pub mod senders;
pub mod timers;

use std::{path::PathBuf, sync::Arc};

use secrecy::{ExposeSecret, SecretString};

pub use claims::{Claim, Claims};
pub use commit::{Applied, Change, Commit, apply};
pub use db::{Db, PgConn};
pub use error::StoreError;
pub use lock::DeskLock;

use connect::{PgSource, SqliteSource, Use};
use pool::Pool;

/// Connections that read SQLite at the same time.
const SQLITE_READERS: usize = 4;
/// Connections to PostgreSQL.
const PG_CONNECTIONS: usize = 6;

/// Where the database is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite:/path/to/file` (created if absent) or `postgres://user:password@host/name?…`; a host that starts
    /// with `/` is the folder of a Unix socket.
    pub url: SecretString,
    /// Certificates that PostgreSQL's certificate must lead to, PEM; the system's if none.
    pub ca_file: Option<PathBuf>,
    /// Whether a commit must be on disk.
    pub durability: Durability,
}

impl Settings {
    /// Settings for `url` with nothing relaxed.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: SecretString::from(url.into()), ca_file: None, durability: Durability::Strict }
    }
}

/// Whether a commit must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Always, and the database is refused where it would not.
    Strict,
    /// For tests, which are faster without; no configuration leads here.
    TestOnly,
}

/// A handle to the database; clones share its connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    writers: Pool,
    /// None where writers read as well.
    readers: Option<Pool>,
    claims: Claims,
    kind: Kind,
}

/// Whether what is written stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stays {
    Yes,
    No,
}

/// Which database it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Sqlite(PathBuf),
    Postgres,
}

impl Store {
    /// Opens the database, checks that its commits last and that no newer release has migrated it. Runs no
    /// migration. Blocks; must not be called on a runtime's thread.
    pub fn open(settings: &Settings) -> Result<Self, StoreError> {
        Self::opened(settings, Stays::Yes)
    }

    /// Opens the database as [`Store::open`] does, to see what would happen: this handle sees what it writes, nobody
    /// else does, and it is gone with the handle. One transaction lasts as long as the handle, and meanwhile nobody
    /// else can write to SQLite, or decide on PostgreSQL; so use it briefly.
    pub fn rehearse(settings: &Settings) -> Result<Self, StoreError> {
        Self::opened(settings, Stays::No)
    }

    fn opened(settings: &Settings, stays: Stays) -> Result<Self, StoreError> {
        let url = settings.url.expose_secret();
        let durability = settings.durability;
        let inner = if let Some(path) = url.strip_prefix("sqlite:") {
            let path = PathBuf::from(path);
            let source = Arc::new(SqliteSource { path: path.clone(), durability });
            let reading = Arc::clone(&source);
            let write = move || source.open(Use::Writer);
            let (writers, readers) = match stays {
                Stays::Yes => {
                    let read = move || reading.open(Use::Reader);
                    (Pool::new(1, write), Some(Pool::new(SQLITE_READERS, read)))
                }
                Stays::No => (Pool::unfinished(write), None),
            };
            Inner { writers, readers, claims: Claims::new(None), kind: Kind::Sqlite(path) }
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let source = Arc::new(PgSource::new(url, settings.ca_file.as_ref(), durability)?);
            let claiming = Arc::clone(&source);
            let open = move || source.open();
            Inner {
                writers: match stays {
                    Stays::Yes => Pool::new(PG_CONNECTIONS, open),
                    Stays::No => Pool::unfinished(open),
                },
                readers: None,
                claims: Claims::new(Some(claiming)),
                kind: Kind::Postgres,
            }
        } else {
            return Err(StoreError::Address(
                "its address must start with `sqlite:` or `postgres:`".to_owned(),
            ));
        };
        let store = Self { inner: Arc::new(inner) };
        store.with(migrate::refuse_newer)?;
        Ok(store)
    }

    /// Runs the missing migrations in one transaction and returns their names.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.with(migrate::run)
    }

    /// The names of the migrations that [`Store::migrate`] would run.
    pub fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        self.with(migrate::pending)
    }

    /// Undoes all migrations and thereby deletes everything; returns their names. For tests of the way back.
    pub fn revert_all(&self) -> Result<Vec<String>, StoreError> {
        self.with(migrate::revert_all)
    }

    /// Errors unless the database has exactly the migrations of this release.
    pub fn check_migrations(&self) -> Result<(), StoreError> {
        self.with(migrate::check)
    }

    /// Runs `f` on a connection that may write. Nothing is committed together unless `f` uses [`Db::tx`]. Blocks;
    /// must not be called on a runtime's thread, and not within itself.
    pub fn with<T>(&self, f: impl FnOnce(&mut Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.inner.writers.with(f)
    }

    /// Runs `f` on one unchanging view of the database, beside the writer. Blocks like [`Store::with`].
    pub fn read<T>(&self, f: impl FnOnce(&mut Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.inner.readers.as_ref().unwrap_or(&self.inner.writers).with(|db| db.snapshot(f))
    }

    /// [`Store::with`] from async code. The work goes on when the future is dropped.
    pub async fn run<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.with(f)).await.unwrap_or(Err(StoreError::Panicked))
    }

    /// [`Store::read`] from async code.
    pub async fn look<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.read(f)).await.unwrap_or(Err(StoreError::Panicked))
    }

    /// Makes sure that this is the only daemon on an SQLite file, for as long as the result lives. Several daemons
    /// may share PostgreSQL, where there is nothing to lock.
    pub fn lock_desk(&self) -> Result<Option<DeskLock>, StoreError> {
        match &self.inner.kind {
            Kind::Sqlite(path) => DeskLock::take(path).map(Some),
            Kind::Postgres => Ok(None),
        }
    }

    /// What this daemon has to itself among several on one database. Blocks like [`Store::with`].
    pub fn claims(&self) -> &Claims {
        &self.inner.claims
    }

    /// Whether other daemons may work on the same database.
    pub fn is_shared(&self) -> bool {
        self.inner.kind == Kind::Postgres
    }

    /// `SQLite` or `PostgreSQL`.
    pub fn kind(&self) -> &'static str {
        match self.inner.kind {
            Kind::Sqlite(_) => "SQLite",
            Kind::Postgres => "PostgreSQL",
        }
    }
}

/// Runs blocking work off the runtime's threads; a panic in it is passed on.
pub async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
