//! Letters as a reader gets them, and the traps of the template engine.
use std::{fs, path::PathBuf};

use super::*;

fn desk() -> DeskFacts {
    DeskFacts { name: "Northwind Service".into(), address: "service@northwind.test".into() }
}

fn embedded() -> Templates {
    Templates::embedded(chrono_tz::Europe::Berlin, desk())
}

fn overridden(files: &[(&str, &str)]) -> Result<Templates, Vec<TemplateError>> {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Templates::load(Some(folder.path()), chrono_tz::Europe::Berlin, desk())
}

fn sample(name: &str) -> Letter {
    samples().into_iter().find(|letter| letter.name() == name).unwrap()
}

#[test]
fn show() {
    for language in ["en", "de"] {
        for letter in samples() {
            let r = embedded().render(&letter, language).unwrap();
            println!("=====[{language} {}] {}\n{}", letter.name(), r.subject, r.text);
        }
    }
}

#[test]
fn every_letter_renders_in_every_variation() {
    assert_eq!(embedded().check(), []);
}
