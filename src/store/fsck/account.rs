//! The account: where every mail came from and what has become of it, as sums that must be equal.
use diesel::{QueryableByName, RunQueryDsl, sql_types::BigInt};
use serde::Serialize;

use super::{Check, Found};
use crate::store::{Db, StoreError, db::on, inbox::FROM_FILES};

/// Mails and disputes, counted in ways that do not follow from each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, QueryableByName)]
pub struct Account {
    /// Places on servers from which mail was taken.
    #[diesel(sql_type = BigInt)]
    pub taken: i64,
    /// Stored mails that were taken from a server.
    #[diesel(sql_type = BigInt)]
    pub from_servers: i64,
    /// Further places of mails that were stored already: the same bytes.
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    /// Stored mails that came from files.
    #[diesel(sql_type = BigInt)]
    pub imported: i64,
    /// Stored mails.
    #[diesel(sql_type = BigInt)]
    pub stored: i64,
    /// Mails that opened a dispute.
    #[diesel(sql_type = BigInt)]
    pub opened: i64,
    /// Mails that were put to a dispute.
    #[diesel(sql_type = BigInt)]
    pub appended: i64,
    /// Mails that were filed without one.
    #[diesel(sql_type = BigInt)]
    pub filed: i64,
    /// Mails that are held for an operator.
    #[diesel(sql_type = BigInt)]
    pub held: i64,
    /// Mails that were set aside.
    #[diesel(sql_type = BigInt)]
    pub quarantined: i64,
    /// Of those, mails that were too large to be taken whole.
    #[diesel(sql_type = BigInt)]
    pub oversize: i64,
    /// Second deliveries.
    #[diesel(sql_type = BigInt)]
    pub duplicates: i64,
    /// Mails that nobody has looked at yet.
    #[diesel(sql_type = BigInt)]
    pub new: i64,
    /// Disputes.
    #[diesel(sql_type = BigInt)]
    pub disputes: i64,
}

const COUNTS: &str = "\
    WITH servers AS (SELECT mail FROM taken WHERE folder <> '{files}'), \
    places AS (SELECT mail, count(*) AS many FROM servers GROUP BY mail) \
    SELECT \
    (SELECT count(*) FROM servers) AS taken, \
    (SELECT count(*) FROM mails WHERE id IN (SELECT mail FROM places)) AS from_servers, \
    (SELECT CAST(coalesce(sum(many - 1), 0) AS BIGINT) FROM places) AS copies, \
    (SELECT count(*) FROM mails WHERE id NOT IN (SELECT mail FROM places)) AS imported, \
    (SELECT count(*) FROM mails) AS stored, \
    (SELECT count(*) FROM mails WHERE status = 'done' AND dispute IS NOT NULL AND placed_by = 'new') AS opened, \
    (SELECT count(*) FROM mails WHERE status = 'done' AND dispute IS NOT NULL AND placed_by <> 'new') AS appended, \
    (SELECT count(*) FROM mails WHERE status = 'done' AND dispute IS NULL) AS filed, \
    (SELECT count(*) FROM mails WHERE status = 'held') AS held, \
    (SELECT count(*) FROM mails WHERE status = 'quarantined') AS quarantined, \
    (SELECT count(*) FROM mails WHERE status = 'quarantined' AND reason LIKE 'larger than %') AS oversize, \
    (SELECT count(*) FROM mails WHERE status = 'duplicate') AS duplicates, \
    (SELECT count(*) FROM mails WHERE status = 'new') AS new, \
    (SELECT count(*) FROM disputes) AS disputes";

/// Counts.
pub(super) fn of(db: &mut Db) -> Result<Account, StoreError> {
    Ok(on!(db, c => diesel::sql_query(COUNTS.replace("{files}", FROM_FILES)).get_result(c))?)
}

impl Account {
    /// What became of the stored mails, added up.
    pub fn accounted(&self) -> i64 {
        let filed = self.opened + self.appended + self.filed;
        filed + self.held + self.quarantined + self.duplicates + self.new
    }

    pub(super) fn check(&self, found: &mut Found) {
        let sums = [
            (
                "places on servers",
                self.taken,
                "mails taken from them and further copies",
                self.from_servers + self.copies,
            ),
            ("stored mails", self.stored, "mails from servers and files", self.from_servers + self.imported),
            ("stored mails", self.stored, "mails whose fate is known", self.accounted()),
            ("disputes", self.disputes, "mails that opened one", self.opened),
        ];
        for (one, left, other, right) in sums {
            if left != right {
                found.add(
                    Check::Account,
                    "the account",
                    format!("there are {left} {one}, but {right} {other}"),
                );
            }
        }
    }
}
