//! A text and an HTML page, taken apart: nothing that was written is lost.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use redress::mail::reply::{html_to_text, split};

/// How often each character stands in a text, white space left out.
fn count(text: &str) -> BTreeMap<char, usize> {
    let mut found = BTreeMap::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        *found.entry(c).or_default() += 1;
    }
    found
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for text in [text.to_string(), html_to_text(&text)] {
        let parts = split(&text);
        assert_eq!(count(&text), count(&format!("{}{}", parts.new, parts.rest)), "nothing is lost or added");
    }
});
