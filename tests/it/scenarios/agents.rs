//! What agents write: answers, commands, notes, mistakes.
use super::{ADA, ANNA, MARA, complaint, taken};
use crate::world::{World, Written};

#[test]
fn commands_that_were_typed_wrong_come_back_and_nothing_runs() {
    let mut world = World::new();
    let opened = complaint(&mut world);
    let words = "#take now\n#promis 3d\n#promise yesterday\n#close happy\n#resolve\n\nDear Ms Byron, we are sorry.";
    world.arrives(&Written::reply(ANNA, &opened.notification, words));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.minutes(2);
    assert_eq!(world.state(1000), "open, desk, awaiting us, nobody");
    world.finish();
}

#[test]
fn every_command_says_what_is_wrong_with_it() {
    let cases = [
        "#take please",
        "#note it",
        "#promise",
        "#promise 3 lightyears",
        "#promise 2026-02-30",
        "#promise 2020-01-01",
        "#resolve",
        "#close",
        "#close confirmed",
        "#close \"not a dispute",
        "#help offering",
        "#frobnicate",
        "#note\n#resolve",
        "#resolve\n#close withdrawn",
        "#promise 1d\n#resolve",
    ];
    let mut world = World::new();
    let opened = complaint(&mut world);
    let mut said = String::new();
    for case in cases {
        let body = if case == "#resolve" { "" } else { "\n\nSome words." };
        world.arrives(&Written::reply(ANNA, &opened.notification, &format!("{case}{body}")));
        let answer = world.read("anna@shop.test");
        assert!(answer.subject.contains("Nothing done"), "{case}: {}", answer.text);
        let shown = answer.text.split("What you can do now").next().unwrap_or_default();
        let shown = shown.split("What was not sent").next().unwrap_or_default();
        let shown: Vec<_> = shown.lines().skip_while(|line| !line.contains('#')).collect();
        said.push_str(shown.join("\n").trim_end());
        said.push_str("\n----\n");
    }
    insta::assert_snapshot!(said, @"");
    world.minutes(2);
    assert_eq!(world.state(1000), "open, desk, awaiting us, nobody");
    world.finish();
}

#[test]
fn a_note_stays_inside() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "Do you have news?"));
    let news = world.read("anna@shop.test");
    world.arrives(&Written::reply(ANNA, &news, "#note\n\nThis customer is right, the bank confirmed it."));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"));
    world.finish();
}

#[test]
fn a_colleagues_note_reaches_whoever_has_it_and_an_answer_to_it_stays_inside() {
    let mut world = World::new();
    world.arrives(&Written::by(ADA, super::SUBJECT, super::COMPLAINT));
    world.read("ada@example.test");
    let anna = world.read("anna@shop.test");
    let mara = world.read("mara@shop.test");
    world.arrives(&Written::reply(ANNA, &anna, "#take"));
    world.read("anna@shop.test");
    world.arrives(&Written::reply(MARA, &mara, "#note\nPlease be generous with this old friend."));
    world.read("mara@shop.test");
    let note = world.read("anna@shop.test");
    insta::assert_snapshot!(note.shown(), @"");
    world.arrives(&Written::reply(ANNA, &note, "I surely will be generous."));
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"));
    world.finish();
}

#[test]
fn a_promise_alone_tells_the_customer_the_date() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ANNA, &opened.notification, "#promise 2026-12-01"));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.minutes(2);
    insta::assert_snapshot!(world.shown("ada@example.test"), @"");
    world.finish();
}

#[test]
fn closing_needs_a_proven_sender() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ANNA, &opened.notification, "#close not a dispute"));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    assert!(!world.has_mail("ada@example.test"));
    world.minutes(2);
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"");
    assert_eq!(world.state(1000), "closed (not a dispute), desk, awaiting us, anna@shop.test");
    world.until("2026-12-10T09:00:00Z");
    assert!(!world.has_mail("ada@example.test"), "no survey for what was no dispute");
    world.finish();
}

#[test]
fn help_is_answered_to_a_fresh_mail_and_nothing_else_is() {
    let mut world = World::new();
    taken(&mut world);
    world.arrives(&Written::by(ANNA, "", "#help"));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.arrives(&Written::by(ANNA, "D-1000", "#take\n#promise 3d\n\nDear Ada, ..."));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"));
    assert_eq!(world.disputes(), 1);
    world.finish();
}

#[test]
fn quoted_commands_never_run() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let words = "Thank you, I am on it.\n\n> #close withdrawn\n> #resolve";
    world.arrives(&Written::reply(ANNA, &opened.notification, words));
    world.minutes(2);
    let answer = world.read("ada@example.test");
    assert!(!answer.text.contains("#close"), "{}", answer.text);
    assert_eq!(world.state(1000), "investigating, desk, awaiting us, anna@shop.test");
    world.finish();
}

#[test]
fn a_customers_command_is_prose() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "#close withdrawn\n#take"));
    assert!(world.read("anna@shop.test").text.contains("#close withdrawn"));
    assert_eq!(world.state(1000), "investigating, desk, awaiting us, anna@shop.test");
    world.finish();
}

#[test]
fn a_command_below_the_text_is_given_back_and_not_sent() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let words = "Dear Ms Byron,\n\nwe will look into it.\n\n#promise 3d";
    world.arrives(&Written::reply(ANNA, &opened.notification, words));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"));
    // With two number signs the line is text.
    let words = "Dear Ms Byron,\n\nplease write this on the parcel:\n##promise 3d";
    world.arrives(&Written::reply(ANNA, &opened.notification, words));
    world.minutes(2);
    assert!(world.read("ada@example.test").text.contains("\n#promise 3d"));
    world.finish();
}

#[test]
fn a_mail_that_comes_twice_acts_once() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let answer = Written::reply(ANNA, &opened.notification, "We are looking into it.").id("answer@shop.test");
    world.arrives(&answer);
    world.arrives(&answer);
    world.minutes(2);
    world.read("ada@example.test");
    world.until("2026-12-20T09:00:00Z");
    world.subjects("ada@example.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.arrives(&answer);
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"), "a replay, however late, is not sent again");
    world.finish();
}

#[test]
fn an_empty_reply_says_that_nothing_was_sent() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ANNA, &opened.notification, ""));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    world.minutes(2);
    world.finish();
}

#[test]
fn a_colleague_who_takes_it_over_is_known_to_the_first() {
    let mut world = World::new();
    world.arrives(&Written::by(ADA, super::SUBJECT, super::COMPLAINT));
    world.read("ada@example.test");
    let anna = world.read("anna@shop.test");
    let mara = world.read("mara@shop.test");
    world.arrives(&Written::reply(ANNA, &anna, "#take"));
    world.read("anna@shop.test");
    world.arrives(&Written::reply(MARA, &mara, "#take"));
    world.read("mara@shop.test");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"");
    assert_eq!(world.state(1000), "investigating, desk, awaiting us, mara@shop.test");
    world.finish();
}

#[test]
fn an_agents_signature_and_quote_are_cut() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let words = "We are looking into it.\n\n-- \nAnna Berg\nDirect line 555 0101\nanna@shop.test";
    world.arrives(&Written::reply(ANNA, &opened.notification, words));
    world.minutes(2);
    let answer = world.read("ada@example.test");
    assert!(!answer.text.contains("555 0101") && !answer.text.contains("Beware"), "{}", answer.text);
    world.finish();
}
