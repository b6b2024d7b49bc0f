//! The clock: the only place that reads the wall clock and the system's randomness.
//!
//! Everything else takes time and random bytes as arguments or asks this value for them, so that a scenario can be
//! played at any date, at any speed, with the same bytes each time. Three kinds exist: the system's, one that only
//! moves when told (tests), and the system's plus an offset (the demo, which jumps over days).
//! Deliberately absent: timers. Who waits calls [`Clock::until`], which is bounded and wakes when the clock jumps.
mod schedule;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{SubsecRound, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

pub use schedule::{Run, Schedule, ScheduleError};

use crate::domain::Timestamp;

/// The longest single sleep of [`Clock::until`]: a stepped wall clock or a suspended machine is noticed within it.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// The source of time and randomness. Clones share one state: moving one moves all.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Source,
    /// Rung whenever a manual or shifted clock is moved.
    moved: Notify,
}

#[derive(Debug)]
enum Source {
    System,
    Manual(Mutex<Manual>),
    Shifted(Mutex<TimeDelta>),
}

#[derive(Debug)]
struct Manual {
    now: Timestamp,
    /// How many times randomness was asked for; the bytes are derived from it.
    drawn: u64,
}

/// Why [`Clock::until`] returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// The moment has come.
    Due,
    /// Somebody rang.
    Called,
}

impl Clock {
    /// The wall clock and the kernel's randomness.
    pub fn system() -> Self {
        Self::of(Source::System)
    }

    /// A clock that stands at `start` until [`Clock::set`] or [`Clock::advance`] moves it, with repeatable
    /// "random" bytes. Only for tests: its bytes are public.
    pub fn manual(start: Timestamp) -> Self {
        Self::of(Source::Manual(Mutex::new(Manual { now: start.trunc_subsecs(6), drawn: 0 })))
    }

    /// The wall clock plus an offset that starts at zero and grows by [`Clock::advance`]; real randomness.
    pub fn shifted() -> Self {
        Self::of(Source::Shifted(Mutex::new(TimeDelta::zero())))
    }

    fn of(source: Source) -> Self {
        Self(Arc::new(Inner { source, moved: Notify::new() }))
    }

    /// The present moment, in whole microseconds: what the store can hold on both databases.
    pub fn now(&self) -> Timestamp {
        match &self.0.source {
            Source::System => wall(),
            Source::Manual(manual) => locked(manual).now,
            Source::Shifted(offset) => saturating(wall(), *locked(offset)),
        }
    }

    /// `N` bytes nobody can guess. A manual clock gives a fixed sequence instead.
    ///
    /// # Panics
    /// If the kernel has no randomness to give, which Linux rules out once it has booted: without it no token could
    /// be trusted, and going on would be worse than stopping.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        match &self.0.source {
            Source::System | Source::Shifted(_) => kernel_random(),
            Source::Manual(manual) => {
                let mut manual = locked(manual);
                manual.drawn += 1;
                repeatable(manual.drawn)
            }
        }
    }

    /// Puts a manual clock to `at` (which may lie in the past), a shifted one to show `at` now.
    /// The system's clock is not ours to set: the call does nothing.
    pub fn set(&self, at: Timestamp) {
        match &self.0.source {
            Source::System => return,
            Source::Manual(manual) => locked(manual).now = at.trunc_subsecs(6),
            Source::Shifted(offset) => *locked(offset) = at - wall(),
        }
        self.0.moved.notify_waiters();
    }

    /// Moves a manual or shifted clock by `by`; the system's clock is not ours to move.
    pub fn advance(&self, by: TimeDelta) {
        match &self.0.source {
            Source::System => return,
            Source::Manual(manual) => {
                let mut manual = locked(manual);
                manual.now = saturating(manual.now, by);
            }
            Source::Shifted(offset) => {
                let mut offset = locked(offset);
                *offset = offset.checked_add(&by).unwrap_or(*offset);
            }
        }
        self.0.moved.notify_waiters();
    }

    /// Waits until this clock shows `at`, or until `bell` rings, whichever is first.
    ///
    /// A moved clock is looked at again at once, a stepped wall clock within half a minute. Dropping the future is
    /// safe: a ring that it had not yet taken stays for the next wait.
    pub async fn until(&self, at: Timestamp, bell: &Notify) -> Woken {
        let called = bell.notified();
        tokio::pin!(called);
        loop {
            let moved = self.0.moved.notified();
            tokio::pin!(moved);
            // Registered before the clock is read, so that no move between the two is missed.
            moved.as_mut().enable();
            let left = at - self.now();
            if left <= TimeDelta::zero() {
                return Woken::Due;
            }
            tokio::select! {
                () = &mut called => return Woken::Called,
                () = moved => {}
                () = self.nap(left) => {}
            }
        }
    }

    /// Sleeps for `left` or a while of it; for ever on a clock that only moves when told.
    async fn nap(&self, left: TimeDelta) {
        if matches!(self.0.source, Source::Manual(_)) {
            return std::future::pending().await;
        }
        tokio::time::sleep(left.to_std().unwrap_or_default().min(LONGEST_NAP)).await;
    }
}

/// The system's time. The only call of its kind in the project.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
fn wall() -> Timestamp {
    Utc::now().trunc_subsecs(6)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the kernel's randomness")]
fn kernel_random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a booted Linux kernel always has random bytes");
    bytes
}

/// The bytes of draw number `draw`: a hash in counter mode, so that any two draws differ.
fn repeatable<const N: usize>(draw: u64) -> [u8; N] {
    let mut bytes = [0; N];
    for (block, chunk) in (0_u64..).zip(bytes.chunks_mut(32)) {
        let hash = Sha256::new()
            .chain_update(b"manual clock")
            .chain_update(draw.to_be_bytes())
            .chain_update(block.to_be_bytes())
            .finalize();
        for (byte, from) in chunk.iter_mut().zip(hash) {
            *byte = from;
        }
    }
    bytes
}

/// `at + by`, or `at` where that leaves the calendar.
fn saturating(at: Timestamp, by: TimeDelta) -> Timestamp {
    at.checked_add_signed(by).unwrap_or(at)
}

/// The content of a lock; a panic elsewhere cannot leave these plain values half-written.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn time_has_whole_microseconds() {
        for clock in [Clock::system(), Clock::shifted(), Clock::manual(at("2026-11-21T10:00:00.123456789Z"))]
        {
            assert_eq!(clock.now().timestamp_subsec_nanos() % 1_000, 0);
        }
    }

    #[test]
    fn clones_of_a_manual_clock_move_together() {
        let clock = Clock::manual(at("2026-11-21T10:00:00Z"));
        let other = clock.clone();
        clock.advance(TimeDelta::days(3));
        assert_eq!(other.now(), at("2026-11-24T10:00:00Z"));
        other.set(at("2026-01-01T00:00:00Z"));
        assert_eq!(clock.now(), at("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn a_shifted_clock_runs_ahead_of_the_system() {
        let (clock, system) = (Clock::shifted(), Clock::system());
        clock.advance(TimeDelta::days(2));
        let ahead = clock.now() - system.now();
        assert!((ahead - TimeDelta::days(2)).abs() < TimeDelta::minutes(1), "{ahead}");
        clock.set(at("2030-05-01T00:00:00Z"));
        assert!(clock.now() - at("2030-05-01T00:00:00Z") < TimeDelta::minutes(1));
    }

    #[test]
    fn the_system_clock_cannot_be_moved() {
        let clock = Clock::system();
        clock.advance(TimeDelta::days(400));
        clock.set(at("1999-01-01T00:00:00Z"));
        assert!((clock.now() - Clock::system().now()).abs() < TimeDelta::minutes(1));
    }

    #[test]
    fn a_manual_clock_draws_the_same_bytes_in_the_same_order() {
        let (one, two) =
            (Clock::manual(at("2026-01-01T00:00:00Z")), Clock::manual(at("2027-01-01T00:00:00Z")));
        let first: [u8; 40] = one.random();
        assert_eq!(first, two.random::<40>());
        assert_ne!(first, one.random::<40>());
        assert_ne!(first[..8], first[32..], "blocks differ");
    }

    #[test]
    fn system_randomness_does_not_repeat() {
        assert_ne!(Clock::system().random::<16>(), Clock::system().random::<16>());
        assert_ne!(Clock::shifted().random::<16>(), Clock::shifted().random::<16>());
    }

    #[test]
    fn a_move_beyond_the_calendar_is_ignored() {
        let clock = Clock::manual(at("2026-01-01T00:00:00Z"));
        clock.advance(TimeDelta::MAX);
        assert_eq!(clock.now(), at("2026-01-01T00:00:00Z"));
    }

    #[tokio::test]
    async fn a_wait_ends_when_the_clock_is_moved_to_its_moment() {
        let clock = Clock::manual(at("2026-11-21T10:00:00Z"));
        let bell = Notify::new();
        let (woken, ()) = tokio::join!(clock.until(at("2026-11-21T12:00:00Z"), &bell), async {
            clock.advance(TimeDelta::hours(1));
            tokio::task::yield_now().await;
            clock.advance(TimeDelta::hours(1));
        });
        assert_eq!(woken, Woken::Due);
    }

    #[tokio::test]
    async fn a_wait_ends_when_somebody_rings() {
        let clock = Clock::system();
        let bell = Notify::new();
        let far = clock.now() + TimeDelta::days(1);
        let (woken, ()) = tokio::join!(clock.until(far, &bell), async { bell.notify_one() });
        assert_eq!(woken, Woken::Called);
    }

    #[tokio::test]
    async fn a_ring_before_the_wait_is_not_lost() {
        let clock = Clock::manual(at("2026-11-21T10:00:00Z"));
        let bell = Notify::new();
        bell.notify_one();
        assert_eq!(clock.until(at("2026-11-22T10:00:00Z"), &bell).await, Woken::Called);
    }

    #[tokio::test]
    async fn a_moment_that_has_passed_is_due_at_once() {
        let clock = Clock::system();
        assert_eq!(clock.until(at("2020-01-01T00:00:00Z"), &Notify::new()).await, Woken::Due);
        let soon = clock.now() + TimeDelta::milliseconds(5);
        assert_eq!(clock.until(soon, &Notify::new()).await, Woken::Due);
    }
}
