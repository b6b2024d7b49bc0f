//! End to end: the real program against a real Dovecot and Exim, from the outside like a customer and an agent.
//!
//! Deliberately absent: what the simulated world in `tests/it` proves faster. Here stands what only real servers,
//! real processes and real time can show.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]
#![expect(clippy::unwrap_used, reason = "what fails in a test's own preparation fails the test")]

use std::process::Command;

#[path = "../support/mod.rs"]
mod support;

/// The program under test.
fn redress() -> Command {
    Command::new(env!("CARGO_BIN_EXE_redress"))
}

#[test]
fn the_program_explains_itself() {
    let output = redress().arg("--help").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_servers_stand_ready() {
    let Some((_folder, servers)) = support::mail_servers() else { return };
    assert!(servers.mailbox("support@shop.test").unwrap().mails().unwrap().is_empty());
}
