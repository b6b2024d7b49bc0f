//! The desk is killed at every step it takes, and whatever it had in hand is taken up again.
//!
//! Each trial writes to the desk, starts it with one death planned, waits for that death, and has `redress fsck` look
//! at what is left. After the last one the whole correspondence must be there: each mail once, each letter once.

pub mod bench;
mod hardware;
pub mod peers;
mod several;

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Child;
use std::time::{Duration, Instant};

use redress::cli::demo::servers::Postgres;
use redress::crash::{Point, Side};
use rustix::process::{Pid, Signal};
use tempfile::TempDir;

use crate::support::{asked_for, available};
use bench::{After, Bench};
use peers::Moment;

/// SIGKILL.
const KILLED: i32 = 9;
/// A desk that has been idle for so long will not come to the planned point.
const QUIET: Duration = Duration::from_secs(2);
/// And for no less than so many starts: on a machine that is busy with other work everything takes longer.
const STARTS: u32 = 8;
const TICK: Duration = Duration::from_millis(2);
/// The longest life of a desk that dies at random, in starts: on a slow machine everything happens later.
const LIFE: u32 = 3;
/// Random deaths of one desk; its correspondence grows with each.
const DEATHS_OF_ONE: usize = 200;

/// How the desk dies.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// At a point, the so many-th time.
    At(Point, Side, u32),
    /// When a server has seen something so many times before.
    Seen(Moment, u32),
    /// After so many thousandths of the longest life.
    Random(u32),
}

impl Death {
    /// Whether the sender died in a place where the relay cannot have taken the letter in hand.
    fn precedes_the_dot(self) -> bool {
        use Point::{OutboxBegin, SmtpBody, SmtpConnect, SmtpData, SmtpDot, SmtpMail, SmtpRcpt};
        match self {
            Death::At(point, side, _) => {
                let early = [OutboxBegin, SmtpConnect, SmtpMail, SmtpRcpt, SmtpData, SmtpBody];
                early.contains(&point) || (point, side) == (SmtpDot, Side::Before)
            }
            // What the desk has written arrives, though it is dead.
            Death::Seen(..) | Death::Random(_) => false,
        }
    }
}

/// Every point that a desk passes on the way from a mail to its letters, and how often in one trial at least.
const POINTS: &[(Point, u32)] = &[
    (Point::ImapSelect, 1),
    (Point::MailboxCommit, 1),
    (Point::ImapSearch, 1),
    (Point::ImapDescribe, 1),
    (Point::ImapFetch, 1),
    (Point::InboxCommit, 1),
    (Point::InboxCursor, 1),
    (Point::InboxTidied, 1),
    (Point::SmtpConnect, 1),
    (Point::InboxRaw, 2),
    (Point::DeskAttempt, 3),
    (Point::DeskRead, 2),
    (Point::DeskDecide, 2),
    (Point::DeskCommit, 2),
    (Point::OutboxLease, 2),
    (Point::TickerPick, 2),
    (Point::OutboxInsert, 3),
    (Point::OutboxBegin, 3),
    (Point::SmtpMail, 3),
    (Point::SmtpRcpt, 3),
    (Point::SmtpData, 3),
    (Point::SmtpBody, 3),
    (Point::SmtpDot, 3),
    (Point::OutboxSettle, 3),
];

/// The deaths of one run through everything.
fn systematic(after: After) -> Vec<Death> {
    let mut deaths = Vec::new();
    for (point, times) in POINTS {
        for side in Side::ALL {
            deaths.extend((1..=*times).map(|times| Death::At(*point, *side, times)));
        }
    }
    let tidying = if after == After::Move { Point::ImapMove } else { Point::ImapFlag };
    for side in Side::ALL {
        deaths.push(Death::At(tidying, *side, 1));
        deaths.push(Death::At(Point::TickerCommit, *side, 1));
        deaths.push(Death::At(Point::TickerJob, *side, 1));
        deaths.push(Death::At(Point::DeskSetAside, *side, 1));
        deaths.push(Death::At(Point::ImapClaim, *side, 1));
        deaths.push(Death::At(Point::DaemonDrain, *side, 1));
    }
    deaths.push(Death::At(Point::ImapLiteral, Side::After, 1));
    deaths.extend((0..2).map(|pass| Death::Seen(Moment::MidLiteral, pass)));
    deaths.extend((0..2).map(|pass| Death::Seen(Moment::Recipient, pass)));
    for moment in [Moment::MidData, Moment::Dot, Moment::Answer] {
        deaths.extend((0..4).map(|pass| Death::Seen(moment, pass)));
    }
    // Four desks die so: five hundred deaths.
    assert!(deaths.len() >= 125, "{}", deaths.len());
    scattered(&deaths)
}

/// The same deaths in an order in which neighbours are far apart: one that hits the same mail again and again would
/// have it set aside, as it should be.
fn scattered(deaths: &[Death]) -> Vec<Death> {
    const STRIDE: usize = 13;
    (0..STRIDE)
        .flat_map(|first| deaths.iter().copied().skip(first).step_by(STRIDE).collect::<Vec<_>>())
        .collect()
}

/// Kills at times that nobody chose, the same ones in each run of a `seed`.
fn random(seed: u64, count: usize) -> Vec<Death> {
    let mut state = seed;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Death::Random(u32::try_from((state >> 33) % 1_000).unwrap())
    };
    (0..count).map(|_| draw()).collect()
}

/// How many random deaths one desk dies: a hundred, or what the long run asks for.
fn kills() -> usize {
    asked_for("REDRESS_KILLS", 100)
}

/// Kills a desk by these deaths, one after the other.
fn try_all(bench: &mut Bench, deaths: &[Death]) {
    let (mut repeats, mut doubtful) = (0, BTreeSet::<String>::new());
    for death in deaths {
        bench.write();
        match death {
            Death::At(Point::TickerCommit, ..) => bench.remind(),
            Death::At(Point::TickerJob, ..) => bench.miss_a_job(),
            Death::At(Point::DeskSetAside, ..) => bench.write_monster(),
            Death::At(Point::ImapClaim, ..) => bench.peers.forget_claims(),
            _ => {}
        }
        die(bench, *death);
        let repeated = bench.repeats();
        let new = repeated.get(repeats..).unwrap_or_default();
        assert!(new.len() <= 1, "{new:?} were repeated before {death:?}");
        assert!(new.iter().all(|id| doubtful.contains(id)), "{new:?} was repeated before {death:?}");
        repeats = repeated.len();
        let marked = bench.in_flight();
        doubtful = if death.precedes_the_dot() { &marked & &doubtful } else { marked };
        bench.check(&format!("after {death:?}"));
    }
    bench.settle();
    eprintln!("{} deaths over {} mails; {repeats} letters were sent twice", deaths.len(), bench.mails());
}

/// Runs the desk until it dies as planned.
fn die(bench: &Bench, death: Death) {
    let idles = bench.peers.idles();
    let plan = match death {
        Death::At(point, side, times) => Some(format!("{point}:{times}:{side}")),
        Death::Seen(..) | Death::Random(_) => None,
    };
    let environment: Vec<_> = plan.iter().map(|plan| ("REDRESS_CRASH_AT", plan.as_str())).collect();
    let mut child = bench.spawn(0, &environment);
    match death {
        Death::Seen(moment, pass) => bench.peers.sentence(moment, Pid::from_child(&child), pass),
        Death::Random(after) => {
            std::thread::park_timeout(bench.start * LIFE * after / 1_000);
            bench::kill(&mut child);
            return;
        }
        Death::At(Point::DaemonDrain, ..) => {
            bench.wait("the mailbox to be read", || bench.peers.idles() > idles);
            bench::tell(&child, Signal::TERM);
        }
        Death::At(..) => {}
    }
    assert!(has_died(bench, &mut child, idles), "{death:?} did not come; the log ends:\n{}", bench.log());
}

fn has_died(bench: &Bench, child: &mut Child, idles: usize) -> bool {
    let deadline = Instant::now() + Duration::from_mins(1);
    let quiet = QUIET.max(bench.start * STARTS);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.signal() == Some(KILLED);
        }
        let idle = bench.peers.idles() > idles && bench.peers.quiet_for() > quiet;
        if idle || Instant::now() > deadline {
            bench::kill(child);
            return false;
        }
        std::thread::park_timeout(TICK);
    }
}

/// A PostgreSQL of the test's own, where there is one.
fn postgres() -> Option<(TempDir, Postgres)> {
    let folder = tempfile::tempdir().unwrap();
    let postgres = available(Postgres::start(&folder.path().join("pg")))?;
    Some((folder, postgres))
}

#[test]
fn g01_a_desk_killed_at_any_step_loses_and_doubles_nothing() {
    try_all(&mut Bench::new(None, After::Move), &systematic(After::Move));
}

#[test]
fn g01_a_desk_that_marks_its_mail_killed_at_any_step() {
    try_all(&mut Bench::new(None, After::Flag), &systematic(After::Flag));
}

#[test]
fn g01_a_desk_on_postgresql_killed_at_any_step() {
    let Some((_folder, postgres)) = postgres() else { return };
    let url = postgres.create_database("crash").unwrap();
    try_all(&mut Bench::new(Some(url), After::Move), &systematic(After::Move));
}

#[test]
fn g01_a_desk_on_postgresql_that_marks_its_mail_killed_at_any_step() {
    let Some((_folder, postgres)) = postgres() else { return };
    let url = postgres.create_database("crash").unwrap();
    try_all(&mut Bench::new(Some(url), After::Flag), &systematic(After::Flag));
}

#[test]
fn g05_a_mail_that_kills_the_desk_is_set_aside_and_stops_no_other() {
    let mut bench = Bench::new(None, After::Move);
    let poison = bench.write();
    for _ in 0..3 {
        bench.write();
    }
    let plan = format!("mail=Subject: Complaint {poison}");
    let mut deaths = 0;
    loop {
        let idles = bench.peers.idles();
        let mut child = bench.spawn(0, &[("REDRESS_CRASH_AT", &plan)]);
        if !has_died(&bench, &mut child, idles) {
            break;
        }
        deaths += 1;
        bench.check(&format!("after death {deaths}"));
    }
    // Once in company, twice alone.
    assert!((2..=3).contains(&deaths), "{deaths} deaths");
    assert_eq!(bench.set_aside(), ["it could not be finished in 2 tries"]);
    bench.settle();
}

#[test]
fn g06_a_desk_killed_at_any_time_sends_nothing_twice_but_what_was_on_its_way() {
    for deaths in random(0x7265_6472, kills()).chunks(DEATHS_OF_ONE) {
        try_all(&mut Bench::new(None, After::Move), deaths);
    }
}

#[test]
fn g06_a_desk_on_postgresql_killed_at_any_time() {
    let Some((_folder, postgres)) = postgres() else { return };
    for (number, deaths) in random(0x6573_7321, kills()).chunks(DEATHS_OF_ONE).enumerate() {
        let url = postgres.create_database(&format!("crash{number}")).unwrap();
        try_all(&mut Bench::new(Some(url), After::Flag), deaths);
    }
}
