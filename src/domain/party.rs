//! Who takes part: the customer on one side, the desk's staff on the other.
//!
//! Neutrals arrive with their own part; their address will be a party row like any other.
use serde::{Deserialize, Serialize};

worded! {
    /// What a member of staff may do. A manager is an agent who is also escalated to.
    pub enum Role {
        /// Handles disputes.
        Agent = "agent",
        /// Handles disputes and is told of broken promises and low ratings.
        Manager = "manager",
    }
}

/// A member of staff as configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Registered address, lower case; also the identity that tokens are issued to.
    pub address: String,
    /// Name shown to customers and colleagues.
    pub name: String,
    /// Further addresses from which this person writes, lower case.
    pub aliases: Vec<String>,
    /// What this person may do.
    pub role: Role,
}

impl Staff {
    /// Whether `address` (any case) is one of this person's addresses.
    pub fn writes_from(&self, address: &str) -> bool {
        std::iter::once(&self.address).chain(&self.aliases).any(|own| own.eq_ignore_ascii_case(address))
    }
}

/// The person who disputes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Address as written, domain in lower case.
    pub address: String,
    /// Display name of their first mail, if they gave one.
    pub name: Option<String>,
}

/// An ordinary address (RFC 5321 section 4.1.2 without quoted local parts and address literals): the local part as
/// written, the domain in lower case.
pub fn plain_address(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let atoms = local.split('.').all(|atom| {
        !atom.is_empty()
            && atom.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
    });
    let labels = domain.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    });
    let fits = local.len() <= 64 && domain.len() <= 253;
    (atoms && labels && fits).then(|| format!("{local}@{}", domain.to_ascii_lowercase()))
}
