//! The configuration as an operator meets it: broken files with their messages, the example file, the manual page.
//!
//! `BLESS=1 cargo test --test it config` writes what is compared here; the difference is for a person to judge.
use std::fs;
use std::path::{Path, PathBuf};

use redress::config::show::{Answers, file, page};
use redress::config::{Config, Environment, Secrets};
use redress::mail::token::KeyRing;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares `actual` with the file at `path`, or writes it there when asked to.
fn compare(path: &Path, actual: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, actual).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(actual, expected, "{} is out of date: run with BLESS=1", path.display());
}

fn secrets() -> Environment {
    Environment::default()
        .with_variable("REDRESS_IMAP_PASSWORD_SUPPORT", "hunter2")
        .with_variable("REDRESS_SIGNING_KEY", &KeyRing::generate([7; 32]))
}

#[test]
fn every_broken_file_gives_its_message() {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root().join("tests/bad-config")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 20, "{} broken files are too few", folders.len());
    for folder in folders {
        let text = fs::read_to_string(folder.join("redress.toml")).unwrap();
        let read = Config::parse(&text, Path::new("redress.toml"), &secrets(), Secrets::Required);
        let message = match read {
            Ok(_) => panic!("{} was accepted", folder.display()),
            Err(error) => format!("{error}\n"),
        };
        assert!(!message.contains("hunter"), "a secret shows: {message}");
        compare(&folder.join("expected.txt"), &message);
    }
}

#[test]
fn the_example_file_shows_every_key_and_can_be_used() {
    let path = root().join("config/redress.toml");
    compare(&path, &file(&Answers::new()));
    let config = Config::load(&path, &secrets(), Secrets::Required).unwrap();
    assert_eq!(config.operations.retention_months, 24);
    assert!(config.warnings.is_empty());
}

#[test]
fn the_manual_page_is_that_of_the_schema() {
    compare(&root().join("docs/config.md"), &page());
}
