//! Headers of a stranger: whatever they say, nobody is authenticated by them below our border.
#![no_main]
#![allow(dead_code, reason = "each target tries one of the properties")]

#[path = "../properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::results(bytes));
