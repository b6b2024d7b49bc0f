//! What agents write: answers, commands, notes, mistakes.
use super::{ADA, ANNA, MARA, complaint, taken};
use crate::world::{World, Written};

#[test]
fn commands_that_were_typed_wrong_come_back_and_nothing_runs() {
    let mut world = World::new();
    let opened = complaint(&mut world);
    let words =
        "#take now\n#promis 3d\n#promise yesterday\n#close happy\n#resolve\n\nDear Ms Byron, we are sorry.";
    world.arrives(&Written::reply(ANNA, &opened.notification, words));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Nothing done: please correct

    Your reply goes to the customer.

    Nothing was done, and nothing was sent

    What is marked below cannot be run as it stands, so none of the lines was
    run. Correct it and send all of them again, with your text, as a reply to
    this mail.

      #take now
            ^^^

    #take stands alone on its line

    - Expected: nothing more on this line; what you want to say goes below the
      commands
    - For example: #take

      #promis 3d
      ^^^^^^^

    #promis is no command; did you mean #promise?

    - Expected: one of the commands (#help lists them), or ## where the text
      itself begins with #
    - For example: #promise 3d

      #promise yesterday
               ^^^^^^^^^

    this is no day

    - Expected: a number of business days such as 3d, a day of the week, or a
      date such as 2026-12-01
    - For example: #promise 3d

      #close happy
             ^^^^^

    this is no outcome

    - Expected: unconfirmed, withdrawn, deadlocked or not a dispute
    - For example: #close withdrawn

      #resolve

    understood, not run: nothing runs while another line has a problem

    What was not sent

    Your text is given back here, so that you need not write it again:

      | Dear Ms Byron, we are sorry.

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
    insta::assert_snapshot!(said, @r#"
      #take please
            ^^^^^^

    #take stands alone on its line

    - Expected: nothing more on this line; what you want to say goes below the
      commands
    - For example: #take
    ----
      #note it
            ^^

    #note stands alone on its line

    - Expected: nothing more on this line; what you want to say goes below the
      commands
    - For example: #note
    ----
      #promise
              ^

    #promise needs more than its name

    - Expected: a number of business days such as 3d, a day of the week, or a
      date such as 2026-12-01
    - For example: #promise 3d
    ----
      #promise 3 lightyears
               ^^^^^^^^^^^^

    this is no day

    - Expected: a number of business days such as 3d, a day of the week, or a
      date such as 2026-12-01
    - For example: #promise 3d
    ----
      #promise 2026-02-30
               ^^^^^^^^^^

    there is no such day

    - Expected: a number of business days such as 3d, a day of the week, or a
      date such as 2026-12-01
    - For example: #promise 3d
    ----
      #promise 2020-01-01
      ^^^^^^^^^^^^^^^^^^^

    this day is already over

    - Expected: a day to come, within a year
    - For example: #promise 3d
    ----
      #resolve
      ^^^^^^^^

    the explanation is missing

    - Expected: the text for the customer below the commands: what was found and
      what was done
    - For example: #resolve
    ----
      #close
            ^

    #close needs more than its name

    - Expected: how it ended: unconfirmed, withdrawn, deadlocked or not a
      dispute
    - For example: #close withdrawn
    ----
      #close confirmed
             ^^^^^^^^^

    only the customer can confirm

    - Expected: #resolve, which asks the customer; or unconfirmed, withdrawn,
      deadlocked or not a dispute
    - For example: #close withdrawn
    ----
      #close "not a dispute
             ^^^^^^^^^^^^^^

    this quote is never closed

    - Expected: a second quote on the same line
    - For example: #close withdrawn
    ----
      #help offering
            ^^^^^^^^

    there is no such command

    - Expected: the name of a command, or #help alone for all
    - For example: #help
    ----
      #frobnicate
      ^^^^^^^^^^^

    #frobnicate is no command

    - Expected: one of the commands (#help lists them), or ## where the text
      itself begins with #
    - For example: ##frobnicate
    ----
      #note

    understood, not run: nothing runs while another line has a problem

      #resolve
      ^^^^^^^^

    this speaks to the customer, but #note keeps the mail inside

    - Expected: one of the two, in mails of their own
    - For example: #resolve
    ----
      #resolve

    understood, not run: nothing runs while another line has a problem

      #close withdrawn
      ^^^^^^^^^^^^^^^^

    #resolve asks the customer, #close does not wait for an answer

    - Expected: one of the two
    - For example: #close withdrawn
    ----
      #promise 1d

    understood, not run: nothing runs while another line has a problem

      #resolve
      ^^^^^^^^

    after this the next word is the customer's

    - Expected: #promise in a mail of its own
    - For example: #resolve
    ----
    "#);
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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Done

    Your reply stays inside.

    Done

      #note

    this mail stays inside

    The customer was sent nothing.

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
    insta::assert_snapshot!(note.shown(), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply stays inside.

    What you write here does not reach the customer unless a command says so.

    A colleague left a note

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        being investigated
      Level        desk
      Turn         our turn
      Who has it   Anna Berg
      Since        Monday 23 November 2026
      Next word    by Wednesday 25 November 2026
      Promises     0 kept, 0 broken
      Before this  no other dispute

    Mara Voss wrote

      | Please be generous with this old friend.

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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Done

    Your reply stays inside.

    Done

      #promise 2026-12-01

    the customer hears from us by Tuesday 1 December 2026

    What the customer will be sent

    It leaves on Monday 23 November 2026, 09:01.

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
    world.minutes(2);
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    A date for our next word

    Dear Ada Byron,

    About “Invoice 88 charged twice”: you will hear from us by Tuesday
    1 December 2026 at the latest. Anna Berg has your case and is working on it.
    You need not do anything until then.

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Tuesday 1 December 2026 · with Anna Berg
    ");
    world.finish();
}

#[test]
fn closing_needs_a_proven_sender() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ANNA, &opened.notification, "#close not a dispute"));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Done

    Your reply stays inside.

    Done

      #close not a dispute

    closed as not a dispute

    The customer was sent nothing.

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #note                        this mail stays inside
      #help [COMMAND]              explains the commands, or one
    ");
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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @r#"
    To: anna@shop.test
    Subject: Done

    Nobody reads a reply to this mail.

    Done

      #help

    see below

    Help

      #take

    Makes you the one who has this dispute: its mail comes to you, and the customer sees your name. Whoever had it before is told. A dispute that nobody had looked at counts as being investigated.

    Example:
      #take

      #note

    Keeps this mail inside: the text below goes to the dispute's record and to your colleagues, and the customer gets nothing of it.

    Example:
      #note

      #promise WHEN

    Sets the day by which the customer hears from you next. With a text below, the customer reads the day under it; without one they are told of the day alone. WHEN is a number of business days (3d), of weeks (2w), today, tomorrow, a day of the week (the next one), or a date with its year (2026-12-01, 1.12.2026, 1 Dec 2026). You are reminded before it; if it passes in silence, the customer is told of the delay and a manager learns of it.

    Example:
      #promise 3d

      #resolve

    Sends the text below as the resolution, which is required: what was found and what was done. The customer is asked whether this settles the matter. Yes closes the dispute as confirmed, no goes back to you one level higher, and silence closes it as unconfirmed after reminders.

    Example:
      #resolve

      #close OUTCOME

    Ends the dispute at once. OUTCOME is unconfirmed, withdrawn, deadlocked or not a dispute. The text below, if any, goes to the customer with the news. Only the customer can confirm: where you can, use #resolve, which asks them. Needs a mail that is proven to come from you.

    Example:
      #close withdrawn

      #new ADDRESS

    Opens a dispute for the customer with this address, which is yours from then on, and tells the customer so. Forward the customer's mail to the desk and reply to the answer: what you forwarded becomes the complaint. Without a forwarded mail the text below is the complaint, as after a phone call; the customer does not read it. Name and subject are taken from the mail, or written as name="Ada Byron" and subject="Parcel 7"; the customer reads both.

    Example:
      #new ada@example.com

      #release S-17

    Takes mail that was held as suspect for a person's: it opens a dispute or goes to the one it belongs to, and is acknowledged as far as its sender is proven. Name one mail or several, as the digest of suspect mail does.

    Example:
      #release S-17

      #block S-17

    Holds the mail of a sender from now on, without naming it in the digest of suspect mail, and puts away what waits of theirs. Name suspect mails or addresses. Whole domains are blocked by the operators.

    Example:
      #block S-17

      #allow S-17

    Mail of this sender is not held any more for who it comes from or for failing the checks of your mail server, and what waits of theirs is taken for a person's. It also takes back #block. Name suspect mails or addresses. Whoever writes under this address gets through as well, so allow only whom you know.

    Example:
      #allow S-17

      #help [COMMAND]

    Answers with what each command does and an example, or with all about one. Changes nothing and tells the customer nothing.

    Example:
      #help promise
    "#);
    world.arrives(&Written::by(ANNA, "D-1000", "#take\n#promise 3d\n\nDear Ada, ..."));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Please reply to this mail

    Your reply goes to the customer.

    Please reply here

    A mail from your address asked for something that can be done by reply only,
    so that nobody else can do it in your name. Nothing was run.

    These lines were not run:

      #take
      #promise 3d

    If it was you, send the same lines again as a reply to this mail. If it was
    not, please tell whoever runs this desk.
    ");
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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Nothing done: please correct

    Your reply goes to the customer.

    Nothing was done, and nothing was sent

    What is marked below cannot be run as it stands, so none of the lines was
    run. Correct it and send all of them again, with your text, as a reply to
    this mail.

      #promise 3d
      ^^^^^^^^^^^

    this stands below your text, where it is no command but would be read by the customer

    - Expected: commands at the very top, before the first other line; or ##
      where your text itself has a line that begins with #
    - For example: #promise 3d

    What was not sent

    Your text is given back here, so that you need not write it again:

      | Dear Ms Byron,
      |
      | we will look into it.
      |
      | #promise 3d

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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Done

    Your reply stays inside.

    Done

    The customer was sent nothing.

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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply stays inside.

    What you write here does not reach the customer unless a command says so.

    A colleague has it now

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        being investigated
      Level        desk
      Turn         our turn
      Who has it   Mara Voss
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
