//! One look through a mailbox: what is there, minus what the store has, taken in batches, oldest first.
use super::{After, Intake, IntakeError, Open, Past};
use crate::{
    domain::Timestamp,
    imap::{Described, Flag, Marked},
    store::{inbox, mailboxes},
};

/// UIDs asked for at a time.
const WINDOW: u32 = 5_000;
/// Mails in one transaction.
const MAILS: usize = 50;
/// Bytes in one transaction, unless a single mail is larger.
const BYTES: u64 = 8 * 1024 * 1024;
/// Bytes kept of the text of a mail that is too large.
const HEAD: u32 = 64 * 1024;
/// The first UID of an epoch in which the past is told by its date. Where a position tells it (the first start with
/// the past left alone), no date is looked at: the server's clock may be behind ours.
pub(super) const BY_DATE: u32 = 0;
/// The keyword that tells people that a mail was taken.
const KEYWORD: &str = "$Redress";

/// How far back a look goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// To the beginning of the epoch: nothing depends on what was seen before.
    Full,
    /// To the cursor.
    News,
}

impl Intake {
    /// Takes what is new.
    pub(super) async fn sweep(&self, open: &mut Open, look: Look) -> Result<(), IntakeError> {
        self.tidy(open).await?;
        let mut from = match look {
            Look::Full => open.claim.start_uid,
            Look::News => open.claim.low_uid,
        }
        .max(1);
        loop {
            let to = from.saturating_add(WINDOW - 1);
            let last = to >= open.selected.uid_next;
            // The last window is open-ended: UIDNEXT was true when the folder was selected.
            let present = open.connection.search_uids(from, (!last).then_some(to)).await?;
            let newest = present.iter().max().copied();
            self.take(open, present).await?;
            self.pulse.beat();
            if last {
                let low = newest.map_or(from, |newest| newest.saturating_add(1));
                self.advance(open, low).await?;
                return Ok(());
            }
            self.advance(open, to.saturating_add(1)).await?;
            from = to.saturating_add(1);
        }
    }

    async fn advance(&self, open: &mut Open, low: u32) -> Result<(), IntakeError> {
        let (mailbox, folder) = self.place();
        open.claim.low_uid = open.claim.low_uid.max(low);
        Ok(self.store.run(move |db| mailboxes::advance(db, &mailbox, &folder, low)).await?)
    }

    /// Takes those of `present` that the store does not have.
    async fn take(&self, open: &mut Open, present: Vec<u32>) -> Result<(), IntakeError> {
        let (Some(first), Some(last)) = (present.iter().min().copied(), present.iter().max().copied()) else {
            return Ok(());
        };
        let (mailbox, folder) = self.place();
        let validity = open.selected.uid_validity;
        let known = self
            .store
            .look(move |db| inbox::known_uids(db, &mailbox, &folder, validity, first..=last))
            .await?;
        let mut wanted: Vec<u32> = present.into_iter().filter(|uid| !known.contains(uid)).collect();
        wanted.sort_unstable();
        for some in wanted.chunks(500) {
            let described = open.connection.describe(some).await?;
            let described: Vec<Described> =
                described.into_iter().filter(|mail| self.is_wanted(&open.claim, mail)).collect();
            for batch in batches(&described, self.settings.largest) {
                self.check_disk()?;
                self.take_batch(open, batch).await?;
                self.pulse.beat();
            }
        }
        Ok(())
    }

    /// Mail from before the first start is left alone unless it was asked for, also when UIDs begin anew.
    fn is_wanted(&self, claim: &mailboxes::Mailbox, mail: &Described) -> bool {
        self.settings.past == Past::Take
            || Self::age(claim, mail.internal_date) == inbox::Age::Current
            || claim.start_uid != BY_DATE
    }

    fn age(claim: &mailboxes::Mailbox, internal_date: Option<Timestamp>) -> inbox::Age {
        // INTERNALDATE has whole seconds.
        let before = internal_date.is_some_and(|date| date.timestamp() < claim.started_at.timestamp());
        let by_position = claim.start_uid != BY_DATE;
        if before && !by_position { inbox::Age::Past } else { inbox::Age::Current }
    }

    /// Fetches a batch, commits it, and only then touches the server.
    async fn take_batch(&self, open: &mut Open, batch: &[Described]) -> Result<(), IntakeError> {
        let now = self.clerk.clock.now();
        let small: Vec<u32> =
            batch.iter().filter(|m| m.size <= self.settings.largest).map(|m| m.uid).collect();
        let bytes: u64 = batch.iter().map(|mail| mail.size).sum();
        let mut fetched = open.connection.fetch_many(&small, bytes.saturating_add(BYTES)).await?;
        let mut oversize = Vec::new();
        for mail in batch.iter().filter(|mail| mail.size > self.settings.largest) {
            if let Some(head) = open.connection.fetch_head(mail.uid, HEAD).await? {
                oversize.push(mail.uid);
                fetched.push((mail.uid, head));
            }
        }
        if fetched.is_empty() {
            return Ok(());
        }
        let claim = open.claim.clone();
        let dates: Vec<(u32, Option<Timestamp>)> = batch.iter().map(|m| (m.uid, m.internal_date)).collect();
        let ages: Vec<inbox::Age> = fetched
            .iter()
            .map(|(uid, _)| {
                Self::age(&claim, dates.iter().find(|(known, _)| known == uid).and_then(|(_, date)| *date))
            })
            .collect();
        let (mailbox, folder) = self.place();
        let validity = open.selected.uid_validity;
        let largest = self.settings.largest;
        let stored = self
            .store
            .run(move |db| {
                let taken: Vec<inbox::Taken> = fetched
                    .iter()
                    .zip(ages)
                    .map(|((uid, raw), age)| inbox::Taken {
                        uid: *uid,
                        raw: inbox::Packed::new(raw),
                        received_at: now,
                        age,
                    })
                    .collect();
                db.tx(|db| {
                    let stored = inbox::take_batch(db, &mailbox, &folder, validity, &taken)?;
                    for (taken, stored) in taken.iter().zip(&stored) {
                        if oversize.contains(&taken.uid) {
                            let reason =
                                format!("larger than {largest} bytes; the whole mail is still on the server");
                            inbox::quarantine(db, stored.mail, &reason)?;
                        }
                    }
                    Ok(stored)
                })
            })
            .await?;
        tracing::info!(mailbox = self.settings.imap.name, mails = stored.len(), "Mail was taken");
        self.desk.notify_one();
        self.tidy(open).await
    }

    /// Does on the server what is still to be done to mail that is safe with us.
    async fn tidy(&self, open: &mut Open) -> Result<(), IntakeError> {
        let (mailbox, folder) = self.place();
        let validity = open.selected.uid_validity;
        loop {
            let (m, f) = (mailbox.clone(), folder.clone());
            let uids = self
                .store
                .look(move |db| inbox::pending_server_actions(db, &m, &f, validity, i64::from(WINDOW)))
                .await?;
            if uids.is_empty() {
                return Ok(());
            }
            match &self.settings.after {
                After::Move(target) => {
                    open.connection.move_to(&uids, target).await?;
                }
                After::Flag => {
                    if open.connection.mark(&uids, KEYWORD).await? == Marked::NotAllowed {
                        open.connection.set_flag(&uids, Flag::Flagged).await?;
                    }
                }
                After::Leave => {}
            }
            let (m, f) = (mailbox.clone(), folder.clone());
            self.store.run(move |db| inbox::server_action_done(db, &m, &f, validity, &uids)).await?;
        }
    }
}

/// Cuts what is to be fetched into batches that fit a transaction.
fn batches(mails: &[Described], largest: u64) -> Vec<&[Described]> {
    let mut cut = Vec::new();
    let mut rest = mails;
    while !rest.is_empty() {
        let mut bytes = 0_u64;
        let fit = rest
            .iter()
            .take(MAILS)
            .take_while(|mail| {
                bytes = bytes.saturating_add(mail.size.min(largest));
                bytes <= BYTES
            })
            .count()
            .max(1);
        let (batch, left) = rest.split_at(fit);
        cut.push(batch);
        rest = left;
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(sizes: &[u64]) -> Vec<Described> {
        sizes
            .iter()
            .zip(1..)
            .map(|(size, uid)| Described { uid, size: *size, internal_date: None, flags: Vec::new() })
            .collect()
    }

    #[test]
    fn batches_are_bounded_and_lose_nothing() {
        let sizes = [1, BYTES, 1, BYTES * 3, 5, 5];
        let mails = mails(&sizes);
        let cut = batches(&mails, u64::MAX);
        let lengths: Vec<_> = cut.iter().map(|batch| batch.len()).collect();
        assert_eq!(lengths, [1, 1, 1, 1, 2]);
        assert_eq!(cut.concat(), mails);
    }
}
