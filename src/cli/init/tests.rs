use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn clock() -> Clock {
    Clock::manual("2026-11-21T10:00:00Z".parse().unwrap())
}

fn replies(pairs: &[(&'static str, &str)]) -> Replies {
    pairs.iter().map(|(key, reply)| (*key, (*reply).to_owned())).collect()
}

fn complete() -> Replies {
    replies(&[
        ("desk.name", "Anna's “Shop” \\ Care"),
        ("desk.address", "care@shop.example"),
        ("mailbox.host", "mail.shop.example"),
        ("agent.address", "anna@shop.example"),
        ("agent.name", "Anna"),
        ("hours.zone", "Europe/Berlin"),
    ])
}

#[test]
fn what_init_writes_can_be_used_once_the_passwords_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/redress.toml");
    let written = write(&path, &complete(), &clock()).unwrap();
    assert!(written.examples.is_empty() && written.key_is_new);
    for name in [IMAP_PASSWORD, SMTP_PASSWORD] {
        create(&path.with_file_name(name), 0o600, "hunter2\n").unwrap();
    }
    let config = Config::load(&path, &Environment::default(), Secrets::Required).unwrap();
    assert_eq!(config.policy.desk_name, "Anna's “Shop” \\ Care");
    assert_eq!(config.mailboxes[0].server.user.as_deref(), Some("care@shop.example"));
    assert_eq!(config.sending.server.host, "mail.shop.example");
    assert_eq!(config.policy.calendar.zone.name(), "Europe/Berlin");
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn the_signing_key_is_for_its_owner_only_and_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("redress.toml");
    let written = write(&path, &complete(), &clock()).unwrap();
    let first = fs::read_to_string(&written.key).unwrap();
    assert!(KeyRing::parse(&first).is_ok());
    assert_eq!(written.key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    fs::remove_file(&path).unwrap();
    let again = write(&path, &complete(), &Clock::system()).unwrap();
    assert!(!again.key_is_new);
    assert_eq!(fs::read_to_string(&again.key).unwrap(), first);
    assert!(report(&again).contains("is kept"));
}

#[test]
fn an_existing_configuration_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("redress.toml");
    fs::write(&path, "mine").unwrap();
    assert!(write(&path, &complete(), &clock()).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn an_answer_that_cannot_be_used_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("redress.toml");
    let mut wrong = complete();
    wrong.insert("desk.address", "care".to_owned());
    wrong.insert("hours.zone", "Berlin".to_owned());
    let error = format!("{:#}", write(&path, &wrong, &clock()).err().unwrap());
    assert!(error.contains("desk.address") && error.contains("hours.zone"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn without_answers_the_examples_stand_and_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let written = write(&folder.path().join("redress.toml"), &Replies::new(), &clock()).unwrap();
    let report = report(&written);
    assert!(report.contains("desk.name, desk.address, mailbox.host"), "{report}");
    assert!(report.contains("24 months"), "{report}");
}

#[test]
fn questions_offer_earlier_answers() {
    let mut asked = replies(&[("desk.name", "Care")]);
    let mut screen = Vec::new();
    let typed = "care@shop.example\nmail.shop.example\n\n\nother\nanna@shop.example\nAnna\n\n";
    ask(&mut asked, &mut typed.as_bytes(), &mut screen).unwrap();
    let screen = String::from_utf8(screen).unwrap();
    assert!(!screen.contains("Name of the desk"), "{screen}");
    assert!(
        screen.contains("Name to log in with there [care@shop.example]: SMTP server [mail.shop.example]: "),
        "{screen}"
    );
    assert_eq!(asked["sending.host"], "mail.shop.example");
    assert_eq!(asked["sending.user"], "other");
    assert!(!asked.contains_key("hours.zone"));
}

#[test]
fn questions_end_with_the_input() {
    let mut asked = Replies::new();
    ask(&mut asked, &mut &b"Care\n"[..], &mut Vec::new()).unwrap();
    assert_eq!(asked.len(), 1);
}
