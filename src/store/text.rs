//! Texts in the form in which both databases can hold them.

/// PostgreSQL holds no NUL in a text; it is replaced so that no stranger's byte can make a mail unstorable.
pub(super) fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// The form of an address by which it is looked up.
pub(super) fn key(address: &str) -> String {
    storable(address.trim()).to_lowercase()
}

/// The domain of an address, in lower case; empty if it has none.
pub(super) fn domain(address: &str) -> String {
    key(address).rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_replaced() {
        assert_eq!(storable("a\0b"), "a\u{FFFD}b");
    }

    #[test]
    fn an_address_is_found_whatever_its_case() {
        assert_eq!(key(" Ann@Example.ORG "), "ann@example.org");
        assert_eq!(domain("\"a@b\"@Example.ORG"), "example.org");
        assert_eq!(domain("nobody"), "");
    }
}
