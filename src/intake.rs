//! Intake: brings mail from one mailbox into the inbox, raw first.
//!
//! A mail's bytes and its place on the server are committed before anything on the server is touched. What has been
//! taken is known from the store alone; flags are for people. New mail is noticed by IDLE or by asking; a full
//! comparison of UIDs runs on a schedule all the same, so nothing depends on having been told.
mod claim;
mod doubts;
mod sweep;
mod tidy;

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use doubts::Doubts;

use crate::{
    clerk::{Clerk, ClerkError, writing},
    clock::Schedule,
    crash::{self, Point},
    domain::Timestamp,
    imap::{self, Connection, ImapError, Selected},
    pulse::Pulse,
    store::{Claim, Claims, Store, StoreError, mailboxes, on_thread},
};

/// The cause under which a mailbox's troubles are alarmed, before its name.
const CAUSE: &str = "mailbox";
/// Failures in a row that may pass before the operators are told.
const PATIENCE: u32 = 3;
/// How often a daemon asks whether it may read a mailbox that another one reads.
const STANDBY: Duration = Duration::from_secs(2);
/// A waiting flow beats at least this often.
const BEAT: Duration = Duration::from_secs(10);

/// What happens on the server to mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// It is moved to this folder.
    Move(String),
    /// It is marked.
    Flag,
    /// Nothing.
    Leave,
}

/// What is done about mail that was there before the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// It is left alone.
    Leave,
    /// It is taken, and never acknowledged.
    Take,
}

/// How new mail is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// By IDLE, where the server has it.
    Idle,
    /// By asking only.
    Poll,
}

/// One mailbox and what to do with it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server, the login, the folder.
    pub imap: imap::Settings,
    /// What happens to mail that was taken.
    pub after: After,
    /// The past.
    pub past: Past,
    /// How often to look without being told.
    pub poll: Duration,
    /// How new mail is noticed.
    pub notice: Notice,
    /// When to compare everything.
    pub reconcile: Schedule,
    /// A mail larger than this, in bytes, is not taken whole.
    pub largest: u64,
    /// The folder of the store, and the bytes that must be free there before mail is taken.
    pub low_disk: Option<(PathBuf, u64)>,
    /// Which desk this is: a mailbox has only one.
    pub desk: String,
}

/// Why a session with the server ended.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The server.
    #[error(transparent)]
    Imap(#[from] ImapError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database, while writing an alarm.
    #[error(transparent)]
    Clerk(#[from] ClerkError),
    /// Another desk works this mailbox.
    #[error("another desk ({0}) works this mailbox")]
    Claimed(String),
    /// Another daemon of this desk reads the mailbox.
    #[error("another daemon of this desk reads this mailbox")]
    Elsewhere,
    /// Too little room is left for mail.
    #[error("only {free} bytes are free where the store is; mail is taken again when {needed} are")]
    DiskLow {
        /// Free bytes.
        free: u64,
        /// Bytes that must be.
        needed: u64,
    },
}

impl IntakeError {
    /// Whether it may well pass by itself within a minute.
    fn is_temporary(&self) -> bool {
        match self {
            IntakeError::Imap(error) => error.is_temporary(),
            IntakeError::Store(error) | IntakeError::Clerk(ClerkError::Store(error)) => error.is_temporary(),
            IntakeError::Elsewhere => true,
            IntakeError::Clerk(_) | IntakeError::Claimed(_) | IntakeError::DiskLow { .. } => false,
        }
    }

    /// What an operator can do.
    pub fn advice(&self) -> &'static str {
        match self {
            IntakeError::Imap(error) => error.advice(),
            IntakeError::Store(_) | IntakeError::Clerk(_) => "See the database; it is tried again by itself.",
            IntakeError::Claimed(_) => {
                "Let only one desk read this mailbox, or give this desk another folder. If the other desk is gone for \
                 good, delete its mail \"Redress claim\" from the folder Redress-Claim: this desk then takes over."
            }
            IntakeError::Elsewhere => {
                "Nothing needs to be done: this daemon takes over if the other one ends."
            }
            IntakeError::DiskLow { .. } => "Make room on that disk; meanwhile mail stays safe on the server.",
        }
    }
}

/// Takes the mail of one mailbox until told to stop.
pub struct Intake {
    settings: Settings,
    store: Store,
    clerk: Arc<Clerk>,
    /// Rung when new mail was committed.
    desk: Arc<Notify>,
    pulse: Pulse,
}

/// An open mailbox.
struct Open<'a> {
    connection: Connection,
    selected: Selected,
    claim: mailboxes::Mailbox,
    tidying: tidy::Tidying,
    doubts: &'a mut Doubts,
}

impl Intake {
    /// An intake for one mailbox.
    pub fn new(settings: Settings, store: Store, clerk: Arc<Clerk>, desk: Arc<Notify>, pulse: Pulse) -> Self {
        Intake { settings, store, clerk, desk, pulse }
    }

    /// Works until `stop`. Failures of the server and of the database are waited out.
    ///
    /// # Errors
    /// None today; a flow may fail.
    pub async fn run(self, stop: CancellationToken) -> Result<(), IntakeError> {
        let mut failures = 0;
        let mut doubts = Doubts::default();
        loop {
            let result = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                result = self.session(&mut failures, &mut doubts) => result,
            };
            let Err(error) = result else { continue };
            if matches!(error, IntakeError::Elsewhere) {
                failures = 0;
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    () = self.rest(STANDBY) => continue,
                }
            }
            self.failed(&error, failures).await;
            self.give_turn().await;
            let jitter = u32::from_be_bytes(self.clerk.clock.random());
            let rest = imap::backoff(failures, jitter);
            failures = failures.saturating_add(1);
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = self.rest(rest) => {}
            }
        }
    }

    /// Rests, beating all the while: waiting for a server is no hang.
    async fn rest(&self, rest: Duration) {
        let until = Instant::now() + rest;
        while Instant::now() < until {
            self.pulse.beat();
            sleep_until(until.min(Instant::now() + BEAT)).await;
        }
        self.pulse.beat();
    }

    /// Says what is wrong, in the log, in `redress status` and, the first time, to the operators.
    async fn failed(&self, error: &IntakeError, failures: u32) {
        let name = self.settings.imap.name.as_str();
        tracing::warn!(mailbox = name, advice = error.advice(), "The mailbox cannot be read: {error}");
        let (clerk, store) = (Arc::clone(&self.clerk), self.store.clone());
        let (mailbox, folder) = self.place();
        let (what, advice) = (error.to_string(), error.advice());
        // A server's words may end with a full stop, and the sentence around them has its own.
        let what = what.trim_end_matches('.').to_owned();
        // A server that is back at once is no cause for alarm.
        let alarming = failures >= PATIENCE || !error.is_temporary();
        let told = on_thread(move || {
            let now = clerk.clock.now();
            writing(&store, |db| {
                mailboxes::trouble(db, &mailbox, &folder, &what)?;
                if !alarming {
                    return Ok(());
                }
                let cause = format!("{CAUSE} {mailbox}");
                clerk.alarm(
                    db,
                    &cause,
                    &format!("The mailbox {mailbox} cannot be read: {what}."),
                    advice,
                    now,
                )
            })
        })
        .await;
        if let Err(error) = told {
            tracing::warn!(mailbox = name, "The trouble could not be recorded: {error}");
        }
    }

    /// One connection, from login until it fails.
    async fn session(&self, failures: &mut u32, doubts: &mut Doubts) -> Result<(), IntakeError> {
        self.take_turn().await?;
        let mut open = self.open(doubts).await?;
        tracing::info!(
            mailbox = self.settings.imap.name,
            exists = open.selected.exists,
            "The mailbox is open"
        );
        let mut look = sweep::Look::Full;
        let mut looked = self.clerk.clock.now();
        loop {
            self.check_disk()?;
            self.keep_turn().await?;
            self.sweep(&mut open, look).await?;
            self.contact().await?;
            *failures = 0;
            self.pulse.beat();
            self.wait(&mut open).await?;
            self.pulse.beat();
            let now = self.clerk.clock.now();
            look = if self.reconcile_came(looked, now) {
                looked = now;
                sweep::Look::Scheduled
            } else {
                sweep::Look::News
            };
        }
    }

    /// Makes sure that of several daemons on one database this one reads the mailbox.
    async fn take_turn(&self) -> Result<(), IntakeError> {
        self.on_claims(|claims, name| claims.take(Claim::Mailbox(name))).await
    }

    /// Makes sure that it still does.
    async fn keep_turn(&self) -> Result<(), IntakeError> {
        self.on_claims(|claims, name| claims.holds(Claim::Mailbox(name))).await
    }

    /// Lets another daemon try, which may reach the server by another way.
    async fn give_turn(&self) {
        let given = self.on_claims(|claims, name| claims.release(Claim::Mailbox(name)).map(|()| true)).await;
        if let Err(error) = given {
            tracing::debug!("The turn at a mailbox could not be given back: {error}");
        }
    }

    async fn on_claims(
        &self,
        ours: impl FnOnce(&Claims, &str) -> Result<bool, StoreError> + Send + 'static,
    ) -> Result<(), IntakeError> {
        let (store, name) = (self.store.clone(), self.settings.imap.name.clone());
        let ours = on_thread(move || ours(store.claims(), &name)).await?;
        if ours { Ok(()) } else { Err(IntakeError::Elsewhere) }
    }

    async fn open<'a>(&self, doubts: &'a mut Doubts) -> Result<Open<'a>, IntakeError> {
        let settings = &self.settings;
        let mut connection = Connection::open(&settings.imap).await?;
        self.claim_on_server(&mut connection, doubts).await?;
        crash::before(Point::ImapSelect);
        let selected = connection.select(&settings.imap.folder).await?;
        crash::after(Point::ImapSelect);
        crash::before(Point::MailboxCommit);
        let claim = self.claim(selected).await?;
        crash::after(Point::MailboxCommit);
        doubts.enter(selected.uid_validity);
        let tidying = tidy::Tidying::at_first(doubts);
        Ok(Open { connection, selected, claim, tidying, doubts })
    }

    /// Claims the mailbox for this desk and begins an epoch where the server has begun one.
    async fn claim(&self, selected: Selected) -> Result<mailboxes::Mailbox, IntakeError> {
        let settings = self.settings.clone();
        let now = self.clerk.clock.now();
        let claim = self
            .store
            .run(move |db| {
                db.tx(|db| {
                    let (name, folder) = (&settings.imap.name, &settings.imap.folder);
                    let claim = mailboxes::claim(db, name, folder, &settings.desk, now)?;
                    let mailboxes::Claim::Ours(mailbox) = claim else { return Ok(claim) };
                    if mailbox.uid_validity == Some(selected.uid_validity) {
                        return Ok(mailboxes::Claim::Ours(mailbox));
                    }
                    // At the first start a position tells the past. In a later epoch everything is looked at again,
                    // and what we have is known by its bytes.
                    let first = mailbox.uid_validity.is_none();
                    let news = selected.uid_next.max(1);
                    let start = if first { news } else { sweep::BY_DATE };
                    mailboxes::begin_epoch(db, name, folder, selected.uid_validity, start, news)?;
                    mailboxes::claim(db, name, folder, &settings.desk, now)
                })
            })
            .await?;
        match claim {
            mailboxes::Claim::Ours(mailbox) => Ok(mailbox),
            mailboxes::Claim::Theirs(desk) => Err(IntakeError::Claimed(desk)),
        }
    }

    /// Tells the operators of a trouble that does not keep the mailbox from being read.
    async fn alarm(&self, cause: String, what: String, advice: &'static str) -> Result<(), IntakeError> {
        let (clerk, store) = (Arc::clone(&self.clerk), self.store.clone());
        let now = clerk.clock.now();
        Ok(on_thread(move || writing(&store, |db| clerk.alarm(db, &cause, &what, advice, now))).await?)
    }

    async fn all_clear(&self, cause: String) -> Result<(), IntakeError> {
        let (clerk, store) = (Arc::clone(&self.clerk), self.store.clone());
        let now = clerk.clock.now();
        Ok(on_thread(move || writing(&store, |db| clerk.all_clear(db, &cause, now))).await?)
    }

    /// Notes that the server answers, in the midst of a look that may take long.
    async fn answered(&self) -> Result<(), IntakeError> {
        let (mailbox, folder) = self.place();
        let now = self.clerk.clock.now();
        Ok(self.store.run(move |db| mailboxes::contact(db, &mailbox, &folder, now)).await?)
    }

    /// A look is complete.
    async fn contact(&self) -> Result<(), IntakeError> {
        let (clerk, store) = (Arc::clone(&self.clerk), self.store.clone());
        let (mailbox, folder) = self.place();
        on_thread(move || {
            let now = clerk.clock.now();
            writing(&store, |db| {
                mailboxes::contact(db, &mailbox, &folder, now)?;
                clerk.all_clear(db, &format!("{CAUSE} {mailbox}"), now)
            })
        })
        .await?;
        Ok(())
    }

    fn place(&self) -> (String, String) {
        (self.settings.imap.name.clone(), self.settings.imap.folder.clone())
    }

    /// Waits for news: IDLE where it works, else the poll interval.
    async fn wait(&self, open: &mut Open<'_>) -> Result<(), IntakeError> {
        if self.settings.notice == Notice::Idle && open.connection.can_idle() {
            match open.connection.wait_for_mail(imap::Patience::default().idle).await {
                Err(ImapError::IdleUnavailable) => {}
                result => return Ok(result.map(|_| ())?),
            }
        }
        self.rest(self.settings.poll).await;
        Ok(open.connection.noop().await?)
    }

    /// Whether a run of the reconciliation came after `since`, when the last full look began.
    fn reconcile_came(&self, since: Timestamp, now: Timestamp) -> bool {
        let zone = self.clerk.policy.calendar.zone;
        self.settings.reconcile.next_after(since, zone).is_some_and(|run| run.at <= now)
    }

    fn check_disk(&self) -> Result<(), IntakeError> {
        let Some((folder, needed)) = &self.settings.low_disk else { return Ok(()) };
        // A folder that cannot be asked is no reason to stop: the commit itself will tell.
        let Ok(stat) = rustix::fs::statvfs(folder) else { return Ok(()) };
        let free = stat.f_bavail.saturating_mul(stat.f_frsize);
        if free < *needed { Err(IntakeError::DiskLow { free, needed: *needed }) } else { Ok(()) }
    }
}
