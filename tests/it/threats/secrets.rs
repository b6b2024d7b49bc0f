//! Row 22: whatever is logged, at any level and by whatever crate, holds no secret and no word of anybody's mail. The
//! simulated world goes through what a desk does, with everything logged; the real program does so in `tests/e2e`.
use std::{
    io,
    sync::{Arc, Mutex},
};

use redress::mail::token::KeyRing;
use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt as _};

use crate::world::{Relay, World, Written};

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Page {
    type Writer = Self;
    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

const CUSTOMER: &str = "Canaryname Byron <canaryada@example.test>";
const OUTSIDER: &str = "Canarystranger <canaryeve@evil.test>";
const ANNA: &str = "Anna Berg <anna@shop.test>";

/// What a desk goes through. Returns the signed parts of all letters.
fn a_life() -> Vec<String> {
    let mut world = World::new();
    let mut tokens = Vec::new();
    let complaint = Written::by(CUSTOMER, "Canarysubject", "Canarybody, refund 49.90 EUR\n\nCanarysignature")
        .attach("canaryfile.txt", "Canarycontent")
        .header("X-Canary", "Canaryheader")
        .id("canaryid@example.test");
    world.arrives(&complaint);
    let acknowledgement = world.read("canaryada@example.test");
    let told = world.read("anna@shop.test");
    world.arrives(&Written::reply(ANNA, &told, "#take\n#note\n\nCanarynote"));
    world.arrives(&Written::reply(ANNA, &told, "#clsoe canarytypo\n\nCanaryunsent"));
    world.arrives(&Written::reply(ANNA, &told, "#close canaryoutcome").id("canaryforged@x.test").unproven());
    world.arrives(&Written::reply(ANNA, &told, "#resolve\n\nCanaryanswer"));
    world.minutes(2);
    world.arrives(&Written::reply(CUSTOMER, &acknowledgement, "Yes, but canaryunclear"));
    world.arrives(&Written::reply(OUTSIDER, &acknowledgement, "Canaryoutsider"));
    let forged = acknowledgement.reply_to.replace("+d1000.", "+d1001.");
    world.arrives(&Written::by(OUTSIDER, "Canaryguess", "Canaryguessed").to(&forged));
    world.arrives(&Written::by(OUTSIDER, "Canaryspam", "Canaryheld").forged());
    world.arrives_in(
        "support",
        format!("X-Long: {}\r\n\r\nCanarylimit", "canarylong ".repeat(40_000)).as_bytes(),
    );
    world.arrives_in("support", b"Canarynothing");
    for number in 0..8 {
        world.arrives(&Written::by(CUSTOMER, "Canaryflood", &format!("Canaryflood {number}")));
    }
    world.relay(Relay::Refuses("canaryada@example.test"));
    world.arrives(&Written::reply(ANNA, &told, "Canarylast"));
    world.minutes(2);
    world.relay(Relay::Down);
    world.until("2026-11-27T12:00:00Z");
    world.relay(Relay::Up);
    world.until("2026-12-20T12:00:00Z");
    for letter in world.take_all().iter().chain([&acknowledgement, &told]) {
        for signed in [&letter.reply_to, &letter.message_id, &letter.envelope_from] {
            let local = signed.split('@').next().unwrap_or_default();
            tokens.extend(local.rsplit('.').next().filter(|mac| mac.len() > 12).map(str::to_owned));
        }
    }
    world.abandon();
    tokens
}

#[test]
fn a22_no_level_logs_a_secret_or_a_word_of_anybodys_mail() {
    let page = Page::default();
    // All levels of all crates, without the cap that the program puts on others.
    let lines = tracing_subscriber::fmt::layer().with_writer(page.clone()).with_ansi(false);
    let registry = tracing_subscriber::registry().with(lines);
    let tokens = tracing::subscriber::with_default(registry, a_life);
    let log = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    assert!(log.lines().count() > 5, "something was logged: {log}");
    assert!(log.contains("Forged signatures were ignored") && log.contains("Alarm: "), "{log}");
    let lower = log.to_lowercase();
    let found = lower.find("canary").and_then(|at| lower.get(at.saturating_sub(200)..at + 40));
    assert_eq!(found, None);
    assert!(tokens.len() > 20, "{tokens:?}");
    for token in &tokens {
        assert!(!lower.contains(token.as_str()), "{token}");
    }
    let key = KeyRing::generate([7; 32]);
    let key = key.lines().last().unwrap().split(' ').next_back().unwrap();
    assert!(key.len() == 52 && !lower.contains(key), "{key}");
}
