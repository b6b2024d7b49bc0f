//! A login to each mail server, and what it can do.
use std::time::Duration;

use super::Findings;
use crate::{
    cli::{Exit, opened::counted},
    config::{
        Config,
        settings::{After, MailboxSettings},
    },
    daemon::wiring,
    domain::policy::Enabled,
    imap::{self, Connection, ImapError},
    smtp::{self, Mailer, SmtpError},
};

/// Somebody waits at a terminal: less patience than the daemon has.
const CONNECT: Duration = Duration::from_secs(10);
const COMMAND: Duration = Duration::from_secs(20);

/// Checks every mailbox and the relay.
pub(super) async fn check(config: &Config, findings: &mut Findings) {
    for mailbox in &config.mailboxes {
        let area = area(mailbox);
        match open(mailbox).await {
            Ok(mut connection) => {
                let server = &mailbox.server;
                findings.ok(&area, format!("logged in to {}:{}", server.host, server.port));
                if let Err(error) = folders(&area, mailbox, &mut connection, findings).await {
                    failed(findings, &area, &error);
                }
                abilities(&area, mailbox, &connection, findings);
                connection.logout().await;
            }
            Err(Fault::Settings(error)) => {
                findings.problem(&area, format!("{error:#}"), "Correct its settings.", Exit::Config);
            }
            Err(Fault::Server(error)) => failed(findings, &area, &error),
        }
    }
    relay(config, findings).await;
}

/// What a mailbox is called in the list.
pub(super) fn area(mailbox: &MailboxSettings) -> String {
    format!("mailbox {}", mailbox.name)
}

/// Why a mailbox cannot be opened.
pub(super) enum Fault {
    /// Its settings.
    Settings(anyhow::Error),
    /// Its server.
    Server(ImapError),
}

/// Logs in.
pub(super) async fn open(mailbox: &MailboxSettings) -> Result<Connection, Fault> {
    let settings = wiring::imap_settings(mailbox).map_err(Fault::Settings)?;
    let patience =
        imap::Patience { connect: CONNECT, handshake: CONNECT, command: COMMAND, ..settings.patience };
    Connection::open(&imap::Settings { patience, ..settings }).await.map_err(Fault::Server)
}

/// The relay's settings, with the patience of somebody at a terminal.
pub(super) fn relay_settings(config: &Config) -> anyhow::Result<smtp::Settings> {
    let settings = wiring::smtp(config)?;
    let patience = smtp::Patience { connect: CONNECT, command: COMMAND, ..settings.patience };
    Ok(smtp::Settings { patience, ..settings })
}

fn failed(findings: &mut Findings, area: &str, error: &ImapError) {
    findings.problem(area, error.to_string(), error.advice(), Exit::Unavailable);
}

async fn folders(
    area: &str,
    mailbox: &MailboxSettings,
    connection: &mut Connection,
    findings: &mut Findings,
) -> Result<(), ImapError> {
    if let After::Move { folder } = &mailbox.after {
        if connection.folder_exists(folder).await? {
            findings.ok(area, format!("taken mail is moved to {folder}"));
        } else {
            findings.note(area, format!("the folder {folder} is not there"), "The first start makes it.");
        }
    }
    let selected = connection.select(&mailbox.folder).await?;
    let waiting = counted(selected.exists, "mail");
    findings.ok(area, format!("{} can be read and holds {waiting}", mailbox.folder));
    if mailbox.after == After::Flag {
        if selected.keywords_allowed {
            findings.ok(area, "taken mail gets a keyword of its own");
        } else {
            findings.note(area, "the folder keeps no keywords: taken mail gets \\Flagged instead", "");
        }
    }
    Ok(())
}

fn abilities(area: &str, mailbox: &MailboxSettings, connection: &Connection, findings: &mut Findings) {
    let poll = mailbox.poll.as_secs();
    if mailbox.idle == Enabled::No {
        findings.note(area, format!("asked for new mail every {poll} seconds, as configured"), "");
    } else if connection.can_idle() {
        findings.ok(area, "tells of new mail by itself (IDLE)");
    } else {
        findings.note(area, format!("has no IDLE: asked for new mail every {poll} seconds instead"), "");
    }
    if !matches!(mailbox.after, After::Move { .. }) {
        return;
    }
    match (connection.can_move(), connection.can_expunge()) {
        (true, _) => findings.ok(area, "moves mail in one step (MOVE)"),
        (false, true) => {
            findings.note(area, "has no MOVE: mail is copied, marked deleted and removed by UID instead", "");
        }
        (false, false) => findings.note(
            area,
            "has neither MOVE nor UIDPLUS: mail is copied and marked deleted, and stays so in the folder",
            "Let a mail program expunge it now and then, or set after = \"flag\".",
        ),
    }
}

async fn relay(config: &Config, findings: &mut Findings) {
    const AREA: &str = "relay";
    let settings = match relay_settings(config) {
        Ok(settings) => settings,
        Err(error) => {
            findings.problem(AREA, format!("{error:#}"), "Correct its settings.", Exit::Config);
            return;
        }
    };
    let server = &config.sending.server;
    let place = format!("{}:{}", server.host, server.port);
    let known = if settings.user.is_some() { "logged in to" } else { "taken without login by" };
    match Mailer::new(settings).check().await {
        Ok(()) => findings.ok(AREA, format!("{known} {place}")),
        Err(error) => findings.problem(AREA, words(&error), error.advice(), Exit::Unavailable),
    }
}

/// A failure with the relay's own words.
pub(super) fn words(error: &SmtpError) -> String {
    match error.text() {
        Some(text) => format!("{error}: {text}"),
        None => error.to_string(),
    }
}
