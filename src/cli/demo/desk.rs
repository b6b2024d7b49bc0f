//! The desk under demonstration: its configuration in a folder, and the daemon in this process on a clock that can
//! be moved.
use std::{
    fs,
    io::Write as _,
    os::unix::{fs::OpenOptionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};
use tokio::{runtime::Runtime, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::servers::{AUTHSERV_ID, MailServers, PASSWORD, SUBMISSION};
use crate::{
    cli::logging,
    clock::Clock,
    config::{Config, Environment, Secrets},
    daemon::{self, wiring},
    domain::Timestamp,
    mail::token::KeyRing,
    store::{Store, StoreError, inbox, mailboxes},
};

/// The desk's one address.
pub const DESK: &str = "support@shop.test";
/// How long the desk may take for anything.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks at what is waited for.
const TICK: Duration = Duration::from_millis(20);
/// Deletes the folder `$1` when the servers have had time to end.
const SWEEPER: &str = "sleep 2; exec rm -rf -- \"$1\"";

/// `@…@` is filled in; everything else is what an operator would write.
const CONFIGURATION: &str = include_str!("redress.toml");

/// The running daemon.
pub struct RunningDesk {
    /// Its clock.
    pub clock: Clock,
    /// Its configuration file.
    pub configuration: PathBuf,
    store: Store,
    runtime: Runtime,
    stop: CancellationToken,
    daemon: Option<JoinHandle<Result<()>>>,
}

impl RunningDesk {
    /// Writes the configuration into `folder`, opens the log there, starts the daemon and waits until it listens.
    pub fn start(folder: &Path, servers: &MailServers, clock: Clock) -> Result<Self> {
        let configuration = write_configuration(folder, servers, &clock)?;
        let config = Config::load(&configuration, &Environment::default(), Secrets::Required)?;
        logging::start_in(fs::File::create(folder.join("redress.log"))?, config.logging);
        let store = wiring::open_store(&config)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("no runtime")?;
        let stop = CancellationToken::new();
        let daemon = Some(runtime.spawn(daemon::run(config, clock.clone(), stop.clone())));
        let mut desk = Self { clock, configuration, store, runtime, stop, daemon };
        desk.wait_for("the desk to open its mailbox", |store| {
            store.with(|db| Ok(mailboxes::list(db)?.iter().any(|found| found.last_contact.is_some())))
        })?;
        Ok(desk)
    }

    /// What became of the mail with this Message-ID, once the desk has finished it.
    pub fn fate_of(&mut self, message_id: &str) -> Result<inbox::MailRow> {
        let mut found = None;
        self.wait_for("the desk to take a mail", |store| {
            found = store.with(|db| {
                let done = inbox::list(db, inbox::Status::Done, 1_000)?;
                Ok(done.into_iter().find(|mail| mail.message_id.as_deref() == Some(message_id)))
            })?;
            Ok(found.is_some())
        })?;
        found.context("the mail is gone")
    }

    /// Waits until the user stops us or the daemon ends.
    pub fn wait_for_the_end(&mut self) -> Result<()> {
        let Some(daemon) = self.daemon.as_mut() else { return Ok(()) };
        self.runtime.block_on(async {
            let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
            tokio::select! {
                interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
                _ = terminate.recv() => Ok(()),
                ended = daemon => Err(anyhow!("the desk has ended: {ended:?}")),
            }
        })
    }

    /// When the user interrupts us before the end, deletes `folder` and ends the program with `status`.
    pub fn end_on_interrupt(&self, folder: PathBuf, status: i32) {
        self.runtime.spawn(async move {
            if tokio::signal::ctrl_c().await.is_err() {
                return;
            }
            // The servers' keepers stop them once we are gone, and Exim writes a last line even then.
            let _ = Command::new("/bin/sh")
                .args(["-c", SWEEPER, "sweeper"])
                .arg(&folder)
                .process_group(0)
                .spawn();
            std::process::exit(status);
        });
    }

    /// Stops the daemon in order.
    pub fn close(mut self) -> Result<()> {
        self.stop.cancel();
        let ended = match self.daemon.take() {
            Some(daemon) => self.runtime.block_on(async { tokio::time::timeout(PATIENCE, daemon).await }),
            None => return Ok(()),
        };
        self.runtime.shutdown_timeout(Duration::from_secs(1));
        ended.context("the desk does not close")??
    }

    fn wait_for(
        &mut self,
        what: &str,
        mut done: impl FnMut(&Store) -> Result<bool, StoreError>,
    ) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !done(&self.store)? {
            if self.daemon.as_ref().is_some_and(JoinHandle::is_finished) {
                let ended = self.daemon.take().map(|daemon| self.runtime.block_on(daemon));
                bail!("waited for {what}, but the desk has ended: {ended:?}");
            }
            if Instant::now() >= deadline {
                bail!("waited {PATIENCE:?} for {what}");
            }
            self.runtime.block_on(async { tokio::time::sleep(TICK).await });
        }
        Ok(())
    }
}

fn write_configuration(folder: &Path, servers: &MailServers, clock: &Clock) -> Result<PathBuf> {
    let state = folder.join("state");
    fs::create_dir_all(&state)?;
    secret(&folder.join("signing-key"), &KeyRing::generate(clock.random()))?;
    secret(&folder.join("imap-password"), PASSWORD)?;
    secret(&folder.join("smtp-password"), SUBMISSION.1)?;
    let words = [
        ("@STATE@", state.display().to_string()),
        ("@CA@", servers.ca_pem().display().to_string()),
        ("@IMAPS@", servers.imaps_port().to_string()),
        ("@SMTPS@", servers.smtps_port().to_string()),
        ("@RELAY@", SUBMISSION.0.to_owned()),
        ("@DESK@", DESK.to_owned()),
        ("@BORDER@", AUTHSERV_ID.to_owned()),
    ];
    let text = words.iter().fold(CONFIGURATION.to_owned(), |text, (word, value)| text.replace(word, value));
    let path = folder.join("redress.toml");
    fs::write(&path, text)?;
    Ok(path)
}

/// Writes what only its owner may read.
fn secret(path: &Path, value: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(writeln!(file, "{}", value.trim_end())?)
}

/// The moment as the desk's clocks on the wall show it.
pub fn local(at: Timestamp) -> chrono::DateTime<chrono_tz::Tz> {
    at.with_timezone(&chrono_tz::Europe::Berlin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_is_valid() {
        let folder = tempfile::tempdir().unwrap();
        let filled = ["@STATE@", "@CA@", "@RELAY@"]
            .iter()
            .fold(CONFIGURATION.to_owned(), |text, word| text.replace(word, "/nowhere"));
        let filled = filled.replace("@DESK@", DESK).replace("@BORDER@", AUTHSERV_ID);
        let filled = filled.replace("@IMAPS@", "993").replace("@SMTPS@", "465");
        let path = folder.path().join("redress.toml");
        let config = Config::parse(&filled, &path, &Environment::default(), Secrets::IfPresent);
        assert_eq!(config.unwrap().policy.managers().count(), 1);
    }
}
