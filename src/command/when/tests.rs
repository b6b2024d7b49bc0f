use chrono::NaiveTime;

use super::*;
use crate::command::words;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn parse(text: &str) -> Result<When, CommandError> {
    When::parse(&words::split(&words::clean(text), 0).unwrap())
}

#[test]
fn days_are_read_in_every_usual_form() {
    let first = || When::Date(day("2026-12-01"));
    let cases = [
        ("3d", When::BusinessDays(3)),
        ("3 d", When::BusinessDays(3)),
        ("3D.", When::BusinessDays(3)),
        ("3 business days", When::BusinessDays(3)),
        ("in 3 days", When::BusinessDays(3)),
        ("3 Werktage", When::BusinessDays(3)),
        ("1 day", When::BusinessDays(1)),
        ("2w", When::Weeks(2)),
        ("2 Weeks!", When::Weeks(2)),
        ("today", When::Today),
        ("Tomorrow.", When::Tomorrow),
        ("morgen", When::Tomorrow),
        ("friday", When::Weekday(Weekday::Fri)),
        ("Fri", When::Weekday(Weekday::Fri)),
        ("by Friday", When::Weekday(Weekday::Fri)),
        ("Mittwoch", When::Weekday(Weekday::Wed)),
        ("2026-12-01", first()),
        ("2026\u{2013}12\u{2013}01", first()),
        ("2026/12/01", first()),
        ("1.12.2026", first()),
        ("01.12.2026.", first()),
        ("1. 12. 2026", first()),
        ("1 Dec 2026", first()),
        ("1. Dezember 2026", first()),
        ("Dec 1st, 2026", first()),
        ("\"December 1 2026\"", first()),
        ("29.2.2028", When::Date(day("2028-02-29"))),
        ("1 M\u{e4}rz 2027", When::Date(day("2027-03-01"))),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), Ok(expected), "{text}");
        assert_eq!(parse(&expected.to_string()), Ok(expected), "{text} written and read again");
    }
}

#[test]
fn what_is_no_day_is_explained() {
    let cases = [
        ("3x", "this is no day"),
        ("soon", "this is no day"),
        ("zwei Wochen", "this is no day"),
        ("3", "this is no day"),
        ("0d", "this is no day within a year"),
        ("999999999999999999999d", "this is no day within a year"),
        ("53w", "this is no day within a year"),
        ("1.12.", "the year is missing"),
        ("1.12.26", "the year is missing"),
        ("1 Dec", "the year is missing"),
        ("12/24", "the year is missing"),
        ("31.2.2027", "there is no such day"),
        ("2026-13-01", "there is no such day"),
        ("30 February 2027", "there is no such day"),
        ("25/25/2026", "there is no such day"),
        ("next friday", "this could be in this week or in the next"),
        ("n\u{e4}chsten Freitag", "this could be in this week or in the next"),
        ("1/12/2026", "this could be 1 December 2026 or 12 January 2026"),
        (
            "12/24/2026",
            "with slashes, day and month change places between countries; this could only be 24 December 2026",
        ),
        ("\u{661}d", "this is no day"),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text).unwrap_err().what, expected, "{text}");
    }
    let both = parse("1/12/2026").unwrap_err().did_you_mean;
    assert_eq!(both.as_deref(), Some("#promise 2026-12-01 or #promise 2026-01-12"));
}

fn calendar() -> Calendar {
    Calendar {
        zone: chrono_tz::Europe::Berlin,
        workdays: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
        opens: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
        closes: NaiveTime::from_hms_opt(17, 0, 0).unwrap(),
        holidays: vec![],
    }
}

#[test]
fn a_day_is_due_when_the_desk_closes_on_it() {
    let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap(); // a Friday
    let calendar = calendar();
    let far = Err(WhenError::TooFar);
    let cases = [
        (When::BusinessDays(1), Ok("2026-11-23T16:00:00Z")),
        (When::Weeks(2), Ok("2026-12-04T16:00:00Z")),
        (When::Today, Ok("2026-11-20T16:00:00Z")),
        (When::Tomorrow, Ok("2026-11-21T16:00:00Z")),
        (When::Weekday(Weekday::Fri), Ok("2026-11-27T16:00:00Z")),
        (When::Weekday(Weekday::Mon), Ok("2026-11-23T16:00:00Z")),
        (When::Date(day("2026-11-20")), Ok("2026-11-20T16:00:00Z")),
        (When::Date(day("2027-07-01")), Ok("2027-07-01T15:00:00Z")),
        (When::Date(day("2026-11-19")), Err(WhenError::Past)),
        (When::Date(day("2027-11-30")), far),
        (When::Date(NaiveDate::MAX), far),
        (When::Date(NaiveDate::MIN), Err(WhenError::Past)),
        (When::Weeks(u32::MAX), far),
        (When::BusinessDays(u32::MAX), far),
    ];
    for (when, expected) in cases {
        let expected = expected.map(|due| due.parse::<Timestamp>().unwrap());
        assert_eq!(when.resolve(day("2026-11-20"), &calendar, now), expected, "{when}");
    }
    let evening: Timestamp = "2026-11-20T17:00:00Z".parse().unwrap();
    assert_eq!(When::Today.resolve(day("2026-11-20"), &calendar, evening), Err(WhenError::Past));
}
