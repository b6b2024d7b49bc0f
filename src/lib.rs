//! Redress, an email-driven dispute desk.
//!
//! Mail flows one way: [`intake`] commits raw mail, the [`desk`] understands, places and decides, the [`clerk`]
//! renders and writes rows, the [`sender`] sends what stands in the outbox; the [`ticker`] does the same for what
//! falls due. Every rule about disputes is a pure function in [`decide`]; every effect is a row in the [`store`].
#[macro_use]
pub mod domain;

pub mod clerk;
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod daemon;
pub mod decide;
pub mod desk;
pub mod imap;
pub mod intake;
pub mod mail;
pub mod net;
pub mod pulse;
pub mod sender;
pub mod smtp;
pub mod store;
pub mod templates;
pub mod threading;
pub mod ticker;
