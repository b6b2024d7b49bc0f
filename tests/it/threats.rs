//! Threats that need more than a desk: what stands on the wire, what a single mail may cost, how a token is compared.

mod bombs;
mod secrets;
mod smuggling;
mod tokens;
