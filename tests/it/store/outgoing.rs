use std::collections::BTreeSet;

use redress::store::{
    events::Once,
    inbox::Which,
    message_ids::{self, Role},
    outbox::{Cancelled, Concerns, Doubt, Failure, Leased, Settled, State, Whose},
};

use super::*;
use crate::databases::on_both;

fn failure(doubt: Doubt) -> Failure {
    Failure { error: "451 later".into(), code: Some(451), doubt, concerns: Concerns::Mail }
}

fn leased(db: &mut Db, owner: &str, at: Timestamp) -> Vec<Leased> {
    outbox::lease(db, owner, at, minutes(10), 100).unwrap()
}

#[test]
fn one_effect_key_writes_one_mail() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                opened(db, 1);
                let mail = NewOutbox { dispute: Some(Number(1)), ..mail_to("Ann@Example.org", "ack:1") };
                assert_eq!(outbox::insert(db, &mail, now())?, Once::New);
                let other = NewOutbox { message_id: "other@desk.example".into(), ..mail.clone() };
                assert_eq!(outbox::insert(db, &other, now())?, Once::Repeated);
                let held =
                    message_ids::lookup(db, &["ack:1@desk.example".into(), "other@desk.example".into()])?;
                assert_eq!(held.iter().map(|one| one.role).collect::<Vec<_>>(), [Role::Own]);
                let row = outbox::by_message_id(db, "ack:1@desk.example")?.unwrap();
                assert_eq!((row.state, row.recipient.as_str()), (State::Queued, "Ann@Example.org"));
                assert_eq!((row.audience, row.attempts, row.in_flight), (Audience::Customer, 0, false));
                assert_eq!(outbox::bytes(db, row.id)?, Some(mail.bytes));
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn mail_leaves_at_its_moment_and_is_sent_once() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let later = NewOutbox { leave_at: now() + minutes(1), ..mail_to("a@b", "later") };
                outbox::insert(db, &later, now())?;
                assert_eq!(outbox::next_due(db)?, Some(now() + minutes(1)));
                assert_eq!(leased(db, "w1", now()), []);
                assert_eq!(outbox::oldest_unsent(db, now())?, None);
                let due = now() + minutes(2);
                assert_eq!(outbox::oldest_unsent(db, due)?, Some(now() + minutes(1)));
                let mine = leased(db, "w1", due);
                assert_eq!((mine.len(), mine[0].letter.fence), (1, 1));
                assert_eq!(leased(db, "w2", due), []);
                assert_eq!(outbox::next_due(db)?, Some(due + minutes(10)));
                let lease = mine[0].lease();
                assert_eq!(outbox::mark_in_flight(db, &[lease], now(), minutes(15))?, [lease]);
                assert_eq!(outbox::sent(db, lease, Some(250), due)?, Settled::Yes);
                assert_eq!(outbox::sent(db, lease, Some(250), due)?, Settled::Overtaken);
                let row = outbox::load(db, lease.id)?.unwrap();
                assert_eq!((row.state, row.sent_at, row.attempts), (State::Sent, Some(due), 1));
                assert!(!row.in_flight);
                assert_eq!(outbox::next_due(db)?, None);
                assert_eq!(leased(db, "w2", due + minutes(60)), []);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn g11_a_lease_that_ran_out_passes_on_and_its_old_holder_is_overtaken() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                outbox::insert(db, &mail_to("a@b", "one"), now())?;
                let old = leased(db, "w1", now()).remove(0);
                outbox::mark_in_flight(db, &[old.lease()], now(), minutes(15))?;
                assert_eq!(leased(db, "w2", now() + minutes(14)), []);
                let new = leased(db, "w2", now() + minutes(15)).remove(0);
                assert!(new.letter.in_flight, "the first attempt may have reached the server");
                assert_eq!((new.letter.fence, &new.bytes), (2, &old.bytes));
                assert_eq!(outbox::renew(db, old.lease(), now(), minutes(15))?, Settled::Overtaken);
                assert_eq!(outbox::mark_in_flight(db, &[old.lease()], now(), minutes(15))?, []);
                let again = outbox::failed(db, old.lease(), now(), &failure(Doubt::None))?;
                assert_eq!(again, Settled::Overtaken);
                assert_eq!(outbox::sent(db, new.lease(), None, now())?, Settled::Yes);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn g11_what_the_relay_has_is_not_sent_again_by_whoever_leased_it_next() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                outbox::insert(db, &mail_to("a@b", "one"), now())?;
                let old = leased(db, "w1", now()).remove(0);
                outbox::mark_in_flight(db, &[old.lease()], now(), minutes(1))?;
                let new = leased(db, "w2", now() + minutes(2)).remove(0);
                // The answer of the relay came late to the first, before the second began.
                assert_eq!(outbox::sent(db, old.lease(), None, now())?, Settled::Yes);
                assert_eq!(outbox::mark_in_flight(db, &[new.lease()], now(), minutes(1))?, []);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn g11_a_lease_lasts_for_as_long_as_it_is_renewed() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                outbox::insert(db, &mail_to("a@b", "one"), now())?;
                let lease = leased(db, "w1", now())[0].lease();
                outbox::mark_in_flight(db, &[lease], now(), minutes(2))?;
                let later = now() + minutes(1);
                assert_eq!(outbox::renew(db, lease, later, minutes(2))?, Settled::Yes);
                assert_eq!(leased(db, "w2", now() + minutes(2)), []);
                assert_eq!(leased(db, "w2", later + minutes(2)).len(), 1);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn nothing_is_begun_under_a_lease_that_ran_out() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                outbox::insert(db, &mail_to("a@b", "one"), now())?;
                let lease = leased(db, "w1", now())[0].lease();
                let length = minutes(15);
                assert_eq!(outbox::mark_in_flight(db, &[lease], now() + minutes(10), length)?, []);
                assert_eq!(outbox::mark_in_flight(db, &[lease], now() + minutes(9), length)?, [lease]);
                assert_eq!(outbox::next_due(db)?, Some(now() + minutes(24)));
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn only_a_refused_address_is_remembered_as_such() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                for concerns in [Concerns::Recipient, Concerns::Mail, Concerns::Relay] {
                    let key = format!("{concerns:?}");
                    outbox::insert(db, &mail_to("a@b", &key), now())?;
                    let lease = leased(db, "w1", now())[0].lease();
                    let failure = Failure { concerns, ..failure(Doubt::None) };
                    outbox::failed(db, lease, now(), &failure)?;
                    assert!(!outbox::load(db, lease.id)?.unwrap().refused_recipient);
                    let lease = leased(db, "w1", now())[0].lease();
                    outbox::dead(db, lease, &failure)?;
                    let refused = outbox::load(db, lease.id)?.unwrap().refused_recipient;
                    assert_eq!(refused, concerns == Concerns::Recipient, "{key}");
                }
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_failure_is_tried_again_later_and_doubt_is_kept() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                outbox::insert(db, &mail_to("a@b", "one"), now())?;
                let next = now() + minutes(5);
                for (doubt, in_flight) in [(Doubt::MayBeSent, true), (Doubt::None, false)] {
                    let lease = leased(db, "w1", next)[0].lease();
                    outbox::mark_in_flight(db, &[lease], now(), minutes(15))?;
                    assert_eq!(outbox::failed(db, lease, next, &failure(doubt))?, Settled::Yes);
                    let row = outbox::load(db, lease.id)?.unwrap();
                    assert_eq!((row.state, row.in_flight), (State::Queued, in_flight));
                    assert_eq!((row.next_attempt_at, row.code), (next, Some(451)));
                    assert_eq!(row.last_error.as_deref(), Some("451 later"));
                }
                assert_eq!(leased(db, "w1", now()), []);
                let lease = leased(db, "w1", next)[0].lease();
                assert_eq!(outbox::dead(db, lease, &failure(Doubt::None))?, Settled::Yes);
                let row = outbox::list(db, State::Dead, 9)?.remove(0);
                assert_eq!((row.attempts, row.next_attempt_at), (2, next));
                assert_eq!(outbox::resend(db, Which::One(lease.id), next)?, 1);
                assert_eq!(leased(db, "w1", next).len(), 1);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_death_is_reported_once_and_again_after_a_resend() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                for key in ["one", "two"] {
                    outbox::insert(db, &mail_to("a@b", key), now())?;
                }
                let die = |db: &mut Db, at| {
                    for row in leased(db, "w1", at) {
                        outbox::dead(db, row.lease(), &failure(Doubt::None)).unwrap();
                    }
                };
                let unreported = |db: &mut Db| -> Vec<String> {
                    outbox::unreported_dead(db, 9).unwrap().into_iter().map(|row| row.key).collect()
                };
                die(db, now());
                assert_eq!(unreported(db), ["one", "two"]);
                let one = outbox::by_key(db, "one")?.unwrap();
                outbox::reported(db, one.id)?;
                assert_eq!(unreported(db), ["two"]);
                let later = now() + minutes(60 * 24 * 9);
                assert_eq!(outbox::resend(db, Which::One(one.id), later)?, 1);
                assert_eq!(outbox::load(db, one.id)?.unwrap().leave_at, later);
                die(db, later);
                assert_eq!(unreported(db), ["one", "two"]);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_mail_that_could_not_be_composed_is_dead_and_stays_so() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let stillborn = NewOutbox { gate: Gate::Dead("too large".into()), ..mail_to("a@b", "one") };
                outbox::insert(db, &stillborn, now())?;
                assert_eq!(leased(db, "w1", now()), []);
                let row = outbox::unreported_dead(db, 9)?.remove(0);
                assert_eq!(
                    (row.state, row.last_error.as_deref(), row.size),
                    (State::Dead, Some("too large"), 0)
                );
                assert_eq!(outbox::resend(db, Which::All, now())?, 0);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn leases_can_be_given_back_untried() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                outbox::insert(db, &mail_to("a@b", "one"), now())?;
                let lease = leased(db, "w1", now())[0].lease();
                outbox::give_back(db, &[lease, Lease { id: 99, fence: 1 }])?;
                assert_eq!(leased(db, "w2", now())[0].letter.attempts, 0);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn held_mail_stays_until_it_is_released() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                for key in ["one", "two"] {
                    outbox::insert(db, &NewOutbox { gate: Gate::Held, ..mail_to("a@b", key) }, now())?;
                }
                assert_eq!(leased(db, "w1", now()), []);
                assert_eq!(outbox::next_due(db)?, None);
                let first = outbox::list(db, State::Held, 9)?[0].id;
                assert_eq!(outbox::release_held(db, Which::One(first), now())?, 1);
                assert_eq!(leased(db, "w1", now()).len(), 1);
                assert_eq!(outbox::release_held(db, Which::All, now())?, 1);
                assert_eq!(outbox::counts(db)?, [(State::Leased, 1), (State::Queued, 1)]);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn mail_is_taken_back_only_before_it_can_have_left() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                for key in ["queued", "leased", "flying", "doubtful"] {
                    outbox::insert(db, &mail_to("a@b", key), now())?;
                }
                assert_eq!(outbox::cancel(db, "queued")?, Cancelled::Yes);
                assert_eq!(outbox::cancel(db, "queued")?, Cancelled::TooLate);
                let all: Vec<Lease> = leased(db, "w1", now()).iter().map(Leased::lease).collect();
                let [waiting, flying, doubtful] = all[..] else { panic!("{all:?}") };
                assert_eq!(outbox::cancel(db, "leased")?, Cancelled::Yes);
                // The worker finds out before it sends.
                assert_eq!(outbox::mark_in_flight(db, &all, now(), minutes(15))?, [flying, doubtful]);
                assert_eq!(outbox::sent(db, waiting, None, now())?, Settled::Overtaken);
                assert_eq!(outbox::cancel(db, "flying")?, Cancelled::TooLate);
                outbox::failed(db, doubtful, now(), &failure(Doubt::MayBeSent))?;
                assert_eq!(outbox::cancel(db, "doubtful")?, Cancelled::TooLate);
                assert_eq!(outbox::cancel(db, "never written")?, Cancelled::TooLate);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn budgets_count_what_was_written_by_address_domain_and_in_all() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let mails = [
                    ("Ann@Example.org", "1", "acknowledgement"),
                    ("ann@example.org", "2", "acknowledgement-plain"),
                    ("bob@EXAMPLE.org", "3", "acknowledgement-late"),
                    ("carl@example.com", "4", "acknowledgement"),
                    ("ann@example.org", "5", "answer"),
                    ("ann@example.org", "6", "acknowledgement"),
                ];
                for (index, (to, key, letter)) in mails.into_iter().enumerate() {
                    let mail = NewOutbox { letter: letter.into(), ..mail_to(to, key) };
                    outbox::insert(db, &mail, now() + minutes(i64::try_from(index).unwrap()))?;
                }
                outbox::cancel(db, "6")?;
                let count = |db: &mut Db, whose, since| {
                    outbox::count_letters_to(db, whose, "acknowledgement", since).unwrap()
                };
                assert_eq!(count(db, Whose::Address("ANN@example.org"), now()), 2);
                assert_eq!(count(db, Whose::Address("ann@example.org"), now() + minutes(1)), 1);
                assert_eq!(count(db, Whose::Domain("example.ORG"), now()), 3);
                assert_eq!(count(db, Whose::All, now()), 4);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn erased_letters_keep_their_keys() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                opened(db, 1);
                let mail =
                    |key: &str| NewOutbox { dispute: Some(Number(1)), ..mail_to("ann@example.org", key) };
                outbox::insert(db, &mail("sent"), now())?;
                let lease = leased(db, "w1", now())[0].lease();
                outbox::sent(db, lease, None, now())?;
                outbox::insert(db, &mail("waiting"), now())?;
                assert_eq!(outbox::erase_letters(db, Number(1))?, 1);
                assert_eq!(outbox::bytes(db, lease.id)?, None);
                assert_eq!(outbox::load(db, lease.id)?.unwrap().recipient, "");
                assert_eq!(outbox::insert(db, &mail("sent"), now())?, Once::Repeated);
                assert_eq!(leased(db, "w1", now())[0].letter.key, "waiting");
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn of_four_racing_workers_each_mail_has_one() {
    on_both(|database| {
        const MAILS: usize = 200;
        database
            .store
            .with(|db| {
                db.tx(|db| {
                    for index in 0..MAILS {
                        outbox::insert(db, &mail_to("a@b", &format!("mail:{index}")), now())?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .unwrap();
        let stores: Vec<Store> = (0..4).map(|_| database.another_store()).collect();
        let work = |store: &Store, owner: String| {
            let mut sent = Vec::new();
            loop {
                let batch = store.with(|db| outbox::lease(db, &owner, now(), minutes(10), 7)).unwrap();
                if batch.is_empty() {
                    return sent;
                }
                let leases: Vec<Lease> = batch.iter().map(Leased::lease).collect();
                let marked =
                    store.with(|db| outbox::mark_in_flight(db, &leases, now(), minutes(15))).unwrap();
                assert_eq!(marked, leases);
                for lease in marked {
                    let settled = store.with(|db| outbox::sent(db, lease, None, now())).unwrap();
                    assert_eq!(settled, Settled::Yes);
                    sent.push(lease.id);
                }
            }
        };
        let sent: Vec<i64> = std::thread::scope(|scope| {
            let runs: Vec<_> = stores
                .iter()
                .enumerate()
                .map(|(index, store)| scope.spawn(move || work(store, format!("w{index}"))))
                .collect();
            runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
        });
        assert_eq!(sent.len(), MAILS);
        assert_eq!(sent.iter().collect::<BTreeSet<_>>().len(), MAILS);
        assert_eq!(database.store.with(outbox::counts).unwrap(), [(State::Sent, 200)]);
    });
}
