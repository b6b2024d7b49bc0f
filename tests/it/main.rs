//! The integration tests, one binary: what spans modules, and the project's own rules.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod layers;
mod servers;
mod support;
mod systemd;
