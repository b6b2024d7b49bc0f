//! The integration tests, one binary: what spans modules, and the project's own rules.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]
#![expect(clippy::unwrap_used, reason = "what fails in a test's own preparation fails the test")]

mod backup;
mod cli;
mod company;
mod config;
mod configured;
mod corpus;
mod databases;
mod dependencies;
mod fsck;
mod intake;
mod judge;
mod keys;
mod layers;
mod letters;
mod rehearsal;
mod scenarios;
mod sender;
mod servers;
mod store;
#[path = "../support/mod.rs"]
mod support;
mod systemd;
mod threats;
mod world;
