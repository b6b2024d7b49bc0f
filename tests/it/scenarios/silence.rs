//! Disputes in which somebody says nothing: the company, or the customer.
use redress::store::outbox::State;

use super::{ADA, ANNA, COMPLAINT, SUBJECT, complaint, resolved, taken};
use crate::world::{Relay, World, Written};

#[test]
fn a_dispute_that_nobody_touches_still_keeps_the_customer_informed() {
    let mut world = World::new();
    complaint(&mut world);
    // Two business days: the agents are reminded, then everybody hears that the day has come.
    world.until("2026-11-25T15:00:00Z");
    insta::assert_snapshot!(world.subjects("anna@shop.test"), @"");
    world.subjects("mara@shop.test");
    assert!(!world.has_mail("ada@example.test"));
    world.until("2026-11-25T17:00:00Z");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    insta::assert_snapshot!(world.shown("mara@shop.test"), @"");
    // And again, with a new date each time.
    world.until("2026-12-02T17:00:00Z");
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"");
    insta::assert_snapshot!(world.subjects("anna@shop.test"), @"");
    world.subjects("mara@shop.test");
    assert_eq!(world.state(1000), "open, desk, awaiting us, nobody");
    insta::assert_snapshot!(world.journal(1000), @"");
    world.finish();
}

#[test]
fn what_an_agent_answers_to_a_reminder_stays_inside() {
    let mut world = World::new();
    complaint(&mut world);
    world.until("2026-11-25T14:00:00Z");
    world.subjects("mara@shop.test");
    world.read("anna@shop.test");
    world.read("anna@shop.test");
    let reminder = world.read("anna@shop.test");
    insta::assert_snapshot!(reminder.shown(), @"");
    world.arrives(&Written::reply(ANNA, &reminder, "I hope this can wait until Friday."));
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"));
    world.arrives(&Written::reply(ANNA, &reminder, "#promise 2026-11-30"));
    world.minutes(2);
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.finish();
}

#[test]
fn a_customer_who_never_answers_a_resolution() {
    let mut world = World::new();
    let opened = taken(&mut world);
    resolved(&mut world, &opened.notification);
    world.until("2026-11-27T09:00:00Z");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    world.until("2026-12-04T09:00:00Z");
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"");
    world.until("2026-12-08T09:00:00Z");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    world.until("2026-12-12T09:00:00Z");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    assert_eq!(world.state(1000), "closed (unconfirmed), desk, awaiting us, anna@shop.test");
    insta::assert_snapshot!(world.subjects("anna@shop.test"), @"");
    world.until("2026-12-17T09:00:00Z");
    let survey = world.read("ada@example.test");
    assert!(survey.subject.contains("How did we do?"));
    insta::assert_snapshot!(world.journal(1000), @"");
    world.finish();
}

#[test]
fn a_yes_that_comes_after_closing_in_silence_opens_nothing() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    world.until("2026-12-12T09:00:00Z");
    world.subjects("ada@example.test");
    world.subjects("anna@shop.test");
    world.arrives(&Written::reply(ADA, &resolution, "Yes"));
    assert!(world.state(1000).starts_with("closed (unconfirmed)"), "{}", world.state(1000));
    world.finish();
}

#[test]
fn a_customers_absence_stops_their_clock_and_is_no_answer() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    let away = Written::reply(ADA, &resolution, "Yes, I am away until the end of the week.")
        .header("Auto-Submitted", "auto-replied")
        .return_path("");
    world.arrives(&away);
    assert!(world.state(1000).starts_with("offered, desk, awaiting customer"), "{}", world.state(1000));
    world.until("2026-11-30T22:00:00Z");
    assert!(!world.has_mail("ada@example.test"), "nobody is reminded while they are away");
    world.until("2026-12-03T09:00:00Z");
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"");
    world.subjects("anna@shop.test");
    insta::assert_snapshot!(world.journal(1000), @"");
    world.finish();
}

#[test]
fn an_absence_that_was_told_while_we_owed_the_word_counts_as_well() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let away = Written::reply(ADA, &opened.acknowledgement, "I am away.")
        .header("Auto-Submitted", "auto-replied")
        .return_path("");
    world.arrives(&away);
    resolved(&mut world, &opened.notification);
    world.until("2026-11-30T06:00:00Z");
    assert!(!world.has_mail("ada@example.test"));
    world.until("2026-12-02T22:00:00Z");
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"");
    world.subjects("anna@shop.test");
    world.finish();
}

#[test]
fn an_acknowledgement_that_could_not_leave_for_a_day_says_so() {
    let mut world = World::new();
    world.relay(Relay::Down);
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT));
    world.until("2026-11-24T12:00:00Z");
    world.relay(Relay::Up);
    world.until("2026-11-24T14:00:00Z");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    assert!(!world.has_mail("ada@example.test"), "the first acknowledgement was taken back");
    assert_eq!(world.outbox(State::Cancelled), "acknowledgement to ada@example.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn the_digest_comes_each_morning_once_also_over_the_clock_change() {
    let mut world = World::starting("2026-10-22T20:00:00Z", "[schedules]\ndigest = \"30 2 * * *\"\n");
    taken(&mut world);
    let mut mornings = String::new();
    // Clocks go back on Sunday the 25th at 03:00, so that 02:30 comes twice.
    for day in ["2026-10-23", "2026-10-24", "2026-10-25", "2026-10-26"] {
        world.until(&format!("{day}T12:00:00Z"));
        let digests = world.subjects("anna@shop.test").lines().filter(|s| s.starts_with("What is due")).count();
        mornings.push_str(&format!("{day}: {digests}\n"));
    }
    insta::assert_snapshot!(mornings, @"");
    world.subjects("mara@shop.test");
    world.subjects("ada@example.test");
    world.finish();
}

#[test]
fn a_digest_says_what_is_due_today() {
    let mut world = World::new();
    taken(&mut world);
    world.arrives(&Written::by("Bob Stone <bob@other.test>", "Late parcel", "My parcel 5 is late."));
    world.read("bob@other.test");
    world.read("anna@shop.test");
    world.read("mara@shop.test");
    world.until("2026-11-25T07:30:00Z");
    world.read("anna@shop.test");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.subjects("mara@shop.test");
    world.finish();
}
