//! What a subcommand begins with that looks into a desk: its configuration, its database, its words for moments.
//!
//! Nothing here locks the desk: every such subcommand works beside a daemon, as the user that the daemon runs as.
//! Passwords are not needed and not read where they cannot be.
use anyhow::{Context as _, anyhow};
use chrono::Duration;
use chrono_tz::Tz;

use super::{Global, logging::Voice};
use crate::{
    clock::Clock,
    config::{Config, Secrets, settings::Location},
    daemon::wiring,
    domain::{Timestamp, dispute::Number},
    store::{Store, StoreError},
};

/// A desk that can be looked into.
pub struct Opened {
    /// Its configuration.
    pub config: Config,
    /// Its database, with the tables of this release.
    pub store: Store,
    /// How it writes numbers and moments.
    pub words: Words,
}

impl Opened {
    /// Opens the desk of the configuration that `global` names.
    ///
    /// # Errors
    /// When the configuration is wrong, or the database is not there, cannot be reached or is of another release.
    pub fn of(global: &Global) -> anyhow::Result<Self> {
        Self::with(global.load(Secrets::IfPresent, Voice::Quiet)?, &Clock::system())
    }

    /// Opens the desk of this configuration.
    ///
    /// # Errors
    /// As [`Opened::of`].
    pub fn with(config: Config, clock: &Clock) -> anyhow::Result<Self> {
        if let Some(missing) = missing_database(&config) {
            return Err(anyhow!("{missing}: “redress migrate” or the first “redress run” makes it"));
        }
        let store = Store::open(&wiring::store_settings(&config)).context("the database cannot be used")?;
        store.check_migrations().context("the database cannot be used")?;
        let words = Words::of(&config, clock.now());
        Ok(Self { config, store, words })
    }

    /// Reads a dispute's number, with or without the prefix.
    ///
    /// # Errors
    /// When it is no number.
    pub fn number(&self, text: &str) -> anyhow::Result<Number> {
        let prefix = self.words.prefix.as_str();
        let bare = text
            .get(..prefix.len())
            .filter(|start| start.eq_ignore_ascii_case(prefix))
            .and_then(|_| text.get(prefix.len()..))
            .unwrap_or(text);
        let number = bare.parse().ok().filter(|number| *number > 0);
        number.map(Number).ok_or_else(|| anyhow!("“{text}” is no number of a dispute, such as {prefix}1042"))
    }

    /// [`Store::read`], with what it failed at.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read<T>(
        &self,
        f: impl FnOnce(&mut crate::store::Db) -> Result<T, StoreError>,
    ) -> anyhow::Result<T> {
        self.store.read(f).context("the database cannot be read")
    }

    /// [`Store::with`], with what it failed at.
    ///
    /// # Errors
    /// When the database fails.
    pub fn write<T>(
        &self,
        f: impl FnOnce(&mut crate::store::Db) -> Result<T, StoreError>,
    ) -> anyhow::Result<T> {
        self.store.with(f).context("the database cannot be written")
    }
}

/// Says that the file of an SQLite desk is not there; opening it would make an empty one.
pub fn missing_database(config: &Config) -> Option<String> {
    match &config.database.location {
        Location::Sqlite(path) if !path.exists() => {
            Some(format!("there is no database yet at {}", path.display()))
        }
        _ => None,
    }
}

/// How a desk writes numbers and moments.
#[derive(Debug, Clone)]
pub struct Words {
    /// What stands before a dispute's number.
    pub prefix: String,
    /// The desk's zone.
    pub zone: Tz,
    /// The moment it is.
    pub now: Timestamp,
}

impl Words {
    /// Those of a configuration.
    pub fn of(config: &Config, now: Timestamp) -> Self {
        Self { prefix: config.policy.prefix.clone(), zone: config.policy.calendar.zone, now }
    }

    /// A dispute's public number.
    pub fn number(&self, number: Number) -> String {
        number.public(&self.prefix)
    }

    /// A moment on the desk's clock, such as `2026-11-23 09:00`.
    pub fn moment(&self, at: Timestamp) -> String {
        at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// A moment, or a dash.
    pub fn moment_or_dash(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| DASH.to_owned(), |at| self.moment(at))
    }

    /// A moment with its distance from now, such as `2026-11-23 09:00 (in 3 hours)`.
    pub fn moment_and_distance(&self, at: Timestamp) -> String {
        let away = at - self.now;
        let words = span(away.abs());
        let placed = match away.num_seconds() {
            0 => "now".to_owned(),
            ..0 => format!("{words} ago"),
            _ => format!("in {words}"),
        };
        format!("{} ({placed})", self.moment(at))
    }
}

/// Stands for what there is none of.
pub const DASH: &str = "–";

/// Units of time from the largest, with their seconds.
const UNITS: &[(&str, i64)] = &[("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];

/// A length of time in its largest unit that fits twice, else in the one that fits.
fn span(length: Duration) -> String {
    let seconds = length.num_seconds();
    let unit = UNITS.iter().find(|(_, of)| seconds >= 2 * of).or(UNITS.last());
    let (name, of) = unit.copied().unwrap_or(("second", 1));
    let count = seconds / of;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// `1 mail`, `2 mails`; for nouns that only take an s.
pub fn counted<N: std::fmt::Display + PartialEq + From<u8> + Copy>(count: N, one: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {one}{plural}")
}

/// The first line of a text, for a table.
pub fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_told_in_its_natural_unit() {
        let check = |seconds, expected: &str| assert_eq!(span(Duration::seconds(seconds)), expected);
        check(0, "0 seconds");
        check(1, "1 second");
        check(90, "90 seconds");
        check(7_199, "119 minutes");
        check(7_200, "2 hours");
        check(86_400 * 3, "3 days");
    }

    #[test]
    fn a_moment_is_shown_on_the_clock_of_the_desk() {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let words = Words { prefix: "D-".to_owned(), zone: chrono_tz::Europe::Berlin, now };
        assert_eq!(words.moment(now), "2026-11-23 09:00");
        assert_eq!(words.moment_and_distance(now - Duration::hours(5)), "2026-11-23 04:00 (5 hours ago)");
        assert_eq!(words.moment_and_distance(now), "2026-11-23 09:00 (now)");
    }
}
