//! What other people's mail says of the program: mail that other projects collected, with the answers that they state.
//!
//! The collection lies beside the project (`../shared/corpora`, or where `REDRESS_CORPORA` says) and brings its own
//! judge; where it is not there, these tests say so and end. Each holds one kind against the figures that were
//! reached: a change that understands less fails.
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Where the collection lies, if it is there.
#[expect(
    clippy::disallowed_methods,
    reason = "where other people's mail lies comes from who starts the test"
)]
fn corpora() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    let folder = env::var("REDRESS_CORPORA").map_or(beside, PathBuf::from);
    if folder.join("judge.py").exists() {
        return Some(folder);
    }
    eprintln!("skipped: there is no {}", folder.join("judge.py").display());
    None
}

/// Judges one kind of cases; each part of the verdict must have at least so many right answers.
fn check(kind: &str, floors: &[(&str, u64)]) {
    let Some(folder) = corpora() else { return };
    let run = Command::new("python3")
        .arg(folder.join("judge.py"))
        .arg(env!("CARGO_BIN_EXE_redress"))
        .args(["--json", "--kind", kind])
        .output()
        .unwrap();
    assert!(run.status.success(), "the judge failed: {}", String::from_utf8_lossy(&run.stderr));
    let verdict: Value = serde_json::from_slice(&run.stdout).unwrap();
    eprintln!("{kind}: {verdict}");
    for (part, floor) in floors {
        let said = |field: &str| verdict.pointer(&format!("/{part}/{field}")).and_then(Value::as_u64);
        let (right, judged) = (said("right").unwrap_or_default(), said("judged").unwrap_or_default());
        assert!(right >= *floor, "{part}: {right} of {judged} are right, and {floor} were");
    }
}

#[test]
fn automatic_mail_of_others_is_understood_as_well_as_before() {
    check("auto", &[("auto", 53)]);
}

#[test]
fn bounces_of_others_are_understood_as_well_as_before() {
    check("bounce", &[("bounce", 376)]);
}

#[test]
fn strange_mail_of_others_is_understood_as_well_as_before() {
    check("parse", &[("parse", 76), ("robust", 247)]);
}

#[test]
fn replies_of_others_are_understood_as_well_as_before() {
    check("reply", &[("reply", 130)]);
}

#[test]
fn threads_of_others_are_understood_as_well_as_before() {
    check("thread", &[("thread", 19), ("mixed", 2)]);
}
