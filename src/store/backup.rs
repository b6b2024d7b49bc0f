//! Copies of an SQLite desk: made while it runs, checked before they get their name, and put back.
//!
//! A copy is one file. It is written beside its final name, read as a whole by [`fsck`], flushed, and only then
//! renamed; so whatever has the name is whole, and nothing is ever overwritten. Putting one back goes the same way,
//! and at each moment the database is the old one or the new one. What a restored database must not do again stands
//! in [`restored`].
//!
//! Deliberately absent: PostgreSQL, which has better tools of its own for both.
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{
    Kind, Settings, Store, StoreError,
    fsck::{self, Check, Knowing, Report},
    lock::{DeskLock, resolved},
    meta,
    restored::{self, Marked},
};
use crate::crash::{self, Point};

/// What SQLite keeps beside a database while it is open.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];
/// How every SQLite file begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Why there is no copy, or none was put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has its own tools.
    #[error("this desk is on PostgreSQL, which is copied and restored by its own programs")]
    Postgres,
    /// The name is taken.
    #[error("{0} exists already, and nothing is overwritten")]
    Exists(PathBuf),
    /// Another backup writes the same copy at this moment.
    #[error("another backup writes {0} at this moment")]
    Busy(PathBuf),
    /// It is no finished copy.
    #[error("{path} cannot be restored: {why}")]
    Unfit {
        /// The file.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// What it holds cannot be true.
    #[error("the copy is faulty: {} {}{}", .first.place, .first.what, more(*.others))]
    Faulty {
        /// The first fault.
        first: fsck::Fault,
        /// How many more there are.
        others: usize,
    },
    /// The disk.
    #[error("{path}: {source}")]
    Disk {
        /// What was to be read or written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn more(others: usize) -> String {
    if others == 0 { String::new() } else { format!(", and {others} more faults") }
}

/// Says which file it was.
fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::Disk { path, source }
}

/// Does one step, at which a test may kill the process.
fn step<T>(f: impl FnOnce() -> Result<T, BackupError>) -> Result<T, BackupError> {
    crash::before(Point::BackupStep);
    let done = f()?;
    crash::after(Point::BackupStep);
    Ok(done)
}

/// Copies the database of `store` to `file`, beside a running desk, and says what the check of the copy found.
pub fn copy(store: &Store, file: &Path, knowing: &Knowing<'_>) -> Result<Report, BackupError> {
    if store.inner.kind == Kind::Postgres {
        return Err(BackupError::Postgres);
    }
    if fs::symlink_metadata(file).is_ok() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let part = beside(file, ".part");
    // Kept until the end: closing it would drop the locks that SQLite has on the same file in this process.
    let held = step(|| claim(&part))?;
    let copied = write_and_name(store, file, &part, &held, knowing);
    if copied.is_err() {
        clear(&part);
    }
    copied
}

fn write_and_name(
    store: &Store,
    file: &Path,
    part: &Path,
    held: &File,
    knowing: &Knowing<'_>,
) -> Result<Report, BackupError> {
    let name = utf8(part)?.replace('\'', "''");
    step(|| Ok(store.with(|db| db.batch(&format!("VACUUM INTO '{name}'")))?))?;
    let report = step(|| {
        let copy = Store::open(&settings(part)?)?;
        copy.with(|db| meta::set(db, restored::COPIED, &knowing.now.to_rfc3339()))?;
        whole(&copy, knowing)
    })?;
    step(|| held.sync_all().map_err(at(part)))?;
    step(|| name_it(part, file))?;
    step(|| sync_folder(file))?;
    Ok(report)
}

/// Checks a copy; the caller closes it, so that all of it stands in the one file. A damaged file is refused. What is
/// wrong with a desk's rows is wrong in its copy too, and no reason to be without one: the report tells it.
fn whole(copy: &Store, knowing: &Knowing<'_>) -> Result<Report, BackupError> {
    let report = copy.read(|db| fsck::check(db, knowing))?;
    let mut damage = report.faults.iter().filter(|fault| fault.check == Check::File);
    match damage.next() {
        None => Ok(report),
        Some(first) => Err(BackupError::Faulty { first: first.clone(), others: damage.count() }),
    }
}

/// What a restore did.
#[derive(Debug)]
pub struct PutBack {
    /// What follows for the desk.
    pub marked: Marked,
    /// Where the database is that was there before.
    pub kept: Option<PathBuf>,
    /// Migrations that the copy needed.
    pub migrated: Vec<String>,
}

/// Puts the copy `file` in the place of `database`. No desk may be at work there.
pub fn put_back(database: &Path, file: &Path, knowing: &Knowing<'_>) -> Result<PutBack, BackupError> {
    let database = &resolved(database);
    let _lock = DeskLock::take(database)?;
    fit(file)?;
    // A database that cannot be read any more tells nothing; the gap is then a guess.
    let old = if database.exists() { Store::open(&settings(database)?).ok() } else { None };
    let highest = old.as_ref().and_then(|old| old.read(restored::highest).ok().flatten());
    let desk = old.and_then(|old| identity(&old).ok()).flatten();
    let new = beside(database, ".restoring");
    clear(&new);
    let put = prepare(&new, database, file, (highest, desk), knowing).and_then(|(marked, migrated)| {
        let kept = swap(&new, database, knowing)?;
        Ok(PutBack { marked, kept, migrated })
    });
    if put.is_err() {
        clear(&new);
    }
    put
}

/// Does for a database that was put in place by other means what [`put_back`] does after putting it there.
pub fn adopt(store: &Store, knowing: &Knowing<'_>) -> Result<PutBack, BackupError> {
    let _lock = store.lock_desk()?;
    if identity(store).is_err() {
        return Err(BackupError::Unfit { path: PathBuf::from("the database"), why: NO_DESK });
    }
    let migrated = store.migrate()?;
    whole(store, knowing)?;
    let marked = store.with(|db| restored::mark(db, knowing.now, None))?;
    Ok(PutBack { marked, kept: None, migrated })
}

/// Why a database is not taken for a desk's.
const NO_DESK: &str = "it is not the database of a desk";

/// Which desk's database it is, if a daemon has named it; an error if it is none's.
fn identity(store: &Store) -> Result<Option<String>, StoreError> {
    store.read(|db| meta::get(db, "desk"))
}

fn prepare(
    new: &Path,
    database: &Path,
    file: &Path,
    (highest, desk): (Option<i64>, Option<String>),
    knowing: &Knowing<'_>,
) -> Result<(Marked, Vec<String>), BackupError> {
    let held = step(|| {
        let held = claim(new)?;
        let mut source = File::open(file).map_err(at(file))?;
        io::copy(&mut source, &mut &held).map_err(at(new))?;
        Ok(held)
    })?;
    let done = step(|| {
        let store = Store::open(&settings(new)?)?;
        let unfit = |why| BackupError::Unfit { path: file.to_owned(), why };
        let copied = identity(&store).map_err(|_| unfit(NO_DESK))?;
        if desk.zip(copied).is_some_and(|(ours, copied)| ours != copied) {
            return Err(unfit("it is the copy of another desk"));
        }
        let migrated = store.migrate()?;
        whole(&store, knowing)?;
        let marked = store.with(|db| restored::mark(db, knowing.now, highest))?;
        Ok((marked, migrated))
    })?;
    step(|| {
        same_owner(new, database)?;
        held.sync_all().map_err(at(new))
    })?;
    Ok(done)
}

/// Whether a file may be a finished copy.
fn fit(file: &Path) -> Result<(), BackupError> {
    let unfit = |why| Err(BackupError::Unfit { path: file.to_owned(), why });
    let mut start = [0; MAGIC.len()];
    let read = File::open(file).map_err(at(file))?.read_exact(&mut start);
    if read.is_err() || start != *MAGIC {
        return unfit("it is no SQLite database");
    }
    let leftover = |end: &str| beside(file, end).metadata().is_ok_and(|beside| beside.len() > 0);
    if ["-wal", "-journal"].iter().any(|end| leftover(end)) {
        return unfit(
            "a part of it stands in a file beside it, so it was copied from a running desk; use “redress backup”",
        );
    }
    Ok(())
}

/// Puts `new` in the place of `database`, which is kept under another name. Returns that name.
fn swap(new: &Path, database: &Path, knowing: &Knowing<'_>) -> Result<Option<PathBuf>, BackupError> {
    let kept = database.exists().then(|| free_name(database, knowing));
    if let Some(kept) = &kept {
        step(|| {
            fs::hard_link(database, kept).map_err(at(kept))?;
            // What could not be written into the file, since it is damaged, is kept with it.
            for end in BESIDE {
                let left = beside(database, end);
                if left.exists() {
                    fs::rename(&left, beside(kept, end)).map_err(at(&left))?;
                }
            }
            Ok(())
        })?;
    }
    step(|| fs::rename(new, database).map_err(at(database)))?;
    step(|| sync_folder(database))?;
    Ok(kept)
}

/// A name for the database that is replaced.
fn free_name(database: &Path, knowing: &Knowing<'_>) -> PathBuf {
    let name = beside(database, &format!(".before-restore-{}", knowing.now.format("%Y%m%dT%H%M%SZ")));
    let mut others = (2..).map(|number| beside(&name, &format!("-{number}")));
    if name.exists() { others.find(|name| !name.exists()).unwrap_or(name) } else { name }
}

/// The file belongs to whom the database belonged, whoever restores it.
fn same_owner(new: &Path, database: &Path) -> Result<(), BackupError> {
    // On a new machine whoever owns the folder is whom the daemon runs as.
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    let known = fs::metadata(database).ok().or_else(|| fs::metadata(folder?).ok());
    let Some(old) = known else { return Ok(()) };
    let ours = fs::metadata(new).map_err(at(new))?;
    if (ours.uid(), ours.gid()) != (old.uid(), old.gid()) {
        std::os::unix::fs::chown(new, Some(old.uid()), Some(old.gid())).map_err(at(new))?;
    }
    Ok(())
}

/// An empty file for this process alone to fill, readable by nobody else. What a killed backup left is used again.
fn claim(path: &Path) -> Result<File, BackupError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(at(path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(BackupError::Busy(path.to_owned())),
        Err(TryLockError::Error(error)) => return Err(at(path)(error)),
    }
    file.set_len(0).map_err(at(path))?;
    file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(at(path))?;
    for end in BESIDE {
        remove(&beside(path, end));
    }
    Ok(file)
}

/// Gives `part` its name, unless it is taken.
fn name_it(part: &Path, file: &Path) -> Result<(), BackupError> {
    match renameat_with(CWD, part, CWD, file, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::EXIST) => Err(BackupError::Exists(file.to_owned())),
        // Not every file system knows how to look and rename at once.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if !file.exists() => {
            fs::rename(part, file).map_err(at(file))
        }
        Err(error) => Err(at(file)(error.into())),
    }
}

/// A name is on disk only when its folder is.
fn sync_folder(file: &Path) -> Result<(), BackupError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}

/// Removes a file and what SQLite keeps beside it.
fn clear(path: &Path) {
    remove(path);
    for end in BESIDE {
        remove(&beside(path, end));
    }
}

/// Removes a file of ours. One that stays is used again or shows by its name.
fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::debug!(%error, path = %path.display(), "A temporary file could not be removed");
    }
}

/// How the database at a PostgreSQL address is copied to `file`: the command, without the password.
pub fn by_pg_dump(url: &str, file: &Path) -> String {
    use tokio_postgres::config::Host;
    let mut words = vec!["pg_dump --format=custom".to_owned(), format!("--file={}", file.display())];
    if let Ok(config) = url.parse::<tokio_postgres::Config>() {
        words.extend(config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => format!("--host={name}"),
            Host::Unix(path) => format!("--host={}", path.display()),
        }));
        words.extend(config.get_ports().iter().map(|port| format!("--port={port}")));
        words.extend(config.get_user().map(|user| format!("--username={user}")));
        words.extend(config.get_dbname().map(str::to_owned));
    }
    words.join(" ")
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn settings(path: &Path) -> Result<Settings, BackupError> {
    Ok(Settings::new(format!("sqlite:{}", utf8(path)?)))
}

fn utf8(path: &Path) -> Result<&str, StoreError> {
    path.to_str().ok_or_else(|| StoreError::Address("the path is not UTF-8".to_owned()))
}
