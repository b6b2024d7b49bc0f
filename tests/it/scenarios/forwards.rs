//! Agents who forward a customer's mail to the desk, or open a dispute after a phone call.
use super::{ADA, ANNA, BOB, SUBJECT};
use crate::world::{Received, World, Written};

const FORWARD: &str = "Can somebody look into this? She called twice.\n\n\
    ---------- Forwarded message ---------\n\
    From: Ada Byron <ada@example.test>\n\
    Date: Mon, Nov 23, 2026 at 8:40 AM\n\
    Subject: Invoice 88 charged twice\n\
    To: Anna Berg <anna@shop.test>\n\n\
    Hello Anna,\n\nyou have charged invoice 88 twice and I would like a refund of 49.90 EUR.\n\nAda Byron";

fn forward() -> Written {
    Written::by(ANNA, "Fwd: Invoice 88 charged twice", FORWARD)
}

/// Anna forwards Ada's mail and gets a mail to reply to.
fn forwarded(world: &mut World, mail: &Written) -> Received {
    world.arrives(mail);
    assert_eq!(world.disputes(), 0, "a fresh mail acts on nothing");
    assert!(!world.has_mail("ada@example.test"));
    world.read("anna@shop.test")
}

#[test]
fn a_forwarded_complaint_becomes_a_dispute_by_one_line() {
    let mut world = World::new();
    let here = forwarded(&mut world, &forward());
    insta::assert_snapshot!(here.shown(), @"
    To: anna@shop.test
    Subject: Please reply to this mail

    Your reply stays inside.

    Please reply here

    A mail from your address forwarded one by Ada Byron, ada@example.test,
    called “Invoice 88 charged twice”. To open a dispute for this customer,
    reply to this mail with this line at the very top:

      #new ada@example.test

    Their mail becomes the complaint, they are told that we have it, and it is
    yours from then on. What you write below that line stays inside. Until then
    nothing happens, and the customer knows nothing.

    If it was not you who forwarded it, please tell whoever runs this desk.
    ");
    world.arrives(&Written::reply(ANNA, &here, "#new ada@example.test\n\nShe is a good customer."));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Invoice 88 charged twice

    We have your message

    Hello,

    Thank you for telling us about “Invoice 88 charged twice”. Your message
    reached us on Monday 23 November 2026, 09:00. It has the number D-1000, and
    Anna Berg has it. We can see that this matters to you, and we take it
    seriously.

    This is what we read in it. If any of it is not right, just reply and tell
    us.

    - Amount: 49.90 EUR
    - Order or invoice: 88
    - What you ask for: refund

    What happens next

    - We look into what happened and come back to you, with an answer or with
      questions.
    - You will hear from us by Thursday 26 November 2026 at the latest, even if
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

    D-1000 · being investigated · next word by Thursday 26 November 2026 · with Anna Berg
    ");
    let notification = world.read("anna@shop.test");
    insta::assert_snapshot!(notification.shown(), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply goes to the customer.

    It leaves from Shop Care under your name. To keep it inside, write #note on
    its first line.

    A new dispute

      Dispute      D-1000: Invoice 88 charged twice
      Customer     Ada Byron, ada@example.test, language: en
      Stage        being investigated
      Level        desk
      Turn         our turn
      Who has it   Anna Berg
      Since        Monday 23 November 2026
      Next word    by Thursday 26 November 2026
      Promises     0 kept, 0 broken
      Before this  no other dispute

    What the mail states

    - Amount: 49.90 EUR
    - Order or invoice: 88
    - Asked for: refund

    Ada Byron wrote

      | Hello Anna,
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
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: Done

    Your reply stays inside.

    Done

      #new ada@example.test

    D-1000 was opened for ada@example.test, and you have it
    ");
    insta::assert_snapshot!(world.state(1000), @"investigating, desk, awaiting us, anna@shop.test");
    insta::assert_snapshot!(world.journal(1000), @r#"
    Mon 23 08:00 Agent("anna@shop.test") opened Invoice 88 charged twice
    Mon 23 08:00 Agent("anna@shop.test") taken by opening it
    Mon 23 08:00 Agent("anna@shop.test") noted Can somebody look into this? She called twice.
    Mon 23 08:00 Desk acknowledged acknowledgement
    "#);

    // It goes on like any other.
    world.arrives(&Written::reply(ANNA, &notification, "Dear Ada,\n\nwe are looking into it."));
    world.minutes(2);
    let answer = world.read("ada@example.test");
    world.arrives(&Written::reply(ADA, &answer, "Thank you. It was on the 3rd."));
    world.read("anna@shop.test");
    assert_eq!(world.disputes(), 1);
    world.finish();
}

#[test]
fn one_forwarded_mail_opens_one_dispute() {
    let mut world = World::new();
    let here = forwarded(&mut world, &forward());
    world.arrives(&Written::reply(ANNA, &here, "#new ada@example.test"));
    world.read("ada@example.test");
    world.subjects("anna@shop.test");
    world.minutes(1);
    world.arrives(&Written::reply(ANNA, &here, "#new ada@example.test\n\nOnce more."));
    let refused = world.shown("anna@shop.test");
    assert!(refused.contains("the mail that you forwarded has opened its dispute before"), "{refused}");
    assert_eq!(world.disputes(), 1);
    world.finish();
}

#[test]
fn what_the_customer_writes_later_in_the_same_thread_joins() {
    let mut world = World::new();
    // The mail program of the agent names the customer's mail as what it passes on.
    let mail = forward().header("References", "<first@example.test>");
    let here = forwarded(&mut world, &mail);
    world.arrives(&Written::reply(ANNA, &here, "#new ada@example.test"));
    world.read("ada@example.test");
    world.subjects("anna@shop.test");
    let later = Written::by(ADA, "Re: Invoice 88 charged twice", "I forgot: it was on the 3rd.")
        .header("In-Reply-To", "<first@example.test>");
    world.arrives(&later);
    assert!(world.read("anna@shop.test").text.contains("it was on the 3rd"));
    assert_eq!(world.disputes(), 1);
    world.finish();
}

#[test]
fn the_subject_of_the_agents_own_mail_reaches_no_customer() {
    let mut world = World::new();
    let without = FORWARD.replace("Subject: Invoice 88 charged twice\n", "");
    let here = forwarded(&mut world, &Written::by(ANNA, "Fwd: the nutter again", &without));
    world.arrives(&Written::reply(ANNA, &here, "#new ada@example.test"));
    let acknowledged = world.read("ada@example.test");
    let seen = format!("{} {} {}", acknowledged.subject, acknowledged.text, acknowledged.html);
    assert!(!seen.contains("nutter"), "{seen}");
    let told = world.read("anna@shop.test");
    assert!(!told.subject.contains("nutter"), "{}", told.subject);
    world.subjects("anna@shop.test");
    world.finish();
}

#[test]
fn a_relays_sender_is_no_customer() {
    let mut world = World::with("[[relay]]\naddress = \"forms@shop.test\"\n");
    let form = FORWARD.replace("ada@example.test", "forms@shop.test");
    world.arrives(&Written::by(ANNA, "Fwd: form", &form));
    assert!(!world.read("anna@shop.test").text.contains("#new forms@shop.test"));
    let here = forwarded(&mut world, &forward());
    world.arrives(&Written::reply(ANNA, &here, "#new forms@shop.test"));
    let refused = world.shown("anna@shop.test");
    assert!(refused.contains("forms@shop.test is one of our own addresses"), "{refused}");
    assert_eq!(world.disputes(), 0);
    world.finish();
}

#[test]
fn a_mail_that_is_attached_is_read_as_well() {
    let mut world = World::new();
    let attached = "From: Ada Byron <ada@example.test>\nSubject: Order 7\nMessage-ID: <own@example.test>\n\n\
        Order 7 arrived broken.";
    let raw = String::from_utf8(
        Written::by(ANNA, "Fwd: Order 7", "Please see attached.")
            .attach("order.eml", attached)
            .raw(world.now()),
    )
    .unwrap();
    // The world's own attachments are files; a mail program says what it attaches.
    let start = raw.find("order.eml").and_then(|at| raw.get(..at)?.rfind("--=_scenario")).unwrap();
    let (head, part) = raw.split_at(start);
    let kind = part.lines().find(|line| line.starts_with("Content-Type:")).unwrap();
    let part = part.replacen(kind, "Content-Type: message/rfc822", 1);
    world.arrives_in("support", format!("{head}{part}").as_bytes());
    let here = world.read("anna@shop.test");
    assert!(here.text.contains("#new ada@example.test"), "{}", here.text);
    world.arrives(&Written::reply(ANNA, &here, "#new ada@example.test"));
    assert_eq!(world.read("ada@example.test").subject, "[D-1000] Order 7");
    world.subjects("anna@shop.test");
    // Later mail of hers names the mail that was attached.
    world.arrives(&Written::by(ADA, "Re: Order 7", "And late.").header("References", "<own@example.test>"));
    world.read("anna@shop.test");
    assert_eq!(world.disputes(), 1);
    world.finish();
}

#[test]
fn after_a_phone_call_the_agents_own_words_are_the_complaint() {
    let mut world = World::new();
    let call =
        "#new bob@other.test name=\"Bob Stone\"\n\nBob called: parcel 7 never came.\nHe wants it sent again.";
    world.arrives(&Written::by(ANNA, "Call", call));
    let here = world.read("anna@shop.test");
    assert_eq!(world.disputes(), 0);
    // Without words there is no complaint.
    world.arrives(&Written::reply(ANNA, &here, "#new bob@other.test"));
    let refused = world.shown("anna@shop.test");
    assert!(refused.contains("the explanation is missing"), "{refused}");
    world.arrives(&Written::reply(ANNA, &here, call));
    // What Anna wrote is hers and her colleagues'.
    let acknowledged = world.read("bob@other.test");
    assert!(!acknowledged.text.contains("parcel 7"), "{}", acknowledged.text);
    insta::assert_snapshot!(acknowledged.subject, @"[D-1000] We have received your message");
    assert!(world.read("anna@shop.test").text.contains("Bob called: parcel 7 never came."));
    world.read("anna@shop.test");
    world.finish();
}

#[test]
fn nobody_but_the_agent_opens_a_dispute_for_others() {
    let mut world = World::new();
    let here = forwarded(&mut world, &forward());
    world.arrives(&Written::reply(BOB, &here, "#new ada@example.test"));
    world.arrives(&Written::reply(ANNA, &here, "#new ada@example.test").unproven());
    world.arrives(&Written::reply(super::MARA, &here, "#new ada@example.test"));
    assert_eq!(world.disputes(), 0);
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    // A forward in an agent's name is answered to the agent, and nothing else.
    world.arrives(&forward().id("other@shop.test").unproven());
    world.subjects("anna@shop.test");
    assert_eq!(world.disputes(), 0);
    world.finish();
}

#[test]
fn a_colleague_is_no_customer_and_new_stands_alone() {
    let mut world = World::new();
    let here = forwarded(&mut world, &forward());
    world.arrives(&Written::reply(ANNA, &here, "#new mara@shop.test\n"));
    let refused = world.shown("anna@shop.test");
    assert!(refused.contains("mara@shop.test is one of our own addresses"), "{refused}");
    world.arrives(&Written::reply(ANNA, &here, "#new ada@example.test\n#block bob@other.test"));
    let refused = world.shown("anna@shop.test");
    assert!(refused.contains("this makes a dispute of the whole mail"), "{refused}");
    assert_eq!(world.disputes(), 0);
    // A forward of our own letters alone offers nothing.
    let ours = FORWARD.replace("ada@example.test", "mara@shop.test");
    world.arrives(&Written::by(ANNA, "Fwd: note", &ours));
    assert!(!world.read("anna@shop.test").text.contains("#new"));
    assert_eq!(SUBJECT, "Invoice 88 charged twice");
    world.finish();
}
