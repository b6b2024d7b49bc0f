//! Dates as mails write them: RFC 5322 §3.3 with its obsolete forms, and what programs write instead of it.
//!
//! Words are told apart by their shape, not by their place, and what is neither day, month, year, time nor zone is
//! skipped, the weekday too: it is wrong more often than the date. Deliberately absent: guessing whether 3/4/2026 is
//! in March or April.

use chrono::{DateTime, Duration, NaiveDate, Utc};

/// The moment that a Date field names; `None` where it is no possible date.
pub(super) fn date(value: &str) -> Option<DateTime<Utc>> {
    let plain = plain(value);
    if let Some(moment) = seconds(plain.trim()) {
        return Some(moment);
    }
    let mut found = Found::default();
    for word in plain.split([' ', '\t', ',']).filter(|word| !word.is_empty()).take(MOST) {
        found.word(word);
    }
    found.moment()
}

/// Words of a date that are read.
const MOST: usize = 20;
/// Characters of a value that are read.
const LONGEST: usize = 200;

/// Without comments, and without the blanks that RFC 5322 §4.3 allows around colons.
fn plain(value: &str) -> String {
    let mut depth = 0_usize;
    let mut text = String::new();
    let mut blank = false;
    for c in value.chars().take(LONGEST) {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if c.is_whitespace() || c == '"' => blank = true,
            _ => {
                if blank && c != ':' && !text.ends_with(':') && !text.is_empty() {
                    text.push(' ');
                }
                blank = false;
                text.push(c);
            }
        }
    }
    text
}

/// Seconds or milliseconds since 1970.
fn seconds(text: &str) -> Option<DateTime<Utc>> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.len() {
        9 | 10 if digits => DateTime::from_timestamp(text.parse().ok()?, 0),
        13 if digits => DateTime::from_timestamp_millis(text.parse().ok()?),
        _ => None,
    }
}

#[derive(Default)]
struct Found {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<i32>,
    /// Hour, minute, second.
    time: Option<(u32, u32, u32)>,
    afternoon: Option<bool>,
    /// Minutes east of Greenwich.
    zone: Option<i32>,
}

impl Found {
    fn word(&mut self, word: &str) {
        let first = word.chars().next().unwrap_or_default();
        if let Some((day, time)) =
            word.split_once(['T', 't']).filter(|(day, _)| day.len() == 10 || day.len() == 8)
            && time.starts_with(|c: char| c.is_ascii_digit())
            && self.triple(day)
        {
            self.clock(time);
        } else if word.contains(':') && first.is_ascii_digit() {
            self.clock(word);
        } else if matches!(first, '+' | '-') {
            self.offset(word);
        } else if first.is_ascii_digit() {
            self.number(word);
        } else {
            self.name(word);
        }
    }

    /// `10:00:00`, with what may stand right behind it: a fraction, a zone, AM or PM.
    fn clock(&mut self, word: &str) {
        let end = word.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(word.len());
        let (time, after) = word.split_at(end);
        let mut numbers = time.split(':').map(|text| text.parse().ok());
        let mut next = || numbers.next().flatten();
        let (Some(hour), Some(minute)) = (next(), next()) else { return };
        self.time = Some((hour, minute, next().unwrap_or(0)));
        let after = after
            .strip_prefix('.')
            .map_or(after, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        if after.starts_with(['+', '-']) {
            self.offset(after);
        } else if !after.is_empty() {
            self.name(after);
        }
    }

    /// `+0200`, `+02:00`, `-5`.
    fn offset(&mut self, word: &str) {
        let (sign, rest) = word.split_at(1);
        let digits: String =
            rest.chars().take_while(|c| c.is_ascii_digit() || *c == ':').filter(|c| *c != ':').collect();
        let Ok(number) = digits.parse::<i32>() else { return };
        let minutes = if digits.len() <= 2 { number * 60 } else { number / 100 * 60 + number % 100 };
        // Whoever is further from Greenwich than anybody can be does not know where they are.
        if minutes <= 14 * 60 {
            self.zone = Some(if sign == "-" { -minutes } else { minutes });
        }
    }

    fn number(&mut self, word: &str) {
        if word.contains(['-', '/', '.']) && self.triple(word.trim_end_matches('.')) {
            return;
        }
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let behind = word.get(digits.len()..).unwrap_or_default().to_ascii_lowercase();
        let Ok(number) = digits.parse::<u32>() else { return };
        match (digits.len(), behind.as_str()) {
            (1 | 2, "am" | "pm") => {
                self.time = Some((number, 0, 0));
                self.name(&behind);
            }
            (1 | 2, _) if self.day.is_none() => self.day = Some(number),
            (4, _) if self.year.is_some() && self.time.is_some() => self.offset(&format!("+{digits}")),
            (2..=4, _) if self.year.is_none() => self.year = year(&digits),
            _ => {}
        }
    }

    /// Day, month and year in one word.
    fn triple(&mut self, word: &str) -> bool {
        let pieces: Vec<&str> = if word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            [word.get(..4), word.get(4..6), word.get(6..)].into_iter().flatten().collect()
        } else {
            word.split(['-', '/', '.']).collect()
        };
        let [first, second, third] = pieces.as_slice() else { return false };
        let number = |text: &str| text.parse::<u32>().ok();
        let (day, month, year) = match (number(first), number(second), number(third)) {
            (Some(_), Some(month), Some(day)) if first.len() == 4 => (day, month, year(first)),
            // Dots are German; with slashes both orders are in use.
            (Some(day), Some(month), Some(_)) if word.contains('.') || day > 12 => (day, month, year(third)),
            (Some(month), Some(day), Some(_)) if day > 12 || day == month => (day, month, year(third)),
            (Some(day), None, Some(_)) => match month(second) {
                Some(month) => (day, month, year(third)),
                None => return false,
            },
            _ => return false,
        };
        (self.day, self.month, self.year) = (Some(day), Some(month), year);
        true
    }

    fn name(&mut self, word: &str) {
        let word = word.trim_matches(['.', ';', '"', '<', '>']).to_lowercase();
        match word.as_str() {
            "am" | "a.m" => self.afternoon = Some(false),
            "pm" | "p.m" => self.afternoon = Some(true),
            _ => {
                if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
                    // A name behind an offset is only a comment on it.
                    self.zone = self.zone.or(Some(*hours));
                } else if let Some(offset) = ["utc", "gmt"].iter().find_map(|name| word.strip_prefix(name)) {
                    if offset.starts_with(['+', '-']) {
                        self.offset(offset);
                    }
                } else if let Some(month) = month(&word) {
                    self.month = Some(month);
                }
            }
        }
    }

    fn moment(self) -> Option<DateTime<Utc>> {
        let (mut hour, minute, second) = self.time.unwrap_or_default();
        hour = match self.afternoon {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        let day = NaiveDate::from_ymd_opt(self.year?, self.month?, self.day?)?;
        // A leap second is the second before it; midnight may be the end of a day.
        let (day, hour) =
            if (hour, minute, second) == (24, 0, 0) { (day.succ_opt()?, 0) } else { (day, hour) };
        let local = day.and_hms_opt(hour, minute, second.min(if second == 60 { 59 } else { second }))?;
        let zone = Duration::minutes(i64::from(self.zone.unwrap_or(0)));
        Some(local.checked_sub_signed(zone)?.and_utc())
    }
}

/// RFC 5322 §4.3: two digits are of this century up to 49, three count from 1900.
fn year(digits: &str) -> Option<i32> {
    let number: i32 = digits.parse().ok()?;
    match digits.len() {
        4 if (1900..=3000).contains(&number) => Some(number),
        2 if number < 50 => Some(2000 + number),
        2 | 3 => Some(1900 + number),
        _ => None,
    }
}

/// The month that a word names, from its first letters.
fn month(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    let found = MONTHS.iter().position(|names| names.iter().any(|name| word.starts_with(name)))?;
    u32::try_from(found + 1).ok()
}

/// How the months begin in English and in the languages of programs that write the date in their user's.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen", "янв", "stycz"],
    &["feb", "fév", "fev", "фев", "lut"],
    &["mar", "mär", "mrz", "maa", "мар"],
    &["apr", "avr", "abr", "апр", "kwi"],
    &["may", "mai", "mag", "mei", "мая", "май", "maj"],
    &["jun", "juin", "giu", "июн", "czerw"],
    &["jul", "juil", "lug", "июл", "lip"],
    &["aug", "aoû", "aou", "ago", "авг", "sierp"],
    &["sep", "set", "сен", "wrz"],
    &["oct", "okt", "out", "ott", "окт", "paźdz"],
    &["nov", "ноя", "listop"],
    &["dec", "dez", "déc", "dic", "дек", "grud"],
];

/// Names of zones in minutes east of Greenwich: RFC 5322 §4.3, and those that are not used for two.
const ZONES: &[(&str, i32)] = &[
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("ast", -240),
    ("adt", -180),
    ("nst", -210),
    ("ndt", -150),
    ("brt", -180),
    ("art", -180),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("sast", 120),
    ("msk", 180),
    ("msd", 240),
    ("hkt", 480),
    ("sgt", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("acst", 570),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
];
