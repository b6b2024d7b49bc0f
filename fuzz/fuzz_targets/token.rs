//! Texts that may be signed addresses: none is believed but those that we signed.
#![no_main]
#![allow(dead_code, reason = "each target tries one of the properties")]

#[path = "../properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::signed(bytes));
