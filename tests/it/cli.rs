//! The command line over a real database: what an operator reads, and the status it ends with.
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use redress::{
    cli::{
        self, ChoiceArgs, Exit, ImportArgs, ListArgs, OutboxState, Print, Release, explain::Bench,
        opened::Opened,
    },
    clock::Clock,
    config::{Config, Environment, Secrets},
    daemon::{Parts, wiring},
    domain::{Timestamp, dispute::Number},
    mail::token::KeyRing,
    store::{
        alarms,
        inbox::{self, Age, Packed, Status},
        outbox::{self, State},
    },
};
use tempfile::TempDir;

use crate::support::mail_servers;

mod servers;

/// A Monday morning.
const NOW: &str = "2026-11-23T08:00:00Z";

const COMPLAINT: &str = "Return-Path: <carla@example.org>\n\
    From: Carla Kunde <carla@example.org>\n\
    To: support@shop.test\n\
    Subject: Wheel of order 17 broke\n\
    Message-ID: <a1@example.org>\n\
    Date: Mon, 23 Nov 2026 08:59:00 +0100\n\n\
    I want 49.90 EUR back.\n";

const NEWSLETTER: &str = "From: News <news@example.net>\nTo: support@shop.test\nSubject: Sale\n\
    List-Unsubscribe: <mailto:off@example.net>\nList-Id: <news.example.net>\nMessage-ID: <n@example.net>\n\
    Date: Mon, 23 Nov 2026 08:00:00 +0100\n\nBuy!\n";

const SUSPECT: &str = "To: support@shop.test\nSubject: hello\nMessage-ID: <s@example.net>\n\
    Date: Mon, 23 Nov 2026 08:00:00 +0100\n\nNobody wrote this.\n";

/// A desk in a folder, with a clock that stands.
struct Office {
    folder: TempDir,
    clock: Clock,
    parts: Parts,
}

fn configuration(mail: &str) -> String {
    format!(
        "[desk]\nname = \"Shop Care\"\naddress = \"support@shop.test\"\nstate_dir = \".\"\n\n{mail}\n\
         [signing]\nkey_file = \"signing-key\"\n\n\
         [[agent]]\naddress = \"anna@shop.test\"\nname = \"Anna Berg\"\n\n[hours]\nzone = \"Europe/Berlin\"\n"
    )
}

const CLOSED_PORTS: &str = "[[mailbox]]\nname = \"support\"\nhost = \"127.0.0.1\"\nport = 1\nsecurity = \"plain\"\n\
    user = \"support@shop.test\"\npassword_file = \"imap-password\"\n\n\
    [sending]\nhost = \"127.0.0.1\"\nport = 1\nsecurity = \"plain\"\n";

fn config(folder: &Path) -> Config {
    let path = folder.join("redress.toml");
    match Config::load(&path, &Environment::default(), Secrets::Required) {
        Ok(config) => config,
        Err(error) => panic!("{error}"),
    }
}

/// A folder with a configuration and its secrets, without a database.
fn folder(mail: &str) -> TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("redress.toml"), configuration(mail)).unwrap();
    for (name, text) in [("signing-key", KeyRing::generate([7; 32])), ("imap-password", "secret".to_owned())]
    {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    folder
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

impl Office {
    fn new() -> Self {
        let folder = folder(CLOSED_PORTS);
        let config = config(folder.path());
        let clock = Clock::manual(now());
        let store = wiring::open_store(&config).unwrap();
        let clerk = Arc::new(wiring::clerk(&config, clock.clone()).unwrap());
        Self { parts: wiring::parts(&config, store, &clerk, "office"), folder, clock }
    }

    /// With a dispute, a newsletter and a suspect mail.
    fn busy() -> Self {
        let office = Self::new();
        for mail in [COMPLAINT, NEWSLETTER, SUSPECT] {
            office.takes(mail, Age::Current);
        }
        office
    }

    fn takes(&self, mail: &str, age: Age) -> i64 {
        let packed = Packed::new(mail.replace('\n', "\r\n").as_bytes());
        let stored = self.parts.store.with(|db| inbox::store(db, &packed, self.clock.now(), age)).unwrap();
        self.works();
        stored.mail
    }

    fn works(&self) {
        self.parts.desk.work(&self.parts.store).unwrap();
    }

    fn opened(&self) -> Opened {
        Opened::with(config(self.folder.path()), &self.clock).unwrap()
    }

    fn letters(&self, state: State) -> Vec<outbox::Letter> {
        self.parts.store.with(|db| outbox::list(db, state, 100)).unwrap()
    }

    fn mails(&self, status: Status) -> usize {
        self.parts.store.with(|db| inbox::list(db, status, 100)).unwrap().len()
    }
}

/// Without colours, and without the ends that every run makes anew.
fn plain(text: &impl ToString) -> String {
    anstream::adapter::strip_str(&text.to_string()).to_string()
}

fn program(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_redress"))
        .args(arguments)
        .arg("--config")
        .arg(folder.join("redress.toml"))
        .env_remove("REDRESS_CONFIG")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn list(all: bool) -> ListArgs {
    ListArgs { all, agent: None, stage: None, limit: 100, print: Print { json: false } }
}

fn some(numbers: &[i64]) -> ChoiceArgs {
    ChoiceArgs { numbers: numbers.to_vec(), all: false }
}

fn all() -> ChoiceArgs {
    ChoiceArgs { numbers: Vec::new(), all: true }
}

#[test]
fn list_shows_one_line_a_dispute() {
    let office = Office::busy();
    insta::assert_snapshot!(plain(&cli::list::listing(&office.opened(), &list(false)).unwrap()), @"
    number  stage  awaiting  agent  next word by      opened            customer           subject
    D-1000  open   us        –      2026-11-25 17:00  2026-11-23 09:00  carla@example.org  Wheel of order 17 broke
");
    let json = serde_json::to_value(cli::list::listing(&office.opened(), &list(true)).unwrap()).unwrap();
    assert_eq!(json[0]["public"], "D-1000");
    assert_eq!(json[0]["customer"]["address"], "carla@example.org");
    let nobody = ListArgs { agent: Some("anna@shop.test".to_owned()), ..list(true) };
    assert!(plain(&cli::list::listing(&office.opened(), &nobody).unwrap()).starts_with("No disputes"));
}

#[test]
fn show_tells_a_dispute_from_its_card_to_its_letters() {
    let office = Office::busy();
    let desk = office.opened();
    let number = desk.number("d-1000").unwrap();
    assert_eq!(number, desk.number("1000").unwrap());
    insta::assert_snapshot!(plain(&cli::show::dispute(&desk, number).unwrap()), @"
    D-1000: Wheel of order 17 broke

      customer    Carla Kunde <carla@example.org>, writes en, not authenticated
      stage       open, level desk
      awaiting    us
      agent       nobody yet
      opened      2026-11-23 09:00 (now)
      unanswered  2026-11-23 09:00 (now)
      promise     2026-11-25 17:00 (in 2 days), given 2026-11-23 09:00

    when              who       what          detail
    2026-11-23 09:00  customer  opened        Wheel of order 17 broke
    2026-11-23 09:00  desk      acknowledged  acknowledgement-plain

    due                             what
    2026-11-24 09:00 (in 24 hours)  acknowledgement stale
    2026-11-25 13:00 (in 2 days)    promise reminder
    2026-11-25 17:00 (in 2 days)    promise due

    mail  received          from               taken for  placed by  status
       1  2026-11-23 09:00  carla@example.org  person     new        done

    letter  state   when                    kind                   to                 dispute  tries  last answer
         1  queued  2026-11-23 09:00 (now)  acknowledgement-plain  carla@example.org  D-1000       0  –
         2  queued  2026-11-23 09:00 (now)  notification           anna@shop.test     D-1000       0  –
");
    let json = serde_json::to_value(cli::show::dispute(&desk, number).unwrap()).unwrap();
    assert_eq!(json["journal"][0]["entry"]["what"], "opened");
    assert_eq!(json["letters"][0]["to"], "carla@example.org");
    for wrong in ["", "0", "-3", "E-7", "D-"] {
        assert!(desk.number(wrong).is_err(), "{wrong}");
    }
    let missing = cli::show::dispute(&desk, Number(7)).unwrap_err();
    assert_eq!(missing.to_string(), "there is no dispute D-7");
}

#[test]
fn show_tells_a_mail_and_gives_its_bytes() {
    let office = Office::busy();
    insta::assert_snapshot!(plain(&cli::show::mail(&office.opened(), 3).unwrap()), @"
    received    2026-11-23 09:00 (now)
    status      held
    taken for   suspect (by L19)
    because     L19: it has no From field
    message id  s@example.net
    size        129 bytes
    from        –
    to          support@shop.test
    subject     hello
    defect      it has no From field

    Nobody wrote this.
");
    let raw = program(&["show", "--mail", "1", "--raw"], office.folder.path());
    assert_eq!(String::from_utf8(raw.stdout).unwrap(), COMPLAINT.replace('\n', "\r\n"));
    let missing = program(&["show", "--mail", "99"], office.folder.path());
    assert_eq!((missing.status.code(), said(&missing).as_str()), (Some(1), "redress: there is no mail 99\n"));
}

#[test]
fn status_tells_queues_servers_alarms_and_what_is_next() {
    let office = Office::busy();
    let raise = |db: &mut _| alarms::raise(db, "imap:support", "The mailbox cannot be reached.", now());
    office.parts.store.with(raise).unwrap();
    office.clock.advance(chrono::TimeDelta::hours(3));
    insta::assert_snapshot!(plain(&cli::status::status(&office.opened()).unwrap()), @"
    queue          state
    disputes       1 open
    inbox          2 done, 1 held
    outbox         2 queued
    oldest unsent  2026-11-23 09:00 (3 hours ago)

    mailbox  folder  last contact  trouble since
    support  INBOX   never         –

    alarm         since                           times  what
    imap:support  2026-11-23 09:00 (3 hours ago)      1  The mailbox cannot be reached.

    next                           when
    D-1000: acknowledgement stale  2026-11-24 09:00 (in 21 hours)
    D-1000: promise reminder       2026-11-25 13:00 (in 2 days)
    D-1000: promise due            2026-11-25 17:00 (in 2 days)
    schedule reconcile             2026-11-23 12:10 (in 10 minutes)
    schedule digest                2026-11-24 08:00 (in 20 hours)
    schedule suspects              2026-11-24 07:30 (in 19 hours)
    schedule anchor                2026-11-24 03:30 (in 15 hours)
    ");
    let json = serde_json::to_value(cli::status::status(&office.opened()).unwrap()).unwrap();
    assert_eq!(json["outbox"][0]["what"], "queued");
    assert_eq!(json["alarms"][0]["cause"], "imap:support");
}

#[test]
fn outbox_lists_what_has_not_left_and_sends_the_dead_again() {
    let office = Office::busy();
    let desk = office.opened();
    insta::assert_snapshot!(plain(&cli::outbox::letters(&desk, None).unwrap()), @"
    letter  state   when                    kind                   to                 dispute  tries  last answer
         1  queued  2026-11-23 09:00 (now)  acknowledgement-plain  carla@example.org  D-1000       0  –
         2  queued  2026-11-23 09:00 (now)  notification           anna@shop.test     D-1000       0  –
");
    assert_eq!(plain(&cli::outbox::letters(&desk, Some(OutboxState::Sent)).unwrap()), "No letters.\n");
    let refusal = |numbers: &[i64]| cli::outbox::resend(&desk, numbers).unwrap_err().to_string();
    assert_eq!(refusal(&[1]), "letter 1 is queued, and only dead letters are sent again");
    assert!(refusal(&[99]).starts_with("there is no letter 99"));
}

#[test]
fn released_mail_becomes_a_dispute() {
    let office = Office::busy();
    let desk = office.opened();
    let wrong = cli::release::released(&desk, &Release::Mail(some(&[3, 1]))).unwrap_err();
    assert_eq!(wrong.to_string(), "mail 1 is not held; nothing was changed");
    assert_eq!(office.mails(Status::Held), 1);
    let done = cli::release::released(&desk, &Release::Mail(some(&[3]))).unwrap();
    assert_eq!(done, "1 mail will be taken as a person's.\n");
    office.works();
    assert_eq!(office.mails(Status::Held), 0);
    let listing = serde_json::to_value(cli::list::listing(&desk, &list(true)).unwrap()).unwrap();
    assert_eq!(listing.as_array().unwrap().len(), 2);
}

#[test]
fn senders_are_blocked_allowed_and_forgotten() {
    use cli::{Senders, WhomArgs, senders};
    let office = Office::busy();
    let desk = office.opened();
    let whom = |names: &[&str]| WhomArgs { senders: names.iter().map(|name| (*name).to_owned()).collect() };
    let done = senders::changed(&desk, &Senders::Block(whom(&["Spam.Example", "eve@other.test"]))).unwrap();
    assert_eq!(done, "@spam.example, eve@other.test: From now on their mail is held.\n");
    senders::changed(&desk, &Senders::Allow(whom(&["eve@other.test"]))).unwrap();
    let shown = plain(&senders::listing(&desk).unwrap());
    assert!(shown.contains("@spam.example   blocked  operator"), "{shown}");
    assert!(shown.contains("eve@other.test  allowed  operator"), "{shown}");
    senders::changed(&desk, &Senders::Forget(whom(&["@spam.example"]))).unwrap();
    for wrong in [
        Senders::Forget(whom(&["@spam.example"])),
        Senders::Block(whom(&["nonsense"])),
        Senders::Block(whom(&["anna@shop.test"])),
    ] {
        let error = senders::changed(&desk, &wrong).unwrap_err().to_string();
        assert!(error.ends_with("nothing was changed"), "{error}");
    }
    assert!(!plain(&senders::listing(&desk).unwrap()).contains("spam.example"));
}

#[test]
fn quarantined_mail_is_taken_up_again() {
    let office = Office::busy();
    office.parts.store.with(|db| inbox::quarantine(db, 1, "tried twice")).unwrap();
    let desk = office.opened();
    assert!(cli::release::retried(&desk, &some(&[2])).is_err());
    assert_eq!(cli::release::retried(&desk, &some(&[1])).unwrap(), "1 mail will be tried again.\n");
    assert_eq!(cli::release::retried(&desk, &all()).unwrap(), "0 mails will be tried again.\n");
    assert_eq!(office.mails(Status::New), 1);
}

#[test]
fn verify_is_content_with_what_the_desk_wrote_and_names_what_was_changed() {
    let office = Office::busy();
    let verified = cli::verify::verify(&office.opened(), None).unwrap();
    assert_eq!(verified.exit(), Exit::Ok);
    assert!(plain(&verified).ends_with("The journals are whole.\n"), "{verified}");
    let database = office.folder.path().join("redress.db");
    tamper(&database, "UPDATE journal SET detail = 'never' WHERE dispute = 1000 AND seq = 1");
    let output = program(&["verify"], office.folder.path());
    assert_eq!(output.status.code(), Some(65));
    insta::assert_snapshot!(said(&output), @"
    Entries read: 2 of 1 dispute (0 erased), and 0 anchors.
    FAULT: dispute 1000: the content of entry 1 was changed
    1 fault found: stop the desk, keep a copy of the database, and compare with a backup.
");
    assert_eq!(cli::verify::verify(&office.opened(), Some(Number(7))).unwrap().exit(), Exit::Ok);
}

fn tamper(database: &Path, sql: &str) {
    use diesel::{Connection as _, connection::SimpleConnection as _};
    diesel::SqliteConnection::establish(database.to_str().unwrap()).unwrap().batch_execute(sql).unwrap();
}

#[test]
fn migrate_says_what_it_would_do_and_keeps_off_a_desk_at_work() {
    let folder = folder(CLOSED_PORTS);
    let config = config(folder.path());
    assert!(cli::migrate::planned(&config).unwrap().ends_with("; it would be made.\n"));
    let before = program(&["list"], folder.path());
    assert_eq!(before.status.code(), Some(1));
    assert!(said(&before).contains("there is no database yet"), "{}", said(&before));

    let lock = redress::store::Store::open(&wiring::store_settings(&config)).unwrap().lock_desk().unwrap();
    let refused = program(&["migrate"], folder.path());
    assert_eq!(refused.status.code(), Some(75), "{}", said(&refused));
    assert!(cli::migrate::planned(&config).unwrap().starts_with("Would be run: "));
    drop(lock);

    assert!(cli::migrate::migrate(&config).unwrap().starts_with("Run: "));
    assert_eq!(cli::migrate::planned(&config).unwrap(), "The database is up to date.\n");
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')";
    tamper(&folder.path().join("redress.db"), newer);
    let refused = program(&["status"], folder.path());
    assert_eq!(refused.status.code(), Some(65), "{}", said(&refused));
    assert!(said(&refused).contains("use a newer release"), "{}", said(&refused));
}

#[test]
fn commands_that_look_work_beside_a_daemon_and_without_passwords() {
    let office = Office::busy();
    let _lock = office.parts.store.lock_desk().unwrap();
    for secret in ["imap-password", "signing-key"] {
        fs::remove_file(office.folder.path().join(secret)).unwrap();
    }
    for arguments in
        [&["list"] as &[&str], &["show", "D-1000"], &["status"], &["outbox"], &["verify"], &["fsck"]]
    {
        let output = program(arguments, office.folder.path());
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
        assert!(!said(&output).contains("secret"), "{arguments:?}");
    }
}

fn import(paths: &[PathBuf], mailbox: Option<&str>) -> ImportArgs {
    ImportArgs { mailbox: mailbox.map(str::to_owned), paths: paths.to_vec() }
}

#[test]
fn imported_mail_opens_disputes_and_is_not_acknowledged() {
    let office = Office::new();
    let desk = office.opened();
    let mbox = office.folder.path().join("old.mbox");
    let text = format!(
        "From a Mon Nov  2 08:00:00 2026\n{COMPLAINT}\nFrom b Tue Nov  3 08:00:00 2026\n{NEWSLETTER}\n"
    );
    fs::write(&mbox, text).unwrap();
    let counts = cli::import::import(&desk, &import(std::slice::from_ref(&mbox), None), |_| ()).unwrap();
    assert_eq!(counts.to_string(), "2 mails taken, 0 known before.");
    let again = cli::import::import(&desk, &import(&[mbox], Some("support")), |_| ()).unwrap();
    assert_eq!(again.to_string(), "0 mails taken, 2 known before.");
    office.works();
    assert_eq!(office.mails(Status::Done), 2);
    let letters = office.letters(State::Queued);
    assert!(letters.iter().all(|letter| letter.recipient != "carla@example.org"), "{letters:?}");
    let checked = cli::fsck::check(&desk).unwrap();
    assert_eq!(checked.faults(), []);
    assert_eq!((checked.account().taken, checked.account().imported), (0, 2));
    let unknown = cli::import::import(&desk, &import(&[], Some("sales")), |_| ()).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no such mailbox in the configuration; there is: support");
}

#[test]
fn explain_needs_no_configuration_and_answers_for_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let reply = "Return-Path: <carla@example.org>\nFrom: carla@example.org\nTo: support@shop.test\nSubject: Re: Wheel\n\
        In-Reply-To: <a1@example.org>\nMessage-ID: <a2@example.org>\nDate: Mon, 23 Nov 2026 09:10:00 +0100\n\
        MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nA photo.\n\nCarla wrote:\n> I want\n\n\
        --b\nContent-Type: image/png; name=w.png\nContent-Disposition: attachment; filename=w.png\n\nPNG\n--b--\n";
    let files = [
        ("1.eml", COMPLAINT),
        ("2.eml", reply),
        ("3.eml", COMPLAINT),
        ("4.eml", "\0\u{fffd}"),
        ("5.eml", ""),
    ];
    let mut command = Command::new(env!("CARGO_BIN_EXE_redress"));
    command.args(["explain", "--json", "--config", "absent.toml", "--own", "Support@shop.test"]);
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
        command.arg(name);
    }
    let output = command.current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let rows: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let number = |row: usize| &rows[row]["dispute"]["number"];
    assert_eq!(rows.len(), files.len());
    assert_eq!((rows[0]["fate"].as_str(), rows[0]["acknowledge"].as_bool()), (Some("person"), Some(true)));
    assert_eq!(rows[0]["dispute"]["placed_by"], "new");
    assert_eq!((number(1), &rows[1]["dispute"]["placed_by"]), (number(0), &"reference".into()));
    assert_eq!(rows[1]["reply"], "A photo.");
    let sha256 = "796120837694d3f3f29259cfeb25091698c2a0aa87873658d840b4993ee889b3";
    let photo = serde_json::json!([{ "name": "w.png", "type": "image/png", "size": 3, "sha256": sha256 }]);
    assert_eq!(rows[1]["attachments"], photo);
    assert_eq!((number(2), rows[2]["acknowledge"].as_bool()), (number(0), Some(false)));
    assert_eq!(rows[3]["fate"], "suspect");
    assert!(!rows[4]["defects"].as_array().unwrap().is_empty());
}

#[test]
fn explain_names_a_file_that_it_cannot_read_and_explains_the_others() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("1.eml"), COMPLAINT).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_redress"))
        .args(["explain", "--json", "--config", "absent.toml", "0.eml", "1.eml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.lines().next().unwrap().contains("cannot be read"), "{text}");
    assert!(text.lines().nth(1).unwrap().contains("\"fate\":\"person\""), "{text}");
}

#[test]
fn explain_says_nothing_of_a_file_that_it_cannot_read_but_that() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    fs::write(folder.path().join("1.eml"), COMPLAINT).unwrap();
    for missing in ["absent.eml", "folder"] {
        let output = Command::new(env!("CARGO_BIN_EXE_redress"))
            .args(["explain", "--config", "absent.toml", missing, "1.eml"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{missing}");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(err.contains(&format!("{missing}: the file cannot be read: ")), "{err}");
        assert!(out.starts_with("1.eml\n") && !out.contains(missing), "{out}");
        let taken = out.lines().any(|line| line.contains("taken for") && line.ends_with(" person"));
        assert!(taken, "{out}");
    }
}

#[test]
fn explain_refuses_names_that_can_be_nobodys() {
    for (option, value) in [
        ("--own", "nonsense"),
        ("--own", ""),
        ("--own", "support@"),
        ("--own", "a@shop.test, b@shop.test"),
        ("--authserv", ""),
        ("--authserv", " "),
        ("--authserv", "mx.test; dmarc=pass"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_redress"))
            .args(["explain", "--config", "absent.toml", option, value, "1.eml"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{option} {value:?}: {}", said(&output));
        assert!(said(&output).contains("is needed"), "{}", said(&output));
    }
}

#[test]
fn explain_believes_who_wrote_by_the_rule_of_the_daemon() {
    // A trusted server that vouches for nobody: an agent's word does not count, as it would where none is trusted.
    let office = Office::new();
    let reply = "From: Anna Berg <anna@shop.test>\nTo: support@shop.test\nSubject: #new\n\
        Message-ID: <b1@shop.test>\nDate: Mon, 23 Nov 2026 09:10:00 +0100\n\n#new for carla@example.org\n\nA wheel broke.\n";
    let letters = |authserv: &[String]| {
        let own_desk = config(office.folder.path());
        let mut bench = Bench::new(own_desk, &[], authserv, office.clock.clone()).unwrap();
        plain(&bench.explain("reply.eml", reply.replace('\n', "\r\n").as_bytes()))
    };
    let (trusting, alone) = (letters(&["mx.test".to_owned()]), letters(&[]));
    assert_ne!(trusting, alone);
}

#[test]
fn explain_tells_what_became_of_a_mail_that_nobody_answers() {
    let office = Office::new();
    let mut bench = Bench::new(config(office.folder.path()), &[], &[], office.clock.clone()).unwrap();
    bench.explain("complaint.eml", COMPLAINT.replace('\n', "\r\n").as_bytes());
    let thanks = "Return-Path: <carla@example.org>\nFrom: Carla Kunde <carla@example.org>\nTo: support@shop.test\n\
        Subject: Re: Wheel of order 17 broke\nIn-Reply-To: <a1@example.org>\nMessage-ID: <a2@example.org>\n\
        Date: Mon, 23 Nov 2026 09:10:00 +0100\n\nThank you!\n\nOn Monday Shop Care wrote:\n> We have it.\n>\n> Anna\n";
    let account = bench.explain("thanks.eml", thanks.replace('\n', "\r\n").as_bytes());
    insta::assert_snapshot!(plain(&account), @"
    thanks.eml
      from             Carla Kunde <carla@example.org>, not authenticated
      subject          Re: Wheel of order 17 broke
      taken for        person
      because          L24: belongs to a dispute that is acknowledged already
      dispute          D-1000, by reference
      acknowledgement  not allowed
      language         not told, letters in en
      cut from text    4 lines
      journal          customer wrote
      journal          filed: a thank-you
      would be sent    nothing

      | Thank you!
    ");
}

#[test]
fn explain_tells_a_person_who_what_why_and_what_would_be_sent() {
    let office = Office::new();
    let own_desk = config(office.folder.path());
    let mut bench = Bench::new(own_desk, &[], &["mx.test".to_owned()], office.clock.clone()).unwrap();
    let stamped = format!("Authentication-Results: mx.test; dmarc=pass header.from=example.org\n{COMPLAINT}");
    let account = bench.explain("complaint.eml", stamped.replace('\n', "\r\n").as_bytes());
    insta::assert_snapshot!(plain(&account), @"
    complaint.eml
      from             Carla Kunde <carla@example.org>, authenticated
      subject          Wheel of order 17 broke
      taken for        person
      because          L23: From is authenticated
      dispute          D-1000, which it opens
      acknowledgement  allowed
      language         not told, letters in en
      amount           49.90 EUR
      wish             refund
      journal          opened: Wheel of order 17 broke
      journal          acknowledged: acknowledgement
      would be sent    acknowledgement to carla@example.org, at once
      would be sent    notification to anna@shop.test, at once

      | I want 49.90 EUR back.
");
}
