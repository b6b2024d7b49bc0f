//! The server's side of the protocol: one connection, command by command.

use std::{
    ops::RangeInclusive,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{Fault, Half, Mail, Slip, State, Text};

/// Between two looks for new mail while a client waits for it.
const TICK: Duration = Duration::from_millis(100);
/// Bytes that are sent at a time in a literal without end.
static FLOOD: [u8; 64 * 1024] = [b'x'; 64 * 1024];

/// What follows an answer.
enum Next {
    Go,
    Literal,
    Idle,
    Silence,
    Trickle,
    Flood,
    HangUp,
}

/// What a connection has open, and in which epoch it was opened.
#[derive(Default)]
struct Session {
    folder: String,
    epoch: u32,
}

pub(super) async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) -> Option<()> {
    let mut wire = BufReader::new(stream);
    let (known, evictions) = {
        let mut state = state.lock().unwrap();
        (state.strikes(|fault| fault == Fault::PreAuth), state.evictions)
    };
    wire.write_all(if known { b"* PREAUTH welcome\r\n" } else { b"* OK ready\r\n" }).await.ok()?;
    let mut session = Session::default();
    loop {
        let mut line = String::new();
        if wire.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let (tag, command) = line.trim_end().split_once(' ')?;
        let mut out = Vec::new();
        let next = {
            let mut state = state.lock().unwrap();
            if state.evictions > evictions {
                return None;
            }
            answer(&mut state, &mut session, tag, command, &mut out)
        };
        if matches!(next, Next::Trickle) {
            for byte in out {
                wire.write_all(&[byte]).await.ok()?;
                sleep(Duration::from_secs(1)).await;
            }
            continue;
        }
        wire.write_all(&out).await.ok()?;
        match next {
            Next::Go | Next::Trickle => {}
            Next::HangUp => return None,
            Next::Silence => return wire.read_to_end(&mut Vec::new()).await.ok().map(|_| ()),
            Next::Flood => loop {
                wire.write_all(&FLOOD).await.ok()?;
            },
            Next::Idle => idle(&mut wire, tag, &state, &session.folder).await?,
            Next::Literal => {
                let length: usize = command.rsplit_once('{')?.1.trim_end_matches('}').parse().ok()?;
                let mut raw = vec![0; length + 2];
                wire.read_exact(&mut raw).await.ok()?;
                raw.truncate(length);
                let folder = unquoted(command);
                state.lock().unwrap().folders.get_mut(&folder)?.add(Mail::new(Text::Kept(raw)));
                wire.write_all(format!("{tag} OK kept\r\n").as_bytes()).await.ok()?;
            }
        }
    }
}

/// Tells of new mail until the client has heard enough.
async fn idle(wire: &mut BufReader<TcpStream>, tag: &str, state: &Mutex<State>, folder: &str) -> Option<()> {
    let count = || state.lock().unwrap().folders[folder].mails.len();
    let mut before = count();
    let mut line = String::new();
    loop {
        match timeout(TICK, wire.read_line(&mut line)).await {
            Ok(read) => {
                read.ok().filter(|read| *read > 0)?;
                return wire.write_all(format!("{tag} OK enough\r\n").as_bytes()).await.ok();
            }
            Err(_) if count() > before => {
                before = count();
                wire.write_all(format!("* {before} EXISTS\r\n").as_bytes()).await.ok()?;
            }
            Err(_) => {}
        }
    }
}

/// What stands in the first quotation marks.
fn unquoted(command: &str) -> String {
    command.split('"').nth(1).unwrap_or_default().to_owned()
}

/// The UIDs of a set that exist in this folder.
fn uids(state: &State, folder: &str, set: &str) -> Vec<u32> {
    let range = |part: &str| -> RangeInclusive<u32> {
        let (first, last) = part.split_once(':').unwrap_or((part, part));
        first.parse().unwrap()..=last.parse().unwrap_or(u32::MAX)
    };
    let mails = &state.folders[folder].mails;
    set.split(',').flat_map(|part| mails.range(range(part)).map(|(uid, _)| *uid)).collect()
}

fn answer(state: &mut State, session: &mut Session, tag: &str, command: &str, out: &mut Vec<u8>) -> Next {
    state.commands.push(command.to_owned());
    if let Some(Fault::Change(at, change)) = state.fault
        && command.starts_with(at)
        && session.folder == "INBOX"
        && state.strikes(|_| true)
    {
        state.change(change);
    }
    let mut line = |text: &str| out.extend_from_slice(format!("{text}\r\n").as_bytes());
    let outdated = session.folder == "INBOX" && session.epoch != state.validity;
    if outdated && state.telling && !command.starts_with("SELECT") {
        line(&format!("* OK [UIDVALIDITY {}] it is another folder now", state.validity));
        // To read the wrong mail does no harm; to move it would.
        if ["MOVE", "COPY", "STORE", "EXPUNGE"].iter().any(|verb| command.starts_with(&format!("UID {verb}")))
        {
            line(&format!("{tag} NO not that one"));
            return Next::Go;
        }
    }
    if state.strikes(|fault| matches!(fault, Fault::Silence(at) if command.starts_with(at))) {
        if command == "IDLE" {
            line("+ waiting");
        }
        return Next::Silence;
    }
    if let Some(Fault::Answer(at, word)) = state.fault
        && command.starts_with(at)
        && state.strikes(|_| true)
    {
        line(&format!("{tag} {word} not today"));
        return Next::Go;
    }
    let folder = session.folder.clone();
    let words: Vec<&str> = command.split(' ').collect();
    match words.as_slice() {
        ["SELECT", ..] if !state.folders.contains_key(&unquoted(command)) => {
            line(&format!("{tag} NO [NONEXISTENT] no"));
            return Next::Go;
        }
        ["SELECT", ..] => {
            *session = Session { folder: unquoted(command), epoch: state.validity };
            select(state, &session.folder, &mut line);
        }
        ["IDLE"] => {
            line("+ waiting");
            return Next::Idle;
        }
        ["UID", "FETCH", set, what @ ..] => {
            return fetch(state, &folder, (tag, set, &what.join(" ")), out);
        }
        ["UID", verb @ ("MOVE" | "COPY" | "STORE" | "EXPUNGE"), set, what @ ..] => {
            let uids = uids(state, &folder, set);
            return tidy(state, &folder, (tag, command), (verb, &uids, what), out);
        }
        _ => return other(state, &folder, (tag, command), out),
    }
    line(&format!("{tag} OK done"));
    Next::Go
}

fn select(state: &mut State, folder: &str, line: &mut impl FnMut(&str)) {
    let is_one = state.strikes(|fault| fault == Fault::NextIsOne);
    let found = &state.folders[folder];
    let next = if is_one { 1 } else { found.last + 1 };
    line(&format!("* {} EXISTS", found.mails.len()));
    line(&format!("* OK [UIDVALIDITY {}] valid", state.validity));
    line(&format!("* OK [UIDNEXT {next}] next"));
    line("* OK [PERMANENTFLAGS (\\Deleted \\*)] kept");
}

/// Everything that is about no mail in particular.
fn other(state: &mut State, selected: &str, (tag, command): (&str, &str), out: &mut Vec<u8>) -> Next {
    let folder = unquoted(command);
    let mut say = |text: String| out.extend_from_slice(format!("{text}\r\n").as_bytes());
    let mut end = format!("{tag} OK done");
    match command.split(' ').collect::<Vec<_>>().as_slice() {
        ["CAPABILITY"] => say(format!("* CAPABILITY IMAP4rev1 {}", state.abilities)),
        ["STATUS", ..] if !state.folders.contains_key(&folder) => end = format!("{tag} NO [NONEXISTENT] no"),
        ["CREATE", ..] if state.strikes(|fault| fault == Fault::RefuseCreate) => {
            end = format!("{tag} NO [NOPERM] no");
        }
        ["CREATE", ..] => {
            state.folders.insert(folder, super::Folder::default());
        }
        ["APPEND", ..] if state.strikes(|fault| fault == Fault::RefuseAppend) => {
            end = format!("{tag} NO [OVERQUOTA] no");
        }
        ["APPEND", ..] => {
            say("+ go on".to_owned());
            return Next::Literal;
        }
        ["NOOP"] => say(format!("* OK [UIDVALIDITY {}] valid", state.validity)),
        ["UID", "SEARCH", "UID", _] if state.strikes(|fault| fault == Fault::FindNothing) => {}
        ["UID", "SEARCH", "UID", set] => {
            let listed = uids(state, selected, set);
            say(listed.into_iter().fold("* SEARCH".to_owned(), |line, uid| format!("{line} {uid}")));
        }
        _ => {}
    }
    say(end);
    Next::Go
}

/// Moves, copies, marks or removes mails.
fn tidy(
    state: &mut State,
    folder: &str,
    (tag, command): (&str, &str),
    (verb, uids, what): (&str, &[u32], &[&str]),
    out: &mut Vec<u8>,
) -> Next {
    let mut uids = uids;
    let mut end = format!("{tag} OK done");
    let mut next = Next::Go;
    let fault = state.fault;
    match fault {
        Some(Fault::RefuseMove) if verb == "MOVE" => {
            uids = &[];
            end = format!("{tag} NO [OVERQUOTA] no");
        }
        Some(Fault::Move(half)) if verb == "MOVE" && state.strikes(|_| true) => match half {
            Half::Refused => {
                uids = uids.split_at(uids.len().div_ceil(2)).0;
                end = format!("{tag} NO [OVERQUOTA] full");
            }
            Half::Unsaid => next = Next::HangUp,
        },
        _ => {}
    }
    let target = unquoted(command);
    for uid in uids {
        if verb != "COPY" {
            state.touch(folder, command, *uid);
        }
        let Some(mail) = state.folders.get_mut(folder).unwrap().mails.remove(uid) else { continue };
        match verb {
            "MOVE" => state.folders.get_mut(&target).unwrap().add(mail),
            "EXPUNGE" if mail.flags.contains("\\Deleted") => {}
            _ => {
                let mut mail = mail;
                if verb == "STORE" {
                    mail.flags.extend(what.last().map(|flag| flag.trim_matches(['(', ')']).to_owned()));
                } else if verb == "COPY" {
                    let copy = match &mail.text {
                        Text::Made(number) => Text::Made(*number),
                        Text::Kept(raw) => Text::Kept(raw.clone()),
                    };
                    state.folders.get_mut(&target).unwrap().add(Mail::new(copy));
                }
                state.folders.get_mut(folder).unwrap().mails.insert(*uid, mail);
            }
        }
    }
    if matches!(next, Next::Go) {
        out.extend_from_slice(format!("{end}\r\n").as_bytes());
    }
    next
}

fn fetch(state: &mut State, folder: &str, asked: (&str, &str, &str), out: &mut Vec<u8>) -> Next {
    let (tag, set, what) = asked;
    let text = what.contains("BODY.PEEK[]");
    let mut uids = uids(state, folder, set);
    let refused = format!("{tag} NO [SERVERBUG] cannot read it\r\n");
    if text && matches!(state.fault, Some(Fault::RefuseAll(bad)) if uids.contains(&bad)) {
        out.extend_from_slice(refused.as_bytes());
        return Next::Go;
    }
    let fault = state.fault;
    let slip = match fault {
        Some(Fault::Text(slip)) if text && !uids.is_empty() && state.strikes(|_| true) => Some(slip),
        _ => None,
    };
    match slip {
        Some(Slip::Missing) => {
            uids.pop();
        }
        Some(Slip::Gone) => {
            let mail = state.folders.get_mut(folder).unwrap().mails.remove(&uids.remove(0)).unwrap();
            state.remove(&mail);
            out.extend_from_slice(b"* 1 EXPUNGE\r\n");
        }
        Some(Slip::Flood(size)) => {
            let uid = uids[0];
            out.extend_from_slice(format!("* {uid} FETCH (UID {uid} BODY[] {{{size}}}\r\n").as_bytes());
            return Next::Flood;
        }
        _ => {}
    }
    if text {
        state.most_at_once = state.most_at_once.max(uids.len());
    }
    for (place, uid) in uids.iter().enumerate() {
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
        let said = if slip == Some(Slip::WrongUid) && place == 0 { uid + 1_000 } else { *uid };
        one(state, (folder, *uid), said, what, out);
        match slip {
            Some(Slip::Cut) => {
                out.truncate(out.len() - 20);
                return Next::HangUp;
            }
            Some(Slip::Between) => return Next::HangUp,
            Some(Slip::Bye) => {
                out.extend_from_slice(b"* BYE shutting down\r\n");
                return Next::HangUp;
            }
            Some(Slip::Expunge) => out.extend_from_slice(b"* 1 EXPUNGE\r\n* 3 EXISTS\r\n"),
            _ => {}
        }
    }
    out.extend_from_slice(format!("{tag} OK done\r\n").as_bytes());
    if slip == Some(Slip::Trickle) { Next::Trickle } else { Next::Go }
}

/// What is asked of one mail, under the UID that is said to be its own.
fn one(state: &mut State, (folder, uid): (&str, u32), said: u32, what: &str, out: &mut Vec<u8>) {
    let mail = &state.folders[folder].mails[&uid];
    let raw = mail.text();
    let length = raw.len();
    if what.contains("BODY.PEEK[]") {
        out.extend_from_slice(format!("* {uid} FETCH (UID {said} BODY[] {{{length}}}\r\n").as_bytes());
        out.extend_from_slice(&raw);
        if let Text::Made(number) = mail.text {
            state.serve(number);
        }
    } else if what.contains("HEADER") {
        let head = format!("* {uid} FETCH (UID {uid} BODY[TEXT]<0> \"x\" BODY[HEADER]<0> {{{length}}}\r\n");
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(&raw);
    } else {
        let date = if mail.old { "01-Feb-2020 09:00:00 +0000" } else { &state.date };
        let flags: Vec<&str> = mail.flags.iter().map(String::as_str).collect();
        let described = format!(
            "* {uid} FETCH (UID {uid} RFC822.SIZE {length} INTERNALDATE \"{date}\" FLAGS ({})",
            flags.join(" ")
        );
        out.extend_from_slice(described.as_bytes());
    }
    out.extend_from_slice(b")\r\n");
}
