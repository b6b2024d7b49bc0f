//! Mail: bytes to meaning and meaning to bytes, without I/O.
pub mod authenticity;
pub mod bounce;
pub mod fate;
mod flowing;
pub mod forward;
mod headings;
pub mod inbound;
pub mod language;
pub mod meaning;
pub mod outbound;
pub mod providers;
pub mod queue;
pub mod relay;
pub mod reply;
pub mod token;
