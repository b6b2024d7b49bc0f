//! Mails of a scenario: how people write them, and how they read what comes.
use std::fmt::Write as _;

use mail_parser::{Message, MessageParser, MimeHeaders};
use redress::{domain::Timestamp, store::outbox::Leased};

/// A mail that somebody writes.
#[derive(Clone)]
pub struct Written {
    from: String,
    to: String,
    subject: String,
    body: String,
    headers: Vec<(String, String)>,
    id: Option<String>,
    authentication: &'static str,
    return_path: Option<String>,
    parts: Vec<Part>,
}

/// What hangs on a mail.
#[derive(Clone)]
enum Part {
    /// A file.
    File { name: String, content: String },
    /// The HTML form, which stands in place of the text.
    Html(String),
}

/// Separates the parts of a mail.
const BOUNDARY: &str = "=_scenario";

impl Written {
    /// `from` writes to the desk; their provider vouches for them.
    pub fn by(from: &str, subject: &str, body: &str) -> Self {
        Written {
            from: from.to_owned(),
            to: "support@shop.test".to_owned(),
            subject: subject.to_owned(),
            body: body.to_owned(),
            headers: Vec::new(),
            id: None,
            authentication: "pass",
            return_path: None,
            parts: Vec::new(),
        }
    }

    /// `from` answers `mail` as clients do: to its reply address, in its thread, with a quote below.
    pub fn reply(from: &str, mail: &Received, body: &str) -> Self {
        let quote = mail.text.lines().fold(String::new(), |quote, line| quote + "> " + line + "\n");
        let body =
            format!("{body}\n\nOn Mon, 23 Nov 2026 at 09:00, Shop Care <support@shop.test> wrote:\n{quote}");
        Written::by(from, &format!("Re: {}", mail.subject), &body)
            .to(&mail.reply_to)
            .header("In-Reply-To", &format!("<{}>", mail.message_id))
            .header("References", &format!("<{}>", mail.message_id))
    }

    /// Under another subject.
    pub fn subject(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.subject);
        self
    }

    /// Somewhere else.
    pub fn to(mut self, to: &str) -> Self {
        to.clone_into(&mut self.to);
        self
    }

    /// With one more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a header that was set before.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// With this Message-ID.
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// With a file.
    pub fn attach(mut self, name: &str, content: &str) -> Self {
        self.parts.push(Part::File { name: name.to_owned(), content: content.to_owned() });
        self
    }

    /// As HTML, without a plain text.
    pub fn html(mut self, html: &str) -> Self {
        self.parts.push(Part::Html(html.to_owned()));
        self
    }

    /// From this envelope sender; empty is the null sender.
    pub fn return_path(mut self, path: &str) -> Self {
        self.return_path = Some(path.to_owned());
        self
    }

    /// Nothing vouches for the sender.
    pub fn unproven(mut self) -> Self {
        self.authentication = "none";
        self
    }

    /// The border says that the sender is false.
    pub fn forged(mut self) -> Self {
        self.authentication = "fail";
        self
    }

    /// As it lies in the mailbox.
    pub fn raw(&self, now: Timestamp) -> Vec<u8> {
        let address =
            self.from.rsplit_once('<').map_or(self.from.as_str(), |(_, rest)| rest.trim_end_matches('>'));
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let path = self.return_path.as_deref().unwrap_or(address);
        let stamp = now.timestamp();
        let id = self.id.clone().unwrap_or_else(|| format!("{stamp}.{}@{domain}", self.digest()));
        let to = self.to.rsplit_once('<').map_or(self.to.as_str(), |(_, rest)| rest.trim_end_matches('>'));
        let mut text = format!(
            "Return-Path: <{path}>\nDelivered-To: {to}\n\
             Authentication-Results: mx.test; dmarc={} header.from={domain}\n\
             Received: from out.{domain} by mx.test with esmtp; {}\n",
            self.authentication,
            now.to_rfc2822()
        );
        for (name, value) in &self.headers {
            writeln!(text, "{name}: {value}").unwrap();
        }
        write!(
            text,
            "From: {}\nTo: {}\nSubject: {}\nMessage-ID: <{id}>\nDate: {}\n\
             MIME-Version: 1.0\n",
            self.from,
            self.to,
            self.subject,
            now.to_rfc2822(),
        )
        .unwrap();
        text.push_str(&self.content());
        text.replace('\n', "\r\n").into_bytes()
    }

    /// Tells two mails of one second apart.
    fn digest(&self) -> u32 {
        let text = format!("{}{}{}{}", self.from, self.to, self.subject, self.body);
        text.bytes().fold(7, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
    }

    /// Everything from Content-Type on.
    fn content(&self) -> String {
        const PLAIN: &str = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n";
        match self.parts.as_slice() {
            [] => format!("{PLAIN}{}\n", self.body),
            [Part::Html(html)] => {
                format!("Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{html}\n")
            }
            parts => {
                let mut text = format!(
                    "Content-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\n\n--{BOUNDARY}\n{PLAIN}{}\n",
                    self.body
                );
                for part in parts {
                    let Part::File { name, content } = part else { continue };
                    write!(
                        text,
                        "--{BOUNDARY}\nContent-Type: application/octet-stream; name=\"{name}\"\n\
                         Content-Disposition: attachment; filename=\"{name}\"\n\n{content}\n"
                    )
                    .unwrap();
                }
                writeln!(text, "--{BOUNDARY}--").unwrap();
                text
            }
        }
    }
}

/// A mail that the desk sent.
pub struct Received {
    /// Envelope recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Message-ID without brackets.
    pub message_id: String,
    /// Where a reply goes.
    pub reply_to: String,
    /// Where it says that it came from in the envelope, which is where a bounce goes.
    pub envelope_from: String,
    /// Names of the attachments.
    pub attachments: Vec<String>,
    /// All headers as they stand in it.
    pub headers: String,
    /// The whole mail.
    pub raw: Vec<u8>,
}

impl Received {
    /// Reads what left.
    pub fn new(mail: &Leased) -> Self {
        let parsed = MessageParser::default().parse(&mail.bytes).unwrap();
        let address = |found: Option<&mail_parser::Address<'_>>| {
            found.and_then(|list| list.first()).and_then(|first| first.address()).map(str::to_owned)
        };
        let from = address(parsed.from()).unwrap();
        let head = mail.bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(mail.bytes.len());
        Received {
            to: mail.letter.recipient.clone(),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text: part(parsed.body_text(0).as_deref()),
            html: part(parsed.body_html(0).as_deref()),
            message_id: parsed.message_id().unwrap_or_default().to_owned(),
            reply_to: address(parsed.reply_to()).unwrap_or(from),
            envelope_from: mail.letter.envelope_from.clone().unwrap_or_default(),
            attachments: attachments(&parsed),
            headers: String::from_utf8_lossy(mail.bytes.get(..head).unwrap_or_default()).into_owned(),
            raw: mail.bytes.clone(),
        }
    }

    /// As a person sees it: subject and text. Signed addresses are shortened, since they are never the same.
    pub fn shown(&self) -> String {
        let mut text =
            format!("To: {}\nSubject: {}\n\n{}", self.to, self.subject, self.text.replace('\r', ""));
        if !self.attachments.is_empty() {
            write!(text, "\n[{}]", self.attachments.join(", ")).unwrap();
        }
        text.trim_end().to_owned()
    }
}

fn part(text: Option<&str>) -> String {
    text.unwrap_or_default().replace("\r\n", "\n")
}

fn attachments(parsed: &Message<'_>) -> Vec<String> {
    parsed.attachments().map(|part| part.attachment_name().unwrap_or("?").to_owned()).collect()
}
