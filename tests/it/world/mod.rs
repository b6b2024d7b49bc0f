//! The simulated world: a real desk, clerk, ticker and sender over a real SQLite, with a clock that moves when told,
//! a mailbox that is a script and an outbox that is captured.
//!
//! A scenario reads like a correspondence: somebody writes, somebody reads what came, days pass. It ends with
//! [`World::finish`], which fails if anybody was sent something that the scenario did not read.
mod invariants;
mod letters;

use std::{fmt::Write as _, sync::Arc};

use crate::configured::configured;
use redress::{
    clock::Clock,
    daemon::{Parts, wiring},
    desk::Worked,
    domain::{Timestamp, dispute::Number},
    mail::token::KeyRing,
    smtp::{SmtpError, Stage},
    store::{
        disputes, inbox, journal, mailboxes,
        outbox::{self, State},
        timers,
    },
};
use tempfile::TempDir;

pub use letters::{Received, Written};

/// Where every scenario begins: a Monday morning.
const START: &str = "2026-11-23T08:00:00Z";

/// The desk of every scenario. `{}` takes additions.
const CONFIGURATION: &str = r#"
[desk]
name = "Shop Care"
address = "support@shop.test"
state_dir = "."
rights = { en = "You may turn to the ombudsman at any time.", de = "Sie können sich jederzeit an die Schlichtungsstelle wenden." }

[[mailbox]]
name = "support"
host = "127.0.0.1"
security = "plain"
user = "support@shop.test"

[sending]
host = "127.0.0.1"
security = "plain"

[authentication]
trusted_authserv_ids = ["mx.test"]
border_hosts = ["mx.test"]

[[agent]]
address = "anna@shop.test"
name = "Anna Berg"

[[agent]]
address = "mara@shop.test"
name = "Mara Voss"
role = "manager"

[hours]
zone = "Europe/Berlin"

# Kills and power cuts are tried with the real program.
[database]
durability = "test"

"#;

/// Whether the relay can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relay {
    /// It takes everything.
    Up,
    /// Nobody answers there.
    Down,
    /// It takes mail for everybody but this recipient, whom it refuses for good.
    Refuses(&'static str),
}

/// One scenario's world.
pub struct World {
    clock: Clock,
    parts: Parts,
    captured: Vec<Received>,
    sent: Vec<invariants::Sent>,
    relay: Relay,
    uid: u32,
    finished: bool,
    folder: TempDir,
}

impl World {
    /// The usual desk.
    pub fn new() -> Self {
        Self::with("")
    }

    /// The usual desk with more configuration; a section that stands in both is replaced by the addition.
    pub fn with(more: &str) -> Self {
        Self::starting(START, more)
    }

    /// The same, beginning at another moment.
    pub fn starting(at: &str, more: &str) -> Self {
        Self::build(at, CONFIGURATION, more, [7; 32])
    }

    /// The usual desk without a manager: Anna and Cora are agents.
    pub fn unmanaged() -> Self {
        let staff = "[[agent]]\naddress = \"mara@shop.test\"\nname = \"Mara Voss\"\nrole = \"manager\"\n";
        let cora = "[[agent]]\naddress = \"cora@shop.test\"\nname = \"Cora Lind\"\n";
        Self::build(START, &CONFIGURATION.replace(staff, cora), "", [7; 32])
    }

    /// Another company's desk, `support@peer.test`, with keys of its own.
    pub fn elsewhere() -> Self {
        Self::build(
            START,
            &CONFIGURATION.replace("shop.test", "peer.test").replace("[desk]", "[desk]\nprefix = \"P-\""),
            "",
            [9; 32],
        )
    }

    fn build(at: &str, configuration: &str, more: &str, key: [u8; 32]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sections = |text: &str| -> Vec<String> {
            text.lines().filter(|line| line.starts_with('[')).map(str::to_owned).collect()
        };
        let replaced = sections(more);
        let mut kept = String::new();
        let mut skip = false;
        for line in configuration.lines() {
            if line.starts_with('[') {
                skip = !line.starts_with("[[") && replaced.iter().any(|section| section == line);
            }
            if !skip {
                kept.push_str(line);
                kept.push('\n');
            }
        }
        let text = format!("{kept}\n{more}");
        let config = configured(&text, folder.path(), &KeyRing::generate(key));
        let clock = Clock::manual(at.parse().unwrap());
        let store = wiring::open_store(&config).unwrap();
        let clerk = Arc::new(wiring::clerk(&config, clock.clone()).unwrap());
        let parts = wiring::parts(&config, store, &clerk, "world");
        let world = World {
            clock,
            parts,
            captured: Vec::new(),
            sent: Vec::new(),
            relay: Relay::Up,
            uid: 0,
            finished: false,
            folder,
        };
        // The jobs begin to count.
        world.parts.ticker.tick(&world.parts.store).unwrap();
        world
    }

    /// The moment it is.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A mail arrives, and everything that follows at once happens.
    pub fn arrives(&mut self, mail: &Written) {
        self.arrives_in("support", &mail.raw(self.now()));
    }

    /// Raw bytes arrive in a mailbox.
    pub fn arrives_in(&mut self, mailbox: &str, raw: &[u8]) {
        self.store(mailbox, raw, inbox::Age::Current);
        self.work();
    }

    /// Raw bytes that were in the mailbox before the desk.
    pub fn was_there(&mut self, mail: &Written) {
        let raw = mail.raw(self.now());
        self.store("support", &raw, inbox::Age::Past);
        self.work();
    }

    /// Raw bytes lie in the store before the desk looks.
    pub fn waits(&mut self, raw: &[u8]) {
        self.store("support", raw, inbox::Age::Current);
    }

    /// The same, in a mailbox of that name.
    pub fn waits_in(&mut self, mailbox: &str, raw: &[u8]) {
        self.store(mailbox, raw, inbox::Age::Current);
    }

    /// One look of the desk at its inbox: a batch, and nothing else.
    pub fn look(&mut self) -> Worked {
        self.parts.desk.work(&self.parts.store).unwrap()
    }

    /// All unread mail, which is read with that.
    pub fn take_all(&mut self) -> Vec<Received> {
        std::mem::take(&mut self.captured)
    }

    fn store(&mut self, mailbox: &str, raw: &[u8], age: inbox::Age) {
        self.uid += 1;
        let taken =
            inbox::Taken { uid: self.uid, raw: inbox::Packed::new(raw), received_at: self.now(), age };
        let now = self.now();
        let take = |db: &mut _| {
            mailboxes::claim(db, mailbox, "INBOX", "world", now)?;
            inbox::take_batch(db, mailbox, "INBOX", 1, &[taken])
        };
        self.parts.store.with(take).unwrap();
    }

    /// Everything that can happen now happens: the inbox empties, what is due is decided, what may leave leaves.
    pub fn work(&mut self) {
        loop {
            let worked = self.parts.desk.work(&self.parts.store).unwrap();
            if worked.handled.is_empty() && worked.quarantined.is_empty() {
                break;
            }
        }
        self.parts.ticker.tick(&self.parts.store).unwrap();
        self.deliver();
    }

    fn deliver(&mut self) {
        if self.relay == Relay::Down {
            return self.fail();
        }
        loop {
            let leased = self.parts.sender.lease(&self.parts.store).unwrap();
            if leased.is_empty() {
                return;
            }
            for mail in leased {
                assert!(self.parts.sender.begin(&self.parts.store, mail.lease()).unwrap());
                let taken = match self.relay {
                    Relay::Refuses(whom) if mail.letter.recipient == whom => Err(refused()),
                    _ => Ok(()),
                };
                if taken.is_ok() {
                    self.sent.push(invariants::Sent::new(&mail));
                    self.captured.push(Received::new(&mail));
                }
                self.parts.sender.settle(&self.parts.store, &mail, &taken).unwrap();
            }
            if self.relay == Relay::Down {
                // The sender itself rests here; the world tries again when something falls due.
                return;
            }
        }
    }

    /// A round that ends at its first mail, as the sender's do when the relay itself is the trouble.
    fn fail(&mut self) {
        let (sender, store) = (&self.parts.sender, &self.parts.store);
        let leased = sender.lease(store).unwrap();
        let Some((first, rest)) = leased.split_first() else { return };
        assert!(sender.begin(store, first.lease()).unwrap());
        let error = SmtpError::Unreachable { why: "nobody answers".to_owned() };
        sender.settle(store, first, &Err(error)).unwrap();
        let rest: Vec<_> = rest.iter().map(outbox::Leased::lease).collect();
        store.with(|db| outbox::give_back(db, &rest)).unwrap();
    }

    /// The clock jumps, forward or back, and everything that is due by then happens at once.
    pub fn jump(&mut self, to: &str) {
        self.clock.set(to.parse().unwrap());
        self.work();
    }

    /// Time passes until `at`, stopping wherever something falls due.
    pub fn until(&mut self, at: &str) {
        let target: Timestamp = at.parse().unwrap();
        assert!(target > self.now(), "time only goes forward");
        loop {
            let next = self.next_due().filter(|due| *due < target);
            self.clock.set(next.unwrap_or(target).max(self.now()));
            self.work();
            if next.is_none() {
                return;
            }
        }
    }

    /// So many minutes pass.
    pub fn minutes(&mut self, minutes: i64) {
        let at = self.now() + chrono::Duration::minutes(minutes);
        self.until(&at.to_rfc3339());
    }

    /// Ends a scenario whose letters do not matter.
    pub fn abandon(mut self) {
        self.finished = true;
    }

    /// The next moment at which a timer, a job or a waiting mail is due.
    fn next_due(&self) -> Option<Timestamp> {
        let ticked = self.parts.ticker.tick(&self.parts.store).unwrap();
        let mail = self.parts.store.with(outbox::next_due).unwrap();
        let now = self.now();
        [ticked.next, mail].into_iter().flatten().filter(|due| *due > now).min()
    }

    /// The next unread mail to `address`.
    ///
    /// # Panics
    /// If there is none.
    pub fn read(&mut self, address: &str) -> Received {
        let found = self.captured.iter().position(|mail| mail.to == address);
        let Some(position) = found else {
            panic!("{address} has no unread mail; unread is:\n{}", self.unread());
        };
        self.captured.remove(position)
    }

    /// The next unread mail to `address`, as they see it.
    pub fn shown(&mut self, address: &str) -> String {
        self.read(address).shown()
    }

    /// The subjects of all unread mail to `address`, which is read with that.
    pub fn subjects(&mut self, address: &str) -> String {
        let mut subjects = String::new();
        while self.has_mail(address) {
            subjects.push_str(&self.read(address).subject);
            subjects.push('\n');
        }
        subjects
    }

    /// The relay goes away or comes back.
    pub fn relay(&mut self, relay: Relay) {
        self.relay = relay;
        self.work();
    }

    /// An operator lets all held mail of customers in, and what may leave leaves.
    pub fn release_inbox(&mut self) {
        let now = self.now();
        self.parts.store.with(|db| inbox::release(db, inbox::Which::All, now)).unwrap();
        self.work();
    }

    /// An operator lets everything leave that was held back.
    pub fn release_outbox(&mut self) {
        let now = self.now();
        self.parts.store.with(|db| outbox::release_held(db, inbox::Which::All, now)).unwrap();
        self.work();
    }

    /// What waits in the outbox in a state, by letter.
    pub fn outbox(&self, state: State) -> String {
        let rows = self.parts.store.with(|db| outbox::list(db, state, 100)).unwrap();
        let lines: Vec<_> = rows.iter().map(|row| format!("{} to {}", row.letter, row.recipient)).collect();
        lines.join("\n")
    }

    /// Whether `address` has unread mail.
    pub fn has_mail(&self, address: &str) -> bool {
        self.captured.iter().any(|mail| mail.to == address)
    }

    /// What happened in a dispute, a line an entry.
    pub fn journal(&self, number: i64) -> String {
        let entries = self.parts.store.with(|db| journal::of(db, Number(number))).unwrap();
        let mut text = String::new();
        for recorded in entries {
            let Some(entry) = recorded.entry else { continue };
            let detail = entry.detail.lines().next().unwrap_or_default();
            writeln!(text, "{} {:?} {} {detail}", recorded.at.format("%a %d %H:%M"), entry.actor, entry.what)
                .unwrap();
        }
        text
    }

    /// The dispute's state in one line.
    pub fn state(&self, number: i64) -> String {
        let dispute = self.parts.store.with(|db| disputes::load(db, Number(number))).unwrap();
        let Some(dispute) = dispute else { return "none".to_owned() };
        let outcome = dispute.outcome.map(|outcome| format!(" ({outcome})")).unwrap_or_default();
        let agent = dispute.agent.unwrap_or_else(|| "nobody".to_owned());
        format!("{}{outcome}, {}, awaiting {}, {agent}", dispute.stage, dispute.level, dispute.awaiting)
    }

    /// The clocks that run, for a person to read.
    pub fn timers(&self, number: i64) -> String {
        let timers = self.parts.store.with(|db| timers::of(db, Number(number))).unwrap();
        let lines: Vec<_> = timers
            .iter()
            .map(|timer| format!("{} {}", timer.due_at.format("%a %d %b %H:%M"), timer.kind))
            .collect();
        lines.join("\n")
    }

    /// How many disputes there are.
    pub fn disputes(&self) -> usize {
        self.parts.store.with(|db| disputes::list(db, &disputes::Filter::default(), 1_000)).unwrap().len()
    }

    /// Mails of a status.
    pub fn mails(&self, status: inbox::Status) -> Vec<inbox::MailRow> {
        self.parts.store.with(|db| inbox::list(db, status, 1_000)).unwrap()
    }

    /// The desk's folder.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The store, for what no letter shows.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    fn unread(&self) -> String {
        let lines: Vec<_> =
            self.captured.iter().map(|mail| format!("  {}: {}", mail.to, mail.subject)).collect();
        lines.join("\n")
    }

    /// Ends the scenario: nothing is unread, nothing waits, nothing was set aside, and the journal is whole.
    pub fn finish(mut self) {
        self.finished = true;
        assert!(self.captured.is_empty(), "unread mail is left:\n{}", self.unread());
        let store = &self.parts.store;
        for state in [State::Queued, State::Leased, State::Dead] {
            let left = store.with(|db| outbox::list(db, state, 10)).unwrap();
            assert!(
                left.is_empty(),
                "mail is still {state}: {}",
                left.first().map_or("", |mail| &mail.letter)
            );
        }
        for status in [inbox::Status::New, inbox::Status::Quarantined] {
            let left = self.mails(status);
            assert!(
                left.is_empty(),
                "a mail is {status}: {:?}",
                left.first().and_then(|mail| mail.reason.clone())
            );
        }
        let report = crate::fsck::report(&self.parts, self.now());
        assert!(report.faults.is_empty(), "{:#?}", report.faults);
        invariants::check(&self.parts, &self.sent);
    }
}

/// What a relay says of a mailbox that does not exist.
fn refused() -> SmtpError {
    SmtpError::Permanent { stage: Stage::Recipient, code: 550, text: "no such user".to_owned() }
}

impl Drop for World {
    fn drop(&mut self) {
        assert!(self.finished || std::thread::panicking(), "a scenario ends with finish()");
    }
}
