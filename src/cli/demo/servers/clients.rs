//! The outside world's two tiny clients: one hands in mail by SMTP, one reads a mailbox by IMAP.
//!
//! They are blocking, speak plain text to loopback only, and share nothing with the adapters they help to
//! test: a fault in those would otherwise be repeated here and cancel out.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// How long one answer of a server may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Hands one mail to the SMTP server on `port`, introducing itself as `helo`; an empty `from` is the null sender.
///
/// Line ends become CRLF. Fails with the server's words when it refuses the sender, any recipient or the mail.
pub fn send(port: u16, helo: &str, from: &str, to: &[&str], raw: &[u8]) -> Result<()> {
    let mut wire = connect(port)?;
    smtp_reply(&mut wire)?;
    smtp_line(&mut wire, &format!("EHLO {helo}"))?;
    let utf8 = if [from].iter().chain(to).all(|text| text.is_ascii()) { "" } else { " SMTPUTF8" };
    smtp_line(&mut wire, &format!("MAIL FROM:<{from}>{utf8}"))?;
    for recipient in to {
        smtp_line(&mut wire, &format!("RCPT TO:<{recipient}>"))?;
    }
    smtp_line(&mut wire, "DATA")?;
    let mut data = Vec::new();
    for line in raw.strip_suffix(b"\n").unwrap_or(raw).split(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            data.push(b'.');
        }
        data.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        data.extend_from_slice(b"\r\n");
    }
    data.extend_from_slice(b".\r\n");
    wire.get_mut().write_all(&data)?;
    smtp_reply(&mut wire)?;
    smtp_line(&mut wire, "QUIT")
}

fn smtp_line(wire: &mut BufReader<TcpStream>, line: &str) -> Result<()> {
    wire.get_mut().write_all(format!("{line}\r\n").as_bytes())?;
    smtp_reply(wire).with_context(|| format!("the server refused `{line}`"))
}

/// Reads one answer of one or more lines; anything but 2xx and 3xx is an error.
fn smtp_reply(wire: &mut BufReader<TcpStream>) -> Result<()> {
    loop {
        let mut line = String::new();
        ensure!(wire.read_line(&mut line)? > 0, "the SMTP server hung up");
        match line.as_bytes() {
            [b'2' | b'3', _, _, b'-', ..] => (),
            [b'2' | b'3', ..] => return Ok(()),
            [_, _, _, b'-', ..] => (),
            _ => bail!("{}", line.trim_end()),
        }
    }
}

/// A mailbox opened over IMAP.
#[derive(Debug)]
pub struct Mailbox {
    wire: BufReader<TcpStream>,
    commands: u32,
    exists: usize,
}

/// What a command brought: its untagged lines (literals left out), and the literals.
#[derive(Debug, Default)]
pub struct Answer {
    /// The untagged lines, without their line ends.
    pub lines: Vec<String>,
    /// The literals in order, for example the mails of a FETCH.
    pub literals: Vec<Vec<u8>>,
}

impl Mailbox {
    /// Logs in on `port` and selects INBOX.
    pub fn open(port: u16, user: &str, password: &str) -> Result<Self> {
        let mut mailbox = Self { wire: connect(port)?, commands: 0, exists: 0 };
        mailbox.line(&mut Answer::default())?;
        mailbox.command(&format!("LOGIN \"{user}\" \"{password}\""))?;
        mailbox.command("SELECT INBOX")?;
        Ok(mailbox)
    }

    /// Sends one command and reads to its end; fails with the server's words unless it says OK.
    pub fn command(&mut self, command: &str) -> Result<Answer> {
        let tag = self.start(command)?;
        let mut answer = Answer::default();
        self.finish(&tag, &mut answer)?;
        Ok(answer)
    }

    /// Every mail of the open folder, oldest first, as the server holds it; changes no flag.
    pub fn mails(&mut self) -> Result<Vec<Vec<u8>>> {
        if self.exists == 0 {
            return Ok(Vec::new());
        }
        Ok(self.command("FETCH 1:* (BODY.PEEK[])")?.literals)
    }

    /// Waits (by IDLE) until the folder holds at least `count` mails, then returns them all.
    pub fn wait_for(&mut self, count: usize, within: Duration) -> Result<Vec<Vec<u8>>> {
        let deadline = Instant::now() + within;
        self.command("NOOP")?;
        if self.exists < count {
            let tag = self.start("IDLE")?;
            let mut answer = Answer::default();
            while self.exists < count {
                let left = deadline.saturating_duration_since(Instant::now());
                ensure!(!left.is_zero(), "{} of {count} mails after {within:?}", self.exists);
                self.wire.get_ref().set_read_timeout(Some(left))?;
                match self.line(&mut answer) {
                    Err(error) if is_timeout(&error) => (),
                    other => other?,
                }
            }
            self.wire.get_ref().set_read_timeout(Some(PATIENCE))?;
            self.wire.get_mut().write_all(b"DONE\r\n")?;
            self.finish(&tag, &mut answer)?;
        }
        self.mails()
    }

    fn start(&mut self, command: &str) -> Result<String> {
        self.commands += 1;
        let tag = format!("c{}", self.commands);
        self.wire.get_mut().write_all(format!("{tag} {command}\r\n").as_bytes())?;
        Ok(tag)
    }

    fn finish(&mut self, tag: &str, answer: &mut Answer) -> Result<()> {
        loop {
            self.line(answer)?;
            let Some(end) = answer.lines.last().and_then(|line| line.strip_prefix(tag)) else { continue };
            ensure!(end.starts_with(" OK"), "the IMAP server said{end}");
            answer.lines.pop();
            return Ok(());
        }
    }

    /// Reads one line with its literals into `answer`, and notes how many mails there are.
    fn line(&mut self, answer: &mut Answer) -> Result<()> {
        let mut text = String::new();
        loop {
            let mut part = Vec::new();
            ensure!(self.wire.read_until(b'\n', &mut part)? > 0, "the IMAP server hung up");
            let part = String::from_utf8_lossy(&part);
            let part = part.trim_end();
            text.push_str(part);
            let size = part
                .strip_suffix('}')
                .and_then(|rest| rest.rsplit_once('{'))
                .and_then(|(_, n)| n.parse().ok());
            let Some(size) = size else { break };
            let mut literal = vec![0; size];
            self.wire.read_exact(&mut literal)?;
            answer.literals.push(literal);
        }
        if let Some(count) = text.strip_prefix("* ").and_then(|rest| rest.strip_suffix(" EXISTS")) {
            self.exists = count.parse().context("the IMAP server counts strangely")?;
        }
        answer.lines.push(text);
        Ok(())
    }
}

fn is_timeout(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    matches!(kind, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

fn connect(port: u16) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("nothing listens on port {port}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}
