//! Letters as people write and read them: in any mail client, over real SMTP and real IMAP.
use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use mail_parser::{Address, HeaderValue, Message, MessageParser};

use super::{
    desk::{DESK, local},
    servers::{MailServers, Sender, clients::Mailbox},
};
use crate::domain::Timestamp;

/// A letter as its recipient's client shows it.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Name and address of the sender.
    pub from: String,
    /// Whose mailbox it lies in.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// When it was written.
    pub date: Option<Timestamp>,
    reply_to: String,
    message_id: String,
    references: Vec<String>,
}

impl Letter {
    fn read(to: &str, raw: &[u8]) -> Result<Self> {
        let parsed = MessageParser::default().parse(raw).context("a letter cannot be read")?;
        let from = parsed.from().and_then(Address::first).context("a letter has no From")?;
        let sender = from.address().unwrap_or_default().to_owned();
        let reply_to = parsed.reply_to().and_then(Address::first).and_then(|found| found.address());
        Ok(Self {
            from: from.name().unwrap_or(&sender).to_owned(),
            to: to.to_owned(),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text: parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
            date: parsed.date().and_then(|date| Timestamp::from_timestamp(date.to_timestamp(), 0)),
            reply_to: reply_to.unwrap_or(&sender).to_owned(),
            message_id: parsed.message_id().unwrap_or_default().to_owned(),
            references: references(&parsed),
        })
    }
}

fn references(parsed: &Message<'_>) -> Vec<String> {
    match parsed.references() {
        HeaderValue::Text(one) => vec![one.to_string()],
        HeaderValue::TextList(many) => many.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// A mail that somebody writes.
#[derive(Debug, Clone)]
pub struct Written {
    /// Display name.
    pub name: &'static str,
    /// Address.
    pub from: &'static str,
    /// Where it goes.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// What is newly written.
    pub text: String,
    /// Its Message-ID without angle brackets.
    pub message_id: String,
    headers: Vec<(&'static str, String)>,
    quote: String,
}

impl Written {
    /// A mail to the desk.
    pub fn new(name: &'static str, from: &'static str, subject: &str, text: &str) -> Self {
        Self {
            name,
            from,
            to: DESK.to_owned(),
            subject: subject.to_owned(),
            text: text.trim().to_owned(),
            message_id: String::new(),
            headers: Vec::new(),
            quote: String::new(),
        }
    }

    /// An answer as clients write it: to the reply address, in the thread, above a quote of the whole letter.
    pub fn reply(name: &'static str, from: &'static str, letter: &Letter, text: &str) -> Self {
        let mut subject = letter.subject.clone();
        if !subject.starts_with("Re: ") {
            subject.insert_str(0, "Re: ");
        }
        let mut written = Self::new(name, from, &subject, text).thread(letter);
        written.to.clone_from(&letter.reply_to);
        let date = letter.date.map(|at| local(at).format("%a, %-d %b %Y at %H:%M").to_string());
        written.quote = format!("\n\nOn {}, {} wrote:\n", date.unwrap_or_default(), letter.from);
        for line in letter.text.lines() {
            written.quote.push_str("> ");
            written.quote.push_str(line);
            written.quote.push('\n');
        }
        written
    }

    /// What a program sends by itself in answer to a letter: to the envelope's sender in most systems, but many still
    /// take the address that a person would answer to.
    pub fn automatic(name: &'static str, from: &'static str, letter: &Letter, text: &str) -> Self {
        let mut written = Self::new(name, from, &format!("Automatic reply: {}", letter.subject), text);
        written.to.clone_from(&letter.reply_to);
        written.thread(letter).header("Auto-Submitted", "auto-replied")
    }

    /// With one more header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn thread(self, letter: &Letter) -> Self {
        let mut references: Vec<String> = letter.references.iter().map(|id| format!("<{id}>")).collect();
        references.push(format!("<{}>", letter.message_id));
        self.header("In-Reply-To", &format!("<{}>", letter.message_id))
            .header("References", &references.join("\r\n "))
    }

    fn raw(&self, at: Timestamp) -> String {
        let mut raw = format!(
            "From: {} <{}>\r\nTo: <{}>\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}>\r\n",
            self.name,
            self.from,
            self.to,
            encoded(&self.subject),
            local(at).to_rfc2822(),
            self.message_id,
        );
        for (name, value) in &self.headers {
            raw.extend([name, ": ", value, "\r\n"]);
        }
        raw.push_str("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n");
        raw.push_str("Content-Transfer-Encoding: 8bit\r\n\r\n");
        raw.push_str(&self.text);
        raw.push_str(&self.quote);
        raw.push('\n');
        raw
    }
}

/// A header's text as RFC 2047 wants it, in pieces that fit a line.
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let words = characters.chunks(12).map(|piece| {
        let piece: String = piece.iter().collect();
        format!("=?utf-8?B?{}?=", data_encoding::BASE64.encode(piece.as_bytes()))
    });
    words.collect::<Vec<_>>().join("\r\n ")
}

/// Everybody's mailbox, and how far each has been read.
pub struct Post<'s> {
    servers: &'s MailServers,
    boxes: BTreeMap<&'static str, (Mailbox, usize)>,
    latest: BTreeMap<&'static str, Letter>,
    posted: usize,
}

impl<'s> Post<'s> {
    /// Opens these mailboxes, all of them empty.
    pub fn open(servers: &'s MailServers, people: &[&'static str]) -> Result<Self> {
        let boxes = people.iter().map(|address| Ok((*address, (servers.mailbox(address)?, 0))));
        Ok(Self { servers, boxes: boxes.collect::<Result<_>>()?, latest: BTreeMap::new(), posted: 0 })
    }

    /// Sends a mail as the outside world does; the border vouches for its sender.
    pub fn send(&mut self, mut mail: Written, at: Timestamp) -> Result<Written> {
        self.posted += 1;
        let domain = mail.from.rsplit_once('@').map_or("", |(_, domain)| domain);
        mail.message_id = format!("{}.{}@mail.{domain}", at.timestamp_micros(), self.posted);
        self.servers
            .deliver(Sender::Honest, mail.from, &[&mail.to], mail.raw(at).as_bytes())
            .with_context(|| format!("the mail of {} to {} cannot be posted", mail.from, mail.to))?;
        Ok(mail)
    }

    /// Waits until `count` letters more have come to `address` and reads all that are new.
    pub fn collect(&mut self, address: &'static str, count: usize, within: Duration) -> Result<Vec<Letter>> {
        let (mailbox, read) = self.boxes.get_mut(address).context("nobody reads that mailbox")?;
        let mails = mailbox
            .wait_for(*read + count, within)
            .with_context(|| format!("{address} waited for {count} letter(s)"))?;
        let fresh = mails.get(*read..).unwrap_or_default();
        *read = mails.len();
        let letters: Vec<Letter> =
            fresh.iter().map(|raw| Letter::read(address, raw)).collect::<Result<_>>()?;
        if let Some(last) = letters.last() {
            self.latest.insert(address, last.clone());
        }
        Ok(letters)
    }

    /// The last letter that was read in this mailbox.
    pub fn latest(&self, address: &str) -> Result<Letter> {
        self.latest.get(address).cloned().with_context(|| format!("{address} has read nothing yet"))
    }

    /// Fails if anybody has a letter that nobody expected.
    pub fn nothing_more(&mut self) -> Result<()> {
        let people: Vec<&'static str> = self.boxes.keys().copied().collect();
        for address in people {
            let found = self.collect(address, 0, Duration::from_secs(5))?;
            if let Some(letter) = found.first() {
                bail!("{address} got a letter that nobody expected: {}\n{}", letter.subject, letter.text);
            }
        }
        Ok(())
    }
}

/// Takes the letter whose subject or text holds `sign` out of `letters`.
pub fn pick(letters: &mut Vec<Letter>, address: &str, sign: &str) -> Result<Letter> {
    let fits = |letter: &Letter| {
        letter.to == address && (letter.subject.contains(sign) || letter.text.contains(sign))
    };
    let found = letters.iter().position(fits);
    ensure!(found.is_some(), "{address} has no letter with “{sign}”, but:\n{}", contents(letters));
    Ok(letters.remove(found.unwrap_or_default()))
}

fn contents(letters: &[Letter]) -> String {
    let each = letters.iter().map(|letter| format!("{}: {}\n{}", letter.to, letter.subject, letter.text));
    each.collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_goes_where_the_letter_says_and_stays_in_its_thread() {
        let raw = b"From: Shop Care <support@shop.test>\r\nReply-To: support+x@shop.test\r\nSubject: Hi\r\n\
            Message-ID: <2@shop.test>\r\nReferences: <1@shop.test>\r\n\r\nFirst\r\n";
        let letter = Letter::read("carla@example.test", raw).unwrap();
        let reply = Written::reply("Carla", "carla@example.test", &letter, "Yes").raw(Timestamp::UNIX_EPOCH);
        for part in [
            "To: <support+x@shop.test>\r\n",
            "Subject: Re: Hi\r\n",
            "In-Reply-To: <2@shop.test>\r\n",
            "References: <1@shop.test>\r\n <2@shop.test>\r\n",
            "\r\n\r\nYes\n\nOn ",
            "\n> First\n",
        ] {
            assert!(reply.contains(part), "{part}: {reply}");
        }
    }
}
