//! Suspect mail: held without a number, named once in a daily list, released by its reply; senders that are blocked
//! and allowed.
use redress::store::inbox::Status;

use super::{ADA, ANNA, BOB, COMPLAINT, MARA, SUBJECT};
use crate::world::{Received, World, Written};

/// A mail that our own server calls spam.
fn spam(from: &str, subject: &str) -> Written {
    Written::by(from, subject, "Hello,\n\nyou have charged me twice.").header("X-Spam-Flag", "YES")
}

/// The list of the next morning, as Mara got it.
fn list(world: &mut World) -> Received {
    world.until("2026-11-24T06:45:00Z");
    world.read("mara@shop.test")
}

#[test]
fn suspect_mail_is_listed_once_and_released_by_a_reply() {
    let mut world = World::new();
    world.arrives(&spam(ADA, SUBJECT));
    world.arrives(&spam(ADA, "And once more"));
    world.arrives(&Written::by(BOB, "Win", "Win a car!").forged());
    world.arrives(&spam("Cora <cora@third.test>", "Where is it?").unproven());
    assert_eq!((world.disputes(), world.mails(Status::Held).len()), (0, 4));

    let list = list(&mut world);
    insta::assert_snapshot!(list.shown(), @"
    To: mara@shop.test
    Subject: Mail that may be spam, Tuesday 24 November 2026

    Your reply stays inside.

    Mail that may be spam

    These mails are held. They have no number, and nobody was answered. Whoever
    decides first decides for all of us.

    S-1  Ada Byron <ada@example.test>
          Invoice 88 charged twice
          Monday 23 November 2026, 09:00
          X-Spam-Flag: YES
          Of the same sender: S-2

    S-3  Bob Stone <bob@other.test>
          Win
          Monday 23 November 2026, 09:00
          Authentication-Results: dmarc=fail

    S-4  Cora <cora@third.test>
          Where is it?
          Monday 23 November 2026, 09:00
          X-Spam-Flag: YES

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #new ADDRESS                 opens a dispute for a customer
      #release S-17                suspect mail is a person's after all
      #block S-17                  holds all mail of a sender
      #allow S-17                  never holds mail of a sender
    ");
    world.arrives(&Written::reply(MARA, &list, "#release S-1\n#release S-3, S-2 s4"));
    insta::assert_snapshot!(world.shown("mara@shop.test").lines().skip(3).collect::<Vec<_>>().join("\n"), @"
    Your reply stays inside.

    Done

      #release S-1

    S-1 is taken for a person's mail now

      #release S-3, S-2 s4

    S-3 is taken for a person's mail now; S-2 is taken for a person's mail now; S-4 is taken for a person's mail now
    ");

    // Ada is proven, and has her letters; nothing vouches for Cora, who has the fixed text; Bob did not write.
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"
    [D-1000] Invoice 88 charged twice
    [D-1001] And once more
    ");
    insta::assert_snapshot!(world.subjects("cora@third.test"), @"[D-1003] We have received your message");
    assert!(!world.has_mail("bob@other.test"));
    assert_eq!(world.disputes(), 4);
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");

    // Whoever comes second is told, and nothing happens twice.
    world.arrives(&Written::reply(MARA, &list, "#release S-1"));
    let late = world.shown("mara@shop.test");
    assert!(late.contains("S-1 does not wait any more"), "{late}");
    assert_eq!(world.disputes(), 4);

    // The next day there is nothing to list.
    world.until("2026-11-25T06:45:00Z");
    assert!(!world.has_mail("mara@shop.test") || world.subjects("mara@shop.test").contains("What is due"));
    world.subjects("anna@shop.test");
    world.finish();
}

#[test]
fn mail_that_waited_for_a_day_is_acknowledged_in_words_that_say_so() {
    let mut world = World::new();
    world.arrives(&spam(ADA, SUBJECT));
    let list = list(&mut world);
    world.until("2026-11-24T09:00:00Z");
    world.arrives(&Written::reply(MARA, &list, "#release S-1"));
    world.read("mara@shop.test");
    let late = world.shown("ada@example.test");
    assert!(late.contains("has been with us since then"), "{late}");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn a_blocked_sender_is_held_and_stands_in_no_list() {
    let mut world = World::new();
    world.arrives(&spam(BOB, "Offer"));
    world.arrives(&spam(BOB, "Offer again"));
    let first = list(&mut world);
    assert!(first.text.contains("Of the same sender: S-2"), "{}", first.text);
    world.arrives(&Written::reply(MARA, &first, "#block S-1"));
    let told = world.shown("mara@shop.test");
    assert!(told.contains("mail of bob@other.test is held from now on, and 2 mails that waited"), "{told}");
    assert_eq!(world.mails(Status::Held).len(), 0);

    // A mail that nothing else speaks against is held too, and only counted.
    world.arrives(&Written::by(BOB, "Offer", "Buy one, get two."));
    world.arrives(&spam(ADA, SUBJECT));
    assert_eq!(world.mails(Status::Held).len(), 2);
    world.until("2026-11-25T06:45:00Z");
    let second = world.read("mara@shop.test");
    assert!(second.text.contains("S-5") && !second.text.contains("bob@other.test"), "{}", second.text);
    assert!(second.text.contains("1 of blocked senders came"), "{}", second.text);

    // Allowed again, he is heard, and so is what he wrote meanwhile.
    world.arrives(&Written::reply(MARA, &second, "#allow Bob@other.test"));
    let told = world.shown("mara@shop.test");
    assert!(told.contains("is not held any more, and 1 mail that waited was taken"), "{told}");
    assert_eq!(world.disputes(), 1);
    world.subjects("bob@other.test");
    world.subjects("mara@shop.test");
    world.subjects("anna@shop.test");
    world.finish();
}

#[test]
fn an_allowed_sender_is_not_held_for_who_they_are() {
    let mut world = World::new();
    let shop = "Parcels <noreply@parcels.test>";
    world.arrives(&Written::by(shop, "Parcel lost", "Parcel 7 was lost."));
    let list = list(&mut world);
    world.arrives(&Written::reply(MARA, &list, "#allow S-1"));
    world.read("mara@shop.test");
    assert_eq!(world.disputes(), 1);
    world.arrives(&Written::by(shop, "Parcel found", "Parcel 7 was found."));
    assert_eq!((world.disputes(), world.mails(Status::Held).len()), (2, 0));
    // Nobody answers a machine.
    assert!(!world.has_mail("noreply@parcels.test"));
    world.subjects("mara@shop.test");
    world.subjects("anna@shop.test");
    world.finish();
}

#[test]
fn on_a_day_with_too_many_the_newest_are_listed_and_the_rest_is_counted() {
    let mut world = World::new();
    for number in 1..=102 {
        world.arrives(&spam(&format!("somebody{number}@many.test"), "Win"));
    }
    world.arrives(&spam("somebody50@many.test", "And more"));
    let first = list(&mut world);
    assert!(first.text.contains("wait for a list with room for them: 2."), "{}", first.text);
    assert!(first.text.contains("\nS-3  ") && !first.text.contains("\nS-2  "), "{}", first.text);
    assert!(first.text.contains("Of the same sender: S-103"), "{}", first.text);
    world.until("2026-11-25T06:45:00Z");
    let second = world.read("mara@shop.test");
    assert!(second.text.contains("\nS-1  ") && second.text.contains("\nS-2  "), "{}", second.text);
    assert!(!second.text.contains("with room for them"), "{}", second.text);
    world.finish();
}

#[test]
fn whoever_a_forger_names_is_not_blocked_for_it() {
    let mut world = World::new();
    world.arrives(&Written::by(ADA, "Win", "Win a car!").forged());
    let list = list(&mut world);
    world.arrives(&Written::reply(MARA, &list, "#block S-1\n#release S-99\n#block anna@shop.test"));
    insta::assert_snapshot!(world.shown("mara@shop.test"), @"
    To: mara@shop.test
    Subject: Nothing done: please correct

    Your reply stays inside.

    Nothing was done, and nothing was sent

    What is marked below cannot be run as it stands, so none of the lines was
    run. Correct it and send all of them again, with your text, as a reply to
    the mail that you answered.

      #block S-1
      ^^^^^^^^^^

    S-1 did not come from ada@example.test, as your mail server says

    - Expected: the address itself, if mail that truly comes from it is meant:
      ada@example.test
    - For example: #block S-17

      #release S-99
      ^^^^^^^^^^^^^

    there is no suspect mail S-99

    - Expected: a number as it stands in the digest of suspect mail
    - For example: #release S-17

      #block anna@shop.test
      ^^^^^^^^^^^^^^^^^^^^^

    anna@shop.test is one of our own addresses

    - Expected: the address of somebody else
    - For example: #block S-17

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #new ADDRESS                 opens a dispute for a customer
      #release S-17                suspect mail is a person's after all
      #block S-17                  holds all mail of a sender
      #allow S-17                  never holds mail of a sender
    ");
    assert_eq!(world.mails(Status::Held).len(), 1);
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT));
    world.read("ada@example.test");
    world.read("anna@shop.test");
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn only_the_person_who_was_asked_decides_and_only_in_a_reply() {
    let mut world = World::new();
    world.arrives(&spam(ADA, SUBJECT));
    let list = list(&mut world);
    // A fresh mail in her name gets, at her address, a mail to reply to.
    world.arrives(&Written::by(MARA, "Please", "#release S-1"));
    let here = world.read("mara@shop.test");
    assert!(here.text.contains("send the same lines again as a reply to this mail"), "{}", here.text);
    // The list in other hands: the real one is told.
    world.arrives(&Written::reply(BOB, &list, "#release S-1"));
    world.arrives(&Written::reply(ANNA, &list, "#release S-1"));
    assert!(world.subjects("mara@shop.test").lines().count() == 1);
    world.subjects("anna@shop.test");
    assert_eq!((world.disputes(), world.mails(Status::Held).len()), (0, 1));
    // In reply to what came of the fresh mail it is done.
    world.arrives(&Written::reply(MARA, &here, "#release S-1"));
    assert_eq!(world.disputes(), 1);
    world.subjects("mara@shop.test");
    world.subjects("anna@shop.test");
    world.subjects("ada@example.test");
    world.finish();
}

#[test]
fn commands_of_a_dispute_and_of_none_do_not_mix() {
    let mut world = World::new();
    world.arrives(&spam(BOB, "Offer"));
    let list = list(&mut world);
    world.arrives(&Written::reply(MARA, &list, "#take\n#release S-1"));
    let refused = world.shown("mara@shop.test");
    assert!(refused.contains("this is about a dispute, and your mail is about none"), "{refused}");
    let opened = super::complaint(&mut world);
    world.arrives(&Written::reply(ANNA, &opened.notification, "#release S-1"));
    let refused = world.shown("anna@shop.test");
    assert!(refused.contains("this is about no dispute, and your mail is about one"), "{refused}");
    assert_eq!(world.mails(Status::Held).len(), 1);
    world.finish();
}

#[test]
fn without_a_manager_all_agents_have_the_list_and_the_first_decides() {
    let mut world = World::unmanaged();
    world.arrives(&spam(ADA, SUBJECT));
    world.until("2026-11-24T06:45:00Z");
    let (anna, cora) = (world.read("anna@shop.test"), world.read("cora@shop.test"));
    world.arrives(&Written::reply(ANNA, &anna, "#release S-1"));
    world.arrives(&Written::reply("Cora <cora@shop.test>", &cora, "#block S-1"));
    assert_eq!(world.disputes(), 1);
    world.subjects("anna@shop.test");
    world.subjects("cora@shop.test");
    world.subjects("ada@example.test");
    world.finish();
}
