//! `redress demo`: one dispute played from complaint to survey on throw-away servers.
//!
//! Real Dovecot and Exim on loopback, the real daemon in this process with a temporary database, everything through
//! real SMTP and IMAP; only the clock is moved. Everything lies in one folder that is deleted at the end.
//! Deliberately absent: any way around the letters. What the play asserts, the audience has read.
mod desk;
mod play;
mod post;
pub mod servers;
mod stage;

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};

use super::{DemoArgs, Exit, screen};
use crate::clock::Clock;
use desk::RunningDesk;
use play::{PEOPLE, Play};
use post::Post;
use servers::{MailServers, PASSWORD, SUBMISSION};

/// Plays the dispute; with `--keep` everything is left running until the user interrupts.
///
/// # Errors
/// When a server cannot be started, or a letter does not come.
pub fn run(args: &DemoArgs) -> anyhow::Result<Exit> {
    let folder = tempfile::Builder::new().prefix("redress-demo-").tempdir().context("no temporary folder")?;
    screen::text("Starting Dovecot, Exim and the desk …\n")?;
    let servers = MailServers::start(&folder.path().join("servers"))?;
    let clock = Clock::shifted();
    clock.set(play::opening(clock.now()));
    let mut desk = RunningDesk::start(folder.path(), &servers, clock)?;
    if !args.keep {
        desk.end_on_interrupt(folder.path().to_owned(), INTERRUPTED);
    }
    let people: Vec<&'static str> = PEOPLE.iter().map(|(address, _)| *address).collect();
    let played = Post::open(&servers, &people).and_then(|post| Play::new(&mut desk, post).run());
    if let Err(error) = played {
        let log = std::fs::read_to_string(folder.path().join("redress.log")).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(LOG_LINES).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        return Err(error.context(format!("the play broke off; the desk's log ends:\n{}\n", last.join("\n"))));
    }
    epilogue(&desk.configuration)?;
    if args.keep {
        // From here on the desk lives in the same week as whoever writes to it.
        desk.clock.set(Clock::system().now());
        screen::text(how_to_connect(&servers, folder.path(), &desk.configuration))?;
        desk.wait_for_the_end()?;
        screen::text("\nStopping.\n")?;
    }
    desk.close()?;
    drop(servers);
    Ok(Exit::Ok)
}

/// What a shell reports of a program that was interrupted (128 + SIGINT).
const INTERRUPTED: i32 = 130;
/// Lines of the log that are shown when the play breaks off.
const LOG_LINES: usize = 30;

/// What the operator sees of it all, by the commands they would use.
fn epilogue(configuration: &Path) -> Result<()> {
    for words in [&["list", "--all"][..], &["show", "D-1000"]] {
        screen::text(format!("\n$ redress {}\n", words.join(" ")))?;
        let program = std::env::current_exe().context("this program's own path is unknown")?;
        let output = Command::new(program)
            .arg("--config")
            .arg(configuration)
            .args(words)
            .output()
            .context("the command line cannot be run")?;
        let said = String::from_utf8_lossy(&output.stdout);
        screen::text(said)?;
        ensure!(
            output.status.success(),
            "redress {} failed: {}",
            words.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

fn how_to_connect(servers: &MailServers, folder: &Path, configuration: &Path) -> String {
    let people: Vec<String> =
        PEOPLE.iter().take(4).map(|(address, who)| format!("    {address:<22} {who}")).collect();
    let people = people.join("\n");
    format!(
        "\nEverything is still running. Connect a mail client, on this machine:\n\n\
         \x20 IMAP   localhost, port {imap} with STARTTLS or {imaps} with TLS; the user is the address\n\
         {people}\n\
         \x20   support@shop.test      the desk's own mailbox, which the desk reads\n\
         \x20 SMTP   localhost, port {smtps} with TLS or {smtp} with STARTTLS; the user is {user}, for everybody\n\
         \x20 The password is {password} everywhere. The certificate's authority to trust:\n\
         \x20   {ca}\n\n\
         Write to support@shop.test as a customer, answer as Anna. The desk:\n\n\
         \x20 redress --config {configuration} list\n\
         \x20 its log: {log}\n\n\
         Ctrl-C stops and deletes all of it.\n",
        imap = servers.imap_port(),
        imaps = servers.imaps_port(),
        smtp = servers.smtp_port(),
        smtps = servers.smtps_port(),
        user = SUBMISSION.0,
        password = PASSWORD,
        ca = servers.ca_pem().display(),
        configuration = configuration.display(),
        log = folder.join("redress.log").display(),
    )
}
