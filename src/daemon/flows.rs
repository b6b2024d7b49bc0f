//! The loops around desk, ticker and sender: work, then wait for a bell or a moment. No rule stands here.
use std::{future::Future, sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{Bells, notify};
use crate::{
    clerk::ClerkError,
    clock::Clock,
    desk::{Desk, Worked},
    pulse::Pulse,
    sender::{Relay, Round, Sender, rest},
    smtp::Mailer,
    store::Store,
    ticker::Ticker,
};

/// A flow looks at the store at least this often, so that a lost bell costs no more.
const LOOK: Duration = Duration::from_secs(30);
/// Wait after the database failed.
const DATABASE_REST: Duration = Duration::from_secs(5);

/// Takes mail from the inbox until told to stop.
pub(super) async fn desk(
    desk: Arc<Desk>,
    store: Store,
    bells: Bells,
    pulse: Pulse,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    loop {
        let worked = {
            let (desk, store) = (Arc::clone(&desk), store.clone());
            tokio::task::spawn_blocking(move || desk.work(&store)).await?
        };
        pulse.beat();
        let Some(worked) = outlast("desk", worked)? else {
            pause(tokio::time::sleep(DATABASE_REST), &stop).await;
            if stop.is_cancelled() {
                return Ok(());
            }
            continue;
        };
        report(&worked);
        let found = !(worked.handled.is_empty() && worked.quarantined.is_empty());
        if found {
            bells.sender.notify_one();
            bells.ticker.notify_one();
        }
        if stop.is_cancelled() {
            return Ok(());
        }
        if !found {
            let bell = async {
                let _ = tokio::time::timeout(LOOK, bells.desk.notified()).await;
            };
            pause(bell, &stop).await;
        }
    }
}

fn report(worked: &Worked) {
    for handled in &worked.handled {
        let (number, by) = match handled.placed {
            Some((number, by)) => (Some(number.0), Some(by.word())),
            None => (None, None),
        };
        tracing::info!(
            mail = handled.mail,
            fate = handled.fate.as_str(),
            rule = handled.rule,
            dispute = number,
            placed_by = by,
            "A mail was handled"
        );
    }
    for (mail, reason) in &worked.quarantined {
        tracing::error!(
            mail,
            reason,
            "A mail was set aside; `redress explain` says more, `redress retry` takes it up again"
        );
    }
}

/// Decides what is due until told to stop.
pub(super) async fn ticker(
    ticker: Arc<Ticker>,
    store: Store,
    clock: Clock,
    bells: Bells,
    pulse: Pulse,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    loop {
        let result = {
            let (ticker, store) = (Arc::clone(&ticker), store.clone());
            tokio::task::spawn_blocking(move || ticker.tick(&store)).await?
        };
        pulse.beat();
        let look = clock.now() + LOOK;
        let next = match outlast("ticker", result)? {
            Some(done) => {
                if done.decided + done.written > 0 {
                    tracing::info!(
                        decided = done.decided,
                        written = done.written,
                        "What was due was decided"
                    );
                    bells.sender.notify_one();
                }
                done.next.unwrap_or(look).min(look)
            }
            None => clock.now() + DATABASE_REST,
        };
        pause(clock.until(next, &bells.ticker), &stop).await;
        if stop.is_cancelled() {
            return Ok(());
        }
    }
}

/// Sends what is due until told to stop.
pub(super) async fn sender(
    sender: Arc<Sender>,
    store: Store,
    mailer: Mailer,
    clock: Clock,
    bells: Bells,
    pulse: Pulse,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut failures = 0;
    loop {
        let round = outlast("sender", sender.round(&store, &mailer, &pulse, &stop).await)?;
        pulse.beat();
        if stop.is_cancelled() {
            mailer.close().await;
            return Ok(());
        }
        match round {
            None => pause(tokio::time::sleep(DATABASE_REST), &stop).await,
            Some(Round { relay: Relay::Down, .. }) => {
                // What is refused for the moment does not leave sooner for being asked about more often.
                pause(tokio::time::sleep(rest(failures)), &stop).await;
                failures += 1;
            }
            Some(round) => {
                failures = 0;
                if round.dead > 0 {
                    bells.ticker.notify_one();
                }
                let look = clock.now() + LOOK;
                let next = round.next.unwrap_or(look).min(look);
                pause(clock.until(next, &bells.sender), &stop).await;
            }
        }
    }
}

/// Waits for `until`, or for the order to stop.
async fn pause<T>(until: impl Future<Output = T>, stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        _ = until => {}
    }
}

/// A failure that may pass is logged and gives `None`; any other ends the flow.
fn outlast<T>(flow: &str, result: Result<T, ClerkError>) -> anyhow::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(ClerkError::Store(error)) if error.is_temporary() => {
            tracing::warn!(flow, "The database cannot be used now, it is tried again: {error}");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Feeds the service manager's watchdog for as long as every flow beats.
pub(super) async fn watchdog(pulses: Vec<Pulse>, stop: CancellationToken) -> anyhow::Result<()> {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        stop.cancelled().await;
        return Ok(());
    };
    let mut interval = tokio::time::interval(limit / 3);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = interval.tick() => feed(&pulses, || notify(&[sd_notify::NotifyState::Watchdog])),
        }
    }
}

/// Feeds once, unless a flow hangs; then says which.
fn feed(pulses: &[Pulse], feed: impl FnOnce()) {
    match pulses.iter().find(|pulse| !pulse.is_alive()) {
        None => feed(),
        Some(hung) => {
            tracing::error!(flow = hung.name(), "A flow hangs; the service manager will start the desk anew");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn one_blocked_flow_starves_the_watchdog() {
        let fed = AtomicUsize::new(0);
        let eat = || {
            fed.fetch_add(1, Ordering::Relaxed);
        };
        let alive = Pulse::new("desk", Duration::from_mins(1));
        feed(std::slice::from_ref(&alive), eat);
        assert_eq!(fed.load(Ordering::Relaxed), 1);
        let blocked = Pulse::new("sender", Duration::ZERO);
        let begin = std::time::Instant::now();
        while begin.elapsed().is_zero() {}
        feed(&[alive, blocked], eat);
        assert_eq!(fed.load(Ordering::Relaxed), 1);
    }
}
