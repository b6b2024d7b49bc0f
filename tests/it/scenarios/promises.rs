//! Promises of the reliability bar that one desk alone can show: a mail acts once (G4), and neither a clock that jumps
//! nor a change of the time of day doubles or drops anything (G10).
use std::collections::BTreeMap;

use redress::store::{
    disputes,
    inbox::{self, Status},
    outbox::{self, State},
};

use super::{ADA, ANNA, BOB, COMPLAINT, SUBJECT, complaint, resolved, taken};
use crate::world::{World, Written};

/// How often each letter was written, by name and recipient.
fn letters(world: &World) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for state in [State::Sent, State::Queued, State::Dead] {
        for letter in world.parts().store.with(|db| outbox::list(db, state, 10_000)).unwrap() {
            *count.entry(format!("{} to {}", letter.letter, letter.recipient)).or_default() += 1;
        }
    }
    count
}

#[test]
fn g04_a_mail_acts_once_however_often_and_on_whatever_way_it_comes() {
    const MAILS: usize = 100;
    const POISONED: usize = 50;
    let mut world = World::new();
    // Somebody who guessed fifty ids was here first, under the same names and with words of their own.
    for number in 0..POISONED {
        let from = format!("customer{number}@example{number}.test");
        let poison = Written::by(&from, "Never mind", "All is well, forget me.");
        world.waits(&poison.id(&format!("mail-{number}@example{number}.test")).unproven().raw(world.now()));
    }
    for number in 0..MAILS {
        let from = format!("customer{number}@example{number}.test");
        let mail = Written::by(&from, SUBJECT, &format!("{COMPLAINT} {number}"));
        let raw = mail.id(&format!("mail-{number}@example{number}.test")).raw(world.now());
        let text = String::from_utf8(raw).unwrap();
        for copy in 0..=number % 5 {
            let way = format!("with esmtp id {copy};");
            let folder = if copy % 2 == 0 { "support" } else { "second" };
            world.waits_in(folder, text.replace("with esmtp;", &way).as_bytes());
        }
    }
    world.work();
    let copies: usize = (0..MAILS).map(|number| number % 5).sum();
    let counts = world.parts().store.with(inbox::counts).unwrap();
    let expected = [(Status::Done, MAILS + POISONED), (Status::Duplicate, copies)];
    assert_eq!(counts, expected.map(|(status, count)| (status, i64::try_from(count).unwrap())));
    let all = world.parts().store.with(|db| disputes::list(db, &disputes::Filter::default(), 1_000)).unwrap();
    assert_eq!(all.len(), MAILS + POISONED);
    let mut acknowledged = BTreeMap::new();
    for mail in world.take_all().into_iter().filter(|mail| mail.to.starts_with("customer")) {
        *acknowledged.entry(mail.to).or_insert(0) += 1;
    }
    for number in 0..MAILS {
        let address = format!("customer{number}@example{number}.test");
        // The poison had the fixed words, and the real mail its own.
        assert_eq!(acknowledged.get(&address), Some(&(1 + usize::from(number < POISONED))), "{address}");
    }
    world.abandon();
}

#[test]
fn g04_an_agents_mail_acts_once_too_also_years_later() {
    let mut world = World::new();
    let opened = taken(&mut world);
    let answer = Written::reply(ANNA, &opened.notification, "Dear Ada,\n\nyour refund is on its way.");
    let raw = String::from_utf8(answer.id("once@shop.test").raw(world.now())).unwrap();
    for copy in 0..4 {
        world.arrives_in("support", raw.replace("with esmtp;", &format!("with esmtp id {copy};")).as_bytes());
        world.minutes(2);
    }
    world.jump("2029-01-01T12:00:00Z");
    world.arrives_in("support", raw.replace("with esmtp;", "with smtp;").as_bytes());
    world.minutes(2);
    assert_eq!(letters(&world).get("answer to ada@example.test"), Some(&1));
    world.abandon();
}

/// A desk with a dispute that waits for us and one that waits for its customer, and what it had written by `until`.
fn written_by(zone: &str, digest: &str, start: &str, jumps: &[&str]) -> BTreeMap<String, usize> {
    let more = format!("[hours]\nzone = \"{zone}\"\n\n[schedules]\ndigest = \"{digest}\"\n");
    let mut world = World::starting(start, &more);
    let opened = complaint(&mut world);
    world.arrives(&Written::by(BOB, "My parcel", "My parcel 9 is late."));
    world.arrives(&Written::reply(ANNA, &opened.notification, "#take"));
    world.take_all();
    for at in jumps {
        world.jump(at);
        // Whatever was due is due once, however often somebody looks.
        world.work();
        world.work();
    }
    let written = letters(&world);
    world.abandon();
    written
}

#[test]
fn g10_a_clock_that_jumps_doubles_nothing_and_drops_nothing() {
    let start = "2026-11-23T08:00:00Z";
    let holding = "holding to ada@example.test";
    let digest = "digest to anna@shop.test";
    let count = |written: &BTreeMap<String, usize>, letter: &str| written.get(letter).copied().unwrap_or(0);
    let daily = "0 8 * * *";

    // Ten years ahead: each promise is broken once and made anew; the jobs of ten years are made up for by one.
    let ahead = written_by("Europe/Berlin", daily, start, &["2036-11-23T08:00:00Z"]);
    assert_eq!((count(&ahead, holding), count(&ahead, digest)), (1, 1), "{ahead:?}");
    // And back again, as when the battery was changed: nothing more is said than was.
    let back = written_by("Europe/Berlin", daily, start, &["2036-11-23T08:00:00Z", "2026-11-23T08:05:00Z"]);
    assert_eq!(back, ahead);

    // Two days back: what was promised is still to come, once.
    let jumps =
        ["2026-11-25T18:00:00Z", "2026-11-23T18:00:00Z", "2026-11-24T18:00:00Z", "2026-11-25T18:30:00Z"];
    let twice = written_by("Europe/Berlin", daily, start, &jumps);
    let once = written_by("Europe/Berlin", daily, start, &["2026-11-25T18:00:00Z"]);
    assert_eq!(twice, once, "the same days again bring nothing new");
    assert_eq!(count(&once, holding), 1, "{once:?}");

    // Forty days asleep: as after ten years.
    let asleep = written_by("Europe/Berlin", daily, start, &["2027-01-02T08:00:00Z"]);
    assert_eq!((count(&asleep, holding), count(&asleep, digest)), (1, 1), "{asleep:?}");
}

#[test]
fn g10_the_two_days_on_which_the_clocks_change_have_each_their_job_once() {
    // The zone, a wall-clock time that the spring day does not have and the autumn day has twice, and those days.
    let zones = [
        ("Europe/Berlin", "30 2 * * *", "2027-03-28", "2027-10-31"),
        ("America/New_York", "30 2 * * *", "2027-03-14", "2027-11-07"),
        ("Australia/Lord_Howe", "15 2 * * *", "2027-10-03", "2027-04-04"),
        ("America/Santiago", "30 0 * * *", "2027-09-05", "2027-04-04"),
    ];
    for (zone, digest, spring, autumn) in zones {
        for day in [spring, autumn] {
            let day: chrono::NaiveDate = day.parse().unwrap();
            let start = format!("{}T12:00:00Z", day - chrono::Days::new(3));
            let start: redress::domain::Timestamp = start.parse().unwrap();
            // Every twenty minutes for six days, and so through every hour that is missing or doubled.
            let steps: Vec<String> = (1..6 * 72_i32)
                .map(|step| (start + chrono::Duration::minutes(20) * step).to_rfc3339())
                .collect();
            let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
            let written = written_by(zone, digest, &start.to_rfc3339(), &steps);
            assert_eq!(written.get("digest to anna@shop.test"), Some(&6), "{zone} {day}: {written:?}");
        }
    }
}

#[test]
fn g10_a_customers_turn_survives_a_clock_that_jumps() {
    let mut world = World::new();
    let opened = taken(&mut world);
    resolved(&mut world, &opened.notification);
    // A step is taken once, however often the clock passes its moment.
    for at in ["2026-11-30T12:00:00Z", "2026-11-24T12:00:00Z", "2026-11-30T12:00:00Z", "2026-11-30T13:00:00Z"]
    {
        world.jump(at);
    }
    assert_eq!(letters(&world).get("reminder to ada@example.test"), Some(&1));
    world.arrives(&Written::reply(ADA, &opened.acknowledgement, "status"));
    assert!(world.state(1000).starts_with("offered"), "{}", world.state(1000));
    world.abandon();
}
