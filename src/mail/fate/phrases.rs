//! Addresses by which machines and roles are known.

/// Local parts that belong to mail servers.
pub(super) fn is_mailer(local: &str) -> bool {
    matches!(
        local.to_lowercase().as_str(),
        "mailer-daemon" | "postmaster" | "mail-daemon" | "mailerdaemon" | "mdaemon"
    )
}

/// Words of a local part that say that nobody reads there.
const NOBODY: [&str; 9] = [
    "noreply",
    "noreplies",
    "donotreply",
    "dontreply",
    "donotanswer",
    "noresponse",
    "autoreply",
    "autoresponder",
    "autoresponse",
];

/// Local parts of machines and roles that nobody answers from (RFC 3834 §2, RFC 5230 §4.6).
pub(super) fn is_role(local: &str) -> bool {
    let local = local.to_lowercase();
    let list = ["-request", "-bounce", "-bounces"].iter().any(|ending| local.ends_with(ending));
    // What follows is an address or a number (VERP), not a word: a bouncy castle may be for hire.
    let bounce = ["bounce", "bounces"].iter().any(|word| {
        local.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty()
                || (rest.starts_with(['+', '-']) && rest.contains(|c: char| c.is_ascii_digit() || c == '='))
        })
    });
    list || bounce
        || is_mailer(&local)
        || matches!(local.as_str(), "listserv" | "majordomo" | "listmaster" | "mailman")
        || is_nobody(&local)
}

/// Local parts of who keeps a list, and of cats and boats: they count only in an envelope that is not the author's.
pub(super) fn is_list_owner(local: &str) -> bool {
    let local = local.to_lowercase();
    local.ends_with("-owner") || local.starts_with("owner-")
}

/// `no-reply`, `shop.noreply`, `do_not_reply+17`: the words in any spelling, beside other words of the local part.
fn is_nobody(local: &str) -> bool {
    let words: Vec<&str> = local.split(['-', '_', '.', '+', '=']).collect();
    (1..=3).any(|length| words.windows(length).any(|some| NOBODY.contains(&some.concat().as_str())))
}
