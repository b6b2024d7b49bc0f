//! From a typed letter to the data a template sees, cleaned of what could forge a line or a header.
use serde_json::{Map, Value};

use super::{DeskFacts, prose::ASIS};
use crate::domain::{
    decision::Reply,
    letter::{Goes, Letter},
};

/// Fields that may have several lines. Every other text is one line, whatever was put into it.
const SEVERAL_LINES: &[&str] = &["text", "words", "sent", "unsent", "advice", "note", "help", "example"];

/// Fields in which spaces count, because a caret stands under them.
const SPACES_COUNT: &[&str] = &["line", "lines", "caret"];

/// The longest one-line text, in characters; the rest is cut and marked with an ellipsis.
const LINE_MAX: usize = 1_000;

/// What the template of `letter` sees: its fields, the desk's as `desk`, and for staff, as `goes`, where a reply
/// goes. That is taken from the reply address itself, so that a letter cannot say one thing and do another.
pub(super) fn of(letter: &Letter, desk: &DeskFacts, reply: Reply) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::to_value(letter)?;
    clean(&mut value, "");
    if let Value::Object(fields) = &mut value {
        let mut about = Map::new();
        about.insert("name".into(), one_line(&desk.name).into());
        about.insert("address".into(), one_line(&desk.address).into());
        fields.insert("desk".into(), about.into());
        if matches!(letter, Letter::Staff(_)) {
            fields.insert("goes".into(), goes(reply).map(Goes::word).into());
        }
    }
    Ok(value)
}

/// Where a member of staff's reply goes; none where nobody reads it.
fn goes(reply: Reply) -> Option<Goes> {
    match reply {
        Reply::ToCustomer => Some(Goes::ToCustomer),
        Reply::Inside | Reply::About { .. } => Some(Goes::Inside),
        Reply::FromCustomer { .. } | Reply::None => None,
    }
}

/// Cleans every text in `value`. Its depth is that of our own types.
fn clean(value: &mut Value, key: &str) {
    match value {
        Value::String(text) if SEVERAL_LINES.contains(&key) => *text = several_lines(text),
        Value::String(text) if SPACES_COUNT.contains(&key) => *text = same_columns(text),
        Value::String(text) => *text = one_line(text),
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, key)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, field)| clean(field, key)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `data` with `name` wherever a subject is empty: it had none, or must not be repeated to an unproven sender.
pub(super) fn titled(data: &Value, name: &str) -> Value {
    let mut data = data.clone();
    title(&mut data, name);
    data
}

fn title(value: &mut Value, name: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| title(item, name)),
        Value::Object(fields) => {
            for (key, field) in fields {
                if key == "subject" && field.as_str() == Some("") {
                    *field = name.into();
                } else {
                    title(field, name);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a character is invisible and can deceive: controls, marks that turn the direction of writing
/// (Unicode UAX #9), and our own marker.
fn deceives(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | ASIS)
}

/// `text` with line feeds only, and nothing that deceives.
fn several_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|c| !deceives(*c)).collect()
}

/// `text` in one line of at most [`LINE_MAX`] characters, each run of white space one space.
pub(super) fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if deceives(c) { ' ' } else { c }).collect();
    shorten(&visible.split_whitespace().collect::<Vec<_>>().join(" "), LINE_MAX)
}

/// `text` in one line, each character in its column.
fn same_columns(text: &str) -> String {
    let flat: String = text.chars().map(|c| if deceives(c) || c.is_whitespace() { ' ' } else { c }).collect();
    shorten(flat.trim_end(), LINE_MAX)
}

/// At most `max` characters of `text`, an ellipsis the last where some are missing.
pub(super) fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['\u{2026}']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(clean: fn(&str) -> String, text: &str, expected: &str) {
        assert_eq!(clean(text), expected, "{text:?}");
    }

    #[test]
    fn a_one_line_field_cannot_hold_a_second_line() {
        check(one_line, "Invoice\r\nBcc: x@y.test", "Invoice Bcc: x@y.test");
        check(one_line, "  a\u{2028}b\u{0}c\t d ", "a b c d");
        check(one_line, "abc\u{202E}fdp.exe", "abc fdp.exe");
        assert_eq!(one_line(&"x".repeat(5_000)).chars().count(), LINE_MAX);
    }

    #[test]
    fn an_empty_subject_gets_a_name_wherever_it_stands() {
        let data = serde_json::json!({"subject": "", "card": {"subject": ""}, "past": [{"subject": "a"}]});
        let wanted =
            serde_json::json!({"subject": "x", "card": {"subject": "x"}, "past": [{"subject": "a"}]});
        assert_eq!(titled(&data, "x"), wanted);
    }

    #[test]
    fn columns_of_a_command_line_are_kept() {
        check(same_columns, "#promise\t 3x\n", "#promise  3x");
        check(several_lines, "a\r\nb\rc\u{0}\u{E000}", "a\nb\nc");
    }
}
