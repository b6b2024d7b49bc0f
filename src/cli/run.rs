//! `redress run`: the daemon, from a checked start to an orderly stop.
use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Exit, Global, logging::Voice};
use crate::{clock::Clock, config::Secrets, daemon};

/// Runs the daemon until SIGTERM or SIGINT.
///
/// # Errors
/// When something local is wrong (configuration, letters, keys, database), before anything is touched; or when a
/// flow ends for a reason that it cannot wait out.
pub fn run(global: &Global) -> anyhow::Result<Exit> {
    let config = global.load(Secrets::Required, Voice::Configured)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    let result = runtime.block_on(async {
        let stop = CancellationToken::new();
        let mut terminate = signal(SignalKind::terminate()).context("signals cannot be received")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be received")?;
        let order = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("The desk was told to close");
            order.cancel();
        });
        daemon::run(config, Clock::system(), stop).await
    });
    // A mail under way has had its time; what is left is taken up again at the next start.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    result.map(|()| Exit::Ok)
}
