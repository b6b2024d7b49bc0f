//! The account that is given of one mail: fields for programs, lines for a person.
use std::fmt;

use chrono::SecondsFormat;
use serde::Serialize;

use crate::{
    cli::screen,
    desk::{Handled, Reading},
    domain::{Timestamp, dispute::Number, letter::Understood},
    mail::{
        authenticity::Results,
        bounce,
        fate::Fate,
        inbound::{self, Mail},
        relay::Voice,
    },
    store::{inbox::MailRow, outbox},
    threading::PlacedBy,
};

/// What the desk made of one mail.
#[derive(Debug, Default, Serialize)]
pub struct Account {
    /// The path as given.
    pub file: String,
    /// The first author.
    pub from: Option<Person>,
    /// Whom a relay speaks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Person>,
    /// Mailboxes of Sender.
    pub sender: Vec<Person>,
    /// Mailboxes of Reply-To.
    pub reply_to: Vec<Person>,
    /// Mailboxes of To.
    pub to: Vec<Person>,
    /// Mailboxes of Cc.
    pub cc: Vec<Person>,
    /// Decoded, on one line.
    pub subject: String,
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// Ids, without angle brackets, in order.
    pub in_reply_to: Vec<String>,
    /// Ids, without angle brackets, in order.
    pub references: Vec<String>,
    /// In RFC 3339.
    pub date: Option<String>,
    /// The whole readable text.
    pub text: String,
    /// What its author newly wrote; where that is nothing, what they passed on.
    pub reply: String,
    /// What is not readable text.
    pub attachments: Vec<Attachment>,
    /// Whether it is encrypted or signed, and how; left out where it is neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection: Option<String>,
    /// What it was taken for.
    pub fate: String,
    /// Whether the mail allows an acknowledgement.
    pub acknowledge: bool,
    /// The rule that decided, and what it read.
    pub because: String,
    /// What it says of mail that did not arrive.
    pub bounce: Option<Bounce>,
    /// What a trusted server says of its sender.
    pub authentication: Option<Authentication>,
    /// Where it went.
    pub dispute: Option<Placed>,
    /// What was wrong with it, in words.
    pub defects: Vec<String>,
    /// Whether From is vouched for.
    #[serde(skip)]
    pub authenticated: bool,
    /// The desk keeps it without a dispute: the one named here is where it would go if somebody released it.
    #[serde(skip)]
    pub kept: bool,
    /// What would be sent.
    #[serde(skip)]
    pub letters: Vec<Letter>,
    /// What the letters about a person's mail repeat of it.
    #[serde(skip)]
    pub understood: Understood,
    /// The language of a person's mail, and of the letters to them.
    #[serde(skip)]
    pub language: Option<Language>,
    /// What its dispute's journal says of it.
    #[serde(skip)]
    pub journal: Vec<String>,
    /// Lines with text that were cut from around `reply`.
    #[serde(skip)]
    pub cut: usize,
    /// Whether there is a mail at all.
    #[serde(skip)]
    pub source: Source,
}

/// What came of opening a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Source {
    /// Its bytes.
    #[default]
    Read,
    /// An error.
    Unreadable,
}

/// The language of a mail and that of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Of the mail, if it can be told.
    pub written: Option<&'static str>,
    /// Of the letters.
    pub letters: String,
}

/// A mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Display name.
    pub name: Option<String>,
    /// Address.
    pub email: String,
}

/// A part that is not readable text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Bytes after transfer decoding.
    pub size: usize,
    /// Their hash in hexadecimal.
    pub sha256: String,
}

/// A delivery report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bounce {
    /// One entry an address.
    pub recipients: Vec<Failed>,
    /// The mail it is about.
    pub original_message_id: Option<String>,
}

/// What happened to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// The address.
    pub address: String,
    /// Such as `failed`.
    pub action: String,
    /// Such as `5.1.1`.
    pub status: Option<String>,
    /// Whether trying again is pointless.
    pub permanent: bool,
    /// The other server's words.
    pub diagnostic: Option<String>,
}

/// The word of a trusted server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authentication {
    /// Which server.
    pub authserv_id: String,
    /// Result of DMARC.
    pub dmarc: Option<String>,
    /// Result of DKIM.
    pub dkim: Option<String>,
    /// Result of SPF.
    pub spf: Option<String>,
}

/// The dispute that a mail went to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// Its number.
    pub number: i64,
    /// `new`, `token`, `reference` or `subject`.
    #[serde(rename = "placed_by")]
    pub rule: String,
    /// The number with its prefix.
    #[serde(skip)]
    pub public: String,
}

/// A letter that would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    kind: String,
    to: String,
    wait: chrono::Duration,
}

impl Letter {
    /// A letter of the outbox as seen at `now`.
    pub(super) fn of(letter: outbox::Letter, now: Timestamp) -> Self {
        Self { kind: letter.letter, to: letter.recipient, wait: letter.leave_at - now }
    }
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}, ", self.kind, self.to)?;
        match self.wait.num_seconds() {
            ..=0 => f.write_str("at once"),
            seconds => write!(f, "after {seconds} seconds"),
        }
    }
}

impl From<&inbound::Mailbox> for Person {
    fn from(mailbox: &inbound::Mailbox) -> Self {
        Self { name: mailbox.name.clone(), email: mailbox.address.clone() }
    }
}

impl From<&inbound::Attachment> for Attachment {
    fn from(part: &inbound::Attachment) -> Self {
        Self {
            name: part.name.clone(),
            media_type: part.media_type.clone(),
            size: part.bytes.len(),
            sha256: part.sha256_hex(),
        }
    }
}

impl From<Results> for Authentication {
    fn from(found: Results) -> Self {
        Self { authserv_id: found.authserv_id, dmarc: found.dmarc, dkim: found.dkim, spf: found.spf }
    }
}

impl From<bounce::Bounce> for Bounce {
    fn from(found: bounce::Bounce) -> Self {
        let recipients = found.recipients.into_iter().map(|one| Failed {
            address: one.address,
            action: one.action,
            status: one.status,
            permanent: one.permanent,
            diagnostic: one.diagnostic,
        });
        Self { recipients: recipients.collect(), original_message_id: found.original_message_id }
    }
}

fn people(mailboxes: &[inbound::Mailbox]) -> Vec<Person> {
    mailboxes.iter().map(Person::from).collect()
}

impl Account {
    /// Of a mail of which nothing is known.
    pub(super) fn blank(file: &str) -> Self {
        Self { file: file.to_owned(), fate: Fate::Quarantined.to_string(), ..Self::default() }
    }

    /// Of a file that cannot be read.
    pub(super) fn unreadable(file: &str, error: &std::io::Error) -> Self {
        let mut account = Self::blank(file);
        account.set_aside(&format!("the file cannot be read: {error}"));
        account.source = Source::Unreadable;
        account
    }

    /// Of a mail that was understood; what the desk did is not in it yet.
    pub(super) fn read(file: &str, reading: Reading) -> Self {
        let Mail { sender, reply_to, to, cc, attachments, date, authors, .. } = &reading.mail;
        Self {
            from: authors.first().map(Person::from),
            customer: match &reading.voice {
                Voice::Customer { customer, .. } => Some(Person::from(customer)),
                Voice::Own | Voice::Unproven | Voice::Nobody(_) => None,
            },
            sender: people(sender),
            reply_to: people(reply_to),
            to: people(to),
            cc: people(cc),
            date: date.map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, true)),
            attachments: attachments.iter().map(Attachment::from).collect(),
            bounce: reading.bounce.map(Bounce::from),
            defects: reading.defects.iter().map(ToString::to_string).collect(),
            authentication: reading.results.map(Authentication::from),
            authenticated: reading.authenticated,
            cut: reading.cut.lines().filter(|line| !line.trim().is_empty()).count(),
            protection: reading.mail.protection.map(|protection| protection.to_string()),
            reply: if reading.new_text.is_empty() { reading.passed_on } else { reading.new_text },
            subject: reading.mail.subject,
            message_id: reading.mail.message_id,
            in_reply_to: reading.mail.in_reply_to,
            references: reading.mail.references,
            text: reading.mail.text,
            ..Self::blank(file)
        }
    }

    /// The desk has finished it.
    pub(super) fn handled(&mut self, handled: &Handled, prefix: &str) {
        self.fate = handled.fate.to_string();
        self.because.clone_from(&handled.because);
        self.acknowledge = handled.acknowledge;
        self.placed(handled.placed, prefix);
        if matches!(handled.fate, Fate::Automatic | Fate::Report) {
            // It may look like a delivery report, as the notices of some spam filters do.
            self.bounce = None;
        }
        if handled.fate == Fate::Bounce && self.bounce.is_none() {
            self.bounce = Some(Bounce { recipients: Vec::new(), original_message_id: None });
        }
    }

    /// The desk keeps it, or files it without a dispute, and this is where it would go if it were released.
    pub(super) fn released(&mut self, handled: &Handled, prefix: &str) {
        self.kept = true;
        self.placed(handled.placed, prefix);
    }

    fn placed(&mut self, placed: Option<(Number, PlacedBy)>, prefix: &str) {
        self.dispute = placed.map(|(number, by)| Placed {
            number: number.0,
            rule: by.word().to_owned(),
            public: number.public(prefix),
        });
    }

    /// The desk has set it aside.
    pub(super) fn set_aside(&mut self, reason: &str) {
        self.fate = Fate::Quarantined.to_string();
        self.because = format!("limits: {reason}");
        if !self.defects.iter().any(|defect| defect.contains(reason)) {
            self.defects.push(reason.to_owned());
        }
    }

    /// The very bytes were taken before, and this became of them.
    pub(super) fn copy(&mut self, row: &MailRow) {
        let rule = row.rule.as_deref().map_or_else(String::new, |rule| format!(", then decided by {rule}"));
        self.because = format!("duplicate: the very bytes of a mail that was taken before{rule}");
    }

    /// The row as it stands when all files were taken: disputes may have been joined since.
    pub(super) fn settled(&mut self, row: &MailRow, prefix: &str) {
        if let Some(fate) = row.fate.as_ref().filter(|_| !self.kept) {
            self.fate.clone_from(fate);
        }
        if let Some(number) = row.dispute {
            let by = self.dispute.take().map(|placed| placed.rule).or_else(|| row.placed_by.clone());
            self.dispute = Some(Placed {
                number: number.0,
                rule: by.unwrap_or_default(),
                public: number.public(prefix),
            });
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}", screen::heading(&self.file), screen::facts(&self.facts()))?;
        for line in self.reply.lines() {
            writeln!(f, "  | {}", screen::harmless(line))?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.email),
            None => f.write_str(&self.email),
        }
    }
}

impl Account {
    /// Who, what, which rule, where to, and what would be sent.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let vouched = if self.authenticated { "authenticated" } else { "not authenticated" };
        let from = match &self.from {
            Some(person) => format!("{person}, {vouched}"),
            None => "nobody who can be told".to_owned(),
        };
        let mut facts = vec![("from", from)];
        if let Some(customer) = &self.customer {
            facts.push(("speaks for", customer.to_string()));
        }
        facts.extend([
            ("subject", self.subject.clone()),
            ("taken for", self.fate.clone()),
            ("because", self.because.clone()),
        ]);
        facts.push((
            "dispute",
            match &self.dispute {
                Some(placed) if self.kept => format!("none; {} if it were released", placed.public),
                Some(placed) if placed.rule == "new" => format!("{}, which it opens", placed.public),
                Some(placed) => format!("{}, by {}", placed.public, placed.rule),
                None => "none".to_owned(),
            },
        ));
        let may = if self.acknowledge { "allowed" } else { "not allowed" };
        facts.push(("acknowledgement", may.to_owned()));
        facts.extend(self.language.iter().map(|language| ("language", language.to_string())));
        let Understood { amount, reference, remedy } = &self.understood;
        for (name, found) in [("amount", amount), ("order or invoice", reference), ("wish", remedy)] {
            facts.extend(found.iter().map(|found| (name, found.clone())));
        }
        if let Some(bounce) = &self.bounce {
            facts.extend(bounce.recipients.iter().map(|one| ("bounced", one.to_string())));
        }
        facts.extend(self.protection.iter().map(|how| ("protected", how.clone())));
        facts.extend(self.attachments.iter().map(|part| ("attachment", part.to_string())));
        facts.extend(self.defects.iter().map(|defect| ("defect", defect.clone())));
        if self.cut > 0 {
            let lines = if self.cut == 1 { "line" } else { "lines" };
            facts.push(("cut from text", format!("{} {lines}", self.cut)));
        }
        facts.extend(self.journal.iter().map(|line| ("journal", line.clone())));
        if self.letters.is_empty() {
            facts.push(("would be sent", "nothing".to_owned()));
        }
        facts.extend(self.letters.iter().map(|letter| ("would be sent", letter.to_string())));
        facts
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, letters in {}", self.written.unwrap_or("not told"), self.letters)
    }
}

impl fmt::Display for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {} bytes)", self.name, self.media_type, self.size)
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lasting = if self.permanent { "for good" } else { "for now" };
        write!(f, "{} {} {lasting}", self.address, self.action)?;
        for more in [&self.status, &self.diagnostic].into_iter().flatten() {
            write!(f, ", {more}")?;
        }
        Ok(())
    }
}
