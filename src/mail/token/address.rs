//! Where a local token stands in an address: after a plus, as the local part of a subdomain, or nowhere.
//!
//! Subaddressing is RFC 5233 with `+` as its separator. A server that knows none of it leaves the signed
//! Message-ID to carry everything.

/// Recipients that are looked at, as in reading mail.
const MAX_RECIPIENTS: usize = 200;

/// How a reply address is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressing {
    /// `support+TOKEN@example.org`.
    Plus,
    /// `TOKEN@` this domain, all of whose mail reaches the desk.
    Subdomain(String),
    /// The desk's own address; the Message-ID alone tells.
    None,
}

/// The address to which a reply should go. `local_token` comes from [`super::KeyRing::sign_local`].
pub fn reply_address(addressing: &Addressing, desk_address: &str, local_token: &str) -> String {
    match (addressing, desk_address.rsplit_once('@')) {
        (Addressing::Plus, Some((local, domain))) => format!("{local}+{local_token}@{domain}"),
        (Addressing::Subdomain(domain), _) => format!("{local_token}@{domain}"),
        (Addressing::Plus | Addressing::None, _) => desk_address.to_owned(),
    }
}

/// What may be local tokens among `recipients` (bare addresses), in their order, each once; not yet verified.
///
/// The form with a plus is found whatever is configured, so that mail written before a change still finds home.
pub fn find_in(recipients: &[String], addressing: &Addressing, desk_address: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for recipient in recipients.iter().take(MAX_RECIPIENTS) {
        let token = after_plus(recipient, desk_address).or_else(|| at_subdomain(recipient, addressing));
        if let Some(token) = token.filter(|token| !found.contains(token)) {
            found.push(token);
        }
    }
    found
}

fn after_plus(recipient: &str, desk_address: &str) -> Option<String> {
    let (local, domain) = bare(recipient).rsplit_once('@')?;
    let (desk_local, desk_domain) = desk_address.rsplit_once('@')?;
    if !domain.eq_ignore_ascii_case(desk_domain) {
        return None;
    }
    let local = local.to_ascii_lowercase();
    let token = local.strip_prefix(&desk_local.to_ascii_lowercase())?.strip_prefix('+')?;
    (!token.is_empty()).then(|| token.to_owned())
}

fn at_subdomain(recipient: &str, addressing: &Addressing) -> Option<String> {
    let Addressing::Subdomain(ours) = addressing else { return None };
    let (local, domain) = bare(recipient).rsplit_once('@')?;
    (domain.eq_ignore_ascii_case(ours) && !local.is_empty()).then(|| local.to_ascii_lowercase())
}

/// Delivered-To and its like may carry brackets and blanks.
fn bare(recipient: &str) -> &str {
    recipient.trim().trim_start_matches('<').trim_end_matches('>')
}
