//! Scenarios: whole correspondences in the simulated world, letter by letter.
//!
//! A snapshot is a letter as its reader sees it; what matters in it is right or wrong for a person, so every accepted
//! one was read as the customer or the agent would.
#![expect(clippy::too_many_lines, reason = "a correspondence is told from its first letter to its last")]

mod abuse;
mod agents;
mod arrival;
mod automatic;
mod floods;
mod forwards;
mod loops;
mod modes;
mod promises;
mod relays;
mod settled;
mod silence;
mod strangers;
mod suspects;
mod tables;

use crate::world::{Received, World, Written};

const ADA: &str = "Ada Byron <ada@example.test>";
const BOB: &str = "Bob Stone <bob@other.test>";
const ANNA: &str = "Anna Berg <anna@shop.test>";
const MARA: &str = "Mara Voss <mara@shop.test>";

const SUBJECT: &str = "Invoice 88 charged twice";
const COMPLAINT: &str =
    "Hello,\n\nyou have charged invoice 88 twice and I would like a refund of 49.90 EUR.\n\nAda Byron";

/// The letters that a complaint brings about.
struct Opened {
    /// To the customer.
    acknowledgement: Received,
    /// To Anna; Mara's is read.
    notification: Received,
}

/// Ada complains; everybody reads what comes of it.
fn complaint(world: &mut World) -> Opened {
    world.arrives(&Written::by(ADA, SUBJECT, COMPLAINT));
    let acknowledgement = world.read("ada@example.test");
    let notification = world.read("anna@shop.test");
    world.read("mara@shop.test");
    Opened { acknowledgement, notification }
}

/// Ada complains, Anna takes it and asks for patience. The answer has left and the transcript is read.
fn taken(world: &mut World) -> Opened {
    let opened = complaint(world);
    world.arrives(&Written::reply(ANNA, &opened.notification, "#take"));
    world.read("anna@shop.test");
    opened
}

/// Anna resolves what she has. Returns the letter that asks whether this settles it.
fn resolved(world: &mut World, notification: &Received) -> Received {
    let words =
        "#resolve\n\nWe have refunded 49.90 EUR to your card. It was a fault of ours, and we are sorry.";
    world.arrives(&Written::reply(ANNA, notification, words));
    world.read("anna@shop.test");
    world.minutes(2);
    world.read("ada@example.test")
}
