//! End to end: the real program against a real Dovecot and Exim, from the outside like a customer and an agent.
//!
//! Deliberately absent: what the simulated world in `tests/it` proves faster. Here stands what only real servers,
//! real processes and real time can show. Each test has servers, ports and a folder of its own.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]
#![expect(clippy::unwrap_used, reason = "what fails in a test's own preparation fails the test")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

mod backup;
mod crash;
mod demo;
mod desk;
mod faults;
mod mailbox;
mod restarts;
mod secrets;
#[path = "../support/mod.rs"]
mod support;
mod trust;

/// The program under test.
fn redress() -> Command {
    Command::new(env!("CARGO_BIN_EXE_redress"))
}

/// The command line of a desk with this configuration, in a plain environment.
fn redress_with(configuration: &Path, words: &[&str]) -> Command {
    let mut command = redress();
    command.arg("--config").arg(configuration).args(words);
    command.env_remove("RUST_LOG").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Writes a secret into a folder as the program wants it: for its owner alone.
fn secret(folder: &Path, name: &str, value: &str) {
    let path = folder.join(name);
    fs::write(&path, value).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn the_program_explains_itself() {
    let output = redress().arg("--help").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
