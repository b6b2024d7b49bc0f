//! How mail programs write that a mail did not arrive: all of it as data.
//!
//! Everything is in lower case, with single spaces, and is compared with text brought into the same form. Whoever adds a
//! program adds how it introduces itself ([`dialects`]), and only where it does not write as others do, how it names an
//! address and where the returned mail begins ([`words`]), from whom it comes ([`senders`]), and how it puts a reason
//! ([`reasons`]).

pub(super) mod dialects;
pub(super) mod reasons;
pub(super) mod senders;
pub(super) mod words;
