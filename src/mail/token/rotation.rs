//! Changing the keys of a desk: what becomes of the text of a ring when a key is added or retired.
//!
//! A key that is added stands first and signs; the others go on verifying until they are retired. Comments stay
//! where they are. Deliberately absent: the file, and the word of an operator that a key is not needed any more.
use super::{BASE32, KeyError, KeyRing, MAX_KEYS};

/// Ids of keys, in the order in which they are given.
const IDS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// Why a key was not retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RetireError {
    /// The ring itself cannot be used.
    #[error(transparent)]
    Ring(#[from] KeyError),
    /// There is none of that id.
    #[error("there is no key {0}")]
    Unknown(char),
    /// It is the one that signs, and perhaps the last.
    #[error("key {0} signs; add another first, and start the desk with it")]
    Signs(char),
}

impl KeyRing {
    /// The ids of all keys; the first is that of the key that signs.
    pub fn ids(&self) -> Vec<char> {
        self.keys().map(|key| key.id).collect()
    }

    /// The text of a ring with one more key, `random`, which signs from then on; and its id.
    pub fn with_key(text: &str, random: [u8; 32]) -> Result<(String, char), KeyError> {
        let ids = Self::parse(text)?.ids();
        if ids.len() >= MAX_KEYS {
            return Err(KeyError::TooMany);
        }
        let newest = ids.first().and_then(|id| IDS.find(*id)).unwrap_or_default();
        let free = IDS.chars().skip(newest + 1).chain(IDS.chars()).find(|id| !ids.contains(id));
        let id = free.ok_or(KeyError::TooMany)?;
        let added = format!("{id} {}", BASE32.encode(&random));
        let lines: Vec<&str> = text.lines().collect();
        let first = lines.iter().position(|line| is_key(line)).unwrap_or(lines.len());
        let (above, below) = lines.split_at(first);
        Ok((joined(above.iter().copied().chain([added.as_str()]).chain(below.iter().copied())), id))
    }

    /// The text of a ring without the key `id`: what it signed counts as forged from then on.
    pub fn without_key(text: &str, id: char) -> Result<String, RetireError> {
        let ids = Self::parse(text)?.ids();
        match ids.iter().position(|known| *known == id) {
            None => Err(RetireError::Unknown(id)),
            Some(0) => Err(RetireError::Signs(id)),
            Some(_) => {
                let is_it = |line: &&str| is_key(line) && line.trim_start().starts_with(id);
                Ok(joined(text.lines().filter(|line| !is_it(line))))
            }
        }
    }
}

/// Whether a line of a ring that was parsed is a key.
fn is_key(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::token::{Audience, Token, Verified};

    fn ids(text: &str) -> Vec<char> {
        KeyRing::parse(text).unwrap().ids()
    }

    #[test]
    fn a_key_that_is_added_signs_and_the_old_one_verifies_until_it_is_retired() {
        let old = KeyRing::generate([1; 32]);
        let token = Token { dispute: 7, audience: Audience::Customer, serial: 1 };
        let address = KeyRing::parse(&old).unwrap().sign_local(token, None);
        let (both, id) = KeyRing::with_key(&old, [2; 32]).unwrap();
        assert_eq!((id, ids(&both)), ('b', vec!['b', 'a']));
        assert!(both.starts_with("# Signs"), "comments stay");
        let ring = KeyRing::parse(&both).unwrap();
        assert_eq!(ring.verify_local(&address, &[]), Verified::Valid { token, issued_to: None });
        assert_ne!(ring.sign_local(token, None), address);
        let new = KeyRing::without_key(&both, 'a').unwrap();
        assert_eq!(KeyRing::parse(&new).unwrap().verify_local(&address, &[]), Verified::Forged);
    }

    #[test]
    fn the_key_that_signs_is_never_retired() {
        let one = KeyRing::generate([1; 32]);
        assert_eq!(KeyRing::without_key(&one, 'a'), Err(RetireError::Signs('a')));
        let (two, _) = KeyRing::with_key(&one, [2; 32]).unwrap();
        assert_eq!(KeyRing::without_key(&two, 'b'), Err(RetireError::Signs('b')));
        assert_eq!(KeyRing::without_key(&two, 'c'), Err(RetireError::Unknown('c')));
        assert_eq!(KeyRing::without_key("nonsense", 'a'), Err(RetireError::Ring(KeyError::Line { line: 1 })));
    }

    #[test]
    fn ids_go_round_and_a_ring_has_an_end() {
        let mut text = KeyRing::generate([1; 32]).replace("\na ", "\n9 ");
        let mut given = vec!['9'];
        for number in 2..=u8::try_from(MAX_KEYS).unwrap() {
            let (next, id) = KeyRing::with_key(&text, [number; 32]).unwrap();
            given.insert(0, id);
            text = next;
        }
        assert_eq!((ids(&text), given.last(), given[given.len() - 2]), (given.clone(), Some(&'9'), 'a'));
        assert_eq!(KeyRing::with_key(&text, [99; 32]), Err(KeyError::TooMany));
        // An id is free again once its key is retired.
        assert!(KeyRing::with_key(&KeyRing::without_key(&text, '9').unwrap(), [99; 32]).is_ok());
    }
}
