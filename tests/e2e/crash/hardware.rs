//! A disk that fills or fails, a database that somebody else holds or that goes away, a clock that jumps.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::bench::{After, Bench};
use super::postgres;
use crate::support::{asked_for, available};

/// Work goes on within this time after space or the database is there again.
const AGAIN: Duration = Duration::from_secs(15);
/// A desk that says nothing for so long has done what it could.
const QUIET: Duration = Duration::from_millis(1500);
const TICK: Duration = Duration::from_millis(5);
/// What the flows say when the database fails them.
const COMPLAINTS: [&str; 3] = ["cannot be used now", "cannot be read", "cannot be written down yet"];

fn complaints(bench: &Bench) -> usize {
    COMPLAINTS.iter().map(|words| bench.count(words)).sum()
}

/// A disk of 16 MiB, in memory.
struct Disk(TempDir);

impl Disk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", "size=16m", "redress"]).arg(folder.path()).status();
        assert!(mounted.unwrap().success(), "only root can mount; run these tests as root");
        Self(folder)
    }

    fn database(&self) -> String {
        format!("sqlite:{}", self.0.path().join("redress.db").display())
    }

    fn filler(&self) -> PathBuf {
        self.0.path().join("filler")
    }

    /// Takes all space that is left.
    fn fill(&self) {
        let written = fs::write(self.filler(), vec![0; 16 * 1024 * 1024]);
        assert_eq!(written.unwrap_err().kind(), std::io::ErrorKind::StorageFull);
    }

    fn empty(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// Whether this run can mount: it needs to be root.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn g09_a_disk_that_fills_stops_the_desk_and_loses_nothing() {
    if !is_root() {
        eprintln!("skipped: only root can mount a small disk");
        return;
    }
    let disk = Disk::new();
    let mut bench = Bench::new(Some(disk.database()), After::Move);
    let mut daemon = bench.start();
    for _ in 0..2 {
        disk.fill();
        let before = complaints(&bench);
        for _ in 0..5 {
            bench.write();
        }
        // The database has some room of its own, which may last for a while.
        bench.wait("the desk to notice", || complaints(&bench) > before || bench.is_all_sent());
        assert!(daemon.try_wait().unwrap().is_none(), "{}", bench.log());
        disk.empty();
        let begin = Instant::now();
        bench.wait_until_all_is_sent();
        assert!(begin.elapsed() < AGAIN, "{:?}", begin.elapsed());
    }
    assert!(complaints(&bench) > 0, "{}", bench.log());
    bench.stop(&mut daemon);
    bench.account();
}

#[test]
fn g09_a_database_that_somebody_else_holds_is_waited_for() {
    let mut bench = Bench::new(None, After::Move);
    let mut daemon = bench.start();
    let mut other = SqliteConnection::establish(&bench.database_file()).unwrap();
    let before = complaints(&bench);
    other.batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").unwrap();
    let begin = Instant::now();
    bench.write();
    // Longer than the desk waits for a lock at once; a whole minute where the long run asks for it.
    bench.wait("the desk to lose patience", || complaints(&bench) > before && begin.elapsed() > held());
    assert!(daemon.try_wait().unwrap().is_none(), "{}", bench.log());
    other.batch_execute("ROLLBACK").unwrap();
    let free = Instant::now();
    bench.wait_until_all_is_sent();
    assert!(free.elapsed() < AGAIN, "{:?}", free.elapsed());
    bench.stop(&mut daemon);
    bench.account();
}

/// How long somebody else holds the database.
fn held() -> Duration {
    Duration::from_secs(asked_for("REDRESS_SECONDS", 6) as u64)
}

#[test]
fn g09_postgresql_may_be_restarted() {
    let Some((_folder, mut postgres)) = postgres() else { return };
    let url = postgres.create_database("restarted").unwrap();
    let mut bench = Bench::new(Some(url), After::Move);
    let mut daemon = bench.start();
    for _ in 0..2 {
        let before = complaints(&bench);
        postgres.stop().unwrap();
        bench.write();
        bench.wait("the desk to notice", || complaints(&bench) > before);
        postgres.start_server().unwrap();
        bench.wait_until_all_is_sent();
    }
    bench.stop(&mut daemon);
    bench.account();
}

/// Whether one of these files is there, which `what` brings; a run that promised everything fails without.
fn installed(what: &str, files: &[&str]) -> bool {
    let found = files.iter().any(|file| Path::new(file).exists());
    available(if found { Ok(()) } else { Err(anyhow::anyhow!("{what} is not installed")) }).is_some()
}

/// A fault that the kernel reports, at one of the first calls of a thread, each in turn.
struct Fault {
    call: &'static str,
    what: &'static str,
    calls: usize,
}

const FAULTS: &[Fault] = &[
    Fault { call: "pwrite64", what: "error=ENOSPC", calls: 4 },
    Fault { call: "pwrite64", what: "error=EIO", calls: 4 },
    Fault { call: "fsync,fdatasync", what: "error=ENOSPC", calls: 3 },
    Fault { call: "fsync,fdatasync", what: "error=EIO", calls: 3 },
    // A power cut in the middle of making a commit last.
    Fault { call: "fsync,fdatasync", what: "signal=SIGKILL", calls: 3 },
];
/// Runs of one fault.
const RUNS: usize = 24;

/// Runs a desk until a fault has come and it has done what it could; returns how many faults came.
fn run_with(bench: &Bench, fault: &Fault, nth: usize, trace: &Path) -> usize {
    let inject = format!("inject={}:{}:when={nth}", fault.call, fault.what);
    let only = format!("trace={}", fault.call);
    let trace_file = trace.display().to_string();
    let words = ["-f", "--seccomp-bpf", "-qq", "-o", &trace_file, "-e", &only, "-e", &inject];
    let idles = bench.peers.idles();
    let mut strace = bench.spawn_under(0, "strace", &words);
    let came = || fs::read_to_string(trace).unwrap_or_default().matches("INJECTED").count();
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        if strace.try_wait().unwrap().is_some() {
            // It was killed in the middle of the call.
            return 1;
        }
        let idle = bench.peers.idles() > idles && bench.peers.quiet_for() > QUIET;
        if idle || came() > 0 {
            break;
        }
        assert!(Instant::now() < deadline, "the desk does nothing:\n{}", bench.log());
        std::thread::park_timeout(TICK);
    }
    // What it does about the fault is tried as well, and then it dies of it or of us.
    bench.peers.wait_for_quiet(Duration::from_millis(100));
    end(&mut strace);
    came()
}

/// Ends a desk and the program that watches it.
fn end(strace: &mut Child) {
    let children = format!("/proc/{0}/task/{0}/children", strace.id());
    for child in fs::read_to_string(children).unwrap_or_default().split_whitespace() {
        if let Some(pid) = child.parse().ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
    strace.wait().unwrap();
}

#[test]
fn g08_a_write_that_fails_at_any_moment_loses_nothing() {
    if !installed("strace", &["/usr/bin/strace"]) {
        return;
    }
    let mut bench = Bench::new(None, After::Move);
    let folder = tempfile::tempdir().unwrap();
    let mut faults = 0;
    for (number, fault) in FAULTS.iter().enumerate() {
        for run in 0..RUNS {
            bench.write();
            let nth = run % fault.calls + 1;
            let trace = folder.path().join(format!("{number}-{run}"));
            faults += run_with(&bench, fault, nth, &trace).min(1);
            bench.check(&format!("after {} {} at {}", fault.call, fault.what, nth));
        }
    }
    assert!(faults >= 100, "only {faults} faults came");
    bench.settle();
    eprintln!("{faults} faults over {} mails", bench.mails());
}

#[test]
fn g08_what_others_learn_of_is_on_disk() {
    if !installed("strace", &["/usr/bin/strace"]) {
        return;
    }
    let mut bench = Bench::new(None, After::Move);
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    bench.write();
    let trace_file = trace.display().to_string();
    let calls = "trace=fsync,fdatasync,sendto,sendmsg";
    let words = ["-f", "-qq", "-y", "-s", "60", "-o", &trace_file, "-e", calls];
    let mut strace = bench.spawn_under(0, "strace", &words);
    bench.wait_until_all_is_sent();
    end(&mut strace);
    let text = fs::read_to_string(&trace).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let find = |words: &str, from: usize| {
        let found = lines.iter().skip(from).position(|line| line.contains(words));
        found.map_or_else(|| panic!("no {words} in\n{text}"), |place| place + from)
    };
    let synced = |from: usize, to: usize| {
        let between = &lines[from..to];
        between.iter().any(|line| line.contains("sync(") && line.contains("redress.db-wal"))
    };
    let fetched = find("BODY.PEEK[])", 0);
    let moved = find("UID MOVE", fetched);
    assert!(synced(fetched, moved), "a mail was moved before it was on disk:\n{text}");
    let sent = find("MAIL FROM", moved);
    assert!(synced(moved, sent), "a letter left before it was on disk:\n{text}");
}

/// The library that gives a program another clock, by machine.
const FAKETIME: [&str; 2] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
];

fn has_faketime() -> bool {
    installed("libfaketime", &FAKETIME)
}

/// Runs a desk by a wrong clock until it has nothing more to do.
fn run_at(bench: &Bench, time: &str) {
    let library = FAKETIME.into_iter().find(|path| Path::new(path).exists()).unwrap();
    let environment = [("LD_PRELOAD", library), ("FAKETIME", time), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")];
    let idles = bench.peers.idles();
    let mut daemon = bench.spawn(0, &environment);
    bench.wait("the desk to be idle", || {
        bench.peers.idles() > idles && bench.peers.quiet_for() > Duration::from_secs(4)
    });
    bench.stop(&mut daemon);
}

#[test]
fn g10_a_clock_that_jumps_doubles_nothing() {
    if !has_faketime() {
        return;
    }
    let bench = Bench::new(None, After::Move);
    let broken = || bench.sent_letters("promise-broken");
    run_at(&bench, "-2d");
    assert_eq!(broken(), 0);
    run_at(&bench, "+10y");
    let after = broken();
    assert!(after > 0, "ten years later every promise is broken");
    run_at(&bench, "+10y");
    assert_eq!(broken(), after, "and is told once");
    run_at(&bench, "-2d");
    assert_eq!(broken(), after);
    bench.check("after all jumps");
    assert_eq!(bench.repeats(), Vec::<String>::new());
}

#[test]
fn g10_a_job_of_the_skipped_or_doubled_hour_runs_once() {
    if !has_faketime() {
        return;
    }
    // Half past two does not exist in the one night, and comes twice in the other.
    for (before, night, later) in [
        ("@2026-03-28 12:00:00", "@2026-03-29 00:59:57", "@2026-03-29 09:00:00"),
        ("@2026-10-24 12:00:00", "@2026-10-25 00:29:57", "@2026-10-25 01:30:30"),
    ] {
        let bench = Bench::new(None, After::Move);
        bench.reconfigure(0, "digest = \"0 0 1 1 *\"", "digest = \"30 2 * * *\"");
        bench.reconfigure(0, "[schedules]", "[hours]\nzone = \"Europe/Berlin\"\n[schedules]");
        bench.sql("DELETE FROM jobs");
        run_at(&bench, before);
        assert_eq!(bench.sent_letters("digest"), 0, "{before}");
        run_at(&bench, night);
        assert_eq!(bench.sent_letters("digest"), 1, "{night}");
        run_at(&bench, later);
        assert_eq!(bench.sent_letters("digest"), 1, "{later}");
        bench.check("after the night");
    }
}
