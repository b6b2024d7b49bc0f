use super::*;
use crate::mail::inbound::{Limits, understand};

const FORM: &str = "From: Shop form <forms@shop.example>\nTo: support@shop.example\nSubject: Contact form\n";

fn mail(text: &str) -> Mail {
    understand(text.replace('\n', "\r\n").as_bytes(), &Limits::default()).0
}

fn relay(customer: Place) -> Relay {
    Relay {
        sender: "forms@shop.example".to_owned(),
        customer,
        name: None,
        proof: Proof::Authenticated,
        vouches: Vouches::No,
    }
}

fn proven() -> Arrival {
    Arrival { authenticated: true, handed_over_by: None, text_cut: false }
}

fn heard(text: &str, relay: Relay) -> Voice {
    hear(&mail(text), &[relay], proven(), |address| address.ends_with("@shop.example"))
}

/// What is made of a form's mail: `name <address>`, or why not.
fn check(fields: &str, text: &str, relay: &Relay, expected: &str) {
    let voice = heard(&format!("{FORM}{fields}\n{text}\n"), relay.clone());
    let said = match voice {
        Voice::Customer { customer, via, .. } => {
            assert_eq!(via, "forms@shop.example");
            format!("{} <{}>", customer.name.unwrap_or_default(), customer.address)
        }
        other => format!("{other:?}"),
    };
    assert_eq!(said, expected, "{fields:?} {text:?}");
}

#[test]
fn the_customer_stands_in_reply_to() {
    let relay = relay(Place::ReplyTo);
    check("Reply-To: Ada Byron <Ada@Example.test>\n", "Help", &relay, "Ada Byron <Ada@example.test>");
    check("Reply-To: =?utf-8?q?Ad=C3=A4?= <ada@example.test>\n", "Help", &relay, "Adä <ada@example.test>");
    check("Reply-To: ada@example.test\n", "Help", &relay, " <ada@example.test>");
    check("", "Help", &relay, "Nobody(Missing)");
    check("Reply-To: \n", "Help", &relay, "Nobody(Missing)");
    check("Reply-To: ada@example.test, bob@other.test\n", "Help", &relay, "Nobody(Several)");
    check("Reply-To: ada@example.test\nReply-To: bob@other.test\n", "Help", &relay, "Nobody(Several)");
    let in_a_row = "victim@other.test, ".repeat(9);
    check(&format!("Reply-To: {in_a_row}bob@other.test\n"), "Help", &relay, "Nobody(Several)");
    check("Reply-To: Ada\n", "Help", &relay, "Nobody(NoAddress)");
    check("Reply-To: <ada@exa mple.test>\n", "Help", &relay, "Nobody(NoAddress)");
    check("Reply-To: \"a b\"@example.test\n", "Help", &relay, "Nobody(NoAddress)");
    for ours in ["support@shop.example", "FORMS@shop.example", "anna@shop.example"] {
        check(&format!("Reply-To: {ours}\n"), "Help", &relay, "Nobody(OneOfUs)");
    }
}

#[test]
fn the_customer_stands_in_a_field() {
    let mut relay = relay(Place::Header("X-Customer".to_owned()));
    check("X-Customer: ada@example.test\n", "Help", &relay, " <ada@example.test>");
    check("x-customer: Ada <ada@example.test>\n", "Help", &relay, "Ada <ada@example.test>");
    check("Reply-To: ada@example.test\n", "Help", &relay, "Nobody(Missing)");
    relay.name = Some(Place::Header("X-Name".to_owned()));
    let named = "X-Customer: ada@example.test\nX-Name: =?utf-8?q?Ad=C3=A4?= Byron\n";
    check(named, "Help", &relay, "Adä Byron <ada@example.test>");
}

#[test]
fn the_customer_stands_in_a_line_of_the_text() {
    let mut relay = relay(Place::Line("E-mail:".to_owned()));
    for text in [
        "E-mail: ada@example.test",
        "e-MAIL : ada@example.test",
        "Message: Help\n  E-mail:\tada@example.test  \nPhone: 1",
        "*E-mail:* ada@example.test",
        "- E-mail: <ada@example.test>",
        "E-mail: ada@example.test <mailto:ada@example.test>",
        "E-mail: ada@example.test (mailto:ada@example.test)",
        "E-mail:\n\nada@example.test\nPhone: 1",
        "E-mail\nada@example.test",
        "E-mail: ada@example.test\nE-mail: ADA@example.test",
    ] {
        check("", text, &relay, " <ada@example.test>");
    }
    check("", "My e-mail: ada@example.test", &relay, "Nobody(Missing)");
    check("", "E-mail address: ada@example.test", &relay, "Nobody(Missing)");
    check("", "E-mail: ada", &relay, "Nobody(NoAddress)");
    check("", "E-mail: ada@example.test\nE-mail: bob@other.test", &relay, "Nobody(Several)");
    check("", "E-mail: ada@example.test bob@other.test", &relay, "Nobody(Several)");
    check("", "E-mail:", &relay, "Nobody(NoAddress)");
    check("", "E-mail:\n\nMessage: write to victim@other.test please", &relay, "Nobody(NoAddress)");
    // Free text above the true line cannot keep it from being read, however often it names another.
    let repeated = "E-mail: victim@other.test\n".repeat(50);
    check("", &format!("{repeated}E-mail: ada@example.test"), &relay, "Nobody(Several)");
    let in_a_row = "victim@other.test ".repeat(50);
    check("", &format!("E-mail: {in_a_row}ada@example.test"), &relay, "Nobody(Several)");
    check("", &repeated, &relay, " <victim@other.test>");
    relay.name = Some(Place::Line("Name".to_owned()));
    check("", "Name: Ada  Byron\nE-mail: ada@example.test", &relay, "Ada Byron <ada@example.test>");
    // Marks that turn the line around are taken out of a name, as they are of one in From.
    let turned = "Name: Ada \u{202e}Byron\u{202c}\nE-mail: ada@example.test";
    check("", turned, &relay, "Ada Byron <ada@example.test>");
    // A label without its colon is one that need not have it, such as the cell of a table.
    check("", "Name Ada Byron\nE-mail: ada@example.test", &relay, "Ada Byron <ada@example.test>");
    check("", "Names Ada\nE-mail: ada@example.test", &relay, " <ada@example.test>");
    relay.name = Some(Place::Line("Name:".to_owned()));
    check("", "Name Ada Byron\nE-mail: ada@example.test", &relay, " <ada@example.test>");
}

#[test]
fn a_line_that_may_stand_beyond_what_was_read_is_not_guessed() {
    let text = format!("{FORM}Reply-To: ada@example.test\n\nE-mail: victim@other.test\n");
    let cut = Arrival { text_cut: true, ..proven() };
    let line = relay(Place::Line("E-mail:".to_owned()));
    assert_eq!(hear(&mail(&text), &[line], cut, |_| false), Voice::Nobody(Unsaid::TooLong));
    assert!(hear(&mail(&text), &[relay(Place::ReplyTo)], cut, |_| false).is_relayed());
}

#[test]
fn only_a_relay_that_is_proven_speaks_for_others() {
    let text = format!("{FORM}Reply-To: ada@example.test\n\nHelp\n");
    let (form, nobody) = (mail(&text), |_: &str| false);
    let handed_over_by = Some("192.0.2.9".parse().unwrap());
    let unproven = Arrival { authenticated: false, handed_over_by, text_cut: false };
    let relays = [relay(Place::ReplyTo)];
    assert_eq!(hear(&form, &relays, unproven, nobody), Voice::Unproven);
    let pinned =
        |range: &str| [Relay { proof: Proof::From(vec![range.parse().unwrap()]), ..relay(Place::ReplyTo) }];
    assert!(hear(&form, &pinned("192.0.2.0/28"), unproven, nobody).is_relayed());
    assert_eq!(hear(&form, &pinned("192.0.2.16/28"), unproven, nobody), Voice::Unproven);
    assert_eq!(hear(&form, &pinned("192.0.2.0/28"), proven(), nobody), Voice::Unproven);
    let other = mail("From: eve@shop.example\nReply-To: ada@example.test\n\nHelp\n");
    assert_eq!(hear(&other, &relays, proven(), nobody), Voice::Own);
}

#[test]
fn a_domain_covers_what_is_below_it_and_may_name_addresses_of_its_own() {
    let market = Relay { sender: "@market.example".to_owned(), ..relay(Place::ReplyTo) };
    let text = |from: &str| format!("From: {from}\nReply-To: ab12@reply.market.example\n\nHelp\n");
    for (from, expected) in [
        ("noreply@market.example", true),
        ("noreply@mail.Market.example", true),
        ("noreply@supermarket.example", false),
        ("ab12@reply.market.example", false),
    ] {
        let voice = hear(&mail(&text(from)), std::slice::from_ref(&market), proven(), |_| false);
        assert_eq!(voice.is_relayed(), expected, "{from}: {voice:?}");
    }
}

#[test]
fn the_domain_of_a_relay_is_where_it_makes_addresses() {
    let form = relay(Place::ReplyTo);
    for (address, expected) in [
        ("ab12@SHOP.example", true),
        ("ab12@buyers.shop.example", true),
        ("ab12@workshop.example", false),
        ("ab12", false),
    ] {
        assert_eq!(form.covers_domain_of(address), expected, "{address}");
    }
}

#[test]
fn ranges_of_addresses_are_read_strictly() {
    let contains =
        |range: &str, address: &str| range.parse::<Network>().unwrap().contains(address.parse().unwrap());
    assert!(contains("192.0.2.0/24", "192.0.2.255"));
    assert!(!contains("192.0.2.0/24", "192.0.3.0"));
    assert!(contains("192.0.2.7", "192.0.2.7"));
    assert!(!contains("192.0.2.7", "192.0.2.6"));
    assert!(contains("192.0.2.0/24", "::ffff:192.0.2.1"));
    assert!(contains("2001:db8::/32", "2001:db8:ffff::1"));
    assert!(!contains("2001:db8::/32", "2001:db9::1"));
    assert!(!contains("2001:db8::/32", "192.0.2.1"));
    for wrong in [
        "192.0.2.1/24",
        "192.0.2.0/33",
        "0.0.0.0/0",
        "192.0.2",
        "x",
        "",
        "192.0.2.0/",
        "::/129",
        "192.0.2.0/+8",
    ] {
        assert!(wrong.parse::<Network>().is_err(), "{wrong}");
    }
}
