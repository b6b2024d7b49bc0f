//! An IMAP server that keeps mail in memory and misbehaves as told.
//!
//! A mail is a number until its text is asked for, so a mailbox may hold any number of them. The server also watches
//! over what is done to it: whatever is moved, marked or removed from INBOX must be in the client's store by then.

mod talk;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::{net::TcpListener, time::Instant};

/// UIDVALIDITY of the first epoch.
pub const VALIDITY: u32 = 7;

/// How the server misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing can be moved.
    RefuseMove,
    /// No folder can be made.
    RefuseCreate,
    /// No mail can be put anywhere.
    RefuseAppend,
    /// A fetch of the text of this mail is refused once the ones before it came.
    RefuseFetch(u32),
    /// The same, and nothing comes before.
    RefuseAll(u32),
    /// The connection ends at the text of this mail.
    HangUp(u32),
    /// The text of this mail is left out, so many times.
    Omit(u32, u32),
    /// A command that begins like this is answered by this word.
    Answer(&'static str, &'static str),
    /// The server no longer says anything to a command that begins like this.
    Silence(&'static str),
    /// UIDs change their meaning when such a command arrives.
    Change(&'static str, Change),
    /// The connection is accepted as if it had logged in already.
    PreAuth,
    /// Something happens in an answer that brings texts.
    Text(Slip),
    /// Something happens to a MOVE.
    Move(Half),
    /// A search finds nothing.
    FindNothing,
    /// UIDNEXT is said to be 1, whatever came.
    NextIsOne,
}

/// What goes wrong in an answer that brings texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// The connection ends in the middle of a literal.
    Cut,
    /// It ends behind the first mail.
    Between,
    /// The server takes leave behind the first mail.
    Bye,
    /// The last mail is left out, and all is said to be well.
    Missing,
    /// A mail comes under a UID that nobody asked for.
    WrongUid,
    /// The server tells of a removal that never was.
    Expunge,
    /// A person has removed the first mail for good.
    Gone,
    /// A literal of so many bytes is announced, and the server sends for as long as anybody reads.
    Flood(u64),
    /// One byte a second.
    Trickle,
}

/// How far a MOVE goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The first half is moved, and the whole is refused (RFC 6851 section 3.3).
    Refused,
    /// All is moved, and the connection ends before that is said.
    Unsaid,
}

/// How UIDs change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// UIDVALIDITY grows; the mails keep their numbers.
    Up,
    /// UIDVALIDITY falls.
    Down,
    /// The mails are numbered anew, in reverse.
    Renumbered,
    /// The mails that are not old are, and whoever is connected is not told before the next NOOP.
    Unsaid,
    /// The folder is removed and made anew, with the same mails.
    Recreated,
    /// The folder is emptied by somebody, and UIDs begin anew.
    Emptied,
}

enum Text {
    Made(u64),
    Kept(Vec<u8>),
}

struct Mail {
    text: Text,
    /// It came years ago.
    old: bool,
    flags: BTreeSet<String>,
}

impl Mail {
    fn new(text: Text) -> Self {
        Mail { text, old: false, flags: BTreeSet::new() }
    }

    fn text(&self) -> Vec<u8> {
        match &self.text {
            Text::Made(number) => made(*number),
            Text::Kept(raw) => raw.clone(),
        }
    }
}

/// The mail of this number.
pub fn made(number: u64) -> Vec<u8> {
    let filler = "The cup has a crack from the rim to the handle.\r\n".repeat(20);
    format!(
        "Return-Path: <c{number}@example.test>\r\nFrom: Carla <c{number}@example.test>\r\nTo: support@shop.test\r\n\
         Subject: Order {number}\r\nMessage-ID: <{number}@example.test>\r\n\r\nMy order {number} came broken.\r\n{filler}"
    )
    .into_bytes()
}

#[derive(Default)]
struct Folder {
    mails: BTreeMap<u32, Mail>,
    last: u32,
}

impl Folder {
    fn add(&mut self, mail: Mail) {
        self.last += 1;
        self.mails.insert(self.last, mail);
    }
}

/// Whether these bytes are in the client's store.
type Oracle = Box<dyn Fn(&[u8]) -> bool + Send>;

/// A mail that arrived in the midst of others.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    pub number: u64,
    /// How many texts had been sent by then.
    pub after: usize,
    pub at: Instant,
}

struct State {
    folders: BTreeMap<String, Folder>,
    validity: u32,
    /// Connections that do not know of the newest epoch are told with the next answer.
    telling: bool,
    date: String,
    abilities: &'static str,
    fault: Option<Fault>,
    /// How often the fault still happens.
    left: u32,
    played: u32,
    commands: Vec<String>,
    /// Connections made before the last of these end at their next command.
    evictions: u32,
    /// Mails made so far.
    made: u64,
    /// Numbers of mails that are not old, unless somebody removed them.
    offered: BTreeSet<u64>,
    /// Numbers of the mails whose texts were sent, in order.
    served: Vec<u64>,
    /// A new mail arrives once so many texts were sent.
    arrivals: BTreeSet<usize>,
    arrived: Vec<Arrival>,
    /// The most texts in one answer.
    most_at_once: usize,
    oracle: Option<Oracle>,
    touched_too_soon: Vec<String>,
}

impl State {
    /// Whether this fault happens now; counts it.
    fn strikes(&mut self, is_it: impl Fn(Fault) -> bool) -> bool {
        let strikes = self.left > 0 && self.fault.is_some_and(is_it);
        if strikes {
            self.left -= 1;
            self.played += 1;
        }
        strikes
    }

    fn inbox(&mut self) -> &mut Folder {
        self.folders.get_mut("INBOX").unwrap()
    }

    fn receive(&mut self, old: bool) {
        self.made += 1;
        let number = self.made;
        if !old {
            self.offered.insert(number);
        }
        self.inbox().add(Mail { old, ..Mail::new(Text::Made(number)) });
    }

    /// The text of this mail is sent; others may arrive at this moment.
    fn serve(&mut self, number: u64) {
        self.served.push(number);
        let after = self.served.len();
        if self.arrivals.remove(&after) {
            self.receive(false);
            self.arrived.push(Arrival { number: self.made, after, at: Instant::now() });
        }
    }

    fn change(&mut self, change: Change) {
        self.telling = change != Change::Unsaid;
        self.validity = if change == Change::Down { self.validity - 3 } else { self.validity + 1 };
        let inbox = self.inbox();
        match change {
            Change::Up | Change::Down => {}
            Change::Renumbered => {
                let mails = std::mem::take(&mut inbox.mails);
                inbox.mails = (1..).zip(mails.into_values().rev()).collect();
            }
            Change::Unsaid => {
                let mails = std::mem::take(&mut inbox.mails).into_values();
                let (old, new): (Vec<Mail>, Vec<Mail>) = mails.partition(|mail| mail.old);
                inbox.mails = (1..).zip(old.into_iter().chain(new.into_iter().rev())).collect();
            }
            Change::Recreated => {
                let mails = std::mem::take(inbox).mails;
                for mail in mails.into_values() {
                    inbox.add(mail);
                }
            }
            Change::Emptied => {
                let mails = std::mem::take(inbox).mails;
                for mail in mails.into_values() {
                    self.remove(&mail);
                }
            }
        }
    }

    /// Somebody removes a mail for good: it need not be in the store.
    fn remove(&mut self, mail: &Mail) {
        if let Text::Made(number) = mail.text {
            self.offered.remove(&number);
        }
    }

    /// A client does something to a mail of INBOX.
    fn touch(&mut self, folder: &str, command: &str, uid: u32) {
        let (Some(oracle), "INBOX") = (&self.oracle, folder) else { return };
        if !self.folders[folder].mails.get(&uid).is_some_and(|mail| oracle(&mail.text())) {
            self.touched_too_soon.push(command.to_owned());
        }
    }
}

/// The server. It runs until the test ends.
pub struct Unruly {
    /// Where it listens on the loopback.
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl Unruly {
    /// Starts one with an empty INBOX.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            folders: BTreeMap::from([("INBOX".to_owned(), Folder::default())]),
            validity: VALIDITY,
            telling: true,
            date: "23-Nov-2026 09:00:00 +0000".to_owned(),
            abilities: "MOVE UIDPLUS",
            fault: None,
            left: 0,
            played: 0,
            commands: Vec::new(),
            evictions: 0,
            made: 0,
            offered: BTreeSet::new(),
            served: Vec::new(),
            arrivals: BTreeSet::new(),
            arrived: Vec::new(),
            most_at_once: 0,
            oracle: None,
            touched_too_soon: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk::serve(stream, Arc::clone(&shared)));
            }
        });
        Unruly { port, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What it can do beyond the least.
    pub fn abilities(&self, abilities: &'static str) {
        self.state().abilities = abilities;
    }

    /// Misbehaves from now on.
    pub fn fault(&self, fault: Fault) {
        self.fault_times(fault, u32::MAX);
    }

    /// Misbehaves so many times.
    pub fn fault_times(&self, fault: Fault, times: u32) {
        let mut state = self.state();
        (state.fault, state.left, state.played) = (Some(fault), times, 0);
    }

    /// Everybody who is connected has to come anew.
    pub fn evict(&self) {
        self.state().evictions += 1;
    }

    /// How often it has misbehaved since it was told to.
    pub fn played(&self) -> u32 {
        self.state().played
    }

    /// Behaves again.
    pub fn mend(&self) {
        self.state().fault = None;
    }

    /// So many mails arrive at once.
    pub fn receive(&self, count: u32) {
        let mut state = self.state();
        (0..count).for_each(|_| state.receive(false));
    }

    /// So many mails lie there that came years ago.
    pub fn receive_old(&self, count: u32) {
        let mut state = self.state();
        (0..count).for_each(|_| state.receive(true));
    }

    /// A mail arrives as soon as so many texts were sent, for each of these numbers.
    pub fn receive_after(&self, texts: &[usize]) {
        self.state().arrivals.extend(texts);
    }

    /// Those mails that have arrived.
    pub fn arrived(&self) -> Vec<Arrival> {
        self.state().arrived.clone()
    }

    /// What the server says is the date of mail that is not old.
    pub fn date(&self, date: &str) {
        date.clone_into(&mut self.state().date);
    }

    /// UIDs begin anew, as whoever is connected is told with the next answer.
    pub fn renumber(&self) {
        self.state().change(Change::Up);
    }

    /// How many mails lie in INBOX.
    pub fn in_inbox(&self) -> usize {
        self.state().folders["INBOX"].mails.len()
    }

    /// How many of them came years ago.
    pub fn old_in_inbox(&self) -> usize {
        self.state().folders["INBOX"].mails.values().filter(|mail| mail.old).count()
    }

    /// How many mails of INBOX carry this flag.
    pub fn flagged(&self, flag: &str) -> usize {
        self.state().folders["INBOX"].mails.values().filter(|mail| mail.flags.contains(flag)).count()
    }

    /// How many commands held these words.
    pub fn heard(&self, words: &str) -> usize {
        self.state().commands.iter().filter(|command| command.contains(words)).count()
    }

    /// From now on, what is touched must be in the store that `oracle` knows.
    pub fn watch(&self, oracle: impl Fn(&[u8]) -> bool + Send + 'static) {
        self.state().oracle = Some(Box::new(oracle));
    }

    /// Commands that touched a mail that was not in the store.
    pub fn touched_too_soon(&self) -> Vec<String> {
        self.state().touched_too_soon.clone()
    }

    /// Numbers of the mails that arrived and that nobody has removed.
    pub fn offered(&self) -> BTreeSet<u64> {
        self.state().offered.clone()
    }

    /// Numbers of the mails whose texts were sent, in order.
    pub fn served(&self) -> Vec<u64> {
        self.state().served.clone()
    }

    /// The most texts that one answer brought.
    pub fn most_at_once(&self) -> usize {
        self.state().most_at_once
    }

    /// Numbers of all mails that lie in any folder.
    pub fn kept(&self) -> BTreeSet<u64> {
        let state = self.state();
        let mails = state.folders.values().flat_map(|folder| folder.mails.values());
        mails
            .filter_map(|mail| if let Text::Made(number) = mail.text { Some(number) } else { None })
            .collect()
    }
}
