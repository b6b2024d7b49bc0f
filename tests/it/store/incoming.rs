use redress::store::{
    inbox::{Company, Filing, Status, Which},
    mailboxes::{self, Claim},
    message_ids::{self, Role},
};

use super::*;
use crate::databases::on_both;

#[test]
fn a_mail_comes_back_byte_for_byte() {
    on_both(|database| {
        let large: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
        for raw in [b"".as_slice(), b"\0\xFF\r\n.\r\n", &large] {
            let mail = database.store.with(|db| Ok(take_one(db, 1, raw).mail)).unwrap();
            assert_eq!(database.store.with(|db| inbox::raw(db, mail)).unwrap().as_deref(), Some(raw));
        }
        assert_eq!(database.store.with(|db| inbox::raw(db, 999)).unwrap(), None);
    });
}

#[test]
fn damaged_bytes_are_an_error() {
    on_both(|database| {
        let mail = database.store.with(|db| Ok(take_one(db, 1, b"hello").mail)).unwrap();
        for damage in ["size = 4", "size = 6", "raw = sha256"] {
            database.sql("UPDATE mails SET size = 5");
            database.sql(&format!("UPDATE mails SET {damage}"));
            let read = database.store.with(|db| inbox::raw(db, mail));
            assert!(matches!(read, Err(StoreError::Corrupt(_))), "{damage}");
        }
    });
}

#[test]
fn the_same_bytes_in_two_places_are_one_mail() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let first = take_one(db, 1, b"mail");
                assert_eq!(first.seen, Seen::New);
                let copies = [taken(9, b"mail"), taken(10, b"other")];
                let stored = inbox::take_batch(db, "sales", "INBOX", 3, &copies)?;
                assert_eq!(stored[0], Stored { mail: first.mail, seen: Seen::Before });
                assert_eq!(stored[1].seen, Seen::New);
                // A new epoch of the same folder brings the same mail under another UID.
                let again = inbox::take_batch(db, "support", "INBOX", 8, &[taken(1, b"mail")])?;
                assert_eq!(again[0].mail, first.mail);
                // The same batch once more changes nothing.
                inbox::take_batch(db, "sales", "INBOX", 3, &copies)?;
                assert_eq!(inbox::counts(db)?, [(Status::New, 2)]);
                assert_eq!(inbox::known_uids(db, "sales", "INBOX", 3, 1..=u32::MAX)?, [9, 10]);
                assert_eq!(inbox::known_uids(db, "sales", "INBOX", 3, 10..=20)?, [10]);
                assert_eq!(inbox::known_uids(db, "support", "INBOX", 8, 1..=9)?, [1]);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn what_remains_to_be_done_on_the_server_is_known() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let batch: Vec<Taken> = (1..=1_100_u32).map(|uid| taken(uid, &uid.to_be_bytes())).collect();
                inbox::take_batch(db, "support", "INBOX", 7, &batch)?;
                assert_eq!(inbox::pending_server_actions(db, "support", "INBOX", 7, 2)?, [1, 2]);
                let all: Vec<u32> = (1..=1_099).collect();
                inbox::server_action_done(db, "support", "INBOX", 7, &all)?;
                assert_eq!(inbox::pending_server_actions(db, "support", "INBOX", 7, 9)?, [1_100]);
                assert_eq!(inbox::pending_server_actions(db, "support", "INBOX", 8, 9)?, [0; 0]);
                Ok(())
            })
            .unwrap();
    });
}

/// Mails by these senders, one letter each, in order of arrival.
fn from(senders: &str, first_uid: u32) -> Vec<Taken> {
    let mails = senders.chars().zip(first_uid..);
    mails.map(|(who, uid)| taken(uid, format!("From: {who}@x.test\r\n\r\n{uid}").as_bytes())).collect()
}

#[test]
fn a_sender_with_many_mails_does_not_delay_the_others() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let order = |db: &mut Db| -> Result<Vec<i64>, StoreError> {
                    Ok(inbox::next_new(db, 99)?.iter().map(|mail| mail.id).collect())
                };
                let first: Vec<i64> = inbox::take_batch(db, "support", "INBOX", 7, &from("aaaabbc", 1))?
                    .iter()
                    .map(|stored| stored.mail)
                    .collect();
                // One of each in turn; those of one sender in their order.
                let by_turns = [0, 4, 6, 1, 5, 2, 3].map(|place: usize| first[place]);
                assert_eq!(order(db)?, by_turns);
                for mail in &by_turns[..5] {
                    inbox::file(db, &Filing::new(*mail, Status::Done))?;
                }
                // Whoever comes later waits for what is being served, and for no more.
                let late: Vec<i64> = inbox::take_batch(db, "support", "INBOX", 7, &from("da", 20))?
                    .iter()
                    .map(|stored| stored.mail)
                    .collect();
                assert_eq!(order(db)?, [first[2], late[0], first[3], late[1]]);
                // What was set aside and is tried again goes first.
                inbox::quarantine(db, late[1], "a trial")?;
                inbox::retry(db, inbox::Which::One(late[1]))?;
                assert_eq!(order(db)?.first(), Some(&late[1]));
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn mail_is_worked_in_order_of_arrival_and_mail_of_the_past_last() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let old = Taken { age: Age::Past, ..taken(1, b"old") };
                let older = Taken { age: Age::Past, ..taken(2, b"older") };
                let batch = [old, taken(3, b"new"), older, taken(4, b"newer")];
                let stored = inbox::take_batch(db, "support", "INBOX", 7, &batch)?;
                let next = inbox::next_new(db, 9)?;
                let expected = [1, 3, 0, 2].map(|place: usize| (stored[place].mail, batch[place].age));
                assert_eq!(next.iter().map(|mail| (mail.id, mail.age)).collect::<Vec<_>>(), expected);
                assert_eq!(next[0].received_at, now());
                assert_eq!(inbox::next_new(db, 1)?.len(), 1);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn only_attempts_alone_lead_to_quarantine() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let (good, bad) = (take_one(db, 1, b"good").mail, take_one(db, 2, b"bad").mail);
                for _ in 0..3 {
                    inbox::count_attempt(db, &[good, bad], Company::Together)?;
                }
                assert_eq!(inbox::unfinished_twice(db)?, [0; 0]);
                inbox::count_attempt(db, &[bad], Company::Alone)?;
                inbox::count_attempt(db, &[bad], Company::Alone)?;
                assert_eq!(inbox::unfinished_twice(db)?, [bad]);
                let row = inbox::load(db, bad)?.unwrap();
                assert_eq!((row.attempts, row.alone_attempts), (5, 2));
                inbox::forgive(db, &[bad])?;
                assert_eq!(inbox::unfinished_twice(db)?, [0; 0]);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn quarantined_mail_can_be_tried_again() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let (one, two) = (take_one(db, 1, b"one").mail, take_one(db, 2, b"two").mail);
                inbox::count_attempt(db, &[one], Company::Alone)?;
                inbox::quarantine(db, one, "too deep\0")?;
                inbox::quarantine(db, two, "too deep")?;
                let listed = inbox::list(db, Status::Quarantined, 9)?;
                assert_eq!(listed[0].reason.as_deref(), Some("too deep\u{FFFD}"));
                assert_eq!(inbox::retry(db, Which::One(one))?, 1);
                let row = inbox::load(db, one)?.unwrap();
                assert_eq!((row.status, row.alone_attempts, row.reason), (Status::New, 0, None));
                assert_eq!(inbox::retry(db, Which::All)?, 1);
                assert_eq!(inbox::retry(db, Which::All)?, 0);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn held_mail_is_released_or_discarded() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let (one, two) = (take_one(db, 1, b"one").mail, take_one(db, 2, b"two").mail);
                for mail in [one, two] {
                    inbox::file(db, &Filing { rule: Some("L18".into()), ..Filing::new(mail, Status::Held) })?;
                }
                assert_eq!(inbox::release(db, Which::One(one), now())?, 1);
                let row = inbox::load(db, one)?.unwrap();
                assert_eq!((row.status, row.released_at), (Status::New, Some(now())));
                assert_eq!(inbox::discard(db, Which::All)?, 1);
                assert_eq!(inbox::load(db, two)?.unwrap().status, Status::Done);
                Ok(())
            })
            .unwrap();
    });
}

fn filing(mail: i64, dispute: i64) -> Filing {
    Filing {
        fate: Some("person".into()),
        rule: Some("L0".into()),
        reason: Some("none".into()),
        dispute: Some(Number(dispute)),
        placed_by: Some("new".into()),
        message_id: Some("a@example.org".into()),
        sender: Some("ann@example.org".into()),
        body_hash: Some([3; 32]),
        sent_at: Some(now()),
        refers: vec!["b@example.org".into(), "c@example.org".into()],
        ..Filing::new(mail, Status::Done)
    }
}

#[test]
fn a_filed_mail_says_what_became_of_it_and_its_ids_are_held() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                opened(db, 1);
                let mail = take_one(db, 1, b"one").mail;
                inbox::file(db, &filing(mail, 1))?;
                let row = inbox::mails_of(db, Number(1))?.remove(0);
                assert_eq!((row.status, row.fate.as_deref()), (Status::Done, Some("person")));
                assert_eq!((row.placed_by.as_deref(), row.sent_at), (Some("new"), Some(now())));
                let ids = ["a@example.org", "b@example.org", "x@example.org"].map(String::from);
                let held = message_ids::lookup(db, &ids)?;
                let roles: Vec<_> = held.iter().map(|one| (one.id.as_str(), one.role, one.mail)).collect();
                let mail = Some(mail);
                assert_eq!(
                    roles,
                    [("a@example.org", Role::Theirs, mail), ("b@example.org", Role::Referred, mail)]
                );
                assert_eq!(held[0].sender.as_deref(), Some("ann@example.org"));
                assert_eq!(message_ids::lookup(db, &[])?, []);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn merging_moves_ids_and_mails_without_doubling_them() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                db.tx(|db| {
                    opened(db, 1);
                    opened(db, 2);
                    let (one, two) = (take_one(db, 1, b"one").mail, take_one(db, 2, b"two").mail);
                    inbox::file(db, &filing(one, 1))?;
                    inbox::file(db, &Filing { message_id: Some("z@example.org".into()), ..filing(two, 2) })?;
                    message_ids::move_ids(db, Number(2), Number(1))?;
                    inbox::move_mails(db, Number(2), Number(1))?;
                    let mut ids: Vec<_> =
                        message_ids::of(db, Number(1), 99)?.into_iter().map(|h| h.id).collect();
                    ids.sort();
                    assert_eq!(ids, ["a@example.org", "b@example.org", "c@example.org", "z@example.org"]);
                    assert_eq!(message_ids::of(db, Number(2), 99)?, []);
                    assert_eq!(inbox::mails_of(db, Number(1))?.len(), 2);
                    Ok::<_, StoreError>(())
                })
            })
            .unwrap();
    });
}

#[test]
fn a_second_delivery_is_told_by_id_sender_and_body_together() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                opened(db, 1);
                let (one, two) = (take_one(db, 1, b"one").mail, take_one(db, 2, b"two").mail);
                inbox::file(db, &filing(one, 1))?;
                let week = now() - minutes(7 * 24 * 60);
                let ask = |db: &mut Db, mail, id: &str, sender: &str, body: u8, since| {
                    inbox::duplicate_of(db, mail, id, sender, &[body; 32], since)
                };
                let (id, ann) = ("a@example.org", "ann@example.org");
                assert_eq!(ask(db, two, id, ann, 3, week)?, Some(one));
                assert_eq!(ask(db, two, id, ann, 4, week)?, None, "another body is another mail");
                assert_eq!(ask(db, two, id, "eve@example.org", 3, week)?, None);
                assert_eq!(ask(db, two, "x@example.org", ann, 3, week)?, None);
                assert_eq!(ask(db, two, id, ann, 3, now() + minutes(1))?, None, "too long ago");
                assert_eq!(ask(db, one, id, ann, 3, week)?, None, "no mail is its own duplicate");
                inbox::file(db, &Filing { status: Status::Quarantined, ..filing(one, 1) })?;
                assert_eq!(ask(db, two, id, ann, 3, week)?, None, "the first was never processed");
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn erased_mail_stays_known_by_its_hash() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                opened(db, 1);
                let mail = take_one(db, 1, b"one").mail;
                inbox::file(db, &filing(mail, 1))?;
                assert_eq!(inbox::erase_mails(db, Number(1))?, 1);
                assert_eq!(inbox::raw(db, mail)?, None);
                assert_eq!(inbox::load(db, mail)?.unwrap().sender, None);
                let again = inbox::take_batch(db, "support", "INBOX", 8, &[taken(1, b"one")])?;
                assert_eq!(again, [Stored { mail, seen: Seen::Before }]);
                assert_eq!(inbox::next_new(db, 9)?, []);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_mailbox_belongs_to_the_desk_that_claimed_it_first() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                let claim = |db: &mut Db, desk: &str, at| mailboxes::claim(db, "support", "INBOX", desk, at);
                let Claim::Ours(fresh) = claim(db, "d1", now())? else { panic!("a free one was refused") };
                assert_eq!((fresh.uid_validity, fresh.low_uid, fresh.started_at), (None, 1, now()));
                assert_eq!(claim(db, "d2", now())?, Claim::Theirs("d1".into()));
                let Claim::Ours(again) = claim(db, "d1", now() + minutes(5))? else { panic!("our own") };
                assert_eq!(again.started_at, now());
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_cursor_goes_forward_until_a_new_epoch() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                mailboxes::claim(db, "support", "INBOX", "d1", now())?;
                mailboxes::begin_epoch(db, "support", "INBOX", u32::MAX, 40, 42)?;
                assert_eq!(mailboxes::list(db)?.remove(0).low_uid, 42);
                mailboxes::advance(db, "support", "INBOX", 50)?;
                mailboxes::advance(db, "support", "INBOX", 45)?;
                mailboxes::contact(db, "support", "INBOX", now())?;
                let row = mailboxes::list(db)?.remove(0);
                assert_eq!((row.uid_validity, row.start_uid, row.low_uid), (Some(u32::MAX), 40, 50));
                assert_eq!((row.last_contact, row.last_error), (Some(now()), None));
                mailboxes::begin_epoch(db, "support", "INBOX", 2, 1, 1)?;
                mailboxes::trouble(db, "support", "INBOX", "it is gone")?;
                let row = mailboxes::list(db)?.remove(0);
                assert_eq!((row.uid_validity, row.low_uid), (Some(2), 1));
                assert_eq!(row.last_error.as_deref(), Some("it is gone"));
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn the_held_mail_of_a_sender_is_found_in_any_ascii_case() {
    on_both(|database| {
        database
            .store
            .with(|db| {
                for (number, sender) in
                    ["Ada.Ä@Shop.example", "ada.ä@shop.example", "bob@shop.example"].iter().enumerate()
                {
                    let stored = take_one(db, u32::try_from(number).unwrap() + 1, sender.as_bytes());
                    let mut filing = Filing::new(stored.mail, Status::Held);
                    filing.sender = Some((*sender).to_owned());
                    inbox::file(db, &filing)?;
                }
                assert_eq!(inbox::held_of(db, "ADA.Ä@shop.example", 9)?, [1]);
                assert_eq!(inbox::held_of(db, "ada.ä@shop.example", 9)?, [2]);
                assert_eq!(inbox::held_of(db, "Bob@Shop.example", 9)?, [3]);
                assert_eq!(inbox::beginning(db, 3, 3)?.as_deref(), Some(b"bob".as_slice()));
                assert_eq!(inbox::beginning(db, 4, 3)?, None);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}
