//! What a mail that breaks the desk cannot do (G5). The fault is put in by the test itself: the program has none that
//! is known.
use std::{cell::Cell, sync::Arc};

use super::*;
use crate::{
    config::{Config, Environment, Secrets},
    daemon::wiring,
    domain::Timestamp,
    mail::token::KeyRing,
    store::{
        alarms,
        inbox::{Age, Packed, Status},
    },
};

/// A subject that breaks the desk.
const POISON: &[u8] = b"Subject: poison";

thread_local! {
    static BREAKS: Cell<u32> = const { Cell::new(0) };
}

/// Breaks the desk over a poisoned mail, while the test wants it.
pub(super) fn strike(raw: &[u8]) {
    let poisoned = raw.windows(POISON.len()).any(|part| part == POISON);
    if poisoned && BREAKS.get() > 0 {
        BREAKS.set(BREAKS.get() - 1);
        panic!("a fault that a test put in");
    }
}

const CONFIGURATION: &str = r#"
[desk]
name = "Shop Care"
address = "support@shop.test"
state_dir = "."

[[mailbox]]
name = "support"
host = "127.0.0.1"
security = "plain"
user = "support@shop.test"

[sending]
host = "127.0.0.1"
security = "plain"

[[agent]]
address = "anna@shop.test"
name = "Anna Berg"

[database]
durability = "test"
"#;

struct Trial {
    desk: Desk,
    store: Store,
    _folder: tempfile::TempDir,
}

impl Trial {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::default()
            .with_variable("REDRESS_IMAP_PASSWORD", "secret")
            .with_variable("REDRESS_SIGNING_KEY", &KeyRing::generate([7; 32]));
        let path = folder.path().join("redress.toml");
        let config = Config::parse(CONFIGURATION, &path, &environment, Secrets::Required).unwrap();
        let store = wiring::open_store(&config).unwrap();
        let clock = crate::clock::Clock::manual(now());
        let desk =
            Desk::new(Arc::new(wiring::clerk(&config, clock).unwrap()), wiring::desk_settings(&config));
        Trial { desk, store, _folder: folder }
    }

    /// The poisoned mail first, and `others` after it.
    fn fill(&self, others: usize) {
        for number in 0..=others {
            let subject = if number == 0 { "poison".to_owned() } else { format!("Complaint {number}") };
            let raw = format!(
                "Return-Path: <c{number}@example.test>\r\nFrom: c{number}@example.test\r\nTo: support@shop.test\r\n\
                 Subject: {subject}\r\nMessage-ID: <{number}@example.test>\r\n\r\nIt is late.\r\n"
            );
            self.store
                .with(|db| inbox::store(db, &Packed::new(raw.as_bytes()), now(), Age::Current))
                .unwrap();
        }
    }

    fn work(&self) {
        loop {
            let worked = self.desk.work(&self.store).unwrap();
            if worked.handled.is_empty() && worked.quarantined.is_empty() {
                return;
            }
        }
    }

    fn counts(&self) -> Vec<(Status, i64)> {
        self.store.with(inbox::counts).unwrap()
    }
}

fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

#[test]
fn g05_a_mail_that_breaks_the_desk_is_set_aside_and_delays_nobody() {
    let trial = Trial::new();
    trial.fill(49);
    BREAKS.set(u32::MAX);
    trial.work();
    assert_eq!(trial.counts(), [(Status::Done, 49), (Status::Quarantined, 1)]);
    let standing = trial.store.with(alarms::standing).unwrap();
    assert_eq!(standing.len(), 1, "{standing:?}");
    // Once the fault is mended, it is taken up again.
    BREAKS.set(0);
    trial.store.with(|db| inbox::retry(db, inbox::Which::All)).unwrap();
    trial.work();
    assert_eq!(trial.counts(), [(Status::Done, 50)]);
}

#[test]
fn g05_a_mail_that_ends_the_whole_program_is_set_aside_after_two_tries_alone() {
    let trial = Trial::new();
    trial.fill(49);
    // A program that ends while it holds a batch leaves what was committed before it began: the marks.
    let ends = || {
        let batch = next_batch(&trial.store).unwrap();
        // The claims end with the connection of the program that held them.
        drop(Claimed { store: &trial.store, batch: &batch });
        batch.len()
    };
    assert_eq!(ends(), 20, "in company it proves nothing");
    assert_eq!(ends(), 1, "alone, once");
    assert_eq!(ends(), 1, "alone, twice");
    // The third start does not try it again.
    BREAKS.set(u32::MAX);
    trial.work();
    assert_eq!(BREAKS.replace(0), u32::MAX, "it was not read a third time");
    assert_eq!(trial.counts(), [(Status::Done, 49), (Status::Quarantined, 1)]);
}
