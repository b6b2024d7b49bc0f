//! Scenarios: whole correspondences in the simulated world, letter by letter.
use crate::world::{World, Written};

const ADA: &str = "Ada Byron <ada@example.test>";

#[test]
fn a_complaint_is_acknowledged_and_reaches_the_agents() {
    let mut world = World::new();
    world.arrives(&Written::by(
        ADA,
        "Invoice 88 charged twice",
        "Hello,\n\nyou have charged invoice 88 twice and I would like a refund of 49.90 EUR.\n\nAda Byron",
    ));
    insta::assert_snapshot!(world.read("ada@example.test").shown(), @"");
    insta::assert_snapshot!(world.read("anna@shop.test").shown(), @"");
    world.read("mara@shop.test");
    world.finish();
}
