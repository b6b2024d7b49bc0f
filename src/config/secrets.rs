//! Secrets: found in a systemd credential, in a file that a key names, or in the environment, in this order.
//!
//! A secret has one name: the credential `imap-password` is `REDRESS_IMAP_PASSWORD` in the environment. A mailbox
//! called support looks for `imap-password-support` first. Values live in `secrecy` types from the moment they are read. Messages never repeat a value, nor the
//! text of a `*_file` key: somebody may have written the password itself there.
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use super::document::{Document, Entry};
use super::error::Notice;
use super::kind;
use super::settings::SigningPlace;
use crate::mail::token::KeyRing;

/// A secret file is a line or a few; more is a mistake.
const LARGEST: u64 = 64 << 10;

/// Name of the key ring among the secrets.
const SIGNING_KEY: &str = "signing-key";

impl Default for SigningPlace {
    fn default() -> Self {
        Self::Variable(variable_of(SIGNING_KEY))
    }
}

/// Where secrets may come from besides files.
#[derive(Debug, Default)]
pub struct Environment {
    credentials: Option<PathBuf>,
    variables: BTreeMap<String, SecretString>,
}

impl Environment {
    /// That of this process: `$CREDENTIALS_DIRECTORY` and every `REDRESS_…` variable.
    pub fn of_process() -> Self {
        let ours = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with("REDRESS_"))?;
            Some((name, SecretString::from(value.into_string().ok()?)))
        });
        Self {
            credentials: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
            variables: ours.collect(),
        }
    }

    /// This one with a folder of credentials.
    #[must_use]
    pub fn with_credentials(mut self, folder: impl Into<PathBuf>) -> Self {
        self.credentials = Some(folder.into());
        self
    }

    /// This one with a variable.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), SecretString::from(value));
        self
    }
}

/// Which secrets must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// All: for the daemon and for `check`.
    Required,
    /// The database's, if it has one; passwords and signing keys may be missing or unreadable, which becomes
    /// a warning. For commands that only look, run by somebody who may not read them.
    IfPresent,
}

/// Every secret of a configuration.
#[derive(Debug, Default)]
pub(super) struct Keyring {
    /// One per mailbox, in order.
    pub mailboxes: Vec<Option<SecretString>>,
    pub sending: Option<SecretString>,
    pub database_url: Option<SecretString>,
    /// The text of the key ring, which has been read once.
    pub signing: Option<SecretString>,
    /// Where it was looked for.
    pub signing_place: SigningPlace,
    /// What is wrong.
    pub mistakes: Vec<Notice>,
    /// What deserves a look.
    pub warnings: Vec<Notice>,
}

impl Keyring {
    /// Collects the secrets that `document` asks for. Relative paths start at `base`.
    pub fn collect(document: &Document, base: &Path, environment: &Environment, need: Secrets) -> Self {
        let mut search = Search { base, environment, need, ring: Self::default() };
        for mailbox in document.all("mailbox") {
            let password = mailbox.get::<String>("name").and_then(|name| {
                search.find(mailbox, "password_file", &[&format!("imap-password-{name}"), "imap-password"])
            });
            search.ring.mailboxes.push(password);
        }
        for sending in document.all("sending").filter(|sending| sending.is_set("user")) {
            search.ring.sending = search.find(sending, "password_file", &["smtp-password"]);
        }
        // A stated address is never replaced from elsewhere.
        for database in document.all("database").filter(|database| !database.is_set("url")) {
            search.database(database);
        }
        for signing in document.all("signing") {
            search.signing(signing);
        }
        search.ring
    }
}

/// A search under way.
struct Search<'a> {
    base: &'a Path,
    environment: &'a Environment,
    need: Secrets,
    ring: Keyring,
}

/// Why a secret could not be used.
enum Trouble {
    Missing(String),
    Unusable(String),
}

impl Search<'_> {
    /// The secret of the first of these names that is known, or a notice at `key` of `entry`.
    fn find(&mut self, entry: &Entry, key: &str, names: &[&str]) -> Option<SecretString> {
        match self.look(entry, key, names) {
            Ok(secret) => Some(secret),
            Err(Trouble::Missing(message) | Trouble::Unusable(message)) => {
                let notice = entry.notice(key, message);
                match self.need {
                    Secrets::Required => self.ring.mistakes.push(notice),
                    Secrets::IfPresent => self.ring.warnings.push(notice),
                }
                None
            }
        }
    }

    fn look(&mut self, entry: &Entry, key: &str, names: &[&str]) -> Result<SecretString, Trouble> {
        if let Some((name, path)) = names.iter().find_map(|name| Some((name, self.credential(name)?))) {
            return read(&path)
                .map_err(|error| Trouble::Unusable(format!("the credential “{name}” {error}")));
        }
        if let Some(path) = entry.get::<String>(key) {
            let path = self.base.join(path);
            self.note_open_file(entry, key, &path);
            return read(&path).map_err(|error| Trouble::Unusable(format!("the file {error}")));
        }
        let variables: Vec<String> = names.iter().map(|name| variable_of(name)).collect();
        let found = variables.iter().find_map(|name| Some((name, self.environment.variables.get(name)?)));
        match found {
            Some((name, value)) if value.expose_secret().is_empty() => {
                Err(Trouble::Unusable(format!("the variable {name} is empty")))
            }
            Some((_, value)) => Ok(value.clone()),
            None => Err(Trouble::Missing(format!(
                "a secret is missing: name its file here, or pass the credential {} or the variable {}",
                names.join(" or "),
                variables.join(" or ")
            ))),
        }
    }

    /// The credential of this name, if systemd passed it.
    fn credential(&self, name: &str) -> Option<PathBuf> {
        self.environment.credentials.as_ref().map(|folder| folder.join(name)).filter(|path| path.exists())
    }

    /// Warns of a file that others than its owner may read.
    fn note_open_file(&mut self, entry: &Entry, key: &str, path: &Path) {
        let Ok(metadata) = path.metadata() else { return };
        let mode = metadata.permissions().mode();
        if mode & 0o077 != 0 {
            let message =
                format!("others may read this secret (mode {:03o}): run chmod 600 on its file", mode & 0o777);
            self.ring.warnings.push(entry.notice(key, message));
        }
    }

    /// The database's address, where it is a secret. It is needed by every command.
    fn database(&mut self, entry: &Entry) {
        let found = match self.look(entry, "url_file", &["database-url"]) {
            Ok(url) => url,
            Err(Trouble::Missing(_)) => return,
            Err(Trouble::Unusable(message)) => {
                return self.ring.mistakes.push(entry.notice("url_file", message));
            }
        };
        let url = found.expose_secret();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") || url.starts_with("sqlite:") {
            self.ring.database_url = Some(found);
        } else {
            let message = format!("it does not hold {}", kind::Kind::DatabaseUrl.describe());
            self.ring.mistakes.push(entry.notice("url_file", message));
        }
    }

    fn signing(&mut self, entry: &Entry) {
        self.ring.signing_place = match (self.credential(SIGNING_KEY), entry.get::<String>("key_file")) {
            (Some(path), _) => SigningPlace::Credential(path),
            (None, Some(path)) => SigningPlace::File(self.base.join(path)),
            (None, None) => SigningPlace::default(),
        };
        let Some(text) = self.find(entry, "key_file", &[SIGNING_KEY]) else { return };
        match KeyRing::parse(text.expose_secret()) {
            Ok(_) => self.ring.signing = Some(text),
            Err(error) => self.ring.mistakes.push(entry.notice("key_file", error.to_string())),
        }
    }
}

/// A secret's name in the environment.
fn variable_of(name: &str) -> String {
    format!("REDRESS_{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// A file's text without the newline at its end.
fn read(path: &Path) -> Result<SecretString, String> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text));
    match read {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err("is not text".to_owned()),
        Err(error) => Err(format!("cannot be read: {}", plain(&error))),
        Ok(length) if length as u64 > LARGEST => Err("is too long for a secret".to_owned()),
        Ok(_) => {
            let line = text.strip_suffix('\n').unwrap_or(&text);
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() { Err("is empty".to_owned()) } else { Ok(SecretString::from(line)) }
        }
    }
}

/// The system's words without their number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_one_name_in_two_spellings() {
        assert_eq!(variable_of("imap-password-shop-2"), "REDRESS_IMAP_PASSWORD_SHOP_2");
    }

    #[test]
    fn one_newline_at_the_end_is_not_part_of_a_secret() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let check = |content: &[u8], expected: Result<&str, &str>| {
            std::fs::write(file.path(), content).unwrap();
            let found = read(file.path());
            let found = found.as_ref().map(SecretString::expose_secret).map_err(String::as_str);
            assert_eq!(found, expected, "{content:?}");
        };
        check(b"hunter2", Ok("hunter2"));
        check(b"hunter2\n", Ok("hunter2"));
        check(b"hunter2\r\n", Ok("hunter2"));
        check(b" hunter2 \n\n", Ok(" hunter2 \n"));
        check(b"", Err("is empty"));
        check(b"\n", Err("is empty"));
        check(b"\xff\xfe", Err("is not text"));
        check(&vec![b'x'; 70_000], Err("is too long for a secret"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let environment = Environment::default().with_variable("REDRESS_SMTP_PASSWORD", "hunter2");
        assert!(!format!("{environment:?}").contains("hunter2"));
    }
}
