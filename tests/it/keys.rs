//! Changing the signing key: mail of any age finds its dispute until the key of its time is retired.
use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    process::{Command, Output},
};

use redress::{
    clock::Clock,
    daemon::Parts,
    mail::token::KeyRing,
    store::{
        Store,
        inbox::{self, Age, Packed, Taken},
        mailboxes,
        outbox::{self, Audience},
    },
};

use crate::{
    databases::sqlite,
    fsck::{CONFIGURATION, complaint, desk_with, now},
};

/// The reply address of the acknowledgement to a complaint by `who`.
fn acknowledged(parts: &Parts, uid: u32, who: &str) -> String {
    arrives(parts, uid, &complaint(who));
    let leased = parts.sender.lease(&parts.store).unwrap();
    let found = leased.iter().find(|mail| mail.letter.audience == Audience::Customer);
    let text = String::from_utf8(found.unwrap().bytes.clone()).unwrap().replace("\r\n ", " ");
    let took_back =
        |db: &mut _| leased.iter().try_for_each(|mail| outbox::cancel(db, &mail.letter.key).map(drop));
    parts.store.with(took_back).unwrap();
    let line = text.lines().find(|line| line.starts_with("Reply-To:")).unwrap();
    line.split(['<', '>']).nth(1).unwrap().to_owned()
}

fn arrives(parts: &Parts, uid: u32, raw: &str) {
    let taken = [Taken { uid, raw: Packed::new(raw.as_bytes()), received_at: now(), age: Age::Current }];
    parts.store.with(|db| inbox::take_batch(db, "support", "INBOX", 7, &taken)).unwrap();
    while !parts.desk.work(&parts.store).unwrap().handled.is_empty() {}
}

/// `who` writes to an address they were given, in a mail that refers to nothing. Returns how it was placed.
fn placed(store: &Store, parts: &Parts, uid: u32, who: &str, to: &str) -> Option<String> {
    let id = format!("<reply-{uid}@example.org>");
    let reply = complaint(who)
        .replace("support@shop.test", to)
        .replace(&format!("<{who}@example.org>\r\nDate"), &format!("{id}\r\nDate"));
    arrives(parts, uid, &reply.replace("Subject: Wheel", "Subject: More about it, wheel"));
    let mails = store.with(|db| inbox::list(db, inbox::Status::Done, 100)).unwrap();
    mails.last().unwrap().placed_by.clone()
}

#[test]
fn a_reply_finds_its_dispute_by_its_address_until_the_key_of_its_time_is_retired() {
    let database = sqlite();
    let clock = Clock::manual(now());
    let with = |ring: &str| desk_with(database.store.clone(), &clock, ring);
    database.store.with(|db| mailboxes::claim(db, "support", "INBOX", "desk", now())).unwrap();
    let old = KeyRing::generate([7; 32]);
    let first = acknowledged(&with(&old), 1, "ann");
    let (both, id) = KeyRing::with_key(&old, [8; 32]).unwrap();
    let parts = with(&both);
    let second = acknowledged(&parts, 2, "bob");
    assert_eq!(placed(&database.store, &parts, 3, "ann", &first).as_deref(), Some("token"));
    assert_eq!(placed(&database.store, &parts, 4, "bob", &second).as_deref(), Some("token"));
    assert!(second.contains(&format!(".{id}")), "{second} is signed by {id}");
    let parts = with(&KeyRing::without_key(&both, 'a').unwrap());
    assert_eq!(placed(&database.store, &parts, 5, "ann", &first).as_deref(), Some("new"));
    assert_eq!(placed(&database.store, &parts, 6, "bob", &second).as_deref(), Some("token"));
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_program_changes_the_file_as_a_whole_and_shows_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("redress.toml"), format!("{CONFIGURATION}\n[signing]\nkey_file = \"signing-key\"\n"))
        .unwrap();
    fs::write(at("keys"), KeyRing::generate([7; 32])).unwrap();
    fs::set_permissions(at("keys"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("keys", at("signing-key")).unwrap();
    let run = |words: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_redress"));
        program.arg("keys").args(words).arg("--config").arg(at("redress.toml"));
        let output = program.env("REDRESS_IMAP_PASSWORD", "secret").output().unwrap();
        for line in fs::read_to_string(at("keys")).unwrap().lines().filter(|line| !line.starts_with('#')) {
            assert!(!said(&output).contains(line.split(' ').nth(1).unwrap()), "{words:?}");
        }
        (output.status.code(), said(&output))
    };
    let listed = |words: &str| words.lines().filter(|line| line.contains("verifies")).count();
    assert_eq!(listed(&run(&["list"]).1), 1);
    let (status, words) = run(&["retire", "a"]);
    assert_eq!(status, Some(1));
    assert!(words.contains("key a signs; add another first"), "{words}");
    let (status, words) = run(&["add"]);
    assert_eq!(status, Some(0), "{words}");
    assert!(words.contains("Key b was added") && words.contains("from the next start"), "{words}");
    let listing = run(&["list"]).1;
    assert!(listing.contains("b  signs and verifies\na  verifies what it signed before\n"), "{listing}");
    assert_eq!(fs::metadata(at("keys")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(at("signing-key")).unwrap().is_symlink());
    assert_eq!(run(&["retire", "a"]).0, Some(0));
    assert_eq!(run(&["retire", "a"]).0, Some(1));
    assert_eq!(listed(&run(&["list"]).1), 1);
    assert!(!at("keys.new").exists());
}

#[test]
fn keys_that_stand_in_no_file_are_left_alone_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("redress.toml"), CONFIGURATION).unwrap();
    let program = || {
        let mut program = Command::new(env!("CARGO_BIN_EXE_redress"));
        program.args(["keys", "add", "--config"]).arg(folder.path().join("redress.toml"));
        program.env("REDRESS_IMAP_PASSWORD", "secret");
        program
    };
    let by_variable = program().env("REDRESS_SIGNING_KEY", KeyRing::generate([7; 32])).output().unwrap();
    assert_eq!(by_variable.status.code(), Some(1));
    assert!(
        said(&by_variable).contains("come from the variable REDRESS_SIGNING_KEY"),
        "{}",
        said(&by_variable)
    );
    fs::write(folder.path().join("signing-key"), KeyRing::generate([7; 32])).unwrap();
    let by_credential = program().env("CREDENTIALS_DIRECTORY", folder.path()).output().unwrap();
    assert!(said(&by_credential).contains("come from the credential"), "{}", said(&by_credential));
}
