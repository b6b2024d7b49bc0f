//! Business days, opening hours and holidays of the desk, in its own time zone.
//!
//! Deadlines are computed on the local calendar and returned in UTC, so that clock changes neither shorten nor
//! lengthen a day. Legal limits, which count other days, will be a unit of their own.
use chrono::{
    Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;

use super::Timestamp;

/// The desk's week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Time zone of everything below.
    pub zone: Tz,
    /// Days on which the desk works; never empty (`config` refuses an empty week).
    pub workdays: Vec<Weekday>,
    /// Start of the working day.
    pub opens: NaiveTime,
    /// End of the working day: what is promised for a day is due then.
    pub closes: NaiveTime,
    /// Days on which nobody works.
    pub holidays: Vec<NaiveDate>,
}

/// A search for a business day gives up after this many days and takes the day it has reached.
const HORIZON_DAYS: u32 = 3_700;

impl Calendar {
    /// Whether the desk works on `date`.
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        self.workdays.contains(&date.weekday()) && !self.holidays.contains(&date)
    }

    /// The local date of a moment.
    pub fn local_date(&self, at: Timestamp) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// End of business `days` business days after `from`. A day that is already over, or no business day, does
    /// not count as begun: from a Saturday, one business day ends on Monday. Zero means today, or the next
    /// business day when today is none or already closed.
    pub fn business_days_after(&self, from: Timestamp, days: u32) -> Timestamp {
        let local = from.with_timezone(&self.zone);
        let mut date = local.date_naive();
        let mut left = days;
        if days == 0 && (!self.is_business_day(date) || local.time() >= self.closes) {
            left = 1;
        }
        for _ in 0..HORIZON_DAYS {
            if left == 0 {
                break;
            }
            date = date.checked_add_days(Days::new(1)).unwrap_or(date);
            if self.is_business_day(date) {
                left -= 1;
            }
        }
        self.closing_of(date)
    }

    /// End of business on `date`, whether or not it is a business day.
    pub fn closing_of(&self, date: NaiveDate) -> Timestamp {
        self.instant(date.and_time(self.closes))
    }

    /// The instant of a local time: the first of two in autumn, the end of the gap in spring.
    pub fn instant(&self, local: NaiveDateTime) -> Timestamp {
        instant(self.zone, local)
    }
}

/// The instant of a local time in `zone`: the first of two in autumn, the end of the gap in spring.
pub fn instant(zone: Tz, local: NaiveDateTime) -> Timestamp {
    let mut wall = local;
    // A gap is at most a day (date line changes); in minutes that bounds the search.
    for _ in 0..=1_441 {
        match zone.from_local_datetime(&wall) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => return at.with_timezone(&Utc),
            LocalResult::None => wall += TimeDelta::minutes(1),
        }
    }
    Utc.from_utc_datetime(&local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Calendar {
        Calendar {
            zone: chrono_tz::Europe::Berlin,
            workdays: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
            opens: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
            closes: NaiveTime::from_hms_opt(17, 0, 0).unwrap(),
            holidays: vec![NaiveDate::from_ymd_opt(2026, 12, 25).unwrap()],
        }
    }

    fn check(from: &str, days: u32, expected: &str) {
        let from: Timestamp = from.parse().unwrap();
        let expected: Timestamp = expected.parse().unwrap();
        assert_eq!(berlin().business_days_after(from, days), expected, "{days} days after {from}");
    }

    #[test]
    fn business_days_skip_weekends_and_holidays() {
        check("2026-11-20T10:00:00Z", 1, "2026-11-23T16:00:00Z"); // Friday to Monday
        check("2026-11-21T10:00:00Z", 1, "2026-11-23T16:00:00Z"); // Saturday to Monday
        check("2026-12-24T10:00:00Z", 1, "2026-12-28T16:00:00Z"); // over Christmas
        check("2026-11-23T10:00:00Z", 5, "2026-11-30T16:00:00Z");
    }

    #[test]
    fn zero_days_is_today_while_the_desk_is_open() {
        check("2026-11-23T10:00:00Z", 0, "2026-11-23T16:00:00Z");
        check("2026-11-23T18:00:00Z", 0, "2026-11-24T16:00:00Z");
        check("2026-11-22T10:00:00Z", 0, "2026-11-23T16:00:00Z");
    }

    #[test]
    fn a_deadline_over_a_clock_change_stays_at_closing_time() {
        check("2026-10-23T10:00:00Z", 1, "2026-10-26T16:00:00Z"); // summer ends on the 25th
        check("2026-03-27T10:00:00Z", 1, "2026-03-30T15:00:00Z"); // summer begins on the 29th
    }

    #[test]
    fn a_local_time_in_the_gap_becomes_its_end() {
        let gap = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(berlin().instant(gap).to_rfc3339(), "2026-03-29T01:00:00+00:00");
    }
}
