//! How a connection is opened and what it must promise before it is used: a commit is on disk.
//!
//! SQLite runs in WAL mode with `synchronous=FULL`, read back after being set. PostgreSQL is refused where its
//! commits may be lost, and reached without TLS only on this machine or where the address says `sslmode=disable`.
use std::{path::PathBuf, sync::Arc};

use diesel::{Connection, SqliteConnection};
use diesel_async::AsyncPgConnection;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tokio::runtime::Runtime;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Db, Durability, PgConn, StoreError, error::by_text};

/// What a connection of SQLite is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Reading and writing.
    Writer,
    /// Reading only.
    Reader,
}

/// How to reach SQLite.
pub(super) struct SqliteSource {
    /// The file, created if absent.
    pub path: PathBuf,
    /// Whether commits must be on disk.
    pub durability: Durability,
}

impl SqliteSource {
    /// Opens one connection.
    pub(super) fn open(&self, usage: Use) -> Result<Db, StoreError> {
        let path =
            self.path.to_str().ok_or_else(|| StoreError::Address("the path is not UTF-8".to_owned()))?;
        let conn = SqliteConnection::establish(path).map_err(|error| refused(&error))?;
        let mut db = Db::Sqlite(Box::new(conn));
        // The timeout comes first, since changing the journal mode needs a lock of its own.
        db.batch("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;")?;
        let level = match self.durability {
            Durability::Strict => "FULL",
            Durability::TestOnly => "OFF",
        };
        db.batch(&format!("PRAGMA journal_mode = WAL; PRAGMA synchronous = {level};"))?;
        if usage == Use::Reader {
            db.batch("PRAGMA query_only = ON;")?;
        }
        self.assert_durable(&mut db)?;
        Ok(db)
    }

    fn assert_durable(&self, db: &mut Db) -> Result<(), StoreError> {
        let mode = db.text("SELECT journal_mode AS value FROM pragma_journal_mode")?;
        let level = db.text("SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous")?;
        let keys = db.text("SELECT CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys")?;
        let safe = mode == "wal" && level == "2" && keys == "1";
        if safe || self.durability == Durability::TestOnly {
            return Ok(());
        }
        Err(StoreError::Unsafe(format!(
            "journal_mode is {mode}, synchronous is {level}, foreign_keys is {keys}; wal, 2 and 1 are needed"
        )))
    }
}

/// A connection on which nothing was heard for so long is asked whether it still lives.
const DEAD_AIR: std::time::Duration = std::time::Duration::from_secs(15);

/// How to reach PostgreSQL. Owns the runtime that drives its connections, so that callers may be plain threads.
pub(super) struct PgSource {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
    durability: Durability,
    driver: Arc<Driver>,
}

impl PgSource {
    /// Reads the address and prepares TLS; connects to nothing.
    pub(super) fn new(
        url: &str,
        ca_file: Option<&PathBuf>,
        durability: Durability,
    ) -> Result<Self, StoreError> {
        // The parser's message names the faulty option only, never a value.
        let mut config: tokio_postgres::Config =
            url.parse().map_err(|error: tokio_postgres::Error| StoreError::Address(error.to_string()))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(StoreError::Address(
                "it names no host; `host=/run/postgresql` is a socket".to_owned(),
            ));
        }
        let local = config.get_hosts().iter().all(is_local)
            && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
        if config.get_ssl_mode() == SslMode::Prefer && !local {
            // Preferring TLS would let anybody on the way take it away.
            config.ssl_mode(SslMode::Require);
        }
        config.application_name("redress").connect_timeout(std::time::Duration::from_secs(30));
        config.keepalives_idle(DEAD_AIR).tcp_user_timeout(DEAD_AIR * 2);
        Ok(Self { config, tls: tls(ca_file)?, durability, driver: Arc::new(Driver::start()?) })
    }

    /// Opens one connection. Must not be called on a runtime's thread.
    pub(super) fn open(&self) -> Result<Db, StoreError> {
        let runtime = self.driver.runtime();
        let _entered = runtime.enter();
        let connecting = async {
            let (client, connection) = self.config.connect(self.tls.clone()).await.map_err(|e| lost(&e))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection)
                .await
                .map_err(|error| refused(&error))
        };
        let conn = runtime.block_on(connecting)?;
        let mut db = Db::Pg(Box::new(PgConn::from(conn)));
        db.batch(
            // A machine that lost its power keeps its locks until the server notices, by default for hours.
            "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; \
             SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = '120s'; \
             SET client_min_messages = 'warning'",
        )?;
        self.assert_durable(&mut db)?;
        Ok(db)
    }

    fn assert_durable(&self, db: &mut Db) -> Result<(), StoreError> {
        let encoding = db.text("SELECT current_setting('server_encoding') AS value")?;
        if encoding != "UTF8" {
            return Err(StoreError::Unsafe(format!("its encoding is {encoding}; UTF8 is needed")));
        }
        if self.durability == Durability::TestOnly {
            return Ok(());
        }
        for setting in ["synchronous_commit", "fsync", "full_page_writes"] {
            if db.text(&format!("SELECT current_setting('{setting}') AS value"))? == "off" {
                return Err(StoreError::Unsafe(format!("{setting} is off, so a commit may be lost")));
            }
        }
        Ok(())
    }
}

/// The runtime on which PostgreSQL's connections live.
struct Driver(Option<Runtime>);

impl Driver {
    fn start() -> Result<Self, StoreError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(|error| StoreError::Other(error.to_string()))?;
        Ok(Self(Some(runtime)))
    }

    fn runtime(&self) -> &Runtime {
        self.0.as_ref().expect("it is taken in `drop` only")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // A plain drop would panic when the last handle to the store goes away in async code.
            runtime.shutdown_background();
        }
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => ["localhost", "127.0.0.1", "::1"].contains(&name.as_str()),
    }
}

fn tls(ca_file: Option<&PathBuf>) -> Result<MakeRustlsConnect, StoreError> {
    let mut roots = rustls::RootCertStore::empty();
    if let Some(path) = ca_file {
        let unreadable = |error| StoreError::Address(format!("the CA file cannot be read: {error}"));
        for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
            roots
                .add(certificate.map_err(unreadable)?)
                .map_err(|error| StoreError::Address(format!("the CA file is not usable: {error}")))?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Other(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Not being let in is temporary as far as anybody can tell: servers restart.
fn lost(error: &tokio_postgres::Error) -> StoreError {
    let text = error.as_db_error().map_or_else(
        || match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
        |db| db.message().to_owned(),
    );
    match by_text(&text) {
        StoreError::Other(text) => StoreError::Lost(text),
        known => known,
    }
}

fn refused(error: &diesel::ConnectionError) -> StoreError {
    match by_text(&error.to_string()) {
        StoreError::Other(text) => StoreError::Address(text),
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn durability(source: &SqliteSource) -> (String, String) {
        let mut db = source.open(Use::Writer).unwrap();
        let mode = db.text("SELECT journal_mode AS value FROM pragma_journal_mode").unwrap();
        let level = db.text("SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous").unwrap();
        (mode, level)
    }

    #[test]
    fn sqlite_writes_ahead_and_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let source = SqliteSource { path, durability: Durability::Strict };
        assert_eq!(durability(&source), ("wal".to_owned(), "2".to_owned()));
    }

    #[test]
    fn a_connection_that_does_not_wait_for_the_disk_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let source = SqliteSource { path, durability: Durability::Strict };
        for weaker in ["synchronous = NORMAL", "synchronous = OFF", "foreign_keys = OFF"] {
            let mut db = source.open(Use::Writer).unwrap();
            db.batch(&format!("PRAGMA {weaker}")).unwrap();
            assert!(matches!(source.assert_durable(&mut db), Err(StoreError::Unsafe(_))), "{weaker}");
        }
        let mut db = source.open(Use::Writer).unwrap();
        db.batch("PRAGMA journal_mode = DELETE").unwrap();
        assert!(matches!(source.assert_durable(&mut db), Err(StoreError::Unsafe(_))));
    }

    #[test]
    fn every_connection_waits_for_a_lock_and_cleans_what_it_deletes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let source = SqliteSource { path, durability: Durability::Strict };
        for usage in [Use::Writer, Use::Reader] {
            let mut db = source.open(usage).unwrap();
            let timeout = db.text("SELECT CAST(timeout AS TEXT) AS value FROM pragma_busy_timeout").unwrap();
            let secure =
                db.text("SELECT CAST(secure_delete AS TEXT) AS value FROM pragma_secure_delete").unwrap();
            assert_eq!((timeout.as_str(), secure.as_str()), ("5000", "1"), "{usage:?}");
        }
    }

    fn mode(url: &str) -> SslMode {
        PgSource::new(url, None, Durability::Strict).unwrap().config.get_ssl_mode()
    }

    #[test]
    fn a_server_elsewhere_is_reached_by_tls_unless_told_otherwise() {
        assert_eq!(mode("postgres://u@db.example/x"), SslMode::Require);
        assert_eq!(mode("postgres://u@db.example/x?sslmode=prefer"), SslMode::Require);
        assert_eq!(mode("postgres://u@localhost,db.example/x"), SslMode::Require);
        assert_eq!(mode("postgres:///x?user=u&host=/run/postgresql"), SslMode::Prefer);
        assert_eq!(mode("postgres://u@localhost/x?host=/run/postgresql"), SslMode::Prefer);
        assert_eq!(mode("postgres://u@127.0.0.1/x"), SslMode::Prefer);
        assert_eq!(mode("postgres://u@db.example/x?sslmode=disable"), SslMode::Disable);
    }

    #[test]
    fn a_host_address_elsewhere_is_not_taken_for_local() {
        assert_eq!(mode("postgres://u@localhost/x?hostaddr=192.0.2.7"), SslMode::Require);
        assert_eq!(mode("postgres:///x?user=u&hostaddr=192.0.2.7"), SslMode::Require);
    }

    #[test]
    fn an_address_in_an_error_shows_no_password() {
        for url in ["postgres://u:sesame@h:port/x", "postgres://u:sesame@h/x?sslmode=sesame"] {
            let Err(error) = PgSource::new(url, None, Durability::Strict) else { panic!("{url} was taken") };
            assert!(!error.to_string().contains("sesame"), "{error}");
        }
    }
}
