//! Points at which a test may kill the process, as a power cut would: no destructor runs, nothing is flushed.
//!
//! Around every commit and every step on the network stands a pair of points. A debug build that finds
//! `REDRESS_CRASH_AT` in its environment kills itself (SIGKILL) at one of them: `inbox.commit:3` after the third
//! commit of taken mail, `smtp.dot:1:before` before the first final dot, `mail=text` at every mail that holds the
//! text. In a release build the points are empty and the variable means nothing.
//! Deliberately absent: faults other than death. Servers that misbehave are scripted in the tests.
#[cfg(debug_assertions)]
use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

worded! {
    /// A step that is done or not done, and never half.
    pub enum Point {
        /// A folder is selected.
        ImapSelect = "imap.select",
        /// A claim is laid in a mailbox.
        ImapClaim = "imap.claim",
        /// UIDs are asked for.
        ImapSearch = "imap.search",
        /// Sizes and dates are asked for.
        ImapDescribe = "imap.describe",
        /// Mails are fetched.
        ImapFetch = "imap.fetch",
        /// One mail has come, and others of the same command have not.
        ImapLiteral = "imap.literal",
        /// Mails that were taken are moved.
        ImapMove = "imap.move",
        /// Mails that were taken are marked.
        ImapFlag = "imap.flag",
        /// A folder is claimed, or an epoch begun, in the database.
        MailboxCommit = "mailbox.commit",
        /// One mail's bytes are written.
        InboxRaw = "inbox.raw",
        /// A batch of mails is committed.
        InboxCommit = "inbox.commit",
        /// The cursor moves on.
        InboxCursor = "inbox.cursor",
        /// It is recorded that a mail was moved or marked.
        InboxTidied = "inbox.tidied",
        /// The tries of a batch are counted.
        DeskAttempt = "desk.attempt",
        /// A mail is read.
        DeskRead = "desk.read",
        /// A mail is placed and decided about, inside the transaction.
        DeskDecide = "desk.decide",
        /// The desk's transaction is committed.
        DeskCommit = "desk.commit",
        /// A mail that cannot be finished is set aside.
        DeskSetAside = "desk.set-aside",
        /// A letter is written into the outbox.
        OutboxInsert = "outbox.insert",
        /// Letters are leased.
        OutboxLease = "outbox.lease",
        /// A letter is marked as in flight.
        OutboxBegin = "outbox.begin",
        /// A conversation with the relay is opened.
        SmtpConnect = "smtp.connect",
        /// MAIL FROM.
        SmtpMail = "smtp.mail",
        /// RCPT TO.
        SmtpRcpt = "smtp.rcpt",
        /// DATA.
        SmtpData = "smtp.data",
        /// The text of the mail.
        SmtpBody = "smtp.body",
        /// The final dot: before it is sent, and after its answer came.
        SmtpDot = "smtp.dot",
        /// It is recorded what became of a letter.
        OutboxSettle = "outbox.settle",
        /// What is due is looked up.
        TickerPick = "ticker.pick",
        /// What was due is committed.
        TickerCommit = "ticker.commit",
        /// A job of the calendar is committed.
        TickerJob = "ticker.job",
        /// A statement of a migration is run.
        MigrateStep = "migrate.step",
        /// A step of a backup.
        BackupStep = "backup.step",
        /// The daemon lets its flows finish.
        DaemonDrain = "daemon.drain",
    }
}

worded! {
    /// On which side of a step.
    pub enum Side {
        /// It is not done.
        Before = "before",
        /// It is done.
        After = "after",
    }
}

/// What to wait for.
#[cfg(debug_assertions)]
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    /// The so many-th time that a point is passed.
    At(Point, Side, u32),
    /// A mail that holds this text.
    Mail(String),
}

#[cfg(debug_assertions)]
static PLAN: OnceLock<Plan> = OnceLock::new();
#[cfg(debug_assertions)]
static PASSED: AtomicU32 = AtomicU32::new(0);

/// Takes `plan` from the environment of a debug build; only the first counts. A release build ignores it.
///
/// # Errors
/// When it cannot be read: a test that plans a death must not live because of a slip.
pub fn arm(plan: &str) -> Result<(), String> {
    #[cfg(debug_assertions)]
    {
        let plan = parse(plan).ok_or_else(|| format!("REDRESS_CRASH_AT cannot be read: {plan}"))?;
        let _ = PLAN.set(plan);
    }
    let _ = plan;
    Ok(())
}

/// The step is about to be done.
#[inline]
pub fn before(point: Point) {
    pass(point, Side::Before);
}

/// The step was done.
#[inline]
pub fn after(point: Point) {
    pass(point, Side::After);
}

/// A mail is about to be read.
#[inline]
pub fn reading(raw: &[u8]) {
    #[cfg(debug_assertions)]
    if let Some(Plan::Mail(text)) = PLAN.get()
        && raw.windows(text.len().max(1)).any(|part| part == text.as_bytes())
    {
        die();
    }
    let _ = raw;
}

#[inline]
fn pass(point: Point, side: Side) {
    #[cfg(debug_assertions)]
    if let Some(Plan::At(planned, planned_side, times)) = PLAN.get()
        && (*planned, *planned_side) == (point, side)
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *times
    {
        die();
    }
    let _ = (point, side);
}

#[cfg(debug_assertions)]
fn parse(plan: &str) -> Option<Plan> {
    if let Some(text) = plan.strip_prefix("mail=") {
        return Some(Plan::Mail(text.to_owned()));
    }
    let mut parts = plan.split(':');
    let point = parts.next()?.parse().ok()?;
    let times = parts.next()?.parse().ok()?;
    let side = parts.next().map_or(Some(Side::After), |side| side.parse().ok())?;
    parts.next().is_none().then_some(Plan::At(point, side, times))
}

/// Ends the process without a trace, and no thread goes on meanwhile.
#[cfg(debug_assertions)]
fn die() -> ! {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    #[test]
    fn a_plan_names_a_point_and_a_time() {
        assert_eq!(parse("smtp.dot:2:before"), Some(Plan::At(Point::SmtpDot, Side::Before, 2)));
        assert_eq!(parse("inbox.commit:1"), Some(Plan::At(Point::InboxCommit, Side::After, 1)));
        assert_eq!(parse("mail=poison: x"), Some(Plan::Mail("poison: x".to_owned())));
    }

    #[test]
    fn a_plan_with_a_slip_is_refused() {
        for plan in ["", "smtp.dot", "smtp.dto:1", "smtp.dot:one", "smtp.dot:1:beside", "smtp.dot:1:before:x"]
        {
            assert_eq!(parse(plan), None, "{plan}");
        }
    }
}
