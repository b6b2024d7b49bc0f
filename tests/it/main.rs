//! Integration tests, one binary.
mod databases;
mod store;
