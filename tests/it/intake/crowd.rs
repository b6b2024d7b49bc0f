//! A mailbox of years: new mail does not wait for the past to be taken, and little is held at a time.
//!
//! How many mails the whole program is tried with is said by `REDRESS_MAILBOX`; `make mailbox` asks for 100 000.

use crate::support::asked_for;
use std::{
    collections::BTreeSet,
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

use redress::{
    cli::demo::servers::PASSWORD,
    intake::{After, Past},
    mail::token::KeyRing,
    store::{
        self, Store,
        inbox::{self, Age, Status},
    },
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::{Reader, USER, unruly::Unruly};
use crate::sender::relay::Server;

/// Mails of one transaction.
const BATCH: usize = 50;
const TICK: Duration = Duration::from_millis(20);
/// What a new mail may wait at most, whatever else there is to do.
const SERVED: Duration = Duration::from_mins(1);
/// Memory of the program, in KiB.
const MEMORY: u64 = 128 * 1024;

#[tokio::test]
async fn g14_new_mail_is_taken_between_two_batches_of_the_past() {
    const PAST: u32 = 3_000;
    let server = Unruly::start().await;
    server.receive_old(PAST);
    server.receive_after(&[1, 100, 777, 1_500, 2_950]);
    let reader = Reader::start(server.port, "d1", |settings| settings.past = Past::Take);
    reader.wait("all to arrive", |_| server.arrived().len() == 5).await;
    reader.wait("all to be moved", |_| server.in_inbox() == 0).await;
    assert!(server.most_at_once() <= BATCH);
    let order = server.served();
    for arrival in server.arrived() {
        let place = order.iter().position(|sent| *sent == arrival.number).unwrap();
        assert!(place <= arrival.after + 2 * BATCH, "it waited for {} others", place - arrival.after);
    }
    assert_eq!(order.len(), PAST as usize + 5, "each was fetched once");
    let past: Vec<u64> = order.iter().copied().filter(|number| *number <= u64::from(PAST)).collect();
    assert!(past.is_sorted(), "the past is taken oldest first");
    let rows = reader.store.with(|db| inbox::list(db, Status::New, 10_000)).unwrap();
    assert_eq!(rows.iter().filter(|row| row.age == Age::Past).count(), PAST as usize);
    assert_eq!(rows.len(), PAST as usize + 5);
    let next = reader.store.with(|db| inbox::next_new(db, 6)).unwrap();
    let current = next.iter().filter(|row| row.age == Age::Current).count();
    assert_eq!(current, 5, "and the desk takes them before it");
    reader.stop().await;
}

#[tokio::test]
async fn g14_a_full_mailbox_is_opened_without_being_read() {
    const PAST: u32 = 100_000;
    let server = Unruly::start().await;
    server.receive_old(PAST);
    let reader = Reader::start(server.port, "d1", |settings| settings.after = After::Leave);
    reader.wait_until_open().await;
    server.receive(1);
    reader.wait("the new mail", |_| server.served() == [u64::from(PAST) + 1]).await;
    assert_eq!(server.heard("RFC822.SIZE"), 1, "nothing but the new mail is asked for");
    reader.stop().await;
}

/// The program as a process of its own. Dropping it kills it.
struct Daemon {
    child: Child,
    folder: TempDir,
}

impl Daemon {
    /// Starts a desk between these servers that takes the past.
    fn start(imap: u16, smtp: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "[desk]\nname = \"Care\"\naddress = \"{USER}\"\nstate_dir = \".\"\n\
             [[mailbox]]\nname = \"support\"\nhost = \"localhost\"\nport = {imap}\nsecurity = \"plain\"\nuser = \"{USER}\"\n\
             take_past = true\n\
             [sending]\nhost = \"127.0.0.1\"\nport = {smtp}\nsecurity = \"plain\"\n\
             [authentication]\ntrusted_authserv_ids = [\"mx.test\"]\nborder_hosts = [\"mx.test\"]\n\
             [[agent]]\naddress = \"anna@shop.test\"\nname = \"Anna Berg\"\n\
             [operations]\nlow_disk = \"1MiB\"\n"
        );
        let configuration = folder.path().join("redress.toml");
        fs::write(&configuration, text).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_redress"))
            .arg("--config")
            .arg(&configuration)
            .arg("run")
            .env("REDRESS_IMAP_PASSWORD", PASSWORD)
            .env("REDRESS_SIGNING_KEY", KeyRing::generate([7; 32]))
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        Self { child, folder }
    }

    fn log_end(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        log.lines().rev().take(20).map(str::to_owned).collect()
    }

    fn store(&self) -> Store {
        let file = self.folder.path().join("redress.db");
        Store::open(&store::Settings::new(format!("sqlite:{}", file.display()))).unwrap()
    }

    /// The most memory that the process has had, in KiB.
    fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    async fn wait(&self, what: &str, longest: Duration, mut is_so: impl FnMut() -> bool) {
        let end = Instant::now() + longest;
        while !is_so() {
            assert!(
                Instant::now() < end,
                "waited in vain for {what}; the log ends with: {:#?}",
                self.log_end()
            );
            sleep(TICK).await;
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many mails there are to be.
fn mails() -> u32 {
    asked_for("REDRESS_MAILBOX", 400).try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn g14_a_mailbox_of_years_holds_up_nobody_who_writes_now() {
    let mails = mails();
    let (server, relay) = (Unruly::start().await, Server::start().await);
    server.receive_old(mails);
    // New mail comes near the beginning of the past, and in its middle.
    let parts = [10, 2].map(|part| (mails / part) as usize);
    server.receive_after(&parts);
    let begin = Instant::now();
    let daemon = Daemon::start(server.port, relay.port);
    daemon.wait("the first mails", SERVED, || !server.served().is_empty()).await;
    let started = begin.elapsed();

    let store = daemon.store();
    let handled = || {
        let waiting = store.read(|db| inbox::list(db, Status::New, 1)).unwrap();
        server.in_inbox() == 0 && waiting.is_empty()
    };
    let mut waited = Vec::new();
    for place in 0..parts.len() {
        let long = Duration::from_mins(1) + Duration::from_millis(20) * mails;
        daemon.wait("a part of the past", long, || server.arrived().len() > place).await;
        let arrival = server.arrived()[place];
        let customer = format!("c{}@example.test", arrival.number);
        let acknowledged = || relay.taken().iter().any(|taken| taken.recipient == customer);
        daemon.wait("the acknowledgement", SERVED, acknowledged).await;
        waited.push(arrival.at.elapsed());
        assert!(!handled(), "the past was over before the new mail was answered, so nothing is proved");
    }

    let long = Duration::from_mins(1) + Duration::from_millis(40) * mails;
    daemon.wait("all to be moved", long, || server.in_inbox() == 0).await;
    let taken = begin.elapsed();
    daemon.wait("all to be handled", long, handled).await;
    let ended = begin.elapsed();
    let peak = daemon.peak();
    eprintln!(
        "{mails} mails: first mail after {started:.1?}, acknowledged meanwhile after {waited:.1?}, \
         all taken after {taken:.1?}, all handled after {ended:.1?}, at most {} MiB",
        peak / 1024
    );
    assert!(peak < MEMORY, "{peak} KiB");
    let done = store.read(|db| inbox::list(db, Status::Done, i64::MAX)).unwrap();
    assert_eq!(done.len(), mails as usize + waited.len());
    // Disputes are numbered as they are opened: of what was there before it, some waited behind the new mail.
    let numbers = |age| done.iter().filter(move |row| row.age == age).filter_map(|row| row.dispute);
    let newest = numbers(Age::Current).max().unwrap();
    let before = numbers(Age::Past).filter(|number| *number < newest).count();
    assert_eq!(numbers(Age::Past).count(), mails as usize);
    assert!(before < parts[1], "{before} mails of the past were handled before the new one");
    let answered: BTreeSet<String> = relay
        .taken()
        .into_iter()
        .map(|taken| taken.recipient)
        .filter(|recipient| recipient.ends_with("@example.test"))
        .collect();
    assert_eq!(answered.len(), waited.len(), "nobody of the past is answered");
}
