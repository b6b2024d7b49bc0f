//! Signs of life: each flow beats when it has really got somewhere, and the watchdog is fed only while all do.
//!
//! A beat is progress, not time passing: a flow that hangs in one await stops beating however well the rest runs.
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The heart of one flow. Clones share it.
#[derive(Debug, Clone)]
pub struct Pulse {
    name: &'static str,
    longest: Duration,
    last: Arc<Mutex<Instant>>,
}

impl Pulse {
    /// A flow that must beat at least every `longest`.
    pub fn new(name: &'static str, longest: Duration) -> Self {
        Pulse { name, longest, last: Arc::new(Mutex::new(Instant::now())) }
    }

    /// The flow got somewhere.
    pub fn beat(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Whether the flow beat lately.
    pub fn is_alive(&self) -> bool {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed() <= self.longest
    }

    /// Name of the flow, for the log.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_that_does_not_beat_is_not_alive() {
        let pulse = Pulse::new("desk", Duration::ZERO);
        let start = Instant::now();
        while start.elapsed().is_zero() {}
        assert!(!pulse.is_alive());
        assert!(Pulse::new("desk", Duration::from_mins(1)).is_alive());
    }
}
