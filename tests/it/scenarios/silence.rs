//! Disputes in which somebody says nothing: the company, or the customer.
use std::fmt::Write as _;

use redress::store::outbox::State;

use super::{ADA, ANNA, COMPLAINT, SUBJECT, complaint, resolved, taken};
use crate::world::{Relay, World, Written};

#[test]
fn a_dispute_that_nobody_touches_still_keeps_the_customer_informed() {
    let mut world = World::new();
    complaint(&mut world);
    // Two business days: the agents are reminded, then everybody hears that the day has come.
    world.until("2026-11-25T15:00:00Z");
    insta::assert_snapshot!(world.subjects("anna@shop.test"), @"
    What is due on Tuesday 24 November 2026
    What is due on Wednesday 25 November 2026
    [D-1000] Word due by Wednesday 25 November 2026: Invoice 88 charged twice
    ");
    world.subjects("mara@shop.test");
    assert!(!world.has_mail("ada@example.test"));
    world.until("2026-11-25T17:00:00Z");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    Not yet, and a new date

    Dear Ada Byron,

    We said that you would hear from us about “Invoice 88 charged twice” by
    Wednesday 25 November 2026. That day has come, and we do not have the answer
    yet. Nobody has been free to take charge of your case so far. We know how
    hard it is to wait, and we are sorry for the delay.

    You will hear from us again by Friday 27 November 2026 at the latest. You
    need not do anything until then, and nothing that you told us is lost.

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · received · next word by Friday 27 November 2026 · with our team
    ");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Promise not kept: Invoice 88 charged twice

    Your reply stays inside.

    A promise to the customer was not kept

    The customer was to hear from us by Wednesday 25 November 2026, 17:00, and
    did not. The new date is Friday 27 November 2026; they are told so wherever
    our mail reaches them.

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        open, nobody has looked yet
      Level        desk
      Turn         our turn
      Who has it   nobody yet
      Since        Monday 23 November 2026
      Next word    by Friday 27 November 2026
      Promises     0 kept, 1 broken
      Before this  no other dispute

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #take                        you have it from now on
      #note                        this mail stays inside
      #promise WHEN                date of the next word to the customer
      #resolve                     the text below settles it; the customer is asked
      #close OUTCOME               end it without asking
      #help [COMMAND]              explains the commands, or one
    ");
    insta::assert_snapshot!(world.shown("mara@shop.test"), @"
    To: mara@shop.test
    Subject: [D-1000] Promise not kept: Invoice 88 charged twice

    Your reply stays inside.

    A promise to the customer was not kept

    The customer was to hear from us by Wednesday 25 November 2026, 17:00, and
    did not. The new date is Friday 27 November 2026; they are told so wherever
    our mail reaches them.

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        open, nobody has looked yet
      Level        desk
      Turn         our turn
      Who has it   nobody yet
      Since        Monday 23 November 2026
      Next word    by Friday 27 November 2026
      Promises     0 kept, 1 broken
      Before this  no other dispute

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #take                        you have it from now on
      #note                        this mail stays inside
      #promise WHEN                date of the next word to the customer
      #resolve                     the text below settles it; the customer is asked
      #close OUTCOME               end it without asking
      #help [COMMAND]              explains the commands, or one
    ");
    // And again, with a new date each time.
    world.until("2026-12-02T17:00:00Z");
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"
    [D-1000] Invoice 88 charged twice
    [D-1000] Invoice 88 charged twice
    ");
    insta::assert_snapshot!(world.subjects("anna@shop.test"), @"
    What is due on Thursday 26 November 2026
    What is due on Friday 27 November 2026
    [D-1000] Word due by Friday 27 November 2026: Invoice 88 charged twice
    [D-1000] Promise not kept: Invoice 88 charged twice
    What is due on Monday 30 November 2026
    What is due on Tuesday 1 December 2026
    [D-1000] Word due by Tuesday 1 December 2026: Invoice 88 charged twice
    [D-1000] Promise not kept: Invoice 88 charged twice
    What is due on Wednesday 2 December 2026
    ");
    world.subjects("mara@shop.test");
    assert_eq!(world.state(1000), "open, desk, awaiting us, nobody");
    insta::assert_snapshot!(world.journal(1000), @"
    Mon 23 08:00 Customer opened Invoice 88 charged twice
    Mon 23 08:00 Desk acknowledged acknowledgement
    Wed 25 12:00 Desk agent reminded 2026-11-25T16:00:00+00:00
    Wed 25 16:00 Desk promise broken 2026-11-25T16:00:00+00:00
    Wed 25 16:00 Desk holding update 2026-11-27T16:00:00+00:00
    Fri 27 12:00 Desk agent reminded 2026-11-27T16:00:00+00:00
    Fri 27 16:00 Desk promise broken 2026-11-27T16:00:00+00:00
    Fri 27 16:00 Desk holding update 2026-12-01T16:00:00+00:00
    Tue 01 12:00 Desk agent reminded 2026-12-01T16:00:00+00:00
    Tue 01 16:00 Desk promise broken 2026-12-01T16:00:00+00:00
    Tue 01 16:00 Desk holding update 2026-12-03T16:00:00+00:00
    ");
    world.finish();
}

#[test]
fn what_an_agent_answers_to_a_reminder_stays_inside() {
    let mut world = World::new();
    complaint(&mut world);
    world.until("2026-11-25T14:00:00Z");
    world.subjects("mara@shop.test");
    // Two morning digests, then the reminder.
    world.read("anna@shop.test");
    world.read("anna@shop.test");
    let reminder = world.read("anna@shop.test");
    insta::assert_snapshot!(reminder.shown(), @"
    To: anna@shop.test
    Subject: [D-1000] Word due by Wednesday 25 November 2026: Invoice 88 charged twice

    Your reply stays inside.

    The customer expects to hear from us

    We promised a next word by Wednesday 25 November 2026, 17:00. To keep the
    promise, answer the customer, or set a new date. If nothing is said by then,
    the customer is told of the delay and of a new date, and the managers learn
    of it.

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        open, nobody has looked yet
      Level        desk
      Turn         our turn
      Who has it   nobody yet
      Since        Monday 23 November 2026
      Next word    by Wednesday 25 November 2026
      Promises     0 kept, 0 broken
      Before this  no other dispute

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #take                        you have it from now on
      #note                        this mail stays inside
      #promise WHEN                date of the next word to the customer
      #resolve                     the text below settles it; the customer is asked
      #close OUTCOME               end it without asking
      #help [COMMAND]              explains the commands, or one
    ");
    world.arrives(&Written::reply(ANNA, &reminder, "I hope this can wait until Friday."));
    assert!(world.read("mara@shop.test").text.contains("wait until Friday"), "she may take it as well");
    world.minutes(2);
    assert!(!world.has_mail("ada@example.test"));
    world.arrives(&Written::reply(ANNA, &reminder, "#promise 2026-11-30"));
    world.minutes(2);
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    A date for our next word

    Dear Ada Byron,

    About “Invoice 88 charged twice”: you will hear from us by Monday
    30 November 2026 at the latest. Anna Berg has your case and is working on
    it. You need not do anything until then.

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Monday 30 November 2026 · with Anna Berg
    ");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Done

    Your reply stays inside.

    Done

      #promise 2026-11-30

    the customer hears from us by Monday 30 November 2026

    What the customer will be sent

    It leaves on Wednesday 25 November 2026, 15:03.

      | The new date of next word, and nothing else.

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #take                        you have it from now on
      #note                        this mail stays inside
      #promise WHEN                date of the next word to the customer
      #resolve                     the text below settles it; the customer is asked
      #close OUTCOME               end it without asking
      #help [COMMAND]              explains the commands, or one
    ");
    world.finish();
}

#[test]
fn a_customer_who_never_answers_a_resolution() {
    let mut world = World::new();
    let opened = taken(&mut world);
    resolved(&mut world, &opened.notification);
    world.until("2026-11-27T09:00:00Z");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Your answer is awaited: Invoice 88 charged twice

    We are waiting to hear from you

    Dear Ada Byron,

    On Monday 23 November 2026 we wrote to you about “Invoice 88 charged twice”,
    and to go on we need your answer.

    We asked you whether our solution settles the matter for you.

    Please reply with one of these words, alone on the first line:

    - yes – this settles it. We close the case.
    - no – this does not settle it. Your case stays open, and a manager looks at
      it. Tell us below the word what is missing.

    If you would rather write in your own words, please do. A person will read
    them.

    If you need more time, just reply and say so. If we do not hear from you at
    all, we close the case on Friday 11 December 2026. We would not take that as
    a yes, and a reply takes it up again.

    Yours sincerely,

    Shop Care

    D-1000 · solution proposed · your answer is awaited · next word by Wednesday 2 December 2026 · with Anna Berg
    ");
    world.until("2026-12-04T09:00:00Z");
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"[D-1000] Your answer is awaited: Invoice 88 charged twice");
    world.until("2026-12-08T09:00:00Z");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Last reminder before we close: Invoice 88 charged twice

    Our last reminder

    Dear Ada Byron,

    We have not heard from you about “Invoice 88 charged twice” yet. If no
    answer comes, we close the case on Friday 11 December 2026.

    We asked you whether our solution settles the matter for you.

    Please reply with one of these words, alone on the first line:

    - yes – this settles it. We close the case.
    - no – this does not settle it. Your case stays open, and a manager looks at
      it. Tell us below the word what is missing.

    If you would rather write in your own words, please do. A person will read
    them.

    Even if we close the case, we do not take your silence for a yes, and a
    reply takes it up again.

    Yours sincerely,

    Shop Care

    D-1000 · solution proposed · your answer is awaited · next word by Friday 11 December 2026 · with Anna Berg
    ");
    world.until("2026-12-12T09:00:00Z");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    Your case is closed for now

    Dear Ada Byron,

    We have had no answer from you about “Invoice 88 charged twice”, so the case
    is now closed. We have noted that you did not confirm it: your silence does
    not count as a yes.

    If anything is left open, just reply to this mail by Tuesday
    9 February 2027. Your case is then opened again, with everything that has
    been said so far.

    Yours sincerely,

    Shop Care

    D-1000 · closed · with Anna Berg
    ");
    assert_eq!(world.state(1000), "closed (unconfirmed), desk, awaiting us, anna@shop.test");
    insta::assert_snapshot!(world.subjects("anna@shop.test"), @"
    What is due on Tuesday 24 November 2026
    What is due on Wednesday 25 November 2026
    What is due on Thursday 26 November 2026
    What is due on Friday 27 November 2026
    What is due on Monday 30 November 2026
    What is due on Tuesday 1 December 2026
    What is due on Wednesday 2 December 2026
    What is due on Thursday 3 December 2026
    What is due on Friday 4 December 2026
    What is due on Monday 7 December 2026
    What is due on Tuesday 8 December 2026
    What is due on Wednesday 9 December 2026
    What is due on Thursday 10 December 2026
    What is due on Friday 11 December 2026
    [D-1000] Invoice 88 charged twice
    ");
    world.until("2026-12-17T09:00:00Z");
    let survey = world.read("ada@example.test");
    assert!(survey.subject.contains("How did we do?"));
    insta::assert_snapshot!(world.journal(1000), @r#"
    Mon 23 08:00 Customer opened Invoice 88 charged twice
    Mon 23 08:00 Desk acknowledged acknowledgement
    Mon 23 08:00 Agent("anna@shop.test") taken 
    Mon 23 08:00 Desk promise kept 2026-11-25T16:00:00+00:00
    Mon 23 08:00 Agent("anna@shop.test") resolved We have refunded 49.90 EUR to your card. It was a fault of ours, and we are sorry.
    Thu 26 16:00 Desk customer reminded 2026-12-11T16:00:00+00:00
    Wed 02 16:00 Desk customer reminded 2026-12-11T16:00:00+00:00
    Mon 07 16:00 Desk last notice 2026-12-11T16:00:00+00:00
    Fri 11 16:00 Desk closed unconfirmed
    Tue 15 16:00 Desk surveyed 2
    "#);
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
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"[D-1000] Your answer is awaited: Invoice 88 charged twice");
    world.subjects("anna@shop.test");
    insta::assert_snapshot!(world.journal(1000), @r#"
    Mon 23 08:00 Customer opened Invoice 88 charged twice
    Mon 23 08:00 Desk acknowledged acknowledgement
    Mon 23 08:00 Agent("anna@shop.test") taken 
    Mon 23 08:00 Desk promise kept 2026-11-25T16:00:00+00:00
    Mon 23 08:00 Agent("anna@shop.test") resolved We have refunded 49.90 EUR to your card. It was a fault of ours, and we are sorry.
    Mon 23 08:02 Customer away 2026-11-30T08:02:00+00:00
    Tue 01 16:00 Desk customer reminded 2026-12-16T16:00:00+00:00
    "#);
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
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"[D-1000] Your answer is awaited: Invoice 88 charged twice");
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
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] We have received your message

    We have your message

    Hello,

    Thank you for writing to us. Your message reached us on Monday
    23 November 2026, 09:00 and has been with us since then. It has the number
    D-1000, and a person from our team will read all of it. We would have told
    you at once, but this mail could not leave until now. We are sorry that you
    had to wait for it.

    You will hear from us by Wednesday 25 November 2026 at the latest, even if
    all we can say by then is that it takes longer.

    What you can do

    - To add facts or documents, just reply to this mail.
    - To see where things stand, at any time, reply with “status” alone on the
      first line.
    - To take your complaint back, reply with “withdraw” alone on the first
      line.

    Your rights

    You may turn to the ombudsman at any time.

    Yours sincerely,

    Shop Care

    D-1000 · received · next word by Wednesday 25 November 2026 · with our team
    ");
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
        let digests =
            world.subjects("anna@shop.test").lines().filter(|s| s.starts_with("What is due")).count();
        writeln!(mornings, "{day}: {digests}").unwrap();
    }
    insta::assert_snapshot!(mornings, @"
    2026-10-23: 1
    2026-10-24: 1
    2026-10-25: 1
    2026-10-26: 1
    ");
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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: What is due on Tuesday 24 November 2026

    Your reply stays inside.

    Good morning, Anna Berg

    To act on a dispute, reply to its last mail.

    Disputes that you have

    - D-1000 Invoice 88 charged twice: due later, next word by Wednesday
      25 November 2026; being investigated, our turn

    Disputes that nobody has

    - D-1001 Late parcel: due later, next word by Wednesday 25 November 2026;
      open, nobody has looked yet, our turn
    ");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: What is due on Wednesday 25 November 2026

    Your reply stays inside.

    Good morning, Anna Berg

    To act on a dispute, reply to its last mail.

    Disputes that you have

    - D-1000 Invoice 88 charged twice: due today, next word by Wednesday
      25 November 2026; being investigated, our turn

    Disputes that nobody has

    - D-1001 Late parcel: due today, next word by Wednesday 25 November 2026;
      open, nobody has looked yet, our turn
    ");
    world.subjects("mara@shop.test");
    world.finish();
}
