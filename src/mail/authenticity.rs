//! Who really sent a mail, as far as our own mail servers say so (RFC 8601).
//!
//! An `Authentication-Results` field has no integrity of its own: anyone can write one. So only those count that
//! stand where our own servers write, which is from the top of the header to the border (the `Received` by one of
//! our hosts from a host that is not ours) and on to the next `Received`, since some servers stamp above their own
//! trace line and some below. Of those, the topmost with a trusted name is taken, and no other.
//!
//! Deliberately absent: checking signatures ourselves, and SPF as proof of an author (it proves the envelope).

mod results;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use super::inbound::{Header, Mail};

/// Whom the desk trusts to have checked a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// The names our servers sign their results with. None: nothing is ever authenticated.
    pub authserv_ids: Vec<String>,
    /// Our mail hosts as they name themselves behind `by`; a leading dot stands for every host below a domain.
    pub border_hosts: Vec<String>,
}

/// What a trusted `Authentication-Results` field says. Results are in lower case (`pass`, `fail`, `none`, …).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// Who says it.
    pub authserv_id: String,
    /// Result of DMARC.
    pub dmarc: Option<String>,
    /// Result of DKIM: `pass` where any signature passed.
    pub dkim: Option<String>,
    /// Result of SPF.
    pub spf: Option<String>,
    /// Domain that DMARC looked at (`header.from`), in lower case.
    pub header_from: Option<String>,
    /// Domains whose DKIM signature passed (`header.d`, else the domain of `header.i`), in lower case.
    pub dkim_domains: Vec<String>,
}

/// The trusted results of a mail, or `None` where no trusted server left any.
pub fn results(headers: &[Header], trust: &Trust) -> Option<Results> {
    let within = headers.get(..reach(headers, trust)?).unwrap_or_default();
    within.iter().filter(|header| header.is("Authentication-Results")).find_map(|header| {
        let found = results::parse(&header.value)?;
        trust.authserv_ids.iter().any(|id| id.eq_ignore_ascii_case(&found.authserv_id)).then_some(found)
    })
}

/// Whether the author in From is who sent the mail: DMARC passed for that domain, or a DKIM signature of that
/// domain or of one above it passed. SPF alone never counts (reliability §2).
pub fn authenticated(mail: &Mail, trust: &Trust) -> bool {
    let Some(domain) = mail.from.as_ref().map(|from| from.domain().to_owned()) else { return false };
    let Some(found) = results(&mail.headers, trust) else { return false };
    if found.dmarc.as_deref() == Some("fail") {
        // The owner of the domain may ask for more than a signature of a domain above.
        return false;
    }
    let by_dmarc =
        found.dmarc.as_deref() == Some("pass") && found.header_from.as_deref() == Some(domain.as_str());
    by_dmarc || found.dkim_domains.iter().any(|signer| aligned(&domain, signer))
}

/// Whether a trusted server says that DMARC failed.
pub fn dmarc_failed(mail: &Mail, trust: &Trust) -> bool {
    results(&mail.headers, trust).is_some_and(|found| found.dmarc.as_deref() == Some("fail"))
}

/// Address of the host that handed the mail to our border, as our own server saw it. `None` where our hosts are not
/// configured, or the border's line does not name exactly one.
pub fn handed_over_by(headers: &[Header], trust: &Trust) -> Option<IpAddr> {
    if trust.border_hosts.is_empty() {
        return None;
    }
    let traces = traces(headers);
    let (_, trace) = traces.get(border(&traces, trust)?)?;
    trace.peer()
}

/// The signer is the author's domain or a domain above it; a single label is nobody's domain.
fn aligned(author: &str, signer: &str) -> bool {
    let above = author.strip_suffix(signer).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    above && signer.split('.').filter(|label| !label.is_empty()).count() >= 2
}

/// How many of the fields, from the top, can have been written by our own servers.
fn reach(headers: &[Header], trust: &Trust) -> Option<usize> {
    let traces = traces(headers);
    let border = if trust.border_hosts.is_empty() { 0 } else { border(&traces, trust)? };
    Some(traces.get(border + 1).map_or(headers.len(), |(at, _)| *at))
}

fn traces(headers: &[Header]) -> Vec<(usize, Trace)> {
    headers
        .iter()
        .enumerate()
        .filter(|(_, header)| header.is("Received"))
        .map(|(at, header)| (at, Trace::of(&header.value)))
        .collect()
}

/// The place, among the traces, of the first by one of our hosts from a host that is not. A foreign trace above it
/// means that our hosts are not all known: then nothing is trusted.
fn border(traces: &[(usize, Trace)], trust: &Trust) -> Option<usize> {
    for (place, (_, trace)) in traces.iter().enumerate() {
        match (trust.is_ours(&trace.by), &trace.from) {
            (true, Some(_)) if !trace.is_internal(trust) => return Some(place),
            (true, _) | (false, None) => {}
            (false, Some(_)) => return None,
        }
    }
    None
}

impl Trust {
    fn is_ours(&self, host: &str) -> bool {
        self.border_hosts.iter().any(|ours| {
            let ours = ours.to_ascii_lowercase();
            if ours.starts_with('.') { host.ends_with(&ours) } else { host == ours }
        })
    }
}

/// What a `Received` field says of one hop (RFC 5321 §4.4).
struct Trace {
    by: String,
    /// The name behind `from`, which the other side chose freely; absent where a server handed mail to itself.
    from: Option<String>,
    /// The names and addresses in brackets behind it, which our server looked up itself.
    seen: Vec<String>,
    /// An address in square brackets that stands in the place of the name.
    literal: Option<IpAddr>,
    /// The addresses among what stands in round brackets behind it, each once.
    noted: Vec<IpAddr>,
    /// What else stands there: what the other side said is told apart from what our server saw only as `helo=name`.
    notes: Notes,
}

/// What a server noted of the other side beside an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notes {
    None,
    /// Facts by name, such as Exim's `helo=` and `port=`.
    Named,
    /// A host's name, or words.
    Bare,
}

impl Trace {
    fn of(value: &str) -> Self {
        let words = words_of(value);
        let mut trace = Self {
            by: String::new(),
            from: None,
            seen: Vec::new(),
            literal: None,
            noted: Vec::new(),
            notes: Notes::None,
        };
        let mut in_from = false;
        let mut previous = "";
        for (word, in_brackets) in &words {
            let keyword = word.to_ascii_lowercase();
            match (previous, keyword.as_str(), in_brackets) {
                (_, "by", false) if trace.by.is_empty() => in_from = false,
                ("by", _, false) if trace.by.is_empty() => trace.by = host(&keyword),
                ("from", _, false) if trace.from.is_none() && trace.by.is_empty() => {
                    trace.from = Some(host(&keyword));
                    in_from = true;
                    if keyword.starts_with('[') {
                        trace.seen.push(host(&keyword));
                        trace.literal = host(&keyword).parse().ok();
                    }
                }
                // qmail notes the greeting behind this word.
                ("helo", _, true) if in_from => trace.notes = Notes::Bare,
                (_, _, true) if in_from => trace.note(&keyword),
                _ => {}
            }
            previous = match keyword.as_str() {
                "by" => "by",
                "from" => "from",
                "helo" | "ehlo" => "helo",
                _ => "",
            };
            if word.ends_with(';') {
                break;
            }
        }
        trace
    }

    /// A word in round brackets.
    fn note(&mut self, word: &str) {
        if word.contains('=') {
            self.notes = if self.notes == Notes::None { Notes::Named } else { self.notes };
            return;
        }
        self.notes = Notes::Bare;
        let seen = host(word);
        // `ident@192.0.2.7` is how qmail notes an address.
        let address = seen.rsplit('@').next().unwrap_or_default().trim_start_matches('[');
        if let Ok(address) = address.parse()
            && !self.noted.contains(&address)
        {
            self.noted.push(address);
        }
        self.seen.push(seen);
    }

    /// The address of the other side. What stands in round brackets is our server's own note. The place of the name
    /// holds what the other side greeted with, as it liked; an address there is our server's own only where the
    /// greeting is named apart, as Exim does. Nothing in brackets at all leaves that open, and then it counts for
    /// nothing.
    fn peer(&self) -> Option<IpAddr> {
        match self.noted.as_slice() {
            [] => self.literal.filter(|_| self.notes == Notes::Named),
            [one] => Some(*one),
            _ => None,
        }
    }

    /// Whether the mail came from one of ours: our server looked the name up itself, or the other side gave one of
    /// our names (which can be forged) and nothing that our server noted of it speaks against that.
    fn is_internal(&self, trust: &Trust) -> bool {
        let forged = self.seen.iter().any(|seen| seen == "forged");
        let looked_up = !forged && self.seen.iter().any(|seen| trust.is_ours(seen));
        let named = self.from.as_deref().is_some_and(|from| from == "localhost" || trust.is_ours(from));
        let outside = |seen: &String| seen.parse::<IpAddr>().is_ok() && !is_private(seen);
        looked_up || (named && !self.seen.iter().any(outside))
    }
}

/// The words of a trace line, each with whether it stands in round brackets.
fn words_of(value: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut depth = 0_usize;
    for c in value.chars() {
        if matches!(c, '(' | ')') || c.is_whitespace() {
            if !word.is_empty() {
                words.push((std::mem::take(&mut word), depth > 0));
            }
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
        } else {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push((word, depth > 0));
    }
    words
}

/// A host without brackets, prefixes and trailing marks.
fn host(word: &str) -> String {
    let word = word.trim_end_matches([';', '.', ',']).trim_start_matches('[').trim_end_matches(']');
    word.strip_prefix("ipv6:").unwrap_or(word).to_owned()
}

fn is_private(text: &str) -> bool {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => false,
    }
}
