//! Moments as both databases keep them: UTC, microseconds, years 1 to 9999.
use chrono::{NaiveDate, NaiveDateTime, Timelike};

use crate::domain::Timestamp;

/// The stored form of a moment. SQLite would keep nanoseconds and PostgreSQL would not, and texts beyond the year
/// 9999 do not sort, so both are cut here.
pub(super) fn stamp(at: Timestamp) -> NaiveDateTime {
    let naive = at.naive_utc();
    let micros = naive.nanosecond() / 1_000 * 1_000;
    let cut = naive.with_nanosecond(micros).unwrap_or(naive);
    cut.clamp(first(), last())
}

/// The moment that a stored form stands for.
pub(super) fn moment(stored: NaiveDateTime) -> Timestamp {
    stored.and_utc()
}

fn first() -> NaiveDateTime {
    day(1, 1, 1)
}

fn last() -> NaiveDateTime {
    day(9_999, 12, 31)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, month, day)
        .and_then(|date| date.and_hms_opt(0, 0, 0))
        .expect("a constant within range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_cut_to_microseconds_and_to_four_digit_years() {
        let at: Timestamp = "2026-11-21T10:00:00.123456789Z".parse().unwrap();
        assert_eq!(moment(stamp(at)).to_rfc3339(), "2026-11-21T10:00:00.123456+00:00");
        assert_eq!(moment(stamp(Timestamp::MAX_UTC)).to_rfc3339(), "9999-12-31T00:00:00+00:00");
        assert_eq!(moment(stamp(Timestamp::MIN_UTC)).to_rfc3339(), "0001-01-01T00:00:00+00:00");
    }
}
