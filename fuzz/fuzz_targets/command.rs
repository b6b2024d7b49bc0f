//! What agents and customers write: read without harm, and a command as we write it reads back as the same command.
#![no_main]
#![allow(dead_code, reason = "each target tries one of the properties")]

#[path = "../properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::words(bytes));
