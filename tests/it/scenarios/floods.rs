//! One sender with very many mails (row 21 of the threats), and a machine that answers us (row L20).
use crate::support::asked_for;
use std::time::{Duration, Instant};

use redress::store::{exchange, inbox::Status};

use super::BOB;
use crate::world::{World, Written};

/// So many mails of one sender, unless `REDRESS_FLOOD` says otherwise: ten thousand take a minute or more when they
/// are not compiled for speed.
const FLOOD: usize = 1_000;
/// So many others between them.
const OTHERS: usize = 20;

fn flood_size() -> usize {
    asked_for("REDRESS_FLOOD", FLOOD)
}

fn other(number: usize) -> String {
    format!("customer{number}@example{number}.test")
}

/// The flood, with the others evenly between them, as the mailbox gave it.
fn pour(world: &mut World, size: usize) {
    let every = size / OTHERS;
    for number in 0..size {
        if number % every == every / 2 && number / every < OTHERS {
            let from = other(number / every);
            let mail = Written::by(&from, "Where is my order?", "It has not come.");
            world.waits(&mail.raw(world.now()));
        }
        let mail = Written::by(BOB, &format!("Complaint {number}"), &format!("This is number {number}."));
        world.waits(&mail.raw(world.now()));
    }
}

#[test]
fn a21_a_flood_of_one_senders_mails_delays_nobody_else() {
    let mut world = World::with("[operations]\nnotify = [\"ops@shop.test\"]\n");
    let size = flood_size();
    let poured = Instant::now();
    pour(&mut world, size);
    let poured = poured.elapsed();
    let begun = Instant::now();
    let mut answered = Vec::new();
    let mut handled = 0;
    loop {
        let worked = world.look();
        if worked.handled.is_empty() {
            break;
        }
        handled += worked.handled.len();
        if answered.len() < OTHERS {
            let now = world.now() - chrono::Duration::days(1);
            for number in answered.len()..OTHERS {
                let letters = world.parts().store.with(|db| exchange::written_to(db, &other(number), now));
                if letters.unwrap().is_empty() {
                    break;
                }
                answered.push((handled, begun.elapsed()));
            }
        }
    }
    let all = begun.elapsed();
    eprintln!("poured in {poured:?}, worked in {all:?}, the last of the others after {:?}", answered.last());
    assert_eq!(handled, size + OTHERS);
    assert_eq!(answered.len(), OTHERS, "all others are acknowledged");
    let (after, time) = answered.last().unwrap();
    assert!(*after <= 3 * OTHERS, "the last of the others was the {after}th mail");
    assert!(*time < Duration::from_mins(1), "{time:?}");

    // All are stored, and stand on six disputes of the sender.
    let counts = world.parts().store.with(redress::store::inbox::counts).unwrap();
    assert_eq!(counts, [(Status::Done, i64::try_from(size + OTHERS).unwrap())]);
    assert_eq!(world.disputes(), 6 + OTHERS);
    world.work();
    let sent = world.take_all();
    let to = |address: &str| sent.iter().filter(|mail| mail.to == address).collect::<Vec<_>>();
    let acknowledged = to("bob@other.test").len();
    assert!((1..=3).contains(&acknowledged), "{acknowledged} acknowledgements");
    for number in 0..OTHERS {
        assert_eq!(to(&other(number)).len(), 1);
    }
    // The agents heard of each dispute and of the first mails of the flood; the operators once.
    assert_eq!(to("anna@shop.test").len(), OTHERS + 5 + 20);
    let flood =
        to("anna@shop.test").into_iter().filter(|mail| mail.text.contains("without a notice")).count();
    assert_eq!(flood, 1, "the last notice says that there will be no more");
    let alarms: Vec<_> = to("ops@shop.test").iter().map(|mail| mail.subject.clone()).collect();
    assert_eq!(
        alarms.iter().filter(|subject| subject.contains("more than 5 disputes")).count(),
        1,
        "{alarms:?}"
    );

    // An hour without any, and it is over; that is told once too.
    world.minutes(61);
    assert!(
        world
            .take_all()
            .iter()
            .any(|mail| mail.to == "ops@shop.test" && mail.subject.contains("works again"))
    );
    world.arrives(&Written::by(BOB, "Something else", "This is something else."));
    assert_eq!(world.disputes(), 7 + OTHERS);
    world.abandon();
}
