//! One mail of the inbox: what became of it, and what it says.
use std::fmt;

use anyhow::Context as _;
use serde::Serialize;

use crate::{
    cli::{
        opened::{DASH, Opened, Words},
        screen,
    },
    domain::Timestamp,
    mail::inbound::{self, Limits},
    store::inbox::{self, MailRow},
};

/// A mail to be printed.
#[derive(Debug, Serialize)]
pub struct ShownMail {
    id: i64,
    received_at: Timestamp,
    sent_at: Option<Timestamp>,
    size: i64,
    past: bool,
    status: &'static str,
    fate: Option<String>,
    rule: Option<String>,
    reason: Option<String>,
    dispute: Option<String>,
    placed_by: Option<String>,
    message_id: Option<String>,
    from: Option<String>,
    attempts: i64,
    released_at: Option<Timestamp>,
    /// None once its bytes are erased.
    content: Option<Content>,
    #[serde(skip)]
    words: Words,
}

#[derive(Debug, Serialize)]
struct Content {
    from: Option<String>,
    to: Vec<String>,
    subject: String,
    text: String,
    attachments: Vec<String>,
    defects: Vec<String>,
}

/// One mail, understood anew from its bytes.
///
/// # Errors
/// When there is no such mail, or the database cannot be read.
pub fn mail(desk: &Opened, id: i64) -> anyhow::Result<ShownMail> {
    let found = desk.read(|db| Ok((inbox::load(db, id)?, inbox::raw(db, id)?)))?;
    let row = found.0.with_context(|| format!("there is no mail {id}"))?;
    Ok(shown(row, found.1.map(|raw| content(&raw)), &desk.words))
}

fn content(raw: &[u8]) -> Content {
    let (mail, defects) = inbound::understand(raw, &Limits::default());
    Content {
        from: mail.authors.first().map(|author| match &author.name {
            Some(name) => format!("{name} <{}>", author.address),
            None => author.address.clone(),
        }),
        to: mail.recipients,
        subject: mail.subject,
        text: mail.text,
        attachments: mail
            .attachments
            .iter()
            .map(|part| format!("{} ({}, {} bytes)", part.name, part.media_type, part.bytes.len()))
            .collect(),
        defects: defects.iter().map(ToString::to_string).collect(),
    }
}

fn shown(row: MailRow, content: Option<Content>, words: &Words) -> ShownMail {
    ShownMail {
        id: row.id,
        received_at: row.received_at,
        sent_at: row.sent_at,
        size: row.size,
        past: row.age == inbox::Age::Past,
        status: row.status.word(),
        fate: row.fate,
        rule: row.rule,
        reason: row.reason,
        dispute: row.dispute.map(|number| words.number(number)),
        placed_by: row.placed_by,
        message_id: row.message_id,
        from: row.sender,
        attempts: row.attempts,
        released_at: row.released_at,
        content,
        words: words.clone(),
    }
}

impl fmt::Display for ShownMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = &self.words;
        let past = if self.past { ", from before the desk" } else { "" };
        let fate = match (&self.fate, &self.rule) {
            (Some(fate), Some(rule)) => format!("{fate} (by {rule})"),
            _ => DASH.to_owned(),
        };
        let mut facts = vec![
            ("received", format!("{}{past}", words.moment_and_distance(self.received_at))),
            ("status", self.status.to_owned()),
            ("taken for", fate),
        ];
        let mut fact = |name, value: &Option<String>| facts.extend(value.clone().map(|value| (name, value)));
        fact("because", &self.reason);
        fact("dispute", &self.dispute);
        fact("placed by", &self.placed_by);
        fact("released", &self.released_at.map(|at| words.moment(at)));
        fact("message id", &self.message_id);
        facts.push(("size", format!("{} bytes", self.size)));
        let Some(content) = &self.content else {
            facts.push(("content", "erased".to_owned()));
            return f.write_str(&screen::facts(&facts));
        };
        facts.push(("from", content.from.clone().unwrap_or_else(|| DASH.to_owned())));
        facts.push(("to", content.to.join(", ")));
        facts.push(("subject", content.subject.clone()));
        facts.extend(content.attachments.iter().map(|part| ("attachment", part.clone())));
        facts.extend(content.defects.iter().map(|defect| ("defect", defect.clone())));
        writeln!(f, "{}", screen::facts(&facts))?;
        content.text.lines().try_for_each(|line| writeln!(f, "  {}", screen::harmless(line)))
    }
}
