//! The schema as text: the commented file that `init` writes and `config/redress.toml` shows, and `docs/config.md`.
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::schema::{Fallback, Key, SECTIONS, Section, Times};

/// Answers to put into a fresh file: `section.key` and its value in TOML.
pub type Answers = BTreeMap<String, String>;

/// Comments are broken at this width.
const WIDTH: usize = 100;

/// The commented file: every key with its sentence and its default, which stands behind a `#`; what has no default
/// or has an answer stands free.
pub fn file(answers: &Answers) -> String {
    let mut text = String::from(
        "# Configuration of Redress.\n\
         # A line such as `#key = value` shows the default: remove the # to change it.\n\
         # `redress check` says what is wrong with this file, all at once.\n",
    );
    for section in SECTIONS {
        // What need not stand there at all is shown as a whole, to be used as a whole.
        let off = if section.times == Times::Any { "#" } else { "" };
        let _ = write!(text, "\n{}{off}{}\n", comment(section.about), header(section));
        for key in section.keys {
            let line = line(section, key, answers);
            let _ = writeln!(text, "{}{line}", comment(&format!("{}{}", key.about, note(key))));
        }
    }
    text
}

/// `text` as a TOML string.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn header(section: &Section) -> String {
    match section.times {
        Times::Once => format!("[{}]", section.name),
        Times::Many | Times::Any => format!("[[{}]]", section.name),
    }
}

fn line(section: &Section, key: &Key, answers: &Answers) -> String {
    match (answers.get(&format!("{}.{}", section.name, key.name)), key.fallback) {
        (Some(answer), _) => format!("{} = {answer}", key.name),
        (None, Fallback::Needed(example)) if section.times == Times::Any => {
            format!("#{} = {example}", key.name)
        }
        (None, Fallback::Needed(example)) => format!("{} = {example}", key.name),
        (None, Fallback::Is(value) | Fallback::Unset(value)) => format!("#{} = {value}", key.name),
    }
}

/// What the line itself cannot say of a key.
fn note(key: &Key) -> &'static str {
    match key.fallback {
        Fallback::Needed(_) => " Needed.",
        Fallback::Unset(_) => " By default not set.",
        Fallback::Is(_) => "",
    }
}

/// Text as comment lines of at most [`WIDTH`] characters.
fn comment(text: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if last.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("# {word}"));
        } else {
            last.push(' ');
            last.push_str(word);
        }
    }
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}

/// The reference page, in Markdown.
pub fn page() -> String {
    let mut text = String::from(INTRODUCTION);
    for section in SECTIONS {
        let times = match section.times {
            Times::Once => "",
            Times::Many => " May stand several times, at least once.",
            Times::Any => " May stand several times, or not at all.",
        };
        let _ = write!(text, "\n## `{}`\n\n{}{times}\n\n", header(section), section.about);
        text.push_str("| key | default | value | what it does |\n|---|---|---|---|\n");
        for key in section.keys {
            let default = match key.fallback {
                Fallback::Needed(_) => "needed".to_owned(),
                Fallback::Unset(_) => "not set".to_owned(),
                Fallback::Is(value) => format!("`{value}`"),
            };
            let (name, kind, about) = (key.name, key.kind.describe(), key.about);
            let row =
                format!("`{name}` | {default} | {kind} | {about}").replace("a text of one line", "text");
            let _ = writeln!(text, "| {row} |");
        }
    }
    text
}

const INTRODUCTION: &str = "\
# Configuration

<!-- Written from the table in src/config/schema.rs; a test compares the two. -->

Redress reads one TOML file, `/etc/redress/redress.toml` unless `--config` or `REDRESS_CONFIG` names another.
[`config/redress.toml`](../config/redress.toml) shows every key; `redress init` writes a file for your desk.
A relative path starts at the folder of the configuration file. Unknown keys, wrong values and contradictions are
reported all at once, each with its key and line, and nothing starts until they are gone.

## Secrets

No secret stands in the configuration. Each is looked for in three places, in this order:

1. a systemd credential (`LoadCredential=`), by its name;
2. the file that the key names; one newline at its end is ignored, and a file that others may read brings a warning;
3. an environment variable.

| secret | key | credential | variable |
|---|---|---|---|
| password of the mailbox `support` | `mailbox.password_file` | `imap-password-support`, else `imap-password` | `REDRESS_IMAP_PASSWORD_SUPPORT`, else `REDRESS_IMAP_PASSWORD` |
| password for sending | `sending.password_file` | `smtp-password` | `REDRESS_SMTP_PASSWORD` |
| address of the database, where it holds a password | `database.url_file` | `database-url` | `REDRESS_DATABASE_URL` |
| key ring | `signing.key_file` | `signing-key` | `REDRESS_SIGNING_KEY` |

Commands that only look, such as `list` and `show`, do without passwords.
";
