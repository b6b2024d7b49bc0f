//! The table of threats, row by row, as far as mail that is sent to a desk can show it. Rows 1 and 2 (forged agents)
//! stand in `strangers` and `agents`, row 15 in `loops`, row 17 in `promises`, row 21 in `floods`.
use std::fmt::Write as _;

use redress::{
    domain::dispute::Number,
    mail::token::{Audience, KeyRing, Token},
    store::{
        inbox::{self, Status},
        outbox::{self, State},
    },
};

use super::{ADA, ANNA, BOB, COMPLAINT, SUBJECT, complaint, resolved, taken};
use crate::world::{World, Written};

const MALLORY: &str = "Mallory <eve@evil.test>";

/// Everybody who was sent anything, once each, in order.
fn recipients(world: &World) -> Vec<String> {
    let sent = world.parts().store.with(|db| outbox::list(db, State::Sent, 10_000)).unwrap();
    let mut all: Vec<String> = sent.into_iter().map(|letter| letter.recipient).collect();
    all.sort();
    all.dedup();
    all
}

/// How many mails stand on a dispute.
fn mails_of(world: &World, number: i64) -> usize {
    world.parts().store.with(|db| inbox::mails_of(db, Number(number))).unwrap().len()
}

/// What left for customers, decoded, all in one.
fn all_letters(world: &mut World, address: &str) -> String {
    let mut all = String::new();
    for mail in world.take_all().iter().filter(|mail| mail.to == address) {
        write!(all, "{}{}{}{}", mail.headers, mail.subject, mail.text, mail.html).unwrap();
    }
    all
}

/// A hundred disputes as the table has them would take a minute here; the numbers are guessed for forty, and the
/// signatures, which decide without a store, ten thousand times.
#[test]
fn a03_a_guessed_number_or_signature_leads_nowhere() {
    const DISPUTES: i64 = 40;
    let mut world = World::new();
    for number in 0..DISPUTES {
        let from = format!("customer{number}@example{number}.test");
        world.arrives(&Written::by(&from, SUBJECT, &format!("{COMPLAINT} {number}")));
    }
    let sent = world.take_all();
    let real: Vec<&str> = sent
        .iter()
        .filter(|mail| mail.to.starts_with("customer"))
        .map(|mail| mail.reply_to.as_str())
        .collect();
    for number in 1000..1000 + DISPUTES {
        let guesses = [
            format!("Re: [D-{number}] {SUBJECT}"),
            format!("d-{number}"),
            format!("AW: (D-{number}) about [D-{}]", number + 1),
        ];
        for (guess, subject) in guesses.iter().enumerate() {
            let from = format!("guesser{}@guess{guess}.test", number % 7);
            world.waits(&Written::by(&from, subject, &format!("status {guess} {number}")).raw(world.now()));
        }
    }
    // A signed address with one character changed.
    for (place, address) in real.iter().enumerate() {
        let (local, domain) = address.split_once('@').unwrap();
        let mut letters: Vec<char> = local.chars().collect();
        let at = letters.len() - 1 - place % 16;
        letters[at] = if letters[at] == 'a' { 'b' } else { 'a' };
        let address = format!("{}@{domain}", letters.into_iter().collect::<String>());
        let mail = Written::by(MALLORY, "Hello", &format!("status {place}")).to(&address);
        world.waits(&mail.raw(world.now()));
    }
    world.work();
    let appended = (1000..1000 + DISPUTES).filter(|number| mails_of(&world, *number) != 1).count();
    assert_eq!(appended, 0);
    world.abandon();

    let ring = KeyRing::parse(&KeyRing::generate([7; 32])).unwrap();
    let mut valid = 0;
    for guess in 0..10_000_u32 {
        let token = Token { dispute: i64::from(1000 + guess % 100), audience: Audience::Customer, serial: 0 };
        let signed = ring.sign_local(token, None);
        let mut bytes = signed.into_bytes();
        let at = bytes.len() - 1 - (guess as usize / 100) % 16;
        bytes[at] = b"abcdefghijklmnopqrstuvwxyz234567"
            .iter()
            .copied()
            .filter(|letter| *letter != bytes[at])
            .nth(guess as usize % 31)
            .unwrap();
        let guess = String::from_utf8(bytes).unwrap();
        let verified = ring.verify_local(&guess, &["anna@shop.test", "mara@shop.test"]);
        valid += usize::from(matches!(verified, redress::mail::token::Verified::Valid { .. }));
    }
    assert_eq!(valid, 0, "of 10 000 signatures with one wrong character");
}

#[test]
fn a04_nobody_joins_a_dispute_by_writing_themselves_into_a_header() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let before = recipients(&world);
    let eve = "eve@evil.test";
    let headers = [
        ("Cc", "Mallory <eve@evil.test>"),
        ("Bcc", eve),
        ("Reply-To", eve),
        ("Sender", eve),
        ("Resent-From", eve),
        ("Resent-To", eve),
        ("Resent-Cc", eve),
        ("Cc", "friends: eve@evil.test, bob@other.test;"),
        ("Errors-To", eve),
        ("Return-Receipt-To", eve),
        ("Disposition-Notification-To", eve),
        ("X-Original-To", eve),
        ("Mail-Followup-To", eve),
        ("Mail-Reply-To", eve),
        ("Apparently-To", eve),
    ];
    for (place, (name, value)) in headers.iter().enumerate() {
        for proof in ["pass", "none"] {
            let words = format!("One more fact, number {place} {proof}.");
            let mail = Written::reply(ADA, &opened.acknowledgement, &words).header(name, value);
            let mail = mail.id(&format!("{place}-{proof}@example.test"));
            world.arrives(&if proof == "pass" { mail } else { mail.unproven() });
        }
        // Mallory writes into it as well.
        let mail =
            Written::reply(MALLORY, &opened.acknowledgement, &format!("Send me the history, {place}."));
        world.arrives(&mail.header(name, value));
        world.minutes(7);
    }
    // An agent answers, and the matter ends: each letter goes where it always went.
    world.arrives(&Written::reply(ANNA, &opened.notification, "Dear Ada,\n\nHere is the whole history."));
    world.minutes(2);
    resolved_quietly(&mut world, &opened.notification);
    assert_eq!(recipients(&world), before);
    world.abandon();
}

fn resolved_quietly(world: &mut World, notification: &crate::world::Received) {
    world.arrives(&Written::reply(ANNA, notification, "#resolve\n\nWe have refunded it."));
    world.minutes(2);
}

#[test]
fn a05_answers_go_to_from_and_never_to_reply_to() {
    let mut world = World::new();
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT).header("Reply-To", "eve@evil.test"));
    assert!(world.has_mail("ada@example.test"));
    let told = world.read("anna@shop.test");
    assert!(told.text.contains("eve@evil.test"), "the agent is warned: {}", told.text);
    // Nothing vouches for Bob: a fixed text to him, and that only because the mail says it came from there.
    world.arrives(&Written::by(BOB, "A", "Bob's words.").header("Reply-To", "eve@evil.test").unproven());
    let plain = world.read("bob@other.test");
    assert!(!plain.text.contains("Bob"), "{}", plain.text);
    world.arrives(
        &Written::by("carl@third.test", "B", "Carl's words.")
            .header("Reply-To", "eve@evil.test")
            .return_path("eve@evil.test")
            .unproven(),
    );
    assert_eq!(
        recipients(&world),
        ["ada@example.test", "anna@shop.test", "bob@other.test", "mara@shop.test"]
    );
    world.abandon();
}

#[test]
fn a06_a_sign_up_mail_to_a_reply_address_is_read_by_no_customer() {
    let mut world = World::new();
    let opened = complaint(&mut world);
    let link = "https://accounts.test/verify?code=749201";
    let mail = Written::by("Accounts <hello@accounts.test>", "Verify your address 749201", link)
        .to(&opened.acknowledgement.reply_to)
        .attach("code-749201.txt", link);
    world.arrives(&mail);
    world.arrives(&mail.clone().to("support@shop.test").id("again@accounts.test").unproven());
    // Whoever opened the dispute asks for all they can ask for.
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "status"));
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "What is new?"));
    world.until("2026-11-26T17:00:00Z");
    let all = all_letters(&mut world, "ada@example.test");
    assert!(all.contains("Where your case stands"), "{all}");
    assert!(!all.contains("749201") && !all.contains("accounts.test"), "{all}");
    world.abandon();
}

/// A thousand senders in the table, two hundred here: each opens a dispute.
#[test]
fn a07_a_forged_complaint_carries_no_word_of_its_forger_to_the_victim() {
    let mut world = World::new();
    let url = "https://pills.example/buy";
    for number in 0..200 {
        let victim = format!("\"{url}\" <victim{number}@mail{number}.test>");
        let mail = Written::by(&victim, &format!("{url} now {number}"), &format!("Buy at {url} {number}"));
        let mail = mail.header("Reply-To", "eve@evil.test").attach("pills.example.txt", url);
        let mail = if number % 2 == 0 { mail.unproven() } else { mail.forged() };
        world.waits(&mail.raw(world.now()));
    }
    world.work();
    let mut written = 0;
    for mail in world.take_all().iter().filter(|mail| mail.to.starts_with("victim")) {
        let bytes = String::from_utf8_lossy(&mail.raw);
        let all = format!("{bytes}{}{}{}", mail.subject, mail.text, mail.html).to_lowercase();
        assert!(!all.contains("pills") && !all.contains("buy"), "{all}");
        written += 1;
    }
    assert_eq!(written, 100, "those that failed DMARC get nothing");
    assert_eq!(world.mails(Status::Held).len(), 100);
    // A second one on the same day, and every later one, is not acknowledged.
    for number in 0..3 {
        let mail = Written::by("v <victim0@mail0.test>", "x", &format!("again {number}")).unproven();
        world.arrives(&mail);
    }
    assert!(!world.has_mail("victim0@mail0.test"));
    world.abandon();
}

#[test]
fn a13_any_bytes_at_all_are_stored_and_stop_nothing() {
    let mut world = World::new();
    let from = "From: a@b.test\r\n";
    let odd: [&[u8]; 24] = [
        b"",
        b"\r\n",
        b"\0\0\0\0",
        b"no header at all",
        b"\xFF\xFE\xFD",
        b"From:\r\n\r\n",
        b"From: \r\n\r\nx",
        b": no name\r\n\r\nx",
        b"From a@b.test Mon Nov 23\r\nSubject: mbox\r\n\r\nx",
        b"Subject: =?utf-8?b?////?=\r\nFrom: a@b.test\r\n\r\nx",
        b"Subject: =?made-up-charset?q?=FF?=\r\nFrom: a@b.test\r\n\r\nx",
        b"Subject: =?utf-8?q?=0D=0ABcc:_eve@evil.test?=\r\nFrom: a@b.test\r\n\r\nx",
        b"Content-Type: text/plain; charset=utf-7\r\nFrom: a@b.test\r\n\r\n+ADw-script+AD4-",
        b"Content-Type: text/plain; charset=\"\r\nFrom: a@b.test\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=\r\nFrom: a@b.test\r\n\r\n--\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\nFrom: a@b.test\r\n\r\n--x--x--x",
        b"Content-Transfer-Encoding: base64\r\nFrom: a@b.test\r\n\r\n====A\0",
        b"Content-Transfer-Encoding: x-uuencode\r\nFrom: a@b.test\r\n\r\nbegin 644 x\n",
        b"Date: Fri, 31 Dec 9999 23:59:59 +9999\r\nFrom: a@b.test\r\n\r\nx",
        b"Date: -1\r\nFrom: a@b.test\r\n\r\nx",
        b"Message-ID: <<<>>>\r\nReferences: <\r\nIn-Reply-To: >\r\nFrom: a@b.test\r\n\r\nx",
        b"From: a@b.test\rSubject: bare\r\r\nx",
        b"From: a@b.test\nSubject: bare\n\nx",
        b"From: \"\\\" <a@b.test>\r\nTo: ((((\r\n\r\nx",
    ];
    for raw in odd {
        world.waits(raw);
    }
    for cut in 0..60 {
        let mail = Written::by(ADA, SUBJECT, COMPLAINT).attach("a.txt", "x").raw(world.now());
        world.waits(mail.get(..mail.len() * cut / 60).unwrap());
    }
    world.waits(format!("{from}{}", "X-Long: y\r\n".repeat(20_000)).as_bytes());
    world.waits(&Written::by(BOB, "After all this", "A complaint like any other.").raw(world.now()));
    world.work();
    let counts = world.parts().store.with(inbox::counts).unwrap();
    let stored: i64 = counts.iter().map(|(_, count)| count).sum();
    // The empty mail and the first cut are the same bytes.
    assert_eq!(stored, 24 + 60 - 1 + 2, "{counts:?}");
    assert!(counts.iter().all(|(status, _)| *status != Status::New), "{counts:?}");
    for mail in world.mails(Status::Quarantined) {
        let reason = mail.reason.unwrap_or_default();
        assert!(reason.contains("a header of more than"), "no more than a limit: {reason}");
    }
    assert!(world.has_mail("bob@other.test"));
    world.abandon();
}

#[test]
fn a14_letters_that_look_alike_are_not_alike() {
    // The first letter is a Cyrillic а; then invisible ones, other scripts, full-width forms, an accent.
    let alike = [
        "\u{430}nna@shop.test",
        "an\u{200b}na@shop.test",
        "anna@sh\u{43e}p.test",
        "anna@xn--shp-jxc.test",
        "\u{ff41}nna@shop.test",
        "anna@shop.t\u{435}st",
        "a\u{301}nna@shop.test",
        "anna\u{202e}@shop.test",
        "anna.@shop.test",
        "anna+x@shop.test",
        "anna@shop.test.evil.test",
        "anna@\u{430}shop.test",
    ];
    let mut world = World::new();
    let opened = taken(&mut world);
    for (number, address) in alike.iter().enumerate() {
        let words = format!("#close withdrawn\n\nAttempt {number}");
        let mail = Written::reply(&format!("Anna Berg <{address}>"), &opened.notification, &words);
        world.arrives(&mail.id(&format!("alike-{number}@shop.test")));
    }
    assert_eq!(world.state(1000), "investigating, desk, awaiting us, anna@shop.test");
    // And what turns the text around, or hides, is shown to nobody.
    let marks = ['\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{200e}', '\u{200f}', '\u{61c}'];
    for (number, mark) in marks.iter().enumerate() {
        let from = format!("Ada{mark}Byron <ada{number}@example{number}.test>");
        let mail = Written::by(&from, &format!("Refund{mark}gpj.exe"), "My parcel is late.")
            .attach(&format!("photo{mark}gpj.exe"), "x");
        world.arrives(&mail);
    }
    for mail in world.take_all() {
        let shown = format!("{}{}{}{}", mail.subject, mail.text, mail.html, mail.attachments.join(""));
        assert!(!shown.contains(&marks[..]), "{shown:?}");
    }
    world.abandon();
}

/// A thousand in the table; three hundred here.
#[test]
fn a16_forged_delivery_reports_change_nothing_and_bring_no_mail() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let before = world.state(1000);
    let mine = &opened.acknowledgement;
    for number in 0..300 {
        let id = match number % 3 {
            0 => mine.message_id.clone(),
            1 => format!("d1000.c0.{}@shop.test", "a".repeat(26)),
            _ => format!("made-up-{number}@shop.test"),
        };
        let to = if number % 2 == 0 {
            "support@shop.test"
        } else {
            "support+d1000.b0.aaaaaaaaaaaaaaaaa@shop.test"
        };
        let report = format!(
            "Return-Path: <>\r\nDelivered-To: {to}\r\nFrom: MAILER-DAEMON@mx{number}.test\r\nTo: {to}\r\n\
             Subject: Undelivered\r\nMessage-ID: <dsn{number}@mx.test>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n\
             Final-Recipient: rfc822; ada@example.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}>\r\n\r\n--b--\r\n"
        );
        world.waits(report.as_bytes());
    }
    world.work();
    assert_eq!(world.state(1000), before);
    assert_eq!(world.disputes(), 1);
    let letters = world.take_all();
    assert!(letters.is_empty(), "{} letters", letters.len());
    world.finish();
}

#[test]
fn a24_the_name_of_an_attachment_is_no_path() {
    let mut world = World::new();
    let names = [
        "../../etc/passwd",
        "..\\..\\windows\\system32\\x.dll",
        "/etc/cron.d/x",
        "C:\\CON",
        "CON",
        "nul.txt",
        ".bashrc",
        "-rf",
        "a\0b.txt",
        "%2e%2e%2fx",
        "x\r\nBcc: eve@evil.test",
    ];
    let mut mail = Written::by(ADA, SUBJECT, COMPLAINT);
    for name in names {
        mail = mail.attach(name, "harmless");
    }
    mail = mail.attach(&"long".repeat(1_024), "harmless");
    world.arrives(&mail);
    world.read("ada@example.test");
    let told = world.read("anna@shop.test");
    world.read("mara@shop.test");
    assert!(!told.attachments.is_empty());
    for name in &told.attachments {
        assert!(!name.contains(['/', '\\', '\0', '\r', '\n']) && !name.starts_with('.'), "{name:?}");
        assert!(name.chars().count() <= 120, "{name:?}");
    }
    assert!(!told.headers.contains("Bcc"), "{}", told.headers);
    // The desk's folder holds its database and nothing that a mail named.
    let mut files: Vec<String> = std::fs::read_dir(world.folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with("redress.db"))
        .collect();
    files.sort();
    assert_eq!(files, [] as [&str; 0]);
    world.finish();
}

#[test]
fn a25_one_mail_to_several_of_our_mailboxes_is_acknowledged_once_and_a_blind_copy_never() {
    let mut world = World::new();
    let mail = Written::by(ADA, SUBJECT, COMPLAINT)
        .header("Cc", "billing@shop.test, support@shop.test")
        .header("Bcc", "sales@shop.test");
    let raw = String::from_utf8(mail.raw(world.now())).unwrap();
    for (mailbox, address) in
        [("support", "support@shop.test"), ("billing", "billing@shop.test"), ("support", "sales@shop.test")]
    {
        let copy = raw.replace("Delivered-To: support@shop.test", &format!("Delivered-To: {address}"));
        world.arrives_in(mailbox, copy.as_bytes());
    }
    assert_eq!(world.disputes(), 1);
    world.read("ada@example.test");
    assert!(!world.has_mail("ada@example.test"));
    // In a blind copy alone our address stands nowhere: a person's, and nobody is answered.
    let blind = Written::by(BOB, "Bcc", "You were in blind copy.").to("everybody@other.test");
    world.arrives(&blind);
    assert_eq!(world.disputes(), 2);
    assert!(!world.has_mail("bob@other.test"));
    world.abandon();
}

#[test]
fn a26_headers_in_our_name_have_no_power() {
    let names = [
        "Loop",
        "Agent",
        "Token",
        "Dispute",
        "Number",
        "Command",
        "Close",
        "Stage",
        "Level",
        "Outcome",
        "Merge",
        "Assign",
        "Take",
        "Authenticated",
        "Trusted",
        "Release",
        "Skip",
        "Fate",
        "Rule",
        "Customer",
        "From",
        "Reply-To",
        "Silent",
        "Priority",
        "Language",
        "Nature",
        "Question",
        "Serial",
        "Key",
        "Signature",
    ];
    let plain = |world: &mut World, with_headers: bool| {
        let mut mail = Written::by(BOB, SUBJECT, COMPLAINT);
        for name in names.iter().filter(|_| with_headers) {
            mail = mail.header(&format!("X-Redress-{name}"), "D-1000; closed; anna@shop.test; pass");
        }
        world.arrives(&mail);
        (world.state(1001), world.read("bob@other.test").shown(), world.read("anna@shop.test").shown())
    };
    let (mut without, mut with) = (World::new(), World::new());
    complaint(&mut without);
    complaint(&mut with);
    assert_eq!(plain(&mut without, false), plain(&mut with, true));
    assert_eq!(with.state(1000), "open, desk, awaiting us, nobody");
    without.abandon();
    with.abandon();
}

#[test]
fn a01_no_header_makes_a_forged_agent_a_real_one() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let resolution = resolved(&mut world, &opened.notification);
    drop(resolution);
    let pass = "dmarc=pass header.from=shop.test; dkim=pass header.d=shop.test";
    let border = "Received: from out.evil.test (out.evil.test [203.0.113.9]) by mx.test with esmtp; x\r\n";
    let below = "Received: from laptop by out.evil.test; x\r\n";
    let forged: Vec<String> = [
        // Above the border only what the border itself wrote is there: it removes its own name, not others'.
        format!("Authentication-Results: mx.evil.test; {pass}\r\n{border}"),
        format!("{border}{below}Authentication-Results: mx.test; {pass}\r\n"),
        format!("{border}{below}authentication-results:mx.test;{pass}\r\n"),
        format!("{border}{below}Authentication-Results: MX.TEST; {pass}\r\n"),
        format!("{border}{below}Authentication-Results: mx.test 1; {pass}\r\n"),
        format!("{border}{below}Authentication-Results: \"mx.test\"; {pass}\r\n"),
        format!("{border}{below}Authentication-Results: (x) mx.test (y); {pass}\r\n"),
        format!("{border}{below}Authentication-Results:\r\n mx.test;\r\n\t{pass}\r\n"),
        format!("{border}Authentication-Results: mx.test.evil.test; {pass}\r\n"),
        format!("{border}Authentication-Results: evil.test (mx.test); {pass}\r\n"),
        format!("{border}Authentication-Results: evil.test/mx.test; {pass}\r\n"),
        format!("{border}Authentication-Results: \"mx.test evil\"; {pass}\r\n"),
        format!("{border}Authentication-Results: ; {pass}\r\n"),
        format!("{border}Authentication-Results: \"mx.test\"; {pass}\r\n"),
        format!("{border}Authentication-Results: (x) mx.test; {pass}\r\n"),
        format!("{border}Authentication-Results: mx\".\"test; {pass}\r\n"),
        format!("{border}Authentication-Results: mx.test=x; {pass}\r\n"),
        format!("{border}Authentication-Results: mx\\.test; {pass}\r\n"),
        format!("{border}Authentication-Results: mx.tеst; {pass}\r\n"),
        format!("{border}ARC-Authentication-Results: i=1; mx.test; {pass}\r\n"),
        format!("{border}ARC-Authentication-Results: mx.test; {pass}\r\nARC-Seal: i=1; cv=pass\r\n"),
        format!("{border}X-Authentication-Results: mx.test; {pass}\r\n"),
        format!("{border}Authentication-Results-Original: mx.test; {pass}\r\n"),
        format!("{border}Received-SPF: pass\r\nDKIM-Signature: d=shop.test; s=x; b=AAAA\r\n"),
        // The border spoke, and its word is the topmost.
        format!("Authentication-Results: mx.test; dmarc=none\r\n{border}Authentication-Results: mx.test; {pass}\r\n"),
        format!("Authentication-Results: mx.test; spf=pass smtp.mailfrom=shop.test\r\n{border}"),
        format!("Authentication-Results: mx.test; dkim=pass header.d=evil.test\r\n{border}"),
        format!("Authentication-Results: mx.test; dmarc=pass header.from=evil.test\r\n{border}"),
        format!("Authentication-Results: mx.test; dmarc=none (dmarc=pass header.from=shop.test)\r\n{border}"),
        format!("Authentication-Results: mx.test; x=y reason=\"; {pass}\"\r\n{border}"),
        format!("Authentication-Results: mx.test; dmarc/2=pass header.from=shop.test\r\n{border}"),
        format!("Authentication-Results: mx.test; dmarc=fail header.from=shop.test; dkim=pass header.d=shop.test\r\n{border}"),
        // A trace of ours that they wrote themselves.
        format!("{border}Received: from shop.test by mx.test; x\r\nAuthentication-Results: mx.test; {pass}\r\n"),
        format!("Received: from evil.test by evil.test; x\r\nAuthentication-Results: mx.test; {pass}\r\n{border}"),
    ]
    .to_vec();
    let before = world.state(1000);
    for (number, top) in forged.iter().enumerate() {
        let words = format!("#close withdrawn\n\nAttempt {number}");
        let mail =
            Written::reply(ANNA, &opened.notification, &words).id(&format!("forged-{number}@shop.test"));
        let text = String::from_utf8(mail.raw(world.now())).unwrap();
        // What our own mail server had written gives way to what the attack has there.
        let (_, rest) = text.split_once("with esmtp; ").unwrap();
        let (_, rest) = rest.split_once("\r\n").unwrap();
        let raw = format!("Return-Path: <anna@shop.test>\r\n{top}{rest}");
        world.arrives_in("support", raw.as_bytes());
        assert_eq!(world.state(1000), before, "{top}");
        world.minutes(25);
    }
    let told = world.take_all();
    assert!(told.iter().all(|mail| mail.to == "anna@shop.test" || mail.to == "mara@shop.test"));
    // And the real one, with the same frame, is heard.
    let mail = Written::reply(ANNA, &opened.notification, "#close withdrawn");
    world.arrives(&mail);
    assert!(world.state(1000).starts_with("closed (withdrawn)"), "{}", world.state(1000));
    world.abandon();
}
