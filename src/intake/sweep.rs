//! One look through a mailbox: what is there, minus what the store has, taken in batches.
//!
//! There are two cursors. The first stands where news begins, and all from there on is taken first. The second goes
//! through what lies below, oldest first, at the start of each session and by the clock; it is not kept, since what
//! the store has is never asked for again. Mail that comes while the second is on its way is taken between two of its
//! batches.
use std::collections::BTreeSet;

use super::{
    Intake, IntakeError, Open, Past,
    doubts::{Pace, Verdict},
};
use crate::{
    crash::{self, Point},
    domain::Timestamp,
    imap::{Described, ImapError},
    store::{inbox, mailboxes},
};

/// UIDs asked for at a time.
const WINDOW: u32 = 5_000;
/// UIDs described at a time.
const DESCRIBED: usize = 500;
/// Mails in one transaction.
const MAILS: usize = 50;
/// Bytes in one transaction, unless a single mail is larger.
const BYTES: u64 = 8 * 1024 * 1024;
/// Bytes kept of the text of a mail that is too large.
const HEAD: u32 = 64 * 1024;
/// The first UID of an epoch in which the past is told by its date. At the first start a position tells it, and no
/// date is looked at.
pub(super) const BY_DATE: u32 = 0;
/// How far the server's clock may be behind ours, in seconds, before mail of our time passes for the past.
const SLACK: i64 = 24 * 60 * 60;

/// How far back a look goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// To the beginning of the epoch, by the clock: nothing depends on what was seen before, and what could not be
    /// done is tried again.
    Scheduled,
    /// To the beginning of the epoch, because the connection is new.
    Full,
    /// To the cursor.
    News,
}

/// What a fetch brought.
#[derive(Debug, Default)]
struct Haul {
    mails: Vec<(u32, Vec<u8>)>,
    /// Those of which only the head was taken.
    oversize: Vec<u32>,
    /// Why no more came.
    ended: Option<ImapError>,
}

impl Haul {
    fn has(&self, uid: u32) -> bool {
        self.mails.iter().any(|(came, _)| *came == uid)
    }
}

impl Intake {
    /// Takes what is new, and then, in a look that goes further back, what lies there.
    pub(super) async fn sweep(&self, open: &mut Open<'_>, look: Look) -> Result<(), IntakeError> {
        let missed = open.doubts.lowest_missed();
        open.doubts.begin();
        if look == Look::Scheduled {
            open.doubts.give_another_chance();
            open.tidying = open.tidying.another_chance();
        }
        self.tidy(open).await?;
        let front = open.claim.low_uid;
        self.news(open).await?;
        let back = match (look, self.settings.past) {
            (Look::News, _) => missed,
            (_, Past::Leave) => Some(open.claim.start_uid),
            (_, Past::Take) => Some(1),
        };
        if let Some(from) = back {
            self.answered().await?;
            self.past(open, from.max(1), front).await?;
        }
        self.tell_skipped(open, look).await
    }

    /// Takes what lies from the cursor on, and moves the cursor.
    async fn news(&self, open: &mut Open<'_>) -> Result<(), IntakeError> {
        let mut from = open.claim.low_uid.max(1);
        loop {
            let to = from.saturating_add(WINDOW - 1);
            let last = to >= open.selected.uid_next;
            // The last window is open-ended: UIDNEXT was true when the folder was selected.
            crash::before(Point::ImapSearch);
            let present = open.connection.search_uids(from, (!last).then_some(to)).await?;
            crash::after(Point::ImapSearch);
            let newest = present.iter().max().copied();
            for some in self.wanted(open, present).await?.chunks(DESCRIBED) {
                for batch in self.plan(open, some).await? {
                    self.take_batch(open, &batch).await?;
                }
            }
            self.pulse.beat();
            if last {
                return self.advance(open, newest.map_or(from, |newest| newest.saturating_add(1))).await;
            }
            from = to.saturating_add(1);
            self.advance(open, from).await?;
        }
    }

    /// Takes what lies from `from` up to `end`, oldest first. Between any two batches it looks for news, so that who
    /// writes now does not wait for a mailbox of years to be taken.
    async fn past(&self, open: &mut Open<'_>, mut from: u32, end: u32) -> Result<(), IntakeError> {
        while from < end {
            let to = from.saturating_add(WINDOW - 1).min(end.saturating_sub(1));
            crash::before(Point::ImapSearch);
            let present = open.connection.search_uids(from, Some(to)).await?;
            crash::after(Point::ImapSearch);
            for some in self.wanted(open, present).await?.chunks(DESCRIBED) {
                for batch in self.plan(open, some).await? {
                    self.take_batch(open, &batch).await?;
                    self.news(open).await?;
                }
            }
            self.news(open).await?;
            self.answered().await?;
            from = to.saturating_add(1);
        }
        Ok(())
    }

    /// Moves the cursor, but not past a mail that has still to come.
    async fn advance(&self, open: &mut Open<'_>, low: u32) -> Result<(), IntakeError> {
        let (mailbox, folder) = self.place();
        let missing = open.doubts.lowest_missing(open.claim.low_uid);
        let low = missing.map_or(low, |missing| missing.min(low));
        if low <= open.claim.low_uid {
            return Ok(());
        }
        open.claim.low_uid = low;
        crash::before(Point::InboxCursor);
        self.store.run(move |db| mailboxes::advance(db, &mailbox, &folder, low)).await?;
        crash::after(Point::InboxCursor);
        Ok(())
    }

    /// Ends a look: the operators are told of mails that the server does not deliver, and when there are none left.
    async fn tell_skipped(&self, open: &mut Open<'_>, look: Look) -> Result<(), IntakeError> {
        open.doubts.end();
        let name = &self.settings.imap.name;
        let cause = format!("mail that the server does not deliver from mailbox {name}");
        if let Some(uids) = open.doubts.tell() {
            let what = format!("In the mailbox {name}, mail cannot be fetched and was passed over: {uids}.");
            let advice =
                "Look at that mail with a mail program, and answer it by hand. It is tried again by itself.";
            return self.alarm(cause, what, advice).await;
        }
        if look != Look::News && open.doubts.are_none() {
            return self.all_clear(cause).await;
        }
        Ok(())
    }

    /// Those of `present` that the store does not have and that are to be tried now, ascending.
    async fn wanted(&self, open: &Open<'_>, present: Vec<u32>) -> Result<Vec<u32>, IntakeError> {
        let (Some(first), Some(last)) = (present.iter().min().copied(), present.iter().max().copied()) else {
            return Ok(Vec::new());
        };
        let (mailbox, folder) = self.place();
        let validity = open.selected.uid_validity;
        let known: BTreeSet<u32> = self
            .store
            .look(move |db| inbox::known_uids(db, &mailbox, &folder, validity, first..=last))
            .await?
            .into_iter()
            .collect();
        let is_new = |uid: &u32| !known.contains(uid) && !open.doubts.rests(*uid);
        let mut wanted: Vec<u32> = present.into_iter().filter(is_new).collect();
        wanted.sort_unstable();
        Ok(wanted)
    }

    /// Describes mails and cuts those that are wanted into batches. Suspects come last and alone, so that they take no
    /// other mail with them.
    async fn plan(&self, open: &mut Open<'_>, uids: &[u32]) -> Result<Vec<Vec<Described>>, IntakeError> {
        crash::before(Point::ImapDescribe);
        let mut described = self.describe(open, uids).await?;
        crash::after(Point::ImapDescribe);
        described.retain(|mail| self.is_wanted(&open.claim, mail));
        let (suspects, rest): (Vec<_>, Vec<_>) =
            described.into_iter().partition(|mail| open.doubts.is_suspect(mail.uid));
        let batches = batches(&rest, self.settings.largest).into_iter().chain(suspects.chunks(1));
        Ok(batches.map(<[Described]>::to_vec).collect())
    }

    /// Describes mails; one that the server cannot describe is passed over.
    async fn describe(&self, open: &mut Open<'_>, uids: &[u32]) -> Result<Vec<Described>, IntakeError> {
        let mut described = Vec::new();
        match open.connection.describe(uids).await {
            Ok(all) => described = all,
            Err(error) if error.leaves_connection_usable() => {
                for uid in uids {
                    self.pulse.beat();
                    match open.connection.describe(&[*uid]).await {
                        Ok(one) => described.extend(one),
                        Err(error) if open.doubts.failed(*uid, &error) == Verdict::GiveUp => {
                            return Err(error.into());
                        }
                        Err(_) => {}
                    }
                }
            }
            Err(error) => return Err(error.into()),
        }
        let came: BTreeSet<u32> = described.iter().map(|mail| mail.uid).collect();
        note_missing(open, uids.iter().copied().filter(|uid| !came.contains(uid)));
        Ok(described)
    }

    /// Mail from before the first start is left alone unless it was asked for, also when UIDs begin anew.
    fn is_wanted(&self, claim: &mailboxes::Mailbox, mail: &Described) -> bool {
        self.settings.past == Past::Take || !was_there(claim, mail)
    }

    /// Fetches a batch, commits what came of it, and only then touches the server.
    async fn take_batch(&self, open: &mut Open<'_>, batch: &[Described]) -> Result<(), IntakeError> {
        self.check_disk()?;
        self.pulse.beat();
        crash::before(Point::ImapFetch);
        let haul = self.fetch(open, batch).await;
        crash::after(Point::ImapFetch);
        let came: BTreeSet<u32> = haul.mails.iter().map(|(uid, _)| *uid).collect();
        if !came.is_empty() {
            self.commit(open, batch, haul.mails, haul.oversize).await?;
        }
        if let Some(error) = haul.ended {
            return Err(error.into());
        }
        note_missing(open, batch.iter().map(|mail| mail.uid).filter(|uid| !came.contains(uid)));
        if came.is_empty() { Ok(()) } else { self.tidy(open).await }
    }

    /// Fetches a batch with one command, and one by one what did not come with it.
    async fn fetch(&self, open: &mut Open<'_>, batch: &[Described]) -> Haul {
        let largest = self.settings.largest;
        let mut haul = Haul::default();
        let small: Vec<&Described> = batch.iter().filter(|mail| mail.size <= largest).collect();
        if small.len() > 1 && open.doubts.pace == Pace::Batches {
            let uids: Vec<u32> = small.iter().map(|mail| mail.uid).collect();
            let bytes: u64 = small.iter().map(|mail| mail.size).sum();
            let fetched = open.connection.fetch_many(&uids, bytes.saturating_add(BYTES)).await;
            haul.mails = fetched.mails;
            if let Err(error) = fetched.ended
                && !error.leaves_connection_usable()
            {
                if let Some(first) = uids.iter().find(|uid| !haul.has(**uid)) {
                    open.doubts.broke(*first);
                }
                haul.ended = Some(error);
                return haul;
            }
        }
        for mail in batch {
            if haul.has(mail.uid) {
                continue;
            }
            self.pulse.beat();
            let fetched = if mail.size > largest {
                open.connection.fetch_head(mail.uid, HEAD).await
            } else {
                open.connection.fetch_raw(mail.uid, mail.size.saturating_add(BYTES)).await
            };
            match fetched {
                Ok(None) => {}
                Ok(Some(raw)) => {
                    haul.mails.push((mail.uid, raw));
                    if mail.size > largest {
                        haul.oversize.push(mail.uid);
                    }
                }
                Err(error) => {
                    if open.doubts.failed(mail.uid, &error) == Verdict::GiveUp {
                        haul.ended = Some(error);
                        return haul;
                    }
                }
            }
        }
        haul
    }

    /// Commits mails and where they came from, in the order of their UIDs.
    async fn commit(
        &self,
        open: &Open<'_>,
        batch: &[Described],
        mut mails: Vec<(u32, Vec<u8>)>,
        oversize: Vec<u32>,
    ) -> Result<(), IntakeError> {
        mails.sort_unstable_by_key(|(uid, _)| *uid);
        let ages: Vec<inbox::Age> = mails
            .iter()
            .map(|(uid, _)| {
                let described = batch.iter().find(|mail| mail.uid == *uid);
                described.map_or(inbox::Age::Current, |mail| age(&open.claim, mail))
            })
            .collect();
        let now = self.clerk.clock.now();
        let (mailbox, folder) = self.place();
        let validity = open.selected.uid_validity;
        let largest = self.settings.largest;
        crash::before(Point::InboxCommit);
        let stored = self
            .store
            .run(move |db| {
                let taken: Vec<inbox::Taken> = mails
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
        crash::after(Point::InboxCommit);
        tracing::info!(mailbox = self.settings.imap.name, mails = stored.len(), "Mail was taken");
        self.desk.notify_one();
        Ok(())
    }
}

/// Remembers mails that were listed and did not come, though nothing was said against it.
fn note_missing(open: &mut Open<'_>, uids: impl Iterator<Item = u32>) {
    for uid in uids {
        if !open.doubts.is_skipped(uid) {
            open.doubts.missed(uid);
        }
    }
}

/// How old a mail counts as: what the server had before an older copy of the database was put back may have been
/// acted on, and must not be again.
fn age(claim: &mailboxes::Mailbox, mail: &Described) -> inbox::Age {
    // Servers know whole seconds. Mail of the second of the restore may have been answered just before it.
    let before = |(restored, date): (Timestamp, Timestamp)| date.timestamp() <= restored.timestamp();
    let restored = claim.restored_at.zip(mail.internal_date).is_some_and(before);
    if restored || was_there(claim, mail) { inbox::Age::Past } else { inbox::Age::Current }
}

/// Whether a mail was there before the desk: at the first start by its position, later by its date.
fn was_there(claim: &mailboxes::Mailbox, mail: &Described) -> bool {
    if claim.start_uid == BY_DATE {
        is_before(mail.internal_date, claim.started_at)
    } else {
        mail.uid < claim.start_uid
    }
}

/// Whether a mail arrived before `start` for certain, whatever the server's clock says. Mail of that day that was
/// taken before UIDs began anew is known by its bytes.
fn is_before(internal_date: Option<Timestamp>, start: Timestamp) -> bool {
    internal_date.is_some_and(|date| date.timestamp() < start.timestamp().saturating_sub(SLACK))
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
