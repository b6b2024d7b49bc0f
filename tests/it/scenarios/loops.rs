//! Machines that answer machines, over a whole day (rows 15 and L1–L24): at most one automatic mail to a dispute, four
//! in all where the other side marks nothing, and none once the latch has closed.
use std::collections::{BTreeMap, VecDeque};

use redress::{
    domain::Timestamp,
    store::{
        addresses,
        outbox::{self, Audience, State},
    },
};

use super::{ADA, ANNA, COMPLAINT, SUBJECT, taken};
use crate::world::{Received, Relay, World, Written};

/// Mails that a peer writes, and how long it takes to do so.
type Answers = Vec<Vec<u8>>;

/// Lets `peer` answer what comes to `address` for a day, `delay` minutes later, after its `first` mail. Returns what
/// it was sent by the desk.
fn a_day(
    world: &mut World,
    address: &str,
    delay: i64,
    first: &[u8],
    mut peer: impl FnMut(&Received, usize, Timestamp) -> Answers,
) -> Vec<Received> {
    let end = world.now() + chrono::Duration::hours(24);
    let mut waiting = VecDeque::from([(world.now() + chrono::Duration::minutes(delay), first.to_vec())]);
    let mut ours = Vec::new();
    loop {
        let next = waiting.pop_front().filter(|(at, _)| *at < end);
        world.until(&next.as_ref().map_or(end, |(at, _)| *at).to_rfc3339());
        if let Some((_, raw)) = &next {
            world.arrives_in("support", raw);
        }
        for mail in world.take_all() {
            if mail.to != address {
                continue;
            }
            let at = world.now() + chrono::Duration::minutes(delay);
            waiting.extend(peer(&mail, ours.len(), at).into_iter().map(|raw| (at, raw)));
            ours.push(mail);
        }
        assert!(ours.len() < 50, "it runs in a circle");
        if next.is_none() {
            return ours;
        }
    }
}

/// No dispute caused more than one automatic mail to a customer within the day.
fn one_for_each_dispute(world: &World) {
    let sent = world.parts().store.with(|db| outbox::list(db, State::Sent, 1_000)).unwrap();
    let mut of: BTreeMap<Option<i64>, usize> = BTreeMap::new();
    for letter in sent.iter().filter(|letter| letter.audience == Audience::Customer) {
        *of.entry(letter.dispute.map(|number| number.0)).or_default() += 1;
    }
    assert!(of.values().all(|count| *count == 1), "{of:?}");
}

fn is_latched(world: &World, address: &str) -> bool {
    let known = world.parts().store.with(|db| addresses::known(db, address)).unwrap();
    known.latched_until.is_some_and(|until| until > world.now())
}

/// What a mail server makes of a letter on its way to `to`: its own trace on top, and without the fields named.
fn carried(letter: &Received, from_domain: &str, to: &str, without: &[&str]) -> Vec<u8> {
    let text = String::from_utf8_lossy(&letter.raw).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut kept = String::new();
    let mut skip = false;
    for line in head.split("\r\n") {
        if !line.starts_with([' ', '\t']) {
            let name = line.split(':').next().unwrap_or_default();
            skip = without.iter().any(|unwanted| unwanted.eq_ignore_ascii_case(name));
        }
        if !skip {
            kept.push_str(line);
            kept.push_str("\r\n");
        }
    }
    format!(
        "Return-Path: <support@{from_domain}>\r\nDelivered-To: {to}\r\n\
         Authentication-Results: mx.test; dmarc=pass header.from={from_domain}\r\n\
         Received: from out.{from_domain} by mx.test with esmtp; Mon, 23 Nov 2026 08:00:00 +0000\r\n{kept}\r\n{body}"
    )
    .into_bytes()
}

/// Two desks write to each other for a day. `without` is what falls off their letters on the way. Returns how many
/// letters each has written to the other.
fn two_desks(without: &[&str]) -> [usize; 2] {
    let (mut here, mut there) = (World::new(), World::elsewhere());
    let begin = Written::by("Peer <support@peer.test>", "An order of yours", "It has not come.");
    here.arrives(&begin);
    let mut letters = [0, 0];
    for _ in 0..(24 * 60 / 3) {
        for mail in here.take_all().iter().filter(|mail| mail.to == "support@peer.test") {
            letters[0] += 1;
            there.arrives_in("support", &carried(mail, "shop.test", "support@peer.test", without));
        }
        for mail in there.take_all().iter().filter(|mail| mail.to == "support@shop.test") {
            letters[1] += 1;
            here.arrives_in("support", &carried(mail, "peer.test", "support@shop.test", without));
        }
        here.minutes(3);
        there.minutes(3);
    }
    one_for_each_dispute(&here);
    one_for_each_dispute(&there);
    here.abandon();
    there.abandon();
    letters
}

#[test]
fn a15_two_desks_of_this_kind_do_not_answer_each_other() {
    let marks = ["Auto-Submitted", "X-Auto-Response-Suppress", "X-Redress-Loop"];
    // The subject tells it too: an acknowledgement repeats it, number and all.
    let threads = ["In-Reply-To", "References", "Reply-To", "Subject"];
    assert_eq!(two_desks(&[]), [1, 0], "one mark is enough");
    assert_eq!(two_desks(&marks), [1, 1], "without marks, the thread tells it");
    let [here, there] = two_desks(&[marks.as_slice(), threads.as_slice()].concat());
    assert!(here <= 4 && there <= 4, "without anything, the latch: {here} and {there}");
    assert!(here + there >= 4, "the trial was no trial: {here} and {there}");
}

#[test]
fn a15_a_responder_without_any_mark_is_told_four_things_at_most() {
    // How fast it answers, how many of our letters it gets, and how often the operators hear of it.
    // The third an hour later is held by the budget, and what is never answered is no loop.
    for (delay, expected, latched) in [(1, 3, 1), (4, 3, 0), (20, 3, 0), (90, 4, 1), (200, 4, 1)] {
        let mut world = World::with("[operations]\nnotify = [\"ops@shop.test\"]\n");
        let from = "Tickets <help@tickets.test>";
        let ticket = |number: usize| {
            Written::by(
                from,
                &format!("[T-{number}] We have your mail"),
                &format!("Ticket {number} is open."),
            )
        };
        let first = ticket(0).raw(world.now());
        let ours = a_day(&mut world, "help@tickets.test", delay, &first, |_, number, at| {
            vec![ticket(number + 1).raw(at)]
        });
        assert_eq!(ours.len(), expected, "after {delay} minutes each");
        one_for_each_dispute(&world);
        let told = world.parts().store.with(|db| outbox::list(db, State::Sent, 1_000)).unwrap();
        let told = told.iter().filter(|letter| letter.audience == Audience::Operator).count();
        let standing = world.parts().store.with(redress::store::alarms::standing).unwrap().len();
        // Once when it comes, and once when it is over.
        assert_eq!(told, latched * 2 - standing, "after {delay} minutes each");
        world.abandon();
    }
}

#[test]
fn l20_the_latch_silences_rules_and_nobodys_own_words() {
    let mut world = World::new();
    for number in 0..4 {
        let mail = Written::by(ADA, &format!("{SUBJECT} {number}"), &format!("{COMPLAINT} {number}"));
        world.arrives(&mail);
        world.minutes(1);
    }
    assert!(is_latched(&world, "ada@example.test"));
    let letters = world.take_all();
    let to = |address: &str| letters.iter().filter(|mail| mail.to == address).collect::<Vec<_>>();
    assert_eq!(to("ada@example.test").len(), 3, "the fourth is not acknowledged");
    let told = to("anna@shop.test");
    assert_eq!(told.len(), 4, "her mail is a person's all the same");
    let words: Vec<_> = told[3].text.split_whitespace().collect();
    assert!(words.join(" ").contains("a machine may be answering at this address"), "{}", told[3].text);
    // What she asks for by rule stays away; what Anna writes goes out.
    world.arrives(&Written::reply(ADA, to("ada@example.test")[0], "status"));
    assert!(!world.has_mail("ada@example.test"));
    world.arrives(&Written::reply(ANNA, told[3], "Dear Ada,\n\nI am looking into it."));
    world.minutes(2);
    assert!(world.read("ada@example.test").text.contains("I am looking into it."));
    // A day later all is as before, and the operators' alarm is over.
    world.until("2026-11-24T08:30:00Z");
    assert!(!is_latched(&world, "ada@example.test"));
    world.take_all();
    world.arrives(&Written::by(ADA, "Something else", "My parcel 9 is late."));
    assert!(world.has_mail("ada@example.test"));
    let standing = world.parts().store.with(redress::store::alarms::standing).unwrap();
    assert_eq!(standing, []);
    world.abandon();
}

#[test]
fn l20_what_is_due_while_an_address_is_latched_waits_and_is_not_lost() {
    let mut world = World::new();
    let opened = taken(&mut world);
    world.arrives(&Written::reply(ANNA, &opened.notification, "#resolve\n\nWe have refunded it."));
    world.until("2026-11-26T10:00:00Z");
    world.take_all();
    // Three equal mails on the day of the first reminder.
    for number in 0..3 {
        let mail = Written::by(ADA, SUBJECT, "The same words.").id(&format!("same-{number}@example.test"));
        world.arrives(&mail);
    }
    assert!(is_latched(&world, "ada@example.test"));
    let due = world.timers(1000);
    assert!(due.contains("customer turn"), "{due}");
    world.until("2026-11-27T09:59:00Z");
    let reminded = |world: &mut World| {
        let sent = world.take_all();
        sent.iter().filter(|mail| mail.to == "ada@example.test" && mail.subject.contains("awaited")).count()
    };
    assert_eq!(reminded(&mut world), 0, "{due}");
    world.until("2026-12-04T09:00:00Z");
    assert_eq!(reminded(&mut world), 2, "both reminders came, late as they were");
    world.abandon();
}

#[test]
fn l20_a_forger_cannot_latch_somebody_else() {
    let mut world = World::new();
    for number in 0..8 {
        let id = format!("forged-{number}@evil.test");
        world.arrives(&Written::by(ADA, "Hello", "The same words.").id(&id).unproven());
        world.minutes(1);
    }
    assert!(!is_latched(&world, "ada@example.test"));
    world.take_all();
    world.minutes(61);
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT));
    assert!(world.read("ada@example.test").text.contains("Dear Ada Byron"));
    world.abandon();
}

#[test]
fn a15_absence_notes_with_new_ids_are_no_conversation() {
    type Note = fn(Written, &Received) -> Written;
    let notes: [(&str, usize, Note); 3] = [
        ("marked", 1, |note, _| note.header("Auto-Submitted", "auto-replied").return_path("")),
        ("Exchange", 1, |note, mail| {
            note.header("X-Auto-Response-Suppress", "All")
                .header("In-Reply-To", &format!("<{}>", mail.message_id))
        }),
        ("unmarked", 3, |note, _| note),
    ];
    for (name, most, note) in notes {
        let mut world = World::new();
        let first = Written::by(ADA, SUBJECT, COMPLAINT).raw(world.now());
        let ours = a_day(&mut world, "ada@example.test", 1, &first, |mail, number, at| {
            let away = Written::by(ADA, "Automatic reply: I am away", "I am away until Friday.");
            vec![note(away, mail).id(&format!("oof-{number}@example.test")).raw(at)]
        });
        assert!(!ours.is_empty() && ours.len() <= most, "{name}: {}", ours.len());
        one_for_each_dispute(&world);
        world.abandon();
    }
}

#[test]
fn a15_a_list_that_posts_our_letter_again_gets_no_second_one() {
    // The list leaves our From in place, writes itself into it, or hides what it is.
    for list in ["ours", "its own", "hidden"] {
        let mut world = World::new();
        let address = "team@list.test";
        let first = Written::by("Team <team@list.test>", SUBJECT, COMPLAINT).raw(world.now());
        let ours = a_day(&mut world, address, 1, &first, |mail, number, at| match list {
            "ours" => vec![carried(mail, "list.test", "support@shop.test", &[])],
            "its own" => vec![
                Written::by("Team <team@list.test>", &mail.subject, &mail.text)
                    .header("List-Id", "<team.list.test>")
                    .raw(at),
            ],
            _ => vec![
                Written::by("Team <team@list.test>", &mail.subject, &mail.text)
                    .id(&format!("post-{number}@list.test"))
                    .raw(at),
            ],
        });
        assert!(!ours.is_empty() && ours.len() <= 4, "{list}: {}", ours.len());
        if list != "hidden" {
            assert_eq!(ours.len(), 1, "{list}");
        }
        one_for_each_dispute(&world);
        world.abandon();
    }
}

#[test]
fn a15_an_address_that_bounces_is_written_to_once() {
    // A report from the null sender, one from a postmaster with a usual return path, and words alone.
    for kind in ["report", "postmaster", "words"] {
        let mut world = World::new();
        let first = Written::by(ADA, SUBJECT, COMPLAINT).raw(world.now());
        let ours = a_day(&mut world, "ada@example.test", 1, &first, |mail, number, at| {
            let from = "postmaster@mx.example.test";
            let bounce =
                Written::by(from, "Undelivered Mail Returned to Sender", "It could not be delivered.")
                    .to(&mail.envelope_from)
                    .id(&format!("bounce-{number}@mx.example.test"));
            if kind == "words" {
                return vec![bounce.raw(at)];
            }
            let bounce = if kind == "report" { bounce.return_path("") } else { bounce };
            let text = String::from_utf8(bounce.raw(at)).unwrap();
            let (head, _) = text.split_once("Content-Type:").unwrap();
            vec![format!("{head}{}", report(mail)).into_bytes()]
        });
        assert_eq!(ours.len(), 1, "{kind}");
        // Days later the promise is broken; a dead address hears nothing of it.
        world.until("2026-11-26T17:00:00Z");
        let later = world.take_all().iter().filter(|mail| mail.to == "ada@example.test").count();
        assert_eq!(later, usize::from(kind == "words"), "{kind}");
        world.abandon();
    }
    // The relay itself refuses it.
    let mut world = World::new();
    world.relay(Relay::Refuses("ada@example.test"));
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT));
    world.until("2026-11-26T17:00:00Z");
    let dead = world.outbox(State::Dead);
    assert_eq!(dead, "acknowledgement to ada@example.test", "and never again");
    world.abandon();
}

/// The parts of a delivery report (RFC 3464) about `letter`, from Content-Type on.
fn report(letter: &Received) -> String {
    format!(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_b\"\n\n\
         --=_b\nContent-Type: text/plain\n\nYour mail could not be delivered.\n\
         --=_b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.test\n\n\
         Final-Recipient: rfc822; {}\nAction: failed\nStatus: 5.1.1\n\
         --=_b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{}>\n\n--=_b--\n",
        letter.to, letter.message_id
    )
    .replace('\n', "\r\n")
}

#[test]
fn a15_a_forwarder_that_leads_back_to_the_desk_ends_at_once() {
    let mut world = World::new();
    let first = Written::by(ADA, SUBJECT, COMPLAINT).raw(world.now());
    let mut hops = String::new();
    let ours = a_day(&mut world, "ada@example.test", 1, &first, |mail, number, _| {
        hops.push_str("Received: from fwd.example.test by mx.test; Mon, 23 Nov 2026 08:00:00 +0000\r\n");
        let mut raw = format!("{hops}X-Hop: {number}\r\n").into_bytes();
        raw.extend_from_slice(&mail.raw);
        vec![raw]
    });
    assert_eq!(ours.len(), 1);
    assert_eq!(world.disputes(), 1);
    world.abandon();
}

#[test]
fn a15_other_help_desks_are_recognised_or_latched() {
    for (desk, header, most) in
        [("Zammad", ("Precedence", "bulk"), 1), ("RT", ("X-RT-Loop-Prevention", "rt.test"), 4)]
    {
        let mut world = World::new();
        let from = "Help <help@tickets.test>";
        // A person there asks first; then their program answers what we say.
        let first = Written::by(from, SUBJECT, COMPLAINT).raw(world.now());
        let ours = a_day(&mut world, "help@tickets.test", 2, &first, |_, number, at| {
            let subject = format!("[rt.test #{number}] AutoReply: We have your mail");
            let mail = Written::by(from, &subject, &format!("It has the number {number}."));
            vec![mail.header(header.0, header.1).raw(at)]
        });
        assert!(!ours.is_empty() && ours.len() <= most, "{desk}: {}", ours.len());
        one_for_each_dispute(&world);
        world.abandon();
    }
}

#[test]
fn a15_our_own_address_in_copy_is_no_reader() {
    let mut world = World::new();
    let copied = |mail: Written| mail.header("Cc", "support@shop.test, Ada Byron <ada@example.test>");
    let first = copied(Written::by(ADA, SUBJECT, COMPLAINT)).raw(world.now());
    // Her program answers everybody.
    let ours = a_day(&mut world, "ada@example.test", 1, &first, |mail, _, at| {
        let answer = copied(Written::reply(ADA, mail, "This mailbox is watched by a program."));
        vec![answer.raw(at)]
    });
    assert_eq!(ours.len(), 1);
    let sent = world.parts().store.with(|db| outbox::list(db, State::Sent, 1_000)).unwrap();
    assert!(sent.iter().all(|letter| letter.recipient != "support@shop.test"));
    world.abandon();
}
