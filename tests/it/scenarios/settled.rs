//! Disputes that end: by a yes, a no, an unclear answer, a withdrawal; what happens afterwards.
use redress::store::inbox::Status;

use super::{ADA, ANNA, BOB, MARA, complaint, resolved, taken};
use crate::world::{World, Written};

#[test]
fn a_dispute_from_the_complaint_to_the_survey() {
    let mut world = World::new();
    let opened = complaint(&mut world);
    insta::assert_snapshot!(opened.acknowledgement.shown(), @"");
    insta::assert_snapshot!(opened.notification.shown(), @"");

    // Anna takes it and answers from her own client.
    let answer = "#take\n\nDear Ms Byron,\n\nthank you for telling us. I am checking with our bank and will write again.\n\nAnna";
    world.arrives(&Written::reply(ANNA, &opened.notification, answer));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    assert!(!world.has_mail("ada@example.test"), "an agent's answer can still be held for a minute");
    world.minutes(1);
    let answer = world.read("ada@example.test");
    insta::assert_snapshot!(answer.shown(), @"");

    world.arrives(&Written::reply(ADA, &answer, "Status"));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");

    // The promised day comes: Anna is reminded, then Ada hears that it takes longer and Mara learns of it.
    world.until("2026-11-26T16:30:00Z");
    insta::assert_snapshot!(world.subjects("anna@shop.test"), @"");
    insta::assert_snapshot!(world.subjects("mara@shop.test"), @"");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");

    let resolution = resolved(&mut world, &opened.notification);
    insta::assert_snapshot!(resolution.shown(), @"");
    world.arrives(&Written::reply(ADA, &resolution, "Yes, thank you!"));
    let confirmed = world.read("ada@example.test");
    insta::assert_snapshot!(confirmed.shown(), @"");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");

    world.until("2026-12-01T00:00:00Z");
    let survey = world.read("ada@example.test");
    insta::assert_snapshot!(survey.shown(), @"");
    world.arrives(&Written::reply(ADA, &survey, "5\nQuick and friendly."));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");

    assert_eq!(world.state(1000), "closed (confirmed), desk, awaiting us, anna@shop.test");
    insta::assert_snapshot!(world.journal(1000), @"");
    assert_eq!(world.timers(1000), "");
    world.finish();
}

#[test]
fn no_to_a_resolution_raises_the_level_and_calls_the_manager() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &resolution, "No\n\nI have not received anything."));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    let refused = world.read("anna@shop.test");
    insta::assert_snapshot!(refused.shown(), @"");
    assert_eq!(world.read("mara@shop.test").subject, refused.subject);
    assert_eq!(world.state(1000), "investigating, management, awaiting us, anna@shop.test");
    world.finish();
}

#[test]
fn an_unclear_yes_is_never_consent_and_is_asked_back() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &resolution, "Yes, but the second charge is still on my statement."));
    let asked_back = world.read("ada@example.test");
    insta::assert_snapshot!(asked_back.shown(), @"");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    assert!(world.state(1000).starts_with("offered"), "{}", world.state(1000));
    // The answer to what was asked back binds.
    world.arrives(&Written::reply(ADA, &asked_back, "yes"));
    world.read("ada@example.test");
    world.read("anna@shop.test");
    assert!(world.state(1000).starts_with("closed (confirmed)"));
    world.finish();
}

#[test]
fn a_yes_to_an_older_question_binds_nobody() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let first = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &first, "no"));
    world.read("ada@example.test");
    world.read("anna@shop.test");
    world.read("mara@shop.test");
    let _second = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &first, "yes"));
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"");
    let told = world.read("anna@shop.test");
    assert!(told.text.contains("Their word came late"), "{}", told.text);
    assert!(world.state(1000).starts_with("offered, management"), "{}", world.state(1000));
    world.finish();
}

#[test]
fn a_yes_to_an_agents_remark_is_no_yes_to_the_resolution() {
    let mut world = World::new();
    let opened = taken(&mut world);
    resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ANNA, &opened.notification, "Shall I send you a copy of the receipt?"));
    world.minutes(2);
    let remark = world.read("ada@example.test");
    world.arrives(&Written::reply(ADA, &remark, "Yes"));
    assert!(world.state(1000).starts_with("offered"), "{}", world.state(1000));
    world.read("ada@example.test");
    world.read("anna@shop.test");
    world.finish();
}

#[test]
fn yes_from_somebody_elses_address_binds_nobody() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(BOB, &resolution, "yes"));
    let told = world.read("anna@shop.test");
    assert!(told.text.contains("no party"), "{}", told.text);
    assert!(world.state(1000).starts_with("offered"));
    world.finish();
}

#[test]
fn a_customer_takes_a_complaint_back_and_may_change_their_mind() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "Withdraw"));
    let withdrawn = world.read("ada@example.test");
    insta::assert_snapshot!(withdrawn.shown(), @"");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.until("2026-12-20T12:00:00Z");
    assert!(!world.has_mail("ada@example.test"), "no survey after a withdrawal");
    world.arrives(&Written::reply(ADA, &withdrawn, "I have changed my mind: it was charged a third time."));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    world.read("anna@shop.test");
    assert_eq!(world.state(1000), "investigating, desk, awaiting us, anna@shop.test");
    world.finish();
}

#[test]
fn a_number_in_the_subject_of_an_unproven_mail_withdraws_nothing() {
    let mut world = World::new();
    taken(&mut world);
    world.arrives(&Written::by(ADA, "D-1000", "withdraw").unproven());
    let told = world.read("anna@shop.test");
    assert!(told.text.contains("was not acted on"), "{}", told.text);
    assert!(world.state(1000).starts_with("investigating"));
    world.finish();
}

#[test]
fn a_reply_reopens_within_the_time_and_opens_a_linked_dispute_after_it() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &resolution, "yes"));
    let confirmed = world.read("ada@example.test");
    world.read("anna@shop.test");
    world.until("2026-12-03T09:00:00Z");
    world.read("ada@example.test");

    world.arrives(&Written::reply(ADA, &confirmed, "Thank you very much!"));
    assert!(world.state(1000).starts_with("closed"), "a thank-you is filed");

    world.arrives(&Written::reply(ADA, &confirmed, "It was charged again this month."));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    world.read("anna@shop.test");
    assert_eq!(world.state(1000), "investigating, desk, awaiting us, anna@shop.test");

    let resolution = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &resolution, "yes"));
    let confirmed = world.read("ada@example.test");
    world.read("anna@shop.test");
    world.until("2027-03-01T09:00:00Z");
    assert!(!world.has_mail("ada@example.test"), "a customer is asked to rate at most every 90 days");
    world.arrives(&Written::reply(ADA, &confirmed, "And now once more, in February."));
    assert!(world.state(1000).starts_with("closed"));
    assert!(world.state(1001).starts_with("open"));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn a_mail_from_the_address_book_to_a_closed_dispute_opens_a_linked_one_at_once() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "withdraw"));
    let withdrawn = world.read("ada@example.test");
    world.read("anna@shop.test");
    let address = withdrawn.reply_to;
    world.arrives(&Written::by(ADA, "Broken lamp", "The lamp of order 7 is broken.").to(&address));
    let acknowledged = world.read("ada@example.test");
    assert!(acknowledged.text.contains("D-1000"), "{}", acknowledged.text);
    world.read("anna@shop.test");
    world.read("mara@shop.test");
    assert_eq!(world.disputes(), 2);
    world.finish();
}

#[test]
fn a_low_rating_opens_a_managers_review_and_may_be_changed() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &resolution, "yes"));
    world.read("ada@example.test");
    world.read("anna@shop.test");
    world.until("2026-11-28T09:00:00Z");
    let survey = world.read("ada@example.test");

    world.arrives(&Written::reply(ADA, &survey, "4 or 5"));
    let asked = world.read("ada@example.test");
    insta::assert_snapshot!(asked.shown(), @"");
    world.read("anna@shop.test");
    assert!(world.state(1000).starts_with("closed"), "an unclear rating opens nothing");

    world.arrives(&Written::reply(ADA, &asked, "1\n\nIt took far too long."));
    let thanks = world.read("ada@example.test");
    let review = world.read("mara@shop.test");
    insta::assert_snapshot!(review.shown(), @"");
    world.arrives(&Written::reply(ADA, &thanks, "3"));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    // What the manager answers to a review stays inside.
    world.arrives(&Written::reply(MARA, &review, "I will call the customer tomorrow."));
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"));
    world.read("anna@shop.test");
    world.until("2026-12-24T09:00:00Z");
    world.arrives(&Written::reply(ADA, &thanks, "2"));
    assert_eq!(world.mails(Status::Done).len(), 9);
    world.finish();
}
