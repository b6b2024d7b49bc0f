//! Databases for tests: SQLite in a temporary folder, and a PostgreSQL server that this binary starts for itself
//! once, with one database for each test. Nothing outlives the tests, not even when they are killed: a shell waits
//! for the end of this process and then stops the server and removes its folder.
use std::{
    fs::Permissions,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use diesel::connection::SimpleConnection;
use redress::store::{Db, Durability, Settings, Store, StoreError};
use tempfile::TempDir;

/// A database of one test.
pub struct Database {
    /// Its address.
    pub url: String,
    /// A migrated store on it.
    pub store: Store,
    /// Folder of an SQLite file, removed with this value.
    _folder: Option<TempDir>,
}

impl Database {
    /// One more store on the same database, as another process would have.
    pub fn another_store(&self) -> Store {
        Store::open(&relaxed(&self.url)).unwrap()
    }

    /// Runs raw SQL, such as an intruder would.
    pub fn sql(&self, sql: &str) {
        self.store.with(|db| batch(db, sql)).unwrap();
    }
}

/// Runs raw SQL on a connection.
pub fn batch(db: &mut Db, sql: &str) -> Result<(), StoreError> {
    Ok(match db {
        Db::Sqlite(c) => c.batch_execute(sql),
        Db::Pg(c) => c.batch_execute(sql),
    }?)
}

/// Settings that trade safety for speed.
pub fn relaxed(url: &str) -> Settings {
    Settings { durability: Durability::TestOnly, ..Settings::new(url) }
}

/// Runs `test` on a fresh database of either kind.
pub fn on_both(test: impl Fn(&Database)) {
    for database in [sqlite(), postgres()] {
        eprintln!("on {}", database.store.kind());
        test(&database);
    }
}

/// A fresh SQLite file.
pub fn sqlite() -> Database {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("redress.db").display());
    opened(url, Some(folder))
}

/// A fresh database on the PostgreSQL server of this process.
pub fn postgres() -> Database {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let server = Server::of_this_process();
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let maintenance = Store::open(&relaxed(&server.url("postgres"))).unwrap();
    // Losing a test's commit at a power cut is no loss.
    let create = format!("CREATE DATABASE {name}");
    let quick = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    maintenance.with(|db| batch(db, &create)).unwrap();
    maintenance.with(|db| batch(db, &quick)).unwrap();
    opened(server.url(&name), None)
}

fn opened(url: String, folder: Option<TempDir>) -> Database {
    let store = Store::open(&relaxed(&url)).unwrap();
    store.migrate().unwrap();
    Database { url, store, _folder: folder }
}

/// The PostgreSQL server of this process.
struct Server {
    folder: PathBuf,
    /// Where it takes TLS on this machine.
    port: u16,
    /// Its standard input is what tells the shell that this process has ended.
    _guardian: Child,
}

/// Starts a server in the folder `$1` on port `$2`, says so, and cleans up at the end of its input.
const GUARDIAN: &str = r#"
    initdb=$(command -v initdb || ls -v /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1)
    if [ -z "$initdb" ]; then echo missing; rm -rf "$1"; exit 1; fi
    programs=$(dirname "$initdb")
    "$programs/initdb" -D "$1/data" -A trust -U redress --no-sync -E UTF8 --locale=C >"$1/log" 2>&1 &&
    "$programs/pg_ctl" -D "$1/data" -w -l "$1/log" \
        -o "-c listen_addresses=127.0.0.1 -p $2 -k $1 -c max_connections=200 -c ssl=on \
            -c ssl_cert_file=$1/server.pem -c ssl_key_file=$1/server.key" start >/dev/null 2>&1 ||
    { echo "failed: $(tail -n 3 "$1/log" | tr '\n' ' ')"; rm -rf "$1"; exit 1; }
    echo ready
    cat >/dev/null
    "$programs/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1
    rm -rf "$1"
"#;

impl Server {
    fn of_this_process() -> &'static Server {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(Server::start)
    }

    fn start() -> Server {
        let folder = tempfile::tempdir().unwrap().keep();
        let port = free_port();
        let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.join("server.pem"), certificate.cert.pem()).unwrap();
        let key = folder.join("server.key");
        std::fs::write(&key, certificate.signing_key.serialize_pem()).unwrap();
        std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", GUARDIAN, "guardian"]).arg(&folder).arg(port.to_string()).current_dir(&folder);
        // A group of its own, so that an interrupt from the keyboard does not end it before it has cleaned up.
        shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        if std::fs::metadata(&folder).unwrap().uid() == 0 {
            // The server refuses to run as root.
            let (uid, gid) = unprivileged();
            for path in [&folder, &key] {
                std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
            }
            shell.uid(uid).gid(gid);
        }
        let mut guardian = shell.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(guardian.stdout.take().unwrap()).read_line(&mut said).unwrap();
        match said.trim() {
            "ready" => Server { folder, port, _guardian: guardian },
            "missing" => {
                panic!("these tests need PostgreSQL's server: install the Debian package `postgresql`")
            }
            other => panic!("PostgreSQL did not start: {other}"),
        }
    }

    fn url(&self, database: &str) -> String {
        let (folder, port) = (self.folder.display(), self.port);
        format!("postgres://redress@localhost:{port}/{database}?host={folder}")
    }
}

/// The address of a database by TCP with TLS, and the certificate that vouches for the server.
pub fn by_tls(database: &Database) -> (String, PathBuf) {
    let server = Server::of_this_process();
    let name = database.url.split(['/', '?']).nth(3).unwrap();
    let url = format!("postgres://redress@localhost:{}/{name}?sslmode=require", server.port);
    (url, server.folder.join("server.pem"))
}

/// A port that is free now; whoever takes it in between makes the server's start fail, which the test reports.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// User and group `postgres`, or `nobody`.
fn unprivileged() -> (u32, u32) {
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    ids("postgres").or_else(|| ids("nobody")).unwrap()
}
