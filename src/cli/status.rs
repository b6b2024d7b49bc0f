//! `redress status`: how the desk is doing, on one screen.
use std::fmt;

use serde::Serialize;

use super::{
    Exit, Global, Print,
    opened::{DASH, Opened, Words},
    screen,
    table::{Align, Table},
};
use crate::{
    domain::Timestamp,
    store::{Db, StoreError, alarms, disputes, inbox, mailboxes, outbox, timers},
};

/// Timers that are shown.
const TIMERS: usize = 5;

/// Prints the status.
pub fn run(global: &Global, print: &Print) -> anyhow::Result<Exit> {
    screen::show(&status(&Opened::of(global)?)?, print)?;
    Ok(Exit::Ok)
}

/// How the desk is doing.
#[derive(Debug, Serialize)]
pub struct Status {
    /// Disputes by stage.
    pub disputes: Vec<Count>,
    /// Taken mail by what has become of it.
    pub inbox: Vec<Count>,
    /// Letters by state.
    pub outbox: Vec<Count>,
    /// Since when the oldest letter waits that should have left.
    pub oldest_unsent: Option<Timestamp>,
    /// The mailboxes that were ever claimed.
    pub mailboxes: Vec<Mailbox>,
    /// Alarms that stand.
    pub alarms: Vec<Alarm>,
    /// What falls due next in disputes.
    pub timers: Vec<Timer>,
    /// When each schedule runs next.
    pub schedules: Vec<Planned>,
    /// Whether letters wait for `redress release`.
    pub hold: bool,
    #[serde(skip)]
    words: Words,
}

/// How many there are of a kind.
#[derive(Debug, Serialize)]
pub struct Count {
    /// The kind.
    pub what: &'static str,
    /// How many.
    pub count: i64,
}

/// One folder that feeds the desk.
#[derive(Debug, Serialize)]
pub struct Mailbox {
    /// Name in the configuration.
    pub name: String,
    /// The folder that is read.
    pub folder: String,
    /// When its server last answered.
    pub last_contact: Option<Timestamp>,
    /// What went wrong since.
    pub last_error: Option<String>,
}

/// An alarm that stands.
#[derive(Debug, Serialize)]
pub struct Alarm {
    /// Stable key of the cause.
    pub cause: String,
    /// What happened.
    pub what: String,
    /// Since when.
    pub since: Timestamp,
    /// How often it was noticed.
    pub times: i64,
}

/// A clock that runs in a dispute.
#[derive(Debug, Serialize)]
pub struct Timer {
    /// The dispute, with its prefix.
    pub dispute: String,
    /// What falls due.
    pub what: String,
    /// When.
    pub due_at: Timestamp,
}

/// The next run of a schedule.
#[derive(Debug, Serialize)]
pub struct Planned {
    /// Its key in the configuration.
    pub schedule: &'static str,
    /// When it runs next.
    pub next: Option<Timestamp>,
}

/// Looks at everything in one view of the database.
///
/// # Errors
/// When the database cannot be read.
pub fn status(desk: &Opened) -> anyhow::Result<Status> {
    let words = &desk.words;
    let mut status = desk.read(|db| look(db, words))?;
    let named: Vec<_> = status.mailboxes.iter().map(|mailbox| mailbox.name.clone()).collect();
    let never = desk.config.mailboxes.iter().filter(|mailbox| !named.contains(&mailbox.name));
    status.mailboxes.extend(never.map(|mailbox| Mailbox {
        name: mailbox.name.clone(),
        folder: mailbox.folder.clone(),
        last_contact: None,
        last_error: None,
    }));
    status.schedules = desk
        .config
        .schedules
        .all()
        .into_iter()
        .map(|(key, schedule)| Planned {
            schedule: key,
            next: schedule.next_after(words.now, words.zone).map(|run| run.at),
        })
        .collect();
    status.hold = desk.config.sending.hold == crate::domain::policy::Enabled::Yes;
    Ok(status)
}

fn look(db: &mut Db, words: &Words) -> Result<Status, StoreError> {
    let disputes = disputes::counts(db)?;
    let inbox = inbox::counts(db)?;
    let outbox = outbox::counts(db)?;
    let mailboxes = mailboxes::list(db)?.into_iter().map(|mailbox| Mailbox {
        name: mailbox.mailbox,
        folder: mailbox.folder,
        last_contact: mailbox.last_contact,
        last_error: mailbox.last_error,
    });
    let alarms = alarms::standing(db)?.into_iter().map(|alarm| Alarm {
        cause: alarm.cause,
        what: alarm.detail,
        since: alarm.raised_at,
        times: alarm.times,
    });
    let timers = timers::next(db, TIMERS)?.into_iter().map(|timer| Timer {
        dispute: words.number(timer.dispute),
        what: timer.kind.to_string(),
        due_at: timer.due_at,
    });
    Ok(Status {
        disputes: disputes.into_iter().map(|(what, count)| Count { what: what.word(), count }).collect(),
        inbox: inbox.into_iter().map(|(what, count)| Count { what: what.word(), count }).collect(),
        outbox: outbox.into_iter().map(|(what, count)| Count { what: what.word(), count }).collect(),
        oldest_unsent: outbox::oldest_unsent(db, words.now)?,
        mailboxes: mailboxes.collect(),
        alarms: alarms.collect(),
        timers: timers.collect(),
        schedules: Vec::new(),
        hold: false,
        words: words.clone(),
    })
}

/// `3 open, 1 closed`, or a dash.
fn counts(counts: &[Count]) -> String {
    let words: Vec<_> = counts.iter().map(|count| format!("{} {}", count.count, count.what)).collect();
    if words.is_empty() { DASH.to_owned() } else { words.join(", ") }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = &self.words;
        let oldest = self.oldest_unsent.map_or_else(|| DASH.to_owned(), |at| words.moment_and_distance(at));
        let mut queues = Table::new().column("queue", Align::Left, 20).column("state", Align::Left, 200);
        queues.row(["disputes".to_owned(), counts(&self.disputes)]);
        queues.row(["inbox".to_owned(), counts(&self.inbox)]);
        queues.row(["outbox".to_owned(), counts(&self.outbox)]);
        queues.row(["oldest unsent".to_owned(), oldest]);
        if self.hold {
            queues.row(["sending", "held: nothing leaves before “redress release letters”"]);
        }
        write!(f, "{queues}\n{}", self.table_of_mailboxes())?;
        if self.alarms.is_empty() {
            f.write_str("\nNo alarm stands.\n")?;
        } else {
            write!(f, "\n{}", self.table_of_alarms())?;
        }
        let mut next = Table::new().column("next", Align::Left, 40).column("when", Align::Left, 60);
        for timer in &self.timers {
            next.row([format!("{}: {}", timer.dispute, timer.what), words.moment_and_distance(timer.due_at)]);
        }
        for planned in &self.schedules {
            let when = planned.next.map_or_else(|| DASH.to_owned(), |at| words.moment_and_distance(at));
            next.row([format!("schedule {}", planned.schedule), when]);
        }
        write!(f, "\n{next}")
    }
}

impl Status {
    fn table_of_mailboxes(&self) -> Table {
        let mut table = Table::new()
            .column("mailbox", Align::Left, 30)
            .column("folder", Align::Left, 30)
            .column("last contact", Align::Left, 60)
            .column("trouble since", Align::Left, 300);
        for mailbox in &self.mailboxes {
            let contact = mailbox.last_contact;
            table.row([
                mailbox.name.clone(),
                mailbox.folder.clone(),
                contact.map_or_else(|| "never".to_owned(), |at| self.words.moment_and_distance(at)),
                mailbox.last_error.clone().unwrap_or_else(|| DASH.to_owned()),
            ]);
        }
        table
    }

    fn table_of_alarms(&self) -> Table {
        let mut table = Table::new()
            .column("alarm", Align::Left, 40)
            .column("since", Align::Left, 60)
            .column("times", Align::Right, 9)
            .column("what", Align::Left, 300);
        for alarm in &self.alarms {
            table.row([
                alarm.cause.clone(),
                self.words.moment_and_distance(alarm.since),
                alarm.times.to_string(),
                alarm.what.clone(),
            ]);
        }
        table
    }
}
