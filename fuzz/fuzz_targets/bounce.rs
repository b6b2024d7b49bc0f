//! Any bytes as the report of a delivery: after the header of a standard one, and as prose of a mailer.
#![no_main]
#![allow(dead_code, reason = "each target tries one of the properties")]

#[path = "../properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::report(bytes));
