//! The intake against a server that misbehaves as told, and against a real one.

mod crowd;
mod scripts;
mod unruly;

use std::{
    fs::{self, File},
    sync::Arc,
    time::Duration,
};

use crate::configured::{configured, usual_keys};
use chrono::TimeDelta;
use redress::{
    cli::demo::servers::Mark,
    clock::Clock,
    daemon::wiring,
    intake::{After, Intake, Notice, Settings},
    pulse::Pulse,
    store::{Store, alarms, inbox, mailboxes},
};
use tempfile::TempDir;
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::support::mail_servers;
use unruly::{Fault, Unruly, VALIDITY};

const USER: &str = "support@shop.test";
/// The present of every desk here, until a test moves it.
const NOW: &str = "2026-11-23T08:03:00Z";
/// Longer than the time between two full looks.
const NEXT_LOOK: TimeDelta = TimeDelta::minutes(11);

/// One mailbox of one desk, with a database of its own.
struct Reader {
    store: Store,
    clock: Clock,
    stop: CancellationToken,
    running: JoinHandle<()>,
    _folder: TempDir,
}

impl Reader {
    /// Starts a desk named `desk` that reads INBOX on `port`.
    fn start(port: u16, desk: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "[desk]\nname = \"Care\"\naddress = \"{USER}\"\nstate_dir = \".\"\n\
             [[mailbox]]\nname = \"support\"\nhost = \"localhost\"\nport = {port}\nsecurity = \"plain\"\nuser = \"{USER}\"\n\
             [sending]\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\n\
             [authentication]\ntrusted_authserv_ids = [\"mx.test\"]\nborder_hosts = [\"mx.test\"]\n\
             [[agent]]\naddress = \"anna@shop.test\"\nname = \"Anna Berg\"\n\
             [operations]\nlow_disk = \"1MiB\"\n"
        );
        let config = configured(&text, folder.path(), &usual_keys());
        let clock = Clock::manual(NOW.parse().unwrap());
        let store = wiring::open_store(&config).unwrap();
        let clerk = Arc::new(wiring::clerk(&config, clock.clone()).unwrap());
        let mut settings = wiring::intakes(&config, desk).unwrap().remove(0);
        settings.notice = Notice::Poll;
        settings.poll = Duration::from_millis(10);
        change(&mut settings);
        let pulse = Pulse::new("intake", Duration::from_mins(5));
        let intake = Intake::new(settings, store.clone(), clerk, Arc::new(Notify::new()), pulse);
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let running = tokio::spawn(async move { intake.run(stopped).await.unwrap() });
        Reader { store, clock, stop, running, _folder: folder }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.running.await.unwrap();
    }

    /// What the mailbox's row says, once there is one.
    fn row(&self) -> Option<mailboxes::Mailbox> {
        self.store.with(mailboxes::list).unwrap().pop()
    }

    /// UIDs that were taken.
    fn taken(&self) -> Vec<u32> {
        let Some(validity) = self.row().and_then(|row| row.uid_validity) else { return Vec::new() };
        self.store.with(|db| inbox::known_uids(db, "support", "INBOX", validity, 1..=1_000)).unwrap()
    }

    /// The alarms that stand.
    fn alarms(&self) -> Vec<String> {
        let standing = self.store.with(alarms::standing).unwrap();
        standing.into_iter().map(|alarm| format!("{}: {}", alarm.cause, alarm.detail)).collect()
    }

    async fn wait(&self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let end = Instant::now() + Duration::from_secs(30);
        while !is_so(self) {
            assert!(
                Instant::now() < end,
                "waited in vain for {what}: taken {:?}, alarms {:?}, {:?}",
                self.taken(),
                self.alarms(),
                self.row()
            );
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn wait_until_open(&self) {
        self.wait("the mailbox to be open", |reader| {
            reader.row().is_some_and(|row| row.last_contact.is_some())
        })
        .await;
    }

    /// Waits until a look has begun and ended, the one that may be on its way not counted.
    async fn wait_for_two_looks(&self) {
        for _ in 0..2 {
            self.clock.advance(TimeDelta::seconds(1));
            let now = self.clock.now();
            self.wait("a look to end", |reader| reader.row().unwrap().last_contact == Some(now)).await;
        }
    }

    async fn wait_for_taken(&self, uids: &[u32]) {
        self.wait(&format!("{uids:?} to be taken"), |reader| reader.taken() == uids).await;
    }
}

#[tokio::test]
async fn a_refused_move_is_told_and_mail_is_taken_all_the_same() {
    let server = Unruly::start().await;
    server.fault(Fault::RefuseMove);
    let reader = Reader::start(server.port, "d1", |_| ());
    reader.wait_until_open().await;
    server.receive(1);
    reader.wait_for_taken(&[1]).await;
    reader
        .wait("the alarm", |reader| reader.alarms().iter().any(|alarm| alarm.contains("cannot be moved")))
        .await;
    server.receive(1);
    reader.wait_for_taken(&[1, 2]).await;
    assert_eq!(server.heard("UID MOVE"), 1, "a refusal rests until the next scheduled look");
    assert_eq!(server.heard("LOGIN"), 1, "a refusal is no reason to reconnect");
    server.mend();
    reader.clock.advance(NEXT_LOOK);
    reader.wait("the mail to be moved", |reader| server.in_inbox() == 0 && reader.alarms().is_empty()).await;
    reader.stop().await;
}

#[tokio::test]
async fn a_missing_folder_for_taken_mail_keeps_no_mail_from_being_taken() {
    let server = Unruly::start().await;
    server.fault(Fault::RefuseCreate);
    let reader = Reader::start(server.port, "d1", |_| ());
    server.receive(1);
    reader.wait_until_open().await;
    server.receive(1);
    reader.wait("mail to be taken", |reader| !reader.taken().is_empty()).await;
    reader.wait("the alarm", |reader| reader.alarms().len() == 1).await;
    reader.stop().await;
}

#[tokio::test]
async fn a_mail_that_the_server_does_not_deliver_keeps_no_other_from_being_taken() {
    for fault in [Fault::RefuseFetch(2), Fault::RefuseAll(2), Fault::HangUp(2), Fault::Omit(2, u32::MAX)] {
        let server = Unruly::start().await;
        let reader = Reader::start(server.port, "d1", |settings| settings.after = After::Leave);
        reader.wait_until_open().await;
        server.fault(fault);
        server.receive(4);
        reader.wait_for_taken(&[1, 3, 4]).await;
        reader
            .wait("the alarm", |reader| reader.alarms().iter().any(|alarm| alarm.contains("UID 2: ")))
            .await;
        server.receive(1);
        reader.wait_for_taken(&[1, 3, 4, 5]).await;
        assert_eq!(reader.alarms().len(), 1, "{fault:?}: {:?}", reader.alarms());
        server.mend();
        reader.clock.advance(NEXT_LOOK);
        reader.wait_for_taken(&[1, 2, 3, 4, 5]).await;
        reader.wait("the alarm to be over", |reader| reader.alarms().is_empty()).await;
        reader.stop().await;
    }
}

#[tokio::test]
async fn a_mail_left_out_of_an_answer_is_asked_for_again_at_the_next_look() {
    let server = Unruly::start().await;
    let reader = Reader::start(server.port, "d1", |settings| settings.after = After::Leave);
    reader.wait_until_open().await;
    server.fault(Fault::Omit(2, 2));
    server.receive(3);
    reader.wait_for_taken(&[1, 2, 3]).await;
    reader.wait("the cursor", |reader| reader.row().unwrap().low_uid == 4).await;
    assert_eq!(reader.alarms(), Vec::<String>::new());
    reader.stop().await;
}

#[tokio::test]
async fn at_the_first_start_a_position_tells_the_past_whatever_the_servers_clock_says() {
    let server = Unruly::start().await;
    server.date("01-Jan-2001 00:00:00 +0000");
    let reader = Reader::start(server.port, "d1", |settings| settings.after = After::Leave);
    reader.wait_until_open().await;
    server.receive(1);
    reader.wait_for_taken(&[1]).await;
    reader.stop().await;
}

#[tokio::test]
async fn when_uids_begin_anew_a_date_tells_the_past_with_a_day_to_spare() {
    let server = Unruly::start().await;
    let reader = Reader::start(server.port, "d1", |settings| settings.after = After::Leave);
    reader.wait_until_open().await;
    server.date("21-Nov-2026 08:00:00 +0000");
    server.receive(1);
    server.renumber();
    reader.wait("the new epoch", |reader| reader.row().unwrap().uid_validity == Some(VALIDITY + 1)).await;
    reader.wait_for_two_looks().await;
    assert_eq!(reader.taken(), Vec::<u32>::new());
    server.date("22-Nov-2026 20:00:00 +0000");
    server.renumber();
    reader.wait("the newest epoch", |reader| reader.row().unwrap().uid_validity == Some(VALIDITY + 2)).await;
    reader.wait_for_taken(&[1]).await;
    reader.stop().await;
}

#[tokio::test]
async fn a_server_that_lets_no_claim_be_laid_is_worked_all_the_same() {
    let server = Unruly::start().await;
    server.fault(Fault::RefuseAppend);
    let reader = Reader::start(server.port, "d1", |_| ());
    reader.wait_until_open().await;
    server.receive(1);
    reader.wait_for_taken(&[1]).await;
    assert_eq!(reader.alarms(), Vec::<String>::new());
    reader.stop().await;
}

#[tokio::test]
async fn a_desk_keeps_off_a_mailbox_that_another_desk_has_claimed() {
    let Some((_folder, servers)) = mail_servers() else { return };
    let first = Reader::start(servers.imap_port(), "first", |_| ());
    first.wait_until_open().await;
    let second = Reader::start(servers.imap_port(), "second", |settings| settings.after = After::Flag);
    second
        .wait("the refusal", |reader| {
            reader.alarms().iter().any(|alarm| alarm.contains("another desk (first)"))
        })
        .await;
    servers.plant(USER, Mark::Unread, b"From: carla@example.test\r\n\r\nBroken\r\n").unwrap();
    first.wait_for_taken(&[1]).await;
    assert_eq!(second.taken(), Vec::<u32>::new());
    first.stop().await;
    let mut mailbox = servers.mailbox(USER).unwrap();
    mailbox.command("SELECT Redress-Claim").unwrap();
    let claims = mailbox.mails().unwrap();
    assert_eq!(claims.len(), 1);
    assert!(String::from_utf8_lossy(&claims[0]).contains("delete this mail"));
    mailbox.command("STORE 1 +FLAGS (\\Deleted)").unwrap();
    mailbox.command("EXPUNGE").unwrap();
    second.wait_until_open().await;
    second.wait("the alarm to be over", |reader| reader.alarms().is_empty()).await;
    second.stop().await;
}

#[tokio::test]
async fn mail_with_an_old_date_is_taken_from_a_mailbox_that_was_empty() {
    let Some((_folder, servers)) = mail_servers() else { return };
    let reader = Reader::start(servers.imap_port(), "d1", |settings| settings.after = After::Leave);
    reader.wait_until_open().await;
    servers.plant(USER, Mark::Unread, b"From: carla@example.test\r\n\r\nBroken\r\n").unwrap();
    // Dovecot says when a mail came by the time of its file.
    let new = servers.folder().join("mail").join(USER).join("new");
    for entry in fs::read_dir(new).into_iter().flatten().flatten() {
        if let Ok(file) = File::options().write(true).open(entry.path()) {
            file.set_modified(std::time::UNIX_EPOCH).unwrap();
        }
    }
    reader.wait_for_taken(&[1]).await;
    reader.stop().await;
}
