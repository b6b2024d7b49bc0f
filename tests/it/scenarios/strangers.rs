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
    insta::assert_snapshot!(acknowledgement.shown(), @"
    To: bob@other.test
    Subject: [D-1001] Invoice

    We have your message

    Dear Bob Stone,

    Thank you for telling us about “Invoice”. Your message reached us on Monday
    23 November 2026, 09:00. It has the number D-1001, and a person from our
    team will read all of it. We can see that this matters to you, and we take
    it seriously.

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

    D-1001 · received · next word by Wednesday 25 November 2026 · with our team
    ");
    let told = world.read("anna@shop.test");
    insta::assert_snapshot!(told.shown(), @"
    To: anna@shop.test
    Subject: [D-1001] Invoice

    Your reply goes to the customer.

    It leaves from Shop Care under your name. To keep it inside, write #note on
    its first line.

    A new dispute

      Dispute      D-1001: Invoice
      Customer     Bob Stone, bob@other.test, language: en
      Stage        open, nobody has looked yet
      Level        desk
      Turn         our turn
      Who has it   nobody yet
      Since        Monday 23 November 2026
      Next word    by Wednesday 25 November 2026
      Promises     0 kept, 0 broken
      Before this  no other dispute

    Beware

    - The mail mentions the number of a dispute that is not theirs. (D-1000)

    Bob Stone wrote

      | status

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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply stays inside.

    What you write here does not reach the customer unless a command says so.

    Somebody wrote who is no party

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        a solution lies with the customer
      Level        desk
      Turn         the customer's turn
      Who has it   Anna Berg
      Since        Monday 23 November 2026
      Next word    none promised
      Promises     1 kept, 0 broken
      Before this  no other dispute

    Beware

    - The writer is no party: their words bind nobody, and nobody answers them.
      (bob@other.test)

    Bob Stone wrote

      | Yes
      |
      | I am her brother, and this is fine.

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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Somebody wrote in your name

    Your reply stays inside.

    Somebody wrote in your name

    On Monday 23 November 2026, 09:00 a mail came in your name about D-1000:
    from your address, or to an address that only you have from us. Nothing
    proves that it is from you, so nothing was done with it, and nobody was
    answered.

    If it was you, reply to the desk's own mails, from the address at which you
    get them. If it was not, please tell whoever runs this desk.
    ");
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
    assert!(told.subject.contains("in your name"), "{}", told.subject);
    world.finish();
}

#[test]
fn an_unproven_sender_gets_words_that_repeat_nothing() {
    let mut world = World::new();
    let mail =
        Written::by("Mallory <eve@evil.test>", "BUY PILLS", "Buy pills at pills.example today!").unproven();
    world.arrives(&mail);
    let plain = world.read("eve@evil.test");
    insta::assert_snapshot!(plain.shown(), @"
    To: eve@evil.test
    Subject: [D-1000] We have received your message

    We have your message

    Hello,

    Thank you for writing to us. Your message has arrived safely. It has the
    number D-1000, and a person from our team will read all of it. Whatever
    brought you to write, we take it seriously.

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

    If it was not you who wrote to us, you need not do anything.

    Yours sincerely,

    Shop Care

    D-1000 · received · next word by Wednesday 25 November 2026 · with our team
    ");
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
    insta::assert_snapshot!(world.shown("eve@evil.test"), @"
    To: eve@evil.test
    Subject: [D-1000] Your message

    A date for our next word

    Hello,

    About “Your message”: you will hear from us by Tuesday 24 November 2026 at
    the latest. Anna Berg has your case and is working on it. You need not do
    anything until then.

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Tuesday 24 November 2026 · with Anna Berg
    ");
    world.until("2026-11-25T17:00:00Z");
    let mut letters = Vec::new();
    letters.push(world.read("eve@evil.test"));
    letters.push(world.read("eve@evil.test"));
    insta::assert_snapshot!(letters[0].shown(), @"
    To: eve@evil.test
    Subject: [D-1000] Your message

    Not yet, and a new date

    Hello,

    We said that you would hear from us about “Your message” by Tuesday
    24 November 2026. That day has come, and we do not have the answer yet. We
    are still looking into what happened. We know how hard it is to wait, and we
    are sorry for the delay.

    You will hear from us again by Friday 27 November 2026 at the latest. You
    need not do anything until then, and nothing that you told us is lost.

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Friday 27 November 2026 · with Anna Berg
    ");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.arrives(&Written::reply("eve@evil.test", &plain, "status").unproven());
    letters.push(world.read("eve@evil.test"));
    insta::assert_snapshot!(letters[2].shown(), @"
    To: eve@evil.test
    Subject: [D-1000] Your message

    Where your case stands

    Hello,

    You asked how things stand with “Your message”, which you brought to us on
    Monday 23 November 2026. This is what we know today:

    - Stage: being investigated
    - Whose turn it is: ours
    - Who is in charge: our service team
    - Who has it: Anna Berg
    - When you hear from us next: by Friday 27 November 2026 at the latest

    What has happened so far

    - Monday 23 November 2026: your message reached us
    - Monday 23 November 2026: one of us took charge of your case
    - Tuesday 24 November 2026: we told you that it takes longer

    To answer or to add anything, just reply to this mail. Reply with “status”
    alone on the first line to see where things stand, or with “withdraw” to
    take your complaint back.

    Yours sincerely,

    Shop Care

    D-1000 · being investigated · next word by Friday 27 November 2026 · with Anna Berg
    ");
    world.arrives(&Written::reply("eve@evil.test", &plain, "withdraw").unproven());
    letters.push(world.read("eve@evil.test"));
    insta::assert_snapshot!(letters[3].shown(), @"
    To: eve@evil.test
    Subject: [D-1000] Your message

    You have taken your complaint back

    Hello,

    As you asked, we have closed “Your message”. You need not give a reason, and
    we will treat you no differently for it.

    If that was a mistake, or if you change your mind, just reply to this mail
    by Sunday 24 January 2027. Your case is then opened again, with everything
    that has been said so far.

    Yours sincerely,

    Shop Care

    D-1000 · closed · with Anna Berg
    ");
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
    insta::assert_snapshot!(subjects, @"
    [D-1000] Your answer is awaited: Your message
    [D-1000] Your answer is awaited: Your message
    [D-1000] Last reminder before we close: Your message
    [D-1000] Your message
    ");
    world.subjects("anna@shop.test");
    world.until("2026-12-17T09:00:00Z");
    insta::assert_snapshot!(world.shown("eve@evil.test"), @"
    To: eve@evil.test
    Subject: [D-1000] How did we do? Your message

    How did we do?

    Hello,

    Your case “Your message” was closed on Friday 11 December 2026. How well did
    we handle it, whatever came of it?

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
    world.finish();
}

#[test]
fn acknowledgements_have_a_budget_of_three_an_hour() {
    let mut world = World::new();
    for number in 0..5 {
        world.arrives(&Written::by(
            ADA,
            &format!("Complaint {number}"),
            &format!("This is complaint {number}."),
        ));
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
        world.arrives(
            &Written::reply(ADA, &opened.acknowledgement, &format!("status{}", " ".repeat(time)))
                .id(&format!("status-{time}@example.test")),
        );
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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
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

    Beware

    - Nothing proves that the sender is who they say. Do not act on it alone
      where money or an address is at stake.
    - The customer has not been told that we have it. (released by a person;
      your mail server says that its sender is false)

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
    world.arrives(
        &Written::by(BOB, "Hello", "withdraw").to(&forged).header("Delivered-To", "support@shop.test"),
    );
    assert_eq!(world.disputes(), 2);
    assert!(world.state(1000).starts_with("open"));
    world.subjects("bob@other.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}
