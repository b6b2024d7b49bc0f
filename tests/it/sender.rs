//! The sender against relays that refuse, hang up and come back: the real SMTP adapter, a real SQLite, a clock that
//! moves when told.
pub mod relay;
mod scripts;

use std::{sync::Arc, time::Duration};

use crate::configured::{configured, usual_keys};
use chrono::TimeDelta;
use redress::{
    clock::Clock,
    daemon::{Parts, wiring},
    net::{Endpoint, Security, TlsSettings},
    pulse::Pulse,
    sender::{Relay, Round},
    smtp::{Mailer, Patience, Settings},
    store::{
        alarms,
        inbox::Which,
        outbox::{self, Audience, Gate, Letter, NewOutbox, State},
    },
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use relay::{Act, Rule, Server};

const START: &str = "2026-11-23T08:00:00Z";
const CONFIGURATION: &str = r#"
[desk]
name = "Shop Care"
address = "support@shop.test"
state_dir = "."

[[mailbox]]
name = "support"
host = "127.0.0.1"
security = "plain"
user = "support@shop.test"

[[agent]]
address = "anna@shop.test"
name = "Anna Berg"

[operations]
notify = ["ops@shop.test"]

[sending]
host = "127.0.0.1"
security = "plain"
"#;

/// A desk's outbox, its sender, and a relay.
struct Bench {
    clock: Clock,
    parts: Parts,
    mailer: Mailer,
    server: Server,
    stop: CancellationToken,
    _folder: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = configured(CONFIGURATION, folder.path(), &usual_keys());
        let clock = Clock::manual(START.parse().unwrap());
        let store = wiring::open_store(&config).unwrap();
        let clerk = Arc::new(wiring::clerk(&config, clock.clone()).unwrap());
        let parts = wiring::parts(&config, store, &clerk, "bench");

        let server = Server::start().await;
        let endpoint = Endpoint {
            host: "127.0.0.1".to_owned(),
            port: server.port,
            security: Security::Plain,
            tls: TlsSettings::default(),
        };
        let patience = Patience { command: Duration::from_secs(20), ..Patience::default() };
        let hello_name = "desk.shop.test".to_owned();
        let mailer =
            Mailer::new(Settings { server: endpoint, user: None, password: None, hello_name, patience });
        let stop = CancellationToken::new();
        Bench { clock, parts, mailer, server, stop, _folder: folder }
    }

    /// What the relay answers from now on to what begins like this; an empty answer hangs up.
    fn relay(&self, rules: &[(&'static str, &'static str)]) {
        let act = |answer: &'static str| if answer.is_empty() { Act::HangUp } else { Act::Say(answer) };
        let rules = rules.iter().map(|(at, answer)| Rule { at, act: act(answer), times: u32::MAX });
        self.server.follow(rules.collect());
    }

    fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// Writes letters to customers of these names.
    fn write(&self, names: &[&str]) {
        for name in names {
            self.insert(&NewOutbox { gate: Gate::Open, ..self.letter(name) });
        }
    }

    fn letter(&self, name: &str) -> NewOutbox {
        NewOutbox {
            key: name.to_owned(),
            dispute: None,
            letter: "answer".to_owned(),
            audience: Audience::Customer,
            recipient: format!("{name}@there.test"),
            envelope_from: Some(format!("support+{name}@shop.test")),
            message_id: format!("{name}@shop.test"),
            bytes: format!("Message-ID: <{name}@shop.test>\r\nSubject: hello\r\n\r\n.hello {name}\r\n")
                .into_bytes(),
            leave_at: self.clock.now(),
            gate: Gate::Open,
        }
    }

    fn insert(&self, letter: &NewOutbox) {
        self.parts.store.with(|db| outbox::insert(db, letter, self.clock.now())).unwrap();
    }

    async fn round(&self) -> Round {
        let pulse = Pulse::new("sender", Duration::from_mins(1));
        self.parts.sender.round(&self.parts.store, &self.mailer, &pulse, &self.stop).await.unwrap()
    }

    /// Names in the order in which the relay took their letters, since last asked; the operators' left out.
    fn taken(&self) -> Vec<String> {
        let taken = self.server.take_taken();
        let name = |taken: relay::Taken| taken.recipient.split_once('@').map(|(name, _)| name.to_owned());
        taken.into_iter().filter_map(name).filter(|name| name != "ops").collect()
    }

    fn row(&self, name: &str) -> Letter {
        self.parts.store.with(|db| outbox::by_key(db, name)).unwrap().unwrap()
    }

    fn alarms(&self) -> usize {
        self.parts.store.with(alarms::standing).unwrap().len()
    }

    /// Alarm and all-clear letters written so far.
    fn told(&self) -> usize {
        let states = [State::Queued, State::Sent, State::Leased, State::Dead];
        let of = |state| self.parts.store.with(|db| outbox::list(db, state, 1_000)).unwrap();
        states.into_iter().flat_map(of).filter(|row| row.audience == Audience::Operator).count()
    }
}

#[tokio::test]
async fn what_is_due_leaves_in_order_over_one_relay() {
    let bench = Bench::new().await;
    bench.write(&["ann", "bob"]);
    let round = bench.round().await;
    assert_eq!((round.sent, round.relay, round.next), (2, Relay::Fine, None));
    assert_eq!(bench.taken(), ["ann", "bob"]);
    assert_eq!(bench.row("ann").state, State::Sent);
}

#[tokio::test]
async fn a_letter_released_or_resent_late_is_as_patient_as_a_new_one() {
    let bench = Bench::new().await;
    bench.write(&["ann"]);
    bench.insert(&NewOutbox { gate: Gate::Held, ..bench.letter("bob") });
    bench.relay(&[("RCPT TO:<ann", "550 5.1.1 no such user")]);
    assert_eq!(bench.round().await.dead, 1);
    bench.pass(TimeDelta::days(6));
    let now = bench.clock.now();
    bench.parts.store.with(|db| outbox::resend(db, Which::All, now)).unwrap();
    bench.parts.store.with(|db| outbox::release_held(db, Which::All, now)).unwrap();
    bench.relay(&[("RCPT", "451 4.2.0 greylisted")]);
    assert_eq!(bench.round().await.put_off, 2);
    assert_eq!((bench.row("ann").state, bench.row("bob").state), (State::Queued, State::Queued));
    bench.pass(TimeDelta::days(5) + TimeDelta::minutes(1));
    assert_eq!(bench.round().await.dead, 2, "five days later they are given up");
}

#[tokio::test]
async fn only_a_refused_address_is_told_as_such() {
    let check = async |rule: (&'static str, &'static str), expected: bool| {
        let bench = Bench::new().await;
        bench.write(&["ann"]);
        bench.relay(&[rule]);
        assert_eq!(bench.round().await.dead, 1, "{rule:?}");
        assert_eq!(bench.row("ann").refused_recipient, expected, "{rule:?}");
    };
    check(("RCPT", "550 5.1.1 no such user"), true).await;
    check(("MAIL", "552 5.3.4 too large"), false).await;
    check(("DATA", "554 5.7.1 not today"), false).await;
    check(("DOT", "554 5.7.1 looks like spam"), false).await;
}

#[tokio::test]
async fn told_to_stop_the_sender_begins_no_other_letter_and_gives_the_rest_back() {
    let bench = Bench::new().await;
    bench.write(&["ann", "bob", "cid"]);
    bench.server.stop_at_first(bench.stop.clone());
    assert_eq!(bench.round().await.sent, 1);
    assert_eq!(bench.taken(), ["ann"]);
    for name in ["bob", "cid"] {
        let row = bench.row(name);
        assert_eq!((row.state, row.attempts, row.in_flight), (State::Queued, 0, false), "{name}");
    }
}

#[tokio::test]
async fn a_letter_that_alone_cannot_leave_alarms_nobody_and_is_given_up() {
    for rule in
        [("MAIL FROM:<support+bad", "550 5.7.1 not your address"), ("RCPT TO:<bad", "550 relaying denied")]
    {
        let bench = Bench::new().await;
        bench.relay(&[rule]);
        bench.write(&["bad", "ann"]);
        let round = bench.round().await;
        assert_eq!((round.sent, round.put_off, round.relay), (1, 1, Relay::Fine), "{rule:?}");
        for hour in 0..5 {
            bench.pass(TimeDelta::hours(2));
            // Alone in its round, while others left meanwhile.
            bench.round().await;
            bench.write(&[&format!("other{hour}")]);
            bench.round().await;
        }
        assert_eq!((bench.alarms(), bench.told()), (0, 0), "{rule:?}");
        bench.pass(TimeDelta::days(6));
        bench.write(&["zoe"]);
        bench.round().await;
        assert_eq!(bench.row("bad").state, State::Dead, "{rule:?}");
    }
}

#[tokio::test]
async fn a_letter_at_which_the_relay_hangs_up_does_not_keep_the_others() {
    let bench = Bench::new().await;
    bench.relay(&[("RCPT TO:<bad", "")]);
    bench.write(&["bad", "ann", "bob"]);
    let round = bench.round().await;
    assert_eq!((round.sent, round.put_off, round.relay), (2, 1, Relay::Fine));
    assert_eq!(bench.taken(), ["ann", "bob"]);
}

#[tokio::test]
async fn a_relay_that_serves_nobody_for_now_alarms_after_the_usual_patience() {
    for rule in [("GREETING", "421 too busy"), ("EHLO", "451 later"), ("GREETING", ""), ("MAIL", "421 later")]
    {
        let bench = Bench::new().await;
        bench.relay(&[rule]);
        let names: Vec<String> = (0..20).map(|number| format!("c{number}")).collect();
        bench.write(&names.iter().map(String::as_str).collect::<Vec<_>>());
        for failed in 0..3 {
            assert_eq!(bench.alarms(), 0, "{rule:?} after {failed}");
            assert_eq!(bench.round().await.relay, Relay::Down, "{rule:?}");
            bench.pass(TimeDelta::minutes(2));
        }
        assert_eq!((bench.alarms(), bench.told()), (1, 1), "{rule:?}");
        bench.relay(&[]);
        bench.pass(TimeDelta::hours(2));
        while bench.round().await.sent > 0 {}
        assert_eq!((bench.alarms(), bench.told()), (0, 2), "{rule:?}");
        assert_eq!(bench.taken().len(), 20);
    }
}

#[tokio::test]
async fn the_alarm_that_leaves_does_not_clear_itself() {
    let bench = Bench::new().await;
    bench.relay(&[("MAIL FROM:<support+ann", "550 5.7.1 not your address")]);
    bench.write(&["ann"]);
    assert_eq!(bench.round().await.relay, Relay::Down);
    assert_eq!(bench.alarms(), 1);
    let round = bench.round().await;
    assert_eq!((round.sent, bench.alarms()), (1, 1), "the alarm left, the customer's letter did not");
    bench.relay(&[]);
    bench.pass(TimeDelta::hours(1));
    assert_eq!(bench.round().await.sent, 1);
    assert_eq!(bench.alarms(), 0);
}

#[tokio::test]
async fn a_relay_that_wants_a_sender_kills_no_letter_and_the_advice_works() {
    let bench = Bench::new().await;
    bench.insert(&NewOutbox { envelope_from: None, ..bench.letter("ann") });
    // The configuration names no null sender any more, as the advice says; the row still has it.
    bench.relay(&[("MAIL FROM:<>", "550 5.7.1 no null senders")]);
    assert_eq!(bench.round().await.sent, 1);
    let senders: Vec<String> = bench.server.taken().into_iter().map(|taken| taken.sender).collect();
    assert_eq!(senders, ["support@shop.test"]);
}

#[tokio::test]
async fn what_a_killed_sender_left_is_taken_up_again_soon() {
    let bench = Bench::new().await;
    bench.write(&["ann", "bob"]);
    let (store, sender) = (&bench.parts.store, &bench.parts.sender);
    let leased = sender.lease(store).unwrap();
    assert!(sender.begin(store, leased[0].lease()).unwrap());
    // Killed here.
    bench.pass(TimeDelta::seconds(80));
    assert_eq!(bench.round().await.sent, 0, "both may still be the other sender's");
    bench.pass(TimeDelta::seconds(20));
    assert_eq!(bench.round().await.sent, 1, "nobody renews the lease of the one in flight");
    assert_eq!(bench.taken(), ["ann"]);
    bench.pass(TimeDelta::seconds(30));
    assert!(!sender.begin(store, leased[1].lease()).unwrap(), "a lease that ran out begins nothing");
    assert_eq!(bench.round().await.sent, 1);
    assert_eq!(bench.taken(), ["bob"]);
}
