//! Tests of the library as a whole.
#![expect(clippy::unwrap_used, reason = "what fails in a test's own preparation fails the test")]

mod config;
