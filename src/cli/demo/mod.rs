//! The demonstration: one dispute played from complaint to survey on throw-away servers.
pub mod servers;
