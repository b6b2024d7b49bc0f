//! What leaves: no bare CR or LF, no NUL, no line that is too long, and nothing changes when it passes again.
#![no_main]
#![allow(dead_code, reason = "each target tries one of the properties")]

#[path = "../properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::outgoing(bytes));
