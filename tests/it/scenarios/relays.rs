//! Senders that speak for others: the form on the shop's site, a marketplace.
use redress::store::inbox::Status;

use super::{ADA, ANNA, SUBJECT};
use crate::world::{Relay, World, Written};

const FORM: &str = "Shop form <forms@shop.test>";
const MARKET: &str = "Market <noreply@market.test>";

const RELAYS: &str = r#"
[[relay]]
address = "forms@shop.test"
customer = "body"
line = "E-mail:"
name_line = "Name:"

[[relay]]
address = "@market.test"
vouches = true

[[relay]]
address = "old@form.test"
from = ["192.0.2.0/24"]
"#;

/// A letter's text without its line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the form on the site sends when somebody has filled it in.
fn form(name: &str, address: &str, text: &str) -> Written {
    let body = format!("Name: {name}\nE-mail: {address}\nMessage:\n\n{text}");
    Written::by(FORM, "Contact form", &body)
}

fn all_read(world: &mut World) {
    for address in ["anna@shop.test", "mara@shop.test"] {
        world.subjects(address);
    }
}

#[test]
fn a_forms_customer_is_whom_its_text_names_and_gets_the_fixed_text() {
    let mut world = World::with(RELAYS);
    world.arrives(&form("Ada Byron", "ada@example.test", "Invoice 88 was charged twice: 49.90 EUR."));
    let acknowledged = world.read("ada@example.test");
    assert_eq!(acknowledged.subject, "[D-1000] We have received your message");
    assert!(!acknowledged.text.contains("49.90"), "{}", acknowledged.text);
    let notification = world.read("anna@shop.test");
    insta::assert_snapshot!(notification.shown(), @"
    To: anna@shop.test
    Subject: [D-1000] Contact form

    Your reply goes to the customer.

    It leaves from Shop Care under your name. To keep it inside, write #note on
    its first line.

    A new dispute

      Dispute      D-1000: Contact form
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

    - It came through a sender that speaks for others; whoever wrote may have
      given any address. Answers go to the customer. (forms@shop.test)

    What the mail states

    - Amount: 49.90 EUR
    - Order or invoice: 88

    Ada Byron wrote

      | Name: Ada Byron
      | E-mail: ada@example.test
      | Message:
      |
      | Invoice 88 was charged twice: 49.90 EUR.

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

    // The agent's answer goes to her, and what she writes from her own address is hers.
    world.arrives(&Written::reply(ANNA, &notification, "Dear Ada,\n\nwe are looking into it."));
    world.minutes(2);
    let answer = world.read("ada@example.test");
    world.arrives(&Written::reply(ADA, &answer, "Thank you. It was on the 3rd."));
    assert!(world.read("anna@shop.test").text.contains("It was on the 3rd"));
    assert_eq!(world.disputes(), 1);
    all_read(&mut world);
    world.finish();
}

#[test]
fn a07_whoever_types_a_strangers_address_into_a_form_reaches_them_once_a_day_and_says_nothing() {
    let mut world = World::with(RELAYS);
    for number in 0..4 {
        let words = format!("Buy cheap watches at watches{number}.test now");
        world.arrives(&form("Buy watches at watches.test", "victim@example.test", &words));
    }
    let sent = world.take_all();
    let to_victim: Vec<_> = sent.iter().filter(|mail| mail.to == "victim@example.test").collect();
    assert_eq!(to_victim.len(), 1);
    assert!(!String::from_utf8_lossy(&to_victim[0].raw).contains("watches"));
    assert_eq!(world.disputes(), 4);
    // A flood is counted by its customer: that one is collected, others are not.
    for number in 4..8 {
        world.arrives(&form("Buy", "victim@example.test", &format!("Watch {number}")));
    }
    assert_eq!(world.disputes(), 6);
    for number in 0..8 {
        world.arrives(&form("Somebody", &format!("somebody{number}@other.test"), "It broke."));
    }
    assert_eq!(world.disputes(), 14);
    let others = world.take_all();
    assert_eq!(others.iter().filter(|mail| mail.to.ends_with("@other.test")).count(), 8);
    world.finish();
}

#[test]
fn a_marketplace_that_knows_its_customers_has_them_answered_in_person() {
    let mut world = World::with(RELAYS);
    let written = |subject: &str, text: &str| {
        Written::by(MARKET, subject, text)
            .header("Reply-To", "Ada <ab12@buyers.market.test>")
            .header("Precedence", "bulk")
            .header("List-Unsubscribe", "<mailto:off@market.test>")
    };
    world.arrives(&written("Order 7", "Order 7 arrived broken."));
    let acknowledged = world.read("ab12@buyers.market.test");
    assert_eq!(acknowledged.subject, "[D-1000] Order 7");
    let notification = world.read("anna@shop.test");
    world.read("mara@shop.test");

    // Words that come through it bind nobody: they are the agent's to read.
    world.arrives(&Written::reply(ANNA, &notification, "#resolve\n\nWe send a new one."));
    world.minutes(2);
    let asked = world.read("ab12@buyers.market.test");
    world.read("anna@shop.test");
    let yes = written("Re: Order 7", "yes")
        .to(&asked.reply_to)
        .header("In-Reply-To", &format!("<{}>", asked.message_id));
    world.arrives(&yes);
    assert_eq!(world.state(1000), "offered, desk, awaiting us, anna@shop.test");
    assert!(world.read("anna@shop.test").text.contains("The customer wrote"));
    assert_eq!(world.disputes(), 1);
    // What names no mail of ours is new.
    world.arrives(&written("Order 7", "And where is my bill?"));
    assert_eq!(world.disputes(), 2);
    world.read("ab12@buyers.market.test");
    all_read(&mut world);
    world.finish();
}

#[test]
fn two_buyers_of_one_marketplace_are_no_colleagues() {
    let mut world = World::with(RELAYS);
    // Both answer the marketplace's own mail, of which we know by hearsay.
    let through = |buyer: &str| {
        Written::by(MARKET, "Re: Your order", &format!("It came broken. {buyer}"))
            .header("Reply-To", &format!("{buyer}@buyers.market.test"))
            .header("In-Reply-To", "<order@market.test>")
    };
    world.arrives(&through("ab12"));
    world.arrives(&through("cd34"));
    assert_eq!(world.disputes(), 2);
    for buyer in ["ab12", "cd34"] {
        world.subjects(&format!("{buyer}@buyers.market.test"));
    }
    world.take_all();
    world.finish();
}

#[test]
fn a_relay_without_proof_speaks_for_nobody_and_waits_for_a_person() {
    let mut world = World::with(RELAYS);
    world.arrives(&form("Ada Byron", "ada@example.test", "Help").unproven());
    // What the border calls false, and a marketplace's unread address, are held like anybody's.
    world.arrives(&form("Ada Byron", "ada@example.test", "Help me").forged());
    world.arrives(&Written::by(MARKET, "Order", "Help").header("Reply-To", "ada@example.test").unproven());
    assert_eq!((world.disputes(), world.mails(Status::Held).len()), (0, 3));
    world.until("2026-11-24T06:45:00Z");
    let list = world.read("mara@shop.test");
    assert!(flat(&list.text).contains("nothing proves that it came through the relay"), "{}", list.text);
    assert!(!list.text.contains("relay: "), "{}", list.text);
    // Released, it is shown with a warning, and the relay's address hears nothing.
    world.arrives(&Written::reply(super::MARA, &list, "#release S-1"));
    assert_eq!(world.disputes(), 1);
    let notification = world.read("anna@shop.test");
    assert!(flat(&notification.text).contains("nothing proves that it came from there"));
    assert!(notification.text.contains("forms@shop.test"), "{}", notification.text);
    assert!(!world.has_mail("ada@example.test") && !world.has_mail("forms@shop.test"));
    all_read(&mut world);
    world.finish();
}

#[test]
fn a_relay_may_be_proven_by_the_host_that_handed_its_mail_over() {
    let mut world = World::with(RELAYS);
    let mail = Written::by("Old form <old@form.test>", SUBJECT, "Help")
        .header("Reply-To", "ada@example.test")
        .return_path("www-data@web.test")
        .unproven();
    let raw = |host: &str| {
        let text = String::from_utf8(mail.clone().id(&format!("{host}@form.test")).raw(world.now())).unwrap();
        text.replace("from out.form.test by", &format!("from web (web.test [{host}]) by")).into_bytes()
    };
    let (pinned, foreign) = (raw("192.0.2.7"), raw("203.0.113.7"));
    world.arrives_in("support", &pinned);
    world.read("ada@example.test");
    assert!(!flat(&world.read("anna@shop.test").text).contains("nothing proves"));
    world.read("mara@shop.test");
    world.arrives_in("support", &foreign);
    assert_eq!((world.disputes(), world.mails(Status::Held).len()), (1, 1));
    world.finish();
}

#[test]
fn a_relays_mail_that_names_no_customer_waits_for_a_person() {
    let mut world = World::with(RELAYS);
    for address in ["", "ada", "support@shop.test", "anna@shop.test", "a@example.test, b@example.test"] {
        world.arrives(&form("Ada", address, "Help"));
    }
    assert_eq!((world.disputes(), world.mails(Status::Held).len()), (0, 5));
    world.until("2026-11-24T06:45:00Z");
    let list = world.read("mara@shop.test");
    assert!(list.text.contains("relay's mail"), "{}", list.text);
    // Its own sender cannot be blocked by mail, for all its customers would be.
    world.arrives(&Written::reply(super::MARA, &list, "#block S-1"));
    let refused = world.shown("mara@shop.test");
    assert!(refused.contains("forms@shop.test is one of our own addresses"), "{refused}");
    // Released, it is the relay's own mail, whose address nobody reads.
    world.arrives(&Written::reply(super::MARA, &list, "#release S-1"));
    assert_eq!(world.disputes(), 1);
    assert!(!world.has_mail("forms@shop.test"));
    all_read(&mut world);
    world.finish();
}

#[test]
fn what_shows_a_machine_counts_against_a_relay_too() {
    let mut world = World::with(RELAYS);
    world.arrives(&form("Ada", "ada@example.test", "Help").header("Auto-Submitted", "auto-replied"));
    world.arrives(&form("Ada", "ada@example.test", "Help").return_path(""));
    assert_eq!(world.disputes(), 0);
    world.arrives(&form("Ada", "ada@example.test", "Help").header("X-Spam-Flag", "YES"));
    assert_eq!(world.mails(Status::Held).len(), 1);
    world.relay(Relay::Up);
    world.finish();
}
