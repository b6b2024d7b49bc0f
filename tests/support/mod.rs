//! What the two test programs share: servers that are there, or a test that says why it was skipped.

use redress::cli::demo::servers::MailServers;
use tempfile::TempDir;

/// Whether this run promised (by `REDRESS_TEST=full`, as `make test` does) that all servers are installed.
#[expect(clippy::disallowed_methods, reason = "how strict a run is comes from who starts it")]
fn all_is_promised() -> bool {
    std::env::var("REDRESS_TEST").is_ok_and(|value| value == "full")
}

/// How much of something a run tries: what `variable` says, or what is usual.
///
/// # Panics
/// When the variable is no number: a long run that is asked for must not be a short one because of a slip.
#[expect(clippy::disallowed_methods, reason = "how long a run is comes from who starts it")]
pub fn asked_for(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

/// Unwraps what a server's start returned; a server that is not installed skips the test with a message,
/// except under `make test`, where it fails the test.
pub fn available<T>(started: anyhow::Result<T>) -> Option<T> {
    match started {
        Ok(server) => Some(server),
        Err(error) if !all_is_promised() && format!("{error:#}").contains("is not installed") => {
            eprintln!("skipped: {error:#}");
            None
        }
        Err(error) => panic!("{error:#}"),
    }
}

/// A Dovecot and an Exim of the test's own, and the folder they live in.
pub fn mail_servers() -> Option<(TempDir, MailServers)> {
    let folder = tempfile::tempdir().unwrap();
    let servers = available(MailServers::start(folder.path()))?;
    Some((folder, servers))
}
