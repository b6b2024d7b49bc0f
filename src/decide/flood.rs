//! Row A21: what happens when one sender writes very often.
//!
//! Somebody with many disputes within an hour has a broken program or means harm, and each dispute costs an agent a
//! notice and a promise. From the sixth on, the sender's mail is collected in that one dispute until an hour has
//! passed without any. And whoever writes to one dispute very often is read all the same, but the agents get no
//! notice of each mail. Nothing is lost: every mail is stored and stands on its dispute.
use chrono::Duration;

use crate::domain::{Timestamp, dispute::Number};

/// A flood is over after this long without a mail; disputes are counted this far back.
pub const WINDOW: Duration = Duration::hours(1);
/// Disputes of one sender within [`WINDOW`] that stand for themselves.
pub const DISPUTES: u32 = 5;
/// Mails to one dispute within [`WINDOW`] of which the agents get a notice each.
pub const NOTICES: u32 = 20;

/// What is known of a sender when they write something new.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lately {
    /// Disputes that they opened within [`WINDOW`].
    pub opened: u32,
    /// The dispute that collects their flood, and when its latest mail arrived.
    pub flood: Option<(Number, Timestamp)>,
}

/// What a new mail does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It opens a dispute like any other.
    Opens,
    /// It opens the dispute in which the sender's further mail is collected.
    OpensFlood,
    /// It is collected in this one.
    Joins(Number),
}

/// Decides that for a mail that arrived at `arrived`.
pub fn arrival(lately: Lately, arrived: Timestamp) -> Arrival {
    match lately.flood {
        // Two mails may arrive in another order than they are read in, but not by more than the window.
        Some((number, latest)) if (arrived - latest).abs() < WINDOW => Arrival::Joins(number),
        _ if lately.opened >= DISPUTES => Arrival::OpensFlood,
        _ => Arrival::Opens,
    }
}

/// How often somebody writes to one dispute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pace {
    /// As people do.
    #[default]
    Usual,
    /// This is the last mail of the hour of which the agents get a notice, and it says so.
    LastNotice,
    /// Too often for a notice of each.
    TooOften,
}

/// The pace, after so many `earlier` mails to the dispute within [`WINDOW`].
pub fn pace(earlier: u32) -> Pace {
    match earlier + 1 {
        mails if mails < NOTICES => Pace::Usual,
        NOTICES => Pace::LastNotice,
        _ => Pace::TooOften,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_dispute_within_an_hour_collects_the_rest() {
        let now = Timestamp::UNIX_EPOCH;
        let ago = |minutes| Some((Number(7), now - Duration::minutes(minutes)));
        for (opened, flood, expected) in [
            (0, None, Arrival::Opens),
            (4, None, Arrival::Opens),
            (5, None, Arrival::OpensFlood),
            (900, None, Arrival::OpensFlood),
            (6, ago(0), Arrival::Joins(Number(7))),
            (0, ago(59), Arrival::Joins(Number(7))),
            (0, ago(60), Arrival::Opens),
            (5, ago(60), Arrival::OpensFlood),
            // The clock was set back by an hour or more: what it says of the future does not count.
            (0, ago(-59), Arrival::Joins(Number(7))),
            (0, ago(-60), Arrival::Opens),
        ] {
            assert_eq!(arrival(Lately { opened, flood }, now), expected, "{opened} {flood:?}");
        }
    }

    #[test]
    fn the_twentieth_mail_of_an_hour_is_the_last_that_is_announced() {
        let paces: Vec<Pace> = [0, 18, 19, 20, 9_999].into_iter().map(pace).collect();
        assert_eq!(paces, [Pace::Usual, Pace::Usual, Pace::LastNotice, Pace::TooOften, Pace::TooOften]);
    }
}
