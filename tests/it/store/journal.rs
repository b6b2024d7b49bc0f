use redress::store::journal::{self, Fault, Report};

use super::*;
use crate::databases::{Database, on_both};

/// Three entries on each of two disputes, anchored once in between.
fn written(database: &Database) {
    database
        .store
        .with(|db| {
            for number in [1, 2] {
                opened(db, number);
                journal::append(
                    db,
                    Number(number),
                    now(),
                    &[entry("one"), entry("two")],
                    &[[1; 16], [2; 16]],
                )?;
            }
            journal::anchor(db, "2026-11-23".parse().unwrap(), now())?.unwrap();
            for number in [1, 2] {
                journal::append(db, Number(number), now(), &[entry("three")], &[[3; 16]])?;
            }
            Ok(())
        })
        .unwrap();
}

fn verified(database: &Database) -> Report {
    database.store.read(journal::verify).unwrap()
}

#[test]
fn what_was_written_verifies_and_reads_back() {
    on_both(|database| {
        written(database);
        let whole = Report { entries: 6, disputes: 2, erased: 0, anchors: 1, faults: Vec::new() };
        assert_eq!(verified(database), whole);
        let read = database.store.with(|db| journal::of(db, Number(2))).unwrap();
        assert_eq!(read.iter().map(|one| one.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(read[2].entry, Some(entry("three")));
        assert_eq!(read[0].at, now());
    });
}

#[test]
fn every_actor_and_every_word_comes_back() {
    on_both(|database| {
        let actors = [
            Actor::Customer,
            Actor::Agent("a@b".into()),
            Actor::Outsider(String::new()),
            Actor::Desk,
            Actor::Operator,
        ];
        let entries: Vec<Entry> = What::ALL
            .iter()
            .zip(actors.iter().cycle())
            .map(|(what, actor)| Entry { actor: actor.clone(), what: *what, detail: "\0\u{1F600}".into() })
            .collect();
        let salts = vec![[5; 16]; entries.len()];
        database
            .store
            .with(|db| {
                opened(db, 1);
                journal::append(db, Number(1), now(), &entries, &salts)?;
                let read = journal::of(db, Number(1))?;
                for (one, written) in read.iter().zip(&entries) {
                    let stored = Entry { detail: "\u{FFFD}\u{1F600}".into(), ..written.clone() };
                    assert_eq!(one.entry.as_ref(), Some(&stored));
                }
                assert_eq!(read.len(), entries.len());
                Ok(())
            })
            .unwrap();
        assert_eq!(verified(database).faults, []);
    });
}

/// What an intruder does, and what is then found.
fn tampering() -> Vec<(&'static str, Vec<Fault>)> {
    let cut = |seq| Fault::Cut { dispute: 1, seq, day: "2026-11-23".into() };
    vec![
        (
            "UPDATE journal SET detail = 'other' WHERE dispute = 1 AND seq = 2",
            vec![Fault::Changed { dispute: 1, seq: 2 }],
        ),
        (
            "UPDATE journal SET actor_address = 'x@y' WHERE dispute = 1 AND seq = 2",
            vec![Fault::Changed { dispute: 1, seq: 2 }],
        ),
        (
            "UPDATE journal SET salt = NULL WHERE dispute = 1 AND seq = 2",
            vec![Fault::Changed { dispute: 1, seq: 2 }],
        ),
        (
            "UPDATE journal SET at = '2026-11-23 10:00:01' WHERE dispute = 1 AND seq = 3",
            vec![Fault::Broken { dispute: 1, seq: 3 }],
        ),
        (
            "UPDATE journal SET digest = hash WHERE dispute = 1 AND seq = 3",
            vec![Fault::Broken { dispute: 1, seq: 3 }, Fault::Changed { dispute: 1, seq: 3 }],
        ),
        ("DELETE FROM journal WHERE dispute = 1 AND seq = 1", vec![Fault::Missing { dispute: 1, seq: 2 }]),
        ("DELETE FROM journal WHERE dispute = 1 AND seq >= 2", vec![cut(2)]),
        ("DELETE FROM journal WHERE dispute = 1", vec![cut(2)]),
        ("DELETE FROM anchor_heads WHERE dispute = 1", vec![Fault::Anchor { day: "2026-11-23".into() }]),
        ("UPDATE anchors SET at = '2026-11-23 10:00:01'", vec![Fault::Anchor { day: "2026-11-23".into() }]),
    ]
}

#[test]
fn tampering_shows() {
    on_both(|database| {
        written(database);
        for (sql, expected) in tampering() {
            let before = verified(database);
            assert_eq!(before.faults, [], "before {sql}");
            let found = database
                .store
                .with(|db| {
                    let mut found = None;
                    let undone: Result<(), StoreError> = db.tx(|db| {
                        crate::databases::batch(db, sql)?;
                        found = Some(journal::verify(db)?);
                        Err(StoreError::Other("undo".into()))
                    });
                    undone.unwrap_err();
                    Ok(found.unwrap())
                })
                .unwrap();
            let first: Vec<_> = found.faults.iter().filter(|fault| !expected.contains(fault)).collect();
            assert!(!found.faults.is_empty() && first.is_empty(), "{sql}: {:?}", found.faults);
        }
    });
}

#[test]
fn a_tail_cut_after_the_anchor_shows_at_the_next_anchor() {
    on_both(|database| {
        written(database);
        let day = |text: &str| text.parse().unwrap();
        let second =
            database.store.with(|db| journal::anchor(db, day("2026-11-24"), now())).unwrap().unwrap();
        assert_eq!(second.heads, 2);
        let nothing_new = database.store.with(|db| journal::anchor(db, day("2026-11-25"), now())).unwrap();
        assert_eq!(nothing_new.unwrap().heads, 0);
        assert_eq!(verified(database).faults, []);
        database.sql("DELETE FROM journal WHERE dispute = 2 AND seq = 3");
        let cut = Fault::Cut { dispute: 2, seq: 3, day: "2026-11-24".into() };
        assert_eq!(verified(database).faults, [cut]);
    });
}

#[test]
fn a_day_is_anchored_once() {
    on_both(|database| {
        written(database);
        let again =
            |day: &str| database.store.with(|db| journal::anchor(db, day.parse().unwrap(), now())).unwrap();
        assert_eq!(again("2026-11-23"), None);
        assert_eq!(again("2026-11-22"), None);
        let last = database.store.with(journal::last_anchor).unwrap().unwrap();
        assert_eq!((last.day.to_string().as_str(), last.heads), ("2026-11-23", 2));
    });
}

#[test]
fn erasing_keeps_the_chain_whole_and_it_grows_on() {
    on_both(|database| {
        written(database);
        assert_eq!(database.store.with(|db| journal::erase(db, Number(1))).unwrap(), 3);
        assert_eq!(database.store.with(|db| journal::erase(db, Number(1))).unwrap(), 0);
        let more = |db: &mut Db| journal::append(db, Number(1), now(), &[entry("four")], &[[4; 16]]);
        database.store.with(more).unwrap();
        let report = verified(database);
        assert_eq!((report.entries, report.erased, report.faults.len()), (7, 3, 0));
        let read = database.store.with(|db| journal::of(db, Number(1))).unwrap();
        assert_eq!(read[0].entry, None);
        assert_eq!(read[3].entry, Some(entry("four")));
    });
}

#[test]
fn the_same_words_hash_differently_under_another_salt() {
    on_both(|database| {
        written(database);
        // Putting content under a wrong salt back into an erased entry does not verify.
        database.store.with(|db| journal::erase(db, Number(1))).unwrap();
        database.sql(
            "UPDATE journal SET actor = o.actor, actor_address = o.actor_address, what = o.what,
                detail = o.detail, salt = (SELECT salt FROM journal p WHERE p.dispute = 2 AND p.seq = 1)
            FROM (SELECT * FROM journal WHERE dispute = 2 AND seq = 3) AS o
            WHERE journal.dispute = 1 AND journal.seq = 3",
        );
        assert_eq!(verified(database).faults, [Fault::Changed { dispute: 1, seq: 3 }]);
    });
}

#[test]
fn an_entry_without_a_salt_is_refused() {
    on_both(|database| {
        let result = database.store.with(|db| {
            opened(db, 1);
            journal::append(db, Number(1), now(), &[entry("one")], &[])
        });
        assert!(result.is_err());
    });
}

#[test]
fn a_long_journal_is_read_in_pages() {
    on_both(|database| {
        let entries: Vec<Entry> = (0..2_050).map(|index| entry(&index.to_string())).collect();
        let salts = vec![[9; 16]; entries.len()];
        database
            .store
            .with(|db| {
                db.tx(|db| {
                    opened(db, 1);
                    opened(db, 2);
                    journal::append(db, Number(1), now(), &entries, &salts)?;
                    journal::append(db, Number(2), now(), &[entry("one")], &[[1; 16]])
                })
            })
            .unwrap();
        let report = verified(database);
        assert_eq!((report.entries, report.disputes, report.faults.len()), (2_051, 2, 0));
    });
}
