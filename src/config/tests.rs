use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use secrecy::ExposeSecret as _;

use super::schema::{Fallback, SECTIONS, Times};
use super::settings::{Addressing, After, Location};
use super::show::{Answers, file};
use super::*;
use crate::domain::policy::{Budgets, Enabled};
use crate::mail::relay::{Place, Proof, Vouches};
use crate::mail::token::KeyRing;

/// What every desk must say, and the secrets that belong to it.
const LEAST: &str = r#"
[desk]
name = "Shop Care"
address = "Support@Example.com"
[[mailbox]]
name = "support"
host = "imap.example.com"
user = "support@example.com"
[[agent]]
address = "anna@example.com"
name = "Anna Berg"
[sending]
host = "smtp.example.com"
"#;

fn secrets() -> Environment {
    Environment::default()
        .with_variable("REDRESS_IMAP_PASSWORD_SUPPORT", "hunter2")
        .with_variable("REDRESS_SMTP_PASSWORD", "hunter3")
        .with_variable("REDRESS_SIGNING_KEY", &KeyRing::generate([7; 32]))
}

fn read(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/etc/redress/redress.toml"), &secrets(), Secrets::Required)
}

fn mistakes(text: &str) -> Vec<String> {
    read(text).unwrap_err().mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_short_file_is_enough() {
    let config = read(LEAST).unwrap();
    assert_eq!(config.policy.desk_address, "support@example.com");
    assert_eq!(config.desk.state_dir, PathBuf::from("/var/lib/redress"));
    let Location::Sqlite(path) = &config.database.location else { panic!("{:?}", config.database) };
    assert_eq!(path, Path::new("/var/lib/redress/redress.db"));
    let mailbox = &config.mailboxes[0];
    assert_eq!((mailbox.server.port, &mailbox.folder), (993, &"INBOX".to_owned()));
    assert_eq!(mailbox.after, After::Move { folder: "Redress".to_owned() });
    assert_eq!(mailbox.server.password.as_ref().unwrap().expose_secret(), "hunter2");
    assert_eq!(config.sending.server.port, 465);
    assert!(config.sending.server.password.is_none(), "without a user there is no login");
    assert_eq!(config.sending.hold, Enabled::No);
    assert_eq!(config.addressing, Addressing::Plus);
    assert_eq!(config.policy.promise_reminder, TimeDelta::hours(4));
    assert_eq!(config.policy.budgets, Budgets::default());
    assert!(config.signing.ring.is_some());
    assert_eq!(config.operations.retention_months, 24);
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn the_defaults_that_are_shown_are_those_that_hold() {
    let (mut short, mut explicit) = (Answers::new(), Answers::new());
    for section in SECTIONS.iter().filter(|section| section.times != Times::Any) {
        for key in section.keys {
            let path = format!("{}.{}", section.name, key.name);
            match key.fallback {
                Fallback::Needed(value) => _ = short.insert(path, value.to_owned()),
                Fallback::Is(value) => _ = explicit.insert(path, value.to_owned()),
                Fallback::Unset(_) => {}
            }
        }
    }
    explicit.extend(short.clone());
    let (short, explicit) = (file(&short), file(&explicit));
    assert_ne!(short, explicit);
    assert_eq!(format!("{:?}", read(&short).unwrap()), format!("{:?}", read(&explicit).unwrap()));
}

#[test]
fn every_key_of_a_fresh_file_can_be_used_as_shown() {
    // Without the # of every line that is a key; the few that exclude each other are the exception.
    let excluded = ["#url_file", "#subdomain", "#pinned_sha256", "#password_file", "#key_file"];
    let all = file(&Answers::new());
    // A section that need not stand there means something only as a whole.
    let mut optional = false;
    let lines = all.lines().map(|line| match line.strip_prefix('#') {
        _ if line.is_empty() => {
            optional = false;
            line
        }
        Some(header) if optional || header.starts_with("[[") => {
            optional = true;
            line
        }
        Some(key) if !key.starts_with(' ') && !excluded.iter().any(|name| line.starts_with(name)) => key,
        _ => line,
    });
    let text: Vec<&str> = lines.collect();
    read(&text.join("\n")).unwrap();
}

#[test]
fn a_relay_becomes_what_it_says() {
    let trusting = "[authentication]\ntrusted_authserv_ids = [\"mx.x\"]\nborder_hosts = [\"mx.x\"]\n";
    let relay = |keys: &str| {
        let config = read(&format!("{LEAST}\n{trusting}\n[[relay]]\n{keys}")).unwrap();
        config.relays.into_iter().next().unwrap()
    };
    let plain = relay("address = \"Forms@shop.example\"");
    assert_eq!((plain.sender.as_str(), &plain.customer), ("forms@shop.example", &Place::ReplyTo));
    assert_eq!((&plain.proof, plain.vouches, &plain.name), (&Proof::Authenticated, Vouches::No, &None));
    let body = relay(
        "address = \"market.example\"\ncustomer = \"body\"\nline = \"E-mail:\"\nname_header = \"X-Name\"\n\
         from = [\"192.0.2.0/24\"]\nvouches = true",
    );
    assert_eq!((body.sender.as_str(), body.customer), ("@market.example", Place::Line("E-mail:".to_owned())));
    assert_eq!(body.name, Some(Place::Header("X-Name".to_owned())));
    assert_eq!(
        (body.proof, body.vouches),
        (Proof::From(vec!["192.0.2.0/24".parse().unwrap()]), Vouches::Yes)
    );
    assert!(read(LEAST).unwrap().relays.is_empty());
}

#[test]
fn relative_paths_start_at_the_file() {
    let config = read(&format!("{LEAST}\n[database]\nurl = \"sqlite:data/x.db\"")).unwrap();
    let Location::Sqlite(path) = config.database.location else { panic!() };
    assert_eq!(path, Path::new("/etc/redress/data/x.db"));
    let config = read(&format!("{LEAST}\n[database]\nurl = \"sqlite:///srv/x.db\"")).unwrap();
    let Location::Sqlite(path) = config.database.location else { panic!() };
    assert_eq!(path, Path::new("/srv/x.db"));
}

#[test]
fn ports_follow_the_security() {
    let check = |security: &str, imap: u16, smtp: u16| {
        let text = LEAST
            .replace(
                "host = \"imap.example.com\"",
                &format!("host = \"localhost\"\nsecurity = \"{security}\""),
            )
            .replace(
                "host = \"smtp.example.com\"",
                &format!("host = \"localhost\"\nsecurity = \"{security}\""),
            );
        let config = read(&text).unwrap();
        assert_eq!((config.mailboxes[0].server.port, config.sending.server.port), (imap, smtp), "{security}");
    };
    check("tls", 993, 465);
    check("starttls", 143, 587);
    check("plain", 143, 25);
}

#[test]
fn a_credential_goes_before_the_file_and_the_file_before_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{LEAST}user = \"x\"").replace(
        "user = \"support@example.com\"",
        "user = \"support@example.com\"\npassword_file = \"from-file\"",
    );
    let path = folder.path().join("redress.toml");
    let password = |environment: &Environment| {
        let config = Config::parse(&text, &path, environment, Secrets::Required).unwrap();
        config.mailboxes[0].server.password.as_ref().unwrap().expose_secret().to_owned()
    };
    fs::write(folder.path().join("from-file"), "of the file\n").unwrap();
    assert_eq!(password(&secrets()), "of the file");
    fs::write(folder.path().join("imap-password"), "of every mailbox\n").unwrap();
    assert_eq!(password(&secrets().with_credentials(folder.path())), "of every mailbox");
    fs::write(folder.path().join("imap-password-support"), "of its own\n").unwrap();
    assert_eq!(password(&secrets().with_credentials(folder.path())), "of its own");
}

#[test]
fn a_secret_that_others_may_read_brings_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("signing.key");
    fs::write(&key, KeyRing::generate([7; 32])).unwrap();
    let text = format!("{LEAST}\n[signing]\nkey_file = \"signing.key\"");
    let warnings = |mode: u32| {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let config = Config::parse(&text, &folder.path().join("redress.toml"), &secrets(), Secrets::Required);
        config.unwrap().warnings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(warnings(0o600).is_empty());
    assert_eq!(
        warnings(0o640),
        [
            "line 16, column 12: signing.key_file: others may read this secret (mode 640): run chmod 600 on its file"
        ]
    );
}

#[test]
fn no_secret_shows_in_debug_or_in_a_message() {
    let config = read(&format!("{LEAST}user = \"x\"")).unwrap();
    let debug = format!("{config:?}");
    assert!(!debug.contains("hunter") && !debug.contains("Signs reply"), "{debug}");
    // Where people write the secret itself, in every place they might.
    let text = LEAST.replace("user =", "password = \"hunter2\"\npassword_file = \"hunter3\"\nuser =")
        + "passwort = \"hunter4\"\nuser = \"x\"\npassword_file = \"hunter5\"\n\
           [database]\nurl = \"postgres://a:hunter6@b/c\"\n[signing]\nkey_file = \"hunter7\"";
    let error = read(&text).unwrap_err();
    assert!(!error.to_string().contains("hunter"), "{error}");
    assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
    assert_eq!(error.mistakes.len(), 6, "{error}");
    let broken = read("[sending]\npassword = \"hunter2\nx").unwrap_err();
    assert!(!broken.to_string().contains("hunter"), "{broken}");
}

#[test]
fn commands_that_only_look_do_without_secrets() {
    let none = Environment::default();
    let path = Path::new("/etc/redress/redress.toml");
    let strict = Config::parse(LEAST, path, &none, Secrets::Required).unwrap_err();
    assert_eq!(strict.mistakes.len(), 2, "{strict}");
    let config = Config::parse(LEAST, path, &none, Secrets::IfPresent).unwrap();
    assert!(config.mailboxes[0].server.password.is_none() && config.signing.ring.is_none());
    assert_eq!(config.warnings.len(), 2);
}

#[test]
fn a_database_address_with_a_password_comes_from_a_secret() {
    let environment =
        secrets().with_variable("REDRESS_DATABASE_URL", "postgres://redress:hunter9@db/redress");
    let config = Config::parse(LEAST, Path::new("redress.toml"), &environment, Secrets::IfPresent).unwrap();
    assert!(!format!("{:?}", config.database).contains("hunter9"));
    let Location::Postgres(url) = config.database.location else { panic!() };
    assert_eq!(url.expose_secret(), "postgres://redress:hunter9@db/redress");
    let environment = secrets().with_variable("REDRESS_DATABASE_URL", "hunter9");
    let error =
        Config::parse(LEAST, Path::new("redress.toml"), &environment, Secrets::IfPresent).unwrap_err();
    assert_eq!(error.mistakes.len(), 1, "{error}");
    assert!(!error.to_string().contains("hunter9"), "{error}");
}

#[test]
fn broken_syntax_is_reported_alone() {
    let found = mistakes("[desk\nname = \"x\"\n[sending]\nport = = 3\n");
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with("line 1, ") && found[1].starts_with("line 4, "), "{found:#?}");
}

#[test]
fn an_empty_file_names_everything_that_is_needed() {
    let found = mistakes("");
    assert_eq!(
        found,
        [
            "desk.name: missing; write for example name = \"Shop Customer Care\"",
            "desk.address: missing; write for example address = \"support@example.com\"",
            "mailbox: at least one [[mailbox]] is needed",
            "sending.host: missing; write for example host = \"smtp.example.com\"",
            "agent: at least one [[agent]] is needed",
        ]
    );
}

#[test]
fn a_missing_file_says_how_to_get_one() {
    let error = Config::load(Path::new("/nowhere/redress.toml"), &secrets(), Secrets::Required).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 mistake in the configuration /nowhere/redress.toml\n  \
         there is no such file: “redress init” writes one, --config names another"
    );
}

#[test]
fn a_section_of_the_wrong_shape_is_told_how_to_write_it() {
    let text = LEAST.replace("[[agent]]", "[agent]") + "\n[[hours]]\nzone = \"UTC\"\n";
    let found = mistakes(&text);
    assert_eq!(
        found,
        [
            "line 9, column 1: agent: write [[agent]], in double brackets, once for each",
            "line 15, column 1: hours: write [hours], with its keys below it",
        ]
    );
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is written, reading it ends with a configuration or with mistakes.
        #[test]
        fn never_panics(lines in proptest::collection::vec(line(), 0..30)) {
            if let Err(error) = read(&lines.join("\n")) {
                prop_assert!(!error.mistakes.is_empty());
            }
        }
    }

    /// A header, a key with a value of any type, or noise.
    fn line() -> impl Strategy<Value = String> {
        let section = || any::<proptest::sample::Index>().prop_map(|index| index.get(SECTIONS));
        let header = (section(), any::<bool>()).prop_map(|(section, twice)| {
            if twice { format!("[[{}]]", section.name) } else { format!("[{}]", section.name) }
        });
        let key = (section(), any::<proptest::sample::Index>(), value())
            .prop_map(|(section, index, value)| format!("{} = {value}", index.get(section.keys).name));
        prop_oneof![2 => header, 6 => key, 1 => ".*"]
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<i64>().prop_map(|number| number.to_string()),
            any::<bool>().prop_map(|switch| switch.to_string()),
            "[a-z0-9@.:+ -]{0,20}".prop_map(|text| format!("\"{text}\"")),
            "[a-z0-9@.:+ -]{0,20}".prop_map(|text| format!("[\"{text}\", 3]")),
            Just("{ en = \"x\" }".to_owned()),
            Just("2026-12-25".to_owned()),
        ]
    }
}
