//! The configuration: one TOML file, checked as a whole, and what it becomes for each part of the program.
//!
//! Every key stands once, in `schema`, from which the reader, the example file, the manual page and `init` all come.
//! A file with mistakes gives all of them at once, each with its key and place; a file without gives a [`Config`]
//! that needs no second look. Secrets come from elsewhere (`secrets`).
//!
//! Deliberately absent: reading anything at a later time (a change needs a restart), includes, several files, values
//! from the environment other than secrets, and any look at servers, which is the business of `check`.
mod build;
mod document;
mod error;
mod kind;
mod rules;
mod schema;
mod secrets;
pub mod settings;
pub mod show;

use std::fs;
use std::path::Path;

pub use error::{ConfigError, Notice, Place};
pub use secrets::{Environment, Secrets};
pub use settings::Config;

use document::Document;
use secrets::Keyring;

/// A configuration is a few hundred lines; more is some other file.
const LARGEST_FILE: u64 = 1 << 20;

impl Config {
    /// Reads the file at `path`.
    pub fn load(path: &Path, environment: &Environment, need: Secrets) -> Result<Self, ConfigError> {
        let unreadable = |message: String| ConfigError {
            path: path.to_owned(),
            mistakes: vec![Notice { key: String::new(), place: None, message }],
        };
        let length = fs::metadata(path).map(|metadata| metadata.len());
        let text = match length {
            Ok(length) if length > LARGEST_FILE => Err("it is too long for a configuration".to_owned()),
            _ => fs::read_to_string(path).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => {
                    "there is no such file: “redress init” writes one, --config names another".to_owned()
                }
                _ => format!("it cannot be read: {error}"),
            }),
        };
        Self::parse(&text.map_err(unreadable)?, path, environment, need)
    }

    /// Reads `text` as if it stood at `path`, from where relative paths start.
    pub fn parse(
        text: &str,
        path: &Path,
        environment: &Environment,
        need: Secrets,
    ) -> Result<Self, ConfigError> {
        let base = path.parent().unwrap_or(Path::new(""));
        let (document, mut mistakes) = Document::read(text);
        mistakes.extend(rules::contradictions(&document));
        let mut keyring = Keyring::collect(&document, base, environment, need);
        mistakes.append(&mut keyring.mistakes);
        if mistakes.is_empty() && document.is_readable() {
            return Ok(build::build(&document, keyring, base));
        }
        mistakes.sort_by_key(|mistake| mistake.place);
        Err(ConfigError { path: path.to_owned(), mistakes })
    }
}

#[cfg(test)]
mod tests;
