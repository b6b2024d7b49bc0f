//! Variations of a letter's sample, so that each branch of a template is rendered once before it is needed:
//! every word of every enum, every optional field absent, every list empty, every switch both ways.
use serde_json::Value;

use super::words::TABLES;

/// Fields that may be absent. A field named with its letter is optional there only.
const OPTIONAL: &[(&str, &str)] = &[
    ("", "/goes"),
    ("", "/name"),
    ("", "/linked"),
    ("", "/rights"),
    ("", "/closing/next_word"),
    ("", "/closing/contact"),
    ("", "/understood/amount"),
    ("", "/understood/reference"),
    ("", "/understood/remedy"),
    ("", "/card/customer_name"),
    ("", "/card/outcome"),
    ("", "/card/agent"),
    ("", "/card/promise"),
    ("", "/card/past/0/outcome"),
    ("", "/card/past/0/rating"),
    ("", "/card/linked"),
    ("", "/mine/0/promise"),
    ("", "/free/0/promise"),
    ("status", "/outcome"),
    ("reminder", "/question"),
    ("last-notice", "/question"),
    ("transcript", "/number"),
    ("transcript", "/lines/0/problem"),
    ("transcript", "/sent"),
    ("transcript", "/leaves"),
    ("transcript", "/unsent"),
    ("reply-here", "/about"),
    ("reply-here", "/forwarded"),
    ("reply-here", "/forwarded/name"),
    ("reply-here", "/forwarded/subject"),
    ("suspects", "/mails/0/subject"),
    ("suspects", "/mails/0/from"),
    ("impostor", "/number"),
    ("notification", "/cut"),
    ("notification", "/cut/more"),
];

/// Texts that may be empty.
const EMPTY: &[&str] = &["/text", "/words", "/warnings/0/detail"];

/// The sample itself and its variations, each with one thing changed; the last has everything absent that may be.
pub(super) fn variations(letter: &str, sample: &Value) -> Vec<Value> {
    let mut found = vec![sample.clone()];
    let mut bare = sample.clone();
    for pointer in pointers(sample) {
        let Some(value) = sample.pointer(&pointer) else { continue };
        for other in alternatives(letter, &pointer, value) {
            put(&mut bare, &pointer, &other);
            let mut varied = sample.clone();
            put(&mut varied, &pointer, &other);
            found.push(varied);
        }
    }
    found.push(bare);
    found
}

/// Changes what stands at `pointer`, if it is still there.
fn put(value: &mut Value, pointer: &str, new: &Value) {
    if let Some(place) = value.pointer_mut(pointer) {
        *place = new.clone();
    }
}

/// What else could stand at `pointer`.
fn alternatives(letter: &str, pointer: &str, value: &Value) -> Vec<Value> {
    let optional =
        OPTIONAL.iter().any(|(only, field)| *field == pointer && (only.is_empty() || *only == letter));
    let mut others = match value {
        Value::Bool(on) => vec![Value::Bool(!on)],
        Value::Array(items) if !items.is_empty() => vec![Value::Array(Vec::new())],
        Value::String(word) => TABLES
            .iter()
            .map(|table| (table.keys)())
            .find(|keys| keys.contains(&word.as_str()))
            .map(|keys| keys.into_iter().map(Value::from).collect())
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    if EMPTY.contains(&pointer) {
        others.push(Value::from(""));
    }
    if optional {
        others.push(Value::Null);
    }
    others
}

/// The JSON pointers (RFC 6901) of everything in `sample`.
fn pointers(sample: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = vec![(String::new(), sample)];
    while let Some((at, value)) = next.pop() {
        match value {
            Value::Object(fields) => {
                next.extend(fields.iter().map(|(key, field)| (format!("{at}/{key}"), field)));
            }
            Value::Array(items) => {
                next.extend(items.iter().enumerate().map(|(i, item)| (format!("{at}/{i}"), item)));
            }
            _ => {}
        }
        found.push(at);
    }
    found
}
