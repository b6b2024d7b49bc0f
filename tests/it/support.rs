//! What several integration tests share.

/// Whether this run promised (by `REDRESS_TEST=full`, as `make test` does) that all servers are installed.
#[expect(clippy::disallowed_methods, reason = "how strict a run is comes from who starts it")]
fn all_is_promised() -> bool {
    std::env::var("REDRESS_TEST").is_ok_and(|value| value == "full")
}

/// Unwraps what a server's start returned; a server that is not installed skips the test with a message,
/// except under `make test`, where it fails the test.
pub fn available<T>(started: anyhow::Result<T>) -> Option<T> {
    match started {
        Ok(server) => Some(server),
        Err(error) if !all_is_promised() && error.to_string().contains("is not installed") => {
            eprintln!("skipped: {error:#}");
            None
        }
        Err(error) => panic!("{error:#}"),
    }
}
