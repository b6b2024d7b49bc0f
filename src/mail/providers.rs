//! Domains in which anybody may have a mailbox, those of services that make an address for each stranger included.
//!
//! Two addresses of a company's domain belong to colleagues; two of a mail provider's to strangers. The list need not
//! be complete: it guards one rule of threading, for mail that cites what we have never seen.

/// Names of providers that have their domain below many countries, such as `yahoo.co.uk`.
const EVERYWHERE: [&str; 11] = [
    "yahoo",
    "ymail",
    "hotmail",
    "outlook",
    "live",
    "msn",
    "gmx",
    "googlemail",
    "yandex",
    "posteo",
    "fastmail",
];

/// Domains of providers.
#[rustfmt::skip]
const PROVIDERS: &[&str] = &[
    "012.net.il", "126.com", "139.com", "163.com", "188.com", "189.cn", "1und1.de", "21cn.com", "263.net",
    "8alias.com", "8shield.net", "9business.fr", "9online.fr", "a1.net", "abv.bg", "accountant.com",
    "addy.io", "aim.com", "airtelmail.in", "aleeas.com", "alice-dsl.de", "alice-dsl.net", "alice.de",
    "alice.it", "aliceadsl.fr", "aliyun.com", "altibox.no", "ameritech.net", "amorki.pl", "anonaddy.com",
    "anonaddy.me", "aol.co.uk", "aol.com", "aol.de", "aol.fr", "aon.at", "apollo.lv", "arcor.de", "aruba.it",
    "asia.com", "atlas.cz", "atlas.sk", "att.net", "au.com", "autograf.pl", "autorambler.ru", "azet.sk",
    "base.be", "bbox.fr", "belgacom.net", "bell.net", "bellsouth.net", "bezeqint.net", "biglobe.ne.jp",
    "bigmir.net", "bigpond.com", "bigpond.com.au", "bigpond.net.au", "bk.ru", "blu.it", "bluewin.ch",
    "blueyonder.co.uk", "bol.com.br", "bouyguestelecom.fr", "bredband.net", "bredband2.com", "broadpark.no",
    "bsnl.in", "btconnect.com", "btinternet.com", "btopenworld.com", "buziaczek.pl", "c2i.net",
    "cableone.net", "caiway.nl", "casema.nl", "cegetel.net", "centrum.cz", "centrum.sk", "centurylink.net",
    "centurytel.net", "charter.net", "cheerful.com", "chello.at", "chello.nl", "chol.com", "citromail.hu",
    "clix.pt", "club-internet.fr", "cock.li", "cogeco.ca", "comcast.net", "comhem.se", "compuserve.com",
    "consultant.com", "countermail.com", "cox.net", "cs.com", "ctemplar.com", "daum.net", "dbmail.com",
    "dir.bg", "disroot.org", "dnainternet.net", "docomo.ne.jp", "dodo.com.au", "dr.com", "dralias.com",
    "dreamwiz.com", "drei.at", "duck.com", "earthlink.net", "eastlink.ca", "eircom.net", "elisanet.fi",
    "email.com", "email.cz", "email.de", "email.it", "email.ua", "emailn.de", "embarqmail.com", "empas.com",
    "engineer.com", "eunet.rs", "europe.com", "ewe.net", "ewetel.net", "excite.co.jp", "excite.com",
    "ezweb.ne.jp", "fastmail.cn", "fastmail.co.uk", "fastmail.com", "fastmail.com.au", "fastmail.de",
    "fastmail.fm", "fastmail.in", "fastmail.jp", "fastmail.net", "fastmail.org", "fastmail.to", "fastmail.us",
    "fastwebnet.it", "firemail.de", "flash.net", "forthnet.gr", "foxmail.com", "free.fr", "freemail.gr",
    "freemail.hu", "freenet.de", "freeserve.co.uk", "freesurf.ch", "frisurf.no", "frontier.com",
    "frontiernet.net", "fsmail.net", "games.com", "gazeta.pl", "gbg.bg", "genion.de", "getmail.no",
    "giallo.it", "globo.com", "globomail.com", "glocalnet.net", "gmail.com", "gmx.fr", "gmx.net", "go2.pl",
    "goo.jp", "googlemail.com", "hanmail.net", "hetnet.nl", "hey.com", "hinet.net", "hispeed.ch", "hol.gr",
    "home.nl", "home.se", "hot.ee", "hotmail.com", "hotmail.it", "hush.com", "hushmail.com", "hushmail.me",
    "i.softbank.jp", "i.ua", "iafrica.com", "icloud.com", "ig.com.br", "iinet.net.au", "in.com", "in.gr",
    "inbox.com", "inbox.lv", "inbox.ru", "indamail.hu", "indiatimes.com", "infonie.fr", "inode.at", "int.pl",
    "interia.com", "interia.eu", "interia.pl", "internet.ru", "internode.on.net", "intmail.pl", "inwind.it",
    "iol.it", "iol.pt", "ionos.de", "iskon.hr", "jazztel.es", "jubii.dk", "juno.com", "kabelbw.de",
    "kabelmail.de", "kabsi.at", "kakao.com", "katamail.com", "keemail.me", "kolabnow.com", "kolumbus.fi",
    "korea.com", "kpnmail.nl", "laposte.net", "legalmail.it", "lenta.ru", "libero.it", "libertysurf.fr",
    "lineone.net", "list.ru", "live.com", "live.de", "liwest.at", "love.com", "luukku.com", "lycos.com",
    "lycos.de", "lyse.net", "mac.com", "magenta.de", "mail.bg", "mail.com", "mail.de", "mail.dk", "mail.ee",
    "mail.kz", "mail.ru", "mail.tele.dk", "mail.telepac.pt", "mail2world.com", "mailbox.gr", "mailbox.org",
    "mailfence.com", "mailo.com", "me.com", "messagingengine.com", "meta.ua", "migadu.com", "mindspring.com",
    "movistar.es", "mozmail.com", "mweb.co.za", "mynet.com", "myrambler.ru", "myself.com", "myyahoo.com",
    "narod.ru", "nate.com", "naver.com", "neostrada.pl", "net-c.com", "net.hr", "netcabo.pt", "netcologne.de",
    "netease.com", "netscape.net", "netvision.net.il", "netzero.com", "netzero.net", "neuf.fr", "nifty.com",
    "noos.fr", "ntlworld.com", "numericable.fr", "o2.co.uk", "o2.pl", "o2mail.de", "o2online.de", "ocn.ne.jp",
    "ofir.dk", "oi.com.br", "one.lt", "onet.com.pl", "onet.eu", "onet.pl", "online.de", "online.no",
    "onlinehome.de", "ono.com", "op.pl", "optimum.net", "optonline.net", "optusnet.com.au", "orange.es",
    "orange.fr", "orange.net", "osnanet.de", "otenet.gr", "outlook.com", "ovh.fr", "ozemail.com.au",
    "pacbell.net", "paran.com", "passagen.se", "passfwd.com", "passinbox.com", "passmail.net", "passport.com",
    "pchome.com.tw", "pec.it", "plala.or.jp", "planet.nl", "plus.com", "plusnet.com", "pm.me", "pobox.sk",
    "poczta.fm", "poczta.onet.pl", "poczta.pl", "post.com", "post.cz", "post.sk", "post.tele.dk", "poste.it",
    "posteo.at", "posteo.ch", "posteo.de", "posteo.es", "posteo.eu", "posteo.fr", "posteo.it", "posteo.net",
    "posteo.nl", "posteo.org", "posteo.pl", "posteo.uk", "posteo.us", "pp.inet.fi",
    "privaterelay.appleid.com", "prodigy.net", "proton.me", "protonmail.ch", "protonmail.com", "proximus.be",
    "q.com", "qq.com", "quick.cz", "quicknet.nl", "r7.com", "rambler.ru", "rcn.com", "rediff.com",
    "rediffmail.com", "relay.firefox.com", "riseup.net", "ro.ru", "roadrunner.com", "rocketmail.com",
    "rogers.com", "romandie.com", "rr.com", "runbox.com", "safe-mail.net", "sapo.pt", "saunalahti.fi",
    "sbb.rs", "sbcglobal.net", "scarlet.be", "secure.mailbox.org", "seed.net.tw", "seznam.cz", "sfr.fr",
    "shaw.ca", "sify.com", "simplelogin.co", "simplelogin.com", "simplelogin.fr", "sina.cn", "sina.com",
    "siol.net", "sky.com", "skynet.be", "slingshot.co.nz", "slmail.me", "slmails.com", "smart-mail.de",
    "so-net.ne.jp", "softbank.ne.jp", "sohu.com", "solcon.nl", "soverin.net", "spectrum.net", "spoko.pl",
    "spoluzaci.cz", "spray.se", "start.no", "startmail.com", "stofanet.dk", "suddenlink.net", "sunrise.ch",
    "suomi24.fi", "supereva.it", "superonline.com", "swbell.net", "swissonline.ch", "sympatico.ca", "t-2.net",
    "t-online.de", "t-online.hu", "talktalk.net", "tdcadsl.dk", "techie.com", "tele2.ch", "tele2.nl",
    "tele2.se", "telefonica.net", "telenet.be", "teletu.it", "telfort.nl", "telia.com", "telkomsa.net",
    "telus.net", "terra.com.br", "terra.es", "tim.it", "tin.it", "tiscali.co.uk", "tiscali.cz", "tiscali.fr",
    "tiscali.it", "tiscalinet.it", "tlen.pl", "tom.com", "tpg.com.au", "ttmail.com", "turk.net", "tut.by",
    "tuta.com", "tuta.io", "tutamail.com", "tutanota.com", "tutanota.de", "twc.com", "ukr.net",
    "unity-mail.de", "unitybox.de", "uol.com.br", "upcmail.hu", "upcmail.nl", "usa.com", "utanet.at",
    "verizon.net", "versanet.de", "videotron.ca", "vip.126.com", "vip.163.com", "vip.qq.com", "vip.sina.com",
    "vipmail.hu", "virgilio.it", "virgin.net", "virginmedia.com", "vodafone.de", "vodafone.it",
    "vodafonemail.de", "vodamail.co.za", "voila.fr", "volja.net", "volny.cz", "voo.be", "vp.pl", "vsnl.net",
    "vtxmail.ch", "walla.co.il", "walla.com", "wanadoo.es", "wanadoo.fr", "web.de", "webmail.co.za",
    "welho.com", "westnet.com.au", "windowslive.com", "windstream.net", "wo.cn", "worldonline.fr", "wow.com",
    "wp.pl", "writeme.com", "xfinity.com", "xmail.ru", "xs4all.nl", "xtra.co.nz", "ya.com", "ya.ru",
    "yahoo.com", "yandex.ru", "yeah.net", "ymobile.ne.jp", "youmail.dk", "zeelandnet.nl", "ziggo.nl",
    "zipmail.com.br", "zoho.com", "zoho.eu", "zohomail.com", "zohomail.eu", "zonnet.nl", "zoznam.sk",
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
        for domain in ["gmail.com", "yahoo.co.uk", "hotmail.fr", "web.de", "gmx.at", "posteo.net"] {
            assert!(is_shared(domain), "{domain}");
        }
        for domain in ["privaterelay.appleid.com", "pm.me", "hey.com", "zoho.eu", "duck.com", "mozmail.com"] {
            assert!(is_shared(domain), "{domain}");
        }
        for domain in ["shop.example", "mail.shop.example", "notyahoo.com", ""] {
            assert!(!is_shared(domain), "{domain}");
        }
    }
}
