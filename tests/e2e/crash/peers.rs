//! The outside world of a crash trial, in this process: a mailbox by IMAP, a relay by SMTP, and what they have seen.
//!
//! Both see what no database can tell: whether a mail was touched before it was safe, and what truly went out. They
//! can also kill the program in the middle of a sentence, which no point inside the program can.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, ErrorKind, Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redress::store::{Store, inbox};
use rustix::process::{Pid, Signal, kill_process};
use sha2::{Digest as _, Sha256};

/// UIDVALIDITY of every folder.
pub const VALIDITY: u32 = 7;
/// How often a waiting server looks up.
const TICK: Duration = Duration::from_millis(5);

/// A moment that only a server can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Half of a mail was sent.
    MidLiteral,
    /// A recipient was named, and is not answered.
    Recipient,
    /// The first line of a letter has come.
    MidData,
    /// The final dot has come and is not answered.
    Dot,
    /// The answer to the final dot was sent.
    Answer,
}

/// A letter that was taken by the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// To whom.
    pub recipient: String,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// What both servers share.
#[derive(Default)]
struct State {
    folders: BTreeMap<String, Folder>,
    delivered: Vec<Delivered>,
    /// What was touched on the server before it was safe: must stay empty.
    unsafe_touches: Vec<String>,
    flagged: BTreeSet<u32>,
    /// What happens to whom, when, and how many such moments pass before.
    sentence: Option<(Moment, Pid, Signal, u32)>,
    /// IDLE commands so far, and when anything was last said.
    idles: usize,
    busy: Option<Instant>,
}

#[derive(Default)]
struct Folder {
    mails: BTreeMap<u32, Vec<u8>>,
    last: u32,
}

impl Folder {
    fn add(&mut self, raw: Vec<u8>) {
        self.last += 1;
        self.mails.insert(self.last, raw);
    }
}

/// The two servers. They run until the test ends.
#[derive(Clone)]
pub struct Peers {
    /// Where the mailbox listens on the loopback.
    pub imap: u16,
    /// Where the relay does.
    pub smtp: u16,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    store: Mutex<Option<Store>>,
}

impl Peers {
    /// Starts both with an empty INBOX.
    pub fn start() -> Self {
        let state =
            State { folders: BTreeMap::from([("INBOX".to_owned(), Folder::default())]), ..State::default() };
        let shared =
            Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), store: Mutex::default() });
        let imap = listen(&shared, |shared, stream| Imap::new(shared, stream)?.serve());
        let smtp = listen(&shared, serve_smtp);
        Self { imap, smtp, shared }
    }

    /// Where it is looked up whether a mail is safe.
    pub fn watch(&self, store: Store) {
        *self.shared.store.lock().unwrap_or_else(PoisonError::into_inner) = Some(store);
    }

    /// A mail arrives.
    pub fn receive(&self, raw: Vec<u8>) {
        let mut state = self.shared.state();
        state.folders.get_mut("INBOX").unwrap().add(raw);
        state.busy = Some(Instant::now());
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Kills the process at a moment, after letting `pass` of them go.
    pub fn sentence(&self, moment: Moment, pid: Pid, pass: u32) {
        self.shared.state().sentence = Some((moment, pid, Signal::KILL, pass));
    }

    /// Stops the process at a moment, until it is told to go on.
    pub fn stop_at(&self, moment: Moment, pid: Pid) {
        self.shared.state().sentence = Some((moment, pid, Signal::STOP, 0));
    }

    /// Whether it came to that.
    pub fn has_struck(&self) -> bool {
        self.shared.state().sentence.is_none()
    }

    /// Every letter that the relay has taken, in order, repeats included.
    pub fn delivered(&self) -> Vec<Delivered> {
        self.shared.state().delivered.clone()
    }

    /// What was touched before it was safe.
    pub fn unsafe_touches(&self) -> Vec<String> {
        self.shared.state().unsafe_touches.clone()
    }

    /// Every mail of every folder but the claims.
    pub fn mails(&self) -> Vec<Vec<u8>> {
        let state = self.shared.state();
        let folders = state.folders.iter().filter(|(name, _)| name.as_str() != "Redress-Claim");
        folders.flat_map(|(_, folder)| folder.mails.values().cloned()).collect()
    }

    /// The claims of all desks are gone from the mailbox.
    pub fn forget_claims(&self) {
        self.shared.state().folders.remove("Redress-Claim");
    }

    /// IDLE commands so far.
    pub fn idles(&self) -> usize {
        self.shared.state().idles
    }

    /// Waits until nothing was said for so long.
    pub fn wait_for_quiet(&self, time: Duration) {
        while self.quiet_for() < time {
            std::thread::park_timeout(TICK);
        }
    }

    /// How long nothing was said.
    pub fn quiet_for(&self) -> Duration {
        self.shared.state().busy.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills the process if this is the moment.
    fn moment(&self, moment: Moment) {
        let mut state = self.state();
        match &mut state.sentence {
            Some((planned, _, _, pass)) if *planned == moment && *pass > 0 => *pass -= 1,
            Some((planned, pid, signal, _)) if *planned == moment => {
                let _ = kill_process(*pid, *signal);
                state.sentence = None;
            }
            _ => {}
        }
    }

    /// Notes it if one of these mails is touched before its bytes are committed.
    fn touch(&self, what: &str, uids: &[u32]) {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(store) = store else { return };
        // The look itself may be cut off, or find the database busy.
        let known = super::bench::patiently(|| {
            store.read(|db| inbox::known_uids(db, "support", "INBOX", VALIDITY, 1..=u32::MAX))
        });
        for uid in uids.iter().filter(|uid| !known.contains(uid)) {
            self.state().unsafe_touches.push(format!("{what} {uid}"));
        }
    }
}

fn listen(shared: &Arc<Shared>, serve: fn(&Arc<Shared>, TcpStream) -> Result<()>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let shared = Arc::clone(shared);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let shared = Arc::clone(&shared);
            // A conversation that breaks off is what these trials are about.
            std::thread::spawn(move || drop(serve(&shared, stream)));
        }
    });
    port
}

struct Imap {
    shared: Arc<Shared>,
    wire: BufReader<TcpStream>,
    selected: String,
    /// The newest mail that this client knows of.
    told: u32,
}

impl Imap {
    fn new(shared: &Arc<Shared>, stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self {
            shared: Arc::clone(shared),
            wire: BufReader::new(stream),
            selected: String::new(),
            told: 0,
        })
    }

    fn say(&mut self, text: &str) -> Result<()> {
        self.wire.get_mut().write_all(text.as_bytes())
    }

    fn serve(mut self) -> Result<()> {
        self.say("* OK ready\r\n")?;
        loop {
            let mut line = String::new();
            if self.wire.read_line(&mut line)? == 0 {
                return Ok(());
            }
            self.shared.state().busy = Some(Instant::now());
            let Some((tag, command)) = line.trim_end().split_once(' ') else { return Ok(()) };
            self.answer(tag, command)?;
        }
    }

    fn answer(&mut self, tag: &str, command: &str) -> Result<()> {
        let words: Vec<&str> = command.split(' ').collect();
        let folder = command.split('"').nth(1).unwrap_or_default().to_owned();
        let mut end = format!("{tag} OK done\r\n");
        match words.as_slice() {
            ["CAPABILITY"] => self.say("* CAPABILITY IMAP4rev1 MOVE UIDPLUS IDLE\r\n")?,
            ["STATUS", ..] if !self.shared.state().folders.contains_key(&folder) => {
                end = format!("{tag} NO [NONEXISTENT] no\r\n");
            }
            ["CREATE", ..] => {
                self.shared.state().folders.entry(folder).or_default();
            }
            ["APPEND", ..] => self.append(&folder, command)?,
            ["SELECT", ..] => self.select(folder)?,
            ["IDLE"] => self.idle()?,
            ["UID", "SEARCH", "UID", set] => {
                let wanted = uids(set);
                let list = {
                    let state = self.shared.state();
                    let present = state.folders[&self.selected].mails.keys();
                    let found = present.filter(|uid| wanted.contains(uid));
                    found.fold("* SEARCH".to_owned(), |line, uid| format!("{line} {uid}"))
                };
                self.say(&format!("{list}\r\n"))?;
            }
            ["UID", "MOVE", set, ..] => self.relocate(set, &folder),
            ["UID", "STORE", set, ..] => {
                let touched: Vec<u32> = self.present(set);
                self.shared.touch("flagged", &touched);
                self.shared.state().flagged.extend(touched);
            }
            ["UID", "FETCH", set, what @ ..] => self.fetch(set, &what.join(" "))?,
            _ => {}
        }
        self.say(&end)
    }

    fn present(&self, set: &str) -> Vec<u32> {
        let wanted = uids(set);
        let state = self.shared.state();
        state.folders[&self.selected].mails.keys().copied().filter(|uid| wanted.contains(uid)).collect()
    }

    fn select(&mut self, folder: String) -> Result<()> {
        let answer = {
            let state = self.shared.state();
            let found = &state.folders[&folder];
            let (exists, next) = (found.mails.len(), found.last + 1);
            self.told = found.last;
            format!(
                "* {exists} EXISTS\r\n* OK [UIDVALIDITY {VALIDITY}] valid\r\n* OK [UIDNEXT {next}] next\r\n\
                 * OK [PERMANENTFLAGS (\\Seen \\*)] flags\r\n"
            )
        };
        self.selected = folder;
        self.say(&answer)
    }

    fn append(&mut self, folder: &str, command: &str) -> Result<()> {
        let length = command.rsplit_once('{').map_or("", |(_, rest)| rest.trim_end_matches('}'));
        self.say("+ go on\r\n")?;
        let mut raw = vec![0; length.parse::<usize>().unwrap_or(0) + 2];
        self.wire.read_exact(&mut raw)?;
        self.shared.state().folders.entry(folder.to_owned()).or_default().add(raw);
        Ok(())
    }

    fn relocate(&mut self, set: &str, target: &str) {
        let moving = self.present(set);
        self.shared.touch("moved", &moving);
        let mut state = self.shared.state();
        for uid in moving {
            if let Some(raw) =
                state.folders.get_mut(&self.selected).and_then(|folder| folder.mails.remove(&uid))
            {
                state.folders.entry(target.to_owned()).or_default().add(raw);
            }
        }
    }

    fn fetch(&mut self, set: &str, what: &str) -> Result<()> {
        let text = what.contains("BODY.PEEK[]");
        for uid in self.present(set) {
            let Some(raw) = self.shared.state().folders[&self.selected].mails.get(&uid).cloned() else {
                continue;
            };
            let length = raw.len();
            if !what.contains("BODY") {
                let date = "INTERNALDATE \"23-Nov-2026 09:00:00 +0000\" FLAGS ()";
                self.say(&format!("* {uid} FETCH (UID {uid} RFC822.SIZE {length} {date})\r\n"))?;
                continue;
            }
            let section = if text { "BODY[]" } else { "BODY[TEXT]<0> \"x\" BODY[HEADER]<0>" };
            self.say(&format!("* {uid} FETCH (UID {uid} {section} {{{length}}}\r\n"))?;
            let (first, second) = raw.split_at(length / 2);
            self.wire.get_mut().write_all(first)?;
            if text {
                self.shared.moment(Moment::MidLiteral);
            }
            self.wire.get_mut().write_all(second)?;
            self.say(")\r\n")?;
        }
        Ok(())
    }

    /// Waits for mail, or for the end of waiting.
    fn idle(&mut self) -> Result<()> {
        self.say("+ idling\r\n")?;
        self.shared.state().idles += 1;
        self.wire.get_ref().set_read_timeout(Some(TICK))?;
        let mut line = String::new();
        loop {
            match self.wire.read_line(&mut line) {
                Ok(_) => break,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => return Err(error),
            }
            let (last, exists) = {
                let state = self.shared.state();
                let folder = &state.folders[&self.selected];
                (folder.last, folder.mails.len())
            };
            if last > self.told {
                self.told = last;
                self.say(&format!("* {exists} EXISTS\r\n"))?;
            }
        }
        self.wire.get_ref().set_read_timeout(None)
    }
}

fn uids(set: &str) -> BTreeSet<u32> {
    set.split(',')
        .flat_map(|part| {
            let (first, last) = part.split_once(':').unwrap_or((part, part));
            let first: u32 = first.parse().unwrap_or(1);
            first..=last.parse().unwrap_or(first.saturating_add(10_000))
        })
        .collect()
}

fn serve_smtp(shared: &Arc<Shared>, stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut wire = BufReader::new(stream);
    wire.get_mut().write_all(b"220 relay\r\n")?;
    let mut recipient = String::new();
    loop {
        let mut line = String::new();
        if wire.read_line(&mut line)? == 0 {
            return Ok(());
        }
        shared.state().busy = Some(Instant::now());
        if let Some(address) = line.trim_end().strip_prefix("RCPT TO:") {
            address.trim_matches(['<', '>']).clone_into(&mut recipient);
            shared.moment(Moment::Recipient);
        }
        match line.split([' ', '\r']).next().unwrap_or_default() {
            "DATA" => {
                wire.get_mut().write_all(b"354 go on\r\n")?;
                let Some(raw) = letter(shared, &mut wire)? else { return Ok(()) };
                take(shared, &recipient, raw);
                shared.moment(Moment::Dot);
                wire.get_mut().write_all(b"250 taken\r\n")?;
                shared.moment(Moment::Answer);
            }
            "QUIT" => return wire.get_mut().write_all(b"221 bye\r\n"),
            _ => wire.get_mut().write_all(b"250 fine\r\n")?,
        }
    }
}

/// Reads to the final dot; nothing if the line ends before.
fn letter(shared: &Shared, wire: &mut BufReader<TcpStream>) -> Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        if wire.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if raw.is_empty() {
            shared.moment(Moment::MidData);
        }
        if line == b".\r\n" {
            return Ok(Some(raw));
        }
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn take(shared: &Shared, recipient: &str, raw: Vec<u8>) {
    let message_id = crate::desk::header(&String::from_utf8_lossy(&raw), "Message-ID");
    let delivered = Delivered {
        recipient: recipient.to_owned(),
        message_id: message_id.trim_matches(['<', '>']).to_owned(),
        sha256: Sha256::digest(&raw).into(),
        raw,
    };
    let mut state = shared.state();
    state.delivered.push(delivered);
    state.busy = Some(Instant::now());
}
