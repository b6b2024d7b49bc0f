//! A desk on trial: one or more daemons of one database between two servers of our own, a correspondence that grows
//! with every round, and the account of it in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use mail_parser::MessageParser;
use redress::clock::Clock;
use redress::domain::decision::{TimerChange, TimerKind};
use redress::mail::token::KeyRing;
use redress::store::inbox::{self, Status};
use redress::store::outbox::{self, Letter, State};
use redress::store::{Db, Durability, Settings, Store, StoreError, timers};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::peers::{Delivered, Peers};
use crate::{redress_with, secret};

/// All that is expected has happened within this time.
const PATIENCE: Duration = Duration::from_mins(1);
/// A letter whose sender was cut off waits for its lease to end (90 seconds) and then perhaps for its next try (a
/// minute, or a fifth more).
const SENDING: Duration = Duration::from_mins(3);
const TICK: Duration = Duration::from_millis(5);
/// Complaints before anything happens, so that there is always something to answer.
const BEFORE: usize = 8;
/// Rows looked at.
const ALL: i64 = 1_000_000;
const AGENT: &str = "anna@shop.test";

/// What the desk does with mail that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Moves it.
    Move,
    /// Marks it.
    Flag,
}

/// The desk, its world, and what was said so far.
pub struct Bench {
    /// The world.
    pub peers: Peers,
    /// The database, as the test sees it.
    pub store: Store,
    url: String,
    after: After,
    folder: TempDir,
    /// How long a start takes on this machine, until the mailbox has been read.
    pub start: Duration,
    said: Said,
}

/// Asks a database that may be away or busy for a moment.
pub fn patiently<T>(ask: impl Fn() -> Result<T, StoreError>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match ask() {
            Ok(value) => return value,
            Err(error) => assert!(error.is_temporary() && Instant::now() < deadline, "{error}"),
        }
        std::thread::park_timeout(TICK);
    }
}

/// What was written to the desk.
#[derive(Default)]
struct Said {
    complaints: usize,
    answered: BTreeSet<usize>,
    replied: BTreeSet<usize>,
    reminded: BTreeSet<usize>,
    monsters: usize,
}

impl Bench {
    /// A desk on the database at `url`, or on SQLite in its own folder.
    pub fn new(url: Option<String>, after: After) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = url.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("redress.db").display()));
        let settings = Settings { durability: Durability::TestOnly, ..Settings::new(url.as_str()) };
        let store = Store::open(&settings).unwrap();
        store.migrate().unwrap();
        let peers = Peers::start();
        peers.watch(store.clone());
        let bench = Self { peers, store, url, after, folder, start: Duration::ZERO, said: Said::default() };
        secret(bench.folder.path(), "signing-key", &KeyRing::generate([7; 32]));
        secret(bench.folder.path(), "imap-password", "secret");
        // What is there at the first start is the past.
        let begin = Instant::now();
        let mut first = bench.spawn(0, &[]);
        bench.wait("the mailbox to be read", || bench.peers.idles() > 0);
        let mut bench = Self { start: begin.elapsed(), ..bench };
        for _ in 0..BEFORE {
            bench.write();
        }
        bench.wait_until_all_is_sent();
        bench.stop(&mut first);
        bench
    }

    /// The configuration of the daemon of that number; each has a state folder of its own.
    fn configuration(&self, daemon: usize) -> PathBuf {
        let path = self.folder.path().join(format!("redress-{daemon}.toml"));
        if path.exists() {
            return path;
        }
        let state = self.folder.path().join(format!("state-{daemon}"));
        fs::create_dir_all(&state).unwrap();
        let (imap, smtp) = (self.peers.imap, self.peers.smtp);
        let after = if self.after == After::Move { "move" } else { "flag" };
        let text = format!(
            r#"
[desk]
name = "Shop Care"
address = "support@shop.test"
state_dir = "{state}"
[database]
url = "{url}"
durability = "{durability}"
[[mailbox]]
name = "support"
host = "127.0.0.1"
port = {imap}
security = "plain"
user = "support@shop.test"
password_file = "imap-password"
after = "{after}"
[sending]
host = "127.0.0.1"
port = {smtp}
security = "plain"
agent_delay = "0s"
[signing]
key_file = "signing-key"
[authentication]
trusted_authserv_ids = ["mx.test"]
border_hosts = ["mx.test"]
[[agent]]
address = "{AGENT}"
name = "Anna Berg"
[acknowledgement]
address_hour = 100000
address_day = 100000
domain_hour = 100000
total_hour = 100000
[schedules]
digest = "0 0 1 1 *"
anchor = "* * * * *"
[operations]
low_disk = "1MiB"
"#,
            state = state.display(),
            url = self.url,
            // The throw-away PostgreSQL is quick and forgets at a power cut; SQLite is not, and must not.
            durability = if self.url.starts_with("sqlite:") { "strict" } else { "test" },
        );
        fs::write(&path, text).unwrap();
        path
    }

    /// The command line of the daemon of that number.
    pub fn command(&self, daemon: usize, words: &[&str]) -> Command {
        redress_with(&self.configuration(daemon), words)
    }

    /// Starts the daemon of that number.
    pub fn spawn(&self, daemon: usize, environment: &[(&str, &str)]) -> Child {
        let mut command = self.command(daemon, &["run"]);
        command.envs(environment.iter().copied());
        self.launch(command)
    }

    /// Starts the first daemon and waits until it has its mailbox open.
    pub fn start(&self) -> Child {
        let before = self.peers.idles();
        let daemon = self.spawn(0, &[]);
        self.wait("the mailbox to be read", || self.peers.idles() > before);
        daemon
    }

    /// Starts the daemon of that number under another program, which is given the rest of the command line.
    pub fn spawn_under(&self, daemon: usize, program: &str, words: &[&str]) -> Child {
        let plain = self.command(daemon, &["run"]);
        let mut command = Command::new(program);
        command.args(words).arg(plain.get_program()).args(plain.get_args());
        command.env_remove("RUST_LOG").env("NO_COLOR", "1").stdin(Stdio::null());
        self.launch(command)
    }

    fn launch(&self, mut command: Command) -> Child {
        let log = File::options().create(true).append(true).open(self.log_file()).unwrap();
        command.stdout(Stdio::null()).stderr(log).spawn().unwrap()
    }

    /// Replaces a part of the configuration of that daemon.
    pub fn reconfigure(&self, daemon: usize, from: &str, to: &str) {
        let path = self.configuration(daemon);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("desk.log")
    }

    /// The end of what the daemons have logged.
    pub fn log(&self) -> String {
        let text = fs::read_to_string(self.log_file()).unwrap_or_default();
        // What went well is of no interest.
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains(" INFO A mail ")).collect();
        lines.get(lines.len().saturating_sub(60)..).unwrap_or_default().join("\n")
    }

    /// The file of an SQLite database.
    pub fn database_file(&self) -> String {
        self.url.trim_start_matches("sqlite:").to_owned()
    }

    /// How many lines of the log hold `words`.
    pub fn count(&self, words: &str) -> usize {
        let text = fs::read_to_string(self.log_file()).unwrap_or_default();
        text.lines().filter(|line| line.contains(words)).count()
    }

    /// Waits until `done` holds; fails with the log when it does not in time.
    pub fn wait(&self, what: &str, mut done: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done() {
            assert!(Instant::now() < deadline, "waited for {what}; the log ends:\n{}", self.log());
            std::thread::park_timeout(TICK);
        }
    }

    /// Asks a daemon to end, and waits until it has ended well.
    pub fn stop(&self, child: &mut Child) {
        tell(child, rustix::process::Signal::TERM);
        let ended = child.wait().unwrap();
        assert!(ended.success(), "{ended}; the log ends:\n{}", self.log());
    }

    /// `redress fsck` finds nothing wrong.
    pub fn check(&self, when: &str) {
        let output = self.command(0, &["fsck"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{when}:\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    /// One more complaint, and whatever the mails so far invite: every other complaint is answered by the agent, the
    /// rest are reminded of, and every customer writes once more. Returns the complaint's number.
    pub fn write(&mut self) -> usize {
        let number = self.said.complaints;
        self.said.complaints += 1;
        self.peers.receive(complaint(number));
        let letters = Read::all(&self.peers.delivered());
        let due = |done: &BTreeSet<usize>, found: &dyn Fn(usize) -> Option<Vec<u8>>| {
            (0..number)
                .filter(|earlier| !done.contains(earlier))
                .find_map(|earlier| Some((earlier, found(earlier)?)))
        };
        let answer = due(&self.said.answered, &|earlier| {
            let notification =
                letters.iter().find(|letter| letter.to == AGENT && letter.is_about(earlier))?;
            (earlier % 2 == 0)
                .then(|| notification.reply(AGENT, &format!("Answer {earlier}: a new one is on its way.")))
        });
        if let Some((earlier, raw)) = answer {
            self.said.answered.insert(earlier);
            self.peers.receive(raw);
        }
        let reply = due(&self.said.replied, &|earlier| {
            let letter = letters.iter().find(|letter| letter.to == customer(earlier))?;
            Some(
                letter
                    .reply(&customer(earlier), &format!("One more thing about {earlier}: it is also blue.")),
            )
        });
        if let Some((earlier, raw)) = reply {
            self.said.replied.insert(earlier);
            self.peers.receive(raw);
        }
        number
    }

    /// A mail that is set aside.
    pub fn write_monster(&mut self) {
        self.said.monsters += 1;
        let monster = self.said.monsters;
        let mut raw = format!(
            "{}Content-Type: multipart/mixed; boundary=x\n\n",
            head("mona@example.test", &format!("monster-{monster}"), "Monster")
        );
        raw.push_str(&"--x\n\na\n".repeat(2_000));
        self.peers.receive(raw.replace('\n', "\r\n").into_bytes());
    }

    /// A promise that the agent is to be reminded of now; no daemon may run.
    pub fn remind(&mut self) {
        let number = (0..self.said.complaints)
            .filter(|n| n % 2 == 1 && !self.said.reminded.contains(n))
            .find_map(|n| {
                let acknowledged = |letter: &Letter| letter.recipient == customer(n);
                let dispute = self.letters(State::Sent).into_iter().find(acknowledged)?.dispute?;
                Some((n, dispute))
            });
        let (complaint, dispute) = number.expect("there is always one that was acknowledged");
        self.said.reminded.insert(complaint);
        let past = Clock::system().now() - TimeDelta::minutes(1);
        let set = TimerChange::Set(TimerKind::PromiseReminder, past);
        self.store.with(|db| timers::apply(db, dispute, &[set])).unwrap();
    }

    /// A job of the calendar that last ran some minutes ago; no daemon may run.
    pub fn miss_a_job(&mut self) {
        let past = (Clock::system().now() - TimeDelta::minutes(3)).format("%Y-%m-%d %H:%M:%S%.6f");
        self.sql(&format!("UPDATE jobs SET ran_for = '0', ran_at = '{past}' WHERE name = 'anchor'"));
    }

    /// Changes what stands in the database, such as the passing of time would.
    pub fn sql(&self, sql: &str) {
        let run = |db: &mut Db| match db {
            Db::Sqlite(c) => c.batch_execute(sql),
            Db::Pg(c) => c.batch_execute(sql),
        };
        patiently(|| self.store.with(|db| Ok(run(db)?)));
    }

    /// How many letters of that name were sent.
    pub fn sent_letters(&self, name: &str) -> usize {
        self.letters(State::Sent).iter().filter(|letter| letter.letter == name).count()
    }

    fn letters(&self, state: State) -> Vec<Letter> {
        self.read(|db| outbox::list(db, state, ALL))
    }

    /// Reads from a database that may be away for a moment.
    fn read<T>(&self, f: impl Fn(&mut Db) -> Result<T, StoreError>) -> T {
        patiently(|| self.store.read(&f))
    }

    /// What is expected to have been sent, by letter and recipient.
    fn expected(&self) -> BTreeMap<(String, String), usize> {
        let said = &self.said;
        let mut expected = BTreeMap::new();
        for number in 0..said.complaints {
            expected.insert(("acknowledgement".to_owned(), customer(number)), 1);
        }
        for number in &said.answered {
            expected.insert(("answer".to_owned(), customer(*number)), 1);
        }
        let mut staff = |letter: &str, count: usize| {
            if count > 0 {
                expected.insert((letter.to_owned(), AGENT.to_owned()), count);
            }
        };
        staff("notification", said.complaints + said.replied.len());
        staff("promise-reminder", said.reminded.len());
        expected
    }

    fn sent(&self) -> BTreeMap<(String, String), usize> {
        let mut sent = BTreeMap::new();
        for letter in self.letters(State::Sent) {
            *sent.entry((letter.letter, letter.recipient)).or_insert(0) += 1;
        }
        sent
    }

    /// Lets one daemon finish everything, then holds the account.
    pub fn settle(&mut self) {
        let mut daemon = self.start();
        self.wait_until_all_is_sent();
        self.stop(&mut daemon);
        self.account();
    }

    /// Whether what is expected has been sent.
    pub fn is_all_sent(&self) -> bool {
        self.sent() == self.expected()
    }

    /// Waits until what is expected has been sent.
    pub fn wait_until_all_is_sent(&self) {
        let expected = self.expected();
        let (mut done, mut deadline) = (0, Instant::now() + SENDING);
        loop {
            let sent = self.sent();
            if sent == expected {
                return;
            }
            // A slow machine needs longer for a long correspondence; one that goes on is waited for.
            let so_far = sent.values().sum();
            if so_far > done {
                (done, deadline) = (so_far, Instant::now() + SENDING);
            }
            self.take_up_again();
            let late = Instant::now() > deadline;
            assert!(
                !late,
                "{:#?}\nset aside: {:?}\nthe log ends:\n{}",
                differences(&expected, &self.sent()),
                self.set_aside(),
                self.log()
            );
            std::thread::park_timeout(TICK * 10);
        }
    }

    /// Every mail is stored once, every effect happened once, nothing was touched before it was safe, and what went
    /// over the wire is what stands in the outbox.
    pub fn account(&self) {
        self.check("at the end");
        assert_eq!(self.sent(), self.expected());
        for state in [State::Queued, State::Leased, State::Dead] {
            assert_eq!(self.letters(state).len(), 0, "{state}");
        }
        assert_eq!(self.peers.unsafe_touches(), Vec::<String>::new());
        let mut offered: Vec<[u8; 32]> =
            self.peers.mails().iter().map(|raw| Sha256::digest(raw).into()).collect();
        offered.sort_unstable();
        assert_eq!(self.stored(), offered, "mails offered and stored");
        let wire: BTreeSet<(String, [u8; 32])> =
            self.peers.delivered().into_iter().map(|letter| (letter.message_id, letter.sha256)).collect();
        let outbox: BTreeSet<String> =
            self.letters(State::Sent).into_iter().map(|letter| letter.message_id).collect();
        assert_eq!(wire.len(), outbox.len(), "one Message-ID has one form");
        assert_eq!(wire.into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>(), outbox);
    }

    /// A mail that was in hand at three deaths in a row is set aside, and an operator takes it up again.
    fn take_up_again(&self) {
        for mail in self.quarantined() {
            if mail.reason.as_deref().is_some_and(|why| why.contains("2 tries")) {
                eprintln!("a mail was in hand at three deaths in a row");
                patiently(|| self.store.with(|db| inbox::retry(db, inbox::Which::One(mail.id))));
            }
        }
    }

    /// Why mails were set aside.
    pub fn set_aside(&self) -> Vec<String> {
        self.quarantined().into_iter().map(|mail| mail.reason.unwrap_or_default()).collect()
    }

    fn quarantined(&self) -> Vec<inbox::MailRow> {
        self.read(|db| inbox::list(db, Status::Quarantined, ALL))
    }

    fn stored(&self) -> Vec<[u8; 32]> {
        let hashes = self.store.read(|db| {
            let mut hashes = Vec::new();
            for status in Status::ALL {
                for mail in inbox::list(db, *status, ALL)? {
                    let raw = inbox::raw(db, mail.id)?.unwrap_or_default();
                    hashes.push(Sha256::digest(raw).into());
                }
            }
            Ok(hashes)
        });
        let mut hashes: Vec<[u8; 32]> = hashes.unwrap();
        hashes.sort_unstable();
        hashes
    }

    /// Message-IDs of letters that the relay had taken before, in order.
    pub fn repeats(&self) -> Vec<String> {
        let mut taken = BTreeSet::new();
        let ids = self.peers.delivered().into_iter().map(|letter| letter.message_id);
        ids.filter(|id| !taken.insert(id.clone())).collect()
    }

    /// Message-IDs of letters that the relay may have without our knowing.
    pub fn in_flight(&self) -> BTreeSet<String> {
        let waiting = [State::Leased, State::Queued].into_iter().flat_map(|state| self.letters(state));
        waiting.filter(|letter| letter.in_flight).map(|letter| letter.message_id).collect()
    }

    /// Mails written to the desk so far.
    pub fn mails(&self) -> usize {
        let said = &self.said;
        said.complaints + said.answered.len() + said.replied.len() + said.monsters
    }
}

fn differences(
    expected: &BTreeMap<(String, String), usize>,
    sent: &BTreeMap<(String, String), usize>,
) -> Vec<String> {
    let keys: BTreeSet<_> = expected.keys().chain(sent.keys()).collect();
    let count = |map: &BTreeMap<_, usize>, key| map.get(key).copied().unwrap_or(0);
    let different = keys.into_iter().filter(|key| count(expected, key) != count(sent, key));
    different
        .map(|key| format!("{key:?}: expected {}, sent {}", count(expected, key), count(sent, key)))
        .collect()
}

/// Ends a daemon at once, as a power failure does.
pub fn kill(child: &mut Child) {
    let _ = child.kill();
    child.wait().unwrap();
}

/// Sends a signal.
pub fn tell(child: &Child, signal: rustix::process::Signal) {
    rustix::process::kill_process(rustix::process::Pid::from_child(child), signal).unwrap();
}

fn customer(number: usize) -> String {
    format!("carla-{number}@example.test")
}

/// The header of a mail as the border leaves it.
fn head(from: &str, id: &str, subject: &str) -> String {
    let domain = from.split('@').nth(1).unwrap_or_default();
    format!(
        "Return-Path: <{from}>\nAuthentication-Results: mx.test; dmarc=pass header.from={domain}\n\
         Received: from out.{domain} by mx.test with esmtp; Mon, 23 Nov 2026 09:00:00 +0000\n\
         From: <{from}>\nSubject: {subject}\nMessage-ID: <{id}@{domain}>\nMIME-Version: 1.0\n"
    )
}

fn complaint(number: usize) -> Vec<u8> {
    let head = head(&customer(number), &format!("complaint-{number}"), &format!("Complaint {number}"));
    let text =
        format!("To: support@shop.test\n\nMy order {number} came broken, and I would like my money back.\n");
    (head + &text).replace('\n', "\r\n").into_bytes()
}

/// A letter as its reader's client sees it.
struct Read {
    to: String,
    subject: String,
    message_id: String,
    reply_to: String,
}

impl Read {
    fn all(delivered: &[Delivered]) -> Vec<Self> {
        delivered.iter().map(Self::new).collect()
    }

    fn new(letter: &Delivered) -> Self {
        let parsed = MessageParser::default().parse(&letter.raw).unwrap();
        let reply_to = parsed.reply_to().or_else(|| parsed.from()).and_then(|list| list.first());
        Self {
            to: letter.recipient.clone(),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            message_id: letter.message_id.clone(),
            reply_to: reply_to.and_then(|first| first.address()).unwrap_or_default().to_owned(),
        }
    }

    fn is_about(&self, number: usize) -> bool {
        self.subject.ends_with(&format!("Complaint {number}"))
    }

    fn reply(&self, from: &str, text: &str) -> Vec<u8> {
        let id = format!("reply-to-{}", self.message_id.split('@').next().unwrap_or_default());
        let head = head(from, &id, &format!("Re: {}", self.subject));
        let thread = format!("To: {}\nIn-Reply-To: <{}>\n", self.reply_to, self.message_id);
        format!("{head}{thread}\n{text}\n").replace('\n', "\r\n").into_bytes()
    }
}
