//! Redress, an email-driven dispute desk.
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod daemon;
pub mod decide;
pub mod desk;
pub mod domain;
pub mod imap;
pub mod intake;
pub mod mail;
pub mod sender;
pub mod smtp;
pub mod store;
pub mod templates;
pub mod threading;
pub mod ticker;
