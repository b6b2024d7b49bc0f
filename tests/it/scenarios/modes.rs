//! Desks that are set up otherwise: without an authserv-id, without signed addresses, in shadow mode.
use redress::store::outbox::State;

use super::{ADA, ANNA, COMPLAINT, SUBJECT, complaint, resolved, taken};
use crate::world::{World, Written};

#[test]
fn a_desk_that_cannot_prove_senders_works_in_reply_only_mode() {
    let mut world = World::with("[authentication]\ntrusted_authserv_ids = []\n");
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT));
    let acknowledgement = world.read("ada@example.test");
    assert!(!acknowledgement.text.contains(SUBJECT), "nobody is proven here");
    let told = world.read("anna@shop.test");
    world.read("mara@shop.test");
    world.arrives(&Written::reply(ANNA, &told, "#take\n#promise 2d\n\nI am looking into it."));
    world.read("anna@shop.test");
    world.minutes(2);
    world.read("ada@example.test");
    world.arrives(&Written::reply(ANNA, &told, "#close withdrawn"));
    insta::assert_snapshot!(world.shown("anna@shop.test"), @"
    To: anna@shop.test
    Subject: [D-1000] Nothing done: please correct

    Your reply goes to the customer.

    Nothing was done, and nothing was sent

    What is marked below cannot be run as it stands, so none of the lines was
    run. Correct it and send all of them again, with your text, as a reply to
    this mail.

      #close withdrawn
      ^^^^^^^^^^^^^^^^

    this desk cannot prove who writes, so this command is off

    - Expected: a desk that trusts an authserv-id; the operator can configure
      one
    - For example: #close withdrawn

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
    let resolution = resolved(&mut world, &told);
    world.arrives(&Written::reply(ADA, &resolution, "yes"));
    insta::assert_snapshot!(world.shown("ada@example.test"), @"
    To: ada@example.test
    Subject: [D-1000] Your message

    Thank you: it is settled

    Hello,

    You told us that “Your message” is settled, and we are glad of it. The case
    is now closed. Thank you for your patience, and for telling us.

    If anything is left open, just reply to this mail by Friday 22 January 2027.
    Your case is then opened again, with everything that has been said so far.

    Yours sincerely,

    Shop Care

    D-1000 · closed · with Anna Berg
    ");
    world.read("anna@shop.test");
    assert!(world.state(1000).starts_with("closed (confirmed)"));
    world.finish();
}

#[test]
fn without_subaddresses_the_message_id_carries_all() {
    let mut world = World::with("[addressing]\nmode = \"none\"\n");
    let opened = complaint(&mut world);
    assert_eq!(opened.acknowledgement.reply_to, "support@shop.test");
    assert_eq!(opened.notification.reply_to, "support@shop.test");
    world.arrives(&Written::reply(ANNA, &opened.notification, "#take\n\nI am looking into it."));
    world.read("anna@shop.test");
    world.minutes(2);
    let answer = world.read("ada@example.test");
    world.arrives(&Written::reply(ADA, &answer, "status"));
    world.read("ada@example.test");
    let resolution = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &resolution, "yes"));
    world.read("ada@example.test");
    world.read("anna@shop.test");
    assert!(world.state(1000).starts_with("closed (confirmed)"));
    // A client that drops In-Reply-To and References leaves nothing but the number in the subject.
    let bare = Written::by(ADA, "Re: [D-1000] Invoice", "Thank you!");
    world.arrives(&bare);
    assert_eq!(world.disputes(), 1);
    world.finish();
}

#[test]
fn in_shadow_mode_nothing_leaves_until_it_is_released() {
    let mut world = World::with("[sending]\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\nhold = true\n");
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT));
    world.minutes(10);
    assert!(!world.has_mail("ada@example.test"));
    insta::assert_snapshot!(world.outbox(State::Held), @"
    acknowledgement to ada@example.test
    notification to anna@shop.test
    notification to mara@shop.test
    ");
    world.release_outbox();
    world.read("ada@example.test");
    world.read("anna@shop.test");
    world.read("mara@shop.test");
    world.finish();
}

#[test]
fn a_subdomain_may_carry_the_signed_addresses() {
    let mut world = World::with("[addressing]\nmode = \"subdomain\"\nsubdomain = \"desk.shop.test\"\n");
    let opened = taken(&mut world);
    assert!(opened.acknowledgement.reply_to.ends_with("@desk.shop.test"));
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "status"));
    world.read("ada@example.test");
    world.finish();
}

#[test]
fn a_number_in_the_subject_may_need_a_proven_sender() {
    let more = "[authentication]\ntrusted_authserv_ids = [\"mx.test\"]\nborder_hosts = [\"mx.test\"]\n\
                subject_needs_authentication = true\n";
    let mut world = World::with(more);
    taken(&mut world);
    world.arrives(&Written::by(ADA, "About D-1000", "Here is more.").unproven());
    assert_eq!(world.disputes(), 2);
    world.arrives(&Written::by(ADA, "About D-1000", "Here is yet more."));
    assert_eq!(world.disputes(), 2);
    world.subjects("ada@example.test");
    world.subjects("anna@shop.test");
    world.subjects("mara@shop.test");
    world.finish();
}

#[test]
fn a_survey_may_be_switched_off() {
    let mut world = World::with("[survey]\nenabled = false\n");
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    world.arrives(&Written::reply(ADA, &resolution, "yes"));
    world.read("ada@example.test");
    world.read("anna@shop.test");
    world.until("2026-12-10T09:00:00Z");
    world.finish();
}
