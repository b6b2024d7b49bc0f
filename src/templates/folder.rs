//! Reads the operator's folder of templates. Unknown files are errors: a misspelt name must not be silently unused.
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{Problem, TemplateError};
use crate::domain::letter::{CustomerLetter, StaffLetter};

/// The longest file that is taken, in bytes.
const FILE_MAX: u64 = 256 * 1024;

/// Files of one language, by path below its folder, without `.hbs`.
pub(super) type Files = BTreeMap<String, String>;

/// Name of the file with a language's words.
pub(super) const WORDS: &str = "words.toml";

/// The three parts of a letter.
pub(super) const PARTS: &[&str] = &["subject", "txt", "html"];

/// Every language of `folder` with its files; what cannot be used is added to `errors`. Names that begin with a
/// dot are passed over.
pub(super) fn read(folder: &Path, errors: &mut Vec<TemplateError>) -> BTreeMap<String, Files> {
    let mut languages = BTreeMap::new();
    let listed = list(folder).unwrap_or_else(|error| {
        let problem = Problem::Unreadable(error.to_string());
        errors.push(TemplateError { language: folder.display().to_string(), file: String::new(), problem });
        Vec::new()
    });
    for (language, path) in listed {
        if !is_language(&language) || !path.is_dir() {
            errors.push(TemplateError { language, file: String::new(), problem: Problem::UnknownFile });
            continue;
        }
        let mut files = Files::new();
        for (file, text) in read_language(&path) {
            match text {
                Ok(text) => {
                    files.insert(file, text);
                }
                Err(problem) => errors.push(TemplateError { language: language.clone(), file, problem }),
            }
        }
        if !files.is_empty() {
            languages.insert(language, files);
        }
    }
    languages
}

/// Whether a folder's name is that of a language, such as `fr` or `pt-BR` (RFC 5646 §2.1, without its rarer parts).
fn is_language(name: &str) -> bool {
    let mut parts = name.split('-');
    let first = parts.next().is_some_and(|part| (2..=3).contains(&part.len()));
    first && name.len() <= 12 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// The files of one language's folder and of its `partials`.
fn read_language(folder: &Path) -> Vec<(String, Result<String, Problem>)> {
    let mut found = Vec::new();
    for (prefix, folder) in [("", folder.to_owned()), ("partials/", folder.join("partials"))] {
        if !prefix.is_empty() && !folder.is_dir() {
            continue;
        }
        match list(&folder) {
            Ok(listed) => {
                let files = listed.into_iter().filter(|(name, _)| !(prefix.is_empty() && name == "partials"));
                found.extend(files.map(|(name, path)| read_file(&format!("{prefix}{name}"), &path)));
            }
            Err(error) => found.push((prefix.to_owned(), Err(Problem::Unreadable(error.to_string())))),
        }
    }
    found
}

fn read_file(name: &str, path: &Path) -> (String, Result<String, Problem>) {
    let key = name.strip_suffix(".hbs").unwrap_or(name);
    if !is_known(name) {
        return (name.to_owned(), Err(Problem::UnknownFile));
    }
    let text = fs::metadata(path).and_then(|facts| {
        if facts.len() > FILE_MAX {
            return Err(io::Error::other(format!("it is longer than {FILE_MAX} bytes")));
        }
        fs::read_to_string(path)
    });
    (key.to_owned(), text.map_err(|error| Problem::Unreadable(error.to_string())))
}

/// Whether a file is the words, a part of a letter, or a partial.
fn is_known(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".hbs") else { return name == WORDS };
    match stem.strip_prefix("partials/") {
        Some(partial) => partial
            .rsplit_once('.')
            .is_some_and(|(name, medium)| !name.is_empty() && ["txt", "html"].contains(&medium)),
        None => stem.rsplit_once('.').is_some_and(|(letter, part)| {
            PARTS.contains(&part)
                && (CustomerLetter::NAMES.contains(&letter) || StaffLetter::NAMES.contains(&letter))
        }),
    }
}

/// What a folder holds, sorted, without hidden names.
fn list(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            found.push((name, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}
