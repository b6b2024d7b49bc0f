//! The day on which an absent person is back, read from an absence note.
//!
//! Notes name it in any language, in words or figures, with or without a year. A date counts only beside a word that
//! makes it the end of something ("until", "back on", "bis", "zurück"), and only if it lies within half a year after
//! the mail came. A wrong date costs days, so what is not clear is not taken. Deliberately absent: hours of a day.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::back_words::{ENDS, MONTHS, PASSED_OVER, RETURNS, TOMORROW, WEEKDAYS};
use crate::mail::inbound::Mail;

/// Days for which an absence is believed.
const LONGEST: u64 = 180;
/// Characters of subject and text that are read.
const READ: usize = 1500;
/// Words read before and after a date.
const BESIDE: usize = 6;

/// The day named as the end of an absence, or the first day back; `None` where the mail names none that can be. The
/// mail `arrived` on that day.
pub fn back_on(mail: &Mail, arrived: NaiveDate) -> Option<NaiveDate> {
    let order = if is_american(mail) { Order::MonthFirst } else { Order::DayFirst };
    let text = format!("{}. {}", mail.subject, mail.text);
    read(&text, arrived, order)
}

/// In which order figures between slashes stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    DayFirst,
    MonthFirst,
}

/// Whether the clock of the sender is one of America's, where the month comes first.
fn is_american(mail: &Mail) -> bool {
    let zone =
        mail.header("Date").and_then(|date| date.split_whitespace().find(|word| word.starts_with('-')));
    zone.is_some_and(|zone| {
        matches!(zone, "-0400" | "-0500" | "-0600" | "-0700" | "-0800" | "-0900" | "-1000")
    })
}

/// How sure a day is: a day of return before the end of something, a date before the name of a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Return,
    End,
}

fn read(text: &str, arrived: NaiveDate, order: Order) -> Option<NaiveDate> {
    let tokens = tokens(text);
    let reader = Reader { tokens: &tokens, arrived, order };
    let mut found: Vec<(u8, Mark, NaiveDate)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((kind, day, length)) = reader.day(at) else {
            at += 1;
            continue;
        };
        if let Some(mark) = reader.mark(at, at + length)
            && reader.could_be(day)
        {
            found.push((kind, mark, day));
        }
        at += length;
    }
    // The sort is stable: of equals the first counts.
    found.sort_by_key(|(kind, mark, _)| (*kind, *mark));
    found.first().map(|(_, _, day)| *day)
}

/// A word, a number, or one other character.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Number(u32),
    Other(char),
}

/// Of the scripts that write without spaces each character is a word.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut number = String::new();
    for c in text.chars().take(READ).flat_map(char::to_lowercase).chain([' ']) {
        let digit = c.is_ascii_digit();
        let letter = (c.is_alphabetic() || matches!(c, '\'' | '\u{2019}' | '\u{307}')) && !is_dense(c);
        if !digit && !number.is_empty() {
            // Longer figures are no part of a date.
            tokens.push(number.parse().map_or(Token::Other('#'), Token::Number));
            number.clear();
        }
        if !letter && !word.is_empty() {
            tokens.push(Token::Word(std::mem::take(&mut word)));
        }
        match c {
            _ if digit => number.push(c),
            '\u{307}' => {}
            '\u{2019}' => word.push('\''),
            _ if letter => word.push(c),
            _ if is_dense(c) => tokens.push(Token::Word(c.to_string())),
            _ if c.is_whitespace() => {}
            _ => tokens.push(Token::Other(c)),
        }
    }
    tokens
}

/// Han, kana and Hangul.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

struct Reader<'a> {
    tokens: &'a [Token],
    arrived: NaiveDate,
    order: Order,
}

impl Reader<'_> {
    fn number(&self, at: usize) -> Option<u32> {
        match self.tokens.get(at) {
            Some(Token::Number(number)) => Some(*number),
            _ => None,
        }
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn other(&self, at: usize) -> Option<char> {
        match self.tokens.get(at) {
            Some(Token::Other(c)) => Some(*c),
            _ => None,
        }
    }

    /// The day that begins at this token, how sure it is (0 a date, 1 less), and its length in tokens.
    fn day(&self, at: usize) -> Option<(u8, NaiveDate, usize)> {
        let date = self.dense(at).or_else(|| self.figures(at)).or_else(|| self.in_words(at));
        if let Some((day, length)) = date {
            return Some((0, day, length));
        }
        let word = self.word(at)?;
        if let Some(weekday) = weekday(word) {
            return Some((1, next(self.arrived, weekday)?, 1));
        }
        TOMORROW.contains(&word).then(|| Some((1, self.arrived.succ_opt()?, 1)))?
    }

    /// `2026年12月3日`, `12월 3일`.
    fn dense(&self, at: usize) -> Option<(NaiveDate, usize)> {
        let year = self.number(at).filter(|_| matches!(self.word(at + 1), Some("年" | "년")));
        let month_at = if year.is_some() { at + 2 } else { at };
        let month = self.number(month_at).filter(|_| matches!(self.word(month_at + 1), Some("月" | "월")))?;
        let day = self
            .number(month_at + 2)
            .filter(|_| matches!(self.word(month_at + 3), Some("日" | "일" | "号" | "號")))?;
        Some((self.date(year, month, day)?, month_at + 4 - at))
    }

    /// `3.12.2026`, `3.12.`, `12/3/26`, `2026-12-03`.
    fn figures(&self, at: usize) -> Option<(NaiveDate, usize)> {
        let (first, second) = (self.number(at)?, self.number(at + 2)?);
        let between = self.other(at + 1).filter(|c| matches!(c, '.' | '/' | '-'))?;
        let third = self.number(at + 4).filter(|_| self.other(at + 3) == Some(between));
        if first > 1000 {
            return Some((self.date(Some(first), second, third?)?, 5));
        }
        if between == '-' && third.is_none() {
            // "3-12" is more often a span than a day.
            return None;
        }
        let dotted = between == '.' && self.other(at + 3) == Some('.');
        let length = if third.is_some() { 5 } else { 3 + usize::from(dotted) };
        let day_first = self.date(third, second, first);
        let month_first = self.date(third, first, second).filter(|_| between != '.');
        let (likely, other) = match self.order {
            Order::DayFirst => (day_first, month_first),
            Order::MonthFirst if between == '.' => (day_first, None),
            Order::MonthFirst => (month_first, day_first),
        };
        let soon = |day: &NaiveDate| self.could_be(*day);
        Some((likely.filter(soon).or(other.filter(soon)).or(likely)?, length))
    }

    /// `3rd of December 2026`, `3. Dezember`, `December 3, 2026`.
    fn in_words(&self, at: usize) -> Option<(NaiveDate, usize)> {
        let (day, month, mut end) = if let Some(day) = self.number(at) {
            let month_at = self.after_small_words(at + 1);
            (day, month(self.word(month_at)?)?, month_at + 1)
        } else {
            let month = month(self.word(at)?)?;
            let day_at = self.after_small_words(at + 1);
            (self.number(day_at)?, month, self.after_small_words(day_at + 1))
        };
        let year_at = self.after_small_words(end);
        let year = self.number(year_at).filter(|year| (2000..2200).contains(year));
        if year.is_some() {
            end = year_at + 1;
        }
        Some((self.date(year, month, day)?, end - at))
    }

    /// Skips the endings of ordinals and the words between day, month and year.
    fn after_small_words(&self, at: usize) -> usize {
        const SMALL: [&str; 22] = [
            "st", "nd", "rd", "th", "er", "ère", "of", "de", "del", "d'", "den", "the", "e", "ter", "ste",
            "di", "do", "a", "r", "º", "ª", "ος",
        ];
        let small = |at: usize| {
            self.word(at).is_some_and(|word| SMALL.contains(&word))
                || self.other(at).is_some_and(|c| matches!(c, '.' | ',' | '°' | 'º' | 'ª'))
        };
        (at..at + 3).find(|at| !small(*at)).unwrap_or(at + 3)
    }

    /// Whether somebody who is away now may be back on that day.
    fn could_be(&self, day: NaiveDate) -> bool {
        let last = self.arrived.checked_add_days(Days::new(LONGEST));
        day > self.arrived && last.is_some_and(|last| day <= last)
    }

    /// Without a year the next such day is meant.
    fn date(&self, year: Option<u32>, month: u32, day: u32) -> Option<NaiveDate> {
        let of = |year| NaiveDate::from_ymd_opt(year, month, day);
        match year {
            Some(year) if year < 100 => of(i32::try_from(year).ok()? + 2000),
            Some(year) => of(i32::try_from(year).ok()?),
            None => {
                let this = of(self.arrived.year()).filter(|date| *date >= self.arrived);
                this.or_else(|| of(self.arrived.year() + 1))
            }
        }
    }

    /// The word beside a day that makes it an end: the nearest before it, or one close behind it.
    fn mark(&self, from: usize, to: usize) -> Option<Mark> {
        for at in (from.saturating_sub(BESIDE)..from).rev() {
            match self.tokens.get(at) {
                Some(Token::Word(word)) if RETURNS.contains(&word.as_str()) => return Some(Mark::Return),
                Some(Token::Word(word)) if ENDS.contains(&word.as_str()) => return Some(Mark::End),
                Some(Token::Word(word)) if passed_over(word) => {}
                Some(Token::Other('-' | '–' | '—')) => return Some(Mark::End),
                Some(Token::Other('.' | ',' | '(' | ':' | '/') | Token::Number(_)) => {}
                _ => break,
            }
        }
        let behind = (to..to + BESIDE).map_while(|at| self.tokens.get(at));
        let behind = behind.take_while(|token| **token != Token::Other('.'));
        let mut words = behind.filter_map(|token| match token {
            Token::Word(word) => Some(word.as_str()),
            _ => None,
        });
        words.find_map(|word| match word {
            _ if BEHIND_ENDS.contains(&word) => Some(Mark::End),
            _ if BEHIND_RETURNS.contains(&word) => Some(Mark::Return),
            _ => None,
        })
    }
}

/// Words behind a day that make it the end of an absence.
const BEHIND_ENDS: [&str; 10] = ["asti", "saakka", "kadar", "dek", "ig", "ま", "止", "まで", "까", "前"];

/// Words behind a day that make it the day of return.
const BEHIND_RETURNS: [&str; 16] = [
    "wieder", "zurück", "zurueck", "terug", "weer", "back", "return", "tillbaka", "tilbake", "tilbage",
    "palaan", "retour", "åter", "返", "回", "復",
];

fn passed_over(word: &str) -> bool {
    PASSED_OVER.contains(&word) || weekday(word).is_some() || month(word).is_some()
}

fn month(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|names| names.contains(&word))?;
    u32::try_from(place + 1).ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    const DAYS: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let word = word.trim_end_matches("'s");
    let place = WEEKDAYS.iter().position(|names| names.contains(&word))?;
    DAYS.get(place).copied()
}

/// The next such day after `day`.
fn next(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    day.iter_days().skip(1).take(7).find(|day| day.weekday() == weekday)
}

#[cfg(test)]
mod tests;
