//! Backup, restore and upgrade: a copy is whole or it is not there, an older one does nothing again, and a kill at
//! any step leaves a desk that goes on.
use std::{
    collections::BTreeSet,
    fs,
    os::unix::{fs::PermissionsExt as _, process::ExitStatusExt as _},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use chrono::TimeDelta;
use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use redress::{
    clock::Clock,
    daemon::Parts,
    domain::dispute::Number,
    mail::token::KeyRing,
    store::{
        Db, Settings, Store,
        backup::{self, BackupError, PutBack},
        disputes,
        fsck::{Knowing, Report},
        inbox::{self, Age, Packed, Taken},
        mailboxes,
        outbox::{self, Audience, Leased, State},
    },
};
use tempfile::TempDir;

use crate::{
    databases::{Database, batch, postgres},
    fsck::{CONFIGURATION, complaint, desk, now, report},
    world::{World, Written},
};

/// A desk on an SQLite file that can be closed and opened again.
struct Office {
    folder: TempDir,
    clock: Clock,
    parts: Option<Parts>,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("redress.toml"), CONFIGURATION).unwrap();
        let mut office = Office { folder, clock: Clock::manual(now()), parts: None };
        office.open();
        office.parts().store.migrate().unwrap();
        office.parts().store.with(|db| mailboxes::claim(db, "support", "INBOX", "desk", now())).unwrap();
        // The jobs begin to count.
        office.parts().ticker.tick(&office.parts().store).unwrap();
        office
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("redress.db")
    }

    fn open(&mut self) {
        self.parts = Some(desk(open(&self.database()), &self.clock));
    }

    fn close(&mut self) {
        self.parts = None;
    }

    fn parts(&self) -> &Parts {
        self.parts.as_ref().unwrap()
    }

    fn take(&self, numbers: std::ops::Range<u32>, age: Age) {
        for number in numbers {
            let raw = Packed::new(complaint(&format!("c{number}")).as_bytes());
            let taken = [Taken { uid: number + 1, raw, received_at: self.clock.now(), age }];
            self.parts().store.with(|db| inbox::take_batch(db, "support", "INBOX", 7, &taken)).unwrap();
        }
    }

    fn work(&self) {
        let parts = self.parts();
        while !parts.desk.work(&parts.store).unwrap().handled.is_empty() {}
        while parts.ticker.tick(&parts.store).unwrap().decided > 0 {}
    }

    /// Sends what may leave, and returns it.
    fn send(&self) -> Vec<Leased> {
        let parts = self.parts();
        let mut left = Vec::new();
        loop {
            let leased = parts.sender.lease(&parts.store).unwrap();
            if leased.is_empty() {
                return left;
            }
            for mail in leased {
                assert!(parts.sender.begin(&parts.store, mail.lease()).unwrap());
                parts.sender.settle(&parts.store, &mail, &Ok(())).unwrap();
                left.push(mail);
            }
        }
    }

    fn copy(&self, name: &str) -> Result<Report, BackupError> {
        backup::copy(&self.parts().store, &self.folder.path().join(name), &self.knowing())
    }

    fn put_back(&mut self, name: &str) -> Result<PutBack, BackupError> {
        self.close();
        let put = backup::put_back(&self.database(), &self.folder.path().join(name), &self.knowing());
        self.open();
        put
    }

    /// Every mail here is a customer's.
    fn knowing(&self) -> Knowing<'static> {
        Knowing { now: self.clock.now(), staff: &[], to_staff: &|_| false }
    }

    fn assert_whole(&self) {
        assert_eq!(report(self.parts(), self.clock.now()).faults, []);
    }

    fn held(&self) -> Vec<outbox::Letter> {
        self.parts().store.with(|db| outbox::list(db, State::Held, 1_000)).unwrap()
    }

    fn files(&self) -> BTreeSet<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect()
    }

    fn program(&self, arguments: &[&str], crash: Option<&str>) -> Output {
        program(self.folder.path(), arguments, crash)
    }
}

fn program(folder: &Path, arguments: &[&str], crash: Option<&str>) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_redress"));
    program.args(arguments).arg("--config").arg(folder.join("redress.toml")).current_dir(folder);
    program.env("REDRESS_SIGNING_KEY", KeyRing::generate([7; 32])).env("REDRESS_IMAP_PASSWORD", "secret");
    program.env_remove("REDRESS_CRASH_AT").envs(crash.map(|plan| ("REDRESS_CRASH_AT", plan)));
    program.output().unwrap()
}

/// A database of PostgreSQL that the program itself agrees to work with.
fn strict_postgres() -> Database {
    let database = postgres();
    database.sql(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET synchronous_commit', current_database()); END $$",
    );
    database
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn open(path: &Path) -> Store {
    Store::open(&Settings::new(format!("sqlite:{}", path.display()))).unwrap()
}

fn to_customers(letters: &[Leased]) -> Vec<String> {
    let customers = letters.iter().filter(|mail| mail.letter.audience == Audience::Customer);
    customers.map(|mail| format!("{} to {}", mail.letter.letter, mail.letter.recipient)).collect()
}

#[test]
fn g12_a_desk_put_back_from_an_older_copy_sends_no_customer_anything_again() {
    let mut office = Office::new();
    office.take(0..20, Age::Current);
    office.work();
    assert_eq!(to_customers(&office.send()).len(), 20);
    // At the moment of the copy five acknowledgements wait to leave, and five mails to be read.
    office.take(20..25, Age::Current);
    office.work();
    office.take(25..30, Age::Current);
    office.copy("copy.db").unwrap();

    // All of them are answered after it, and fifty more; promises pass, and customers are told.
    office.clock.advance(TimeDelta::minutes(10));
    office.work();
    let waited = office.send();
    office.take(30..80, Age::Current);
    office.work();
    assert_eq!(to_customers(&waited).len() + to_customers(&office.send()).len(), 60);
    office.clock.advance(TimeDelta::days(4));
    office.work();
    let told = to_customers(&office.send());
    assert_eq!(told.iter().filter(|letter| letter.starts_with("holding")).count(), 80, "{told:?}");
    let last = office.parts().store.with(|db| disputes::next_number(db, 1)).unwrap();

    let put = office.put_back("copy.db").unwrap();
    assert_eq!((put.marked.copied_at, put.marked.past, put.marked.next), (now(), 5, last));
    // Five acknowledgements and five notifications.
    assert_eq!(put.marked.held, 10);
    office.assert_whole();
    // What the server has is looked through anew: what the copy knew is known, all else is older than the restore.
    office.take(0..30, Age::Current);
    office.take(30..80, Age::Past);
    office.work();
    assert_eq!(to_customers(&office.send()), Vec::<String>::new());
    office.assert_whole();
    let account = report(office.parts(), office.clock.now()).account;
    assert_eq!((account.stored, account.disputes), (80, 80));

    // What may have been sent is sent again only by request, and then as it was.
    let held = office.held();
    assert_eq!(held.iter().filter(|letter| letter.letter.starts_with("acknowledgement")).count(), 5);
    assert!(held.iter().filter(|letter| letter.letter == "holding").count() >= 25, "{}", held.len());
    let now = office.clock.now();
    office.parts().store.with(|db| outbox::release_held(db, inbox::Which::One(held[0].id), now)).unwrap();
    let again = office.send();
    let before = waited.iter().find(|mail| mail.letter.message_id == again[0].letter.message_id).unwrap();
    assert_eq!((again.len(), &again[0].bytes), (1, &before.bytes));

    // New mail is answered, under a number that nobody has seen.
    office.take(80..81, Age::Current);
    office.work();
    assert_eq!(to_customers(&office.send()), ["acknowledgement-plain to c80@example.org"]);
    let next = office.parts().store.with(|db| disputes::next_number(db, 1)).unwrap();
    assert!(next.0 > last.0 + 50, "{next:?} after {last:?}");
    office.assert_whole();
}

#[test]
fn g12_numbers_and_questions_of_a_lost_database_are_not_used_again() {
    let mut office = Office::new();
    office.take(0..1, Age::Current);
    office.work();
    office.copy("copy.db").unwrap();
    let before = office.parts().store.with(|db| disputes::load(db, Number(1000))).unwrap().unwrap();
    office.close();
    fs::write(office.database(), b"nothing can be read from this").unwrap();
    office.clock.advance(TimeDelta::days(2));
    let put = office.put_back("copy.db").unwrap();
    // Nobody knows how many there were: a thousand for each day that has begun.
    assert_eq!(put.marked.next, Number(4000));
    let after = office.parts().store.with(|db| disputes::load(db, Number(1000))).unwrap().unwrap();
    assert!(after.questions_asked > before.questions_asked + 500);
    assert!(put.kept.is_some_and(|kept| fs::read(kept).unwrap().starts_with(b"nothing")));
    // A second restore gives no number back.
    let again = office.put_back("copy.db").unwrap();
    assert!(again.marked.next >= Number(4000), "{:?}", again.marked.next);
    office.assert_whole();
}

#[test]
fn g12_a_copy_that_is_made_while_the_desk_writes_is_whole() {
    let office = Office::new();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..60 {
                office.take(number..number + 1, Age::Current);
                office.work();
                office.send();
            }
        });
        let mut sizes = Vec::new();
        while !writer.is_finished() {
            let name = format!("copy{}.db", sizes.len());
            sizes.push(office.copy(&name).unwrap().account.stored);
        }
        assert!(sizes.len() > 2 && sizes.is_sorted(), "{sizes:?}");
    });
    let copy = office.folder.path().join("copy1.db");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(report(&desk(open(&copy), &office.clock), now()).faults, []);
    assert!(office.files().iter().all(|name| !name.contains(".part")), "{:?}", office.files());
}

#[test]
fn what_is_no_backup_is_neither_made_nor_put_back() {
    let mut office = Office::new();
    office.take(0..3, Age::Current);
    office.work();
    let files = office.files();
    fs::write(office.folder.path().join("taken"), "mine").unwrap();
    assert!(matches!(office.copy("taken"), Err(BackupError::Exists(_))));
    assert_eq!(fs::read(office.folder.path().join("taken")).unwrap(), b"mine");
    assert!(matches!(office.copy("no/such/folder"), Err(BackupError::Disk { .. })));
    assert!(matches!(office.put_back("taken"), Err(BackupError::Unfit { .. })));
    assert!(matches!(office.put_back("absent"), Err(BackupError::Disk { .. })));

    office.copy("faulty").unwrap();
    open(&office.folder.path().join("faulty"))
        .with(|db| batch(db, "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')"))
        .unwrap();
    assert!(office.put_back("faulty").unwrap_err().to_string().contains("use a newer release"));

    // A desk whose rows are faulty is copied all the same, and told so.
    office.parts().store.with(|db| batch(db, "DELETE FROM events")).unwrap();
    assert!(!office.copy("copy").unwrap().faults.is_empty());
    let mut after = office.files();
    after.retain(|name| !["taken", "faulty", "copy"].contains(&name.as_str()));
    assert_eq!(after.difference(&files).filter(|name| !name.contains(".lock")).count(), 0, "{after:?}");
}

#[test]
fn the_programs_copy_a_desk_at_work_and_put_nothing_back_under_it() {
    let office = Office::new();
    office.take(0..2, Age::Current);
    office.work();
    let daemon = office.parts().store.lock_desk().unwrap();
    let made = office.program(&["backup", "copy.db"], None);
    assert!(said(&made).starts_with("copy.db holds 2 disputes, 2 mails and the rest"), "{}", said(&made));
    let again = office.program(&["backup", "copy.db"], None);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("copy.db exists already"), "{}", said(&again));
    let refused = office.program(&["restore", "copy.db"], None);
    assert_eq!(refused.status.code(), Some(75), "{}", said(&refused));
    drop(daemon);
    let put = office.program(&["restore", "copy.db"], None);
    assert_eq!(put.status.code(), Some(0), "{}", said(&put));
    for words in ["what this desk knew at", "redress.db.before-restore-", "New disputes begin at D-1002."] {
        assert!(said(&put).contains(words), "{}", said(&put));
    }
    assert_eq!(office.program(&["fsck"], None).status.code(), Some(0));
    let in_place = office.program(&["restore", "--in-place"], None);
    assert_eq!(in_place.status.code(), Some(0), "{}", said(&in_place));
}

#[test]
fn a_held_letter_is_taken_back_by_its_number() {
    let mut office = Office::new();
    office.take(0..1, Age::Current);
    office.work();
    office.copy("copy.db").unwrap();
    office.put_back("copy.db").unwrap();
    let held = office.held();
    assert_eq!(held.len(), 2);
    let dropped = office.program(&["outbox", "--drop", "1"], None);
    assert_eq!(said(&dropped), "1 letter will not be sent.\n");
    let again = office.program(&["outbox", "--drop", "1"], None);
    assert!(said(&again).contains("letter 1 is not held; nothing was changed"), "{}", said(&again));
    office.assert_whole();
}

#[test]
fn a_desk_on_postgres_is_told_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let database = strict_postgres();
    let url = database.url.replace("redress@", "redress:hunter2@");
    fs::write(
        folder.path().join("redress.toml"),
        format!("{CONFIGURATION}\n[database]\nurl_file = \"url\"\n"),
    )
    .unwrap();
    fs::write(folder.path().join("url"), url).unwrap();
    fs::set_permissions(folder.path().join("url"), fs::Permissions::from_mode(0o600)).unwrap();
    let refused = program(folder.path(), &["backup", "copy.dump"], None);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(
        said(&refused).contains("pg_dump --format=custom --file=copy.dump --host="),
        "{}",
        said(&refused)
    );
    assert!(!said(&refused).contains("hunter2"), "{}", said(&refused));
    let refused = program(folder.path(), &["restore", "copy.dump"], None);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    let adopted = program(folder.path(), &["restore", "--in-place"], None);
    assert_eq!(adopted.status.code(), Some(0), "{}", said(&adopted));
}

/// Runs the program until no step is left after which it dies; returns how many there were. What stands before a
/// step stands after the one before it.
fn at_each_step(point: &str, mut run: impl FnMut(&str) -> Output) -> usize {
    for step in 1.. {
        let plan = format!("{point}:{step}:after");
        let output = run(&plan);
        if output.status.signal() != Some(9) {
            assert_eq!(output.status.code(), Some(0), "{plan}: {}", said(&output));
            return step - 1;
        }
    }
    unreachable!("a program has an end")
}

#[test]
fn g12_a_backup_that_is_killed_at_any_step_leaves_no_half_copy() {
    let office = Office::new();
    office.take(0..3, Age::Current);
    office.work();
    let copy = office.folder.path().join("copy.db");
    let deaths = at_each_step("backup.step", |plan| {
        let output = office.program(&["backup", "copy.db"], Some(plan));
        if copy.exists() {
            assert_eq!(report(&desk(open(&copy), &office.clock), now()).faults, [], "{plan}");
            fs::remove_file(&copy).unwrap();
        }
        let again = office.program(&["backup", "copy.db"], None);
        assert_eq!(again.status.code(), Some(0), "{plan}: {}", said(&again));
        fs::remove_file(&copy).unwrap();
        output
    });
    assert_eq!(deaths, 6);
    assert!(office.files().iter().all(|name| !name.contains(".part")), "{:?}", office.files());
}

#[test]
fn g12_a_restore_that_is_killed_at_any_step_leaves_the_old_desk_or_the_new() {
    let mut office = Office::new();
    office.take(0..3, Age::Current);
    office.work();
    office.copy("copy.db").unwrap();
    office.take(3..5, Age::Current);
    office.work();
    office.close();
    let database = office.database();
    let old = fs::read(&database).unwrap();
    let deaths = at_each_step("backup.step", |plan| {
        fs::write(&database, &old).unwrap();
        let output = office.program(&["restore", "copy.db"], Some(plan));
        let parts = desk(open(&database), &office.clock);
        let found = report(&parts, office.clock.now());
        assert_eq!(found.faults, [], "{plan}");
        assert!([3, 5].contains(&found.account.stored), "{plan}: {}", found.account.stored);
        drop(parts);
        let again = office.program(&["restore", "copy.db"], None);
        assert_eq!(again.status.code(), Some(0), "{plan}: {}", said(&again));
        assert_eq!(report(&desk(open(&database), &office.clock), now()).account.stored, 3);
        for name in office.files().iter().filter(|name| name.contains("before-restore")) {
            fs::remove_file(office.folder.path().join(name)).unwrap();
        }
        output
    });
    assert_eq!(deaths, 6);
    assert!(office.files().iter().all(|name| !name.contains(".restoring")), "{:?}", office.files());
}

#[derive(QueryableByName)]
struct Thing {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Everything that a migration makes, in words.
fn schema(store: &Store) -> Vec<String> {
    let sqlite =
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS value FROM sqlite_schema ORDER BY 1";
    let postgres = "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS value \
        FROM information_schema.columns WHERE table_schema = 'public' \
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
        UNION ALL SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
        WHERE connamespace = 'public'::regnamespace ORDER BY 1";
    let things: Vec<Thing> = store
        .with(|db| {
            Ok(match db {
                Db::Sqlite(c) => diesel::sql_query(sqlite).load(c.as_mut()),
                Db::Pg(c) => diesel::sql_query(postgres).load(c.as_mut()),
            }?)
        })
        .unwrap();
    things.into_iter().map(|thing| thing.value).collect()
}

/// Kills `redress migrate` at each statement, and migrates after each death.
fn killed_at_each_statement(folder: &Path, empty: impl Fn(), open: impl Fn() -> Store) -> usize {
    empty();
    assert_eq!(program(folder, &["migrate"], None).status.code(), Some(0));
    let fresh = schema(&open());
    assert!(fresh.len() > 40, "{fresh:?}");
    at_each_step("migrate.step", |plan| {
        empty();
        let output = program(folder, &["migrate"], Some(plan));
        if output.status.signal() == Some(9) {
            let left = open().pending_migrations().unwrap();
            assert_eq!(left, ["0001", "0002"], "{plan}: nothing of it was done");
            assert_eq!(open().migrate().unwrap(), ["0001", "0002"], "{plan}");
        }
        assert_eq!(schema(&open()), fresh, "{plan}");
        output
    })
}

#[test]
fn g12_an_upgrade_that_is_killed_at_any_statement_is_made_up_for_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("redress.toml"), CONFIGURATION).unwrap();
    let path = folder.path().join("redress.db");
    let empty = || {
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{end}", path.display()));
        }
    };
    let deaths = killed_at_each_statement(folder.path(), empty, || open(&path));
    assert!(deaths > 30, "{deaths}");
}

#[test]
fn g12_an_upgrade_that_is_killed_at_any_statement_is_made_up_for_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = strict_postgres();
    let configuration = format!("{CONFIGURATION}\n[database]\nurl = \"{}\"\n", database.url);
    fs::write(folder.path().join("redress.toml"), configuration).unwrap();
    let empty = || database.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    let deaths = killed_at_each_statement(folder.path(), empty, || database.another_store());
    assert!(deaths > 30, "{deaths}");
}

#[test]
fn g12_what_an_agent_asked_for_before_the_restore_is_not_done_again() {
    let mut world = World::new();
    world.arrives(&Written::by("carla@example.org", "Broken wheel", "My wheel broke."));
    world.read("carla@example.org");
    world.read("mara@shop.test");
    let card = world.read("anna@shop.test");
    world.was_there(&Written::reply("anna@shop.test", &card, "#take\n\nYour money is on its way."));
    world.minutes(30);
    assert_eq!(world.state(1000), "open, desk, awaiting us, nobody");
    world.finish();
}
