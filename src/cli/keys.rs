//! `redress keys`: adds a signing key, retires one, lists them by their ids. No secret is printed.
use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use anyhow::{Context as _, bail};

use super::{Exit, Global, Keys, KeysArgs, logging::Voice, screen};
use crate::{
    clock::Clock,
    config::{Config, Secrets, settings::SigningPlace},
    daemon::wiring,
    mail::token::KeyRing,
};

/// Does what was asked for, and says what follows.
pub fn run(global: &Global, args: &KeysArgs) -> anyhow::Result<Exit> {
    let config = global.load(Secrets::IfPresent, Voice::Quiet)?;
    screen::text(match &args.what {
        Keys::List => listed(&config)?,
        Keys::Add => added(&config, &Clock::system())?,
        Keys::Retire(args) => retired(&config, args.id)?,
    })?;
    Ok(Exit::Ok)
}

/// The ids of all keys, one a line.
///
/// # Errors
/// When the ring cannot be read.
pub fn listed(config: &Config) -> anyhow::Result<String> {
    let ids = wiring::keys(config)?.ids();
    let lines = ids.iter().enumerate().map(|(place, id)| {
        let part = if place == 0 { "signs and verifies" } else { "verifies what it signed before" };
        format!("{id}  {part}\n")
    });
    Ok(lines.collect())
}

/// Adds a key and says what follows.
///
/// # Errors
/// When the ring is not in a file, cannot be read or cannot be written.
pub fn added(config: &Config, clock: &Clock) -> anyhow::Result<String> {
    let file = file(config)?;
    let text = read(file)?;
    let (new, id) = KeyRing::with_key(&text, clock.random()).context("no key was added")?;
    replace(file, &new)?;
    let before = KeyRing::parse(&text)?.ids();
    let before = before.first().map(char::to_string).unwrap_or_default();
    Ok(format!(
        "Key {id} was added to {}. It signs from the next start of the desk on: restart it now. Key {before} still \
         verifies.\nWhere several daemons share this desk, give each the new file before the first of them starts \
         with it. Keep a copy with your backups.\n",
        file.display()
    ))
}

/// Retires a key and says what follows.
///
/// # Errors
/// When it is the one that signs, there is none of that id, or the ring cannot be read or written.
pub fn retired(config: &Config, id: char) -> anyhow::Result<String> {
    let file = file(config)?;
    let new = KeyRing::without_key(&read(file)?, id).context("no key was retired")?;
    replace(file, &new)?;
    Ok(format!(
        "Key {id} was removed from {}. From the next start of the desk on, replies to what it signed are not known by \
         their address any more.\n",
        file.display()
    ))
}

/// The file of the ring, or what to do where it stands elsewhere.
fn file(config: &Config) -> anyhow::Result<&Path> {
    match &config.signing.place {
        SigningPlace::File(path) => Ok(path),
        SigningPlace::Credential(path) => bail!(
            "the signing keys come from the credential {}, which only lasts as long as the service: \
             name the file behind it in signing.key_file, and run this again outside the service",
            path.display()
        ),
        SigningPlace::Variable(name) => bail!(
            "the signing keys come from the variable {name}: write them to a file, one a line and the newest first, \
             name it in signing.key_file, and run this again"
        ),
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Replaces the file as a whole or not at all; whoever could read it before can read it after, and nobody else.
fn replace(file: &Path, text: &str) -> anyhow::Result<()> {
    // A link stays a link.
    let file = file.canonicalize().with_context(|| format!("cannot find {}", file.display()))?;
    let old = file.metadata().with_context(|| format!("cannot look at {}", file.display()))?;
    let folder = file.parent().unwrap_or(Path::new("/"));
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let write = || -> std::io::Result<()> {
        let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&name)?;
        new.write_all(text.as_bytes())?;
        let ours = new.metadata()?;
        if (ours.uid(), ours.gid()) != (old.uid(), old.gid()) {
            std::os::unix::fs::fchown(&new, Some(old.uid()), Some(old.gid()))?;
        }
        new.set_permissions(fs::Permissions::from_mode(old.mode() & 0o777))?;
        new.sync_all()?;
        fs::rename(&name, &file)?;
        fs::File::open(folder)?.sync_all()
    };
    write()
        .inspect_err(|error| {
            if error.kind() != std::io::ErrorKind::AlreadyExists {
                let _ = fs::remove_file(&name);
            }
        })
        .with_context(|| format!("{} cannot be written; it is as it was", Path::new(&name).display()))
}
