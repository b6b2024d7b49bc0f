//! Relays that misbehave for a while, each a script: in the end every letter is with the relay under its one
//! Message-ID, or given up because the relay refused it for good; and none went twice but for a lost answer to its
//! final dot.
//!
//! The clock of these tests is paused: minutes of waiting pass as soon as nobody has anything to do.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use redress::store::outbox::State;

use super::{
    Bench,
    relay::{Act, Rule},
};

const NAMES: [&str; 4] = ["ann", "bob", "cid", "dan"];
/// Time between two rounds of the sender, and where days have to pass; a whole number of them makes 4 days 23 hours.
const STEP: TimeDelta = TimeDelta::minutes(5);
const LONG_STEP: TimeDelta = TimeDelta::hours(7);
const LONGEST: TimeDelta = TimeDelta::days(6);
/// Always, until it is mended.
const ALWAYS: u32 = u32::MAX;

/// What becomes of the letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// All leave, each once.
    Sent,
    /// All leave; the relay may have some twice.
    SentPerhapsTwice,
    /// Ann's is refused for good, the others leave.
    AllButAnn,
}

/// One relay.
struct Script {
    name: &'static str,
    rule: Rule,
    /// How long it goes on.
    lasts: TimeDelta,
    end: End,
}

/// A relay that behaves but for one thing, and for some hours at most.
fn script(name: &'static str, at: &'static str, act: Act, times: u32) -> Script {
    Script { name, rule: Rule { at, act, times }, lasts: TimeDelta::hours(4), end: End::Sent }
}

impl Script {
    fn ending(self, end: End) -> Self {
        Script { end, ..self }
    }

    fn lasting(self, lasts: TimeDelta) -> Self {
        Script { lasts, ..self }
    }
}

async fn play(script: &Script) {
    let name = script.name;
    let bench = Bench::new().await;
    bench.write(&NAMES);
    bench.server.follow(vec![script.rule]);
    let start = bench.clock.now();
    let is_settled = |name: &&str| matches!(bench.row(name).state, State::Sent | State::Dead);
    let mut mended = false;
    while !NAMES.iter().all(is_settled) {
        let passed = bench.clock.now() - start;
        assert!(passed < LONGEST, "{name}: {:?}", NAMES.map(|name| bench.row(name)));
        if passed >= script.lasts && !mended {
            mended = true;
            bench.server.follow(Vec::new());
        }
        bench.round().await;
        bench.pass(if script.lasts > TimeDelta::days(1) { LONG_STEP } else { STEP });
    }
    assert!(mended || bench.server.played() > 0, "{name}: nothing went wrong");
    // Alarms and all-clears leave as well.
    bench.round().await;
    assert_eq!(bench.alarms(), 0, "{name}");

    let mut copies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut untold = 0;
    for taken in bench.server.taken() {
        untold += usize::from(!taken.told);
        copies.entry(taken.recipient).or_default().push(taken.text);
    }
    for letter in NAMES {
        let refused = script.end == End::AllButAnn && letter == "ann";
        let row = bench.row(letter);
        assert_eq!(row.state, if refused { State::Dead } else { State::Sent }, "{name}: {letter}");
        let copies = copies.remove(&format!("{letter}@there.test")).unwrap_or_default();
        let expected =
            format!("Message-ID: <{letter}@shop.test>\r\nSubject: hello\r\n\r\n..hello {letter}\r\n.\r\n");
        assert!(copies.iter().all(|copy| *copy == expected), "{name}: {copies:?}");
        match script.end {
            _ if refused => assert_eq!(copies.len(), 0, "{name}: {letter}"),
            End::SentPerhapsTwice => assert!(!copies.is_empty(), "{name}: {letter}"),
            End::Sent | End::AllButAnn => assert_eq!(copies.len(), 1, "{name}: {letter}"),
        }
        if script.end == End::SentPerhapsTwice {
            untold -= copies.len() - 1;
        }
    }
    assert_eq!(untold, 0, "{name}: a copy too many for the answers that were lost");
}

#[tokio::test(start_paused = true)]
async fn g07_a_relay_that_refuses_or_is_down_for_days_costs_nothing() {
    use Act::{HangUp, Say};
    let days = TimeDelta::days(4) + TimeDelta::hours(23);
    for script in [
        script("greylisted twice", "RCPT TO:<ann", Say("451 4.7.1 greylisted"), 2),
        script("all greylisted twice", "RCPT", Say("450 4.7.1 greylisted"), 8),
        script("a storm of 421 at the greeting", "GREETING", Say("421 too busy"), ALWAYS),
        script("a storm of 421 at EHLO", "EHLO", Say("421 too busy"), ALWAYS),
        script("a storm of 421 at MAIL", "MAIL", Say("421 too busy"), ALWAYS),
        script("a storm of 421 at RCPT", "RCPT", Say("421 too busy"), ALWAYS),
        script("a storm of 421 after the dot", "DOT", Say("421 too busy"), ALWAYS),
        script("no room for now", "DATA", Say("452 4.3.1 full"), ALWAYS),
        script("down for 4 days and 23 hours", "GREETING", HangUp, ALWAYS).lasting(days),
        script("busy for 4 days and 23 hours", "DOT", Say("451 4.3.0 later"), ALWAYS).lasting(days),
        script("one of the recipients refused", "RCPT TO:<ann", Say("550 5.1.1 no such user"), 1)
            .ending(End::AllButAnn),
        script("one of the mails too large", "DOT ann", Say("552 5.3.4 too large"), 1).ending(End::AllButAnn),
    ] {
        play(&script).await;
    }
}

#[tokio::test(start_paused = true)]
async fn g07_a_relay_that_breaks_off_gets_each_letter_once_or_the_same_again() {
    use Act::{Cut, HangUp, TakeAndHangUp};
    for script in [
        script("the end at the greeting", "GREETING", HangUp, 3),
        script("the end at EHLO", "EHLO", HangUp, 3),
        script("the end at MAIL", "MAIL", HangUp, 5),
        script("the end at RCPT", "RCPT", HangUp, 5),
        script("the end at DATA", "DATA", HangUp, 5),
        script("the end within the mail", "DATA", Cut, 5),
        script("the end after the dot, the mail lost", "DOT", HangUp, 5),
        script("the end after the dot, the mail taken", "DOT", TakeAndHangUp, 5)
            .ending(End::SentPerhapsTwice),
        script("the end after each dot for hours", "DOT bob", TakeAndHangUp, ALWAYS)
            .ending(End::SentPerhapsTwice),
    ] {
        play(&script).await;
    }
}

#[tokio::test(start_paused = true)]
async fn g13_a_relay_that_is_slow_or_silent_holds_no_letter_up_for_good() {
    use Act::{Late, Silence, Trickle};
    for script in [
        script("silent at the greeting", "GREETING", Silence, 3),
        script("silent after the banner", "EHLO", Silence, 3),
        script("silent at MAIL", "MAIL", Silence, 3),
        script("silent at DATA", "DATA", Silence, 3),
        script("silent after the dot", "DOT", Silence, 2),
        script("one byte a second", "", Trickle, ALWAYS),
        script("the dot answered after nine minutes", "DOT", Late(Duration::from_mins(9)), 2),
    ] {
        play(&script).await;
    }
}
