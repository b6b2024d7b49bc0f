//! `redress init`: a commented configuration with the answers in it, and a fresh signing key.
//!
//! Nothing that exists is overwritten. A signing key that is already there is kept: another one would make every
//! reply address ever handed out worthless. Passwords are never asked for.
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, IsTerminal as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::{Exit, Global, InitArgs, screen};
use crate::clock::Clock;
use crate::config::show::{self, Answers};
use crate::config::{Config, Environment, Secrets};
use crate::mail::token::KeyRing;

/// Names of the secret files beside the configuration; the service unit passes the same.
const SIGNING_KEY: &str = "signing-key";
const IMAP_PASSWORD: &str = "imap-password";
const SMTP_PASSWORD: &str = "smtp-password";

/// Asks, writes, and says what is left to do.
pub fn run(global: &Global, args: &InitArgs) -> anyhow::Result<Exit> {
    if global.config.exists() {
        bail!("{} already exists and stays as it is", global.config.display());
    }
    let mut replies = given(args);
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        ask(&mut replies, &mut io::stdin().lock(), &mut io::stdout().lock())?;
    }
    let written = write(&global.config, &replies, &Clock::system())?;
    screen::text(report(&written))?;
    Ok(Exit::Ok)
}

/// One thing that every desk must say.
struct Question {
    /// Where the answer goes.
    key: &'static str,
    /// What is asked.
    text: &'static str,
    /// The question whose answer serves when there is none.
    otherwise: Option<&'static str>,
}

const fn question(key: &'static str, text: &'static str, otherwise: Option<&'static str>) -> Question {
    Question { key, text, otherwise }
}

const QUESTIONS: &[Question] = &[
    question("desk.name", "Name of the desk, as customers see it", None),
    question("desk.address", "Its one public mail address", None),
    question("mailbox.host", "IMAP server", None),
    question("mailbox.user", "Name to log in with there", Some("desk.address")),
    question("sending.host", "SMTP server", Some("mailbox.host")),
    question("sending.user", "Name to log in with there", Some("mailbox.user")),
    question("agent.address", "Mail address of the first agent", None),
    question("agent.name", "Name of the first agent", None),
    question("hours.zone", "Time zone, such as Europe/Berlin", None),
];

/// Replies by key, as typed.
type Replies = std::collections::BTreeMap<&'static str, String>;

/// What the options answer.
fn given(args: &InitArgs) -> Replies {
    let options = [
        ("desk.name", &args.name),
        ("desk.address", &args.address),
        ("mailbox.host", &args.imap_host),
        ("mailbox.user", &args.imap_user),
        ("sending.host", &args.smtp_host),
        ("sending.user", &args.smtp_user),
        ("agent.address", &args.agent_address),
        ("agent.name", &args.agent_name),
        ("hours.zone", &args.zone),
    ];
    options.into_iter().filter_map(|(key, option)| Some((key, option.clone()?))).collect()
}

/// Asks what is not answered yet; an empty line takes what stands in brackets, or leaves the example.
fn ask(replies: &mut Replies, from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    for question in QUESTIONS {
        if replies.contains_key(question.key) {
            continue;
        }
        let offered = question.otherwise.and_then(|other| replies.get(other)).cloned();
        match &offered {
            Some(offered) => write!(to, "{} [{offered}]: ", question.text)?,
            None => write!(to, "{}: ", question.text)?,
        }
        to.flush()?;
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let reply = Some(line.trim().to_owned()).filter(|reply| !reply.is_empty()).or(offered);
        if let Some(reply) = reply {
            replies.insert(question.key, reply);
        }
    }
    Ok(())
}

/// What was written, and what was not.
struct Written {
    config: PathBuf,
    key: PathBuf,
    key_is_new: bool,
    /// Keys that still hold an example.
    examples: Vec<&'static str>,
    /// How long raw mail is kept after closing.
    months: u32,
}

/// Writes the key and then the configuration, after making sure that the configuration can be used.
fn write(config: &Path, replies: &Replies, clock: &Clock) -> anyhow::Result<Written> {
    let mut all = replies.clone();
    for question in QUESTIONS {
        if let (false, Some(other)) = (all.contains_key(question.key), question.otherwise)
            && let Some(reply) = all.get(other).cloned()
        {
            all.insert(question.key, reply);
        }
    }
    let text = show::file(&answers(&all));
    let parsed = Config::parse(&text, config, &Environment::default(), Secrets::IfPresent)
        .context("with these answers the configuration would not work; nothing was written")?;
    let folder = config.parent().unwrap_or(Path::new(""));
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let key = folder.join(SIGNING_KEY);
    let key_is_new = create(&key, 0o600, &KeyRing::generate(clock.random()))?;
    if !create(config, 0o644, &text)? {
        bail!("{} appeared meanwhile and stays as it is", config.display());
    }
    let examples = QUESTIONS.iter().map(|question| question.key).filter(|key| !all.contains_key(key));
    let months = parsed.operations.retention_months;
    Ok(Written { config: config.to_owned(), key, key_is_new, examples: examples.collect(), months })
}

/// The replies as TOML, with the names of the secret files.
fn answers(replies: &Replies) -> Answers {
    let mut answers: Answers =
        replies.iter().map(|(key, reply)| ((*key).to_owned(), show::quote(reply))).collect();
    answers.insert("signing.key_file".to_owned(), show::quote(SIGNING_KEY));
    answers.insert("mailbox.password_file".to_owned(), show::quote(IMAP_PASSWORD));
    if replies.contains_key("sending.user") {
        answers.insert("sending.password_file".to_owned(), show::quote(SMTP_PASSWORD));
    }
    answers
}

/// Writes a file that must not exist yet, with these permissions from its first moment; false if it exists.
fn create(path: &Path, mode: u32, text: &str) -> anyhow::Result<bool> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    match file {
        Ok(mut file) => {
            file.write_all(text.as_bytes())
                .and_then(|()| file.sync_all())
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}

/// What to tell the operator.
fn report(written: &Written) -> String {
    let Written { config, key, key_is_new, examples, months } = written;
    let folder = config.parent().unwrap_or(Path::new(""));
    let key_words = if *key_is_new {
        "a fresh signing key; keep a copy with your backups"
    } else {
        "was already there and is kept"
    };
    let look = match examples.as_slice() {
        [] => String::new(),
        keys => format!("Still an example or a default, please look: {}.\n", keys.join(", ")),
    };
    format!(
        "{config}: the configuration\n{key}: {key_words}\n\n{look}\
         Put the passwords into {imap} and {smtp} (chmod 600), then run:\n  redress check --config {config}\n\n\
         The raw mail of a dispute is kept for {months} months after it is closed; \
         operations.retention_months changes that.\n",
        config = config.display(),
        key = key.display(),
        imap = folder.join(IMAP_PASSWORD).display(),
        smtp = folder.join(SMTP_PASSWORD).display(),
    )
}

#[cfg(test)]
#[path = "init/tests.rs"]
mod tests;
