//! People who are no party, or say that they are somebody: numbers that were guessed, copies, forgeries.
use redress::store::inbox::Status;

use super::{ADA, ANNA, BOB, COMPLAINT, SUBJECT, complaint, resolved, taken};
use crate::world::{World, Written};

#[test]
fn a_stranger_with_a_guessed_number_learns_nothing() {
    let mut world = World::new();
    taken(&mut world);
    world.arrives(&Written::by(BOB, "Re: [D-1000] Invoice", "status"));
    assert_eq!(world.disputes(), 2);
    let acknowledgement = world.read("bob@other.test");
    insta::assert_snapshot!(acknowledgement.shown(), @"");
    let told = world.read("anna@shop.test");
    insta::assert_snapshot!(told.shown(), @"");
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn an_outsider_in_copy_is_shown_to_the_agent_and_binds_nobody() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    // Ada put Bob in copy; he answers all, yes included.
    world.arrives(&Written::reply(BOB, &resolution, "Yes\n\nI am her brother, and this is fine."));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    assert!(!world.has_mail("bob@other.test"));
    assert!(world.state(1000).starts_with("offered"));
    // Nor may he take it back, or ask how it stands.
    for word in ["withdraw", "status"] {
        world.arrives(&Written::reply(BOB, &resolution, word));
        world.read("anna@shop.test");
    }
    assert!(world.state(1000).starts_with("offered"));
    world.finish();
}

#[test]
fn a_forged_agent_does_nothing_and_the_real_one_is_told() {
    let mut world = World::new();
    let opened = taken(&mut world);
    // Somebody who knows the reply address, but whom the border does not know.
    for attempt in 0..5 {
        let words = format!("#close withdrawn\n\nAttempt {attempt}");
        world.arrives(&Written::reply(ANNA, &opened.notification, &words).unproven());
    }
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    assert_eq!(world.subjects("anna@shop.test").lines().count(), 2, "three notices an hour are enough");
    assert_eq!(world.state(1000), "investigating, desk, awaiting us, anna@shop.test");
    world.finish();
}

#[test]
fn an_agents_reply_address_in_other_hands_is_no_key() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(BOB, &opened.notification, "Dear Ada, please send me your card number."));
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"));
    assert!(!world.has_mail("bob@other.test"));
    let told = world.read("anna@shop.test");
    assert!(told.subject.contains("under your address"), "{}", told.subject);
    world.finish();
}

#[test]
fn an_unproven_sender_gets_words_that_repeat_nothing() {
    let mut world = World::new();
    let mail = Written::by("Mallory <eve@evil.test>", "BUY PILLS", "Buy pills at pills.example today!").unproven();
    world.arrives(&mail);
    let plain = world.read("eve@evil.test");
    insta::assert_snapshot!(plain.shown(), @"");
    let told = world.read("anna@shop.test");
    assert!(told.text.contains("Nothing proves"), "{}", told.text);
    world.read("mara@shop.test");
    // One such a day.
    world.arrives(&Written::by("Mallory <eve@evil.test>", "BUY MORE", "More pills.").unproven());
    assert!(!world.has_mail("eve@evil.test"));
    world.read("anna@shop.test");
    world.read("mara@shop.test");
    // Every later letter that a rule writes names neither them nor their subject.
    world.arrives(&Written::reply(ANNA, &told, "#take\n#promise 1d"));
    world.read("anna@shop.test");
    world.minutes(2);
    insta::assert_snapshot!(world.shown("eve@evil.test"), @"");
    world.until("2026-11-25T17:00:00Z");
    let mut letters = Vec::new();
    letters.push(world.read("eve@evil.test"));
    letters.push(world.read("eve@evil.test"));
    insta::assert_snapshot!(letters[0].shown(), @"");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.arrives(&Written::reply("eve@evil.test", &plain, "status").unproven());
    letters.push(world.read("eve@evil.test"));
    insta::assert_snapshot!(letters[2].shown(), @"");
    world.arrives(&Written::reply("eve@evil.test", &plain, "withdraw").unproven());
    letters.push(world.read("eve@evil.test"));
    insta::assert_snapshot!(letters[3].shown(), @"");
    world.subjects("anna@shop.test");
    for letter in &letters {
        let all = format!("{}{}{}", letter.subject, letter.text, letter.html).to_lowercase();
        assert!(!all.contains("pills") && !all.contains("mallory"), "{all}");
        assert!(!all.contains("“”"), "{all}");
    }
    world.until("2026-11-27T17:00:00Z");
    world.subjects("eve@evil.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn the_customers_turn_reads_well_without_a_subject() {
    let mut world = World::new();
    world.arrives(&Written::by("Mallory <eve@evil.test>", "BUY PILLS", "Complaint.").unproven());
    world.read("eve@evil.test");
    let told = world.read("anna@shop.test");
    world.read("mara@shop.test");
    world.arrives(&Written::reply(ANNA, &told, "#resolve\n\nWe have sent you a new one."));
    world.read("anna@shop.test");
    world.until("2026-12-12T09:00:00Z");
    let resolution = world.read("eve@evil.test");
    assert!(resolution.text.contains("We have sent you a new one."));
    let mut subjects = String::new();
    while world.has_mail("eve@evil.test") {
        let letter = world.read("eve@evil.test");
        let all = format!("{}{}{}", letter.subject, letter.text, letter.html);
        assert!(!all.contains("“”") && !all.contains("PILLS") && !all.contains("Mallory"), "{all}");
        subjects.push_str(&letter.subject);
        subjects.push('\n');
    }
    insta::assert_snapshot!(subjects, @"");
    world.subjects("anna@shop.test");
    world.until("2026-12-17T09:00:00Z");
    insta::assert_snapshot!(world.shown("eve@evil.test"), @"");
    world.finish();
}

#[test]
fn acknowledgements_have_a_budget_of_three_an_hour() {
    let mut world = World::new();
    for number in 0..5 {
        world.arrives(&Written::by(ADA, &format!("Complaint {number}"), &format!("This is complaint {number}.")));
    }
    assert_eq!(world.subjects("ada@example.test").lines().count(), 3);
    assert_eq!(world.disputes(), 5);
    world.subjects("mara@shop.test");
    let mut last = world.read("anna@shop.test");
    while world.has_mail("anna@shop.test") {
        last = world.read("anna@shop.test");
    }
    assert!(last.text.contains("has not been told that we have it"), "{}", last.text);
    world.until("2026-11-23T09:30:00Z");
    world.arrives(&Written::by(ADA, "Another", "One more."));
    assert_eq!(world.subjects("ada@example.test").lines().count(), 1);
    world.subjects("mara@shop.test");
    world.subjects("anna@shop.test");
    world.finish();
}

#[test]
fn asking_for_the_status_has_a_budget_too() {
    let mut world = World::new();
    let opened = taken(&mut world);
    for time in 0..5 {
        world.arrives(&Written::reply(ADA, &opened.acknowledgement, &format!("status{}", " ".repeat(time))).id(
            &format!("status-{time}@example.test"),
        ));
    }
    assert_eq!(world.subjects("ada@example.test").lines().count(), 3);
    world.finish();
}

#[test]
fn suspect_mail_is_held_without_a_number_until_it_is_released() {
    let mut world = World::new();
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT).forged());
    assert_eq!(world.disputes(), 0);
    assert_eq!(world.mails(Status::Held).len(), 1);
    world.release_inbox();
    assert_eq!(world.disputes(), 1);
    assert!(!world.has_mail("ada@example.test"), "the border says that Ada did not write it");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn blocked_senders_are_held_and_allowed_ones_never() {
    let more = "[intake]\nblocked = [\"@other.test\"]\nallowed = [\"ada@example.test\"]\n";
    let mut world = World::with(more);
    world.arrives(&Written::by(BOB, "Hello", "Hello there, I complain."));
    assert_eq!(world.mails(Status::Held).len(), 1);
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT).forged());
    assert_eq!(world.disputes(), 1);
    world.subjects("ada@example.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn a_reply_address_that_was_tampered_with_counts_as_absent() {
    let mut world = World::new();
    let opened = complaint(&mut world);
    let real = &opened.acknowledgement.reply_to;
    let local = real.split('@').next().unwrap();
    let flipped = if local.ends_with('a') { "b" } else { "a" };
    let forged = format!("{}{flipped}@shop.test", &local[..local.len() - 1]);
    world.arrives(&Written::by(BOB, "Hello", "withdraw").to(&forged).header("Delivered-To", "support@shop.test"));
    assert_eq!(world.disputes(), 2);
    assert!(world.state(1000).starts_with("open"));
    world.subjects("bob@other.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}
