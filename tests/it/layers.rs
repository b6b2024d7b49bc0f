//! Fails when a module imports what its layer may not see, or uses a crate that belongs to another module.
//!
//! The two tables below are the layers of `docs/architecture.md`. The test reads the source as tokens, so that
//! comments and texts do not count, and knows the ways of naming a module: `crate::`, `super::` (from the place
//! where it stands, modules inside a file included), grouped imports, and the library's own name in the program.
//! Code under `#[cfg(test)]` may import anything. Deliberately absent: what macros produce.

mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use source::{Source, module_of};

/// Which of our other modules a module may name.
enum Sees {
    /// These and no others.
    Only(&'static [&'static str]),
    /// This one and every one listed above it.
    UpTo(&'static str),
}
use Sees::{Only, UpTo};

/// The modules from the bottom to the top.
const LAYERS: &[(&str, Sees)] = &[
    // 0: the rules as plain values
    ("domain", Only(&[])),
    // 1: bytes to meaning
    ("mail", Only(&["domain"])),
    ("command", Only(&["domain"])),
    // 2: the decisions
    ("threading", Only(&["domain", "mail", "command"])),
    ("decide", Only(&["domain", "mail", "command"])),
    // 3: where a test may kill the process
    ("crash", Only(&["domain"])),
    // 3: the adapters, which know nothing of each other; both mail protocols stand on the same TLS
    ("clock", Only(&["domain", "mail"])),
    ("templates", Only(&["domain", "mail"])),
    ("store", Only(&["domain", "mail", "crash"])),
    ("net", Only(&["domain", "mail"])),
    ("imap", Only(&["domain", "mail", "crash", "net"])),
    ("smtp", Only(&["domain", "mail", "crash", "net"])),
    ("pulse", Only(&[])),
    // 4: the shell around the decisions, the settings, and the flows, which know nothing of each other
    ("clerk", UpTo("smtp")),
    ("config", UpTo("smtp")),
    ("intake", UpTo("config")),
    ("desk", UpTo("config")),
    ("ticker", UpTo("config")),
    ("sender", UpTo("config")),
    // 5: what puts everything together
    ("daemon", UpTo("sender")),
    ("cli", UpTo("daemon")),
    ("main", UpTo("cli")),
];

/// A crate of others, and the only modules that may name it.
const CRATES: &[(&str, &[&str])] = &[
    ("anyhow", &["cli", "daemon", "main"]),
    ("async_imap", &["imap"]),
    ("clap", &["cli", "main"]),
    ("diesel", &["store"]),
    ("diesel_async", &["store"]),
    ("diesel_migrations", &["store"]),
    ("handlebars", &["templates"]),
    ("lettre", &["mail", "smtp"]),
    (
        "tokio",
        &[
            "clock", "store", "net", "imap", "smtp", "intake", "desk", "ticker", "sender", "daemon", "cli",
            "main",
        ],
    ),
    ("tokio_postgres", &["store"]),
];

#[test]
fn modules_name_only_what_their_layer_may_see() {
    let sources = sources();
    let tests: BTreeSet<Vec<String>> =
        sources.iter().flat_map(|(_, source)| source.test_modules.clone()).collect();
    let mut wrong = Vec::new();
    for (path, source) in &sources {
        if tests.iter().any(|test| source.module.starts_with(test)) {
            continue;
        }
        let Some(module) = source.module.first() else { continue };
        wrong.extend(faults(module, source).into_iter().map(|fault| format!("{}: {fault}", path.display())));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_its_layer() {
    let unknown: BTreeSet<String> = sources()
        .into_iter()
        .filter_map(|(_, source)| source.module.into_iter().next())
        .filter(|module| allowed(module).is_none())
        .collect();
    assert!(unknown.is_empty(), "add to LAYERS: {unknown:?}");
}

#[test]
fn the_table_itself_goes_down_only() {
    for (place, (module, _)) in LAYERS.iter().enumerate() {
        for name in allowed(module).unwrap() {
            let below = LAYERS.iter().take(place).any(|(lower, _)| *lower == name);
            assert!(below, "{module} may not name {name}, which stands beside or above it");
        }
    }
}

/// What the module may name, or nothing if it has no layer.
fn allowed(module: &str) -> Option<Vec<&'static str>> {
    let (_, sees) = LAYERS.iter().find(|(name, _)| *name == module)?;
    Some(match sees {
        Only(modules) => modules.to_vec(),
        UpTo(last) => {
            let end = LAYERS.iter().position(|(name, _)| name == last)?;
            LAYERS.iter().take(end + 1).map(|(name, _)| *name).collect()
        }
    })
}

/// What `source`, a part of the top module `module`, names without being allowed to.
fn faults(module: &str, source: &Source) -> Vec<String> {
    let may = allowed(module).unwrap_or_default();
    let ours = source.ours.iter().filter(|name| name.first != module && !may.contains(&name.first.as_str()));
    let crates = source.crates.iter().filter(|name| {
        CRATES.iter().any(|(krate, modules)| *krate == name.first && !modules.contains(&module))
    });
    ours.map(|name| format!("line {}: {module} must not name crate::{}", name.line, name.first))
        .chain(
            crates.map(|name| format!("line {}: {module} must not use the crate {}", name.line, name.first)),
        )
        .collect()
}

/// Every file under `src/`, read.
fn sources() -> Vec<(PathBuf, Source)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let place = path.strip_prefix(&root).unwrap().to_owned();
                found.push((
                    place.clone(),
                    Source::read(module_of(&place), &fs::read_to_string(&path).unwrap()),
                ));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn a_fault_names_its_line_its_module_and_what_it_named() {
    let source =
        Source::read(vec!["domain".into(), "party".into()], "use crate::mail;\nuse anyhow::Result;\n");
    assert_eq!(
        faults("domain", &source),
        ["line 1: domain must not name crate::mail", "line 2: domain must not use the crate anyhow"]
    );
}

#[test]
fn no_text_is_left_half_merged() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = vec![root.join("README.md"), root.join("CHANGELOG.md")];
    let mut folders = ["docs", "templates", "config"].map(|name| root.join(name)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { texts.push(path) }
        }
    }
    assert!(texts.len() > 50, "{}", texts.len());
    for path in texts {
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let marked = text.lines().find(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> "));
        assert_eq!(marked, None, "{}", path.display());
    }
}
