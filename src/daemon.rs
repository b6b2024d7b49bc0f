//! The daemon: wires the flows together, says when it is ready, feeds the watchdog, and stops in order.
//!
//! The end of any flow is the end of the daemon: the service manager starts it anew and everything goes on from the
//! rows. Nothing is kept in memory that a restart would miss.
mod flows;
mod instance;
pub mod wiring;

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config::Config,
    crash::{self, Point},
    desk::Desk,
    intake::Intake,
    pulse::Pulse,
    sender::Sender,
    smtp::Mailer,
    store::Store,
    ticker::Ticker,
};

/// A flow that got nowhere for so long hangs: longer than the longest thing each waits for without beating. IDLE
/// lasts five minutes; the sender cuts one mail off after fourteen.
const LONGEST_SILENCE: &[(&str, Duration)] = &[
    ("intake", Duration::from_mins(8)),
    ("desk", Duration::from_mins(3)),
    ("ticker", Duration::from_mins(3)),
    ("sender", Duration::from_mins(17)),
];
/// Flows get this long to finish what they hold when the daemon stops.
const FAREWELL: Duration = Duration::from_secs(20);

/// Bells by which flows wake each other. A bell carries nothing: who hears it re-reads the store.
#[derive(Clone, Default)]
struct Bells {
    desk: Arc<Notify>,
    ticker: Arc<Notify>,
    sender: Arc<Notify>,
}

/// What one round of work needs; also used by tests and by the demo, which call the flows themselves.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Takes what is in the inbox.
    pub desk: Arc<Desk>,
    /// Finds what is due.
    pub ticker: Arc<Ticker>,
    /// Sends what is in the outbox.
    pub sender: Arc<Sender>,
}

/// Runs the daemon until `stop`, then lets every flow finish what it holds.
///
/// # Errors
/// When it cannot start, or when a flow ends for a reason that it cannot wait out.
pub async fn run(config: Config, clock: Clock, stop: CancellationToken) -> anyhow::Result<()> {
    let opened = {
        let clock = clock.clone();
        tokio::task::spawn_blocking(move || wiring::open(&config, &clock).map(|parts| (config, parts)))
            .await?
    };
    let (config, wired) = opened?;
    let bells = Bells::default();
    let mut pulses = Vec::new();
    let mut pulse = |name| {
        let longest = LONGEST_SILENCE.iter().find(|(flow, _)| *flow == name).map(|(_, longest)| *longest);
        let pulse = Pulse::new(name, longest.unwrap_or(Duration::from_mins(12)));
        pulses.push(pulse.clone());
        pulse
    };
    let mut flows: JoinSet<(&'static str, anyhow::Result<()>)> = JoinSet::new();
    let parts = &wired.parts;

    for settings in wiring::intakes(&config, &wired.desk_id)? {
        let intake = Intake::new(
            settings,
            parts.store.clone(),
            Arc::clone(&wired.clerk),
            Arc::clone(&bells.desk),
            pulse("intake"),
        );
        let stop = stop.clone();
        flows.spawn(async move { ("intake", intake.run(stop).await.map_err(Into::into)) });
    }
    let desk =
        flows::desk(Arc::clone(&parts.desk), parts.store.clone(), bells.clone(), pulse("desk"), stop.clone());
    flows.spawn(async move { ("desk", desk.await) });
    let ticker = flows::ticker(
        Arc::clone(&parts.ticker),
        parts.store.clone(),
        clock.clone(),
        bells.clone(),
        pulse("ticker"),
        stop.clone(),
    );
    flows.spawn(async move { ("ticker", ticker.await) });
    let mailer = Mailer::new(wiring::smtp(&config)?);
    let sender = flows::sender(
        Arc::clone(&parts.sender),
        parts.store.clone(),
        mailer,
        clock.clone(),
        bells.clone(),
        pulse("sender"),
        stop.clone(),
    );
    flows.spawn(async move { ("sender", sender.await) });
    flows.spawn({
        let stop = stop.clone();
        async move { ("watchdog", flows::watchdog(pulses, stop).await) }
    });

    notify(&[sd_notify::NotifyState::Ready]);
    tracing::info!(mailboxes = config.mailboxes.len(), database = parts.store.kind(), "The desk is open");
    let result = supervise(&mut flows, &stop).await;
    notify(&[sd_notify::NotifyState::Stopping]);
    stop.cancel();
    crash::before(Point::DaemonDrain);
    let farewell = tokio::time::timeout(FAREWELL, async { while flows.join_next().await.is_some() {} }).await;
    if farewell.is_err() {
        tracing::warn!("A flow did not finish in time; what it held is taken up again at the next start");
    }
    crash::after(Point::DaemonDrain);
    tracing::info!("The desk is closed");
    result
}

/// Waits until told to stop, or until a flow ends by itself.
async fn supervise(
    flows: &mut JoinSet<(&'static str, anyhow::Result<()>)>,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        ended = flows.join_next() => match ended {
            None => Ok(()),
            Some(Err(error)) => Err(anyhow::anyhow!("a flow failed: {error}")),
            Some(Ok((_, Ok(())))) if stop.is_cancelled() => Ok(()),
            Some(Ok((name, Ok(())))) => Err(anyhow::anyhow!("the flow {name} ended by itself")),
            Some(Ok((name, Err(error)))) => Err(error).context(format!("the flow {name} ended")),
        },
    }
}

/// Tells the service manager, where there is one.
fn notify(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!("The service manager could not be told: {error}");
    }
}
