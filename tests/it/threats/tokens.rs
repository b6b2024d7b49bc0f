//! Row 18: how long a check takes says nothing about how much of a signature was right. Proven from the source, since
//! a measurement on a shared machine proves little: the only comparison of a MAC is the library's own in constant
//! time, all keys and all candidates are always tried, and no store is asked before.
use std::{fs, path::Path};

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The lines of a file that are program and not comment.
fn program(path: &str) -> Vec<String> {
    let text = source(path);
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.map(str::to_owned).collect()
}

/// All files of the library with their paths.
fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path.to_string_lossy().into_owned());
        }
    }
}

#[test]
fn a18_a_signature_is_compared_in_constant_time_and_before_any_look_into_the_store() {
    let lines = program("src/mail/token.rs");
    let compared: Vec<&String> = lines
        .iter()
        .filter(|line| line.contains("mac") && (line.contains("==") || line.contains("!=")))
        .collect();
    assert_eq!(compared, ["if mac.len() != MAC_CHARS {"], "only the length, which is no secret");
    let constant = lines.iter().filter(|line| line.contains(".verify_truncated_left(")).count();
    assert_eq!(constant, 2, "tokens and loop marks");
    let encoded: Vec<&String> = lines.iter().filter(|line| line.contains("encode_mac(")).collect();
    assert!(
        encoded.iter().all(|line| line.starts_with("format!(") || line.starts_with("fn ")),
        "{encoded:?}"
    );
    // Nothing ends the search for a key early.
    let begin = lines.iter().position(|line| line.starts_with("fn judge")).unwrap();
    let end = lines[begin..].iter().position(|line| line.starts_with("match found")).unwrap() + begin;
    let early =
        lines[begin..end].iter().filter(|line| line.contains("return") || line.contains("break")).count();
    assert_eq!(early, 0);

    // Whoever asks for a check is a file that cannot ask the store.
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    // What an operator runs over their own rows is nobody's question.
    for path in all.iter().filter(|path| !path.contains("/mail/token") && !path.contains("/src/cli/")) {
        let text = program(path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().trim_start_matches('/'));
        let checks = text.iter().any(|line| {
            ["verify_local(", "verify_message_id(", "verify_loop_mark("]
                .iter()
                .any(|check| line.contains(check))
        });
        let stores = text.iter().any(|line| line.contains("store::") || line.contains("Db"));
        assert!(!(checks && stores), "{path} checks signatures and asks the store");
    }
}
