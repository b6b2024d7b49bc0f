//! What one of several daemons on one PostgreSQL has to itself for a while: a mailbox, a mail.
//!
//! Claims are advisory locks of one connection, so they end with the daemon or with the connection, which keepalives
//! watch over; they never need to run out. They save work; they do not guard: whoever loses a claim without noticing does again what another
//! does, and keys, versions and fences see to it that it acts once. SQLite has one daemon, which has everything.
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Db, StoreError, connect::PgSource};

/// Marks our locks among others on that server: the same first bytes as the other locks of this program.
const SPACE: i64 = 0x7264 << 48;
/// Bits of a lock's number that tell mailboxes from mails.
const MAILBOX: i64 = 1 << 47;

/// What can be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim<'a> {
    /// Reading the mailbox of that name.
    Mailbox(&'a str),
    /// Working on the mail of that id.
    Mail(i64),
}

impl Claim<'_> {
    /// The number of its lock.
    fn lock(self) -> i64 {
        match self {
            Claim::Mail(id) => SPACE | (id & (MAILBOX - 1)),
            Claim::Mailbox(name) => {
                // FNV-1a; two names that collide would only wait for each other.
                let hash = name
                    .bytes()
                    .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
                SPACE | MAILBOX | i64::from(hash)
            }
        }
    }
}

/// The claims of one daemon: [`Store::claims`](super::Store::claims).
pub struct Claims {
    /// Nothing where there is only one daemon.
    source: Option<Arc<PgSource>>,
    held: Mutex<Held>,
}

/// The connection whose locks they are, and which.
#[derive(Default)]
struct Held {
    connection: Option<Db>,
    locks: BTreeSet<i64>,
}

impl Claims {
    /// Connects when the first claim is made.
    pub(super) fn new(source: Option<Arc<PgSource>>) -> Self {
        Self { source, held: Mutex::default() }
    }

    /// Claims; false if another daemon has it. What is held already stays held.
    ///
    /// # Errors
    /// When the connection fails. All claims are lost then.
    pub fn take(&self, claim: Claim<'_>) -> Result<bool, StoreError> {
        let lock = claim.lock();
        self.on_connection(|held, db| {
            if held.contains(&lock) {
                return Ok(true);
            }
            let answer = format!("SELECT CAST(pg_try_advisory_lock({lock}) AS TEXT) AS value");
            let taken = db.text(&answer)? == "true";
            if taken {
                held.insert(lock);
            }
            Ok(taken)
        })
        .map(|taken| taken.unwrap_or(true))
    }

    /// Whether a claim that was taken is still held, as the server sees it.
    ///
    /// # Errors
    /// When the connection fails. All claims are lost then.
    pub fn holds(&self, claim: Claim<'_>) -> Result<bool, StoreError> {
        let lock = claim.lock();
        let held = self.on_connection(|held, db| {
            // Any answer proves that the connection, and with it its locks, still lives.
            db.text("SELECT '' AS value")?;
            Ok(held.contains(&lock))
        });
        held.map(|held| held.unwrap_or(true))
    }

    /// Gives a claim back.
    ///
    /// # Errors
    /// When the connection fails. All claims are lost then.
    pub fn release(&self, claim: Claim<'_>) -> Result<(), StoreError> {
        let lock = claim.lock();
        self.on_connection(|held, db| {
            if held.remove(&lock) {
                db.text(&format!("SELECT CAST(pg_advisory_unlock({lock}) AS TEXT) AS value"))?;
            }
            Ok(())
        })
        .map(drop)
    }

    /// Runs `f` on the connection of the claims; nothing where there is only one daemon.
    fn on_connection<T>(
        &self,
        f: impl FnOnce(&mut BTreeSet<i64>, &mut Db) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let Some(source) = &self.source else { return Ok(None) };
        let mut held = self.held();
        let Held { connection, locks } = &mut *held;
        let db = match connection {
            Some(db) => db,
            None => connection.insert(source.open()?),
        };
        let result = f(locks, db);
        if result.is_err() {
            *held = Held::default();
        }
        result.map(Some)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_have_locks_of_their_own() {
        let all = [
            Claim::Mail(1),
            Claim::Mail(2),
            Claim::Mail(i64::from(u32::MAX) + 7),
            Claim::Mailbox("support"),
            Claim::Mailbox("sales"),
        ];
        let locks: BTreeSet<i64> = all.into_iter().map(Claim::lock).collect();
        assert_eq!(locks.len(), all.len());
    }

    #[test]
    fn the_only_daemon_has_everything() {
        let claims = Claims::new(None);
        assert!(claims.take(Claim::Mail(1)).unwrap());
        assert!(claims.holds(Claim::Mailbox("support")).unwrap());
        claims.release(Claim::Mail(1)).unwrap();
    }
}
