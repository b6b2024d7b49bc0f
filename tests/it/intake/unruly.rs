//! An IMAP server that keeps mail in memory and misbehaves as told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

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

struct State {
    folders: BTreeMap<String, Folder>,
    validity: u32,
    date: String,
    fault: Option<Fault>,
    commands: Vec<String>,
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
            date: "23-Nov-2026 09:00:00 +0000".to_owned(),
            fault: None,
            commands: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Unruly { port, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Misbehaves from now on.
    pub fn fault(&self, fault: Fault) {
        self.state().fault = Some(fault);
    }

    /// Behaves again.
    pub fn mend(&self) {
        self.state().fault = None;
    }

    /// So many mails arrive at once.
    pub fn receive(&self, count: u32) {
        let mut state = self.state();
        let inbox = state.folders.get_mut("INBOX").unwrap();
        for _ in 0..count {
            let raw = format!("From: carla@example.test\r\nSubject: {}\r\n\r\nBroken\r\n", inbox.last + 1);
            inbox.add(raw.into_bytes());
        }
    }

    /// What the server says is the date of all mail.
    pub fn date(&self, date: &str) {
        date.clone_into(&mut self.state().date);
    }

    /// UIDs begin anew, as whoever is connected is told with the next answer.
    pub fn renumber(&self) {
        self.state().validity += 1;
    }

    /// How many mails lie in INBOX.
    pub fn in_inbox(&self) -> usize {
        self.state().folders["INBOX"].mails.len()
    }

    /// How many commands held these words.
    pub fn heard(&self, words: &str) -> usize {
        self.state().commands.iter().filter(|command| command.contains(words)).count()
    }
}

/// What follows an answer.
enum Next {
    Go,
    Literal,
    HangUp,
}

async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) -> Option<()> {
    let mut wire = BufReader::new(stream);
    wire.write_all(b"* OK ready\r\n").await.ok()?;
    let mut selected = String::new();
    loop {
        let mut line = String::new();
        if wire.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let (tag, command) = line.trim_end().split_once(' ')?;
        let mut out = Vec::new();
        let next = answer(&mut state.lock().unwrap(), &mut selected, tag, command, &mut out);
        wire.write_all(&out).await.ok()?;
        match next {
            Next::Go => {}
            Next::HangUp => return None,
            Next::Literal => {
                let length: usize = command.rsplit_once('{')?.1.trim_end_matches('}').parse().ok()?;
                let mut raw = vec![0; length + 2];
                wire.read_exact(&mut raw).await.ok()?;
                raw.truncate(length);
                let folder = unquoted(command);
                state.lock().unwrap().folders.get_mut(&folder)?.add(raw);
                wire.write_all(format!("{tag} OK kept\r\n").as_bytes()).await.ok()?;
            }
        }
    }
}

/// What stands in the first quotation marks.
fn unquoted(command: &str) -> String {
    command.split('"').nth(1).unwrap_or_default().to_owned()
}

fn uids(set: &str) -> Vec<u32> {
    set.split(',')
        .flat_map(|part| {
            let (first, last) = part.split_once(':').unwrap_or((part, part));
            let first: u32 = first.parse().unwrap();
            first..=last.parse().unwrap_or(u32::MAX).min(1_000)
        })
        .collect()
}

fn answer(state: &mut State, selected: &mut String, tag: &str, command: &str, out: &mut Vec<u8>) -> Next {
    state.commands.push(command.to_owned());
    let words: Vec<&str> = command.split(' ').collect();
    let folder = unquoted(command);
    let mut say = |text: String| out.extend_from_slice(format!("{text}\r\n").as_bytes());
    let mut end = format!("{tag} OK done");
    match words.as_slice() {
        ["CAPABILITY"] => say("* CAPABILITY IMAP4rev1 MOVE UIDPLUS".to_owned()),
        ["STATUS", ..] if !state.folders.contains_key(&folder) => end = format!("{tag} NO [NONEXISTENT] no"),
        ["CREATE", ..] if state.fault == Some(Fault::RefuseCreate) => end = format!("{tag} NO [NOPERM] no"),
        ["CREATE", ..] => {
            state.folders.insert(folder, Folder::default());
        }
        ["APPEND", ..] if state.fault == Some(Fault::RefuseAppend) => {
            end = format!("{tag} NO [OVERQUOTA] no");
        }
        ["APPEND", ..] => {
            out.extend_from_slice(b"+ go on\r\n");
            return Next::Literal;
        }
        ["SELECT", ..] => {
            let found = &state.folders[&folder];
            say(format!("* {} EXISTS", found.mails.len()));
            say(format!("* OK [UIDVALIDITY {}] valid", state.validity));
            say(format!("* OK [UIDNEXT {}] next", found.last + 1));
            *selected = folder;
        }
        ["NOOP"] => say(format!("* OK [UIDVALIDITY {}] valid", state.validity)),
        ["UID", "SEARCH", "UID", set] => {
            let found = &state.folders[selected.as_str()];
            let listed = uids(set).into_iter().filter(|uid| found.mails.contains_key(uid));
            say(listed.fold("* SEARCH".to_owned(), |line, uid| format!("{line} {uid}")));
        }
        ["UID", "MOVE", ..] if state.fault == Some(Fault::RefuseMove) => {
            end = format!("{tag} NO [OVERQUOTA] no");
        }
        ["UID", "MOVE", set, ..] => {
            for uid in uids(set) {
                if let Some(raw) = state.folders.get_mut(selected.as_str()).unwrap().mails.remove(&uid) {
                    state.folders.get_mut(&folder).unwrap().add(raw);
                }
            }
        }
        ["UID", "FETCH", set, what @ ..] => {
            return fetch(state, selected, (tag, uids(set), &what.join(" ")), out);
        }
        _ => {}
    }
    out.extend_from_slice(format!("{end}\r\n").as_bytes());
    Next::Go
}

fn fetch(state: &mut State, selected: &str, asked: (&str, Vec<u32>, &str), out: &mut Vec<u8>) -> Next {
    let (tag, uids, what) = asked;
    let text = what.contains("BODY.PEEK[]");
    let refused = format!("{tag} NO [SERVERBUG] cannot read it\r\n");
    if let Some(Fault::RefuseAll(bad)) = state.fault
        && text
        && uids.contains(&bad)
    {
        out.extend_from_slice(refused.as_bytes());
        return Next::Go;
    }
    for (uid, raw) in &state.folders[selected].mails {
        if !uids.contains(uid) {
            continue;
        }
        match &mut state.fault {
            Some(Fault::HangUp(bad)) if text && bad == uid => return Next::HangUp,
            Some(Fault::RefuseFetch(bad)) if text && bad == uid => {
                out.extend_from_slice(refused.as_bytes());
                return Next::Go;
            }
            Some(Fault::Omit(bad, times)) if text && bad == uid && *times > 0 => {
                *times -= 1;
                continue;
            }
            _ => {}
        }
        let length = raw.len();
        let head = if text {
            format!("* {uid} FETCH (UID {uid} BODY[] {{{length}}}\r\n")
        } else if what.contains("HEADER") {
            format!("* {uid} FETCH (UID {uid} BODY[TEXT]<0> \"x\" BODY[HEADER]<0> {{{length}}}\r\n")
        } else {
            let date = &state.date;
            format!("* {uid} FETCH (UID {uid} RFC822.SIZE {length} INTERNALDATE \"{date}\" FLAGS (")
        };
        out.extend_from_slice(head.as_bytes());
        if what.contains("BODY") {
            out.extend_from_slice(raw);
        } else {
            out.extend_from_slice(b")");
        }
        out.extend_from_slice(b")\r\n");
    }
    out.extend_from_slice(format!("{tag} OK done\r\n").as_bytes());
    Next::Go
}
