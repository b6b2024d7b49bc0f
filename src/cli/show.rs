//! `redress show`: one dispute with everything that happened in it, or one mail of the inbox.
mod mail;

use std::{
    fmt::{self, Write as _},
    io::Write as _,
};

use anyhow::{Context as _, bail};
use serde::Serialize;

use super::{
    Exit, Global, ShowArgs,
    list::stage,
    listing::Listing,
    opened::{DASH, Opened, Words, first_line},
    outbox::{self, of_dispute},
    screen,
    table::{Align, Table},
};
use crate::{
    domain::{
        Timestamp,
        decision::{Actor, Entry},
        dispute::{Dispute, Number},
    },
    store::{self, Db, StoreError, disputes, inbox, journal, timers},
};

pub use mail::{ShownMail, mail};

/// Prints a dispute, a mail, or a mail's bytes.
pub fn run(global: &Global, args: &ShowArgs) -> anyhow::Result<Exit> {
    let desk = Opened::of(global)?;
    match (&args.number, args.mail) {
        (_, Some(id)) if args.raw => {
            let raw = desk.read(|db| inbox::raw(db, id))?;
            let bytes = raw.with_context(|| format!("there are no bytes of a mail {id}"))?;
            let mut out = std::io::stdout().lock();
            out.write_all(&bytes)?;
            out.flush()?;
        }
        (_, Some(id)) => screen::show(&mail(&desk, id)?, &args.print)?,
        (Some(number), None) => screen::show(&dispute(&desk, desk.number(number)?)?, &args.print)?,
        (None, None) => bail!("name a dispute, or a mail with --mail"),
    }
    Ok(Exit::Ok)
}

/// A dispute to be printed.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The number with its prefix.
    public: String,
    #[serde(flatten)]
    dispute: Dispute,
    journal: Vec<Line>,
    timers: Vec<Timer>,
    mails: Vec<MailLine>,
    letters: Listing<outbox::Row>,
    #[serde(skip)]
    words: Words,
}

#[derive(Debug, Serialize)]
struct Line {
    seq: i64,
    at: Timestamp,
    /// None once it was erased.
    entry: Option<Entry>,
}

#[derive(Debug, Serialize)]
struct Timer {
    what: &'static str,
    due_at: Timestamp,
}

#[derive(Debug, Serialize)]
struct MailLine {
    id: i64,
    received_at: Timestamp,
    from: Option<String>,
    status: &'static str,
    fate: Option<String>,
    rule: Option<String>,
    placed_by: Option<String>,
    size: i64,
}

/// A dispute with its journal, timers, mails and letters, in one view of the database.
///
/// # Errors
/// When there is no such dispute, or the database cannot be read.
pub fn dispute(desk: &Opened, number: Number) -> anyhow::Result<Shown> {
    let found = desk.read(|db| look(db, number, &desk.words))?;
    found.with_context(|| format!("there is no dispute {}", desk.words.number(number)))
}

fn look(db: &mut Db, number: Number, words: &Words) -> Result<Option<Shown>, StoreError> {
    let Some(dispute) = disputes::load(db, number)? else { return Ok(None) };
    let journal = journal::of(db, number)?.into_iter().map(|recorded| Line {
        seq: recorded.seq,
        at: recorded.at,
        entry: recorded.entry,
    });
    let timers = timers::of(db, number)?
        .into_iter()
        .map(|timer| Timer { what: timer.kind.word(), due_at: timer.due_at });
    let mails = inbox::mails_of(db, number)?.into_iter().map(|mail| MailLine {
        id: mail.id,
        received_at: mail.received_at,
        from: mail.sender,
        status: mail.status.word(),
        fate: mail.fate,
        rule: mail.rule,
        placed_by: mail.placed_by,
        size: mail.size,
    });
    Ok(Some(Shown {
        public: words.number(number),
        journal: journal.collect(),
        timers: timers.collect(),
        mails: mails.collect(),
        letters: of_dispute(store::outbox::of(db, number)?, words),
        words: words.clone(),
        dispute,
    }))
}

/// A journal's detail; where it is a moment, in the desk's time as everything else.
fn readable(detail: &str, words: &Words) -> String {
    detail.parse::<Timestamp>().map_or_else(|_| detail.to_owned(), |at| words.moment(at))
}

/// Who caused an entry, in a word or by address.
fn who(actor: &Actor) -> String {
    match actor {
        Actor::Customer => "customer".to_owned(),
        Actor::Agent(address) => address.clone(),
        Actor::Outsider(address) => format!("outsider {address}"),
        Actor::Desk => "desk".to_owned(),
        Actor::Operator => "operator".to_owned(),
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heading = format!("{}: {}", self.public, self.dispute.subject);
        writeln!(f, "{}\n\n{}\n{}", screen::heading(&heading), self.card(), self.timeline())?;
        if !self.timers.is_empty() {
            let mut table = Table::new().column("due", Align::Left, 60).column("what", Align::Left, 40);
            for timer in &self.timers {
                table.row([self.words.moment_and_distance(timer.due_at), timer.what.to_owned()]);
            }
            writeln!(f, "{table}")?;
        }
        write!(f, "{}\n{}", self.table_of_mails(), self.letters)
    }
}

impl Shown {
    /// The dispute's facts, one a line.
    fn card(&self) -> String {
        let (dispute, words) = (&self.dispute, &self.words);
        let customer = &dispute.customer;
        let named = match &customer.name {
            Some(name) => format!("{name} <{}>", customer.address),
            None => customer.address.clone(),
        };
        let mut facts = vec![
            ("customer", format!("{named}, writes {}{}", dispute.language, remarks(dispute))),
            ("stage", format!("{}, level {}", stage(dispute), dispute.level)),
            ("awaiting", dispute.awaiting.to_string()),
            ("agent", dispute.agent.clone().unwrap_or_else(|| "nobody yet".to_owned())),
            ("opened", words.moment_and_distance(dispute.opened_at)),
        ];
        let mut fact = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
        fact("closed", dispute.closed_at.map(|at| words.moment_and_distance(at)));
        fact("unanswered", dispute.unanswered_since.map(|at| words.moment_and_distance(at)));
        let promise = dispute.promise.map(|promise| {
            format!("{}, given {}", words.moment_and_distance(promise.due), words.moment(promise.made_at))
        });
        fact("promise", promise);
        if dispute.promises_kept + dispute.promises_broken > 0 {
            let (kept, broken) = (dispute.promises_kept, dispute.promises_broken);
            fact("promises", Some(format!("{kept} kept, {broken} broken")));
        }
        let question = dispute.question.map(|question| {
            format!(
                "{}, asked {} (number {})",
                question.kind,
                words.moment(question.asked_at),
                question.serial
            )
        });
        fact("question", question);
        fact("paused until", dispute.paused_until.map(|at| words.moment(at)));
        fact("rating", dispute.rating.map(|rating| format!("{} of 5", rating.score)));
        fact("continues", dispute.linked.map(|number| words.number(number)));
        screen::facts(&facts)
    }

    fn timeline(&self) -> Table {
        let mut table = Table::new()
            .column("when", Align::Left, 16)
            .column("who", Align::Left, 40)
            .column("what", Align::Left, 24)
            .column("detail", Align::Left, 100);
        for line in &self.journal {
            let at = self.words.moment(line.at);
            match &line.entry {
                Some(entry) => table.row([
                    at,
                    who(&entry.actor),
                    entry.what.to_string(),
                    readable(first_line(&entry.detail), &self.words),
                ]),
                None => table.row([at, DASH.to_owned(), "(erased)".to_owned()]),
            }
        }
        table
    }

    fn table_of_mails(&self) -> Table {
        let mut table = Table::new()
            .column("mail", Align::Right, 9)
            .column("received", Align::Left, 16)
            .column("from", Align::Left, 40)
            .column("taken for", Align::Left, 20)
            .column("placed by", Align::Left, 12)
            .column("status", Align::Left, 12);
        for mail in &self.mails {
            let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| DASH.to_owned());
            table.row([
                mail.id.to_string(),
                self.words.moment(mail.received_at),
                or_dash(&mail.from),
                or_dash(&mail.fate),
                or_dash(&mail.placed_by),
                mail.status.to_owned(),
            ]);
        }
        table
    }
}

/// What else is to be known of the customer's address.
fn remarks(dispute: &Dispute) -> String {
    let remarks = [
        (!dispute.authenticated, "not authenticated"),
        (dispute.silent, "gets no automatic mail"),
        (dispute.undeliverable, "refuses our mail"),
    ];
    remarks.iter().filter(|(holds, _)| *holds).fold(String::new(), |mut text, (_, remark)| {
        let _ = write!(text, ", {remark}");
        text
    })
}
