//! What a mailbox has made difficult: mails that its server does not deliver, and steps that broke the connection.
//!
//! One bad mail must not keep the others from being taken. So it is found, passed over and named to the operators,
//! and tried again at each scheduled look. All of this is remembered over connections, not over a restart.
use std::collections::{BTreeMap, BTreeSet};

use crate::imap::ImapError;

/// More mails passed over than this are no longer trouble with single mails, but with the server.
const MOST_SKIPPED: usize = 1_000;
/// UIDs named in an alarm.
const MOST_NAMED: usize = 20;
/// Times in a row that a step may break the connection before it is left out.
const MOST_BREAKS: u32 = 2;

/// How mails are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Pace {
    /// Many with one command.
    #[default]
    Batches,
    /// One by one, to find the one that breaks the connection.
    Single,
}

/// What is done about a failed fetch of one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The others go on without it.
    PassOver,
    /// The session ends.
    GiveUp,
}

/// A step beside the fetching that may break the connection each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Breaks(u32);

impl Breaks {
    /// It broke the connection once more.
    pub(super) fn count(&mut self) {
        self.0 = self.0.saturating_add(1);
    }

    /// Whether it is left out for now.
    pub(super) fn are_too_many(self) -> bool {
        self.0 >= MOST_BREAKS
    }

    /// It worked.
    pub(super) fn forget(&mut self) {
        self.0 = 0;
    }

    /// It may be tried once more.
    pub(super) fn allow_one(&mut self) {
        self.0 = self.0.min(MOST_BREAKS - 1);
    }
}

/// The difficulties of one folder.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// UIDVALIDITY for which the UIDs below hold.
    epoch: Option<u32>,
    /// Not tried before the next scheduled look, with the reason.
    skipped: BTreeMap<u32, String>,
    /// Were passed over before: they are fetched alone, and not twice.
    suspects: BTreeSet<u32>,
    /// First mail that did not come when the connection broke last.
    broke_at: Option<u32>,
    /// Listed but not delivered, without any error: in this look, and in the one before.
    missing: BTreeSet<u32>,
    missed_before: BTreeSet<u32>,
    /// Mails were passed over that the operators do not know of.
    untold: bool,
    /// How mails are fetched.
    pub(super) pace: Pace,
    /// Moving or marking what was taken.
    pub(super) tidying: Breaks,
    /// Laying a claim.
    pub(super) claiming: Breaks,
    /// That no claim can be laid was said.
    pub(super) claimless: bool,
}

impl Doubts {
    /// A folder was opened; in a new epoch UIDs mean other mails.
    pub(super) fn enter(&mut self, uid_validity: u32) {
        if self.epoch != Some(uid_validity) {
            let (tidying, claiming, claimless) = (self.tidying, self.claiming, self.claimless);
            *self = Doubts { epoch: Some(uid_validity), tidying, claiming, claimless, ..Doubts::default() };
        }
    }

    /// A look begins.
    pub(super) fn begin(&mut self) {
        self.missing.clear();
    }

    /// A scheduled look begins: everything is tried once more.
    pub(super) fn give_another_chance(&mut self) {
        self.suspects.extend(std::mem::take(&mut self.skipped).into_keys());
        self.tidying.allow_one();
        self.claiming.allow_one();
    }

    /// A look is complete.
    pub(super) fn end(&mut self) {
        self.missed_before = std::mem::take(&mut self.missing);
        self.suspects.clear();
        self.broke_at = None;
        self.pace = Pace::Batches;
    }

    pub(super) fn is_skipped(&self, uid: u32) -> bool {
        self.skipped.contains_key(&uid)
    }

    /// Whether a mail is not tried now: it was passed over, or did not come in this very look.
    pub(super) fn rests(&self, uid: u32) -> bool {
        self.is_skipped(uid) || self.missing.contains(&uid)
    }

    pub(super) fn is_suspect(&self, uid: u32) -> bool {
        self.suspects.contains(&uid)
    }

    /// The connection broke in a fetch of many, before `first` came.
    pub(super) fn broke(&mut self, first: u32) {
        if self.broke_at.replace(first) == Some(first) {
            self.pace = Pace::Single;
        }
    }

    /// A mail that was asked for alone did not come.
    pub(super) fn failed(&mut self, uid: u32, error: &ImapError) -> Verdict {
        if error.leaves_connection_usable() {
            return self.skip(uid, error.to_string());
        }
        // Its connection is gone in any case; what counts is whether the next one tries it again.
        if self.is_suspect(uid) || self.broke_at.replace(uid) == Some(uid) {
            self.skip(uid, error.to_string());
        }
        Verdict::GiveUp
    }

    /// The server lists a mail and does not deliver it; the second time in a row it is passed over.
    pub(super) fn missed(&mut self, uid: u32) {
        if self.missed_before.contains(&uid) || self.is_suspect(uid) {
            self.skip(uid, "it is listed, but nothing comes when it is fetched".to_owned());
        } else {
            self.missing.insert(uid);
        }
    }

    /// The lowest UID from `from` on that did not come in this look.
    pub(super) fn lowest_missing(&self, from: u32) -> Option<u32> {
        self.missing.range(from..).next().copied()
    }

    /// The lowest UID that did not come in the look before, and has to be asked for once more.
    pub(super) fn lowest_missed(&self) -> Option<u32> {
        self.missed_before.first().copied()
    }

    fn skip(&mut self, uid: u32, why: String) -> Verdict {
        tracing::warn!(uid, why, "The server does not deliver a mail; it is passed over for now");
        if self.skipped.len() >= MOST_SKIPPED {
            return Verdict::GiveUp;
        }
        self.skipped.insert(uid, why);
        self.untold = true;
        Verdict::PassOver
    }

    /// What the operators are to be told of mails passed over, once.
    pub(super) fn tell(&mut self) -> Option<String> {
        if !std::mem::take(&mut self.untold) {
            return None;
        }
        let (_, why) = self.skipped.last_key_value()?;
        let uids: Vec<String> = self.skipped.keys().take(MOST_NAMED).map(u32::to_string).collect();
        let more = self.skipped.len().saturating_sub(uids.len());
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        Some(format!("UID {}{more}: {why}", uids.join(", ")))
    }

    /// Whether nothing is passed over.
    pub(super) fn are_none(&self) -> bool {
        self.skipped.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::Answer;

    fn refused() -> ImapError {
        ImapError::Refused { command: "UID FETCH", answer: Answer::No, text: "no".to_owned() }
    }

    #[test]
    fn a_refused_mail_is_passed_over_until_the_next_scheduled_look() {
        let mut doubts = Doubts::default();
        assert_eq!(doubts.failed(7, &refused()), Verdict::PassOver);
        assert!(doubts.is_skipped(7));
        assert!(doubts.tell().unwrap().starts_with("UID 7: "));
        assert_eq!(doubts.tell(), None);
        doubts.give_another_chance();
        assert!(!doubts.is_skipped(7) && doubts.is_suspect(7));
    }

    #[test]
    fn a_mail_that_breaks_the_connection_is_looked_for_and_passed_over() {
        let mut doubts = Doubts::default();
        doubts.broke(7);
        assert_eq!(doubts.pace, Pace::Batches);
        doubts.broke(7);
        assert_eq!(doubts.pace, Pace::Single);
        assert_eq!(doubts.failed(9, &ImapError::Lost), Verdict::GiveUp);
        assert!(!doubts.is_skipped(9), "one loss is no proof");
        assert_eq!(doubts.failed(9, &ImapError::Lost), Verdict::GiveUp);
        assert!(doubts.is_skipped(9));
        doubts.end();
        assert_eq!(doubts.pace, Pace::Batches);
        doubts.give_another_chance();
        doubts.failed(9, &ImapError::Lost);
        assert!(doubts.is_skipped(9), "a suspect has one try");
    }

    #[test]
    fn a_mail_missing_twice_is_passed_over() {
        let mut doubts = Doubts::default();
        doubts.begin();
        doubts.missed(7);
        assert_eq!((doubts.lowest_missing(7), doubts.lowest_missing(8)), (Some(7), None));
        assert!(doubts.rests(7), "once in a look is enough");
        doubts.end();
        assert_eq!(doubts.lowest_missed(), Some(7));
        doubts.begin();
        assert!(!doubts.rests(7));
        doubts.missed(7);
        assert_eq!((doubts.lowest_missing(1), doubts.is_skipped(7)), (None, true));
        doubts.end();
        assert_eq!(doubts.lowest_missed(), None);
    }

    #[test]
    fn a_new_epoch_begins_without_doubts_about_mails() {
        let mut doubts = Doubts::default();
        doubts.enter(1);
        doubts.failed(7, &refused());
        doubts.enter(1);
        assert!(doubts.is_skipped(7));
        doubts.enter(2);
        assert!(doubts.are_none());
    }
}
