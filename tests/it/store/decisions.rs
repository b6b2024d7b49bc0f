use redress::store::{
    Applied, Change, Commit, apply, disputes, events, journal,
    message_ids::{self, Role},
    timers::{self, Take, Timer},
};

use super::*;
use crate::databases::on_both;

#[test]
fn a_dispute_comes_back_as_it_was_written() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let first = opened(db, 1);
                assert_eq!(first.version, 1);
                assert_eq!(disputes::load(db, Number(1))?, Some(first));
                let last = full(2, 1);
                disputes::insert(db, &last)?;
                assert_eq!(disputes::load(db, Number(2))?, Some(Dispute { version: 1, ..last }));
                assert_eq!(disputes::load(db, Number(3))?, None);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn an_update_clears_what_is_no_longer_set() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                opened(db, 1);
                disputes::insert(db, &full(2, 1))?;
                let cleared = Dispute { version: 1, ..fresh(2) };
                assert_eq!(disputes::update(db, &cleared)?, Some(2));
                assert_eq!(disputes::load(db, Number(2))?, Some(Dispute { version: 2, ..cleared }));
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_stale_version_changes_nothing() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let dispute = opened(db, 1);
                assert_eq!(disputes::update(db, &dispute)?, Some(2));
                assert_eq!(disputes::update(db, &Dispute { subject: "other".into(), ..dispute })?, None);
                assert_eq!(disputes::load(db, Number(1))?.unwrap().subject, "Where is my order?");
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_row_with_an_unknown_word_or_half_a_promise_is_an_error() {
    on_both(|database| {
        for damage in ["stage = 'limbo'", "promise_made_at = NULL", "reminders = -1"] {
            let number = database.store.with(|db| disputes::next_number(db, 1)).unwrap();
            database.store.with(|db| disputes::insert(db, &fresh(number.0))).unwrap();
            database.sql(&format!("UPDATE disputes SET {damage} WHERE number = {}", number.0));
            let read = database.store.with(|db| disputes::load(db, number));
            assert!(matches!(read, Err(StoreError::Corrupt(_))), "{damage}: {read:?}");
        }
    });
}

#[test]
fn a_nul_in_a_subject_does_not_make_it_unstorable() {
    on_both(|database| {
        let dispute = Dispute { subject: "a\0b".into(), ..fresh(1) };
        database.store.with(|db| disputes::insert(db, &dispute)).unwrap();
        let read = database.store.with(|db| disputes::load(db, Number(1))).unwrap().unwrap();
        assert_eq!(read.subject, "a\u{FFFD}b");
    });
}

#[test]
fn numbers_start_where_they_are_told_and_grow() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                assert_eq!(disputes::next_number(db, 1_000)?, Number(1_000));
                opened(db, 1_000);
                assert_eq!(disputes::next_number(db, 1_000)?, Number(1_001));
                assert_eq!(disputes::next_number(db, 5_000)?, Number(5_000));
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn lists_hold_what_was_asked_for() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                opened(db, 1);
                let mine = Some("maria@desk.example".to_owned());
                disputes::insert(db, &Dispute { agent: mine, ..fresh(2) })?;
                disputes::insert(db, &full(3, 1))?;
                let other = Customer { address: "bob@example.org".into(), name: None };
                disputes::insert(db, &Dispute { customer: other, promise: None, ..fresh(4) })?;
                let numbers = |list: Vec<Dispute>| list.into_iter().map(|d| d.number.0).collect::<Vec<_>>();
                let all = disputes::Filter::default();
                assert_eq!(numbers(disputes::list(db, &all, 3)?), [4, 3, 2]);
                assert_eq!(numbers(disputes::of_customer(db, "ANN@EXAMPLE.ORG", 9)?), [3, 2, 1]);
                assert_eq!(numbers(disputes::open_for_agent(db, "maria@desk.example", 9)?), [2]);
                assert_eq!(numbers(disputes::due_digest(db, now() + minutes(61), 9)?), [2, 1]);
                assert_eq!(numbers(disputes::due_digest(db, now(), 9)?), [0; 0]);
                let free = disputes::Filter { agent: Some(disputes::Holder::Nobody), ..all };
                assert_eq!(numbers(disputes::list(db, &free, 9)?), [4, 1]);
                assert_eq!(disputes::counts(db)?, [(Stage::Closed, 1), (Stage::Open, 3)]);
                Ok(())
            })
            .unwrap();
    });
}

/// A decision about `dispute` that writes one row of each kind.
fn decision<'a>(key: &'a str, dispute: Change<'a>, parts: &'a Parts) -> Commit<'a> {
    Commit {
        key,
        dispute,
        journal: &parts.journal,
        salts: &parts.salts,
        timers: &parts.timers,
        outbox: &parts.outbox,
        filing: parts.filing.as_ref(),
        now: now(),
    }
}

struct Parts {
    journal: Vec<Entry>,
    salts: Vec<journal::Salt>,
    timers: Vec<TimerChange>,
    outbox: Vec<NewOutbox>,
    filing: Option<Filing>,
}

impl Parts {
    fn of(dispute: i64, mail: Option<i64>, key: &str) -> Self {
        Self {
            journal: vec![entry(key)],
            salts: vec![[7; 16]],
            timers: vec![TimerChange::Set(TimerKind::PromiseDue, now() + minutes(5))],
            outbox: vec![NewOutbox { dispute: Some(Number(dispute)), ..mail_to("ann@example.org", key) }],
            filing: mail.map(|mail| Filing {
                dispute: Some(Number(dispute)),
                message_id: Some(format!("{mail}@example.org")),
                ..Filing::new(mail, Status::Done)
            }),
        }
    }
}

#[test]
fn a_decision_is_written_as_a_whole() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let mail = take_one(db, 1, b"first").mail;
                let dispute = fresh(1);
                let parts = Parts::of(1, Some(mail), "ack:1");
                let applied = apply(db, &decision("mail:1", Change::New(&dispute), &parts))?;
                assert_eq!(applied, Applied::Applied);
                assert_eq!(disputes::load(db, Number(1))?.unwrap().version, 1);
                assert_eq!(journal::of(db, Number(1))?.len(), 1);
                assert_eq!(timers::of(db, Number(1))?.len(), 1);
                assert_eq!(outbox::of(db, Number(1))?.len(), 1);
                assert_eq!(inbox::mails_of(db, Number(1))?.len(), 1);
                let ids: Vec<_> =
                    message_ids::of(db, Number(1), 9)?.into_iter().map(|h| (h.id, h.role)).collect();
                let ours = ("ack:1@desk.example".to_owned(), Role::Own);
                assert_eq!(ids, [ours, (format!("{mail}@example.org"), Role::Theirs)]);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_repeated_event_writes_nothing() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let dispute = fresh(1);
                apply(db, &decision("mail:1", Change::New(&dispute), &Parts::of(1, None, "ack:1")))?;
                let loaded = disputes::load(db, Number(1))?.unwrap();
                let parts = Parts::of(1, None, "other");
                let again = apply(db, &decision("mail:1", Change::Changed(&loaded), &parts))?;
                assert_eq!(again, Applied::Repeated);
                assert_eq!(disputes::load(db, Number(1))?.unwrap(), loaded);
                assert_eq!(journal::of(db, Number(1))?.len(), 1);
                assert_eq!(outbox::by_key(db, "other")?, None);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_stale_decision_writes_nothing_even_inside_a_transaction() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                db.tx(|db| {
                    let old = opened(db, 1);
                    disputes::update(db, &old)?;
                    let parts = Parts::of(1, None, "ack:1");
                    let stale = apply(db, &decision("mail:1", Change::Changed(&old), &parts))?;
                    assert_eq!(stale, Applied::Stale);
                    let loaded = disputes::load(db, Number(1))?.unwrap();
                    assert_eq!(loaded.version, 2);
                    assert_eq!(events::handled_at(db, "mail:1")?, None);
                    let fresh = apply(db, &decision("mail:1", Change::Changed(&loaded), &parts))?;
                    assert_eq!(fresh, Applied::Applied);
                    Ok::<_, StoreError>(())
                })
            })
            .unwrap();
        let version = database.store.with(|db| disputes::load(db, Number(1))).unwrap().unwrap().version;
        assert_eq!(version, 3);
    });
}

#[test]
fn a_decision_that_cannot_be_written_leaves_nothing() {
    on_both(|database| {
        let dispute = fresh(1);
        let parts = Parts::of(1, Some(77), "ack:1"); // there is no mail 77
        let failed = database.store.with(|db| apply(db, &decision("mail:1", Change::New(&dispute), &parts)));
        assert!(matches!(failed, Err(StoreError::Corrupt(_))), "{failed:?}");
        database
            .store
            .with(|db| {
                assert_eq!(disputes::load(db, Number(1))?, None);
                assert_eq!(events::handled_at(db, "mail:1")?, None);
                assert_eq!(outbox::by_key(db, "ack:1")?, None);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn of_four_threads_that_decide_the_same_state_one_wins() {
    on_both(|database| {
        let old = database.store.with(|db| Ok(opened(db, 1))).unwrap();
        let stores: Vec<Store> = (0..4).map(|_| database.another_store()).collect();
        let outcomes: Vec<Applied> = std::thread::scope(|scope| {
            let runs: Vec<_> = stores
                .iter()
                .enumerate()
                .map(|(index, store)| {
                    let old = &old;
                    scope.spawn(move || {
                        let key = format!("mail:{index}");
                        let parts = Parts::of(1, None, &key);
                        store.with(|db| apply(db, &decision(&key, Change::Changed(old), &parts))).unwrap()
                    })
                })
                .collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|one| **one == Applied::Applied).count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|one| **one == Applied::Stale).count(), 3, "{outcomes:?}");
        assert_eq!(database.store.with(|db| journal::of(db, Number(1))).unwrap().len(), 1);
    });
}

#[test]
fn a_timer_is_taken_once_and_only_for_its_moment() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                opened(db, 1);
                let timer = Timer { dispute: Number(1), kind: TimerKind::Survey, due_at: now() };
                let moved = Timer { due_at: now() + minutes(1), ..timer };
                timers::apply(db, Number(1), &[TimerChange::Set(timer.kind, timer.due_at)])?;
                timers::apply(db, Number(1), &[TimerChange::Set(timer.kind, moved.due_at)])?;
                assert_eq!(timers::due(db, now(), 9)?, []);
                assert_eq!(timers::next_due(db)?, Some(moved.due_at));
                assert_eq!(timers::due(db, moved.due_at, 9)?, [moved]);
                assert_eq!(timers::take(db, &timer)?, Take::Stale);
                assert_eq!(timers::take(db, &moved)?, Take::Taken);
                assert_eq!(timers::take(db, &moved)?, Take::Stale);
                timers::apply(db, Number(1), &[TimerChange::Set(timer.kind, now())])?;
                timers::apply(db, Number(1), &[TimerChange::Cancel(timer.kind)])?;
                assert_eq!(timers::next_due(db)?, None);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_timer_with_nanoseconds_can_still_be_taken() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                opened(db, 1);
                let due_at = at("2026-11-23T10:00:00.123456789Z");
                timers::apply(db, Number(1), &[TimerChange::Set(TimerKind::Survey, due_at)])?;
                let due = timers::due(db, due_at, 9)?;
                assert_eq!(timers::take(db, &due[0])?, Take::Taken);
                Ok(())
            })
            .unwrap();
    });
}
