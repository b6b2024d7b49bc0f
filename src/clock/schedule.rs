//! Repeating jobs: five-field cron lines, read on the desk's own wall clock.
//!
//! The `cron` crate is kept behind this wrapper because it differs from what an operator expects: it wants seconds,
//! counts weekdays from Sunday = 1, and on the days of a clock change skips or doubles runs. Here five fields are
//! read as in crontab(5), and its answers, asked for in local time, are mapped to instants: a run in the hour that
//! spring leaves out happens at the end of the gap, the hour that autumn repeats counts once.
//! Deliberately absent: seconds, `@daily` and the like, and a day of month combined with a weekday, which
//! crontab(5) and the crate understand in opposite ways.
use std::fmt::Write as _;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::domain::{Timestamp, calendar};

/// A validated cron line.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    text: String,
    inner: cron::Schedule,
}

/// One run of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// When it happens.
    pub at: Timestamp,
    /// The local time the schedule names, which in the spring gap is not shown by any clock.
    pub local: NaiveDateTime,
}

impl Run {
    /// What makes this run unique: its local date and time, so that clock changes neither double nor skip it.
    pub fn key(&self) -> String {
        self.local.format("%Y-%m-%dT%H:%M").to_string()
    }
}

/// Why a text is no schedule; each says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Not five fields.
    #[error("a schedule has five fields (minute, hour, day of month, month, weekday), this has {0}")]
    Fields(usize),
    /// The weekday field is wrong.
    #[error("“{0}” is no weekday: write 0–7 (0 and 7 are Sunday), sun–sat, ranges and lists of them, or *")]
    Weekday(String),
    /// Day of month and weekday are both restricted.
    #[error("set the day of month or the weekday, not both: programs disagree on what both together mean")]
    DayTwice,
    /// Another field is wrong.
    #[error(
        "minute 0–59, hour 0–23, day 1–31 and month 1–12 may be *, a number, a range, a list or a step (*/10)"
    )]
    Syntax,
    /// It is well-formed and names no day that exists.
    #[error("this schedule never runs: no such date exists")]
    Never,
}

/// Names of the weekdays from Sunday on, as the inner parser knows them.
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// More runs than a schedule can have in the longest hour that is repeated; a bound, never reached.
const MOST_REPEATED: usize = 1_500;

impl Schedule {
    /// Reads a line of five fields. It must name a time that exists at all.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let &[minute, hour, day, month, weekday] = fields.as_slice() else {
            return Err(ScheduleError::Fields(fields.len()));
        };
        if day != "*" && weekday != "*" {
            return Err(ScheduleError::DayTwice);
        }
        if [minute, hour, day, month].iter().any(|field| !is_plain(field)) {
            return Err(ScheduleError::Syntax);
        }
        let weekday = weekdays(weekday)?;
        let inner = cron::Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}"))
            .map_err(|_| ScheduleError::Syntax)?;
        let schedule = Self { text: fields.join(" "), inner };
        // Any moment will do to ask whether there is a run: a leap day and every weekday lie after this one.
        match schedule.next_after(DateTime::UNIX_EPOCH, Tz::UTC) {
            Some(_) => Ok(schedule),
            None => Err(ScheduleError::Never),
        }
    }

    /// The first run after `now` in `zone`. Runs asked for one after another ascend strictly.
    pub fn next_after(&self, now: Timestamp, zone: Tz) -> Option<Run> {
        let local = now.with_timezone(&zone).naive_local();
        // Local time goes in and comes out dressed as UTC, which has no clock changes to trip over.
        self.inner
            .after(&Utc.from_utc_datetime(&local))
            .take(MOST_REPEATED)
            .map(|wall| wall.naive_utc())
            .map(|wall| Run { at: calendar::instant(zone, wall), local: wall })
            .find(|run| run.at > now)
    }

    /// The line as configured, with single spaces.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Display for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.text)
    }
}

impl FromStr for Schedule {
    type Err = ScheduleError;
    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        Self::parse(text)
    }
}

/// Whether a field holds only what crontab(5) knows; the inner parser knows more.
fn is_plain(field: &str) -> bool {
    field.chars().all(|c| c.is_ascii_alphanumeric() || "*,-/".contains(c))
}

/// The weekday field in the inner parser's words: `*` or a list of names.
fn weekdays(field: &str) -> Result<String, ScheduleError> {
    if field == "*" {
        return Ok("*".to_owned());
    }
    let wrong = || ScheduleError::Weekday(field.to_owned());
    let mut wanted = [false; 7];
    for part in field.split(',') {
        for day in span(part).ok_or_else(wrong)? {
            wanted[day % 7] = true;
        }
    }
    let mut list = String::new();
    for (name, _) in WEEKDAYS.iter().zip(wanted).filter(|(_, wanted)| *wanted) {
        let comma = if list.is_empty() { "" } else { "," };
        let _ = write!(list, "{comma}{name}");
    }
    Ok(list)
}

/// The days of one part: `2`, `mon`, `1-5`, `fri-sun`, `*/2`, `1-5/2`. Sunday may be 0 or 7.
fn span(part: &str) -> Option<Vec<usize>> {
    let (range, step) = match part.split_once('/') {
        Some((range, step)) => (range, step.parse().ok().filter(|step| (1..=7).contains(step))?),
        None => (part, 1),
    };
    let (first, last) = match range.split_once('-') {
        _ if range == "*" => (0, 6),
        Some((first, last)) => (day(first)?, day(last)?),
        None if step == 1 => (day(range)?, day(range)?),
        None => return None,
    };
    let last = if last == 0 && first > 0 { 7 } else { last };
    (first <= last).then(|| (first..=last).step_by(step).collect())
}

/// A weekday by number or name; Sunday is 0, or 7 when written so.
fn day(text: &str) -> Option<usize> {
    match text.parse::<usize>() {
        Ok(number) => (number <= 7).then_some(number),
        Err(_) => WEEKDAYS.iter().position(|name| name.eq_ignore_ascii_case(text)),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    const BERLIN: Tz = Tz::Europe__Berlin;

    /// The next runs after `from`, each as an instant in UTC.
    fn runs(line: &str, zone: Tz, from: &str, count: usize) -> Vec<String> {
        let schedule = Schedule::parse(line).unwrap();
        let mut now: Timestamp = from.parse().unwrap();
        let mut seen = Vec::new();
        for _ in 0..count {
            let run = schedule.next_after(now, zone).unwrap();
            assert!(run.at > now, "{line}: {} is not after {now}", run.at);
            now = run.at;
            seen.push(run.at.format("%m-%d %H:%M").to_string());
        }
        seen
    }

    #[test]
    fn a_daily_run_keeps_its_local_time_over_both_clock_changes() {
        assert_eq!(
            runs("0 8 * * *", BERLIN, "2026-03-28T00:00:00Z", 3),
            ["03-28 07:00", "03-29 06:00", "03-30 06:00"]
        );
        assert_eq!(
            runs("0 8 * * *", BERLIN, "2026-10-24T00:00:00Z", 3),
            ["10-24 06:00", "10-25 07:00", "10-26 07:00"]
        );
    }

    #[test]
    fn a_run_in_the_spring_gap_happens_at_its_end_once() {
        assert_eq!(
            runs("30 2 * * *", BERLIN, "2026-03-28T12:00:00Z", 2),
            ["03-29 01:00", "03-30 00:30"],
            "02:30 does not exist on the 29th; 03:00 summer time is 01:00 UTC"
        );
        let gap: Timestamp = "2026-03-28T12:00:00Z".parse().unwrap();
        let run = Schedule::parse("30 2 * * *").unwrap().next_after(gap, BERLIN).unwrap();
        assert_eq!(run.key(), "2026-03-29T02:30", "its key is the day and time that were asked for");
    }

    #[test]
    fn a_run_in_the_repeated_autumn_hour_happens_once() {
        assert_eq!(
            runs("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z", 2),
            ["10-25 00:30", "10-26 01:30"],
            "the first of the two is taken"
        );
    }

    #[test]
    fn short_intervals_ascend_over_both_clock_changes() {
        assert_eq!(
            runs("*/30 * * * *", BERLIN, "2026-03-29T00:10:00Z", 4),
            ["03-29 00:30", "03-29 01:00", "03-29 01:30", "03-29 02:00"]
        );
        assert_eq!(
            runs("*/30 * * * *", BERLIN, "2026-10-24T23:40:00Z", 4),
            ["10-25 00:00", "10-25 00:30", "10-25 02:00", "10-25 02:30"],
            "the repeated hour, 01:00 to 02:00 UTC, is passed over"
        );
    }

    #[test]
    fn a_start_inside_the_repeated_hour_does_not_look_back() {
        // 02:15 for the second time.
        assert_eq!(runs("30 2 * * *", BERLIN, "2026-10-25T01:15:00Z", 1), ["10-26 01:30"]);
        assert_eq!(runs("*/10 * * * *", BERLIN, "2026-10-25T01:15:00Z", 1), ["10-25 02:00"]);
    }

    #[test]
    fn every_day_of_two_years_has_one_run_in_every_zone_tried() {
        for zone in [BERLIN, Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Africa__Cairo, Tz::UTC] {
            for line in ["30 0 * * *", "30 2 * * *", "59 23 * * *"] {
                let schedule = Schedule::parse(line).unwrap();
                let mut now: Timestamp = "2026-01-01T23:59:59Z".parse().unwrap();
                let mut days = std::collections::BTreeSet::new();
                for _ in 0..730 {
                    let run = schedule.next_after(now, zone).unwrap();
                    assert!(run.at > now);
                    assert!(days.insert(run.key()), "{line} in {zone}: {} twice", run.key());
                    now = run.at;
                }
                let span = now - "2026-01-01T23:59:59Z".parse::<Timestamp>().unwrap();
                assert!((729..=731).contains(&span.num_days()), "{line} in {zone}: {} days", span.num_days());
            }
        }
    }

    #[test]
    fn weekdays_are_read_as_in_crontab() {
        let check = |field: &str, expected: &str| {
            assert_eq!(weekdays(field).unwrap(), expected, "{field}");
        };
        check("*", "*");
        check("0", "SUN");
        check("7", "SUN");
        check("1-5", "MON,TUE,WED,THU,FRI");
        check("mon-fri", "MON,TUE,WED,THU,FRI");
        check("5-7", "SUN,FRI,SAT");
        check("fri-sun", "SUN,FRI,SAT");
        check("0-6", "SUN,MON,TUE,WED,THU,FRI,SAT");
        check("*/2", "SUN,TUE,THU,SAT");
        check("1-5/2", "MON,WED,FRI");
        check("Sat,2", "TUE,SAT");
    }

    #[test]
    fn a_workday_schedule_runs_on_workdays() {
        // The 21st of November 2026 is a Saturday.
        assert_eq!(
            runs("0 8 * * 1-5", Tz::UTC, "2026-11-19T09:00:00Z", 3),
            ["11-20 08:00", "11-23 08:00", "11-24 08:00"]
        );
    }

    #[test]
    fn what_cannot_run_is_refused_with_its_reason() {
        let check = |line: &str, expected: ScheduleError| {
            assert_eq!(Schedule::parse(line), Err(expected), "{line}");
        };
        check("", ScheduleError::Fields(0));
        check("@daily", ScheduleError::Fields(1));
        check("0 0 8 * * *", ScheduleError::Fields(6));
        check("0 8 * * 8", ScheduleError::Weekday("8".to_owned()));
        check("0 8 * * fri-mon", ScheduleError::Weekday("fri-mon".to_owned()));
        check("0 8 * * 1/2", ScheduleError::Weekday("1/2".to_owned()));
        check("0 8 * * 1-5/0", ScheduleError::Weekday("1-5/0".to_owned()));
        check("0 8 * * 1,,2", ScheduleError::Weekday("1,,2".to_owned()));
        check("0 8 1 * 1", ScheduleError::DayTwice);
        check("61 8 * * *", ScheduleError::Syntax);
        check("0 24 * * *", ScheduleError::Syntax);
        check("0 8 L * *", ScheduleError::Syntax);
        check("0 8 ? * *", ScheduleError::Syntax);
        check("*/0 * * * *", ScheduleError::Syntax);
        check("0 0 30 2 *", ScheduleError::Never);
    }

    #[test]
    fn a_leap_day_schedule_is_accepted() {
        assert_eq!(runs("0 6 29 2 *", Tz::UTC, "2026-01-01T00:00:00Z", 1), ["02-29 06:00"]);
    }

    #[test]
    fn a_schedule_is_shown_as_it_was_written() {
        assert_eq!(Schedule::parse(" 0  8 * * mon-fri ").unwrap().to_string(), "0 8 * * mon-fri");
    }
}
