//! The kinds of value a key may hold: how each is read, and how it is named to people.
//!
//! A kind knows one value alone; what values mean together stands in `rules`.
use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use toml::Spanned;
use toml::de::DeValue;

use super::error::shown;
use super::settings::Whom;
use crate::clock::Schedule;
use crate::domain::party::plain_address;
use crate::mail::relay::Network;

/// What may stand at a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Any text of one line, not empty.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Switch,
    /// A whole number between two bounds, both included.
    Count { least: u64, most: u64 },
    /// A length of time such as "90s"; the bounds are seconds.
    Duration { least: i64, most: i64 },
    /// A number of bytes such as "25MiB".
    Size { least: u64, most: u64 },
    /// A mail address.
    Address,
    /// A mail address, or a domain with or without @.
    Whom,
    /// A range of network addresses.
    Network,
    /// A domain name.
    Domain,
    /// A host name or IP address.
    Host,
    /// A host name, or a dot and a domain for every host below it.
    HostOrBelow,
    /// A path; a relative one starts at the configuration file.
    Path,
    /// A short name of small letters, digits and hyphens.
    Name,
    /// Letters or digits and a hyphen.
    Prefix,
    /// A language code.
    Language,
    /// Sentences by language.
    Texts,
    /// A time zone.
    Zone,
    /// A day of the week.
    Weekday,
    /// A time such as "09:00".
    TimeOfDay,
    /// A date such as "2026-12-25".
    Date,
    /// A cron line.
    Schedule,
    /// A SHA-256 in hexadecimal.
    Fingerprint,
    /// The address of a database, without a password.
    DatabaseUrl,
    /// A list of one kind with at least so many entries.
    List { of: &'static Kind, least: usize },
}

/// A value that was read.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    Switch(bool),
    Count(u64),
    Duration(TimeDelta),
    Zone(Tz),
    Weekday(Weekday),
    Time(NaiveTime),
    Date(NaiveDate),
    Schedule(Box<Schedule>),
    Whom(Whom),
    Network(Network),
    Texts(BTreeMap<String, String>),
    List(Vec<Value>),
}

/// A mistake in a value: its bytes in the file, and a sentence.
pub(super) type Fault = (Range<usize>, String);

impl Kind {
    /// Reads `value`, adding what is wrong with it to `faults`. Nothing is returned exactly when something is wrong.
    pub fn read(&self, value: &Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) -> Option<Value> {
        let read = match (self, value.get_ref()) {
            (Self::List { of, least }, DeValue::Array(items)) => {
                let before = faults.len();
                // One level only: no kind of list holds lists.
                let values: Vec<Value> = items.iter().filter_map(|item| of.read(item, faults)).collect();
                match values.len() {
                    _ if faults.len() > before => return None,
                    count if count < *least => Err(format!("at least {least} needed, {count} given")),
                    _ => Ok(Value::List(values)),
                }
            }
            (Self::Texts, DeValue::Table(table)) => texts(table),
            (Self::Switch, DeValue::Boolean(switch)) => Ok(Value::Switch(*switch)),
            (Self::Count { least, most }, DeValue::Integer(number)) => {
                count(i128::from_str_radix(number.as_str(), number.radix()).ok(), *least, *most)
            }
            (Self::Date, DeValue::Datetime(at)) if at.time.is_none() => date(&at.to_string()),
            (kind, DeValue::String(text)) if kind.is_text() => kind.read_text(text),
            (kind, other) => Err(format!("{} is needed here, not {}", kind.describe(), toml_name(other))),
        };
        read.map_err(|message| faults.push((value.span(), message))).ok()
    }

    /// Whether a TOML string is the way to write it.
    fn is_text(self) -> bool {
        !matches!(self, Self::Switch | Self::Count { .. } | Self::Texts | Self::List { .. })
    }

    fn read_text(&self, text: &str) -> Result<Value, String> {
        match self {
            Self::Word(words) => words
                .contains(&text)
                .then(|| Value::Text(text.to_owned()))
                .ok_or_else(|| format!("“{}” is unknown here, write {}", shown(text), self.describe())),
            Self::Duration { least, most } => duration(text, *least, *most),
            Self::Size { least, most } => size(text, *least, *most),
            Self::Network => text.parse().map(Value::Network).map_err(|_| self.mismatch(text)),
            Self::Whom => whom(text).map(Value::Whom).ok_or_else(|| self.mismatch(text)),
            Self::Zone => text.parse().map(Value::Zone).map_err(|_| self.mismatch(text)),
            Self::Weekday => WEEKDAYS
                .iter()
                .find(|(name, _)| *name == text)
                .map(|(_, day)| Value::Weekday(*day))
                .ok_or_else(|| self.mismatch(text)),
            Self::TimeOfDay => {
                NaiveTime::parse_from_str(text, "%H:%M").map(Value::Time).map_err(|_| self.mismatch(text))
            }
            Self::Date => date(text),
            Self::Schedule => {
                Schedule::parse(text).map(Box::new).map(Value::Schedule).map_err(|error| error.to_string())
            }
            Self::DatabaseUrl => database_url(text),
            _ => self.normalised(text).map(Value::Text).ok_or_else(|| self.mismatch(text)),
        }
    }

    /// The kinds that stay text, in their one spelling; none if the text is not of this kind.
    fn normalised(&self, text: &str) -> Option<String> {
        match self {
            Self::Address => address(text),
            Self::Domain => domain(text),
            Self::Host => host(text),
            Self::HostOrBelow => match text.strip_prefix('.') {
                Some(below) => domain(below).map(|domain| format!(".{domain}")),
                None => host(text),
            },
            Self::Name => is_name(text).then(|| text.to_owned()),
            Self::Prefix => is_prefix(text).then(|| text.to_owned()),
            Self::Language => is_language(text).then(|| text.to_owned()),
            Self::Fingerprint => fingerprint(text),
            _ => {
                let fine = !text.trim().is_empty() && text.chars().count() <= 1_000;
                (fine && !text.chars().any(char::is_control)).then(|| text.to_owned())
            }
        }
    }

    fn mismatch(&self, text: &str) -> String {
        if text.contains("://") {
            // Such an address may hold a password, so it is not repeated.
            return format!("{} is needed here, not an address with ://", self.describe());
        }
        format!("“{}” is not {}", shown(text), self.describe())
    }

    /// What may stand here, in words that follow “write” or “is not”.
    pub fn describe(&self) -> String {
        match self {
            Self::Text => "a text of one line".to_owned(),
            Self::Word(words) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                match quoted.split_last() {
                    Some((last, [])) => last.clone(),
                    Some((last, others)) => format!("{} or {last}", others.join(", ")),
                    None => String::new(),
                }
            }
            Self::Switch => "true or false".to_owned(),
            Self::Count { least, most } => format!("a whole number from {least} to {most}"),
            Self::Duration { .. } => "a time such as \"60s\", \"10m\", \"4h\" or \"30d\"".to_owned(),
            Self::Size { .. } => "a size such as \"64KiB\", \"25MiB\" or \"1GiB\"".to_owned(),
            Self::Address => "a mail address such as \"anna@example.com\"".to_owned(),
            Self::Whom => "a mail address or a domain such as \"@example.com\"".to_owned(),
            Self::Network => "an address or a range such as \"192.0.2.0/24\" or \"2001:db8::/32\"".to_owned(),
            Self::Domain => "a domain such as \"desk.example.com\"".to_owned(),
            Self::Host => "a host name or IP address".to_owned(),
            Self::HostOrBelow => "a host name, or \".example.com\" for all below it".to_owned(),
            Self::Path => "a path".to_owned(),
            Self::Name => "a name of at most 32 small letters, digits and hyphens".to_owned(),
            Self::Prefix => {
                "a prefix such as \"D-\": up to 8 capital letters or digits, a letter first, and a hyphen"
                    .to_owned()
            }
            Self::Language => "a language code such as \"en\" or \"pt-BR\"".to_owned(),
            Self::Texts => "a table of texts by language such as { en = \"…\" }".to_owned(),
            Self::Zone => "a time zone such as \"Europe/Berlin\"".to_owned(),
            Self::Weekday => {
                "a weekday: \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\" or \"sun\"".to_owned()
            }
            Self::TimeOfDay => "a time of day such as \"09:00\"".to_owned(),
            Self::Date => "a date such as \"2026-12-25\"".to_owned(),
            Self::Schedule => "a schedule of five fields such as \"0 8 * * mon-fri\"".to_owned(),
            Self::Fingerprint => "a SHA-256 of 64 hexadecimal digits, colons allowed".to_owned(),
            Self::DatabaseUrl => "\"sqlite:\" and a path, or a \"postgres://\" address".to_owned(),
            Self::List { of, .. } => format!("a list, each entry {}", of.describe()),
        }
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// A TOML value's type, in words that follow “not”.
fn toml_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text in quotes",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn count(number: Option<i128>, least: u64, most: u64) -> Result<Value, String> {
    number
        .and_then(|number| u64::try_from(number).ok())
        .filter(|number| (least..=most).contains(number))
        .map(Value::Count)
        .ok_or_else(|| format!("a whole number from {least} to {most} is needed here"))
}

/// Splits "10m" into its number and its unit.
fn measured(text: &str) -> Option<(u64, &str)> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(unit_at)?;
    Some((number.parse().ok()?, unit))
}

const TIME_UNITS: [(&str, i64); 4] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];

fn duration(text: &str, least: i64, most: i64) -> Result<Value, String> {
    let seconds = measured(text).and_then(|(number, unit)| {
        let (_, scale) = TIME_UNITS.iter().find(|(name, _)| *name == unit)?;
        i64::try_from(number).ok()?.checked_mul(*scale)
    });
    match seconds {
        None => Err(Kind::Duration { least, most }.mismatch(text)),
        Some(seconds) if (least..=most).contains(&seconds) => {
            Ok(Value::Duration(TimeDelta::seconds(seconds)))
        }
        Some(_) => {
            let (least, most) = (time_words(least), time_words(most));
            Err(format!("“{}” is out of bounds: from {least} to {most}", shown(text)))
        }
    }
}

/// Seconds in the largest unit that divides them.
fn time_words(seconds: i64) -> String {
    let unit = TIME_UNITS.iter().rev().find(|(_, scale)| seconds > 0 && seconds % scale == 0);
    unit.map_or_else(|| format!("{seconds}s"), |(name, scale)| format!("{}{name}", seconds / scale))
}

const SIZE_UNITS: [(&str, u64); 5] =
    [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)];

fn size(text: &str, least: u64, most: u64) -> Result<Value, String> {
    let bytes = measured(text).and_then(|(number, unit)| {
        let (_, scale) = SIZE_UNITS.iter().find(|(name, _)| *name == unit)?;
        number.checked_mul(*scale)
    });
    match bytes {
        None => Err(Kind::Size { least, most }.mismatch(text)),
        Some(bytes) if (least..=most).contains(&bytes) => Ok(Value::Count(bytes)),
        Some(_) => {
            let (least, most) = (size_words(least), size_words(most));
            Err(format!("“{}” is out of bounds: from {least} to {most}", shown(text)))
        }
    }
}

fn size_words(bytes: u64) -> String {
    let unit = SIZE_UNITS.iter().rev().find(|(_, scale)| bytes.is_multiple_of(*scale));
    unit.map_or_else(|| format!("{bytes}B"), |(name, scale)| format!("{}{name}", bytes / scale))
}

fn date(text: &str) -> Result<Value, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Value::Date).map_err(|_| Kind::Date.mismatch(text))
}

fn texts(table: &toml::de::DeTable<'_>) -> Result<Value, String> {
    let mut texts = BTreeMap::new();
    for (language, text) in table {
        let language = language.get_ref().as_ref();
        if !is_language(language) {
            return Err(Kind::Language.mismatch(language));
        }
        let text = text.get_ref().as_str().and_then(|text| Kind::Text.normalised(text));
        let text = text.ok_or_else(|| format!("for “{language}” {} is needed", Kind::Text.describe()))?;
        texts.insert(language.to_owned(), text);
    }
    Ok(Value::Texts(texts))
}

/// An ordinary address in lower case.
pub(super) fn address(text: &str) -> Option<String> {
    plain_address(text).map(|address| address.to_ascii_lowercase())
}

/// A domain name in ASCII (RFC 1035 section 2.3.4 for the lengths), in lower case.
fn domain(text: &str) -> Option<String> {
    let labels = text.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    });
    (labels && text.len() <= 253).then(|| text.to_ascii_lowercase())
}

/// A host: a domain, a word that stands for one, or an IP address; IPv6 with or without brackets.
fn host(text: &str) -> Option<String> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    match bare.parse::<std::net::IpAddr>() {
        Ok(_) => Some(bare.to_ascii_lowercase()),
        Err(_) => domain(text),
    }
}

fn whom(text: &str) -> Option<Whom> {
    match text.split_once('@') {
        None => domain(text).map(Whom::Domain),
        Some(("", rest)) => domain(rest).map(Whom::Domain),
        Some(_) => address(text).map(Whom::Address),
    }
}

fn is_name(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_prefix(text: &str) -> bool {
    text.strip_suffix('-').is_some_and(|letters| {
        (1..=8).contains(&letters.len())
            && letters.starts_with(|c: char| c.is_ascii_uppercase())
            && letters.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    })
}

/// Whether it has the shape of a language tag (RFC 5646): two or three letters, then subtags.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.chars().all(|c| c.is_ascii_lowercase())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

fn fingerprint(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| *c != ':').flat_map(char::to_lowercase).collect();
    (digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit())).then_some(digits)
}

/// A database address. It is never repeated in a message, because it might hold a password.
pub(super) fn database_url(text: &str) -> Result<Value, String> {
    let path = text.strip_prefix("sqlite:");
    let network = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
    match (path, network) {
        (Some(path), _) if path.trim_start_matches('/').is_empty() => Err("a path is missing after “sqlite:”".to_owned()),
        (Some(_), _) => Ok(Value::Text(text.to_owned())),
        (_, Some(rest)) if has_password(rest) => {
            Err("no secret belongs in this file: put the address with its password into a file and name it in url_file"
                .to_owned())
        }
        (_, Some(_)) => Ok(Value::Text(text.to_owned())),
        (None, None) => Err(format!("this is not {}", Kind::DatabaseUrl.describe())),
    }
}

/// Whether a PostgreSQL address (without its scheme) names a password before the host or among the parameters.
fn has_password(rest: &str) -> bool {
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let before_host = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    before_host || rest.to_ascii_lowercase().contains("password=")
}

/// What can be taken out of a [`Value`].
pub(super) trait FromValue: Sized {
    /// The content, if it is of this type.
    fn from_value(value: &Value) -> Option<Self>;
}

/// One implementation per variant that holds exactly this type.
macro_rules! from_value {
    ($($type:ty: $variant:ident),+ $(,)?) => {
        $(impl FromValue for $type {
            fn from_value(value: &Value) -> Option<Self> {
                match value { Value::$variant(inner) => Some(inner.clone()), _ => None }
            }
        })+
    };
}

from_value! {
    String: Text, bool: Switch, u64: Count, TimeDelta: Duration, Tz: Zone, Weekday: Weekday, NaiveTime: Time,
    NaiveDate: Date, Box<Schedule>: Schedule, Whom: Whom, Network: Network, BTreeMap<String, String>: Texts,
}

/// The narrower numbers; the bounds of the schema keep them in range.
macro_rules! from_count {
    ($($type:ty),+) => {
        $(impl FromValue for $type {
            fn from_value(value: &Value) -> Option<Self> { u64::from_value(value)?.try_into().ok() }
        })+
    };
}

from_count!(u8, u16, u32);

impl FromValue for Schedule {
    fn from_value(value: &Value) -> Option<Self> {
        Box::from_value(value).map(|schedule| *schedule)
    }
}

impl FromValue for std::time::Duration {
    fn from_value(value: &Value) -> Option<Self> {
        TimeDelta::from_value(value)?.to_std().ok()
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::List(items) => items.iter().map(T::from_value).collect(),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "kind/tests.rs"]
mod tests;
