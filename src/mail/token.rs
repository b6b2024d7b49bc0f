//! Signed reply addresses and Message-IDs: how a mail proves which dispute, and whose, it answers.
//!
//! Both carry a [`Token`] in clear and a truncated HMAC-SHA256 (RFC 2104) over it, so nothing needs to be stored to
//! recognise one, and nobody without the key can make one. The address of the agent it was issued to goes into the
//! MAC and not into the text: a token read aloud names nobody, and one issued to a colleague does not verify.
//! Each purpose has its own label under the MAC, so an address never passes for a Message-ID.
//!
//! Deliberately absent: expiry (a token serves as long as its dispute lives, `decide` says what is still current)
//! and single use (the store remembers the mails that acted).
use std::fmt;

use data_encoding::Encoding;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

mod address;
mod rotation;
#[cfg(test)]
mod tests;

pub use address::{Addressing, find_in, reply_address};
pub use rotation::RetireError;

/// Bytes of the MAC that are kept: 80 bits, 16 characters. Forging one takes 2^80 mails.
const MAC_BYTES: usize = 10;
/// Characters of the encoded MAC.
const MAC_CHARS: usize = 16;
/// Characters of 128 encoded random bits.
const RANDOM_CHARS: usize = 26;
/// Longer texts are no token of ours; the longest local token has 50 characters, the longest Message-ID is bounded
/// by its domain.
const MAX_CHARS: usize = 400;
/// Keys a ring may hold; each is tried for each candidate.
const MAX_KEYS: usize = 16;

/// RFC 4648 §6 in lower case and without padding, read in any case: mail addresses lose their case on the way.
static BASE32: std::sync::LazyLock<Encoding> = std::sync::LazyLock::new(|| {
    let mut spec = data_encoding::Specification::new();
    spec.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    spec.translate.from.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    spec.translate.to.push_str("abcdefghijklmnopqrstuvwxyz");
    spec.encoding().expect("a constant specification, exercised by every test here")
});

/// For whom a token was made, and so what a mail that carries it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The customer: the mail comes to the dispute; the serial is the question it answers.
    Customer,
    /// An agent whose reply goes to the customer.
    StaffToCustomer,
    /// An agent whose reply stays inside.
    StaffInside,
    /// The envelope sender, to which delivery reports return.
    Bounce,
}

impl Audience {
    const ALL: [(Audience, char); 4] = [
        (Audience::Customer, 'c'),
        (Audience::StaffToCustomer, 's'),
        (Audience::StaffInside, 'n'),
        (Audience::Bounce, 'b'),
    ];

    fn letter(self) -> char {
        Self::ALL.iter().find(|(audience, _)| *audience == self).map_or('?', |(_, letter)| *letter)
    }

    fn from_letter(letter: char) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == letter).map(|(audience, _)| *audience)
    }

    /// Whether a token for this audience belongs to one member of staff and verifies for nobody else.
    pub fn is_staff(self) -> bool {
        matches!(self, Audience::StaffToCustomer | Audience::StaffInside)
    }
}

/// What a signed address or Message-ID says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// Number of the dispute; 0 where there is none (a mail to an agent about no dispute, an alarm).
    pub dispute: i64,
    /// For whom it was made.
    pub audience: Audience,
    /// For a customer the serial of the question asked, 0 for none; else free for the issuer.
    pub serial: u32,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "d{}.{}{}", self.dispute, self.audience.letter(), self.serial)
    }
}

/// What became of a text that might be a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// It is ours.
    Valid {
        /// What it says.
        token: Token,
        /// The candidate it was issued to; none for customers and bounces.
        issued_to: Option<String>,
    },
    /// It looks like ours, and its MAC does not hold for any key and candidate. To be counted, else as absent.
    Forged,
    /// It does not even look like ours.
    NotOurs,
}

/// What is wrong with a text of keys. None of these repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text holds no key.
    #[error("there is no signing key; `init` writes one")]
    Empty,
    /// A line is not an id and a secret.
    #[error("line {line} is not a key: expected one letter or digit, a space and 52 characters of base32")]
    Line {
        /// Line, from 1.
        line: usize,
    },
    /// Two keys share an id.
    #[error("line {line} uses the id of a key above it")]
    Repeated {
        /// Line, from 1.
        line: usize,
    },
    /// More keys than anybody rotates through.
    #[error("there are more than {MAX_KEYS} keys; remove the oldest")]
    TooMany,
}

/// One signing key.
pub struct Key {
    /// Its public name inside tokens, a–z or 0–9.
    id: char,
    secret: SecretBox<[u8; 32]>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The keys of a desk. The first signs; all verify, so that mail written before a rotation still finds home.
#[derive(Debug)]
pub struct KeyRing {
    current: Key,
    older: Vec<Key>,
}

/// What a MAC is made for. The label keeps the uses apart.
#[derive(Clone, Copy)]
enum Purpose {
    Address,
    MessageId,
    Loop,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Purpose::Address => b"redress reply address 1\0",
            Purpose::MessageId => b"redress message-id 1\0",
            Purpose::Loop => b"redress loop mark 1\0",
        }
    }
}

/// A token taken apart, not yet believed.
struct Claim<'a> {
    token: Token,
    key: char,
    /// Encoded random part; empty in an address.
    random: &'a str,
    mac: Vec<u8>,
}

impl KeyRing {
    /// Reads one key a line, `id secret`, newest first; blank lines and lines that begin with `#` are skipped.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut keys: Vec<Key> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line_number = index + 1;
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let key = parse_key(content).ok_or(KeyError::Line { line: line_number })?;
            if keys.iter().any(|known| known.id == key.id) {
                return Err(KeyError::Repeated { line: line_number });
            }
            if keys.len() == MAX_KEYS {
                return Err(KeyError::TooMany);
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let current = keys.next().ok_or(KeyError::Empty)?;
        Ok(KeyRing { current, older: keys.collect() })
    }

    /// Text of a new ring with the one key `random`, with instructions, to be written where only the daemon reads.
    pub fn generate(random: [u8; 32]) -> String {
        format!(
            "# Signs reply addresses and Message-IDs. Keep it secret, and keep it: without it, replies lose their \
             disputes.\n# To change it, run `redress keys add`.\n\
             a {}\n",
            BASE32.encode(&random)
        )
    }

    /// The local token, at most 50 characters of `a-z0-9.`, such as `d1042.c3.k` and 16 more.
    ///
    /// A token for staff verifies only for the address it was `issued_to` (any case); without one, never.
    pub fn sign_local(&self, token: Token, issued_to: Option<&str>) -> String {
        let mac = self.current.mac(Purpose::Address, token, "", issued_to);
        format!("{token}.{}{}", self.current.id, encode_mac(mac))
    }

    /// Checks a local token in any case. `candidates` are the registered addresses of staff it may be issued to.
    ///
    /// Takes the same time for every well-formed text: all keys and all candidates are tried.
    pub fn verify_local(&self, text: &str, candidates: &[&str]) -> Verified {
        let text = text.trim().to_ascii_lowercase();
        claim(&text, Purpose::Address)
            .map_or(Verified::NotOurs, |claim| self.judge(Purpose::Address, &claim, candidates))
    }

    /// A Message-ID without its angle brackets: the token, 128 random bits, the MAC over both, at `domain`.
    ///
    /// Unique as RFC 5322 §3.6.4 demands; 76 characters at most before the `@`.
    pub fn message_id(
        &self,
        token: Token,
        issued_to: Option<&str>,
        random: [u8; 16],
        domain: &str,
    ) -> String {
        let random = BASE32.encode(&random);
        let mac = self.current.mac(Purpose::MessageId, token, &random, issued_to);
        format!("{token}.{random}.{}{}@{domain}", self.current.id, encode_mac(mac))
    }

    /// Checks a Message-ID, with or without brackets, in any case. Its domain is not looked at: hosts are renamed.
    pub fn verify_message_id(&self, id: &str, candidates: &[&str]) -> Verified {
        let id = bare_id(id);
        let Some((local, _)) = id.rsplit_once('@') else { return Verified::NotOurs };
        claim(local, Purpose::MessageId)
            .map_or(Verified::NotOurs, |claim| self.judge(Purpose::MessageId, &claim, candidates))
    }

    /// The value of `X-Redress-Loop` for a mail with this Message-ID, by which we know our own mail when it returns.
    pub fn loop_mark(&self, message_id: &str) -> String {
        let mac = self.current.mac_of_text(Purpose::Loop, &bare_id(message_id));
        format!("{}{}", self.current.id, encode_mac(mac))
    }

    /// Whether `mark` is our loop mark for this Message-ID.
    pub fn verify_loop_mark(&self, mark: &str, message_id: &str) -> bool {
        let mark = mark.trim().to_ascii_lowercase();
        let Some((key, mac)) = key_and_mac(&mark) else { return false };
        let id = bare_id(message_id);
        let mut found = false;
        for known in self.keys() {
            let holds = known.mac_of_text(Purpose::Loop, &id).verify_truncated_left(&mac).is_ok();
            found |= holds && known.id == key;
        }
        found
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.older)
    }

    /// Tries all keys and all candidates, whatever was found before, so that the time says nothing.
    fn judge(&self, purpose: Purpose, claim: &Claim<'_>, candidates: &[&str]) -> Verified {
        let nobody = (!claim.token.audience.is_staff()).then_some(None);
        let mut found: Option<Option<&str>> = None;
        for key in self.keys() {
            for issued_to in candidates.iter().map(|address| Some(*address)).chain(nobody) {
                let mac = key.mac(purpose, claim.token, claim.random, issued_to);
                let holds = mac.verify_truncated_left(&claim.mac).is_ok();
                if holds && key.id == claim.key {
                    found = Some(issued_to);
                }
            }
        }
        match found {
            Some(issued_to) => {
                Verified::Valid { token: claim.token, issued_to: issued_to.map(str::to_owned) }
            }
            None => Verified::Forged,
        }
    }
}

impl Key {
    fn hmac(&self, purpose: Purpose) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret())
            .expect("HMAC takes a key of any length (RFC 2104 §2)");
        mac.update(purpose.label());
        mac
    }

    /// The MAC over a token. Every field has a fixed length or is preceded by its length, so no two inputs collide.
    fn mac(&self, purpose: Purpose, token: Token, random: &str, issued_to: Option<&str>) -> Hmac<Sha256> {
        let mut mac = self.hmac(purpose);
        mac.update(&token.dispute.to_be_bytes());
        mac.update(&[u8::try_from(token.audience.letter()).unwrap_or_default()]);
        mac.update(&token.serial.to_be_bytes());
        mac.update(&(random.len() as u64).to_be_bytes());
        mac.update(random.as_bytes());
        match issued_to {
            None => mac.update(&[0]),
            Some(address) => {
                mac.update(&[1]);
                mac.update(address.to_ascii_lowercase().as_bytes());
            }
        }
        mac
    }

    fn mac_of_text(&self, purpose: Purpose, text: &str) -> Hmac<Sha256> {
        let mut mac = self.hmac(purpose);
        mac.update(text.as_bytes());
        mac
    }
}

fn parse_key(line: &str) -> Option<Key> {
    let mut words = line.split_whitespace();
    let (id, secret, rest) = (words.next()?, words.next()?, words.next());
    let mut id_chars = id.chars();
    let id = id_chars.next().filter(|id| id.is_ascii_lowercase() || id.is_ascii_digit())?;
    let mut bytes = BASE32.decode(secret.as_bytes()).ok()?;
    let key: Option<[u8; 32]> = bytes.as_slice().try_into().ok();
    bytes.fill(0);
    match (id_chars.next(), rest, key) {
        (None, None, Some(secret)) => Some(Key { id, secret: SecretBox::new(Box::new(secret)) }),
        _ => None,
    }
}

fn encode_mac(mac: Hmac<Sha256>) -> String {
    let bytes = mac.finalize().into_bytes();
    let kept: Vec<u8> = bytes.iter().copied().take(MAC_BYTES).collect();
    BASE32.encode(&kept)
}

/// Key id and MAC of a tag such as `k` and 16 characters.
fn key_and_mac(tag: &str) -> Option<(char, Vec<u8>)> {
    let mut chars = tag.chars();
    let key = chars.next()?;
    let mac = chars.as_str();
    if mac.len() != MAC_CHARS {
        return None;
    }
    BASE32.decode(mac.as_bytes()).ok().map(|mac| (key, mac))
}

/// Takes a lower-case text apart; `None` means that it is not of our form.
fn claim(text: &str, purpose: Purpose) -> Option<Claim<'_>> {
    if text.len() > MAX_CHARS {
        return None;
    }
    let mut parts = text.split('.');
    let dispute = number(parts.next()?.strip_prefix('d')?)?;
    let mut audience = parts.next()?.chars();
    let (letter, serial) = (audience.next()?, audience.as_str());
    let random = if matches!(purpose, Purpose::MessageId) {
        parts.next().filter(|random| random.len() == RANDOM_CHARS)?
    } else {
        ""
    };
    let (key, mac) = key_and_mac(parts.next()?)?;
    let token = Token { dispute, audience: Audience::from_letter(letter)?, serial: number(serial)? };
    parts.next().is_none().then_some(Claim { token, key, random, mac })
}

/// A number as we write it: digits, no sign, no leading zero. Each value then has one spelling only.
fn number<N: std::str::FromStr + ToString>(digits: &str) -> Option<N> {
    digits.parse::<N>().ok().filter(|value| value.to_string() == digits).filter(|_| !digits.starts_with('-'))
}

/// A Message-ID without brackets and blanks, in lower case.
fn bare_id(id: &str) -> String {
    let id = id.trim();
    let id = id.strip_prefix('<').unwrap_or(id);
    id.strip_suffix('>').unwrap_or(id).to_ascii_lowercase()
}
