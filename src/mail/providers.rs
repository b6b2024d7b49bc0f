//! Domains in which anybody may have a mailbox.
//!
//! Two addresses of a company's domain belong to colleagues; two of a mail provider's to strangers. The list need not
//! be complete: it guards one rule of threading, for mail that cites what we have never seen.

/// Names of providers that have their domain below many countries, such as `yahoo.co.uk`.
const EVERYWHERE: [&str; 9] =
    ["yahoo", "ymail", "hotmail", "outlook", "live", "msn", "gmx", "googlemail", "yandex"];

/// Domains of providers.
#[rustfmt::skip]
const PROVIDERS: &[&str] = &[
    "126.com", "163.com", "aim.com", "alice.it", "aliceadsl.fr", "aol.com", "aol.de", "arcor.de", "att.net",
    "bbox.fr", "bigpond.com", "bigpond.net.au", "bk.ru", "blueyonder.co.uk", "bluewin.ch", "bol.com.br",
    "btinternet.com", "centrum.cz", "charter.net", "chello.at", "chello.nl", "club-internet.fr", "comcast.net",
    "cox.net", "daum.net", "email.cz", "email.de", "fastmail.com", "fastmail.fm", "fastwebnet.it",
    "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "gmail.com", "hanmail.net", "hetnet.nl",
    "hispeed.ch", "home.nl", "hotmail.com", "hushmail.com", "icloud.com", "ig.com.br", "inbox.lv", "inbox.ru",
    "interia.pl", "inwind.it", "juno.com", "kpnmail.nl", "laposte.net", "libero.it", "list.ru", "live.com",
    "mac.com", "mail.com", "mail.de", "mail.ee", "mail.ru", "mailbox.org", "me.com", "naver.com", "neuf.fr",
    "ntlworld.com", "numericable.fr", "o2.co.uk", "o2.pl", "online.de", "online.no", "onet.pl", "op.pl",
    "optonline.net", "orange.fr", "outlook.com", "pacbell.net", "planet.nl", "posteo.de", "proton.me",
    "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "rocketmail.com", "sapo.pt", "sbcglobal.net",
    "seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "skynet.be", "sky.com", "sohu.com", "sunrise.ch",
    "sympatico.ca", "t-online.de", "talktalk.net", "telenet.be", "telia.com", "terra.com.br", "tin.it",
    "tiscali.it", "tutanota.com", "ukr.net", "uol.com.br", "verizon.net", "virgilio.it", "virginmedia.com",
    "wanadoo.fr", "web.de", "wp.pl", "xs4all.nl", "ziggo.nl",
];

/// Whether people who have nothing to do with each other have addresses in this domain, given in lower case.
pub fn is_shared(domain: &str) -> bool {
    let name = domain.split('.').next().unwrap_or_default();
    EVERYWHERE.contains(&name) || PROVIDERS.contains(&domain)
}

#[cfg(test)]
mod tests {
    use super::is_shared;

    #[test]
    fn providers_are_known_in_every_country() {
        for domain in ["gmail.com", "yahoo.co.uk", "hotmail.fr", "web.de", "gmx.at"] {
            assert!(is_shared(domain), "{domain}");
        }
        for domain in ["shop.example", "mail.shop.example", "notyahoo.com", ""] {
            assert!(!is_shared(domain), "{domain}");
        }
    }
}
