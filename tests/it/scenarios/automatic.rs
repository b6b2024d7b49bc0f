//! Mail that no person wrote: absences, bounces, lists, echoes.
use redress::store::inbox::Status;

use super::{ADA, ANNA, BOB, COMPLAINT, SUBJECT, complaint, resolved, taken};
use crate::world::{Received, World, Written};

#[test]
fn an_agents_absence_never_reaches_the_customer_and_the_managers_hear_of_it_once() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "Do you have news?"));
    let news = world.read("anna@shop.test");
    let away = |id: &str| {
        Written::reply(ANNA, &news, "I am on holiday until December.")
            .header("Auto-Submitted", "auto-replied")
            .return_path("")
            .id(id)
    };
    world.arrives(&away("away-1@shop.test"));
    insta::assert_snapshot!(world.shown("mara@shop.test"), @"
    To: mara@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply stays inside.

    What you write here does not reach the customer unless a command says so.

    The colleague who has it is away

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
    world.arrives(&away("away-2@shop.test"));
    world.minutes(5);
    assert!(!world.has_mail("ada@example.test"));
    world.finish();
}

#[test]
fn an_absence_without_any_mark_but_its_subject_is_seen_in_a_reply() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let mail =
        Written::reply(ANNA, &opened.notification, "I am away.").subject("Automatic reply: [D-1000] Invoice");
    world.arrives(&mail);
    world.minutes(5);
    assert!(!world.has_mail("ada@example.test"));
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn a_bounce_of_our_letter_marks_the_address_and_tells_the_agent() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives_in("support", &bounce(&opened.acknowledgement, "ada@example.test", "failed", "5.1.1"));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Invoice 88 charged twice

    Your reply stays inside.

    What you write here does not reach the customer unless a command says so.

    Mail to the customer came back

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

    Beware

    - The customer's address refuses our mail; they must be reached some other
      way. (550 5.1.1 no such user)

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
    // Nothing is written there by rule any more, and nobody takes it for silence.
    world.until("2026-11-26T17:00:00Z");
    assert!(!world.has_mail("ada@example.test"));
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    // Whoever writes again can be reached again.
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "status"));
    world.read("ada@example.test");
    world.finish();
}

#[test]
fn forged_or_passing_bounces_change_nothing() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let letter = &opened.acknowledgement;
    // Another recipient, an id that is not ours, a delay.
    world.arrives_in("support", &bounce(letter, "bob@other.test", "failed", "5.1.1"));
    let unknown = String::from_utf8(bounce(letter, "ada@example.test", "failed", "5.1.1")).unwrap();
    let unknown = unknown.replace(&letter.message_id, "made-up@shop.test");
    let elsewhere = unknown.replace(&letter.envelope_from, "support@shop.test");
    world.arrives_in("support", elsewhere.as_bytes());
    world.arrives_in("support", &bounce(letter, "ada@example.test", "delayed", "4.4.1"));
    // Whoever saw the letter knows its Message-ID, but not where its bounces go.
    let elsewhere = bounce(letter, "ada@example.test", "failed", "5.1.1");
    let elsewhere = String::from_utf8(elsewhere).unwrap().replace(&letter.envelope_from, "support@shop.test");
    world.arrives_in("support", elsewhere.as_bytes());
    assert!(!world.has_mail("anna@shop.test"));
    world.arrives(&Written::reply(ADA, letter, "status"));
    world.read("ada@example.test");
    world.finish();
}

#[test]
fn a_bounce_at_the_signed_address_needs_no_id() {
    // Servers in prose return no id, and relays change it; the address is known to the servers and the customer alone.
    let check = |report: &dyn Fn(&Received) -> Vec<u8>, counts: bool| {
        let mut world = World::new();
        let opened = taken(&mut world);
        world.arrives_in("support", &report(&opened.acknowledgement));
        assert_eq!(world.has_mail("anna@shop.test"), counts);
        world.subjects("anna@shop.test");
        world.finish();
    };
    let at = |path: &str, named: &str| {
        format!(
            "Return-Path: <>\nDelivered-To: {path}\nFrom: MAILER-DAEMON@mx.example.test\nTo: {path}\n\
             Subject: failure notice\nDate: Mon, 23 Nov 2026 09:00:00 +0000\nMessage-ID: <{named}>\n\n\
             Hi. This is the qmail-send program at mx.example.test.\n\
             I'm afraid I wasn't able to deliver your message to the following addresses.\n\n\
             <{named}>:\nSorry, no mailbox here by that name. (#5.1.1)\n"
        )
        .replace('\n', "\r\n")
        .into_bytes()
    };
    check(&|letter| at(&letter.envelope_from, "ada@example.test"), true);
    check(&|letter| at(&letter.envelope_from, "bob@other.test"), false);
    check(&|_| at("support@shop.test", "ada@example.test"), false);
    // An agent's address is nobody's to report by the customer's secret.
    check(&|letter| at(&letter.envelope_from, "anna@shop.test"), false);
    let renamed = |letter: &Received| {
        let report = String::from_utf8(bounce(letter, "ada@example.test", "failed", "5.1.1")).unwrap();
        report.replace(&letter.message_id, "0102018c@relay.test").into_bytes()
    };
    check(&renamed, true);
}

#[test]
fn newsletters_and_lists_are_filed() {
    let mut world = World::new();
    let list =
        |name: &str, value: &str| Written::by(BOB, "News of the week", "Many offers.").header(name, value);
    world.arrives(&list("List-Unsubscribe", "<mailto:out@other.test>"));
    world.arrives(&list("Precedence", "bulk").id("bulk@other.test"));
    world.arrives(&list("Auto-Submitted", "auto-generated").id("auto@other.test"));
    world.arrives(&list("X-Empty", "1").return_path("").id("null@other.test"));
    assert_eq!(world.disputes(), 0);
    assert_eq!(world.mails(Status::Done).len(), 4);
    world.finish();
}

#[test]
fn a_party_may_write_through_a_list() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let mail = Written::reply(ADA, &opened.acknowledgement, "Here is one more fact.")
        .header("List-Id", "<team.example.test>");
    world.arrives(&mail);
    assert!(world.read("anna@shop.test").text.contains("one more fact"));
    world.finish();
}

#[test]
fn our_own_mail_that_comes_back_does_nothing() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    world.arrives_in("support", &opened.acknowledgement.raw);
    world.arrives_in("support", &resolution.raw);
    world.arrives(&Written::by("Shop Care <support@shop.test>", "Hello", "Hello from ourselves"));
    assert_eq!(world.disputes(), 1);
    assert!(world.state(1000).starts_with("offered"));
    world.finish();
}

#[test]
fn a_receipt_or_an_invitation_is_no_answer() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    let receipt = Written::reply(ADA, &resolution, "Yes").raw(world.now());
    let receipt = String::from_utf8(receipt).unwrap().replace(
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
    );
    world.arrives_in("support", receipt.as_bytes());
    assert!(world.state(1000).starts_with("offered"));
    world.finish();
}

#[test]
fn two_desks_that_answer_each_other_fall_silent() {
    let mut world = World::new();
    // A ticket system without any mark answers each of our mails with a new thread.
    world.arrives(&Written::by(
        "Tickets <help@tickets.test>",
        "[T-1] We have your mail",
        "Ticket 1 is open.",
    ));
    let mut ours = 0;
    for number in 2..12 {
        if !world.has_mail("help@tickets.test") {
            break;
        }
        world.read("help@tickets.test");
        ours += 1;
        let subject = format!("[T-{number}] We have your mail");
        world.arrives(&Written::by(
            "Tickets <help@tickets.test>",
            &subject,
            &format!("Ticket {number} is open."),
        ));
    }
    assert_eq!(ours, 3);
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn nobody_is_bothered_by_an_untouched_complaint_from_an_absent_customer() {
    let mut world = World::new();
    let opened = complaint(&mut world);
    let away = Written::reply(ADA, &opened.acknowledgement, "I am away.")
        .header("Auto-Submitted", "auto-replied")
        .return_path("");
    world.arrives(&away);
    assert!(!world.has_mail("anna@shop.test"), "an absence is no news");
    assert_eq!(world.state(1000), "open, desk, awaiting us, nobody");
    world.finish();
}

#[test]
fn an_absence_pauses_the_customers_turn_until_the_day_it_names() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    let away = Written::reply(ADA, &resolution, "I am out of the office until 14 December.")
        .header("Auto-Submitted", "auto-replied")
        .return_path("");
    world.arrives(&away);
    assert!(
        world.journal(1000).contains("Customer away 2026-12-13T23:00:00+00:00"),
        "{}",
        world.journal(1000)
    );
    world.until("2026-12-14T17:00:00Z");
    assert!(!world.has_mail("ada@example.test"), "nobody is reminded while they are away");
    world.until("2026-12-15T17:00:00Z");
    world.read("ada@example.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn an_absence_that_nothing_proves_pauses_for_a_week_at_most() {
    let check = |note: fn(Written, &Received) -> Written, expected: &str| {
        let mut world = World::new();
        world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT).id("complaint@example.test"));
        let notification = world.read("anna@shop.test");
        world.arrives(&Written::reply(ANNA, &notification, "#take"));
        let resolution = resolved(&mut world, &notification);
        let away = Written::by(ADA, "Automatic reply", "I am out of the office until 14 December.")
            .header("Auto-Submitted", "auto-replied")
            .return_path("");
        world.arrives(&note(away, &resolution));
        let journal = world.journal(1000);
        assert!(journal.contains(&format!("Customer away {expected}")), "{expected}: {journal}");
        world.take_all();
        world.finish();
    };
    let named = |away: Written, letter: &Received| {
        away.subject(&letter.subject).header("In-Reply-To", &format!("<{}>", letter.message_id))
    };
    check(named, "2026-12-13");
    check(
        |away, letter| away.unproven().header("In-Reply-To", &format!("<{}>", letter.message_id)),
        "2026-12-13",
    );
    check(|away, letter| away.unproven().to(&letter.reply_to), "2026-12-13");
    check(|away, _| away.unproven().header("In-Reply-To", "<complaint@example.test>"), "2026-11-30");
}

#[test]
fn an_absence_that_only_bears_the_customers_name_and_a_number_pauses_nothing() {
    let mut world = World::new();
    let opened = taken(&mut world);
    resolved(&mut world, &opened.notification);
    let forged = Written::by(ADA, "Automatic reply: [D-1000]", "I am out of the office until 14 December.")
        .header("Auto-Submitted", "auto-replied")
        .return_path("")
        .unproven();
    world.arrives(&forged);
    let journal = world.journal(1000);
    assert!(!journal.contains("Customer away"), "{journal}");
    assert!(world.state(1000).starts_with("offered"));
    world.take_all();
    world.finish();
}

#[test]
fn an_absence_without_any_mark_pauses_the_customers_turn() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    let text = "Guten Tag,\n\nich bin bis einschließlich 9. Dezember nicht im Büro. In dringenden Fällen hilft Herr Kern.";
    world.arrives(
        &Written::reply(ADA, &resolution, text).subject("Abwesenheitsnotiz: [D-1000] Ihre Rechnung"),
    );
    assert!(
        world.journal(1000).contains("Customer away 2026-12-08T23:00:00+00:00"),
        "{}",
        world.journal(1000)
    );
    assert!(world.state(1000).starts_with("offered"));
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn a_service_that_asks_for_proof_is_never_answered_and_says_nothing_of_the_customer() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let text = "I protect myself from receiving junk mail. Please click on the link below so that your mail will be \
                delivered to me: https://spamarrest.com/a?1";
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, text));
    world.arrives(&Written::by(BOB, "Please confirm your message", text));
    assert_eq!(world.disputes(), 1);
    assert!(!world.journal(1000).contains("Customer away"));
    world.minutes(5);
    for address in ["ada@example.test", "bob@other.test", "anna@shop.test", "mara@shop.test"] {
        assert!(!world.has_mail(address), "{address}");
    }
    world.finish();
}

#[test]
fn a_list_mail_that_belongs_to_a_dispute_stands_on_it_and_does_nothing() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let mail =
        Written::reply(BOB, &opened.acknowledgement, "Seen on the list.").header("List-Id", "<a.other.test>");
    world.arrives(&mail);
    assert_eq!(world.disputes(), 1);
    let filed = world.mails(Status::Done);
    assert!(
        filed.iter().any(|row| row.fate.as_deref() == Some("list") && row.dispute.map(|d| d.0) == Some(1000))
    );
    assert!(!world.has_mail("anna@shop.test"));
    world.finish();
}

/// A delivery report (RFC 3464) about `letter`.
fn bounce(letter: &Received, recipient: &str, action: &str, status: &str) -> Vec<u8> {
    let path = &letter.envelope_from;
    format!(
        "Return-Path: <>\nDelivered-To: {path}\nFrom: MAILER-DAEMON@mx.example.test\n\
         To: {path}\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <{action}-{status}-{recipient}>\n\
         Date: Mon, 23 Nov 2026 09:00:00 +0000\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_b\"\n\n\
         --=_b\nContent-Type: text/plain\n\nYour mail could not be delivered.\n\
         --=_b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.test\n\n\
         Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n\
         --=_b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{}>\nSubject: {}\n\n--=_b--\n",
        letter.message_id, letter.subject
    )
    .replace('\n', "\r\n")
    .into_bytes()
}
