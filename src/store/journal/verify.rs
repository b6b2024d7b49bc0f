//! Whether the journal is what was written: each chain from its beginning, and every anchor with the heads it covers.
use diesel::prelude::*;

use super::{AnchorRow, Link, NOTHING, Row, anchor_hash, link, t};
use crate::store::{
    Db, StoreError,
    db::on,
    schema::{anchor_heads, anchors},
};

/// Rows read at a time.
const PAGE: i64 = 2_000;

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries read.
    pub entries: u64,
    /// Chains read.
    pub disputes: u64,
    /// Entries whose content was erased.
    pub erased: u64,
    /// Anchors read.
    pub anchors: u64,
    /// What is wrong, in order; empty if all is well.
    pub faults: Vec<Fault>,
}

/// One thing wrong with the journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Entries are missing before this one.
    #[error("dispute {dispute}: entries before {seq} are missing")]
    Missing {
        /// The dispute's number.
        dispute: i64,
        /// The entry after the gap.
        seq: i64,
    },
    /// The content is not what was written.
    #[error("dispute {dispute}: the content of entry {seq} was changed")]
    Changed {
        /// The dispute's number.
        dispute: i64,
        /// The entry.
        seq: i64,
    },
    /// The entry does not follow from the one before it: its moment, place, digest or hash was changed.
    #[error("dispute {dispute}: entry {seq} does not follow from the one before")]
    Broken {
        /// The dispute's number.
        dispute: i64,
        /// The entry.
        seq: i64,
    },
    /// The end of a chain that was anchored is gone or another.
    #[error("dispute {dispute}: entry {seq}, anchored on {day}, is gone or another")]
    Cut {
        /// The dispute's number.
        dispute: i64,
        /// The entry that was anchored.
        seq: i64,
        /// The day of the anchor.
        day: String,
    },
    /// An anchor does not follow from the one before it and its heads.
    #[error("the anchor of {day} does not follow from the one before and its heads")]
    Anchor {
        /// The day.
        day: String,
    },
}

impl Fault {
    /// The dispute whose chain it is in; a faulty anchor concerns all.
    pub fn dispute(&self) -> Option<i64> {
        match self {
            Fault::Missing { dispute, .. }
            | Fault::Changed { dispute, .. }
            | Fault::Broken { dispute, .. }
            | Fault::Cut { dispute, .. } => Some(*dispute),
            Fault::Anchor { .. } => None,
        }
    }
}

/// Reads the whole journal and all anchors. Use it in a read transaction, for one unchanging view.
pub fn verify(db: &mut Db) -> Result<Report, StoreError> {
    let mut report = Report::default();
    verify_chains(db, &mut report)?;
    verify_anchors(db, &mut report)?;
    Ok(report)
}

fn verify_chains(db: &mut Db, report: &mut Report) -> Result<(), StoreError> {
    let mut before: Option<Link> = None;
    loop {
        let (dispute, seq) = before.as_ref().map_or((i64::MIN, i64::MIN), |link| (link.dispute, link.seq));
        let page: Vec<Row> = on!(db, c => t::table
            .filter(t::dispute.gt(dispute).or(t::dispute.eq(dispute).and(t::seq.gt(seq))))
            .order((t::dispute, t::seq))
            .limit(PAGE)
            .select(Row::as_select())
            .load(c))?;
        if page.is_empty() {
            return Ok(());
        }
        for row in &page {
            report.entries += 1;
            let same_chain = before.take().filter(|link| link.dispute == row.dispute);
            report.disputes += u64::from(same_chain.is_none());
            let (last_seq, last_hash) =
                same_chain.map_or((0, NOTHING.to_vec()), |link| (link.seq, link.hash));
            let (fault, erased) = row.check(last_seq, &last_hash);
            report.erased += u64::from(erased);
            report.faults.extend(fault);
            // Going on from what stands there reports one fault once.
            before = Some(Link { dispute: row.dispute, seq: row.seq, hash: row.hash.clone() });
        }
    }
}

fn verify_anchors(db: &mut Db, report: &mut Report) -> Result<(), StoreError> {
    let all: Vec<AnchorRow> = on!(db, c => anchors::table.order(anchors::day).load(c))?;
    let mut expected = NOTHING.to_vec();
    for (day, at, count, previous, hash) in all {
        report.anchors += 1;
        let heads: Vec<Link> = on!(db, c => anchor_heads::table
            .filter(anchor_heads::day.eq(&day))
            .order(anchor_heads::dispute)
            .select(Link::as_select())
            .load(c))?;
        let follows = previous == expected
            && i64::try_from(heads.len()).is_ok_and(|len| len == count)
            && anchor_hash(&day, at, &previous, &heads).as_slice() == hash;
        if !follows {
            report.faults.push(Fault::Anchor { day });
        }
        expected = hash;
    }
    let held = t::table.filter(
        t::dispute
            .eq(anchor_heads::dispute)
            .and(t::seq.eq(anchor_heads::seq))
            .and(t::hash.eq(anchor_heads::hash)),
    );
    let cut: Vec<(String, i64, i64)> = on!(db, c => anchor_heads::table
        .filter(diesel::dsl::not(diesel::dsl::exists(held)))
        .order((anchor_heads::day, anchor_heads::dispute))
        .select((anchor_heads::day, anchor_heads::dispute, anchor_heads::seq))
        .load(c))?;
    report.faults.extend(cut.into_iter().map(|(day, dispute, seq)| Fault::Cut { dispute, seq, day }));
    Ok(())
}

impl Row {
    /// What is wrong with this entry after the one before it, and whether its content was erased.
    fn check(&self, last_seq: i64, last_hash: &[u8]) -> (Option<Fault>, bool) {
        let (dispute, seq) = (self.dispute, self.seq);
        let (as_written, erased) = match self.content() {
            Ok(Some((content, salt))) => (content.digest(salt).as_slice() == self.digest, false),
            Ok(None) => (true, true),
            Err(_) => (false, false),
        };
        let fault = if seq != last_seq + 1 {
            Some(Fault::Missing { dispute, seq })
        } else if link(dispute, seq, self.at, last_hash, &self.digest).as_slice() != self.hash {
            Some(Fault::Broken { dispute, seq })
        } else if as_written {
            None
        } else {
            Some(Fault::Changed { dispute, seq })
        };
        (fault, erased)
    }
}
