//! What is done in a folder: select, search, describe, fetch, mark, move, append.
use std::collections::{BTreeMap, BTreeSet};

use async_imap::imap_proto::{
    AttributeValue, MailboxDatum, MessageSection, Response, ResponseCode, SectionPath,
};
use chrono::{DateTime, Utc};
use tokio::io::AsyncWriteExt;

use crate::crash::{self, Point};

use super::exec::{Command, SMALL_ANSWER, paced, read, verdict, watch};
use super::text::{folder, uid_set};
use super::{Connection, ImapError};

/// UIDs named in one command; their longest text stays below the 8 192 bytes RFC 7162 section 4 asks servers to take.
const UIDS_PER_COMMAND: usize = 500;
/// Bytes of a mail's header that [`Connection::fetch_head`] asks for at most.
const LONGEST_HEADER: u32 = 256 * 1024;
/// What a FETCH answer may have beyond the mails in it.
const FETCH_OVERHEAD: u64 = 64 * 1024;

/// A selected folder as the server described it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    /// UIDs mean the same mails only while this stays the same (RFC 9051 section 2.3.1.1).
    pub uid_validity: u32,
    /// A lower bound for the next mail's UID; no promise that a lower UID exists.
    pub uid_next: u32,
    /// Number of mails.
    pub exists: u32,
    /// Whether keywords of our own may be set and kept.
    pub keywords_allowed: bool,
}

/// Which keywords the selected folder keeps, from PERMANENTFLAGS.
#[derive(Debug, Clone, Default)]
pub(super) struct Keywords {
    /// `\*`: any.
    any: bool,
    /// These, in lower case.
    known: BTreeSet<String>,
}

impl Keywords {
    fn allow(&self, keyword: &str) -> bool {
        self.any || self.known.contains(&keyword.to_ascii_lowercase())
    }
}

/// One mail without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its UID.
    pub uid: u32,
    /// Its size in bytes as the server counts it.
    pub size: u64,
    /// When the server took it, if it says so in a form we can read.
    pub internal_date: Option<DateTime<Utc>>,
    /// System flags and keywords as written by the server.
    pub flags: Vec<String>,
}

/// What a fetch of several mails brought.
#[derive(Debug)]
pub struct Fetched {
    /// Whole mails by UID, ascending; those the server did not deliver are missing.
    pub mails: Vec<(u32, Vec<u8>)>,
    /// How the command ended. Even after a failure the mails above are whole.
    pub ended: Result<(), ImapError>,
}

/// A system flag we may set. `\Deleted` is only set by [`Connection::move_to`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// `\Seen`: a person's mail program shows it as read.
    Seen,
    /// `\Flagged`: a person's mail program shows it as important.
    Flagged,
}

/// Whether a keyword was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    /// The server took it.
    Set,
    /// The folder keeps no such keyword; nothing was changed.
    NotAllowed,
}

/// How mails left a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relocated {
    /// They are in the other folder only.
    Moved,
    /// They are in both; here they are marked deleted, because the server cannot remove single mails.
    CopiedAndMarkedDeleted,
}

impl Connection {
    /// Selects a folder for reading and writing.
    pub async fn select(&mut self, name: &str) -> Result<Selected, ImapError> {
        let line = format!("SELECT {}", folder(name)?);
        let (mut validity, mut next, mut exists) = (None, None, 0);
        let mut keywords = Keywords::default();
        self.epoch = None;
        self.exec(Command::small("SELECT", &line), |response| match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => exists = *count,
            Response::Data { outcome, .. } => match &outcome.code {
                Some(ResponseCode::UidValidity(value)) => validity = Some(*value),
                Some(ResponseCode::UidNext(value)) => next = Some(*value),
                Some(ResponseCode::PermanentFlags(flags)) => {
                    keywords = Keywords {
                        any: flags.iter().any(|flag| flag == "\\*"),
                        known: flags.iter().map(|flag| flag.to_ascii_lowercase()).collect(),
                    };
                }
                _ => {}
            },
            _ => {}
        })
        .await?;
        self.news = false;
        let (Some(uid_validity), Some(uid_next)) = (validity, next) else {
            self.broken = true;
            return Err(ImapError::Protocol("a selected folder has no UIDVALIDITY or UIDNEXT"));
        };
        self.epoch = validity;
        let keywords_allowed = keywords.any;
        self.keywords = keywords;
        Ok(Selected { uid_validity, uid_next, exists, keywords_allowed })
    }

    /// The UIDs that exist from `from` to `to`, or with `None` to the newest; in ascending order.
    ///
    /// Ask in windows of some thousand UIDs. An empty answer alone does not prove that a mail is gone.
    pub async fn search_uids(&mut self, from: u32, to: Option<u32>) -> Result<Vec<u32>, ImapError> {
        let from = from.max(1);
        let last = to.map_or_else(|| "*".to_owned(), |to| to.to_string());
        let line = format!("UID SEARCH UID {from}:{last}");
        if to.is_none() {
            self.news = false;
        }
        let mut found = BTreeSet::new();
        self.exec(Command::small("UID SEARCH", &line), |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend(uids.iter().copied());
            }
        })
        .await?;
        // `n:*` also names the newest mail when that is below n (RFC 9051 section 9, seq-range).
        Ok(found.range(from..=to.unwrap_or(u32::MAX).max(from)).copied().collect())
    }

    /// Size, date and flags of `uids`; those that are missing in the result were not described, which may mean gone.
    pub async fn describe(&mut self, uids: &[u32]) -> Result<Vec<Described>, ImapError> {
        let mut found = BTreeMap::new();
        for some in uids.chunks(UIDS_PER_COMMAND) {
            let line = format!("UID FETCH {} (UID RFC822.SIZE INTERNALDATE FLAGS)", uid_set(some));
            self.exec(Command::small("UID FETCH", &line), |response| {
                if let Response::Fetch(_, attributes) = response
                    && let Some(described) = described(attributes)
                    && some.contains(&described.uid)
                {
                    found.insert(described.uid, described);
                }
            })
            .await?;
        }
        Ok(found.into_values().collect())
    }

    /// A whole mail without marking it as read; `None` if the server did not deliver it, which may mean gone.
    ///
    /// More than `largest` bytes break the connection: ask for the size first.
    pub async fn fetch_raw(&mut self, uid: u32, largest: u64) -> Result<Option<Vec<u8>>, ImapError> {
        let mut fetched = self.fetch_many(&[uid], largest).await;
        fetched.ended.map(|()| fetched.mails.pop().map(|(_, raw)| raw))
    }

    /// Whole mails in one round trip. What came before a failure is kept.
    ///
    /// More than `largest` bytes together break the connection: add up the sizes first.
    pub async fn fetch_many(&mut self, uids: &[u32], largest: u64) -> Fetched {
        if uids.is_empty() {
            return Fetched { mails: Vec::new(), ended: Ok(()) };
        }
        let line = format!("UID FETCH {} (UID BODY.PEEK[])", uid_set(uids));
        let overhead = FETCH_OVERHEAD.saturating_add(256_u64.saturating_mul(uids.len() as u64));
        let command = Command { name: "UID FETCH", line: &line, allowance: largest.saturating_add(overhead) };
        let mut found = BTreeMap::new();
        let ended = self
            .exec(command, |response| {
                if let Response::Fetch(_, attributes) = response
                    && let Some(uid) = uid_of(attributes)
                    && uids.contains(&uid)
                    && let Some(raw) = body(attributes, None)
                {
                    found.insert(uid, raw);
                    crash::after(Point::ImapLiteral);
                }
            })
            .await;
        Fetched { mails: found.into_iter().collect(), ended }
    }

    /// The header (at most 256 KiB) and the first `bytes` bytes of the text of a mail too large to take.
    pub async fn fetch_head(&mut self, uid: u32, bytes: u32) -> Result<Option<Vec<u8>>, ImapError> {
        let line =
            format!("UID FETCH {uid} (UID BODY.PEEK[HEADER]<0.{LONGEST_HEADER}> BODY.PEEK[TEXT]<0.{bytes}>)");
        let allowance = u64::from(LONGEST_HEADER) + u64::from(bytes) + FETCH_OVERHEAD;
        let command = Command { name: "UID FETCH", line: &line, allowance };
        let mut found = None;
        self.exec(command, |response| {
            if let Response::Fetch(_, attributes) = response
                && uid_of(attributes) == Some(uid)
                && let Some(mut head) = body(attributes, Some(&MessageSection::Header))
            {
                head.extend(body(attributes, Some(&MessageSection::Text)).unwrap_or_default());
                found = Some(head);
            }
        })
        .await?;
        Ok(found)
    }

    /// Sets a keyword (`$Redress`) where the folder keeps it. `\Seen` is never touched.
    pub async fn mark(&mut self, uids: &[u32], keyword: &str) -> Result<Marked, ImapError> {
        if !keyword.chars().all(|c| c.is_ascii_alphanumeric() || "$_-.".contains(c)) || keyword.is_empty() {
            return Err(ImapError::Unsendable("a keyword is made of ASCII letters, digits, $, _, - and ."));
        }
        if !self.keywords.allow(keyword) {
            return Ok(Marked::NotAllowed);
        }
        self.store(uids, keyword).await?;
        Ok(Marked::Set)
    }

    /// Sets a system flag.
    pub async fn set_flag(&mut self, uids: &[u32], flag: Flag) -> Result<(), ImapError> {
        let word = match flag {
            Flag::Seen => "\\Seen",
            Flag::Flagged => "\\Flagged",
        };
        self.store(uids, word).await
    }

    async fn store(&mut self, uids: &[u32], flag: &str) -> Result<(), ImapError> {
        for some in uids.chunks(UIDS_PER_COMMAND) {
            let line = format!("UID STORE {} +FLAGS.SILENT ({flag})", uid_set(some));
            self.exec(Command::small("UID STORE", &line), |_| ()).await?;
        }
        Ok(())
    }

    /// Whether the server can move mails in one step (RFC 6851).
    pub fn can_move(&self) -> bool {
        self.abilities.moves
    }

    /// Whether the server can remove mails by UID (RFC 4315).
    pub fn can_expunge(&self) -> bool {
        self.abilities.uidplus
    }

    /// Moves mails to another folder, as well as the server can.
    ///
    /// Even a refused MOVE may have moved some (RFC 6851 section 3.3): search again to know what is left. Without
    /// MOVE the mails are copied, marked deleted and removed by UID; without UIDPLUS they stay, marked deleted,
    /// because a plain EXPUNGE would also remove what other programs have marked.
    pub async fn move_to(&mut self, uids: &[u32], target: &str) -> Result<Relocated, ImapError> {
        let target = folder(target)?;
        for some in uids.chunks(UIDS_PER_COMMAND) {
            let set = uid_set(some);
            if self.abilities.moves {
                let line = format!("UID MOVE {set} {target}");
                self.exec(Command::small("UID MOVE", &line), |_| ()).await?;
                continue;
            }
            let line = format!("UID COPY {set} {target}");
            self.exec(Command::small("UID COPY", &line), |_| ()).await?;
            self.store(some, "\\Deleted").await?;
            if self.abilities.uidplus {
                let line = format!("UID EXPUNGE {set}");
                self.exec(Command::small("UID EXPUNGE", &line), |_| ()).await?;
            }
        }
        if self.abilities.moves || self.abilities.uidplus {
            Ok(Relocated::Moved)
        } else {
            Ok(Relocated::CopiedAndMarkedDeleted)
        }
    }

    /// Whether a folder exists; nothing is selected or changed.
    pub async fn folder_exists(&mut self, name: &str) -> Result<bool, ImapError> {
        let line = format!("STATUS {} (UIDNEXT)", folder(name)?);
        match self.exec(Command::small("STATUS", &line), |_| ()).await {
            Ok(()) => Ok(true),
            Err(ImapError::NoSuchFolder { .. } | ImapError::Refused { answer: super::Answer::No, .. }) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Creates a folder unless it exists. It is subscribed to as well, so that people's mail programs show it.
    pub async fn ensure_folder(&mut self, name: &str) -> Result<(), ImapError> {
        if self.folder_exists(name).await? {
            return Ok(());
        }
        let quoted = folder(name)?;
        let line = format!("CREATE {quoted}");
        if let Err(refusal) = self.exec(Command::small("CREATE", &line), |_| ()).await {
            // Another desk or person may have created it just now.
            let created = refusal.leaves_connection_usable() && self.folder_exists(name).await?;
            return if created { Ok(()) } else { Err(refusal) };
        }
        let line = format!("SUBSCRIBE {quoted}");
        match self.exec(Command::small("SUBSCRIBE", &line), |_| ()).await {
            Err(error) if !error.leaves_connection_usable() => Err(error),
            _ => Ok(()),
        }
    }

    /// Puts a mail into a folder. If the connection is lost on the way, it may or may not be there.
    pub async fn append(&mut self, name: &str, raw: &[u8]) -> Result<(), ImapError> {
        let line = format!("APPEND {} {{{}}}", folder(name)?, raw.len());
        self.begin(SMALL_ANSWER)?;
        let megabytes = u32::try_from(raw.len() / (1024 * 1024)).unwrap_or(u32::MAX);
        let window = self.patience.command.saturating_mul(megabytes.saturating_add(1));
        let (epoch, session, news) = (self.epoch, &mut self.session, &mut self.news);
        let work = async {
            let tag = session.run_command(&line).await?;
            loop {
                let step = read(session, |response| {
                    watch(response, epoch, news)?;
                    match response {
                        Response::Continue(_) => Ok(Step::Send),
                        Response::Done { tag: ended, status, outcome } if *ended == tag => {
                            verdict("APPEND", status, outcome).map(|()| Step::End)
                        }
                        _ => Ok(Step::Wait),
                    }
                });
                match step.await?? {
                    Step::Wait => {}
                    Step::End => return Ok(()),
                    Step::Send => {
                        let wire = session.get_mut();
                        wire.write_all(raw).await?;
                        wire.write_all(b"\r\n").await?;
                        wire.flush().await?;
                    }
                }
            }
        };
        let result = paced(&self.meter, window, work).await;
        self.end(result.unwrap_or(Err(ImapError::Timeout { during: "APPEND" })))
    }
}

/// What an answer to APPEND asks for.
enum Step {
    Wait,
    Send,
    End,
}

fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })
}

/// The whole mail (`None`) or one of its sections.
fn body(attributes: &[AttributeValue<'_>], wanted: Option<&MessageSection>) -> Option<Vec<u8>> {
    attributes.iter().find_map(|attribute| {
        let AttributeValue::BodySection { section, data: Some(data), .. } = attribute else {
            return None;
        };
        let same = match (section, wanted) {
            (None, None) => true,
            (Some(SectionPath::Full(section)), Some(wanted)) => section == wanted,
            _ => false,
        };
        same.then(|| data.to_vec())
    })
}

/// A description, if the answer has all that one needs; changes of flags that the server tells unasked have not.
fn described(attributes: &[AttributeValue<'_>]) -> Option<Described> {
    let uid = uid_of(attributes)?;
    let (mut size, mut internal_date, mut flags) = (None, None, Vec::new());
    for attribute in attributes {
        match attribute {
            AttributeValue::Rfc822Size(bytes) => size = Some(u64::from(*bytes)),
            AttributeValue::InternalDate(text) => internal_date = date(text),
            AttributeValue::Flags(list) => flags = list.iter().map(ToString::to_string).collect(),
            _ => {}
        }
    }
    Some(Described { uid, size: size?, internal_date, flags })
}

/// `17-Jul-1996 02:44:25 -0700`, the day padded with a space (RFC 9051 section 9, date-time).
fn date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z").ok().map(|date| date.to_utc())
}
