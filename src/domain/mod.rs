//! The dispute and its rules as plain values: no I/O, no clock, no database.
pub mod calendar;
pub mod decision;
pub mod dispute;
pub mod letter;
pub mod party;
pub mod policy;
