//! A few connections, lent one at a time to blocking callers.
//!
//! SQLite has one pool of a single writer and one of readers; PostgreSQL has one pool for both. A connection comes
//! back only from work that ended well: after a panic, a lost connection or an open transaction it is closed.
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Db, StoreError};

/// How long a caller waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections of one kind.
pub(super) struct Pool {
    most: usize,
    /// Transactions that are open on a connection while nobody uses it.
    resting: u32,
    state: Mutex<State>,
    returned: Condvar,
    open: Box<dyn Fn() -> Result<Db, StoreError> + Send + Sync>,
}

#[derive(Default)]
struct State {
    idle: Vec<Db>,
    lent: usize,
}

impl Pool {
    /// At most `most` connections, opened by `open` when needed.
    pub(super) fn new(
        most: usize,
        open: impl Fn() -> Result<Db, StoreError> + Send + Sync + 'static,
    ) -> Self {
        Self { most, resting: 0, state: Mutex::default(), returned: Condvar::new(), open: Box::new(open) }
    }

    /// One connection, opened by `open` when needed, with one transaction around all that is done on it. The
    /// transaction ends with the connection, and nothing of it stays.
    pub(super) fn unfinished(open: impl Fn() -> Result<Db, StoreError> + Send + Sync + 'static) -> Self {
        let begun = move || {
            let mut db = open()?;
            db.begin_unfinished()?;
            Ok(db)
        };
        Self { resting: 1, ..Self::new(1, begun) }
    }

    /// Runs `f` on one connection. A panic in `f` becomes [`StoreError::Panicked`].
    pub(super) fn with<T>(&self, f: impl FnOnce(&mut Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let place = self.borrow_place()?;
        let mut db = match place.db {
            Some(db) => db,
            None => caught(|| (self.open)()).inspect_err(|_| self.give_back(None))?,
        };
        let result = caught(|| f(&mut db));
        let healthy = !result.as_ref().is_err_and(StoreError::ends_connection) && db.rests_at(self.resting);
        if matches!(result, Err(StoreError::Lost(_))) {
            // What cut this connection off has most likely cut off the others as well.
            self.lock().idle.clear();
        }
        self.give_back(healthy.then_some(db));
        result
    }

    fn borrow_place(&self) -> Result<Place, StoreError> {
        let (mut state, waited) = self
            .returned
            .wait_timeout_while(self.lock(), PATIENCE, |state| state.lent >= self.most)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StoreError::Busy("all connections are in use".to_owned()));
        }
        state.lent += 1;
        Ok(Place { db: state.idle.pop() })
    }

    fn give_back(&self, db: Option<Db>) {
        let mut state = self.lock();
        state.lent -= 1;
        state.idle.extend(db);
        drop(state);
        self.returned.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs `f`; a panic becomes an error, so that no place in the pool is lost by it. What `f` touched is thrown away.
fn caught<T>(f: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or(Err(StoreError::Panicked))
}

/// The right to one connection, and an idle one if there is any.
struct Place {
    db: Option<Db>,
}
