//! Disputes that end: by a yes, a no, an unclear answer, a withdrawal; what happens afterwards.
use redress::store::inbox::Status;

use super::{ADA, ANNA, BOB, COMPLAINT, MARA, SUBJECT, complaint, resolved, taken};
use crate::world::{World, Written};

#[test]
fn a_dispute_from_the_complaint_to_the_survey() {
    let mut world = World::new();
    let opened = complaint(&mut world);
    insta::assert_snapshot!(opened.acknowledgement.shown(), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    We have your message

    Dear Ada Byron,

    Thank you for telling us about “Invoice 88 charged twice”. Your message
    reached us on Monday 23 November 2026, 09:00. It has the number D-1000, and
    a person from our team will read all of it. We can see that this matters to
    you, and we take it seriously.

    This is what we read in it. If any of it is not right, just reply and tell
    us.

    - Amount: 49.90 EUR
    - Order or invoice: 88
    - What you ask for: refund

    What happens next

    - We look into what happened and come back to you, with an answer or with
      questions.
    - You will hear from us by Wednesday 25 November 2026 at the latest, even if
      all we can say by then is that it takes longer.
    - When we think we have a solution, we explain it and ask you whether it
      settles the matter. If you say that it does not, a manager looks at it.

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
    insta::assert_snapshot!(opened.notification.shown(), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply goes to the customer.

    It leaves from Shop Care under your name. To keep it inside, write #note on
    its first line.

    A new dispute

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

    What the mail states

    - Amount: 49.90 EUR
    - Order or invoice: 88
    - Asked for: refund

    Ada Byron wrote

      | Hello,
      |
      | you have charged invoice 88 twice and I would like a refund of 49.90 EUR.
      |
      | Ada Byron

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

    // Anna takes it and answers from her own client.
    let answer = "#take\n\nDear Ms Byron,\n\nthank you for telling us. I am checking with our bank and will write again.\n\nAnna";
    world.arrives(&Written::reply(ANNA, &opened.notification, answer));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Done

    Your reply stays inside.

    Done

      #take

    you have it now

    What the customer will be sent

    It leaves on Monday 23 November 2026, 09:01.

      | Dear Ms Byron,
      |
      | thank you for telling us. I am checking with our bank and will write again.
      |
      | Anna

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
    assert!(!world.has_mail("ada@example.test"), "an agent's answer can still be held for a minute");
    world.minutes(1);
    let answer = world.read("ada@example.test");
    insta::assert_snapshot!(answer.shown(), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    Dear Ms Byron,

    thank you for telling us. I am checking with our bank and will write again.

    Anna

    Anna Berg
    Shop Care

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    D-1000 · being investigated · next word by Thursday 26 November 2026 · with Anna Berg
    ");

    world.arrives(&Written::reply(ADA, &answer, "Status"));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    Where your case stands

    Dear Ada Byron,

    You asked how things stand with “Invoice 88 charged twice”, which you
    brought to us on Monday 23 November 2026. This is what we know today:

    - Stage: being investigated
    - Whose turn it is: ours
    - Who is in charge: our service team
    - Who has it: Anna Berg
    - When you hear from us next: by Thursday 26 November 2026 at the latest

    What has happened so far

    - Monday 23 November 2026: your message reached us
    - Monday 23 November 2026: one of us took charge of your case
    - Monday 23 November 2026: we wrote to you

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Thursday 26 November 2026 · with Anna Berg
    ");

    // The promised day comes: Anna is reminded, then Ada hears that it takes longer and Mara learns of it.
    world.until("2026-11-26T16:30:00Z");
    insta::assert_snapshot!(world.subjects("anna@shop.test"), @"
    What is due on Tuesday 24 November 2026
    What is due on Wednesday 25 November 2026
    What is due on Thursday 26 November 2026
    [D-1000] Word due by Thursday 26 November 2026: Invoice 88 charged twice
    [D-1000] Promise not kept: Invoice 88 charged twice
    ");
    insta::assert_snapshot!(world.subjects("mara@shop.test"), @"[D-1000] Promise not kept: Invoice 88 charged twice");
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    Not yet, and a new date

    Dear Ada Byron,

    We said that you would hear from us about “Invoice 88 charged twice” by
    Thursday 26 November 2026. That day has come, and we do not have the answer
    yet. We are still looking into what happened. We know how hard it is to
    wait, and we are sorry for the delay.

    You will hear from us again by Tuesday 1 December 2026 at the latest. You
    need not do anything until then, and nothing that you told us is lost.

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Tuesday 1 December 2026 · with Anna Berg
    ");

    let resolution = resolved(&mut world, &opened.notification);
    insta::assert_snapshot!(resolution.shown(), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    We have refunded 49.90 EUR to your card. It was a fault of ours, and we are sorry.

    Anna Berg
    Shop Care

    Does this settle it?

    Please reply with one of these words, alone on the first line:

    - yes – this settles it. We close the case.
    - no – this does not settle it. Your case stays open, and a manager looks at
      it. Tell us below the word what is missing.

    If you would rather write in your own words, please do. A person will read
    them.

    If we do not hear from you, we ask again by Tuesday 1 December 2026 at the
    latest. We never take silence for a yes.

    D-1000 · solution proposed · your answer is awaited · next word by Tuesday 1 December 2026 · with Anna Berg
    ");
    world.arrives(&Written::reply(ADA, &resolution, "Yes, thank you!"));
    let confirmed = world.read("ada@example.test");
    insta::assert_snapshot!(confirmed.shown(), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    Thank you: it is settled

    Dear Ada Byron,

    You told us that “Invoice 88 charged twice” is settled, and we are glad of
    it. The case is now closed. Thank you for your patience, and for telling us.

    If anything is left open, just reply to this mail by Monday 25 January 2027.
    Your case is then opened again, with everything that has been said so far.

    Yours sincerely,

    Shop Care

    D-1000 · closed · with Anna Berg
    ");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply goes to the customer.

    It leaves from Shop Care under your name. To keep it inside, write #note on
    its first line.

    The customer says that it is settled

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        closed, confirmed by the customer
      Level        desk
      Who has it   Anna Berg
      Since        Monday 23 November 2026
      Next word    none promised
      Promises     2 kept, 1 broken
      Before this  no other dispute

    Ada Byron wrote

      | Yes, thank you!

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #note                        this mail stays inside
      #help [COMMAND]              explains the commands, or one

    What was cut from the mail

      | On Mon, 23 Nov 2026 at 09:00, Shop Care <support@shop.test> wrote:
      | > We have refunded 49.90 EUR to your card. It was a fault of ours, and we are sorry.
      | >
      | > Anna Berg
      | > Shop Care
      | >
      | > Does this settle it?
      | >
      | > Please reply with one of these words, alone on the first line:
      | >
      | > - yes – this settles it. We close the case.
      | > - no – this does not settle it. Your case stays open, and a manager looks at
      | >   it. Tell us below the word what is missing.
      | >
      | > If you would rather write in your own words, please do. A person will read
      | > them.
      | >
      | > If we do not hear from you, we ask again by Tuesday 1 December 2026 at the
      | > latest. We never take silence for a yes.
      | >
      | > D-1000 · solution proposed · your answer is awaited · next word by Tuesday 1 December 2026 · with Anna Berg
    ");

    world.until("2026-12-01T00:00:00Z");
    let survey = world.read("ada@example.test");
    insta::assert_snapshot!(survey.shown(), @"
    To: ada@example.test
    Subject: [D-1000] How did we do? Invoice 88 charged twice

    How did we do?

    Dear Ada Byron,

    Your case “Invoice 88 charged twice” was closed on Thursday
    26 November 2026. How well did we handle it, whatever came of it?

    Please reply with one number, alone on the first line:

    - 5 – very good
    - 4 – good
    - 3 – acceptable
    - 2 – not good
    - 1 – poor

    If you like, write a few words below the number. For example:

    - Was it settled fairly?
    - Were you kept informed?
    - Was it explained what would happen and how long it would take?

    You need not answer, and we will not remind you.

    Yours sincerely,

    Shop Care

    D-1000 · closed · with Anna Berg
    ");
    world.arrives(&Written::reply(ADA, &survey, "5\nQuick and friendly."));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Thank you for your rating

    Thank you

    Dear Ada Byron,

    We have noted your rating: 5 out of 5. It helps us to do better, for you and
    for others. If you change your mind, reply with another number by Tuesday
    15 December 2026.

    Yours sincerely,

    Shop Care

    D-1000 · closed · with Anna Berg
    ");

    assert_eq!(world.state(1000), "closed (confirmed), desk, awaiting us, anna@shop.test");
    insta::assert_snapshot!(world.journal(1000), @r#"
    Mon 23 08:00 Customer opened Invoice 88 charged twice
    Mon 23 08:00 Desk acknowledged acknowledgement
    Mon 23 08:00 Agent("anna@shop.test") taken 
    Mon 23 08:00 Desk promise kept 2026-11-25T16:00:00+00:00
    Mon 23 08:00 Agent("anna@shop.test") answered Dear Ms Byron,
    Mon 23 08:01 Customer customer wrote 
    Mon 23 08:01 Customer status asked 
    Thu 26 12:00 Desk agent reminded 2026-11-26T16:00:00+00:00
    Thu 26 16:00 Desk promise broken 2026-11-26T16:00:00+00:00
    Thu 26 16:00 Desk holding update 2026-12-01T16:00:00+00:00
    Thu 26 16:30 Desk promise kept 2026-12-01T16:00:00+00:00
    Thu 26 16:30 Agent("anna@shop.test") resolved We have refunded 49.90 EUR to your card. It was a fault of ours, and we are sorry.
    Thu 26 16:32 Customer customer wrote 
    Thu 26 16:32 Customer confirmed 
    Mon 30 16:00 Desk surveyed 2
    Tue 01 00:00 Customer customer wrote 
    Tue 01 00:00 Customer rated 5
    "#);
    assert_eq!(world.timers(1000), "");
    world.finish();
}

#[test]
fn no_to_a_resolution_raises_the_level_and_calls_the_manager() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &resolution, "No\n\nI have not received anything."));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    Your case is open again

    Dear Ada Byron,

    You told us that our solution does not settle the matter. We are sorry that
    it does not, and thank you for saying so. “Invoice 88 charged twice” is open
    again under its number D-1000, and everything that was said so far stays
    with it.

    - Who is in charge now: our management
    - Who has it: Anna Berg

    You will hear from us by Thursday 26 November 2026 at the latest, even if
    all we can say by then is that it takes longer.

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Thursday 26 November 2026 · with Anna Berg
    ");
    let refused = world.read("anna@shop.test");
    insta::assert_snapshot!(refused.shown(), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply goes to the customer.

    It leaves from Shop Care under your name. To keep it inside, write #note on
    its first line.

    The customer says that it is not settled

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        being investigated
      Level        management
      Turn         our turn
      Who has it   Anna Berg
      Since        Monday 23 November 2026
      Next word    by Thursday 26 November 2026
      Promises     1 kept, 0 broken
      Before this  no other dispute

    Ada Byron wrote

      | No
      |
      | I have not received anything.

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #take                        you have it from now on
      #note                        this mail stays inside
      #promise WHEN                date of the next word to the customer
      #resolve                     the text below settles it; the customer is asked
      #close OUTCOME               end it without asking
      #help [COMMAND]              explains the commands, or one

    What was cut from the mail

      | On Mon, 23 Nov 2026 at 09:00, Shop Care <support@shop.test> wrote:
      | > We have refunded 49.90 EUR to your card. It was a fault of ours, and we are sorry.
      | >
      | > Anna Berg
      | > Shop Care
      | >
      | > Does this settle it?
      | >
      | > Please reply with one of these words, alone on the first line:
      | >
      | > - yes – this settles it. We close the case.
      | > - no – this does not settle it. Your case stays open, and a manager looks at
      | >   it. Tell us below the word what is missing.
      | >
      | > If you would rather write in your own words, please do. A person will read
      | > them.
      | >
      | > If we do not hear from you, we ask again by Thursday 26 November 2026 at the
      | > latest. We never take silence for a yes.
      | >
      | > D-1000 · solution proposed · your answer is awaited · next word by Thursday 26 November 2026 · with Anna Berg
    ");
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
    insta::assert_snapshot!(asked_back.shown(), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    We want to understand you correctly

    Dear Ada Byron,

    Thank you for your answer about “Invoice 88 charged twice”. It could mean
    two things, and we do not want to guess. We asked you whether our solution
    settles the matter for you.

    Please reply with one of these words, alone on the first line:

    - yes – this settles it. We close the case.
    - no – this does not settle it. Your case stays open, and a manager looks at
      it. Tell us below the word what is missing.

    If you would rather write in your own words, please do. A person will read
    them.

    Until then we take your answer neither for a yes nor for a no.

    Yours sincerely,

    Shop Care

    D-1000 · solution proposed · next word by Monday 30 November 2026 · with Anna Berg
    ");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply goes to the customer.

    It leaves from Shop Care under your name. To keep it inside, write #note on
    its first line.

    The customer wrote

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        a solution lies with the customer
      Level        desk
      Turn         our turn
      Who has it   Anna Berg
      Since        Monday 23 November 2026
      Next word    by Monday 30 November 2026
      Promises     1 kept, 0 broken
      Before this  no other dispute

    Beware

    - Their answer could mean two things and was taken for neither; they have
      been asked again.

    Ada Byron wrote

      | Yes, but the second charge is still on my statement.

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #take                        you have it from now on
      #note                        this mail stays inside
      #promise WHEN                date of the next word to the customer
      #resolve                     the text below settles it; the customer is asked
      #close OUTCOME               end it without asking
      #help [COMMAND]              explains the commands, or one

    What was cut from the mail

      | On Mon, 23 Nov 2026 at 09:00, Shop Care <support@shop.test> wrote:
      | > We have refunded 49.90 EUR to your card. It was a fault of ours, and we are sorry.
      | >
      | > Anna Berg
      | > Shop Care
      | >
      | > Does this settle it?
      | >
      | > Please reply with one of these words, alone on the first line:
      | >
      | > - yes – this settles it. We close the case.
      | > - no – this does not settle it. Your case stays open, and a manager looks at
      | >   it. Tell us below the word what is missing.
      | >
      | > If you would rather write in your own words, please do. A person will read
      | > them.
      | >
      | > If we do not hear from you, we ask again by Thursday 26 November 2026 at the
      | > latest. We never take silence for a yes.
      | >
      | > D-1000 · solution proposed · your answer is awaited · next word by Thursday 26 November 2026 · with Anna Berg
    ");
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
    insta::assert_snapshot!(world.subjects("ada@example.test"), @"[D-1000] Invoice 88 charged twice");
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
fn a_yes_is_one_however_the_mail_program_quotes_and_none_with_a_word_of_the_authors_below() {
    let check = |text: &str, confirmed: bool| {
        let mut world = World::new();
        let opened = taken(&mut world);
        let resolution = resolved(&mut world, &opened.notification);
        let written = Written::by(ADA, &format!("Re: {}", resolution.subject), text)
            .to(&resolution.reply_to)
            .header("In-Reply-To", &format!("<{}>", resolution.message_id));
        world.arrives(&written);
        assert_eq!(world.state(1000).starts_with("closed (confirmed)"), confirmed, "{text}");
        world.take_all();
        world.finish();
    };
    check("yes", true);
    check("Yes\n\nSent from my iPhone", true);
    check("Yes.\n\n-- \nAda Byron\n5 Mill Lane", true);
    check(
        "yes\n\nFrom: Shop Care <support@shop.test>\nSent: Monday, 23 November 2026 09:00\nTo: Ada Byron\nSubject: [D-1000] Invoice 88\n\nDear Ada Byron,\nwe refund the second charge.",
        true,
    );
    check("yes\n\nOn 23/11/2026 09:00, Shop Care wrote:\n> Dear Ada Byron,\n> we refund it.", true);
    check(
        "yes\n\n> only once the 49 EUR are here\n\nOn 23/11/2026 09:00, Shop Care wrote:\n> Dear Ada",
        false,
    );
    check("yes\n\nthe day the money comes", false);
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
    insta::assert_snapshot!(withdrawn.shown(), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    You have taken your complaint back

    Dear Ada Byron,

    As you asked, we have closed “Invoice 88 charged twice”. You need not give a
    reason, and we will treat you no differently for it.

    If that was a mistake, or if you change your mind, just reply to this mail
    by Friday 22 January 2027. Your case is then opened again, with everything
    that has been said so far.

    Yours sincerely,

    Shop Care

    D-1000 · closed · with Anna Berg
    ");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply goes to the customer.

    It leaves from Shop Care under your name. To keep it inside, write #note on
    its first line.

    The customer took the dispute back

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        closed, withdrawn by the customer
      Level        desk
      Who has it   Anna Berg
      Since        Monday 23 November 2026
      Next word    none promised
      Promises     0 kept, 0 broken
      Before this  no other dispute

    Ada Byron wrote

      | Withdraw

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #note                        this mail stays inside
      #help [COMMAND]              explains the commands, or one

    What was cut from the mail

      | On Mon, 23 Nov 2026 at 09:00, Shop Care <support@shop.test> wrote:
      | > We have your message
      | >
      | > Dear Ada Byron,
      | >
      | > Thank you for telling us about “Invoice 88 charged twice”. Your message
      | > reached us on Monday 23 November 2026, 09:00. It has the number D-1000, and
      | > a person from our team will read all of it. We can see that this matters to
      | > you, and we take it seriously.
      | >
      | > This is what we read in it. If any of it is not right, just reply and tell
      | > us.
      | >
      | > - Amount: 49.90 EUR
      | > - Order or invoice: 88
      | > - What you ask for: refund
      | >
      | > What happens next
      | >
      | > - We look into what happened and come back to you, with an answer or with
      | >   questions.
      | > - You will hear from us by Wednesday 25 November 2026 at the latest, even if
      | >   all we can say by then is that it takes longer.
      | > - When we think we have a solution, we explain it and ask you whether it
      | >   settles the matter. If you say that it does not, a manager looks at it.
      | >
      | > What you can do
      | >
      | > - To add facts or documents, just reply to this mail.
      | > - To see where things stand, at any time, reply with “status” alone on the
      | >   first line.
      | > - To take your complaint back, reply with “withdraw” alone on the first
      | >   line.
      | >
      | > Your rights
      | >
      | > You may turn to the ombudsman at any time.
      | >
      | > Yours sincerely,
      | >

    3 more lines are kept with the mail; an operator can show them.
    ");
    world.until("2026-12-20T12:00:00Z");
    assert!(!world.has_mail("ada@example.test"), "no survey after a withdrawal");
    world.arrives(&Written::reply(ADA, &withdrawn, "I have changed my mind: it was charged a third time."));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    Your case is open again

    Dear Ada Byron,

    Thank you for writing to us again. “Invoice 88 charged twice” is open again
    under its number D-1000, and everything that was said so far stays with it.

    - Who is in charge now: our service team
    - Who has it: Anna Berg

    You will hear from us by Wednesday 23 December 2026 at the latest, even if
    all we can say by then is that it takes longer.

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Wednesday 23 December 2026 · with Anna Berg
    ");
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
fn whoever_had_a_copy_of_the_complaint_withdraws_nothing() {
    let mut world = World::new();
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT).id("complaint@example.test").unproven());
    world.subjects("ada@example.test");
    world.subjects("anna@shop.test");
    let forged =
        Written::by(ADA, SUBJECT, "withdraw").header("In-Reply-To", "<complaint@example.test>").unproven();
    world.arrives(&forged);
    assert!(world.read("anna@shop.test").text.contains("was not acted on"));
    assert!(world.state(1000).starts_with("open"), "{}", world.state(1000));
    world.take_all();
    world.finish();
}

#[test]
fn thanks_with_anything_beside_them_are_read_by_somebody() {
    let check = |text: &str, change: fn(Written) -> Written, filed: bool| {
        let mut world = World::new();
        let opened = taken(&mut world);
        world.arrives(&change(Written::reply(ADA, &opened.acknowledgement, text)));
        assert_eq!(!world.has_mail("anna@shop.test"), filed);
        world.take_all();
        world.finish();
    };
    let thanks = "Thank you very much!";
    check(thanks, |mail| mail, true);
    check(thanks, |mail| mail.attach("broken.txt", "It came broken again."), false);
    check(&format!("{thanks}\n\n> 30 days and the money is still not here"), |mail| mail, false);
    check(&format!("{thanks}\n\nOn 3 May the courier wrote:\nThat never happened."), |mail| mail, false);
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
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    Your case is open again

    Dear Ada Byron,

    Thank you for writing to us again. “Invoice 88 charged twice” is open again
    under its number D-1000, and everything that was said so far stays with it.

    - Who is in charge now: our service team
    - Who has it: Anna Berg

    You will hear from us by Tuesday 8 December 2026 at the latest, even if all
    we can say by then is that it takes longer.

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Tuesday 8 December 2026 · with Anna Berg
    ");
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
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1001] Invoice 88 charged twice

    We have your message

    Dear Ada Byron,

    Thank you for telling us about “Invoice 88 charged twice”. Your message
    reached us on Monday 1 March 2027, 10:00. It has the number D-1001, and a
    person from our team will read all of it. We can see that this matters to
    you, and we take it seriously.

    It continues your earlier case D-1000, so you need not explain that one
    again.

    This is what we read in it. If any of it is not right, just reply and tell
    us.

    - Order or invoice: 88

    What happens next

    - We look into what happened and come back to you, with an answer or with
      questions.
    - You will hear from us by Wednesday 3 March 2027 at the latest, even if all
      we can say by then is that it takes longer.
    - When we think we have a solution, we explain it and ask you whether it
      settles the matter. If you say that it does not, a manager looks at it.

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

    D-1001 · received · next word by Wednesday 3 March 2027 · with our team
    ");
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1001] Invoice 88 charged twice

    Your reply goes to the customer.

    It leaves from Shop Care under your name. To keep it inside, write #note on
    its first line.

    A new dispute

      Dispute      D-1001: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        open, nobody has looked yet
      Level        desk
      Turn         our turn
      Who has it   nobody yet
      Since        Monday 1 March 2027
      Next word    by Wednesday 3 March 2027
      Promises     0 kept, 0 broken
      Continues    D-1000
      Before this
        D-1000 Invoice 88 charged twice: confirmed by the customer

    What the mail states

    - Order or invoice: 88

    Ada Byron wrote

      | And now once more, in February.

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #take                        you have it from now on
      #note                        this mail stays inside
      #promise WHEN                date of the next word to the customer
      #resolve                     the text below settles it; the customer is asked
      #close OUTCOME               end it without asking
      #help [COMMAND]              explains the commands, or one

    What was cut from the mail

      | On Mon, 23 Nov 2026 at 09:00, Shop Care <support@shop.test> wrote:
      | > Thank you: it is settled
      | >
      | > Dear Ada Byron,
      | >
      | > You told us that “Invoice 88 charged twice” is settled, and we are glad of
      | > it. The case is now closed. Thank you for your patience, and for telling us.
      | >
      | > If anything is left open, just reply to this mail by Monday 1 February 2027.
      | > Your case is then opened again, with everything that has been said so far.
      | >
      | > Yours sincerely,
      | >
      | > Shop Care
      | >
      | > D-1000 · closed · with Anna Berg
    ");
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
    insta::assert_snapshot!(asked.shown(), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    We want to understand you correctly

    Dear Ada Byron,

    Thank you for your answer about “Invoice 88 charged twice”. It could mean
    two things, and we do not want to guess. We asked you how well we handled
    your case, from 1 to 5.

    Please reply with one number, alone on the first line:

    - 5 – very good
    - 4 – good
    - 3 – acceptable
    - 2 – not good
    - 1 – poor

    Yours sincerely,

    Shop Care

    D-1000 · closed · with Anna Berg
    ");
    world.read("anna@shop.test");
    assert!(world.state(1000).starts_with("closed"), "an unclear rating opens nothing");

    world.arrives(&Written::reply(ADA, &asked, "1\n\nIt took far too long."));
    let thanks = world.read("ada@example.test");
    let review = world.read("mara@shop.test");
    insta::assert_snapshot!(review.shown(), @"
    To: mara@shop.test
    Subject: [D-1000] Rated 1 of 5: Invoice 88 charged twice

    Your reply stays inside.

    A low rating: 1 of 5

    The customer was not content with how this was handled. Please look at what
    happened, and decide whether somebody should write to them.

    In the customer's words

      | 1
      |
      | It took far too long.

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        closed, confirmed by the customer
      Level        desk
      Who has it   Anna Berg
      Since        Monday 23 November 2026
      Next word    none promised
      Promises     1 kept, 0 broken
      Before this  no other dispute

    What you can do now

    Write these at the very top of your reply, each on a line of its own. What
    follows below them is your text.

      #note                        this mail stays inside
      #help [COMMAND]              explains the commands, or one
    ");
    world.arrives(&Written::reply(ADA, &thanks, "3"));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Thank you for your rating

    Thank you

    Dear Ada Byron,

    We have noted your rating: 3 out of 5. It helps us to do better, for you and
    for others. If you change your mind, reply with another number by Saturday
    12 December 2026.

    Yours sincerely,

    Shop Care

    D-1000 · closed · with Anna Berg
    ");
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
