//! Row L20: is a machine answering our automatic mail?
//!
//! A program that marks its answers is known by its marks. One that marks nothing shows itself over time only: the
//! mails go to and fro and no person of ours has a part in it, or the same words come again and again. Then its
//! address gets no automatic mail for a day. Its mail stays a person's, since it may be one's, and what an agent
//! writes leaves as ever.
use chrono::Duration;

use crate::domain::Timestamp;

/// For this long no automatic mail goes to an address where a machine may be answering.
pub const LATCH: Duration = Duration::hours(24);
/// The mails of an address are looked at this far back.
pub const MEMORY: Duration = Duration::hours(24);
/// Equal bodies are counted this far back.
pub const SAME_WITHIN: Duration = Duration::hours(1);

/// Mails to and fro within [`QUICK`] that are too many without a person: three acknowledgements, each answered. A
/// person may well send three complaints in a row, and each is acknowledged.
const MAILS_QUICK: usize = 6;
/// Mails to and fro that are too many where they go on for hours.
const MAILS: usize = 4;
/// The time for them.
const QUICK: Duration = Duration::minutes(10);
/// Automatic mails of ours within [`MEMORY`] that are too many where each was followed by an answer.
const OURS: usize = 4;
/// Equal bodies that are too many.
const SAME: u32 = 3;

/// Who wrote a mail of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The address itself.
    Them,
    /// We, by rule.
    Machine,
    /// One of our people.
    Person,
}

/// One mail of an exchange with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchanged {
    /// When it came or was written, by the desk's own clock.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: Author,
}

/// What gives a machine away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Mails go to and fro within minutes.
    Quick,
    /// Each of several automatic mails within a day was answered.
    Slow,
    /// The same words came several times within an hour.
    SameWords,
}

impl Sign {
    /// What it is, for operators.
    pub const fn word(self) -> &'static str {
        match self {
            Sign::Quick => "mails to and fro within minutes",
            Sign::Slow => "an answer to each of our automatic mails",
            Sign::SameWords => "the same words several times within an hour",
        }
    }
}

/// What gives the writer of the newest mail away, if anything does. `exchange` is in order of time and ends with
/// that mail; `same_bodies` counts the mails of that address with its body within [`SAME_WITHIN`], itself included.
pub fn sign_of_a_machine(exchange: &[Exchanged], same_bodies: u32, now: Timestamp) -> Option<Sign> {
    if same_bodies >= SAME {
        return Some(Sign::SameWords);
    }
    // Where a person of ours had a part, what came before it proves nothing.
    let begin = exchange.iter().rposition(|mail| mail.by == Author::Person).map_or(0, |at| at + 1);
    let since_a_person = exchange.get(begin..).unwrap_or_default();
    let quick: Vec<Exchanged> =
        since_a_person.iter().filter(|mail| now - mail.at <= QUICK).copied().collect();
    if turns(&quick) >= MAILS_QUICK {
        return Some(Sign::Quick);
    }
    let ours = since_a_person.iter().filter(|mail| mail.by == Author::Machine).count();
    (ours >= OURS && turns(since_a_person) >= MAILS).then_some(Sign::Slow)
}

/// How often the word changed sides, counting the first mail: several mails of one side in a row are one turn.
fn turns(exchange: &[Exchanged]) -> usize {
    let changes = exchange.windows(2).filter(|two| matches!(two, [one, next] if one.by != next.by)).count();
    if exchange.is_empty() { 0 } else { changes + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `t` is theirs, `m` ours by rule, `p` a person's of ours; a number is minutes that pass.
    fn found(script: &str, same_bodies: u32) -> Option<Sign> {
        let mut now = Timestamp::UNIX_EPOCH;
        let mut exchange = Vec::new();
        for word in script.split_whitespace() {
            let by = match word {
                "t" => Author::Them,
                "m" => Author::Machine,
                "p" => Author::Person,
                minutes => {
                    now += Duration::minutes(minutes.parse().unwrap());
                    continue;
                }
            };
            exchange.push(Exchanged { at: now, by });
        }
        sign_of_a_machine(&exchange, same_bodies, now)
    }

    #[test]
    fn a_machine_is_known_by_what_it_does_over_time() {
        for (script, same_bodies, expected) in [
            ("t", 1, None),
            ("t m t", 1, None),
            ("t m t m t", 1, None),
            ("t m t m t m t", 1, Some(Sign::Quick)),
            ("t m 2 t m 2 t m 2 t", 1, Some(Sign::Quick)),
            // Exactly ten minutes count, more do not.
            ("t m 3 t m 3 t m 4 t", 1, Some(Sign::Quick)),
            ("t m 2 t m 5 t m 6 t", 1, None),
            // Two mails in a row are one turn.
            ("t t m m t t m m t t m t", 1, Some(Sign::Quick)),
            ("t t t t t t", 1, None),
            ("m m m m t", 1, None),
            // A person of ours had a part.
            ("t m t p t", 1, None),
            ("t m t m p t m t", 1, None),
            ("t m t m p t m t m t m t", 1, Some(Sign::Quick)),
            // Slowly, all day long.
            ("t m 60 t m 60 t m 60 t", 1, None),
            ("t m 60 t m 60 t m 60 t m 60 t", 1, Some(Sign::Slow)),
            ("t m 60 t m 60 t m 60 t p 60 t m 60 t", 1, None),
            // Four letters by the calendar and one answer are no machine.
            ("m 60 m 60 m 60 m 60 t", 1, None),
            ("t", 2, None),
            ("t", 3, Some(Sign::SameWords)),
            ("t p t p t", 3, Some(Sign::SameWords)),
        ] {
            assert_eq!(found(script, same_bodies), expected, "{script}, {same_bodies}");
        }
    }
}
