//! The properties that are fuzzed (`fuzz/`), held by the project's own corpus, by pieces of it put together wrongly,
//! and by every input with which fuzzing has found a fault: `tests/corpus/fuzz/<property>-<fault>`.
use std::{
    fs,
    path::{Path, PathBuf},
};

#[path = "../../fuzz/properties.rs"]
mod properties;

/// What must hold of any bytes.
type Property = fn(&[u8]);

const PROPERTIES: [(&str, Property); 7] = [
    ("mail", properties::mail),
    ("reply", properties::text),
    ("bounce", properties::report),
    ("token", properties::signed),
    ("authenticity", properties::results),
    ("normalise", properties::outgoing),
    ("command", properties::words),
];

/// Broken forms of each mail that are tried.
const BROKEN: usize = 2;

/// All files below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn is_mail(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "eml")
}

/// Tries all properties; says with what a fault was found.
fn hold(what: &str, bytes: &[u8]) {
    for (name, property) in PROPERTIES {
        let held = std::panic::catch_unwind(|| property(bytes));
        assert!(held.is_ok(), "{name} does not hold of {what}");
    }
}

#[test]
fn what_fuzzing_found_is_mended() {
    let found = files(&corpus().join("fuzz"));
    for path in found {
        hold(&path.display().to_string(), &fs::read(&path).unwrap());
    }
}

#[test]
fn what_is_fuzzed_holds_of_the_corpus_and_of_its_broken_pieces() {
    let mails: Vec<Vec<u8>> =
        files(&corpus()).iter().filter(|path| is_mail(path)).map(|path| fs::read(path).unwrap()).collect();
    assert!(!mails.is_empty());
    let mut state = 0x7265_6472_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    for (at, mail) in mails.iter().enumerate() {
        hold(&format!("mail {at}"), mail);
        for form in 0..BROKEN {
            // The head of one mail and the tail of another, with a byte changed.
            let other = &mails[draw(mails.len())];
            let (head, tail) = (&mail[..draw(mail.len())], &other[draw(other.len())..]);
            let mut bytes = [head, tail].concat();
            if let Some(last) = bytes.len().checked_sub(1) {
                bytes[draw(last + 1)] = u8::try_from(draw(256)).unwrap();
            }
            hold(&format!("form {form} of mail {at}"), &bytes);
        }
    }
}
