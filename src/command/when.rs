//! A day to come, as people write it.
//!
//! What is read and what it means are two steps: [`When::parse`] needs no clock and no calendar, [`When::resolve`]
//! takes both. A date that two countries read differently is refused with both readings.
use std::fmt;

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

use super::{Arguments, CommandError, work};
use crate::domain::{Timestamp, calendar::Calendar};

/// Nothing is promised for later than this.
const MAX_DAYS: i64 = 366;
/// Business days and weeks of a year.
const MAX_BUSINESS_DAYS: u32 = 260;
const MAX_WEEKS: u32 = 52;

/// A day to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// After so many business days, at least one.
    BusinessDays(u32),
    /// After so many weeks, on the same day of the week.
    Weeks(u32),
    /// On this date.
    Date(NaiveDate),
    /// On the next such day after today.
    Weekday(Weekday),
    /// Today.
    Today,
    /// On the day after today, business day or not.
    Tomorrow,
}

/// Why a day cannot be promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    /// It is over, or its working hours are.
    #[error("this day is already over")]
    Past,
    /// It is too far away to be a promise.
    #[error("this is more than a year away")]
    TooFar,
}

impl When {
    /// The moment by which something is due: closing time of the day that is meant, whose date is `today` now.
    ///
    /// # Errors
    /// When that moment is not in the future, or more than a year away.
    pub fn resolve(
        self,
        today: NaiveDate,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Result<Timestamp, WhenError> {
        let after = |days: u64| today.checked_add_days(Days::new(days)).ok_or(WhenError::TooFar);
        let due = match self {
            When::BusinessDays(days) => calendar.business_days_after(now, days),
            When::Weeks(weeks) => calendar.closing_of(after(u64::from(weeks) * 7)?),
            When::Date(date) => calendar.closing_of(date),
            When::Weekday(day) => calendar.closing_of(after(days_until(today.weekday(), day))?),
            When::Today => calendar.closing_of(today),
            When::Tomorrow => calendar.closing_of(after(1)?),
        };
        if due <= now {
            return Err(WhenError::Past);
        }
        if due.signed_duration_since(now) > TimeDelta::days(MAX_DAYS) {
            return Err(WhenError::TooFar);
        }
        Ok(due)
    }

    /// Reads the arguments of a command as a day.
    ///
    /// # Errors
    /// When they are none, or could be two.
    pub fn parse(arguments: &Arguments) -> Result<When, CommandError> {
        let said = arguments.plain();
        let said = FILLERS.iter().find_map(|filler| said.strip_prefix(filler)).unwrap_or(&said).trim();
        read(said).map_err(|unread| unread.error(arguments))
    }
}

/// Days from `from` to the next `to`, 1 to 7.
fn days_until(from: Weekday, to: Weekday) -> u64 {
    let apart = (7 + to.num_days_from_monday() - from.num_days_from_monday()) % 7;
    u64::from(if apart == 0 { 7 } else { apart })
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::BusinessDays(days) => write!(f, "{days}d"),
            When::Weeks(weeks) => write!(f, "{weeks}w"),
            When::Date(date) => write!(f, "{}", date.format("%Y-%m-%d")),
            When::Weekday(day) => f.write_str(WEEKDAYS[day.num_days_from_monday() as usize].0),
            When::Today => f.write_str("today"),
            When::Tomorrow => f.write_str("tomorrow"),
        }
    }
}

/// Words that may stand before a day and say nothing.
const FILLERS: &[&str] = &["by ", "until ", "on ", "in ", "bis ", "am "];

/// English and German names, from Monday; three letters or more of one suffice.
const WEEKDAYS: [(&str, &str, Weekday); 7] = [
    ("monday", "montag", Weekday::Mon),
    ("tuesday", "dienstag", Weekday::Tue),
    ("wednesday", "mittwoch", Weekday::Wed),
    ("thursday", "donnerstag", Weekday::Thu),
    ("friday", "freitag", Weekday::Fri),
    ("saturday", "samstag", Weekday::Sat),
    ("sunday", "sonntag", Weekday::Sun),
];

/// English and German names, from January; three letters or more of one suffice.
const MONTHS: [(&str, &str); 12] = [
    ("january", "januar"),
    ("february", "februar"),
    ("march", "m\u{e4}rz"),
    ("april", "april"),
    ("may", "mai"),
    ("june", "juni"),
    ("july", "juli"),
    ("august", "august"),
    ("september", "september"),
    ("october", "oktober"),
    ("november", "november"),
    ("december", "dezember"),
];

const DAY_UNITS: &[&str] = &[
    "d",
    "day",
    "days",
    "bd",
    "businessday",
    "businessdays",
    "workingday",
    "workingdays",
    "tag",
    "tage",
    "tagen",
    "werktag",
    "werktage",
    "werktagen",
    "arbeitstag",
    "arbeitstage",
    "arbeitstagen",
];
const WEEK_UNITS: &[&str] = &["w", "week", "weeks", "woche", "wochen"];

/// Why a text is no day.
#[derive(Debug, PartialEq, Eq)]
enum Unread {
    Unknown,
    NoYear,
    NoSuchDay,
    TooFar,
    Next,
    Ambiguous(Vec<NaiveDate>),
}

impl Unread {
    fn error(&self, arguments: &Arguments) -> CommandError {
        let usual = "a number of business days such as 3d, a day of the week, or a date such as 2026-12-01";
        let (what, expected) = match self {
            Unread::Unknown => ("this is no day".to_owned(), usual),
            Unread::NoYear => ("the year is missing".to_owned(), "the date with all four digits of its year"),
            Unread::NoSuchDay => ("there is no such day".to_owned(), usual),
            Unread::TooFar => ("this is no day within a year".to_owned(), "at least 1d, at most 260d or 52w"),
            Unread::Next => {
                ("this could be in this week or in the next".to_owned(), "the date, or a number of days")
            }
            Unread::Ambiguous(readings) => (ambiguous(readings), "the date as year, month and day"),
        };
        let readings: &[NaiveDate] = if let Unread::Ambiguous(readings) = self { readings } else { &[] };
        let lines: Vec<String> =
            readings.iter().map(|date| format!("#promise {}", date.format("%Y-%m-%d"))).collect();
        CommandError {
            caret: arguments.range(),
            what,
            expected: expected.to_owned(),
            example: lines.first().cloned().unwrap_or_else(|| work::PROMISE.example.to_owned()),
            did_you_mean: (!lines.is_empty()).then(|| lines.join(" or ")),
        }
    }
}

fn ambiguous(readings: &[NaiveDate]) -> String {
    let spelled: Vec<String> = readings.iter().map(|date| date.format("%-d %B %Y").to_string()).collect();
    match spelled.as_slice() {
        [one] => {
            format!("with slashes, day and month change places between countries; this could only be {one}")
        }
        _ => format!("this could be {}", spelled.join(" or ")),
    }
}

fn read(said: &str) -> Result<When, Unread> {
    let close: String = said.chars().filter(|c| *c != ' ').collect();
    if let Some(found) = named(said).or_else(|| span(&close)) {
        return found;
    }
    if let Some(parts) =
        numbers(&close, '-').or_else(|| numbers(&close, '/')).filter(|parts| is_year(parts[0]))
    {
        return date(parts[0], parts[1], parts[2]);
    }
    if let Some([day, month, year]) = numbers(&close, '.') {
        return if is_year(year) { date(year, month, day) } else { Err(Unread::NoYear) };
    }
    if let Some([first, second, year]) = numbers(&close, '/') {
        return slashed(first, second, year);
    }
    let day_and_month =
        ['.', '-', '/'].iter().any(|mark| split_numbers(&close, *mark).is_some_and(|n| n.len() == 2));
    spelled(said).unwrap_or(Err(if day_and_month { Unread::NoYear } else { Unread::Unknown }))
}

fn named(said: &str) -> Option<Result<When, Unread>> {
    if said.starts_with("next ") || said.starts_with("n\u{e4}chste") {
        return Some(Err(Unread::Next));
    }
    let when = match said {
        "today" | "heute" => When::Today,
        "tomorrow" | "morgen" => When::Tomorrow,
        _ => {
            let day =
                WEEKDAYS.iter().find(|(english, german, _)| begins(said, english) || begins(said, german))?;
            When::Weekday(day.2)
        }
    };
    Some(Ok(when))
}

/// Whether `said` is `name` or at least its first three letters, with or without a full stop.
fn begins(said: &str, name: &str) -> bool {
    let said = said.trim_end_matches('.');
    said.chars().count() >= 3 && name.starts_with(said)
}

/// A number with a unit.
fn span(close: &str) -> Option<Result<When, Unread>> {
    let unit = close.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = close.strip_suffix(unit).filter(|digits| !digits.is_empty())?;
    let number = digits.parse::<u32>().unwrap_or(u32::MAX);
    let (most, when) = if DAY_UNITS.contains(&unit) {
        (MAX_BUSINESS_DAYS, When::BusinessDays(number))
    } else if WEEK_UNITS.contains(&unit) {
        (MAX_WEEKS, When::Weeks(number))
    } else {
        return None;
    };
    Some(if (1..=most).contains(&number) { Ok(when) } else { Err(Unread::TooFar) })
}

/// Three numbers with `mark` between them.
fn numbers(close: &str, mark: char) -> Option<[u32; 3]> {
    split_numbers(close, mark)?.try_into().ok()
}

fn split_numbers(close: &str, mark: char) -> Option<Vec<u32>> {
    close.split(mark).map(|part| part.parse().ok()).collect()
}

fn is_year(number: u32) -> bool {
    (1000..10_000).contains(&number)
}

fn day_of(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn date(year: u32, month: u32, day: u32) -> Result<When, Unread> {
    day_of(year, month, day).map(When::Date).ok_or(Unread::NoSuchDay)
}

/// Day and month with slashes: never taken, since half the world reads them the other way round.
fn slashed(first: u32, second: u32, year: u32) -> Result<When, Unread> {
    if !is_year(year) {
        return Err(Unread::NoYear);
    }
    let mut readings: Vec<NaiveDate> = [(second, first), (first, second)]
        .iter()
        .filter_map(|(month, day)| day_of(year, *month, *day))
        .collect();
    readings.dedup();
    Err(if readings.is_empty() { Unread::NoSuchDay } else { Unread::Ambiguous(readings) })
}

/// A date with the name of its month: `1 Dec 2026`, `1. Dezember 2026`, `Dec 1st, 2026`.
fn spelled(said: &str) -> Option<Result<When, Unread>> {
    let words: Vec<&str> = said.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let (first, second, year) = match words.as_slice() {
        [first, second] => (first, second, None),
        [first, second, year] => (first, second, Some(year)),
        _ => return None,
    };
    let day_first = ordinal(first).zip(month_named(second));
    let (day, month) = day_first.or_else(|| ordinal(second).zip(month_named(first)))?;
    let year = year.and_then(|year| year.parse().ok()).filter(|year| is_year(*year));
    Some(year.map_or(Err(Unread::NoYear), |year| date(year, month, day)))
}

fn month_named(word: &str) -> Option<u32> {
    let found = MONTHS.iter().position(|(english, german)| begins(word, english) || begins(word, german))?;
    u32::try_from(found + 1).ok()
}

fn ordinal(word: &str) -> Option<u32> {
    ["st", "nd", "rd", "th", "."].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word).parse().ok()
}

#[cfg(test)]
mod tests;
