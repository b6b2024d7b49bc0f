//! Several daemons on one PostgreSQL: killed, stopped, cut off, and each effect happens once.

use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use super::bench::{self, After, Bench};
use super::peers::Moment;
use super::postgres;
use crate::support::asked_for;

/// How many work together.
const DAEMONS: usize = 4;
/// What a daemon says when it has begun.
const OPEN: &str = "The desk is open";
/// Time between two deaths.
const RHYTHM: Duration = Duration::from_millis(200);

/// How long daemons die: a while, or what the long run asks for.
fn how_long() -> Duration {
    Duration::from_secs(asked_for("REDRESS_SECONDS", 12) as u64)
}

/// Whatever was leased by a daemon that is gone is free at once, as if its lease had run out by waiting.
const RUN_OUT: &str = "UPDATE outbox SET lease_until = '2000-01-01 00:00:00' WHERE state = 'leased'";

struct Company {
    bench: Bench,
    daemons: Vec<Child>,
}

impl Company {
    fn new(url: String) -> Self {
        let bench = Bench::new(Some(url), After::Move);
        let before = bench.count(OPEN);
        let daemons = (0..DAEMONS).map(|daemon| bench.spawn(daemon, &[])).collect();
        bench.wait("all daemons to be open", || bench.count(OPEN) == before + DAEMONS);
        Self { bench, daemons }
    }

    /// One dies, and is started anew at once.
    fn replace(&mut self, daemon: usize) {
        bench::kill(&mut self.daemons[daemon]);
        self.daemons[daemon] = self.bench.spawn(daemon, &[]);
    }

    /// Everything is finished by those that live, and the account is held.
    fn settle(&mut self) {
        self.bench.wait_until_all_is_sent();
        for daemon in &mut self.daemons {
            self.bench.stop(daemon);
        }
        self.daemons.clear();
        self.bench.account();
    }
}

impl Drop for Company {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            bench::kill(daemon);
        }
    }
}

#[test]
fn g11_four_daemons_of_which_one_dies_all_the_time_do_everything_once() {
    let Some((_folder, postgres)) = postgres() else { return };
    let mut company = Company::new(postgres.create_database("several").unwrap());
    let (begin, mut deaths) = (Instant::now(), 0);
    while begin.elapsed() < how_long() {
        company.bench.write();
        std::thread::park_timeout(RHYTHM);
        company.replace(deaths % DAEMONS);
        deaths += 1;
    }
    company.settle();
    // A death may repeat the one letter that was on its way.
    let repeats = company.bench.repeats().len();
    assert!(repeats <= deaths, "{repeats} letters were sent twice in {deaths} deaths");
    eprintln!("{deaths} deaths over {} mails; {repeats} letters were sent twice", company.bench.mails());
}

#[test]
fn g11_a_daemon_that_wakes_after_its_lease_sends_nothing_again() {
    let Some((_folder, postgres)) = postgres() else { return };
    let bench = Bench::new(Some(postgres.create_database("sleeper").unwrap()), After::Move);
    let mut company = Company { bench, daemons: Vec::new() };
    company.daemons.push(company.bench.spawn(0, &[]));
    let sleeper = Pid::from_child(&company.daemons[0]);
    for _ in 0..5 {
        company.bench.peers.stop_at(Moment::Recipient, sleeper);
        company.bench.write();
        company.bench.wait("a daemon to fall asleep", || company.bench.peers.has_struck());
        let asleep = company.bench.in_flight();
        assert_eq!(asleep.len(), 1);
        company.bench.sql(RUN_OUT);
        company.daemons.push(company.bench.spawn(company.daemons.len(), &[]));
        // What the sleeper has in hand beside that letter stays its own until it wakes or dies.
        let is_sent = |letter: &super::peers::Delivered| asleep.contains(&letter.message_id);
        company.bench.wait("the letter to leave", || company.bench.peers.delivered().iter().any(is_sent));
        bench::tell(&company.daemons[0], Signal::CONT);
        let mut awake = company.daemons.pop().unwrap();
        company.bench.stop(&mut awake);
        company.bench.wait_until_all_is_sent();
    }
    company.settle();
    assert_eq!(company.bench.repeats(), Vec::<String>::new());
}

#[test]
fn g11_connections_that_are_cut_lose_and_double_nothing() {
    let Some((_folder, postgres)) = postgres() else { return };
    let mut company = Company::new(postgres.create_database("cut").unwrap());
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()";
    for _ in 0..15 {
        company.bench.write();
        std::thread::park_timeout(RHYTHM);
        company.bench.sql(cut);
    }
    company.settle();
    assert_eq!(company.bench.repeats(), Vec::<String>::new());
}
