//! Whether a mail is encrypted or signed, and how: named, never undone.
//!
//! Nobody here holds keys. An agent who is told "encrypted with S/MIME" can ask the customer for the words in the
//! clear, which is better than an empty letter. A signature is only named too: it vouches for nothing here.

use std::fmt;

/// How a mail, or a part of it, is protected. What hides the content counts for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protection {
    /// RFC 3156 §5, or a clear-signed text (RFC 9580 §7).
    PgpSigned,
    /// RFC 8551 §3.5.
    SmimeSigned,
    /// RFC 3156 §4, or an armoured message as text (RFC 9580 §6.2).
    PgpEncrypted,
    /// RFC 8551 §3.3.
    SmimeEncrypted,
}

impl Protection {
    /// Whether the words of the mail cannot be read here.
    pub fn hides_content(self) -> bool {
        matches!(self, Self::PgpEncrypted | Self::SmimeEncrypted)
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PgpSigned => "signed with OpenPGP",
            Self::SmimeSigned => "signed with S/MIME",
            Self::PgpEncrypted => "encrypted with OpenPGP",
            Self::SmimeEncrypted => "encrypted with S/MIME",
        })
    }
}

/// What a multipart says; the protocol names the kind of its second part (RFC 1847).
pub(super) fn of_multipart(media_type: &str, protocol: &str) -> Option<Protection> {
    let smime = protocol.contains("pkcs7");
    match media_type {
        "multipart/encrypted" if smime => Some(Protection::SmimeEncrypted),
        "multipart/encrypted" => Some(Protection::PgpEncrypted),
        "multipart/signed" if smime => Some(Protection::SmimeSigned),
        "multipart/signed" if protocol.contains("pgp") => Some(Protection::PgpSigned),
        _ => None,
    }
}

/// Object identifiers of signed, enveloped and authenticated-enveloped data (RFC 5652), as they stand in the bytes.
const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const ENVELOPED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
const AUTHENTICATED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";
/// Bytes within which the identifier stands.
const HEAD: usize = 64;

/// What an attachment is by its type, and, where that leaves it open, by its first bytes.
pub(super) fn of_part(media_type: &str, smime_type: &str, bytes: &[u8]) -> Option<Protection> {
    if media_type == "application/pgp-encrypted" {
        return Some(Protection::PgpEncrypted);
    }
    if !matches!(media_type, "application/pkcs7-mime" | "application/x-pkcs7-mime") {
        return None;
    }
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let holds = |id: &[u8]| head.windows(id.len()).any(|window| window == id);
    match smime_type {
        "signed-data" => Some(Protection::SmimeSigned),
        "enveloped-data" | "authenveloped-data" => Some(Protection::SmimeEncrypted),
        "compressed-data" | "certs-only" => None,
        _ if holds(SIGNED) => Some(Protection::SmimeSigned),
        _ if holds(ENVELOPED) || holds(AUTHENTICATED) => Some(Protection::SmimeEncrypted),
        _ => None,
    }
}

/// What a text says of itself, on a line of its own.
pub(super) fn of_text(text: &str) -> Option<Protection> {
    let found = text.lines().filter_map(|line| match line.trim_end() {
        "-----BEGIN PGP MESSAGE-----" => Some(Protection::PgpEncrypted),
        "-----BEGIN PGP SIGNED MESSAGE-----" => Some(Protection::PgpSigned),
        _ => None,
    });
    found.max()
}
