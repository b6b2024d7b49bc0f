//! Redress, an email-driven dispute desk.
//!
//! Mail flows one way: [`intake`] commits raw mail, the [`desk`] understands, places and decides, the [`clerk`]
//! renders and writes rows, the [`sender`] sends what stands in the outbox; the [`ticker`] does the same for what
//! falls due. Every rule about disputes is a pure function in [`decide`]; every effect is a row in the [`store`].
//!
//! To find a line's place:
//!
//! - what a dispute, a letter, a decision is: [`domain`], plain values that know nothing else;
//! - what a mail says, and how one is written: [`mail`]; what people can write in one: [`command`];
//! - which dispute it belongs to: [`threading`]; what follows from it: [`decide`];
//! - the outside: [`store`], [`imap`] and [`smtp`] over [`net`], [`templates`], [`clock`];
//! - the flows, which read the store and may be killed at any point: [`intake`], [`desk`], [`ticker`], [`sender`];
//! - what puts everything together: [`config`], [`daemon`], [`cli`].
//!
//! A module may name those above it in this list and none below; a test holds the exact table.
//! `docs/architecture.md` has the walkthroughs, `docs/decisions.md` the reasons.
#[macro_use]
pub mod domain;

pub mod clerk;
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod crash;
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
