//! The project's own corpus: mails written for it, each with one golden, understood by the very code of the daemon.
//!
//! `tests/corpus/<area>/<client>-<what>.eml` has its golden `<client>-<what>.json` beside it: what
//! `redress explain --json` prints of it, laid out for reading. A folder within an area is a deck: its mails are taken
//! in the order of their names over one desk. A name that ends with `-unverified` says that no real mail of that
//! client was at hand when it was written.
//!
//! `REDRESS_CORPUS=write cargo test --test it corpus` writes the goldens; read what changed before you keep it.
//! Deliberately absent: any check of what only other people's mail can show; see `judge`.
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use redress::{
    cli::{explain::Bench, mailfile::with_crlf},
    clock::Clock,
    config::Config,
};
use serde_json::Value;

use crate::configured::{configured, usual_keys};

/// The desk that all of these mails are written to.
const DESK: &str = r#"
[desk]
name = "Desk"
address = "support@desk.example"
state_dir = "."

[[mailbox]]
name = "support"
host = "127.0.0.1"
security = "plain"
user = "support"

[sending]
host = "127.0.0.1"
security = "plain"

[authentication]
trusted_authserv_ids = ["mx.desk.example"]

[[relay]]
address = "wordpress@site.example"

[[relay]]
address = "forms@site.example"
customer = "body"
line = "E-Mail:"
name_line = "Name"

[[relay]]
address = "api@site.example"
customer = "header"
header = "X-Customer-Email"
name_header = "X-Customer-Name"

[[relay]]
address = "@market.example"
vouches = true

[[agent]]
address = "anna@desk.example"
name = "Anna Berg"

[hours]
zone = "Europe/Berlin"
"#;

/// The moment at which they arrive: a Thursday.
const NOW: &str = "2026-11-26T09:00:00Z";

/// Differences that are shown in full; of more only the names.
const SHOWN: usize = 5;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn config() -> Config {
    configured(DESK, Path::new(""), &usual_keys())
}

/// The entries of a folder by name; none where it is not there.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(found) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = found.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn mails(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "eml")).collect()
}

/// Decks of an area: each mail that stands by itself, and each folder.
fn decks(area: &str) -> Vec<Vec<PathBuf>> {
    let area = folder().join(area);
    let single = mails(&area).into_iter().map(|mail| vec![mail]);
    let folders = entries(&area).into_iter().filter(|path| path.is_dir()).map(|path| mails(&path));
    single.chain(folders).collect()
}

/// What the desk makes of a deck, laid out for reading, in the order of the mails.
fn understood(deck: &[PathBuf]) -> Vec<String> {
    let clock = Clock::manual(NOW.parse().unwrap());
    let mut bench = Bench::new(config(), &[], &[], clock).unwrap();
    let mut accounts: Vec<_> = deck
        .iter()
        .map(|mail| {
            let name = mail.file_name().unwrap_or_default().to_string_lossy();
            bench.explain(&name, &with_crlf(&fs::read(mail).unwrap()))
        })
        .collect();
    bench.settle(&mut accounts).unwrap();
    accounts.iter().map(|account| format!("{}\n", serde_json::to_string_pretty(account).unwrap())).collect()
}

#[expect(clippy::disallowed_methods, reason = "whether goldens are written comes from who starts the test")]
fn goldens_are_written() -> bool {
    std::env::var("REDRESS_CORPUS").is_ok_and(|what| what == "write")
}

/// The fields in which two accounts differ.
fn difference(golden: &str, got: &str) -> String {
    let fields = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (golden, got) = (fields(golden), fields(got));
    let names = [&golden, &got].into_iter().filter_map(Value::as_object).flat_map(serde_json::Map::keys);
    let mut told = String::new();
    for name in names.collect::<BTreeSet<_>>() {
        if golden.get(name) != got.get(name) {
            let show = |value: &Value| value.get(name).map_or("nothing".to_owned(), Value::to_string);
            let _ = writeln!(told, "  {name}\n    golden {}\n    got    {}", show(&golden), show(&got));
        }
    }
    told
}

/// Holds an area against its goldens, or writes them.
fn check(area: &str, least: usize) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for deck in decks(area) {
        for (mail, got) in deck.iter().zip(understood(&deck)) {
            count += 1;
            let golden = mail.with_extension("json");
            if goldens_are_written() {
                fs::write(&golden, got).unwrap();
                continue;
            }
            match fs::read_to_string(&golden) {
                Ok(known) if known == got => {}
                Ok(known) => wrong.push(format!("{}\n{}", mail.display(), difference(&known, &got))),
                Err(_) => wrong.push(format!("{}\n  has no golden beside it\n", mail.display())),
            }
        }
    }
    assert!(count >= least, "{area} has only {count} mails");
    if wrong.is_empty() {
        return;
    }
    let shown = wrong.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n");
    let names: Vec<_> = wrong.iter().skip(SHOWN).filter_map(|one| one.lines().next()).collect();
    panic!(
        "{} of {count} mails are not understood as they were:\n{shown}\n{}",
        wrong.len(),
        names.join("\n")
    );
}

#[test]
fn automatic_mail_is_understood() {
    check("auto", 50);
}

#[test]
fn bounces_are_understood() {
    check("bounce", 45);
}

#[test]
fn broken_and_strange_mail_is_understood() {
    check("parse", 40);
}

#[test]
fn mail_of_relays_is_understood() {
    check("relay", 10);
}

#[test]
fn replies_are_told_from_what_they_quote() {
    check("reply", 40);
}

#[test]
fn threads_are_put_together() {
    check("thread", 25);
}

#[test]
fn what_is_meant_is_understood() {
    check("meaning", 1);
}

#[test]
fn every_area_is_checked_and_no_golden_is_left_over() {
    let areas =
        ["auto", "bounce", "first-lines", "fuzz", "language", "meaning", "parse", "relay", "reply", "thread"];
    for area in entries(&folder()).into_iter().filter(|path| path.is_dir()) {
        let name = area.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assert!(areas.contains(&name.as_str()), "{name} is an area that no test reads");
        let folders = entries(&area).into_iter().filter(|path| path.is_dir());
        for path in folders.chain([area.clone()]).flat_map(|folder| entries(&folder)) {
            let lonely =
                path.extension().is_some_and(|end| end == "json") && !path.with_extension("eml").exists();
            assert!(!lonely, "{} has no mail beside it", path.display());
        }
    }
}
