//! One connection, whichever database it leads to, and its transactions.
//!
//! Functions of this layer take `&mut Db`, so they compose inside [`Db::tx`]; only leaf queries are written per
//! backend, by the `on!` macro. A database error inside a transaction is never swallowed, since PostgreSQL would
//! then roll back at the commit without saying so: use `on_conflict`, or an inner [`Db::tx`], which is a savepoint.
use diesel::{
    RunQueryDsl,
    connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager},
    result::Error as DieselError,
    sqlite::SqliteConnection,
};
use diesel_async::{AsyncPgConnection, async_connection_wrapper::AsyncConnectionWrapper};

use super::StoreError;

/// A PostgreSQL connection used like a blocking one.
pub type PgConn = AsyncConnectionWrapper<AsyncPgConnection>;

/// One open connection.
pub enum Db {
    /// To an SQLite file.
    Sqlite(Box<SqliteConnection>),
    /// To a PostgreSQL server.
    Pg(Box<PgConn>),
}

/// Runs one expression on whichever connection it is; both arms have the same type.
macro_rules! on {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::store::Db::Sqlite(boxed) => {
                let $c = boxed.as_mut();
                $body
            }
            $crate::store::Db::Pg(boxed) => {
                let $c = boxed.as_mut();
                $body
            }
        }
    };
}
pub(super) use on;

/// Key of the advisory lock under which one desk places and decides.
const DESK_LOCK: i64 = 0x7265_6472_6573_7301;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Write,
    Snapshot,
}

impl Db {
    /// Runs `f` in a transaction: committed when it returns `Ok`, rolled back when it returns `Err`. Inside
    /// another transaction it is a savepoint. SQLite takes the write lock at the start.
    pub fn tx<T, E: From<StoreError>>(&mut self, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        self.bracket(Purpose::Write, f)
    }

    /// Runs `f` on one unchanging view of the database. It must not write.
    pub fn snapshot<T, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        self.bracket(Purpose::Snapshot, f)
    }

    fn bracket<T, E: From<StoreError>>(
        &mut self,
        purpose: Purpose,
        f: impl FnOnce(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin(purpose).map_err(StoreError::from)?;
        match f(self) {
            Ok(value) => match self.commit() {
                Ok(()) => Ok(value),
                Err(error) => {
                    self.rollback();
                    Err(StoreError::from(error).into())
                }
            },
            Err(error) => {
                self.rollback();
                Err(error)
            }
        }
    }

    fn begin(&mut self, purpose: Purpose) -> Result<(), DieselError> {
        let outermost = self.depth()? == 0;
        match self {
            Db::Sqlite(c) if outermost && purpose == Purpose::Write => {
                AnsiTransactionManager::begin_transaction_sql(c.as_mut(), "BEGIN IMMEDIATE")
            }
            Db::Sqlite(c) => AnsiTransactionManager::begin_transaction(c.as_mut()),
            Db::Pg(c) => {
                <PgConn as Connection>::TransactionManager::begin_transaction(c.as_mut())?;
                if outermost && purpose == Purpose::Snapshot {
                    c.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
                }
                Ok(())
            }
        }
    }

    fn commit(&mut self) -> Result<(), DieselError> {
        match self {
            Db::Sqlite(c) => AnsiTransactionManager::commit_transaction(c.as_mut()),
            Db::Pg(c) => <PgConn as Connection>::TransactionManager::commit_transaction(c.as_mut()),
        }
    }

    /// Rolls back. A failure leaves the connection in a transaction, which [`Db::rests_at`] reports, so that it is
    /// thrown away; there is nothing else to do about it.
    fn rollback(&mut self) {
        let result = match self {
            Db::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c.as_mut()),
            Db::Pg(c) => <PgConn as Connection>::TransactionManager::rollback_transaction(c.as_mut()),
        };
        if let Err(error) = result {
            tracing::debug!(%error, "a rollback failed, the connection is closed");
        }
    }

    /// How many transactions are open within each other.
    fn depth(&mut self) -> Result<u32, DieselError> {
        let status = match self {
            Db::Sqlite(c) => AnsiTransactionManager::transaction_manager_status_mut(c.as_mut()),
            Db::Pg(c) => {
                <PgConn as Connection>::TransactionManager::transaction_manager_status_mut(c.as_mut())
            }
        };
        Ok(status.transaction_depth()?.map_or(0, std::num::NonZeroU32::get))
    }

    /// Begins a transaction that nobody ends: what is done within it is seen by this connection alone, and is gone
    /// with it.
    pub(super) fn begin_unfinished(&mut self) -> Result<(), StoreError> {
        Ok(self.begin(Purpose::Write)?)
    }

    /// Whether just so many transactions are open, so that the connection can serve the next caller.
    pub(super) fn rests_at(&mut self, transactions: u32) -> bool {
        self.depth().is_ok_and(|depth| depth == transactions)
    }

    /// Waits until nobody else of this desk places or decides; held until the transaction ends. On SQLite the
    /// transaction itself is that lock. Outside a transaction it is an error.
    pub fn desk_lock(&mut self) -> Result<(), StoreError> {
        if self.depth()? == 0 {
            return Err(StoreError::Other("the desk lock needs a transaction".to_owned()));
        }
        if let Db::Pg(c) = self {
            diesel::sql_query(format!("SELECT pg_advisory_xact_lock({DESK_LOCK})")).execute(c.as_mut())?;
        }
        Ok(())
    }

    /// Runs statements that return nothing.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        Ok(on!(self, c => c.batch_execute(sql))?)
    }

    /// Reads one text from a query whose only column is called `value`.
    pub(super) fn text(&mut self, sql: &str) -> Result<String, StoreError> {
        #[derive(diesel::QueryableByName)]
        struct Value {
            #[diesel(sql_type = diesel::sql_types::Text)]
            value: String,
        }
        Ok(on!(self, c => diesel::sql_query(sql).get_result::<Value>(c))?.value)
    }

    /// Word for the kind of database, for logs and `check`.
    pub fn kind(&self) -> &'static str {
        match self {
            Db::Sqlite(_) => "SQLite",
            Db::Pg(_) => "PostgreSQL",
        }
    }
}
