//! Servers that misbehave for a while, each a script: in the end all mail is stored, once and as it came, nothing was
//! touched on the server before that, and mail from before the desk was left alone.
//!
//! The clock of these tests is paused: minutes of waiting pass as soon as nobody has anything to do.

use std::{collections::BTreeSet, sync::Mutex, time::Duration};

use chrono::TimeDelta;
use redress::{
    intake::{After, Notice},
    store::{
        Store,
        inbox::{self, Status},
    },
};
use tokio::time::sleep;

use super::{
    Reader,
    unruly::{Change, Fault, Half, Slip, Unruly, made},
};

/// Mails from years ago, which nobody asked for.
const OLD: u32 = 5;
/// Mails that arrive while the server misbehaves, and after it has.
const FIRST: u32 = 60;
const LATER: u32 = 5;
/// Between two looks at how far it is, and how long that may go on.
const TICK: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_hours(3);

/// What becomes of mail that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is moved away.
    Moved,
    /// It stays, with this flag.
    Flagged(&'static str),
}

/// One server.
struct Script {
    name: &'static str,
    fault: Fault,
    /// How often the fault happens.
    times: u32,
    abilities: &'static str,
    end: End,
}

/// A server that does as it is told, but for one thing.
fn script(name: &'static str, fault: Fault, times: u32) -> Script {
    Script { name, fault, times, abilities: "MOVE UIDPLUS", end: End::Moved }
}

impl Script {
    fn without(self, abilities: &'static str, end: End) -> Self {
        Script { abilities, end, ..self }
    }
}

/// The texts of all mails in the store.
fn stored(store: &Store) -> Vec<Vec<u8>> {
    store
        .with(|db| {
            let rows = inbox::list(db, Status::New, 10_000)?;
            rows.iter().map(|row| Ok(inbox::raw(db, row.id)?.unwrap())).collect()
        })
        .unwrap()
}

/// Waits, in the desk's time as well as in the runtime's.
async fn until(what: &str, reader: &Reader, mut is_so: impl FnMut() -> bool) {
    let mut waited = Duration::ZERO;
    while !is_so() {
        assert!(waited < LONGEST, "waited in vain for {what}: {:?} {:?}", reader.alarms(), reader.row());
        waited += TICK;
        reader.clock.advance(TimeDelta::from_std(TICK).unwrap());
        sleep(TICK).await;
    }
}

/// Lets a desk read a server that misbehaves for a while, and looks at what has come of it.
async fn play(script: &Script) {
    let name = script.name;
    let server = Unruly::start().await;
    server.abilities(script.abilities);
    server.receive_old(OLD);
    let reader = Reader::start(server.port, "d1", |settings| {
        settings.poll = Duration::from_secs(30);
        if script.abilities.contains("IDLE") {
            settings.notice = Notice::Idle;
        }
        if script.end == End::Flagged("$Redress") {
            settings.after = After::Flag;
        }
    });
    until(name, &reader, || reader.row().is_some_and(|row| row.last_contact.is_some())).await;
    let store = reader.store.clone();
    let known = Mutex::new(BTreeSet::new());
    server.watch(move |raw| {
        let mut known = known.lock().unwrap();
        if !known.contains(raw) {
            known.extend(stored(&store));
        }
        known.contains(raw)
    });

    server.fault_times(script.fault, script.times);
    if matches!(script.fault, Fault::PreAuth | Fault::NextIsOne | Fault::Change(..))
        || matches!(script.fault, Fault::Answer(at, _) | Fault::Silence(at) if ["SELECT", "LOGIN"].contains(&at))
    {
        server.evict();
    }
    server.receive(FIRST);
    until(name, &reader, || server.played() >= script.times).await;
    server.mend();
    server.receive(LATER);

    let all = || {
        let rows: i64 = reader.store.with(inbox::counts).unwrap().iter().map(|(_, count)| count).sum();
        if rows < i64::try_from(server.offered().len()).unwrap() {
            return false;
        }
        let stored: BTreeSet<Vec<u8>> = stored(&reader.store).into_iter().collect();
        server.offered().into_iter().all(|number| stored.contains(&made(number)))
    };
    until(name, &reader, all).await;
    match script.end {
        End::Moved => until(name, &reader, || server.in_inbox() == server.old_in_inbox()).await,
        End::Flagged(flag) => {
            until(name, &reader, || server.flagged(flag) == server.offered().len()).await;
            assert_eq!(server.in_inbox(), server.offered().len() + OLD as usize, "{name}");
        }
    }
    until(name, &reader, || reader.alarms().is_empty()).await;

    let mut stored = stored(&reader.store);
    let count = stored.len();
    stored.sort();
    stored.dedup();
    assert_eq!(stored.len(), count, "{name}: a mail is stored twice");
    let old: Vec<Vec<u8>> = (1..=u64::from(OLD)).map(made).collect();
    assert!(!stored.iter().any(|raw| old.contains(raw)), "{name}: a mail of the past was taken");
    let made: BTreeSet<Vec<u8>> = (1..=u64::from(OLD + FIRST + LATER)).map(made).collect();
    assert!(stored.iter().all(|raw| made.contains(raw)), "{name}: a mail is not stored as it came");
    assert_eq!(server.touched_too_soon(), Vec::<String>::new(), "{name}");
    let kept = server.kept();
    assert!(server.offered().iter().all(|number| kept.contains(number)), "{name}: a mail is gone");
    reader.stop().await;
}

#[tokio::test(start_paused = true)]
async fn g02_a_server_that_refuses_costs_no_mail() {
    for script in [
        script("NO to SELECT", Fault::Answer("SELECT", "NO"), 4),
        script("BAD to SELECT", Fault::Answer("SELECT", "BAD"), 4),
        script("NO to SEARCH", Fault::Answer("UID SEARCH", "NO"), 3),
        script("BAD to SEARCH", Fault::Answer("UID SEARCH", "BAD"), 3),
        script("NO to FETCH", Fault::Answer("UID FETCH", "NO"), 70),
        script("BAD to FETCH", Fault::Answer("UID FETCH", "BAD"), 70),
        script("NO to MOVE", Fault::Answer("UID MOVE", "NO"), 2),
        script("BAD to MOVE", Fault::Answer("UID MOVE", "BAD"), 2),
        script("NO to STORE", Fault::Answer("UID STORE", "NO"), 2)
            .without("UIDPLUS", End::Flagged("$Redress")),
        script("BAD to STORE", Fault::Answer("UID STORE", "BAD"), 2)
            .without("UIDPLUS", End::Flagged("$Redress")),
        script("NO to NOOP", Fault::Answer("NOOP", "NO"), 2),
        script("NO to IDLE", Fault::Answer("IDLE", "NO"), 1).without("IDLE MOVE", End::Moved),
        script("a MOVE done by half", Fault::Move(Half::Refused), 2),
        script("a search that finds nothing", Fault::FindNothing, 3),
        script("UIDNEXT behind the times", Fault::NextIsOne, 1),
        script("no MOVE", Fault::FindNothing, 1).without("UIDPLUS", End::Moved),
        script("neither MOVE nor UIDPLUS", Fault::FindNothing, 1).without("", End::Flagged("\\Deleted")),
    ] {
        play(&script).await;
    }
}

#[tokio::test(start_paused = true)]
async fn g02_a_server_that_breaks_off_costs_no_mail() {
    for script in [
        script("the end within a literal", Fault::Text(Slip::Cut), 3),
        script("the end between two answers", Fault::Text(Slip::Between), 3),
        script("BYE in the midst", Fault::Text(Slip::Bye), 3),
        script("OK, and a mail is missing", Fault::Text(Slip::Missing), 3),
        script("a mail under another UID", Fault::Text(Slip::WrongUid), 3),
        script("an EXPUNGE that never was", Fault::Text(Slip::Expunge), 2),
        script("a person removes mail meanwhile", Fault::Text(Slip::Gone), 2),
        script("the end of a MOVE unsaid", Fault::Move(Half::Unsaid), 2),
    ] {
        play(&script).await;
    }
}

#[tokio::test(start_paused = true)]
async fn g03_a_new_uidvalidity_loses_and_repeats_nothing() {
    for script in [
        script("upwards between SELECT and SEARCH", Fault::Change("UID SEARCH", Change::Up), 1),
        script("upwards between SELECT and FETCH", Fault::Change("UID FETCH", Change::Up), 1),
        script("downwards between SELECT and FETCH", Fault::Change("UID FETCH", Change::Down), 1),
        script("unsaid between SELECT and FETCH", Fault::Change("UID FETCH", Change::Unsaid), 1),
        script("downwards before MOVE", Fault::Change("UID MOVE", Change::Down), 1),
        script("numbered anew before MOVE", Fault::Change("UID MOVE", Change::Renumbered), 1),
        script("numbered anew before FETCH", Fault::Change("UID FETCH", Change::Renumbered), 1),
        script("made anew before FETCH", Fault::Change("UID FETCH", Change::Recreated), 1),
        script("made anew while nothing happens", Fault::Change("NOOP", Change::Recreated), 2),
        script("emptied before FETCH", Fault::Change("UID FETCH", Change::Emptied), 1),
        script("downwards at every look", Fault::Change("UID SEARCH", Change::Down), 2),
        script("numbered anew while marked", Fault::Change("UID STORE", Change::Renumbered), 1)
            .without("UIDPLUS", End::Flagged("$Redress")),
    ] {
        play(&script).await;
    }
}

#[tokio::test(start_paused = true)]
async fn g13_a_server_that_is_slow_silent_or_endless_holds_nobody_up() {
    for script in [
        script("silent at LOGIN", Fault::Silence("LOGIN"), 3),
        script("silent at SELECT", Fault::Silence("SELECT"), 3),
        script("silent at SEARCH", Fault::Silence("UID SEARCH"), 3),
        script("silent at FETCH", Fault::Silence("UID FETCH"), 3),
        script("silent at MOVE", Fault::Silence("UID MOVE"), 2),
        script("silent in IDLE", Fault::Silence("IDLE"), 2).without("IDLE MOVE", End::Moved),
        script("one byte a second", Fault::Text(Slip::Trickle), 3),
        script("a gigabyte in a literal", Fault::Text(Slip::Flood(1 << 30)), 3),
        script("a hundred megabytes in a literal", Fault::Text(Slip::Flood(100 << 20)), 3),
        script("logged in before TLS", Fault::PreAuth, 3),
    ] {
        play(&script).await;
    }
}
