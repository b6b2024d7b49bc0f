//! `redress fsck`: content with what a desk wrote, whatever it went through, and sharp-eyed for what was changed.
use std::{path::Path, sync::Arc};

use crate::configured::{configured, usual_keys};
use diesel::{QueryableByName, RunQueryDsl, sql_types::BigInt};
use redress::{
    cli::Exit,
    clock::Clock,
    daemon::{Parts, wiring},
    domain::Timestamp,
    mail::token::KeyRing,
    store::{
        Db, Store, StoreError,
        fsck::{self, Check, Knowing, Report},
        inbox::{self, Age, Packed, Taken},
        mailboxes,
        outbox::{self, State},
    },
};

use crate::databases::{Database, batch, on_both, sqlite};

/// A Monday morning.
const NOW: &str = "2026-11-23T08:00:00Z";

/// The usual desk.
pub const CONFIGURATION: &str = "\
    [desk]\nname = \"Shop Care\"\naddress = \"support@shop.test\"\nstate_dir = \".\"\n\n\
    [[mailbox]]\nname = \"support\"\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\nuser = \"support@shop.test\"\n\n\
    [sending]\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\n\n\
    [[agent]]\naddress = \"anna@shop.test\"\nname = \"Anna Berg\"\n\n[hours]\nzone = \"Europe/Berlin\"\n";

/// The moment at which every test here begins.
pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// What `redress fsck` finds in the store of this desk.
pub fn report(parts: &Parts, now: Timestamp) -> Report {
    parts.store.read(|db| look(db, parts, now)).unwrap()
}

fn look(db: &mut Db, parts: &Parts, now: Timestamp) -> Result<Report, StoreError> {
    let staff: Vec<String> =
        parts.desk.clerk().policy.staff.iter().map(|staff| staff.address.to_lowercase()).collect();
    let to_staff =
        |raw: &[u8]| parts.desk.read(raw).addressed.iter().any(|sight| sight.token.audience.is_staff());
    fsck::check(db, &Knowing { now, staff: &staff, to_staff: &to_staff })
}

/// The usual desk over any store.
pub fn desk(store: Store, clock: &Clock) -> Parts {
    desk_with(store, clock, &usual_keys())
}

/// The same with these signing keys.
pub fn desk_with(store: Store, clock: &Clock, ring: &str) -> Parts {
    let config = configured(CONFIGURATION, Path::new(""), ring);
    let clerk = Arc::new(wiring::clerk(&config, clock.clone()).unwrap());
    wiring::parts(&config, store, &clerk, "fsck")
}

/// A complaint as it comes.
pub fn complaint(who: &str) -> String {
    format!(
        "Return-Path: <{who}@example.org>\r\nFrom: {who}@example.org\r\nTo: support@shop.test\r\nSubject: Wheel of {who}\r\n\
         Message-ID: <{who}@example.org>\r\nDate: Mon, 23 Nov 2026 08:59:00 +0100\r\n\r\nI want 49.90 EUR back.\r\n"
    )
}

const NEWSLETTER: &str = "From: News <news@example.net>\r\nTo: support@shop.test\r\nSubject: Sale\r\n\
    List-Id: <news.example.net>\r\nMessage-ID: <n@example.net>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0100\r\n\r\nBuy!\r\n";

const SUSPECT: &str = "To: support@shop.test\r\nSubject: hello\r\nMessage-ID: <s@example.net>\r\n\
    Date: Mon, 23 Nov 2026 08:00:00 +0100\r\n\r\nNobody wrote this.\r\n";

/// The mails of a morning: two complaints, an answer to the first, a second copy of it with another Received, a
/// newsletter, a suspect, and one that nobody has looked at yet.
fn busy(store: &Store) -> Parts {
    let clock = Clock::manual(now());
    let parts = desk(store.clone(), &clock);
    parts.store.with(|db| mailboxes::claim(db, "support", "INBOX", "desk", now())).unwrap();
    let answer = complaint("ann")
        .replace("<ann@example.org>\r\nDate", "<more@example.org>\r\nIn-Reply-To: <ann@example.org>\r\nDate");
    let copy = format!("Received: by elsewhere.example\r\n{}", complaint("ann"));
    let mails = [complaint("ann"), complaint("bob"), answer, copy, NEWSLETTER.to_owned(), SUSPECT.to_owned()];
    for (uid, raw) in (1..).zip(&mails) {
        take(&parts, uid, raw);
    }
    // The very same bytes at another place, and a mail from a file.
    take(&parts, 90, &complaint("ann"));
    parts
        .store
        .with(|db| inbox::store(db, &Packed::new(complaint("eve").as_bytes()), now(), Age::Past))
        .unwrap();
    while !parts.desk.work(&parts.store).unwrap().handled.is_empty() {}
    send(&parts, 2);
    take(&parts, 91, &complaint("dan"));
    parts
}

fn take(parts: &Parts, uid: u32, raw: &str) {
    let taken = [Taken { uid, raw: Packed::new(raw.as_bytes()), received_at: now(), age: Age::Current }];
    parts.store.with(|db| inbox::take_batch(db, "support", "INBOX", 7, &taken)).unwrap();
}

/// Sends the first letters, and leaves one more in the hands of the sender.
fn send(parts: &Parts, count: usize) {
    let leased = parts.sender.lease(&parts.store).unwrap();
    assert!(leased.len() > count, "{}", leased.len());
    for mail in leased.iter().take(count) {
        assert!(parts.sender.begin(&parts.store, mail.lease()).unwrap());
        parts.sender.settle(&parts.store, mail, &Ok(())).unwrap();
    }
    let rest: Vec<_> = leased.iter().skip(count + 1).map(outbox::Leased::lease).collect();
    parts.store.with(|db| outbox::give_back(db, &rest)).unwrap();
}

#[test]
fn what_a_desk_wrote_is_as_it_should_be_on_either_database() {
    on_both(|database| {
        let parts = busy(&database.store);
        let report = report(&parts, now());
        assert_eq!(report.faults, []);
        assert_eq!(report.checks.len(), Check::ALL.len());
        let account = &report.account;
        assert_eq!((account.taken, account.from_servers, account.copies, account.imported), (8, 7, 1, 1));
        assert_eq!((account.opened, account.appended, account.filed), (3, 1, 1));
        assert_eq!((account.held, account.quarantined, account.duplicates, account.new), (1, 0, 1, 1));
        assert_eq!((account.stored, account.accounted(), account.disputes), (8, 8, 3));
    });
}

/// What an intruder, a bad disk or a bug could do, the check that must notice, and what it says.
const BREAKS: &[(&str, Check, &str)] = &[
    (
        "UPDATE mails SET sha256 = raw WHERE id = 1",
        Check::Mails,
        "mail 1 has other bytes than when it was taken",
    ),
    ("UPDATE mails SET size = size - 1 WHERE id = 1", Check::Mails, "is not"),
    ("UPDATE mails SET raw = sha256 WHERE id = 1", Check::Mails, "mail 1 has bytes that cannot be read"),
    (
        "UPDATE mails SET raw = NULL WHERE status = 'held'",
        Check::Mails,
        "has no bytes, and nothing was erased",
    ),
    (
        "UPDATE mails SET status = 'lost' WHERE id = 1",
        Check::Words,
        "mails 1 has the status “lost”, which is none",
    ),
    ("UPDATE outbox SET state = 'gone' WHERE id = 1", Check::Words, "outbox 1 has the state “gone”"),
    ("DELETE FROM mails WHERE id = 1", Check::References, "names the mail 1, which does not exist"),
    (
        "DELETE FROM disputes WHERE number = 1001",
        Check::References,
        "names the dispute 1001, which does not exist",
    ),
    (
        "DELETE FROM mailboxes",
        Check::Filing,
        "UID 1 of support/INBOX was taken from a folder that no desk works",
    ),
    (
        "UPDATE mails SET dispute = NULL, placed_by = NULL WHERE id = 3",
        Check::Filing,
        "mail 3 was written by a person and has no dispute",
    ),
    (
        "UPDATE mails SET placed_by = NULL WHERE id = 1",
        Check::Filing,
        "mail 1 is put to a dispute, and nothing says",
    ),
    (
        "UPDATE mails SET status = 'held' WHERE id = 1",
        Check::Filing,
        "has a dispute although nobody has acted on it",
    ),
    (
        "UPDATE mails SET status = 'new' WHERE id = 1",
        Check::Events,
        "mail 1 has acted and waits to act again",
    ),
    (
        "DELETE FROM events WHERE key = 'mail:1'",
        Check::Events,
        "without the key that keeps it from acting twice",
    ),
    (
        "UPDATE events SET key = 'mail:77' WHERE key = 'mail:1'",
        Check::Events,
        "event mail:77 is of a mail that",
    ),
    (
        "UPDATE disputes SET stage = 'closed' WHERE number = 1000",
        Check::Disputes,
        "is closed without an outcome",
    ),
    ("UPDATE disputes SET promise_made_at = NULL WHERE number = 1000", Check::Disputes, "has half a promise"),
    (
        "UPDATE disputes SET question_serial = 4, question_kind = 'survey', question_asked_at = opened_at \
         WHERE number = 1000",
        Check::Disputes,
        "asks a question that it never asked",
    ),
    ("UPDATE disputes SET linked = number WHERE number = 1000", Check::Disputes, "nothing says into which"),
    (
        "DELETE FROM journal WHERE dispute = 1000 AND seq = 1",
        Check::Disputes,
        "has no beginning in its journal",
    ),
    (
        "DELETE FROM journal WHERE dispute = 1001 AND seq > 1",
        Check::Acknowledgements,
        "was neither acknowledged nor",
    ),
    (
        "DELETE FROM outbox WHERE letter LIKE 'acknowledgement%' AND dispute = 1001",
        Check::Acknowledgements,
        "dispute 1001 says that it was acknowledged, and there is no such letter",
    ),
    (
        "UPDATE outbox SET letter = 'acknowledgement' WHERE dispute = 1000",
        Check::Acknowledgements,
        "dispute 1000 has more than one acknowledgement",
    ),
    (
        "UPDATE disputes SET promise_due = NULL, promise_made_at = NULL WHERE number = 1000",
        Check::Timers,
        "dispute 1000 waits for the desk without a promise",
    ),
    ("DELETE FROM timers WHERE dispute = 1000", Check::Timers, "dispute 1000 has a promise without a timer"),
    (
        "UPDATE timers SET due_at = '2026-11-23 08:00:00' WHERE dispute = 1000 AND kind = 'promise due'",
        Check::Timers,
        "dispute 1000 has a promise without a timer",
    ),
    (
        "UPDATE disputes SET awaiting = 'customer' WHERE number = 1000",
        Check::Timers,
        "dispute 1000 waits for the customer without a timer",
    ),
    (
        "UPDATE disputes SET stage = 'closed', outcome = 'confirmed', closed_at = opened_at, promise_due = NULL, \
         promise_made_at = NULL WHERE number = 1000",
        Check::Timers,
        "dispute 1000 is closed and has a timer of an open one",
    ),
    (
        "UPDATE outbox SET bytes = NULL WHERE state = 'queued'",
        Check::Letters,
        "waits to be sent and has no bytes",
    ),
    (
        "UPDATE outbox SET sent_at = NULL WHERE id = 1",
        Check::Letters,
        "letter 1 was sent and nothing says when",
    ),
    ("UPDATE outbox SET lease_owner = NULL WHERE state = 'leased'", Check::Letters, "is lent to nobody"),
    (
        "UPDATE outbox SET lease_until = '2031-01-01 00:00:00' WHERE state = 'leased'",
        Check::Letters,
        "is lent for longer than any lease lasts",
    ),
    (
        "UPDATE outbox SET in_flight = TRUE WHERE state = 'sent'",
        Check::Letters,
        "settled and still counts as on",
    ),
    ("UPDATE outbox SET dispute = NULL WHERE audience = 'customer'", Check::Letters, "belongs to no dispute"),
    (
        "{free outbox} UPDATE outbox SET key = 'ack:1000', message_id = 'same@shop.test'",
        Check::Letters,
        "letter 1 shares its effect key or its Message-ID with another",
    ),
    ("DELETE FROM message_ids WHERE role = 'own'", Check::Letters, "its Message-ID is not known as ours"),
    (
        "UPDATE outbox SET message_id = 'x@y' WHERE id = 1",
        Check::LetterBytes,
        "letter 1 was given <x@y> and carries <",
    ),
    ("UPDATE outbox SET size = size + 1 WHERE id = 1", Check::LetterBytes, "letter 1 is not"),
    (
        "UPDATE journal SET detail = 'never' WHERE seq = 1",
        Check::Journals,
        "the content of entry 1 was changed",
    ),
    (
        "UPDATE mails SET placed_by = 'subject' WHERE id = 2",
        Check::Account,
        "there are 3 disputes, but 2 mails that",
    ),
    ("DELETE FROM mails WHERE id = 1", Check::Account, "there are 8 places on servers, but 7 mails taken"),
];

/// Lets a table take what its constraints forbid; undone with the transaction.
fn loosen(database: &Database, sql: &str) -> String {
    let (first, free) = match database.store.kind() {
        "SQLite" => (
            "PRAGMA defer_foreign_keys = ON;",
            "CREATE TABLE free AS SELECT * FROM outbox; DROP TABLE outbox; ALTER TABLE free RENAME TO outbox;",
        ),
        _ => (
            "SET LOCAL session_replication_role = replica;",
            "ALTER TABLE outbox DROP CONSTRAINT outbox_key_key, DROP CONSTRAINT outbox_message_id_key;",
        ),
    };
    format!("{first} {}", sql.replace("{free outbox}", free))
}

/// Why a transaction is rolled back: the report is all that is wanted of it.
enum Seen {
    Report(Box<Report>),
    Failed(StoreError),
}

impl From<StoreError> for Seen {
    fn from(error: StoreError) -> Self {
        Seen::Failed(error)
    }
}

#[test]
fn every_kind_of_broken_row_is_named_with_its_place() {
    on_both(|database| {
        let parts = busy(&database.store);
        for (sql, check, says) in BREAKS {
            let sql = loosen(database, sql);
            let broken = database.store.with(|db| {
                let seen = db.tx(|db| {
                    batch(db, &sql)?;
                    Err::<(), _>(Seen::Report(Box::new(look(db, &parts, now())?)))
                });
                match seen {
                    Err(Seen::Report(report)) => Ok(report),
                    Err(Seen::Failed(error)) => Err(error),
                    Ok(()) => panic!("nothing was rolled back"),
                }
            });
            let broken = broken.unwrap_or_else(|error| panic!("{sql}: {error}"));
            let faults: Vec<_> = broken.faults.iter().filter(|fault| fault.check == *check).collect();
            let told = faults.iter().map(|fault| format!("{} {}", fault.place, fault.what));
            let told: Vec<_> = told.collect();
            assert!(told.iter().any(|line| line.contains(says)), "{sql}: {told:#?}");
        }
        assert_eq!(report(&parts, now()).faults, [], "what was rolled back is gone");
    });
}

#[test]
fn a_damaged_page_is_found_before_anything_is_read_from_it() {
    #[derive(QueryableByName)]
    struct Root {
        #[diesel(sql_type = BigInt)]
        page: i64,
    }
    let database = sqlite();
    let parts = busy(&database.store);
    database.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    let root = database.store.with(|db| {
        let Db::Sqlite(c) = db else { panic!("it is SQLite") };
        let sql = "SELECT CAST(rootpage AS BIGINT) AS page FROM sqlite_schema WHERE name = 'mails_by_status'";
        Ok(diesel::sql_query(sql).get_result::<Root>(c.as_mut())?.page)
    });
    let page = usize::try_from(root.unwrap()).unwrap();
    drop(parts);
    let path = database.url.trim_start_matches("sqlite:");
    let mut bytes = std::fs::read(path).unwrap();
    // Cells of an index leaf grow from the end of the page; their pointers stand at its beginning.
    let end = page * 4096;
    bytes[end - 40..end].fill(0);
    std::fs::write(path, &bytes).unwrap();
    let parts = desk(database.another_store(), &Clock::manual(now()));
    let report = report(&parts, now());
    assert_eq!(report.checks.len(), 1, "{:?}", report.checks);
    assert!(report.faults.iter().all(|fault| fault.check == Check::File), "{:?}", report.faults);
    assert!(!report.faults.is_empty());
}

#[test]
fn the_program_says_what_became_of_every_mail_and_ends_with_a_status() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("redress.toml"), CONFIGURATION).unwrap();
    let url = format!("sqlite:{}", folder.path().join("redress.db").display());
    let store = Store::open(&redress::store::Settings::new(url)).unwrap();
    store.migrate().unwrap();
    let parts = busy(&store);
    let run = |arguments: &[&str]| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_redress"));
        program.args(arguments).arg("--config").arg(folder.path().join("redress.toml"));
        program.env("REDRESS_SIGNING_KEY", KeyRing::generate([7; 32])).env("REDRESS_IMAP_PASSWORD", "secret");
        let output = program.output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), said)
    };
    // The program's clock is the real one, which may be behind this lease.
    store.with(|db| outbox::take_over(db, outbox::Owner::Anybody)).unwrap();
    let _daemon = store.lock_desk().unwrap();
    let (status, said) = run(&["fsck"]);
    assert_eq!(status, Some(0), "{said}");
    insta::assert_snapshot!(said, @"
    ok     the file is whole
    ok     what rows refer to exists
    ok     every word is known
    ok     mails are stored byte by byte
    ok     every mail is accounted for
    ok     a mail has acted once
    ok     disputes agree with themselves
    ok     a dispute was acknowledged once, or it says why not
    ok     who waits has a date with a timer
    ok     letters are in a state they can be in
    ok     letters carry the Message-ID they were given
    ok     the journals are whole
    ok     the account adds up

    Taken from servers: 8 = 7 mails + 1 further copies of them
    Stored mails: 8 = 7 from servers + 1 from files
    Stored mails: 8 = 3 opened a dispute + 1 put to one + 1 filed + 1 held + 0 set aside (0 too large) + 1 duplicates + 1 new
    Disputes: 3 = 3 opened

    Nothing is wrong.
    ");
    store
        .with(|db| {
            batch(db, "DELETE FROM timers WHERE dispute = 1001; DELETE FROM events WHERE key = 'mail:1'")
        })
        .unwrap();
    let (status, said) = run(&["fsck"]);
    assert_eq!(status, Some(Exit::Data.code().into()), "{said}");
    let end = said.split_once("Disputes:").unwrap().1;
    insta::assert_snapshot!(end, @"
     3 = 3 opened

    Not so: a mail has acted once. What to do: look at it with “redress show --mail” before the desk acts on it again.
    FAULT: mail 1 was put to its dispute without the key that keeps it from acting twice

    Not so: who waits has a date with a timer. What to do: answer the dispute by hand, which makes a new date.
    FAULT: dispute 1001 has a promise without a timer

    2 faults found.
    ");
    let (status, said) = run(&["fsck", "--json"]);
    assert_eq!(status, Some(65));
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(json["faults"][0]["place"], "mail 1");
    assert_eq!(json["account"]["stored"], 8);
    assert!(parts.store.with(|db| outbox::list(db, State::Sent, 9)).unwrap().len() == 2);
}
